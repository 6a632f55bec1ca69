"""Material: what is known about a source before anybody listens to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.chapters import Chapter
from ingest.entry import Entry
from ingest.errors import SourceError
from ingest.facts import Facts, clean_text, load_sidecar, merge_facts
from ingest.files import hash_file
from ingest.formats import Document
from ingest.published import Published, read_published
from ingest.sources import PAGES, Source
from ingest.tags import read_chapters, read_tags
from ingest.web.page import load_page


@dataclass(frozen=True, slots=True)
class Material:
    """Facts with their origins, the text that exists already, and what identifies the recording.

    sha256          of the recording's bytes, "" where there is no recording
    chapters        as its feed states them, else the recording's own file
    samples_sha256  of its decoded sound, "" until it is decoded
    """

    facts: Facts
    origins: dict[str, str]
    published: Published | None
    sha256: str
    chapters: tuple[Chapter, ...] = ()
    samples_sha256: str = ""

    @property
    def language(self) -> str:
        """The language that somebody stated, "" when an engine only heard it and may hear it again."""
        if self.origins.get("language", "").startswith("engine"):
            return ""
        return self.facts.language.replace("_", "-").split("-")[0].lower()

    def read_text(self, name: str) -> Document | None:
        """What the text holds, None when there is none.

        raises  ScriptError when it cannot be read
        """
        return read_published(self.published, name, self.facts.speakers) if self.published else None


def gather(
    source: Source, stated: Facts, script: Path | None = None, offset: float | None = None
) -> Material:
    """Collect the facts and the text of a source that is here, and where each fact comes from.

    stated  the facts of the command line; script: the text named there, offset: seconds for its times
    raises  AirquoteError naming the file and the remedy
    """
    try:
        str(source.path).encode()
    except UnicodeEncodeError as error:
        raise SourceError(f"{source.path}: its name is not UTF-8; rename it") from error
    entry = source.entry
    if offset is None:
        offset = entry.offset or 0.0
    page = load_page(source.page, entry.page) if source.page else None
    path = script or source.script
    if path and path.suffix.lower() in PAGES:
        page, path = load_page(path), None
    try:
        content = path.read_bytes() if path else page.script.encode() if page else b""
        sha256 = hash_file(source.audio) if source.audio else ""
    except OSError as error:
        raise SourceError(f"{error.filename}: cannot be read: {error.strerror}") from error
    published = Published(content, path.suffix.lower() if path else ".txt", offset) if content else None
    document = read_published(published, str(path)) if published and path else None
    facts, origins = merge_facts(
        {
            "option": _join(stated, entry),
            "manifest": entry.facts if entry.origin == "manifest" else Facts(),
            "feed": entry.facts if entry.origin == "feed" else Facts(),
            "sidecar": load_sidecar(source.sidecar) if source.sidecar else Facts(),
            "page": page.facts if page else Facts(),
            "document": document.facts if document else Facts(),
            "tag": read_tags(source.audio).facts if source.audio else Facts(),
            "file": Facts(title=clean_text(source.path.stem.replace("_", " "), str(source.path))),
        }
    )
    chapters = source.chapters or (read_chapters(source.audio) if source.audio else ())
    return Material(facts, origins, published, sha256, chapters)


def _join(stated: Facts, entry: Entry) -> Facts:
    """What the user states, and the address that he named."""
    return merge_facts({"file": entry.facts, "option": stated})[0] if entry.origin == "option" else stated
