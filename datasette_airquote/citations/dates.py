"""Dates and times as citations write them: no more exact than they are known.

A date about which somebody was unsure keeps its mark: "ca. 2013" for about, "2013?" for uncertain.

source  https://www.loc.gov/standards/datetime/ for EDTF
"""

from __future__ import annotations

from dataclasses import dataclass

from datasette_airquote.wording import MONTHS, SEASONS, format_clock, format_date, read_date

_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_NLM_MONTHS = tuple(month[:3] for month in MONTHS)


@dataclass(frozen=True, slots=True)
class Order:
    """How a style writes a date of which the day, the month, or only the year is known."""

    day: str
    month: str
    year: str = "{year}"
    months: tuple[str, ...] = MONTHS
    about: str = "ca. "


AMERICAN = Order("{month} {day}, {year}", "{month} {year}")
BRITISH = Order("{day} {month} {year}", "{month} {year}", about="c. ")
APA = Order("{year}, {month} {day}", "{year}, {month}")
MLA = Order("{day} {month} {year}", "{month} {year}", months=_MLA_MONTHS)
IEEE = Order("{month} {day}, {year}", "{month} {year}", months=_MLA_MONTHS)
NLM = Order("{year} {month} {day}", "{year} {month}", months=_NLM_MONTHS)
YEAR = Order("{year}", "{year}")
BRITISH_YEAR = Order("{year}", "{year}", about="c. ")
AMERICAN_DAY = Order("{month} {day}", "{month}", "", about="")  # beside a year that stands elsewhere
BRITISH_DAY = Order("{day} {month}", "{month}", "", about="")


def write_date(edtf: str, order: Order, letter: str = "") -> str:
    """A date, "" when it is not known; a span of time from its beginning to its end.

    letter  behind the year, to tell works apart that the text would cite alike

    >>> [write_date(date, AMERICAN) for date in ("2013-05-14", "2013~", "2013-22", "2013-05/2013-06")]
    ['May 14, 2013', 'ca. 2013', 'Summer 2013', 'May 2013–June 2013']
    """
    if "/" in edtf:
        first, last = (write_date(end, order) if end != ".." else "" for end in edtf.split("/", 1))
        return (first if first == last else f"{first}–{last}") + letter
    date = read_date(edtf)
    if date is None:
        return f"{format_date(edtf)}{letter}" if order.year and edtf else ""
    month = order.months[date.month - 1] if 0 < date.month < 13 else SEASONS.get(date.month, "").capitalize()
    form = order.year if not month else order.day if date.day else order.month
    about = order.about if date.mark in ("~", "%") else ""
    year = f"{date.year}{letter}"
    doubt = "?" if date.mark in ("?", "%") and order.year else ""
    return f"{about}{form.format(day=date.day, month=month, year=year)}{doubt}"


def show_range(start: float, end: float) -> str:
    """A range of times as Chicago writes numbers: 1:23–31, 59–1:02 as 0:59–1:02."""
    first, last = format_clock(start), format_clock(end)
    if first == last:
        return first
    same = first.rpartition(":")[0] == last.rpartition(":")[0]
    return f"{first}–{last.rpartition(':')[2] if same else last}"


def pad_range(start: float, end: float) -> str:
    """A range of times as MLA writes it: 01:23-01:31, 01:02:03-01:02:10."""
    first, last = (format_clock(t) for t in (start, end))
    hours = last.count(":") > 1
    padded = [":".join(part.zfill(2) for part in t.split(":")) for t in (first, last)]
    padded = [f"00:{t}" if hours and t.count(":") < 2 else t for t in padded]
    return padded[0] if padded[0] == padded[1] else "-".join(padded)
