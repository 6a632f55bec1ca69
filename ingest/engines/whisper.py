"""The whisper engine: openai-whisper's models and decoder, over windows of speech.

Decoding is greedy, as in `whisper.transcribe`; the `whisper` command uses five beams, which cost about
twice the time. Windows know nothing of each other's text: with `condition_on_previous_text` a long clip
falls into repetition loops (word error rate 58 % against 2 % on our test checkpoint). Given up:
consistent spelling of names between windows, and speech that the detector does not take for speech.
"""

from __future__ import annotations

import http.client
import os
import pickle
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import whisper
from whisper.tokenizer import LANGUAGES

from ingest.alignment import settle
from ingest.engines import Description, Request
from ingest.engines.decoding import Decoder
from ingest.engines.language import Ballot, pick_windows
from ingest.engines.pieces import join_pieces
from ingest.errors import EngineError, WeightsMissing
from ingest.files import hash_file
from ingest.run import Run
from ingest.windows import cut_windows, find_quietest, place_words

DEFAULT_MODELS = {"cpu": "base", "cuda": "turbo"}  # what keeps well ahead of the clock there
TIMEOUT = 20.0  # seconds without a byte, after which a download has failed
OPTIONS = {"beam_size": 1, "condition_on_previous_text": False, "windows": "speech"}
_REMEDY = "Bring the file from another machine and name it with --model FILE.pt, or use another --engine"


class WhisperEngine:
    """Recognises with openai-whisper; see `ingest.engines.Engine`.

    model   a name that whisper knows, downloaded when needed, or a checkpoint file
    device  "cpu", "cuda", "cuda:1", …; "" takes cuda when there is one
    """

    def __init__(self, model: str, device: str, threads: int) -> None:
        self.device = _choose_device(device)
        self.name = model or DEFAULT_MODELS[self.device.partition(":")[0]]
        self.threads = threads
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
        _check_language(request.language, self.model.is_multilingual, self.name)
        windows = cut_windows(request.speech, request.duration, find_quietest(request.recording))
        decoder = Decoder(self.model, request.recording.read)
        ballot = Ballot(request.language if self.model.is_multilingual else "en")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Triton without a compiler
            try:
                if ballot.is_open:
                    ballot.choose(decoder.detect_languages(pick_windows(windows)))
                heard = []
                prompt = ", ".join(request.vocabulary)
                for each in decoder.hear(windows, ballot.language, prompt) if windows else ():
                    heard.append(each)
                    ballot.count(each.window, each.languages)
                    request.progress(each.window[1])
            except torch.cuda.OutOfMemoryError as error:
                raise EngineError(
                    f"whisper: {self.device} has not enough memory for model {self.name}; "
                    "use a smaller --model or --device cpu"
                ) from error
        heard.sort(key=lambda each: each.window)
        words = join_pieces(segment for each in heard for segment in each.segments)
        return Run(
            engine="whisper",
            version=version("openai-whisper"),
            model=self.name,
            checkpoint_sha256=self.sha256,
            language=ballot.language,
            duration=request.duration,
            speech=request.speech,
            words=settle(place_words(words, request.speech), request.duration),
            parameters=OPTIONS
            | {"device": self.device, "language": request.language}
            | ({"vocabulary": list(request.vocabulary)} if request.vocabulary else {}),
            language_probability=ballot.probability,
            languages=ballot.shares,
        )

    @classmethod
    def describe(cls) -> Description:
        device = _choose_device("")
        here = (name for name in whisper.available_models() if _cache_file(name).is_file())
        return Description(version("openai-whisper"), device, DEFAULT_MODELS[device], tuple(here))

    def _load(self) -> None:
        if self.threads:
            torch.set_num_threads(self.threads)
        if self.file is None:
            self.file = _fetch_weights(self.name)
        self.sha256 = hash_file(self.file)
        self.model = _load_checkpoint(self.file, self.sha256, self.device)


def _check_language(language: str, multilingual: bool, model: str) -> None:
    """raises  EngineError when the model does not hear the language that was asked for"""
    if language and language not in LANGUAGES:
        raise EngineError(f"whisper: it does not know the language {language!r}; leave it out")
    if not multilingual and language not in ("", "en"):
        raise EngineError(
            f"whisper: model {model} hears English only, and this clip is in "
            f"{language!r}; use a --model without .en in its name"
        )


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
    sha256 = url.split("/")[-2]
    file = _cache_file(name)
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


def _cache_file(name: str) -> Path:
    """Where whisper keeps the weights of a stock model."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    url: str = whisper._MODELS[name]
    return home / "whisper" / url.rpartition("/")[2]


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Let connections made meanwhile fail after so many seconds without an answer."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
