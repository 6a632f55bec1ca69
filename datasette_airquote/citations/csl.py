"""CSL-JSON, which citation managers and processors read.

Everybody who stands as author is one: other roles are lost by most styles of the processors. A name that
is not turned around is a literal one. The place of a passage belongs to a citation, not to an item; it stands
in the note, as in the other exports.

source  https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables,
        https://github.com/citation-style-language/schema/blob/master/schemas/input/csl-data.json
"""

from __future__ import annotations

from typing import Any

from datasette_airquote.citations.names import split_name
from datasette_airquote.citations.prose import main_title
from datasette_airquote.citations.source import Source
from datasette_airquote.wording import format_date, read_date


def write_item(source: Source, key: str) -> dict[str, Any]:
    """One item; what is not known is not there."""
    short = main_title(source.title)
    values = {
        "id": key,
        "type": _name_type(source),
        "title": source.title,
        "title-short": short if short != source.title.rstrip(".") else "",
        "author": [write_name(name) for name in source.names],
        "container-title": source.programme,
        "publisher": source.broadcaster,
        "issued": write_issued(source.date),
        "medium": source.medium.capitalize(),
        "dimensions": source.length,
        "archive": source.archive,
        "language": source.language,
        "URL": source.url,
        "accessed": write_issued(source.accessed),
        "note": "; ".join(part for part in (source.place, *source.list_asides()) if part),
    }
    return {name: value for name, value in values.items() if value}


def _name_type(source: Source) -> str:
    if source.broadcaster or source.programme:
        return "broadcast"
    return "song" if source.recorded else "document"


def write_name(name: str) -> dict[str, str]:
    given, family, suffix = split_name(name)
    if not given:
        return {"literal": family}
    return {"family": family, "given": given} | ({"suffix": suffix} if suffix else {})


def write_issued(edtf: str) -> dict[str, Any]:
    """A date as CSL has it: parts, a span of two, a season, whether it is sure; else its words.

    {} for none.
    """
    dates = [read_date(end) for end in edtf.split("/")] if edtf else []
    known = [date for date in dates if date is not None]
    if not known or len(known) < len(dates) or (len(known) > 1 and any(date.month > 12 for date in known)):
        return {"literal": format_date(edtf)} if edtf else {}
    parts = [[part for part in (d.year, d.month if d.month < 13 else 0, d.day) if part] for d in known]
    season = {"season": known[0].month - 20} if known[0].month > 12 else {}
    circa = {"circa": True} if any(date.mark for date in known) else {}
    return {"date-parts": parts, **season, **circa}
