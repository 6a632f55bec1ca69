"""Hearing: from a recording and its published text to a run, the words that were said.

`hear` depends on nothing but its task and the engine, and writes nothing: it can be called in another
process or on another machine. Which way is taken depends on what this machine has:

    whisper's weights are here or can be had   whisper hears the clip; a published text takes its times
    they are not, a published English text is  pocketsphinx hears it, guided by that text
    they are not, the text is not English      the text is spread over the speech that was found
    they are not, and there is no text         the clip fails, with the remedies
    `--engine none`                            nobody listens; a text keeps its own times, or is spread
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.coverage import SERIOUS_HOLE, SHORTEST_HOLE, find_holes
from ingest.engines import Engine, Request, get_engine
from ingest.errors import EngineError
from ingest.formats import Document
from ingest.lines import make_run
from ingest.peaks import make_peaks
from ingest.published import has_word_times, is_timed
from ingest.run import Region, Run

if TYPE_CHECKING:
    from ingest.audio import Recording
    from ingest.fingerprint import Fingerprint

DEFAULT_ENGINE = "whisper"
OFFLINE_ENGINE = "pocketsphinx"
NO_ENGINE = "none"  # asked for where a text's own times will do
OFFLINE_LANGUAGES = ("", "en")  # what the offline engine hears; "" is unknown, and tried
SPEECH_ONLY = "silero-vad"  # named as the engine where the text was spread over the speech


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be heard.

    document    the text that exists already; language: "" when nobody states it
    vocabulary  names and terms that may come up
    again       to be heard even where its sound is known
    """

    audio: Path
    document: Document | None = None
    language: str = ""
    vocabulary: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a task.

    samples_sha256  of the decoded sound
    fingerprint     what it sounds like, see fingerprint.py; peaks: how loud it is, see peaks.py
    duration        in seconds
    run             None where the sound is known, and nobody listened
    """

    samples_sha256: str
    fingerprint: Fingerprint
    peaks: bytes
    duration: float
    run: Run | None


class Listener:
    """Hears one recording after the other; models are loaded once, when first needed.

    engine, model, device, threads  as on the command line; engine "" is the default with its stand-ins
    warn                            is called with each line that a person should read
    """

    def __init__(
        self, engine: str, model: str, device: str, threads: int, warn: Callable[[str], None]
    ) -> None:
        self.engine = engine
        self.model = model
        self.device = device
        self.threads = threads
        self.warn = warn
        self.loaded: dict[str, Engine] = {}
        self.missing: EngineError | None = None  # why the default engine cannot run here

    def take(
        self,
        task: Task,
        is_known: Callable[[str, Fingerprint], bool] = lambda samples_sha256, fingerprint: False,
        progress: Callable[[float, float], None] = lambda heard, duration: None,
    ) -> Heard:
        """Decode a recording, find its speech, and hear it.

        is_known  whether a sound with this SHA-256 and fingerprint is in the archive; it is not heard then
        progress  is called with the seconds that were heard, and the duration
        raises    AudioError when it cannot be decoded, EngineError when no engine can hear it
        """
        recording, speech = load_sound(task.audio)
        with recording:
            from ingest.fingerprint import make_fingerprint

            for line in recording.warnings:
                self.warn(f"{task.audio}: {line}")
            sound = recording.sha256, make_fingerprint(recording)
            measured = (*sound, make_peaks(recording), recording.duration)
            if not task.again and is_known(*sound):
                return Heard(*measured, None)
            return Heard(*measured, self._hear(task, recording, speech, progress))

    def _hear(
        self,
        task: Task,
        recording: Recording,
        speech: tuple[Region, ...],
        progress: Callable[[float, float], None],
    ) -> Run:
        duration, document = recording.duration, task.document
        progress(0.0, duration)
        if document and has_word_times(document) and not self.engine:
            return make_run(document, duration, speech, task.language)
        script = "\n\n".join(line.text for line in document.lines) if document else ""
        return self._listen(
            task,
            Request(
                recording, speech, task.language, script, task.vocabulary,
                progress=lambda heard: progress(heard, duration),
            ),
        )  # fmt: skip

    def _listen(self, task: Task, request: Request) -> Run:
        """Let an engine hear it; where none can, a text keeps the times that it states."""
        try:
            return self.hear(task.audio, request)
        except EngineError as error:
            if task.document and is_timed(task.document) and not self.engine:
                self.warn(f"{task.audio}: {error}")
                self.warn(f"{task.audio}: its imported text keeps its own times")
                return make_run(task.document, request.duration, request.speech, request.language)
            raise EngineError(f"{task.audio}: {error}") from error

    def hear(self, path: Path, request: Request) -> Run:
        """Let an engine hear a recording.

        raises  EngineError when none can
        """
        run = self._fill_holes(self._recognise(path, request), request)
        if run.languages:
            shares = ", ".join(f"{language} {share:.0%}" for language, share in run.languages.items())
            self.warn(
                f"{path}: more than one language is spoken in it ({shares}); it was heard as {run.language}"
            )
        return replace(run, made=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")

    def _fill_holes(self, run: Run, request: Request) -> Run:
        """Hear once more where much was said and no word came out: cut otherwise, it may be heard."""
        holes = find_holes(run.speech, run.words, SERIOUS_HOLE)
        pieces = [(max(a, c), min(b, d)) for a, b in run.speech for c, d in holes]
        unheard = tuple((start, end) for start, end in pieces if end - start >= SHORTEST_HOLE)
        if not unheard or run.engine not in self.loaded:
            return run
        again = self.loaded[run.engine].recognise(replace(request, speech=unheard))
        found = [word for word in again.words if any(start <= word.start < end for start, end in unheard)]
        if not found:
            return run
        words = tuple(sorted((*run.words, *found), key=lambda word: word.start))
        spans = [[round(start, 2), round(end, 2)] for start, end in unheard]
        return replace(run, words=words, parameters=run.parameters | {"heard_twice": spans})

    def _recognise(self, path: Path, request: Request) -> Run:
        if self.engine == NO_ENGINE:
            if not request.script:
                raise EngineError("nobody listens and there is no text; name an --engine, or a --script")
            return _hear_nothing(request)
        if self.engine:
            return self._load(self.engine).recognise(request)
        try:
            if self.missing:
                raise self.missing
            return self._load(DEFAULT_ENGINE).recognise(request)
        except EngineError as error:
            if self.model or not request.script:
                raise
            if not self.missing:
                self.warn(str(error))
            self.missing = error
        if request.language in OFFLINE_LANGUAGES:
            self.warn(f"{path}: its published text is timed with {OFFLINE_ENGINE} instead")
            return self._load(OFFLINE_ENGINE).recognise(request)
        self.warn(
            f"{path}: no offline engine hears {request.language!r}; its published text is spread "
            "over the speech, with times that are marked as inferred"
        )
        return _hear_nothing(request)

    def _load(self, name: str) -> Engine:
        if name not in self.loaded:
            model = self.model if name == (self.engine or DEFAULT_ENGINE) else ""
            self.loaded[name] = get_engine(name, model, self.device, self.threads)
        return self.loaded[name]


def _hear_nothing(request: Request) -> Run:
    return Run(SPEECH_ONLY, "", "", "", request.language, request.duration, request.speech, ())


def load_sound(path: Path) -> tuple[Recording, tuple[Region, ...]]:
    """Give the sound of a file, which is to be closed after use, and where somebody speaks in it.

    raises  AudioError when it cannot be decoded, EngineError when the decoder is not installed
    """
    try:
        from ingest.audio import load_audio
        from ingest.speech import find_speech
    except ModuleNotFoundError as error:
        raise EngineError(f"the package {error.name} is missing; pip install 'airquote[audio]'") from error
    recording = load_audio(path)
    try:
        return recording, find_speech(recording)
    except BaseException:
        recording.close()
        raise
