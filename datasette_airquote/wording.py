"""Wording: times, dates, lengths and names as a reader sees them, with nothing made up."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}  # EDTF level 1
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?"
    r"(?:T(\d\d:\d\d)(?::\d\d)?(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?"
    r"([?~%]?)"
)
_DECADE = re.compile(r"\d{3}X")
# Names of the languages that broadcasters use most; another is shown by its code.
LANGUAGES = {
    "am": "Amharic", "ar": "Arabic", "bn": "Bengali", "bs": "Bosnian", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ha": "Hausa", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "km": "Khmer", "ko": "Korean", "lo": "Lao", "my": "Burmese",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese",
    "yo": "Yoruba", "zh": "Chinese",
}  # fmt: skip
PARTS = {"quoted": "quoted, not heard", "author": "author"}  # the others are said as they are


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only a part may be known; 0 and "" where it is not.

    month  1 to 12, or 21 to 24 for a season
    mark   "~" about, "?" uncertain, "%" both
    """

    year: int
    month: int = 0
    day: int = 0
    time: str = ""
    mark: str = ""


def read_date(edtf: str) -> PartialDate | None:
    """Read the EDTF dates that consist of one year, month or day; None for every other.

    >>> read_date("2013-05~")
    PartialDate(year=2013, month=5, day=0, time='', mark='~')
    """
    found = _DATE.fullmatch(edtf)
    if not found:
        return None
    year, month, day, time, zone, mark = found.groups()
    if month and not (1 <= int(month) <= 12 or int(month) in SEASONS):
        return None
    clock = f"{time or ''}{' UTC' if zone else ''}{zone if zone and zone != 'Z' else ''}"
    return PartialDate(int(year), int(month or 0), int(day or 0), clock, mark)


def format_date(edtf: str) -> str:
    """Write a date for readers, no more exact than it is known.

    >>> [format_date(d) for d in ("2013-05-14", "2013-05", "2013~", "2013-22?", "201X", "")]
    ['14 May 2013', 'May 2013', 'about 2013', 'summer 2013 (uncertain)', '2010s', 'undated']
    """
    if not edtf:
        return "undated"
    if "/" in edtf:
        first, _, last = edtf.partition("/")
        start, end = (format_date(d) if d not in ("", "..") else "" for d in (first, last))
        return f"{start} to {end}" if start and end else f"from {start}" if start else f"until {end}"
    date = read_date(edtf)
    if date is None:
        return f"{edtf[:3]}0s" if _DECADE.fullmatch(edtf) else edtf
    month = MONTHS[date.month - 1] if 0 < date.month < 13 else SEASONS.get(date.month, "")
    text = " ".join(str(part) for part in (date.day or "", month, date.year) if part)
    if date.time:
        text += f", {date.time}"
    about = "about " if date.mark in ("~", "%") else ""
    return f"{about}{text}{' (uncertain)' if date.mark in ('?', '%') else ''}"


def format_clock(seconds: float) -> str:
    """Write a time as players show it; a second begun counts as not yet reached.

    >>> format_clock(83.2), format_clock(3723)
    ('1:23', '1:02:03')
    """
    minutes, second = divmod(math.floor(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def format_span(start: float, end: float) -> str:
    """Write a range of times, or one time when both fall into the same second.

    >>> format_span(83.2, 91.04)
    '1:23–1:31'
    """
    first, last = format_clock(start), format_clock(end)
    return first if first == last else f"{first}–{last}"


def format_length(seconds: float) -> str:
    """Write how much audio there is, in the unit that fits.

    >>> [format_length(s) for s in (38, 224, 5400, 400_000)]
    ['38 seconds', '4 minutes', '1.5 hours', '111 hours']
    """
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size * 1.5 or size == 1:
            count = seconds / size
            number = f"{count:.1f}".removesuffix(".0") if unit == "hour" and count < 10 else f"{count:,.0f}"
            return f"{number} {unit}{'' if number == '1' else 's'}"
    raise AssertionError("seconds always fit")


def count_noun(count: int, noun: str) -> str:
    """A number and what is counted.

    >>> count_noun(1, "clip"), count_noun(3400, "clip")
    ('1 clip', '3,400 clips')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def name_language(code: str) -> str:
    """The English name of a language, with its region in brackets; the code when it is not known.

    >>> name_language("pt-BR"), name_language("tlh")
    ('Portuguese (BR)', 'tlh')
    """
    base, _, region = code.partition("-")
    name = LANGUAGES.get(base.lower())
    return code if name is None else f"{name} ({region})" if region else name


def name_part(part: str) -> str:
    """What a person does in a clip, as a reader is told."""
    return PARTS.get(part, part)
