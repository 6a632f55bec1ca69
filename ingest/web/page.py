"""A broadcaster's page: the headline, who is pictured, the recording it plays and the published text.

Three layers state these, and each value is taken from the first that has it: JSON-LD (jsonld.py), Open
Graph, and what a reader sees. The text is the visible one (body.py), but a transcript in JSON-LD goes
before it. Nothing is guessed: a page without an article gives no script, a caption without an office no
speaker, and several recordings among which the page does not choose none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import Tag

from ingest.errors import SourceError
from ingest.facts import KEYS, Facts, Speaker
from ingest.fold import fold
from ingest.script import parse_script
from ingest.web.body import find_paragraphs, read_line, write_labels
from ingest.web.dates import find_day
from ingest.web.jsonld import Linked, read_linked
from ingest.web.links import format_language, is_web
from ingest.web.markup import MOST, Markup, find_around, get_value, get_words, is_in_article, read_markup
from ingest.web.player import find_audio
from ingest.words import split_words

LARGEST = 10_000_000  # bytes; pages have a hundredth of it
MOST_TAGS = 120_000  # beginnings and ends; some seconds of reading
LONGEST_TEXT = 1_000  # characters of a headline or a caption that are read
LEAST_SHARE = 0.5  # of the words of a text that is stated besides, which the visible one has to have
# The names of meta elements that state the day, after Open Graph's.
DATES = ("date", "dc.date.issued", "dcterms.issued", "dc.date", "pubdate")
_CAPTION = re.compile(
    r"(?P<name>[^,.;]{3,60}), (?P<title>.+?)"
    r"(?:, (?:on|at|in|during|after|before|speaking|speaks|pictured|seen|shown)\b.*?)?\.?(?:\s*\([^)]*\))?\s*"
)
_BYLINE = re.compile(
    r"(?:(?:by|von|par|por|di|door|av|af)\s+)?([^\d,|•·:]{3,60})(?:, ([^|•·]+))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says about one clip.

    audio   the recording's address, relative only where the page's own is not known; "" when there is none
    script  the published text, a blank line between paragraphs; "" when there is none
    """

    facts: Facts
    audio: str
    script: str


def load_page(path: Path, url: str = "") -> Page:
    """Read a page that was saved as an HTML file.

    url     where it was saved from, "" when that is not known
    raises  SourceError when it cannot be read
    """
    try:
        return parse_page(path.read_bytes(), url, str(path))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error


def parse_page(content: bytes, url: str = "", name: str = "") -> Page:
    """Read a page from its bytes.

    url     its address, against which its links are resolved; "" when that is not known
    name    of its file, for messages
    raises  SourceError when it is too large
    """
    if len(content) > LARGEST or content.count(b"<") > MOST_TAGS:
        raise SourceError(f"{name or url or 'the page'}: is larger than any page; save the article alone")
    markup = read_markup(content, url)
    linked = read_linked(markup.linked, url or markup.here)
    stated = _fill([*(each.facts for each in linked), _read_graph(markup), _read_visible(markup)])
    pictured = _find_pictured(markup.tags("figcaption")[: 10 * MOST])
    people = _join_people(stated.speakers, pictured)
    script = _choose_script(write_labels(find_paragraphs(markup.soup), people), linked)
    audio = find_audio(markup, linked)
    page_url = markup.follow(stated.page_url)
    facts = replace(
        stated,
        title=_cut_site(stated.title, (stated.broadcaster, markup.meta.get("og:site_name", ""))),
        speakers=_name_parts(people, script),
        page_url=page_url if is_web(page_url) else "",
        audio_url=audio if is_web(audio) else "",
    )
    return Page(facts, audio, script)


def local_audio(page: Path, address: str) -> Path | None:
    """The file beside a saved page that its player names, or below it; None when it plays anything else."""
    try:
        path = urlsplit(address).path
    except ValueError:  # not an address
        return None
    if not path or re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
        return None
    audio = page.parent / unquote(path)
    return audio if audio.resolve().is_relative_to(page.parent.resolve()) else None


def _fill(stated: Sequence[Facts]) -> Facts:
    """Each value from the first that has it."""
    found = {key: [value for facts in stated if (value := getattr(facts, key))] for key in KEYS}
    return Facts(**{key: values[0] for key, values in found.items() if values})


def _read_graph(markup: Markup) -> Facts:
    """What Open Graph states."""
    meta = markup.meta
    author = meta.get("article:author", "")
    return Facts(
        title=meta.get("og:title", ""),
        summary=meta.get("og:description", ""),
        date=find_day(meta.get("article:published_time", "")),
        broadcaster=meta.get("og:site_name", ""),
        speakers=(Speaker(author, part="author"),) if _is_person(author, markup) else (),
        page_url=markup.here,
    )


def _read_visible(markup: Markup) -> Facts:
    """What a reader sees, and what the rest of the markup states."""
    meta, props = markup.meta, markup.props
    decks = [tag for tag in markup.tags("p", "div", "h2") if "deck" in get_words(tag, "class")]
    licences = [
        markup.follow(get_value(tag, "href")) for tag in markup.tags("a", "link") if "license" in _rel(tag)
    ]
    stated = [get_value(tag, name) for tag in markup.tags("html") for name in ("lang", "xml:lang")]
    return Facts(
        title=_first_text([*markup.tags("h1"), *props.get("headline", ()), *markup.tags("title")]),
        summary=_first_text([*decks, *props.get("description", ())]) or meta.get("description", ""),
        date=_find_day(markup),
        language=next(filter(None, map(format_language, [*stated, meta.get("og:locale", "")])), ""),
        speakers=_find_authors(markup),
        rights=next(filter(is_web, licences), ""),
    )


def _rel(tag: Tag) -> list[str]:
    return get_words(tag, "rel")


def _first_text(tags: Iterable[Tag]) -> str:
    return next((text for tag in islice(tags, MOST) if (text := read_line(tag, LONGEST_TEXT))), "")


def _find_day(markup: Markup) -> str:
    marked = markup.props.get("datePublished", ())
    times = [tag for tag in markup.tags("time") if get_value(tag, "datetime")][:MOST]
    own = [tag for tag in times if is_in_article(tag) or tag.has_attr("pubdate")]
    stated = [get_value(tag, "datetime") or get_value(tag, "content") for tag in [*marked, *own]]
    stated += [markup.meta.get(name, "") for name in DATES]
    return next(filter(None, map(find_day, stated)), "")


def _find_authors(markup: Markup) -> tuple[Speaker, ...]:
    """Who wrote it, as the markup marks it: a name alone, or with an office behind a comma."""
    marked = [
        *markup.props.get("author", ()),
        *(tag for tag in markup.tags("a") if "author" in _rel(tag)),
        *(tag for tag in markup.tags("p", "div", "span") if "byline" in get_words(tag, "class")),
    ]
    for tag in marked[:MOST]:
        names = _find_props(markup, "name", tag) or [tag]
        offices = _find_props(markup, "jobTitle", tag)
        found = _BYLINE.fullmatch(get_value(names[0], "content") or read_line(names[0], LONGEST_TEXT))
        if found and _is_person(found[1], markup):
            return (Speaker(found[1].strip(), _first_text(offices) or (found[2] or "").strip(), "author"),)
    name = markup.meta.get("author", "")
    return (Speaker(name, part="author"),) if _is_person(name, markup) else ()


def _find_props(markup: Markup, name: str, around: Tag) -> list[Tag]:
    """The tags of a property that stand inside another tag."""
    return [
        tag for tag in markup.props.get(name, ())[:MOST] if any(each is around for each in find_around(tag))
    ]


def _is_person(name: str, markup: Markup) -> bool:
    """Whether a name is at least none of a site, an account or an address."""
    known = name and name not in (markup.meta.get("og:site_name"), markup.meta.get("application-name"))
    return bool(known) and (" " in name.strip() or not name.isascii()) and not re.search(r"[/@]", name)


def _cut_site(title: str, sites: Iterable[str]) -> str:
    """A headline without the name of the site behind it."""
    for site in filter(None, sites):
        found = re.fullmatch(rf"(.+?)(?:\s+[-–—|·:]\s+|_){re.escape(site)}", title)
        title = found[1] if found else title
    return title


def _find_pictured(captions: Iterable[Tag]) -> list[Speaker]:
    """The persons whom a caption names with an office: quoted, for all that a picture tells."""
    found: dict[str, Speaker] = {}
    for caption in captions:
        if stated := _CAPTION.fullmatch(read_line(caption, LONGEST_TEXT)):
            name = stated["name"].strip()
            found.setdefault(name, Speaker(name, stated["title"].strip(), "quoted"))
    return list(found.values())


def _join_people(authors: Iterable[Speaker], pictured: Iterable[Speaker]) -> list[Speaker]:
    """The authors, with the office that a caption gives them, and the others who are pictured."""
    offices = {speaker.name: speaker.title for speaker in pictured}
    found = {a.name: replace(a, title=a.title or offices.get(a.name, "")) for a in authors}
    return [*found.values(), *(speaker for speaker in pictured if speaker.name not in found)]


def _name_parts(people: Sequence[Speaker], script: str) -> tuple[Speaker, ...]:
    """A voice is whom a label gives a turn; else authors stay, and who is pictured if the text names him."""
    voices = {turn.speaker for turn in parse_script(script, people)}
    return tuple(
        replace(speaker, part="voice" if speaker.name in voices else speaker.part)
        for speaker in people
        if speaker.name in voices or speaker.part == "author" or speaker.name.split()[-1] in script
    )


def _choose_script(visible: str, linked: Sequence[Linked]) -> str:
    """A stated transcript that the page does not show, else the visible text, else the stated one."""
    transcript = next((each.transcript for each in linked if each.transcript), "")
    body = next((each.body for each in linked if each.body), "")
    return next((text for text in (transcript, body) if text and _lacks(visible, text)), visible)


def _lacks(visible: str, text: str) -> bool:
    stated, shown = ({token.text for token in fold(split_words(each))} for each in (text, visible))
    return len(stated & shown) < LEAST_SHARE * len(stated)
