"""Corrections by hand: who changed a transcript, and when.

`ingest rebuild` sees from the hash in clip.yml that the words of transcript.vtt are not those that
a program wrote last. The name and the time are those that `--by` gives, or else git's for the file's
last commit. Where neither knows, the clip is called corrected, and a later rebuild asks again.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import TranscriptError
from ingest.transcript import FOLDER, Edit, hash_text, is_edited, list_ids, load_clip, load_cues, save_clip

GIT_TIMEOUT = 10  # seconds


def record_edits(archive: Path, by: str = "") -> Iterator[tuple[str, Edit]]:
    """Note in clip.yml what people have corrected since a program wrote it, and raise the review level.

    by     who says that they did it; "" to ask git
    gives  the id of each clip that was corrected, with the note; clips that cannot be read are left out
    """
    for clip_id in list_ids(archive):
        folder = archive / FOLDER / clip_id
        try:
            clip, cues = load_clip(folder), load_cues(folder)
        except TranscriptError:
            continue  # rebuilding names it
        if not is_edited(clip, cues):
            continue
        edit = (
            Edit(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", by) if by else _ask_git(folder / "transcript.vtt")
        )
        review = "corrected" if clip.review == "unreviewed" else clip.review
        if edit.by:
            clip = replace(clip, text_sha256=hash_text(cues), edits=(*clip.edits, edit))
        save_clip(folder, replace(clip, review=review))
        yield clip_id, edit


def _ask_git(path: Path) -> Edit:
    """Author and time of a file's last commit; empty where git does not know this state of the file."""
    try:
        changed = _git(path, "status", "--porcelain", "--ignored", "--", path.name)
        at, _, by = _git(path, "log", "-1", "--format=%aI%x09%an", "--", path.name).partition("\t")
    except (OSError, subprocess.SubprocessError):
        return Edit("", "")
    return Edit("", "") if changed else Edit(at, by)


def _git(path: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(path.parent), *arguments], capture_output=True, check=True, timeout=GIT_TIMEOUT
    )
    return done.stdout.decode("utf-8", "replace").strip()
