"""`datasette airquote search`: the search of the pages, in a terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from datasette_airquote.citation import cite_chicago
from datasette_airquote.cite import make_source
from datasette_airquote.clips import find_clip
from datasette_airquote.differences import find_within, quote_broadcast
from datasette_airquote.narrow import Filters
from datasette_airquote.pages import find_archive
from datasette_airquote.query import parse_query
from datasette_airquote.search import Match, search
from datasette_airquote.search_page import describe_place
from datasette_airquote.wording import format_date
from ingest.archive import FILE


@click.group()
def airquote() -> None:
    """Search what was said on air."""


@airquote.command("search")
@click.argument("query")
@click.option("--archive", default=".", type=click.Path(path_type=Path), help="The archive's folder.")
@click.option("--limit", default=5, show_default=True, help="How many matches to print.")
@click.option("--url", default="http://127.0.0.1:8001", show_default=True, help="The site, for links.")
def search_command(query: str, archive: Path, limit: int, url: str) -> None:
    """Print where QUERY was said, and a citation of the first match."""
    path = archive / FILE
    if not path.exists():
        raise click.ClickException(f"{path} is not there; `ingest rebuild` makes it")
    for line in asyncio.run(_describe(path, query, limit, url.rstrip("/"))):
        click.echo(line)


async def _describe(path: Path, typed: str, limit: int, url: str) -> list[str]:
    from datasette.app import Datasette  # it loads this plugin while it is itself being imported

    datasette = Datasette([str(path)])
    await datasette.invoke_startup()
    db = await find_archive(datasette)
    if db is None:
        raise click.ClickException(f"{path} is of another version; `ingest rebuild` makes it anew")
    query = parse_query(typed)

    def look(connection: Any) -> tuple[int, list[Match]]:
        found = search(connection, query, Filters(fields=query.fields))
        return found.found.count, found.list_matches("relevance", 0, limit)

    count, matches = await db.execute_fn(look)
    lines = [f"{count} {'match' if count == 1 else 'matches'} for {typed}"]
    for match in matches:
        lines += ["", *_describe_match(match)]
    if matches:
        lines += ["", *await _cite(db, matches[0], url)]
    return lines


def _describe_match(match: Match) -> list[str]:
    who = match.speaker or (f"quotes {', '.join(match.quoted)}" if match.quoted else "")
    facts = [describe_place(match), match.title, format_date(match.date), who]
    return [" · ".join(fact for fact in facts if fact), f"    {match.excerpt.striptags()}"]


async def _cite(db: Any, match: Match, url: str) -> list[str]:
    """A citation of a match; of both wordings where the text and the recording differ."""
    clip = await find_clip(db, match.clip)
    assert clip is not None, "a match is of a clip"
    passage = clip.find_linked(*(match.place.get(key, "") for key in ("t", "s", "w")))
    assert passage is not None, "a match has a place"
    address = f"{url}/clip/{match.clip}?{urlencode(passage.place, safe=',')}"
    published = cite_chicago(make_source(clip, passage, address))["Note"]
    if not find_within(clip, passage):
        return [published]
    said = quote_broadcast(clip, passage)
    broadcast = cite_chicago(make_source(clip, passage, address, True))["Note"]
    return [f"“{passage.text}”", published, *(["", f"“{said}”", broadcast] if said else [])]
