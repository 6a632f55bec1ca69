"""RTTM: the plain text in which diarisers say who speaks when, a turn a line.

    SPEAKER talk 1 6.690 0.430 <NA> <NA> speaker90 <NA> <NA>

The fields are the type, the recording, its channel, start and duration in seconds, two that turns
leave empty, the voice's label, and two more that are mostly empty; older programs leave out the last.

source  NIST, The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan, appendix A
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from ingest.errors import SourceError

# Records that the format knows besides SPEAKER: words, noises, sentence ends. They are passed over.
OTHERS = frozenset(
    ["SEGMENT", "NOSCORE", "NO_RT_METADATA", "LEXEME", "NON-LEX", "NON-SPEECH", "FILLER", "EDIT", "IP", "SU",
     "CB", "A/P", "SPKR-INFO"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VoiceTurn:
    """A stretch in which one voice speaks; several may speak at once.

    start, end  seconds from the first sample, start < end
    label       what the diariser calls the voice: one word, the same wherever the voice is heard
    """

    start: float
    end: float
    label: str


def parse_rttm(text: str, name: str, recording: str = "") -> list[VoiceTurn]:
    """Read the turns of one recording, in order of time.

    Comments, blank lines, turns without a duration and records of other types are passed over.

    name       of the file, for messages
    recording  its file's name without the ending; needed where the file holds turns of several
    raises     SourceError naming the line, or when it cannot be told whose turns are meant

    >>> parse_rttm("SPEAKER a 1 0.5 2 <NA> <NA> ann <NA> <NA>", "a.rttm")
    [VoiceTurn(start=0.5, end=2.5, label='ann')]
    """
    turns: dict[str, list[VoiceTurn]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        fields = line.split()
        if not fields or line.lstrip().startswith(";;") or fields[0].upper() in OTHERS:
            continue
        where = f"{name}, line {number}"
        if fields[0].upper() != "SPEAKER" or not 8 <= len(fields) <= 10 or fields[7] == "<NA>":
            raise SourceError(
                f"{where}: is no turn; write SPEAKER, recording, channel, start, duration, <NA>, <NA>, label"
            )
        start, duration = (_seconds(field, where) for field in fields[3:5])
        of = turns.setdefault(fields[1], [])
        if duration:
            of.append(VoiceTurn(start, round(start + duration, 6), fields[7]))
    return sorted(_choose(turns, name, recording), key=lambda turn: (turn.start, turn.end, turn.label))


def format_rttm(turns: Iterable[VoiceTurn], recording: str, comment: str = "") -> str:
    """Write turns, rounded to milliseconds; what stands for spaces in the names is an underscore.

    comment  a line about where they come from

    >>> print(format_rttm([VoiceTurn(0.5, 2.5, "ann")], "a talk"), end="")
    SPEAKER a_talk 1 0.500 2.000 <NA> <NA> ann <NA> <NA>
    """
    lines = [f";; {' '.join(comment.split())}"] if comment else []
    for turn in turns:
        start = round(turn.start, 3)
        words = ["_".join(text.split()) or "_" for text in (recording, turn.label)]
        lines.append(
            f"SPEAKER {words[0]} 1 {start:.3f} {turn.end - start:.3f} <NA> <NA> {words[1]} <NA> <NA>"
        )
    return "".join(f"{line}\n" for line in lines)


def _seconds(field: str, where: str) -> float:
    try:
        seconds = float(field)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise SourceError(f"{where}: {field!r} is no time; write seconds from 0 on, as 12.345")
    return seconds


def _choose(turns: dict[str, list[VoiceTurn]], name: str, recording: str) -> list[VoiceTurn]:
    """The turns of the recording meant, or of the only one there is."""
    if not turns:
        raise SourceError(f"{name}: holds no line that begins with SPEAKER; give a file with speaker turns")
    meant = next((of for of in turns if recording in (of, PurePath(of).stem)), None)
    if meant is None and len(turns) > 1:
        some = ", ".join(sorted(turns)[:3]) + (", …" if len(turns) > 3 else "")
        raise SourceError(
            f"{name}: holds the turns of {len(turns)} recordings ({some}) and none called {recording}; "
            "keep the lines of one, or write its name into their second field"
        )
    return turns[meant] if meant is not None else next(iter(turns.values()))
