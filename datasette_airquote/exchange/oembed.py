"""/oembed?url=…: how another site may show a clip or a passage, as WordPress and others ask for it.

source  https://oembed.com/
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

from datasette import Forbidden, Response
from markupsafe import Markup

from datasette_airquote.clips import Clip, Passage, describe_person, find_clip
from datasette_airquote.compat import load_metadata
from datasette_airquote.exchange.stated import Address, address, refuse, send, send_json
from datasette_airquote.exchange.xml import add, write
from datasette_airquote.pages import open_archive

WIDTH = 560  # pixels, where less is not asked for
LOWEST, HIGHEST = 160, 600
PLAYER = 130  # pixels, with all margins
LINE, CHARACTER = 27, 9  # pixels that one takes, about
IFRAME = Markup(
    '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
    'style="border:0;max-width:100%"></iframe>'
)


@dataclass(frozen=True, slots=True)
class Embedding:
    """What oEmbed answers; width and height in pixels."""

    title: str
    author_name: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    type: str = "rich"
    version: str = "1.0"


async def oembed(datasette: Any, request: Any) -> Response:
    """Describe how the address of a clip, or of a passage in it, is embedded."""
    form = (request.args.get("format") or "json").lower()
    if form not in ("json", "xml"):
        return refuse("Only json and xml are spoken here.", 501)
    try:
        db = await open_archive(datasette, request)
    except Forbidden:
        return refuse("This archive is private.", 401)
    site = partial(address, datasette, request)
    url = request.args.get("url") or ""
    clip_id = find_clip_id(url, site)
    clip = await find_clip(db, clip_id) if clip_id else None
    if clip is None:
        return refuse("This is no address of a clip in this archive.")
    asked = parse_qs(urlsplit(url).query)
    t, s, w = (asked.get(key, [""])[0] for key in ("t", "s", "w"))
    try:
        passage = clip.find_linked(t, s, w)
    except ValueError:
        return refuse("This range is not in the clip.")
    title = (await load_metadata(datasette)).get("title") or "Airquote"
    limits = [_read_limit(request.args.get(key) or "") for key in ("maxwidth", "maxheight")]
    frame = site(f"/embed/{clip.row['id']}", t=t, s=s, w=w)
    embedding = describe_embedding(clip, passage, frame, title, site("/"), *limits)
    values = asdict(embedding)
    if form == "json":
        return send_json(datasette, values)
    root = ET.Element("oembed")
    for key, value in values.items():
        add(root, key, value)
    return send(datasette, write(root, {}), "text/xml")


def describe_embedding(
    clip: Clip,
    passage: Passage | None,
    frame: str,
    provider: str,
    home: str,
    most_width: int | None = None,
    most_height: int | None = None,
) -> Embedding:
    """The answer for a clip or a passage.

    frame  the address of the page in the frame; it is the one that was asked for, so that words which move
           later are looked for as they were cited
    """
    width = min(WIDTH, most_width or WIDTH)
    title = clip.row["title"] or clip.row["id"]
    people = "; ".join(map(describe_person, clip.find_people(passage)))
    facts = f"{clip.row['programme']} {clip.row['broadcaster']} {clip.row['date']} {provider}"
    shown = (passage.text if passage else "", people, title, facts)
    lines = sum(-(-len(text) * CHARACTER // max(width - 40, 100)) for text in shown)
    height = min(max(PLAYER + lines * LINE, LOWEST), HIGHEST, most_height or HIGHEST)
    return Embedding(
        title=title,
        author_name=(passage.speaker if passage else "") or clip.row["broadcaster"],
        provider_name=provider,
        provider_url=home,
        html=str(IFRAME.format(frame, width, height, title)),
        width=width,
        height=height,
    )


def find_clip_id(url: str, site: Address) -> str:
    """The id in the address of a clip on this site, "" in every other; http and https count as one."""
    try:
        asked, own = urlsplit(url), urlsplit(site("/clip/"))
    except ValueError:
        return ""
    if asked.scheme not in ("http", "https") or asked.netloc.lower() != own.netloc.lower():
        return ""
    path = unquote(asked.path)
    clip = path.removeprefix(own.path).removesuffix("/") if path.startswith(own.path) else ""
    return clip if re.fullmatch(r"[^/.]+", clip) else ""


def _read_limit(text: str) -> int | None:
    """A limit in pixels, None for what is none."""
    return int(text) if re.fullmatch("[1-9][0-9]{0,4}", text) else None
