"""MLA, 9th edition.

An organisation that is also the publisher is not repeated as author: the entry begins with the title. A
date that is not known is left out. Two people are named, of more the first. In the text a time stands
behind the name without a comma, in full; a numbered sentence has a comma before it. Of several works of the
same people the text has the title too. Of words that somebody else quotes, the reader may cite the source
that was heard: "qtd. in".

source  https://style.mla.org/works-cited/works-cited-a-quick-guide/,
        https://owl.purdue.edu/owl/research_and_citation/mla_style/mla_formatting_and_style_guide/
        mla_in_text_citations_the_basics.html (times, sentences, several works, indirect sources),
        https://columbiacollege-ca.libguides.com/c.php?g=725852&p=5353286 (times under an hour in minutes)
"""

from __future__ import annotations

from datasette_airquote.citations.dates import MLA, pad_range, write_date
from datasette_airquote.citations.names import family_name, invert_name
from datasette_airquote.citations.prose import join, list_names, quote, shorten, stop
from datasette_airquote.citations.source import Source, drop_quoted

NAMED = 2


def write_entry(source: Source) -> str:
    """An entry of the works cited."""
    names = [invert_name(name) if n == 0 else name for n, name in enumerate(source.names)]
    who = list_names(names, ", and ", most=NAMED, others=", et al.")
    parts = [source.programme, source.broadcaster, write_date(source.date, MLA), source.url]
    behind = [source.medium, *source.list_asides(NAMED)]
    behind += [f"accessed {write_date(source.accessed, MLA)}"] if source.accessed else []
    head = f"{stop(who)} {quote(source.title, '.')}" if who else quote(source.title, ".")
    return f"{head} {join(parts)}. {' '.join(f'{each[0].upper()}{each[1:]}.' for each in behind)}"


def write_text(source: Source) -> str:
    """A citation in the text."""
    return f"({_short(source)}{_at(source)})"


def write_quoted_in(source: Source) -> str:
    """A citation in the text of words that somebody else quotes, "" where nobody is quoted."""
    return f"(qtd. in {_short(drop_quoted(source))}{_at(source)})" if source.quoted else ""


def _short(source: Source) -> str:
    names = [family_name(name) for name in source.names]
    title = f"“{shorten(source.title)}”"
    who = list_names(names, most=NAMED)
    return f"{who}, {title}" if who and source.letter else who or title


def _at(source: Source) -> str:
    if source.start is not None and source.end is not None:
        return f" {pad_range(source.start, source.end)}"
    return f", {source.place}" if source.place else ""
