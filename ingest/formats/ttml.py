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
from ingest.formats.xml import find_attribute, local_name, parse_xml
from ingest.labels import assign_speakers
from ingest.segment import Segment
from ingest.vtt import format_timestamp

_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_CONTROLS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a file counts: frames and ticks a second, and whether its timecodes drop frames."""

    rate: float
    ticks: float
    drop: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text inside a paragraph, with the times that hold there and who says it."""

    text: str
    start: float | None
    end: float | None
    agent: str


def parse_ttml(text: str, name: str) -> Document:
    """Read TTML.

    raises  ScriptError when it is no XML, or no TTML
    """
    root = parse_xml(text, name)
    if local_name(root.tag) != "tt":
        raise ScriptError(f"{name}: is XML, but neither TTML nor OHMS; give one of these")
    clock = _find_clock(root)
    agents = _find_agents(root)
    draft = Draft(name, "ttml")
    codes: list[Timecode] = []
    found: list[tuple[str, list[_Piece]]] = []
    body = next((child for child in root if local_name(child.tag) == "body"), None)
    for number, pieces in enumerate(
        _find_paragraphs(body, clock, codes, draft) if body is not None else (), 1
    ):
        said = "".join(piece.text for piece in pieces)
        if said.strip():
            found.append((f"paragraph {number}", pieces))
    named = [[agents.get(p.agent, p.agent) for p in pieces if p.agent] for _, pieces in found]
    texts = ["".join(piece.text for piece in pieces) for _, pieces in found]
    turns = assign_speakers(texts) if not any(named) else [("", said) for said in texts]
    for (where, pieces), names, (speaker, said) in zip(found, named, turns, strict=True):
        starts = [p.start for p in pieces if p.start is not None]
        ends = [p.end for p in pieces if p.end is not None]
        times = {(p.start, p.end) for p in pieces if p.text.strip()}
        stamps = [Stamp(p.text, p.start, p.end) for p in pieces if p.text.strip()] if len(times) > 1 else []
        draft.add(
            said, where, speaker=names[0] if names else speaker, start=min(starts, default=None),
            end=max(ends, default=None), stamps=stamps,
        )  # fmt: skip
    language = find_attribute(root, "lang")
    return draft.finish(Facts(language=language) if language else None, find_zero(codes, clock.rate))


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


def _find_paragraphs(
    body: Element, clock: _Clock, codes: list[Timecode], draft: Draft
) -> Iterator[list[_Piece]]:
    """The pieces of each paragraph, in order; an element's times hold for what is in it."""

    def read(text: str) -> float | None:
        if not text:
            return None
        code = parse_timecode(text)
        if code and text.count(":") + text.count(";") == 3:
            code = replace(code, drop=code.drop or clock.drop)
            codes.append(code)
            return code.to_seconds(clock.rate)
        if (offset := _OFFSET.fullmatch(text.strip())) is not None:
            unit = {"h": 3600, "m": 60, "s": 1, "ms": 0.001, "f": 1 / clock.rate, "t": 1 / clock.ticks}[
                offset[2]
            ]
            return round(float(offset[1]) * unit, 6)
        time = parse_clock(text) if ":" in text else None
        if time is None:
            draft.report("", f"“{text[:30]}” is no time of TTML; left out")
        return time

    def walk(element: Element, outer: _Piece, pieces: list[_Piece] | None) -> Iterator[list[_Piece]]:
        name = local_name(element.tag)
        if name in ("metadata", "head", "set", "animate", "image", "audio"):
            return
        begin, end, length = (read(find_attribute(element, key)) for key in ("begin", "end", "dur"))
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
            yield inside

    yield from walk(body, _Piece("", None, None, ""), None)


def _find_clock(root: Element) -> _Clock:
    def number(name: str, default: float) -> float:
        text = find_attribute(root, name)
        return float(text) if re.fullmatch(r"[1-9]\d{0,8}", text) else default

    rate = number("frameRate", 30.0)
    multiplier = re.fullmatch(
        r"([1-9]\d{0,5})[ :]([1-9]\d{0,5})", find_attribute(root, "frameRateMultiplier")
    )
    rate *= int(multiplier[1]) / int(multiplier[2]) if multiplier else 1
    ticks = number("tickRate", rate if find_attribute(root, "frameRate") else 1.0)
    return _Clock(rate, ticks, find_attribute(root, "dropMode").startswith("drop"))


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
