"""/embed/<clip-id>?t=…&w=…: a passage to hear and to read in a frame on somebody else's page.

It is the only page that others may frame. It has no script: the range is in the recording's address, and
browsers stop there. What may be loaded is told to the browser, so that no text could bring in more.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from datasette import Response

from datasette_airquote.clip import describe_span, find_linked, link_audio
from datasette_airquote.clips import Passage, describe_person, find_clip
from datasette_airquote.exchange.stated import address, find_recording
from datasette_airquote.pages import link, open_archive, render
from datasette_airquote.wording import format_date

POLICY = (
    "default-src 'none'; style-src 'self'; media-src 'self' http: https:; base-uri 'none'; frame-ancestors *"
)
MISSING = "There is no such clip."


async def embed_page(datasette: Any, request: Any) -> Response:
    """The page for the frame; where the clip is not there, it says so."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        context: dict[str, Any] = {"title": MISSING, "message": MISSING, "clip": None}
        return await _render(datasette, request, context, 404)
    passage, message = find_linked(clip, request)
    recording = find_recording(datasette, db, clip.row, partial(address, datasette, request))
    people = clip.find_people(passage) if passage is None or passage.speaker else []
    context = {
        "title": clip.row["title"] or clip.row["id"],
        "message": message,
        "clip": clip.row,
        "text": passage.text if passage else "",
        "people": [describe_person(person) for person in people],
        "facts": [part for part in (clip.row["programme"], clip.row["broadcaster"]) if part],
        "date_text": format_date(clip.row["date"]),
        "audio_url": link_audio(datasette, clip, passage) if recording else "",
        "span": describe_span(passage) if passage else "",
        "url": link(datasette, f"/clip/{clip.row['id']}", "passage" if passage else "", **_place(passage)),
    }
    return await _render(datasette, request, context)


async def _render(datasette: Any, request: Any, context: dict[str, Any], status: int = 200) -> Response:
    response = await render(datasette, request, "airquote_embed.html", context, status)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _place(passage: Passage | None) -> dict[str, str]:
    return dict(passage.place) if passage else {}
