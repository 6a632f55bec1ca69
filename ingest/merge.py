"""Merging: a new text takes the place of an old one, and what a person has corrected stays.

Three texts meet: the base, as the machine first gave it; ours, as a person has corrected that; and
theirs, as the machine gives it now. Where only one side has changed the base, that side counts.
Where both have, and differently, there is a conflict: the person's words stay, and it is reported.

Words are compared as they are written, so that a corrected capital or comma is a correction too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ingest.script import Turn
from ingest.segment import Segment
from ingest.words import join_words, split_words


@dataclass(frozen=True, slots=True)
class Said:
    """A word and who says it; ends: whether its segment ends with it, which is not compared."""

    text: str
    speaker: str
    ends: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch that differs between two texts, by their words; one of them may be empty."""

    old: tuple[Said, ...]
    new: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged text, the corrections that were carried over, and those that stand against a new text.

    corrections  what the machine gave first, and what the person made of it
    conflicts    what the person made of it, and what the machine gives now
    """

    turns: tuple[Turn, ...]
    corrections: tuple[Change, ...]
    conflicts: tuple[Change, ...]


def merge_texts(base: Sequence[Segment], ours: Sequence[Segment], theirs: Sequence[Segment]) -> Merged:
    """Merge three texts of the same clip; the times of theirs are not kept.

    >>> def says(text): return [Segment(0, 1, text, "", ())]
    >>> merge_texts(says("he met mrs ross"), says("he met Mrs Rose"), says("then he met mrs ross")).turns
    (Turn(text='then he met Mrs Rose', speaker=''),)
    """
    words: list[Said] = []
    corrections, conflicts = [], []
    for old, mine, new in _chunks(_say(base), _say(ours), _say(theirs)):
        if mine in (old, new):
            words += new
            continue
        corrections.append(Change(tuple(old), tuple(mine)))
        if new != old:
            conflicts.append(Change(tuple(mine), tuple(new)))
        words += mine
    return Merged(tuple(_join(words)), tuple(corrections), tuple(conflicts))


def _say(segments: Sequence[Segment]) -> list[Said]:
    said = []
    for segment in segments:
        words = split_words(segment.text)
        said += [Said(word, segment.speaker, n == len(words)) for n, word in enumerate(words, 1)]
    return said


def _join(words: Sequence[Said]) -> Iterator[Turn]:
    """Write words as turns that end where a segment did or the speaker changes."""
    start = 0
    for n, word in enumerate(words, 1):
        if word.ends or n == len(words) or words[n].speaker != word.speaker:
            yield Turn(join_words(each.text for each in words[start:n]), word.speaker)
            start = n


def _chunks(
    base: list[Said], ours: list[Said], theirs: list[Said]
) -> Iterator[tuple[list[Said], list[Said], list[Said]]]:
    """Cut three texts where all of them agree: what stands between two such words, and each such word."""
    in_ours, in_theirs = _pair(base, ours), _pair(base, theirs)
    at, our, their = 0, 0, 0
    for anchor in sorted(in_ours.keys() & in_theirs.keys()):
        stops = anchor, in_ours[anchor], in_theirs[anchor]
        yield base[at : stops[0]], ours[our : stops[1]], theirs[their : stops[2]]
        yield [base[stops[0]]], [ours[stops[1]]], [theirs[stops[2]]]
        at, our, their = (stop + 1 for stop in stops)
    yield base[at:], ours[our:], theirs[their:]


def _pair(old: list[Said], new: list[Said]) -> dict[int, int]:
    """The number in the new text of each word of the old one that is still there."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}
