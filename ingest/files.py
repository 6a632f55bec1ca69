"""Files: written whole or not at all, by one process at a time, and known by their content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import TranscriptError

LOCK = ".ingest.lock"  # held while an archive is written to


@contextmanager
def lock_archive(archive: Path) -> Iterator[None]:
    """Keep other processes from writing to an archive meanwhile.

    raises  TranscriptError when one is at work there
    """
    archive.mkdir(parents=True, exist_ok=True)
    lock = FileLock(archive / LOCK, timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise TranscriptError(f"{archive}: another ingest is at work there; wait for its end") from error


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, through a temporary file beside it; nothing if it is the same."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
        sync_folder(path.parent)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder last through a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows cannot open a folder
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
