"""APA, 7th edition.

Who speaks in the passage is the author, as the host of a programme is; where nobody is named, the
organisation that broadcast it is, and is not repeated as the publisher. Several who are all hosts are called
so once. A passage is given by the time at which it begins. Of words that somebody else quotes, the reader may
cite the source that was heard: "as cited in". Works of the same people and year have letters, those without a
date behind a hyphen. APA has titles in sentence case; they stay as they were published, see prose.

source  https://apastyle.apa.org/style-grammar-guidelines/references/examples/podcast-references (hosts),
        https://apastyle.apa.org/style-grammar-guidelines/references/elements-list-entry (organisations),
        https://apastyle.apa.org/style-grammar-guidelines/citations/basic-principles/author-date (et al.),
        https://apastyle.apa.org/style-grammar-guidelines/citations/quotations (times, in place of pages),
        https://apastyle.apa.org/style-grammar-guidelines/citations/secondary-sources (as cited in),
        https://library.rgu.ac.uk/apa-referencing/podcasts (Hosts, time at which a quotation begins),
        https://guides.library.ju.se/apa-en/the-order-of-the-reference-list-entries (letters, n.d.-a)
"""

from __future__ import annotations

from collections.abc import Sequence

from datasette_airquote.citations.dates import AMERICAN, APA, YEAR, Order, write_date
from datasette_airquote.citations.names import family_name, initial_name
from datasette_airquote.citations.prose import list_names, main_title, quote, stop
from datasette_airquote.citations.source import Source
from datasette_airquote.citations.source import write_secondary as cite_secondary
from datasette_airquote.wording import format_clock
from ingest.facts import Speaker

LISTED = 20  # people that a list of references names; of more the first 19 and the last


def write_reference(source: Source) -> str:
    """An entry of the list of references."""
    who = _list_people(source.people) or source.broadcaster
    when = _date(source, APA)
    medium = f"{source.title.rstrip('.')} [{source.medium.capitalize()}]"
    begin = f"{stop(who)} ({when}). {medium}." if who else f"{medium}. ({when})."
    programme = f" In {stop(source.programme)}" if source.programme else ""
    publisher = f" {stop(source.broadcaster)}" if source.broadcaster and source.broadcaster != who else ""
    found = f"Retrieved {write_date(source.accessed, AMERICAN)}, from " if source.accessed else ""
    return f"{begin}{programme}{publisher} {found}{source.url}{source.aside(LISTED)}"


def write_text(source: Source) -> str:
    """A citation in the text."""
    return _write_text(source, _short(source))


def write_secondary(source: Source) -> str:
    """A citation in the text of words that somebody else quotes."""
    return cite_secondary(source, "as cited in", _list_families, _short, _write_text)


def _list_people(people: tuple[Speaker, ...]) -> str:
    hosts = [each.part == "host" for each in people]
    together = len(people) > 1 and all(hosts)
    names = [
        initial_name(each.name) + (" (Host)" if host and not together else "")
        for each, host in zip(people, hosts, strict=True)
    ]
    if together:
        names[-1] += " (Hosts)"
    if len(names) > LISTED:
        return f"{', '.join(names[: LISTED - 1])}, . . . {names[-1]}"
    return list_names(names, ", & ", ", & ")


def _list_families(names: Sequence[str]) -> str:
    return list_names([family_name(name) for name in names], " & ", most=2)


def _short(source: Source) -> str:
    return _list_families(source.names) or source.broadcaster or quote(main_title(source.title), ",")


def _write_text(source: Source, who: str) -> str:
    year = _date(source, YEAR)
    comma = "" if who.endswith(",”") else ","
    at = format_clock(source.start) if source.start is not None else source.place
    return f"({who}{comma} {year}{f', {at}' if at else ''})"


def _date(source: Source, order: Order) -> str:
    letter = f"-{source.letter}" if source.letter else ""
    return write_date(source.date, order, source.letter) or f"n.d.{letter}"
