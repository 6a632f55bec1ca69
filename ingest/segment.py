"""Segments: timed stretches of text, a sentence each, by one speaker.

All ways to a transcript end here: a published script, an engine's words, a transcript with times of
its own (lines.py), and the text that a person has corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ingest.alignment import align
from ingest.run import Run
from ingest.script import Turn, split_sentences
from ingest.vtt import Cue
from ingest.words import Word, join_words, split_words

PAUSE = 1.5  # seconds of silence that end a turn in an engine's words: a new breath, a new line
SHORTEST = 0.01  # seconds; what a word lasts at least, the precision of archive.db


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence and its words; start and end in seconds, speaker "" when unknown.

    The words are those of `split_words(text)`, in the same order.
    """

    start: float
    end: float
    text: str
    speaker: str
    words: tuple[Word, ...]


def segment_turns(turns: Iterable[Turn], run: Run) -> tuple[list[Segment], float]:
    """Cut turns into sentences and give each word its time; with the share of them that was heard."""
    turns = list(turns)
    alignment = align([word for turn in turns for word in split_turn(turn)], run)
    return cut_segments(turns, alignment.words), alignment.anchored


def cut_segments(turns: Iterable[Turn], words: Iterable[Word]) -> list[Segment]:
    """Cut turns into sentences, each with its words from all of theirs."""
    timed = iter(words)
    segments = []
    for turn in turns:
        for text in split_sentences(turn.text):
            here = tuple(islice(timed, len(split_words(text))))
            segments.append(Segment(here[0].start, max(w.end for w in here), text, turn.speaker, here))
    return segments


def split_turn(turn: Turn) -> list[str]:
    """The words of a turn, sentence by sentence."""
    return [word for text in split_sentences(turn.text) for word in split_words(text)]


def find_turns(run: Run) -> list[Turn]:
    """Write out what an engine heard, a paragraph from pause to pause."""
    turns: list[list[str]] = []
    end = 0.0
    for word in run.words:
        if not turns or word.start - end >= PAUSE:
            turns.append([])
        turns[-1].append(word.text)
        end = word.end
    texts = [join_words(words) for words in turns]
    return [Turn(text) for text in texts if split_words(text)]


def time_cues(cues: Sequence[Cue], run: Run | None) -> list[Segment]:
    """Give the words of a transcript their times again, from the run it was made from.

    The cues decide where each segment starts and ends, so a person may move them; words that do
    not fit into theirs are spread over it and marked as inferred, as all are without a run.
    """
    texts = [split_words(cue.text) for cue in cues]
    flat = [word for words in texts for word in words]
    timed = iter(align(flat, run).words if run and run.duration else [Word(text, 0, 0) for text in flat])
    segments = []
    for cue, words in zip(cues, texts, strict=True):
        fitted = _fit(tuple(islice(timed, len(words))), cue.start, cue.end)
        segments.append(Segment(cue.start, cue.end, cue.text, cue.speaker, fitted))
    return [segment for segment in segments if segment.words]


def _fit(words: tuple[Word, ...], start: float, end: float) -> tuple[Word, ...]:
    """Keep words within a segment; if one would vanish, spread them all by their length."""
    clipped = tuple(replace(w, start=max(w.start, start), end=min(w.end, end)) for w in words)
    if all(w.end - w.start >= SHORTEST for w in clipped):
        return clipped
    return spread_words([word.text for word in words], start, end)


def spread_words(texts: Sequence[str], start: float, end: float) -> tuple[Word, ...]:
    """Share a stretch of time among words by their length; their times are inferred."""
    share = (end - start) / sum(len(text) + 1 for text in texts) if texts else 0.0
    spread = []
    clock = start
    for text in texts:
        after = clock + share * (len(text) + 1)
        spread.append(Word(text, clock, min(after, end), None, True))
        clock = after
    return tuple(spread)
