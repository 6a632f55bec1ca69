"""archive.db: derived from transcripts/, for Datasette to publish. Never the truth.

There are no migrations: a database of another version, or of another speakers.yml, is built again. Every
row follows from the files alone, so a database that grew clip by clip and one built at once hold the same
rows.

The tables by which a search finds words are in index.py.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ingest.coverage import find_holes, measure_coverage
from ingest.credits import Credit, list_credits
from ingest.dates import parse_date
from ingest.differences import find_differences
from ingest.doubts import find_doubts
from ingest.errors import TranscriptError
from ingest.fold import FOLD_VERSION
from ingest.index import TABLES as INDEX_TABLES
from ingest.index import build_index, create_index, index_clip, mark_segments, unindex_clip
from ingest.people import People, Person, load_people
from ingest.run import Run
from ingest.segment import Segment
from ingest.sightings import Sighting
from ingest.transcript import FOLDER, Clip, Transcript, list_ids, load_transcript
from ingest.words import Word
from ingest.wordtimes import pack_times

FILE = "archive.db"
SCHEMA_VERSION = 10
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
        "columns": {"id": str, "name": str, "wikidata": str, "viaf": str, "isni": str, "note": str},
        "pk": "id",
    },
    "clip_speakers": {
        "columns": {"clip": str, "speaker": str, "part": str, "title": str, "name": str, "named": str},
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
    "runs": {
        "columns": {
            "clip": str, "n": int, "engine": str, "version": str, "model": str, "checkpoint_sha256": str,
            "language": str, "words": int, "coverage": float, "parameters": str, "made": str,
        },
        "pk": ("clip", "n"),
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
    "segments": ("clip", "speaker", "probability"),
    "vocabulary": ("stem",),
}


def segment_id(clip_id: str, number: int) -> int:
    """The id of a clip's segment: the same in every build, below 2**53, and consecutive in a clip.

    Two clips share numbers with a chance of one in 2**36; `save_transcript` would refuse the second.
    """
    digest = hashlib.sha256(clip_id.encode()).digest()
    return (int.from_bytes(digest[:5], "big") >> 4 << 17) + number


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
        db = Database(draft)
        db.execute("PRAGMA journal_mode = MEMORY")
        db.execute("PRAGMA synchronous = OFF")
        _create(db)
        for clip_id in list_ids(archive):
            try:
                _save(db, load_transcript(archive / FOLDER / clip_id), partial(_insert, people=people))
                report(clip_id)
            except TranscriptError as error:
                failures.append(error)
        with db.atomic():
            build_index(db)
        for key, value in zip(MADE, (VERSION, people.stamp), strict=True):
            db.execute(f"PRAGMA {key} = {value}")
        db.close()
        draft.replace(archive / FILE)
    return failures


def save_transcript(db: Database, transcript: Transcript, people: People) -> None:
    """Write all rows of a clip in one transaction, in the place of those that are there.

    people  of the speakers.yml by which the database was made
    raises  TranscriptError when its segments would take the numbers of another clip's
    """
    _save(db, transcript, partial(_replace, people=people))


def _save(db: Database, transcript: Transcript, write: Callable[[Database, Transcript], None]) -> None:
    clip = transcript.clip
    try:
        with db.atomic():
            write(db, transcript)
    except sqlite3.IntegrityError as error:
        raise TranscriptError(
            f"{clip.id}: clashes with another clip in {FILE} ({error}); give it another id"
        ) from error
    except sqlite3.OperationalError as error:
        raise TranscriptError(
            f"{clip.id}: is in {FOLDER}/, but {FILE} cannot be written ({error}); run `ingest rebuild`"
        ) from error


def save_sightings(db: Database, clip_id: str, sightings: Iterable[Sighting]) -> None:
    """Write what was seen of a clip's page and recording, in the place of what was seen before."""
    with db.atomic():
        if db.execute("SELECT 1 FROM clips WHERE id = ?", [clip_id]).fetchone():
            db.execute("DELETE FROM watch WHERE clip = ?", [clip_id])
            db["watch"].insert_all(_watch_row(clip_id, one) for one in sightings)


def _replace(db: Database, transcript: Transcript, people: People) -> None:
    clip = transcript.clip
    delete_clip(db, clip.id)
    _insert(db, transcript, people)
    rows = [(segment_id(clip.id, n), segment.text) for n, segment in enumerate(transcript.segments, 1)]
    index_clip(db, clip.facts.language, rows)


def _insert(db: Database, transcript: Transcript, people: People) -> None:
    """Write all rows of a clip that is not there, but for the words in the index."""
    clip, segments = transcript.clip, transcript.segments
    rows: list[dict[str, Any]] = [
        {"id": segment_id(clip.id, n), "clip": clip.id, "n": n,
         "start": s.start if clip.timed else None, "end": s.end if clip.timed else None,
         "speaker": people.get_id(s.speaker) if s.speaker else None, "text": s.text,
         "probability": _probability(s), "doubt": doubt or None}
        for n, (s, doubt) in enumerate(zip(segments, _doubts(transcript), strict=True), 1)
    ]  # fmt: skip
    db["clips"].insert(_clip_row(transcript))
    credits = list_credits(transcript, people)
    db["speakers"].insert_all((_speaker_row(credit, people) for credit in credits), ignore=True)
    db["clip_speakers"].insert_all(_credit_row(clip, credit) for credit in credits)
    persons = sorted({credit.speaker for credit in credits})
    _name_speakers(db, persons)
    db["segments"].insert_all(rows)
    db["word_times"].insert_all(
        {"segment": row["id"], "times": pack_times(s.words)} for row, s in zip(rows, segments, strict=True)
    )
    marks = mark_segments(persons, [(row["speaker"], row["doubt"]) for row in rows])
    db["segment_marks"].insert({"clip": clip.id, "marks": marks})
    db["holes"].insert_all(_holes(transcript))
    db["differences"].insert_all(_differences(transcript))
    db["chapters"].insert_all(_chapters(clip))
    db["runs"].insert_all(_run_row(clip, n, run) for n, run in transcript.runs.items())
    db["watch"].insert_all(_watch_row(clip.id, one) for one in transcript.watch)


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
        "runs",
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
        db.execute(f"DELETE FROM speakers WHERE id = :id AND ({named}) IS NULL", {"id": speaker})


def _create(db: Database) -> None:
    for name, table in TABLES.items():
        db[name].create(**table)
        for column in INDEXES.get(name, ()):
            db[name].create_index([column])
    create_index(db)


def _speaker_row(credit: Credit, people: People) -> dict[str, Any]:
    person = people.find(credit.named) or Person(credit.speaker, credit.name)
    return {
        "id": person.id, "name": person.name, "wikidata": person.wikidata, "viaf": person.viaf,
        "isni": person.isni, "note": person.note,
    }  # fmt: skip


def _credit_row(clip: Clip, credit: Credit) -> dict[str, Any]:
    return {
        "clip": clip.id, "speaker": credit.speaker, "part": credit.part, "title": credit.title,
        "name": credit.name, "named": credit.named,
    }  # fmt: skip


def _clip_row(transcript: Transcript) -> dict[str, Any]:
    clip, facts = transcript.clip, transcript.clip.facts
    run = transcript.runs[clip.run]
    first, last = parse_date(facts.date)
    return {
        "id": clip.id, "title": facts.title, "date": facts.date, "date_from": first, "date_to": last,
        "year": int(first[:4]) if first else None, "programme": facts.programme,
        "broadcaster": facts.broadcaster, "language": facts.language, "summary": facts.summary,
        "duration": clip.duration, "timed": int(clip.timed),
        "words": sum(len(s.words) for s in transcript.segments),
        "text_from": clip.text_from, "review": _review(transcript), "run": clip.run,
        "coverage": round(measure_coverage(run.speech, _words(transcript)), 3) if clip.audio else None,
        "notice": clip.notice, "note": facts.note, "rights": facts.rights, "audio": clip.audio,
        "audio_sha256": clip.audio_sha256, "audio_url": facts.audio_url, "page_url": facts.page_url,
    }  # fmt: skip


def _words(transcript: Transcript) -> list[Word]:
    return [word for segment in transcript.segments for word in segment.words]


def _review(transcript: Transcript) -> str:
    """The review level, raised where the words show that a person has been at work."""
    stated = transcript.clip.review
    return "corrected" if transcript.corrected and stated == "unreviewed" else stated


def _probability(segment: Segment) -> float | None:
    """How sure the engine was of the words, on average, 0 to 1; None where it says so of none of them."""
    known = [word.probability for word in segment.words if word.probability is not None]
    return round(sum(known) / len(known), 2) if known else None


def _doubts(transcript: Transcript) -> list[str]:
    """The reason to doubt each segment; there is none where a person wrote or has reviewed the text."""
    clip = transcript.clip
    if clip.text_from != "machine" or clip.review == "reviewed":
        return [""] * len(transcript.segments)
    return find_doubts(transcript.segments, transcript.runs[clip.run].speech)


def _holes(transcript: Transcript) -> Iterator[dict[str, Any]]:
    speech = transcript.runs[transcript.clip.run].speech
    for start, end in find_holes(speech, _words(transcript)):
        yield {"clip": transcript.clip.id, "start": round(start, 2), "end": round(end, 2)}


def _differences(transcript: Transcript) -> Iterator[dict[str, Any]]:
    """The differences; a place between two sentences is at the beginning of the second, but for the last."""
    clip = transcript.clip
    starts = [0, *accumulate(len(segment.words) for segment in transcript.segments)]
    for n, found in enumerate(find_differences(transcript), 1):
        segment = min(bisect_right(starts, found.first), len(transcript.segments))
        yield {
            "clip": clip.id, "n": n, "kind": found.kind, "start": round(found.start, 2),
            "end": round(found.end, 2), "segment": segment_id(clip.id, segment),
            "word": found.first - starts[segment - 1] + 1, "words": found.stop - found.first,
            "published": found.published, "spoken": found.spoken,
        }  # fmt: skip


def _chapters(clip: Clip) -> Iterator[dict[str, Any]]:
    """The chapters that begin within the recording; none where nobody knows when anything is said."""
    within = [chapter for chapter in clip.chapters if clip.timed and chapter.start < clip.duration]
    for n, chapter in enumerate(within, 1):
        yield {"clip": clip.id, "n": n, "start": chapter.start, "title": chapter.title}


def _run_row(clip: Clip, number: int, run: Run) -> dict[str, Any]:
    return {
        "clip": clip.id, "n": number, "engine": run.engine, "version": run.version, "model": run.model,
        "checkpoint_sha256": run.checkpoint_sha256, "language": run.language, "words": len(run.words),
        "coverage": round(measure_coverage(run.speech, run.words), 3),
        "parameters": json.dumps(run.parameters, sort_keys=True), "made": run.made,
    }  # fmt: skip


def _watch_row(clip_id: str, one: Sighting) -> dict[str, Any]:
    return {
        "clip": clip_id, "kind": one.kind, "url": one.url, "status": one.status, "seen": one.seen,
        "since": one.since, "detail": one.detail,
    }  # fmt: skip
