"""Coverage: how much of the speech in a recording its text accounts for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.run import Region
from ingest.words import Word

REACH = 0.4  # seconds around a word that count as its own: breath and short pauses are no holes


def measure_coverage(speech: Sequence[Region], words: Iterable[Word]) -> float:
    """The share of the speech that lies within reach of a word, 0 to 1; 1 where nobody speaks.

    >>> measure_coverage([(0, 2), (5, 7)], [Word("Good", 0, 1), Word("morning", 1, 2)])
    0.5
    """
    total = sum(end - start for start, end in speech)
    return 1 - sum(end - start for start, end in find_holes(speech, words)) / total if total else 1.0


def find_holes(speech: Sequence[Region], words: Iterable[Word]) -> list[Region]:
    """Where speech was found and no word is within reach, in order."""
    covered = [(word.start - REACH, word.end + REACH) for word in words]
    holes = []
    at = 0
    for start, end in speech:
        while at < len(covered) and covered[at][1] <= start:
            at += 1
        here = at
        while here < len(covered) and covered[here][0] < end:
            if covered[here][0] > start:
                holes.append((start, covered[here][0]))
            start = max(start, covered[here][1])
            here += 1
        if start < end:
            holes.append((start, end))
    return holes
