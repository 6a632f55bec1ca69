"""Sightings: what was seen of a publisher's page and recording, kept in the clip's folder.

    transcripts/<clip-id>/watch.yml
      page:                   or audio
      - url: …                as clip.yml has it; one that stands there no more stays as it was seen last
        status: changed       see STATUSES
        seen, since           when it was looked at last, and since when it is so; EDTF, UTC
        detail: …             a few words for people
        taken, found          marks of what was taken in, or seen first, and of what was there last
        etag, last_modified   how it is asked for again
        history:              what it was before, oldest first
        - {status: ok, since: …}

Nothing here is a fact about the clip: clip.yml stays as it is, whatever its publisher does.

A mark is `words SHA256` of a page's article, `bytes LENGTH SHA256` of a recording, or `bytes LENGTH`
of one that was never read. Pages are compared by the words of their article, because everything
around it changes from day to day.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ingest.errors import FactsError, TranscriptError
from ingest.facts import load_yaml
from ingest.files import save_file
from ingest.network.validators import NOTHING, Validators

if TYPE_CHECKING:
    from ingest.network.fetch import Fetched

WATCH = "watch.yml"
KINDS = ("page", "audio")
STATUSES = ("ok", "moved", "changed", "gone", "unreachable")
FRESH = timedelta(days=1)  # a look that shows the same is noted once in that time
LONGEST_HISTORY = 50  # changes of an address that are kept
_TEXTS = ("url", "status", "seen", "since", "detail", "taken", "found", "etag", "last_modified")


@dataclass(frozen=True, slots=True)
class Change:
    """What an address was, from when on."""

    status: str
    since: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last look at one address of a clip; the fields as in watch.yml."""

    kind: str
    url: str
    status: str = "ok"
    seen: str = ""
    since: str = ""
    detail: str = ""
    taken: str = ""
    found: str = ""
    validators: Validators = NOTHING
    history: tuple[Change, ...] = ()


def load_watch(folder: Path) -> tuple[Sighting, ...]:
    """Read watch.yml of a clip's folder; nothing where there is none.

    raises  TranscriptError when it cannot be read
    """
    name = f"{folder.name}/{WATCH}"
    try:
        values = load_yaml(folder / WATCH, name)
        if unknown := set(values) - set(KINDS):
            raise ValueError(f"there is no {min(unknown)!r}, only {' and '.join(KINDS)}")
        return tuple(_parse(kind, item) for kind in KINDS for item in values.get(kind) or ())
    except FileNotFoundError:
        return ()
    except FactsError as error:
        raise TranscriptError(str(error)) from error
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise TranscriptError(
            f"{name}: cannot be read ({error}); mend it, or remove it and run `ingest check --online`"
        ) from error


def save_watch(folder: Path, sightings: Iterable[Sighting]) -> None:
    """Write watch.yml, whole or not at all; nothing where it says the same already."""
    values: dict[str, list[dict[str, Any]]] = {}
    for sighting in sorted(sightings, key=lambda one: KINDS.index(one.kind)):
        values.setdefault(sighting.kind, []).append(_format(sighting))
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)
    save_file(folder / WATCH, text.encode())


def find_sighting(sightings: Iterable[Sighting], kind: str, url: str) -> Sighting | None:
    """The last look at an address, None when there was none."""
    return next((one for one in sightings if (one.kind, one.url) == (kind, url)), None)


def add_sighting(sightings: Iterable[Sighting], new: Sighting) -> tuple[tuple[Sighting, ...], Sighting]:
    """Put a look at an address in the place of the last one; give all of them, and this one.

    What the last look said goes into the history. A look that shows the same as one less than a day
    before changes nothing.
    """
    sightings = tuple(sightings)
    old = find_sighting(sightings, new.kind, new.url)
    if old is None:
        return (*sightings, new), new
    if old.status == new.status:
        new = replace(new, since=old.since, history=old.history)
        if new == replace(old, seen=new.seen) and _parse_time(new.seen) - _parse_time(old.seen) < FRESH:
            new = old
    else:
        history = (*old.history, Change(old.status, old.since))
        new = replace(new, history=history[-LONGEST_HISTORY:])
    return tuple(new if one is old else one for one in sightings), new


def find_validators(folder: Path, kind: str, url: str) -> Validators:
    """How what was taken in from an address is asked for again.

    Empty where nobody knows, and where it has changed since: it then has to come again.
    """
    try:
        known = find_sighting(load_watch(folder), kind, url)
    except TranscriptError:  # `ingest check` names it
        return NOTHING
    return known.validators if known and known.taken and known.taken == known.found else NOTHING


def record_fetch(folder: Path, kind: str, url: str, fetched: Fetched, text: str = "") -> None:
    """Note in a clip's folder that it was taken in, or is the same still, from an address.

    text    of the page's article
    raises  TranscriptError when watch.yml is there and cannot be read
    """
    sightings, now = load_watch(folder), format_now()
    if fetched.unchanged:
        known = find_sighting(sightings, kind, url)
        mark = known.found if known else ""
    else:
        mark = mark_text(text) if kind == "page" else mark_file(fetched.length, fetched.sha256)
    new = Sighting(kind, url, "ok", now, now, "", mark, mark, fetched.validators)
    save_watch(folder, add_sighting(sightings, new)[0])


def mark_text(text: str) -> str:
    """The mark of a text: its words, without case and punctuation; "" when it has none.

    >>> mark_text("Good day, Ann!") == mark_text("good  day – Ann") != mark_text("Good day, Bo!")
    True
    """
    words = list_words(text)
    return f"words {hashlib.sha256(' '.join(words).encode()).hexdigest()}" if words else ""


def list_words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def mark_file(length: int, sha256: str = "") -> str:
    """The mark of a recording; "" when its length is not known."""
    return f"bytes {length} {sha256}".strip() if length else ""


def is_same(taken: str, found: str) -> bool:
    """Whether two marks may be of the same: what only one of them knows does not count.

    >>> is_same("bytes 9 ab", "bytes 9"), is_same("bytes 9 ab", "bytes 9 cd"), is_same("", "bytes 9")
    (True, False, True)
    """
    return all(one == other for one, other in zip(taken.split(), found.split(), strict=False))


def format_now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _parse_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"the time {text!r} has no zone")
    return time


def _parse(kind: str, item: Mapping[str, Any]) -> Sighting:
    """Read one address; raises ValueError, TypeError or AttributeError when it is no such thing."""
    values = dict(item)
    history = tuple(Change(**change) for change in values.pop("history", ()))
    if unknown := set(values) - set(_TEXTS):
        raise ValueError(f"there is no key {min(unknown)!r}")
    validators = Validators(values.pop("etag", ""), values.pop("last_modified", ""))
    sighting = Sighting(kind, validators=validators, history=history, **values)
    for status, since in [(sighting.status, sighting.since), *((c.status, c.since) for c in history)]:
        if status not in STATUSES:
            raise ValueError(f"the status {status!r} is none of {', '.join(STATUSES)}")
        _parse_time(since)
    _parse_time(sighting.seen)
    if not all(
        isinstance(value, str) for value in (*values.values(), validators.etag, validators.last_modified)
    ):
        raise ValueError("a value is no text")
    return sighting


def _format(sighting: Sighting) -> dict[str, Any]:
    known = sighting.validators
    own = {"etag": known.etag, "last_modified": known.last_modified}
    values = {key: own[key] if key in own else getattr(sighting, key) for key in _TEXTS}
    rare = ("detail", "taken", "found", "etag", "last_modified")
    said = {key: value for key, value in values.items() if value or key not in rare}
    history = [{"status": change.status, "since": change.since} for change in sighting.history]
    return said | ({"history": history} if history else {})
