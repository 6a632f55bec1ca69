"""The broadcast extension of a WAVE file: who made the recording, on which day, at what time of day.

libav reads it too, but under the names that it also gives the file's other tags, and of two dates it
keeps the one that stands last: a year of release would pass for the day of the recording.

source  https://tech.ebu.ch/docs/tech/tech3285.pdf
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.dates import parse_date
from ingest.errors import FactsError

_FIXED = struct.Struct("<256s32s32s10s8sQ")  # the fields up to the version, which all versions have
_DATE = re.compile(r"(\d{4})(?:\D(\d\d)(?:\D(\d\d))?)?.*")
_EPOCHS = ("1601-01-01", "1904-01-01", "1970-01-01", "1980-01-01")  # what a clock shows that nobody has set


@dataclass(frozen=True, slots=True)
class Bext:
    """What a broadcast extension states; "" where it states nothing.

    originator      the person, organisation, device or program that made the file
    date            YYYY-MM-DD, YYYY-MM or YYYY, as far as its digits are a date
    time_reference  seconds from midnight to the first sample
    """

    description: str = ""
    originator: str = ""
    date: str = ""
    time_reference: float = 0.0


def find_bext(path: Path) -> Bext | None:
    """Read a file's broadcast extension; None where it has none or is no WAVE file."""
    with path.open("rb") as file:
        chunks = _read_chunks(file)
    if len(chunks.get(b"bext", b"")) < _FIXED.size or len(chunks.get(b"fmt ", b"")) < 8:
        return None
    description, originator, _, day, _, samples = _FIXED.unpack_from(chunks[b"bext"])
    rate = int.from_bytes(chunks[b"fmt "][4:8], "little")
    seconds = samples / rate if rate else 0.0
    return Bext(_decode(description), _decode(originator), _read_day(_decode(day)), seconds)


def _read_chunks(file: BinaryIO) -> dict[bytes, bytes]:
    """The beginning of the first chunk of each kind that is needed."""
    riff = file.read(12)
    chunks: dict[bytes, bytes] = {}
    if riff[:4] not in (b"RIFF", b"RF64", b"BW64") or riff[8:] != b"WAVE":
        return chunks
    while len(head := file.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        start = file.tell()
        if head[:4] in (b"bext", b"fmt "):
            chunks.setdefault(head[:4], file.read(min(size, _FIXED.size)))
        file.seek(start + size + size % 2)
    return chunks


def _decode(field: bytes) -> str:
    """The text of a field of fixed length; ASCII by the standard, but not by all programs."""
    field = field.partition(b"\0")[0]
    try:
        return field.decode()
    except UnicodeDecodeError:
        return field.decode("cp1252", "replace")


def _read_day(text: str) -> str:
    found = _DATE.fullmatch(text.strip())
    parts = [part for part in found.groups() if part] if found else []
    day = "-".join(part for n, part in enumerate(parts) if all(int(each) for each in parts[: n + 1]))
    try:
        return day if day not in _EPOCHS and parse_date(day) else ""
    except FactsError:
        return ""
