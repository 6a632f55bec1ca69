"""RIS, which citation managers of all kinds read.

source  https://en.wikipedia.org/wiki/RIS_(file_format),
        https://github.com/aurimasv/translators/wiki/RIS-Tag-Map (types and tags)
"""

from __future__ import annotations

from collections.abc import Iterator

from datasette_airquote.citations.dates import YEAR, write_date
from datasette_airquote.citations.names import invert_name
from datasette_airquote.citations.source import Source
from datasette_airquote.wording import SEASONS, format_date, read_date

MIME = "application/x-research-info-systems"


def write_record(source: Source, key: str) -> str:
    """One record; its lines end as the format asks, with CR and LF."""
    tags = [
        ("TY", "SOUND" if source.recorded else "GEN"),
        ("ID", key),
        *(("AU", invert_name(name)) for name in source.names),
        ("TI", source.title),
        ("T2", source.programme),
        ("PB", source.broadcaster),
        *_write_date(source.date),
        ("M3", source.medium.capitalize()),
        ("LA", source.language),
        ("DB", source.archive),
        ("UR", source.url),
        ("Y2", source.accessed.replace("-", "/")),
        *(("N1", note) for note in (source.length, source.place, *source.list_asides())),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
    return "".join(f"{line}\r\n" for line in (*lines, "ER  - "))


def _write_date(edtf: str) -> Iterator[tuple[str, str]]:
    """Year, and date as YYYY/MM/DD/other with what is known of it."""
    date = read_date(edtf)
    if date is None:
        yield "PY", write_date(edtf, YEAR)
        yield "DA", f"///{format_date(edtf)}" if edtf else ""
        return
    month, day = (f"{part:02}" if part and part < 32 else "" for part in (date.month, date.day))
    other = SEASONS.get(date.month, "") or {"~": "about", "?": "uncertain", "%": "about"}.get(date.mark, "")
    yield "PY", str(date.year)
    yield "DA", f"{date.year}/{'' if date.month > 12 else month}/{day}/{other}"
