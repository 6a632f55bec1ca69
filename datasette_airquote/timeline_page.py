"""/timeline and /timeline.json: up to four queries side by side, over the years or months."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from datasette import Response

from datasette_airquote.asked import TOO_SLOW, Asked, TooSlow, run
from datasette_airquote.pages import open_archive, render
from datasette_airquote.search import load_clips, search
from datasette_airquote.search.timeline import Timeline, list_periods, make_timeline
from datasette_airquote.wording import format_date

MOST = 4  # queries
MEASURES = {"share": "for each 100,000 words", "count": "matches"}


class _Compared:
    """The queries of an address, with the filters that they share."""

    def __init__(self, datasette: Any, arguments: Any) -> None:
        typed = [q.strip() for q in arguments.getlist("q") if q.strip()]
        self.dropped = list(dict.fromkeys(typed))[MOST:]
        self.queries = list(dict.fromkeys(typed))[:MOST]
        shared = {key: arguments.get(key) or "" for key in arguments if key != "q"}
        self.asked = [Asked(datasette, {**shared, "q": q}) for q in self.queries or [""]]
        self.unit = arguments.get("by") or ""
        self.measure = "count" if arguments.get("measure") == "count" else "share"

    def draw(self, connection: sqlite3.Connection) -> list[Timeline]:
        catalog = load_clips(connection)
        first = self.asked[0]
        unit, periods = list_periods(catalog, first.filters, self.unit)
        return [
            make_timeline(
                catalog, each.filters, search(connection, each.query, each.filters).found, unit, periods
            )
            for each in self.asked
            if each.query.items
        ]


async def timeline_page(datasette: Any, request: Any) -> Response:
    """The page with a row of bars for each query."""
    db = await open_archive(datasette, request)
    compared = _Compared(datasette, request.args)
    problems = list(dict.fromkeys(problem for asked in compared.asked for problem in asked.problems))
    lines: list[Timeline] = []
    try:
        lines = await run(datasette, db, compared.draw)
    except TooSlow:
        problems.append(TOO_SLOW)
    if compared.dropped:
        problems.append(f"No more than {MOST} can be compared; left out: {', '.join(compared.dropped)}.")
    asked = [each for each in compared.asked if each.query.items]
    top = max((max(_measure(line, compared.measure), default=0) for line in lines), default=0)
    context = {
        "problems": problems,
        "queries": [*compared.queries, *[""] * (MOST - len(compared.queries))],
        "measure": compared.measure,
        "measures": MEASURES,
        "unit": lines[0].unit if lines else compared.unit,
        "values": compared.asked[0].values,
        "rows": [
            {
                "query": each.query,
                "url": each.url(),
                "total": sum(line.counts) + line.undated,
                "undated": line.undated,
                "bars": show_bars(each, line, compared.measure, top),
            }
            for each, line in zip(asked, lines, strict=False)
        ],
    }
    return await render(datasette, request, "airquote_timeline.html", context)


async def timeline_json(datasette: Any, request: Any) -> Response:
    """The same in numbers."""
    db = await open_archive(datasette, request)
    compared = _Compared(datasette, request.args)
    try:
        lines = await run(datasette, db, compared.draw)
    except TooSlow:
        return Response.json({"lines": [], "messages": [TOO_SLOW]}, status=503)
    asked = [each for each in compared.asked if each.query.items]
    body = {
        "unit": lines[0].unit if lines else "",
        "periods": lines[0].periods if lines else [],
        "words": lines[0].words if lines else [],
        "lines": [
            {"q": each.query.text, "counts": line.counts, "undated": line.undated}
            for each, line in zip(asked, lines, strict=False)
        ],
    }
    return Response.json(body)


def show_bars(asked: Asked, line: Timeline, measure: str, top: float) -> list[dict[str, Any]]:
    """The bars of a row, each with a link to its matches.

    top  what a bar of full height stands for
    """
    values = _measure(line, measure)
    return [
        {
            "period": period,
            "label": format_date(period),
            "count": count,
            "text": f"{count} {'match' if count == 1 else 'matches'}",
            "share": f"{share:.1f}",
            "height": round(100 * value / top, 1) if top else 0,
            "url": asked.url(change={"from": period, "to": period}) if count else "",
        }
        for period, count, share, value in zip(line.periods, line.counts, line.shares, values, strict=True)
    ]


def _measure(line: Timeline, measure: str) -> Sequence[float]:
    return line.shares if measure == "share" else line.counts
