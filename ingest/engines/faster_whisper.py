"""The faster-whisper engine: Whisper's models run by CTranslate2, 8-bit integers on the CPU.

Windows of speech are decoded in batches. The batched pipeline has no second try, and leaves out what
follows a window's last timestamp: a window whose text repeats itself or is improbable is heard once more
alone, with faster-whisper's usual temperatures, and speech at the end of a window that got no words is
heard as a window of its own. Decoding is greedy, as with the whisper engine. With a stated language no
other is looked for, because that would cost as much again as the windows it is looked for in.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel, available_models, download_model
from faster_whisper.tokenizer import _LANGUAGE_CODES

from ingest.alignment import settle
from ingest.engines import Description, Request
from ingest.engines.language import Ballot, pick_windows
from ingest.engines.pieces import Piece, join_pieces
from ingest.errors import EngineError, WeightsMissing
from ingest.files import hash_file
from ingest.run import SAMPLE_RATE, Region, Run
from ingest.windows import cut_windows, find_quietest, place_words

DEFAULT_MODELS = {"cpu": "small", "cuda": "turbo"}
COMPUTE = {"cpu": "int8", "cuda": "float16"}
BATCH = {"cpu": 8, "cuda": 16}  # windows decoded at once
SLOT = 30  # seconds that each window of a batch takes up
MAX_COMPRESSION = 2.4  # as in faster-whisper: a text that shrinks more repeats itself
MIN_LOGPROB = -1.0  # average log probability of a token below which a text is not believed
MIN_REST = 1.0  # seconds of speech without words at the end of a window that are heard again
WEIGHTS = "model.bin"
NEEDED = (WEIGHTS, "config.json", "tokenizer.json")
OPTIONS = {"beam_size": 1, "word_timestamps": True}
_REMEDY = (
    "Bring the converted model from another machine and name its folder with --model DIR, "
    "or use another --engine"
)


class FasterWhisperEngine:
    """Recognises with faster-whisper; see `ingest.engines.Engine`.

    model   a name that faster-whisper knows, downloaded when needed, or a folder with a converted model
    device  "cpu", "cuda", "cuda:1", …; "" takes cuda when there is one
    """

    def __init__(self, model: str, device: str, threads: int) -> None:
        self.device = _choose_device(device)
        self.kind = self.device.partition(":")[0]
        self.name = model or DEFAULT_MODELS[self.kind]
        self.threads = threads
        self.folder: Path | None = None  # None for a published model until its weights are found
        self.sha256 = ""
        self.model: Any = None  # loaded when the first clip comes
        path = Path(self.name)
        if path.is_dir():
            self.name, self.folder = path.resolve().name, path
            lacking = [name for name in NEEDED if not (path / name).is_file()]
            if lacking:
                raise EngineError(
                    f"faster-whisper: {path} is no converted model, it lacks {', '.join(lacking)}; "
                    "correct --model"
                )
        elif self.name not in available_models():
            if path.suffix == ".pt" or path.name != self.name:
                raise EngineError(
                    f"faster-whisper: there is no folder {self.name} with a converted model; correct --model"
                )
            names = ", ".join(available_models())
            raise EngineError(
                f"faster-whisper: there is no model {self.name}; choose from {names}, or name a folder"
            )

    @classmethod
    def describe(cls) -> Description:
        device = _choose_device("")
        return Description(
            version("faster-whisper"),
            device,
            DEFAULT_MODELS[device],
            tuple(name for name in available_models() if _find_weights(name)),
        )

    def recognise(self, request: Request) -> Run:
        """Hear the words of one clip; the script is not looked at."""
        if self.model is None:
            self._load()
        self._check_language(request.language)
        windows = cut_windows(request.speech, request.duration, find_quietest(request.recording))
        ballot = Ballot(request.language if self.model.model.is_multilingual else "en")
        try:
            if ballot.is_open:
                asked = pick_windows(windows)
                votes = [self._detect(request.recording.read(*window)) for window in asked]
                ballot.choose(votes)
                for window, vote in zip(asked, votes, strict=True):
                    ballot.count(window, vote)
            heard = sorted(self._hear(request, windows, ballot.language), key=lambda each: each[0])
        except RuntimeError as error:
            if "out of memory" not in str(error).lower():
                raise
            raise EngineError(
                f"faster-whisper: {self.device} has not enough memory for model {self.name}; "
                "use a smaller --model or --device cpu"
            ) from error
        words = join_pieces(pieces for _, segments in heard for pieces in segments)
        return Run(
            engine="faster-whisper",
            version=version("faster-whisper"),
            model=self.name,
            checkpoint_sha256=self.sha256,
            language=ballot.language,
            duration=request.duration,
            speech=request.speech,
            words=settle(place_words(words, request.speech), request.duration),
            parameters=OPTIONS
            | {"compute_type": COMPUTE[self.kind], "device": self.device, "language": request.language}
            | ({"vocabulary": list(request.vocabulary)} if request.vocabulary else {}),
            language_probability=ballot.probability,
            languages=ballot.shares,
        )

    def _load(self) -> None:
        if self.folder is None:
            self.folder = _fetch_weights(self.name)
        self.sha256 = hash_file(self.folder / WEIGHTS)
        _, _, index = self.device.partition(":")
        try:
            self.model = WhisperModel(
                str(self.folder),
                device=self.kind,
                device_index=int(index or 0),
                compute_type=COMPUTE[self.kind],
                cpu_threads=self.threads or _count_cores(),
            )
        except (RuntimeError, ValueError, OSError, LookupError) as error:
            reason = (str(error) or type(error).__name__).strip().splitlines()[0]
            raise EngineError(
                f"faster-whisper: {self.folder} is not a converted model ({reason}); name another --model"
            ) from error

    def _check_language(self, language: str) -> None:
        """raises  EngineError when the model does not hear the language that was asked for"""
        if language and language not in _LANGUAGE_CODES:
            raise EngineError(f"faster-whisper: it does not know the language {language!r}; leave it out")
        if not self.model.model.is_multilingual and language not in ("", "en"):
            raise EngineError(
                f"faster-whisper: model {self.name} hears English only, and this clip is in "
                f"{language!r}; use a --model without .en in its name"
            )

    def _detect(self, samples: np.ndarray) -> dict[str, float]:
        _, _, shares = self.model.detect_language(samples)
        return dict(shares)

    def _hear(
        self, request: Request, windows: Iterable[Region], language: str
    ) -> Iterator[tuple[Region, list[list[Piece]]]]:
        """The segments of each window, at their times in the clip; not quite in order."""
        options = OPTIONS | {"language": language, "hotwords": ", ".join(request.vocabulary) or None}
        pipeline = BatchedInferencePipeline(self.model)
        waiting = list(windows)
        size = BATCH[self.kind]
        while waiting:
            batch, waiting = waiting[:size], waiting[size:]
            for (start, end), found in zip(
                batch, self._hear_batch(pipeline, request, batch, options), strict=True
            ):
                if any(_is_doubtful(segment) for segment in found):
                    samples = request.recording.read(start, end)
                    alone, _ = self.model.transcribe(samples, condition_on_previous_text=False, **options)
                    found = list(alone)
                segments = [
                    [Piece(w.word, start + w.start, start + w.end, w.probability) for w in segment.words]
                    for segment in found
                ]
                last = max((piece.end for pieces in segments for piece in pieces), default=start)
                unheard = sum(max(0.0, min(end, b) - max(last, a)) for a, b in request.speech)
                if unheard >= MIN_REST and last - start >= MIN_REST:
                    waiting.insert(0, (last, end))
                yield (start, end), segments
                request.progress(end)

    def _hear_batch(
        self, pipeline: Any, request: Request, windows: Sequence[Region], options: dict[str, Any]
    ) -> list[list[Any]]:
        """faster-whisper's segments of each window, timed from its start."""
        samples = np.zeros(len(windows) * SLOT * SAMPLE_RATE, np.float32)
        clips = []
        for n, window in enumerate(windows):
            sound = request.recording.read(*window)[: SLOT * SAMPLE_RATE]
            samples[n * SLOT * SAMPLE_RATE :][: len(sound)] = sound
            clips.append({"start": n * SLOT, "end": n * SLOT + len(sound) / SAMPLE_RATE})
        segments, _ = pipeline.transcribe(
            samples, clip_timestamps=clips, without_timestamps=False, batch_size=len(windows), **options
        )
        found: list[list[Any]] = [[] for _ in windows]
        for segment in segments:
            n = segment.seek // (SLOT * self.model.frames_per_second)
            for word in segment.words:
                word.start, word.end = word.start - n * SLOT, word.end - n * SLOT
            found[n].append(segment)
        return found


def _is_doubtful(segment: Any) -> bool:
    return bool(segment.compression_ratio > MAX_COMPRESSION or segment.avg_logprob < MIN_LOGPROB)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _choose_device(device: str) -> str:
    """raises  EngineError when the device is not here or CTranslate2 cannot use it"""
    present = ctranslate2.get_cuda_device_count()
    kind, _, number = device.partition(":")
    if kind not in ("", "cpu", "cuda") or (number and not number.isdecimal()):
        raise EngineError(f"faster-whisper: there is no device {device}; use --device cpu or cuda")
    if kind == "cuda" and int(number or 0) >= present:
        raise EngineError(
            f"faster-whisper: this machine has no device {device} that CTranslate2 can use; use --device cpu"
        )
    return device or ("cuda" if present else "cpu")


def _find_weights(name: str) -> Path | None:
    """The folder of a published model in Hugging Face's cache."""
    try:
        folder = Path(download_model(name, local_files_only=True))
    except (OSError, ValueError):
        return None
    return folder if all((folder / needed).is_file() for needed in NEEDED) else None


def _fetch_weights(name: str) -> Path:
    """raises  WeightsMissing when they are not here and cannot be downloaded"""
    if folder := _find_weights(name):
        return folder
    try:
        return Path(download_model(name))
    except Exception as error:  # the hub's client changes its network library, and with it the errors
        reason = (str(error.__cause__ or error) or type(error).__name__).strip().splitlines()[0]
        raise WeightsMissing(
            f"faster-whisper model {name}: its weights are not on this machine and could not be downloaded "
            f"({reason}). {_REMEDY}"
        ) from error
