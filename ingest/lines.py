"""Lines: a text that states its own times, cut into sentences, its times set against a recording.

Captions break where a screen is full, so lines are joined until their sentence ends. A word is given
the time at which it was heard where that lies in its line, or near it: captions come early or late, and state
nothing of single words. If most words are heard elsewhere, the file's clock is another one: then
the words that were heard count, and the reader is told how far it was off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.alignment import MIN_ANCHORED, PACE, align, settle
from ingest.formats import Document, Line
from ingest.published import is_timed
from ingest.run import IMPORT, Region, Run
from ingest.script import Turn, split_sentences
from ingest.segment import Segment, cut_segments, split_turn, spread_words
from ingest.words import Word, is_unspaced, split_words

SLACK = 2.0  # seconds by which a line may come early or late
PAUSE = 1.5  # seconds between two lines that belong to two turns
PUNCTUATED = 0.1  # share of the lines that end a sentence, from which a text is taken to have sentences


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text with times fits a recording.

    heard  share of its words that were heard in it, 0 to 1
    shift  seconds by which its words are heard later than it states, 0.0 within SLACK
    """

    heard: float
    shift: float

    @property
    def is_of_the_recording(self) -> bool:
        return self.heard >= MIN_ANCHORED


def make_run(document: Document, duration: float, speech: tuple[Region, ...], language: str) -> Run:
    """The run of a text that nobody listened for: its words at its own times.

    duration  of the recording in seconds, 0.0 where there is none: then the text's own end counts
    """
    words = state_words(order_lines(document.lines))[0] if is_timed(document) else []
    duration = duration or max((word.end for word in words), default=0.0)
    facts = {"format": document.format}
    return Run(IMPORT, "", "", "", language, duration, speech, settle(words, duration), facts)


def segment_lines(lines: Sequence[Line], run: Run) -> tuple[list[Segment], Fit]:
    """Cut lines into sentences with times, and tell how they fit what was heard.

    lines  at least one states a start
    run    without words where nobody listened: then the times are the lines' own
    """
    ordered = order_lines(lines)
    stated, windows = state_words(ordered)
    turns = join_lines(ordered)
    texts = [text for turn in turns for text in split_turn(turn)]
    if texts != [word.text for word in stated]:  # a dash between two lines belongs to the word before it
        stated = list(align(texts, replace(run, words=tuple(stated), speech=())).words)
        windows = [(word.start, word.end) for word in stated]
    if not run.words or not texts:
        return cut_segments(turns, settle(stated, _last(stated, run))), Fit(0.0, 0.0)
    aligned = align(texts, run)
    fit = Fit(aligned.anchored, _measure_shift(aligned.words, stated, windows))
    if not fit.is_of_the_recording:
        words: Sequence[Word] = stated
    elif fit.shift:
        words = aligned.words
    else:
        words = [
            heard if abs(_distance(heard.start, window)) <= SLACK else own
            for heard, own, window in zip(aligned.words, stated, windows, strict=True)
        ]
    return cut_segments(turns, settle(words, _last(words, run))), fit


def state_words(lines: Sequence[Line]) -> tuple[list[Word], list[tuple[float, float]]]:
    """Each word at the time that its line states, and the stretch of time that its line has.

    A line without a time shares that of the line before it; one without an end lasts as long as its
    words take to say, at most to the next line.
    """
    words: list[Word] = []
    windows: list[tuple[float, float]] = []
    starts = [n for n, line in enumerate(lines) if line.start is not None]
    for first, stop in pairwise([0, *(n for n in starts if n), len(lines)]):
        group = lines[first:stop]
        texts = [text for line in group for text in split_words(line.text)]
        start = group[0].start or 0.0
        following = lines[stop].start if stop < len(lines) else None
        end = group[0].end if len(group) == 1 else max((line.end or 0.0 for line in group), default=0.0)
        if not end or end <= start:
            end = start + PACE * max(1, sum(map(len, texts)))
            end = min(end, following) if following is not None and following > start else end
        own = [word for line in group for word in line.words]
        words += own if len(own) == len(texts) else spread_words(texts, start, end)
        windows += [(start, max(end, following or 0.0) if len(group) > 1 else end)] * len(texts)
    return words, windows


def join_lines(lines: Sequence[Line]) -> list[Turn]:
    """Join lines that break within a sentence, and those of one speaker that follow each other.

    A text in which hardly a line ends a sentence has none: its lines stay as they are.
    """
    ended = sum(_ends(line.text) for line in lines)
    punctuated = ended >= PUNCTUATED * len(lines)
    turns: list[list[Line]] = []
    for line in lines:
        if not split_words(line.text):
            continue
        if turns and punctuated and _goes_on(turns[-1][-1], line):
            turns[-1].append(line)
        else:
            turns.append([line])
    return [Turn(_join(turn), turn[0].speaker) for turn in turns]


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line continues the sentence that the one before it has left open."""
    first = next((c for c in line.text if c.isalnum()), "")
    gap = (line.start - before.end) if line.start is not None and before.end is not None else 0.0
    return (
        not _ends(before.text)
        and line.speaker in ("", before.speaker)
        and gap < PAUSE
        and (first.islower() or is_unspaced(first))
    )


def _ends(text: str) -> bool:
    """Whether a line ends its sentence: what stands behind it would be another one."""
    return len(split_sentences(f"{text} Next")) > len(split_sentences(text))


def _join(lines: Sequence[Line]) -> str:
    text = ""
    for line in lines:
        piece = " ".join(line.text.split())
        text += f" {piece}" if text and not is_unspaced(piece[0]) else piece
    return text


def order_lines(lines: Sequence[Line]) -> list[Line]:
    """Lines with words, by their start; one without stays behind the one before it."""
    keyed = []
    at = 0.0
    for line in lines:
        at = line.start if line.start is not None else at
        if split_words(line.text):
            keyed.append((at, line))
    return [line for _, line in sorted(keyed, key=lambda pair: pair[0])]


def _measure_shift(
    heard: Sequence[Word], stated: Sequence[Word], windows: Sequence[tuple[float, float]]
) -> float:
    """Seconds by which the middle one of the words heard is later than stated; 0.0 within SLACK."""
    known = [n for n, word in enumerate(heard) if not word.inferred]
    if not known or abs(median(_distance(heard[n].start, windows[n]) for n in known)) <= SLACK:
        return 0.0
    return median(heard[n].start - stated[n].start for n in known)


def _distance(start: float, window: tuple[float, float]) -> float:
    """Seconds from a stretch of time to a moment, negative when it comes before."""
    return min(0.0, start - window[0]) or max(0.0, start - window[1])


def _last(words: Sequence[Word], run: Run) -> float:
    return run.duration or max((word.end for word in words), default=0.0)
