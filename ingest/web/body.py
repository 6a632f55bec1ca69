"""The text of a page: its paragraphs, with labels where a bold name stands before what somebody says.

The markup tells where it is: what is marked as the body of an article, else the article with the most
text, else the part of the page in which nearly all paragraphs stand. An HTML library for articles
(trafilatura) finds no more in the pages of the tests, brings 70 MB, and takes a list of programmes or a
single sentence for an article.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag

from ingest.facts import Speaker
from ingest.formats.document import tidy
from ingest.formats.xml import end_markup
from ingest.labels import find_label, name_labels
from ingest.web.markup import find_around
from ingest.words import split_words

LEAST_WORDS = 30  # of a text that stands in no article; fewer are a notice or a summary
MOST_BODIES = 500  # parts of a page that are marked as the body of its article
MOST_PART = 0.8  # of its text that a part of a page has to hold to stand for the whole
APART = frozenset(
    ["header", "footer", "nav", "figure", "aside", "audio", "video", "script", "style", "template",
     "noscript", "button", "select", "textarea", "iframe", "object", "svg"]
)  # fmt: skip
BLOCKS = frozenset(
    ["address", "article", "center", "dd", "details", "div", "dl", "dt", "fieldset", "form", "h1", "h2",
     "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "pre", "section", "table", "td", "th", "tr", "ul"]
)  # fmt: skip
UNREAD = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "th"])  # where paragraphs are unmarked
# The classes of what stands in an article and is no part of its text.
_ASIDE = re.compile(
    r"(?!(has|is|with|no)[-_])(.*[-_])?(caption|credit|byline|related|newsletter|promo|advert)s?([-_].*)?"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph; `marked` has asterisks around what is bold at its start."""

    text: str
    marked: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text within a line."""

    text: str
    bold: bool
    linked: bool


def find_paragraphs(soup: BeautifulSoup) -> list[list[Line]]:
    """The paragraphs of the page's article, each with the lines that the page breaks it into."""
    bodies = soup.find_all(itemprop="articleBody", limit=MOST_BODIES)
    marked = [
        tag for tag in bodies if not any(each.get("itemprop") == "articleBody" for each in find_around(tag))
    ]
    for loose in (False, True):
        if found := [lines for tag in marked for lines in _read(tag, loose)]:
            return found
    weights = _weigh(soup, loose=False)
    articles = [tag for tag in soup.find_all("article") if weights.get(id(tag))]
    if articles:
        return list(_read(max(articles, key=lambda tag: weights[id(tag)])))
    start = soup.find("main") or soup.find(role="main") or soup.body or soup
    assert isinstance(start, Tag)
    loose = not weights.get(id(start))
    if loose:
        weights = _weigh(soup, loose)
    paragraphs = list(_read(_descend(start, weights), loose))
    words = {word for lines in paragraphs for line in lines for word in split_words(line.text)}
    return paragraphs if len(words) >= LEAST_WORDS else []


def read_html(text: str) -> list[str]:
    """The paragraphs of a piece of HTML, each on one line; of plain text too."""
    if "<" not in text:
        return html.unescape(text).split("\n\n")
    soup = BeautifulSoup(end_markup(text.replace("<![", "<?")), "html.parser")
    return [" ".join(line.text for line in lines) for lines in _read(soup, loose=True)]


def read_line(tag: Tag, longest: int) -> str:
    """The text of a headline or a caption on one line, as far as so many characters or tags."""
    text = ""
    for node, _ in islice(_walk(tag, whole=True), longest):
        text += " " if isinstance(node, Tag) and node.name == "br" else _string(node)
        if len(text) > longest:
            break
    return tidy(text)


def write_labels(paragraphs: Sequence[Sequence[Line]], speakers: Sequence[Speaker]) -> str:
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


def _read(body: Tag, loose: bool = False) -> Iterator[list[Line]]:
    """The paragraphs of a part of a page.

    One pass, so that a page whose tags are never closed takes no longer: as in a browser, the start of
    a block ends the paragraph before it, and two line breaks do.

    loose  whether text counts that stands in a block itself, in no paragraph
    """
    lines: list[list[Piece]] = [[]]
    inside = ["loose" if loose else ""]  # for each open block: which paragraph its text belongs to
    bold = linked = 0
    for node, enters in _walk(body):
        name = node.name if isinstance(node, Tag) else ""
        if not isinstance(node, Tag):
            text = re.sub(r"\s+", " ", _string(node))
            lines[-1] += [Piece(text, bold > 0, linked > 0)] if inside[-1] else []
        elif name == "br" and enters:
            if len(lines) > 1 and not any(piece.text.strip() for piece in lines[-1]):
                yield from _join(lines)
                lines = []
            lines.append([])
        elif name in ("b", "strong"):
            bold += 1 if enters else -1
        elif name == "a":
            linked += 1 if enters else -1
        elif name in ("p", "blockquote") or name in BLOCKS:
            yield from _join(lines)
            lines = [[]]
            if enters:
                inside[-1] = "" if inside[-1] == "p" else inside[-1]
                around = "" if inside[-1] == "loose" and name in UNREAD else inside[-1]
                inside.append(around if name in BLOCKS else name)
            else:
                inside.pop()
    yield from _join(lines)


def _walk(body: Tag, whole: bool = False) -> Iterator[tuple[PageElement, bool]]:
    """Each node in order, and whether it is entered or left; what is no part of the article left out.

    whole  whether captions and the like count too
    """
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
        elif node.name not in APART and (whole or not _is_aside(node)):
            yield node, True
            open_tags.append((node, iter(node.contents)))


def _is_aside(tag: Tag) -> bool:
    return any(len(name) < 80 and _ASIDE.fullmatch(name) for name in tag.get_attribute_list("class") if name)


def _string(node: PageElement) -> str:
    """What a node shows itself: comments, styles and the like are other kinds of string."""
    return str(node) if type(node) is NavigableString else ""


def _join(lines: Sequence[Sequence[Piece]]) -> Iterator[list[Line]]:
    """Join the pieces of each line to a paragraph; lines without a word are left out, and links alone."""
    if all(piece.linked for pieces in lines for piece in pieces if piece.text.strip()):
        return
    joined = []
    for pieces in lines:
        size = next((n for n, each in enumerate(pieces) if each.text.strip() and not each.bold), len(pieces))
        lead, rest = ("".join(piece.text for piece in part) for part in (pieces[:size], pieces[size:]))
        plain = " ".join((lead + rest).split())
        if plain:
            space = " " if lead[-1:] == " " else ""
            joined.append(Line(plain, f"**{lead.strip()}**{space}{rest}" if lead.strip() else plain))
    yield joined


def _weigh(soup: BeautifulSoup, loose: bool) -> dict[int, int]:
    """How many characters of text that would be read each block holds, links left out, by its tag's id."""
    weights: dict[int, int] = {}
    open_blocks: list[int] = []
    total = paragraphs = links = unread = 0
    for node, enters in _walk(soup):
        step = 1 if enters else -1
        if not isinstance(node, Tag):
            counts = paragraphs or (loose and not unread)
            total += len(_string(node).strip()) if counts and not links else 0
        elif node.name == "a":
            links += step
        elif node.name in ("p", "blockquote"):
            paragraphs += step
        elif node.name in BLOCKS or node.name == "body":
            unread += step if node.name in UNREAD else 0
            if enters:
                open_blocks.append(total)
            else:
                weights[id(node)] = total - open_blocks.pop()
    return {**weights, id(soup): total}


def _descend(start: Tag, weights: dict[int, int]) -> Tag:
    """The smallest part of a page that holds nearly all of its paragraphs."""
    tag = start
    while True:
        heaviest = max(
            (child for child in tag.contents if isinstance(child, Tag)),
            key=lambda child: weights.get(id(child), 0),
            default=tag,
        )
        if heaviest is tag or weights.get(id(heaviest), 0) < MOST_PART * max(weights.get(id(start), 0), 1):
            return tag
        tag = heaviest
