"""Catalog: what a search has to know of each clip, kept in memory while the database is the same.

A million segments are some thousand clips. With their facts at hand, and two bytes a segment that say
whose voice it is, a search counts by speaker, programme, year or language without SQLite.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from datasette_airquote.citations.names import Name
from ingest.facts import NOT_HEARD
from ingest.index import DOUBTFUL, read_marks
from ingest.rows import segment_id
from ingest.stems import name_base

SHIFT = 17  # bits of a segment's id that number it within its clip; the rest is the clip's number
CLIPS = """
SELECT c.id, c.title, c.date, c.date_from, c.date_to, c.programme, c.language, c.review, c.words,
  c.timed, c.audio <> '' OR c.audio_url <> '', c.broadcaster, c.duration, c.text_from, m.marks,
  (SELECT min(made) FROM runs r WHERE r.clip = c.id AND made <> '')
FROM clips c JOIN segment_marks m ON m.clip = c.id
ORDER BY c.date_from = '', c.date_from DESC, c.id
"""
WORDS = 8  # the column with the number of words
PEOPLE = "SELECT clip, speaker, part FROM clip_speakers ORDER BY clip, speaker, part"
NAMES = "SELECT id, name, sort FROM speakers"
OLD_IDS = "SELECT id, speaker FROM speaker_ids"
WRITTEN = "SELECT block FROM segments_fts_data WHERE id = 10"  # FTS5's list of what was written when


class Role(NamedTuple):
    """A person's part in a clip.

    number     of the voice, in the clip's marks
    is_quoted  whether named but not heard; may_speak: whether a voice that nobody knows may be theirs
    """

    speaker: str
    number: int
    is_quoted: bool
    may_speak: bool


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """One clip.

    number    of the clip, as the ids of its segments begin; base: the id before that of the first segment
    year      in which all its days lie, or the decade as 196X, "" where there are several
    month     the same, as 1963-05
    words     how many it has; length: the same by the mean of all clips
    place     among all clips, newest first; undated ones are last
    timed     whether it is known when its words were said; duration: seconds of audio, 0 when unknown
    audible   whether there is a recording; added: when it was first heard, UTC, "" when unknown
    marks     for each segment the number of the voice, 0 for an unknown one, and whether it is doubtful
    only_mark the mark that all segments have, None where there are several; doubtful: whether any is
    roles     who takes part, in order of their ids; people: these ids, heard: of those who have a voice in it
    """

    number: int
    base: int
    id: str
    title: str
    date: str
    first: str
    last: str
    year: str
    month: str
    programme: str
    language: str
    review: str
    words: int
    length: float
    place: int
    timed: bool
    audible: bool
    broadcaster: str
    duration: float
    text_from: str
    added: str
    marks: array[int]
    only_mark: int | None
    doubtful: bool
    roles: tuple[Role, ...]
    people: frozenset[str]
    heard: frozenset[str]
    has_voice: bool
    has_quoted: bool


@dataclass(frozen=True, eq=False)
class Catalog:
    """All clips of a database in one state; equal to itself alone, so that what follows can be kept.

    clips    by number
    names    of speakers, by id; old_ids: the id of a speaker by one that it had before
    state    is the same for the same clips and words, also after a rebuild and on another machine
    """

    clips: Mapping[int, ClipFacts]
    names: Mapping[str, str]
    old_ids: Mapping[str, str]
    state: str

    @cached_property
    def by_id(self) -> Mapping[str, ClipFacts]:
        return {clip.id: clip for clip in self.clips.values()}

    def find_speaker(self, id: str) -> str:
        """The id of a person, who may have had another before; as it is where nobody is known by it."""
        return self.old_ids.get(id, id)

    @cached_property
    def numbers(self) -> Mapping[str, frozenset[int]]:
        """The numbers of the clips in each language, without regard to regions."""
        found: dict[str, set[int]] = {}
        for clip in self.clips.values():
            found.setdefault(name_base(clip.language), set()).add(clip.number)
        return {language: frozenset(numbers) for language, numbers in found.items()}


def read_stamp(connection: sqlite3.Connection) -> tuple[object, ...]:
    """What changes whenever the database does: the file, when it was changed, what the index holds."""
    path = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    state: tuple[object, ...] = (path,)
    if path and Path(path).exists():
        stat = Path(path).stat()
        state += (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return (*state, *(connection.execute(WRITTEN).fetchone() or ()))


def load_catalog(connection: sqlite3.Connection) -> Catalog:
    people = connection.execute(PEOPLE).fetchall()
    parts: dict[str, dict[str, set[str]]] = {}
    for clip, speaker, part in people:
        parts.setdefault(clip, {}).setdefault(speaker, set()).add(part)
    rows = connection.execute(CLIPS).fetchall()
    mean = sum(row[WORDS] for row in rows) / max(len(rows), 1) or 1
    clips = (_read_clip(row, parts.get(row[0], {}), mean, place) for place, row in enumerate(rows))
    read = [*rows, *people, *connection.execute(WRITTEN)]
    state = hashlib.sha256(repr([tuple(row) for row in read]).encode())
    names = {id: Name(name, sort) for id, name, sort in connection.execute(NAMES)}
    old_ids = dict(connection.execute(OLD_IDS).fetchall())
    return Catalog({clip.number: clip for clip in clips}, names, old_ids, state.hexdigest()[:8])


def find_common(first: str, last: str, size: int) -> str:
    """What two days have in common of their first `size` characters, "" where these differ.

    >>> find_common("2013-05-01", "2013-05-31", 7), find_common("2013-05-01", "2013-06-30", 7)
    ('2013-05', '')
    """
    return first[:size] if first[:size] == last[:size] else ""


def _read_clip(row: tuple[Any, ...], parts: Mapping[str, set[str]], mean: float, place: int) -> ClipFacts:
    id, title, date, first, last, programme, language, review, words, timed, audible, *rest = row
    broadcaster, duration, text_from, packed, added = rest
    decade = find_common(first, last, 3)
    year = find_common(first, last, 4) or (f"{decade}X" if decade else "")
    # One object for all that are equal, so that counting compares no letters.
    year, programme, language, review = map(sys.intern, (year, programme, language, review))
    number = segment_id(id, 0) >> SHIFT
    marks = read_marks(packed)
    kinds = set(marks)
    roles = tuple(
        Role(sys.intern(who), n, "quoted" in p, p != {"quoted"})
        for n, (who, p) in enumerate(parts.items(), 1)
    )
    return ClipFacts(
        number, number << SHIFT, id, title, date, first, last, year, find_common(first, last, 7),
        programme, language, review, words, words / mean, place, bool(timed), bool(audible), broadcaster,
        duration or 0.0, text_from, added or "", marks,
        kinds.pop() if len(kinds) == 1 else None, max(marks, default=0) >= DOUBTFUL, roles, frozenset(parts),
        frozenset(who for who, p in parts.items() if not p <= set(NOT_HEARD)),
        any(role.may_speak for role in roles), any(role.is_quoted for role in roles),
    )  # fmt: skip
