"""Clock: the ways in which files write a time, read into seconds.

SMPTE timecodes count frames. Those with ";" are drop-frame: 30 frames a second are counted where
29.97 are shown, and two numbers are left out each minute but every tenth, so that the hour is right.

source  SMPTE ST 12-1; https://www.w3.org/TR/ttml2/#time-value-expressions
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?")
_SMPTE = re.compile(r"(\d{1,3}):([0-5]?\d):([0-5]?\d)([:;.])(\d{2})")


@dataclass(frozen=True, slots=True)
class Timecode:
    """hh:mm:ss:ff as it is written; drop where ";" stands before the frames."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop: bool = False

    def to_seconds(self, rate: float) -> float:
        """The time in seconds.

        rate  frames that are counted a second where they are not drop-frame; those are counted at
              30 and shown at 30000/1001

        >>> round(Timecode(1, 0, 0, 0, drop=True).to_seconds(25), 4)
        3599.9964
        """
        minutes = self.hours * 60 + self.minutes
        if not self.drop:
            return minutes * 60 + self.seconds + self.frames / rate
        count = (minutes * 60 + self.seconds) * 30 + self.frames - 2 * (minutes - minutes // 10)
        return count * 1001 / 30000


def parse_clock(text: str) -> float | None:
    """Read `[[h:]m:]s` with a fraction, or seconds alone; None when it is no time.

    >>> parse_clock("1:02:03,5"), parse_clock("2:03"), parse_clock("83.76"), parse_clock("nan")
    (3723.5, 123.0, 83.76, None)
    """
    text = text.strip()
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups()[:3])
        if seconds > 59 or (clock[1] and minutes > 59):
            return None
        return float(f"{hours * 3600 + minutes * 60 + seconds}.{clock[4] or 0}")
    if re.fullmatch(r"\d{1,9}(?:[.,]\d{1,9})?", text):
        return float(text.replace(",", "."))
    return None


def parse_offset(text: str) -> float:
    """Read a time that may be negative.

    raises  ValueError when it is none

    >>> parse_offset("-10:00:00"), parse_offset("+1.5")
    (-36000.0, 1.5)
    """
    time = parse_clock(text.strip().removeprefix("-").removeprefix("+"))
    if time is None:
        raise ValueError(f"{text!r} is no time; write seconds, or h:mm:ss, after - to take them away")
    return -time if text.strip().startswith("-") else time


def parse_timecode(text: str) -> Timecode | None:
    """Read an SMPTE timecode; None when it is none.

    >>> parse_timecode("10:00:02;12")
    Timecode(hours=10, minutes=0, seconds=2, frames=12, drop=True)
    """
    code = _SMPTE.fullmatch(text.strip())
    if code is None or code[4] == ".":
        return None
    return Timecode(int(code[1]), int(code[2]), int(code[3]), int(code[5]), code[4] == ";")


def guess_rate(codes: list[Timecode]) -> float:
    """The frame rate of timecodes that do not state it: 25, or 30 where a frame beyond 24 is counted."""
    return 30.0 if any(code.frames > 24 for code in codes) else 25.0


def find_zero(codes: list[Timecode], rate: float) -> float:
    """Where timecodes that begin at ten o'clock, say, have their zero: the full hour before the first.

    >>> find_zero([Timecode(10, 0, 3, 0)], 25)
    36000.0
    """
    if not codes:
        return 0.0
    first = codes[0]
    return float(Timecode(first.hours, 0, 0, 0, first.drop).to_seconds(rate))


def to_number(value: object) -> float | None:
    """A JSON value as a number of seconds; None when it is none.

    >>> to_number(3), to_number("4.5"), to_number(True), to_number(10**400), to_number("1e999")
    (3.0, 4.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
