"""XML that we write: always by ElementTree, so that no title can break out of its element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


def writable(text: str) -> str:
    """A text without the characters that no XML may hold, not even escaped.

    source  https://www.w3.org/TR/xml/#charsets

    >>> writable("a\\x00b\\ufffec]]>")
    'abc]]>'
    """
    return _UNWRITABLE.sub("", text)


def add(parent: ET.Element, name: str, text: object = "", **attributes: object) -> ET.Element | None:
    """Add an element, unless it would be empty; attributes that are empty are left out.

    name  {namespace}name
    """
    stated = {key: writable(str(value)) for key, value in attributes.items() if value not in ("", None)}
    text = writable(str(text))
    if not text and not stated:
        return None
    element = ET.SubElement(parent, name, stated)
    element.text = text or None
    return element


def write(root: ET.Element, spaces: Mapping[str, str]) -> str:
    """The document as text.

    spaces  the namespaces by their prefix, "" for one without; registered each time, since ElementTree
            keeps them for the whole process and other documents need the same prefix
    """
    for prefix, space in spaces.items():
        ET.register_namespace(prefix, space)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
