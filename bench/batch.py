"""How fast are many small clips taken in, and does memory grow? Captions with sidecars, on this machine.

    python bench/batch.py [--clips 500 2000]

Each clip is a file of 17 captions and a sidecar, without a recording, so that only gathering, writing and
archive.db count. Each number of clips is taken in by a process of its own, into a new archive, and then
once more, when nothing is new.

Columns: clips; seconds; clips a second; seconds of processor; peak memory, MB.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (
    "the ship came in at dawn and its crew told of a storm that nobody on land had seen with waves as high "
    "as the pier they thanked the keeper for the light nobody slept that night said the captain"
)


def make(folder: Path, count: int) -> None:
    """Write so many captions with their sidecars."""
    folder.mkdir()
    chance = random.Random(count)
    for n in range(count):
        cues = "".join(
            f"00:{start:02}.000 --> 00:{start:02}.900\n{' '.join(chance.choices(TEXT.split(), k=8))}.\n\n"
            for start in range(0, 50, 3)
        )
        (folder / f"talk-{n:05}.vtt").write_text(f"WEBVTT\n\n{cues}")
        (folder / f"talk-{n:05}.yml").write_text(
            f"title: Talk number {n}\ndate: '20{n % 20:02}-{n % 12 + 1:02}'\nprogramme: Talks\n"
            f"speakers:\n  - name: Person {n % 50}\n    part: voice\n"
        )


def measure(folder: Path, archive: Path, count: int) -> None:
    """Take a folder in by a process of its own, and print a row."""
    command = [sys.executable, "-m", "ingest", str(folder), "--archive", str(archive)]
    clock = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"ingest ended with {process.returncode}")
    took, work = time.perf_counter() - clock, usage.ru_utime + usage.ru_stime
    print(f"{count:6} {took:8.1f} {count / took:9.1f} {work:8.1f} {usage.ru_maxrss / 1024:6.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, nargs="+", default=[500, 2000])
    options = parser.parse_args()
    print(f"{'clips':>6} {'s':>8} {'clips/s':>9} {'cpu s':>8} {'MB':>6}")
    with tempfile.TemporaryDirectory() as temporary:
        for count in options.clips:
            folder, archive = Path(temporary, f"in-{count}"), Path(temporary, f"archive-{count}")
            make(folder, count)
            for _ in ("new", "again"):
                measure(folder, archive, count)


if __name__ == "__main__":
    main()
