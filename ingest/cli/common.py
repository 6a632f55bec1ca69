"""What every command needs: the option --archive, one line for a person, and the exit status."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from ingest.transcript import Transcript

CALLBACK = "_File."  # methods of ingest.audio that PyAV calls: it prints and drops what is raised in them
SOON = 0.02  # seconds
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
ARCHIVE = click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="this folder",
    help="The folder that holds transcripts/ and archive.db.",
)


def get_transcript(archive: Path, clip: str) -> Transcript:
    from ingest.transcript import FOLDER, list_ids, load_transcript

    if clip not in list_ids(archive):
        fail(f"{clip}: there is no such clip in {archive / FOLDER}; name it as its folder is named")
    return load_transcript(archive / FOLDER / clip)


def need_transcripts(archive: Path) -> None:
    from ingest.transcript import FOLDER

    if not (archive / FOLDER).is_dir():
        fail(f"{archive}: holds no {FOLDER}/; name the archive with --archive DIR, or ingest something first")


def report_failures(lines: list[str]) -> int:
    for line in lines:
        warn(line)
    return 1 if lines else 0


def warn(line: str) -> None:
    click.echo(fold_lines(line), err=True)


def fold_lines(text: str) -> str:
    """A text on one line, as UTF-8 can write it: a name may hold a line break, a terminal's commands, and
    any bytes."""
    return printable(_CONTROL.sub(" ", text).rstrip())


def printable(text: str) -> str:
    """A text without what UTF-8 cannot write: a file's name may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


def fail(line: str) -> NoReturn:
    warn(line)
    sys.exit(1)


def format_clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"


@contextmanager
def heed_interrupts(*signals: signal.Signals) -> Iterator[Callable[[], None]]:
    """Turn signals into KeyboardInterrupt, and give a function that raises one which got lost.

    Python drops one that comes while an object is being destroyed, and libraries may.
    """
    asked = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        if frame and frame.f_code.co_qualname.startswith(CALLBACK):
            threading.Timer(SOON, signal.raise_signal, [number]).start()
            return
        raise KeyboardInterrupt

    def check() -> None:
        if asked:
            raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in signals}
    heeded = [number for number in signals if before[number] is not signal.SIG_IGN]
    if threading.current_thread() is not threading.main_thread():
        heeded = []
    for number in heeded:
        signal.signal(number, interrupt)
    try:
        yield check
    finally:
        for number in heeded:
            signal.signal(number, before[number])
