"""Synthesise sentences whose word times are known exactly.

flite and espeak-ng tell when they speak each word, so their speech needs no alignment.

needs   apt: gcc flite1-dev libespeak-ng1; pip: av numpy scipy; ./fsynth (see fsynth.c)
"""

from __future__ import annotations

import ctypes
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from scipy.signal import resample_poly

HERE = Path(__file__).resolve().parent
SAMPLE_RATE = 16000  # Hz, of every array here
ESPEAK_RATE = 22050  # Hz
PEAK = 0.7  # of full scale, what trim() brings the loudest sample to
EDGE = 80  # samples, 5 ms kept before and after the speech

FLITE_PITCH = {"awb": 130, "rms": 100, "slt": 170, "kal16": 105}  # Hz
ESPEAK_VOICES = ["en-us", "en-us+f2", "en+m3", "en-gb-scotland+f4", "en-gb-x-rp+m1", "en-us+Andy"]
SEEN_VOICES = [*FLITE_PITCH, *ESPEAK_VOICES]
UNSEEN_VOICES = ["en-029+f5", "en-gb-x-gbclan+m7"]  # kept out of training

NOISE_BANK = 90  # s of each colour
NOISE_SLOPES = {"white": 0.0, "pink": 0.5, "brown": 1.0}  # amplitude falls as frequency ** -slope
CHORD = [
    (55, 0.3),
    (110, 0.2),
    (220, 0.5),
    (277, 0.7),
    (330, 0.4),
    (660, 0.9),
    (1200, 0.6),
]  # Hz: tone, swell


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word as written; start and end in seconds from the first sample of its sentence."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """One synthesised sentence; audio is mono at SAMPLE_RATE, float32 or, after trim(), int16."""

    text: str
    voice: str
    audio: np.ndarray
    words: list[Word]


def load_audio(path: Path | str) -> np.ndarray:
    """Decode a file to mono float32 in -1..1 at SAMPLE_RATE."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def save_audio(path: Path | str, audio: np.ndarray, bit_rate: int | None = None) -> None:
    """Write mono samples at SAMPLE_RATE; the suffix chooses the format.

    audio     float in -1..1 (clipped) or int16
    bit_rate  bit/s, for .mp3 only; .flac and .wav are lossless
    """
    if audio.dtype != np.int16:
        audio = (np.clip(audio, -1, 1) * 32767).astype(np.int16)
    codec = {".mp3": "libmp3lame", ".flac": "flac", ".wav": "pcm_s16le"}[Path(path).suffix]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
        if bit_rate:
            stream.bit_rate = bit_rate
        # libmp3lame takes planar samples; for one channel the bytes are the same.
        layout = "s16p" if codec == "libmp3lame" else "s16"
        frame = av.AudioFrame.from_ndarray(audio[None, :], format=layout, layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # characters, from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    ]


class Espeak:
    """libespeak-ng, of which a process can hold one."""

    SYNCHRONOUS, CHARS_UTF8, EVENT_WORD, RATE, PITCH = 2, 1, 1, 1, 3  # speak_lib.h
    _only: Espeak | None = None

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._library.espeak_Initialize(self.SYNCHRONOUS, 500, None, 0)
        signature = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._callback = signature(self._receive)  # kept: the library holds no reference to it
        self._library.espeak_SetSynthCallback(self._callback)
        self._audio: list[np.ndarray] = []
        self._starts: list[tuple[int, float]] = []

    @classmethod
    def load(cls) -> Espeak:
        cls._only = cls._only or cls()
        return cls._only

    def _receive(self, samples, count, events) -> int:
        if samples and count:
            self._audio.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type:  # the list ends with type 0
            if events[i].type == self.EVENT_WORD:
                self._starts.append((events[i].text_position - 1, events[i].audio_position / 1000))
            i += 1
        return 0

    def speak(
        self, text: str, voice: str, rate: int, pitch: int
    ) -> tuple[np.ndarray, list[tuple[int, float]]]:
        """Give int16 samples at ESPEAK_RATE, and each word's offset in the text with its start in seconds.

        raises  ValueError if there is no such voice
        """
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {voice}")
        self._library.espeak_SetParameter(self.RATE, rate, 0)
        self._library.espeak_SetParameter(self.PITCH, pitch, 0)
        self._audio, self._starts = [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, self.CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate(self._audio), self._starts


def espeak(
    texts: Iterable[str], voice: str, rate: int, pitch: int, split: Callable[[str], list[str]] = str.split
) -> list[Sentence]:
    """Speak texts with espeak-ng.

    rate   words a minute
    pitch  0 to 99
    split  cuts a text into the words that get a time; a word lasts until the next one starts
    """
    sentences = []
    for text in texts:
        samples, events = Espeak.load().speak(text, voice, rate, pitch)
        words, starts, at = split(text), [], 0
        for word in words:
            at = text.index(word, at)
            inside = [start for offset, start in events if at <= offset < at + len(word)]
            starts.append(inside[0] if inside else starts[-1] + 0.05 if starts else 0.0)
            at += len(word)
        ends = [*starts[1:], len(samples) / ESPEAK_RATE]
        audio = resample_poly(samples.astype(np.float32), 320, 441)
        timed = [Word(*word) for word in zip(words, starts, ends, strict=True)]
        sentences.append(Sentence(text, voice, audio, timed))
    return sentences


def flite(texts: Iterable[str], voice: str, stretch: float = 1.0, pitch: float = 0) -> list[Sentence]:
    """Speak texts with flite.

    stretch  above 1 is slower
    pitch    mean in Hz; 0 keeps the voice's own
    raises   ValueError when flite's tokens are not the words between spaces
    """
    texts = list(texts)
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(f"{folder}/{i}.wav\t{text}\n" for i, text in enumerate(texts))
        command = [str(HERE / "fsynth"), voice, str(stretch), str(pitch)]
        done = subprocess.run(command, input=lines, text=True, capture_output=True, check=True)
        sentences = []
        for text, line in zip(texts, done.stdout.splitlines(), strict=True):
            path, _, tokens = line.split("\t")
            times = [token.split(" ", 2)[:2] for token in tokens.strip("|").split("|")]
            if len(times) != len(text.split()):
                raise ValueError(f"flite finds {len(times)} words in {text!r}: {tokens}")
            words = [Word(w, float(s), float(e)) for w, (s, e) in zip(text.split(), times, strict=True)]
            sentences.append(Sentence(text, voice, load_audio(path), words))
    return sentences


def trim(sentence: Sentence, speed: float = 1.0) -> Sentence:
    """Cut silence at both ends and level the peak; the words then fill the audio from 0 to its end.

    speed  above 1 is faster and higher: by resampling, which moves pitch and formants too
    """
    audio, factor = sentence.audio, 1.0
    if speed != 1.0:
        percent = round(100 * speed)
        audio, factor = resample_poly(audio, 100, percent), 100 / percent
    audio = audio / (np.abs(audio).max() + 1e-9) * PEAK
    level = np.sqrt(np.convolve(audio * audio, np.ones(160) / 160, "same"))  # over 10 ms
    loud = np.nonzero(level > PEAK * 10 ** (-40 / 20))[0]
    first, last = max(int(loud[0]) - EDGE, 0), min(int(loud[-1]) + EDGE, len(audio))
    duration, lead = (last - first) / SAMPLE_RATE, first / SAMPLE_RATE

    def moved(seconds: float) -> float:
        return min(max(seconds * factor - lead, 0.0), duration)

    words = [Word(w.text, moved(w.start), moved(w.end)) for w in sentence.words]
    words[0] = replace(words[0], start=0.0)
    words[-1] = replace(words[-1], end=duration)
    return replace(sentence, audio=(audio[first:last] * 32767).astype(np.int16), words=words)


class Noise:
    """A supply of noise in four colours, of which a bank each is made once and cut anywhere."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._bank: dict[str, np.ndarray] = {}

    def draw(self, samples: int) -> np.ndarray:
        """Give float32 noise of a random colour with standard deviation 1; shorter than NOISE_BANK."""
        colour = self._rng.choice([*NOISE_SLOPES, "chord"])
        if colour not in self._bank:
            bank = self._make(colour)
            self._bank[colour] = (bank / bank.std()).astype(np.float32)
        start = self._rng.randrange(len(self._bank[colour]) - samples)
        return self._bank[colour][start : start + samples]

    def _make(self, colour: str) -> np.ndarray:
        count = NOISE_BANK * SAMPLE_RATE
        if colour == "chord":
            turns = 2 * np.pi * np.arange(count) / SAMPLE_RATE
            return sum(np.sin(turns * pitch) * (1 + np.sin(turns * swell)) for pitch, swell in CHORD)
        frequency = np.fft.rfftfreq(count)
        frequency[0] = frequency[1]
        white = np.random.default_rng(self._rng.randrange(2**32)).standard_normal(count)
        return np.fft.irfft(np.fft.rfft(white) / frequency ** NOISE_SLOPES[colour])


def speak_variant(voice: str, texts: list[str], rng: random.Random) -> list[Sentence]:
    """Speak every text in one voice, with a rate, pitch and speed drawn from rng."""
    if voice in FLITE_PITCH:
        pitch = round(FLITE_PITCH[voice] * rng.uniform(0.85, 1.2))
        sentences = flite(texts, voice, round(rng.uniform(0.85, 1.25), 2), pitch)
    else:
        sentences = espeak(texts, voice, rng.randint(135, 190), rng.randint(30, 75))
    return [trim(sentence, rng.uniform(0.9, 1.12)) for sentence in sentences]


def load_sentences() -> list[str]:
    """Load the sentences that the checkpoint knows."""
    return (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()
