"""Show: all that an archive knows of one clip, and who said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest.coverage import measure_coverage
from ingest.dates import parse_date
from ingest.facts import KEYS, find_origin
from ingest.speakers.credits import list_credits
from ingest.speakers.people import People
from ingest.tags import read_tags
from ingest.transcript import Transcript


def describe_clip(transcript: Transcript, people: People, archive: Path) -> dict[str, Any]:
    """What is known of a clip, as plain values.

    facts      for each key its value, "" or [] where it is unknown, and its origin, one of facts.SOURCES
    speakers   with the person that speakers.yml knows by the name, and where the title comes from
    recording  time_reference: seconds from midnight to its first sample, where its file says so
    """
    clip = transcript.clip
    first, last = parse_date(clip.facts.date)
    facts = {
        key: {"value": getattr(clip.facts, key), "origin": find_origin(clip.facts, clip.origins, key)}
        for key in KEYS
    }
    facts["date"] |= {"from": first, "to": last}
    facts["speakers"]["value"] = [asdict(credit) for credit in list_credits(transcript, people)]
    path = archive / clip.audio
    reference = read_tags(path).time_reference if clip.audio and path.is_file() else None
    return {
        "clip": clip.id,
        "facts": facts,
        "text": {
            "from": clip.text_from, "review": clip.review, "run": clip.run, "timed": clip.timed,
            "notice": clip.notice, "document": clip.document, "offset": clip.offset,
        },
        "recording": {
            "file": clip.audio, "duration": clip.duration, "sha256": clip.audio_sha256,
            "samples_sha256": clip.samples_sha256, "time_reference": reference,
            "missing": bool(clip.audio) and not path.is_file(),
        },
        "runs": [
            {"n": n, "engine": run.engine, "version": run.version, "model": run.model, "made": run.made,
             "words": len(run.words), "coverage": round(measure_coverage(run.speech, run.words), 3)}
            for n, run in sorted(transcript.runs.items())
        ],
        "edits": [asdict(edit) for edit in clip.edits],
    }  # fmt: skip


def format_description(known: Mapping[str, Any]) -> Iterator[str]:
    """The same for people: a line a thing, with its origin and its value."""
    rows = [("clip", "", known["clip"]), *_format_facts(known["facts"]), *_format_rest(known)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for label, origin, value in rows:
        yield f"{label:<{widths[0]}}  {origin:<{widths[1]}}  {value}".rstrip()
    if unknown := [key for key, fact in known["facts"].items() if not fact["value"] and not fact["origin"]]:
        yield f"unknown: {', '.join(unknown)}"


def _format_facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, fact in facts.items():
        value, origin = fact["value"], fact["origin"]
        if key == "speakers":
            for n, credit in enumerate(value):
                yield key if n == 0 else "", origin if n == 0 else "", _format_credit(credit)
        elif key == "date" and value:
            yield key, origin, f"{value} ({fact['from']} to {fact['to']})"
        elif value or origin:
            yield key, origin, value or "(taken out)"


def _format_credit(credit: Mapping[str, str]) -> str:
    title = f", {credit['title']} (says {credit['title_from']})" if credit["title"] else ""
    named = f", here {credit['named']}" if credit["named"] != credit["name"] else ""
    return f"{credit['name']} ({credit['part']}){title}{named}"


def _format_rest(known: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """How the text came about, the runs, the recording, and who corrected the text."""
    text, recording = known["text"], known["recording"]
    timed = f"timed by run {text['run']}" if text["timed"] else "no times known"
    yield "text", "", f"{text['from']}, {text['review']}, {timed}"
    if text["notice"]:
        yield "notice", "", text["notice"]
    if text["document"]:
        yield "document", "", text["document"]
    if text["offset"]:
        yield "offset", "", f"{text['offset']} s"
    for run in known["runs"]:
        engine = " ".join(part for part in (run["engine"], run["version"], run["model"]) if part)
        share = f"{run['words']} words, {run['coverage']:.0%} of the speech"
        yield f"run {run['n']}", "", f"{engine}, {run['made'] or 'undated'}, {share}"
    if recording["file"]:
        yield "recording", "", f"{recording['file']}{' (missing)' if recording['missing'] else ''}"
        yield "duration", "", f"{recording['duration']} s"
        yield "sha256", "", recording["sha256"]
    if recording["time_reference"] is not None:
        hours, seconds = divmod(int(recording["time_reference"]), 3600)
        yield "begins", "", f"{hours:02}:{seconds // 60:02}:{seconds % 60:02} by the recorder's clock"
    for edit in known["edits"]:
        yield "corrected", "", f"{edit['at']} by {edit['by']}"
