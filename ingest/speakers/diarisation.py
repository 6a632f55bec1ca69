"""Diarisation: speaker turns from outside, applied to the words of a transcript.

Each word goes to the voice whose turns cover most of it. A diariser's borders are some tenths of a
second off, so a word beside a turn goes to the nearest, and a change of voice that lasts less than
STRAY within a sentence is taken back. A segment is cut where the voice changes between two words.

A label says that a voice is the same, not whose it is: it becomes `Speaker 1`, `Speaker 2`, … in the
order in which they speak, until a person names them. What a person or a script has named stays. The
turns are evidence and kept byte for byte beside the runs, as speakers-0001.rttm and so on.

Given up: an interjection inside another person's sentence, when it is shorter than STRAY.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path

from ingest.errors import SourceError
from ingest.facts import is_anonymous
from ingest.segment import Segment
from ingest.speakers.rttm import VoiceTurn, parse_rttm
from ingest.transcript import Clip, Transcript
from ingest.words import Word, word_spans

NEAR = 0.5  # seconds; a word that no turn covers belongs to one that is nearer than this
TURNS = "speakers-{:04}.rttm"  # in the folder runs/
STRAY = 0.5  # seconds; a shorter change of voice within a sentence is none (docs/LOG.md, 2026-11-23)
OUTWEIGH = 4  # … at an end of the sentence only where the voice beside it speaks so many times as long


def apply_turns(
    segments: Sequence[Segment], turns: Iterable[VoiceTurn], replace_names: bool = False
) -> tuple[Segment, ...]:
    """Give each word its voice and cut the segments where it changes.

    replace_names  whether the turns go before the names that segments have already
    """
    found = iter(label_words([word for segment in segments for word in segment.words], turns))
    labels = [smooth(segment.words, list(islice(found, len(segment.words)))) for segment in segments]
    names: dict[str, str] = {"": ""}
    speakers = []
    for segment, said in zip(segments, labels, strict=True):
        if segment.speaker and not is_anonymous(segment.speaker) and not replace_names:
            speakers.append([segment.speaker] * len(said))
            continue
        speakers.append([names.setdefault(label, f"Speaker {len(names)}") for label in said])
    return cut_segments(segments, speakers)


def add_turns(
    transcript: Transcript, folder: Path, content: bytes, source: str, replace_names: bool = False
) -> Transcript:
    """Give the words of a clip the voices that an RTTM file tells apart, and keep the file.

    folder     of the clip, which need not be there yet
    source     the file's name, for messages
    raises     SourceError when it cannot be read, or has no turns of this clip's recording
    """
    turns = _parse(transcript.clip, content, source)
    segments = apply_turns(transcript.segments, turns, replace_names)
    return replace(transcript, segments=segments, evidence={name_turns(folder, content): content})


def load_turns(transcript: Transcript, folder: Path) -> tuple[list[VoiceTurn], str]:
    """The turns that were added to a clip last and the name of their file; none and "" without any."""
    paths = list_turns(folder)
    if not paths:
        return [], ""
    return _parse(transcript.clip, paths[-1].read_bytes(), f"{folder.name}/runs/{paths[-1].name}"), paths[
        -1
    ].name


def list_turns(folder: Path) -> list[Path]:
    """The RTTM files that a clip's folder keeps, in the order in which they came."""
    return sorted(folder.glob("runs/speakers-[0-9]*.rttm"))


def name_turns(folder: Path, content: bytes) -> str:
    """The name under which a clip's folder keeps an RTTM file: the one it has already, or the next."""
    paths = list_turns(folder)
    same = next((path.name for path in paths if path.read_bytes() == content), "")
    return same or TURNS.format(max([0, *(int(path.stem.partition("-")[2]) for path in paths)]) + 1)


def label_words(words: Sequence[Word], turns: Iterable[VoiceTurn]) -> list[str]:
    """Give the label of the voice that says each word, "" where no turn is near.

    Where two voices cover a word alike, it goes on with the one before.

    >>> turns = [VoiceTurn(0, 1.4, "b"), VoiceTurn(1.4, 4, "a")]
    >>> label_words([Word("Yes.", 1, 2), Word("No.", 9, 10)], turns)
    ['a', '']
    """
    voices = _join_turns(turns)
    starts = {label: [start for start, _ in spans] for label, spans in voices.items()}
    labels: list[str] = []
    before = ""
    for word in words:
        scores = {
            label: _cover(word, spans, bisect_left(starts[label], word.end))
            for label, spans in voices.items()
        }
        best = max(scores.values(), default=-NEAR)
        equal = [label for label, score in scores.items() if score == best]
        if best <= -NEAR:
            labels.append("")
            continue
        before = before if before in equal else equal[0]
        labels.append(before)
    return labels


def smooth(words: Sequence[Word], labels: Sequence[str]) -> list[str]:
    """Take back the changes of voice within one sentence that are most likely none.

    A word that nobody says goes to the voice before it, or else behind it. A stretch shorter than
    STRAY goes to the voice on both sides of it, or at an end of the sentence to a much longer one.

    >>> words = [Word(text, n / 2, n / 2 + 0.4) for n, text in enumerate("We all agree on it".split())]
    >>> smooth(words, ["", "a", "b", "a", ""])
    ['a', 'a', 'a', 'a', 'a']
    """
    heard = [label for label in labels if label]
    smoothed: list[str] = []
    for label in labels:
        smoothed.append(label or (smoothed[-1] if smoothed else (heard or [""])[0]))
    while stray := _find_stray(words, smoothed):
        first, last, label = stray
        smoothed[first : last + 1] = [label] * (last + 1 - first)
    return smoothed


def cut_segments(segments: Sequence[Segment], speakers: Sequence[Sequence[str]]) -> tuple[Segment, ...]:
    """Cut segments where the speaker changes between two of their words.

    speakers  the name for each word of each segment
    """
    pieces: list[Segment] = []
    for segment, names in zip(segments, speakers, strict=True):
        if len(set(names)) < 2:
            pieces.append(replace(segment, speaker=names[0] if names else segment.speaker))
            continue
        spans = word_spans(segment.text)
        at = 0
        for name, run in groupby(names):
            end = at + len(list(run))
            words = segment.words[at:end]
            pieces.append(
                replace(
                    segment,
                    start=segment.start if at == 0 else words[0].start,
                    end=segment.end if end == len(names) else max(word.end for word in words),
                    text=segment.text[spans[at][0] : spans[end - 1][1]],
                    speaker=name,
                    words=words,
                )
            )
            at = end
    return tuple(pieces)


def _parse(clip: Clip, content: bytes, source: str) -> list[VoiceTurn]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{source}: is not UTF-8; save it as UTF-8") from error
    return parse_rttm(text, source, Path(clip.audio).stem)


def _find_stray(words: Sequence[Word], labels: Sequence[str]) -> tuple[int, int, str] | None:
    """The shortest stretch that is to go to another voice: its first and last word, and that voice."""
    runs: list[tuple[float, int, int]] = []  # seconds, first and last word
    at = 0
    for _, run in groupby(labels):
        last = at + len(list(run)) - 1
        runs.append((words[last].end - words[at].start, at, last))
        at = last + 1
    strays = []
    for n, (seconds, first, last) in enumerate(runs):
        sides = [runs[m] for m in (n - 1, n + 1) if 0 <= m < len(runs)]
        voices = {labels[side[1]] for side in sides}
        inside = len(sides) == 2 or any(side[0] >= OUTWEIGH * seconds for side in sides)
        if seconds < STRAY and len(voices) == 1 and inside:
            strays.append((seconds, first, last, voices.pop()))
    return min(strays)[1:] if strays else None


def _join_turns(turns: Iterable[VoiceTurn]) -> dict[str, list[tuple[float, float]]]:
    """The spans of each voice in order, those that touch or overlap made one."""
    voices: dict[str, list[tuple[float, float]]] = {}
    for turn in sorted(turns, key=lambda turn: turn.start):
        spans = voices.setdefault(turn.label, [])
        if spans and turn.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], turn.end))
        else:
            spans.append((turn.start, turn.end))
    return voices


def _cover(word: Word, spans: Sequence[tuple[float, float]], after: int) -> float:
    """Seconds of a word that a voice's spans cover; where none does, minus the seconds to the nearest.

    after  number of the first span that does not start before the word ends
    """
    covered = 0.0
    distance = spans[after][0] - word.end if after < len(spans) else NEAR
    for start, end in reversed(spans[:after]):
        if end <= word.start:
            distance = min(distance, word.start - end)
            break
        covered += min(end, word.end) - max(start, word.start)
    return covered or -distance
