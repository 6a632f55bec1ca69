"""Outcome: what became of a source."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.run import Region


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source.

    status    added, updated, unchanged or failed
    duration  seconds of audio; seconds: how long it took
    coverage  share of the speech that has text, 0 to 1, None where it failed
    holes     where much is said and no text was found, only for what was heard anew
    """

    clip: str
    source: str
    status: str
    message: str = ""
    duration: float = 0.0
    seconds: float = 0.0
    coverage: float | None = None
    holes: tuple[Region, ...] = ()
