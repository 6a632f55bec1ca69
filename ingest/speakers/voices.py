"""Voices: who speaks in a clip; listed, named, merged and split.

The truth is `<v NAME>` in transcript.vtt, and for named people the office and part in clip.yml. The
turns that told the voices apart are evidence (see diarisation.py): by them a list still says what
the diariser called a voice that has a name now.

Naming a voice changes no word, so it does not raise the clip's review level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.errors import FactsError
from ingest.facts import NOT_HEARD, Speaker, is_anonymous, parse_speaker
from ingest.segment import Segment
from ingest.speakers.diarisation import cut_segments, label_words
from ingest.speakers.rttm import VoiceTurn
from ingest.transcript import Transcript
from ingest.words import join_words

EXAMPLE = 20  # words of a voice's longest sentence that are shown
UNKNOWN = "(not known)"  # how a list calls the voice of sentences without a speaker
_SPAN = re.compile(r"(?:(\d+):)?(\d+):(\d\d(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of a clip.

    name      "" for the sentences without a speaker
    seconds   how long it speaks, and in how many sentences
    example   its longest sentence
    """

    name: str
    seconds: float
    sentences: int
    start: float
    example: Segment


@dataclass(frozen=True, slots=True)
class Naming:
    """A voice that gets another name; title and part "" where they stay as they are."""

    old: str
    name: str
    title: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """A stretch of a clip that another voice speaks.

    start, end   seconds, or None where sentences are meant
    first, last  numbers of sentences, from 1, both inclusive
    """

    name: str
    start: float | None = None
    end: float | None = None
    first: int = 0
    last: int = 0


def parse_naming(text: str) -> Naming:
    """Read "OLD=NEW; title; part", the last two optional.

    raises  FactsError when it is something else

    >>> parse_naming("Speaker 1 = Ann Lee; Presenter; host")
    Naming(old='Speaker 1', name='Ann Lee', title='Presenter', part='host')
    """
    old, equals, new = text.partition("=")
    old = " ".join(old.split())
    if not (old and equals and new.split(";")[0].strip()):
        raise FactsError(f'{text!r} names no voice; write "OLD=NEW; title; part", the last two optional')
    person = parse_speaker(new)
    stated = new.count(";") > 1 and new.split(";", 2)[2].strip()
    return Naming(old, person.name, person.title, person.part if stated else "")


def parse_merge(text: str) -> list[Naming]:
    """Read "A,B=C; title; part": the voices A and B become C.

    raises  FactsError when it is something else

    >>> [naming.old for naming in parse_merge("Speaker 1, Speaker 3=Ann Lee")]
    ['Speaker 1', 'Speaker 3']
    """
    olds, _, new = text.partition("=")
    return [parse_naming(f"{old}={new}") for old in olds.split(",")]


def parse_split(text: str) -> Split:
    """Read "1:05-2:10.5=NAME" (times) or "12-15=NAME" (numbers of sentences); a single number will do.

    raises  FactsError when it is something else

    >>> parse_split("0:59.5-1:02=Ann")
    Split(name='Ann', start=59.5, end=62.0, first=0, last=0)
    >>> parse_split("12=Speaker 3")
    Split(name='Speaker 3', start=None, end=None, first=12, last=12)
    """
    span, _, name = text.partition("=")
    name = " ".join(name.split())
    sides = [side.strip() for side in re.split("[-–]", span)]
    times = [match for side in sides if (match := _SPAN.fullmatch(side))]
    if name and len(sides) == len(times) == 2:
        start, end = (int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3]) for match in times)
        if start < end:
            return Split(name, start, end)
    if name and len(sides) <= 2 and all(side.isascii() and side.isdigit() for side in sides):
        first, last = int(sides[0]), int(sides[-1])
        if 0 < first <= last:
            return Split(name, first=first, last=last)
    raise FactsError(f'{text!r} names no stretch; write "1:05-2:10=NAME", or "12-15=NAME" for sentences')


def list_voices(segments: Iterable[Segment]) -> list[Voice]:
    """The voices of a clip in the order in which they speak."""
    groups: dict[str, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(segment.speaker, []).append(segment)
    return [
        Voice(
            name,
            sum(segment.end - segment.start for segment in spoken),
            len(spoken),
            spoken[0].start,
            max(spoken, key=lambda segment: len(segment.words)),
        )
        for name, spoken in groups.items()
    ]


def describe_voices(
    transcript: Transcript, turns: Sequence[VoiceTurn] = (), source: str = ""
) -> Iterator[str]:
    """What a person needs to tell who each voice is.

    turns   those that told them apart, source: the name of their file
    """
    people = {person.name: person for person in transcript.clip.facts.speakers}
    labels = _find_labels(transcript.segments, turns)
    for voice in list_voices(transcript.segments):
        count = f"{voice.sentences} sentence{'s' if voice.sentences > 1 else ''}"
        yield f"{voice.name or UNKNOWN}: {_clock(voice.seconds)} in {count}, from {_clock(voice.start)}"
        if person := people.get(voice.name):
            yield f"    {', '.join(filter(None, (person.title, person.part)))}"
        if label := labels.get(voice.name):
            yield f"    {label} in {source}"
        words = [word.text for word in voice.example.words]
        more = " …" if len(words) > EXAMPLE else ""
        yield f"    {_clock(voice.example.start)}  {join_words(words[:EXAMPLE])}{more}"
        if not voice.name or is_anonymous(voice.name):
            at = f"{voice.example.start:.2f},{voice.example.end:.2f}"
            yield f"    hear it at /clip/{transcript.clip.id}?t={at}"


def describe_changes(old: Transcript, new: Transcript) -> Iterator[str]:
    """A line for each sentence, or piece of one, that another voice speaks now, and for each person."""
    spoken = [segment.speaker for segment in old.segments for _ in segment.words]
    at = 0
    for segment in new.segments:
        for before in dict.fromkeys(spoken[at : at + len(segment.words)]):
            if before != segment.speaker:
                change = f"{before or UNKNOWN} → {segment.speaker or UNKNOWN}"
                yield f"{_clock(segment.start)}  {change}  {segment.text}"
        at += len(segment.words)
    sides = [[_describe_person(person) for person in each.clip.facts.speakers] for each in (old, new)]
    yield from (f"clip.yml  - {line}" for line in sides[0] if line not in sides[1])
    yield from (f"clip.yml  + {line}" for line in sides[1] if line not in sides[0])


def name_voices(transcript: Transcript, namings: Iterable[Naming]) -> Transcript:
    """Give voices other names, in the transcript and among the clip's people; two of one name are one.

    raises  FactsError when there is no such voice, or one that is heard is to be only quoted
    """
    for naming in namings:
        transcript = _name_voice(transcript, naming)
    return transcript


def split_voice(transcript: Transcript, split: Split) -> Transcript:
    """Give a stretch to another voice; sentences are cut at its ends.

    raises  FactsError when there is nothing at that place
    """
    found = False
    speakers = []
    for number, segment in enumerate(transcript.segments, 1):
        names = []
        for word in segment.words:
            if split.start is None or split.end is None:
                inside = split.first <= number <= split.last
            else:
                inside = split.start <= (word.start + word.end) / 2 < split.end
            found = found or inside
            names.append(split.name if inside else segment.speaker)
        speakers.append(names)
    if not found:
        last = len(transcript.segments)
        raise FactsError(
            f"nobody speaks there; the clip has {last} sentences, and {_clock(transcript.clip.duration)}"
        )
    return replace(transcript, segments=cut_segments(transcript.segments, speakers))


def _name_voice(transcript: Transcript, naming: Naming) -> Transcript:
    clip = transcript.clip
    heard = {segment.speaker for segment in transcript.segments if segment.speaker}
    people = {person.name for person in clip.facts.speakers}
    if not {naming.old, naming.name} & (heard | people):
        known = ", ".join(dict.fromkeys(voice.name or UNKNOWN for voice in list_voices(transcript.segments)))
        raise FactsError(f"{clip.id}: there is no voice {naming.old!r}; there are {known or 'none'}")
    is_heard = bool({naming.old, naming.name} & heard)
    if is_heard and naming.part in NOT_HEARD:
        raise FactsError(f"{clip.id}: {naming.name} is heard and cannot have the part {naming.part}")
    segments = tuple(
        replace(segment, speaker=naming.name) if segment.speaker == naming.old else segment
        for segment in transcript.segments
    )
    speakers = tuple(_name_person(clip.facts.speakers, naming, is_heard))
    origins = clip.origins if speakers == clip.facts.speakers else {**clip.origins, "speakers": "hand edited"}
    clip = replace(clip, facts=replace(clip.facts, speakers=speakers), origins=origins)
    return replace(transcript, clip=clip, segments=segments)


def _name_person(people: Sequence[Speaker], naming: Naming, is_heard: bool) -> Iterator[Speaker]:
    """The people of a clip after a naming; who is heard is not only quoted."""
    same = [person for person in people if person.name in (naming.old, naming.name)]
    known = next(
        (person for person in same if person.name == naming.name), (same or [Speaker(naming.name)])[0]
    )
    part = "voice" if is_heard and known.part in NOT_HEARD else known.part
    named = Speaker(naming.name, naming.title or known.title, naming.part or part)
    for person in people:
        if person not in same:
            yield person
        elif person is same[0] and not is_anonymous(named.name):
            yield named
    if not same and not is_anonymous(named.name):
        yield named


def _find_labels(segments: Sequence[Segment], turns: Sequence[VoiceTurn]) -> dict[str, str]:
    """What the turns call each voice: the label that most of its words get from them."""
    labels = label_words([word for segment in segments for word in segment.words], turns)
    counts: dict[str, dict[str, int]] = {}
    speakers = [segment.speaker for segment in segments for _ in segment.words]
    for speaker, label in zip(speakers, labels, strict=True):
        if label:
            of = counts.setdefault(speaker, {})
            of[label] = of.get(label, 0) + 1
    return {speaker: max(of, key=lambda label: of[label]) for speaker, of in counts.items()}


def _describe_person(person: Speaker) -> str:
    return "; ".join((person.name, person.title, person.part))


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"
