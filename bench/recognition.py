"""How many words are heard, and how far off are their times? A table, measured where it runs.

    python bench/recognition.py [--recordings DIR]

The five clips of the tests, whose texts and times are exact, are heard by both Whisper engines with
the miniature checkpoint. With --recordings, so are the real recordings of a folder, by pocketsphinx,
which needs no weights: each English one that the folder's MANIFEST.csv (columns `file`, `language`,
`reference`, `word_times`) has a text for. They are heard without the text (word errors), and with it
(how much of it was heard; the times, where the manifest names a TextGrid with the true ones).

Columns: seconds; word errors of the text's words, numbers as words; with the text, the share of its
words that was heard; error of word starts, median / 95th percentile / worst, in seconds.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alignment import describe_errors, measure_errors
from transcribe import CLIPS, MODELS, ROOT, count_edits

sys.path.insert(0, str(ROOT))

from ingest.alignment import align
from ingest.audio import load_audio
from ingest.engines import Engine, Request, get_engine
from ingest.errors import AudioError
from ingest.matching import tokenize
from ingest.speech import find_speech
from ingest.words import Word, split_words


def measure_clip(engine: Engine, path: Path) -> str:
    """A row for a clip of the tests."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    spoken = [word for sentence in truth["sentences"] for word in sentence["words"]]
    with load_audio(path) as recording:
        run = engine.recognise(Request(recording, find_speech(recording), "en"))
    errors = measure_errors(run.words, spoken)
    missed, total = count_word_errors(" ".join(word["word"] for word in spoken), run.words)
    return format_row(path.name, run.duration, missed, total, None, errors)


def measure_recording(engine: Engine, folder: Path, facts: dict[str, str]) -> str:
    """A row for a real recording; tells why when it cannot be decoded."""
    text = (folder / facts["reference"]).read_text(encoding="utf-8")
    try:
        recording = load_audio(folder / facts["file"])
    except AudioError as error:
        return f"{facts['file']}: {error}"
    with recording:
        speech = find_speech(recording)
        alone = engine.recognise(Request(recording, speech, "en"))
        guided = engine.recognise(Request(recording, speech, "en", text))
    missed, total = count_word_errors(text, alone.words)
    aligned = align(split_words(text), guided)
    times = facts["word_times"] and list(read_textgrid(folder / facts["word_times"]))
    errors = measure_errors(aligned.words, times) if times else []
    return format_row(Path(facts["file"]).name, alone.duration, missed, total, aligned.anchored, errors)


def count_word_errors(text: str, words: tuple[Word, ...]) -> tuple[int, int]:
    wanted = [token.text for token in tokenize(split_words(text))]
    return count_edits(wanted, [token.text for token in tokenize([word.text for word in words])]), len(wanted)


def read_textgrid(path: Path) -> Iterator[dict[str, Any]]:
    """The intervals with text of the first tier of a short TextGrid (Praat's format)."""
    tier = path.read_text(encoding="utf-8").split('"IntervalTier"')[1]
    for start, end, word in re.findall(r'^([\d.]+)\n([\d.]+)\n"(.*)"$', tier, re.MULTILINE):
        if word:
            yield {"word": word, "start": float(start), "end": float(end)}


def format_row(
    name: str, seconds: float, missed: int, total: int, heard: float | None, errors: list[float]
) -> str:
    times = describe_errors(errors)
    share = "" if heard is None else f"{heard:.0%}"
    return f"{name:48.48} {seconds:6.1f}   {missed:4}/{total:<4} {missed / total:5.0%}   {share:>5}   {times}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=Path, help="a folder of real recordings with a MANIFEST.csv")
    options = parser.parse_args()
    print(f"{'recording':48} {'s':>6}   word errors       heard   starts, median / 95th / worst s")
    for name, model in MODELS.items():
        engine = get_engine(name, str(model), "cpu")
        print(f"-- {name}, miniature checkpoint")
        for path in CLIPS:
            print(measure_clip(engine, path), flush=True)
    if options.recordings:
        print("-- pocketsphinx")
        engine = get_engine("pocketsphinx")
        with (options.recordings / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
            for facts in csv.DictReader(file):
                if facts["kind"] == "speech" and facts["language"] == "en" and facts["reference"]:
                    print(measure_recording(engine, options.recordings, facts), flush=True)


if __name__ == "__main__":
    main()
