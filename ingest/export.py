"""Export: a clip's transcript in the forms that other programs read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ingest.segment import Segment
from ingest.vtt import Cue, format_timestamp, format_vtt

Facts = Mapping[str, Any]  # what is known about the clip, with its id as "clip"


def export_vtt(facts: Facts, segments: Sequence[Segment]) -> str:
    """WebVTT, as in the clip's folder."""
    return format_vtt(Cue(s.start, s.end, s.text, s.speaker) for s in segments)


def export_srt(facts: Facts, segments: Sequence[Segment]) -> str:
    """SubRip; it has no place for a speaker, so the name stands before the text where it changes."""
    blocks = []
    before = ""
    for number, segment in enumerate(segments, 1):
        start, end = (format_timestamp(t).replace(".", ",") for t in (segment.start, segment.end))
        label = f"{segment.speaker}: " if segment.speaker and segment.speaker != before else ""
        blocks.append(f"{number}\n{start} --> {end}\n{label}{segment.text}\n")
        before = segment.speaker
    return "\n".join(blocks)


def export_txt(facts: Facts, segments: Sequence[Segment]) -> str:
    """Plain text: the title, then a line a sentence, the speaker where it changes."""
    lines = [str(facts["title"])]
    before = None
    for segment in segments:
        if segment.speaker != before:
            lines += ["", f"{segment.speaker}:"] if segment.speaker else [""]
            before = segment.speaker
        lines.append(segment.text)
    return "\n".join(lines) + "\n"


def export_json(facts: Facts, segments: Sequence[Segment]) -> str:
    """Everything: the facts, and the segments with a time for every word."""
    return (
        json.dumps({**facts, "segments": [_segment(s) for s in segments]}, ensure_ascii=False, indent=1)
        + "\n"
    )


FORMATS: dict[str, Callable[[Facts, Sequence[Segment]], str]] = {
    "vtt": export_vtt,
    "srt": export_srt,
    "txt": export_txt,
    "json": export_json,
}


def _segment(segment: Segment) -> dict[str, Any]:
    values = asdict(segment)
    values["words"] = [
        {**asdict(word), "start": round(word.start, 3), "end": round(word.end, 3)} for word in segment.words
    ]
    return values
