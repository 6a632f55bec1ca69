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
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.entry import Entry
from ingest.errors import AudioError, ScriptError, SourceError
from ingest.facts import Facts, update_facts
from ingest.files import Stamp, stamp_file, wait_until_still
from ingest.formats import Document
from ingest.glossary import load_glossary
from ingest.hearing import Heard, Listener, Task
from ingest.known import Known
from ingest.landing import Landing
from ingest.lines import make_run
from ingest.material import Material, gather
from ingest.outcome import Outcome
from ingest.retrieve import Retriever
from ingest.sources import Source
from ingest.transcript import (
    Clip,
    find_script,
    make_id,
)
from ingest.web.links import Link

if TYPE_CHECKING:
    from ingest.fingerprint import Match
    from ingest.network.fetch import Fetcher

SAME_TIMES = 0.15  # seconds by which an encoder may lengthen a recording whose words stay where they are
FRESH = 1.0  # seconds since its last change within which a file may still be on its way here
KNOWN = """
SELECT id FROM clips WHERE (:audio <> '' AND audio = :audio) OR (:sha256 <> '' AND audio_sha256 = :sha256)
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; engine "" is the default one, with its offline stand-in.

    offset      seconds to add to the times of a text that has some; None leaves it as it is known
    script_url  address of the published text
    since, limit   which items of feeds, see Lister; allow_private: see network.Limits
    """

    archive: Path
    facts: Facts = field(default_factory=Facts)
    script: Path | None = None
    script_url: str = ""
    offset: float | None = None
    engine: str = ""
    model: str = ""
    device: str = ""
    threads: int = 0
    again: bool = False
    since: str = ""
    limit: int | None = None
    allow_private: bool = False


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
    fetcher   for what sources name by address; None where nothing may be fetched
    listener  one whose models are loaded already; None makes one
    """

    def __init__(
        self,
        options: Options,
        warn: Callable[[str], None],
        progress: Callable[[float, float], None] = lambda heard, duration: None,
        fetcher: Fetcher | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.options = options
        self.warn = warn
        self.progress = progress
        self.listener = listener or make_listener(options, warn)
        self.vocabulary = tuple(term.text for term in load_glossary(options.archive))
        self.known = Known(options.archive, warn)
        self.landing = Landing(options.archive, self.known, warn)
        self.retriever = Retriever(fetcher, options.archive, warn) if fetcher else None

    def take(self, source: Source) -> Outcome:
        """Take one source in.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        began = time.monotonic()
        step = self.prepare(source)
        while isinstance(step, Pending):
            step = self.finish(
                step, lambda task: self.listener.take(task, self.known.has_sound, self.progress)
            )
        return replace(step, seconds=round(time.monotonic() - began, 2))

    def _listen(self, task: Task) -> Heard:
        return self.listener.take(task, self.known.has_sound, self.progress)

    def prepare(self, source: Source) -> Outcome | Pending:
        """Do all that can be done about a source before it is heard.

        raises  AirquoteError naming the file and the remedy; the archive is then as it was
        """
        source = self._retrieve(source)
        stamp = _wait_for(source.audio) if source.audio else (0, 0)
        material = gather(source, self.options.facts, self.options.script, self.options.offset)
        known = self._find(source, material)
        if known is None and (outcome := self._pass_over(source, material)):
            return outcome
        if known:
            material = self._adopt(known, material)
        if known and self.landing.is_same(known, material) and not self.options.again:
            return self._discard(source, self.landing.update(known, source, material))
        document = self._read_document(source, material)
        if source.audio:
            again = bool(known) or self.options.again
            task = Task(source.audio, document, material.language, self.vocabulary, again)
            return Pending(source, material, task, stamp, known.id if known else "")
        if document is None:
            raise ScriptError(f"{source.path}: holds no words; name a transcript or a recording")
        return self.landing.save(
            known, source, material, make_run(document, 0.0, (), material.language), document
        )

    def foresee(self, source: Source) -> Outcome:
        """What would become of a source, and why, as far as can be told without hearing it.

        raises  AirquoteError as taking it in would
        """
        if source.entry.is_remote:
            return self._foresee_remote(source)
        material = gather(source, self.options.facts, self.options.script, self.options.offset)
        material.read_text(str(self.options.script or source.script or source.path))
        known = self._find(source, material)
        if known is None and (outcome := self._pass_over(source, material)):
            return outcome
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
                material.published != find_script(self.landing.folder(known.id), known.offset),
            "it would be heard again": bool(source.audio) and self.options.again,
        }  # fmt: skip
        if any(changes.values()):
            why = "; ".join(change for change, true in changes.items() if true)
            return Outcome(known.id, source.name, "updated", why, known.duration)
        return self.landing.compare(known, source, material)[0]

    def _foresee_remote(self, source: Source) -> Outcome:
        """The same for what would have to be fetched."""
        if known := self._find_entry(source.entry):
            why = "known; it would be asked whether it has changed"
            return Outcome(known.id, source.name, "unchanged", why, known.duration)
        title = self.options.facts.title or source.entry.facts.title
        date = self.options.facts.date or source.entry.facts.date
        clip_id = source.entry.clip_id or (make_id(title, date, self.known) if title else "")
        return Outcome(clip_id, source.name, "added", "new; it would be fetched")

    def _retrieve(self, source: Source) -> Source:
        """Fetch what a source names by address.

        raises  SourceError when it cannot be had
        """
        entry, script = source.entry, self.options.script_url
        if script:
            host = entry.host or urlsplit(script).netloc
            entry = replace(entry, scripts=(Link(script, needed=True),), host=host)
        if not entry.is_remote:
            return replace(source, chapters=entry.chapters)
        if self.retriever is None:
            raise SourceError(f"{entry.name}: is on the network; download the file and name it")
        return self.retriever.retrieve(replace(source, entry=entry), self._find_entry(entry))

    def _discard(self, source: Source, outcome: Outcome) -> Outcome:
        """Throw away what was fetched and is not needed, since its clip goes on with another file."""
        if self.retriever and source.arrivals and outcome.clip:
            self.retriever.discard(source, self.known.clips[outcome.clip].audio)
        return outcome

    def _find_entry(self, entry: Entry) -> Clip | None:
        """The clip that goes by the same name or address."""
        return (
            self.known.find("guid", entry.guid)
            or self.known.find("address", entry.audio)
            or self.known.find("page", "" if entry.audio else entry.page)
        )

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
        if not known and (twin := self.known.find_sound(heard.samples_sha256, heard.fingerprint)):
            known, match = twin
            material = self._adopt(known, material)
            if outcome := self._keep_twin(known, match, heard, source, material):
                return self._discard(source, outcome)
            document = material.read_text(str(source.script or task.audio))
            task = replace(task, document=document, language=material.language, again=True)
        if heard.run is None:
            return replace(pending, material=material, task=task, known=known.id if known else "")
        material = replace(material, samples_sha256=heard.samples_sha256)
        outcome = self.landing.save(known, source, material, heard.run, task.document)
        self.landing.save_sound(outcome.clip, heard.fingerprint)
        self.landing.save_peaks(outcome.clip, heard.peaks)
        return self._discard(source, outcome)

    def _keep_twin(
        self, twin: Clip, match: Match | None, heard: Heard, source: Source, material: Material
    ) -> Outcome | None:
        """Leave a known recording as it is, in whichever file it comes; None when it has to be heard again.

        It has to where its own file is gone and the words are at other times in the new one.
        """
        same = self.landing.is_same(replace(twin, audio_sha256=material.sha256), material)
        moved = match and (match.offset or abs(heard.duration - twin.duration) > SAME_TIMES)
        if self.options.again or not same or (moved and not (self.options.archive / twin.audio).exists()):
            return None
        samples = heard.samples_sha256 if match else twin.samples_sha256
        outcome = self.landing.update(replace(twin, samples_sha256=samples), source, material)
        if not moved and not self.landing.has_peaks(twin.id):  # taken in before there were any
            self.landing.save_peaks(twin.id, heard.peaks)
        if match is None:
            return outcome
        changed = f"; {outcome.message}" if outcome.status == "updated" else ""
        return replace(outcome, message=f"the same recording as {twin.audio}, encoded anew{changed}")

    def _find(self, source: Source, material: Material) -> Clip | None:
        """The clip that this source is already in the archive as.

        raises  TranscriptError when it is one whose clip.yml cannot be read
        """
        place = self.landing.place(source.path)
        text = hashlib.sha256(material.published.content).hexdigest() if material.published else ""
        beside = self.landing.place(source.script) if source.script else ""
        key = {"audio": place if source.audio else "", "sha256": material.sha256}
        for row in self.landing.db.query(KNOWN, key) if self.known.broken else ():
            if row["id"] in self.known.broken:
                raise self.known.broken[row["id"]]
        return (
            self._find_entry(source.entry)
            or self.known.find("sha256", material.sha256)
            or self.known.find("place", place)
            or self.known.find("place", beside)
            or self.known.find("text", text)
        )

    def _pass_over(self, source: Source, material: Material) -> Outcome | None:
        """Leave the file alone that a clip had before its recording changed: it is no clip of its own."""
        clip = self.known.find("earlier", material.sha256)
        why = "a recording that it had before"
        return Outcome(clip.id, source.name, "unchanged", why, clip.duration) if clip else None

    def _adopt(self, known: Clip, material: Material) -> Material:
        """Add what the archive knows about a clip to what its source states now."""
        facts, origins = update_facts(known.facts, known.origins, material.facts, material.origins)
        published = material.published or find_script(self.landing.folder(known.id))
        if published and self.options.offset is None:
            published = replace(published, offset=known.offset)
        return replace(material, facts=facts, origins=origins, published=published)

    def _read_document(self, source: Source, material: Material) -> Document | None:
        """What the text says; what its reader dropped or repaired is told."""
        document = material.read_text(str(self.options.script or source.script or source.path))
        for line in document.reports if document else ():
            self.warn(line)
        return document
