"""/search.csv and /search.atom: all matches as a table, and a feed in which new ones appear.

The feed is ordered by when a clip was first heard by an engine, not by when it was broadcast: what an
archive takes in today may be eighty years old, and is news to those who wait for it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

from datasette import Response

from datasette_airquote.asked import TOO_SLOW, Asked, TooSlow, run
from datasette_airquote.exchange.xml import writable
from datasette_airquote.pages import link, open_archive, render_message
from datasette_airquote.search import Match, Place, Search
from datasette_airquote.search_page import describe_place
from datasette_airquote.wording import format_date

MOST = 10_000  # rows of a table; a search that finds more has to be narrowed
AT_ONCE = 200  # rows that are written at a time
ENTRIES = 50  # of a feed
COLUMNS = (
    "clip", "title", "date", "speaker", "quoted", "start", "end", "text", "excerpt", "kind", "url", "cite_url"
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that spreadsheets take for one
ATOM = "http://www.w3.org/2005/Atom"
_MADE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


async def search_csv(datasette: Any, request: Any, send: Any) -> Response | None:
    """All matches, best first or as sorted, written while they are read."""
    db = await open_archive(datasette, request)
    asked = Asked(datasette, request.args)
    try:
        found, places = await asked.search(
            db, lambda search: (search, search.list_places(asked.sort, 0, MOST))
        )
    except TooSlow:
        return await render_message(datasette, request, "Too slow", TOO_SLOW, 503)

    site = partial(datasette.absolute_url, request)

    async def read(chunk: list[Place]) -> str:
        matches = await run(
            datasette, db, lambda connection: replace(found, connection=connection).locate(chunk)
        )
        return format_rows([write_row(datasette, match, site) for match in matches])

    headers = [
        (b"content-type", b"text/csv; charset=utf-8"),
        (b"content-disposition", b'attachment; filename="matches.csv"'),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": format_rows([COLUMNS]).encode(), "more_body": True})
    for at in range(0, len(places), AT_ONCE):
        text = await read(places[at : at + AT_ONCE])
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return None


def write_row(datasette: Any, match: Match, site: Callable[[str], str]) -> tuple[object, ...]:
    """A match as the COLUMNS of a table.

    site  makes a whole address of a path
    """
    return (
        match.clip, match.title, match.date, match.speaker, "; ".join(match.quoted),
        "" if match.start is None else match.start, "" if match.end is None else match.end, match.text,
        match.excerpt.striptags(), match.kind,
        site(link(datasette, f"/clip/{match.clip}", **match.place)),
        site(link(datasette, f"/cite/{match.clip}", **match.place)),
    )  # fmt: skip


def format_rows(rows: list[tuple[object, ...]]) -> str:
    """Rows as CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(
            f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value for value in row
        )
    return out.getvalue()


async def search_atom(datasette: Any, request: Any) -> Response:
    """The matches in the clips that came last into the archive."""
    db = await open_archive(datasette, request)
    asked = Asked(datasette, request.args)
    asked.values["sort"] = "added"

    def look(search: Search) -> tuple[list[Match], dict[str, str]]:
        matches = search.list_matches("added", 0, ENTRIES)
        return matches, {match.clip: search.catalog.by_id[match.clip].added for match in matches}

    try:
        matches, added = await asked.search(db, look)
    except TooSlow:
        return await render_message(datasette, request, "Too slow", TOO_SLOW, 503)
    text = write_feed(asked, matches, added, partial(datasette.absolute_url, request))
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def write_feed(asked: Asked, matches: list[Match], added: dict[str, str], site: Callable[[str], str]) -> str:
    """A feed in Atom.

    added   when each clip came into the archive
    site    makes a whole address of a path
    source  https://www.rfc-editor.org/rfc/rfc4287
    """
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "title", f"Said: {asked.query.understood}")
    _add(feed, "id", site(asked.url(change={"sort": ""})))
    _add(feed, "updated", max(map(_time, added.values()), default=_time("")))
    _add(feed, "link", href=site(asked.url(change={"sort": ""})))
    _add(feed, "link", rel="self", href=site(asked.url("/search.atom", change={"sort": ""})))
    known: dict[str, int] = {}
    for match in matches:
        name = site(link(asked.datasette, f"/clip/{match.clip}", w=match.place["w"]))
        known[name] = known.get(name, 0) + 1  # the same words may be said again in a clip
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(entry, "id", name if known[name] == 1 else f"{name}&again={known[name]}")
        _add(entry, "title", f"{match.title}, {describe_place(match)}")
        _add(entry, "updated", _time(added[match.clip]))
        _add(entry, "link", href=site(link(asked.datasette, f"/clip/{match.clip}", **match.place)))
        for person in match.speakers or ("unknown",):
            _add(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", person)
        _add(entry, "content", f"<p>{match.excerpt}</p><p>{format_date(match.date)}</p>", type="html")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = writable(text)


def _time(made: str) -> str:
    """A time of the database as a feed has it; the first of all times for one that is not known."""
    return made if _MADE.fullmatch(made) else "1970-01-01T00:00:00Z"
