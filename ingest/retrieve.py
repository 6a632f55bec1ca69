"""Retrieve: fetch what a source names by its address, into files that lie where any others would.

Recordings come to clips/, and beside them, under their name, the page and the text that belong to
them: from there on, a clip from the network is a clip like any other. Nothing comes twice: what is
here already is asked for with its validators, and thrown away where its bytes are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ingest.chapters import Chapter, parse_chapters
from ingest.entry import Arrival, Entry
from ingest.errors import SourceError
from ingest.files import save_file
from ingest.network.parts import SUFFIXES
from ingest.network.validators import Validators
from ingest.sightings import find_validators
from ingest.sources import PAGES, TEXTS, Source
from ingest.transcript import FOLDER, Clip, make_slug
from ingest.web.page import Page, parse_page

if TYPE_CHECKING:
    from ingest.network.fetch import Fetcher

HOME = "clips"  # the folder in the archive that recordings from the network come to


@dataclass(frozen=True, slots=True)
class _Text:
    """A page or a text as it came, with the suffix that its file is to have."""

    content: bytes
    suffix: str


class Retriever:
    """Fetches what sources name, for one archive.

    warn  is called with each line that a person should read
    """

    def __init__(self, fetcher: Fetcher, archive: Path, warn: Callable[[str], None]) -> None:
        self.fetcher = fetcher
        self.archive = archive
        self.home = archive / HOME
        self.warn = warn

    def retrieve(self, source: Source, known: Clip | None) -> Source:
        """Give a source whose recording, page and text are files.

        A feed's text or chapters that cannot be fetched are told, and the recording goes on without them.

        known   the clip that it is in the archive as
        raises  SourceError when its recording, or the page or text that the user named, cannot be had
        """
        entry, arrivals, page = source.entry, list[Arrival](), None
        address = entry.audio
        if entry.page:
            page, arrival = self._fetch_page(entry, known)
            arrivals.append(arrival)
            address = address or page.audio
        audio = source.audio
        if address and not audio:
            audio, arrival = self._download(address, entry, known)
            arrivals.append(arrival)
        own = self._find_own(known) if page and arrivals[0].fetched.unchanged and not audio else None
        if own and known and known.audio:
            audio = own
        script = self._fetch_script(entry)
        if not (audio or page or script or source.script or source.page):
            raise SourceError(f"{entry.name}: has no text that can be fetched, and no recording")
        if page and not (audio or own or script or page.script):
            raise SourceError(f"{entry.page}: holds no recording and no text; name the recording itself")
        stem = audio.with_suffix("") if audio else self.home / make_slug(entry.name.partition("://")[2])
        saved = [
            self._save(stem, text, known)
            for text in (script, _Text(arrivals[0].fetched.content, ".html") if page else None)
            if text and text.content
        ]
        if own and own != audio:
            saved.append(own)
        pages = [path for path in saved if path.suffix in PAGES]
        texts = [path for path in saved if path.suffix not in PAGES]
        return replace(
            source,
            audio=audio,
            page=pages[0] if pages else source.page,
            script=texts[0] if texts else None if script else source.script,
            chapters=self._fetch_chapters(entry),
            arrivals=tuple(arrivals),
        )

    def discard(self, source: Source, kept: str) -> None:
        """Throw away what came for a source whose clip goes on with another recording.

        kept  the path of that one in the archive
        """
        for arrival in source.arrivals:
            path = arrival.fetched.path
            if path and path == source.audio and path != self.archive / kept:
                path.unlink(missing_ok=True)

    def _find_own(self, known: Clip | None) -> Path | None:
        """The file that a clip is known by, if it is still here."""
        place = (known.audio or known.document) if known else ""
        return self.archive / place if place and (self.archive / place).is_file() else None

    def _fetch_page(self, entry: Entry, known: Clip | None) -> tuple[Page, Arrival]:
        here = known if self._find_own(known) else None
        validators = self._find_validators("page", entry.page, here)
        fetched = self.fetcher.get(entry.page, known=validators, trusted=entry.trusts(entry.page))
        if fetched.unchanged and known:
            return Page(known.facts, known.facts.audio_url, ""), Arrival("page", entry.page, fetched)
        page = parse_page(fetched.content, fetched.url)
        return page, Arrival("page", entry.page, fetched, page.script)

    def _download(self, url: str, entry: Entry, known: Clip | None) -> tuple[Path, Arrival]:
        """Fetch a recording, unless it is here already."""
        own = self._find_own(known) if known and known.audio else None
        validators = self._find_validators("audio", url, known if own else None)
        self.home.mkdir(parents=True, exist_ok=True)
        fetched = self.fetcher.download(url, self.home, known=validators, trusted=entry.trusts(url))
        arrival = Arrival("audio", url, fetched)
        if fetched.path is None:
            assert own is not None, "only what is here can be unchanged"
            return own, arrival
        if known and own and fetched.sha256 == known.audio_sha256:
            if fetched.path != own:
                fetched.path.unlink()
            return own, arrival
        return fetched.path, arrival

    def _fetch_script(self, entry: Entry) -> _Text | None:
        """The first of the texts that can be fetched.

        raises  SourceError when one that the user named cannot
        """
        for link in entry.scripts:
            try:
                fetched = self.fetcher.get(link.url, trusted=entry.trusts(link.url))
            except SourceError as error:
                if link.needed:
                    raise
                self.warn(f"{error} (the text of {entry.audio or entry.name})")
                continue
            suffix = PurePosixPath(fetched.name).suffix
            stated = SUFFIXES.get(link.type, SUFFIXES.get(fetched.media_type, ".txt"))
            if fetched.content.strip():
                return _Text(fetched.content, suffix if suffix in (*TEXTS, *PAGES) else stated)
            empty = f"{link.url}: is empty"
            if link.needed:
                raise SourceError(f"{empty}; name a text with words")
            self.warn(f"{empty} (the text of {entry.audio or entry.name})")
        return None

    def _fetch_chapters(self, entry: Entry) -> tuple[Chapter, ...]:
        if not entry.chapters_url:
            return entry.chapters
        try:
            url = entry.chapters_url
            return parse_chapters(self.fetcher.get(url, trusted=entry.trusts(url)).content, url)
        except SourceError as error:
            self.warn(f"{error} (the chapters of {entry.audio or entry.name})")
            return entry.chapters

    def _find_validators(self, kind: str, url: str, known: Clip | None) -> Validators:
        return find_validators(self.archive / FOLDER / known.id, kind, url) if known else Validators()

    def _save(self, stem: Path, text: _Text, known: Clip | None) -> Path:
        """Save a text beside its recording; another clip's file of that name is left alone."""
        self.home.mkdir(parents=True, exist_ok=True)
        path, number = stem.with_name(stem.name + text.suffix), 1
        while known is None and path.exists() and path.read_bytes() != text.content:
            number += 1
            path = stem.with_name(f"{stem.name}-{number}{text.suffix}")
        save_file(path, text.content)
        return path
