"""Chapters: where the parts of a recording begin, as its publisher says.

    podcast  {"version", "chapters": [{"startTime", "title", "url", "toc"}]}
    psc      <psc:chapters><psc:chapter start="00:01:30" title="" href=""/></psc:chapters>

source  https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
        https://podlove.org/simple-chapters/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree.ElementTree import Element

from ingest.encoding import decode_text
from ingest.errors import ScriptError, SourceError
from ingest.formats.clock import parse_clock, to_number
from ingest.formats.document import tidy
from ingest.formats.xml import find_attribute, local_name, parse_xml
from ingest.web.links import is_web, resolve_link

MOST = 1_000  # chapters of a clip
LONGEST_TITLE = 300  # characters


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a part of a clip begins.

    start  seconds from the clip's first sample; url: a page about it, "" when there is none
    """

    start: float
    title: str
    url: str = ""


def parse_chapters(content: bytes, name: str) -> tuple[Chapter, ...]:
    """Read a file of chapters, in the order of their starts.

    Chapters without a title, and those that are to be hidden, are left out.

    name    of the file or its address, for messages; links in it are resolved against an address
    raises  SourceError when it is neither
    """
    try:
        text, _ = decode_text(content, name)
        if text.lstrip().startswith("<"):
            return read_chapters(parse_xml(content, name), name)
        values = json.loads(text)
    except ScriptError as error:
        raise SourceError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name}: is not JSON; give the chapters of a podcast") from error
    entries = values.get("chapters") if isinstance(values, dict) else None
    if not isinstance(entries, list):
        raise SourceError(f"{name}: has no list of chapters; give the chapters of a podcast")
    return make_chapters(
        (
            {"start": entry.get("startTime"), "title": entry.get("title"), "url": entry.get("url")}
            for entry in entries
            if isinstance(entry, dict) and entry.get("toc") is not False
        ),
        name,
    )


def read_chapters(element: Element, base: str) -> tuple[Chapter, ...]:
    """The chapters that an element of XML holds, its own or those of an element inside it.

    base  the address against which their links are resolved, "" for none
    """
    return make_chapters(
        (
            {
                "start": find_attribute(each, "start"),
                "title": find_attribute(each, "title"),
                "url": find_attribute(each, "href"),
            }
            for each in element.iter()
            if local_name(each.tag) == "chapter"
        ),
        base,
    )


def make_chapters(entries: Iterable[Mapping[str, Any]], base: str = "") -> tuple[Chapter, ...]:
    """Chapters from their start (seconds, or h:mm:ss), title and url, in order.

    An entry without a start and a title is left out, and so is a second one at the same start.

    >>> make_chapters([{"start": "1:30", "title": "Tides"}, {"start": 0, "title": " Intro "}, {"start": 9}])
    (Chapter(start=0.0, title='Intro', url=''), Chapter(start=90.0, title='Tides', url=''))
    """
    found: dict[float, Chapter] = {}
    for entry in entries:
        start = _read_start(entry.get("start"))
        title = _clean(entry.get("title"))
        if start is not None and title:
            url = resolve_link(base if is_web(base) else "", _clean(entry.get("url")))
            found.setdefault(start, Chapter(start, title, url if is_web(url) else ""))
    return tuple(found[start] for start in sorted(found)[:MOST])


def load_chapters(entries: Any) -> tuple[Chapter, ...]:
    """The chapters as clip.yml has them.

    raises  ValueError when they are not all chapters
    """
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("chapters has to be a list, each with start and title")
    chapters = make_chapters(entries)
    if len(chapters) != len(entries):
        raise ValueError("a chapter has a start of its own, in seconds or h:mm:ss, and a title")
    return chapters


def format_chapters(chapters: Iterable[Chapter]) -> list[dict[str, Any]]:
    """The chapters as plain values for clip.yml; a chapter without a page has no `url`."""
    return [{key: value for key, value in asdict(each).items() if value != ""} for each in chapters]


def _read_start(value: Any) -> float | None:
    start = parse_clock(value) if isinstance(value, str) else to_number(value)
    return round(start, 3) if start is not None and start >= 0 else None


def _clean(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return tidy(value)[:LONGEST_TITLE].strip()
