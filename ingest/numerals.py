"""Numerals: how figures are read aloud, in English.

A published text says "2013" where an engine wrote "twenty thirteen", or the reverse; both become
words before they are compared, and a dictionary for an acoustic model needs every way to say them.
English only: in other languages figures still compare with figures.
"""

from __future__ import annotations

import re

UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
LONGEST = 15  # digits read as one number; more, or a leading zero, is read digit by digit

_NUMERAL = re.compile(r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<decimals>\d+))?(?P<suffix>st|nd|rd|th|s)?")


def read_numeral(text: str) -> list[list[str]]:
    """The ways to say a numeral, the likeliest first; empty when the text is none.

    text  ASCII digits, with thousands commas, decimals, "th" or "s" at the end

    >>> [" ".join(words) for words in read_numeral("2013")]
    ['twenty thirteen', 'two thousand thirteen', 'two thousand and thirteen']
    >>> [" ".join(read_numeral(t)[0]) for t in ("3.2", "1,905", "24th", "1990s")]
    ['three point two', 'one thousand nine hundred five', 'twenty fourth', 'nineteen nineties']
    """
    match = _NUMERAL.fullmatch(text)
    if match is None or not text.isascii():
        return []
    digits = match["whole"].replace(",", "")
    ways = _read_whole(digits, year=digits == match["whole"] and not match["decimals"])
    if match["decimals"]:
        ways = [[*way, "point", *(UNITS[int(d)] for d in match["decimals"])] for way in ways]
    if match["suffix"] == "s":
        return [[*way[:-1], _make_plural(way[-1])] for way in ways]
    if match["suffix"]:
        return [[*way[:-1], _make_ordinal(way[-1])] for way in ways]
    return ways


def _read_whole(digits: str, year: bool) -> list[list[str]]:
    if len(digits) > LONGEST or (digits[0] == "0" and len(digits) > 1):
        return [[UNITS[int(d)] for d in digits], ["oh" if d == "0" else UNITS[int(d)] for d in digits]]
    number = int(digits)
    ways = [_read_cardinal(number)]
    if year and len(digits) == 4 and 1100 <= number <= 2099 and not 2000 <= number <= 2009:
        ways.insert(0, _read_year(number))
    british = _read_cardinal(number, ("and",))
    if british not in ways:
        ways.append(british)
    return ways


def _read_cardinal(number: int, link: tuple[str, ...] = ()) -> list[str]:
    """Say a number; `link` comes before tens and units that follow something larger."""
    if number < 20:
        return [UNITS[number]]
    if number < 100:
        return [TENS[number // 10], *([UNITS[number % 10]] if number % 10 else [])]
    size, name = next((size, name) for size, name in SCALES if number >= size)
    words, rest = [*_read_cardinal(number // size, link), name], number % size
    if rest:
        words += [*(link if rest < 100 else ()), *_read_cardinal(rest, link)]
    return words


def _read_year(number: int) -> list[str]:
    century, rest = divmod(number, 100)
    if not rest:
        return [*_read_cardinal(century), "hundred"]
    return [*_read_cardinal(century), *(["oh"] if rest < 10 else []), *_read_cardinal(rest)]


def _make_ordinal(word: str) -> str:
    if word in ORDINALS:
        return ORDINALS[word]
    return word[:-1] + "ieth" if word.endswith("y") else word + "th"


def _make_plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("x") else "s")
