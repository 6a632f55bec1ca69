"""Choose: which clips are wanted, and how many each further choice would leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

from datasette_airquote.search.catalog import Catalog, ClipFacts
from datasette_airquote.search.fields import Condition, is_just
from datasette_airquote.search.timeline import find_period
from datasette_airquote.wording import format_date
from ingest.dates import parse_date

FACETS = ("programme", "broadcaster", "speaker", "language", "review", "text_from")
PARTS = ("heard", "author", "quoted")  # quoted: named, but not heard
_DATELESS = re.compile(r"(\d{4})-XX|XXXX(-XX)?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the clips have to be; "" leaves it open.

    speaker  id of a person; part: what the person does there, heard, author or quoted
    date     EDTF: the clips all of whose days lie in it, as in 201X, 2013 or 2013-05. A clip of 2013 is in
             no month; 2013-XX means those of that year whose month is not known, XXXX-XX and XXXX those of
             all whose month, or year, is not known
    """

    programme: str = ""
    broadcaster: str = ""
    speaker: str = ""
    part: str = ""
    language: str = ""
    review: str = ""
    text_from: str = ""
    date: str = ""
    sort: str = ""

    def values(self, **change: str) -> dict[str, str]:
        """As parameters of an address."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | change


class Chosen(NamedTuple):
    """The clips that are wanted, and for each facet how many each choice would leave.

    A choice is counted as if it were made: all other filters hold.
    """

    clips: Sequence[ClipFacts]
    counts: Mapping[str, Counter[str]]


@lru_cache(64)
def choose_clips(catalog: Catalog, wanted: Wanted) -> Chosen:
    """The clips that are wanted, newest first."""
    conditions = _list_conditions(catalog, wanted)
    clips: list[ClipFacts] = []
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for clip in catalog.clips.values():
        failing = [facet for facet, holds in conditions.items() if not holds(clip)]
        if len(failing) > 1:
            continue
        if not failing:
            clips.append(clip)
        for facet in failing or FACETS:
            if facet == "speaker":
                for speaker in list_people(clip, wanted.part):
                    counts[facet][speaker] += 1
            elif facet in counts:
                counts[facet][getattr(clip, facet)] += 1
    return Chosen(clips, counts)


def list_people(clip: ClipFacts, part: str) -> frozenset[str]:
    """The ids of who takes a part in a clip, "" for any."""
    if part in ("", "heard"):
        return clip.heard if part else clip.people
    quoted = frozenset(role.speaker for role in clip.roles if role.is_quoted)
    return quoted if part == "quoted" else clip.people - clip.heard - quoted


def _list_conditions(catalog: Catalog, wanted: Wanted) -> dict[str, Condition]:
    conditions = {
        facet: is_just(facet, value)
        for facet in FACETS
        if facet != "speaker" and (value := getattr(wanted, facet))
    }
    if wanted.speaker:
        speaker = catalog.find_speaker(wanted.speaker)
        conditions["speaker"] = lambda clip: speaker in list_people(clip, wanted.part)
    if wanted.date:
        conditions["date"] = read_date(wanted.date)
    return conditions


def read_date(date: str) -> Condition:
    """Whether a clip is of a time, see Wanted.

    raises  FactsError when it cannot be read
    """
    if dateless := _DATELESS.fullmatch(date):
        year, no_month = dateless.groups()
        unit = "month" if year or no_month else "year"
        return lambda clip: not find_period(clip, unit) and (not year or find_period(clip, "year") == year)
    first, last = parse_date(date)
    return lambda clip: bool(clip.first) and first <= clip.first and clip.last <= last


def rank_values(counts: Counter[str]) -> list[tuple[str, int]]:
    """Values that are not empty, the most frequent first."""
    return sorted(((v, n) for v, n in counts.items() if v and n), key=lambda pair: (-pair[1], pair[0]))


def name_date(date: str) -> str:
    """A time as a heading has it."""
    dateless = _DATELESS.fullmatch(date)
    if not dateless:
        return format_date(date)
    year, no_month = dateless.groups()
    return f"{year}, month not known" if year else f"{'Month' if no_month else 'Year'} not known"
