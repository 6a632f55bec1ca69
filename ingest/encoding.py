"""Encoding: the bytes of a text file turned into text."""

from __future__ import annotations

import codecs
import re

from ingest.errors import ScriptError

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
# What the names of these encodings mean on pages, by Python's name for them.
# https://encoding.spec.whatwg.org/#names-and-labels
_ON_PAGES = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
_TRUSTED = re.compile(
    r"utf-(8|16)|ascii|iso8859-\d+|cp\d+|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+|iso2022_\w+|tis-620|mac-roman"
)


def decode_text(content: bytes, name: str) -> tuple[str, str]:
    """Turn bytes into text: as XML declares, UTF-8, UTF-16 with its mark, or Windows-1252.

    The second value is a line for the reader where the encoding was a guess, else "".

    name    of the file, for messages
    raises  ScriptError when it is none of them

    >>> decode_text("“Café”".encode("cp1252"), "x.txt")
    ('“Café”', 'x.txt: is not UTF-8; read as Windows-1252, so look at its accented letters')
    """
    start = content[:4096]
    if start.count(0) * 10 > len(start) and _marked_encoding(content) != "utf-16":
        raise ScriptError(f"{name}: is not text; give the transcript as text in UTF-8")
    for encoding in (_declared_encoding(content), _marked_encoding(content)):
        try:
            return content.decode(encoding).removeprefix("\ufeff"), ""
        except UnicodeError:
            continue
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ScriptError(f"{name}: is not text in UTF-8; save it as UTF-8") from error
    accented = sum(c > "\x7f" for c in text)
    if accented > sum(c.isalpha() for c in text if c <= "\x7f"):  # no Western language has so many
        raise ScriptError(f"{name}: is not text in UTF-8; save it as UTF-8")
    return text, f"{name}: is not UTF-8; read as Windows-1252, so look at its accented letters"


def decode_page(content: bytes) -> str:
    """Turn the bytes of a page into text: UTF-8 where it is that, else as it declares, else Windows-1252.

    >>> decode_page("<meta charset=koi8-r>привет".encode("koi8-r"))
    '<meta charset=koi8-r>привет'
    """
    stated = _DECLARED.match(content) or _CHARSET.search(content[:8192])
    declared = _known_encoding(stated[1]) if stated else ""
    seven_bits = declared.startswith("iso2022")  # looks like UTF-8
    for encoding in (
        declared if seven_bits else _marked_encoding(content),
        _ON_PAGES.get(declared, declared),
    ):
        try:
            return content.decode(encoding or "cp1252").removeprefix("\ufeff")
        except UnicodeError:
            continue
    return content.decode("cp1252", "replace")


def _marked_encoding(content: bytes) -> str:
    return "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _declared_encoding(content: bytes) -> str:
    """What an XML declaration says, where Python knows it and it is safe to follow."""
    declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8))
    return (_known_encoding(declared[1]) if declared else "") or _marked_encoding(content)


def _known_encoding(name: bytes) -> str:
    """Python's name for an encoding, "" where it knows none or it is not safe to follow."""
    try:
        known = codecs.lookup(name.decode("ascii")).name
    except LookupError:
        return ""
    return known if _TRUSTED.fullmatch(known) else ""
