"""Feeds: RSS, Atom and podcasts, turned into facts and links. Nothing is fetched here.

feedparser reads what is usual in them, and podcast.py what it leaves out, from the same XML. What is not
understood is reported in a line, and the rest lands. What is given up: who is named as the author of a
single item, since few feeds mean a speaker by that.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ingest.chapters import Chapter
from ingest.dates import parse_date
from ingest.errors import FeedError
from ingest.facts import Facts
from ingest.formats.document import tidy
from ingest.web.body import read_html
from ingest.web.dates import find_date
from ingest.web.feedxml import FeedXml, is_feed, read_feed
from ingest.web.links import Link, find_recording, format_language, is_web, resolve_link
from ingest.web.podcast import Extras

__all__ = ["Feed", "Item", "is_feed", "parse_feed", "select_items"]

LONGEST_TEXT = 1_000  # characters of a title or a summary
LONGEST_HTML = 50_000  # characters in which their first paragraph is sought
MOST_REPORTS = 100  # of a feed that is broken throughout
# Elements in whose text feedparser seeks addresses of mail, for hours in a long one; podcast.py reads them.
_NAMES = re.compile(
    r"(<(?:[\w.-]+:)?(?:author|managingEditor|webMaster|creator|publisher)(?:\s[^<>]*)?>)"
    r"(?:[^<]|<!\[CDATA\[[^\]]*)+",
    re.IGNORECASE,
)
REFUSED = "{}: “{}” is no address that may be followed; left out"
# What the types of transcripts have in them, the most telling first: speakers and times, times, words.
TRANSCRIPTS = ("json", "vtt", "srt", "subrip", "ttml", "html", "plain")


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed says of one clip.

    guid         what its publisher knows it by; without one, the address of its recording, else of its
                 page, else of its transcript
    audio        the recording's address, "" when there is none; relative only in a feed without an
                 address
    transcripts  best first; those in the item's language before those in others
    """

    guid: str
    facts: Facts
    audio: str = ""
    transcripts: tuple[Link, ...] = ()
    chapters_url: str = ""
    chapters: tuple[Chapter, ...] = ()
    season: str = ""
    episode: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, or one page of one.

    items    in the feed's order, in which the newest usually come first
    next     the address of the page with the items before these, "" when there is none (RFC 5005)
    reports  a line for each thing that was left out or mended
    """

    title: str
    items: tuple[Item, ...]
    next: str = ""
    reports: tuple[str, ...] = ()


def parse_feed(content: bytes, url: str) -> Feed:
    """Read a feed.

    url     its address; for a file that has none its path, and relative links then stay relative
    raises  FeedError when it is none
    """
    import feedparser  # takes 0.1 s to load

    base = url if is_web(url) else ""
    xml = read_feed(content, url, base)
    reports = list(xml.reports)
    try:
        parsed = feedparser.parse(
            io.BytesIO(_NAMES.sub(r"\1", xml.text).encode()),
            response_headers={"content-location": base},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # it guards against much of what broken feeds hold, not against all
        raise FeedError(f"{url}: cannot be read as a feed ({error}); ask its publisher") from error
    common = Facts(
        programme=_read_text(parsed.feed, "title"),
        broadcaster=xml.channel.owner,
        language=format_language(parsed.feed.get("language") or ""),
        rights=xml.channel.rights,
        speakers=xml.channel.people or (),
    )
    items = tuple(_identify(list(_read_items(parsed, xml, common, url, reports)), url, reports))
    if not parsed.entries:
        reports.append(f"{url}: has no items")
    if len(reports) > MOST_REPORTS:
        reports[MOST_REPORTS:] = [f"{url}: {len(reports) - MOST_REPORTS} more lines like these"]
    return Feed(common.programme, items, _find_next(parsed.feed, url, xml.channel.base), tuple(reports))


def select_items(items: Iterable[Item], since: str = "", limit: int | None = None) -> list[Item]:
    """Those items that are not before a date, in their order, at the most so many.

    since   EDTF, of which the first day counts; an item whose date is not known is kept
    raises  FactsError when the date cannot be read
    """
    first, _ = parse_date(since)
    kept = (item for item in items if not item.facts.date or parse_date(item.facts.date)[1] >= first)
    return list(islice(kept, limit))


def _read_items(parsed: Any, xml: FeedXml, common: Facts, url: str, reports: list[str]) -> Iterator[Item]:
    """What is said of each item, in order; its guid is "" where it states none."""
    in_order = len(xml.items) == len(parsed.entries)
    by_guid = {extra.guid: extra for extra in xml.items}
    for n, entry in enumerate(parsed.entries, 1):
        extra = (
            xml.items[n - 1] if in_order else by_guid.get(entry.get("id", ""), Extras(base=xml.channel.base))
        )
        where = f"{url}, item {n}"
        reports += (REFUSED.format(where, _clean(link)[:80]) for link in extra.refused)
        audio = _find_audio(entry, extra, where, reports)
        language = entry.get("language") or entry.get("title_detail", {}).get("language") or ""
        facts = replace(
            common,
            title=_read_text(entry, "title"),
            date=_find_date(entry, parsed.version, where, reports),
            language=format_language(language) or common.language,
            summary=_read_text(entry, "summary") or _read_text(entry, "subtitle"),
            speakers=common.speakers if extra.people is None else extra.people,
            page_url=_find_page(entry, extra, where, reports),
            audio_url=audio if is_web(audio) else "",
            rights=extra.rights or common.rights,
        )
        yield Item(
            _clean(extra.guid or entry.get("id", "")), facts, audio,
            _sort_transcripts(extra.transcripts, facts.language), extra.chapters_url, extra.chapters,
            extra.season, extra.episode,
        )  # fmt: skip


def _identify(items: Sequence[Item], url: str, reports: list[str]) -> Iterator[Item]:
    """Give each item that leads somewhere, once, with what it is known by."""
    recordings: dict[str, set[str]] = {}
    for item in items:
        recordings.setdefault(item.guid, set()).add(item.audio)
    seen: dict[str, int] = {}
    nameless = 0
    for n, item in enumerate(items, 1):
        where = f"{url}, item {n}"
        places = [item.audio, item.facts.page_url, *(link.url for link in item.transcripts)]
        shared = len(recordings[item.guid]) > 1
        guid = item.guid if item.guid and not shared else next(filter(None, places), "")
        if not any(places):
            reports.append(f"{where}: has no recording, no page and no transcript; left out")
        elif guid in seen:
            reports.append(f"{where}: is item {seen[guid]} again; left out")
        else:
            if item.guid and shared:
                reports.append(f"{where}: others have its guid too; it is known by its recording's address")
            nameless += not item.guid
            seen[guid] = n
            yield replace(item, guid=guid)
    if nameless:
        reports.append(f"{url}: {nameless} item(s) without a guid; each is known by its recording's address")


def _find_audio(entry: Mapping[str, Any], extra: Extras, where: str, reports: list[str]) -> str:
    """The recording: an enclosure, else what Media RSS names, else another copy."""
    enclosures = [
        Link(_follow(each.get("href"), extra, where, reports), (each.get("type") or "").lower())
        for each in entry.get("links", ())
        if each.get("rel") == "enclosure"
    ]
    media = [
        Link(
            _follow(each.get("url"), extra, where, reports),
            (each.get("type") or f"{each.get('medium', '')}/").lower(),
        )
        for each in entry.get("media_content", ())
    ]
    return find_recording(enclosures) or find_recording(media) or find_recording(extra.alternates)


def _find_page(entry: Mapping[str, Any], extra: Extras, where: str, reports: list[str]) -> str:
    """The item's page; else its guid, where that is an address and not said to be none."""
    links = (link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate")
    page = _follow(next(filter(None, links), ""), extra, where, reports)
    if not page and entry.get("guidislink", True):
        page = extra.guid
    return page if is_web(page) else ""


def _follow(link: str | None, extra: Extras, where: str, reports: list[str]) -> str:
    address = resolve_link(extra.base, link or "")
    if link and not address:
        reports.append(REFUSED.format(where, _clean(link)[:80]))
    return address


def _find_date(entry: Mapping[str, Any], version: str, where: str, reports: list[str]) -> str:
    """When it was published; in Atom what says when it was changed does not tell that."""
    apart = "updated" in entry and not version.startswith("atom")  # else feedparser gives what was published
    other = entry["updated"] if apart else ""  # dc:date
    stated = entry.get("published") or other
    date = find_date(stated)
    if len(other) == 10 and date.startswith(f"{other}T00:00:00"):
        return other  # pubDate cannot be without a time
    if stated and not date:
        reports.append(f"{where}: the date “{_clean(stated)[:40]}” cannot be read; left out")
    return date


def _find_next(feed: Mapping[str, Any], url: str, base: str) -> str:
    links = (link.get("href", "") for link in feed.get("links", ()) if link.get("rel") == "next")
    address = resolve_link(base, next(links, ""))
    return address if is_web(address) and address != url else ""


def _sort_transcripts(links: Iterable[Link], language: str) -> tuple[Link, ...]:
    """Sort them by language, then by type; those that state no language have the item's."""

    def rank(link: Link) -> tuple[bool, int]:
        foreign = link.language.split("-")[0] not in ("", language.split("-")[0])
        kind = link.type or link.url.partition("?")[0].rpartition(".")[2].lower()
        return foreign, next((n for n, name in enumerate(TRANSCRIPTS) if name in kind), len(TRANSCRIPTS))

    return tuple(sorted(links, key=rank))


def _read_text(values: Mapping[str, Any], key: str) -> str:
    """The first paragraph of a text, on one line."""
    text = (values.get(key) or "")[:LONGEST_HTML]
    kind = values.get(f"{key}_detail", {}).get("type", "text/plain")
    paragraphs = text.split("\n\n") if kind == "text/plain" else read_html(text)
    return next((line for paragraph in paragraphs if (line := _clean(paragraph))), "")


def _clean(text: str) -> str:
    text = tidy(text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rpartition(' ')[0]} …"
