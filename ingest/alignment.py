"""Alignment: give each word of a text the time at which an engine heard it.

Words that the text and the engine's words have in common (matching.py) are anchors; only what lies
between two of them is interpolated, over the time in which somebody speaks. What is given up: a
word that the engine heard wrongly has an inferred time, marked as such.

Standard library only, and no randomness: the database is rebuilt with it anywhere, row for row.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ingest.matching import Token, match_tokens, tokenize
from ingest.run import IMPORT, Region, Run
from ingest.words import Word, is_unspaced

MIN_ANCHORED = 0.4  # below it the text is another one: wrong texts reach .02, right ones .46 and more
MAX_BOILERPLATE = 0.5  # share of the text at its ends that may be unspoken without counting against it
SNAP = 0.35  # seconds between a sentence's start and an onset of speech that is taken for it
SHORTEST = 0.01  # seconds, the least length of a word
PACE = 0.15  # seconds a letter at most when inferring: speech left over is somebody else's words
_SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”’»)\]」』]*$")


@dataclass(frozen=True)
class Alignment:
    """A text in time.

    words     the texts as given; starts never decrease, start < end, within the clip
    anchored  share of the words that were heard, 0 to 1, unspoken ends of the text forgiven
    """

    words: tuple[Word, ...]
    anchored: float


def align(words: Sequence[str], run: Run) -> Alignment:
    """Time each word of a text by what a run heard; spread it over the speech when that is nothing.

    Times that a text brought with it stay as they are.
    """
    if not words:
        return Alignment((), 0.0)
    ours, theirs = tokenize(words), tokenize([word.text for word in run.words])
    timed = _take_times(words, ours, theirs, match_tokens(ours, theirs), run)
    speech = run.speech or ((0.0, run.duration),)
    known = [n for n, word in enumerate(timed) if word is not None]
    filled = _interpolate(words, timed, speech, run.duration) if known else _spread(words, speech)
    snapped = filled if run.engine == IMPORT else _snap_sentences(filled, run.speech)
    return Alignment(settle(snapped, run.duration), _share_anchored(known, len(words)))


def settle(words: Sequence[Word], duration: float) -> tuple[Word, ...]:
    """Correct times so that starts never decrease, start < end, and all lie within the clip."""
    settled: list[Word] = []
    earliest, latest = 0.0, max(0.0, duration - SHORTEST)
    for word in words:
        start = min(max(word.start, earliest), latest)
        end = max(min(word.end, duration), start + SHORTEST)
        settled.append(
            word if (start, end) == (word.start, word.end) else replace(word, start=start, end=end)
        )
        earliest = start
    return tuple(settled)


def _take_times(
    words: Sequence[str], ours: Sequence[Token], theirs: Sequence[Token], pairs: dict[int, int], run: Run
) -> list[Word | None]:
    """The time of each word whose first and last token were heard, else None."""
    timed: list[Word | None] = [None] * len(words)
    spans: dict[int, tuple[int, int]] = {}
    for n, token in enumerate(ours):
        spans[token.word] = (spans.get(token.word, (n, n))[0], n)
    for n, (first, last) in spans.items():
        if first not in pairs or last not in pairs:
            continue
        begin, finish = theirs[pairs[first]], theirs[pairs[last]]
        one, other = run.words[begin.word], run.words[finish.word]
        start = one.start + begin.start * (one.end - one.start)
        end = other.start + finish.end * (other.end - other.start)
        known = [word.probability for word in (one, other) if word.probability is not None]
        timed[n] = Word(words[n], start, end, min(known, default=None), one.inferred)
    return timed


def _interpolate(
    words: Sequence[str], timed: Sequence[Word | None], speech: Sequence[Region], duration: float
) -> list[Word]:
    """Put the words without a time between their neighbours, over the speech there.

    At most PACE seconds a letter are used, next to the anchor: what is left was said by nobody here.
    """
    filled: list[Word] = []
    at = 0
    while at < len(words):
        here = timed[at]
        if here is not None:
            filled.append(here)
            at += 1
            continue
        stop = next((n for n in range(at, len(words)) if timed[n] is not None), len(words))
        following = timed[stop] if stop < len(words) else None
        low = filled[-1].end if filled else 0.0
        high = max(low, following.start if following else duration)
        begins = at > 0 and _ends_sentence(words[at - 1])
        pieces = _choose_pieces(
            _clip(speech, low, high), (low, high), begins, _ends_sentence(words[stop - 1])
        )
        if _measure(pieces) < SHORTEST * (stop - at):
            pieces = [(low, high)]
        needed = PACE * sum(_weigh(word) for word in words[at:stop])
        filled += _lay_out(words[at:stop], _shorten(pieces, needed, from_end=begins or at == 0))
        at = stop
    return filled


def _choose_pieces(pieces: list[Region], gap: Region, begins: bool, ends: bool) -> list[Region]:
    """Leave out the rest of the sentence before and the first breath of the one after, if more is left.

    begins, ends  whether the words to be placed begin and end at the bounds of a sentence
    """
    if begins and len(pieces) > 1 and pieces[0][0] == gap[0]:
        pieces = pieces[1:]
    if ends and len(pieces) > 1 and pieces[-1][1] == gap[1]:
        pieces = pieces[:-1]
    return pieces


def _spread(words: Sequence[str], speech: Sequence[Region]) -> list[Word]:
    """Put words over the speech by their letters; a sentence ends where speech does if that is near."""
    spread: list[Word] = []
    left = list(speech)
    weight = sum(map(_weigh, words))
    for sentence in _split_sentences(words):
        own = sum(map(_weigh, sentence))
        available = _measure(left)
        wanted = available * own / weight if weight else available
        weight -= own
        ends = list(accumulate(end - start for start, end in left))
        nearest = min(ends, key=lambda end: abs(end - wanted), default=wanted)
        taken = nearest if weight and abs(nearest - wanted) <= wanted / 4 and nearest < available else wanted
        spread += _lay_out(sentence, _shorten(left, taken, from_end=False))
        left = _shorten(left, available - taken, from_end=True)
    return spread


def _lay_out(words: Sequence[str], pieces: Sequence[Region]) -> list[Word]:
    """Share stretches of time among words by their letters."""
    weights = [_weigh(word) for word in words]
    pace = _measure(pieces) / sum(weights)
    ends = list(accumulate(end - start for start, end in pieces))
    laid = []
    done = 0.0
    for word, weight in zip(words, weights, strict=True):
        into, out_of = bisect_right(ends, done + 1e-9), bisect_left(ends, done + weight * pace - 1e-9)
        first, last = min(into, len(pieces) - 1), min(out_of, len(pieces) - 1)
        start = pieces[first][1] - (ends[first] - done)
        done += weight * pace
        laid.append(Word(word, start, pieces[last][1] - (ends[last] - done), inferred=True))
    return laid


def _snap_sentences(words: Sequence[Word], speech: Sequence[Region]) -> list[Word]:
    """Move the start of a sentence to the onset of the speech that it begins."""
    snapped = list(words)
    ends = [end for _, end in speech]
    for n, word in enumerate(snapped):
        region = bisect_right(ends, word.start)
        if region == len(speech) or (n and not _ends_sentence(snapped[n - 1].text)):
            continue
        onset = speech[region][0]
        earliest = snapped[n - 1].start + SHORTEST if n else 0.0
        if abs(onset - word.start) > SNAP or not earliest <= onset < word.end - SHORTEST:
            continue
        snapped[n] = replace(word, start=onset)
        if n and snapped[n - 1].end > onset:
            snapped[n - 1] = replace(snapped[n - 1], end=onset)
    return snapped


def _share_anchored(known: Sequence[int], total: int) -> float:
    """Words heard of those that should have been; MAX_BOILERPLATE keeps a chance match from being all."""
    if not known:
        return 0.0
    return len(known) / max(known[-1] - known[0] + 1, total * (1 - MAX_BOILERPLATE))


def _weigh(text: str) -> int:
    """How long a word takes to say, in letters; a character of an unspaced script takes three."""
    return sum(3 if is_unspaced(c) else 1 for c in text if c.isalnum()) or 1


def _ends_sentence(word: str) -> bool:
    return _SENTENCE_END.search(word) is not None


def _split_sentences(words: Sequence[str]) -> Iterator[Sequence[str]]:
    start = 0
    for n, word in enumerate(words, 1):
        if n == len(words) or _ends_sentence(word):
            yield words[start:n]
            start = n


def _clip(regions: Sequence[Region], low: float, high: float) -> list[Region]:
    return [(max(a, low), min(b, high)) for a, b in regions if min(b, high) > max(a, low)]


def _shorten(regions: Sequence[Region], seconds: float, from_end: bool) -> list[Region]:
    """The first or the last so many seconds of some regions; at least one region, however short."""
    kept: list[Region] = []
    for start, end in reversed(regions) if from_end else regions:
        length = min(end - start, seconds)
        if kept and length <= 0:
            break
        kept.append((end - length, end) if from_end else (start, start + length))
        seconds -= length
    return kept[::-1] if from_end else kept


def _measure(regions: Sequence[Region]) -> float:
    return sum(end - start for start, end in regions)
