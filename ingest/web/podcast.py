"""What podcasts say beyond RSS and Atom: transcripts, people, chapters, licences.

feedparser keeps one transcript of an item and the names of nobody, so this is a second look at the same
XML, by the elements' names alone: prefixes and the addresses of namespaces vary from feed to feed.

source  https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
        https://podcasttaxonomy.com/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ingest.chapters import Chapter, read_chapters
from ingest.facts import Speaker
from ingest.formats.xml import find_attribute, local_name
from ingest.web.links import Link, format_language, is_web, resolve_link

ITEMS = ("item", "entry")
# The part that somebody with a role takes; who has none of these is not heard, and no author.
ROLES = {
    "host": "host", "co-host": "host", "guest host": "host", "presenter": "host",
    "moderator": "host", "interviewer": "host", "guest": "guest", "interviewee": "guest",
    "panelist": "guest", "announcer": "announcer", "narrator": "voice", "voice actor": "voice",
    "reporter": "voice", "correspondent": "voice", "reader": "voice", "speaker": "voice",
    "author": "author", "writer": "author", "co-writer": "author", "guest writer": "author",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extras:
    """What an item, or a feed as a whole, says beyond what feedparser keeps.

    guid          as it is written
    base          the address against which links are resolved, "" when nobody states one
    people        None where nobody is named; () where all who are named stay unheard
    alternates    other places to have the recording from
    refused       links to transcripts and chapters that may not be followed
    """

    guid: str = ""
    base: str = ""
    owner: str = ""
    rights: str = ""
    season: str = ""
    episode: str = ""
    people: tuple[Speaker, ...] | None = None
    alternates: tuple[Link, ...] = ()
    transcripts: tuple[Link, ...] = ()
    chapters_url: str = ""
    chapters: tuple[Chapter, ...] = ()
    refused: tuple[str, ...] = ()


def read_extras(root: Element, base: str) -> tuple[Extras, list[Extras]]:
    """What a feed says of itself, and of each of its items, in order.

    base  the feed's address, "" where it has none
    """
    base = _find_base(root, base)
    channel = next((each for each in root if local_name(each.tag) == "channel"), root)
    within = _find_base(channel, base) if channel is not root else base
    parents = [(channel, within)] if channel is root else [(root, base), (channel, within)]
    items = [
        _read(each, _find_base(each, place))
        for parent, place in parents  # RSS 1.0 has its items beside the channel
        for each in parent
        if local_name(each.tag) in ITEMS
    ]
    return _read(channel, within), items


def _find_base(element: Element, base: str) -> str:
    """The address against which the links inside an element are resolved."""
    return resolve_link(base, find_attribute(element, "base")) or base


def _read(element: Element, base: str) -> Extras:
    """What the children of an item or a channel say."""
    named: dict[str, list[Element]] = {}
    for child in element:
        named.setdefault(local_name(child.tag), []).append(child)

    def find(*names: str) -> str:
        texts = (_text(child) for name in names for child in named.get(name, ()))
        return next((text for text in texts if text), "")

    marks = named.get("chapters", [])
    transcripts = [(find_attribute(each, "url"), each) for each in named.get("transcript", ())]
    linked = [*(url for url, _ in transcripts), *(find_attribute(mark, "url") for mark in marks)]
    addresses = {url: resolve_link(base, url) for url in linked}
    return Extras(
        guid=find("guid", "id") or find_attribute(element, "about"),
        base=base,
        owner=_find_owner(named),
        rights=_read_license(named.get("license", [])) or find("rights", "copyright"),
        season=find("season"),
        episode=find("episode"),
        people=_read_people(named["person"]) if "person" in named else None,
        alternates=tuple(_read_alternates(named.get("alternateEnclosure", []), base)),
        transcripts=tuple(
            _read_transcript(addresses[url], each) for url, each in transcripts if addresses[url]
        ),
        chapters_url=next(filter(None, (addresses[find_attribute(mark, "url")] for mark in marks)), ""),
        chapters=next((found for mark in marks if (found := read_chapters(mark, base))), ()),
        refused=tuple(url for url, address in addresses.items() if url and not address),
    )


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _find_owner(named: dict[str, list[Element]]) -> str:
    """Whose feed it is: its author, owner or publisher, where that is a name and no address."""
    for element in (child for name in ("author", "owner", "publisher") for child in named.get(name, ())):
        names = [child for child in element if local_name(child.tag) == "name"]
        name = _text(names[0]) if names else "" if len(element) else _text(element)
        if name and "@" not in name:
            return name
    return ""


def _read_license(licenses: Sequence[Element]) -> str:
    for element in licenses:
        url = find_attribute(element, "url") or find_attribute(element, "href")
        url = url or find_attribute(element, "resource")
        text = _text(element)
        if text or url:
            return f"{text} ({url})" if text and is_web(url) else text or url
    return ""


def _read_people(elements: Sequence[Element]) -> tuple[Speaker, ...]:
    """The people who are heard, and the authors; each once, in the first of their parts that is heard."""
    found: dict[str, Speaker] = {}
    for element in elements:
        role = find_attribute(element, "role").strip().lower().replace("_", " ") or "host"
        name, part = _text(element), ROLES.get(role, "")
        if name and part and (name not in found or found[name].part == "author"):
            found[name] = Speaker(name, part=part)
    return tuple(found.values())


def _read_alternates(elements: Sequence[Element], base: str) -> list[Link]:
    """Other copies of the recording, those that their publisher prefers first."""
    found = []
    for element in sorted(elements, key=lambda each: find_attribute(each, "default") != "true"):
        for source in (child for child in element if local_name(child.tag) == "source"):
            url = resolve_link(base, find_attribute(source, "uri"))
            kind = find_attribute(source, "contentType") or find_attribute(element, "type")
            if url:
                found.append(Link(url, kind.lower()))
    return found


def _read_transcript(url: str, element: Element) -> Link:
    kind = find_attribute(element, "type").partition(";")[0].strip().lower()
    return Link(url, kind, format_language(find_attribute(element, "language")))
