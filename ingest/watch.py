"""Watch: look at the same places again and again, and take in what is new or has changed.

A source is looked at again when its files, or what its feed says of it, are others than when it was
taken in, and each time until it goes well. What is given up: a recording that changes behind the same
address while its feed stays the same; `ingest check --online` finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.errors import SourceError
from ingest.files import stamp_file
from ingest.outcome import Outcome
from ingest.sources import Source

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}  # seconds
LEAST = 1.0  # seconds


def parse_interval(text: str) -> float:
    """Read a length of time in seconds.

    raises  ValueError when it is none, or shorter than LEAST

    >>> parse_interval("15m"), parse_interval("1.5 h"), parse_interval("90")
    (900.0, 5400.0, 90.0)
    """
    stated = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhd]?)", text.strip().lower())
    seconds = float(stated[1]) * UNITS[stated[2] or "s"] if stated else 0.0
    if seconds < LEAST:
        raise ValueError(f"{text!r} is no interval; write 30s, 15m, 2h or 1d")
    return seconds


class Watch:
    """Remembers what each source looked like, and what was said of it."""

    def __init__(self) -> None:
        self._seen: dict[str, object] = {}
        self._told: dict[str, str] = {}
        self._lines: set[str] = set()  # of this round
        self._lines_before: set[str] = set()

    def begin(self) -> None:
        """Begin a round."""
        self._lines_before, self._lines = self._lines, set()

    def is_news(self, line: str) -> bool:
        """Whether a line was not said in the round before."""
        self._lines.add(line)
        return line not in self._lines_before

    def pick(self, sources: Iterable[Source | SourceError]) -> list[Source | SourceError]:
        """Those that do not look as they did when they were seen last."""
        return [
            source
            for source in sources
            if isinstance(source, SourceError) or self._seen.get(source.name) != _look(source)
        ]

    def see(self, source: Source | SourceError) -> None:
        """Remember what a source looks like that is about to be taken in."""
        if isinstance(source, Source):
            self._seen[source.name] = _look(source)

    def note(self, outcome: Outcome) -> bool:
        """Note what became of a source; a failed one is picked again, perhaps it goes well next time.

        gives  whether a person should be told: not that nothing has changed, nor the same failure twice
        """
        before = self._told.pop(outcome.source, "")
        if outcome.status == "failed":
            self._seen.pop(outcome.source, None)
            self._told[outcome.source] = outcome.message
            return before != outcome.message
        return outcome.status != "unchanged"


def _look(source: Source) -> object:
    files = (source.audio, source.sidecar, source.page, source.script)
    return source.entry, [(path, stamp_file(path)) for path in files if path and path.exists()]
