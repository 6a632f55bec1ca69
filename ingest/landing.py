"""Landing: what is new of a clip is written, to its folder first and then to archive.db.

Nothing is written before all of it is there; a file that is the same stays untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from ingest.archive import open_archive, save_peaks, save_transcript
from ingest.coverage import SERIOUS_HOLE, find_holes
from ingest.errors import ScriptError, TranscriptError
from ingest.facts import KEYS, Facts, merge_facts, update_facts
from ingest.files import save_file
from ingest.formats import Document
from ingest.known import Known
from ingest.material import Material
from ingest.merge import merge_texts
from ingest.outcome import Outcome
from ingest.peaks import FILE as PEAKS
from ingest.peaks import format_peaks, load_peaks
from ingest.run import Run, format_run
from ingest.segment import Segment
from ingest.sightings import WATCH, format_now, record_fetch
from ingest.sources import Source
from ingest.speakers.people import load_people
from ingest.text import compose_text, recompose_text, time_turns
from ingest.transcript import (
    FOLDER,
    Clip,
    Transcript,
    find_script,
    load_transcript,
    make_id,
    save_changes,
    save_clip,
    save_new,
)
from ingest.words import join_words

if TYPE_CHECKING:
    from ingest.fingerprint import Fingerprint


class Landing:
    """Writes the clips of one archive.

    known  is told of each clip that is written
    warn   is called with each line that a person should read
    """

    def __init__(self, archive: Path, known: Known, warn: Callable[[str], None]) -> None:
        self.archive = archive
        self.known = known
        self.warn = warn
        self.people = load_people(archive)

    @cached_property
    def db(self) -> Database:
        return open_archive(self.archive)

    def open(self) -> None:
        """Open archive.db, or build it, now: what is wrong with it is to be said before anybody listens.

        raises  TranscriptError when it cannot be opened
        """
        assert self.db is not None

    def is_same(self, known: Clip, material: Material) -> bool:
        """Whether a known clip has still the same recording and the same published text."""
        same_text = material.published == find_script(self.folder(known.id), known.offset)
        return known.audio_sha256 == material.sha256 and same_text

    def compare(self, known: Clip, source: Source, material: Material) -> tuple[Outcome, Clip]:
        """What facts of a known clip have changed, and the clip with them.

        A value that a person has edited in clip.yml stays.
        """
        outcome = Outcome(known.id, source.name, "unchanged", duration=known.duration)
        place, before = self.place(source.path), known.audio or known.document
        if before and place != before and (self.archive / before).exists():
            what = "recording" if source.audio else "text"
            return replace(outcome, message=f"the same {what} as {before}"), known
        clip = replace(known, facts=material.facts, origins=material.origins, audio_sha256=material.sha256)
        clip = replace(clip, audio=place) if source.audio else replace(clip, document=place)
        clip = _add_entry(clip, source, material)
        if replace(clip, origins=known.origins) == known:
            return outcome, known
        changed = [key for key in KEYS if getattr(clip.facts, key) != getattr(known.facts, key)]
        if clip.chapters != known.chapters:
            changed.append("chapters")
        if not changed:
            changed = ["where its file is" if place != before else "what its feed knows it by"]
        message = f"changed: {', '.join(changed)}"
        return replace(outcome, status="updated", message=message), clip

    def update(self, known: Clip, source: Source, material: Material) -> Outcome:
        """Take over changed facts; make up for rows that archive.db lacks."""
        outcome, clip = self.compare(known, source, material)
        rows = list(self.db["clips"].rows_where("id = ?", [clip.id]))
        seen = self._note_arrivals(clip, source)
        if clip is known and rows and not seen:
            return replace(outcome, coverage=rows[0]["coverage"])
        if clip is not known:
            save_clip(self.folder(clip.id), clip)
        return replace(outcome, coverage=self.save_rows(clip))

    def _note_arrivals(self, clip: Clip, source: Source) -> bool:
        """Note in watch.yml what came from the publisher; whether anything there is new."""
        path = self.folder(clip.id) / WATCH
        before = path.read_bytes() if path.exists() else b""
        for arrival in source.arrivals:
            if arrival.url in (clip.facts.page_url, clip.facts.audio_url):
                record_fetch(path.parent, arrival.kind, arrival.url, arrival.fetched, arrival.text)
        return (path.read_bytes() if path.exists() else b"") != before

    def save(
        self, known: Clip | None, source: Source, material: Material, run: Run, document: Document | None
    ) -> Outcome:
        """Write a new clip, or what is new of one that is known."""
        new = self._make(source, material, run, document)
        if known:
            return self._add_run(known, source, material, new)
        new = self._save_new(new, material)
        message = new.clip.notice or ("" if new.segments else "no words were found in it")
        return self._report("added", source, new, message)

    def _make(self, source: Source, material: Material, run: Run, document: Document | None) -> Transcript:
        """Make the clip that a run gives, under a new id."""
        text = compose_text(source.path, document, material.facts.speakers, run)
        heard = merge_facts({"engine": Facts(language=run.language)})
        facts, origins = update_facts(*heard, material.facts, material.origins)
        clip = Clip(
            id=self._choose_id(source, facts),
            facts=facts,
            origins=origins,
            audio=self.place(source.audio) if source.audio else "",
            audio_sha256=material.sha256,
            samples_sha256=material.samples_sha256,
            document="" if source.audio else self.place(source.path),
            offset=material.published.offset if material.published else 0.0,
            duration=round(run.duration, 3),
            timed=bool(run.duration),
            text_from=text.text_from,
            notice=text.notice,
        )
        run = run if run.made else replace(run, made=format_now())  # nobody listened: it comes now
        return Transcript(_add_entry(clip, source, material), text.segments, {1: run})

    def _choose_id(self, source: Source, facts: Facts) -> str:
        """The id that a manifest asks for, if it is free; else one from date and title."""
        wanted = source.entry.clip_id
        return wanted if wanted and wanted not in self.known else make_id(facts.title, facts.date, self.known)

    def _add_run(self, known: Clip, source: Source, material: Material, new: Transcript) -> Outcome:
        """Put a new run beside the old ones, unless it is the same as one of them.

        What a person has corrected is carried over into the new text.
        """
        folder = self.folder(known.id)
        old = load_transcript(folder)
        run = new.runs[1]
        same = (n for n, r in old.runs.items() if format_run(replace(run, made=r.made)) == format_run(r))
        number = next(same, max(old.runs) + 1)
        if number == known.run and self.is_same(known, material):
            outcome = self.update(known, source, material)
            return replace(outcome, message=outcome.message or "heard again, the same")
        if new.clip.text_from == "machine" != known.text_from and self.is_same(known, material):
            return self._keep_run(source, old, number, run, new.clip.notice)
        segments, corrected = self._carry_over(old, new)
        review = "corrected" if corrected and known.review == "unreviewed" else known.review
        clip = replace(new.clip, id=known.id, run=number, review=review, edits=known.edits)
        clip = replace(clip, guid=clip.guid or known.guid, chapters=clip.chapters or known.chapters)
        clip = replace(clip, earlier=_list_earlier(known, clip))
        transcript = Transcript(clip, segments, {number: old.runs.get(number, run)})
        changes = {
            "the recording has changed": bool(known.audio) and known.samples_sha256 != clip.samples_sha256,
            "its recording has come": bool(clip.audio) and not known.audio,
            "the published text has changed": material.published != find_script(folder, known.offset),
            f"run {number} added": number not in old.runs,
            f"run {number} is used again": number in old.runs and number != known.run,
            clip.notice: bool(clip.notice),
        }
        save_changes(folder, transcript, material.published)
        message = "; ".join(change for change, true in changes.items() if true)
        return self._report("updated", source, transcript, message)

    def _keep_run(self, source: Source, old: Transcript, number: int, run: Run, why: str) -> Outcome:
        """Keep a run that did not hear the published text as evidence; the text and its times stay."""
        transcript = replace(old, runs={**old.runs, number: run})
        save_changes(self.folder(old.clip.id), transcript, None)
        message = f"run {number} added, but the text keeps the times of run {old.clip.run}. {why}"
        self.warn(f"{source.path}: {message}")
        return self._report("updated", source, transcript, message)

    def _carry_over(self, old: Transcript, new: Transcript) -> tuple[tuple[Segment, ...], bool]:
        """The new text with the corrections that were made to the old one, and whether there were any."""
        try:
            given = recompose_text(old, find_script(self.folder(old.clip.id), old.clip.offset))
        except ScriptError:  # what they gave then they would not give today: keep all of the old text
            given = new.segments
        merged = merge_texts(given, old.segments, new.segments)
        if not merged.corrections and not merged.voices:
            return new.segments, False
        clip_id = old.clip.id
        if merged.corrections:
            self.warn(f"{clip_id}: {len(merged.corrections)} correction(s) by hand are kept")
        if merged.voices:
            self.warn(f"{clip_id}: the speakers are kept as they were named")
        for conflict in merged.conflicts:
            kept, now = (join_words(word.text for word in side) for side in (conflict.old, conflict.new))
            self.warn(f"{clip_id}: conflict: “{kept}” is kept as corrected; it would now be “{now}”")
        return tuple(time_turns(merged.turns, new.runs[1])), bool(merged.corrections) or old.corrected

    def _report(self, status: str, source: Source, transcript: Transcript, message: str) -> Outcome:
        clip = transcript.clip
        self._note_arrivals(clip, source)
        coverage = self.save_rows(clip)
        words = [word for segment in transcript.segments for word in segment.words]
        found = find_holes(transcript.runs[clip.run].speech, words, SERIOUS_HOLE)
        holes = tuple((round(start, 2), round(end, 2)) for start, end in found)
        return Outcome(clip.id, source.name, status, message, clip.duration, 0.0, coverage, holes)

    def _save_new(self, transcript: Transcript, material: Material) -> Transcript:
        """Write a new clip's folder; under the next free id if another process has just taken its own."""
        clip = transcript.clip
        while True:
            try:
                save_new(self.archive, transcript, material.published)
                return transcript
            except FileExistsError:
                self.known.reserved.add(transcript.clip.id)
                clip = replace(clip, id=make_id(clip.facts.title, clip.facts.date, self.known))
                transcript = replace(transcript, clip=clip)

    def save_rows(self, clip: Clip) -> float | None:
        """Bring archive.db up to date with a clip's folder; return the clip's coverage."""
        self.known.add(clip)
        save_transcript(self.db, load_transcript(self.folder(clip.id)), self.people)
        coverage: float | None = self.db["clips"].get(clip.id)["coverage"]
        return coverage

    def save_sound(self, clip_id: str, fingerprint: Fingerprint) -> None:
        """Keep what a clip's recording sounds like."""
        from ingest.fingerprint import FILE, format_fingerprint

        save_file(self.folder(clip_id) / FILE, format_fingerprint(fingerprint).encode())
        self.known.fingerprints.set(clip_id, fingerprint)

    def has_peaks(self, clip_id: str) -> bool:
        """Whether it is known how loud a clip's recording is, and can be read."""
        try:
            return bool(load_peaks(self.folder(clip_id)))
        except TranscriptError:
            return False

    def save_peaks(self, clip_id: str, peaks: bytes) -> None:
        """Keep how loud a clip's recording is from moment to moment."""
        save_file(self.folder(clip_id) / PEAKS, format_peaks(peaks).encode())
        save_peaks(self.db, clip_id, peaks)

    def folder(self, clip_id: str) -> Path:
        return self.archive / FOLDER / clip_id

    def place(self, path: Path) -> str:
        """The path as clip.yml keeps it: from the archive where it lies inside it, else absolute."""
        full, archive = path.resolve(), self.archive.resolve()
        return full.relative_to(archive).as_posix() if full.is_relative_to(archive) else full.as_posix()


def _add_entry(clip: Clip, source: Source, material: Material) -> Clip:
    """A clip with what is said of its source beside facts."""
    guid, chapters = source.entry.guid or clip.guid, material.chapters or clip.chapters
    return replace(clip, guid=guid, chapters=chapters)


def _list_earlier(known: Clip, clip: Clip) -> tuple[str, ...]:
    """The recordings that a clip had before the one that it has now."""
    all_of_them = dict.fromkeys((*known.earlier, known.audio_sha256))
    return tuple(sha256 for sha256 in all_of_them if sha256 and sha256 != clip.audio_sha256)
