"""Fingerprint: the same recording recognised after it was encoded anew, by its sound.

Sixteen times a second, one byte: whether there is sound, and for each pair of neighbouring bands whether the
balance between them has moved up or down since half a second ago. That is a robust hash after Haitsma and
Kalker (2002), coarser: codecs, sampling rates, channels and volume change few of its bits, and another
recording half of them. Two fingerprints are laid over each other where their sound begins or ends, so that
silence before and behind may differ. They are of the same recording when few bits differ in all (ALIKE) and
in every few seconds (ALIKE_HERE): an excerpt, a clip that contains another, or one in which a passage was
replaced is another clip. bench/fingerprint.py has the trial, docs/LOG.md its figures.

Beyond 34 minutes the steps double, and again, so that a fingerprint never has more than MOST of them:
ten hours are 24 kB of text. What is shorter than two seconds of sound, or steady (silence, a tone), says
nothing and matches nothing.

Given up: recordings at another speed; a passage replaced that is shorter than two or three seconds, in a
recording of ten hours a minute; the rare pair whose silence moves it across a doubling of the steps.

source  J. Haitsma, T. Kalker: A Highly Robust Audio Fingerprinting System, ISMIR 2002
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.run import SAMPLE_RATE

if TYPE_CHECKING:
    from ingest.audio import Recording

FILE = "fingerprint.txt"  # in a clip's folder
HEAD = "fingerprint 1"  # the number changes whenever other bytes come out
WIDTH = 100  # characters a line
MOST = 1 << 15  # steps
STEP = 0.0625  # seconds, before any doubling
BLOCK = 20.0  # seconds of sound that are read at once

WINDOW = 1024  # samples, 64 ms
HOP = 500  # samples
HOPS = 2  # in a step
BANDS = (19, 32, 46, 64, 85, 110, 140, 175, 218)  # bins of 15.6 Hz where they begin: 297 to 3406 Hz, mel
TAPER = 6  # steps that each byte looks at
LAG = 8  # steps between the two moments that are compared
QUIET = 35.0  # dB below the loud parts where sound ends
FLOOR = 50.0  # dB below them that are added to all bands: nothing there counts as a change
DEAD = 0.05  # dB that a balance has to move; a steady tone moves it by nothing
FAINTEST = 2e-10  # mean power, -85 dB, below which there is no sound: the noise of 16 bits

SOUND = 0x80  # the bit of a byte that says so; the others are 0 without it
FEWEST = 32  # bytes with sound
TELLING = 0.25, 0.75  # share of their bits that are set; outside it the sound is steady
ALIKE = 0.18  # share of the bits that differ at most: in the same recording up to 0.17, in others 0.45
ALIKE_HERE = 0.30  # the same, in the worst HERE bytes
HERE = 48
PEEK, PEEK_ALIKE = 40, 0.30  # bytes that are compared first, and how alike they have to be to go on
NUDGE = 5  # steps by which the beginning of the sound may be off
LENGTHS = 16  # steps by which the lengths of the sound may differ

_BITS = len(BANDS) - 2
_COST = np.array([0.5 if x & SOUND else x.bit_count() / _BITS for x in range(256)], np.float32)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a recording sounds like: a byte a step, and how often the steps were doubled."""

    codes: bytes
    doublings: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A fingerprint of the same recording.

    difference  share of the bits that differ, 0 to 1
    offset      seconds by which its sound comes later
    """

    name: str
    difference: float
    offset: float


def make_fingerprint(recording: Recording) -> Fingerprint:
    """What a recording sounds like; it takes 10 MB of memory, and 2 MB an hour."""
    powers, doublings = _measure(recording), 0
    while len(powers) > MOST:
        powers = powers[: len(powers) // 2 * 2].reshape(-1, 2, powers.shape[1]).mean(1)
        doublings += 1
    powers = np.pad(powers, ((0, max(0, TAPER - len(powers))), (0, 0)))
    smooth = np.mean([powers[n : len(powers) - TAPER + 1 + n] for n in range(TAPER)], axis=0)
    total = smooth.sum(1)
    loud = np.sort(total)[int(0.95 * len(total))]
    sounding = (total > loud * 10 ** (-QUIET / 10)) & (total > FAINTEST)
    levels = 10 * np.log10(smooth + max(loud, FAINTEST) * 10 ** (-FLOOR / 10) / smooth.shape[1])
    balance = np.diff(levels, axis=1)
    before = np.concatenate([np.repeat(balance[:1], LAG, 0), balance])[: len(balance)]
    codes = (balance - before > DEAD) @ (1 << np.arange(_BITS)) | SOUND
    return Fingerprint(np.where(sounding, codes, 0).astype(np.uint8).tobytes(), doublings)


def format_fingerprint(fingerprint: Fingerprint) -> str:
    """Write a fingerprint as text."""
    text = base64.b64encode(fingerprint.codes).decode()
    lines = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
    return "\n".join([f"{HEAD} · {STEP * 2**fingerprint.doublings:g} s", *lines, ""])


def parse_fingerprint(text: str) -> Fingerprint:
    """Read a fingerprint.

    raises  ValueError when it is not one, or of another version
    """
    head, _, rest = text.partition("\n")
    version, _, step = head.partition(" · ")
    steps = [f"{STEP * 2**doublings:g} s" for doublings in range(16)]
    if version != HEAD or step not in steps:
        raise ValueError(f"is not a {HEAD}")
    try:
        codes = base64.b64decode("".join(rest.split()), validate=True)
        return Fingerprint(codes, steps.index(step))
    except binascii.Error as error:
        raise ValueError(f"is damaged ({error})") from error


def load_fingerprint(folder: Path) -> Fingerprint | None:
    """That of a clip; None where there is none, or of another version, or it is damaged."""
    try:
        return parse_fingerprint((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return None


class Fingerprints:
    """Known fingerprints by name, all compared with another at once: 10,000 in less than a second."""

    def __init__(self, known: Iterable[tuple[str, Fingerprint]] = ()) -> None:
        self._known: dict[str, np.ndarray] = {}
        self._shapes: dict[str, tuple[int, int, int, int]] = {}  # first and last sound, length, doublings
        self._joined: tuple[list[str], np.ndarray, np.ndarray, np.ndarray] | None = None
        for name, fingerprint in known:
            self.set(name, fingerprint)

    def set(self, name: str, fingerprint: Fingerprint) -> None:
        """Know one from now on, in the place of another of its name; what says nothing is never found."""
        self._known.pop(name, None)
        self._shapes.pop(name, None)
        if is_telling(fingerprint):
            codes = self._known[name] = _read(fingerprint)
            self._shapes[name] = (*_extent(codes), len(codes), fingerprint.doublings)
        self._joined = None

    def find(self, fingerprint: Fingerprint, besides: str | None = None) -> Match | None:
        """The most alike of those that are of the same recording, None when there is none.

        besides  a name that is not meant
        """
        if not self._known or not is_telling(fingerprint):
            return None
        codes = _read(fingerprint)
        step = STEP * 2**fingerprint.doublings
        matches = [
            Match(name, difference, nudged * step)
            for name, shift in self._peek(codes, fingerprint.doublings)
            if name != besides
            for nudged in (shift, shift - 1, shift + 1)
            for difference, here in [compare(codes, self._known[name], nudged)]
            if difference <= ALIKE and here <= ALIKE_HERE
        ]
        return min(matches, key=lambda match: match.difference, default=None)

    def _join(self) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
        """Names, all codes behind one another, where each begins, and their shapes."""
        if self._joined is None:
            shapes = np.array(list(self._shapes.values()))
            begins = np.cumsum(shapes[:, 2]) - shapes[:, 2]
            self._joined = list(self._known), np.concatenate(list(self._known.values())), begins, shapes
        return self._joined

    def _peek(self, codes: np.ndarray, doublings: int) -> list[tuple[str, int]]:
        """Those that may be the same, by a look at PEEK bytes, each with the shift that suits it best."""
        names, joined, begins, shapes = self._join()
        firsts, lasts, lengths, doubled = shapes.T
        first, last = _extent(codes)
        alike = abs((lasts - firsts) - (last - first)) <= LENGTHS
        ways = [
            (np.zeros_like(firsts), abs(lengths - len(codes)) <= NUDGE),  # the silence is as it was
            (firsts - first, alike),
            (lasts - last, alike),
        ]
        sounding = np.flatnonzero(codes >= SOUND)
        at = sounding[np.linspace(0, len(sounding) - 1, min(PEEK, len(sounding))).astype(int)]
        found: dict[int, tuple[float, int]] = {}
        for shifts, may_be in ways:
            numbers = np.flatnonzero(may_be & (doubled == doublings))
            for nudge in range(-NUDGE, NUDGE + 1):
                there = at + (shifts[numbers] + nudge)[:, None]
                inside = (there >= 0) & (there < lengths[numbers, None])
                known = np.where(inside, joined[np.where(inside, begins[numbers, None] + there, 0)], 0)
                costs = _COST[codes[at] ^ known].mean(1)
                for n in np.flatnonzero(costs <= PEEK_ALIKE):
                    this = float(costs[n]), int(shifts[numbers[n]]) + nudge
                    found[int(numbers[n])] = min(found.get(int(numbers[n]), this), this)
        return [(names[number], shift) for number, (_, shift) in found.items()]


def is_telling(fingerprint: Fingerprint) -> bool:
    """Whether there is enough sound in it, and not a steady one."""
    codes = _read(fingerprint)
    codes = codes[codes >= SOUND]
    if len(codes) < FEWEST:
        return False
    share = (np.unpackbits(codes).sum() - len(codes)) / (_BITS * len(codes))
    return bool(TELLING[0] <= share <= TELLING[1])


def compare(codes: np.ndarray, other: np.ndarray, shift: int) -> tuple[float, float]:
    """How much two differ where either has sound, 0 to 1, and how much in the worst HERE bytes.

    shift  steps by which the sound of the other one comes later
    """
    begin = min(0, -shift)
    end = max(len(codes), len(other) - shift)
    both = np.zeros((2, end - begin), np.uint8)
    both[0, -begin : len(codes) - begin] = codes
    both[1, -shift - begin : len(other) - shift - begin] = other
    costs = _COST[(both[0] ^ both[1])[(both[0] | both[1]) >= SOUND]]
    if not len(costs):
        return 1.0, 1.0
    sums = np.concatenate([[0.0], np.cumsum(costs, dtype=np.float64)])
    size = min(HERE, len(costs))
    return float(costs.mean()), float((sums[size:] - sums[:-size]).max() / size)


def _measure(recording: Recording) -> np.ndarray:
    """The mean power of each band in each step."""
    shape = np.hanning(WINDOW + 1)[:-1]
    size = HOP * HOPS
    steps = max(1, round(recording.duration * SAMPLE_RATE) // size)
    block = int(BLOCK * SAMPLE_RATE) // size
    powers = np.zeros((steps, len(BANDS) - 1), np.float32)
    for step in range(0, steps, block):
        count = min(block, steps - step)
        start = step * size
        samples = recording.read(start / SAMPLE_RATE, (start + count * size + WINDOW - HOP) / SAMPLE_RATE)
        samples = np.pad(samples.astype(np.float64), (0, count * size + WINDOW - HOP - len(samples)))
        frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP] * shape
        spectrum = np.abs(np.fft.rfft(frames)[:, : BANDS[-1]]) ** 2 / WINDOW**2
        bands = np.add.reduceat(spectrum, BANDS[:-1], axis=1)
        powers[step : step + count] = bands.reshape(count, HOPS, -1).mean(1)
    return powers


def _read(fingerprint: Fingerprint) -> np.ndarray:
    return np.frombuffer(fingerprint.codes, np.uint8)


def _extent(codes: np.ndarray) -> tuple[int, int]:
    """The first and the last byte with sound."""
    sounding = np.flatnonzero(codes >= SOUND)
    return int(sounding[0]), int(sounding[-1])
