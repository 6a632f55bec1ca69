"""Narrow: which of a query's places count, by who speaks and what the clip is; and what else there is.

Everything is counted per clip, from how many places each voice of it has. A choice of a facet is counted
as it would come out if it were chosen: all other filters hold, its own does not.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from datasette_airquote.catalog import Catalog, ClipFacts
from datasette_airquote.fields import Condition, has_words, is_just, join_or, negate, overlaps, read_field
from datasette_airquote.hits import KINDS, Hits, Span, find_mark
from datasette_airquote.query import Field
from datasette_airquote.wording import name_language
from ingest.index import DOUBTFUL

FACETS = ("speaker", "part", "programme", "year", "language", "review")
CLIP_FACETS = ("programme", "year", "language", "review")  # those that are facts of a clip
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


@dataclass(frozen=True)
class Group:
    """The places of one clip: for each of KINDS their ids, in order."""

    clip: ClipFacts
    kinds: tuple[array[int], ...]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(map(len, self.kinds))

    @property
    def count(self) -> int:
        return sum(self.sizes)

    @property
    def best(self) -> int:
        """The best kind of place in it."""
        return next(kind for kind, size in enumerate(self.sizes) if size)

    def ranked(self) -> list[tuple[int, int]]:
        """Its places as kind and id, the better kinds first."""
        return [(kind, number) for kind, ids in enumerate(self.kinds) for number in ids]

    def in_time(self) -> list[tuple[int, int]]:
        """Its places in the order in which they were said."""
        return sorted(self.ranked(), key=lambda place: (place[1], place[0]))


@dataclass(frozen=True)
class Found:
    """What is left of the places of a query, by clip, and the facets."""

    groups: tuple[Group, ...] = ()
    facets: Mapping[str, Choices] = field(default_factory=lambda: dict.fromkeys(FACETS, ()))

    @cached_property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def narrow_hits(hits: Hits, catalog: Catalog, filters: Filters) -> Found:
    """Keep the places that the filters leave, and count what each choice of a facet would leave."""
    rules = _Rules(catalog, filters)
    tallies: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    groups = []
    for number, spans in hits.by_clip.items():
        clip = catalog.clips[number]
        failing = [facet for facet, holds in rules.of_clip.items() if not holds(clip)]
        if len(failing) > 1 or not rules.holds(clip):
            continue
        said = rules.drop(clip, hits.count_marks(clip))
        count = rules.count(clip, said)
        for facet in failing or CLIP_FACETS:
            tallies[facet][getattr(clip, facet)] += count
        if failing:
            continue
        _count_people(clip, said, filters, tallies)
        if count:
            groups.append(_make_group(hits, clip, spans, rules))
    return Found(tuple(groups), {facet: _list_choices(catalog, facet, tallies[facet]) for facet in FACETS})


def list_clips(catalog: Catalog, filters: Filters) -> list[ClipFacts]:
    """The clips that the filters leave, whatever is said in them and by whom."""
    rules = _Rules(catalog, filters)
    conditions = [*rules.of_clip.values(), rules.holds]
    return [clip for clip in catalog.clips.values() if all(holds(clip) for holds in conditions)]


class _Rules:
    """The filters as conditions on clips, and as sets of voices in a clip."""

    def __init__(self, catalog: Catalog, filters: Filters) -> None:
        self.filters = filters
        self.of_clip: dict[str, Condition] = {}
        for facet in ("programme", "language", "review"):
            if wanted := getattr(filters, facet):
                self.of_clip[facet] = is_just(facet, wanted)
        if filters.first or filters.last:
            self.of_clip["year"] = lambda clip: overlaps(clip, filters.first, filters.last)
        self.fixed = [is_just("id", filters.clip)] if filters.clip else []
        self.voices: list[tuple[Container[str], str, bool]] = []
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
                    if id == each.value or has_words(name, each.value)
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

    def holds(self, clip: ClipFacts) -> bool:
        return all(condition(clip) for condition in self.fixed)

    def drop(self, clip: ClipFacts, marks: Mapping[int, int]) -> Mapping[int, int]:
        """Of places by mark, those that count before a speaker is chosen, by number of the voice."""
        said = Counter[int]()
        for mark, count in marks.items():
            if self.filters.doubtful or mark < DOUBTFUL:
                said[mark & ~DOUBTFUL] += count
        for ids, part, negated in self.voices:
            allowed = find_voices(clip, ids, part)
            said = Counter({v: n for v, n in said.items() if (allowed is None or v in allowed) != negated})
        return said

    def count(self, clip: ClipFacts, said: Mapping[int, int]) -> int:
        if not self.filters.speaker and not self.filters.part:
            return sum(said.values())
        return count_said(said, self._find_chosen(clip))

    def _find_chosen(self, clip: ClipFacts) -> Container[int] | None:
        wanted = (self.filters.speaker,) if self.filters.speaker else clip.people
        return find_voices(clip, wanted, self.filters.part)

    def keep(self, clip: ClipFacts) -> Container[int] | None:
        """The marks of segments whose places count; None when all do."""
        if not (self.filters.speaker or self.filters.part or self.voices):
            return None if self.filters.doubtful or not clip.doubtful else range(DOUBTFUL)
        marks = dict.fromkeys(set(clip.marks), 1)
        chosen = self._find_chosen(clip) if self.filters.speaker or self.filters.part else None
        said = self.drop(clip, marks)
        voices = {voice for voice in said if chosen is None or voice in chosen}
        return {m for m in marks if m & ~DOUBTFUL in voices and (self.filters.doubtful or m < DOUBTFUL)}


def find_voices(clip: ClipFacts, speakers: Container[str], part: str) -> Container[int] | None:
    """The numbers of the voices in a clip by which some people have their say; None for all.

    Whoever is quoted in a clip has it in all of the clip. Where it is not known whose voice it is, 0, it
    may be that of anybody who takes part.

    part  voice or quoted, "" for either
    """
    voices: set[int] = set()
    for number, (speaker, parts) in enumerate(clip.people.items(), 1):
        if speaker not in speakers:
            continue
        if "quoted" in parts and part != "voice":
            return None
        if part != "quoted":
            voices |= {number, 0} if parts != {"quoted"} else {number}
    return voices


def count_said(said: Mapping[int, int], voices: Container[int] | None) -> int:
    return sum(count for voice, count in said.items() if voices is None or voice in voices)


def _count_people(
    clip: ClipFacts, said: Mapping[int, int], filters: Filters, tallies: Mapping[str, Counter[str]]
) -> None:
    """Add up how many places each person of a clip has, and the voices and the quoted."""
    everybody = sum(said.values())
    unknown = said.get(0, 0)
    for number, (speaker, parts) in enumerate(clip.people.items(), 1):
        heard = (
            said.get(number, 0) + (unknown if parts != {"quoted"} else 0) if filters.part != "quoted" else 0
        )
        quoted = "quoted" in parts and filters.part != "voice"
        tallies["speaker"][speaker] += everybody if quoted else heard
    wanted = (filters.speaker,) if filters.speaker else clip.people
    for part in PARTS:
        tallies["part"][part] += count_said(said, find_voices(clip, wanted, part))


def _make_group(hits: Hits, clip: ClipFacts, spans: Iterable[Span], rules: _Rules) -> Group:
    kinds = [array("q") for _ in KINDS]
    marks = rules.keep(clip)
    for kind, start, end in spans:
        ids = hits.kinds[kind][start:end]
        if marks is not None:
            ids = array("q", (number for number in ids if find_mark(clip, number, kind) in marks))
        kinds[kind] = ids
    return Group(clip, tuple(kinds))


def _list_choices(catalog: Catalog, facet: str, tally: Mapping[str, int]) -> Choices:
    labels: Callable[[str], str] = str
    if facet == "speaker":
        labels = catalog.names.__getitem__
    elif facet == "language":
        labels = name_language
    known = [(count, value) for value, count in tally.items() if value and count]
    known.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple({"value": v, "label": labels(v), "count": n} for n, v in known[:MAX_CHOICES])
