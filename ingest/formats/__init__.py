"""Formats: transcripts that other programs wrote, and those that other programs read.

A module a format. Each reads text into a `Document` and, where the format is one that people ask
for, writes one. Nothing is lost in silence: what a reader drops or repairs it reports with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.facts import Facts
from ingest.words import Word


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of an imported text: a cue, a paragraph, an entry.

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

    lines    in the file's order
    facts    what it states about the clip besides its words
    reports  a line for each thing that was dropped or repaired, naming the file and the line
    format   the name of the format that it was read as
    """

    lines: tuple[Line, ...]
    facts: Facts = field(default_factory=Facts)
    reports: tuple[str, ...] = ()
    format: str = ""
