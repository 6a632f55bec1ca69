"""/clip/<clip-id>.vtt, .srt, .json and so on: the transcript, as `ingest export` writes it."""

from __future__ import annotations

from typing import Any

from datasette import Response

from datasette_airquote.clips import find_clip
from datasette_airquote.pages import open_archive
from ingest.formats import EXPORTS

SUFFIXES = {export.suffix: export for export in EXPORTS.values()}


async def send_export(datasette: Any, request: Any) -> Response:
    """Send the transcript in the form that the address ends with."""
    db = await open_archive(datasette, request)
    clip = await find_clip(db, request.url_vars["clip"])
    if clip is None:
        return Response.text("There is no such clip.", status=404)
    export = SUFFIXES[request.url_vars["suffix"]]
    if export.timed and not clip.timed:
        return Response.text(
            "Nobody knows when its words are said; this form cannot be without times.", status=404
        )
    body = export.write(clip.facts(), clip.segments)
    return Response(body, content_type=f"{export.mime}; charset=utf-8")
