"""Intake: one source in, one clip's folder written or left as it is.

The way of a clip: gather its facts, recognise it if it is known, decode, find the speech, let an
engine hear the words, align the published text to them, write. Nothing is written before all of
it has succeeded.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from sqlite_utils import Database

from ingest.archive import open_archive, save_transcript
from ingest.coverage import SERIOUS_HOLE, find_holes
from ingest.errors import AudioError, ScriptError, SourceError
from ingest.facts import KEYS, Facts, merge_facts, update_facts
from ingest.files import Stamp, stamp_file, wait_until_still
from ingest.formats import Document
from ingest.glossary import load_glossary
from ingest.hearing import Heard, Listener, Task
from ingest.known import Known
from ingest.lines import make_run
from ingest.material import Material, gather
from ingest.merge import merge_texts
from ingest.people import load_people
from ingest.run import Region, Run, format_run
from ingest.segment import Segment
from ingest.sources import Source
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

FRESH = 1.0  # seconds since its last change within which a file may still be on its way here
KNOWN = """
SELECT id FROM clips WHERE (:audio <> '' AND audio = :audio) OR (:sha256 <> '' AND audio_sha256 = :sha256)
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; engine "" is the default one, with its offline stand-in.

    offset  seconds to add to the times of a text that has some; None leaves it as it is known
    """

    archive: Path
    facts: Facts = field(default_factory=Facts)
    script: Path | None = None
    offset: float | None = None
    engine: str = ""
    model: str = ""
    device: str = ""
    threads: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source.

    status    added, updated, unchanged or failed
    duration  seconds of audio; seconds: how long it took
    coverage  share of the speech that has text, 0 to 1, None where it failed
    holes     where much is said and no text was found, only for what was heard anew
    """

    clip: str
    source: str
    status: str
    message: str = ""
    duration: float = 0.0
    seconds: float = 0.0
    coverage: float | None = None
    holes: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A source that has yet to be heard: what is known of it, and what is to be done."""

    source: Source
    material: Material
    task: Task
    stamp: Stamp  # of its recording before anybody read it
    known: str = ""  # id of the clip that it is in the archive as


def _wait_for(audio: Path) -> Stamp:
    """The stamp of a recording that is complete, for all that can be seen.

    raises  SourceError when it grows on and on
    """
    try:
        stamp = stamp_file(audio)
        if abs(time.time() - stamp[1] / 1e9) < FRESH:
            time.sleep(FRESH / 5)
            if stamp_file(audio) != stamp and not wait_until_still(audio):
                raise SourceError(f"{audio}: is still being written; ingest it once it is complete")
        return stamp_file(audio)
    except OSError as error:
        raise SourceError(f"{audio}: cannot be read: {error.strerror}") from error


def make_listener(options: Options, warn: Callable[[str], None]) -> Listener:
    """The listener that a command line asks for."""
    return Listener(options.engine, options.model, options.device, options.threads, warn)


class Intake:
    """Takes sources into one archive. Only this writes; hearing may happen elsewhere.

    warn      is called with each line that a person should read
    progress  is called with the seconds that were heard of a recording, and its duration
    listener  one whose models are loaded already; None makes one
    """

    def __init__(
        self,
        options: Options,
        warn: Callable[[str], None],
        progress: Callable[[float, float], None] = lambda heard, duration: None,
        listener: Listener | None = None,
    ) -> None:
        self.options = options
        self.warn = warn
        self.progress = progress
        self.listener = listener or make_listener(options, warn)
        self.vocabulary = tuple(term.text for term in load_glossary(options.archive))
        self.known = Known(options.archive, warn)
        self.people = load_people(options.archive)

    @cached_property
    def db(self) -> Database:
        return open_archive(self.options.archive)

    def open(self) -> None:
        """Open archive.db, or build it, now: what is wrong with it is to be said before anybody listens.

        raises  TranscriptError when it cannot be opened
        """
        assert self.db is not None

    def take(self, source: Source) -> Outcome:
        """Take one source in.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        began = time.monotonic()
        step = self.prepare(source)
        while isinstance(step, Pending):
            step = self.finish(step, lambda task: self.listener.take(task, self.knows_sound, self.progress))
        return replace(step, seconds=round(time.monotonic() - began, 2))

    def prepare(self, source: Source) -> Outcome | Pending:
        """Do all that can be done about a source before it is heard.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        stamp = _wait_for(source.audio) if source.audio else (0, 0)
        material = gather(source, self.options.facts, self.options.script, self.options.offset or 0.0)
        known = self._find(source, material)
        if known:
            material = self._adopt(known, material)
        if known and self._is_same(known, material) and not self.options.again:
            return self._update(known, source, material)
        document = self._read_document(source, material)
        if source.audio:
            again = bool(known) or self.options.again
            task = Task(source.audio, document, material.language, self.vocabulary, again)
            return Pending(source, material, task, stamp, known.id if known else "")
        if document is None:
            raise ScriptError(f"{source.path}: holds no words; name a transcript or a recording")
        return self._save(known, source, material, make_run(document, 0.0, (), material.language), document)

    def foresee(self, source: Source) -> Outcome:
        """What would become of a source, and why, as far as can be told without hearing it.

        raises  AirquoteError as taking it in would
        """
        material = gather(source, self.options.facts, self.options.script, self.options.offset or 0.0)
        material.read_text((self.options.script or source.script or source.path).name)
        known = self._find(source, material)
        if known is None:
            clip_id = make_id(material.facts.title, material.facts.date, self.known)
            self.known.reserved.add(clip_id)
            what = "it would be heard" if source.audio else "a text without a recording"
            return Outcome(clip_id, source.name, "added", f"new; {what}")
        material = self._adopt(known, material)
        changes = {
            "the recording has changed": bool(known.audio) and known.audio_sha256 != material.sha256,
            "its recording has come": bool(source.audio) and not known.audio,
            "the published text has changed":
                material.published != find_script(self._folder(known.id), known.offset),
            "it would be heard again": bool(source.audio) and self.options.again,
        }  # fmt: skip
        if any(changes.values()):
            why = "; ".join(change for change, true in changes.items() if true)
            return Outcome(known.id, source.name, "updated", why, known.duration)
        return self._compare(known, source, material)[0]

    def finish(self, pending: Pending, hear: Callable[[Task], Heard]) -> Outcome | Pending:
        """Write what was heard of a source. It is to be heard again where its file has grown meanwhile,
        and where its sound is known, but came with another text.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        source, material, task = pending.source, pending.material, pending.task
        try:
            heard = hear(task)
        except AudioError:
            if stamp_file(task.audio) == pending.stamp:
                raise
            return self.prepare(source)
        if stamp_file(task.audio) != pending.stamp:
            return self.prepare(source)
        known = self.known.clips.get(pending.known)
        if not known and (known := self.known.find("samples", heard.samples_sha256)):
            material = self._adopt(known, material)
            same = self._is_same(replace(known, audio_sha256=material.sha256), material)
            if same and not self.options.again:
                return self._update(known, source, material)
            document = material.read_text(task.audio.name)
            task = replace(task, document=document, language=material.language, again=True)
        if heard.run is None:
            return replace(pending, material=material, task=task, known=known.id if known else "")
        material = replace(material, samples_sha256=heard.samples_sha256)
        return self._save(known, source, material, heard.run, task.document)

    def knows_sound(self, samples_sha256: str) -> bool:
        return self.known.find("samples", samples_sha256) is not None

    def _find(self, source: Source, material: Material) -> Clip | None:
        """The clip that this source is already in the archive as.

        raises  TranscriptError when it is one whose clip.yml cannot be read
        """
        place = self._relative(source.path)
        text = hashlib.sha256(material.published.content).hexdigest() if material.published else ""
        beside = self._relative(source.script) if source.script else ""
        key = {"audio": place if source.audio else "", "sha256": material.sha256}
        for row in self.db.query(KNOWN, key) if self.known.broken else ():
            if row["id"] in self.known.broken:
                raise self.known.broken[row["id"]]
        return (
            self.known.find("sha256", material.sha256)
            or self.known.find("place", place)
            or self.known.find("place", beside)
            or self.known.find("text", text)
        )

    def _adopt(self, known: Clip, material: Material) -> Material:
        """Add what the archive knows about a clip to what its source states now."""
        facts, origins = update_facts(known.facts, known.origins, material.facts, material.origins)
        published = material.published or find_script(self._folder(known.id))
        if published and self.options.offset is None:
            published = replace(published, offset=known.offset)
        return replace(material, facts=facts, origins=origins, published=published)

    def _is_same(self, known: Clip, material: Material) -> bool:
        """Whether a known clip has still the same recording and the same published text."""
        same_text = material.published == find_script(self._folder(known.id), known.offset)
        return known.audio_sha256 == material.sha256 and same_text

    def _compare(self, known: Clip, source: Source, material: Material) -> tuple[Outcome, Clip]:
        """What facts of a known clip have changed, and the clip with them.

        A value that a person has edited in clip.yml stays.
        """
        outcome = Outcome(known.id, source.name, "unchanged", duration=known.duration)
        place, before = self._relative(source.path), known.audio or known.document
        if before and place != before and (self.options.archive / before).exists():
            what = "recording" if source.audio else "text"
            return replace(outcome, message=f"the same {what} as {before}"), known
        clip = replace(known, facts=material.facts, origins=material.origins, audio_sha256=material.sha256)
        clip = replace(clip, audio=place) if source.audio else replace(clip, document=place)
        if replace(clip, origins=known.origins) == known:
            return outcome, known
        changed = [key for key in KEYS if getattr(clip.facts, key) != getattr(known.facts, key)]
        message = f"changed: {', '.join(changed) or 'where its file is'}"
        return replace(outcome, status="updated", message=message), clip

    def _update(self, known: Clip, source: Source, material: Material) -> Outcome:
        """Take over changed facts; make up for rows that archive.db lacks."""
        outcome, clip = self._compare(known, source, material)
        rows = list(self.db["clips"].rows_where("id = ?", [clip.id]))
        if clip is known and rows:
            return replace(outcome, coverage=rows[0]["coverage"])
        if clip is not known:
            save_clip(self._folder(clip.id), clip)
        return replace(outcome, coverage=self._save_rows(clip))

    def _read_document(self, source: Source, material: Material) -> Document | None:
        """What the text says; what its reader dropped or repaired is told."""
        document = material.read_text((self.options.script or source.script or source.path).name)
        for line in document.reports if document else ():
            self.warn(line)
        return document

    def _save(
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
            id=make_id(facts.title, facts.date, self.known),
            facts=facts,
            origins=origins,
            audio=self._relative(source.audio) if source.audio else "",
            audio_sha256=material.sha256,
            samples_sha256=material.samples_sha256,
            document="" if source.audio else self._relative(source.path),
            offset=material.published.offset if material.published else 0.0,
            duration=round(run.duration, 3),
            timed=bool(run.duration),
            text_from=text.text_from,
            notice=text.notice,
        )
        return Transcript(clip, text.segments, {1: run})

    def _add_run(self, known: Clip, source: Source, material: Material, new: Transcript) -> Outcome:
        """Put a new run beside the old ones, unless it is the same as one of them.

        What a person has corrected is carried over into the new text.
        """
        folder = self._folder(known.id)
        old = load_transcript(folder)
        run = new.runs[1]
        same = (n for n, r in old.runs.items() if format_run(replace(run, made=r.made)) == format_run(r))
        number = next(same, max(old.runs) + 1)
        if number == known.run and self._is_same(known, material):
            outcome = self._update(known, source, material)
            return replace(outcome, message=outcome.message or "heard again, the same")
        if new.clip.text_from == "machine" != known.text_from and self._is_same(known, material):
            return self._keep_run(source, old, number, run, new.clip.notice)
        segments, corrected = self._carry_over(old, new)
        review = "corrected" if corrected and known.review == "unreviewed" else known.review
        clip = replace(new.clip, id=known.id, run=number, review=review, edits=known.edits)
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
        save_changes(self._folder(old.clip.id), transcript, None)
        message = f"run {number} added, but the text keeps the times of run {old.clip.run}. {why}"
        self.warn(f"{source.path}: {message}")
        return self._report("updated", source, transcript, message)

    def _carry_over(self, old: Transcript, new: Transcript) -> tuple[tuple[Segment, ...], bool]:
        """The new text with the corrections that were made to the old one, and whether there were any."""
        try:
            given = recompose_text(old, find_script(self._folder(old.clip.id), old.clip.offset))
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
        coverage = self._save_rows(clip)
        words = [word for segment in transcript.segments for word in segment.words]
        found = find_holes(transcript.runs[clip.run].speech, words, SERIOUS_HOLE)
        holes = tuple((round(start, 2), round(end, 2)) for start, end in found)
        return Outcome(clip.id, source.name, status, message, clip.duration, 0.0, coverage, holes)

    def _save_new(self, transcript: Transcript, material: Material) -> Transcript:
        """Write a new clip's folder; under the next free id if another process has just taken its own."""
        clip = transcript.clip
        while True:
            try:
                save_new(self.options.archive, transcript, material.published)
                return transcript
            except FileExistsError:
                self.known.reserved.add(transcript.clip.id)
                clip = replace(clip, id=make_id(clip.facts.title, clip.facts.date, self.known))
                transcript = replace(transcript, clip=clip)

    def _save_rows(self, clip: Clip) -> float | None:
        """Bring archive.db up to date with a clip's folder; return the clip's coverage."""
        self.known.add(clip)
        save_transcript(self.db, load_transcript(self._folder(clip.id)), self.people)
        coverage: float | None = self.db["clips"].get(clip.id)["coverage"]
        return coverage

    def _folder(self, clip_id: str) -> Path:
        return self.options.archive / FOLDER / clip_id

    def _relative(self, path: Path) -> str:
        """The path as clip.yml keeps it: from the archive where it lies inside it, else absolute."""
        full, archive = path.resolve(), self.options.archive.resolve()
        return full.relative_to(archive).as_posix() if full.is_relative_to(archive) else full.as_posix()
