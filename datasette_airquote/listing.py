"""Listing: clips one below the other, as home, browse and speaker pages have them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from datasette.database import Database

from datasette_airquote.pages import link
from datasette_airquote.search.catalog import ClipFacts
from datasette_airquote.wording import format_date, format_length, name_language

CLIPS = """
SELECT c.id, c.title, c.date, c.programme, c.broadcaster, c.language, c.summary, c.duration
FROM json_each(:ids) j JOIN clips c ON c.id = j.value ORDER BY j.key
"""


async def show_clips(datasette: Any, db: Database, clips: Iterable[ClipFacts]) -> list[dict[str, Any]]:
    """Some clips in their order, for airquote_clips.html."""
    ids = json.dumps([clip.id for clip in clips])
    return [_show_clip(datasette, row) for row in (await db.execute(CLIPS, {"ids": ids})).rows]


def _show_clip(datasette: Any, row: Any) -> dict[str, Any]:
    return dict(row) | {
        "url": link(datasette, f"/clip/{row['id']}"),
        "programme_url": link(datasette, "/clips", programme=row["programme"]),
        "date_text": format_date(row["date"]),
        "length": format_length(row["duration"]) if row["duration"] else "",
        "language_name": name_language(row["language"]),
    }
