"""The archive on the web: search what was said on air, hear it, and quote it to the second.

A Datasette plugin that reads archive.db and writes nothing. The pages, in the order people use
them: home → search, or browse and speakers → clip, audio → cite, bibliography. Nothing here needs an
audio decoder or a model.

Settings, under plugins: airquote: in the metadata (0.65) or the configuration (1.0) of Datasette:

    database   the name of the database that holds the archive, unless it is "archive"
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import click
from datasette import hookimpl
from markupsafe import Markup

from datasette_airquote.audio import send_audio
from datasette_airquote.bibliography import bibliography_page, send_bibliography
from datasette_airquote.browse import browse_page
from datasette_airquote.cite import cite_page
from datasette_airquote.cite_out import SUFFIXES as CITATIONS
from datasette_airquote.cite_out import send_citation
from datasette_airquote.clip import clip_page
from datasette_airquote.commands import airquote
from datasette_airquote.delivery import compress, keep
from datasette_airquote.exchange.routes import ROUTES as EXCHANGE
from datasette_airquote.export import SUFFIXES, send_export
from datasette_airquote.home import home_page
from datasette_airquote.pages import find_archive, link, name_database
from datasette_airquote.passage import passage_json
from datasette_airquote.peaks import send_peaks
from datasette_airquote.search import load_clips
from datasette_airquote.search.match import match_words
from datasette_airquote.search_out import search_atom, search_csv
from datasette_airquote.search_page import search_json, search_page
from datasette_airquote.speaker import speaker_page
from datasette_airquote.speakers_page import speakers_page
from datasette_airquote.timeline_page import timeline_json, timeline_page
from datasette_airquote.wording import format_clock

TIMED = ("segments", "matches", "holes", "differences", "chapters")  # what has a start that opens the moment
MAPPED = 1 << 30  # bytes of a database that are read without copying them


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    pages: list[tuple[str, Callable[..., Any]]] = [
        (r"^/(?P<format>)$", home_page),  # with the name that Datasette's own start page asks for
        (r"^/search$", search_page),
        (r"^/search\.json$", search_json),
        (r"^/search\.csv$", search_csv),
        (r"^/search\.atom$", search_atom),
        (r"^/timeline$", timeline_page),
        (r"^/timeline\.json$", timeline_json),
        (r"^/clips$", browse_page),
        (r"^/speakers$", speakers_page),
        (r"^/speaker/(?P<speaker>[^/.]+)$", speaker_page),
        (r"^/clip/(?P<clip>[^/.]+)$", clip_page),
        (r"^/clip/(?P<clip>[^/.]+)\.passage\.json$", passage_json),
        (rf"^/clip/(?P<clip>[^/.]+)\.(?P<suffix>{'|'.join(map(re.escape, SUFFIXES))})$", send_export),
        (r"^/audio/(?P<clip>[^/.]+)\.peaks\.json$", send_peaks),
        (r"^/cite/(?P<clip>[^/.]+)$", cite_page),
        (rf"^/cite/(?P<clip>[^/.]+)\.(?P<suffix>{'|'.join(CITATIONS)})$", send_citation),
        (r"^/bibliography$", bibliography_page),
        (rf"^/bibliography\.(?P<suffix>{'|'.join(CITATIONS)})$", send_bibliography),
        *EXCHANGE,
    ]
    return [
        *((path, keep(view)) for path, view in pages),
        (r"^/audio/(?P<clip>[^/.]+)(?P<suffix>\.[a-z0-9]+)?$", send_audio),
    ]


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    return compress


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    """A start that opens the moment, and in the answer to a query the clip, which tables link themselves."""
    if database != name_database(datasette) or table not in (None, *TIMED):
        return None
    if value is None or column not in (("start",) if table else ("start", "clip")):
        return None
    if column == "clip":
        return Markup('<a href="{}">{}</a>').format(link(datasette, f"/clip/{value}"), value)
    known = row.keys()
    if "clip" not in known or not isinstance(value, float):  # anybody may write a query
        return None
    end = row["end"] if "end" in known else None
    if not isinstance(end, float) and table != "chapters":
        return None
    clip = row["clip"]["value"] if isinstance(row["clip"], dict) else row["clip"]
    place = f"{value:.2f}" if end is None else f"{value:.2f},{end:.2f}"
    url = link(datasette, f"/clip/{clip}", "passage", t=place)
    return Markup('<a href="{}">{}</a>').format(url, format_clock(value))


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Let the search boxes of Datasette's own pages, and SQL, take what people type; and read faster."""
    if database != name_database(datasette):
        return
    conn.create_function("airquote_match", 1, match_words, deterministic=True)
    conn.create_function("escape_fts", 1, match_words, deterministic=True)  # in the place of Datasette's
    conn.execute(f"PRAGMA mmap_size = {MAPPED}")


@hookimpl
def startup(datasette: Any) -> Callable[[], Any]:
    """Read the facts of all clips before somebody waits for them."""

    async def read() -> None:
        db = await find_archive(datasette)
        if db is not None:
            await db.execute_fn(load_clips)

    return read


@hookimpl
def register_commands(cli: click.Group) -> None:
    cli.add_command(airquote)


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    return [{"href": link(datasette, "/search"), "label": "Search what was said"}]
