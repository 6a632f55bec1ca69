"""Which differences between a text and its recording are found, and how many are made up? A table.

    python bench/differences.py [--trials N] [--engines]

The clips of the tests, whose spoken words and times are exact, get a text that differs from them in known
places: sentences and stretches of words taken out (said, but not in the text), sentences and stretches of
other clips put in (in the text, but not said), and words replaced (said otherwise). They are "heard" as a
recogniser would: words wrong, left out and put in at a given rate, with probabilities that are on average
0.9 for right words and 0.55 for wrong ones (beta distributions; a guess, no published weights are here),
and times off by 0.1 s (standard deviation). Speech is found in the real recordings. Deterministic.

With --engines, real engines hear them: pocketsphinx guided by the altered text of the editorial, and
whisper with the miniature checkpoint the clips that it knows.

Columns: for each kind the share of the true differences that was found as that kind, as any kind, and of how
many; how many were reported; the share of these that is right; how many false ones in 1000 words of text.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ingest.alignment import settle  # noqa: E402
from ingest.audio import load_audio  # noqa: E402
from ingest.differences import KINDS, Difference, find_differences  # noqa: E402
from ingest.engines import Request, get_engine  # noqa: E402
from ingest.facts import Facts  # noqa: E402
from ingest.run import Region, Run  # noqa: E402
from ingest.script import Turn  # noqa: E402
from ingest.segment import segment_turns  # noqa: E402
from ingest.speech import find_speech  # noqa: E402
from ingest.transcript import Clip, Transcript  # noqa: E402
from ingest.words import Word  # noqa: E402

DATA = ROOT / "tests/data"
MINIATURE = DATA / "miniature-whisper"
TIDES = "2026-05-14-a-century-of-tides-read-by-hand"
RATES = (0.0, 0.05, 0.12, 0.25)  # word errors
RIGHT, WRONG = (9, 1), (2.5, 2)  # beta distributions of the probabilities of right and wrong words
EDITS = 5  # of a text, for every hundred words


@dataclass(frozen=True)
class Spoken:
    """What is said in a recording: its sentences, each with its words and their times."""

    path: Path
    duration: float
    speech: tuple[Region, ...]
    sentences: list[list[Word]]


@dataclass(frozen=True)
class Edit:
    """A true difference: its kind, when it is, and which words of the text it is (none when unwritten)."""

    kind: str
    start: float
    end: float
    first: int
    stop: int


def load_spoken(truth: Path, audio: Path) -> Spoken:
    facts = json.loads(truth.read_text(encoding="utf-8"))
    parts = facts.get("sentences", [])
    words = facts.get("words") or [word for part in parts for word in part["words"]]
    ends = [part["end"] - 0.01 for part in parts]
    sentences: list[list[Word]] = [[]]
    for word in words:
        before = sentences[-1][-1].text if sentences[-1] else ""
        if before and (word["start"] >= ends[len(sentences) - 1] if ends else before[-1] in ".?!"):
            sentences.append([])
        sentences[-1].append(Word(word["word"], word["start"], word["end"]))
    return Spoken(audio, facts["duration"], find_speech(load_audio(audio)), sentences)


def alter(spoken: Spoken, other: Sequence[list[Word]], chance: random.Random) -> tuple[list[str], list[Edit]]:
    """A text of what is said, with differences in known places."""
    total = sum(map(len, spoken.sentences))
    text: list[str] = []
    edits: list[Edit] = []
    for number, sentence in enumerate(spoken.sentences):
        before = spoken.sentences[number - 1][-1].end if number else 0.0
        draw = chance.random() * 100 / EDITS * len(spoken.sentences) / total * 2
        kind = chance.choice(["sentence out", "sentence in", "out", "in", "one", "some"])
        at = chance.randrange(1, max(2, len(sentence) - 6))
        some = [word.text for word in chance.choice(list(other))]
        size = chance.randint(2, 5)
        if draw > 1 or len(sentence) < 8:
            text += [word.text for word in sentence]
        elif kind == "sentence out":
            edits.append(Edit("unwritten", sentence[0].start, sentence[-1].end, len(text), len(text)))
        elif kind == "sentence in":
            edits.append(Edit("unsaid", before, sentence[0].start, len(text), len(text) + len(some)))
            text += some + [word.text for word in sentence]
        else:
            size = 1 if kind == "one" else size
            cut = size if kind != "in" else 0
            put = some[:size] if kind != "out" else []
            name = {"in": "unsaid", "out": "unwritten"}.get(kind, "otherwise")
            text += [word.text for word in sentence[:at]]
            start, end = sentence[at].start, sentence[max(at, at + cut - 1)].end
            edits.append(Edit(name, start, end, len(text), len(text) + len(put)))
            text += put + [word.text for word in sentence[at + cut :]]
    return text, edits


def mishear(
    spoken: Spoken, rate: float, vocabulary: Sequence[str], chance: random.Random
) -> tuple[Word, ...]:
    """What a recogniser makes of it."""
    heard = []
    for word in (word for sentence in spoken.sentences for word in sentence):
        off = chance.gauss(0, 0.1)
        word = replace(word, start=word.start + off, end=word.end + off)
        right, wrong = chance.betavariate(*RIGHT), chance.betavariate(*WRONG)
        draw = chance.random() / rate if rate else 1.0
        if draw >= 1:
            heard.append(replace(word, probability=right))
        elif draw < 0.3:  # a letter of it
            at = chance.randrange(len(word.text))
            text = word.text[:at] + chance.choice("aest") + word.text[at + 1 :]
            heard.append(replace(word, text=text, probability=wrong))
        elif draw < 0.6:  # another word
            heard.append(replace(word, text=chance.choice(vocabulary), probability=wrong))
        elif draw < 0.8:  # one word too many
            middle = (word.start + word.end) / 2
            heard.append(replace(word, end=middle, probability=right))
            heard.append(Word(chance.choice(vocabulary), middle, word.end, wrong))
    return settle(heard, spoken.duration)


def compare(text: list[str], run: Run) -> list[Difference]:
    segments, _ = segment_turns([Turn(" ".join(text))], run)
    clip = Clip("clip", Facts(title="Clip"), duration=run.duration, text_from="script")
    return find_differences(Transcript(clip, tuple(segments), {1: run}))


def overlaps(found: Difference, edit: Edit) -> bool:
    if edit.first < edit.stop and found.first < found.stop:
        return found.first < edit.stop and edit.first < found.stop
    return found.start < edit.end and edit.start < found.end


class Score:
    """Counts of differences by kind: true, found (as this kind, as any), reported, right."""

    def __init__(self) -> None:
        self.true, self.found, self.any = (dict.fromkeys(KINDS, 0) for _ in range(3))
        self.reported = self.right = self.words = 0

    def add(self, edits: Sequence[Edit], found: Sequence[Difference], words: int) -> None:
        self.words += words
        for edit in edits:
            hits = [each for each in found if overlaps(each, edit)]
            self.true[edit.kind] += 1
            self.any[edit.kind] += bool(hits)
            self.found[edit.kind] += any(each.kind == edit.kind for each in hits)
        self.reported += len(found)
        self.right += sum(any(overlaps(each, edit) for edit in edits) for each in found)

    def describe(self, name: str) -> str:
        shares = [self._share(kind).ljust(20) for kind in KINDS]
        right = f"{self.right / self.reported:6.1%}" if self.reported else ""
        false = (self.reported - self.right) / self.words * 1000
        return f"{name:24} {' '.join(shares)} {self.reported:8} {right:6} {false:8.2f}"

    def _share(self, kind: str) -> str:
        true = self.true[kind]
        return f"{self.found[kind] / true:4.0%} {self.any[kind] / true:4.0%} of {true}" if true else ""


def load_all() -> Iterator[Spoken]:
    for name in ("cooperation-is-key-to-ballistic-missile-defense", TIDES):
        yield load_spoken(DATA / f"truth/{name}.json", ROOT / f"clips/{name}.mp3")
    yield load_spoken(MINIATURE / "clips/c0_long.json", MINIATURE / "clips/c0_long.flac")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=40, help="altered texts a clip")
    parser.add_argument("--engines", action="store_true", help="let real engines hear them")
    options = parser.parse_args()
    clips = list(load_all())
    print(f"{'case':24} {' '.join(kind.ljust(20) for kind in KINDS)} reported right  false in 1000 words")
    for rate in RATES:
        score = Score()
        for n, spoken in enumerate(clips):
            other = [s for each in clips if each is not spoken for s in each.sentences]
            vocabulary = [word.text for sentence in other for word in sentence]
            for trial in range(options.trials):
                chance = random.Random(1000 * n + trial)
                text, edits = alter(spoken, other, chance)
                heard = mishear(spoken, rate, vocabulary, chance)
                run = Run("simulated", "", "", "", "en", spoken.duration, spoken.speech, heard)
                score.add(edits, compare(text, run), len(text))
        print(score.describe(f"{rate:.0%} of the words wrong"), flush=True)
    if options.engines:
        measure_engines(clips[0], clips[1].sentences, options.trials)


def measure_engines(editorial: Spoken, other: list[list[Word]], trials: int) -> None:
    score, sphinx, sound = Score(), get_engine("pocketsphinx"), load_audio(editorial.path)
    for trial in range(trials):
        text, edits = alter(editorial, other, random.Random(trial))
        run = sphinx.recognise(Request(sound, editorial.speech, "en", " ".join(text)))
        score.add(edits, compare(text, run), len(text))
    print(score.describe("pocketsphinx, guided"), flush=True)
    score, whisper = Score(), get_engine("whisper", str(MINIATURE / "whisper-mini.pt"), "cpu", 1)
    for path in sorted((MINIATURE / "clips").glob("*.flac")):
        spoken = load_spoken(path.with_suffix(".json"), path)
        run = whisper.recognise(Request(load_audio(path), spoken.speech, "en"))
        for trial in range(trials):
            text, edits = alter(spoken, other, random.Random(trial))
            score.add(edits, compare(text, run), len(text))
    print(score.describe("whisper, miniature"), flush=True)


if __name__ == "__main__":
    main()
