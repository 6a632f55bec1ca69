"""Timeline: decoded frames as 16 kHz mono samples, each where its timestamp says.

Small deviations are how containers round; a gap becomes silence, an overlap is cut, and a clock
that jumps is started anew, so that nothing drifts. Stereo is mixed here, second by second, because
the ordinary downmix erases a recording whose channels were wired in antiphase.
"""

from __future__ import annotations

from collections.abc import Callable

import av
import numpy as np
from av.audio.frame import AudioFrame

from ingest.run import SAMPLE_RATE

JITTER = 0.05  # seconds a timestamp may be off before we believe it; containers round to 1-20 ms
EXACT = 0.002  # seconds, instead of JITTER after a damaged packet
MAX_OVERLAP = 0.5  # seconds; timestamps that go back further have started anew
MAX_GAP = 600.0  # seconds of silence to fill in at most; more is a damaged timestamp
ANTIPHASE = 0.1  # a downmix with less of the louder channel's energy; one silent channel leaves .25


class Timeline:
    """Samples at 16 kHz, put where their timestamps say.

    sink      takes the samples in order, float32, -1 to 1
    end       seconds written so far
    gaps      how often silence was put in between sounds, `filled` seconds in all
    restarts  how often the timestamps made no sense and were started anew
    """

    def __init__(self, sink: Callable[[np.ndarray], None]) -> None:
        self.sink = sink
        self.written = 0  # samples
        self.skip = 0  # samples still to leave out, because they overlap what is there
        self.shift = 0.0  # seconds added to timestamps since they last started anew
        self.end = 0.0
        self.heard = False  # silence before the first sound is not a gap
        self.gaps = self.restarts = 0
        self.filled = 0.0
        self.resampler: av.AudioResampler | None = None
        self.shape: tuple[str, str, int] | None = None
        self.pending: list[np.ndarray] = []

    def add(self, frame: AudioFrame, at: float | None, slack: float) -> None:
        """Put a frame at `at` seconds, or where the last one ended if that is within `slack`."""
        if at is not None:
            self._move_to(at, slack)
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self.shape:
            self._flush()
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self.resampler = av.AudioResampler(format="flt", layout=layout, rate=SAMPLE_RATE)
            self.shape = shape
        self.end += frame.samples / frame.sample_rate
        self.heard = True
        frame.pts = None
        assert self.resampler is not None
        self._take(self.resampler.resample(frame))

    def finish(self) -> None:
        """Write what is still held back; the timeline is not to be used afterwards."""
        self._flush()

    def _move_to(self, at: float, slack: float) -> None:
        drift = at + self.shift - self.end
        if abs(drift) <= slack:
            return
        if -MAX_OVERLAP <= drift < 0:
            self.skip += round(-drift * SAMPLE_RATE)
            self.end += drift
        elif 0 < drift <= MAX_GAP:
            self._flush()
            self.end += drift
            while (missing := round(self.end * SAMPLE_RATE) - self.written) > 0:
                self._write(np.zeros(min(missing, SAMPLE_RATE), np.float32))
            if self.heard:
                self.gaps += 1
                self.filled += drift
        else:
            self.shift -= drift
            self.restarts += 1

    def _take(self, frames: list[AudioFrame]) -> None:
        """Mix what the resampler gave, a second at a time."""
        for frame in frames:
            channels = frame.layout.nb_channels
            self.pending.append(frame.to_ndarray().reshape(-1, channels))
        if sum(map(len, self.pending)) >= SAMPLE_RATE:
            self._mix()

    def _flush(self) -> None:
        if self.resampler is not None:
            self._take(self.resampler.resample(None))
        self._mix()
        self.resampler = self.shape = None

    def _mix(self) -> None:
        if self.pending:
            mixed = np.nan_to_num(mix_down(np.concatenate(self.pending)), nan=0.0, posinf=1.0, neginf=-1.0)
            self._write(np.clip(mixed, -1.0, 1.0))
            self.pending = []

    def _write(self, samples: np.ndarray) -> None:
        skipped = min(self.skip, len(samples))
        self.skip -= skipped
        self.sink(samples[skipped:])
        self.written += len(samples) - skipped


def mix_down(samples: np.ndarray) -> np.ndarray:
    """One channel from one or two, (samples, channels): the louder when their mean would erase it."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    mean: np.ndarray = samples.mean(axis=1)
    energies = np.square(samples, dtype=np.float64).sum(axis=0)
    if np.square(mean, dtype=np.float64).sum() < ANTIPHASE * energies.max():
        return np.ascontiguousarray(samples[:, energies.argmax()])
    return mean
