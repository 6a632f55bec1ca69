"""`datasette airquote search`: the search of the pages, in a terminal."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from datasette_airquote.asked import Asked
from datasette_airquote.citations import STYLES
from datasette_airquote.cited import Options, find_cited
from datasette_airquote.clips import find_clip
from datasette_airquote.differences import find_within
from datasette_airquote.pages import find_archive
from datasette_airquote.search import SORTS, Match, Search
from datasette_airquote.search.narrow import PARTS
from datasette_airquote.search.spelling import find_spellings
from datasette_airquote.search_out import COLUMNS, format_rows, write_row
from datasette_airquote.search_page import describe_place, write_match
from datasette_airquote.wording import format_date
from ingest.archive import FILE
from ingest.transcript import REVIEWS


@click.group()
def airquote() -> None:
    """Search what was said on air."""


@airquote.command("search")
@click.argument("query")
@click.option("--archive", default=".", type=click.Path(path_type=Path), help="The archive's folder.")
@click.option(
    "--limit", default=5, show_default=True, type=click.IntRange(0), help="How many matches to print."
)
@click.option("--sort", type=click.Choice(SORTS), default=SORTS[0], show_default=True)
@click.option("--speaker", metavar="ID", help="Only who has this id, as in the address of a page.")
@click.option("--part", type=click.Choice(PARTS), help="Only who is heard, or only who is quoted.")
@click.option("--programme", metavar="NAME")
@click.option("--language", metavar="CODE")
@click.option("--review", type=click.Choice(REVIEWS), help="Only texts that were checked so far.")
@click.option(
    "--from", metavar="DATE", help="Only what may have been broadcast from then on: 2013, 2013-05, …"
)
@click.option("--to", metavar="DATE", help="… and until then.")
@click.option("--clip", metavar="ID")
@click.option("--doubtful", is_flag=True, help="Also what an engine may have invented.")
@click.option(
    "--style",
    type=click.Choice(list(STYLES)),
    default=next(iter(STYLES)),
    show_default=True,
    help="Of the citation.",
)
@click.option("--json", "form", flag_value="json", help="A JSON object a line.")
@click.option("--csv", "form", flag_value="csv", help="A table.")
@click.option("--url", default="http://127.0.0.1:8001", show_default=True, help="The site, for links.")
def search_command(
    query: str, archive: Path, limit: int, style: str, form: str | None, url: str, **narrowing: Any
) -> None:
    """Print where QUERY was said, and a citation of the first match.

    QUERY is what one types on the site: words, "phrases", OR, -word, beginnings*, speaker:rose …
    """
    path = archive / FILE
    if not path.exists():
        raise click.ClickException(f"{path} is not there; `ingest rebuild` makes it")
    wanted = {key: "1" if value is True else value for key, value in narrowing.items() if value}
    options = Options(style)
    lines = _describe(path, {"q": query, **wanted}, limit, form or "text", url.rstrip("/"), options)
    for line in asyncio.run(lines):
        click.echo(line)


async def _describe(
    path: Path, wanted: dict[str, str], limit: int, form: str, url: str, options: Options
) -> list[str]:
    from datasette.app import Datasette  # it loads this plugin while it is itself being imported

    datasette = Datasette([str(path)], settings={"sql_time_limit_ms": 60_000})
    await datasette.invoke_startup()
    db = await find_archive(datasette)
    if db is None:
        raise click.ClickException(f"{path} is of another version; `ingest rebuild` makes it anew")
    asked = Asked(datasette, wanted)

    def look(search: Search) -> tuple[int, list[Match], list[str]]:
        count = search.found.count
        spellings = [] if count else find_spellings(search.connection, search.query, asked.filters)
        return count, search.list_matches(asked.sort, 0, limit), spellings

    count, matches, spellings = await asked.search(db, look)
    if form == "csv":
        rows = [write_row(datasette, match, url.__add__) for match in matches]
        return [format_rows([COLUMNS, *rows]).rstrip("\r\n")]
    if form == "json":
        return [
            json.dumps(_absolute(write_match(datasette, match), url), ensure_ascii=False) for match in matches
        ]
    understood, ignored = asked.query.understood or asked.query.text, ", ".join(asked.query.ignored)
    lines = [f"{count:,} {'match' if count == 1 else 'matches'} for {understood}"]
    lines += [f"left out: {ignored}"] if ignored else []
    lines += asked.problems
    lines += [f"Did you mean {' or '.join(spellings)}?"] if spellings else []
    for match in matches:
        lines += ["", *_describe_match(match), f"    {url}{write_match(datasette, match)['url']}"]
    if matches:
        lines += ["", *await _cite(db, matches[0], url, options)]
    return lines


def _absolute(match: dict[str, Any], url: str) -> dict[str, Any]:
    return match | {key: url + match[key] for key in ("url", "cite_url")}


def _describe_match(match: Match) -> list[str]:
    who = ", then ".join(match.speakers) or (f"quotes {', '.join(match.quoted)}" if match.quoted else "")
    facts = [describe_place(match), match.title, format_date(match.date), who]
    return [" · ".join(fact for fact in facts if fact), f"    {match.excerpt.striptags()}"]


async def _cite(db: Any, match: Match, url: str, options: Options) -> list[str]:
    """A citation of a match; of both wordings where the text and the recording differ."""
    clip = await find_clip(db, match.clip)
    assert clip is not None, "a match is of a clip"
    address = f"{url}/clip/{match.clip}"
    published = find_cited(clip, match.place, address, options)
    assert published.passage is not None, "a match has a place"
    if not find_within(clip, published.passage):
        return [published.write(options)]
    said = find_cited(clip, match.place, address, replace(options, broadcast=True))
    lines = [published.quotation, published.write(options)]
    return lines if not said.broadcast else [*lines, "", said.quotation, said.write(options)]
