"""Merging: a new text takes the place of an old one, and what a person has corrected stays.

Three texts meet: the base, as the machine first gave it; ours, as a person has corrected that; and
theirs, as the machine gives it now. Where only one side has changed the base, that side counts.
Where both have, and differently, there is a conflict: the person's words stay, and it is reported.

Words are compared as they are written, so that a corrected capital or comma is a correction too. Who
says them is merged beside them: a voice that a person has named, or that speaker turns gave, stays, and
that is no correction of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from ingest.script import Turn
from ingest.segment import Segment
from ingest.words import join_words, split_words


@dataclass(frozen=True, slots=True)
class Said:
    """A word, who says it, and whether its segment ends with it; only the word is compared."""

    text: str
    speaker: str = field(compare=False)
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
    voices       whether somebody speaks in it whom only the old text names
    """

    turns: tuple[Turn, ...]
    corrections: tuple[Change, ...]
    conflicts: tuple[Change, ...]
    voices: bool = False


def merge_texts(base: Sequence[Segment], ours: Sequence[Segment], theirs: Sequence[Segment]) -> Merged:
    """Merge three texts of the same clip; the times of theirs are not kept.

    >>> def says(text): return [Segment(0, 1, text, "", ())]
    >>> merge_texts(says("he met mrs ross"), says("he met Mrs Rose"), says("then he met mrs ross")).turns
    (Turn(text='then he met Mrs Rose', speaker=''),)
    """
    words: list[Said] = []
    corrections, conflicts = [], []
    said = (_say(base), _say(ours), _say(theirs))
    voices = _find_voices(said, (0, 1), ("", "", ""))
    named = False
    for old, mine, new in _chunks(*said):
        kept = new if mine in (old, new) else mine
        if mine not in (old, new):
            corrections.append(Change(tuple(old), tuple(mine)))
            if new != old:
                conflicts.append(Change(tuple(mine), tuple(new)))
        for n, word in enumerate(kept):
            voices = _find_voices((old, mine, new), (n, len(kept)), voices)
            was, ours_now, theirs_now = voices
            words.append(replace(word, speaker=theirs_now if ours_now == was else ours_now))
            named = named or words[-1].speaker != theirs_now
    return Merged(tuple(_join(words)), tuple(corrections), tuple(conflicts), named)


def _find_voices(
    sides: tuple[list[Said], ...], place: tuple[int, int], before: tuple[str, str, str]
) -> tuple[str, str, str]:
    """Who says a word in each of three texts; a side without words goes on with the voice before.

    place  which of how many words of the stretch it is, from 0
    """
    old, mine, new = (
        side[place[0] * len(side) // place[1]].speaker if side else voice
        for side, voice in zip(sides, before, strict=True)
    )
    return old, mine, new


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
