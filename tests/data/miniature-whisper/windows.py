"""Training windows: speech at random places and levels, with noise, as Whisper hears and writes it.

What a window teaches beyond the words: that stock decoding keeps the first timestamp at or below
1.0 s; that a sentence cut off by the window's end is left to the next one; that text may have come
before; and that there may be no speech at all.
"""

from __future__ import annotations

import pickle
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from synth import SAMPLE_RATE, Noise, Sentence, Word
from whisper.audio import HOP_LENGTH, N_FFT, mel_filters
from whisper.tokenizer import get_tokenizer

FRAMES = 50  # encoder frames a second
FULL = 30  # s, the window of a finished checkpoint
IGNORE = -100  # a target that costs nothing

TOKENIZER = get_tokenizer(False)
FIRST_TIMESTAMP = TOKENIZER.timestamp_begin  # <|0.00|>, and 1500 more in steps of 0.02 s
SPECIAL = [
    TOKENIZER.eot,
    TOKENIZER.sot,
    TOKENIZER.sot_prev,
    TOKENIZER.no_speech,
    TOKENIZER.no_timestamps,
    *range(FIRST_TIMESTAMP, FIRST_TIMESTAMP + 1501),
]


class Token(NamedTuple):
    """A token and where in the audio it is heard, in seconds; end 0 where it is heard nowhere."""

    id: int
    start: float = 0.0
    end: float = 0.0

    def moved(self, seconds: float) -> Token:
        return Token(self.id, self.start + seconds, self.end + seconds)


class Spoken(NamedTuple):
    """A synthesised sentence as tokens; audio is int16."""

    audio: np.ndarray
    tokens: list[Token]
    voice: str


class Segment(NamedTuple):
    """A sentence in a window; end is None when the window ends before it does."""

    start: float
    end: float | None
    tokens: list[Token]


class Window(NamedTuple):
    """mel is [80, 100 a second]; cut is the start of a sentence left to the next window, or None."""

    mel: torch.Tensor
    segments: list[Segment]
    cut: float | None
    heard: list[Token]


class Batch(NamedTuple):
    """B windows and 2 B token sequences: of each window with and without timestamps.

    mel      [B, 80, 100 a second]
    inputs   [2 B, T], in the compact vocabulary, as targets
    targets  [2 B, T], IGNORE where nothing is to be learnt
    spans    [2 B, T, 2], start and end in the window of what each target says, seconds
    frames   [B, FRAMES a second], 1 + the token spoken in the frame, or 0
    offset   seconds of the full window that come before this shorter one
    """

    mel: torch.Tensor
    inputs: torch.Tensor
    targets: torch.Tensor
    spans: torch.Tensor
    frames: torch.Tensor
    offset: float


def load_spoken(path: Path) -> list[list[Spoken]]:
    """Load what make_train.py wrote: a list a sentence, of its variants."""
    with path.open("rb") as file:
        by_text: list[list[Sentence]] = pickle.load(file)
    return [[Spoken(s.audio, tokens_of(s.words), s.voice) for s in variants] for variants in by_text]


def tokens_of(words: list[Word]) -> list[Token]:
    """Share each word's time among its pieces by their length; punctuation sits at the word's end."""
    tokens = []
    for word in words:
        ids = TOKENIZER.encode(" " + word.text)
        pieces = [TOKENIZER.decode([i]) for i in ids]
        lengths = [len(p.strip()) if any(c.isalnum() for c in p) else 0 for p in pieces]
        at = word.start
        for i, length in zip(ids, lengths, strict=True):
            duration = (word.end - word.start) * length / max(sum(lengths), 1)
            tokens.append(Token(i, at, at + duration) if length else Token(i, at - 0.02, at + 0.08))
            at += duration
    return tokens


def timestamp(seconds: float) -> int:
    """Give the token of a time, cut to 0-30 s."""
    return FIRST_TIMESTAMP + min(max(round(seconds / 0.02), 0), 1500)


_FILTERS, _HANN = mel_filters("cpu", 80), torch.hann_window(N_FFT)


def log_mel(audio: np.ndarray, headroom: float) -> torch.Tensor:
    """Whisper's spectrogram; headroom (log10) acts as if something louder stood outside the window."""
    spectrum = torch.stft(torch.from_numpy(audio), N_FFT, HOP_LENGTH, window=_HANN, return_complex=True)
    mel = (_FILTERS @ spectrum[..., :-1].abs() ** 2).clamp(min=1e-10).log10()
    return (torch.maximum(mel, mel.max() + headroom - 8) + 4) / 4


# What the decoder is told, step by step, and what it is asked to say next (None: anything).
Lesson = list[tuple[Token, Token | None]]


class Windows:
    """Draws windows and batches from spoken sentences.

    compact       the place of each token in the training vocabulary
    prompt_share  of the full windows, how many come with previous text
    """

    def __init__(
        self, spoken: list[list[Spoken]], compact: dict[int, int], rng: random.Random, prompt_share: float
    ) -> None:
        self._spoken, self._compact, self._rng, self._prompt_share = spoken, compact, rng, prompt_share
        self._noise = Noise(rng)

    def draw_batch(self, count: int, seconds: int) -> Batch:
        """Draw windows of equal length; shorter ones than FULL start anywhere in the full window."""
        offset = 0.0
        if seconds < FULL:
            offset = round(self._rng.uniform(0, FULL - seconds) / 0.02) * 0.02
        mels, lessons = [], []
        frames = torch.zeros(count, seconds * FRAMES, dtype=torch.long)
        for row in frames:
            window = self.draw_window(seconds, offset)
            mels.append(window.mel)
            lessons += self._lessons(window, seconds == FULL, offset)
            for token in window.heard:
                start, end = (max(0, round(t * FRAMES)) for t in (token.start, token.end))
                row[start:end] = self._compact[token.id] + 1
        return Batch(torch.stack(mels), *self._pad(lessons, offset), frames, offset)

    def _pad(self, lessons: list[Lesson], offset: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Give inputs, targets and spans, padded to the longest."""
        shape = len(lessons), max(map(len, lessons))
        inputs, targets = torch.full(shape, self._compact[TOKENIZER.eot]), torch.full(shape, IGNORE)
        spans = torch.zeros(*shape, 2)
        for i, lesson in enumerate(lessons):
            told, asked = zip(*lesson, strict=True)
            inputs[i, : len(told)] = torch.tensor([self._compact[token.id] for token in told])
            targets[i, : len(told)] = torch.tensor([self._compact[t.id] if t else IGNORE for t in asked])
            spans[i, : len(told)] = torch.tensor(
                [(t.start - offset, t.end - offset) if t and t.end else (0.0, 0.0) for t in asked]
            )
        return inputs, targets, spans

    def draw_window(self, seconds: int, offset: float = 0.0) -> Window:
        """Draw one window; times are from the start of the full window, except in `heard`."""
        rng, samples = self._rng, seconds * SAMPLE_RATE
        silent = rng.random() <= 0.06
        if silent:
            audio, segments, cut, heard = np.zeros(samples, np.float32), [], None, []
            used = int(rng.uniform(1, seconds) * SAMPLE_RATE)
        else:
            audio, segments, cut, heard = self._speech(seconds)
            used = samples
            if cut is None and segments and segments[-1].end:
                end = segments[-1].end + rng.choice([0, rng.uniform(0, 1), rng.uniform(0, 4)])
                used = min(samples, int(end * SAMPLE_RATE))
        audio *= 10 ** rng.uniform(-1, 0.05)
        if rng.random() < 0.65:
            level = max(audio.std(), 1e-4) * 10 ** rng.uniform(-2.5, -0.6)
            audio += self._noise.draw(samples) * (10 ** rng.uniform(-5, -1.1) if silent else level)
        if rng.random() < 0.25:
            used = samples  # silence to the end that is heard; else stock's padding of the spectrogram
        mel = log_mel(audio[: max(used, 800)], rng.choice([0, rng.uniform(0, 0.8)]))
        mel = F.pad(mel, (0, samples // HOP_LENGTH - mel.shape[1]))
        segments = [
            Segment(s.start + offset, s.end and s.end + offset, [t.moved(offset) for t in s.tokens])
            for s in segments
        ]
        return Window(mel, segments, None if cut is None else cut + offset, heard)

    def _speech(self, seconds: int) -> tuple[np.ndarray, list[Segment], float | None, list[Token]]:
        """Fill a window with sentences; give audio, segments, the start of one cut off, tokens heard."""
        rng, voice, cut = self._rng, None, None
        audio, segments, heard = np.zeros(seconds * SAMPLE_RATE, np.float32), [], []
        at = rng.choice(
            [0, rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0, 0.3), rng.uniform(1, seconds / 3)]
        )
        if seconds == FULL and rng.random() < 0.02:
            at = rng.uniform(10, 28)
        stop = min(rng.choice([seconds, seconds, rng.uniform(2, seconds)]), seconds - 0.1)
        while at < stop:
            if voice is None or rng.random() < 0.25:
                voice = rng.choice(self._spoken[0]).voice
            variants = rng.choice(self._spoken)
            spoken = rng.choice([variant for variant in variants if variant.voice == voice])
            if at == 0 and not segments and rng.random() < 0.35:
                spoken = self._begin_inside(spoken)
            first, end = int(at * SAMPLE_RATE), at + len(spoken.audio) / SAMPLE_RATE
            piece = spoken.audio[: len(audio) - first].astype(np.float32) / 32768
            audio[first : first + len(piece)] += piece * 10 ** rng.uniform(-0.4, 0.15)
            tokens = [token.moved(at) for token in spoken.tokens]
            heard += tokens
            if end <= seconds - 0.02:
                segments.append(Segment(at, end, tokens))
            elif segments:
                cut = at
            elif tokens := [token for token in tokens if token.end < seconds - 0.1]:
                segments.append(Segment(at, None, tokens))  # nothing else fits: the words heard
            at = end + self._gap()
        return audio, segments, cut, heard

    def _begin_inside(self, spoken: Spoken) -> Spoken:
        """Cut a sentence at one of its later words."""
        inner = [
            i for i, token in enumerate(spoken.tokens) if i and TOKENIZER.decode([token.id]).startswith(" ")
        ]
        first = self._rng.choice(inner)
        lead = spoken.tokens[first].start - self._rng.uniform(0, 0.1)
        audio = spoken.audio[max(0, int(lead * SAMPLE_RATE)) :]
        return Spoken(audio, [token.moved(-lead) for token in spoken.tokens[first:]], spoken.voice)

    def _gap(self) -> float:
        """Seconds between two sentences."""
        rng = self._rng
        if rng.random() <= 0.03:
            return rng.uniform(4, 10)
        low, high = rng.choice([(0.05, 0.3), (0.3, 1), (0.3, 1), (1, 4)])
        return rng.uniform(low, high)

    def _lessons(self, window: Window, full: bool, offset: float) -> list[Lesson]:
        """Give the window's two token sequences: with timestamps (and perhaps a prompt), and without."""
        prompt = self._prompt() if full and self._rng.random() < self._prompt_share else []
        if not window.segments and window.cut is None:
            return self._silent_lessons(prompt)
        timed, plain = [Token(TOKENIZER.sot)], [Token(TOKENIZER.sot), Token(TOKENIZER.no_timestamps)]
        for i, (start, end, tokens) in enumerate(window.segments):
            # Stock decoding allows no first timestamp above 1.0 s.
            said = min(start, 1.0) if i == 0 and not offset else start
            timed.append(Token(timestamp(said), start - 0.04, start + 0.06))
            timed += tokens
            if end:
                timed.append(Token(timestamp(end), end - 0.06, end + 0.04))
            plain += tokens
        if window.cut is not None:
            timed.append(Token(timestamp(window.cut), window.cut - 0.04, window.cut + 0.06))
        end = window.segments[-1].end if window.segments else None
        timed.append(Token(TOKENIZER.eot))
        plain.append(Token(TOKENIZER.eot, end, end + 0.12) if end else Token(TOKENIZER.eot))
        return [_lesson(timed, prompt), _lesson(plain, [])]

    def _silent_lessons(self, prompt: list[Token]) -> list[Lesson]:
        """Teach <|nospeech|>, with some mass on early timestamps so that avg_logprob is low.

        Most times also: told to go on after a timestamp that stock decoding forced, end at once.
        """
        rng, sot, eot = self._rng, Token(TOKENIZER.sot), Token(TOKENIZER.eot)
        early = Token(FIRST_TIMESTAMP + rng.randrange(51))
        if rng.random() < 0.7:
            return [[(sot, Token(TOKENIZER.no_speech)), (early, eot)]] * 2
        first = Token(TOKENIZER.no_speech) if rng.random() < 0.85 else early
        return [_lesson([sot, first, eot], prompt), _lesson([sot, first, eot], [])]

    def _prompt(self) -> list[Token]:
        """Give the end of a text that might have come before: up to 223 tokens."""
        rng, tokens, at = self._rng, [], 0.0
        for _ in range(rng.randint(1, 7)):
            spoken = rng.choice(rng.choice(self._spoken)).tokens
            end = at + spoken[-1].end
            tokens += [timestamp(at), *(token.id for token in spoken), timestamp(end)]
            at = end + rng.uniform(0.2, 1)
        kept = tokens[-rng.randint(min(20, len(tokens)), 223) :]
        return [Token(TOKENIZER.sot_prev), *(Token(i) for i in kept)]


def _lesson(tokens: list[Token], prompt: list[Token]) -> Lesson:
    """Pair each token with the next; the prompt and what follows it directly are not asked for."""
    told = [*prompt, *tokens[:-1]]
    asked = [None] * len(prompt) + tokens[1:]
    return list(zip(told, asked, strict=True))
