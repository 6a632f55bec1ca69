"""CSV: a row a line, with columns for its text and, where there are any, its speaker and times."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.errors import ScriptError
from ingest.formats.clock import Timecode, find_zero, guess_rate, parse_clock, parse_timecode
from ingest.formats.document import Document, Draft
from ingest.segment import Segment

DELIMITERS = ",;\t|"
# The names under which programs have the columns; compared in lower case, with spaces for - and _.
COLUMNS = {
    "start": ("start", "begin", "from", "in", "tc in", "time in", "start time", "starttime", "timecode in",
              "timestamp", "timecode", "time", "start s", "start seconds", "start ms"),
    "end": ("end", "stop", "to", "out", "tc out", "time out", "end time", "endtime", "timecode out", "end s",
            "end seconds", "end ms"),
    "speaker": ("speaker", "name", "voice", "who", "speaker name", "character"),
    "text": ("text", "transcript", "transcription", "words", "body", "content", "caption", "subtitle",
             "utterance", "sentence", "dialogue"),
}  # fmt: skip


def parse_csv(text: str, name: str) -> Document:
    """Read CSV with a row of column names, whatever parts its columns.

    raises  ScriptError when no column has the text
    """
    csv.field_size_limit(10_000_000)
    head = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    draft = Draft(name, "csv")
    try:
        names = [
            " ".join(title.replace("-", " ").replace("_", " ").lower().split()) for title in next(rows, [])
        ]
        places = {
            key: next((names.index(n) for n in known if n in names), None) for key, known in COLUMNS.items()
        }
        column = places["text"]
        if column is None:
            raise ScriptError(f"{name}: has no column `text`; name its columns start, end, speaker, text")
        found = []
        for row in rows:
            cells = {key: row[at] if at is not None and at < len(row) else "" for key, at in places.items()}
            times = []
            for key in ("start", "end"):
                at = places[key]
                times.append(
                    _read_time(cells[key], at is not None and names[at].endswith(" ms"), rows.line_num, draft)
                )
            found.append((rows.line_num, cells["speaker"], cells["text"], times))
    except csv.Error as error:
        raise ScriptError(f"{name}, line {rows.line_num}: is not CSV ({error}); write it again") from error
    codes = [time for *_, times in found for time in times if isinstance(time, Timecode)]
    rate = guess_rate(codes)
    for line, speaker, said, times in found:
        start, end = (time.to_seconds(rate) if isinstance(time, Timecode) else time for time in times)
        draft.add(said, line, speaker=speaker, start=start, end=end)
    return draft.finish(None, find_zero(codes, rate))


def format_csv(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """A row a segment, times in seconds; empty where `timed` is false."""
    timed = facts.get("timed", True)
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["start", "end", "speaker", "text"])
    for s in segments:
        rows.writerow([*((f"{s.start:.3f}", f"{s.end:.3f}") if timed else ("", "")), s.speaker, s.text])
    return file.getvalue()


def _read_time(cell: str, milliseconds: bool, line: int, draft: Draft) -> float | Timecode | None:
    time = parse_timecode(cell) or parse_clock(cell)
    if time is None and cell.strip():
        draft.report(line, f"“{cell.strip()[:30]}” is no time; left out")
    return time / 1000 if milliseconds and isinstance(time, float) else time
