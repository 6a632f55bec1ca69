"""Harvard, as Cite Them Right has it.

The day and the month of the broadcast stand behind the broadcaster. Up to three people are named. Works of
the same people and year have letters.

source  https://library-guides.ucl.ac.uk/harvard/radio (no person: title, station, day and month, access),
        https://library.lsbu.ac.uk/c.php?g=688207&p=5059804 (the same of a broadcast heard online),
        https://libguides.westminster.ac.uk/referencing/faqs (four or more names, "no date",
        "cited in", letters)
"""

from __future__ import annotations

from collections.abc import Sequence

from datasette_airquote.citations.dates import BRITISH, BRITISH_DAY, BRITISH_YEAR, write_date
from datasette_airquote.citations.names import family_name, initial_name
from datasette_airquote.citations.prose import join, list_names, main_title, quote_single, stop
from datasette_airquote.citations.source import Source
from datasette_airquote.citations.source import write_secondary as cite_secondary

NAMED = 3


def write_reference(source: Source) -> str:
    """An entry of the list of references."""
    who = list_names([initial_name(name, between="") for name in source.names], last=" and ", most=NAMED)
    title, programme = quote_single(source.title), source.programme
    where = stop(join([source.broadcaster, write_date(source.date, BRITISH_DAY)]))
    if who:
        head = f"{who} ({_year(source)}) {title}{f', {programme}' if programme else ''}."
    else:
        head = f"{title} ({_year(source)}){f' {programme}' if programme or where else ''}".rstrip()
        head += "." if programme or not where else ""
    accessed = f" (Accessed: {write_date(source.accessed, BRITISH)})" if source.accessed else ""
    found = f"Available at: {source.url}{accessed}{source.aside(NAMED)}."
    return " ".join(part for part in (head, where, found) if part)


def write_text(source: Source) -> str:
    """A citation in the text."""
    return _write_text(source, _short(source))


def write_secondary(source: Source) -> str:
    """A citation in the text of words that somebody else quotes."""
    return cite_secondary(source, "cited in", _list_families, _short, _write_text)


def _list_families(names: Sequence[str]) -> str:
    return list_names([family_name(name) for name in names], last=" and ", most=NAMED)


def _short(source: Source) -> str:
    return _list_families(source.names) or quote_single(main_title(source.title))


def _write_text(source: Source, who: str) -> str:
    return f"({join([who, _year(source), source.place])})"


def _year(source: Source) -> str:
    letter = f" {source.letter}" if source.letter else ""
    return write_date(source.date, BRITISH_YEAR, source.letter) or f"no date{letter}"
