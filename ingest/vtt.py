"""WebVTT, the form in which people read and correct a transcript. The only home of the word "cue".

source  https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.errors import TranscriptError

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"</?(?:[cibuv]|ruby|rt|lang)(?:[.\s][^>]*)?>|<[\d:.]+>")  # other "<" are text


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed stretch of text on one line; start and end in seconds, speaker "" when unknown."""

    start: float
    end: float
    text: str
    speaker: str = ""


def format_timestamp(seconds: float) -> str:
    """Write a time as a WebVTT timestamp.

    seconds  >= 0, from the clip's first sample; rounded to milliseconds once, before it is split
    raises   ValueError if negative or not finite
    source   https://www.w3.org/TR/webvtt1/#webvtt-timestamp

    >>> format_timestamp(59.9996)
    '00:01:00.000'
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"a time has to be finite and not negative: {seconds}")
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def format_vtt(cues: Iterable[Cue]) -> str:
    """Write cues as a WebVTT file, everything escaped."""
    blocks = ["WEBVTT"]
    for cue in cues:
        # A voice's annotation ends at ">", and a line of text must not look like a timing line.
        voice = f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else ""
        text = html.escape(cue.text, quote=False)
        timing = f"{format_timestamp(cue.start)} --> {format_timestamp(cue.end)}"
        blocks.append(f"{timing}\n{voice}{text}")
    return "\n\n".join(blocks) + "\n"


def parse_vtt(text: str, name: str) -> list[Cue]:
    """Read a WebVTT file that a person may have edited.

    Comments, styles, regions, cue names, settings and inline tags are passed over.

    name    of the file, for messages
    raises  TranscriptError naming the line when it is not WebVTT or a cue cannot be read
    """
    lines = text.removeprefix("\ufeff").replace("\0", "\ufffd").splitlines()
    if not lines or not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise TranscriptError(f'{name}, line 1: a WebVTT file begins with a line "WEBVTT"')
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if number == 1 or re.match(r"(NOTE|STYLE|REGION)\b", block[0]):
            continue
        at = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        timing = _TIMING.fullmatch(block[at].strip()) if at is not None else None
        if at is None or timing is None:
            raise TranscriptError(
                f'{name}, line {number}: expected "00:00:01.000 --> 00:00:02.000" and below it the text'
            )
        cue = _parse_cue(timing, block[at + 1 :])
        if cue.end <= cue.start:
            raise TranscriptError(f"{name}, line {number + at}: the cue ends before it starts")
        if cues and cue.start < cues[-1].start:
            raise TranscriptError(f"{name}, line {number + at}: the cue starts before the one above it")
        if cue.text:
            cues.append(cue)
    return cues


def _blocks(lines: list[str]) -> Iterable[tuple[int, list[str]]]:
    """Give each stretch of lines between blank ones, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _parse_cue(timing: re.Match[str], payload: list[str]) -> Cue:
    text = " ".join(line.strip() for line in payload)
    voice = _VOICE.search(text)
    speaker = " ".join(html.unescape(voice[1]).split()) if voice else ""
    text = " ".join(html.unescape(_TAG.sub("", text)).split())
    return Cue(_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:]), text, speaker)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return (((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds) / 1000
