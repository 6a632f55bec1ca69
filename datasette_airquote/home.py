"""/: the search box, the archive in figures, the newest clips."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_airquote.compat import load_metadata
from datasette_airquote.exchange.links import describe_home
from datasette_airquote.pages import find_archive, link, open_archive, render
from datasette_airquote.wording import format_date, format_length, name_language

FIGURES = """
SELECT count(*) AS clips, coalesce(sum(duration), 0) AS seconds, coalesce(sum(words), 0) AS words FROM clips
"""
NEWEST = """
SELECT id, title, date, programme, broadcaster, language, summary, duration FROM clips
ORDER BY date_from = '', date_from DESC, id LIMIT 12
"""


async def home_page(datasette: Any, request: Any, send: Any) -> Response | None:
    """The start page; Datasette's own where no archive is served."""
    if await find_archive(datasette) is None:
        from datasette.views.index import IndexView

        response: Response | None = await IndexView.as_view(datasette)(request, send)
        return response
    db = await open_archive(datasette, request)
    figures = (await db.execute(FIGURES)).first()
    metadata = await load_metadata(datasette)
    context = {
        "title": metadata.get("title") or "",
        "description": metadata.get("description") or "",
        "figures": [
            (f"{figures['clips']:,}", "clip" if figures["clips"] == 1 else "clips"),
            tuple(format_length(figures["seconds"]).split(" ", 1)),
            (f"{figures['words']:,}", "words"),
        ],
        "clips": [_show_clip(datasette, row) for row in (await db.execute(NEWEST)).rows],
        "linked": await describe_home(datasette, request),
    }
    return await render(datasette, request, "airquote_home.html", context)


def _show_clip(datasette: Any, row: Any) -> dict[str, Any]:
    return dict(row) | {
        "url": link(datasette, f"/clip/{row['id']}"),
        "date_text": format_date(row["date"]),
        "length": format_length(row["duration"]) if row["duration"] else "",
        "language_name": name_language(row["language"]),
    }
