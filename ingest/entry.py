"""Entry: what somebody else says of a source, and what came of it from the network.

A feed says it of its item, a manifest of its row, the user of an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.chapters import Chapter
from ingest.facts import Facts
from ingest.web.links import Link

if TYPE_CHECKING:
    from ingest.network.fetch import Fetched


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of a source.

    origin    who says it, one of facts.SOURCES
    guid      the lasting name that it is given, "" without one
    clip_id   the id that its clip is to have, "" to make one
    audio, page, scripts, chapters_url  addresses, scripts best first; "" and () for none
    offset    seconds to add to the times of its text; None where nothing is said
    host      whose addresses the user trusts, since he named one of them; "*" for all: he wrote them himself
    """

    origin: str = "feed"
    facts: Facts = field(default_factory=Facts)
    guid: str = ""
    clip_id: str = ""
    audio: str = ""
    page: str = ""
    scripts: tuple[Link, ...] = ()
    chapters_url: str = ""
    chapters: tuple[Chapter, ...] = ()
    offset: float | None = None
    host: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether something of it has to be fetched."""
        return bool(self.audio or self.page or self.scripts or self.chapters_url)

    @property
    def name(self) -> str:
        """What the user may know it by."""
        return self.audio or self.page or next((link.url for link in self.scripts), self.guid)

    def trusts(self, url: str) -> bool:
        """Whether an address may lead into the local network."""
        return self.host == "*" or (self.host != "" and urlsplit(url).netloc == self.host)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came from an address, or is the same there as what came before.

    kind  "audio" or "page", as in watch.yml
    text  of the page's article
    """

    kind: str
    url: str
    fetched: Fetched
    text: str = ""
