"""XML: what the readers of TTML, OHMS, DOCX and feeds share. Elements know their line, for what is reported.

Python's own expat reads it; a file that declares entities, or refers to some, is refused, so nothing
grows while it is read and nothing is fetched.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from html.entities import html5
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

from ingest.errors import ScriptError

DEEPEST = 100  # elements inside each other; a transcript has ten
MOST = 3_000_000  # elements; a day with a time for every word has a tenth of them

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|&#(x?)([0-9a-fA-F]+);")
_AMPERSAND = re.compile(  # behind what may hold bare ones
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(\w{1,40};)?",
    re.DOTALL,
)


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


def clean_xml(text: str) -> str:
    """Leave out what no XML may hold: control characters, and references to them.

    >>> clean_xml("a\\x00b&#0;c&#x41;")
    'abc&#x41;'
    """
    return _FORBIDDEN.sub(_keep_reference, text)


def repair_xml(text: str) -> str:
    """Mend what most often keeps XML from being well formed: bare ampersands, the entities of HTML, and
    prefixes that nobody declares.

    >>> repair_xml("<a>AT&T caf&eacute;<b:c/></a>")
    '<a xmlns:b="b">AT&amp;T café<b:c/></a>'
    """
    used = re.findall(r"<([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=\s*[\"']", text)
    declared = {"xml", "xmlns", *re.findall(r"\sxmlns:([\w.-]+)\s*=", text)}
    prefixes = sorted({prefix for pair in used for prefix in pair if prefix} - declared)
    spaces = "".join(f' xmlns:{prefix}="{prefix}"' for prefix in prefixes)
    text = re.sub(r"<[A-Za-z_][\w.:-]*", lambda root: root[0] + spaces, end_markup(text), count=1)
    return _AMPERSAND.sub(_escape_ampersand, text)


def end_markup(text: str) -> str:
    """Leave out comments and tags that are begun and never end: tolerant parsers seek the end of each anew.

    >>> end_markup("<p>one<a href='x<b"), end_markup("<p>one<!-- two <b>")
    ("<p>one a href='x b", '<p>one')
    """
    begun = text.find("<!--", text.rfind("-->") + 1)
    text = text[:begun] if begun >= 0 else text
    end = text.rfind(">") + 1
    return text[:end] + text[end:].replace("<", " ")


def _keep_reference(found: re.Match[str]) -> str:
    """A reference to a character as it stands, "" where it is to one that XML may not hold."""
    if not found[2] or len(found[2]) > 7 or (not found[1] and not found[2].isdecimal()):
        return ""
    code = int(found[2], 16 if found[1] else 10)
    return "" if code > sys.maxunicode or _FORBIDDEN.match(chr(code)) else found[0]


def _escape_ampersand(found: re.Match[str]) -> str:
    if found[0].startswith("<"):
        return found[0]
    entity = found[1] or ""
    return escape(html5[entity]) if entity in html5 else f"&amp;{entity}"


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
