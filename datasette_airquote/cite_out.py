"""/cite/<clip-id>.txt, .bib, .ris and .json: a citation for a text, for LaTeX, for citation managers.

What is refused on the page is refused here, in a line: 400 where a range cannot be read, 409 where the
words are not there any more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from datasette import Response

from datasette_airquote.citations import Source, bibtex, csl, ris
from datasette_airquote.cited import Options, Refused, find_cited
from datasette_airquote.clips import find_clip
from datasette_airquote.pages import link, name_site, open_archive

DOWNLOADS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Text", "txt", {}),
    ("BibLaTeX", "bib", {}),
    ("BibTeX", "bib", {"flavour": "bibtex"}),
    ("RIS", "ris", {}),
    ("CSL-JSON", "json", {}),
)  # label, the end of the address, and what else it asks
SUFFIXES = tuple(dict.fromkeys(suffix for _, suffix, _ in DOWNLOADS))
_MIMES = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": f"{ris.MIME}; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}


async def send_citation(datasette: Any, request: Any) -> Response:
    """Send the citation as the address ends; as .txt it stands below the words, in quotation marks."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return Response.text("There is no such clip.", status=404)
    options = Options.read(request.args)
    url = datasette.absolute_url(request, link(datasette, f"/clip/{clip.row['id']}"))
    place = {key: request.args.get(key) or "" for key in ("t", "s", "w")}
    try:
        cited = find_cited(clip, place, url, options, await name_site(datasette))
    except Refused as error:
        return Response.text(str(error), status=error.status)
    suffix = request.url_vars["suffix"]
    if suffix == "txt":
        citation = cited.write(options)
        if not citation:
            return Response.text("Nobody is quoted in these words, so they have no such form.", status=400)
        text = f"{cited.quotation}\n\n{citation}\n" if cited.passage else f"{citation}\n"
        return send(text, suffix, clip.row["id"])
    sources = [replace(cited.source, accessed=options.date_access())]
    return send(write_sources(sources, suffix, request.args.get("flavour") or ""), suffix, clip.row["id"])


def write_sources(sources: Sequence[Source], suffix: str, flavour: str = "") -> str:
    """Sources in one of the SUFFIXES but txt, each with a key of its own.

    flavour  of a .bib; one of bibtex.FLAVOURS, the first where it is none
    """
    keyed = list(zip(sources, make_keys(sources), strict=True))
    if suffix == "bib":
        known = flavour if flavour in bibtex.FLAVOURS else bibtex.FLAVOURS[0]
        return "\n".join(bibtex.write_entry(source, key, known) for source, key in keyed)
    if suffix == "ris":
        return "".join(ris.write_record(source, key) for source, key in keyed)
    items = [csl.write_item(source, key) for source, key in keyed]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def make_keys(sources: Sequence[Source]) -> list[str]:
    """A key for each source: those that would be the same get a letter, or a number after z."""
    keys = [bibtex.make_key(source) for source in sources]
    return [key + letter for key, letter in zip(keys, tell_apart(keys), strict=True)]


def tell_apart(texts: Sequence[str]) -> list[str]:
    """A letter for each text that occurs more than once, or a number after z; "" for the others.

    >>> tell_apart(["rose", "lee", "rose"])
    ['a', '', 'b']
    """
    counts, seen = Counter(texts), Counter[str]()
    letters = []
    for text in texts:
        seen[text] += 1
        n = seen[text]
        letters.append("" if counts[text] == 1 else chr(96 + n) if n < 27 else f"-{n}")
    return letters


def send(text: str, suffix: str, name: str) -> Response:
    """A file; plain text is shown, the others are for programs."""
    kind = "inline" if suffix == "txt" else "attachment"
    headers = {"Content-Disposition": f'{kind}; filename="{name}.{suffix}"'}
    return Response(text, content_type=_MIMES[suffix], headers=headers)
