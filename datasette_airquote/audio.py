"""/audio/<clip-id>: the recording, in ranges, so that a browser can seek in it; also with its own suffix.

Datasette's own static files answer without ranges. Only files that are sound or video, by their name
or else by their first bytes, are given out, and only to those who may see the clip.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from datasette import Response
from datasette.database import Database
from starlette.responses import FileResponse

from datasette_airquote.delivery import name_keeping
from datasette_airquote.pages import is_web_address, open_archive
from ingest.media import TYPES, find_type

AUDIO = "SELECT audio, audio_url FROM clips WHERE id = :clip"


async def send_audio(datasette: Any, request: Any, scope: Any, receive: Any, send: Any) -> Response | None:
    """Send the recording, the part that was asked for, or where else it is."""
    db = await open_archive(datasette, request)
    row = (await db.execute(AUDIO, {"clip": request.url_vars["clip"]})).first()
    if row is None:
        return Response.text("There is no such clip.", status=404)
    path = find_audio(datasette, db, row["audio"])
    suffix = request.url_vars["suffix"]
    if suffix and suffix != find_suffix(path or row["audio_url"]):
        return Response.text("The recording of this clip is no such file.", status=404)
    if path is None and is_web_address(row["audio_url"]):
        return Response.redirect(row["audio_url"])
    if path is None:
        return Response.text("The recording of this clip is not here.", status=404)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": name_keeping(datasette, request)}
    await FileResponse(path, media_type=find_type(path), headers=headers)(scope, receive, send)
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
        return path if path.is_file() and find_type(path) else None
    except (OSError, ValueError):  # it may not be read, or no file can have this name
        return None


def find_suffix(name: Path | str) -> str:
    """How the name of a recording ends, a path or an address: as .mp3; "" when that says nothing.

    >>> find_suffix("https://radio.example/akhbar.MP3?x=1"), find_suffix("talk.txt")
    ('.mp3', '')
    """
    try:
        path = name if isinstance(name, Path) else PurePosixPath(urlsplit(name).path)
    except ValueError:  # no address at all
        return ""
    suffix = path.suffix.lower()
    return suffix if suffix in TYPES else ""
