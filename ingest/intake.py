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
from ingest.errors import EngineError, ScriptError, SourceError, TranscriptError
from ingest.facts import KEYS, Facts, load_sidecar, merge_facts, update_facts
from ingest.files import hash_file
from ingest.glossary import load_glossary
from ingest.hearing import Listener, compose_text, load_sound, recompose_text
from ingest.merge import merge_texts
from ingest.page import load_page
from ingest.run import Region, Run, format_run
from ingest.script import decode_script
from ingest.segment import Segment, segment_turns
from ingest.sources import PAGES, Source
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

KNOWN = "SELECT id FROM clips WHERE audio = :audio OR audio_sha256 = :sha256"

if TYPE_CHECKING:
    from ingest.audio import Recording


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; engine "" is the default one, with its offline stand-in."""

    archive: Path
    facts: Facts = field(default_factory=Facts)
    script: Path | None = None
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
class _Material:
    """What is known about a source; samples_sha256 only once its sound is decoded."""

    facts: Facts
    origins: dict[str, str]
    script: bytes | None
    sha256: str
    samples_sha256: str = ""


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
        material = self._gather(source)
        known = self._find(material.sha256, source.audio)
        if known:
            material = self._adopt(known, material)
        if known and self._is_same(known, material) and not self.options.again:
            outcome = self._update(known, source, material)
        else:
            outcome = self._hear(known, source, material)
        return replace(outcome, seconds=round(time.monotonic() - began, 2))

    def _gather(self, source: Source) -> _Material:
        """Collect the facts and the published text, and where each fact comes from."""
        try:
            str(source.audio).encode()
        except UnicodeEncodeError as error:
            raise SourceError(f"{source.audio!r}: its name is not UTF-8; rename it") from error
        page = load_page(source.page) if source.page else None
        facts, origins = merge_facts(
            {
                "option": self.options.facts,
                "sidecar": load_sidecar(source.sidecar) if source.sidecar else Facts(),
                "page": page.facts if page else Facts(),
                "file": Facts(title=" ".join(source.audio.stem.replace("_", " ").split())),
            }
        )
        path = self.options.script or source.script
        if path and path.suffix.lower() in PAGES:
            page = load_page(path)
            path = None
        try:
            script = path.read_bytes() if path else page.script.encode() if page else None
            sha256 = hash_file(source.audio)
        except OSError as error:
            raise SourceError(f"{error.filename}: cannot be read: {error.strerror}") from error
        if path and script is not None:
            decode_script(script, path.name)
        return _Material(facts, origins, script or None, sha256)

    def _find(self, sha256: str, path: Path) -> Clip | None:
        """The clip that this recording is already in the archive as.

        raises  TranscriptError when it is one whose clip.yml cannot be read
        """
        audio = self._relative(path)
        for row in self.db.query(KNOWN, {"audio": audio, "sha256": sha256}) if self.broken else ():
            if row["id"] in self.broken:
                raise self.broken[row["id"]]
        by_sound = (clip for clip in self.clips.values() if clip.audio_sha256 == sha256)
        by_place = (clip for clip in self.clips.values() if clip.audio == audio)
        return next(by_sound, None) or next(by_place, None)

    def _adopt(self, known: Clip, material: _Material) -> _Material:
        """Add what the archive knows about a clip to what its source states now."""
        facts, origins = update_facts(known.facts, known.origins, material.facts, material.origins)
        script = material.script or find_script(self._folder(known.id))
        return replace(material, facts=facts, origins=origins, script=script)

    def _is_same(self, known: Clip, material: _Material) -> bool:
        """Whether a known clip has still the same recording and the same published text."""
        same_script = material.script == find_script(self._folder(known.id))
        return known.audio_sha256 == material.sha256 and same_script

    def _update(self, known: Clip, source: Source, material: _Material) -> Outcome:
        """Take over changed facts; a value that a person has edited in clip.yml stays."""
        outcome = Outcome(known.id, str(source.audio), "unchanged", duration=known.duration)
        audio = self._relative(source.audio)
        if known.audio and audio != known.audio and (self.options.archive / known.audio).exists():
            return replace(outcome, message=f"the same recording as {known.audio}")
        clip = replace(
            known, facts=material.facts, origins=material.origins, audio=audio, audio_sha256=material.sha256
        )
        rows = list(self.db["clips"].rows_where("id = ?", [clip.id]))
        if replace(clip, origins=known.origins) == known and rows:
            return replace(outcome, coverage=rows[0]["coverage"])
        changed = [key for key in KEYS if getattr(clip.facts, key) != getattr(known.facts, key)]
        if replace(clip, origins=known.origins) == known:
            return replace(outcome, coverage=self._save_rows(known))
        save_clip(self._folder(clip.id), clip)
        message = f"changed: {', '.join(changed) or 'where its audio is'}"
        return replace(outcome, status="updated", message=message, coverage=self._save_rows(clip))

    def _hear(self, known: Clip | None, source: Source, material: _Material) -> Outcome:
        """Decode and recognise; write a new clip, or a further run of one that is known."""
        recording, speech = load_sound(source.audio)
        with recording:
            return self._hear_sound(known, source, material, recording, speech)

    def _hear_sound(
        self,
        known: Clip | None,
        source: Source,
        material: _Material,
        recording: Recording,
        speech: tuple[Region, ...],
    ) -> Outcome:
        for line in recording.warnings:
            self.warn(f"{source.audio}: {line}")
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
        script = decode_script(material.script, source.audio.name) if material.script else ""
        duration = recording.duration
        self.progress(0.0, duration)
        request = Request(
            recording,
            speech,
            _stated_language(material),
            script,
            self.vocabulary,
            progress=lambda heard: self.progress(heard, duration),
        )
        try:
            run = self.listener.hear(source.audio, request)
        except EngineError as error:
            raise EngineError(f"{source.audio}: {error}") from error
        material = replace(material, samples_sha256=samples_sha256)
        new = self._make(source, material, run, script)
        if known:
            return self._add_run(known, source, material, new)
        new = self._save_new(new, material.script)
        message = new.clip.notice or ("" if new.segments else "no words were found in it")
        return self._report("added", source, new, message)

    def _make(self, source: Source, material: _Material, run: Run, script: str) -> Transcript:
        """Make the clip that a run gives, under a new id."""
        text = compose_text(source.audio, script, material.facts.speakers, run)
        heard = merge_facts({"engine": Facts(language=run.language)})
        facts, origins = update_facts(*heard, material.facts, material.origins)
        clip = Clip(
            id=make_id(facts.title, facts.date, self.taken),
            facts=facts,
            origins=origins,
            audio=self._relative(source.audio),
            audio_sha256=material.sha256,
            samples_sha256=material.samples_sha256,
            duration=round(run.duration, 3),
            text_from=text.text_from,
            notice=text.notice,
        )
        return Transcript(clip, text.segments, {1: run})

    def _add_run(self, known: Clip, source: Source, material: _Material, new: Transcript) -> Outcome:
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
        if new.clip.text_from == "machine" and known.text_from == "script" and self._is_same(known, material):
            return self._keep_run(source, old, number, run, new.clip.notice)
        segments, corrected = self._carry_over(old, new)
        review = "corrected" if corrected and known.review == "unreviewed" else known.review
        clip = replace(new.clip, id=known.id, run=number, review=review)
        transcript = Transcript(clip, segments, {number: old.runs.get(number, run)})
        changes = {
            "the recording has changed": known.samples_sha256 != clip.samples_sha256,
            "the published text has changed": material.script != find_script(folder),
            f"run {number} added": number not in old.runs,
            f"run {number} is used again": number in old.runs and number != known.run,
            clip.notice: bool(clip.notice),
        }
        save_changes(folder, transcript, material.script)
        message = "; ".join(change for change, true in changes.items() if true)
        return self._report("updated", source, transcript, message)

    def _keep_run(self, source: Source, old: Transcript, number: int, run: Run, why: str) -> Outcome:
        """Keep a run that did not hear the published text as evidence; the text and its times stay."""
        transcript = replace(old, runs={**old.runs, number: run})
        save_changes(self._folder(old.clip.id), transcript, None)
        message = f"run {number} added, but the text keeps the times of run {old.clip.run}. {why}"
        self.warn(f"{source.audio}: {message}")
        return self._report("updated", source, transcript, message)

    def _carry_over(self, old: Transcript, new: Transcript) -> tuple[tuple[Segment, ...], bool]:
        """The new text with the corrections that were made to the old one, and whether there were any."""
        try:
            given = recompose_text(old, find_script(self._folder(old.clip.id)))
        except ScriptError:  # what they gave then they would not give today: keep all of the old text
            given = new.segments
        merged = merge_texts(given, old.segments, new.segments)
        if not merged.corrections:
            return new.segments, False
        clip_id = old.clip.id
        self.warn(f"{clip_id}: {len(merged.corrections)} correction(s) by hand are kept")
        for conflict in merged.conflicts:
            kept, now = (join_words(word.text for word in side) for side in (conflict.old, conflict.new))
            self.warn(f"{clip_id}: conflict: “{kept}” is kept as corrected; it would now be “{now}”")
        return tuple(segment_turns(merged.turns, new.runs[1])[0]), True

    def _report(self, status: str, source: Source, transcript: Transcript, message: str) -> Outcome:
        clip = transcript.clip
        coverage = self._save_rows(clip)
        words = [word for segment in transcript.segments for word in segment.words]
        found = find_holes(transcript.runs[clip.run].speech, words, SERIOUS_HOLE)
        holes = tuple((round(start, 2), round(end, 2)) for start, end in found)
        return Outcome(clip.id, str(source.audio), status, message, clip.duration, 0.0, coverage, holes)

    def _save_new(self, transcript: Transcript, script: bytes | None) -> Transcript:
        """Write a new clip's folder; under the next free id if another process has just taken its own."""
        clip = transcript.clip
        while True:
            try:
                save_new(self.options.archive, transcript, script)
                return transcript
            except FileExistsError:
                self.taken.add(transcript.clip.id)
                clip = replace(clip, id=make_id(clip.facts.title, clip.facts.date, self.taken))
                transcript = replace(transcript, clip=clip)

    def _save_rows(self, clip: Clip) -> float:
        """Bring archive.db up to date with a clip's folder; return the clip's coverage."""
        self.clips[clip.id] = clip
        self.taken.add(clip.id)
        save_transcript(self.db, load_transcript(self._folder(clip.id)))
        return float(self.db["clips"].get(clip.id)["coverage"])

    def _folder(self, clip_id: str) -> Path:
        return self.options.archive / FOLDER / clip_id

    def _relative(self, path: Path) -> str:
        """The path as clip.yml keeps it: from the archive where it lies inside it, else absolute."""
        full, archive = path.resolve(), self.options.archive.resolve()
        return full.relative_to(archive).as_posix() if full.is_relative_to(archive) else full.as_posix()


def _stated_language(material: _Material) -> str:
    """The language that somebody stated, "" when an engine only heard it and may hear it again."""
    if material.origins.get("language", "").startswith("engine"):
        return ""
    return material.facts.language.replace("_", "-").split("-")[0].lower()
