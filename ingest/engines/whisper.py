"""The whisper engine: openai-whisper as it is, with its words put in order.

`condition_on_previous_text` is off: on, a long clip falls into repetition loops (word error rate
58 % against 2 % on our test checkpoint). Given up: consistent spelling of names between windows.
Nothing that Whisper says is left out here, not even what it invents in silence; that is judged,
and shown, later.
"""

from __future__ import annotations

import http.client
import os
import pickle
import socket
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from whisper.tokenizer import LANGUAGES

from ingest.alignment import settle
from ingest.engines import SAMPLE_RATE, Request
from ingest.errors import EngineError, WeightsMissing
from ingest.files import hash_file
from ingest.run import Run
from ingest.words import Word, is_spoken, is_unspaced

DEFAULT_MODEL = "base"  # the largest that keeps ahead of the clock on an ordinary laptop, 145 MB
TIMEOUT = 20.0  # seconds without a byte, after which a download has failed
WINDOW = 30  # seconds that Whisper hears at once
LANGUAGE_WINDOWS = 3  # stretches of speech that are asked for the language; the first may be music
OPTIONS = {"word_timestamps": True, "condition_on_previous_text": False}
_REMEDY = "Bring the file from another machine and name it with --model FILE.pt, or use another --engine"


class WhisperEngine:
    """Recognises with openai-whisper; see `ingest.engines.Engine`.

    model   a name that whisper knows, downloaded when needed, or a checkpoint file
    device  "cpu", "cuda", "cuda:1", …; "" takes cuda when there is one
    """

    def __init__(self, model: str, device: str) -> None:
        self.device = _choose_device(device)
        self.name = model or DEFAULT_MODEL
        self.file: Path | None = None  # None for a stock model until its weights are found
        self.sha256 = ""
        self.model: Any = None  # loaded when the first clip comes
        path = Path(self.name)
        if path.is_file():
            self.name, self.file = path.name, path
        elif self.name not in whisper.available_models():
            if path.suffix or path.name != self.name:
                raise EngineError(f"whisper: there is no checkpoint file {self.name}; correct --model")
            names = ", ".join(whisper.available_models())
            raise EngineError(
                f"whisper: there is no model {self.name}; choose from {names}, or name a FILE.pt"
            )

    def recognise(self, request: Request) -> Run:
        """Hear the words of one clip; the script is not looked at."""
        if self.model is None:
            self._load()
        language = self._choose_language(request)
        options = OPTIONS | {"language": language, "fp16": self.device.startswith("cuda")}
        samples = np.ascontiguousarray(request.samples, dtype=np.float32)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # FP16 on a cpu, Triton without a compiler
            try:
                heard = self.model.transcribe(samples, verbose=None, **options)
            except torch.cuda.OutOfMemoryError as error:
                raise EngineError(
                    f"whisper: {self.device} has not enough memory for model {self.name}; "
                    "use a smaller --model or --device cpu"
                ) from error
        duration = request.duration
        return Run(
            engine="whisper",
            version=version("openai-whisper"),
            model=self.name,
            checkpoint_sha256=self.sha256,
            language=heard["language"],
            duration=duration,
            speech=request.speech,
            words=settle(_clean_words(heard["segments"]), duration),
            parameters=options | {"device": self.device, "language": request.language},
        )

    def _load(self) -> None:
        if self.file is None:
            self.file = _fetch_weights(self.name)
        self.sha256 = hash_file(self.file)
        self.model = _load_checkpoint(self.file, self.sha256, self.device)

    def _choose_language(self, request: Request) -> str:
        """The language asked for, or the one heard where there is speech.

        Whisper itself listens to the first 30 s only, which are music in many a broadcast.
        """
        if request.language and request.language not in LANGUAGES:
            raise EngineError(f"whisper: it does not know the language {request.language!r}; leave it out")
        if not self.model.is_multilingual:
            if request.language not in ("", "en"):
                raise EngineError(
                    f"whisper: model {self.name} hears English only, and this clip is in "
                    f"{request.language!r}; use a --model without .en in its name"
                )
            return "en"
        return request.language or self._detect_language(request)

    def _detect_language(self, request: Request) -> str:
        starts = [start for start, _ in request.speech] or [0.0]
        chosen = {starts[n * len(starts) // LANGUAGE_WINDOWS] for n in range(LANGUAGE_WINDOWS)}
        sums: dict[str, float] = {}
        for start in sorted(chosen):
            first = int(start * SAMPLE_RATE)
            window = whisper.pad_or_trim(request.samples[first : first + WINDOW * SAMPLE_RATE])
            mel = whisper.log_mel_spectrogram(window, self.model.dims.n_mels).to(self.model.device)
            _, shares = self.model.detect_language(mel)
            for language, share in shares.items():
                sums[language] = sums.get(language, 0.0) + share
        return max(sums, key=lambda language: sums[language])


def _clean_words(segments: Sequence[dict[str, Any]]) -> list[Word]:
    """Whisper's pieces as words: "-term" joins the word before it, a lone dash too.

    In scripts that write no spaces each piece stays a word.
    """
    words: list[Word] = []
    for segment in segments:
        fresh = True  # the first piece of a segment begins a word, space or not
        for piece in segment.get("words", ()):
            text, start, end = piece["word"].strip(), float(piece["start"]), float(piece["end"])
            probability = min(1.0, max(0.0, float(piece["probability"])))
            apart = fresh or piece["word"][:1].isspace() or (text and _is_apart(words[-1].text, text))
            if not text or (not words and not is_spoken(text)):
                continue
            if words and not (apart and is_spoken(text)):
                last = words.pop()
                gap = " " if fresh or piece["word"][:1].isspace() else ""
                text, start = last.text + gap + text, last.start
                end = end if is_spoken(piece["word"]) else last.end
                probability = min(probability, last.probability or 0.0)
            words.append(Word(text, start, end, probability))
            fresh = False
    return words


def _is_apart(before: str, after: str) -> bool:
    """Whether two pieces without a space between them are words of their own."""
    spoken = [c for c in before if c.isalnum()]
    return is_unspaced(after[0]) or bool(spoken and is_unspaced(spoken[-1]))


def _choose_device(device: str) -> str:
    """raises  EngineError when the device is not here or whisper cannot use it"""
    present = torch.cuda.is_available()
    kind, _, number = device.partition(":")
    if kind not in ("", "cpu", "cuda") or (number and not number.isdecimal()):
        raise EngineError(f"whisper: there is no device {device}; use --device cpu or cuda")
    if kind == "cuda" and (not present or (number and int(number) >= torch.cuda.device_count())):
        raise EngineError(
            f"whisper: this machine has no device {device}, or torch was built without; use --device cpu"
        )
    return device or ("cuda" if present else "cpu")


def _load_checkpoint(file: Path, sha256: str, device: str) -> whisper.Whisper:
    """raises  EngineError when the file is no checkpoint"""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = whisper.load_model(str(file), device=device)
    except torch.cuda.OutOfMemoryError as error:
        raise EngineError(
            f"whisper: {device} has not enough memory for {file.name}; use --device cpu"
        ) from error
    except (RuntimeError, pickle.UnpicklingError, EOFError, LookupError, TypeError, OSError) as error:
        reason = (str(error) or type(error).__name__).strip().split(". ")[0].splitlines()[0]
        raise EngineError(
            f"whisper: {file} is not a whisper checkpoint ({reason}); name another --model"
        ) from error
    for name, url in whisper._MODELS.items():
        if url.split("/")[-2] == sha256:  # a stock model knows which of its heads tell the time
            model.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])
    return model


def _fetch_weights(name: str) -> Path:
    """The file with a stock model's weights, from whisper's cache or its site.

    Whisper's own download writes straight into the cache, so that a broken one stays there: it is
    sent to a folder of its own, and only a whole file moves into the cache.

    raises  WeightsMissing when they are not here and cannot be downloaded
    """
    url: str = whisper._MODELS[name]
    sha256, basename = url.split("/")[-2:]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    file = home / "whisper" / basename
    if file.is_file() and hash_file(file) == sha256:
        return file
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix="download-") as folder, _patience(TIMEOUT):
            Path(whisper._download(url, folder, in_memory=False)).replace(file)
    except (OSError, RuntimeError, TypeError, http.client.HTTPException) as error:
        reason = str(getattr(error, "reason", "") or error) or type(error).__name__
        raise WeightsMissing(
            f"whisper model {name}: its weights are not on this machine and could not be downloaded "
            f"({reason}). {_REMEDY}"
        ) from error
    return file


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Let connections made meanwhile fail after so many seconds without an answer."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
