"""The markup of a page: its tags sorted, so that each question to it costs no pass through all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, Tag

from ingest.encoding import decode_page
from ingest.formats.document import tidy
from ingest.formats.xml import end_markup
from ingest.web.links import is_web, resolve_link

MOST = 20  # tags that are looked at for what a page should have once
DEEPEST = 100  # tags around a tag; where they are never closed, there may be thousands


@dataclass(frozen=True, slots=True)
class Markup:
    """A page's tags by name and by `itemprop`, its meta values, and where it lies.

    meta    by property or name, in lower case
    linked  its JSON-LD, script by script
    base    what its links are relative to, "" when that is not known
    here    the address that it states for itself, "" when it states none
    """

    soup: BeautifulSoup
    named: Mapping[str, Sequence[Tag]]
    props: Mapping[str, Sequence[Tag]]
    meta: Mapping[str, str]
    linked: tuple[str, ...]
    base: str
    here: str

    def tags(self, *names: str) -> list[Tag]:
        """All tags of some names, those of the first name first."""
        return [tag for name in names for tag in self.named.get(name, ())]

    def follow(self, link: str) -> str:
        """What a link means, see `resolve_link`; on a saved page also one that leads out of its folder."""
        return resolve_link(self.base, link) or resolve_link(self.here, link)


def read_markup(content: bytes, url: str) -> Markup:
    """Read a page from its bytes.

    url  its address, "" when that is not known
    """
    text = decode_page(content).replace("<![", "<?")  # ends at the next bracket, as in a browser
    soup = BeautifulSoup(end_markup(text), "html.parser")
    named: dict[str, list[Tag]] = {}
    props: dict[str, list[Tag]] = {}
    meta: dict[str, str] = {}
    for tag in soup.find_all(True):
        named.setdefault(tag.name, []).append(tag)
        for prop in get_words(tag, "itemprop"):
            props.setdefault(prop, []).append(tag)
    for tag in named.get("meta", ()):
        value = tidy(get_value(tag, "content"))
        if value:
            meta.setdefault((get_value(tag, "property") or get_value(tag, "name")).lower(), value)
    linked = (
        tag.get_text() for tag in named.get("script", ()) if "ld+json" in get_value(tag, "type").lower()
    )
    bases = (get_value(tag, "href") for tag in named.get("base", ()))
    base = resolve_link(url, next(filter(None, bases), ""))
    canonical = (
        get_value(tag, "href") for tag in named.get("link", ()) if "canonical" in get_words(tag, "rel")
    )
    here = resolve_link(url, meta.get("og:url") or next(canonical, ""))
    return Markup(
        soup, named, props, meta, tuple(linked), base if is_web(base) else url, here if is_web(here) else ""
    )


def find_around(tag: Tag) -> Iterator[Tag]:
    """The tags around a tag, the nearest first, without those that are far away."""
    return islice(tag.parents, DEEPEST)


def is_in_article(tag: Tag) -> bool:
    """Whether a tag stands in an `article`."""
    return any(each.name == "article" for each in find_around(tag))


def get_value(tag: Tag, attribute: str) -> str:
    """An attribute as it is written, "" without it."""
    value = tag.get(attribute) or ""
    return value if isinstance(value, str) else " ".join(value)


def get_words(tag: Tag, attribute: str) -> list[str]:
    """The words of an attribute that holds several, as classes and relations do."""
    return get_value(tag, attribute).split()
