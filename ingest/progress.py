"""Progress: how far the hearing of recordings is, for the person who waits.

On a terminal one line that is written anew, elsewhere a line when a clip begins to be heard and one
when it has been. Nothing where nothing is heard, as for clips that are known already.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

REFRESH = 0.2  # seconds between two updates of the line
Named = TypeVar("Named")
CLEAR = "\r\x1b[K"  # to the beginning of the line, and erase it


class Progress:
    """Tells of a number of recordings, one after the other.

    stream  standard error
    total   how many there are
    """

    def __init__(self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.stream = stream
        self.total = total
        self.clock = clock
        self.number = 0
        self.name = ""
        self.duration = 0.0
        self.began: float | None = None  # when the hearing of this clip began
        self.shown: float | None = None  # when the line on the terminal was last written; None: there is none

    def start(self, name: str) -> None:
        """Go on to the next recording."""
        self.number += 1
        self.name = " ".join(name.split())
        self.began = None

    def over(self, sources: Iterable[Named]) -> Iterator[Named]:
        """Give sources on, telling of each when it is asked for."""
        for source in sources:
            self.start(str(getattr(source, "name", source)))
            yield source

    def tell(self, heard: float, duration: float) -> None:
        """Say that so many seconds of the recording have been heard; the first time, that it begins."""
        now = self.clock()
        first = self.began is None
        if self.began is None:
            self.began, self.duration = now, duration
        if not self.stream.isatty():
            if first:
                self._write(f"{self._place()}: hearing {format_length(duration)}\n")
            return
        if self.shown is None or now - self.shown >= REFRESH:
            self.shown = now
            width = shutil.get_terminal_size().columns - 1
            self._write(CLEAR + self._line(heard, now - self.began)[:width])

    def finish(self) -> None:
        """End the recording: the terminal's line goes away, elsewhere a line says how long it took."""
        self.clear()
        if self.began is not None and not self.stream.isatty():
            took = self.clock() - self.began
            speed = f", {self.duration / took:.1f} x real time" if took > 0 else ""
            self._write(f"{self._place()}: heard in {format_length(took)}{speed}\n")
        self.began = None

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self.shown is not None:
            self._write(CLEAR)
            self.shown = None

    def _place(self) -> str:
        return f"{self.number}/{self.total} {self.name}"

    def _line(self, heard: float, took: float) -> str:
        share = min(1.0, heard / self.duration) if self.duration else 1.0
        line = f"{self._place()}  {share:.0%}"
        if heard and took > 0:
            speed = heard / took
            left = format_length(max(0.0, self.duration - heard) / speed)
            line += f" · {speed:.1f} x real time · {left} left"
        return line

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def format_length(seconds: float) -> str:
    """Write a length of time for people.

    >>> format_length(59.6), format_length(3723)
    ('1:00', '1:02:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
