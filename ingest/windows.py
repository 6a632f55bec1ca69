"""Windows: the speech of a recording cut into pieces that a model hears at once.

Whisper hears 30 s at a time, silence or not, so neighbouring stretches of speech share a window and long
silences are left out. Cuts fall into the longest pause that leaves a window reasonably full, and inside
speech without any pause at its quietest moment. Each moment of speech is in exactly one window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.run import Region
from ingest.words import Word

if TYPE_CHECKING:
    from ingest.audio import Recording

LONGEST = 28.0  # seconds of a window without its padding; the models hear 30
PAD = 0.2  # seconds of the silence on either side that a window takes along, so that no phone is cut
MAX_SILENCE = 4.0  # seconds; a longer silence is left out
FULL_ENOUGH = 0.5  # share of LONGEST that a window holds at least when there is a choice of pauses
SEARCHED = 6.0  # seconds before LONGEST in which speech without a pause is cut
FRAME = 0.02  # seconds over which loudness is measured there
NEAR = 0.1  # seconds by which a word may reach into silence before its time is corrected


def cut_windows(
    speech: Sequence[Region],
    duration: float,
    find_quiet: Callable[[float, float], float],
    longest: float = LONGEST,
) -> tuple[Region, ...]:
    """Windows over the speech, in order, not overlapping, each at most `longest` and two PADs long.

    find_quiet  the quietest moment between two times, in seconds; see `find_quietest`
    """
    pieces = [piece for region in speech for piece in _split(region, find_quiet, longest)]
    groups: list[list[Region]] = []
    for piece in pieces:
        if groups and piece[0] - groups[-1][-1][1] <= MAX_SILENCE:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    spans = [span for group in groups for span in _pack(group, longest)]
    windows = []
    for n, (start, end) in enumerate(spans):
        low = (spans[n - 1][1] + start) / 2 if n else 0.0
        high = (end + spans[n + 1][0]) / 2 if n + 1 < len(spans) else duration
        windows.append((max(low, start - PAD), min(high, end + PAD)))
    return tuple(windows)


def find_quietest(recording: Recording) -> Callable[[float, float], float]:
    """A function that finds the quietest moment of a recording between two times."""

    def find(start: float, end: float) -> float:
        size = round(FRAME * 16_000)
        samples = recording.read(start, end)
        frames = samples[: len(samples) // size * size].reshape(-1, size)
        if not len(frames):
            return (start + end) / 2
        loudness = np.convolve(np.square(frames).sum(axis=1), np.ones(3), "same")
        loudness[[0, -1]] = np.inf  # the sums at the edges lack a neighbour
        return start + (int(loudness.argmin()) + 0.5) * FRAME

    return find


def _split(region: Region, find_quiet: Callable[[float, float], float], longest: float) -> list[Region]:
    """Cut a stretch without pauses into pieces that fit into a window."""
    start, end = region
    pieces = []
    while end - start > longest:
        low = start + longest - min(SEARCHED, longest / 2)
        at = min(max(find_quiet(low, start + longest), low), start + longest)
        pieces.append((start, at))
        start = at
    return [*pieces, (start, end)]


def _pack(pieces: Sequence[Region], longest: float) -> list[Region]:
    """Put neighbours together while they fit; cut at the longest pause that leaves a window full enough."""
    spans = []
    first = 0
    while first < len(pieces):
        start = pieces[first][0]
        last = first
        while last + 1 < len(pieces) and pieces[last + 1][1] - start <= longest:
            last += 1
        if last + 1 < len(pieces):
            full = [n for n in range(first, last + 1) if pieces[n][1] - start >= FULL_ENOUGH * longest]
            last = max(full or [last], key=lambda n: pieces[n + 1][0] - pieces[n][1])
        spans.append((start, pieces[last][1]))
        first = last + 1
    return spans


def place_words(words: Sequence[Word], speech: Sequence[Region]) -> list[Word]:
    """Move the edges of words that lie in silence to the speech that these words overlap.

    Models let the first word after a pause begin far too early, and the last one before it end too
    late. A word that lies wholly in silence stays where it is: it may be invented, and is evidence.
    """
    placed = []
    at = 0
    for word in words:
        while at < len(speech) and speech[at][1] <= word.start:
            at += 1
        here = at
        touched = []
        while here < len(speech) and speech[here][0] < word.end:
            touched.append(speech[here])
            here += 1
        start, end = word.start, word.end
        if touched:
            if touched[0][0] - start > NEAR:
                start = touched[0][0]
            if end - touched[-1][1] > NEAR:
                end = touched[-1][1]
        placed.append(replace(word, start=start, end=end) if start < end else word)
    return placed
