"""Citations of a clip, or a passage in it, in three styles; plain text, made from facts alone.

Titles keep the capitals they were published with: to tell a name from a noun takes a reader. A date
that is not known is "n.d." (MLA leaves it out), one that is partly known stays partial.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from datasette_airquote.names import family_name, initial_name, invert_name
from datasette_airquote.wording import MONTHS, SEASONS, format_clock, read_date

_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_CLOSED = re.compile(r"[?!…。！？؟]$")  # a title that ends so takes no full stop


@dataclass(frozen=True, slots=True)
class Source:
    """What is cited.

    person      who speaks or is quoted, "" when the broadcaster is the author
    part        what that person does in the clip
    date        EDTF, "" when unknown
    recorded    False of a text whose recording is not known
    duration    seconds
    start, end  of the passage, in seconds; None for the whole clip
    url         of the passage, absolute
    wording     "as published", "as broadcast", …: whose words are quoted, where there are several; else ""
    """

    title: str
    url: str
    person: str = ""
    part: str = ""
    programme: str = ""
    broadcaster: str = ""
    date: str = ""
    recorded: bool = True
    duration: float = 0
    start: float | None = None
    end: float | None = None
    wording: str = ""

    @property
    def medium(self) -> str:
        if not self.recorded:
            return "transcript"
        return "radio broadcast" if self.broadcaster else "audio"

    @property
    def asides(self) -> list[str]:
        """What a reader may not take for granted: that the person is heard, that the words are those said."""
        quoted = self.person and self.part == "quoted"
        asides = [f"{self.person} is quoted, not heard"] if quoted else []
        return [*asides, f"words {self.wording}"] if self.wording else asides

    @property
    def aside(self) -> str:
        """The asides in brackets, after a space; "" when there are none."""
        return f" ({'; '.join(self.asides)})" if self.asides else ""


def cite_chicago(source: Source) -> dict[str, str]:
    """A note in the notes and bibliography style.

    source  https://www.chicagomanualofstyle.org/tools_citationguide/citation-guide-1.html
    """
    parts = [source.person, _quote(source.title, ","), source.programme, source.broadcaster]
    parts += [_write_date(source.date, "month first") or "n.d.", source.medium]
    parts += [format_clock(round(source.duration)) if source.duration else ""]
    if source.start is not None and source.end is not None:
        parts.append(f"at {_compress(source.start, source.end)}")
    return {"Note": f"{_join([*parts, source.url])}{source.aside}."}


def cite_apa(source: Source) -> dict[str, str]:
    """The reference and the citation in the text, by the 7th edition.

    source  https://apastyle.apa.org/style-grammar-guidelines/references/examples (radio broadcast),
            https://apastyle.apa.org/style-grammar-guidelines/citations/quotations/no-page-numbers (times)
    """
    year = _write_date(source.date, "year") or "n.d."
    when = _write_date(source.date, "year first") or "n.d."
    who = initial_name(source.person) if source.person else source.broadcaster
    role = " (Host)" if source.person and source.part == "host" else ""
    medium = f"{source.title.rstrip('.')} [{source.medium.capitalize()}]"
    begin = f"{_stop(who + role)} ({when}). {medium}." if who else f"{medium}. ({when})."
    programme = f" In {_stop(source.programme)}" if source.programme else ""
    publisher = f" {_stop(source.broadcaster)}" if source.broadcaster and source.person else ""
    short = family_name(source.person) or source.broadcaster
    at = f", {format_clock(source.start)}" if source.start is not None else ""
    in_text = f"({short}, {year}{at})" if short else f"({_quote(source.title, ',')} {year}{at})"
    return {"Reference": f"{begin}{programme}{publisher} {source.url}{source.aside}", "In text": in_text}


def cite_mla(source: Source) -> dict[str, str]:
    """The entry in the works cited and the citation in the text, by the 9th edition.

    An organisation that is also the publisher is not repeated as author: the entry begins with the title.

    source  https://style.mla.org/works-cited/works-cited-a-quick-guide/,
            https://owl.purdue.edu/owl/research_and_citation/mla_style/mla_formatting_and_style_guide/
            mla_in_text_citations_the_basics.html (times)
    """
    author = f"{_stop(invert_name(source.person))} " if source.person else ""
    date = _write_date(source.date, "day first")
    container = _join([source.programme, source.broadcaster, date, source.url])
    asides = "".join(f" {aside[0].upper()}{aside[1:]}." for aside in source.asides)
    entry = f"{author}{_quote(source.title, '.')} {container}. {source.medium.capitalize()}.{asides}"
    short = family_name(source.person) or f"“{_shorten(source.title)}”"
    at = f" {_pad(source.start, source.end)}" if source.start is not None and source.end is not None else ""
    return {"Works cited": entry, "In text": f"({short}{at})"}


STYLES: dict[str, tuple[str, Callable[[Source], dict[str, str]]]] = {
    "chicago": ("Chicago", cite_chicago),
    "apa": ("APA", cite_apa),
    "mla": ("MLA", cite_mla),
}


def _quote(title: str, mark: str) -> str:
    """A title in quotation marks with the mark that follows it inside, never two full stops."""
    inner = _inner(title)
    if mark == "." and _CLOSED.search(inner):
        mark = ""
    return f"“{inner}{mark}”"


def _inner(title: str) -> str:
    """A title to stand in quotation marks: its own become single, its full stop goes."""
    title = re.sub(r'"([^"]*)"', r"‘\1’", title.translate(str.maketrans("“”", "‘’")))
    return title if title.endswith(("..", "…")) else title.removesuffix(".")


def _shorten(title: str) -> str:
    """The beginning of a title: up to its first punctuation, at most five words."""
    beginning = re.split(r"(?<=\w)[:,;–—?!。，：](?:\s|$|(?=\w))", _inner(title))[0]
    return " ".join(beginning.split()[:5])


def _join(parts: list[str]) -> str:
    """Put parts behind one another with commas; one that ends in a quotation mark brings its own."""
    text = ""
    for part in (p for p in parts if p):
        text += ("" if not text else " " if text.endswith(",”") else ", ") + part
    return text


def _stop(text: str) -> str:
    return text if text.endswith(".") or _CLOSED.search(text) else f"{text}."


def _write_date(edtf: str, order: str) -> str:
    """A date in the order of a style, "" when it is not known; as it stands when it is no single date.

    order  "month first" (May 14, 2013), "year first" (2013, May 14), "day first" (14 May 2013), "year"
    """
    date = read_date(edtf)
    if date is None:
        return edtf.replace("/", "–")
    about = "ca. " if date.mark in ("~", "%") else ""
    doubt = "?" if date.mark in ("?", "%") else ""
    months = _MLA_MONTHS if order == "day first" else MONTHS
    month = months[date.month - 1] if 0 < date.month < 13 else SEASONS.get(date.month, "").capitalize()
    if order == "year" or not month:
        return f"{about}{date.year}{doubt}"
    if order == "day first":
        return f"{about}{f'{date.day} ' if date.day else ''}{month} {date.year}{doubt}"
    day = f" {date.day}" if date.day else ""
    if order == "year first":
        return f"{about}{date.year}, {month}{day}{doubt}"
    return f"{about}{month}{f'{day},' if day else ''} {date.year}{doubt}"


def _compress(start: float, end: float) -> str:
    """A range of times as Chicago writes numbers: 1:23–31, 59–1:02 as 0:59–1:02."""
    first, last = format_clock(start), format_clock(end)
    if first == last:
        return first
    same = first.rpartition(":")[0] == last.rpartition(":")[0]
    return f"{first}–{last.rpartition(':')[2] if same else last}"


def _pad(start: float, end: float) -> str:
    """A range of times as MLA writes it: 01:23-01:31, 01:02:03-01:02:10."""
    first, last = (format_clock(t) for t in (start, end))
    hours = last.count(":") > 1
    padded = [":".join(part.zfill(2) for part in t.split(":")) for t in (first, last)]
    padded = [f"00:{t}" if hours and t.count(":") < 2 else t for t in padded]
    return padded[0] if padded[0] == padded[1] else "-".join(padded)
