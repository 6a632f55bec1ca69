"""/audio/<clip-id>.peaks.json: how loud the recording is from moment to moment, for its picture."""

from __future__ import annotations

from typing import Any

from datasette import Response
from datasette.database import Database

from datasette_airquote.pages import link, open_archive
from ingest.peaks import thin_peaks

PEAKS = "SELECT c.duration, p.peaks FROM peaks p JOIN clips c ON c.id = p.clip WHERE c.id = :clip"
HAS_PEAKS = "SELECT 1 FROM peaks WHERE clip = :clip"
MOST = 2_000  # values, more than a screen has room for


async def send_peaks(datasette: Any, request: Any) -> Response:
    """Send the seconds of a recording, and the loudest sample in each of equally long stretches, 0 to 1."""
    db = await open_archive(datasette, request)
    row = (await db.execute(PEAKS, {"clip": request.url_vars["clip"]})).first()
    if row is None:
        return Response.text("It is not known how loud the recording of this clip is.", status=404)
    return Response.json({"duration": row["duration"], "peaks": thin_peaks(row["peaks"], MOST)})


async def find_peaks_url(datasette: Any, db: Database, clip_id: str) -> str:
    """The link to the peaks of a clip, "" when there are none."""
    known = (await db.execute(HAS_PEAKS, {"clip": clip_id})).first()
    return link(datasette, f"/audio/{clip_id}.peaks.json") if known else ""
