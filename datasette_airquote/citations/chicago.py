"""Chicago, notes and bibliography, and author-date; Turabian, which is Chicago for students.

A note gives what the citation guide gives of recordings: who, what, where, when, the kind, the length, the
time that is quoted. Two people are named, of more the first (18th edition; Turabian: three); the others are
named behind, so that no voice is lost. Of a whole clip a host is called one. Where nobody is named, the
programme leads in a list and in the text, the title in a note. A date about which somebody was unsure is
written as it is known; square brackets would say that it was not the archive that knew it.

source  https://www.chicagomanualofstyle.org/tools_citationguide/citation-guide-1.html (notes),
        https://www.chicagomanualofstyle.org/tools_citationguide/citation-guide-2.html (author-date),
        https://www.chicagomanualofstyle.org/turabian/turabian-notes-and-bibliography-citation-quick-guide.html,
        https://libguides.acu.edu.au/chicago/author_layout (number of names, 18th edition),
        https://libguides.ucd.ie/chicagostyle/podcasts and
        https://libguides.uww.edu/c.php?g=691966&p=10134142 (kind, length and address, Turabian),
        https://library.unimelb.edu.au/recite/referencing-styles/chicago-b/music-and-audio/radio-program (the
        programme leads), https://library.unimelb.edu.au/recite/referencing-styles/chicago-b/music-and-audio/podcast
        (the time in the text; "at" before it is as the Citation Style Language has it, for the 18th edition)
"""

from __future__ import annotations

from dataclasses import dataclass

from datasette_airquote.citations.dates import AMERICAN, AMERICAN_DAY, YEAR, write_date
from datasette_airquote.citations.names import family_name, invert_name
from datasette_airquote.citations.prose import join, list_names, main_title, quote, sentences, stop
from datasette_airquote.citations.source import Source, drop_quoted


@dataclass(frozen=True, slots=True)
class Edition:
    """How many people are named: in a note; in a list, and of more than those so many."""

    note: int
    listed: int
    shown: int


CHICAGO = Edition(note=2, listed=6, shown=3)
TURABIAN = Edition(note=3, listed=10, shown=7)


def write_note(source: Source, edition: Edition = CHICAGO) -> str:
    """A note."""
    who = list_names(source.names, most=edition.note)
    return _finish(source, [who, _role(source), quote(source.title, ","), *_place(source)], edition)


def write_quoted_in(source: Source, edition: Edition = CHICAGO) -> str:
    """A note on words that somebody else quotes, "" where nobody is quoted."""
    if not source.quoted:
        return ""
    who = f"{list_names(source.quoted, most=edition.note)}, quoted in {quote(source.title, ',')}"
    return _finish(drop_quoted(source), [who, *_place(source)], edition)


def write_short(source: Source, edition: Edition = CHICAGO) -> str:
    """A note on a source that was cited before."""
    who = list_names([family_name(name) for name in source.names], most=edition.note)
    return _close(join([who, quote(main_title(source.title), ","), _at(source)]))


def write_entry(source: Source, edition: Edition = CHICAGO) -> str:
    """An entry of a bibliography."""
    when = join([source.broadcaster, write_date(source.date, AMERICAN) or "n.d."])
    return _list(source, [*_lead(source, edition), quote(source.title, "."), *_within(source), when], edition)


def write_reference(source: Source, edition: Edition = CHICAGO) -> str:
    """An entry of a list of references, the year in front."""
    year, title = _year(source) or _undated(source), quote(source.title, ".")
    who = _lead(source, edition)
    head = [*who, year, title] if who else [title, year]
    where = join([source.broadcaster, write_date(source.date, AMERICAN_DAY)])
    return _list(source, [*head, *_within(source), where], edition)


def write_text(source: Source) -> str:
    """A citation in the text."""
    who = list_names([family_name(name) for name in source.names], most=CHICAGO.note)
    year = _year(source)
    who = who or source.programme
    head = (who or quote(main_title(source.title), "" if year else ",")) + ("," if who and not year else "")
    return f"({join([f'{head} {year}' if year else f'{head} {_undated(source)}', _at(source)])})"


def _finish(source: Source, parts: list[str], edition: Edition) -> str:
    accessed = f"accessed {write_date(source.accessed, AMERICAN)}" if source.accessed else ""
    return f"{join([*parts, _at(source), accessed, source.url])}{source.aside(edition.note)}."


def _place(source: Source) -> list[str]:
    when = write_date(source.date, AMERICAN) or "n.d."
    return [source.programme, source.broadcaster, when, source.medium, source.length]


def _list(source: Source, parts: list[str], edition: Edition) -> str:
    accessed = f"Accessed {write_date(source.accessed, AMERICAN)}" if source.accessed else ""
    parts += [join([source.medium.capitalize(), source.length]), accessed]
    return f"{sentences(parts)} {source.url}{source.aside(edition.listed)}."


def _lead(source: Source, edition: Edition) -> list[str]:
    """People, else the programme; none for a title alone."""
    return [who] if (who := _listed(source, edition) or source.programme) else []


def _within(source: Source) -> list[str]:
    """The programme, where it does not lead."""
    return [source.programme] if source.people else []


def _listed(source: Source, edition: Edition) -> str:
    names = [invert_name(name) if n == 0 else name for n, name in enumerate(source.names)]
    return join([list_names(names, ", and ", most=edition.listed, shown=edition.shown), _role(source)])


def _year(source: Source) -> str:
    return write_date(source.date, YEAR, source.letter)


def _undated(source: Source) -> str:
    return f"n.d.-{source.letter}" if source.letter else "n.d."


def _role(source: Source) -> str:
    """What somebody is of a whole clip; in a passage speaking is enough."""
    if source.place or not source.people or any(person.part != "host" for person in source.people):
        return ""
    return "host" if len(source.people) == 1 else "hosts"


def _at(source: Source) -> str:
    return f"at {source.place}" if source.start is not None else source.place


def _close(text: str) -> str:
    return f"{text[:-2]}.”" if text.endswith(",”") else stop(text)
