"""The XML of a feed, however broken, in a form that can be read.

What stands before its first element is cut off, so nobody's entities are known and none can grow, and so
are characters that no XML may hold. If it is then not well formed, it is mended where that is easy; if
that does not help either, each item is read by itself, so that one which is broken costs no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.encoding import decode_text
from ingest.errors import FeedError, ScriptError
from ingest.formats.xml import clean_xml, parse_xml, repair_xml
from ingest.web.podcast import Extras, read_extras

HEAD = 65_536  # characters in which the first element has to begin
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[^>]*")
_NAME_END = re.compile(r"[\s>]")
_LEAF = re.compile(  # elements of podcasts, and what names an item, that hold no others
    r"<(?:[\w.-]+:)?(?:guid|id|transcript|chapters|person|license|season|episode)(?:\s[^<>]*)?"
    r"(?:/>|>[^<]*(?:<!\[CDATA\[[^\]]*\]\]>)?</[^<>]*>)"
)
_CROWDED = re.compile(r"""<[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')){500}""")  # attributes
_ITEM = re.compile(r"(?=<(?:[\w.-]+:)?(?:item|entry)[\s>])")


@dataclass(frozen=True, slots=True)
class FeedXml:
    """The XML of a feed, and what it says for podcasts of itself and of each item.

    text     without declaration and DOCTYPE
    reports  a line for each thing that was left out or mended
    """

    text: str
    channel: Extras
    items: list[Extras]
    reports: list[str]


def is_feed(content: bytes) -> bool:
    """Whether a file looks like a feed, by its first element."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return find_root(content[: 4 * HEAD].decode(encoding, "replace")) >= 0


def find_root(text: str) -> int:
    """Where the first element begins, -1 when it is not that of a feed."""
    at = text.find("<", 0, HEAD)
    while at >= 0:
        if text.startswith(("<!", "<?"), at):
            end = text.find("-->" if text.startswith("<!--", at) else ">", at)
            at = text.find("<", end, HEAD) if end >= 0 else -1
        else:
            root = _ROOT.match(text, at, at + HEAD)
            named = root[1] if root else ""
            vague = {"feed": "/atom", "RDF": "/rss/"}  # what others may call their first element too
            known = named == "rss" or (root and named in vague and vague[named] in root[0].lower())
            return at if known else -1
    return -1


def read_feed(content: bytes, url: str, base: str) -> FeedXml:
    """Read the XML of a feed.

    url     names it, for messages; base: what its links are relative to
    raises  FeedError when it is none
    """
    try:
        text, guessed = decode_text(content, url)
    except ScriptError as error:
        raise FeedError(str(error)) from error
    root = find_root(text)
    if root < 0:
        raise FeedError(f"{url}: is no feed (RSS or Atom); give the address of one")
    reports = [guessed] if guessed else []
    if "<!ENTITY" in text[:root]:
        reports.append(f"{url}: declares entities, which are not followed")
    lines = "\n" * text.count("\n", 0, root)  # so that they are counted as in the file
    clean = clean_xml(text[root:])
    if len(clean) < len(text) - root:
        reports.append(f"{url}: holds characters that XML may not hold; left out")
    if _CROWDED.search(clean):  # XML readers take hours for some tens of thousands
        raise FeedError(f"{url}: has a tag with hundreds of attributes, as no feed has; ask its publisher")
    try:
        return FeedXml(clean, *read_extras(parse_xml(lines + clean, url), base), reports)
    except ScriptError as error:
        problem = str(error).rpartition(";")[0]
    mended = repair_xml(clean)
    try:
        found = read_extras(parse_xml(lines + mended, url), base)
        return FeedXml(mended, *found, [*reports, f"{problem}; mended"])
    except ScriptError:
        reports.append(f"{problem}; each item is read by itself")
    return FeedXml(mended, *_read_pieces(mended, url, base, reports), reports)


def _read_pieces(text: str, url: str, base: str, reports: list[str]) -> tuple[Extras, list[Extras]]:
    """What a feed says of itself and of each item, where the whole is not well formed."""
    head, *pieces = _ITEM.split(text)
    root = re.match(r"<([\w:.-]+)[^>]*>", head)
    if root is None:  # not even that ends
        return Extras(base=base), [Extras(base=base) for _ in pieces]
    end = "</channel>" if "<channel" in head and "</channel" not in head else ""
    channel, _ = _read_piece(f"{head}{end}</{root[1]}>", base) or (Extras(base=base), [])
    items = []
    for n, piece in enumerate(pieces, 1):
        name = _NAME_END.split(piece, maxsplit=1)[0][1:]
        whole = f"{piece.rpartition(f'</{name}>')[0]}</{name}>"
        found = _read_piece(f"{root[0]}{whole}</{root[1]}>", channel.base)
        if not found:
            reports.append(f"{url}, item {n}: is not well-formed XML; read as far as it goes")
            leaves = "".join(leaf[0] for leaf in _LEAF.finditer(piece))
            found = _read_piece(f"{root[0]}<{name}>{leaves}</{name}></{root[1]}>", channel.base)
        items += found[1] if found else [Extras(base=channel.base)]
    return channel, items


def _read_piece(text: str, base: str) -> tuple[Extras, list[Extras]] | None:
    try:
        return read_extras(parse_xml(text, ""), base)
    except ScriptError:
        return None
