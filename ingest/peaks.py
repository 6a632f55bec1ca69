"""Peaks: how loud a recording is from moment to moment, for the picture of its sound.

A recording is cut into equally long stretches, of a tenth of a second or a little less, and of each the
loudest sample is kept, in hundredths of the loudest that there can be: a byte each, 0 to 100. Beyond 27
minutes the stretches grow longer, so that there are never more than MOST of them, which no screen has room
for: ten hours are 50 kB of text at most, and 16 kB in archive.db.

In a clip's folder they are plain text:

    peaks 1 · 2243
    0 0 3 41 38 35 22 …

a head with their number, then the numbers, PER_LINE of them a line.

Given up: which way the loudest sample swings. The picture is as high above its middle as below.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import TranscriptError
from ingest.run import SAMPLE_RATE

if TYPE_CHECKING:
    from ingest.audio import Recording

FILE = "peaks.txt"  # in a clip's folder
PER_LINE = 25
STRETCH = 0.1  # seconds at most, as long as there are fewer than MOST
MOST = 16_000  # stretches
BLOCK = 20.0  # seconds of sound that are read at once
LOUDEST = 100
_HEAD = re.compile(r"peaks 1 · ([0-9]+)")
_VALUE = re.compile(r"[0-9]{1,2}|100")


def make_peaks(recording: Recording) -> bytes:
    """The loudest sample of each stretch of a recording, 0 to LOUDEST; it takes 3 MB of memory."""
    import numpy as np

    total = round(recording.duration * SAMPLE_RATE)
    count = min(MOST, -(-total // round(STRETCH * SAMPLE_RATE)))
    edges = np.arange(count + 1, dtype=np.int64) * total // max(count, 1)
    block = max(1, round(BLOCK * SAMPLE_RATE * count) // max(total, 1))  # stretches
    loudest = np.zeros(count, np.float32)
    for first in range(0, count, block):
        some = edges[first : first + block + 1]
        samples = np.abs(recording.read(some[0] / SAMPLE_RATE, some[-1] / SAMPLE_RATE))
        loudest[first : first + block] = np.maximum.reduceat(samples, some[:-1] - some[0])
    return np.minimum(np.round(loudest * LOUDEST), LOUDEST).astype(np.uint8).tobytes()


def thin_peaks(peaks: bytes, most: int) -> list[float]:
    """The same in at most so many stretches, 0 to 1; each has the loudest of those that it lies in.

    >>> thin_peaks(bytes([0, 42, 7, 100]), 2)
    [0.42, 1.0]
    """
    count, total = min(most, len(peaks)), len(peaks)
    edges = [(n * total // count, -(-(n + 1) * total // count)) for n in range(count)]
    return [max(peaks[start:end]) / LOUDEST for start, end in edges]


def format_peaks(peaks: bytes) -> str:
    """Write peaks as text."""
    lines = [" ".join(map(str, peaks[at : at + PER_LINE])) for at in range(0, len(peaks), PER_LINE)]
    return "\n".join([f"peaks 1 · {len(peaks)}", *lines, ""])


def parse_peaks(text: str) -> bytes:
    """Read peaks.

    raises  ValueError when they are none, of another version, or not whole
    """
    head, _, rest = text.partition("\n")
    stated, values = _HEAD.fullmatch(head), rest.split()
    if not stated:
        raise ValueError("is not a peaks 1")
    wrong = next((value for value in values if not _VALUE.fullmatch(value)), None)
    if wrong is not None:
        raise ValueError(f"is damaged ({wrong[:20]!r} is no number from 0 to {LOUDEST})")
    if len(values) != int(stated[1]):
        raise ValueError(f"is damaged (it holds {len(values)} of {stated[1]} numbers)")
    return bytes(map(int, values))


def load_peaks(folder: Path) -> bytes:
    """Those of a clip, none where there is no such file.

    raises  TranscriptError when it cannot be read
    """
    try:
        return parse_peaks((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as error:
        raise TranscriptError(
            f"{folder.name}/{FILE}: {error}; bring it back, or ingest the clip with --again"
        ) from error
