"""Catalog: what a search has to know of each clip, kept in memory while the database is the same.

A million segments are some thousand clips. With their facts at hand, and two bytes a segment that say
whose voice it is, a search counts by speaker, programme, year or language without SQLite.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.archive import segment_id
from ingest.index import DOUBTFUL, read_marks
from ingest.stems import name_base

SHIFT = 17  # bits of a segment's id that number it within its clip; the rest is the clip's number
CLIPS = """
SELECT c.id, c.title, c.date, c.date_from, c.date_to, c.year, c.programme, c.language, c.review, c.words,
  c.timed, c.audio <> '' OR c.audio_url <> '', m.marks,
  (SELECT min(made) FROM runs r WHERE r.clip = c.id AND made <> '')
FROM clips c JOIN segment_marks m ON m.clip = c.id
"""
PEOPLE = "SELECT clip, speaker, part FROM clip_speakers ORDER BY clip, speaker, part"
NAMES = "SELECT id, name FROM speakers"
WRITTEN = "SELECT block FROM segments_fts_data WHERE id = 10"  # FTS5's list of what was written when


@dataclass(frozen=True)
class ClipFacts:
    """One clip.

    number  of the clip, as the ids of its segments begin
    year    of its first day, "" when unknown
    words   how many it has; timed: whether it is known when they were said
    audible whether there is a recording; added: when it was first heard, UTC, "" when unknown
    marks   for each segment the number of the voice among `people`, from 1, and whether it is doubtful
    people  who takes part, in order of their ids, and how
    """

    number: int
    id: str
    title: str
    date: str
    first: str
    last: str
    year: str
    programme: str
    language: str
    review: str
    words: int
    timed: bool
    audible: bool
    added: str
    marks: array[int]
    people: Mapping[str, frozenset[str]]

    @cached_property
    def doubtful(self) -> bool:
        """Whether any segment is."""
        return bool(self.marks) and max(self.marks) >= DOUBTFUL

    @cached_property
    def only_mark(self) -> int | None:
        """The mark that all segments have; None where there are several."""
        marks = set(self.marks)
        return marks.pop() if len(marks) == 1 else None

    @cached_property
    def roles(self) -> tuple[tuple[str, int, bool, bool], ...]:
        """For each of the people the number, whether quoted, and whether an unknown voice may be theirs."""
        people = enumerate(self.people.items(), 1)
        return tuple((id, n, "quoted" in parts, parts != {"quoted"}) for n, (id, parts) in people)

    @cached_property
    def has_voice(self) -> bool:
        """Whether an unknown voice may be that of somebody who is named."""
        return any(may_speak for *_, may_speak in self.roles)

    @cached_property
    def has_quoted(self) -> bool:
        return any(is_quoted for _, _, is_quoted, _ in self.roles)

    @cached_property
    def base(self) -> int:
        """The id before that of the first segment."""
        return self.number << SHIFT


@dataclass(frozen=True)
class Catalog:
    """All clips of a database in one state."""

    clips: Mapping[int, ClipFacts]  # by number
    names: Mapping[str, str]  # of speakers, by id

    @cached_property
    def by_id(self) -> Mapping[str, ClipFacts]:
        return {clip.id: clip for clip in self.clips.values()}

    @cached_property
    def numbers(self) -> Mapping[str, frozenset[int]]:
        """The numbers of the clips in each language, without regard to regions."""
        found: dict[str, set[int]] = {}
        for clip in self.clips.values():
            found.setdefault(name_base(clip.language), set()).add(clip.number)
        return {language: frozenset(numbers) for language, numbers in found.items()}

    @cached_property
    def newest(self) -> Mapping[int, int]:
        """The place of each clip, by number, when the newest is first; undated ones are last."""
        clips = sorted(self.clips.values(), key=lambda clip: clip.id)
        clips.sort(key=lambda clip: clip.first, reverse=True)
        return {clip.number: place for place, clip in enumerate(clips)}

    @cached_property
    def mean_words(self) -> float:
        return sum(clip.words for clip in self.clips.values()) / max(len(self.clips), 1)


def read_stamp(connection: sqlite3.Connection) -> tuple[object, ...]:
    """What changes whenever the database does: the file, when it was changed, what the index holds."""
    path = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    state: tuple[object, ...] = (path,)
    if path and Path(path).exists():
        stat = Path(path).stat()
        state += (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return (*state, *(connection.execute(WRITTEN).fetchone() or ()))


def load_catalog(connection: sqlite3.Connection) -> Catalog:
    people: dict[str, dict[str, frozenset[str]]] = {}
    for clip, speaker, part in connection.execute(PEOPLE):
        parts = people.setdefault(clip, {})
        parts[speaker] = parts.get(speaker, frozenset()) | {part}
    clips = (_read_clip(row, people.get(row[0], {})) for row in connection.execute(CLIPS))
    return Catalog({clip.number: clip for clip in clips}, dict(connection.execute(NAMES).fetchall()))


def _read_clip(row: tuple[object, ...], people: Mapping[str, frozenset[str]]) -> ClipFacts:
    id, title, date, first, last, year, programme, language, review, words, timed, audible, marks, added = row
    assert isinstance(marks, bytes), "marks are packed"
    return ClipFacts(
        segment_id(str(id), 0) >> SHIFT, str(id), str(title), str(date), str(first), str(last),
        str(year or ""), str(programme), str(language), str(review), int(str(words or 0)), bool(timed),
        bool(audible), str(added or ""), read_marks(marks), people,
    )  # fmt: skip
