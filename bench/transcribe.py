"""How fast are the engines, whole process against whole process? A table, measured where it runs.

    python bench/transcribe.py [--rounds 3] [--copies 2] [--threads 2]

The same folder, the same checkpoint (the miniature one of the tests), once each in turn, several rounds:
the `whisper` command as it comes (five beams), the same with what we ask of it (greedy, windows that know
nothing of each other), and `ingest` with both engines. All give the times of words. The clips are
the five of the tests, each several times at another loudness, or we would take them for one recording.
`whisper` needs ffmpeg: the one on the PATH, or that of the package imageio-ffmpeg.

Columns: seconds of the whole process, wall and processor, median (least) of the rounds; peak memory, MB;
x real time; how many times faster than the first line; word errors. Below: how much of our own
time, start-up apart, is not the engine's.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ingest.audio import load_audio  # noqa: E402
from ingest.sources import Source  # noqa: E402

MINIATURE = ROOT / "tests/data/miniature-whisper"
CLIPS = sorted((MINIATURE / "clips").glob("*.flac"))
MODELS = {"whisper": MINIATURE / "whisper-mini.pt", "faster-whisper": MINIATURE / "ct2"}
STOCK = ["--language", "en", "--word_timestamps", "True", "--output_format", "json", "--verbose", "False"]
GREEDY = ["--beam_size", "None", "--best_of", "None", "--condition_on_previous_text", "False"]


def make_clips(folder: Path, copies: int) -> float:
    """Write each clip several times as WAV; return the seconds of all."""
    folder.mkdir()
    total = 0.0
    for path in CLIPS:
        with load_audio(path) as recording:
            samples = recording.read()
        for n in range(copies):
            with wave.open(str(folder / f"{path.stem}-{n}.wav"), "wb") as file:
                file.setparams((1, 2, 16_000, 0, "NONE", ""))
                file.writeframes(np.round(samples * 32767 * 0.95**n).astype("<i2").tobytes())
        total += len(samples) / 16_000 * copies
    return total


def make_commands(clips: Path, threads: int) -> dict[str, list[str]]:
    """Each way's command; OUT stands for the folder that it writes to."""
    python, files = sys.executable, [str(path) for path in sorted(clips.iterdir())]
    stock = [python, "-m", "whisper", *files, "--model", str(MODELS["whisper"]), *STOCK]
    stock += ["--output_dir", "OUT", "--threads", str(threads)]
    ours = [python, "-m", "ingest", str(clips), "--archive", "OUT", "--language", "en"]
    ours += ["--threads", str(threads), "--engine"]
    return {
        "whisper command": stock,
        "whisper command, greedy": [*stock, *GREEDY],
        **{f"ingest, {name}": [*ours, name, "--model", str(model)] for name, model in MODELS.items()},
    }


def run(command: list[str], out: Path, tools: Path) -> tuple[float, float, float]:
    """Seconds of wall, seconds of processor, MB at the peak, of a process and its children."""
    command = [str(out) if word == "OUT" else word for word in command]
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    began = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": path},
    )  # fmt: skip
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: ended with {status}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def count_errors(out: Path) -> str:
    """Word errors against the clips' own texts, of all words."""
    errors = words = 0
    for path in CLIPS:
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
        wanted = normalise(" ".join(sentence["text"] for sentence in truth))
        stock = list(out.glob(f"{path.stem}-*.json"))
        ours = list(out.glob(f"transcripts/{path.stem.replace('_', '-')}-*/runs/0001.json"))
        for found in stock or ours:
            facts = json.loads(found.read_text(encoding="utf-8"))
            text = facts["text"] if stock else " ".join(word["text"] for word in facts["words"])
            errors += count_edits(wanted, normalise(text))
            words += len(wanted)
    return f"{errors}/{words}"


def normalise(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9' ]", "", text.lower()).split()


def count_edits(reference: list[str], hypothesis: list[str]) -> int:
    """Words to substitute, delete or insert (Levenshtein)."""
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(diagonal + (word != other), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def find_ffmpeg(tools: Path) -> None:
    """Put an ffmpeg into a folder, unless there is one."""
    tools.mkdir()
    if shutil.which("ffmpeg"):
        return
    try:
        import imageio_ffmpeg
    except ModuleNotFoundError:
        sys.exit("the whisper command needs ffmpeg: install it, or pip install imageio-ffmpeg")
    (tools / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())


def measure_overhead(clips: Path, out: Path, engine: str, threads: int) -> str:
    """How much of the time that clips take is not the engine's, in a process that is warm."""
    from ingest.intake import Intake, Options

    out.mkdir()
    options = Options(out, engine=engine, model=str(MODELS[engine]), threads=threads)
    intake = Intake(options, print)
    loaded = intake.listener._load(engine)
    recognise, spent = loaded.recognise, [0.0]

    def timed(request):
        began = time.perf_counter()
        try:
            return recognise(request)
        finally:
            spent[0] += time.perf_counter() - began

    loaded.recognise = timed
    first, *rest = sorted(clips.iterdir())
    intake.take(Source(first))  # loads the model, compiles
    spent[0] = 0.0
    began = time.perf_counter()
    for path in rest:
        intake.take(Source(path))
    took = time.perf_counter() - began
    return f"{engine}: {took:.1f} s, of which the engine {spent[0]:.1f} s: {took / spent[0] - 1:.0%} more"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=2, help="how often each clip is in the folder")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="airquote-bench-") as name:
        folder = Path(name)
        find_ffmpeg(folder / "tools")
        seconds = make_clips(folder / "clips", options.copies)
        commands = make_commands(folder / "clips", options.threads)
        figures: dict[str, list[tuple[float, float, float]]] = {way: [] for way in commands}
        errors = {}
        for n in range(options.rounds):
            for m, (way, command) in enumerate(commands.items()):
                out = folder / f"out-{n}-{m}"
                figures[way].append(run(command, out, folder / "tools"))
                errors[way] = count_errors(out)
                print(f"round {n + 1}: {way}: {figures[way][-1][0]:.1f} s", file=sys.stderr, flush=True)
        print(f"{len(list((folder / 'clips').iterdir()))} clips, {seconds:.0f} s, {options.threads} threads")
        print(f"{'':24}   wall s (least)    cpu s (least)     MB   x real time   times   word errors")
        base = statistics.median(figure[0] for figure in figures["whisper command"])
        for way, rounds in figures.items():
            walls, cpus, memories = zip(*rounds, strict=True)
            wall, cpu = statistics.median(walls), statistics.median(cpus)
            times = f"{wall:8.1f} ({min(walls):5.1f}) {cpu:8.1f} ({min(cpus):5.1f}) {max(memories):7.0f}"
            print(f"{way:24} {times} {seconds / wall:11.1f} {base / wall:9.1f}   {errors[way]}")
        for engine in MODELS:
            print(measure_overhead(folder / "clips", folder / f"over-{engine}", engine, options.threads))


if __name__ == "__main__":
    main()
