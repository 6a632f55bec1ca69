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

from ingest.archive import open_archive, save_transcript
from ingest.engines import Request
from ingest.errors import SourceError, TranscriptError
from ingest.facts import KEYS, Facts, load_sidecar, merge_facts, update_facts
from ingest.files import hash_file
from ingest.hearing import Listener, compose_text, load_sound
from ingest.page import load_page
from ingest.run import Run
from ingest.script import decode_script, parse_script
from ingest.segment import find_turns, time_cues
from ingest.sources import PAGES, Source
from ingest.transcript import (
    FOLDER,
    Clip,
    Transcript,
    find_script,
    list_ids,
    load_clip,
    load_cues,
    load_transcript,
    make_id,
    save_changes,
    save_clip,
    save_new,
)
from ingest.vtt import Cue
from ingest.words import split_words


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; engine "" is the default one, with its offline stand-in."""

    archive: Path
    facts: Facts = field(default_factory=Facts)
    script: Path | None = None
    engine: str = ""
    model: str = ""
    device: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source.

    status    added, updated, unchanged or failed
    duration  seconds of audio; seconds: how long it took
    coverage  share of the speech that has text, 0 to 1, None where it failed
    """

    clip: str
    source: str
    status: str
    message: str = ""
    duration: float = 0.0
    seconds: float = 0.0
    coverage: float | None = None


@dataclass(frozen=True, slots=True)
class _Material:
    """What is known about a source before its sound is decoded."""

    facts: Facts
    origins: dict[str, str]
    script: bytes | None
    sha256: str


class Intake:
    """Takes sources into one archive; models are loaded once, when first needed.

    warn  is called with each line that a person should read
    """

    def __init__(self, options: Options, warn: Callable[[str], None]) -> None:
        self.options = options
        self.warn = warn
        self.listener = Listener(options.engine, options.model, options.device, warn)
        self.clips: dict[str, Clip] = {}
        self.taken = set(list_ids(options.archive))
        for clip_id in sorted(self.taken):
            try:
                self.clips[clip_id] = load_clip(self._folder(clip_id))
            except TranscriptError as error:
                warn(str(error))
        self.db = open_archive(options.archive)

    def take(self, source: Source) -> Outcome:
        """Take one source in.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        began = time.monotonic()
        material = self._gather(source)
        known = self._find(material.sha256, source.audio)
        if known and not material.script:
            material = replace(material, script=find_script(self._folder(known.id)))
        if known and self._is_same(known, material):
            outcome = self._update(known, source, material)
        else:
            outcome = self._hear(known, source, material)
        return replace(outcome, seconds=round(time.monotonic() - began, 2))

    def _gather(self, source: Source) -> _Material:
        """Collect the facts and the published text, and where each fact comes from."""
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
        """The clip that this recording is already in the archive as."""
        by_sound = (clip for clip in self.clips.values() if clip.audio_sha256 == sha256)
        audio = self._relative(path)
        by_place = (clip for clip in self.clips.values() if clip.audio == audio)
        return next(by_sound, None) or next(by_place, None)

    def _is_same(self, known: Clip, material: _Material) -> bool:
        """Whether there is nothing new to hear or to align."""
        same_script = material.script == find_script(self._folder(known.id))
        return known.audio_sha256 == material.sha256 and same_script and not self.options.again

    def _update(self, known: Clip, source: Source, material: _Material) -> Outcome:
        """Take over changed facts; a value that a person has edited in clip.yml stays."""
        outcome = Outcome(known.id, str(source.audio), "unchanged", duration=known.duration)
        audio = self._relative(source.audio)
        if audio != known.audio and (self.options.archive / known.audio).exists():
            return replace(outcome, message=f"the same recording as {known.audio}")
        facts, origins = update_facts(known.facts, known.origins, material.facts, material.origins)
        clip = replace(known, facts=facts, origins=origins, audio=audio, audio_sha256=material.sha256)
        rows = list(self.db["clips"].rows_where("id = ?", [clip.id]))
        if clip == known and rows:
            return replace(outcome, coverage=rows[0]["coverage"])
        save_clip(self._folder(clip.id), clip)
        outcome = replace(outcome, coverage=self._save_rows(clip))
        if clip == known:
            return outcome
        changed = [key for key in KEYS if getattr(facts, key) != getattr(known.facts, key)]
        message = f"changed: {', '.join(changed) or 'where its audio is'}"
        return replace(outcome, status="updated", message=message)

    def _hear(self, known: Clip | None, source: Source, material: _Material) -> Outcome:
        """Decode and recognise; write a new clip, or a further run of one that is known."""
        audio, same_sound, speech = load_sound(source.audio)
        for line in audio.warnings:
            self.warn(f"{source.audio}: {line}")
        twin = next((c for c in self.clips.values() if c.samples_sha256 == same_sound), None)
        if twin and self._is_same(replace(twin, audio_sha256=material.sha256), material):
            return self._update(twin, source, material)
        known = known or twin
        facts = material.facts
        script = decode_script(material.script, source.audio.name) if material.script else ""
        run = self.listener.hear(source.audio, Request(audio.samples, speech, _language(facts), script))
        text = compose_text(source.audio, script, facts.speakers, run)
        heard = merge_facts({"engine": Facts(language=run.language)})
        facts, origins = update_facts(*heard, facts, material.origins)
        clip = Clip(
            id=known.id if known else make_id(facts.title, facts.date, self.taken),
            facts=facts,
            origins=origins,
            audio=self._relative(source.audio),
            audio_sha256=material.sha256,
            samples_sha256=same_sound,
            duration=round(audio.duration, 3),
            text_from=text.text_from,
            notice=text.notice,
        )
        transcript = Transcript(clip, text.segments, {1: run})
        message = text.notice or ("" if text.segments else "no words were found in it")
        if known:
            changed = "the recording has changed; " if known.samples_sha256 != same_sound else ""
            transcript = self._add_run(known, transcript)
            message = f"{changed}run {transcript.clip.run} added" + (f"; {message}" if message else "")
            save_changes(self._folder(known.id), transcript, material.script)
        else:
            transcript = self._save_new(transcript, material.script)
        return Outcome(
            clip=transcript.clip.id,
            source=str(source.audio),
            status="updated" if known else "added",
            message=message,
            duration=clip.duration,
            coverage=self._save_rows(transcript.clip),
        )

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

    def _add_run(self, known: Clip, new: Transcript) -> Transcript:
        """Put a new run beside the old ones; text that a person has corrected stays, timed anew."""
        folder = self._folder(known.id)
        old = load_transcript(folder)
        number = max(old.runs) + 1
        run = new.runs[1]
        facts, origins = update_facts(known.facts, known.origins, new.clip.facts, new.clip.origins)
        clip = replace(new.clip, facts=facts, origins=origins, run=number, review=known.review)
        segments = new.segments
        if self._is_corrected(known, old.runs[known.run], load_cues(folder)):
            self.warn(
                f"{known.id}: its text was corrected by hand and stays; only its times come from the new run"
            )
            segments = tuple(time_cues(load_cues(folder), run))
            clip = replace(clip, text_from=known.text_from, notice=known.notice)
        return Transcript(clip, segments, {number: run})

    def _is_corrected(self, clip: Clip, run: Run, cues: list[Cue]) -> bool:
        """Whether the words of a transcript differ from those that its run and script gave."""
        script = find_script(self._folder(clip.id)) if clip.text_from == "script" else None
        text = decode_script(script, clip.id) if script else ""
        turns = parse_script(text, clip.facts.speakers) if script else find_turns(run)
        given = [word for turn in turns for word in split_words(turn.text)]
        return [word for cue in cues for word in split_words(cue.text)] != given

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


def _language(facts: Facts) -> str:
    return facts.language.replace("_", "-").split("-")[0].lower()
