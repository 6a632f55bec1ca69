"""COinS: a citation in a page for Zotero and its like, as the title of an empty span.

In the Dublin Core form, which alone has a type: Zotero takes its own names of types, and of a radioBroadcast
alone has a place for both the programme (rft.source) and the station (rft.publisher). It cuts a name at its
comma, else before the last word; a comma at the end keeps a name whole. A + in a value becomes a space there.

source  https://github.com/zotero/utilities/blob/master/openurl.js (parseContextObject: what Zotero reads),
        https://github.com/zotero/utilities/blob/master/utilities.js (cleanAuthor),
        https://www.zotero.org/support/dev/exposing_metadata/coins
"""

from __future__ import annotations

from urllib.parse import urlencode

from datasette_airquote.citations.names import split_name
from datasette_airquote.citations.source import Source


def write_context(source: Source) -> str:
    """The title of `<span class="Z3988">`, to be escaped as every attribute is."""
    kind = "radioBroadcast" if source.broadcaster or source.programme else "audioRecording"
    values = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rfr_id", "info:sid/airquote"),
        ("rft.type", kind if source.recorded else "document"),
        ("rft.title", source.title),
        *(("rft.creator", _write_name(name)) for name in source.names),
        ("rft.source", source.programme),
        ("rft.publisher", source.broadcaster),
        ("rft.date", source.date.rstrip("~?%")),
        ("rft.language", source.language),
        ("rft.description", "; ".join(source.list_asides())),
        ("rft.identifier", source.url),
    ]
    return urlencode([(key, value) for key, value in values if value])


def _write_name(name: str) -> str:
    given, family, suffix = split_name(name)
    if given:
        return f"{family}, {' '.join(part for part in (given, suffix) if part)}"
    return f"{family}," if " " in family else family
