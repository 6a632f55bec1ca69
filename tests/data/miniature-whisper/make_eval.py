"""Make evaluation clips with exact references: eval/*.flac, and eval/*.json beside those with speech.

Names tell the kind: a seen voices in new order and speed; b unseen voices; k festival's kdl, unseen,
without word times; c two to four minutes; e known words in sentences never seen; d no speech,
and in one speech before a minute of silence.

needs   apt: festival festvox-kdlpc16k for k, which is left out without them
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from synth import (
    HERE,
    SAMPLE_RATE,
    SEEN_VOICES,
    UNSEEN_VOICES,
    Noise,
    Sentence,
    Word,
    load_audio,
    load_sentences,
    save_audio,
    speak_variant,
    trim,
)

NOVEL = [
    "The finance minister will travel to Seoul on Sunday.",
    "Heavy rain will delay the exercise until next week.",
    "The budget still needs the approval of the assembly.",
    "Thank you for this report from Brussels.",
    "Poland fired two interceptors along the coast.",
]
NOISE_LEVELS = (-60, -45, -35, -25, -60, -40, -30, -25)  # dB below full scale


class Maker:
    """Draws clips from one seed and writes them to a folder."""

    def __init__(self, folder: Path, seed: int = 20261) -> None:
        self._folder, self._texts = folder, load_sentences()
        self._rng, self._noise = random.Random(seed), Noise(random.Random(seed + 1))

    def make_all(self) -> None:
        self._make_short()
        self._make_unseen()
        self._make_long()
        for voice in ("slt", "awb", "en-us"):
            self._save_clip(f"e_novel_{voice}", self._speak(voice, NOVEL), 0.4, [0.7] * len(NOVEL))
        self._make_silence()

    def _make_short(self) -> None:
        rng = self._rng
        for i in range(20):
            voice, count = SEEN_VOICES[i % len(SEEN_VOICES)], rng.randint(2, 6)
            sentences = self._draw([voice], count)
            lead = rng.choice([0, rng.uniform(0, 0.9)])
            gaps = [rng.uniform(0.3, 1.5) for _ in sentences]
            self._save_clip(f"a{i:02d}_{voice}", sentences, lead, gaps, rng.choice([None, 20, 30]))

    def _make_unseen(self) -> None:
        for voice in [*UNSEEN_VOICES, "en-us-nyc+f3", *(["kdl"] if shutil.which("text2wave") else [])]:
            for i in range(4):
                gaps = [self._rng.uniform(0.3, 1.2) for _ in range(5)]
                name = f"{'k' if voice == 'kdl' else 'b'}{i}_{voice}"
                self._save_clip(name, self._draw([voice], 5), 0.4, gaps)

    def _make_long(self) -> None:
        rng = self._rng
        plans = [
            (rng.sample(SEEN_VOICES, 3), 13, 0.5, None),
            (SEEN_VOICES, 4, 2.5, 25),
            (["slt"], 36, 0, None),
        ]
        for i, (voices, count, lead, signal_to_noise) in enumerate(plans):
            sentences = self._draw(voices, count)
            if i == 1:
                rng.shuffle(sentences)
            ranges = [rng.choice([(0.2, 0.6), (0.5, 1.5), (1, 4)]) for _ in sentences]
            gaps = [rng.uniform(low, high) for low, high in ranges]
            self._save_clip(f"c{i}_long", sentences, lead, gaps, signal_to_noise)

    def _make_silence(self) -> None:
        for name, seconds in (("zeros", 20), ("zeros_long", 75)):
            self._save_audio(f"d_{name}", np.zeros(seconds * SAMPLE_RATE))
        for i, level in enumerate(NOISE_LEVELS):
            noise = self._noise.draw(25 * SAMPLE_RATE) * 10 ** (level / 20)
            self._save_audio(f"d_noise{i}_{-level}dB_below", noise)
        speech = load_audio(next(self._folder.glob("a00_*.flac")))
        self._save_audio("d_speech_then_silence", np.append(speech, _silence(60)))

    def _draw(self, voices: list[str], count: int) -> list[Sentence]:
        """Speak count random sentences in each voice."""
        return [s for voice in voices for s in self._speak(voice, self._rng.sample(self._texts, count))]

    def _speak(self, voice: str, texts: list[str]) -> list[Sentence]:
        if voice == "kdl":
            return [_festival(text) for text in texts]
        # Seeds from a million on are never those of the training material.
        return speak_variant(voice, texts, random.Random(self._rng.randrange(10**9) + 10**6))

    def _save_clip(
        self,
        name: str,
        sentences: list[Sentence],
        lead: float,
        gaps: list[float],
        signal_to_noise: float | None = None,
    ) -> None:
        """Write a clip and its reference; lead and gaps in s, signal_to_noise in dB (None: no noise)."""
        parts, reference, length = [_silence(lead)], [], len(_silence(lead))
        for sentence, gap in zip(sentences, gaps, strict=True):
            reference.append(_reference(sentence, length / SAMPLE_RATE))
            parts += [sentence.audio.astype(np.float32) / 32768, _silence(gap)]
            length += len(parts[-2]) + len(parts[-1])
        parts.append(_silence(0.8))
        audio = np.concatenate(parts) * 0.8
        if signal_to_noise is not None:
            noise = self._noise.draw(min(len(audio), 80 * SAMPLE_RATE))
            audio += np.resize(noise, len(audio)) * audio.std() * 10 ** (-signal_to_noise / 20)
        self._save_audio(name, audio)
        facts = {"duration": round(len(audio) / SAMPLE_RATE, 3), "sentences": reference}
        path = self._folder / f"{name.replace('+', '_')}.json"
        path.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

    def _save_audio(self, name: str, audio: np.ndarray) -> None:
        save_audio(self._folder / f"{name.replace('+', '_')}.flac", audio)


def _silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def _reference(sentence: Sentence, start: float) -> dict:
    """Give the sentence's text and times; kdl's words have none."""
    words = [
        {"word": w.text, "start": round(start + w.start, 3), "end": round(start + w.end, 3)}
        for w in sentence.words
    ]
    return {
        "start": round(start, 3),
        "end": round(start + len(sentence.audio) / SAMPLE_RATE, 3),
        "text": sentence.text,
        "voice": sentence.voice,
        "words": None if sentence.voice == "kdl" else words,
    }


def _festival(text: str) -> Sentence:
    with tempfile.TemporaryDirectory() as folder:
        command = ["text2wave", "-eval", "(voice_ked_diphone)", "-o", f"{folder}/out.wav"]
        subprocess.run(command, input=text, text=True, check=True)
        audio = load_audio(f"{folder}/out.wav")
    words = [Word(word, 0.0, len(audio) / SAMPLE_RATE) for word in text.split()]
    return trim(Sentence(text, "kdl", audio, words))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "eval")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    Maker(args.out).make_all()


if __name__ == "__main__":
    main()
