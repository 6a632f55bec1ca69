"""COinS: a citation in a page for Zotero and its like, as the title of an empty span.

In the Dublin Core form, which alone has a type for broadcasts and recordings.

source  https://web.archive.org/web/20170715193535/http://ocoins.info/ (ContextObject in Span),
        https://www.zotero.org/support/dev/exposing_metadata/coins
"""

from __future__ import annotations

from urllib.parse import urlencode

from datasette_airquote.citations.source import Source


def write_context(source: Source) -> str:
    """The title of `<span class="Z3988">`, to be escaped as every attribute is."""
    kind = "radioBroadcast" if source.broadcaster else "audioRecording"
    values = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rfr_id", "info:sid/airquote"),
        ("rft.type", kind if source.recorded else "document"),
        ("rft.title", source.title),
        *(("rft.creator", name) for name in source.names),
        ("rft.source", source.programme),
        ("rft.publisher", source.broadcaster),
        ("rft.date", source.date.rstrip("~?%")),
        ("rft.language", source.language),
        ("rft.description", "; ".join(source.list_asides())),
        ("rft.identifier", source.url),
    ]
    return urlencode([(key, value) for key, value in values if value])
