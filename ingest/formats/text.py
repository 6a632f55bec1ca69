"""Plain text, with or without times: published scripts, interviews, what people type.

A paragraph is a line of the document; `NAME:` before it names the speaker. A time may stand before a
paragraph or inside it in brackets: `[00:01:23]`, `(1:23)`, `1:23 NAME:`, `NAME 1:23`. Times that go
backwards are no times, and a file in which most do has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.facts import Facts
from ingest.formats.clock import Timecode, find_zero, guess_rate, parse_clock, parse_timecode
from ingest.formats.document import Document, Draft, tidy
from ingest.labels import UNKNOWN, assign_speakers
from ingest.script import split_sentences
from ingest.segment import Segment

_TIME = r"\d{1,3}:\d{2}:\d{2}[:;]\d{2}|(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_RANGE = rf"({_TIME})(?:\s*(?:-+>?|–|—)\s*({_TIME}))?"
_BRACKETED = re.compile(rf"[\[(<{{]\s*{_RANGE}\s*[\])>}}]")  # [00:01:23], (1:23 - 1:30)
_INSIDE = re.compile(rf"[\[<{{]\s*{_RANGE}\s*[\]>}}]")  # round brackets inside a text may mean anything
_FIRST = re.compile(  # NAME [1:23]: or [1:23] at the beginning
    rf"(?P<name>(?:>>\s*)?[^\W\d_][^:\n\[(<{{]{{0,60}}?)?\s*(?P<colon>:?)\s*{_BRACKETED.pattern}"
    r"(?:(?P<after>[ \t]*:|[ \t]*(?=\n|$))|[ \t]*)\s*"
)
_BARE = re.compile(rf"{_RANGE}(?=[\s:–—-]|$)\s*(?:[:–—-]\s+)?")  # at the beginning of a line
_NAMED = re.compile(
    rf"([^\W\d_][^\n:]{{0,60}}?)\s*[-–—,:]?\s*[\[(]?({_TIME})[\])]?\s*:?\s*(?:\n|$)"
)  # Ann Lee  1:23

_FULL_STOP = re.compile(r"[.?!。！？…؟۔।]+[\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of text between blank lines, with the number of its first line.

    label  the name that its own marks give it, bold type for instance; "" where there is none
    """

    line: int
    text: str
    label: str = ""


@dataclass(slots=True)
class _Piece:
    line: int
    text: str
    start: float | Timecode | None = None
    end: float | Timecode | None = None


def parse_text(text: str, name: str) -> Document:
    """Read plain text; a first line that is underlined with `=` is the title."""
    draft = Draft(name, "text")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").split("\n")
    title = ""
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if len(lines) > first + 1 and re.fullmatch(r"={3,}\s*", lines[first + 1]):
        title = tidy(lines[first])
        lines[first : first + 2] = ["", ""]
    return read_paragraphs(_paragraphs(lines), draft, Facts(title=title))


def read_paragraphs(paragraphs: Iterable[Paragraph], draft: Draft, facts: Facts) -> Document:
    """Find times and speakers in paragraphs."""
    paragraphs = list(paragraphs)
    pieces = _pass_on_times(piece for paragraph in paragraphs for piece in _cut_at_times(paragraph))
    codes = [t for piece in pieces for t in (piece.start, piece.end) if isinstance(t, Timecode)]
    rate = guess_rate(codes)
    seconds = [
        [t.to_seconds(rate) if isinstance(t, Timecode) else t for t in (piece.start, piece.end)]
        for piece in pieces
    ]
    starts = [start for start, _ in seconds if start is not None]
    if sum(b < a for a, b in pairwise(starts)) * 3 > len(starts):
        draft.report("", "its times go back and forth, so they are taken for words")
        pieces = [_Piece(paragraph.line, paragraph.text) for paragraph in paragraphs]
        seconds, codes = [[None, None] for _ in pieces], []
    if codes:
        counted = (
            "at 29.97 a second, dropping" if codes[0].drop else f"at {rate:.0f} a second: none is stated"
        )
        draft.report("", f"has timecodes; their frames are counted {counted}")
    turns = assign_speakers([piece.text for piece in pieces])
    for piece, (speaker, said), (start, end) in zip(pieces, turns, seconds, strict=True):
        draft.add(said, piece.line, speaker=speaker, start=start, end=end)
    return draft.finish(facts, find_zero(codes, rate))


def _paragraphs(lines: Sequence[str]) -> Iterable[Paragraph]:
    """Cut where a line is blank, where one begins with a name or a time, and where one ends a sentence."""
    block: list[str] = []
    begin = 1
    for number, line in enumerate([*lines, ""], 1):
        if block and (not line.strip() or _begins(line.strip()) or _ends(block[-1], line.strip())):
            yield Paragraph(begin, "\n".join(block))
            block = []
        if line.strip():
            begin = begin if block else number
            block.append(line.strip())


def _begins(line: str) -> bool:
    return (
        _BRACKETED.match(line) is not None
        or _BARE.match(line) is not None
        or re.match(r">>|[-–—•]\s|[^\W\d_][^:：\n.?!]{0,60}[:：](\s|$)", line) is not None
    )


def _ends(line: str, following: str) -> bool:
    """Whether a sentence ends with a line: then it is no line that was wrapped, or nothing is lost."""
    sentences = split_sentences(line)
    return (
        bool(_FULL_STOP.search(line))
        and split_sentences(f"{line} {following}")[: len(sentences)] == sentences
    )


def _cut_at_times(paragraph: Paragraph) -> list[_Piece]:
    """Cut a paragraph where times stand; a name beside the first stays with the text after it."""
    head = _Piece(paragraph.line, "")
    text = paragraph.text
    if bare := _BARE.match(text):
        head.start, head.end = _time(bare[1]), _time(bare[2])
        text = text[bare.end() :]
    elif named := _NAMED.match(text):
        head.start = _time(named[2])
        text = f"{named[1]}:\n{text[named.end() :]}"
    elif (first := _FIRST.match(text)) and (first["name"] is None or first["colon"] or first["after"]):
        head.start, head.end = _time(first[3]), _time(first[4])
        text = f"{first['name']}:\n{text[first.end() :]}" if first["name"] else text[first.end() :]
    pieces = [head]
    at = 0
    for mark in _INSIDE.finditer(text):
        if (start := _time(mark[1])) is not None:
            pieces[-1].text += text[at : mark.start()]
            line = paragraph.line + text[: mark.start()].count("\n")
            pieces.append(_Piece(line, "", start, _time(mark[2])))
            at = mark.end()
    pieces[-1].text += text[at:]
    for piece in pieces:
        piece.text = piece.text.strip()
    return pieces


def _pass_on_times(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Give a time that stands alone to the text below it."""
    kept: list[_Piece] = []
    alone = None
    for piece in pieces:
        if not piece.text:
            alone = piece if piece.start is not None else alone
            continue
        if alone and piece.start is None:
            piece.start, piece.end = alone.start, alone.end
        alone = None
        kept.append(piece)
    return kept


def _time(text: str | None) -> float | Timecode | None:
    return None if text is None else parse_timecode(text) or parse_clock(text)


def format_text(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """Plain text: the title, then a line a sentence, the speaker where it changes."""
    title = str(facts["title"])
    lines = [title, "=" * max(3, min(len(title), 80))]
    before = None
    for segment in segments:
        if segment.speaker != before:
            lines += ["", f"{segment.speaker or UNKNOWN}:"] if segment.speaker or before else [""]
            before = segment.speaker
        lines.append(segment.text)
    return "\n".join(lines) + "\n"
