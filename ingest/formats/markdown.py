"""Markdown: interviews and scripts as people write them, with bold names, and ours.

Read as plain text is (see text.py), with `**NAME:**` for who speaks. Headings, lists and quotations lose
their marks, links and images keep their words; what stands in comments and in the head is left out.

source  https://spec.commonmark.org/
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest.facts import Facts
from ingest.formats.document import Document, Draft, tidy
from ingest.formats.text import Paragraph, read_paragraphs
from ingest.labels import UNKNOWN
from ingest.segment import Segment
from ingest.vtt import format_timestamp
from ingest.words import split_words

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEAD = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_BLOCK = re.compile(r"\A\s{0,3}(?:>\s?|#{1,6}\s+|[-*+]\s+(?=\S)|\d{1,9}[.)]\s+(?=\S))+")
_RULE = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|`{3,}.*|~{3,}.*|=+\s*)")
_LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.)*)\]\((?:[^()\\]|\\.)*\)")
_TIMED_NAME = re.compile(r"(\*\*|__)\s*(\[[\d:.]+\])\s*")  # **[0:01:23] NAME:** as [0:01:23] **NAME:**
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|`+|~~)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPECIAL = re.compile(r"([\\`*_\[\]<>&#~|!(){}:+-])")


def parse_markdown(text: str, name: str) -> Document:
    """Read Markdown; the first heading of the first level is the title."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _COMMENT.sub(
        lambda c: "\n" * c[0].count("\n"), _HEAD.sub(lambda h: "\n" * h[0].count("\n"), text)
    )
    lines = plain.split("\n")
    title = ""
    for n, line in enumerate(lines):
        if not title and re.match(r"#\s+\S", line):
            title, lines[n] = strip_marks(line), ""
    return read_marked(_paragraphs(lines), Draft(name, "markdown"), Facts(title=title))


def read_marked(paragraphs: Sequence[Paragraph], draft: Draft, facts: Facts) -> Document:
    """Read paragraphs in which `**` stands around what is bold; the marks go once names are found."""
    marked = [replace(p, text=_TIMED_NAME.sub(r"\2 \1", _LINK.sub(r"\1", p.text))) for p in paragraphs]
    document = read_paragraphs(marked, draft, facts)
    lines = [
        replace(line, text=strip_marks(line.text), speaker=strip_marks(line.speaker))
        for line in document.lines
    ]
    return replace(document, lines=tuple(line for line in lines if split_words(line.text)))


def strip_marks(text: str) -> str:
    """A line of text without the marks of Markdown.

    >>> strip_marks("## A *very* [good](https://a.example) **2 \\\\* 3**")
    'A very good 2 * 3'
    """
    text = _EMPHASIS.sub("", _LINK.sub(r"\1", _BLOCK.sub("", text)))
    return tidy(html.unescape(_ESCAPED.sub(r"\1", text)))


def format_markdown(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """A paragraph a segment with the time of its start, and who speaks where that changes."""
    timed = facts.get("timed", True)
    parts = [f"# {_escape(str(facts['title']))}"]
    before = ""
    for segment in segments:
        name = segment.speaker or (UNKNOWN if before else "")
        label = f"**{_escape(name)}:** " if segment.speaker != before else ""
        time = f"[{format_timestamp(segment.start)}] " if timed else ""
        parts.append(f"{time}{label}{_escape(segment.text)}")
        before = segment.speaker
    return "\n\n".join(parts) + "\n"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _paragraphs(lines: Sequence[str]) -> list[Paragraph]:
    """Cut at blank lines, rules, and where a heading, an entry of a list or a bold name begins."""
    paragraphs: list[Paragraph] = []
    inside = False
    for number, line in enumerate(lines, 1):
        if not line.strip() or _RULE.fullmatch(line):
            inside = False
            continue
        begins = _BLOCK.match(line) or re.match(r"\s*(?:\*\*|__|\[\d)", line)
        said = _BLOCK.sub("", line).strip()
        if inside and not begins:
            last = paragraphs[-1]
            paragraphs[-1] = replace(last, text=f"{last.text}\n{said}")
        elif said:
            paragraphs.append(Paragraph(number, said))
        inside = bool(said) and not re.match(r"\s{0,3}#", line)
    return paragraphs
