"""Rows: what each table of archive.db says of a clip. Columns and keys stand in archive.py."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from ingest.coverage import find_holes, measure_coverage
from ingest.dates import parse_date
from ingest.differences import find_differences
from ingest.doubts import find_doubts
from ingest.fold import fold
from ingest.run import Run
from ingest.segment import Segment, spread_words
from ingest.sightings import Sighting
from ingest.speakers.credits import Credit
from ingest.speakers.people import People, Person
from ingest.transcript import Clip, Transcript, make_slug
from ingest.words import Word, split_words
from ingest.wordtimes import pack_times


def segment_id(clip_id: str, number: int) -> int:
    """The id of a clip's segment: the same in every build, below 2**53, and consecutive in a clip.

    Two clips share numbers with a chance of one in 2**36; `save_transcript` would refuse the second.
    """
    digest = hashlib.sha256(clip_id.encode()).digest()
    return (int.from_bytes(digest[:5], "big") >> 4 << 17) + number


def speaker_row(credit: Credit, people: People) -> dict[str, Any]:
    person = people.find(credit.named) or Person(credit.speaker, credit.name)
    return {
        "id": person.id, "name": person.name, "sort": person.sort, "wikidata": person.wikidata,
        "viaf": person.viaf, "isni": person.isni, "note": person.note,
    }  # fmt: skip


def old_id_rows(credit: Credit, people: People) -> Iterator[dict[str, Any]]:
    """The ids that a person had under the other names in speakers.yml: links to them still hold."""
    person = people.find(credit.named)
    for name in (person.name, *person.aliases) if person else ():
        if people.find(name) is person and make_slug(name) != credit.speaker:
            yield {"id": make_slug(name), "speaker": credit.speaker}


def credit_rows(
    transcript: Transcript, credits: Sequence[Credit], people: People
) -> Iterator[dict[str, Any]]:
    """Who takes part, with how much each says; how long that takes is None where no times are known."""
    clip = transcript.clip
    words, seconds = Counter[str](), defaultdict[str, float](float)
    for segment in transcript.segments:
        words[segment.speaker] += len(segment.words)
        seconds[segment.speaker] += segment.end - segment.start
    for credit in credits:
        names = [name for name in words if name and people.get_id(name) == credit.speaker]
        yield {
            "clip": clip.id, "speaker": credit.speaker, "part": credit.part, "title": credit.title,
            "name": credit.name, "named": credit.named, "words": sum(words[name] for name in names),
            "seconds": round(sum(seconds[name] for name in names), 2) if clip.timed else None,
        }  # fmt: skip


def clip_row(transcript: Transcript) -> dict[str, Any]:
    clip, facts = transcript.clip, transcript.clip.facts
    run = transcript.runs[clip.run]
    first, last = parse_date(facts.date)
    return {
        "id": clip.id, "title": facts.title, "date": facts.date, "date_from": first, "date_to": last,
        "year": int(first[:4]) if first and first[:4] == last[:4] else None, "programme": facts.programme,
        "broadcaster": facts.broadcaster, "language": facts.language, "summary": facts.summary,
        "duration": clip.duration, "timed": int(clip.timed),
        "words": sum(len(s.words) for s in transcript.segments),
        "text_from": clip.text_from, "review": _review(transcript), "run": clip.run,
        "coverage": round(measure_coverage(run.speech, _words(transcript)), 3) if clip.audio else None,
        "notice": clip.notice, "note": facts.note, "rights": facts.rights, "audio": clip.audio,
        "audio_sha256": clip.audio_sha256, "audio_url": facts.audio_url, "page_url": facts.page_url,
    }  # fmt: skip


def segment_rows(transcript: Transcript, people: People) -> Iterator[dict[str, Any]]:
    clip = transcript.clip
    for n, (s, doubt) in enumerate(zip(transcript.segments, _doubts(transcript), strict=True), 1):
        yield {
            "id": segment_id(clip.id, n), "clip": clip.id, "n": n,
            "start": s.start if clip.timed else None, "end": s.end if clip.timed else None,
            "speaker": people.get_id(s.speaker) if s.speaker else None, "text": s.text,
            "probability": _probability(s), "doubt": doubt or None,
        }  # fmt: skip


def _words(transcript: Transcript) -> list[Word]:
    return [word for segment in transcript.segments for word in segment.words]


def _review(transcript: Transcript) -> str:
    """The review level, raised where the words show that a person has been at work."""
    stated = transcript.clip.review
    return "corrected" if transcript.corrected and stated == "unreviewed" else stated


def _probability(segment: Segment) -> float | None:
    """How sure the engine was of the words, on average, 0 to 1; None where it says so of none of them."""
    known = [word.probability for word in segment.words if word.probability is not None]
    return round(sum(known) / len(known), 2) if known else None


def _doubts(transcript: Transcript) -> list[str]:
    """The reason to doubt each segment; there is none where a person wrote or has reviewed the text."""
    clip = transcript.clip
    if clip.text_from != "machine" or clip.review == "reviewed":
        return [""] * len(transcript.segments)
    return find_doubts(transcript.segments, transcript.runs[clip.run].speech)


def hole_rows(transcript: Transcript) -> Iterator[dict[str, Any]]:
    speech = transcript.runs[transcript.clip.run].speech
    for start, end in find_holes(speech, _words(transcript)):
        yield {"clip": transcript.clip.id, "start": round(start, 2), "end": round(end, 2)}


def difference_rows(transcript: Transcript) -> Iterator[dict[str, Any]]:
    """The differences; a place between two sentences is at the beginning of the second, but for the last."""
    clip = transcript.clip
    starts = [0, *accumulate(len(segment.words) for segment in transcript.segments)]
    for n, found in enumerate(find_differences(transcript), 1):
        segment = min(bisect_right(starts, found.first), len(transcript.segments))
        yield {
            "clip": clip.id, "n": n, "kind": found.kind, "start": round(found.start, 2),
            "end": round(found.end, 2), "segment": segment_id(clip.id, segment),
            "word": found.first - starts[segment - 1] + 1, "words": found.stop - found.first,
            "published": found.published, "spoken": found.spoken,
        }  # fmt: skip


def chapter_rows(clip: Clip) -> Iterator[dict[str, Any]]:
    """The chapters that begin within the recording; none where nobody knows when anything is said."""
    within = [chapter for chapter in clip.chapters if clip.timed and chapter.start < clip.duration]
    for n, chapter in enumerate(within, 1):
        yield {"clip": clip.id, "n": n, "start": chapter.start, "title": chapter.title}


def earlier_rows(transcript: Transcript) -> Iterator[dict[str, Any]]:
    """What a clip's text may have been: the words of other runs, and those that were corrected since."""
    clip = transcript.clip
    now = _fold_words(_words(transcript))
    for n, run in transcript.runs.items():
        if n == clip.run and not transcript.corrected:
            continue
        words = [
            part for word in run.words for part in spread_words(split_words(word.text), word.start, word.end)
        ]
        if words and _fold_words(words) != now:
            text = " ".join(word.text for word in words)
            yield {"clip": clip.id, "run": n, "words": text, "times": pack_times(words)}


def _fold_words(words: Iterable[Word]) -> list[str]:
    return [token.text for word in words for token in fold([word.text])]


def peaks_rows(clip_id: str, peaks: bytes) -> Iterator[dict[str, Any]]:
    """One row, none where it is not known how loud a recording is."""
    if peaks:
        yield {"clip": clip_id, "peaks": peaks}


def run_row(clip: Clip, number: int, run: Run) -> dict[str, Any]:
    return {
        "clip": clip.id, "n": number, "engine": run.engine, "version": run.version, "model": run.model,
        "checkpoint_sha256": run.checkpoint_sha256, "language": run.language, "words": len(run.words),
        "coverage": round(measure_coverage(run.speech, run.words), 3),
        "parameters": json.dumps(run.parameters, sort_keys=True), "made": run.made,
    }  # fmt: skip


def watch_row(clip_id: str, one: Sighting) -> dict[str, Any]:
    return {
        "clip": clip_id, "kind": one.kind, "url": one.url, "status": one.status, "seen": one.seen,
        "since": one.since, "detail": one.detail,
    }  # fmt: skip
