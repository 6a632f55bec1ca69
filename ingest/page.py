"""A broadcaster's page: the headline, who is pictured, the recording it plays and the published text.

Reads what the page states in its markup (microdata, Open Graph, semantic elements) and guesses
nothing: a page without an article body gives no script, a caption without an office no speaker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from ingest.dates import parse_date
from ingest.errors import FactsError, SourceError
from ingest.facts import Facts, Speaker

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
    for line_break in soup.find_all("br"):
        line_break.replace_with(" ")
    paragraphs = _body(soup)
    audio = _audio(soup)
    facts = Facts(
        title=_first(soup, "h1", "[itemprop=headline]") or _meta(soup, "og:title") or _first(soup, "title"),
        summary=_first(soup, ".deck", "[itemprop=description]")
        or _meta(soup, "og:description", "description"),
        date=_date(soup),
        broadcaster=_meta(soup, "og:site_name"),
        language=str(soup.html.get("lang", "")) if soup.html else "",
        speakers=_speakers(soup, " ".join(paragraphs)),
        page_url=_meta(soup, "og:url"),
        audio_url=audio if re.match(r"https?://", audio) else "",
    )
    return Page(facts, audio, "\n\n".join(paragraphs))


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
    return " ".join(tag.get_text().split())


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


def _body(soup: BeautifulSoup) -> list[str]:
    body = soup.select_one("[itemprop=articleBody]") or soup.select_one("article") or soup.select_one("main")
    if body is None:
        return []
    apart = ("header", "footer", "nav", "figure", "aside", "audio")
    paragraphs = [tag for tag in body.find_all(["p", "blockquote"]) if not tag.find_parent(apart)]
    texts = [_text(tag) for tag in paragraphs if not tag.find("p")]
    return [text for text in texts if text]


def _speakers(soup: BeautifulSoup, body: str) -> tuple[Speaker, ...]:
    """The persons whom a caption names with an office and the text names again: they are quoted."""
    speakers = []
    for caption in soup.select("figcaption"):
        stated = _CAPTION.fullmatch(_text(caption))
        if stated and stated["name"].split()[-1] in body:
            speakers.append(Speaker(stated["name"].strip(), stated["title"].strip(), "quoted"))
    return tuple(speakers)
