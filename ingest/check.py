"""Check: whether an archive is whole, and what a person should look at."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from sqlite_utils import Database

from ingest.archive import FILE, TABLES, VERSION, rebuild
from ingest.errors import FactsError, TranscriptError
from ingest.files import hash_file
from ingest.peaks import load_peaks
from ingest.sightings import load_watch
from ingest.speakers.people import FILE as PEOPLE
from ingest.transcript import FOLDER, Transcript, list_ids, load_transcript


def check_archive(archive: Path) -> Iterator[str]:
    """Give a line for each thing that is wrong, with the remedy; none when all is well."""
    sounds: dict[str, str] = {}
    for clip_id in list_ids(archive):
        try:
            transcript = load_transcript(archive / FOLDER / clip_id)
        except TranscriptError as error:
            yield str(error)
            continue
        for load in (load_watch, load_peaks):
            try:
                load(archive / FOLDER / clip_id)
            except TranscriptError as error:
                yield str(error)
        yield from _check_clip(archive, transcript)
        sound = transcript.clip.samples_sha256
        if sound and sounds.setdefault(sound, clip_id) != clip_id:
            yield f"{clip_id}: is the same recording as {sounds[sound]}; remove the folder of one of them"
    yield from _check_fingerprints(archive, set(sounds.values()))
    yield from _check_database(archive)


def _check_clip(archive: Path, transcript: Transcript) -> Iterator[str]:
    clip, clip_id = transcript.clip, transcript.clip.id
    late = next((s for s in transcript.segments if s.start >= clip.duration > 0), None)
    if late:
        yield f"{clip_id}: transcript.vtt has text at {late.start:.0f} s, behind the end; correct its time"
    if not clip.audio:
        return
    path = archive / clip.audio
    if not path.is_file():
        yield f"{clip_id}: its recording {clip.audio} is missing; bring it back, or ingest it where it is"
        return
    if hash_file(path) != clip.audio_sha256:
        yield f"{clip_id}: its recording {clip.audio} has changed; ingest it again to hear what is new"


def _check_fingerprints(archive: Path, clips: set[str]) -> Iterator[str]:
    """Compare the sound of clips whose samples are not the same."""
    try:
        from ingest.fingerprint import Fingerprints, load_fingerprint
    except ModuleNotFoundError:  # a machine that only publishes has no numpy
        return
    found = ((clip_id, load_fingerprint(archive / FOLDER / clip_id)) for clip_id in sorted(clips))
    known = {clip_id: fingerprint for clip_id, fingerprint in found if fingerprint}
    fingerprints = Fingerprints(known.items())
    for clip_id, fingerprint in known.items():
        match = fingerprints.find(fingerprint, besides=clip_id)
        if match and match.name < clip_id:
            yield (
                f"{clip_id}: sounds like the same recording as {match.name}, encoded anew; "
                "remove the folder of one of them"
            )


def _check_database(archive: Path) -> Iterator[str]:
    """Build the database once more beside the archive and compare every row."""
    path = archive / FILE
    remedy = "run `ingest rebuild`"
    if not path.is_file():
        yield f"{FILE}: is missing; {remedy}"
        return
    with tempfile.TemporaryDirectory() as folder:
        fresh_home = Path(folder)
        for name in (FOLDER, PEOPLE):
            (fresh_home / name).symlink_to((archive / name).resolve(), (archive / name).is_dir())
        try:
            rebuild(fresh_home)
            fresh, current = Database(fresh_home / FILE), Database(path)
            if current.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                yield f"{FILE}: was made by another version of Airquote; {remedy}"
                return
            if (state := current.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                yield f"{FILE}: is damaged ({state}); {remedy}"
            for table in TABLES:
                query = f'SELECT * FROM "{table}" ORDER BY 1, 2'
                rows = zip_longest(fresh.execute(query), current.execute(query))
                if any(row != other for row, other in rows):
                    yield f"{FILE}: the table {table} is not what {FOLDER}/ and {PEOPLE} say; {remedy}"
        except FactsError as error:
            yield str(error)
        except sqlite3.DatabaseError as error:
            yield f"{FILE}: is damaged ({error}); {remedy}"
