"""JSON-LD: what the clip page and the start page say of themselves to search engines.

What was on air is a RadioEpisode with its recording as AudioObject; what nobody broadcast is the recording
itself, and a text without one a CreativeWork. A date that schema.org cannot hold is left out.

source  https://schema.org/RadioEpisode, AudioObject, Clip, Role, WebSite
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from datasette_airquote.clips import Clip, Passage
from datasette_airquote.exchange.stated import (
    Address,
    Person,
    Recording,
    find_license,
    known,
    list_chapters,
    plain_date,
    write_duration,
)

CONTEXT = "https://schema.org"
LONGEST_NAME = 100  # characters of a passage's name


def write_script(value: Mapping[str, Any]) -> Markup:
    """JSON that can stand in a script element, whatever is in it."""
    return htmlsafe_json_dumps(value, dumps=partial(json.dumps, ensure_ascii=False))


def describe_site(title: str, description: str, site: Address) -> dict[str, Any]:
    """The archive as a site that can be searched."""
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{site('/search')}?q={{query}}"},
        "query-input": "required name=query",
    }
    values = {
        "@context": CONTEXT, "@type": "WebSite", "name": title, "url": site("/"), "description": description,
        "potentialAction": search,
    }  # fmt: skip
    return known(values)


def describe_clip(
    clip: Clip,
    people: Sequence[Person],
    recording: Recording | None,
    passage: Passage | None,
    site: Address,
) -> dict[str, Any]:
    """A clip with its transcript; chapters and the passage that the link means as parts of it."""
    row, path = clip.row, f"/clip/{clip.row['id']}"
    license = find_license(row["rights"])
    values = {
        "name": row["title"] or row["id"],
        "url": site(path),
        "identifier": row["id"],
        "description": row["summary"],
        "inLanguage": row["language"],
        "datePublished": plain_date(row["date"]),
        "author": [describe_person(person) for person in people if person.part == "author"] or None,
        "contributor": [
            {"@type": "Role", "roleName": person.part, "contributor": describe_person(person)}
            for person in people
            if person.heard
        ]
        or None,
        "mentions": [describe_person(person) for person in people if person.part == "quoted"] or None,
        "publisher": {"@type": "Organization", "name": row["broadcaster"]} if row["broadcaster"] else None,
        "license": license.url if license else "",
        "copyrightNotice": row["rights"],
        "sameAs": row["page_url"] if row["page_url"].startswith(("http://", "https://")) else "",
        "hasPart": [*_list_chapters(clip, path, site), *_list_passage(passage, path, site)] or None,
    }
    text = " ".join(segment.text for segment in clip.segments)
    sound = {
        "@type": "VideoObject" if recording and recording.is_video else "AudioObject",
        "contentUrl": recording.url if recording else "",
        "encodingFormat": recording.type if recording else "",
        "contentSize": str(recording.size) if recording and recording.size else "",
        "duration": write_duration(row["duration"]) if clip.timed and row["duration"] else "",
        "inLanguage": row["language"],
        "transcript": text,
    }
    if row["broadcaster"] or row["programme"]:
        series = {"@type": "RadioSeries", "name": row["programme"]} if row["programme"] else None
        kind = {"@type": "RadioEpisode", "partOfSeries": series, "associatedMedia": known(sound)}
    elif row["audio"] or row["audio_url"]:
        kind = sound
    else:
        kind = {"@type": "CreativeWork", "text": text}
    return known({"@context": CONTEXT, **kind, **values})


def describe_person(person: Person) -> dict[str, Any]:
    """A person, with the office held at the time and the addresses that stand for them."""
    return known(
        {"@type": "Person", "name": person.name, "jobTitle": person.title, "sameAs": person.same_as or None}
    )


def _list_chapters(clip: Clip, path: str, site: Address) -> list[dict[str, Any]]:
    return [
        _describe_part(title, site(path, t=f"{start:.2f},{end:.2f}"), start, end)
        for title, start, end in list_chapters(clip)
    ]


def _list_passage(passage: Passage | None, path: str, site: Address) -> list[dict[str, Any]]:
    if passage is None or not passage.timed or passage.state == "changed":
        return []
    url = site(path, **passage.place)
    part = _describe_part(shorten(passage.text, LONGEST_NAME), url, passage.start, passage.end)
    return [part | {"text": passage.text}]


def _describe_part(name: str, url: str, start: float, end: float) -> dict[str, Any]:
    return {"@type": "Clip", "name": name, "url": url, "startOffset": start, "endOffset": end}


def shorten(text: str, most: int) -> str:
    """A text cut at a word, with a mark where something is left out.

    >>> shorten("So the tide waits", 12), shorten("海港城市安港今天", 4)
    ('So the tide…', '海港城市…')
    """
    if len(text) <= most:
        return text
    cut = text[: most + 1]
    begin = cut.rpartition(" ")[0] if " " in cut[most // 2 :] else cut[:most]
    return f"{begin.rstrip(' ,;:–—-')}…"
