"""The recording that a page plays: as its markup states it, as its player has it, or as it links to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from ingest.web.jsonld import Linked
from ingest.web.links import Link, find_recording, has_recording_name
from ingest.web.markup import MOST, Markup, find_around, get_value, is_in_article

_QUALITY = re.compile(r"[-_.]?(hq|lq|hi|lo|high|low|\d{2,3}k(bps)?)$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\\]+")


def find_audio(markup: Markup, linked: Sequence[Linked]) -> str:
    """The recording's address: as stated, as played, as linked to; sound before video."""
    meta, follow = markup.meta, markup.follow
    players = _find_players(markup)
    return (
        next((url for each in linked if (url := follow(each.audio))), "")
        or find_recording(_find_meta(markup, "og:audio"))
        or find_recording(link for link in players if link.type.startswith("audio"))
        or _find_linked(markup)
        or next((url for each in linked if (url := follow(each.video))), "")
        or find_recording([Link(follow(meta.get("twitter:player:stream", "")), "audio/*")])
        or find_recording(link for link in _find_meta(markup, "og:video") if has_recording_name(link.url))
        or find_recording(players)
        or _find_data(markup)
    )


def _find_players(markup: Markup) -> list[Link]:
    """What the page's players play, with their kind where no type is stated."""
    links = []
    for tag in [*markup.tags("audio", "video")[:MOST], *markup.tags("source")[:MOST]]:
        kinds = [each.name for each in (tag, *find_around(tag)) if each.name in ("audio", "video")]
        if kinds:  # else it is the source of a picture
            kind = get_value(tag, "type").lower() or f"{kinds[0]}/*"
            links.append(Link(markup.follow(get_value(tag, "src")), kind))
    return links


def _find_meta(markup: Markup, key: str) -> list[Link]:
    kind = markup.meta.get(f"{key}:type", "").lower()
    names = (f"{key}:secure_url", f"{key}:url", key)
    return [Link(markup.follow(markup.meta[name]), kind) for name in names if name in markup.meta]


def _find_linked(markup: Markup) -> str:
    """The first recording to which the article links; elsewhere the only one, in whatever quality."""
    links = [tag for tag in markup.tags("a") if has_recording_name(get_value(tag, "href"))]
    article = next((tag for tag in links[:MOST] if is_in_article(tag)), None)
    addresses = [markup.follow(get_value(tag, "href")) for tag in ([article] if article else links)]
    return _only([address for address in addresses if address])


def _find_data(markup: Markup) -> str:
    """The only recording that stands in the attributes from which a script makes a player."""
    values = (
        get_value(tag, name)
        for tag in markup.soup.find_all(True)
        for name in tag.attrs
        if name.startswith("data-")
    )
    found = (address for value in values for address in _ADDRESS.findall(value.replace("\\/", "/")))
    return _only([url for address in found if has_recording_name(url := markup.follow(address))])


def _only(addresses: Sequence[str]) -> str:
    """The first of some addresses, where they are all of one recording."""
    stems = {_QUALITY.sub("", Path(urlsplit(address).path).stem) for address in addresses}
    return addresses[0] if len(stems) == 1 else ""
