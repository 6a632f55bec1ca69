"""Answers: what the headers of an answer say about a file, and how it is asked for again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import FetchError, Unreachable, WrongContent
from ingest.media import RECORDINGS
from ingest.network.client import Answer
from ingest.network.failures import Passing
from ingest.network.parts import Version, make_name
from ingest.network.validators import NOTHING, Validators

LONGEST_VALIDATOR = 500  # characters; a longer one is not kept
_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")
_LIST = re.compile(r"mpegurl|scpls|xspf|ms-asf")  # media types of playlists, which name recordings
_PACKED = re.compile(r"gzip|deflate|compress|br|zstd")
_TEXT = re.compile(r"text/|.*(json|xml|yaml)$")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found at an address.

    url         where it was found in the end, without a name and password in it
    moved       the address that it has moved to for good, "" when it has not
    media_type  as the server gives it, in lower case; charset: the same
    name        a safe file name for it, with the suffix that fits
    length      bytes, 0 when nobody says
    sha256      of its bytes, "" when they were not read
    content     a document; path: a recording, whole
    unchanged   whether it is still what had the validators that were known; then it was not read
    """

    url: str
    moved: str = ""
    media_type: str = ""
    charset: str = ""
    name: str = ""
    validators: Validators = NOTHING
    length: int = 0
    sha256: str = ""
    content: bytes = b""
    path: Path | None = None
    unchanged: bool = False


def ask_if_changed(known: Validators) -> dict[str, str]:
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def ask_for_rest(version: Version, begun: int) -> dict[str, str]:
    """Ask for what is missing of a version; nothing where that cannot be told from another version's."""
    known = version.validators
    condition = known.last_modified if known.etag.startswith("W/") else known.etag or known.last_modified
    return {"Range": f"bytes={begun}-", "If-Range": condition} if condition else {}


def is_unchanged(answer: Answer, known: Validators) -> bool:
    if answer.response.status_code == 304 and not known:
        raise FetchError(f"{answer.label}: is said to be unchanged, but was never here; try again later")
    return answer.response.status_code == 304


def need_whole(answer: Answer) -> None:
    if answer.response.status_code != 200:
        raise Passing(Unreachable(f"{answer.label}: gives another part than was asked for; try again later"))


def is_rest(answer: Answer, version: Version, begun: int) -> bool:
    """Whether an answer is the rest of a version that has begun."""
    found = _RANGE.fullmatch(answer.response.headers.get("content-range", ""))
    if answer.response.status_code != 206 or not found or found[1] != str(begun):
        return False
    now = describe_answer(answer)
    etags = {etag for etag in (now.validators.etag, version.validators.etag) if etag}
    lengths = {length for length in (now.length, version.length) if length}
    return len(etags) < 2 and len(lengths) < 2


def refuse_unfit(answer: Answer) -> None:
    """Refuse a recording that cannot be taken as it comes: one without an end, or that is packed."""
    headers = answer.response.headers
    if any(name.startswith("icy-") for name in headers) and "content-length" not in headers:
        raise WrongContent(
            f"{answer.label}: is a live stream, which has no end; record it, and name the file"
        )
    if _PACKED.search(headers.get("content-encoding", "")):
        raise WrongContent(f"{answer.label}: is sent packed, which was not asked for; download it by hand")


def is_recording(answer: Answer, claimed: bool) -> bool:
    """Whether an answer is sound or video, by its type, else by its name, else because somebody says so.

    raises  WrongContent when it is a playlist
    """
    found = describe_answer(answer)
    if _LIST.search(found.media_type):
        raise WrongContent(f"{answer.label}: is a playlist, not a recording; name what it plays")
    if found.media_type.startswith(("audio/", "video/")):
        return True
    if re.search("html", found.media_type):  # what servers send in the place of what they have lost
        return False
    named = Path(found.name).suffix in RECORDINGS
    return named or (claimed and not _TEXT.match(found.media_type))


def describe_answer(answer: Answer) -> Fetched:
    """What the headers say."""
    headers = answer.response.headers
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    etag, modified = (
        value if len(value) <= LONGEST_VALIDATOR and value.isprintable() else ""
        for value in (headers.get("etag", ""), headers.get("last-modified", ""))
    )
    part = _RANGE.fullmatch(headers.get("content-range", ""))
    length = part[2] if part else headers.get("content-length", "")
    return Fetched(
        url=answer.url,
        moved=answer.moved,
        media_type=media_type,
        charset=(answer.response.charset_encoding or "").lower(),
        name=make_name(answer.asked, headers.get("content-disposition", ""), media_type, answer.url),
        validators=Validators(etag, modified),
        length=int(length) if length.isdecimal() else 0,
    )
