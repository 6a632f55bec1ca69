"""A manifest: a list of clips with their facts, as archivists keep it: CSV, JSON or YAML, a clip a row.

    audio,title,date,speakers
    tapes/041.wav,A talk,1987-03,Ann Lee; Mayor; guest | Bo Ek

A column that nobody knows is reported once and its values are ignored; a value that cannot be read fails
its row, and the others are taken. A person wrote this list, so its paths may lead anywhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.entries import SUFFIXES, TABLES, name_column, read_entries
from ingest.errors import FactsError, SourceError
from ingest.facts import KEYS, Facts, parse_facts
from ingest.formats.clock import parse_offset
from ingest.formats.csv import COLUMNS as TRANSCRIPT_COLUMNS
from ingest.formats.csv import read_column
from ingest.formats.document import shorten, tidy
from ingest.transcript import make_slug
from ingest.web.links import is_web, resolve_link

LEADING = ("audio", "script", "page")  # a clip has at least one of these
COLUMNS = (*KEYS, *LEADING, "offset", "guid", "id")
SPOKEN = ("start", "startTime", "words", "body")  # what the entries of transcripts have, and of manifests not


@dataclass(frozen=True, slots=True)
class Row:
    """One clip of a manifest.

    where   names the file and the place in it, for messages
    audio   the recording: an address, or the path of a file that is there; the same for script, the text
            that exists already, and page; "" where the row has none
    offset  seconds to add to the times of the script, None when not stated
    guid    what its publisher knows it by; id: the clip's id as it is wanted
    """

    where: str
    facts: Facts
    audio: str = ""
    script: str = ""
    page: str = ""
    offset: float | None = None
    guid: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest lists, in order: a clip, or why its row cannot be taken.

    reports  a line for each thing that is ignored
    """

    rows: tuple[Row | SourceError, ...]
    reports: tuple[str, ...] = ()


def is_manifest(path: Path) -> bool:
    """Whether a file lists clips: its first row or entry names audio, a script or a page.

    A transcript in CSV or JSON, a sidecar, and what cannot be read are none.
    """
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        first = next((values for _, values in read_entries(path)), None)
    except SourceError:
        return False
    if not isinstance(first, Mapping) or not {name_column(key) for key in first}.intersection(LEADING):
        return False
    if path.suffix.lower() in TABLES:
        plain = {read_column(key)[0] for key in first}
        return not all(plain.intersection(TRANSCRIPT_COLUMNS[column]) for column in ("start", "text"))
    return not any(key in first for key in SPOKEN)


def load_manifest(path: Path) -> Manifest:
    """Read a manifest; its paths are relative to its folder.

    raises  SourceError when it cannot be read as a whole
    """
    rows: list[Row | SourceError] = []
    ignored: dict[str, None] = {}
    seen: dict[tuple[str, str], str] = {}
    for where, values in read_entries(path):
        try:
            known, unknown = _sort_values(values, where)
            ignored.update(dict.fromkeys(unknown))
            row = _make_row(known, where, path.parent)
            _claim(row, seen)
            rows.append(row)
        except SourceError as error:
            rows.append(error)
    reports = [_describe_ignored(path, key) for key in ignored]
    return Manifest(tuple(rows), tuple(reports if rows else [f"{path}: lists no clips"]))


def _sort_values(values: Any, where: str) -> tuple[dict[str, Any], list[str]]:
    """The values that are stated, by column, and the names of unknown columns that have one.

    raises  SourceError when they are no values
    """
    if isinstance(values, SourceError):
        raise values
    if not isinstance(values, dict):
        raise SourceError(f"{where}: is no clip; write its values with their names")
    stated = {
        key: value.strip() if isinstance(value, str) else value
        for key, value in values.items()
        if value is not None and value != [] and (not isinstance(value, str) or value.strip())
    }
    known = {name: value for key, value in stated.items() if (name := name_column(key)) in COLUMNS}
    return known, [key for key in stated if name_column(key) not in COLUMNS]


def _describe_ignored(path: Path, key: str) -> str:
    near = difflib.get_close_matches(name_column(key), COLUMNS, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(COLUMNS)}"
    return f"{path}: the column “{shorten(tidy(key))}” is ignored; {hint}"


def _make_row(values: dict[str, Any], where: str, folder: Path) -> Row:
    """Check and take over the values of a row.

    raises  SourceError naming the first that cannot be read
    """
    texts = {key: value for key, value in values.items() if key not in KEYS}
    if wrong := next((key for key, value in texts.items() if not isinstance(value, str)), ""):
        raise SourceError(f"{where}: {wrong} has to be a text on one line")
    facts = {key: value for key, value in values.items() if key in KEYS}
    if isinstance(facts.get("speakers"), str):
        facts["speakers"] = [name.strip() for name in facts["speakers"].split("|") if name.strip()]
    if not any(texts.get(key) for key in LEADING):
        raise SourceError(f"{where}: names no audio, no script and no page; write one of them")
    clip_id = texts.get("id", "")
    if clip_id and clip_id != make_slug(clip_id):
        raise SourceError(f"{where}: “{shorten(tidy(clip_id))}” cannot be an id; write {make_slug(clip_id)}")
    try:
        return Row(
            where,
            parse_facts(facts, where),
            offset=parse_offset(texts["offset"]) if "offset" in texts else None,
            guid=tidy(texts.get("guid", "")),
            id=clip_id,
            **{key: _find_place(texts.get(key, ""), key, where, folder) for key in LEADING},
        )
    except FactsError as error:
        raise SourceError(str(error)) from error
    except ValueError as error:
        raise SourceError(f"{where}: the offset {error}") from error


def _find_place(text: str, key: str, where: str, folder: Path) -> str:
    """An address as it is, or the path of a file that is there.

    raises  SourceError when there is none
    """
    name = f"{where}: the {key} “{shorten(tidy(text))}”"
    if not text:
        return ""
    if not text.isprintable():
        raise SourceError(f"{name} has a line break or another sign that no name has; write the name alone")
    if re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        address = resolve_link("", text) if is_web(text.lower()) else text
        if not address or text.lower().startswith("file:"):
            raise SourceError(f"{name} is no address; write one, or a path")
        return address
    for path in (folder / text, folder / text.replace("\\", "/")):
        try:
            if path.is_file():
                return str(path)
            if path.is_dir():
                raise SourceError(f"{name} is a folder; name a file")
        except OSError as error:  # a name that is too long, a folder that nobody may look into
            raise SourceError(f"{name} cannot be looked at: {error.strerror}") from error
    raise SourceError(f"{name} is not there; write its path from the manifest's folder")


def _claim(row: Row, seen: dict[tuple[str, str], str]) -> None:
    """Note what a row is known by.

    seen    what the rows before it are known by, and where each stands
    raises  SourceError when one of them has the same
    """
    place = row.audio or row.page or row.script
    place = place if "://" in place else str(Path(place).resolve())
    known = {"id": row.id, "guid": row.guid, "recording" if row.audio else "text": place}
    for what, value in known.items():
        if value and (what, value) in seen:
            raise SourceError(f"{row.where}: has the {what} of {seen[what, value]}; leave one of them out")
    place_in_file = row.where.rpartition(", ")[2]
    seen.update({(what, value): place_in_file for what, value in known.items() if value})
