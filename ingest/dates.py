"""Dates as archives know them: EDTF, partial when only a part is known, never completed by guess.

Read are levels 0 and 1 without open ends, and the seasons, quarters and halves of level 2. The library
`edtf` takes 7 ms a date and 0.3 s to load, prints to the terminal on `2013-1X`, refuses `2013-22~` and
ends a winter with December; the tests compare with it where it is right.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from ingest.errors import FactsError

_DATE = re.compile(
    r"(?:(?P<year>\d{3}[\dX]|\d\dXX)|(?P<of>\d{4})-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)(?P<mark>[?~%]?)"
    r"|(?P<moment>\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-]\d\d(?::[0-5]\d)?)?",
    re.ASCII,
)
# In place of a month: first and last month. A season that nobody places is the northern one; one that
# runs over the new year may be that at either end of the year, so its range is long.
_SPRING, _SUMMER, _AUTUMN, _WINTER = (3, 5), (6, 8), (9, 11), (1, 14)
_STRETCHES = {
    21: _SPRING, 22: _SUMMER, 23: _AUTUMN, 24: _WINTER,  # anywhere
    25: _SPRING, 26: _SUMMER, 27: _AUTUMN, 28: _WINTER,  # northern
    29: _AUTUMN, 30: _WINTER, 31: _SPRING, 32: _SUMMER,  # southern: spring is from September on
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12),  # quarters
    37: (1, 4), 38: (5, 8), 39: (9, 12), 40: (1, 6), 41: (7, 12),  # thirds and halves
}  # fmt: skip


def parse_date(text: str) -> tuple[str, str]:
    """Give the first and the last day that a date can mean, as YYYY-MM-DD.

    text    EDTF (`2013`, `2013-05`, `2013-05-14`, `2013~`, `201X`, `2013-05-XX`, `2013-22` for its
            summer, `2013-05-14T06:30:00Z`, `2013/2014`), "" when unknown
    raises  FactsError when it is something else
    source  https://www.loc.gov/standards/datetime/

    >>> parse_date("2013-05")
    ('2013-05-01', '2013-05-31')
    >>> parse_date("")
    ('', '')
    """
    return _find_range(text, 0)


def widen_date(text: str) -> tuple[str, str]:
    """As `parse_date`, with as much again on either side of a date that is marked ?, ~ or %.

    >>> widen_date("2013-05"), widen_date("2013-05-14~")
    (('2013-05-01', '2013-05-31'), ('2013-05-13', '2013-05-15'))
    """
    return _find_range(text, 1)


def _find_range(text: str, margin: int) -> tuple[str, str]:
    """The first and the last day; margin: how many lengths of a marked date may lie on either side of it."""
    if not text:
        return "", ""
    if text.startswith(("-", "/", "..", "[", "{", "0000")) or text.endswith(("/", "..")):
        raise FactsError(
            f"the date {text!r} is before our era or has an open end; write the part that is known"
        )
    try:
        sides = [_find_days(side, margin) for side in text.split("/", 1)]
    except ValueError as error:
        raise FactsError(
            f"the date {text!r} is not a date that can be read; write it as YYYY-MM-DD, YYYY-MM or YYYY, "
            "or leave it empty"
        ) from error
    days = sides[0][0].isoformat(), sides[-1][1].isoformat()
    if days[0] > days[1]:
        raise FactsError(f"the date {text!r} ends before it starts; write the earlier one first")
    return days


def _find_days(text: str, margin: int) -> tuple[date, date]:
    """The days between which a date without a slash lies.

    raises  ValueError when it is no date
    """
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if found["moment"]:
        day = date.fromisoformat(found["moment"])
        return day, day
    if found["year"]:
        first = date(int(found["year"].replace("X", "0")), 1, 1)
        last = date(int(found["year"].replace("X", "9")), 12, 31)
    else:
        first, last = _find_months(int(found["of"]), found["month"], found["day"] or "XX")
    length = ((last - first).days + 1) * margin if found["mark"] else 0
    start, end = first.toordinal() - length, last.toordinal() + length
    return date.fromordinal(max(start, 1)), date.fromordinal(min(end, date.max.toordinal()))


def _find_months(year: int, month: str, day: str) -> tuple[date, date]:
    """The days of one month, season or year, or one of them; XX where month or day are not known."""
    if day != "XX":
        only = date(year, int(month), int(day))
        return only, only
    begin, end = (1, 12) if month == "XX" else _STRETCHES.get(int(month), (int(month), int(month)))
    year_of_end, last_month = year + (end - 1) // 12, (end - 1) % 12 + 1
    return date(year, begin, 1), date(year_of_end, last_month, monthrange(year_of_end, last_month)[1])
