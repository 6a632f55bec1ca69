"""CSV: a row a line, with columns for its text and, where there are any, its speaker and times."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.errors import ScriptError
from ingest.formats.clock import Timecode, find_zero, guess_rate, parse_clock, parse_timecode
from ingest.formats.document import Document, Draft
from ingest.segment import Segment

DELIMITERS = ",;\t|"
NONE = "\x1f"  # parts nothing: for a table of one column, whose text has commas of its own
MOST_LINES = 5  # of a cell; more is a quotation mark that nobody closed
# The names under which programs have the columns; in lower case, signs as spaces, without their unit.
COLUMNS = {
    "start": ("start", "begin", "from", "in", "tc in", "time in", "start time", "starttime", "timecode in",
              "start timecode", "timestamp", "timecode", "time"),
    "end": ("end", "stop", "to", "out", "tc out", "time out", "end time", "endtime", "timecode out",
            "end timecode"),
    "duration": ("duration", "dur", "length"),
    "speaker": ("speaker", "speaker name", "speaker label", "speaker id", "name", "voice", "who",
                "character"),
    "text": ("text", "transcript", "transcription", "words", "body", "content", "caption", "subtitle",
             "utterance", "sentence", "dialogue"),
}  # fmt: skip
_UNIT = re.compile(r"(.+?) (?:(ms|msec|milliseconds)|s|sec|secs|seconds|hms)")
_WHISPER = ["start", "end", "text"]  # the columns of the .tsv that Whisper writes, in milliseconds

_Time = float | Timecode | None


def parse_csv(text: str, name: str) -> Document:
    """Read CSV with a row of column names, whatever parts its columns.

    raises  ScriptError when no column has the text
    """
    rows, delimiter = open_table(text)
    draft = Draft(name, "csv")
    try:
        names, units = _read_head(next(rows, []))
        places = {
            key: next((names.index(n) for n in known if n in names), None) for key, known in COLUMNS.items()
        }
        column = places["text"]
        if column is None:
            raise ScriptError(f"{name}: has no column `text`; name its columns start, end, speaker, text")
        found = []
        line = rows.line_num + 1
        for row in rows:
            cells = {key: row[at] if at is not None and at < len(row) else "" for key, at in places.items()}
            cells["text"] += _read_rest(row[len(names) :], line, draft, delimiter, column + 1 == len(names))
            if not cells["text"].strip() and any(row):
                draft.report(line, "the row holds no text; left out")
            elif cells["text"].count("\n") >= MOST_LINES:
                draft.report(
                    line, "the text of a row runs over many lines; see whether its quotation mark ends"
                )
            times: dict[str, _Time] = {}
            for key in ("start", "end", "duration"):
                at = places[key]
                times[key] = _read_time(cells[key], at is not None and units[at], line, draft)
            found.append((line, cells["speaker"], cells["text"], times))
            line = rows.line_num + 1
    except csv.Error as error:
        raise ScriptError(f"{name}, line {rows.line_num}: is not CSV ({error}); write it again") from error
    codes = [time for *_, times in found for time in times.values() if isinstance(time, Timecode)]
    rate = guess_rate(codes)
    seconds = [
        {key: t.to_seconds(rate) if isinstance(t, Timecode) else t for key, t in times.items()}
        for *_, times in found
    ]
    scale = 1.0
    if names == _WHISPER and delimiter == "\t" and _counts_milliseconds(seconds):
        draft.report("", "its times are taken for milliseconds, as Whisper writes them")
        scale = 0.001
    for (line, speaker, said, _), row_times in zip(found, seconds, strict=True):
        start, end, length = (None if time is None else time * scale for time in row_times.values())
        if end is None and start is not None and length is not None:
            end = start + length
        draft.add(said, line, speaker=speaker, start=start, end=end)
    return draft.finish(None, find_zero(codes, rate))


def open_table(text: str) -> tuple[Any, str]:
    """A reader of the rows of a table, and what parts its columns, found in its first line."""
    csv.field_size_limit(10_000_000)
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    stated = re.match(r"sep=(.)\n", text)  # a hint for Excel
    head = text.split("\n", 2)[1 if stated else 0]
    delimiter = stated[1] if stated else max(DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter if delimiter in head else NONE)
    if stated:
        next(rows)
    return rows, delimiter


def format_csv(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """A row a segment, times in seconds; empty where `timed` is false."""
    timed = facts.get("timed", True)
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["start", "end", "speaker", "text"])
    for s in segments:
        rows.writerow([*((f"{s.start:.3f}", f"{s.end:.3f}") if timed else ("", "")), s.speaker, s.text])
    return file.getvalue()


def read_column(title: str) -> tuple[str, bool]:
    """The name of a column without its unit, and whether that is milliseconds.

    >>> read_column("Start Time (ms)"), read_column("speaker_name")
    (('start time', True), ('speaker name', False))
    """
    plain = " ".join(re.sub(r"[-_()\[\]]", " ", title).lower().split())
    unit = _UNIT.fullmatch(plain)
    return (unit[1], bool(unit[2])) if unit else (plain, False)


def _read_head(row: Sequence[str]) -> tuple[list[str], list[bool]]:
    columns = [read_column(title) for title in row]
    return [name for name, _ in columns], [milliseconds for _, milliseconds in columns]


def _read_rest(rest: list[str], line: int, draft: Draft, delimiter: str, follows: bool) -> str:
    """What a row has beyond its columns: the end of a text with commas that nobody quoted, or nothing."""
    while rest and not rest[-1].strip():
        rest = rest[:-1]
    if rest and follows:
        draft.report(line, "has more cells than the table has columns; they are read as part of the text")
        return "".join(f"{delimiter}{cell}" for cell in rest)
    if rest:
        draft.report(line, "has more cells than the table has columns; the last are left out")
    return ""


def _counts_milliseconds(rows: Sequence[Mapping[str, float | None]]) -> bool:
    """Whether all times are whole numbers, and most rows would last over a minute in seconds."""
    times = [(times["start"], times["end"]) for times in rows]
    lengths = sorted(end - start for start, end in times if start is not None and end is not None)
    return (
        len(lengths) == len(times) > 0
        and all(start == int(start or 0) and end == int(end or 0) for start, end in times)
        and lengths[len(lengths) // 2] > 60
    )


def _read_time(cell: str, milliseconds: bool, line: int, draft: Draft) -> _Time:
    time = parse_timecode(cell) or parse_clock(cell)
    if time is None and cell.strip():
        draft.report(line, f"“{cell.strip()[:30]}” is no time; left out")
    return time / 1000 if milliseconds and isinstance(time, float) else time
