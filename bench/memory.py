"""How much memory does a long recording need? A table, measured on the machine it runs on.

    python bench/memory.py [--hours 0.1667 1 10] [--engine NAME]

A clip of 179 s of speech and a minute of silence are repeated, as MP3, until the recording is long
enough. Without an engine it is decoded, hashed, searched for speech, measured for its peaks and cut into
windows, each of which is read; with one it is taken into an archive by the command, with the miniature
checkpoint.

Columns: hours of audio; seconds it took; x real time; peak memory of the process, MB; windows or words.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).parents[1]
MINIATURE = ROOT / "tests/data/miniature-whisper"
MODELS = {"whisper": MINIATURE / "whisper-mini.pt", "faster-whisper": MINIATURE / "ct2"}
SILENCE = 60  # seconds
PREPARE = """
import sys, time
from ingest.audio import load_audio
from ingest.peaks import format_peaks, make_peaks
from ingest.speech import find_speech
from ingest.windows import cut_windows, find_quietest
with load_audio(sys.argv[1]) as recording:
    began = time.perf_counter()
    peaks = make_peaks(recording)
    took = time.perf_counter() - began
    windows = cut_windows(find_speech(recording), recording.duration, find_quietest(recording))
    heard = sum(len(recording.read(*window)) for window in windows)
    print(f"{len(windows)} windows, the last ends at {windows[-1][1]:.2f} of {recording.duration:.2f}; "
          f"{len(peaks)} peaks in {took:.2f} s, {len(format_peaks(peaks)) / 1000:.0f} kB of text")
"""


def make_unit(path: Path) -> float:
    """Write the clip and the silence as MP3 without any header; return its seconds.

    In a process of its own: a child's peak counts what its parent had when it was started.
    """
    code = f"import sys, runpy; runpy.run_path({__file__!r})['write_unit']({str(path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return float(done.stdout)


def write_unit(path: str) -> None:
    """Do so, and print the seconds."""
    import av
    import numpy as np

    from ingest.audio import load_audio

    with load_audio(MINIATURE / "clips/c0_long.flac") as recording:
        samples = np.concatenate([recording.read(), np.zeros(16_000 * SILENCE, np.float32)])
    options = {"write_xing": "0", "id3v2_version": "0"}
    with av.open(path, "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", rate=16_000, layout="mono")
        stream.bit_rate = 32_000
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16_000, 0, Fraction(1, 16_000)
        cutter = av.AudioResampler(format=stream.format, layout="mono", rate=16_000, frame_size=576)
        for part in [*cutter.resample(frame), *cutter.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    with load_audio(path) as recording:
        print(recording.duration)


def measure(command: list[str], folder: Path) -> tuple[float, float, str]:
    """Run a command; give its seconds, its peak memory in MB, and what it printed."""
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - began
        output.seek(0)
        printed = output.read().strip()
    if status:
        sys.exit(f"{command}: ended with {status}: {printed}")
    return took, usage.ru_maxrss / 1024, printed  # KB on Linux


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, nargs="+", default=[1 / 6, 1, 10])
    parser.add_argument("--engine", choices=list(MODELS), help="take it into an archive with this engine")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="airquote-bench-") as name:
        folder = Path(name)
        unit = folder / "unit.mp3"
        length = make_unit(unit)
        for hours in options.hours:
            path = folder / f"{hours:.2f}h.mp3"
            with path.open("wb") as file:
                for _ in range(round(hours * 3600 / length)):
                    file.write(unit.read_bytes())
            if options.engine:
                command = [sys.executable, "-m", "ingest", str(path), "--json", "--language", "en"]
                command += ["--engine", options.engine, "--model", str(MODELS[options.engine])]
                took, memory, printed = measure(command, folder)
                outcome = json.loads(printed)
                runs = folder / "transcripts" / outcome["clip"] / "runs/0001.json"
                words = json.loads(runs.read_text())["words"]
                told = f"{len(words)} words, the last at {words[-1]['end']} of {outcome['duration']}"
            else:
                took, memory, told = measure([sys.executable, "-c", PREPARE, str(path)], folder)
            seconds = round(hours * 3600 / length) * length
            print(
                f"{seconds / 3600:6.2f} h {took:8.1f} s {seconds / took:7.1f} x {memory:6.0f} MB   {told}",
                flush=True,
            )
            path.unlink()


if __name__ == "__main__":
    main()
