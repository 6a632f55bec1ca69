"""Formats: transcripts that other programs wrote, and those that other programs read.

A module a format. Each reads text into a `Document` and, where the format is one that people ask
for, writes one. Nothing is lost in silence: what a reader drops or repairs it reports with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ingest.formats.csv import format_csv
from ingest.formats.document import Document, Line
from ingest.formats.json import format_json, format_podcast
from ingest.formats.markdown import format_markdown
from ingest.formats.read import DOCUMENTS, parse_document, read_document
from ingest.formats.srt import format_srt
from ingest.formats.text import format_text
from ingest.formats.ttml import format_ttml
from ingest.formats.webvtt import format_webvtt
from ingest.segment import Segment

__all__ = ["DOCUMENTS", "EXPORTS", "Document", "Export", "Line", "parse_document", "read_document"]


class Export(NamedTuple):
    """A form in which a transcript is given out.

    write   gives the file's text from what is known about the clip, with its id as "clip", and its
            segments
    mime    its media type; label: what a reader is shown
    suffix  how the address of the download ends
    timed   whether it cannot be without times, so that a clip that has none is not given out in it
    """

    write: Callable[[Mapping[str, Any], Sequence[Segment]], str]
    mime: str
    label: str
    suffix: str
    timed: bool = False


# By the name that `--format` takes.
EXPORTS = {
    "vtt": Export(format_webvtt, "text/vtt", "WebVTT", "vtt", timed=True),
    "srt": Export(format_srt, "application/x-subrip", "SRT", "srt", timed=True),
    "txt": Export(format_text, "text/plain", "text", "txt"),
    "md": Export(format_markdown, "text/markdown", "Markdown", "md"),
    "csv": Export(format_csv, "text/csv", "CSV", "csv"),
    "ttml": Export(format_ttml, "application/ttml+xml", "TTML", "ttml", timed=True),
    "json": Export(format_json, "application/json", "JSON", "json"),
    "podcast": Export(format_podcast, "application/json", "JSON for podcasts", "podcast.json", timed=True),
}
