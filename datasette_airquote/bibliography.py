"""/bibliography?p=<reference>&p=…&style=apa: several quotes and the list of what they are from.

The basket of quotes is kept in the browser (static/quotes.js); here it is a plain link, which can be shared.
A style that lists works has one entry for all passages in which the same people speak in a clip, with the
address of the clip; Wikipedia's has one for each passage. What cannot be cited is listed with the reason.

A list is sorted by the names of all people, so that somebody alone comes before the same with others,
then by the date where the style puts the year in front, what is undated first, then by the title. Works
that the text would cite alike get a letter behind the year; MLA, which has no year in the text, names the
title there.

source  https://libguides.hiu.edu/c.php?g=1106559&p=8070642 (alone before with others, letters),
        https://guides.library.ju.se/apa-en/the-reference-list-common-questions (undated first)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response
from datasette.database import Database

from datasette_airquote.citations import STYLES, Source, Style
from datasette_airquote.citations.coins import write_context
from datasette_airquote.citations.names import invert_name
from datasette_airquote.cite_out import DOWNLOADS, send, tell_apart, write_sources
from datasette_airquote.cited import BROADCAST, Cited, Options, Refused, find_cited
from datasette_airquote.clips import Clip, find_clip
from datasette_airquote.pages import link, name_site, open_archive, render

MOST = 200  # quotes of a bibliography
TOO_MANY = f"Only the first {MOST} quotes are here; make another bibliography of the rest."
_LEADING = re.compile(r"^(?:[^\w]+|(?:the|a|an)\s+)+", re.IGNORECASE)  # left out when a list is sorted


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and what was asked for, with the citation in the text."""

    asked: str
    cited: Cited
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a bibliography, with the quotes that are from it."""

    source: Source
    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries in the order of the style, and what could not be cited: the reference and the reason."""

    entries: tuple[Entry, ...]
    problems: tuple[tuple[str, str], ...]


async def bibliography_page(datasette: Any, request: Any) -> Response:
    """The page; without quotes it says how to collect some, and shows those that the browser keeps."""
    db = await open_archive(datasette, request)
    options = Options.read(request.args)
    asked = _list_asked(request)
    found = await _find(datasette, request, db, asked, options)
    address = {"style": options.style, **options.parameters()}
    context = {
        "entries": [_show_entry(datasette, entry) for entry in found.entries],
        "problems": found.problems,
        "asked": asked,
        "options": options,
        "label": options.chosen.label,
        "styles": [(key, style.label) for key, style in STYLES.items()],
        "downloads": [
            {"label": label, "url": _link(datasette, suffix, asked, {**address, **more})}
            for label, suffix, more in DOWNLOADS
        ],
    }
    return await render(datasette, request, "airquote_bibliography.html", context)


async def send_bibliography(datasette: Any, request: Any) -> Response:
    """The same as a file."""
    db = await open_archive(datasette, request)
    options = Options.read(request.args)
    found = await _find(datasette, request, db, _list_asked(request), options)
    if not found.entries:
        reasons = [f"{asked}: {reason}" for asked, reason in found.problems]
        return Response.text("\n".join(reasons) or "No quotes are named.", status=400)
    suffix = request.url_vars["suffix"]
    if suffix == "txt":
        return send(write_text(found), suffix, "bibliography")
    sources = [replace(entry.source, accessed=options.date_access()) for entry in found.entries]
    return send(write_sources(sources, suffix, request.args.get("flavour") or ""), suffix, "bibliography")


def write_text(found: Bibliography) -> str:
    """The list, then the quotes, then what could not be cited."""
    lines = [entry.text for entry in found.entries]
    quotes = [
        f"{quote.cited.quotation}\n{quote.mark}".strip()
        for entry in found.entries
        for quote in entry.quotes
        if quote.cited.passage
    ]
    problems = [f"Not cited: {asked}: {reason}" if asked else reason for asked, reason in found.problems]
    return "\n\n".join([*lines, *quotes, *problems]) + "\n"


def make_bibliography(quotes: list[Quote], problems: list[tuple[str, str]], options: Options) -> Bibliography:
    """Put quotes together by what they are from, and in the order of the style."""
    style = options.chosen
    groups: dict[object, list[Quote]] = {}
    for quote in quotes:
        source = quote.cited.source
        key = quote.cited.reference if style.passages else (source.clip, source.people)
        groups.setdefault(key, []).append(quote)
    write = style.forms[style.entry].write
    made = []
    for group in groups.values():
        source = replace(_merge(group), accessed=options.date_access(style))
        made.append((source, write(source), group))
    if not style.number:
        made.sort(key=lambda each: _sort_key(each[0], each[1], style.dated))
    letters = _find_letters([source for source, _, _ in made], style)
    entries = []
    for number, ((source, text, group), letter) in enumerate(zip(made, letters, strict=True), 1):
        if letter:
            source = replace(source, letter=letter)
            text, group = write(source), [_letter(quote, letter) for quote in group]
        marked = tuple(replace(quote, mark=_mark(quote, options, number)) for quote in group)
        entries.append(Entry(source, style.number.format(number) + text, marked))
    return Bibliography(tuple(entries), tuple(problems))


async def _find(
    datasette: Any, request: Any, db: Database, asked: list[str], options: Options
) -> Bibliography:
    """What is asked for, each clip read once."""
    archive = await name_site(datasette)
    clips: dict[str, Clip | None] = {}
    quotes: list[Quote] = []
    problems = [("", TOO_MANY)] if len(asked) > MOST else []
    for reference in asked[:MOST]:
        name, _, query = reference.partition("?")
        place = dict(parse_qsl(query))
        if name not in clips:
            clips[name] = await find_clip(db, name)
        clip = clips[name]
        if clip is None:
            problems.append((reference, "There is no such clip."))
            continue
        url = datasette.absolute_url(request, link(datasette, f"/clip/{name}"))
        wanted = replace(options, broadcast=place.get("text") == BROADCAST)
        try:
            quotes.append(Quote(reference, find_cited(clip, place, url, wanted, archive)))
        except Refused as error:
            problems.append((reference, str(error)))
    return make_bibliography(quotes, problems, options)


def _merge(group: list[Quote]) -> Source:
    """One source of several passages: the clip, with what is said of its words where it is said of all."""
    first, *others = (quote.cited.source for quote in group)
    if all(source.url == first.url for source in others):
        return first
    same = all((source.wording, source.version) == (first.wording, first.version) for source in others)
    wording, version = (first.wording, first.version) if same else ("", "")
    address = first.url.partition("?")[0]
    return replace(first, url=address, start=None, end=None, sentences=None, wording=wording, version=version)


def _mark(quote: Quote, options: Options, number: int) -> str:
    """How the text cites a quote: by its number, in brackets, or in a short note."""
    style, source = options.chosen, quote.cited.source
    if style.mark is not None:
        return style.mark(source, number)
    name = next(name for name in ("in-text", "short", "again") if name in style.forms)
    return style.forms[name].write(source)


def _find_letters(sources: list[Source], style: Style) -> list[str]:
    """For each source its letter, "" where the text tells it from the others."""
    if "in-text" not in style.forms or style.number:
        return [""] * len(sources)
    write = style.forms["in-text"].write
    marks = [write(replace(source, start=None, end=None, sentences=None)) for source in sources]
    return tell_apart(marks)


def _letter(quote: Quote, letter: str) -> Quote:
    source = replace(quote.cited.source, letter=letter)
    return replace(quote, cited=replace(quote.cited, source=source))


def _sort_key(source: Source, text: str, dated: bool) -> tuple[list[str], str, str]:
    """Names or, without any, the entry itself; the date; the title."""
    who = [_fold(invert_name(name)) for name in source.names] or [_fold(text)]
    return who, source.date if dated else "", _fold(source.title)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKD", _LEADING.sub("", text)).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def _list_asked(request: Any) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in request.args.getlist("p") if text.strip()))


def _link(datasette: Any, suffix: str, asked: list[str], parameters: dict[str, str]) -> str:
    known = [(key, value) for key, value in parameters.items() if value]
    return f"{link(datasette, f'/bibliography.{suffix}')}?{urlencode([*(('p', p) for p in asked), *known])}"


def _show_entry(datasette: Any, entry: Entry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "language": entry.source.language,
        "coins": write_context(entry.source),
        "quotes": [
            {
                "asked": quote.asked,
                "reference": quote.cited.reference,
                "turns": quote.cited.turns,
                "mark": quote.mark,
                "place": quote.cited.source.place or "the whole clip",
                "title": quote.cited.source.title,
                "url": _link_clip(datasette, quote.cited),
            }
            for quote in entry.quotes
        ],
    }


def _link_clip(datasette: Any, cited: Cited) -> str:
    place = dict(cited.passage.place) if cited.passage else {}
    return link(datasette, f"/clip/{cited.clip.row['id']}", "passage" if place else "", **place)
