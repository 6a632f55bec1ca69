"""Parts: downloads on disk, a part until they are whole, then a file with a safe name.

    .part-<mark>        the bytes that have come
    .part-<mark>.json   of which version of which file they are, so that the rest can be asked for

Both are named by the address, so that a later process finds them and goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingest import media
from ingest.files import hash_file, save_file, sync_folder
from ingest.network.validators import Validators
from ingest.sources import COMPANIONS

LONGEST_NAME = 120  # bytes of a name without its suffix; systems allow 255
# The suffix of a file by its media type, where its address has none that we know.
SUFFIXES = media.SUFFIXES | {
    "application/atom+xml": ".xml", "application/json": ".json", "application/rss+xml": ".xml",
    "application/srt": ".srt", "application/ttml+xml": ".ttml", "application/x-subrip": ".srt",
    "application/xhtml+xml": ".xhtml", "application/xml": ".xml", "application/yaml": ".yml",
    "text/csv": ".csv", "text/html": ".html", "text/markdown": ".md", "text/plain": ".txt",
    "text/srt": ".srt", "text/vtt": ".vtt", "text/xml": ".xml", "text/yaml": ".yml",
}  # fmt: skip
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # no names for files on Windows


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a file the bytes of a part are of.

    length  bytes of the whole file, 0 when the server did not say
    """

    validators: Validators
    length: int


class Part:
    """The download of one address into one folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.path = folder / f".part-{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:16]}"
        self.notes = self.path.with_name(f"{self.path.name}.json")

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def find_version(self) -> Version | None:
        """Of which version of the file the bytes are; None when there are none, or nobody knows."""
        try:
            values = json.loads(self.notes.read_text("utf-8"))
            known = Validators(str(values["etag"]), str(values["last_modified"]))
            return Version(known, int(values["length"])) if self.size and known else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def begin(self, version: Version) -> None:
        """Throw away what has come, and note of which version the next bytes will be."""
        self.path.unlink(missing_ok=True)
        known = version.validators
        values = {"etag": known.etag, "last_modified": known.last_modified, "length": version.length}
        save_file(self.notes, json.dumps(values).encode())

    def append(self, pieces: Iterator[bytes], at: int) -> Iterator[int]:
        """Write what comes behind the first `at` bytes; give how many there are after each piece."""
        with self.path.open("r+b" if at else "wb") as file:
            file.truncate(at)
            file.seek(at)
            for piece in pieces:
                file.write(piece)
                yield file.tell()
            file.flush()
            os.fsync(file.fileno())

    def finish(self, name: str) -> tuple[Path, str]:
        """Give the whole file its name, or another one where that is taken; give its path and SHA-256.

        A file of that name that has the same bytes is left as it is; nothing is ever overwritten.
        """
        sha256 = hash_file(self.path)
        stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name is no path yet
        for number in count(1):
            path = self.folder / (name if number == 1 else f"{stem}-{number}{suffix}")
            if self._claim(path) or (path.is_file() and hash_file(path) == sha256):
                break
        self.discard()
        sync_folder(self.folder)
        return path, sha256

    def _claim(self, path: Path) -> bool:
        """Give the part a name, unless it is taken."""
        try:
            os.link(self.path, path)
            return True
        except FileExistsError:
            return False
        except OSError:  # a system without hard links
            if path.exists():
                return False
            self.path.rename(path)
            return True

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)


def make_name(url: str, disposition: str = "", media_type: str = "", found: str = "") -> str:
    """Make a file's name from what a server calls it, else from its address; safe on every system.

    disposition  the header Content-Disposition
    found        the address where it was found in the end
    media_type   decides the suffix where the name has none that we know

    >>> make_name("https://radio.example/a/Tide%20Talk.MP3?x=1")
    'Tide Talk.mp3'
    >>> make_name("https://radio.example/play?id=7", 'attachment; filename="../../.bashrc"', "audio/mpeg")
    'bashrc.mp3'
    """
    header = Message()
    header["Content-Disposition"] = disposition
    stated = header.get_filename("") if disposition else ""
    names = [_clean(name) for name in (stated, _find_path(url), _find_path(found))]
    known = [name for name in names if _split(name)[1]]
    stem, suffix = _split(next(iter([*known, *filter(None, names)]), ""))
    if not suffix or (suffix not in media.RECORDINGS and media_type.startswith(("audio/", "video/"))):
        suffix = SUFFIXES.get(media_type, suffix)
    stem = stem.encode()[:LONGEST_NAME].decode("utf-8", "ignore").strip(". ")
    return f"{stem or 'recording'}{'_' if _RESERVED.fullmatch(stem) else ''}{suffix}"


def _find_path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:  # not an address
        return ""


def _clean(name: str) -> str:
    """The last part of a path, without what leads elsewhere, is not to be seen, or no system takes."""
    last = re.split(r"[/\\]", name.strip())[-1]
    text = "".join(c if c.isprintable() and c not in '<>:"|?*' else " " for c in last)
    text = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
    return " ".join(text.split()).strip(". ")


def _split(name: str) -> tuple[str, str]:
    """Name and suffix, in lower case; "" where it is no suffix that we know."""
    stem, dot, suffix = name.rpartition(".")
    suffix = f".{suffix.lower()}"
    return (stem, suffix) if dot and suffix in (*media.RECORDINGS, *COMPANIONS) else (name, "")
