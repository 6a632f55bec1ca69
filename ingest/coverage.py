"""Coverage: how much of the speech in a recording its text accounts for, and where it has holes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ingest.run import Region
from ingest.words import Word

REACH = 0.4  # seconds around a word that count as its own: breath and short pauses are no holes
SHORTEST_HOLE = 1.0  # seconds of speech without text that are worth listing
SERIOUS_HOLE = 10.0  # seconds of it that a person has to be told about


def measure_coverage(speech: Sequence[Region], words: Iterable[Word]) -> float:
    """The share of the speech that lies within reach of a word, 0 to 1; 1 where nobody speaks.

    >>> measure_coverage([(0, 2), (5, 7)], [Word("Good", 0, 1), Word("morning", 1, 2)])
    0.5
    """
    total = _measure(speech)
    return 1 - sum(map(_measure, _uncovered(speech, words))) / total if total else 1.0


def find_holes(
    speech: Sequence[Region], words: Iterable[Word], shortest: float = SHORTEST_HOLE
) -> list[Region]:
    """Where somebody speaks and there is no text: between two words, from the first to the last sound.

    shortest  seconds of speech, pauses not counted, that make a hole

    >>> find_holes([(0, 2), (5, 7), (8, 9)], [Word("Good", 0, 1), Word("morning", 1, 2)])
    [(5, 9)]
    """
    holes = _uncovered(speech, words)
    return [(pieces[0][0], pieces[-1][1]) for pieces in holes if _measure(pieces) >= shortest]


def _uncovered(speech: Sequence[Region], words: Iterable[Word]) -> Iterator[list[Region]]:
    """For each gap between words, the speech in it, if there is any."""
    regions = list(speech)
    covered = 0.0  # up to where the words so far reach
    at = 0
    for start, end in chain(((w.start - REACH, w.end + REACH) for w in words), [(float("inf"),) * 2]):
        while at < len(regions) and regions[at][1] <= covered:
            at += 1
        pieces = []
        for region in regions[at:]:
            if region[0] >= start:
                break
            pieces.append((max(region[0], covered), min(region[1], start)))
        pieces = [piece for piece in pieces if piece[0] < piece[1]]
        if pieces:
            yield pieces
        covered = max(covered, end)


def _measure(regions: Iterable[Region]) -> float:
    return sum(end - start for start, end in regions)
