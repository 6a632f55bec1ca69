"""TTML, and DFXP as it was called at first: captions of broadcasters and of Netflix.

Times may be clock times, SMPTE timecodes, or numbers with a unit (frames and ticks too); those of a
`div`, `p` or `span` count from the start of what it stands in. A `span` with times of its own times its
words. Regions, styles and images are passed over.

source  https://www.w3.org/TR/ttml2/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from ingest.errors import ScriptError
from ingest.facts import Facts
from ingest.formats.clock import Timecode, find_zero, parse_clock, parse_timecode
from ingest.formats.document import Document, Draft
from ingest.formats.pairing import Stamp
from ingest.formats.xml import find_attribute, find_line, find_texts, local_name, parse_xml
from ingest.labels import assign_speakers
from ingest.segment import Segment
from ingest.vtt import format_timestamp

_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_SPOKEN = ("body", "div", "p", "span", "br", "ruby", "rb")  # others are about the text, not of it
_CONTROLS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a file counts: frames and ticks a second, and whether its timecodes drop frames.

    slowness  seconds that pass while its timecodes count one: 1.001 where 30 frames are counted a
              second, none is dropped, and 29.97 are shown
    """

    rate: float
    ticks: float
    drop: bool
    slowness: float = 1.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text inside a paragraph, with the times that hold there and who says it."""

    text: str
    start: float | None
    end: float | None
    agent: str


_Paragraphs = Iterator[tuple[Element, list[_Piece]]]


def parse_ttml(text: str, name: str) -> Document:
    """Read TTML; a paragraph in which several speak becomes a line of each.

    raises  ScriptError when it is no XML, or no TTML
    """
    root = parse_xml(text, name)
    if local_name(root.tag) != "tt":
        raise ScriptError(f"{name}: is XML, but neither TTML nor OHMS; give one of these")
    clock = _find_clock(root)
    agents = _find_agents(root)
    draft = Draft(name, "ttml")
    codes: list[Timecode] = []
    found: list[tuple[int, str, list[_Piece]]] = []
    body = next((child for child in root if local_name(child.tag) == "body"), None)
    for paragraph, pieces in _find_paragraphs(body, clock, codes, draft) if body is not None else ():
        line = find_line(paragraph)
        if not any(piece.text.strip() for piece in pieces):
            draft.report(line, "the paragraph holds no text; left out")
        for agent, part in _cut_at_agents(pieces):
            found.append((line, " & ".join(agents.get(key, key) for key in agent.split()), part))
    turns = [(speaker, "".join(piece.text for piece in part)) for _, speaker, part in found]
    if not any(speaker for speaker, _ in turns):
        turns = assign_speakers([said for _, said in turns])
    for (line, _, part), (speaker, said) in zip(found, turns, strict=True):
        times = {(p.start, p.end) for p in part if p.text.strip()}
        stamps = [Stamp(p.text, p.start, p.end) for p in part if p.text.strip()] if len(times) > 1 else []
        draft.add(
            said, line, speaker=speaker,
            start=min((start for start, _ in times if start is not None), default=None),
            end=max((end for _, end in times if end is not None), default=None), stamps=stamps,
        )  # fmt: skip
    return draft.finish(_find_facts(root), find_zero(codes, clock.rate) * clock.slowness)


def _cut_at_agents(pieces: Sequence[_Piece]) -> list[tuple[str, list[_Piece]]]:
    """The pieces that follow each other in one person's words; what nobody is named for stays with them."""
    parts: list[tuple[str, list[_Piece]]] = []
    for piece in pieces:
        agent = piece.agent if piece.text.strip() else ""
        if parts and agent in ("", parts[-1][0]):
            parts[-1][1].append(piece)
        elif piece.text.strip():
            parts.append((agent, [piece]))
    return parts


def format_ttml(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """TTML 2 with an agent for each speaker; what XML cannot hold is left out."""
    names = list(dict.fromkeys(s.speaker for s in segments if s.speaker))
    agents = {name: f"a{number}" for number, name in enumerate(names, 1)}
    language = str(facts.get("language") or "")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
        f' xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:timeBase="media" xml:lang={_quote(language)}>',
        "<head>",
        "<metadata>",
        f"<ttm:title>{_escape(str(facts.get('title') or ''))}</ttm:title>",
        *(_format_agent(name, number) for name, number in agents.items()),
        "</metadata>",
        "</head>",
        "<body>",
        "<div>",
    ]
    for segment in segments:
        agent = f' ttm:agent="{agents[segment.speaker]}"' if segment.speaker else ""
        times = f'begin="{format_timestamp(segment.start)}" end="{format_timestamp(segment.end)}"'
        lines.append(f"<p {times}{agent}>{_escape(segment.text)}</p>")
    return "\n".join([*lines, "</div>", "</body>", "</tt>"]) + "\n"


def _format_agent(name: str, number: str) -> str:
    full = f'<ttm:name type="full">{_escape(name)}</ttm:name>'
    return f'<ttm:agent xml:id="{number}" type="person">{full}</ttm:agent>'


def _find_paragraphs(body: Element, clock: _Clock, codes: list[Timecode], draft: Draft) -> _Paragraphs:
    """Each paragraph with its pieces, in order; an element's times hold for what is in it."""

    frame = clock.slowness / clock.rate
    units = {"h": 3600, "m": 60, "s": 1, "ms": 0.001, "f": frame, "t": 1 / clock.ticks}

    def read(element: Element, key: str) -> float | None:
        text = find_attribute(element, key)
        if not text:
            return None
        code = parse_timecode(text)
        if code and text.count(":") + text.count(";") == 3:
            code = replace(code, drop=code.drop or clock.drop)
            codes.append(code)
            return code.to_seconds(clock.rate) * (1.0 if code.drop else clock.slowness)
        if (offset := _OFFSET.fullmatch(text.strip())) is not None:
            return round(float(offset[1]) * units[offset[2]], 6)
        time = parse_clock(text) if ":" in text else None
        if time is None:
            draft.report(find_line(element), f"“{text[:30]}” is no time of TTML; left out")
        return time

    def walk(element: Element, outer: _Piece, pieces: list[_Piece] | None) -> _Paragraphs:
        name = local_name(element.tag)
        if name not in _SPOKEN:
            return
        begin, end, length = (read(element, key) for key in ("begin", "end", "dur"))
        base = outer.start or 0.0
        start = base + begin if begin is not None else outer.start
        stop = base + end if end is not None else outer.end
        if length is not None:
            stop = (start or 0.0) + length if stop is None else min(stop, (start or 0.0) + length)
        here = _Piece("", start, stop, find_attribute(element, "agent") or outer.agent)
        is_paragraph = name == "p"
        inside: list[_Piece] | None = [] if is_paragraph else pieces
        if name == "br" and inside is not None:
            inside.append(replace(here, text=" "))
        if inside is not None and element.text:
            inside.append(replace(here, text=element.text))
        for child in element:
            yield from walk(child, here, inside)
            if inside is not None and child.tail:
                inside.append(replace(here, text=child.tail))
        if is_paragraph and inside is not None:
            yield element, inside

    yield from walk(body, _Piece("", None, None, ""), None)


def _find_clock(root: Element) -> _Clock:
    def number(name: str, default: float) -> float:
        text = find_attribute(root, name)
        return float(text) if re.fullmatch(r"[1-9]\d{0,8}", text) else default

    counted = rate = number("frameRate", 30.0)
    multiplier = re.fullmatch(
        r"([1-9]\d{0,5})[ :]([1-9]\d{0,5})", find_attribute(root, "frameRateMultiplier")
    )
    rate *= int(multiplier[1]) / int(multiplier[2]) if multiplier else 1
    ticks = number("tickRate", rate if find_attribute(root, "frameRate") else 1.0)
    drop = find_attribute(root, "dropMode").startswith("drop")
    if find_attribute(root, "timeBase") == "smpte":  # its seconds are so many frames, however long these last
        return _Clock(counted, ticks, drop, counted / rate)
    return _Clock(rate, ticks, drop)


def _find_facts(root: Element) -> Facts:
    head = next((child for child in root if local_name(child.tag) == "head"), None)
    values = find_texts(head.iter() if head is not None else (), "title", "copyright")
    return Facts(
        title=next(iter(values["title"]), ""), rights=next(iter(values["copyright"]), ""),
        language=find_attribute(root, "lang"),
    )  # fmt: skip


def _find_agents(root: Element) -> dict[str, str]:
    """The name of each agent by its id."""
    agents = {}
    for element in root.iter():
        if local_name(element.tag) == "agent" and (key := find_attribute(element, "id")):
            names = [" ".join((e.text or "").split()) for e in element if local_name(e.tag) == "name"]
            agents[key] = next(filter(None, names), key)
    return agents


def _escape(text: str) -> str:
    return escape(_CONTROLS.sub("", text))


def _quote(text: str) -> str:
    return quoteattr(_CONTROLS.sub("", text))
