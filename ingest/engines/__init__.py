"""Engines: programs that turn sound into words with times.

An engine is found through the entry point group `airquote.engines`, so another package adds one
by declaring it in its own pyproject.toml; nothing here has to know it:

    [project.entry-points."airquote.engines"]
    my-engine = "my_package:MyEngine"

Importing this module loads none of them. A run is a pure function of the request and of how the
engine was made, so that it can later happen on another machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from ingest.errors import EngineError

if TYPE_CHECKING:
    from ingest.audio import Recording
    from ingest.run import Region, Run

GROUP = "airquote.engines"
EXTRAS = {"whisper": "whisper", "faster-whisper": "faster-whisper", "pocketsphinx": "offline"}


def _ignore(seconds: float) -> None:
    pass


@dataclass(frozen=True)
class Request:
    """What an engine is asked to recognise.

    recording   the sound: `read(start, end)` gives float32, mono, 16 kHz, -1 to 1; times in seconds
    speech      where voice activity was found, as in `Run.speech`
    language    ISO 639-1 code when known, else ""
    script      the published text when there is one, else ""; an engine may use or ignore it
    vocabulary  names and terms that may be heard; an engine may use or ignore them
    progress    called now and then with the seconds that have been heard so far
    """

    recording: Recording
    speech: tuple[Region, ...]
    language: str = ""
    script: str = ""
    vocabulary: tuple[str, ...] = ()
    progress: Callable[[float], None] = field(default=_ignore, repr=False, compare=False)

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.recording.duration


@dataclass(frozen=True)
class Description:
    """What an engine has here, for `ingest engines`.

    device   where it would run unless told otherwise
    default  the model it would take there
    models   the models whose weights are on this machine already
    """

    version: str
    device: str
    default: str = ""
    models: tuple[str, ...] = ()


class Engine(Protocol):
    """Made once a process, with what the user named: model and device "" and threads 0 when nothing.

    It may have a classmethod `describe() -> Description`, for `ingest engines`.
    """

    def __init__(self, model: str, device: str, threads: int) -> None: ...

    def recognise(self, request: Request) -> Run:
        """Hear the words of one clip.

        raises  EngineError when the engine cannot run here; the message names the remedy
        """
        ...


def list_engines() -> list[str]:
    """The names of all engines that are declared, whether or not what they need is installed."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def get_engine(name: str, model: str = "", device: str = "", threads: int = 0) -> Engine:
    """Load an engine.

    raises  EngineError when there is none of that name, or what it needs is not installed
    """
    return _load(name)(model, device, threads)


def describe_engine(name: str) -> Description | None:
    """What an engine has here; None when it does not tell.

    raises  EngineError when it cannot run here
    """
    describe = getattr(_load(name), "describe", None)
    return describe() if describe else None


def _load(name: str) -> type[Engine]:
    for point in entry_points(group=GROUP, name=name):
        try:
            engine: type[Engine] = point.load()
        except ModuleNotFoundError as error:
            extra = EXTRAS.get(name)
            remedy = f"pip install 'airquote[{extra}]'" if extra else f"pip install {error.name}"
            raise EngineError(
                f"engine {name}: the package {error.name} is not installed; {remedy}, "
                "or choose another --engine"
            ) from error
        return engine
    raise EngineError(f"engine {name}: there is none of that name; choose from {', '.join(list_engines())}")
