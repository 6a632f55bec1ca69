"""/clip/<clip-id>.vtt, .srt, .txt, .json: the transcript, as `ingest export` writes it."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_airquote.clips import find_clip
from datasette_airquote.pages import open_archive
from ingest.export import FORMATS

TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip", "txt": "text/plain", "json": "application/json"}


async def send_export(datasette: Any, request: Any) -> Response:
    """Send the transcript in the form that the address ends with."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return Response.text("There is no such clip.", status=404)
    form = request.url_vars["format"]
    body = FORMATS[form](clip.facts(), clip.segments)
    return Response(body, content_type=f"{TYPES[form]}; charset=utf-8")
