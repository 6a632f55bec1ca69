"""Years: how much of some clips is of which time, as bars that lead to them.

A clip counts in the period that all days of its date lie in: one of 2013 in that year, but in none of its
months. What lies in none is told apart, and not spread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from datasette_airquote.pages import link
from datasette_airquote.search.catalog import ClipFacts
from datasette_airquote.search.timeline import count_up, find_period, is_of_months, span_periods
from datasette_airquote.wording import count_noun, format_date, format_length

MONTHS = 24  # up to which a chart is by month …
YEARS = 60  # … and by year; a longer one is by decade
UNKNOWN = {"decade": "XXXX", "year": "XXXX", "month": "XXXX-XX"}  # as EDTF, what a chart leaves out


@dataclass(frozen=True, slots=True)
class Years:
    """How many clips, and seconds of audio, there are in each period.

    unit     decade, year or month; periods: every one from the first to the last, as 201X, 2013 or 2013-05
    unknown  clips that are in none
    """

    unit: str
    periods: tuple[str, ...]
    clips: tuple[int, ...]
    seconds: tuple[float, ...]
    unknown: int


def spread_clips(clips: Collection[ClipFacts], unit: str = "", ends: Iterable[str] = ()) -> Years:
    """Count clips by time.

    unit  "" for the one that fits; ends: periods of it that are shown also where they are empty
    """
    unit = unit or _choose_unit(clips)
    counts, seconds = defaultdict[str, int](int), defaultdict[str, float](float)
    for clip in clips:
        period = find_period(clip, unit)
        counts[period] += 1
        seconds[period] += clip.duration
    periods = count_up({*ends, *(period for period in counts if period)})
    return Years(
        unit, periods, tuple(counts[p] for p in periods), tuple(seconds[p] for p in periods), counts[""]
    )


def show_years(
    datasette: Any, years: Years, measure: str = "Clips", unknown: str = "", **narrowing: str
) -> dict[str, Any]:
    """The bars for a template.

    measure    how high they are by: Audio, as far as anything has a length, or Clips
    unknown    the date, see browse.py, by which the clips in no period are listed; that of the unit else
    narrowing  what the clips have in common, as parameters of /clips
    """
    heights: Sequence[float] = years.clips
    if measure == "Audio" and any(years.seconds):
        heights = years.seconds
    top = max(heights, default=0)
    bars = [
        {
            "label": format_date(period),
            "count": count,
            "text": count_noun(count, "clip") + (f", {format_length(seconds)}" if seconds else ""),
            "height": round(100 * height / top, 1) if top else 0,
            "url": link(datasette, "/clips", **narrowing, date=period) if count else "",
        }
        for period, count, seconds, height in zip(
            years.periods, years.clips, years.seconds, heights, strict=True
        )
    ]
    return {
        "unit": years.unit,
        "measure": "Audio" if heights is years.seconds else "Clips",
        "bars": bars,
        "unknown": count_noun(years.unknown, "clip") if years.unknown else "",
        "unknown_url": link(datasette, "/clips", **narrowing, date=unknown or UNKNOWN[years.unit]),
    }


def describe_range(clips: Collection[ClipFacts]) -> str:
    """The first and the last date of some clips, as exact as they are known; "" when all are undated."""
    dated = [clip for clip in clips if clip.first]
    if not dated:
        return ""
    first = format_date(min(dated, key=lambda clip: (clip.last, clip.first)).date)  # by then for sure …
    last = format_date(max(dated, key=lambda clip: (clip.first, clip.last)).date)  # … and still then
    return first if first == last else f"{first} to {last}"


def _choose_unit(clips: Collection[ClipFacts]) -> str:
    if len(span_periods(clips, "year")) > YEARS:
        return "decade"
    by_month = is_of_months(clips) and len(span_periods(clips, "month")) <= MONTHS
    return "month" if by_month else "year"
