"""/audio/<clip-id>: the recording, in ranges, so that a browser can seek in it.

Datasette's own static files answer without ranges. Only files that are sound or video by their
name are given out, and only to those who may see the clip.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from datasette import Response
from datasette.database import Database
from starlette.responses import FileResponse

from datasette_airquote.delivery import name_keeping
from datasette_airquote.pages import open_archive

AUDIO = "SELECT audio, audio_url FROM clips WHERE id = :clip"
# What browsers expect, where systems differ or know nothing.
TYPES = {
    ".aac": "audio/aac", ".aif": "audio/aiff", ".aiff": "audio/aiff", ".amr": "audio/amr",
    ".caf": "audio/x-caf", ".flac": "audio/flac", ".m4a": "audio/mp4", ".m4b": "audio/mp4",
    ".mka": "audio/x-matroska", ".mkv": "video/x-matroska", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
    ".oga": "audio/ogg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".spx": "audio/ogg",
    ".wav": "audio/wav", ".weba": "audio/webm", ".webm": "video/webm", ".wma": "audio/x-ms-wma",
    ".w64": "audio/x-w64", ".rf64": "audio/wav", ".bwf": "audio/wav", ".wv": "audio/x-wavpack",
}  # fmt: skip


async def send_audio(datasette: Any, request: Any, scope: Any, receive: Any, send: Any) -> Response | None:
    """Send the recording, the part that was asked for, or where else it is."""
    db = await open_archive(datasette, request)
    row = (await db.execute(AUDIO, {"clip": request.url_vars["clip"]})).first()
    if row is None:
        return Response.text("There is no such clip.", status=404)
    path = find_audio(datasette, db, row["audio"])
    if path is None and has_url(row["audio_url"]):
        return Response.redirect(row["audio_url"])
    if path is None:
        return Response.text("The recording of this clip is not here.", status=404)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": name_keeping(datasette, request)}
    await FileResponse(path, media_type=guess_type(path), headers=headers)(scope, receive, send)
    return None


def find_audio(datasette: Any, db: Database, audio: str) -> Path | None:
    """The file of a recording, None when it is not there or is not sound.

    audio  relative to the folder of the database, or absolute
    """
    home = Path(db.path).parent if db.path else datasette.config_dir
    if not audio or home is None:
        return None
    path = Path(home) / audio
    try:
        return path if guess_type(path) and path.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None


def guess_type(path: Path) -> str | None:
    """The media type of a recording by its name, None when it is something else."""
    known = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    return known if known.startswith(("audio/", "video/")) else None


def has_url(url: str) -> bool:
    """Whether a recording may be fetched from an address: http or https, nothing that a browser would run."""
    return url.startswith(("http://", "https://"))
