"""Files: written whole or not at all, by one process at a time, and known by their content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import TranscriptError

LOCK = ".ingest.lock"  # held while an archive is written to
DRAFT = ".new-"  # how the names of files and folders begin that are not whole yet
STILL = 2.0  # seconds without a change after which a file is taken to be complete
PATIENCE = 600.0  # seconds that a growing file is waited for
Stamp = tuple[int, int]  # a file's size in bytes, and when it changed, in nanoseconds


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


def stamp_file(path: Path) -> Stamp:
    """What changes while a file is being written."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


def wait_until_still(path: Path) -> bool:
    """Wait while a file is being written; False when that takes longer than PATIENCE."""
    end = time.monotonic() + PATIENCE
    stamp = stamp_file(path)
    while time.monotonic() < end:
        time.sleep(STILL)
        before, stamp = stamp, stamp_file(path)
        if stamp == before:
            return True
    return False


def sweep_drafts(folder: Path) -> None:
    """Remove what a process that was killed has left half-written in a folder."""
    for path in folder.glob(f"{DRAFT}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, through a temporary file beside it; nothing if it is the same."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)
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
