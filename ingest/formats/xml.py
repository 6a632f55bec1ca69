"""XML: what the readers of TTML, OHMS and DOCX share. Elements know their line, for what is reported.

Python's own expat reads it; a file that declares entities, or refers to some, is refused, so nothing
grows while it is read and nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ingest.errors import ScriptError

DEEPEST = 100  # elements inside each other; a transcript has ten
MOST = 3_000_000  # elements; a day with a time for every word has a tenth of them


class Node(Element):
    """An element that knows the number of its line."""

    line = 0


def parse_xml(content: str | bytes, name: str) -> Element:
    """Read XML without following what it refers to.

    raises  ScriptError naming the line where it is not well formed, and where it has entities
    """
    text = isinstance(content, str)
    parser = expat.ParserCreate("utf-8" if text else None, namespace_separator="}")
    parser.buffer_text = True
    builder = TreeBuilder(element_factory=Node)
    depth = count = 0

    def refuse(*_: object) -> NoReturn:
        raise ScriptError(
            f"{name}, line {parser.CurrentLineNumber}: declares entities, which are not followed;"
            " write it without"
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST:
            raise ScriptError(f"{name}: its elements are nested too deeply; give a transcript")
        if count > MOST:
            raise ScriptError(f"{name}: has more elements than any transcript; give the text alone")
        element = builder.start(tag, attributes)
        assert isinstance(element, Node)
        element.line = parser.CurrentLineNumber

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    parser.SkippedEntityHandler = refuse
    try:
        parser.Parse(content.encode("utf-8", "replace") if isinstance(content, str) else content, True)
    except expat.ExpatError as error:
        raise ScriptError(f"{name}, line {error.lineno}: is not well-formed XML; write it again") from error
    except (ValueError, LookupError) as error:  # an encoding that is none
        raise ScriptError(f"{name}: is not XML in UTF-8; write it again") from error
    return builder.close()


def local_name(tag: object) -> str:
    """The name of an element or attribute without its namespace; "" for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find_line(element: Element) -> int:
    """The line on which an element of `parse_xml` begins."""
    return element.line if isinstance(element, Node) else 0


def find_attribute(element: Element, name: str) -> str:
    """An attribute by its name in whatever namespace, "" without it."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")


def find_texts(elements: Iterable[Element], *names: str) -> dict[str, list[str]]:
    """The texts of the elements of each name, without those that have none."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for element in elements:
        name = local_name(element.tag)
        if name in found and (element.text or "").strip():
            found[name].append((element.text or "").strip())
    return found
