"""Reading: which format a transcript file has, and its times on the recording's clock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.encoding import decode_text
from ingest.errors import ScriptError
from ingest.formats.csv import parse_csv
from ingest.formats.document import Document, Line, shorten
from ingest.formats.docx import parse_docx
from ingest.formats.json import parse_json
from ingest.formats.markdown import parse_markdown
from ingest.formats.ohms import parse_ohms
from ingest.formats.srt import TIMING, parse_srt
from ingest.formats.text import parse_text
from ingest.formats.ttml import parse_ttml
from ingest.formats.webvtt import parse_webvtt
from ingest.script import LONGEST_WORD
from ingest.words import split_words

LARGEST = 200_000_000  # bytes; a day's speech with a time for every word is a tenth of it
HOUR = 3600  # seconds
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1}}}")  # letters without a space; a word, or many in Chinese

# What files named so are taken for when nothing in them says otherwise.
DOCUMENTS = frozenset(
    (".vtt", ".srt", ".sbv", ".json", ".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".docx", ".ttml",
     ".dfxp", ".xml")
)  # fmt: skip


def read_document(path: Path, offset: float = 0.0) -> Document:
    """Read a transcript by another program, whatever its format.

    offset  seconds that are added to all its times; what would then lie before the recording is cut
            off. Without it, timecodes that begin at a full hour are set to zero there
    raises  ScriptError with one line that names the file, and the line in it where that helps
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ScriptError(f"{path}: is larger than any transcript; give the text alone")
        content = path.read_bytes()
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read: {error.strerror}") from error
    return parse_document(content, path.name, offset)


def parse_document(content: bytes, name: str, offset: float = 0.0) -> Document:
    """As read_document, from the bytes of a file of that name."""
    document = _parse(content, name, Path(name).suffix.lower())
    if not document.lines:
        why = f" ({document.reports[0]})" if document.reports else ""
        raise ScriptError(f"{name}: holds no words of a transcript{why}; give one that does")
    long = [line.text for line in document.lines if _LONG.search(line.text)]
    if any(len(word) > LONGEST_WORD for text in long for word in split_words(text)):
        raise ScriptError(f"{name}: holds a word of over {LONGEST_WORD} letters; give a transcript")
    return _set_clock(document, name, offset)


def _parse(content: bytes, name: str, suffix: str) -> Document:
    if content.startswith(b"PK\x03\x04"):
        return parse_docx(content, name)
    for begin, kind in _BINARY.items():
        if content.startswith(begin):
            raise ScriptError(f"{name}: is {kind}; save it as text or .docx")
    text, guessed = decode_text(content, name)
    document = _find_reader(text, suffix)(text, name)
    return replace(document, reports=(guessed, *document.reports)) if guessed else document


_BINARY = {
    b"%PDF": "a PDF",
    b"{\\rtf": "a document in RTF",
    b"\xd0\xcf\x11\xe0": "a document of an old Word",
    b"\x1f\x8b": "a packed file",
}


def _find_reader(text: str, suffix: str) -> Callable[[str, str], Document]:
    """Choose by what the text looks like, and by the file's name where that says nothing."""
    start = text.lstrip()[:200]
    if start.startswith("WEBVTT"):
        return parse_webvtt
    if start.startswith("<") and (suffix in (".ttml", ".dfxp", ".xml") or start.startswith(("<?xml", "<tt"))):
        return parse_ohms if "nunncenter/ohms" in text[:2000] else parse_ttml
    if suffix == ".json" or (start[:1] in ("{", "[") and _is_json(text)):
        return parse_json
    if suffix == ".vtt":
        return parse_webvtt
    if suffix in (".srt", ".sbv") or any(TIMING.fullmatch(line) for line in start.split("\n")[:3]):
        return parse_srt
    if suffix in (".csv", ".tsv"):
        return parse_csv
    return parse_markdown if suffix in (".md", ".markdown") else parse_text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _set_clock(document: Document, name: str, offset: float) -> Document:
    """Add the offset; or set timecodes to zero; or say that the times begin suspiciously late."""
    reports = list(document.reports)
    first = next((line.start for line in document.lines if line.start is not None), None)
    shift = offset
    if not offset and document.clock:
        shift = -document.clock
        reports.append(
            f"{name}: its timecodes begin at {_clock(document.clock)}; this was taken from all of them"
        )
    elif not offset and first is not None and first >= HOUR:
        reports.append(
            f"{name}: its first words come at {_clock(first)}; where the recording starts later than its"
            f" clock, give --offset -{_clock(HOUR * (first // HOUR))}"
        )
    if not shift:
        return replace(document, reports=tuple(reports))
    lines = []
    nexts = [line.start for line in document.lines[1:]]
    for line, following in zip(document.lines, [*nexts, None], strict=True):
        moved = _shift(line, shift, following)
        if moved is None:
            reports.append(f"{name}: “{shorten(line.text)}” lies before the recording; left out")
        else:
            lines.append(moved)
    if not lines:
        raise ScriptError(f"{name}: the offset puts all of it before the recording; give a smaller one")
    return replace(document, lines=tuple(lines), reports=tuple(reports))


def _shift(line: Line, shift: float, following: float | None) -> Line | None:
    """Move a line; None when all of it would lie before the recording."""
    if line.start is None:
        return line
    last = line.end if line.end is not None else following
    if line.start + shift < 0 and (last is None or last + shift <= 0):
        return None

    def move(time: float) -> float:
        return round(time + shift, 6)

    words = tuple(replace(w, start=move(w.start), end=move(w.end)) for w in line.words)
    return Line(
        line.text, line.speaker, max(move(line.start), 0.0), None if line.end is None else move(line.end),
        words if not words or words[0].start >= 0 else (),
    )  # fmt: skip


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
