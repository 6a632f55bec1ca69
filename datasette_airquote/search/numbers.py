"""Numbers: what is typed in figures is found in words, and the reverse. English only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product

from ingest.numerals import ORDINALS, SCALES, TENS, UNITS, read_numeral

MOST = 8  # ways to write one phrase that are looked for
NUMBER_WORDS = frozenset(
    [*UNITS, *TENS[2:], *(name for _, name in SCALES), *ORDINALS.values(), "point", "twentieth", "thirtieth"]
)
_LONGEST = 5  # words of a number that are read as one figure


def respell_numbers(tokens: Sequence[str]) -> list[list[str]]:
    """Other ways to write a phrase that has numbers in it; none where it has none.

    tokens  folded

    >>> [" ".join(way) for way in respell_numbers(["in", "2013"])]
    ['in twenty thirteen', 'in two thousand thirteen', 'in two thousand and thirteen']
    >>> respell_numbers(["twenty", "four", "days"])
    [['24', 'days']]
    """
    choices: list[list[list[str]]] = []
    at = 0
    while at < len(tokens):
        length, figure = _find_figure(tokens, at)
        written = list(tokens[at : at + length])
        other = [[figure]] if figure else read_numeral(tokens[at])
        choices.append([written, *other])
        at += length
    ways = ([word for piece in way for word in piece] for way in product(*choices[:12]))
    rest = [word for piece in choices[12:] for word in piece[0]]
    found = [way + rest for way, _ in zip(ways, range(MOST + 1), strict=False)]
    return found[1:]


def _find_figure(tokens: Sequence[str], at: int) -> tuple[int, str]:
    """The longest number in words that begins here: how many they are, and its figure; (1, "") for none."""
    if tokens[at] in NUMBER_WORDS:
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            if figure := _figures().get(" ".join(tokens[at : at + length])):
                return length, figure
    return 1, ""


@cache
def _figures() -> dict[str, str]:
    """The figure of each number up to 2099, of round ones beyond, of ordinals and of decades."""
    texts = [
        str(number) for number in (*range(2100), *range(2100, 10_000, 100), *range(10_000, 100_001, 1000))
    ]
    texts += [f"{number}{_suffix(number)}" for number in range(1, 101)]
    texts += [f"{decade}s" for decade in (*range(20, 100, 10), *range(1800, 2030, 10))]
    figures: dict[str, str] = {}
    for text in texts:
        for way in read_numeral(text):
            figures.setdefault(" ".join(way), text)
    return figures


def _suffix(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
