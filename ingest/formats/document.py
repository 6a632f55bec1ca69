"""The seam between formats and intake: what a transcript file holds, and how readers collect it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.facts import Facts
from ingest.formats.pairing import Stamp, pair_words
from ingest.words import Word, is_spoken

LONGEST = 3_600_000.0  # seconds; a time beyond a thousand hours is a mistake
MOST_REPORTS = 100  # a file that is broken throughout does not bury everything else


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of an imported text: a caption, a paragraph, an entry.

    speaker     "" when the file does not say
    start, end  seconds from the clip's first sample; None where the file states no time; a line may
                have a start alone
    words       its words with their times where the file has them, else (); their texts are those of
                `split_words(text)`, in the same order
    """

    text: str
    speaker: str = ""
    start: float | None = None
    end: float | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What a transcript file holds.

    lines    in the file's order; where all have a start, in the order of their starts
    facts    what it states about the clip besides its words
    reports  a line for each thing that was dropped or repaired, naming the file and the line
    format   the name of the format that it was read as
    clock    seconds that its timecodes show at the hour in which they begin (36000 for 10:00:00:00);
             0 for times that are no SMPTE timecodes
    """

    lines: tuple[Line, ...]
    facts: Facts = field(default_factory=Facts)
    reports: tuple[str, ...] = ()
    format: str = ""
    clock: float = 0.0


class Draft:
    """Collects the lines of a file while it is read, and reports what cannot be taken as it is."""

    def __init__(self, name: str, form: str) -> None:
        self.name = name
        self.form = form
        self.lines: list[Line] = []
        self.reports: list[str] = []
        self.more = 0

    def report(self, where: int | str, message: str) -> None:
        """Note what was dropped or repaired; where: a line number, or other words for the place."""
        if len(self.reports) == MOST_REPORTS:
            self.more += 1
            return
        place = f", line {where}" if isinstance(where, int) else f", {where}" if where else ""
        self.reports.append(f"{self.name}{place}: {message}")

    def add(
        self,
        text: str,
        where: int | str,
        *,
        speaker: str = "",
        start: float | None = None,
        end: float | None = None,
        stamps: Sequence[Stamp] = (),
    ) -> None:
        """Take a stretch of text, without times that cannot be."""
        text = tidy(text)
        if not is_spoken(text):
            if text:
                self.report(where, f"“{shorten(text)}” holds no words; left out")
            return
        if start is not None and not (math.isfinite(start) and 0 <= start <= LONGEST):
            self.report(where, "the time is not one in a recording; the text is kept without it")
            start = end = None
        if start is None:
            end = None
        elif end is not None and not (math.isfinite(end) and start < end <= LONGEST):
            self.report(where, "ends before it starts; the end is left out")
            end = None
        words = pair_words(text, stamps, start, end)
        if stamps and not words:
            self.report(where, "the times of its words do not fit its text; left out")
        self.lines.append(Line(text, tidy(speaker), start, end, words))

    def finish(self, facts: Facts | None = None, clock: float = 0.0) -> Document:
        """Give what was collected, in the order of the times."""
        lines = self.lines
        starts = [line.start for line in lines if line.start is not None]
        if starts != sorted(starts):
            if len(starts) == len(lines):
                self.report("", "its times are not in order; the lines were sorted by them")
                lines = sorted(lines, key=lambda line: line.start or 0.0)
            else:
                lines = self._drop_backward(lines)
        if self.more:
            self.reports.append(f"{self.name}: and {self.more} more of this kind")
        return Document(tuple(lines), facts or Facts(), tuple(self.reports), self.form, clock)

    def _drop_backward(self, lines: list[Line]) -> list[Line]:
        kept: list[Line] = []
        latest = 0.0
        for line in lines:
            if line.start is not None and line.start < latest:
                self.report("", f"“{shorten(line.text)}” has an earlier time than the text before; left out")
                line = Line(line.text, line.speaker)
            latest = max(latest, line.start or 0.0)
            kept.append(line)
        return kept


def tidy(text: str) -> str:
    """A text on one line, without what is neither printable nor a space."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace() or c in JOINERS).split())


JOINERS = "\u200b\u200c\u200d\u2060"  # invisible, but part of words in Persian, Hindi, Khmer, emoji


def shorten(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= 30 else f"{text[:29].rstrip()}…"
