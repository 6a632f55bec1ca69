"""Known: the clips of an archive, found by what a source has in common with them.

A source is a clip that is known already, in this order, where it has the same: name that a feed or a
manifest gave it, bytes, decoded sound, place, address, published text. Looked up, not searched: a batch
of thousands asks thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.errors import TranscriptError
from ingest.files import hash_file
from ingest.transcript import FOLDER, Clip, list_ids, load_clip


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
    def sounds(self) -> frozenset[str]:
        """The SHA-256 of every decoded sound."""
        return frozenset(value for what, value in self._by if what == "samples")

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

        what  "guid", "sha256", "samples", "place", "address" or "text" (the SHA-256 of a published text)
        """
        clip_id = self._by.get((what, value)) if value else None
        return self.clips[clip_id] if clip_id else None

    def _keys(self, clip: Clip) -> list[tuple[str, str]]:
        values = {
            "guid": clip.guid, "sha256": clip.audio_sha256, "samples": clip.samples_sha256,
            "place": clip.audio or clip.document, "address": clip.facts.audio_url,
        }  # fmt: skip
        keys = [(what, value) for what, value in values.items() if value]
        if clip.document:  # a recording that comes later is known by the text that came before it
            keys += [("text", hash_file(path)) for path in self._scripts(clip)]
        return keys

    def _scripts(self, clip: Clip) -> list[Path]:
        return sorted((self.archive / FOLDER / clip.id).glob("script.*"))[:1]
