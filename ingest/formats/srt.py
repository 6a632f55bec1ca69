"""SubRip (.srt), and the captions that YouTube calls .sbv, which differ in the timing line alone.

There is no standard: what is read is what players read, and each repair is reported.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from ingest.errors import ScriptError
from ingest.formats.clock import parse_clock
from ingest.formats.document import Document, Draft, tidy
from ingest.labels import assign_speakers
from ingest.segment import Segment
from ingest.vtt import format_timestamp, unroll

_TIME = r"\d{1,4}:\d{1,2}:\d{1,2}(?:[.,:]\d{1,3})?|\d{1,3}:\d{1,2}[.,]\d{1,3}"
TIMING = re.compile(rf"\s*({_TIME})(?:\s*--?>\s*|,(?=\d+:))({_TIME})(?:\s.*)?")
_TAG = re.compile(
    r"</?(?:[biusp]|font|em|strong|strike|span|div)(?:\s[^<>]*)?/?>|\{\\[^{}]*\}|\{[yYcfsSP]:[^{}]*\}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>|\\[Nnh]", re.IGNORECASE)


def parse_srt(text: str, name: str) -> Document:
    """Read SubRip: entries of a number, a timing and lines of text."""
    draft = Draft(name, "srt")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    timed = [(n, match) for n, line in enumerate(lines) if (match := TIMING.fullmatch(line))]
    if not timed:
        raise ScriptError(
            f"{name}: has no line such as 00:00:01,000 --> 00:00:02,500; give SubRip, or text as .txt"
        )
    found: list[tuple[int, float | None, float | None, list[str]]] = []
    for (at, timing), stop in zip(timed, [*(n for n, _ in timed), len(lines)][1:], strict=True):
        start, end = (parse_clock(re.sub(r":(?=\d{3}$)", ".", part)) for part in timing.groups())
        if start is None or end is None:
            draft.report(at + 1, f"“{lines[at].strip()}” is no timing; its text is kept without times")
        found.append((at + 1, start, end, _cut(lines, at + 1, stop, draft)))
    for n, line in enumerate(lines[: timed[0][0]]):
        if line.strip() and not line.strip().isdigit():
            draft.report(n + 1, f"“{line.strip()[:60]}” stands before the first timing; left out")
    rolled = unroll([(start or 0.0, end or 0.0, said) for _, start, end, said in found])
    if rolled != [said for *_, said in found]:
        draft.report("", "captions that roll up show lines again; each is taken once")
    turns = assign_speakers(["\n".join(said) for said in rolled])
    for (at, start, end, said), (speaker, rest) in zip(found, turns, strict=True):
        if not said:
            draft.report(at, "the entry holds no text; left out")
        draft.add(rest, at, speaker=speaker, start=start, end=end)
    return draft.finish()


def _cut(lines: Sequence[str], at: int, stop: int, draft: Draft) -> list[str]:
    """The text of an entry: to the blank line before the next number, or to the next timing."""
    said = [(n, line.strip()) for n, line in enumerate(lines[at:stop], at + 1)]
    while said and not said[-1][1]:
        said.pop()
    if stop < len(lines) and said and said[-1][1].isdigit() and said[-1][0] == stop:
        said.pop()  # the number of the next entry
    full = [(n, line) for n, line in said if line]
    blank = next((i for i, (_, line) in enumerate(said) if not line), None)
    if blank is not None and blank < len(full):
        draft.report(said[blank][0], "a blank line inside an entry; what follows it is kept")
    plain = [tidy(html.unescape(_TAG.sub("", _BREAK.sub(" ", line)))) for _, line in full]
    return [line for line in plain if line]


def format_srt(facts: object, segments: Sequence[Segment]) -> str:
    """SubRip; it has no place for a speaker, so the name stands before the text where it changes.

    Where it is not known any more who speaks, ">>" says so, as in American captions.
    """
    blocks = []
    before = ""
    for number, segment in enumerate(segments, 1):
        start, end = (format_timestamp(t).replace(".", ",") for t in (segment.start, segment.end))
        label = ""
        if segment.speaker != before:
            label = f"{segment.speaker}: " if segment.speaker else ">> "
        blocks.append(f"{number}\n{start} --> {end}\n{label}{segment.text}\n")
        before = segment.speaker
    return "\n".join(blocks)
