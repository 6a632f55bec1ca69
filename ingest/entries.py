"""Entries: a list of anything as people keep it, in CSV, JSON or YAML, each entry with its place.

What parts the columns of a table, and the encoding, are found. JSON and YAML have a list of objects, or an
object with that list as `clips`; JSON may also be an object a line.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.encoding import decode_text
from ingest.errors import FactsError, ScriptError, SourceError
from ingest.facts import parse_yaml
from ingest.formats.csv import open_table

TABLES = (".csv", ".tsv")
LINES = (".jsonl", ".ndjson")
SUFFIXES = (*TABLES, ".json", *LINES, ".yml", ".yaml")
LARGEST = 50_000_000  # bytes; a hundred thousand clips have half of it


def read_entries(path: Path) -> Iterator[tuple[str, Any]]:
    """Give the place of each entry, for messages, and its values, as text where they are numbers.

    In place of values that cannot be read stands a SourceError.

    raises  SourceError when the file is not what its name says
    """
    try:
        if path.stat().st_size > LARGEST:
            raise SourceError(f"{path}: is larger than any list of clips; cut it into several")
        text, _ = decode_text(path.read_bytes(), str(path))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    except ScriptError as error:
        raise SourceError(str(error)) from error
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return _read_table(text, path)
    if suffix in LINES or (suffix == ".json" and _has_an_object_a_line(text)):
        return _read_lines(text, path)
    return _read_list(text, path)


def _read_table(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    rows, delimiter = open_table(text)
    try:
        names = [name.strip() for name in next(rows, [])]
        columns = [name_column(name) for name in names]
        if twice := next((name for name in columns if name and columns.count(name) > 1), ""):
            raise SourceError(f"{path}: has the column {twice} twice; leave one out")
        line = rows.line_num + 1
        for cells in rows:
            where, line = f"{path}, line {line}", rows.line_num + 1
            if any(cell.strip() for cell in cells[len(names) :]):
                yield (
                    where,
                    SourceError(f"{where}: has more cells than columns; quote what holds {delimiter!r}"),
                )
            elif any(cell.strip() for cell in cells):
                yield where, {name: cell for name, cell in zip(names, cells, strict=False) if name}
    except csv.Error as error:
        raise SourceError(f"{path}, line {rows.line_num}: is not CSV ({error}); write it again") from error


def _read_lines(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{path}, line {number}"
        if line.strip():
            try:
                yield where, _parse_json(line)
            except (ValueError, RecursionError):
                yield where, SourceError(f"{where}: is not JSON; write an object a line")


def _read_list(text: str, path: Path) -> Iterator[tuple[str, Any]]:
    try:
        values = _parse_json(text) if path.suffix.lower() == ".json" else parse_yaml(text, str(path))
    except FactsError as error:
        raise SourceError(str(error)) from error
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SourceError(f"{path}{line}: is not JSON; write it again") from error
    entries = values.get("clips") if isinstance(values, dict) else values
    if not isinstance(entries, list):
        raise SourceError(f"{path}: is no list of clips; write a list, or `clips` with one")
    return ((f"{path}, clip {number}", entry) for number, entry in enumerate(entries, 1))


def _parse_json(text: str) -> Any:
    """Read JSON, its numbers as they are written."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def _has_an_object_a_line(text: str) -> bool:
    first, _, rest = text.strip().partition("\n")
    try:
        return bool(rest) and isinstance(_parse_json(first), dict)
    except (ValueError, RecursionError):
        return False


def name_column(key: str) -> str:
    """A column's name as it is known, however it is written.

    >>> name_column(" Page URL")
    'page_url'
    """
    return "_".join(key.lower().replace("-", " ").replace("_", " ").split())
