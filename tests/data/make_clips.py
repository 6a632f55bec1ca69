"""Make the audio of the demonstration clips, and the truth about when each word is spoken.

    python tests/data/make_clips.py interview news    # writes clips/*.mp3 and tests/data/truth/*.json
    python tests/data/make_clips.py check             # compares the truth with the audio in clips/

The text comes from clips/<stem>.txt, so that a clip follows its script. Made the same way before
this script existed, and kept as it is: the editorial, whose headline and sentences flite's voice
rms reads; its truth has the times flite gave, its words in lower case and without punctuation.

truth   {"duration", "words": [{"word", "start", "end"}], "turns" or "sentences": [{..., "start",
        "end", "text"}]}, in seconds from the first sample
needs   apt: gcc flite1-dev libespeak-ng1; pip: av numpy scipy; miniature-whisper/fsynth (see fsynth.c)

Given up: espeak-ng's voice cmn. In 1.51 it reads the pinyin of a clause as if it were English when
the clause also holds 12000 or WHO; cmn-latn-pinyin does not.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parent
CLIPS = DATA.parents[1] / "clips"
TRUTH = DATA / "truth"
sys.path.insert(0, str(DATA / "miniature-whisper"))

from synth import SAMPLE_RATE, Sentence, espeak, flite, load_audio, save_audio, trim  # noqa: E402

EDITORIAL = "cooperation-is-key-to-ballistic-missile-defense"
INTERVIEW = "2026-05-14-a-century-of-tides-read-by-hand"
NEWS = "2025-angang-jingshuizhan"

LEAD, TAIL = 0.4, 0.6  # s of silence before and after the speech
BIT_RATE = 40_000  # bit/s
VOICES = {"CLARA BENNING": ("slt", 1.0), "THOMAS OKORO": ("rms", 0.95)}  # flite voice, stretch
CHINESE_VOICE, CHINESE_RATE, CHINESE_PITCH = "cmn-latn-pinyin", 150, 45  # words a minute; 0 to 99
TOLERANCE, LATEST = 0.03, 0.1  # s, what check() allows the median and the worst onset


@dataclass
class Track:
    """A clip that grows: silence or speech is put at its end."""

    audio: np.ndarray
    words: list[dict]

    @classmethod
    def empty(cls) -> Track:
        return cls(np.zeros(0, np.float32), [])

    @property
    def duration(self) -> float:
        return len(self.audio) / SAMPLE_RATE

    def add_silence(self, seconds: float) -> None:
        self.audio = np.append(self.audio, np.zeros(round(seconds * SAMPLE_RATE), np.float32))

    def add_sentence(self, sentence: Sentence) -> None:
        """Put a trimmed sentence at the end and note the times of its words."""
        at = self.duration
        self.words += [
            {"word": w.text, "start": round(at + w.start, 3), "end": round(at + w.end, 3)}
            for w in sentence.words
        ]
        self.audio = np.append(self.audio, sentence.audio.astype(np.float32) / 32768)


def make_interview() -> None:
    """Read the interview: a voice a speaker, pauses drawn from a fixed seed."""
    rng, track, turns = random.Random(2026), Track.empty(), []
    track.add_silence(LEAD)
    for paragraph in (CLIPS / f"{INTERVIEW}.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        if turns:
            track.add_silence(rng.uniform(0.35, 0.6))
        speaker, text = paragraph.split(": ", 1)
        voice, stretch = VOICES[speaker]
        start = track.duration
        for i, sentence in enumerate(flite(re.split(r"(?<=[.?!]) ", text), voice, stretch)):
            if i:
                track.add_silence(rng.uniform(0.2, 0.32))
            track.add_sentence(trim(sentence))
        turns.append({"speaker": speaker, "start": start, "end": track.duration, "text": text})
    _save(INTERVIEW, track, "turns", turns)


def make_news() -> None:
    """Read the Chinese news item sentence by sentence; each character is a word."""
    track, sentences = Track.empty(), []
    track.add_silence(LEAD)
    text = (CLIPS / f"{NEWS}.txt").read_text(encoding="utf-8")
    for sentence in espeak(
        re.findall(r"[^。\s]+。", text), CHINESE_VOICE, CHINESE_RATE, CHINESE_PITCH, split_chinese
    ):
        if sentences:
            track.add_silence(0.4)
        start = track.duration
        track.add_sentence(trim(sentence))
        sentences.append({"start": start, "end": track.duration, "text": sentence.text})
    _save(NEWS, track, "sentences", sentences)


def split_chinese(text: str) -> list[str]:
    """Give each character, and each run of Latin letters or digits; no punctuation.

    >>> split_chinese("供应120吨，")
    ['供', '应', '120', '吨']
    """
    return re.findall(r"[A-Za-z]+|\d+|[\u4e00-\u9fff]", text)


def _save(stem: str, track: Track, kind: str, parts: list[dict]) -> None:
    track.add_silence(TAIL)
    save_audio(CLIPS / f"{stem}.mp3", track.audio, BIT_RATE)
    parts = [part | {"start": round(part["start"], 3), "end": round(part["end"], 3)} for part in parts]
    truth = {"duration": round(track.duration, 3), kind: parts, "words": track.words}
    save_truth(stem, truth)
    print(f"{stem}: {track.duration:.2f} s, {len(track.words)} words")


def save_truth(stem: str, truth: dict) -> None:
    """Write the truth with one word or part a line, so that a change shows as such."""
    lines = []
    for key, value in truth.items():
        if isinstance(value, list):
            rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value)
            lines.append(f' "{key}": [\n{rows}\n ]')
        else:
            lines.append(f' "{key}": {json.dumps(value)}')
    TRUTH.mkdir(exist_ok=True)
    (TRUTH / f"{stem}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def find_onsets(audio: np.ndarray, starts: Iterable[float], floor: float = -40.0) -> list[float]:
    """For each start in seconds find the nearest time within 0.3 s where sound begins.

    Sound is a level above floor (dB below the loudest 10 ms), with a quieter 60 ms before it. A
    start without such a moment gives nan.
    """
    hop = SAMPLE_RATE // 200  # 5 ms
    power = np.convolve(audio**2, np.ones(2 * hop) / (2 * hop), "same")[::hop]
    loud = power > power.max() * 10 ** (floor / 10)
    rises = np.array([i for i in range(1, len(loud)) if loud[i] and not loud[max(i - 12, 0) : i].any()])
    onsets = []
    for start in starts:
        nearest = rises[np.abs(rises * hop / SAMPLE_RATE - start).argmin()] * hop / SAMPLE_RATE
        onsets.append(nearest if abs(nearest - start) < 0.3 else float("nan"))
    return onsets


def check(stem: str) -> bool:
    """Whether sound begins where the truth says, at every word after a pause of 0.15 s or more.

    A soft first sound stays below the floor and is found late: 0.07 s for the th of `Thursday`.
    """
    truth = json.loads((TRUTH / f"{stem}.json").read_text(encoding="utf-8"))
    audio = load_audio(CLIPS / f"{stem}.mp3")
    parts = truth.get("turns") or truth["sentences"]
    ends = [0.0, *(word["end"] for word in truth["words"])]
    starts = [w["start"] for w, end in zip(truth["words"], ends, strict=False) if w["start"] - end >= 0.15]
    errors = np.abs(np.array(find_onsets(audio, starts)) - starts)
    longer = len(audio) / SAMPLE_RATE - truth["duration"]
    print(
        f"{stem}: {len(parts)} parts, {len(truth['words'])} words, audio {longer:+.3f} s longer; "
        f"{len(starts)} onsets, error median {np.median(errors):.3f} s, most {errors.max():.3f} s"
    )
    return bool(np.median(errors) <= TOLERANCE and errors.max() <= LATEST and abs(longer) < 0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "step",
        nargs="+",
        choices=["interview", "news", "check"],
        help="make a clip; or compare the truth of all three with their audio (exit status 1 if it differs)",
    )
    steps = parser.parse_args().step
    if "interview" in steps:
        make_interview()
    if "news" in steps:
        make_news()
    wrong = [stem for stem in (EDITORIAL, INTERVIEW, NEWS) if "check" in steps and not check(stem)]
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
