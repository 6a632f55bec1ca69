"""Dates as feeds and pages write them, given in EDTF: no more exact than stated, never completed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(\S+)?)?)?)?")
_RFC822 = re.compile(  # Tue, 14 May 2013 06:30:00 +0200
    r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4}|\d\d)"
    r"(?:\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s*(\S+)?(?:\s*\(.*\))?)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d\d):?(\d\d)", re.IGNORECASE)
_ZONES = {  # hours from UTC, as RFC 822 has them; other names mean different things to different people
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
}  # fmt: skip


def find_date(text: str) -> str:
    """Give a date as a feed states it in EDTF, as exact as it is stated; "" when it cannot be read.

    text  as RFC 822 or ISO 8601 have it; a time whose zone is known is given in UTC, another one stays
          without a zone

    >>> find_date("Tue, 14 May 2013 08:30:00 +0200"), find_date("14 May 2013"), find_date("2013-05")
    ('2013-05-14T06:30:00Z', '2013-05-14', '2013-05')
    """
    text = text.strip()
    if stated := _ISO.fullmatch(text):
        year, month, day, *clock, zone = stated.groups()
    elif stated := _RFC822.fullmatch(text):
        day, name, year, *clock, zone = stated.groups()
        month = str(_MONTHS.index(name.lower()) + 1) if name.lower() in _MONTHS else "0"
        year = year if len(year) == 4 else f"{'20' if year < '50' else '19'}{year}"
    else:
        return ""
    if day is None:
        return text if 0 < int(month or 1) < 13 and int(year) else ""
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        moment = datetime(int(year), int(month), int(day), hour, minute, second)
        if clock[0] is None:
            return moment.date().isoformat()
        offset = _find_offset(zone or "")
        if offset is None:
            return moment.isoformat()
        utc = moment.replace(tzinfo=timezone(offset)).astimezone(UTC)
        return f"{utc.replace(tzinfo=None).isoformat()}Z"
    except (ValueError, OverflowError):  # no such day or time
        return ""


def find_day(text: str) -> str:
    """Give the day of a date in ISO 8601, as it is stated, or what of it is known; "" when it is none.

    >>> find_day("2013-05-14T23:30:00-05:00"), find_day("2013-05"), find_day("0000-00-00"), find_day("May")
    ('2013-05-14', '2013-05', '', '')
    """
    stated = re.match(r"\d{4}(-\d\d(-\d\d)?)?", text)
    return find_date(stated[0]) if stated else ""


def _find_offset(zone: str) -> timedelta | None:
    """What a zone is ahead of UTC, None for one that is not known."""
    if stated := _ZONE.fullmatch(zone):
        ahead = timedelta(hours=int(stated[2]), minutes=int(stated[3]))
        return -ahead if stated[1] == "-" else ahead
    return timedelta(hours=_ZONES[zone.lower()]) if zone.lower() in _ZONES else None
