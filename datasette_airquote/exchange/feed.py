"""/feed.xml: the archive as a podcast, the newest broadcasts first, with transcripts and chapters.

?programme=NAME or ?speaker=ID narrow it, ?page=2 goes on. A clip whose day is not known has no pubDate, for
that cannot be partial; what is known stands in dc:date, or in dcterms:date where it is EDTF. People who are
only quoted are not named, since every role of a podcast is one that is heard or has written.

source  https://www.rssboard.org/rss-specification
        https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
        https://podcasters.apple.com/support/823-podcast-requirements
        https://www.rfc-editor.org/rfc/rfc5005 (pages)
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from functools import partial
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from datasette import Response

from datasette_airquote.clips import CHAPTERS
from datasette_airquote.compat import load_metadata
from datasette_airquote.exchange.stated import (
    Address,
    Person,
    Recording,
    address,
    find_license,
    find_moment,
    find_people,
    find_recording,
    plain_date,
    refuse,
    send,
    send_json,
)
from datasette_airquote.exchange.xml import add, write
from datasette_airquote.pages import open_archive
from ingest import __version__
from ingest.formats import EXPORTS

PAGE = 100  # items
LAST_PAGE = 100_000
NARROWED = """
FROM clips c WHERE (:programme = '' OR c.programme = :programme) AND (:speaker = '' OR EXISTS
  (SELECT 1 FROM clip_speakers s WHERE s.clip = c.id AND s.speaker = :speaker))
"""
ITEMS = f"""
SELECT c.id, c.title, c.date, c.broadcaster, c.language, c.summary, c.note, c.duration, c.timed, c.rights,
  c.audio, c.audio_url, EXISTS (SELECT 1 FROM chapters h WHERE h.clip = c.id) AS chapters
{NARROWED} ORDER BY c.date_from = '', c.date_from DESC, c.id LIMIT :limit OFFSET :offset
"""
COMMON = f"""
SELECT count(*) AS clips, min(c.language) <> '' AS all_in_some,
  (SELECT language FROM (SELECT c.language AS language, count(*) AS n {NARROWED} GROUP BY c.language)
   ORDER BY n DESC, language LIMIT 1) AS language,
  min(c.broadcaster) AS broadcaster, count(DISTINCT c.broadcaster) AS broadcasters {NARROWED}
"""
SPEAKER = "SELECT name FROM speakers WHERE id = :speaker"
CLIP = "SELECT id FROM clips WHERE id = :clip"
SPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
ATOM, DC, DCTERMS, ITUNES, PODCAST, XSI = (f"{{{space}}}" for space in SPACES.values())
GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the name space of podcast:guid
# Best first, as players take the first that they know; of a text without times only the last.
TRANSCRIPTS = ("vtt", "srt", "podcast", "txt")
CAPTIONS = ("vtt", "srt")
# As https://podcasttaxonomy.com/ names the parts; it has no word for a voice of whom no more is known.
ROLES = {
    "host": ("Host", "cast"), "guest": ("Guest", "cast"), "announcer": ("Announcer", "cast"),
    "voice": ("Narrator", "cast"), "author": ("Author", "writing"),
}  # fmt: skip
DESCRIPTION = "Recordings with their transcripts, to hear, search and quote."


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself; page counts from 1, and there are `pages` of them.

    language  the most frequent of its clips; "" where one has none, as it would be read as in this one
    """

    title: str
    description: str
    language: str
    author: str
    rights: str
    license_url: str
    narrowed: Mapping[str, str]
    page: int
    pages: int


async def podcast_feed(datasette: Any, request: Any) -> Response:
    """A page of the feed."""
    db = await open_archive(datasette, request)
    narrowed = {key: (request.args.get(key) or "").strip() for key in ("programme", "speaker")}
    common = (await db.execute(COMMON, narrowed)).first()
    asked = request.args.get("page") or ""
    page = min(max(int(asked), 1), LAST_PAGE) if re.fullmatch("[0-9]{1,8}", asked) else 1
    limits = {"limit": PAGE, "offset": (page - 1) * PAGE}
    rows = (await db.execute(ITEMS, {**narrowed, **limits})).rows
    people = await find_people(db, [row["id"] for row in rows])
    speaker = (await db.execute(SPEAKER, narrowed)).first()
    metadata = await load_metadata(datasette)
    title = metadata.get("title") or "Airquote"
    name = speaker["name"] if speaker else narrowed["speaker"]
    channel = Channel(
        title=": ".join(part for part in (narrowed["programme"] or title, name) if part),
        description=metadata.get("description") or DESCRIPTION,
        language=common["language"] if common["all_in_some"] else "",
        author=(common["broadcaster"] or "") if common["broadcasters"] == 1 else "",
        rights=metadata.get("license") or "",
        license_url=metadata.get("license_url") or "",
        narrowed=narrowed,
        page=page,
        pages=max(-(-common["clips"] // PAGE), 1),
    )
    site = partial(address, datasette, request)
    root = ET.Element("rss", version="2.0")
    element = ET.SubElement(root, "channel")
    write_channel(element, channel, site)
    for row in rows:
        write_item(element, row, people[row["id"]], find_recording(datasette, db, row, site), site)
    return send(datasette, write(root, SPACES), "application/rss+xml")


def write_channel(channel: ET.Element, stated: Channel, site: Address) -> None:
    """What stands before the items."""
    for name, text in (("title", stated.title), ("link", site("/")), ("description", stated.description)):
        add(channel, name, text)
    add(channel, "language", stated.language)
    add(channel, "copyright", stated.rights)
    add(channel, "generator", f"Airquote {__version__}")
    add(channel, f"{ITUNES}author", stated.author)
    add(channel, f"{ITUNES}type", "episodic")
    name = re.sub(r"^https?://", "", site("/feed.xml", **stated.narrowed))
    add(channel, f"{PODCAST}guid", uuid.uuid5(GUIDS, name.rstrip("/")))
    license = find_license(stated.license_url)
    if license and license.name:
        add(channel, f"{PODCAST}license", license.name, url=license.url)
    pages = {
        "self": stated.page, "first": 1, "last": stated.pages,
        "previous": min(stated.page - 1, stated.pages),
        "next": stated.page + 1 if stated.page < stated.pages else 0,
    }  # fmt: skip
    for rel, page in pages.items():
        if page and (stated.pages > 1 or rel == "self"):
            url = site("/feed.xml", **stated.narrowed, page="" if page == 1 else page)
            add(channel, f"{ATOM}link", rel=rel, href=url, type="application/rss+xml")


def write_item(
    channel: ET.Element, row: Any, people: Sequence[Person], recording: Recording | None, site: Address
) -> None:
    """One clip; without an enclosure where its recording is not to be had. Descriptions are read as HTML."""
    item = ET.SubElement(channel, "item")
    add(item, "title", row["title"] or row["id"])
    add(item, "link", site(f"/clip/{row['id']}"))
    add(item, "guid", row["id"], isPermaLink="false")
    add(
        item,
        "description",
        "".join(f"<p>{escape(text)}</p>" for text in (row["summary"], row["note"]) if text),
    )
    if recording:
        add(item, "enclosure", url=recording.file_url, length=recording.size, type=recording.type)
    _write_date(item, row["date"])
    add(item, f"{DC}language", row["language"])
    add(item, f"{DC}rights", row["rights"])
    add(item, f"{ITUNES}author", row["broadcaster"])
    if row["timed"] and row["duration"]:
        add(item, f"{ITUNES}duration", round(row["duration"]))
    for name in TRANSCRIPTS[-1:] if not row["timed"] else TRANSCRIPTS[:-1]:
        export = EXPORTS[name]
        add(
            item, f"{PODCAST}transcript", url=site(f"/clip/{row['id']}.{export.suffix}"), type=export.mime,
            language=row["language"], rel="captions" if name in CAPTIONS else "",
        )  # fmt: skip
    if row["chapters"]:
        url = site(f"/clip/{row['id']}.chapters.json")
        add(item, f"{PODCAST}chapters", url=url, type="application/json+chapters")
    for person in people:
        if person.part in ROLES:
            role, group = ROLES[person.part]
            href = next(iter(person.same_as), "")
            add(item, f"{PODCAST}person", person.name, role=role, group=group, href=href)
    license = find_license(row["rights"])
    if license and license.name:
        add(item, f"{PODCAST}license", license.name, url=license.url)


def _write_date(item: ET.Element, edtf: str) -> None:
    moment = find_moment(edtf)
    if moment:
        add(item, "pubDate", format_datetime(moment))
    if plain_date(edtf):
        add(item, f"{DC}date", edtf)
    else:
        add(item, f"{DCTERMS}date", edtf, **({f"{XSI}type": "dcterms:EDTF"} if edtf else {}))


async def send_chapters(datasette: Any, request: Any) -> Response:
    """/clip/<clip-id>.chapters.json: the chapters as players of podcasts read them.

    source  https://github.com/Podcastindex-org/podcast-namespace/blob/main/chapters/jsonChapters.md
    """
    db = await open_archive(datasette, request)
    key = {"clip": request.url_vars["clip"]}
    if (await db.execute(CLIP, key)).first() is None:
        return refuse("There is no such clip.")
    rows = (await db.execute(CHAPTERS, key)).rows
    if not rows:
        return refuse("This clip has no chapters.")
    chapters = [{"startTime": row["start"], "title": row["title"]} for row in rows]
    return send_json(datasette, {"version": "1.2.0", "chapters": chapters}, "application/json+chapters")
