"""How long does a long text take, and how much memory? Three hours of speech, on the machine it runs on.

    python bench/long.py [--hours 3] [--folder DIR]

flite's voices read free licences, which are long, legal and repeat each other; the time of every word is
known. The recording is heard by pocketsphinx with the whole text as its script, then the text is aligned:
as it was read; with ten paragraphs more that nobody reads and ten fewer; with a paragraph in ten elsewhere;
with a word in ten wrong; and another text altogether. Each step runs in a process of its own.

Columns: seconds; seconds of processor, as a share of the recording; peak memory, MB; what came of it:
error of the words' starts (median / 95th percentile / worst, seconds), share of the words heard.

needs   apt: gcc flite1-dev; pip: av numpy scipy; Debian's /usr/share/common-licenses
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

ROOT = Path(__file__).parents[1]
SYNTH = ROOT / "tests/data/miniature-whisper"
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(SYNTH)]

LICENCES = Path("/usr/share/common-licenses")
TEXTS = ("GPL-3", "MPL-2.0", "GFDL-1.3", "Apache-2.0", "LGPL-2.1", "MPL-1.1", "Artistic", "GPL-2", "CC0-1.0",
         "LGPL-3", "GPL-1", "GFDL-1.2", "LGPL-2")  # fmt: skip
VOICES = ("rms", "slt", "awb")
RATE = 16_000  # Hz
LIBRARIES = ("cmu_us_awb", "cmu_us_rms", "cmu_us_slt", "cmu_us_kal16", "usenglish", "cmulex")
STEPS = ("hear", "as read", "paragraphs more and fewer", "paragraphs elsewhere", "a word in ten wrong",
         "another text")  # fmt: skip


def read_paragraphs() -> list[list[str]]:
    """The paragraphs of the licences as sentences that flite reads word by word."""
    found = []
    for name in TEXTS:
        for paragraph in re.split(r"\n\s*\n", (LICENCES / name).read_text(encoding="utf-8")):
            plain = " ".join(re.sub(r"[^A-Za-z,.'\s-]|(?<!\w)[-'.,]+", " ", paragraph).split())
            sentences = re.findall(r"[^.]+(?:\.(?!\s|$)[^.]*)*\.?", plain)
            found.append([s.strip() for s in sentences if 4 <= len(s.split()) <= 60])
    return [paragraph for paragraph in found if paragraph]


def make(folder: Path, hours: float) -> None:
    """Write long.wav and truth.json: paragraphs, and words with their times."""
    from synth import flite, trim

    program = SYNTH / "fsynth"
    if not program.exists():
        libraries = [f"-lflite_{name}" for name in LIBRARIES]
        source = str(SYNTH / "fsynth.c")
        subprocess.run(["gcc", "-O2", source, "-o", str(program), *libraries, "-lflite", "-lm"], check=True)
    chance = random.Random(3)
    words: list[dict[str, object]] = []
    paragraphs: list[str] = []
    clock = 0
    with wave.open(str(folder / "long.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for n, paragraph in enumerate(read_paragraphs()):
            said = []
            for sentence in paragraph:
                try:
                    said += flite([sentence], VOICES[n % len(VOICES)])
                except ValueError:  # flite reads it as other words than it has
                    continue
            for spoken in map(trim, said):
                pause = round(chance.uniform(0.2, 0.7) * RATE)
                file.writeframes(bytes(2 * pause) + spoken.audio.tobytes())
                at = (clock + pause) / RATE
                words += [{"word": w.text, "start": at + w.start, "end": at + w.end} for w in spoken.words]
                clock += pause + len(spoken.audio)
            if said:
                paragraphs.append(" ".join(spoken.text for spoken in said))
            if clock > hours * 3600 * RATE:
                break
    truth = {"duration": clock / RATE, "paragraphs": paragraphs, "words": words}
    (folder / "truth.json").write_text(json.dumps(truth))
    print(f"{clock / RATE / 3600:.2f} h, {len(paragraphs)} paragraphs, {len(words)} words")


def change(step: str, paragraphs: list[str]) -> list[str]:
    """The text of a step, by paragraphs."""
    chance = random.Random(step)
    if step == "paragraphs more and fewer":
        places = sorted(chance.sample(range(len(paragraphs)), min(20, len(paragraphs))))
        kept = [p for n, p in enumerate(paragraphs) if n not in places[::2]]
        for place in places[1::2]:
            words = paragraphs[place].lower().split()
            kept.insert(place, " ".join(chance.sample(words, len(words))).capitalize() + ".")
        return kept
    if step == "paragraphs elsewhere":
        moved = sorted(chance.sample(range(len(paragraphs)), len(paragraphs) // 10))
        kept = [p for n, p in enumerate(paragraphs) if n not in moved]
        for n in moved:
            kept.insert(chance.randrange(len(kept) + 1), paragraphs[n])
        return kept
    if step == "a word in ten wrong":
        return [
            " ".join("banana" if chance.random() < 0.1 else word for word in p.split()) for p in paragraphs
        ]
    if step == "another text":
        words = [word for p in paragraphs for word in p.split()]
        chance.shuffle(words)
        return [" ".join(words[n : n + 90]) for n in range(0, len(words), 90)]
    return paragraphs


def take(step: str, folder: Path) -> None:
    """Do one step and print what came of it."""
    from ingest.run import format_run, parse_run

    truth = json.loads((folder / "truth.json").read_text())
    if step == "hear":
        from ingest.audio import load_audio
        from ingest.engines import Request, get_engine
        from ingest.speech import find_speech

        with load_audio(folder / "long.wav") as recording:
            request = Request(recording, find_speech(recording), "en", "\n\n".join(truth["paragraphs"]))
            run = get_engine("pocketsphinx").recognise(request)
        (folder / "run.json").write_text(format_run(run))
        print(f"{len(run.words)} words in {len(run.speech)} stretches of speech")
        return
    from alignment import describe_errors, measure_errors

    from ingest.order import order_turns
    from ingest.script import Turn
    from ingest.segment import segment_turns

    run = parse_run((folder / "run.json").read_text())
    turns = [Turn(text) for text in change(step, truth["paragraphs"])]
    segments, heard = segment_turns(order_turns(turns, run), run)
    words = [word for segment in segments for word in segment.words]
    print(f"{describe_errors(measure_errors(words, truth['words']))}   {heard:.1%}")


def measure_steps(folder: Path) -> None:
    """Run each step in a process of its own and print its row."""
    duration = json.loads((folder / "truth.json").read_text())["duration"]
    print(f"{'step':28} {'s':>6}   work     MB   what came of it")
    for step in STEPS:
        if step == "hear" and (folder / "run.json").exists():
            continue
        clock = time.perf_counter()
        command = [sys.executable, __file__, "--folder", str(folder), "--step", step]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            outcome = process.stdout.read().strip()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(process.returncode)
        took = time.perf_counter() - clock
        memory = usage.ru_maxrss / 1024  # KB on Linux
        work = (usage.ru_utime + usage.ru_stime) / duration
        print(f"{step:28} {took:6.1f}   {work:.4f}   {memory:4.0f}   {outcome}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--folder", type=Path, help="keep the recording and the run here, and use them again")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        take(options.step, options.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "truth.json").exists():
            make(folder, options.hours)
        measure_steps(folder)


if __name__ == "__main__":
    main()
