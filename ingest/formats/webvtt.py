"""WebVTT as other programs write it, with voices and the times of words; and ours.

source  https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.facts import Facts
from ingest.formats.document import Document, Draft
from ingest.formats.pairing import Stamp
from ingest.labels import assign_speakers
from ingest.segment import Segment
from ingest.vtt import Cue, format_vtt, salvage_vtt

_LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)[ \t]*$", re.MULTILINE)


def parse_webvtt(text: str, name: str) -> Document:
    """Read WebVTT; where no voice is marked, `NAME:` and `>>` count as in other captions."""
    draft = Draft(name, "webvtt")
    found = salvage_vtt(text, draft.report)
    turns = [(entry.speaker, entry.text) for _, entry in found]
    if not any(speaker for speaker, _ in turns):
        turns = assign_speakers([said for _, said in turns])
    for (line, entry), (speaker, said) in zip(found, turns, strict=True):
        draft.add(
            said, line, speaker=speaker, start=entry.start, end=entry.end, stamps=_find_stamps(entry, said)
        )
    language = _LANGUAGE.search(re.split(r"\n\s*\n", text.replace("\r\n", "\n"), maxsplit=1)[0])
    return draft.finish(Facts(language=language[1]) if language else None)


def format_webvtt(facts: object, segments: Sequence[Segment]) -> str:
    """WebVTT, as in the clip's folder."""
    return format_vtt([Cue(s.start, s.end, s.text, s.speaker) for s in segments])


def _find_stamps(entry: Cue, said: str) -> list[Stamp]:
    """The times inside the text, each until the next; none where a label was taken off it."""
    if not entry.pieces or said != entry.text:
        return []
    starts = [entry.start if time is None else time for _, time in entry.pieces]
    return [
        Stamp(piece, start, end)
        for (piece, _), (start, end) in zip(entry.pieces, pairwise([*starts, entry.end]), strict=True)
    ]
