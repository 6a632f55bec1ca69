"""Measure a checkpoint with stock openai-whisper: word errors, time errors, speed.

    python evaluate.py whisper-mini.pt clips

Clips are audio files (by the first letter of their name, see make_eval.py, a group each); a .json
beside one is its reference. Where a reference is missing, what the model says is printed. Times
are absolute errors in seconds, "median/95th percentile", of sentences and words with the same text.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import json
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import whisper
from synth import HERE, SAMPLE_RATE, load_audio
from whisper.normalizers import EnglishTextNormalizer

normalise = EnglishTextNormalizer()


def count_errors(reference: list[str], hypothesis: list[str]) -> int:
    """Count the words to substitute, delete or insert (Levenshtein).

    >>> count_errors("a b c d".split(), "a x d e".split())
    3
    """
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(diagonal + (word != other), row[j] + 1, row[j - 1] + 1)
    return row[-1]


class Figures:
    """Sums over the clips of a group."""

    def __init__(self) -> None:
        self.clips = self.words = self.errors = self.sentences = self.found = self.fallbacks = 0
        self.audio = self.seconds = 0.0
        self.times: dict[str, list[float]] = defaultdict(list)
        self.differing: list[str] = []

    def add(self, name: str, reference: list[dict], result: dict, audio: float, seconds: float) -> None:
        """Compare a result of transcribe() with the reference's sentences; audio and seconds in s."""
        wanted = normalise(" ".join(s["text"] for s in reference)).split()
        heard = normalise(result["text"]).split()
        if wanted != heard:
            marks = [mark for mark in difflib.ndiff(wanted, heard) if mark[0] in "+-"]
            self.differing.append(f"{name}: {' '.join(marks[:16])}")
        self.clips += 1
        self.words += len(wanted)
        self.errors += count_errors(wanted, heard)
        self.audio += audio
        self.seconds += seconds
        self.fallbacks += sum(segment["temperature"] > 0 for segment in result["segments"])
        self._compare_sentences(reference, result["segments"])
        self._compare_words(reference, result["segments"])

    def _compare_sentences(self, reference: list[dict], segments: list[dict]) -> None:
        for sentence in reference:
            same = [
                segment
                for segment in segments
                if normalise(segment["text"]) == normalise(sentence["text"])
                and abs(segment["start"] - sentence["start"]) < 5
            ]
            self.sentences += 1
            if same:
                self.found += 1
                nearest = min(same, key=lambda segment: abs(segment["start"] - sentence["start"]))
                for side in ("start", "end"):
                    self.times[f"segment {side}"].append(abs(nearest[side] - sentence[side]))

    def _compare_words(self, reference: list[dict], segments: list[dict]) -> None:
        wanted = list(reference_words(reference))
        heard = [word for segment in segments for word in segment["words"]]
        matcher = difflib.SequenceMatcher(
            None, [w["word"] for w in wanted], [w["word"].strip() for w in heard], autojunk=False
        )
        for block in matcher.get_matching_blocks():
            for i in range(block.size):
                word, other = wanted[block.a + i], heard[block.b + i]
                if "start" in word and word["first"]:
                    self.times["first word start"].append(abs(word["start"] - other["start"]))
                if "end" in word:
                    self.times["word start"].append(abs(word["start"] - other["start"]))
                    self.times["word end"].append(abs(word["end"] - other["end"]))

    def summary(self) -> dict[str, object]:
        facts = {
            "clips": self.clips,
            "audio s": round(self.audio, 1),
            "words": self.words,
            "WER %": round(100 * self.errors / self.words, 2),
            "sentences found": f"{self.found}/{self.sentences}",
            "fallbacks": self.fallbacks,
            "times real time": round(self.audio / self.seconds, 1),
        }
        for name, errors in self.times.items():
            facts[name] = f"{np.median(errors):.2f}/{np.percentile(errors, 95):.2f}"
        return facts


def reference_words(reference: list[dict]) -> Iterator[dict]:
    """Give a reference's words, each with `first`: whether it begins a sentence.

    Where words have no times, the first has its sentence's start and no end, the others neither.
    """
    for sentence in reference:
        if sentence["words"]:
            for i, word in enumerate(sentence["words"]):
                yield word | {"first": i == 0}
        else:
            for i, text in enumerate(sentence["text"].split()):
                yield {"word": text, "first": i == 0} | ({"start": sentence["start"]} if i == 0 else {})


def describe(model: whisper.Whisper, path: Path, result: dict) -> str:
    """Tell what the model makes of a clip without reference."""
    mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(load_audio(path)))
    first = whisper.decode(model, mel, whisper.DecodingOptions(fp16=False, language="en"))
    return (
        f"{path.name}: {len(result['segments'])} segments, text {result['text'][:90]!r}; first window: "
        f"no_speech_prob {first.no_speech_prob:.3f}, avg_logprob {first.avg_logprob:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", nargs="?", default=HERE / "whisper-mini.pt")
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "clips")
    parser.add_argument("--no-condition", action="store_true", help="condition_on_previous_text=False")
    parser.add_argument("--no-words", action="store_true", help="word_timestamps=False")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(args.threads)

    options = {"condition_on_previous_text": not args.no_condition, "word_timestamps": not args.no_words}
    model = whisper.load_model(str(args.checkpoint))
    paths = sorted(p for p in args.folder.iterdir() if p.suffix in (".flac", ".mp3", ".wav"))
    model.transcribe(load_audio(paths[0]), **options)  # numba compiles once, for word times
    for group, members in itertools.groupby(paths, key=lambda path: path.name[0]):
        figures = Figures()
        for path in members:
            audio, begin = load_audio(path), time.perf_counter()
            result = model.transcribe(audio, **options)
            seconds = time.perf_counter() - begin
            for segment in result["segments"]:
                segment.setdefault("words", [])
            if path.with_suffix(".json").exists():
                reference = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["sentences"]
                figures.add(path.name, reference, result, len(audio) / SAMPLE_RATE, seconds)
            else:
                print(describe(model, path, result), flush=True)
        if figures.clips:
            print(f"{group}: {json.dumps(figures.summary())}", *figures.differing, sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
