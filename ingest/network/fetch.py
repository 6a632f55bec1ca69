"""Fetch: what addresses name, a document into memory, a recording into a folder.

The only door to the network. A document (a feed, a page, captions) is small and is unpacked within a
limit. A recording goes to disk as it comes; when the connection breaks off, or the process ends, the
next attempt asks for the rest of the same version of it, and starts anew where there is no such rest.
Nothing comes twice that the server says has not changed. What lies in object storage and the like
(s3://, sftp://, …) is fetched by remote.py in the same way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ingest.errors import Unreachable, WrongContent
from ingest.media import RECORDINGS
from ingest.network.answers import (
    Fetched,
    ask_for_rest,
    ask_if_changed,
    describe_answer,
    is_recording,
    is_rest,
    is_unchanged,
    need_whole,
    refuse_unfit,
)
from ingest.network.client import Answer, Client, Limits
from ingest.network.failures import Passing, refuse_size
from ingest.network.parts import Part, Version, make_name
from ingest.network.validators import NOTHING, Validators

if TYPE_CHECKING:
    from ingest.network.remote import RemoteFile

__all__ = ["Fetched", "Fetcher", "Limits", "is_remote"]

Progress = Callable[[int, int], None]  # is told the bytes that have come, and those of the whole or 0

WEB = ("http", "https")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fetched into a folder, and how; see Fetcher.

    anything  whether it may be something else than a recording
    """

    url: str
    part: Part
    known: Validators
    trusted: bool
    anything: bool
    progress: Progress


class Fetcher:
    """Fetches what addresses name, one after the other; to be used in a `with`.

    In all methods, `known` are the validators of what is here already, and `trusted` means that the
    user named the address himself, so that it may lead into the local network and to any storage.
    All raise FetchError.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._client = Client(self.limits)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, *, known: Validators = NOTHING, trusted: bool = False) -> Fetched:
        """Fetch a document."""

        def attempt() -> Fetched:
            with self._client.open(url, ask_if_changed(known), trusted) as answer:
                if is_unchanged(answer, known):
                    return replace(describe_answer(answer), validators=known, unchanged=True)
                if is_recording(answer, claimed=False):
                    raise WrongContent(f"{answer.label}: is a recording, not a text; name it as a source")
                return self._read(answer)

        if is_remote(url):
            return self._client.persist(lambda: self._read_remote(url, known, trusted))
        return self._client.persist(attempt)

    def download(
        self,
        url: str,
        folder: Path,
        *,
        known: Validators = NOTHING,
        trusted: bool = False,
        anything: bool = False,
        progress: Progress = lambda done, length: None,
    ) -> Fetched:
        """Fetch a recording into a folder.

        anything  take what is no recording too, into memory; else it is an error
        """
        return self._fill(Order(url, Part(folder, url), known, trusted, anything, progress))

    def look(
        self, url: str, *, known: Validators = NOTHING, trusted: bool = False, whole: bool = False
    ) -> Fetched:
        """Ask what a file is without keeping it; `whole` reads it for its SHA-256."""
        headers = {**ask_if_changed(known), "Accept-Encoding": "identity"}
        if not whole:
            headers["Range"] = "bytes=0-0"  # servers answer that better than HEAD

        def attempt() -> Fetched:
            with self._client.open(url, headers, trusted) as answer:
                if is_unchanged(answer, known):
                    return replace(describe_answer(answer), validators=known, unchanged=True)
                if not whole:
                    return describe_answer(answer)
                need_whole(answer)
                digest = hashlib.sha256()
                for piece in self._client.read(answer, self.limits.recording, raw=True):
                    digest.update(piece)
                return replace(describe_answer(answer), sha256=digest.hexdigest())

        return self._client.persist(attempt)

    def _read(self, answer: Answer) -> Fetched:
        need_whole(answer)
        content = b"".join(self._client.read(answer, self.limits.document))
        sha256 = hashlib.sha256(content).hexdigest()
        return replace(describe_answer(answer), length=len(content), sha256=sha256, content=content)

    def _fill(self, order: Order) -> Fetched:
        load = self._load_remote if is_remote(order.url) else self._load
        return self._client.persist(lambda: load(order), lambda: order.part.size)

    def _load(self, order: Order) -> Fetched:
        """Attempt a download once, from where the last attempt came to."""
        part = order.part
        version, begun = part.find_version(), part.size
        if version and version.length:
            begun = min(begun, version.length - 1)  # ask for something, lest there is nothing to answer
        rest = ask_for_rest(version, begun) if version else {}
        headers = {**ask_if_changed(order.known), **rest, "Accept-Encoding": "identity"}
        with self._client.open(order.url, headers, order.trusted) as answer:
            if is_unchanged(answer, order.known):
                part.discard()
                return replace(describe_answer(answer), validators=order.known, unchanged=True)
            found = describe_answer(answer)
            if not (version and is_rest(answer, version, begun)):
                begun = 0
                part.discard()
                need_whole(answer)
                if not is_recording(answer, claimed=not order.anything):
                    return self._read_instead(answer, order)
                refuse_unfit(answer)
                part.begin(Version(found.validators, found.length))
            pieces = self._client.read(answer, self.limits.recording, raw=True, had=begun)
            for done in part.append(pieces, begun):
                order.progress(done, found.length)
        return self._finish(part, found, answer.label)

    def _read_instead(self, answer: Answer, order: Order) -> Fetched:
        """Read what is no recording, where it may be something else."""
        if order.anything:
            return self._read(answer)
        what = describe_answer(answer).media_type or "something without a type"
        raise WrongContent(f"{answer.label}: is no recording, but {what}; name the recording itself")

    def _find_remote(self, url: str, trusted: bool) -> tuple[RemoteFile, Fetched]:
        from ingest.network.remote import RemoteFile

        file = RemoteFile(url, trusted or self.limits.allow_private)
        return file, Fetched(url, name=make_name(url), validators=file.validators, length=file.length)

    def _read_remote(self, url: str, known: Validators, trusted: bool) -> Fetched:
        file, found = self._find_remote(url, trusted)
        if known and known == found.validators:
            return replace(found, unchanged=True)
        if found.length > self.limits.document:
            raise refuse_size(file.label, self.limits.document)
        content = b"".join(file.read())
        return replace(
            found, length=len(content), sha256=hashlib.sha256(content).hexdigest(), content=content
        )

    def _load_remote(self, order: Order) -> Fetched:
        file, found = self._find_remote(order.url, order.trusted)
        if order.known and order.known == found.validators:
            return replace(found, unchanged=True)
        if order.anything and Path(found.name).suffix not in RECORDINGS:
            return self._read_remote(order.url, order.known, order.trusted)
        if found.length > self.limits.recording:
            raise refuse_size(file.label, self.limits.recording)
        part, version = order.part, Version(found.validators, found.length)
        if part.find_version() != version:
            part.begin(version)
        begun = part.size
        for done in part.append(file.read(begun), begun):
            order.progress(done, found.length)
        return self._finish(part, found, file.label)

    def _finish(self, part: Part, found: Fetched, label: str) -> Fetched:
        if found.length and part.size != found.length:
            raise Passing(Unreachable(f"{label}: only a part of it comes; try again later"))
        path, sha256 = part.finish(found.name)
        return replace(found, length=path.stat().st_size, sha256=sha256, path=path)


def is_remote(url: str) -> bool:
    """Whether an address is not of the web, but of a storage that remote.py knows how to reach."""
    found = _SCHEME.match(url)
    return found is not None and found[1].lower() not in WEB
