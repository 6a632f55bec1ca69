"""Permalinks: `?t=83.20,91.04&w=12-3fa9c1`, a passage by its time and by its words.

w is the number of words and the first six hexadecimal digits of the SHA-256 of these words, folded
one by one and joined by spaces. So a passage whose times have moved is found again, and one whose
words have changed is told apart; case, punctuation and accents may be corrected freely. Of two
passages of a clip one in 16 million pairs shares its mark.

source  https://www.w3.org/TR/media-frags/#naming-time for t; seconds or [h:]mm:ss, in either form
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.fold import fold
from ingest.words import Word

SHORTEST = 0.01  # seconds, the shortest range that a link can state
MAX_QUOTED = 500  # words; a longer passage is known at its time only, and not looked for elsewhere
_SECONDS = re.compile(r"\d{1,7}(?:\.\d*)?")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d(?:\.\d*)?)")
_MARK = re.compile(r"(\d{1,6})-([0-9a-f]{6})")


@dataclass(frozen=True, slots=True)
class Found:
    """The words that a permalink means.

    first, last  numbers of words in the clip, both inclusive
    state        "same"; "moved": the words stand elsewhere; "changed": these are other words
    """

    first: int
    last: int
    state: str = "same"


def parse_range(text: str) -> tuple[float, float | None]:
    """Read the t of a link; the end is None when only a start is given.

    raises  ValueError with a line for the reader

    >>> parse_range("83.20,91.04"), parse_range("npt:1:23"), parse_range(",9")
    ((83.2, 91.04), (83.0, None), (0.0, 9.0))
    """
    first, comma, last = text.strip().removeprefix("npt:").partition(",")
    start = _parse_time(first, text) if first or not comma else 0.0
    end = _parse_time(last, text) if comma else None
    if end is not None and end <= start:
        raise ValueError(f"The range t={text} ends before it starts.")
    return start, end


def format_range(words: Sequence[Word]) -> str:
    """Write the time of some words as the t of a link; of words that take no time, the shortest one.

    >>> format_range([Word("We", 83.2, 83.41), Word("will", 83.41, 91.04)])
    '83.20,91.04'
    >>> format_range([Word("unsaid", 83.2, 83.2)])
    '83.20,83.21'
    """
    start, end = words[0].start, max(word.end for word in words)
    return _write_range(start, max(end, round(start, 2) + SHORTEST))


def is_mark(text: str) -> bool:
    """Whether a text can be the w of a link.

    >>> is_mark("12-3fa9c1"), is_mark("12-3fa9")
    (True, False)
    """
    return _MARK.fullmatch(text) is not None


def name_words(texts: Sequence[str]) -> str:
    """Write words as the w of a link: their number and their mark.

    >>> name_words(["Missile", "defense,"]) == name_words(["missile", "Défense"])
    True
    """
    return f"{len(texts)}-{_hash([_fold(text) for text in texts])}"


def find_words(words: Sequence[Word], start: float, end: float) -> tuple[int, int]:
    """The words of which the middle lies in a range of seconds; the nearest one when there are none."""
    middles = [(word.start + word.end) / 2 for word in words]
    within = [number for number, middle in enumerate(middles) if start <= middle <= end]
    if within:
        return within[0], within[-1]
    centre = (start + end) / 2
    nearest = min(range(len(words)), key=lambda number: abs(middles[number] - centre))
    return nearest, nearest


def find_passage(words: Sequence[Word], start: float, end: float, mark: str) -> Found:
    """The words that a link means: those at its time, or where they have moved to.

    Words that nobody said stand close together: several passages have the same time then, or hardly any,
    and the one with the words is meant. It has not moved.

    mark  the w of the link; one that cannot be read counts as none
    """
    first, last = find_words(words, start, end)
    wanted = _MARK.fullmatch(mark)
    if not wanted or name_words([word.text for word in words[first : last + 1]]) == mark:
        return Found(first, last)
    folded = [_fold(word.text) for word in words]
    count, digits = int(wanted[1]), wanted[2]
    starts = range(len(words) - count + 1) if 0 < count <= MAX_QUOTED else range(0)
    places = [at for at in starts if _hash(folded[at : at + count]) == digits]
    if not places:
        return Found(first, last, "changed")
    at = min(places, key=lambda at: (abs(words[at].start - start), abs(words[at + count - 1].end - end)))
    stays = at == first or format_range(words[at : at + count]) == _write_range(start, end)
    return Found(at, at + count - 1, "same" if stays else "moved")


def _write_range(start: float, end: float) -> str:
    return f"{start:.2f},{end:.2f}"


def _parse_time(text: str, whole: str) -> float:
    if _SECONDS.fullmatch(text):
        return float(text)
    clock = _CLOCK.fullmatch(text)
    if not clock:
        raise ValueError(f"The time t={whole} cannot be read; write seconds, as in t=83.20,91.04.")
    return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3])


@lru_cache(1 << 16)  # most words of a clip are said more than once
def _fold(text: str) -> str:
    return " ".join(token.text for token in fold([text]))


def _hash(folded: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(folded).encode()).hexdigest()[:6]
