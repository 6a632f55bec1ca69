"""Timeline: how often a query was said in each year or month, and how often for each word that was said.

A clip counts in the period in which all days lie that its date may mean. Where only a year is known, it
counts in no month: it is told apart, and not spread. The filters `year` and `month` leave the same clips.
Words are those of all clips that the filters leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from datasette_airquote.search.catalog import Catalog, ClipFacts
from datasette_airquote.search.narrow import Filters, Found, list_clips

MOST = 240  # periods of a timeline; what would be longer is by year, and then by its last years
SHORT = 36  # months up to which a timeline is by month, where most are known and nothing else is asked for


@dataclass(frozen=True, slots=True)
class Timeline:
    """How often something was said.

    unit      year or month; periods: every one from the first to the last, as 2013 or 2013-05
    counts    places of each period; words: of all clips in it that the filters leave
    undated   places in clips whose period is not known
    """

    unit: str
    periods: tuple[str, ...]
    counts: tuple[int, ...]
    words: tuple[int, ...]
    undated: int

    @property
    def shares(self) -> tuple[float, ...]:
        """Places for each 100,000 words; 0 where there are no words."""
        return tuple(
            1e5 * n / words if words else 0.0 for n, words in zip(self.counts, self.words, strict=True)
        )


def find_period(clip: ClipFacts, unit: str) -> str:
    """The decade, year or month of a clip as EDTF: 201X, 2013 or 2013-05; "" where it is not known."""
    if unit == "month":
        return clip.month
    if unit == "decade":
        return f"{clip.year[:3]}X" if clip.year else ""
    return clip.year if clip.year.isdecimal() else ""


@lru_cache(64)
def list_periods(catalog: Catalog, filters: Filters, unit: str) -> tuple[str, tuple[str, ...]]:
    """A unit, and all periods between the first and the last clip that the filters leave.

    unit  as asked for, "" for the one that fits
    """
    clips = list_clips(catalog, filters)
    months, years = (span_periods(clips, each) for each in ("month", "year"))
    telling = is_of_months(clips) or len(years) < 2
    fits = len(months) <= MOST if unit == "month" else len(months) <= SHORT and telling
    if unit != "year" and months and fits:
        return "month", months
    return "year", years[-MOST:]


def is_of_months(clips: Iterable[ClipFacts]) -> bool:
    """Whether the month is known of most of the clips that have a date at all."""
    dated = [bool(clip.month) for clip in clips if clip.first]
    return 2 * sum(dated) > len(dated)


def make_timeline(
    catalog: Catalog, filters: Filters, found: Found, unit: str, periods: Sequence[str]
) -> Timeline:
    """Count the places of a query in some periods."""
    words = _count_words(catalog, filters, unit)
    counts = _add_up((find_period(group.clip, unit), group.size) for group in found.groups)
    return Timeline(
        unit,
        tuple(periods),
        tuple(counts[period] for period in periods),
        tuple(words[period] for period in periods),
        counts[""],
    )


@lru_cache(64)
def _count_words(catalog: Catalog, filters: Filters, unit: str) -> Counter[str]:
    return _add_up((find_period(clip, unit), clip.words) for clip in list_clips(catalog, filters))


def span_periods(clips: Iterable[ClipFacts], unit: str) -> tuple[str, ...]:
    """Every period from the first to the last of those that some clips are in."""
    return count_up({period for clip in clips if (period := find_period(clip, unit))})


def count_up(known: Iterable[str]) -> tuple[str, ...]:
    """Every period from the first to the last of some."""
    known = sorted(known)
    if not known:
        return ()
    if known[0].endswith("X"):
        return tuple(f"{decade:03}X" for decade in range(int(known[0][:3]), int(known[-1][:3]) + 1))
    if known[0].isdecimal():
        return tuple(f"{year:04}" for year in range(int(known[0]), int(known[-1]) + 1))
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (known[0], known[-1]))
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1))


def _add_up(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    sums = Counter[str]()
    for period, count in pairs:
        sums[period] += count
    return sums
