"""How smooth is the page of a long clip? A table: one clip of 3 hours and 30,000 words, in Chromium.

    python bench/clip_page.py [TREE ...] [--folder DIR] [--rounds N]

TREE   checkouts of this repository to compare, on the same archive; this one unless others are named

answer    the server's time for the page, on a connection of its own
paint     first contentful paint; ready: DOMContentLoaded, when all scripts have run; from the navigation on
longest   the longest task of the page's thread until two seconds later
frames    while it is scrolled from top to bottom, 1,500 pixels a frame: how many, how many took more than
          50 ms, and the longest
seeked    from a click on the time of the last sentence until the recording is there
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from synthetic import Language  # noqa: E402

from ingest.archive import FILE, rebuild  # noqa: E402
from ingest.facts import Facts, Speaker  # noqa: E402
from ingest.run import Run  # noqa: E402
from ingest.segment import Segment  # noqa: E402
from ingest.transcript import Clip, Transcript, save_new  # noqa: E402
from ingest.words import Word  # noqa: E402

PORT = 8766
WORDS, SECONDS, RATE = 30_000, 3 * 3600, 8000
VOICES = ("Clara Benning", "Thomas Okoro", "Ann Lee")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WATCH = """
window.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask", buffered: true });
"""
SCROLL = """() => new Promise((done) => {
  const frames = [];
  let before = performance.now();
  let top = -1;
  function step(now) {
    frames.push(now - before);
    before = now;
    if (scrollY === top) return done(frames.slice(1));
    top = scrollY;
    scrollBy(0, 1500);
    requestAnimationFrame(step);
  }
  requestAnimationFrame(step);
})"""
SEEK = """() => new Promise((done) => {
  const start = performance.now();
  audio.addEventListener("seeked", () => done(performance.now() - start), { once: true });
  [...document.querySelectorAll(".segment .time")].at(-1).click();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("trees", nargs="*", type=Path, default=[ROOT])
    parser.add_argument("--folder", type=Path, default=Path("/tmp/airquote-bench/clip"))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if not (options.folder / FILE).exists():
        build(options.folder)
    print(f"load {os.getloadavg()[0]:.1f}; medians of {options.rounds}; times in ms")
    print("| tree | answer | KB | gzip KB | paint | ready | longest | frames | slow | worst | seeked |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for tree in options.trees:
        with serve(tree.resolve(), options.folder) as url:
            print(f"| {tree.resolve().name} | {' | '.join(measure(url, options.rounds))} |", flush=True)


def build(folder: Path) -> None:
    """Write an archive of one clip with a silent recording, of which no byte is on the disk."""
    chance = np.random.default_rng(1)
    lengths = np.clip(chance.gamma(3.0, 4.5, WORDS // 13), 2, 60).astype(int)
    sentences = Language("en", 1).write(chance, lengths)
    count = sum(map(len, sentences))
    segments, clock, voice = [], 0.0, 0
    for number, sentence in enumerate(sentences):
        voice = (voice + (number % 5 == 0)) % len(VOICES)
        texts = [sentence[0].capitalize(), *sentence[1:-1], f"{sentence[-1]}."]
        words = []
        for text in texts:
            words.append(Word(text, round(clock, 2), round(clock + 0.3, 2), 0.9))
            clock += SECONDS / count
        segments.append(Segment(words[0].start, words[-1].end, " ".join(texts), VOICES[voice], tuple(words)))
    speakers = tuple(Speaker(name, part="guest") for name in VOICES)
    facts = Facts(title="A long evening", date="2024-03-05", language="en", speakers=speakers)
    words = tuple(word for segment in segments for word in segment.words)
    run = Run("bench", "1", "none", "", "en", SECONDS, ((0.0, SECONDS),), words)
    clip = Clip("long", facts, audio="long.wav", duration=SECONDS)
    save_new(folder, Transcript(clip, tuple(segments), {1: run}), None)
    size = SECONDS * RATE * 2
    head = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", size + 36, b"WAVEfmt ", 16, 1, 1, RATE, RATE * 2, 2, 16,
                       b"data", size)  # fmt: skip
    (folder / "long.wav").write_bytes(head)
    os.truncate(folder / "long.wav", len(head) + size)
    rebuild(folder)


@contextmanager
def serve(tree: Path, folder: Path) -> Iterator[str]:
    """The address of the clip's page, on a Datasette with the plugin of a checkout."""
    command = [sys.executable, "-m", "datasette", str(folder / FILE), "--port", str(PORT)]
    server = subprocess.Popen(command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    url = f"http://127.0.0.1:{PORT}/clip/long"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(url)
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait()


def measure(url: str, rounds: int) -> list[str]:
    """The figures of one tree, as the columns of the table."""
    answers, body = [], b""
    for _ in range(rounds):
        start = time.perf_counter()
        body = urllib.request.urlopen(url).read()
        answers.append((time.perf_counter() - start) * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        figures = [visit(browser, url) for _ in range(rounds)]
        browser.close()
    sizes = len(body) / 1000, len(gzip.compress(body, 6)) / 1000
    medians = [statistics.median(column) for column in zip(*figures, strict=True)]
    return [f"{figure:.0f}" for figure in (statistics.median(answers), *sizes, *medians)]


def visit(browser: Any, url: str) -> tuple[float, ...]:
    """One visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("audio.readyState >= 1")
    page.wait_for_timeout(2000)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    longest = page.evaluate("Math.max(0, ...tasks)")
    frames = page.evaluate(SCROLL)
    seeked = page.evaluate(SEEK)
    context.close()
    return paint, ready, longest, len(frames), sum(frame > 50 for frame in frames), max(frames), seeked


if __name__ == "__main__":
    main()
