"""Intake: one source in, one clip's folder written or left as it is.

The way of a clip: gather its facts, recognise it if it is known, decode, find the speech, let an
engine hear the words, align the published text to them, write. Nothing is written before all of
it has succeeded.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.archive import open_archive, save_transcript
from ingest.coverage import SERIOUS_HOLE, find_holes
from ingest.engines import Request
from ingest.errors import EngineError, ScriptError, TranscriptError
from ingest.facts import KEYS, Facts, merge_facts, update_facts
from ingest.formats import Document
from ingest.glossary import load_glossary
from ingest.hearing import Listener, load_sound
from ingest.material import Material, gather
from ingest.merge import merge_texts
from ingest.published import has_word_times, is_timed
from ingest.run import Region, Run, format_run
from ingest.segment import Segment
from ingest.sources import Source
from ingest.text import compose_text, make_run, recompose_text, time_turns
from ingest.transcript import (
    FOLDER,
    Clip,
    Transcript,
    find_script,
    list_ids,
    load_clip,
    load_transcript,
    make_id,
    save_changes,
    save_clip,
    save_new,
)
from ingest.words import join_words

KNOWN = """
SELECT id FROM clips WHERE (:audio <> '' AND audio = :audio) OR (:sha256 <> '' AND audio_sha256 = :sha256)
"""

if TYPE_CHECKING:
    from ingest.audio import Recording


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


class Intake:
    """Takes sources into one archive; models are loaded once, when first needed.

    warn      is called with each line that a person should read
    progress  is called with the seconds that were heard of a recording, and its duration
    """

    def __init__(
        self,
        options: Options,
        warn: Callable[[str], None],
        progress: Callable[[float, float], None] = lambda heard, duration: None,
    ) -> None:
        self.options = options
        self.warn = warn
        self.progress = progress
        self.listener = Listener(options.engine, options.model, options.device, options.threads, warn)
        self.vocabulary = tuple(term.text for term in load_glossary(options.archive))
        self.clips: dict[str, Clip] = {}
        self.broken: dict[str, TranscriptError] = {}
        self.taken = set(list_ids(options.archive))
        for clip_id in sorted(self.taken):
            try:
                self.clips[clip_id] = load_clip(self._folder(clip_id))
            except TranscriptError as error:
                warn(str(error))
                self.broken[clip_id] = error
        self.db = open_archive(options.archive)

    def take(self, source: Source) -> Outcome:
        """Take one source in.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        began = time.monotonic()
        material = gather(source, self.options.facts, self.options.script, self.options.offset or 0.0)
        known = self._find(source, material)
        if known:
            material = self._adopt(known, material)
        if known and self._is_same(known, material) and not self.options.again:
            outcome = self._update(known, source, material)
        elif source.audio is None:
            outcome = self._read(known, source, material)
        else:
            outcome = self._hear(known, source.audio, source, material)
        return replace(outcome, seconds=round(time.monotonic() - began, 2))

    def _find(self, source: Source, material: Material) -> Clip | None:
        """The clip that this source is already in the archive as.

        raises  TranscriptError when it is one whose clip.yml cannot be read
        """
        sha256 = material.sha256
        place = self._relative(source.path)
        key = {"audio": place if source.audio else "", "sha256": sha256}
        for row in self.db.query(KNOWN, key) if self.broken else ():
            if row["id"] in self.broken:
                raise self.broken[row["id"]]
        clips = self.clips.values()
        by_sound = (clip for clip in clips if sha256 and clip.audio_sha256 == sha256)
        by_place = (clip for clip in clips if place in (clip.audio, clip.document))
        by_text = (clip for clip in clips if clip.document and self._has_text(clip, source, material))
        return next(by_sound, None) or next(by_place, None) or next(by_text, None)

    def _has_text(self, clip: Clip, source: Source, material: Material) -> bool:
        """Whether a clip without a recording is of the same text, be it that its recording has come now."""
        beside = source.script and self._relative(source.script) == clip.document
        same = material.published and material.published == find_script(self._folder(clip.id))
        return bool(beside or same)

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

    def _update(self, known: Clip, source: Source, material: Material) -> Outcome:
        """Take over changed facts; a value that a person has edited in clip.yml stays."""
        outcome = Outcome(known.id, str(source.path), "unchanged", duration=known.duration)
        place, before = self._relative(source.path), known.audio or known.document
        if before and place != before and (self.options.archive / before).exists():
            what = "recording" if source.audio else "text"
            return replace(outcome, message=f"the same {what} as {before}")
        clip = replace(known, facts=material.facts, origins=material.origins, audio_sha256=material.sha256)
        clip = replace(clip, audio=place) if source.audio else replace(clip, document=place)
        rows = list(self.db["clips"].rows_where("id = ?", [clip.id]))
        if replace(clip, origins=known.origins) == known and rows:
            return replace(outcome, coverage=rows[0]["coverage"])
        changed = [key for key in KEYS if getattr(clip.facts, key) != getattr(known.facts, key)]
        if replace(clip, origins=known.origins) == known:
            return replace(outcome, coverage=self._save_rows(known))
        save_clip(self._folder(clip.id), clip)
        message = f"changed: {', '.join(changed) or 'where its file is'}"
        return replace(outcome, status="updated", message=message, coverage=self._save_rows(clip))

    def _read(self, known: Clip | None, source: Source, material: Material) -> Outcome:
        """Take in a text that has no recording."""
        document = self._read_document(source, material)
        if document is None:
            raise ScriptError(f"{source.path}: holds no words; name a transcript or a recording")
        run = make_run(document, 0.0, (), material.language)
        return self._save(known, source, material, run, document)

    def _hear(self, known: Clip | None, audio: Path, source: Source, material: Material) -> Outcome:
        """Decode and recognise; write a new clip, or a further run of one that is known."""
        recording, speech = load_sound(audio)
        with recording:
            return self._hear_sound(known, audio, source, material, recording, speech)

    def _hear_sound(
        self,
        known: Clip | None,
        audio: Path,
        source: Source,
        material: Material,
        recording: Recording,
        speech: tuple[Region, ...],
    ) -> Outcome:
        for line in recording.warnings:
            self.warn(f"{audio}: {line}")
        samples_sha256 = recording.sha256
        twin = next((c for c in self.clips.values() if c.samples_sha256 == samples_sha256), None)
        if twin and not known:
            known = twin
            material = self._adopt(twin, material)
            if (
                self._is_same(replace(twin, audio_sha256=material.sha256), material)
                and not self.options.again
            ):
                return self._update(twin, source, material)
        document = self._read_document(source, material)
        duration = recording.duration
        self.progress(0.0, duration)
        if document and has_word_times(document) and not self.options.engine:
            run = make_run(document, duration, speech, material.language)
        else:
            request = Request(
                recording,
                speech,
                material.language,
                "\n\n".join(line.text for line in document.lines) if document else "",
                self.vocabulary,
                progress=lambda heard: self.progress(heard, duration),
            )
            run = self._listen(audio, request, document)
        material = replace(material, samples_sha256=samples_sha256)
        return self._save(known, source, material, run, document)

    def _read_document(self, source: Source, material: Material) -> Document | None:
        """What the text says; what its reader dropped or repaired is told."""
        document = material.read_text((self.options.script or source.script or source.path).name)
        for line in document.reports if document else ():
            self.warn(line)
        return document

    def _listen(self, audio: Path, request: Request, document: Document | None) -> Run:
        try:
            return self.listener.hear(audio, request)
        except EngineError as error:
            if document and is_timed(document) and not self.options.engine:
                self.warn(f"{audio}: {error}")
                self.warn(f"{audio}: its imported text keeps its own times")
                return make_run(document, request.duration, request.speech, request.language)
            raise EngineError(f"{audio}: {error}") from error

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
            id=make_id(facts.title, facts.date, self.taken),
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
        clip = replace(clip, chapters=clip.chapters or known.chapters)
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
        return Outcome(clip.id, str(source.path), status, message, clip.duration, 0.0, coverage, holes)

    def _save_new(self, transcript: Transcript, material: Material) -> Transcript:
        """Write a new clip's folder; under the next free id if another process has just taken its own."""
        clip = transcript.clip
        while True:
            try:
                save_new(self.options.archive, transcript, material.published)
                return transcript
            except FileExistsError:
                self.taken.add(transcript.clip.id)
                clip = replace(clip, id=make_id(clip.facts.title, clip.facts.date, self.taken))
                transcript = replace(transcript, clip=clip)

    def _save_rows(self, clip: Clip) -> float | None:
        """Bring archive.db up to date with a clip's folder; return the clip's coverage."""
        self.clips[clip.id] = clip
        self.taken.add(clip.id)
        save_transcript(self.db, load_transcript(self._folder(clip.id)))
        coverage: float | None = self.db["clips"].get(clip.id)["coverage"]
        return coverage

    def _folder(self, clip_id: str) -> Path:
        return self.options.archive / FOLDER / clip_id

    def _relative(self, path: Path) -> str:
        """The path as clip.yml keeps it: from the archive where it lies inside it, else absolute."""
        full, archive = path.resolve(), self.options.archive.resolve()
        return full.relative_to(archive).as_posix() if full.is_relative_to(archive) else full.as_posix()
