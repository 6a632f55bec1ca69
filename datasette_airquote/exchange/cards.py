"""Cards: what other places show of a link to a clip or to a passage (Open Graph, Twitter).

There is no picture, so none is promised. Words that have changed since they were cited are not quoted.

source  https://ogp.me/, https://developer.x.com/en/docs/x-for-websites/cards/overview/summary
"""

from __future__ import annotations

from dataclasses import dataclass

from datasette_airquote.clips import Clip, Passage
from datasette_airquote.exchange.jsonld import shorten
from datasette_airquote.exchange.stated import Address, Recording, find_moment
from datasette_airquote.wording import format_clock, format_date

LONGEST_QUOTE = 280  # characters


@dataclass(frozen=True, slots=True)
class Tag:
    """An element of a page's head: `property` for Open Graph, `name` for the others, as their readers ask."""

    kind: str
    name: str
    content: str


def describe_card(
    clip: Clip, recording: Recording | None, passage: Passage | None, title: str, site: Address
) -> list[Tag]:
    """The card of a clip, or of a passage in it.

    title  of the site
    """
    row = clip.row
    quoted = passage if passage and passage.state != "changed" else None
    date = find_moment(row["date"])
    language, _, region = row["language"].rpartition("-")
    stated = {
        "og:type": "article",
        "og:site_name": title,
        "og:title": row["title"] or row["id"],
        "og:description": describe_passage(clip, quoted) if quoted else describe_whole(clip),
        "og:url": site(f"/clip/{row['id']}", **(quoted.place if quoted else {})),
        "og:locale": f"{language}_{region}" if len(region) == 2 and len(language) in (2, 3) else "",
        **_describe_recording(recording),
        "article:published_time": date.date().isoformat() if date else "",
    }
    tags = [Tag("property", name, content) for name, content in stated.items() if content]
    named = {"description": stated["og:description"], "twitter:card": "summary"}
    return [*tags, *(Tag("name", name, content) for name, content in named.items() if content)]


def _describe_recording(recording: Recording | None) -> dict[str, str]:
    if recording is None:
        return {}
    kind = "og:video" if recording.is_video else "og:audio"
    secure = recording.url if recording.url.startswith("https:") else ""
    return {kind: recording.url, f"{kind}:secure_url": secure, f"{kind}:type": recording.type}


def describe_passage(clip: Clip, passage: Passage) -> str:
    """The words, who says them, and when."""
    people = clip.find_people(passage) if passage.speaker else []
    asides = [", ".join(person.name for person in people)]
    asides.append(format_clock(passage.start) if passage.timed else "")
    aside = ", ".join(filter(None, asides))
    return f"“{shorten(passage.text, LONGEST_QUOTE)}”{f' – {aside}' if aside else ''}"


def describe_whole(clip: Clip) -> str:
    """The deck of a clip; without one, where and when it was on air."""
    row = clip.row
    facts = (row["programme"], row["broadcaster"], format_date(row["date"]) if row["date"] else "")
    return shorten(row["summary"], LONGEST_QUOTE) or " · ".join(filter(None, facts))
