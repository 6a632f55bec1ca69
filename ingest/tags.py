"""Tags: what a recording's own file says about it, through libav, and the extension of broadcast WAVE.

What is taken, by the name that libav gives it in ID3, Vorbis, MP4, RIFF, ASF and Matroska alike:

    title        title
    programme    show, else album, unless it only repeats the title
    broadcaster  the radio station (TRSN), network, publisher, organization; else the originator of a
                 broadcast extension, unless that is a device or a program
    date         the origination date of a broadcast extension, the day of the recording, as far as stated
    summary      description, synopsis, podcast description, a comment of three words or more; else the
                 description of a broadcast extension
    rights       copyright, license
    language     as its code; a track's language only where it is not the English that programs fill in

What is not: an artist is the host, the guest, the station or the programme, and no tag tells which. Any
other date or year is that of a release, a copy or an edit as often as that of a broadcast. What is a
placeholder, repeats the file's name, names the program that wrote the file, or is damaged, states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

from ingest.bext import find_bext
from ingest.chapters import Chapter, make_chapters
from ingest.errors import AudioError
from ingest.facts import Facts, parse_facts
from ingest.words import split_words

LONGEST = 2_000  # characters of a tag that can be a fact; beyond, it is a text of its own
FEW_WORDS = 3  # from which on a comment says what the recording is about
NAMES = {
    "title": ("title",),
    "programme": ("show", "album"),
    "broadcaster": ("trsn", "wm/radiostationname", "network", "publisher", "organization"),
    "summary": ("description", "synopsis", "tdes", "comment", "comments"),
    "rights": ("copyright", "license"),
}
FILLED_IN = ("mov", "matroska", "asf")  # containers whose tracks have a language even if nobody chose one
ENGLISH = ("eng", "en")
NO_LANGUAGE = ("und", "mul", "mis", "zxx")

_PLACEHOLDER = re.compile(
    r"(untitled|unknown|unbekannt\w*|inconnu\w*|desconocid\w*|none|null|n/a|undefined|test|no title)"
    r"( ?(artist|album|title|interpret\w*|titel|artiste|titre))?[ (]*\d*\)?"
    r"|((new|neue) )?(audio ?)?(track|titel|title|titre|piste|pista|título|traccia|faixa|трек|トラック"
    r"|recording|aufnahme|audio|voice|memo|voice memo|album|comment|description)[ _.#(-]*\d*\)?",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"(lav[fc]\d|lame ?v?\d|itunes|audacity|fre:ac|exact audio copy|ffmpeg|afspdate)(?!\s+\w*[a-z]{2}).*"
    r"|(ripped|encoded|processed|converted|transcoded|exported|tagged) (by|with|using) .*"
    r"|(ripped|downloaded) from .*",
    re.IGNORECASE,
)
_MAKER = re.compile(  # of recorders and of programs that recorders' files go through
    r"(zoom|tascam|sound ?dev\w*|sony|olympus|marantz|roland|edirol|nagra|aaton|philips|yamaha|fostex|mixpre"
    r"|iphone|android|samsung|adobe|pro ?tools|reaper|wavelab|steinberg|nuendo|cubase|logic|garageband"
    r"|ableton|samplitude|sequoia|magix)\b.*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(\w+://|www\.)\S*|\S+@\S+", re.IGNORECASE)
_DAMAGED = re.compile("[\ufffd\x80-\x9f]")  # what is left of letters in an encoding that nobody stated
_MARKUP = re.compile(r"</?(p|br|a|b|i|em|strong|div|span|ul|ol|li|h\d)(\s[^<>]*|/)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file states.

    time_reference  seconds from midnight to its first sample, None where it does not say
    """

    facts: Facts
    time_reference: float | None = None


def read_tags(path: Path) -> Tags:
    """Read what a recording's file says about it; nothing where it cannot be read, or libav is not here."""
    try:
        bext = find_bext(path)
    except OSError:
        return Tags(Facts())
    values = _read_values(path)
    if bext:
        stated = {"broadcaster": bext.originator, "summary": bext.description}
        if _MAKER.fullmatch(bext.originator):
            del stated["broadcaster"]
        own = {key: text for key, text in stated.items() if _is_fact(text, path)}
        values = {**own, **values, "date": bext.date}
    return Tags(parse_facts(values, str(path)), bext.time_reference if bext else None)


def read_chapters(path: Path) -> tuple[Chapter, ...]:
    """Read the chapters that a recording's file states, in order; none where it cannot be read."""
    try:
        from ingest.audio import open_container

        with open_container(path) as container:
            stated = [
                (each["start"] * (each["time_base"] or 0), each["metadata"]) for each in container.chapters()
            ]
    except (ImportError, AudioError):
        return ()
    return make_chapters({"start": float(at), "title": tags.get("title")} for at, tags in stated)


def _read_values(path: Path) -> dict[str, str]:
    """The facts in the tags that libav reads."""
    try:
        from ingest.audio import open_container

        with open_container(path) as container:
            stream = container.streams.best("audio")
            track = _lower(stream.metadata) if stream else {}
            tags = _lower(container.metadata)
            if container.format.name.split(",")[0] in FILLED_IN and track.get("language") in ENGLISH:
                del track["language"]
    except (ImportError, AudioError):
        return {}
    tags = {**track, **tags}
    values = {"language": _name_language(tags.get("language", ""))}
    for key, names in NAMES.items():
        texts = ((name, _tidy(tags.get(name, ""))) for name in names)
        if fact := next((text for name, text in texts if _is_fact(text, path) and _is_told(text, name)), ""):
            values[key] = fact
    if values.get("programme", "").casefold() == values.get("title", "").casefold():
        values.pop("programme", None)
    if _MAKER.fullmatch(values.get("broadcaster", "")):
        del values["broadcaster"]
    return values


def _lower(tags: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): text for key, text in tags.items()}


def _tidy(text: str) -> str:
    """A tag on one line, without the marks of HTML that podcasts' descriptions have."""
    if len(text) <= 5 * LONGEST and _MARKUP.search(text):
        text = BeautifulSoup(text, "html.parser").get_text(" ")
    return " ".join(text.replace("\0", " ").split())


def _is_fact(text: str, path: Path) -> bool:
    """Whether a tag says anything that the file's name does not, and no program would fill in."""
    names = [_plain(name) for name in (path.name, path.stem)]
    return (
        any(c.isalpha() for c in text)
        and len(text) <= LONGEST
        and _plain(text) not in names
        and not _DAMAGED.search(text)
        and not any(pattern.fullmatch(text) for pattern in (_PLACEHOLDER, _PROGRAM, _ADDRESS))
    )


def _is_told(text: str, name: str) -> bool:
    """Whether a text tells enough for where it stands: programs put numbers and greetings into comments."""
    return not name.startswith("comment") or len(split_words(text)) >= FEW_WORDS


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _name_language(code: str) -> str:
    """A language's code as BCP 47 has it, "" where it names none.

    >>> [_name_language(code) for code in ("ger", "pt_BR", "und", "English")]
    ['de', 'pt-BR', '', '']
    """
    if not code:
        return ""
    from langcodes import standardize_tag, tag_is_valid

    try:
        tag = standardize_tag(code)
    except ValueError:
        return ""
    return tag if tag_is_valid(tag) and tag not in NO_LANGUAGE else ""
