"""WebVTT, the form in which people read and correct a transcript. The only home of the word "cue".

One parser, two attitudes: `parse_vtt` refuses our own transcript.vtt where a line of it cannot be
read, so that no correction is lost; `salvage_vtt` takes what it can from a file by another program,
and reports the rest.

source  https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import html
import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.errors import TranscriptError

_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_LOOSE_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_LOOSE_TIMING = re.compile(rf"{_LOOSE_TIME}[ \t]*--?>[ \t]*{_LOOSE_TIME}(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")
_NAMES = "[cibuvps]|em|strong|strike|font|span|div|br|ruby|rt|lang"  # other "<" are text
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[.\s/][^>]*)?>|<[\d:.]+>")
_BREAK = re.compile(r"<br[\s/]*>")
_STAMP = re.compile(r"<(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})>")


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed stretch of text on one line; start and end in seconds, speaker "" when unknown.

    pieces  its text cut at the times that stand inside it, each with the time at its beginning, None
            where none stands there; () where it has no such times
    """

    start: float
    end: float
    text: str
    speaker: str = ""
    pieces: tuple[tuple[str, float | None], ...] = field(default=(), compare=False)


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


def format_vtt(cues: Sequence[Cue], asides: Iterable[tuple[float, str]] = ()) -> str:
    """Write cues as a WebVTT file, everything escaped.

    asides  what `find_asides` gave: each goes before the cue that starts nearest to its time
    """
    starts = [cue.start for cue in cues]
    head = ""
    before: dict[int, list[str]] = {}
    for time, aside in asides:
        if time < 0:
            head = aside
        else:
            before.setdefault(_find_nearest(starts, time), []).append(aside)
    blocks = [f"WEBVTT{head}"]
    for n, cue in enumerate(cues):
        blocks += before.get(n, ())
        # A voice's annotation ends at ">", and a line of text must not look like a timing line.
        voice = f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else ""
        voice = voice.replace("-->", "-&#45;>")
        text = html.escape(cue.text, quote=False)
        timing = f"{format_timestamp(cue.start)} --> {format_timestamp(cue.end)}"
        blocks.append(f"{timing}\n{voice}{text}")
    blocks += before.get(len(starts), ())
    return "\n\n".join(blocks) + "\n"


def _find_nearest(starts: Sequence[float], time: float) -> int:
    """The number of the start nearest to a time, the first of several; behind the last for infinity."""
    at = bisect_left(starts, time)
    if math.isinf(time) or at == 0:
        return at
    before = at == len(starts) or time - starts[at - 1] < starts[at] - time
    return bisect_left(starts, starts[at - 1]) if before else at


def find_asides(text: str) -> list[tuple[float, str]]:
    """Comments, styles and regions of a file that `parse_vtt` reads, so that rewriting it loses none.

    gives   each with the start of the cue that it stands before: 0 above the first one, where styles
            have to stay, infinity behind the last; first, with -1, what the head has after "WEBVTT"

    >>> find_asides("WEBVTT - a talk\\n\\n00:02.000 --> 00:03.000\\nHi\\n\\nNOTE look")
    [(-1.0, ' - a talk'), (inf, 'NOTE look')]
    """
    asides: list[tuple[float, str]] = []
    waiting: list[str] = []
    above = True
    for number, block in _blocks(_split_lines(text)):
        timing = next((match for line in block[:2] if (match := _TIMING.fullmatch(line.strip()))), None)
        if number == 1:
            head = "\n".join(block).removeprefix("WEBVTT")
            asides += [(-1.0, head)] if head.strip() else []
        elif _is_aside(block[0]):
            waiting.append("\n".join(block))
        elif timing:
            time = 0.0 if above else _seconds(timing.groups()[:4])
            asides += [(time, aside) for aside in waiting]
            waiting.clear()
            above = False
    return asides + [(math.inf, aside) for aside in waiting]


def parse_vtt(text: str, name: str) -> list[Cue]:
    """Read a WebVTT file that a person may have edited.

    Comments, styles, regions, cue names, settings and inline tags are passed over.

    name    of the file, for messages
    raises  TranscriptError naming the line when it is not WebVTT or a cue cannot be read
    """

    def refuse(line: int, message: str) -> None:
        raise TranscriptError(f"{name}, line {line}: {message}")

    lines = _split_lines(text)
    if not lines or not _is_signature(lines[0]):
        refuse(1, 'a WebVTT file begins with a line "WEBVTT"')
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if number == 1 or _is_aside(block[0]):
            continue
        at = next((i for i, line in enumerate(block[:2]) if "-->" in line), None)
        timing = _TIMING.fullmatch(block[at].strip()) if at is not None else None
        if at is None or timing is None:
            refuse(number, 'expected "00:00:01.000 --> 00:00:02.000" and below it the text')
            continue
        start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
        if (below := next((n for n, line in enumerate(block[at + 1 :], 1) if "-->" in line), 0)) > 0:
            refuse(number + at + below, "a blank line is missing before this cue; or write --&gt;")
        if end <= start:
            refuse(number + at, "the cue ends before it starts")
        if cues and start < cues[-1].start:
            refuse(number + at, "the cue starts before the one above it")
        voices = [cue for cue in _parse_payload(start, end, block[at + 1 :]) if cue.text]
        if voices:
            speaker = next((cue.speaker for cue in voices if cue.speaker), "")
            cues.append(Cue(start, end, " ".join(cue.text for cue in voices), speaker))
    return cues


def salvage_vtt(text: str, report: Callable[[int, str], None]) -> list[tuple[int, Cue]]:
    """Read what can be read of a WebVTT file by another program; each cue with its line.

    A cue with several voices becomes several; one that ends before it starts keeps its times, for
    the caller to judge. Lines that other captions roll up and show again are taken once.

    report  is told the line and the matter for each thing that is dropped or repaired
    """
    lines = _split_lines(text)
    if not lines or not _is_signature(lines[0]):
        report(1, 'a WebVTT file begins with a line "WEBVTT"; read all the same')
    found: list[tuple[int, float, float, list[str]]] = []
    for number, block in _blocks(lines):
        timed = [i for i, line in enumerate(block) if "-->" in line]
        if _is_aside(block[0]) or (number == 1 and not timed):
            continue
        for at, stop in pairwise([*timed, len(block)]):
            timing = _LOOSE_TIMING.fullmatch(block[at].strip())
            if timing is None:
                report(number + at, f"“{block[at].strip()[:60]}” is no timing of a cue; the cue is left out")
                continue
            if not _TIMING.fullmatch(block[at].strip()):
                report(number + at, "the timing is not written as WebVTT wants it; read all the same")
            start, end = _seconds(timing.groups()[:4]), _seconds(timing.groups()[4:])
            found.append((number + at, start, end, block[at + 1 : stop]))
        if not timed:
            report(number, f"“{block[0].strip()[:60]}” stands outside of any cue; left out")
    payloads = unroll([(start, end, payload) for _, start, end, payload in found])
    cues: list[tuple[int, Cue]] = []
    for (number, start, end, payload), rest in zip(found, payloads, strict=True):
        voices = [cue for cue in _parse_payload(start, end, rest) if cue.text]
        if not any(line.strip() for line in payload):
            report(number, "the cue holds no text; left out")
        cues += [(number, cue) for cue in voices]
    if any(len(rest) < len(payload) for (*_, payload), rest in zip(found, payloads, strict=True)):
        report(1, "captions that roll up show lines again; each is taken once")
    return cues


def unroll(payloads: list[tuple[float, float, list[str]]]) -> list[list[str]]:
    """Drop the lines that captions which roll up, as YouTube's, show a second time.

    That is how a file works, not how a speaker repeats herself: it is done where a third of the cues
    begin with the line that the cue before ended with, and some show another below it.

    payloads  start, end and lines of each cue
    """
    shown = [[p for line in lines if (p := _plain(line))] for _, _, lines in payloads]

    def rolls(n: int) -> bool:
        return bool(shown[n] and shown[n - 1]) and (
            shown[n][0] == shown[n - 1][-1] and abs(payloads[n][0] - payloads[n - 1][1]) < 0.1
        )

    again = [n > 0 and rolls(n) for n in range(len(payloads))]
    if sum(again) < len(payloads) / 3 or sum(r and len(s) > 1 for r, s in zip(again, shown, strict=True)) < 2:
        return [lines for _, _, lines in payloads]
    kept = []
    for rolled, (_, _, lines) in zip(again, payloads, strict=True):
        full = [line for line in lines if _plain(line)]
        kept.append(full[1:] if rolled else full)
    return kept


def _split_lines(text: str) -> list[str]:
    text = text.removeprefix("\ufeff").replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _is_signature(line: str) -> bool:
    return re.fullmatch(r"WEBVTT([ \t].*)?", line) is not None


def _is_aside(line: str) -> bool:
    return re.match(r"(NOTE|STYLE|REGION)(\s|$)", line) is not None


def _blocks(lines: list[str]) -> Iterable[tuple[int, list[str]]]:
    """Give each stretch of lines between blank ones, with the number of its first line.

    A cue also begins at a timing right below a comment or the head: somebody has forgotten the blank line.
    """
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        apart = block and (number - len(block) == 1 or _is_aside(block[0]))
        if block and (not line.strip() or (apart and _LOOSE_TIMING.fullmatch(line.strip()))):
            yield number - len(block), block
            block = []
        if line.strip():
            block.append(line)


def _parse_payload(start: float, end: float, payload: list[str]) -> Iterator[Cue]:
    """Cut what a cue shows at its voices, and each voice at the times that stand inside."""
    text = _BREAK.sub(" ", " ".join(line.strip() for line in payload))
    # A voice's text goes to the next one: few writers close the tag, and those who do close it last.
    at, speaker = 0, ""
    for voice in [*_VOICE.finditer(text), None]:
        pieces = _parse_pieces(text[at : voice.start() if voice else len(text)])
        begin = pieces[0][1] if at and pieces and pieces[0][1] is not None else start
        said = " ".join("".join(piece for piece, _ in pieces).split())
        timed = any(time is not None for _, time in pieces)
        yield Cue(begin, end, said, speaker, tuple(pieces) if timed else ())
        if voice:
            at, speaker = voice.end(), " ".join(html.unescape(voice[1]).split())


def _parse_pieces(text: str) -> list[tuple[str, float | None]]:
    pieces: list[tuple[str, float | None]] = []
    at, time = 0, None
    for stamp in [*_STAMP.finditer(text), None]:
        piece = html.unescape(_TAG.sub("", text[at : stamp.start() if stamp else len(text)]))
        if piece.strip():
            pieces.append((piece, time))
        if stamp:
            at, time = stamp.end(), _seconds(stamp.groups())
    return pieces


def _plain(line: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", line)).split())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    milliseconds = int((parts[3] or "0").ljust(3, "0"))
    return (((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds) / 1000
