"""Known: the clips of an archive, found by what a source has in common with them.

A source is a clip that is known already, in this order, where it has the same: name that a feed or a
manifest gave it, bytes, decoded sound, place, address, published text. Looked up, not searched: a batch
of thousands asks thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import TranscriptError
from ingest.files import hash_file
from ingest.transcript import FOLDER, Clip, list_ids, load_clip

if TYPE_CHECKING:
    from ingest.fingerprint import Fingerprint, Fingerprints, Match


@dataclass(frozen=True)
class Sounds:
    """The recordings that are in an archive; may be sent to other processes.

    samples  SHA-256 of each decoded sound
    """

    samples: frozenset[str]
    fingerprints: Fingerprints

    def has(self, samples_sha256: str, fingerprint: Fingerprint) -> bool:
        """Whether a recording is one of them, be it encoded anew."""
        return samples_sha256 in self.samples or self.fingerprints.find(fingerprint) is not None


class Known:
    """All clips of an archive, kept up to date while more are taken in.

    broken  what is wrong with each clip whose clip.yml cannot be read
    """

    def __init__(self, archive: Path, warn: Callable[[str], None]) -> None:
        self.archive = archive
        self.clips: dict[str, Clip] = {}
        self.broken: dict[str, TranscriptError] = {}
        self.reserved: set[str] = set()  # ids that somebody else has just taken
        self._by: dict[tuple[str, str], str] = {}  # what identifies a clip, and its value: the clip's id
        for clip_id in list_ids(archive):
            try:
                self.add(load_clip(archive / FOLDER / clip_id))
            except TranscriptError as error:
                warn(str(error))
                self.broken[clip_id] = error

    def __contains__(self, clip_id: object) -> bool:
        """Whether an id is taken."""
        return clip_id in self.clips or clip_id in self.broken or clip_id in self.reserved

    @property
    def sounds(self) -> Sounds:
        """All recordings as they are now."""
        samples = frozenset(value for what, value in self._by if what == "samples")
        return Sounds(samples, self.fingerprints)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Those of all clips, read when first needed."""
        from ingest.fingerprint import Fingerprints, load_fingerprint

        folder = self.archive / FOLDER
        found = ((clip_id, load_fingerprint(folder / clip_id)) for clip_id in self.clips)
        return Fingerprints((clip_id, sound) for clip_id, sound in found if sound)

    def has_sound(self, samples_sha256: str, fingerprint: Fingerprint) -> bool:
        return self.find_sound(samples_sha256, fingerprint) is not None

    def find_sound(self, samples_sha256: str, fingerprint: Fingerprint) -> tuple[Clip, Match | None] | None:
        """The clip of the same recording: of the same samples, or, encoded anew, of the same sound."""
        if clip := self.find("samples", samples_sha256):
            return clip, None
        match = self.fingerprints.find(fingerprint)
        return (self.clips[match.name], match) if match else None

    def add(self, clip: Clip) -> None:
        """Take a clip in, or what is new of one."""
        before = self.clips.get(clip.id)
        for key in self._keys(before) if before else ():
            if self._by.get(key) == clip.id:
                del self._by[key]
        self.clips[clip.id] = clip
        for key in self._keys(clip):
            self._by.setdefault(key, clip.id)

    def find(self, what: str, value: str) -> Clip | None:
        """The clip with this value; None for "".

        what  "guid", "sha256", "earlier" (the SHA-256 of a recording that it had before), "samples",
              "place", "address" (of its recording), "page" (its address) or "text" (the SHA-256 of a
              published text)
        """
        clip_id = self._by.get((what, value)) if value else None
        return self.clips[clip_id] if clip_id else None

    def _keys(self, clip: Clip) -> list[tuple[str, str]]:
        values = {
            "guid": clip.guid, "sha256": clip.audio_sha256, "samples": clip.samples_sha256,
            "place": clip.audio or clip.document, "address": clip.facts.audio_url,
            "page": clip.facts.page_url,
        }  # fmt: skip
        keys = [(what, value) for what, value in values.items() if value]
        keys += [("earlier", sha256) for sha256 in clip.earlier]
        if clip.document:  # a recording that comes later is known by the text that came before it
            keys += [("text", hash_file(path)) for path in self._scripts(clip)]
        return keys

    def _scripts(self, clip: Clip) -> list[Path]:
        return sorted((self.archive / FOLDER / clip.id).glob("script.*"))[:1]
