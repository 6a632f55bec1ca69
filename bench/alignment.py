"""How far off are the times of words? A table, measured on the machine it runs on.

    python bench/alignment.py [--case NAME]

An editorial of 224 s, read by a synthetic voice whose word times are exact, is timed with
pocketsphinx, which needs no weights: as published; with its headline missing from the text; with a
sentence or a paragraph in the text that nobody speaks; with sentences spoken that the text lacks;
with a tenth of the text's words wrong; with its last paragraph written first; inside the boilerplate
of a web page; in pink noise 10 dB below the voice; against another text altogether, which has to be
refused. "nothing heard" spreads the text over the speech alone; "heard badly" stands for Whisper: the
true words with every eighth misheard and times off by 0.1 s (standard deviation).

Columns: words whose true time is known; error of their starts, median / 95th percentile / worst, in
seconds; the share of the text's words that were heard; seconds of processor per second of audio; peak
memory of the process so far, MB.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ingest.alignment import MIN_ANCHORED, settle  # noqa: E402
from ingest.audio import Recording, load_audio  # noqa: E402
from ingest.engines import Request, get_engine  # noqa: E402
from ingest.matching import match_tokens, tokenize  # noqa: E402
from ingest.order import order_turns  # noqa: E402
from ingest.run import Run  # noqa: E402
from ingest.script import Turn  # noqa: E402
from ingest.segment import segment_turns  # noqa: E402
from ingest.speech import find_speech  # noqa: E402
from ingest.words import Word  # noqa: E402

CLIP = "cooperation-is-key-to-ballistic-missile-defense"
AUDIO = ROOT / f"clips/{CLIP}.mp3"
TRUTH = ROOT / f"tests/data/truth/{CLIP}.json"
UNSPOKEN = "Nobody has ever said these few words on the air, and nobody will say them now."
ABOVE = "Breaking News Accessibility links Skip to main content Search Previous Next Editorials Share Print"
BELOW = "Related articles. Subscribe to our newsletter. Follow us on all channels. Copyright. Back to top."


def make_cases(sentences: list[str]) -> dict[str, list[str]]:
    """The paragraphs of each case, by name."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").split()
    return {
        "as published": sentences,
        "headline not in the text": sentences[1:],
        "three sentences not in the text": sentences[:5] + sentences[8:],
        "a sentence nobody speaks": [*sentences[:8], UNSPOKEN, *sentences[8:]],
        "a paragraph nobody speaks": [*sentences[:8], " ".join(licence[400:480]), *sentences[8:]],
        "a tenth of the words wrong": [spoil(sentence) for sentence in sentences],
        "the end written first": [" ".join(sentences[-4:]), *sentences[:-4]],
        "a whole web page": [ABOVE, *sentences, BELOW],
        "pink noise": sentences,
        "another text": [" ".join(licence[:400])],
        "nothing heard": sentences,
        "heard badly": sentences,
    }


def spoil(text: str) -> str:
    """Put other words of the same text in the place of one in ten."""
    chance = random.Random(text)
    words = text.split()
    return " ".join(chance.choice(words) if chance.random() < 0.1 else word for word in words)


def mishear(truth: dict[str, Any]) -> tuple[Word, ...]:
    chance = random.Random(0)
    heard = []
    for n, word in enumerate(truth["words"]):
        off = chance.gauss(0, 0.1)
        text = "banana" if n % 8 == 3 else word["word"]
        heard.append(Word(text, word["start"] + off, word["end"] + off))
    return settle(heard, truth["duration"])


def add_noise(samples: np.ndarray, decibels: float) -> np.ndarray:
    """Pink noise, so many decibels below the sound; the same each time."""
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(len(samples)))
    spectrum /= np.sqrt(np.arange(1, len(spectrum) + 1))
    noise = np.fft.irfft(spectrum, len(samples))
    scale = samples.std() / noise.std() / 10 ** (decibels / 20)
    return np.clip(samples + scale * noise, -1, 1).astype(np.float32)


def measure(name: str, text: list[str], truth: dict[str, Any]) -> str:
    """One row of the table."""
    clock = time.process_time()
    recording = load_audio(AUDIO)
    if name == "pink noise":
        recording = Recording.of(add_noise(recording.read(), 10))
    request = Request(recording, find_speech(recording), "en", "\n\n".join(text))
    if name in ("nothing heard", "heard badly"):
        heard = mishear(truth) if name == "heard badly" else ()
        run = Run(name, "", "", "", "en", request.duration, request.speech, heard)
    else:
        run = get_engine("pocketsphinx").recognise(request)
    segments, heard_share = segment_turns(order_turns([Turn(each) for each in text], run), run)
    work = (time.process_time() - clock) / run.duration
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KB on Linux
    errors = measure_errors([word for segment in segments for word in segment.words], truth["words"])
    times = describe_errors(errors)
    if heard_share < MIN_ANCHORED and run.words:
        times = "refused"
    return f"{name:32} {len(errors):5}   {times:21} {heard_share:6.1%}   {work:.3f}   {memory:4.0f}"


def describe_errors(errors: list[float]) -> str:
    """Median, 95th percentile and worst of sorted errors, in seconds."""
    figures = [errors[len(errors) // 2], errors[int(len(errors) * 0.95)], errors[-1]] if errors else []
    return " / ".join(f"{error:.3f}" for error in figures)


def measure_errors(words: Sequence[Word], truth: list[dict[str, Any]]) -> list[float]:
    """Seconds between the start of each word and the truth, sorted."""
    ours, theirs = tokenize([word.text for word in words]), tokenize([word["word"] for word in truth])
    pairs = [(ours[i], theirs[j]) for i, j in match_tokens(ours, theirs).items()]
    return sorted(
        abs(words[a.word].start - truth[b.word]["start"]) for a, b in pairs if a.start == 0 and b.start == 0
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--case", help="measure only this one")
    options = parser.parse_args()
    truth = json.loads(TRUTH.read_text(encoding="utf-8"))
    print(f"{'case':32} words   median/95th/worst s   heard   x time    MB")
    for name, text in make_cases([sentence["text"] for sentence in truth["sentences"]]).items():
        if options.case in (None, name):
            print(measure(name, text, truth), flush=True)


if __name__ == "__main__":
    main()
