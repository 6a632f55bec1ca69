"""Lister: the sources behind lists and addresses: a feed's items, a manifest's rows, a page, a recording.

A feed and its further pages are read at once; what they lead to is fetched when its turn comes (see
retrieve.py), so that a feed of a thousand items can be listed without a single recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.entry import Entry
from ingest.errors import FetchError, SourceError
from ingest.facts import Facts
from ingest.media import RECORDINGS
from ingest.sources import TEXTS, Source, add_companions, is_address
from ingest.web.links import Link

if TYPE_CHECKING:
    from ingest.manifest import Row
    from ingest.network.fetch import Fetcher
    from ingest.web.feed import Item

MOST_PAGES = 100  # of one feed
LASTING = 16  # characters from which a guid is taken to be the only one of its kind
FEEDS = (".xml", ".rss", ".atom")  # files that may be feeds …
MANIFESTS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".yml", ".yaml")  # … and manifests


class Lister:
    """Lists sources.

    since   EDTF; items of feeds before it are passed over, "" for none
    limit   items of a feed at most; None for all
    warn    is called with each line that a person should read
    """

    def __init__(
        self, fetcher: Fetcher, warn: Callable[[str], None], since: str = "", limit: int | None = None
    ) -> None:
        self.fetcher = fetcher
        self.warn = warn
        self.since = since
        self.limit = limit

    def find(self, url: str) -> Iterator[Source | SourceError]:
        """The sources behind an address.

        raises  SourceError when it cannot be fetched, or leads to nothing that can be taken in
        """
        from ingest.web.feed import is_feed

        found = self.fetcher.look(url, trusted=True)
        suffix = PurePosixPath(found.name).suffix
        host = urlsplit(url).netloc
        if found.media_type.startswith(("audio/", "video/")) or suffix in RECORDINGS:
            yield Source(entry=Entry("option", Facts(audio_url=url), audio=url, host=host))
            return
        content = self.fetcher.get(url, trusted=True).content
        if is_feed(content):
            yield from self._read_feed(content, url, host)
        elif suffix in TEXTS and "html" not in found.media_type:
            yield Source(entry=Entry("option", scripts=(Link(url, needed=True),), host=host))
        else:
            yield Source(entry=Entry("option", Facts(page_url=url), page=url, host=host))

    def find_in_file(self, path: Path) -> Iterator[Source | SourceError] | None:
        """The sources that a feed saved as a file, or a manifest, lists; None for any other file.

        Relative links of a feed lead to files beside it.
        """
        from ingest.manifest import is_manifest
        from ingest.web.feed import is_feed

        suffix = path.suffix.lower()
        if suffix in FEEDS and is_feed(content := path.read_bytes()):
            return self._read_feed(content, str(path), "")
        if suffix in MANIFESTS and is_manifest(path):
            return self._read_manifest(path)
        return None

    def _read_manifest(self, path: Path) -> Iterator[Source | SourceError]:
        from ingest.manifest import load_manifest

        manifest = load_manifest(path)
        for line in manifest.reports:
            self.warn(line)
        for row in manifest.rows:
            yield row if isinstance(row, SourceError) else make_row_source(row)

    def _read_feed(self, content: bytes, url: str, host: str) -> Iterator[Source | SourceError]:
        from ingest.web.feed import parse_feed, select_items

        left, seen = self.limit, {url}
        for _ in range(MOST_PAGES):
            feed = parse_feed(content, url)
            for line in feed.reports:
                self.warn(line)
            items = select_items(feed.items, self.since, left)
            for item in items:
                if not item.audio and not item.transcripts:
                    self.warn(f"{url}: {item.facts.title or item.guid}: has no recording; left out")
                else:
                    yield make_item_source(item, url, host)
            left = None if left is None else left - len(items)
            ended = left == 0 or (self.since and len(items) < len(feed.items))
            if ended or not feed.next or feed.next in seen:
                return
            seen.add(feed.next)
            try:
                trusted = bool(host) and urlsplit(feed.next).netloc == host
                url, content = feed.next, self.fetcher.get(feed.next, trusted=trusted).content
            except FetchError as error:
                self.warn(f"{error}; the items on the feed's further pages are missing")
                return


def make_item_source(item: Item, url: str, host: str) -> Source | SourceError:
    """The source that a feed's item is; in a feed on disk its recording may be a file beside it.

    url   the feed's address or path; host: of the address that the user named
    """
    local = bool(item.audio) and not is_address(item.audio)
    audio = Path(url).parent / item.audio if local else None
    if audio and not audio.is_file():
        return SourceError(f"{url}: names the recording {item.audio}, which is not there")
    guid = item.guid if len(item.guid) >= LASTING else f"{urlsplit(item.audio or url).netloc} {item.guid}"
    return Source(
        audio=audio,
        entry=Entry(
            "feed", item.facts, guid, audio="" if local else item.audio, scripts=item.transcripts,
            chapters_url=item.chapters_url, chapters=item.chapters, host=host,
        ),
    )  # fmt: skip


def make_row_source(row: Row) -> Source:
    """The source that a manifest's row is; its paths are files that are there."""
    here = {key: Path(place) for key, place in _places(row).items() if place and not is_address(place)}
    there = {key: place for key, place in _places(row).items() if is_address(place)}
    found = add_companions(here["audio"]) if "audio" in here else Source()
    script = there.get("script", "")
    entry = Entry(
        "manifest", row.facts, row.guid, row.id, there.get("audio", ""), there.get("page", ""),
        (Link(script, needed=True),) if script else (), offset=row.offset, host="*",
    )  # fmt: skip
    return replace(
        found, page=here.get("page", found.page), script=here.get("script", found.script), entry=entry
    )


def _places(row: Row) -> dict[str, str]:
    return {"audio": row.audio, "page": row.page, "script": row.script}
