"""ISO 690:2021, name and date.

All people are named, each turned around, as the Citation Style Language has it; some national guides turn the
first only. In the text of more than three the first is named. The archive is where it was found.

source  https://www.iso.org/standard/72642.html,
        https://is.muni.cz/do/sukb/kuk/materialy/cze/citace/pages/ISO_fields.html?lang=en (capitals, all
        people), https://is.muni.cz/el/phil/jaro2024/AEB_A04/um/citovani2024.txt?lang=en (three in the text)
"""

from __future__ import annotations

from datasette_airquote.citations.dates import BRITISH, BRITISH_YEAR, write_date
from datasette_airquote.citations.names import capital_name, family_name
from datasette_airquote.citations.prose import join, list_names, main_title, sentences
from datasette_airquote.citations.source import Source

NAMED = 3  # people in the text


def write_reference(source: Source) -> str:
    """An entry of the list of references."""
    who = list_names([capital_name(name) for name in source.names], last=" and ")
    title, year = source.title.rstrip("."), _year(source)
    head = [f"{who}, {year}", title] if who else [f"{title}, {year}"]
    where = join([source.broadcaster, write_date(source.date, BRITISH)])
    parts = [*head, source.programme, "Online", f"[{source.medium.capitalize()}]", where]
    accessed = f" [Accessed {write_date(source.accessed, BRITISH)}]" if source.accessed else ""
    found = f"{source.url}{accessed}" + ("." if accessed or source.archive else "")
    archive = f" {source.archive}." if source.archive else ""
    return f"{sentences(parts)} Available from: {found}{archive}{source.aside()}"


def write_text(source: Source) -> str:
    """A citation in the text."""
    names = [family_name(name) for name in source.names]
    who = list_names(names, last=" and ", most=NAMED) or main_title(source.title)
    return f"({join([f'{who} {_year(source)}', source.place])})"


def _year(source: Source) -> str:
    letter = f" {source.letter}" if source.letter else ""
    return write_date(source.date, BRITISH_YEAR, source.letter) or f"[no date{letter}]"
