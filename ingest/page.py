"""A broadcaster's page: the headline, who is pictured, the recording it plays and the published text.

Reads what the page states in its markup (microdata, Open Graph, semantic elements) and guesses
nothing: a page without an article body gives no script, a caption without an office no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

from ingest.dates import parse_date
from ingest.errors import FactsError, SourceError
from ingest.facts import Facts, Speaker
from ingest.labels import find_label, name_labels
from ingest.script import parse_script

LONGEST_TEXT = 1_000  # characters of a headline or a caption that are read
APART = ("header", "footer", "nav", "figure", "aside", "audio", "video", "script", "style", "template")
BLOCKS = frozenset(
    ["address", "article", "dd", "details", "div", "dl", "dt", "fieldset", "form", "h1", "h2", "h3", "h4",
     "h5", "h6", "hr", "li", "main", "ol", "pre", "section", "table", "td", "th", "tr", "ul"]
)  # fmt: skip
_CAPTION = re.compile(r"(?P<name>[^,.;]{3,60}), (?P<title>.+?)\.?(?:\s*\([^)]*\))?\s*")
_AUDIO_LINK = re.compile(r"\.(mp3|m4a|ogg|oga|opus|flac|wav|aac|wma|mp4)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says about one clip.

    audio   the recording's address as the page gives it, relative or absolute; "" when there is none
    script  the published text, a blank line between paragraphs; "" when there is none
    """

    facts: Facts
    audio: str
    script: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph; `marked` has asterisks around what is bold at its start."""

    text: str
    marked: str


def load_page(path: Path) -> Page:
    """Read a page that was saved as an HTML file.

    raises  SourceError when it cannot be read
    """
    try:
        return parse_page(path.read_bytes())
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error


def parse_page(content: bytes) -> Page:
    """Read a page from its bytes; the encoding is the one that it declares, else detected."""
    soup = BeautifulSoup(content, "html.parser")
    pictured = _speakers(soup)
    script = _write_labels([lines for lines in _body(soup) if lines], pictured)
    audio = _audio(soup)
    facts = Facts(
        title=_first(soup, "h1", "[itemprop=headline]") or _meta(soup, "og:title") or _first(soup, "title"),
        summary=_first(soup, ".deck", "[itemprop=description]")
        or _meta(soup, "og:description", "description"),
        date=_date(soup),
        broadcaster=_meta(soup, "og:site_name"),
        language=str(soup.html.get("lang", "")) if soup.html else "",
        speakers=_name_parts(pictured, script),
        page_url=_meta(soup, "og:url"),
        audio_url=audio if re.match(r"https?://", audio) else "",
    )
    return Page(facts, audio, script)


def local_audio(page: Path, address: str) -> Path | None:
    """The file beside a saved page that its player names, or below it; None when it plays anything else."""
    path = _path_of(address)
    if not path or re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
        return None
    audio = page.parent / unquote(path)
    return audio if audio.resolve().is_relative_to(page.parent.resolve()) else None


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # not an address
        return ""


def _text(tag: Tag) -> str:
    """The text of a headline or a caption on one line."""
    text = ""
    for node, _ in _walk(tag):
        text += " " if isinstance(node, Tag) and node.name == "br" else _string(node)
        if len(text) > LONGEST_TEXT:
            break
    return " ".join(text.split())


def _string(node: PageElement) -> str:
    """What a node shows itself: comments, styles and the like are other kinds of string."""
    return str(node) if type(node) is NavigableString else ""


def _first(soup: BeautifulSoup, *selectors: str) -> str:
    found = (soup.select_one(selector) for selector in selectors)
    return next((_text(tag) for tag in found if tag and _text(tag)), "")


def _meta(soup: BeautifulSoup, *names: str) -> str:
    for name in names:
        tag = soup.find("meta", attrs={"property": name}) or soup.find("meta", attrs={"name": name})
        if isinstance(tag, Tag) and tag.get("content"):
            return " ".join(str(tag["content"]).split())
    return ""


def _date(soup: BeautifulSoup) -> str:
    published = soup.select_one("time[itemprop=datePublished][datetime], article time[datetime]")
    value = str(published["datetime"]) if published else _meta(soup, "article:published_time")
    stated = re.match(r"\d{4}(-\d\d(-\d\d)?)?", value)
    try:
        return stated[0] if stated and parse_date(stated[0]) else ""
    except FactsError:  # 0000-00-00 and the like: the page does not know
        return ""


def _audio(soup: BeautifulSoup) -> str:
    for tag in soup.select("audio[src], audio source[src]"):
        return str(tag["src"])
    for tag in soup.select("a[href]"):
        if _AUDIO_LINK.search(_path_of(str(tag["href"]))):
            return str(tag["href"])
    return _meta(soup, "og:audio")


def _body(soup: BeautifulSoup) -> Iterator[list[Line]]:
    """The paragraphs of the article, each with the lines that the page breaks it into.

    One pass, so that a page whose tags are never closed takes no longer: as in a browser, the start of
    a block ends the paragraph before it.
    """
    body = soup.select_one("[itemprop=articleBody]") or soup.select_one("article") or soup.select_one("main")
    lines: list[list[tuple[str, bool]]] = [[]]  # each with its pieces of text, and whether they are bold
    inside = [""]  # for each open block: which of p and blockquote its text belongs to
    bold = 0
    for node, enters in _walk(body) if body else ():
        name = node.name if isinstance(node, Tag) else ""
        if not isinstance(node, Tag):
            lines[-1] += [(re.sub(r"\s+", " ", _string(node)), bold > 0)] if inside[-1] else []
        elif name == "br" and enters:
            lines.append([])
        elif name in ("b", "strong"):
            bold += 1 if enters else -1
        elif name in ("p", "blockquote") or name in BLOCKS:
            yield _join(lines)
            lines = [[]]
            if enters:
                inside[-1] = inside[-1] if inside[-1] == "blockquote" else ""
                inside.append(inside[-1] if name in BLOCKS else name)
            else:
                inside.pop()
    yield _join(lines)


def _walk(body: Tag) -> Iterator[tuple[PageElement, bool]]:
    """Each node in order, and whether it is entered or left; what is no part of the article left out."""
    open_tags = [(body, iter(body.contents))]
    while open_tags:
        tag, children = open_tags[-1]
        node = next(children, None)
        if node is None:
            open_tags.pop()
            if open_tags:
                yield tag, False
        elif not isinstance(node, Tag):
            yield node, True
        elif node.name not in APART:
            yield node, True
            open_tags.append((node, iter(node.contents)))


def _join(lines: Sequence[Sequence[tuple[str, bool]]]) -> list[Line]:
    """Join the pieces of each line; those without a word are left out."""
    joined = []
    for pieces in lines:
        size = next((n for n, (text, bold) in enumerate(pieces) if text.strip() and not bold), len(pieces))
        lead, rest = ("".join(text for text, _ in part) for part in (pieces[:size], pieces[size:]))
        plain = " ".join((lead + rest).split())
        if plain:
            space = " " if lead[-1:] == " " else ""
            joined.append(Line(plain, f"**{lead.strip()}**{space}{rest}" if lead.strip() else plain))
    return joined


def _write_labels(paragraphs: Sequence[Sequence[Line]], speakers: Sequence[Speaker]) -> str:
    """Write the text, bold names as `Name:` where they are labels; in capitals if nothing else would tell."""
    found = {line: find_label(line.marked) for lines in paragraphs for line in lines}
    every = [found[line] for lines in paragraphs for line in lines]
    believed = name_labels([label for label in every if label], speakers)

    def write(line: Line, loud: frozenset[str]) -> str:
        label = found[line]
        if not label or label.kind not in ("bold", "lead") or (label.key, label.kind) not in believed:
            return line.text
        name = label.name.upper() if label.key in loud else label.name
        return " ".join(f"{name}: {label.rest}".split())

    quiet = [find_label(write(line, frozenset())) for lines in paragraphs for line in lines]
    told = {key for key, _ in name_labels([label for label in quiet if label], ())}
    loud = frozenset(key for key, _ in believed) - told
    return "\n\n".join("\n".join(write(line, loud) for line in lines) for lines in paragraphs)


def _speakers(soup: BeautifulSoup) -> list[Speaker]:
    """The persons whom a caption names with an office: quoted, for all that a picture tells."""
    found: dict[str, Speaker] = {}
    for caption in soup.select("figcaption"):
        if stated := _CAPTION.fullmatch(_text(caption)):
            name = stated["name"].strip()
            found.setdefault(name, Speaker(name, stated["title"].strip(), "quoted"))
    return list(found.values())


def _name_parts(pictured: Sequence[Speaker], script: str) -> tuple[Speaker, ...]:
    """Those pictured whom the text names: a voice where a label gives them a turn, else quoted."""
    voices = {turn.speaker for turn in parse_script(script, pictured)}
    return tuple(
        replace(speaker, part="voice" if speaker.name in voices else speaker.part)
        for speaker in pictured
        if speaker.name in voices or speaker.name.split()[-1] in script
    )
