"""Clips as the pages see them: the rows of one clip put together again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from datasette.database import Database

from datasette_airquote.citations.names import Name
from datasette_airquote.permalink import find_passage, format_range, name_words, parse_range
from datasette_airquote.wording import name_part
from ingest.differences import Difference
from ingest.facts import KEYS, Speaker
from ingest.segment import Segment
from ingest.words import Word, is_unspaced, split_words, word_spans
from ingest.wordtimes import unpack_times

CLIP = "SELECT * FROM clips WHERE id = :clip"
PEOPLE = """
SELECT c.speaker, c.name, s.sort, c.title, c.part FROM clip_speakers c JOIN speakers s ON s.id = c.speaker
WHERE c.clip = :clip ORDER BY c.rowid
"""
SEGMENTS = """
SELECT s.start, s."end", s.text, s.doubt, p.name AS speaker, t.times
FROM segments s JOIN word_times t ON t.segment = s.id LEFT JOIN speakers p ON p.id = s.speaker
WHERE s.clip = :clip ORDER BY s.n
"""
RUN = """
SELECT r.engine, r.version, r.model, r.parameters
FROM runs r JOIN clips c ON c.id = r.clip AND c.run = r.n WHERE r.clip = :clip
"""
HOLES = 'SELECT start, "end" FROM holes WHERE clip = :clip ORDER BY start'
CHAPTERS = "SELECT start, title FROM chapters WHERE clip = :clip ORDER BY n"
DIFFERENCES = """
SELECT d.kind, d.start, d."end", s.n AS segment, d.word, d.words, d.published, d.spoken
FROM differences d JOIN segments s ON s.id = d.segment WHERE d.clip = :clip ORDER BY d.n
"""

WATCH = """
SELECT w.kind, w.status, w.since, w.detail FROM watch w JOIN clips c ON c.id = w.clip
WHERE w.clip = :clip AND w.url = CASE w.kind WHEN 'page' THEN c.page_url ELSE c.audio_url END
ORDER BY w.kind DESC
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some neighbouring words of a clip.

    first, last  numbers of the words in the clip, both inclusive
    segments     numbers of the first and the last segment that they stand in, from 0
    speaker      whose voice says the first of them, "" when unknown
    place        the parameters of a link to it: t and w; of a text without times, s and w
    state        "same", "moved" or "changed", see permalink.Found
    """

    first: int
    last: int
    start: float
    end: float
    text: str
    segments: tuple[int, int]
    speaker: str
    place: Mapping[str, str]
    timed: bool = True
    state: str = "same"

    @property
    def w(self) -> str:
        """Number and mark of the words."""
        return self.place["w"]


@dataclass(frozen=True)
class Clip:
    """One clip: its row in `clips`, the people in it, its text, the run that timed it, where words are
    missing, why each segment may be invented ("" where nothing speaks for that), where the text and the
    recording differ, where its chapters begin, and what has become of the publisher's page and recording."""

    row: Mapping[str, Any]
    people: tuple[Speaker, ...]
    segments: tuple[Segment, ...]
    run: Mapping[str, Any] | None
    holes: tuple[tuple[float, float], ...] = ()
    doubts: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    watch: tuple[Mapping[str, str], ...] = ()
    chapters: tuple[tuple[float, str], ...] = ()
    person_ids: tuple[str, ...] = ()  # of the people, in their order

    @property
    def timed(self) -> bool:
        """Whether it is known when anything was said; else times only keep the order of the text."""
        return bool(self.row["timed"])

    @cached_property
    def words(self) -> list[Word]:
        return [word for segment in self.segments for word in segment.words]

    @cached_property
    def firsts(self) -> list[int]:
        """The number of each segment's first word."""
        firsts, count = [], 0
        for segment in self.segments:
            firsts.append(count)
            count += len(segment.words)
        return firsts

    def facts(self) -> dict[str, Any]:
        """What is known about the clip, with its id as "clip": the head of every export."""
        people = [{"name": p.name, "title": p.title, "part": p.part} for p in self.people]
        stated = {key: people if key == "speakers" else self.row[key] for key in KEYS}
        return {"clip": self.row["id"], **stated, "duration": self.row["duration"], "timed": self.timed}

    def find_people(self, passage: Passage | None) -> list[Speaker]:
        """Who speaks in a passage; where that is not known, and for the whole clip, everybody named in it."""
        if passage is None or not passage.speaker:
            return list(self.people)
        begin, end = passage.segments
        heard = dict.fromkeys(s.speaker for s in self.segments[begin : end + 1] if s.speaker)
        known = {person.name: person for person in self.people}
        return [known.get(name, Speaker(name)) for name in heard]

    def cut(self, first: int, last: int, state: str = "same") -> Passage:
        """The passage from one word to another, both inclusive."""
        begin, end = self._segment_of(first), self._segment_of(last)
        text = ""
        for number in range(begin, end + 1):
            segment, base = self.segments[number], self.firsts[number]
            words = segment.words[max(first - base, 0) : last - base + 1]
            text += " " if text and not is_unspaced(words[0].text[0]) else ""
            text += _cut_text(segment, max(first - base, 0), min(last - base, len(segment.words) - 1))
        cut = self.words[first : last + 1]
        return Passage(
            first, last, cut[0].start, max(word.end for word in cut), text, (begin, end),
            self.segments[begin].speaker, make_place(cut, self.timed), self.timed, state,
        )  # fmt: skip

    def find_linked(self, t: str, s: str, w: str) -> Passage | None:
        """The passage that a link means, None when it means the whole clip.

        t, s    its range, in seconds; or in sentences, of a text without times
        raises  ValueError with a line for the reader
        """
        if not self.timed and t:
            raise ValueError("No times are known of this text, so the link cannot be followed.")
        if self.timed and s and not t:  # made before the times were known: its words can still be found
            return self.find(0.0, 0.0, w) if w else None
        return self.find(*parse_range(t or s), w) if t or s else None

    def find(self, start: float, end: float | None, mark: str = "") -> Passage:
        """The passage that a link means; without an end, to the end of the sentence.

        raises  ValueError with a line for the reader when the clip is shorter
        """
        length = max(
            (self.row["duration"] or 0) if self.timed else 0, self.words[-1].end if self.words else 0
        )
        if not self.words:
            raise ValueError("This clip has no words.")
        if start > length or (end is not None and end > length + 1):
            what = f"The recording lasts {length:.2f} seconds" if self.timed else "The text is shorter"
            raise ValueError(f"{what}; the range lies beyond.")
        if end is None:
            first = next((n for n, word in enumerate(self.words) if word.end > start), len(self.words) - 1)
            passage = self.cut(first, self._ends(self._segment_of(first)))
            if not mark:
                return passage
            end = passage.end
        found = find_passage(self.words, start, end, mark)
        return self.cut(found.first, found.last, found.state)

    def cut_sentences(self, passage: Passage) -> Passage:
        """The whole sentences that a passage stands in."""
        return self.cut(self.firsts[passage.segments[0]], self._ends(passage.segments[1]))

    def _segment_of(self, word: int) -> int:
        return bisect_right(self.firsts, word) - 1

    def _ends(self, segment: int) -> int:
        return self.firsts[segment] + len(self.segments[segment].words) - 1


async def find_clip(db: Database, clip_id: str) -> Clip | None:
    """Read one clip with all its words."""
    key = {"clip": clip_id}
    row = (await db.execute(CLIP, key)).first()
    if row is None:
        return None
    credits = (await db.execute(PEOPLE, key)).rows
    people = (Speaker(_name(r, row["broadcaster"]), r["title"], r["part"]) for r in credits)
    rows = (await db.execute(SEGMENTS, key)).rows
    run = (await db.execute(RUN, key)).first()
    holes = tuple((r["start"], r["end"]) for r in (await db.execute(HOLES, key)).rows)
    segments = tuple(read_segment(r) for r in rows)
    doubts = tuple(r["doubt"] or "" for r in rows)
    watch = tuple(dict(r) for r in (await db.execute(WATCH, key)).rows)
    chapters = tuple((r["start"], r["title"]) for r in (await db.execute(CHAPTERS, key)).rows)
    clip = Clip(dict(row), tuple(people), segments, dict(run) if run else None, holes, doubts, watch=watch)
    differing = (await db.execute(DIFFERENCES, key)).rows
    differences = tuple(_difference(r, clip.firsts[r["segment"] - 1]) for r in differing)
    ids = tuple(r["speaker"] for r in credits)
    return replace(clip, differences=differences, chapters=chapters, person_ids=ids)


def make_place(words: Sequence[Word], timed: bool) -> dict[str, str]:
    """The parameters of a link to some neighbouring words."""
    return {"t" if timed else "s": format_range(words), "w": name_words([word.text for word in words])}


def describe_person(person: Speaker) -> str:
    """A person with the office held at the time, and the part taken.

    >>> describe_person(Speaker("Frank Rose", "U.S. Deputy Assistant Secretary", "quoted"))
    'Frank Rose, U.S. Deputy Assistant Secretary (quoted, not heard)'
    """
    office = f", {person.title}" if person.title else ""
    return f"{person.name}{office} ({name_part(person.part)})"


def read_segment(row: Any) -> Segment:
    """A segment with the times of its words, of a row as SEGMENTS gives it."""
    words = tuple(unpack_times(row["times"], split_words(row["text"])))
    start, end = (row["start"], row["end"]) if row["start"] is not None else (words[0].start, words[-1].end)
    return Segment(start, end, row["text"], row["speaker"] or "", words)


def _name(credit: Any, broadcaster: str) -> Name:
    """A name with how it is sorted; that of the broadcaster is an organisation's."""
    name = credit["name"]
    return Name(name, credit["sort"] or (name if name == broadcaster else ""))


def _difference(row: Any, base: int) -> Difference:
    """A difference in a segment whose first word has the number `base` in the clip."""
    first = base + row["word"] - 1
    times = row["start"], row["end"]
    return Difference(row["kind"], *times, first, first + row["words"], row["published"], row["spoken"])


def _cut_text(segment: Segment, first: int, last: int) -> str:
    spans = word_spans(segment.text)
    return segment.text[spans[first][0] : spans[last][1]]
