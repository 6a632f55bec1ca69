"""Narrow: which of a query's places count, by who speaks and what the clip is; and what else there is.

Everything is counted per clip, from how many places each voice of it has. A choice of a facet is counted
as it would come out if it were chosen: all other filters hold, its own does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from datasette_airquote.search.catalog import Catalog, ClipFacts
from datasette_airquote.search.fields import (
    Condition,
    has_words,
    is_just,
    join_or,
    negate,
    overlaps,
    read_field,
)
from datasette_airquote.search.hits import Hits, Said, Span, find_mark
from datasette_airquote.search.query import Field
from datasette_airquote.wording import name_language
from ingest.index import DOUBTFUL

FACETS = ("speaker", "part", "programme", "year", "language", "review")
MAX_CHOICES = 200  # of one facet
PARTS = ("voice", "quoted")
Choices = tuple[dict[str, Any], ...]  # of one facet: value, label and count, most first


@dataclass(frozen=True, slots=True)
class Filters:
    """What a place has to be besides its words; "" leaves it open.

    speaker      id of a person
    part         voice: who is heard; quoted: who is named in the clip, but not heard
    first, last  days, YYYY-MM-DD, between which the clip may have been broadcast
    doubtful     not "" to find also what an engine may have invented
    fields       what was typed with the words
    """

    speaker: str = ""
    part: str = ""
    programme: str = ""
    language: str = ""
    review: str = ""
    first: str = ""
    last: str = ""
    clip: str = ""
    doubtful: str = ""
    fields: tuple[Field, ...] = ()


class Group(NamedTuple):
    """The places of one clip.

    spans  where their ids are in the hits; marks: those that count, None for all; size: how many these are
    """

    clip: ClipFacts
    hits: Hits
    spans: Sequence[Span]
    marks: Container[int] | None
    size: int

    def list_kinds(self) -> list[tuple[int, Sequence[int]]]:
        """Each kind of place in it, the best first, with the ids in order."""
        kinds = []
        for kind, start, end in self.spans:
            ids: Sequence[int] = self.hits.kinds[kind][start:end]
            if self.marks is not None:
                ids = [number for number in ids if find_mark(self.clip, number, kind) in self.marks]
            if ids:
                kinds.append((kind, ids))
        return kinds

    def list_sizes(self) -> list[tuple[int, int]]:
        """Each kind of place in it, the best first, and how many there are."""
        if self.marks is None:
            return [(kind, end - start) for kind, start, end in self.spans]
        return [(kind, len(ids)) for kind, ids in self.list_kinds()]

    def ranked(self) -> list[tuple[int, int]]:
        """Its places as kind and id, the better kinds first."""
        return [(kind, number) for kind, ids in self.list_kinds() for number in ids]

    def in_time(self) -> list[tuple[int, int]]:
        """Its places in the order in which they were said."""
        return sorted(self.ranked(), key=lambda place: (place[1], place[0]))


@dataclass(frozen=True)
class Found:
    """What is left of the places of a query, by clip, and the facets.

    ranked  the clips in the orders that were asked for so far
    """

    groups: tuple[Group, ...] = ()
    facets: Mapping[str, Choices] = field(default_factory=lambda: dict.fromkeys(FACETS, ()))
    ranked: dict[str, list[Group]] = field(default_factory=dict)

    @cached_property
    def count(self) -> int:
        return sum(group.size for group in self.groups)


def narrow_hits(hits: Hits, catalog: Catalog, filters: Filters) -> Found:
    """Keep the places that the filters leave, and count what each choice of a facet would leave.

    The filters are looked at only where there are any: this runs for each clip of each search.
    """
    rules = _Rules(catalog, filters)
    filters = rules.filters
    of_clip, fixed, voices, chosen, part = (
        rules.of_clip,
        rules.fixed,
        rules.voices,
        rules.chosen,
        filters.part,
    )
    tallies: dict[str, dict[str, int]] = {facet: defaultdict(int) for facet in FACETS}
    speakers, parts, programmes, years, languages, reviews = tallies.values()
    groups = []
    for clip, spans, said in hits.list_clips(catalog, bool(filters.doubtful)):
        if fixed and not all(condition(clip) for condition in fixed):
            continue
        failing = [facet for facet, holds in of_clip.items() if not holds(clip)] if of_clip else ()
        if len(failing) > 1:
            continue
        if voices:
            said = rules.drop(clip, said)
        count = rules.count(clip, said) if chosen else sum(said.values())
        if failing:
            tallies[failing[0]][getattr(clip, failing[0])] += count
            continue
        programmes[clip.programme] += count
        years[clip.year] += count
        languages[clip.language] += count
        reviews[clip.review] += count
        everybody, unknown = sum(said.values()), said.get(0, 0)
        for speaker, number, is_quoted, may_speak in clip.roles:
            heard = said.get(number, 0) + unknown if may_speak else said.get(number, 0)
            if is_quoted and part != "voice":
                speakers[speaker] += everybody
            elif part != "quoted":
                speakers[speaker] += heard
        if filters.speaker:
            for each in PARTS if filters.speaker in clip.people else ():
                parts[each] += count_said(said, find_voices(clip, (filters.speaker,), each))
        else:
            parts["voice"] += everybody if clip.has_voice else everybody - unknown
            parts["quoted"] += everybody if clip.has_quoted else 0
        if count:
            marks = rules.keep(clip) if chosen or voices or clip.doubtful else None
            groups.append(Group(clip, hits, spans, marks, count))
    return Found(tuple(groups), {facet: _list_choices(catalog, facet, tallies[facet]) for facet in FACETS})


def list_clips(catalog: Catalog, filters: Filters) -> list[ClipFacts]:
    """The clips that the filters leave, whatever is said in them and by whom."""
    rules = _Rules(catalog, filters)
    conditions = [*rules.of_clip.values(), *rules.fixed]
    return [clip for clip in catalog.clips.values() if all(holds(clip) for holds in conditions)]


def list_newest(catalog: Catalog, filters: Filters) -> list[ClipFacts]:
    """The clips in which somebody has a say whom the filters leave, newest first."""
    rules = _Rules(catalog, filters)
    clips = (clip for clip in list_clips(catalog, filters) if rules.keep(clip) != set())
    return sorted(clips, key=lambda clip: clip.place)


class _Rules:
    """The filters as conditions on clips, and as sets of voices in a clip."""

    def __init__(self, catalog: Catalog, filters: Filters) -> None:
        self.filters = replace(filters, speaker=catalog.find_speaker(filters.speaker))
        self.of_clip: dict[str, Condition] = {}
        for facet in ("programme", "language", "review"):
            if wanted := getattr(filters, facet):
                self.of_clip[facet] = is_just(facet, wanted)
        if filters.first or filters.last:
            self.of_clip["year"] = lambda clip: overlaps(clip, filters.first, filters.last)
        self.fixed = [is_just("id", filters.clip)] if filters.clip else []
        self.voices: list[tuple[Container[str], str, bool]] = []
        self.chosen = bool(filters.speaker or filters.part)
        self._read_fields(catalog)

    def _read_fields(self, catalog: Catalog) -> None:
        """What was typed: of several positive fields of one name, one has to hold."""
        choices: dict[str, list[Condition]] = {}
        speakers: set[str] = set()
        for each in self.filters.fields:
            if each.name == "part":
                self.voices.append((catalog.names, each.value.lower(), each.negated))
            elif each.name == "speaker":
                named = {
                    id
                    for id, name in catalog.names.items()
                    if id == catalog.find_speaker(each.value) or has_words(name, each.value)
                }
                if each.negated:
                    self.voices.append((named, "", True))
                else:
                    speakers |= named
            elif each.negated:
                self.fixed.append(negate(read_field(each)))
            else:
                choices.setdefault(each.name, []).append(read_field(each))
        if any(each.name == "speaker" and not each.negated for each in self.filters.fields):
            self.voices.append((speakers, "", False))
        self.fixed += [join_or(conditions) for conditions in choices.values()]

    def drop(self, clip: ClipFacts, said: Said) -> Said:
        """Of places by voice, those that count before a speaker is chosen."""
        for ids, part, negated in self.voices:
            allowed = find_voices(clip, ids, part)
            said = {v: n for v, n in said.items() if (allowed is None or v in allowed) != negated}
        return said

    def count(self, clip: ClipFacts, said: Said) -> int:
        """How many places are of the speaker, or the part, that was chosen."""
        if self.filters.speaker and self.filters.speaker not in clip.people:
            return 0
        return count_said(said, self._find_chosen(clip))

    def _find_chosen(self, clip: ClipFacts) -> Container[int] | None:
        wanted = (self.filters.speaker,) if self.filters.speaker else clip.people
        return find_voices(clip, wanted, self.filters.part)

    def keep(self, clip: ClipFacts) -> Container[int] | None:
        """The marks of segments whose places count; None when all do."""
        if not self.chosen and not self.voices:
            return None if self.filters.doubtful or not clip.doubtful else range(DOUBTFUL)
        marks = set(clip.marks)
        said = self.drop(clip, {mark & ~DOUBTFUL: 1 for mark in marks})
        allowed = self._find_chosen(clip) if self.chosen else None
        voices = {voice for voice in said if allowed is None or voice in allowed}
        return {m for m in marks if m & ~DOUBTFUL in voices and (self.filters.doubtful or m < DOUBTFUL)}


def find_voices(clip: ClipFacts, speakers: Container[str], part: str) -> Container[int] | None:
    """The numbers of the voices in a clip by which some people have their say; None for all.

    Whoever is quoted in a clip has it in all of the clip. Where it is not known whose voice it is, 0, it
    may be that of anybody who takes part.

    part  voice or quoted, "" for either
    """
    voices: set[int] = set()
    for speaker, number, is_quoted, may_speak in clip.roles:
        if speaker not in speakers:
            continue
        if is_quoted and part != "voice":
            return None
        if part != "quoted":
            voices.add(number)
            if may_speak:
                voices.add(0)
    return voices


def count_said(said: Said, voices: Container[int] | None) -> int:
    return sum(count for voice, count in said.items() if voices is None or voice in voices)


def _list_choices(catalog: Catalog, facet: str, tally: Mapping[str, int]) -> Choices:
    labels: Callable[[str], str] = str
    if facet == "speaker":
        labels = catalog.names.__getitem__
    elif facet == "language":
        labels = name_language
    known = [(count, value) for value, count in tally.items() if value and count]
    known.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple({"value": v, "label": labels(v), "count": n} for n, v in known[:MAX_CHOICES])
