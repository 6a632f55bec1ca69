"""archive.db: derived from transcripts/, for Datasette to publish. Never the truth.

There are no migrations: a database of another version, or of another speakers.yml, is built again. Every
row follows from the files alone, so a database that grew clip by clip and one built at once hold the same
rows.

The tables by which a search finds words are in index.py.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ingest.errors import TranscriptError
from ingest.fold import FOLD_VERSION
from ingest.index import TABLES as INDEX_TABLES
from ingest.index import build_index, create_index, index_clip, mark_segments, unindex_clip
from ingest.rows import (
    chapter_rows,
    clip_row,
    credit_rows,
    difference_rows,
    earlier_rows,
    hole_rows,
    old_id_rows,
    peaks_rows,
    run_row,
    segment_id,
    segment_rows,
    speaker_row,
    watch_row,
)
from ingest.sightings import Sighting
from ingest.speakers.credits import list_credits
from ingest.speakers.people import People, load_people
from ingest.transcript import FOLDER, Transcript, list_ids, load_transcript
from ingest.wordtimes import pack_times

FILE = "archive.db"
SCHEMA_VERSION = 12
VERSION = SCHEMA_VERSION * 1000 + FOLD_VERSION  # kept as PRAGMA user_version; application_id: People.stamp

TABLES: dict[str, dict[str, Any]] = {
    "clips": {
        "columns": {
            "id": str, "title": str, "date": str, "date_from": str, "date_to": str, "year": int,
            "programme": str, "broadcaster": str, "language": str, "summary": str, "duration": float,
            "timed": int, "words": int, "text_from": str, "review": str, "run": int, "coverage": float,
            "notice": str, "note": str, "rights": str, "audio": str, "audio_sha256": str, "audio_url": str,
            "page_url": str,
        },
        "pk": "id",
    },
    "speakers": {
        "columns": {
            "id": str, "name": str, "sort": str, "wikidata": str, "viaf": str, "isni": str, "note": str,
        },
        "pk": "id",
    },
    "speaker_ids": {
        "columns": {"id": str, "speaker": str},
        "pk": "id",
        "foreign_keys": [("speaker", "speakers", "id")],
    },
    "clip_speakers": {
        "columns": {
            "clip": str, "speaker": str, "part": str, "title": str, "name": str, "named": str, "words": int,
            "seconds": float,
        },
        "pk": ("clip", "speaker", "part"),
        "foreign_keys": [("clip", "clips", "id"), ("speaker", "speakers", "id")],
    },
    "segments": {
        "columns": {
            "id": int, "clip": str, "n": int, "start": float, "end": float, "speaker": str, "text": str,
            "probability": float, "doubt": str,
        },
        "pk": "id",
        "foreign_keys": [("clip", "clips", "id"), ("speaker", "speakers", "id")],
    },
    "word_times": {
        "columns": {"segment": int, "times": bytes},
        "pk": "segment",
        "foreign_keys": [("segment", "segments", "id")],
    },
    "holes": {
        "columns": {"clip": str, "start": float, "end": float},
        "pk": ("clip", "start"),
        "foreign_keys": [("clip", "clips", "id")],
    },
    "differences": {
        "columns": {
            "clip": str, "n": int, "kind": str, "start": float, "end": float, "segment": int, "word": int,
            "words": int, "published": str, "spoken": str,
        },
        "pk": ("clip", "n"),
        "foreign_keys": [("clip", "clips", "id"), ("segment", "segments", "id")],
    },
    "chapters": {
        "columns": {"clip": str, "n": int, "start": float, "title": str},
        "pk": ("clip", "n"),
        "foreign_keys": [("clip", "clips", "id")],
    },
    "peaks": {
        "columns": {"clip": str, "peaks": bytes},
        "pk": "clip",
        "foreign_keys": [("clip", "clips", "id")],
    },
    "runs": {
        "columns": {
            "clip": str, "n": int, "engine": str, "version": str, "model": str, "checkpoint_sha256": str,
            "language": str, "words": int, "coverage": float, "parameters": str, "made": str,
        },
        "pk": ("clip", "n"),
        "foreign_keys": [("clip", "clips", "id")],
    },
    "earlier_words": {
        "columns": {"clip": str, "run": int, "words": str, "times": bytes},
        "pk": ("clip", "run"),
        "foreign_keys": [("clip", "clips", "id")],
    },
    "watch": {
        "columns": {
            "clip": str, "kind": str, "url": str, "status": str, "seen": str, "since": str, "detail": str,
        },
        "pk": ("clip", "kind", "url"),
        "foreign_keys": [("clip", "clips", "id")],
    },
    **INDEX_TABLES,
}  # fmt: skip
MADE = ("user_version", "application_id")  # pragmas that tell how a database was made
INDEXES = {
    "clips": ("date_from", "programme"),
    "clip_speakers": ("speaker",),
    "speaker_ids": ("speaker",),
    "segments": ("clip", "speaker", "probability"),
    "vocabulary": ("stem",),
}


def open_archive(archive: Path) -> Database:
    """Open archive.db to write to it; one that is missing or out of date as a whole is built first.

    A clip that cannot be read is then left out; `ingest check` names it.

    raises  TranscriptError when the file is not a SQLite database,
            FactsError when speakers.yml cannot be read
    """
    path = archive / FILE
    people = load_people(archive)
    try:
        with closing(sqlite3.connect(path)) as connection:
            made = [connection.execute(f"PRAGMA {key}").fetchone()[0] for key in MADE]
    except sqlite3.DatabaseError as error:
        raise TranscriptError(
            f"{FILE}: cannot be opened ({error}); run `ingest rebuild` to make it anew"
        ) from error
    if made != [VERSION, people.stamp]:
        rebuild(archive)
    return Database(path)


def rebuild(archive: Path, report: Callable[[str], None] = lambda clip_id: None) -> list[TranscriptError]:
    """Make archive.db from transcripts/ and put it in the place of the old one.

    report   is called with the id of each clip that is in
    returns  an error for each clip that could not be read; the others are in
    raises   FactsError when speakers.yml cannot be read; the old database then stays
    """
    failures = []
    people = load_people(archive)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=archive) as folder:
        draft = Path(folder) / FILE
        with draft_archive(draft, people) as add:
            for clip_id in list_ids(archive):
                try:
                    add(load_transcript(archive / FOLDER / clip_id))
                    report(clip_id)
                except TranscriptError as error:
                    failures.append(error)
        draft.replace(archive / FILE)
    return failures


@contextmanager
def draft_archive(path: Path, people: People) -> Iterator[Callable[[Transcript], None]]:
    """A database that is new, as the function that takes a clip in; it is whole when it is left.

    A machine that fails meanwhile leaves it damaged.
    """
    with closing(Database(path)) as db:
        db.execute("PRAGMA journal_mode = MEMORY")
        db.execute("PRAGMA synchronous = OFF")
        _create(db)

        def add(transcript: Transcript) -> None:
            with _saving(db, transcript.clip.id):
                _insert(db, transcript, people)

        yield add
        with db.atomic():
            build_index(db)
        for key, value in zip(MADE, (VERSION, people.stamp), strict=True):
            db.execute(f"PRAGMA {key} = {value}")


def save_transcript(db: Database, transcript: Transcript, people: People) -> None:
    """Write all rows of a clip in one transaction, in the place of those that are there.

    people  of the speakers.yml by which the database was made
    raises  TranscriptError when its segments would take the numbers of another clip's
    """
    with _saving(db, transcript.clip.id):
        _replace(db, transcript, people)


@contextmanager
def _saving(db: Database, clip_id: str) -> Iterator[None]:
    """A transaction that writes rows of a clip, and says what a person can do when it fails."""
    try:
        with db.atomic():
            yield
    except sqlite3.IntegrityError as error:
        raise TranscriptError(
            f"{clip_id}: clashes with another clip in {FILE} ({error}); give it another id"
        ) from error
    except sqlite3.OperationalError as error:
        raise TranscriptError(
            f"{clip_id}: is in {FOLDER}/, but {FILE} cannot be written ({error}); run `ingest rebuild`"
        ) from error


def save_sightings(db: Database, clip_id: str, sightings: Iterable[Sighting]) -> None:
    """Write what was seen of a clip's page and recording, in the place of what was seen before."""
    with db.atomic():
        if db.execute("SELECT 1 FROM clips WHERE id = ?", [clip_id]).fetchone():
            db.execute("DELETE FROM watch WHERE clip = ?", [clip_id])
            db["watch"].insert_all(watch_row(clip_id, one) for one in sightings)


def save_peaks(db: Database, clip_id: str, peaks: bytes) -> None:
    """Write how loud a clip's recording is, in the place of what was known before.

    raises  TranscriptError when they cannot be written
    """
    with _saving(db, clip_id):
        db.execute("DELETE FROM peaks WHERE clip = ?", [clip_id])
        db["peaks"].insert_all(peaks_rows(clip_id, peaks))


def _replace(db: Database, transcript: Transcript, people: People) -> None:
    clip = transcript.clip
    delete_clip(db, clip.id)
    _insert(db, transcript, people)
    rows = [(segment_id(clip.id, n), segment.text) for n, segment in enumerate(transcript.segments, 1)]
    index_clip(db, clip.facts.language, rows)


def _insert(db: Database, transcript: Transcript, people: People) -> None:
    """Write all rows of a clip that is not there, but for the words in the index."""
    clip, segments = transcript.clip, transcript.segments
    rows = list(segment_rows(transcript, people))
    db["clips"].insert(clip_row(transcript))
    credits = list_credits(transcript, people)
    db["speakers"].insert_all((speaker_row(credit, people) for credit in credits), ignore=True)
    db["speaker_ids"].insert_all((row for each in credits for row in old_id_rows(each, people)), ignore=True)
    db["clip_speakers"].insert_all(credit_rows(transcript, credits, people))
    persons = sorted({credit.speaker for credit in credits})
    _name_speakers(db, persons)
    db["segments"].insert_all(rows)
    db["word_times"].insert_all(
        {"segment": row["id"], "times": pack_times(s.words)} for row, s in zip(rows, segments, strict=True)
    )
    marks = mark_segments(persons, [(row["speaker"], row["doubt"]) for row in rows])
    db["segment_marks"].insert({"clip": clip.id, "marks": marks})
    db["holes"].insert_all(hole_rows(transcript))
    db["differences"].insert_all(difference_rows(transcript))
    db["chapters"].insert_all(chapter_rows(clip))
    db["peaks"].insert_all(peaks_rows(clip.id, transcript.peaks))
    db["runs"].insert_all(run_row(clip, n, run) for n, run in transcript.runs.items())
    db["earlier_words"].insert_all(earlier_rows(transcript))
    db["watch"].insert_all(watch_row(clip.id, one) for one in transcript.watch)


def delete_clip(db: Database, clip_id: str) -> None:
    """Take all rows of a clip out, and the speakers that no other clip names. No commit."""
    clip = db.execute("SELECT language FROM clips WHERE id = ?", [clip_id]).fetchone()
    if clip is None:
        return
    rows = db.execute("SELECT id, text FROM segments WHERE clip = ? ORDER BY n", [clip_id]).fetchall()
    people = [
        row["speaker"] for row in db.query("SELECT speaker FROM clip_speakers WHERE clip = ?", [clip_id])
    ]
    unindex_clip(db, clip[0], rows)
    db.execute("DELETE FROM word_times WHERE segment IN (SELECT id FROM segments WHERE clip = ?)", [clip_id])
    for table in (
        "differences",
        "segments",
        "segment_marks",
        "clip_speakers",
        "holes",
        "chapters",
        "peaks",
        "runs",
        "earlier_words",
        "watch",
    ):
        db.execute(f"DELETE FROM {table} WHERE clip = ?", [clip_id])
    db.execute("DELETE FROM clips WHERE id = ?", [clip_id])
    _name_speakers(db, people)


def _name_speakers(db: Database, speakers: list[str]) -> None:
    """Name each person as the clips' rows do (where they differ: the first in order); drop who is in none."""
    for speaker in speakers:
        named = "SELECT min(name) FROM clip_speakers WHERE speaker = :id"
        db.execute(
            f"UPDATE speakers SET name = ({named}) WHERE id = :id AND ({named}) IS NOT NULL", {"id": speaker}
        )
        for table, column in (("speakers", "id"), ("speaker_ids", "speaker")):
            db.execute(f"DELETE FROM {table} WHERE {column} = :id AND ({named}) IS NULL", {"id": speaker})


def _create(db: Database) -> None:
    for name, table in TABLES.items():
        db[name].create(**table)
        for column in INDEXES.get(name, ()):
            db[name].create_index([column])
    create_index(db)
