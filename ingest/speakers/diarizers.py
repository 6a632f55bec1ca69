"""Diarizers: programs that tell who speaks when in a recording.

A diarizer is found through the entry point group `airquote.diarizers`, so another package adds one
by declaring it in its own pyproject.toml; Airquote brings none, since all good ones need weights:

    [project.entry-points."airquote.diarizers"]
    my-diarizer = "my_package:MyDiarizer"

Its turns are kept as RTTM and then take the same way as a file from outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.errors import EngineError
from ingest.speakers.rttm import VoiceTurn, format_rttm

if TYPE_CHECKING:
    from ingest.audio import Recording

GROUP = "airquote.diarizers"


class Diarizer(Protocol):
    """Made once a process, without arguments."""

    def diarise(self, recording: Recording) -> Iterable[VoiceTurn]:
        """Tell the voices of one recording apart; turns in any order, which may overlap.

        raises  EngineError when it cannot run here; the message names the remedy
        """
        ...


def list_diarizers() -> list[str]:
    """The names of all diarizers that are declared, whether or not what they need is installed."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def get_diarizer(name: str) -> Diarizer:
    """Load a diarizer.

    raises  EngineError when there is none of that name, or what it needs is not installed
    """
    for point in entry_points(group=GROUP, name=name):
        try:
            diarizer: Diarizer = point.load()()
        except ModuleNotFoundError as error:
            raise EngineError(
                f"diarizer {name}: the package {error.name} is not installed; pip install {error.name}"
            ) from error
        return diarizer
    known = f"choose from {', '.join(list_diarizers())}" if list_diarizers() else "docs/speakers.md adds one"
    raise EngineError(f"diarizer {name}: there is none of that name; {known}")


def hear_turns(name: str, path: Path) -> bytes:
    """Let a diarizer tell the voices of a file apart; give its turns as RTTM.

    raises  AudioError when the file cannot be decoded, EngineError as `find_turns` does
    """
    diarizer = get_diarizer(name)
    try:
        from ingest.audio import load_audio
    except ModuleNotFoundError as error:
        raise EngineError(f"the package {error.name} is missing; pip install 'airquote[audio]'") from error
    with load_audio(path) as recording:
        return find_turns(name, diarizer, recording, path.stem)


def find_turns(name: str, diarizer: Diarizer, recording: Recording, title: str) -> bytes:
    """Let a diarizer tell the voices of a recording apart; give its turns as RTTM.

    title   what the RTTM calls the recording
    raises  EngineError when it cannot run here or gives what are no turns
    """
    turns = list(diarizer.diarise(recording))
    for turn in turns:
        if not (0 <= turn.start < turn.end < math.inf and turn.label.split()):
            raise EngineError(f"diarizer {name}: gave {turn}, which is no turn; ask who made it")
    return format_rttm(sorted(turns, key=lambda turn: turn.start), title, f"diarizer {name}").encode()
