"""JSON: what speech recognisers write, what podcasts publish, and ours.

    airquote        {"clip", ...facts, "segments": [{"start", "end", "speaker", "text", "words"}]}
    podcast         {"version", "segments": [{"speaker", "startTime", "endTime", "body"}]}
    whisper         {"text", "segments": [{"start", "end", "text", "words": [{"word", "start", "end"}]}]}
    whisperx        the same with a speaker a segment or a word, "score", and words without times
    faster-whisper  the segments alone, as objects or as the bare tuples of its older versions

source  https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from ingest.errors import FactsError, ScriptError
from ingest.facts import KEYS, Facts, parse_facts
from ingest.formats.clock import to_number
from ingest.formats.document import Document, Draft
from ingest.formats.pairing import Stamp
from ingest.segment import PAUSE, Segment
from ingest.words import join_words

# The tuples that faster-whisper's segments and words were: what stands where.
_SEGMENT = ("id", "seek", "start", "end", "text")
_WORD = ("start", "end", "word", "probability")
_KEYS = ("start", "startTime", "speaker", "words", "body")  # a segment has at least one
_WORDS_AT = (9, 10)  # the segment's words, in different versions


def parse_json(text: str, name: str) -> Document:
    """Read any of these.

    raises  ScriptError when it is not JSON, or none of these
    """
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ScriptError(f"{name}: is nested too deeply; give a transcript") from error
    except json.JSONDecodeError as error:
        raise ScriptError(
            f"{name}, line {error.lineno}: is not JSON ({error.msg}); write it again"
        ) from error
    except ValueError as error:
        raise ScriptError(f"{name}: holds a number that is too long; write it again") from error
    head = values if isinstance(values, dict) else {"segments": values}
    segments = head.get("segments")
    if isinstance(segments, dict):  # {"0": {...}, "1": {...}}
        segments = list(segments.values())
    if not isinstance(segments, list) or not segments or not isinstance(segments[0], dict | list):
        if head.get("segments") != []:
            raise ScriptError(f"{name}: {_describe(values)}; give JSON with a list of segments")
        segments = []
    segments = [_open_tuple(segment) for segment in segments]
    if segments and not any(key in segment for segment in segments for key in _KEYS):
        raise ScriptError(f"{name}: its segments have no times, speakers or words; give JSON of a transcript")
    form = _name_format(values, head, segments)
    draft = Draft(name, form)
    if form == "podcast":
        _take_podcast(segments, draft)
    else:
        for number, segment in enumerate(segments, 1):
            _take_segment(segment, number, draft)
    return draft.finish(_find_facts(head, draft))


def _describe(values: Any) -> str:
    if isinstance(values, dict) and "chapters" in values:
        return "lists chapters, not what is said"
    keys = ", ".join(map(repr, list(values)[:4])) if isinstance(values, dict) else type(values).__name__
    return f"is no transcript that is known here (it holds {keys[:80] or 'nothing'})"


def _name_format(values: Any, head: Mapping[str, Any], segments: Sequence[Mapping[str, Any]]) -> str:
    first = segments[0] if segments else {}
    if "clip" in head:
        return "airquote"
    if "body" in first or "startTime" in first or (not segments and "version" in head):
        return "podcast"
    if "word_segments" in head or any("speaker" in segment for segment in segments):
        return "whisperx"
    words = first.get("words")
    if isinstance(words, list) and words and isinstance(words[0], dict) and "score" in words[0]:
        return "whisperx"
    if isinstance(values, list) or "info" in head or isinstance(head.get("segments"), dict):
        return "faster-whisper"
    return "whisper"


def _open_tuple(segment: Any) -> dict[str, Any]:
    if isinstance(segment, dict):
        return segment
    if not isinstance(segment, list):
        return {}
    opened = dict(zip(_SEGMENT, segment, strict=False))
    words = next((segment[n] for n in _WORDS_AT if n < len(segment) and isinstance(segment[n], list)), None)
    return {**opened, "words": words}


def _take_segment(segment: Mapping[str, Any], number: int, draft: Draft) -> None:
    """Take one segment; where its words have different speakers, a line for each of them."""
    where = f"segment {number}"
    words = [_open_word(word) for word in _list(segment.get("words"))]
    start, end = to_number(segment.get("start")), to_number(segment.get("end"))
    text = _text(segment.get("text"))
    if not segment or (text == "" and not words):
        draft.report(where, "holds no text; left out")
        return
    speaker = _text(segment.get("speaker"))
    voices = {v for word in words if (v := _text(word.get("speaker")))}
    if len(voices) < 2:
        stamps = [_stamp(word) for word in words]
        text = text or join_words(s.text.strip() for s in stamps)
        draft.add(
            text, where, speaker=speaker or "".join(voices), start=start, end=end,
            stamps=[s for s in stamps if s.text.strip()],
        )  # fmt: skip
        return
    last = speaker
    for word in words:  # a word without a time has no speaker either: it belongs to the one before it
        last = word["speaker"] = _text(word.get("speaker")) or last
    groups = [
        (voice, [_stamp(word) for word in said]) for voice, said in groupby(words, lambda w: w["speaker"])
    ]
    for n, (voice, stamps) in enumerate(groups):
        starts = [s.start for s in stamps if s.start is not None]
        ends = [s.end for s in stamps if s.end is not None]
        draft.add(
            join_words(s.text.strip() for s in stamps), where, speaker=voice,
            start=starts[0] if starts else start if n == 0 else None,
            end=ends[-1] if ends else end if n == len(groups) - 1 else None, stamps=stamps,
        )  # fmt: skip


def _take_podcast(segments: Sequence[Mapping[str, Any]], draft: Draft) -> None:
    """Take a podcast's segments; where each is a word, those of one speaker up to a pause are a line."""
    bodies = [_text(segment.get("body")) for segment in segments]
    single = sum(len(body.split()) <= 1 for body in bodies) > 0.9 * len(bodies) and len(bodies) > 1
    group: list[tuple[str, Stamp]] = []
    first = 1
    for number, (segment, body) in enumerate(zip(segments, bodies, strict=True), 1):
        speaker = _text(segment.get("speaker"))
        start, end = to_number(segment.get("startTime")), to_number(segment.get("endTime"))
        if not body.strip():
            draft.report(f"segment {number}", "holds no text; left out")
        elif not single:
            draft.add(body, f"segment {number}", speaker=speaker, start=start, end=end)
        else:
            if group and _parts(group[-1], speaker, start):
                _take_group(group, first, draft)
                group, first = [], number
            group.append((speaker, Stamp(body, start, end)))
    if group:
        _take_group(group, first, draft)


def _parts(before: tuple[str, Stamp], speaker: str, start: float | None) -> bool:
    """Whether another line begins after a word: another speaker, a line break, a pause, a full stop."""
    name, stamp = before
    pause = start is not None and stamp.end is not None and start - stamp.end >= PAUSE
    return name != speaker or pause or stamp.text.endswith("\n") or stamp.text.rstrip()[-1:] in ".?!。"


def _take_group(group: Sequence[tuple[str, Stamp]], number: int, draft: Draft) -> None:
    stamps = [stamp for _, stamp in group]
    text = join_words(stamp.text.strip() for stamp in stamps)
    draft.add(
        text,
        f"segment {number}",
        speaker=group[0][0],
        start=stamps[0].start,
        end=stamps[-1].end,
        stamps=stamps,
    )


def _open_word(word: Any) -> dict[str, Any]:
    if isinstance(word, list):
        return dict(zip(_WORD, word, strict=False))
    return dict(word) if isinstance(word, dict) else {}


def _stamp(word: Mapping[str, Any]) -> Stamp:
    text = next((word[key] for key in ("word", "text") if isinstance(word.get(key), str)), "")
    chance = next((word[key] for key in ("probability", "score") if key in word), None)
    probability = to_number(chance)
    if probability is not None and not 0 <= probability <= 1:
        probability = None
    return Stamp(
        text,
        to_number(word.get("start")),
        to_number(word.get("end")),
        probability,
        word.get("inferred") is True,
    )


def _find_facts(head: Mapping[str, Any], draft: Draft) -> Facts:
    stated = {key: head[key] for key in KEYS if head.get(key)} if "clip" in head else {}
    if isinstance(language := head.get("language"), str):
        stated["language"] = language
    try:
        return parse_facts(stated, draft.name)
    except FactsError as error:
        draft.report("", f"{str(error).removeprefix(f'{draft.name}: ')}; its facts are left out")
        return Facts()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def format_json(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """Everything: the facts, and the segments with a time for every word; null where `timed` is false."""
    return _dump({**facts, "segments": [_format_segment(s, facts.get("timed", True)) for s in segments]})


def format_podcast(facts: Mapping[str, Any], segments: Sequence[Segment]) -> str:
    """The Podcast Namespace's JSON; a segment whose speaker is not known has none."""
    entries = []
    for segment in segments:
        entry = {"startTime": _round(segment.start), "endTime": _round(segment.end), "body": segment.text}
        entries.append({"speaker": segment.speaker, **entry} if segment.speaker else entry)
    return _dump({"version": "1.0.0", "segments": entries})


def _format_segment(segment: Segment, timed: bool) -> dict[str, Any]:
    def time(start: float, end: float) -> dict[str, float | None]:
        return {"start": _round(start), "end": _round(end)} if timed else {"start": None, "end": None}

    words = [{**asdict(word), **time(word.start, word.end)} for word in segment.words]
    return {**asdict(segment), **time(segment.start, segment.end), "words": words}


def _round(seconds: float) -> float:
    return round(seconds, 3)


def _dump(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"
