"""JSON-LD: what a page says of itself to search engines, in the words of schema.org.

An article, an episode and a recording are read, in this order; of several episodes or recordings none is,
unless one says that it is this page. Only what is typed as a person is one: a name alone may be a desk's.

source  https://schema.org/NewsArticle, RadioEpisode, PodcastEpisode, AudioObject
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.facts import Facts, Speaker
from ingest.formats.document import tidy
from ingest.web.body import read_html
from ingest.web.dates import find_day
from ingest.web.links import Link, find_recording, format_language, has_recording_name

ARTICLES = ("Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
            "BackgroundNewsArticle", "ReviewNewsArticle", "BlogPosting")  # fmt: skip
EPISODES = ("RadioEpisode", "PodcastEpisode", "Episode", "TVEpisode", "RadioClip", "Clip")
MEDIA = ("AudioObject", "VideoObject")
MOST = 1_000  # objects of a page that are looked at

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Linked:
    """What an object of a page says of it.

    audio, video  addresses of the recording, as they are written
    transcript    what is said in it; body: the text of the article
    """

    facts: Facts
    audio: str
    video: str
    transcript: str
    body: str


def read_linked(scripts: Iterable[str], here: str) -> list[Linked]:
    """Read the scripts of a page that hold JSON-LD: what its article, its episode and its recording say.

    here  the page's address, "" when it is not known
    """
    nodes = list(islice((node for script in scripts for node in _load_nodes(script)), MOST))
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    articles = [node for node in nodes if _types(node).intersection(ARTICLES)]
    chosen = (
        _choose(nodes, ARTICLES, here) or next(iter(articles), None),
        _choose(nodes, EPISODES, here),
        _choose(nodes, MEDIA, here),
    )
    return [_read(node, known) for node in chosen if node]


def _load_nodes(script: str) -> Iterator[Node]:
    """The objects that stand at the top of a script, or in a list or graph there."""
    text = re.sub(r"<[!?]\[?CDATA\[|\]\]>", "", script)
    begin = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=0)
    text = text[begin : max(text.rfind("}"), text.rfind("]")) + 1]  # without comment marks around it
    try:
        values = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    waiting = [values]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = value[:MOST]
        elif isinstance(value, dict):
            yield value
            waiting[:0] = [value[key] for key in ("@graph", "mainEntity") if key in value]


def _types(node: Node) -> set[str]:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)}


def _choose(nodes: list[Node], types: Iterable[str], here: str) -> Node | None:
    """The only object of some types, or the one that says that it is this page."""
    found = [node for node in nodes if _types(node).intersection(types)]
    if len(found) == 1:
        return found[0]
    own = (node for node in found if here and here.rstrip("/") in _addresses(node))
    return next(own, None)


def _addresses(node: Node) -> set[str]:
    values = (node.get(key) for key in ("url", "@id", "mainEntityOfPage"))
    plain = (value.get("@id") if isinstance(value, dict) else value for value in values)
    return {value.partition("#")[0].rstrip("/") for value in plain if isinstance(value, str)}


def _read(node: Node, known: Mapping[str, Node]) -> Linked:
    def find(key: str, inside: Node = node) -> list[Node]:
        """The objects that a key has, those that it refers to looked up; a text as one with that name."""
        value = inside.get(key)
        each = value if isinstance(value, list) else [value]
        objects = [{"name": item} if isinstance(item, str) else item for item in each]
        return [{**known.get(str(item.get("@id")), {}), **item} for item in objects if isinstance(item, dict)]

    aired = find("publication")
    series = find("partOfSeries") + [each for each in find("isPartOf") if "Series" in "".join(_types(each))]
    media = [each for key in ("audio", "associatedMedia", "encoding", "video") for each in find(key)]
    media += [node] if _types(node).intersection(MEDIA) else []
    videos = [each for each in media if "VideoObject" in _types(each)]
    facts = Facts(
        title=_text(node.get("headline")) or _text(node.get("name")),
        date=find_day(_first([node], "datePublished", "uploadDate") or _first(aired, "startDate")),
        programme=_first(series, "name"),
        broadcaster=_first(
            [*find("publisher"), *(each for on in aired for each in find("publishedOn", on))], "name"
        ),
        language=format_language(_first(find("inLanguage"), "alternateName", "name")),
        summary=_text(node.get("description")),
        speakers=tuple(_people([*find("author"), *find("creator")])),
        page_url=_text(node.get("url")) or _first(find("mainEntityOfPage"), "@id", "name"),
        rights=_first(find("license"), "name")
        or _first(find("license"), "url")
        or _text(node.get("copyrightNotice")),
    )
    return Linked(
        facts,
        find_recording(_link(each) for each in media if each not in videos),
        find_recording(_link(each) for each in videos),
        next((text for each in [node, *media] if (text := _paragraphs(each.get("transcript")))), ""),
        _paragraphs(node.get("articleBody")),
    )


def _people(objects: Iterable[Node]) -> Iterator[Speaker]:
    """The authors who are persons, each once."""
    seen = set()
    for each in objects:
        name = _text(each.get("name"))
        if "Person" in _types(each) and name and name not in seen:
            seen.add(name)
            yield Speaker(name, _text(each.get("jobTitle")), "author")


def _link(media: Node) -> Link:
    """Where a recording lies; what is named only, without a type, has to look like one."""
    url = _text(media.get("contentUrl"))
    if not url and has_recording_name(_text(media.get("name"))):
        url = _text(media.get("name"))
    return Link(url, _text(media.get("encodingFormat")).lower())


def _first(objects: Iterable[Node], *keys: str) -> str:
    """The first text that one of the objects has under one of the keys."""
    return next((text for each in objects for key in keys if (text := _text(each.get(key)))), "")


def _text(value: Any) -> str:
    """A text on one line, the first of several; "" for everything else."""
    value = next(iter(value), "") if isinstance(value, list) else value
    return next(map(tidy, read_html(value)), "") if isinstance(value, str) else ""


def _paragraphs(value: Any) -> str:
    """A text with its paragraphs."""
    if not isinstance(value, str):
        return ""
    text = "\n\n".join(read_html(value)) if "<" in value else html.unescape(value)
    return "\n".join(map(tidy, text.strip().split("\n")))
