"""DOCX: the text of a document as Word, LibreOffice and Google write it; bold names tell who speaks.

source  ECMA-376, part 1, chapter 17
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ingest.errors import ScriptError
from ingest.facts import Facts
from ingest.formats.document import Document, Draft
from ingest.formats.markdown import read_marked
from ingest.formats.text import Paragraph
from ingest.formats.xml import find_attribute, local_name, parse_xml

TEXT = "word/document.xml"
LARGEST = 100_000_000  # bytes of XML, unpacked; a thousand pages have five million
_SPACE = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_APART = ("del", "moveFrom", "instrText", "pict", "drawing", "footnoteReference", "delText")


def parse_docx(content: bytes, name: str) -> Document:
    """Read the paragraphs of a document; deleted text, fields, notes and pictures are passed over.

    raises  ScriptError when it is none, or unpacks to more than any text
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            if pack.getinfo(TEXT).file_size > LARGEST:
                raise ScriptError(f"{name}: unpacks to more than any text; give the text alone")
            with pack.open(TEXT) as file:
                text = file.read(LARGEST + 1)
    except KeyError as error:
        raise ScriptError(f"{name}: is packed, but no document; unpack it, or save it as .docx") from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise ScriptError(f"{name}: is broken or locked; save it again as .docx") from error
    if len(text) > LARGEST:
        raise ScriptError(f"{name}: unpacks to more than any text; give the text alone")
    title = ""
    paragraphs = []
    for number, element in enumerate(_find(parse_xml(text, name), "p"), 1):
        said = _read_paragraph(element)
        if not title and find_attribute(next(_find(element, "pStyle"), Element("")), "val") == "Title":
            title = " ".join(said.replace("**", "").split())
        elif said.strip():
            paragraphs.append(Paragraph(number, said))
    return read_marked(paragraphs, Draft(name, "docx"), Facts(title=title))


def _read_paragraph(paragraph: Element) -> str:
    """Its text; asterisks around what is bold at its beginning, where names stand."""
    pieces: list[tuple[str, bool]] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        kind = local_name(element.tag)
        if kind == "r":
            said = "".join(
                (part.text or "") if local_name(part.tag) == "t" else _SPACE.get(local_name(part.tag), "")
                for part in element
            )
            pieces.append(
                (said.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_"), _is_bold(element))
            )
        elif kind not in _APART:
            stack += reversed(element)
    size = next((n for n, (said, bold) in enumerate(pieces) if said.strip() and not bold), len(pieces))
    lead, rest = ("".join(said for said, _ in part) for part in (pieces[:size], pieces[size:]))
    if not lead.strip():
        return lead + rest
    space = lead[len(lead.rstrip()) :]
    return f"**{lead.strip()}**{space}{rest}"


def _is_bold(run: Element) -> bool:
    marks = [mark for properties in _find(run, "rPr") for mark in properties if local_name(mark.tag) == "b"]
    return bool(marks) and find_attribute(marks[0], "val") not in ("0", "false", "off")


def _find(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if local_name(each.tag) == name)
