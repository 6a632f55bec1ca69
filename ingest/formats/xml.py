"""XML: what the readers of TTML, OHMS and DOCX share."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.errors import ScriptError

DEEPEST = 100  # elements inside each other; a transcript has ten


def parse_xml(content: str | bytes, name: str) -> Element:
    """Read XML without following what it refers to.

    raises  ScriptError naming the line where it is not well formed, and where it declares entities
    """
    try:
        root: Element = fromstring(content)
    except ParseError as error:
        line = error.position[0] if error.position else 1
        raise ScriptError(f"{name}, line {line}: is not well-formed XML; write it again") from error
    except DefusedXmlException as error:
        raise ScriptError(f"{name}: declares entities, which are not followed; write it without") from error
    except (ValueError, LookupError) as error:  # an encoding that is none
        raise ScriptError(f"{name}: is not XML in UTF-8; write it again") from error
    if any(depth > DEEPEST for _, depth in _walk(root)):
        raise ScriptError(f"{name}: its elements are nested too deeply; give a transcript")
    return root


def local_name(tag: object) -> str:
    """The name of an element or attribute without its namespace; "" for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find_attribute(element: Element, name: str) -> str:
    """An attribute by its name in whatever namespace, "" without it."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")


def find_texts(root: Element, *names: str) -> dict[str, str]:
    """The text of the first element of each name that has some."""
    found: dict[str, str] = {}
    for element in root.iter():
        name = local_name(element.tag)
        if name in names and name not in found and (element.text or "").strip():
            found[name] = (element.text or "").strip()
    return found


def _walk(root: Element) -> Iterator[tuple[Element, int]]:
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        yield element, depth
        stack += [(child, depth + 1) for child in element]
