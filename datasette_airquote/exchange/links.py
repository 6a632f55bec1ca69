"""What the clip page shows and says of all this: in its head, and as a line at its foot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette.database import Database
from markupsafe import Markup

from datasette_airquote.clips import Clip, Passage
from datasette_airquote.compat import load_metadata
from datasette_airquote.exchange.cards import Tag, describe_card
from datasette_airquote.exchange.jsonld import describe_clip, describe_site, write_script
from datasette_airquote.exchange.stated import Recording, address, find_people
from datasette_airquote.pages import link

OEMBED = {"json": "application/json+oembed", "xml": "text/xml+oembed"}


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same in another form: its media type, what a reader is told of it, and its address."""

    type: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ClipLinks:
    """What a clip page links to for other machines.

    canonical   the address of the clip, whichever passage is shown
    cards       elements of the head
    embedding   where oEmbed describes this very address
    formats     the clip as data
    embed_url   the page that others may frame
    linked      JSON-LD, ready to stand in a script element
    """

    canonical: str
    cards: list[Tag]
    embedding: list[Alternate]
    formats: list[Alternate]
    embed_url: str
    linked: Markup


async def describe_clip_links(
    datasette: Any,
    request: Any,
    db: Database,
    clip: Clip,
    passage: Passage | None,
    recording: Recording | None,
) -> ClipLinks:
    """All of it, for the clip and the passage that the page shows."""
    site = partial(address, datasette, request)
    path, place = f"/clip/{clip.row['id']}", passage.place if passage else {}
    people = (await find_people(db, [clip.row["id"]]))[clip.row["id"]]
    title = (await load_metadata(datasette)).get("title") or "Airquote"
    here = site(path, **place)
    formats = [
        Alternate("application/xml", "PBCore", link(datasette, f"{path}.pbcore.xml")),
        Alternate("application/xml", "Dublin Core", link(datasette, f"{path}.dc.xml")),
    ]
    if clip.timed:
        url = link(datasette, f"/iiif/{clip.row['id']}/manifest.json")
        formats.insert(0, Alternate("application/ld+json", "IIIF", url))
    return ClipLinks(
        canonical=site(path),
        cards=describe_card(clip, recording, passage, title, site),
        embedding=[
            Alternate(kind, clip.row["title"], site("/oembed", url=here, format=format))
            for format, kind in OEMBED.items()
        ],
        formats=formats,
        embed_url=link(datasette, f"/embed/{clip.row['id']}", **place),
        linked=write_script(describe_clip(clip, people, recording, passage, site)),
    )


async def describe_home(datasette: Any, request: Any) -> Markup:
    """JSON-LD for the start page."""
    metadata = await load_metadata(datasette)
    title, description = (metadata.get(key) or "" for key in ("title", "description"))
    site = partial(address, datasette, request)
    return write_script(describe_site(title or "Airquote", description, site))
