"""Sources: what the user names, turned into recordings with the files that belong to them.

Beside `talk.mp3`, `talk.yml` is its sidecar, `talk.html` its page, and `talk.txt`, `talk.srt`, … the
text that exists already. A text may come without its recording: captions that a folder holds, and
whatever else is named itself.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.chapters import Chapter
from ingest.entry import Arrival, Entry
from ingest.errors import SourceError
from ingest.media import RECORDINGS
from ingest.web.page import load_page, local_audio

if TYPE_CHECKING:
    from ingest.lister import Lister

PAGES = (".html", ".htm", ".xhtml")
CAPTIONS = (".vtt", ".srt", ".ttml", ".dfxp")  # texts with times, which need no recording to be a clip
BESIDE = (".txt", ".md", ".docx", *CAPTIONS)  # texts that belong to a recording of their name, best first
TEXTS = (*BESIDE, ".json", ".csv", ".xml")  # the others may be anything, and count when they are named
COMPANIONS = (".yml", ".yaml", *TEXTS, *PAGES)


@dataclass(frozen=True, slots=True)
class Source:
    """A recording and what belongs to it, or a text without a recording; None where there is nothing.

    entry     what a feed, a manifest or the user of an address says of it
    chapters, arrivals  what came when it was fetched
    """

    audio: Path | None = None
    sidecar: Path | None = None
    page: Path | None = None
    script: Path | None = None
    entry: Entry = field(default_factory=Entry)
    chapters: tuple[Chapter, ...] = ()
    arrivals: tuple[Arrival, ...] = ()

    @property
    def name(self) -> str:
        """What the user may know it by."""
        named = self.entry.name if self.entry.is_remote else ""
        return named or str(self.path)

    @property
    def path(self) -> Path:
        """The file that the clip is known by; only of a source that is here."""
        path = self.audio or self.script or self.page
        assert path is not None, "a source has a recording, a text or a page"
        return path

    @property
    def key(self) -> object:
        """What tells it apart from others that were named."""
        return self.path.resolve() if self.audio or self.script else (self.entry.guid, self.entry.name)


def find_sources(names: Iterable[str], lister: Lister | None = None) -> Iterator[Source | SourceError]:
    """Find what is behind files, folders, globs, pages, feeds and addresses, each once, in order.

    A name that gives nothing yields a SourceError in its place, so that the rest can go on.

    lister  reads feeds, manifests and what is on the network; None where only files count
    """
    seen: set[object] = set()
    for name in names:
        try:
            for source in _find(name, lister):
                if isinstance(source, SourceError) or source.key not in seen:
                    seen.add(source if isinstance(source, SourceError) else source.key)
                    yield source
        except SourceError as error:
            yield error
        except OSError as error:
            yield SourceError(f"{name}: cannot be read: {error.strerror}")


def is_address(name: str) -> bool:
    """Whether a name is an address on the network.

    >>> is_address("https://e.org/a.mp3"), is_address("s3://bucket/a.mp3"), is_address("C:/a.mp3")
    (True, True, False)
    """
    return re.match(r"[a-z][a-z0-9+.-]+://", name, re.IGNORECASE) is not None


def _find(name: str, lister: Lister | None) -> Iterable[Source | SourceError]:
    if is_address(name):
        if lister is None:
            raise SourceError(f"{name}: is on the network; download the file and name it")
        return lister.find(name)
    path = Path(name)
    if not name.strip():
        raise SourceError("an empty name: name a file or a folder")
    if path.is_dir():
        return _find_in_folder(path)
    if path.is_file():
        return (lister and lister.find_in_file(path)) or [_find_file(path)]
    if path.exists():
        raise SourceError(f"{name}: is neither a file nor a folder; name a recording")
    matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - takes absolute patterns too
    found = [match for match in matches if match != name and Path(match).exists()]
    if not found:
        raise SourceError(f"{name}: there is no such file or folder")
    return (source for match in found for source in _find(match, lister))


def _find_file(path: Path) -> Source:
    if path.suffix.lower() not in COMPANIONS:
        return add_companions(path)
    beside = [p for p in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")) if _is_recording(p)]
    if beside:
        return add_companions(beside[0], text=path if path.suffix.lower() in TEXTS else None)
    if path.suffix.lower() in TEXTS:
        return add_companions(None, text=path)
    if path.suffix.lower() not in PAGES:
        raise SourceError(f"{path}: there is no recording named {path.stem} beside it; name the audio file")
    address = load_page(path).audio
    audio = local_audio(path, address)
    if audio is None and is_address(address):
        return Source(None, page=path, entry=Entry("page", audio=address))
    if audio is None:
        raise SourceError(f"{path}: names no recording; put one beside the page as {path.stem}.mp3")
    if not audio.is_file():
        raise SourceError(f"{path}: plays {address}, which is not there; put the recording beside the page")
    return add_companions(audio, page=path)


def _find_in_folder(folder: Path) -> list[Source | SourceError]:
    files = sorted(p for p in folder.rglob("*") if not _is_hidden(p.relative_to(folder)) and p.is_file())
    clips = {path.parent for path in files if path.name == "clip.yml"}  # an archive's own folders
    files = [path for path in files if clips.isdisjoint(path.parents)]
    found: list[Source | SourceError] = []
    pages: dict[Path, Path] = {}  # recordings that a page of another name plays
    for path in files:
        try:
            if path.suffix.lower() in PAGES and (audio := local_audio(path, load_page(path).audio)):
                pages[audio.resolve()] = path
        except SourceError as error:
            found.append(error)
    recordings = [path for path in files if _is_recording(path)]
    found += [add_companions(path, pages.get(path.resolve())) for path in recordings]
    timed = {path.with_suffix("") for path in recordings}
    alone = [path for path in files if path.suffix.lower() in CAPTIONS and path.with_suffix("") not in timed]
    found += [add_companions(None, text=path) for path in alone]
    if not found:
        raise SourceError(
            f"{folder}: holds no recordings and no captions; name a folder with audio or video files"
        )
    return found


def add_companions(audio: Path | None, page: Path | None = None, text: Path | None = None) -> Source:
    """Add what lies beside a recording, or beside a text that has none."""
    path = audio or text
    assert path is not None

    def beside(*suffixes: str) -> Path | None:
        return next((p for s in suffixes if (p := path.with_suffix(s)).is_file() and p != path), None)

    return Source(audio, beside(".yml", ".yaml"), beside(*PAGES) or page, text or beside(*BESIDE))


def _is_recording(path: Path) -> bool:
    return path.suffix.lower() in RECORDINGS


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
