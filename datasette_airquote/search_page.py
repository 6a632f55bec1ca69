"""/search and /search.json: the same matches for people and for programs."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from datasette import Response
from datasette.database import Database, QueryInterrupted

from datasette_airquote.pages import link, open_archive, render
from datasette_airquote.query import parse_query
from datasette_airquote.search import MAX_PAGE, ORDERS, Filters, Match, Results, search
from datasette_airquote.wording import format_date, format_span, name_language
from ingest.dates import parse_date
from ingest.errors import FactsError

TOO_SLOW = "This search takes too long here. Add a word, or narrow it with the filters."
BAD_DATE = "“{}” is not a date that can be read, so it was left out; write 2013, 2013-05 or 2013-05-14."
SUM_UP = "SELECT count(*) AS clips FROM clips"
CLIP_TITLE = "SELECT title FROM clips WHERE id = :clip"
# What the filters offer before anything is searched.
CHOICES = {
    "speaker": "SELECT id AS value, name AS label FROM speakers ORDER BY name LIMIT 200",
    "programme": "SELECT DISTINCT programme AS value, programme AS label FROM clips WHERE programme <> '' "
    "ORDER BY programme LIMIT 200",
    "language": "SELECT DISTINCT language AS value, language AS label FROM clips WHERE language <> '' "
    "ORDER BY language LIMIT 200",
}
LABELS = {"speaker": "Speaker", "programme": "Programme", "language": "Language"}
NARROWING = ("speaker", "programme", "language", "from", "to", "doubtful")
SORTS = {"relevance": "Best match", "newest": "Newest first", "oldest": "Oldest first"}


async def search_page(datasette: Any, request: Any) -> Response:
    """The page with the search box, the filters and the matches."""
    db = await open_archive(datasette, request)
    asked = _Asked(datasette, request)
    results, problem = await asked.search(db)
    clip_title = (await db.execute(CLIP_TITLE, {"clip": asked.filters.clip})).first()
    context = {
        "query_text": asked.query.text,
        "query": asked.query,
        "results": results,
        "matches": [_show_match(datasette, match) for match in results.matches],
        "problems": [*asked.problems, *([problem] if problem else [])],
        "choices": await _load_choices(db, asked, results),
        "years": [
            choice | {"url": asked.url(page=1, **{"from": choice["value"], "to": choice["value"]})}
            for choice in results.facets["year"]
        ],
        "values": asked.values,
        "narrowed": any(asked.values[key] for key in NARROWING),
        "sorts": SORTS,
        "clip_title": clip_title["title"] if clip_title else "",
        "all_clips_url": asked.url(page=1, clip=""),
        "empty": (await db.execute(SUM_UP)).first()["clips"] == 0,
        "page": asked.page,
        "previous_url": asked.url(page=asked.page - 1) if asked.page > 1 else None,
        "next_url": asked.url(page=asked.page + 1) if results.more else None,
    }  # fmt: skip
    return await render(datasette, request, "airquote_search.html", context)


async def search_json(datasette: Any, request: Any) -> Response:
    """The matches as JSON; `next` is the address of the next page."""
    db = await open_archive(datasette, request)
    asked = _Asked(datasette, request)
    results, problem = await asked.search(db)
    body = {
        "q": asked.query.text,
        "count": results.count,
        "matches": [_write_match(datasette, match) for match in results.matches],
        "facets": results.facets,
        "next": asked.url(page=asked.page + 1, path="/search.json") if results.more else None,
    }
    messages = [*asked.problems, *([problem] if problem else [])]
    return Response.json(body | ({"messages": messages} if messages else {}), status=503 if problem else 200)


class _Asked:
    """What the address asks for; `problems` says what in it could not be understood."""

    def __init__(self, datasette: Any, request: Any) -> None:
        keys = ("q", "speaker", "programme", "language", "from", "to", "clip", "sort", "doubtful")
        self.datasette = datasette
        self.values = {key: (request.args.get(key) or "").strip() for key in keys}
        self.problems: list[str] = []
        self.query = parse_query(self.values["q"])
        if self.values["sort"] not in ORDERS:
            self.values["sort"] = "relevance"
        page = request.args.get("page") or ""
        self.page = min(max(int(page), 1), MAX_PAGE) if re.fullmatch("[0-9]{1,8}", page) else 1
        self.filters = Filters(
            self.values["speaker"], self.values["programme"], self.values["language"],
            self._day("from", 0), self._day("to", 1), self.values["clip"], self.values["doubtful"],
        )  # fmt: skip

    def _day(self, key: str, end: int) -> str:
        """The first or the last day of a date; "" when it is none, and then a line says so."""
        try:
            return parse_date(self.values[key])[end]
        except FactsError:
            self.problems.append(BAD_DATE.format(self.values[key]))
            self.values[key] = ""
            return ""

    async def search(self, db: Database) -> tuple[Results, str]:
        """The results, and a line when SQLite gave up."""
        try:
            return await search(db, self.query, self.filters, self.values["sort"], self.page), ""
        except QueryInterrupted:
            return Results(), TOO_SLOW

    def url(self, page: int, path: str = "/search", **changes: str) -> str:
        values = {**self.values, **changes, "page": "" if page == 1 else str(page)}
        if values["sort"] == "relevance":
            values["sort"] = ""
        return link(self.datasette, path, **values)


def _write_match(datasette: Any, match: Match) -> dict[str, Any]:
    """A match as the contract has it, with its links."""
    values = asdict(match)
    del values["place"], values["sentence"], values["language"]
    return values | {
        "url": link(datasette, f"/clip/{match.clip}", "passage", **match.place),
        "cite_url": link(datasette, f"/cite/{match.clip}", **match.place),
    }


def _show_match(datasette: Any, match: Match) -> dict[str, Any]:
    """A match in the words of the page."""
    return _write_match(datasette, match) | {
        "date_text": format_date(match.date),
        "span": describe_place(match),
        "language": match.language,
        "clip_url": link(datasette, f"/clip/{match.clip}"),
    }


def describe_place(match: Match) -> str:
    """When a match was said; where nobody knows, which sentence it is."""
    if match.start is None or match.end is None:
        return f"sentence {match.sentence}"
    return format_span(match.start, match.end)


async def _load_choices(db: Database, asked: _Asked, results: Results) -> list[dict[str, Any]]:
    """For each filter its label and what may be chosen, with counts once something is searched."""
    filters = []
    for key, sql in CHOICES.items():
        if asked.query.clauses:
            options = list(results.facets[key])
        else:
            options = [dict(row) | {"count": None} for row in (await db.execute(sql)).rows]
            if key == "language":
                options = [option | {"label": name_language(option["value"])} for option in options]
        chosen = asked.values[key]
        if chosen and chosen not in [str(option["value"]) for option in options]:
            options.append({"value": chosen, "label": chosen, "count": 0})
        filters.append({"key": key, "label": LABELS[key], "options": options, "chosen": chosen})
    return filters
