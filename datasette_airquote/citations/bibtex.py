"""BibTeX and BibLaTeX: an entry of a recording.

@misc, the one type that the standard styles of both print whole. BibLaTeX knows dates in EDTF, organisations
and addresses; BibTeX has a year, a month, and `howpublished` for the rest. What a reader may not take for
granted stands in `note`. Titles keep their capitals: they are in braces once more.

source  https://www.ctan.org/pkg/biblatex (manual: @misc, EDTF), http://www.bibtex.org/Format/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from datasette_airquote.citations.dates import YEAR, write_date
from datasette_airquote.citations.names import split_name
from datasette_airquote.citations.prose import join, main_title
from datasette_airquote.citations.source import Source
from datasette_airquote.wording import MONTHS, format_date, read_date
from ingest.words import split_words

FLAVOURS = ("biblatex", "bibtex")
# Braces have to be written as commands: BibTeX counts them even behind a backslash.
_COMMANDS = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$",
}  # fmt: skip


def write_entry(source: Source, key: str, flavour: str = FLAVOURS[0]) -> str:
    """One entry, ended by a newline."""
    fields = _latex_fields(source) if flavour == "biblatex" else _bibtex_fields(source)
    known = {name: value for name, value in fields.items() if value}
    lines = [f"  {name} = {value}," for name, value in known.items()]
    return "\n".join([f"@misc{{{key},", *lines, "}"]) + "\n"


def make_key(source: Source) -> str:
    """A key made of the family name, the year, and a word of the title: rose2013cooperation."""
    family = split_name(source.names[0])[1].split()[-1] if source.people else ""
    date = read_date(source.date.partition("/")[0])
    words = [_ascii(word) for word in split_words(main_title(source.title))]
    word = next((word for word in words if len(word) > 3), "".join(words[:1]))  # not an article
    parts = [_ascii(family), str(date.year) if date else "", word]
    return "".join(parts) or source.clip or "clip"


def escape(text: str) -> str:
    """A text as LaTeX prints it, on one line.

    >>> escape("AT&T {100%}")
    'AT\\\\&T \\\\textbraceleft{}100\\\\%\\\\textbraceright{}'
    """
    return "".join(_COMMANDS.get(c, c) for c in " ".join(text.split()))


def _latex_fields(source: Source) -> dict[str, str]:
    plain = all(read_date(end) or end in ("", "..") for end in source.date.split("/"))
    return {
        "author": _write_names(source.names),
        "title": _group(source.title, "{{}}"),
        "titleaddon": _group(source.programme),
        "organization": _group(source.broadcaster),
        "type": _group(source.medium.capitalize()),
        "date": f"{{{source.date}}}" if plain and source.date else "",  # its marks are no text
        "language": _group(source.language),
        "library": _group(source.archive),
        "url": f"{{{_address(source.url)}}}",
        "urldate": _group(source.accessed),
        "note": _note(source, "" if plain else source.date),
    }


def _bibtex_fields(source: Source) -> dict[str, str]:
    date = read_date(source.date)
    month = MONTHS[date.month - 1][:3].lower() if date and 0 < date.month < 13 else ""
    return {
        "author": _write_names(source.names),
        "title": _group(source.title, "{{}}"),
        "howpublished": _group(join([source.medium.capitalize(), source.programme, source.broadcaster])),
        "year": _group(write_date(source.date, YEAR)),
        "month": month,  # a name that every style knows, not a text
        "url": f"{{{_address(source.url)}}}",
        "urldate": _group(source.accessed),
        "note": _note(source, source.date if date is None and "/" not in source.date else ""),
    }


def _write_names(names: Sequence[str]) -> str:
    return f"{{{' and '.join(map(_write_name, names))}}}" if names else ""


def _write_name(name: str) -> str:
    """Family name, suffix, given names; a name that is not turned around in braces of its own."""
    given, family, suffix = split_name(name)
    if not given or "," in name:
        return f"{{{escape(name)}}}"
    parts = [part for part in (family, suffix, given) if part]
    return ", ".join(f"{{{escape(p)}}}" if re.search(r"\band\b", p) else escape(p) for p in parts)


def _note(source: Source, date: str) -> str:
    parts = [source.length, source.place, *source.list_asides(), format_date(date) if date else ""]
    return _group("; ".join(part for part in parts if part))


def _group(text: str, form: str = "{}") -> str:
    return f"{{{form.replace('{}', escape(text))}}}" if text else ""


def _address(url: str) -> str:
    """An address, which LaTeX takes as it stands but for what would end the field."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", url)


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]", "", folded.lower())
