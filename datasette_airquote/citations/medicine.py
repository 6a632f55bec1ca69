"""Vancouver and NLM, which share their references, and AMA.

The National Library of Medicine writes a date as far as it is known, or that it is not; it wants the place of
the publisher and the language too, which are left out: an archive knows no place, and codes are no names. AMA
names the broadcaster and dates a broadcast by its day. NLM names six people, AMA six, and of more three. Both
have titles in sentence case; they stay as they were published, see prose.

source  https://www.ncbi.nlm.nih.gov/books/NBK7256/ (Citing Medicine), of which
        http://www.gfmer.ch/writing/NLM_style_LISTSERVs.htm shows content on the Internet and dates,
        https://www.nlm.nih.gov/bsd/uniform_requirements.html (Vancouver),
        https://www.bibguru.com/g/ama-transcript-tv-radio-citation/ (AMA, transcripts of broadcasts),
        https://www.encompasscnl.com/ama-manual-of-styles-updates/ (AMA, no "Published", the address last),
        https://libguide.umary.edu/citations/AMACitations (AMA, six names, of more three)
"""

from __future__ import annotations

from datasette_airquote.citations.dates import AMERICAN, NLM, YEAR, write_date
from datasette_airquote.citations.names import family_name, medical_name
from datasette_airquote.citations.prose import join, list_names, main_title, sentences
from datasette_airquote.citations.source import Source

LISTED = 6


def write_reference(source: Source) -> str:
    """An entry of the list of references, as Vancouver and NLM have it."""
    who = _list_people(source, LISTED)
    medium = f"{source.title.rstrip('.')} [{source.medium} on the Internet]"
    when = write_date(source.date, NLM, source.letter) or _undated(source)
    cited = f" [cited {write_date(source.accessed, NLM)}]" if source.accessed else ""
    where = f"{source.broadcaster}; {when}{cited}" if source.broadcaster else f"{when}{cited}"
    located = f"Located at: {source.archive}" if source.archive else ""
    parts = [who, medium, source.programme, where, located]
    return f"{sentences(parts)} Available from: {source.url}{source.aside(LISTED)}"


def write_number(source: Source, number: int = 1) -> str:
    """A citation in the text by the number in the list."""
    return f"({join([str(number), source.place])})"


def write_name(source: Source) -> str:
    """A citation in the text by name and year."""
    names = list_names([family_name(name) for name in source.names], most=2)
    year = write_date(source.date, YEAR, source.letter) or _undated(source)
    return f"({join([f'{names or main_title(source.title)} {year}', source.place])})"


def write_ama(source: Source) -> str:
    """An entry of the list of references, as AMA has it."""
    who = _list_people(source, 3)
    accessed = f"Accessed {write_date(source.accessed, AMERICAN)}" if source.accessed else ""
    parts = [who, source.title, source.programme, source.broadcaster, write_date(source.date, AMERICAN)]
    return f"{sentences([*parts, accessed])} {source.url}{source.aside(LISTED)}"


def write_ama_number(source: Source, number: int = 1) -> str:
    """A citation in the text by the number in the list, set as a superscript."""
    return f"{number}({source.place})" if source.place else str(number)


def _undated(source: Source) -> str:
    return f"[date unknown]{source.letter}"


def _list_people(source: Source, shown: int) -> str:
    names = [medical_name(name) for name in source.names]
    return list_names(names, ", ", ", ", most=LISTED, shown=shown, others=" et al")
