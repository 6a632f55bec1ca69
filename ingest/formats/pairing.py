"""Pairing: the words of a text with the times that a file gives to its own pieces of it.

Engines time tokens that are not our words: with a space in front, without their punctuation, several
Chinese characters at once, some without a time at all. So the letters of both are laid side by side.
A word whose limits fall inside a piece gets its share of it and is marked as inferred.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.words import Word, split_words

SHORTEST = 0.01  # seconds; what a word lasts at least
ENOUGH = 0.5  # share of the words that has to be timed by the file itself


@dataclass(frozen=True, slots=True)
class Stamp:
    """A piece of text as the file times it; None where it gives no time, or no probability.

    inferred  whether the file itself says that the time was not measured
    """

    text: str
    start: float | None = None
    end: float | None = None
    probability: float | None = None
    inferred: bool = False


def pair_words(
    text: str, stamps: Sequence[Stamp], start: float | None = None, end: float | None = None
) -> tuple[Word, ...]:
    """Give the words of a text the times of a file's pieces; () where these do not fit.

    start, end  of the whole text, for words at its edges that have no time

    >>> pair_words("In 2013, yes.", [Stamp(" In", 0.0, 0.5), Stamp(" 2013,"), Stamp(" yes.", 1.5, 2.0)])[1]
    Word(text='2013,', start=0.5, end=1.5, probability=None, inferred=True)
    """
    if not stamps:
        return ()
    words = split_words(text)
    letters = [
        (n, k, len(s))
        for n, stamp in enumerate(stamps)
        for s in [_letters(stamp.text)]
        for k in range(len(s))
    ]
    if "".join(_letters(s.text) for s in stamps) != "".join(map(_letters, words)):
        return ()
    found: list[Word | None] = []
    at = 0
    for word in words:
        first, last = letters[at], letters[at + len(_letters(word)) - 1]
        at += len(_letters(word))
        found.append(_place(word, stamps, first, last))
    if sum(word is not None for word in found) < ENOUGH * len(words):
        return ()
    return _fill(words, found, start, end)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).casefold()


def _place(
    text: str, stamps: Sequence[Stamp], first: tuple[int, int, int], last: tuple[int, int, int]
) -> Word | None:
    """The time of a word from the piece of its first letter and that of its last."""
    begin, stop = _span(stamps[first[0]]), _span(stamps[last[0]])
    if begin is None or stop is None:
        return None
    start = begin[0] + (begin[1] - begin[0]) * first[1] / first[2]
    end = stop[0] + (stop[1] - stop[0]) * (last[1] + 1) / last[2]
    whole = first[1] == 0 and last[1] + 1 == last[2]
    covered = stamps[first[0] : last[0] + 1]
    chances = [s.probability for s in covered if s.probability is not None]
    inferred = not whole or any(s.inferred for s in covered)
    return Word(
        text, start, max(end, start + SHORTEST), min(chances) if whole and chances else None, inferred
    )


def _span(stamp: Stamp) -> tuple[float, float] | None:
    if stamp.start is None or stamp.end is None or not 0 <= stamp.start <= stamp.end < math.inf:
        return None
    return stamp.start, stamp.end


def _fill(
    texts: Sequence[str], found: list[Word | None], start: float | None, end: float | None
) -> tuple[Word, ...]:
    """Share the time between known neighbours among the words that have none; () where there is none."""
    clock = start or 0.0
    for n, word in enumerate(found):  # a word that begins before the one above it has no time
        if word is not None:
            if word.start < clock - SHORTEST:
                found[n] = None
            else:
                clock = word.start
    words: list[Word] = []
    n = 0
    while n < len(found):
        known = found[n]
        if known is not None:
            words.append(known)
            n += 1
            continue
        stop = next((k for k in range(n, len(found)) if found[k] is not None), len(found))
        after = found[stop] if stop < len(found) else None
        left = words[-1].end if words else start
        right = after.start if after is not None else end
        if left is None or right is None or right - left < SHORTEST * (stop - n):
            return ()
        share = (right - left) / (stop - n)
        words += [
            Word(texts[k], left + share * (k - n), left + share * (k - n + 1), None, True)
            for k in range(n, stop)
        ]
        n = stop
    return tuple(words)
