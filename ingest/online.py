"""Online: whether publishers still have what the archive took from them, looked at politely.

One request at a time, a second between two to the same host, and nothing comes that the server says
has not changed. A recording is read again only where its server says that it may be another one of
the same length; so one that is replaced by another of the same length, on a server that gives neither
ETag nor Last-Modified, is not noticed. What is seen goes into the clip's watch.yml (see sightings.py)
and the table `watch`, clip by clip.
"""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from bs4.exceptions import ParserRejectedMarkup

from ingest.archive import open_archive, save_sightings
from ingest.errors import AirquoteError, FetchError, Gone, PrivateAddress, TranscriptError
from ingest.files import lock_archive
from ingest.network.failures import hide_login
from ingest.network.fetch import Fetched, Fetcher, Limits, is_remote
from ingest.sightings import (
    Sighting,
    add_sighting,
    find_sighting,
    format_now,
    is_same,
    list_words,
    load_watch,
    mark_file,
    mark_text,
    save_watch,
)
from ingest.transcript import FOLDER, Clip, find_script, load_clip
from ingest.web.page import parse_page

LIMITS = Limits(document=10_000_000, retries=2)
PAUSE = 1.0  # seconds between two requests to a host, to be polite
SHARED = 0.5  # share of a script's words that a page has to have to be where the script is from
NAMES = {"page": "page", "audio": "recording"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A look at one address of a clip, and the status that it had at the last one, "" if there was none."""

    clip: str
    sighting: Sighting
    before: str

    @property
    def failed(self) -> bool:
        """Whether a person has to do something about it."""
        return self.sighting.status in ("gone", "changed", "unreachable")


class Visitor:
    """Looks at the addresses of one archive's clips; with a `pause` in seconds between two to a host."""

    def __init__(self, archive: Path, fetcher: Fetcher, pause: float) -> None:
        self.archive = archive
        self.fetcher = fetcher
        self.pause = pause
        self._asked: dict[str, float] = {}  # for each host, when it was asked last

    def visit(self, clips: Iterable[str]) -> Iterator[Visit | AirquoteError]:
        """Look at the page and the recording of each clip, and note what has become of them.

        A clip that cannot be read, or an address that may not be asked for, gives an error in its place.

        raises  TranscriptError when another process writes to the archive
        """
        for clip_id in clips:
            folder = self.archive / FOLDER / clip_id
            try:
                clip, sightings = load_clip(folder), load_watch(folder)
            except TranscriptError as error:
                yield error
                continue
            yield from self._visit_clip(clip, folder, sightings)

    def _visit_clip(
        self, clip: Clip, folder: Path, known: tuple[Sighting, ...]
    ) -> Iterator[Visit | AirquoteError]:
        sightings, visits = known, list[Visit | AirquoteError]()
        for kind, url in (("page", clip.facts.page_url), ("audio", clip.facts.audio_url)):
            if not url or is_remote(url):
                continue
            old = find_sighting(known, kind, url)
            try:
                new = self._look(clip, folder, old or Sighting(kind, url))
            except PrivateAddress as error:
                visits.append(PrivateAddress(f"{clip.id}: {error}"))
                continue
            sightings, new = add_sighting(sightings, new)
            visits.append(Visit(clip.id, new, old.status if old else ""))
        if sightings != known:
            with lock_archive(self.archive):
                save_watch(folder, sightings)
                with closing(open_archive(self.archive)) as db:
                    save_sightings(db, clip.id, sightings)
        yield from visits

    def _look(self, clip: Clip, folder: Path, old: Sighting) -> Sighting:
        """Look at an address; what cannot be seen now is as it was seen last."""
        host = old.url.partition("//")[2].partition("/")[0]
        time.sleep(max(self._asked.get(host, -math.inf) + self.pause - time.monotonic(), 0.0))
        now = format_now()
        new = replace(old, seen=now, since=now, history=())
        try:
            if old.kind == "page":
                return self._look_at_page(new, folder)
            return self._look_at_recording(new, clip)
        except PrivateAddress:
            raise
        except FetchError as error:
            status = "gone" if isinstance(error, Gone) else "unreachable"
            why = str(error).removeprefix(f"{hide_login(old.url)}: ").partition("; ")[0]
            return replace(new, status=status, detail=why)
        finally:
            self._asked[host] = time.monotonic()

    def _look_at_page(self, new: Sighting, folder: Path) -> Sighting:
        seen = self.fetcher.get(new.url, known=new.validators)
        published = find_script(folder)
        script = published.content.decode("utf-8", "replace") if published else ""
        if not seen.unchanged:
            return _compare_texts(new, seen, _read_article(seen), script)
        if new.found == mark_text(script):
            new = replace(new, taken=new.found)  # what had changed has been taken in
        return _conclude(new, seen, new.detail)

    def _look_at_recording(self, new: Sighting, clip: Clip) -> Sighting:
        known = new.validators
        seen = self.fetcher.look(new.url, known=known)
        if seen.unchanged or (known and seen.validators == known):
            return _conclude(new, seen, new.detail)
        if "html" in seen.media_type:
            return _conclude(replace(new, found="page"), seen, "is a page now")
        if not new.taken:
            path = self.archive / clip.audio
            ours = clip.audio and path.is_file() and path.stat().st_size == seen.length
            mark = mark_file(seen.length, clip.audio_sha256 if ours else "")
            return _conclude(replace(new, taken=mark, found=mark), seen, "")
        _, length, sha256 = [*new.taken.split(), "", ""][:3]
        doubtful = str(seen.length) == length and seen.validators  # its server says that it may be another
        if sha256 and (doubtful or not seen.length):
            seen = self.fetcher.look(new.url, whole=True)
        new = replace(new, found=mark_file(seen.length, seen.sha256))
        other = f"{seen.length} bytes, not {length}" if str(seen.length) != length else "other bytes"
        return _conclude(new, seen, other)


def describe_visit(visit: Visit) -> str:
    """What a look at an address has shown, in a line for people; "" when there is nothing to say."""
    one = visit.sighting
    what = f"{visit.clip}: its {NAMES[one.kind]} {hide_login(one.url)}"
    why, day = f" ({one.detail})" if one.detail else "", one.since[:10]
    lines = {
        "gone": f"{what} is gone since {day}{why}; put where it is now into clip.yml",
        "changed": f"{what} has changed since {day}{why}; ingest it again to take that in",
        "unreachable": f"{what} cannot be reached since {day}{why}; try again later",
        "moved": f"{what} has moved to {one.detail}; put that into clip.yml",
        "ok": f"{what} is back as it was" if visit.before in ("gone", "unreachable", "changed") else "",
    }
    return lines[one.status]


def _read_article(found: Fetched) -> str:
    """The text of a page's article; "" where it has none that can be read."""
    try:
        return parse_page(found.content).script
    except (ParserRejectedMarkup, RecursionError):
        return ""


def _compare_texts(new: Sighting, found: Fetched, text: str, script: str) -> Sighting:
    """Compare the article of a page with what was taken from it.

    script  the text that the archive has: what was taken from the page where they share their words, and
            when the page has it word for word
    """
    mark = mark_text(text)
    ours, theirs = Counter(list_words(script)), Counter(list_words(text))
    if mark == mark_text(script) or not new.taken:
        shared = (ours & theirs).total() >= SHARED * ours.total() > 0
        new = replace(new, taken=mark_text(script) if shared else mark)
    detail = "its text is other words"
    if new.taken == mark_text(script):
        detail = f"{(ours - theirs).total()} words are gone, {(theirs - ours).total()} are new"
    return _conclude(replace(new, found=mark or "none"), found, detail)


def _conclude(new: Sighting, seen: Fetched, why: str) -> Sighting:
    """Say what a look means; `why` it is another than was taken in, if it is."""
    moved = seen.moved if _bare(seen.moved) != _bare(hide_login(new.url)) else ""
    if is_same(new.taken, new.found):
        return replace(new, status="moved" if moved else "ok", detail=moved, validators=seen.validators)
    if seen.unchanged and new.status != "changed":
        why = ""  # what was said last was said of something else
    if moved and moved not in why:
        why = f"{why}, now at {moved}"
    return replace(new, status="changed", detail=why, validators=seen.validators)


def _bare(url: str) -> str:
    """An address without what publishers change in all of theirs at once.

    >>> _bare("http://www.radio.example/a/") == _bare("https://radio.example/a")
    True
    """
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")
