"""Decoding: openai-whisper's own parts, put together for several windows at once.

`whisper.transcribe` encodes each window twice (once for its text, once for its words' times) and once
more for each temperature, and decodes one window at a time. Here a window is encoded once, and several
are decoded together. The rest is what `transcribe` does: the rules and thresholds by which it tries a
higher temperature, takes a window for silence, cuts it into segments, and goes on where a window was
not heard to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import whisper
from whisper.audio import N_FRAMES, log_mel_spectrogram, pad_or_trim
from whisper.decoding import DecodingOptions, DecodingResult
from whisper.timing import add_word_timestamps
from whisper.tokenizer import Tokenizer, get_tokenizer

from ingest.engines.pieces import Piece
from ingest.run import Region

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
MAX_COMPRESSION = 2.4  # a text that shrinks more repeats itself
MIN_LOGPROB = -1.0  # average log probability of a token below which a text is not believed
NO_SPEECH = 0.6  # probability of silence above which a text that is not believed is dropped
TIME_STEP = 0.02  # seconds a timestamp token counts
MIN_REST = 1.0  # seconds; less is left unheard at the end of a window, and has to be gained each time
MAX_BATCH = 16
CACHE = {"cpu": 1 << 29, "cuda": 1 << 32}  # bytes that the encoded windows of a batch may take


@dataclass(frozen=True)
class Heard:
    """What was heard in a window: its segments, each a list of pieces at their times in the clip."""

    window: Region
    segments: list[list[Piece]]
    languages: dict[str, float]  # probabilities; empty for a model that knows one language only


class Decoder:
    """Hears windows of one recording with a loaded model.

    read  gives the samples between two times, as `Recording.read` does
    """

    def __init__(self, model: whisper.Whisper, read: Callable[[float, float], np.ndarray]) -> None:
        self.model = model
        self.read = read
        self.fp16 = model.device.type == "cuda"

    def detect_languages(self, windows: Sequence[Region]) -> list[dict[str, float]]:
        """How probable each language is in each window."""
        return [self._detect(self._encode(window)[None])[0] for window in windows]

    def hear(self, windows: Sequence[Region], language: str, prompt: str = "") -> Iterator[Heard]:
        """Hear windows, as many at once as memory allows; not quite in order."""
        tokenizer = get_tokenizer(
            self.model.is_multilingual,
            num_languages=self.model.num_languages,
            language=language,
            task="transcribe",
        )
        options = DecodingOptions(language=language, fp16=self.fp16, prompt=prompt or None)
        size = self._choose_batch()
        waiting = list(windows)
        while waiting:
            batch, waiting = waiting[:size], waiting[size:]
            features = torch.stack([self._encode(window) for window in batch])
            languages = self._detect(features)
            results = whisper.decode(self.model, features, options)
            for window, own, result, shares in zip(batch, features, results, languages, strict=True):
                segments, end = self._finish(window, own, self._settle(own, result, options), tokenizer)
                if window[1] - end >= MIN_REST and end - window[0] >= MIN_REST:
                    waiting.insert(0, (end, window[1]))
                    window = (window[0], end)
                yield Heard(window, segments, shares)

    def _choose_batch(self) -> int:
        """How many windows fit: their encoded sound is kept for every layer, twice."""
        dims = self.model.dims
        each = dims.n_text_layer * 2 * dims.n_audio_ctx * dims.n_audio_state * (2 if self.fp16 else 4)
        return int(max(1, min(MAX_BATCH, CACHE["cuda" if self.fp16 else "cpu"] // each)))

    def _encode(self, window: Region) -> torch.Tensor:
        """One window after the other: together they would need memory, and be no faster on a CPU."""
        mel = log_mel_spectrogram(pad_or_trim(self.read(*window)), self.model.dims.n_mels)
        mel = mel.to(self.model.device, torch.float16 if self.fp16 else torch.float32)
        assert mel.shape[-1] == N_FRAMES
        with torch.no_grad():
            return self.model.encoder(mel[None])[0]

    def _detect(self, features: torch.Tensor) -> list[dict[str, float]]:
        if not self.model.is_multilingual:
            return [{} for _ in features]
        _, shares = self.model.detect_language(features)
        return list(shares)

    def _settle(self, own: torch.Tensor, result: DecodingResult, options: DecodingOptions) -> DecodingResult:
        """Try higher temperatures until a text can be believed; the same each time, chance included."""
        devices = [own.device] if own.is_cuda else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(0)
            for temperature in TEMPERATURES[1:]:
                repeats = result.compression_ratio > MAX_COMPRESSION
                unsure = result.avg_logprob < MIN_LOGPROB
                if not (repeats or unsure) or (unsure and result.no_speech_prob > NO_SPEECH):
                    break
                result = whisper.decode(self.model, own, replace(options, temperature=temperature))
        return result

    def _finish(
        self, window: Region, own: torch.Tensor, result: DecodingResult, tokenizer: Tokenizer
    ) -> tuple[list[list[Piece]], float]:
        """The segments of a window, and the time up to which it was heard."""
        start, end = window
        if result.no_speech_prob > NO_SPEECH and result.avg_logprob <= MIN_LOGPROB:
            return [], end
        segments, heard_to = split_segments(result.tokens, tokenizer.timestamp_begin, end - start)
        made: list[dict[str, Any]] = [
            {"seek": 0, "start": first, "end": last, "tokens": tokens} for first, last, tokens in segments
        ]
        add_word_timestamps(
            segments=made, model=_Aligner(self.model), tokenizer=tokenizer, mel=own,
            num_frames=min(N_FRAMES, round((end - start) * 100)), last_speech_timestamp=0.0,
        )  # fmt: skip
        found = [
            [
                Piece(word["word"], start + word["start"], start + word["end"], word["probability"])
                for word in segment["words"]
            ]
            for segment in made
            if segment["start"] != segment["end"]
        ]
        if heard_to is None:
            return found, end
        last = max((piece.end for pieces in found for piece in pieces), default=start)
        return found, last if last > start else start + heard_to


class _Aligner:
    """The model as `add_word_timestamps` wants it, taking what is encoded already for the sound."""

    def __init__(self, model: whisper.Whisper) -> None:
        self.model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def __call__(self, features: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model.decoder(tokens, features)
        return logits.float()


def split_segments(
    tokens: Sequence[int], first_time: int, duration: float
) -> tuple[list[tuple[float, float, list[int]]], float | None]:
    """Cut a window's tokens at its timestamps, as `whisper.transcribe` does.

    first_time  the token that means 0.00 s
    duration    seconds of the window
    Gives each segment's start, end and tokens, and the time at which an unfinished one begins, None
    when the window was heard to its end.

    >>> split_segments([100, 7, 8, 150, 150, 9, 200], 100, 4.0)
    ([(0.0, 1.0, [100, 7, 8, 150]), (1.0, 2.0, [150, 9, 200])], None)
    >>> split_segments([100, 7, 8, 150, 150, 9], 100, 4.0)
    ([(0.0, 1.0, [100, 7, 8, 150])], 1.0)
    """
    is_time = [token >= first_time for token in tokens]
    cuts = [n for n in range(1, len(tokens)) if is_time[n - 1] and is_time[n]]
    complete = is_time[-2:] == [False, True]
    if not cuts:
        times = [token - first_time for token in tokens if token >= first_time]
        end = times[-1] * TIME_STEP if times and times[-1] else duration
        return [(0.0, end, list(tokens))], None
    if complete:
        cuts.append(len(tokens))
    segments = []
    for first, last in zip([0, *cuts], cuts, strict=False):
        part = list(tokens[first:last])
        segments.append(((part[0] - first_time) * TIME_STEP, (part[-1] - first_time) * TIME_STEP, part))
    return segments, None if complete else segments[-1][1]
