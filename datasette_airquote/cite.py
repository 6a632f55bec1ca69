"""/cite/<clip-id>: a passage, or the whole clip, as a citation in the style asked for, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from datasette import Response

from datasette_airquote.citations import STYLES, Source
from datasette_airquote.citations.coins import write_context
from datasette_airquote.cite_out import DOWNLOADS
from datasette_airquote.cited import (
    BROADCAST,
    REFUSED,
    Options,
    describe_wording,
    find_cited,
    find_doubts,
    find_turns,
    find_unsure,
)
from datasette_airquote.clip import describe_link, describe_text, show_passage
from datasette_airquote.clips import Clip, describe_person, find_clip
from datasette_airquote.differences import AROUND
from datasette_airquote.earlier import find_earlier
from datasette_airquote.pages import link, name_site, open_archive, render, render_message, render_no_clip
from datasette_airquote.wording import format_clock, format_date
from ingest.words import Word

MOST_UNSURE = 8  # words that a warning lists
LONG = 40  # words; from here on APA sets a quotation as a block


async def cite_page(datasette: Any, request: Any) -> Response:
    """The page with the citations, the style that was asked for first."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return await render_no_clip(datasette, request)
    try:
        passage = clip.find_linked(*(request.args.get(key) or "" for key in ("t", "s", "w")))
    except ValueError as error:
        return await render_message(datasette, request, "This range cannot be cited", str(error), 400)
    options = Options.read(request.args)
    changed = passage is not None and passage.state == "changed"
    place = passage.place if passage else {}
    address = link(datasette, f"/clip/{clip.row['id']}", **place)
    shown = show_passage(datasette, clip, passage) if passage else None
    url = datasette.absolute_url(request, link(datasette, f"/clip/{clip.row['id']}"))
    archive = await name_site(datasette)
    cited = None if changed else find_cited(clip, place, url, options, archive)
    broadcast = cited is not None and cited.broadcast
    citations = list_citations(cited.source, options) if cited else []
    people = [describe_person(person) for person in clip.find_people(passage)]
    context = {
        "clip": clip.row,
        "clip_url": link(datasette, f"/clip/{clip.row['id']}"),
        "date_text": format_date(clip.row["date"]),
        "passage": shown,
        "earlier": await find_earlier(db, clip, passage, request.args),
        "turns": cited.turns if cited else find_turns(clip, passage) if passage else (),
        "broadcast": broadcast,
        "wording": describe_wording(clip, passage, broadcast),
        "other": _find_other(datasette, clip, shown, place, broadcast),
        "text_from": describe_text(clip),
        "people": people,
        "heard": passage is not None and bool(passage.speaker),
        "refused": REFUSED if changed else "",
        "message": "" if changed else describe_link(passage, request.args.get("w") or ""),
        "unsure": [_show_word(datasette, clip, word) for word in find_unsure(clip, passage)[:MOST_UNSURE]]
        if passage and not broadcast
        else [],
        "long": passage.last - passage.first + 1
        if passage and passage.last - passage.first + 1 >= LONG
        else 0,
        "doubts": find_doubts(clip, passage) if passage else [],
        "permalink": datasette.absolute_url(request, address),
        "chosen": citations[:1],
        "others": citations[1:],
        "coins": write_context(cited.source) if cited else "",
        "reference": cited.reference if cited else "",
        "downloads": _list_downloads(datasette, clip, place, options),
        "options": options,
        "place": place,
        "styles": [(key, style.label) for key, style in STYLES.items()],
        "action": link(datasette, f"/cite/{clip.row['id']}"),
    }
    return await render(datasette, request, "airquote_cite.html", context, 409 if changed else 200)


def list_citations(source: Source, options: Options) -> list[dict[str, Any]]:
    """The citation in every style, the chosen one first, each in the forms that it has for this source."""
    cited = []
    for key in sorted(STYLES, key=lambda key: key != options.style):
        style = STYLES[key]
        dated = replace(source, accessed=options.date_access(style))
        forms = {form.label: form.write(dated) for form in style.forms.values()}
        texts = {label: text for label, text in forms.items() if text}
        cited.append({"style": key, "name": style.label, "forms": texts})
    return cited


def _list_downloads(
    datasette: Any, clip: Clip, place: Mapping[str, str], options: Options
) -> list[dict[str, str]]:
    """The exports, each with its address."""
    asked = {**place, **options.parameters()}
    return [
        {"label": label, "url": link(datasette, f"/cite/{clip.row['id']}.{suffix}", **asked, **more)}
        for label, suffix, more in DOWNLOADS
    ]


def _show_word(datasette: Any, clip: Clip, word: Word) -> dict[str, Any]:
    """A word with a link to hear it, AROUND seconds before and behind."""
    start, stop = max(word.start - AROUND, 0), word.end + AROUND
    url = link(datasette, f"/audio/{clip.row['id']}", f"t={start:.2f},{stop:.2f}") if clip.timed else ""
    known = bool(clip.row["audio"] or clip.row["audio_url"])
    return {"text": word.text, "clock": format_clock(word.start), "url": url if known else ""}


def _find_other(
    datasette: Any, clip: Clip, shown: dict[str, Any] | None, place: Mapping[str, str], broadcast: bool
) -> dict[str, str] | None:
    """The wording that is not quoted, with a link to quote it; None when there is one wording only."""
    if shown is None or not shown["broadcast"]:
        return None
    address = f"/cite/{clip.row['id']}"
    if broadcast:
        return {"text": shown["text"], "url": link(datasette, address, **place)}
    url = link(datasette, address, **place, text=BROADCAST)
    return {"text": shown["broadcast"], "url": url}
