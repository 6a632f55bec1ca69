"""Facts: what is known about a clip besides its sound and its words, and who said so.

Sidecars, pages and options all give `Facts`; `merge_facts` lets the best source that knows a value
win and remembers where each came from. Nothing is guessed: what nobody states stays empty.

An origin is a source's name and a stamp of the value it stated ("page d00f068e"), so that a value
that a person has edited since is told apart from one that its source has changed.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from ingest.dates import parse_date
from ingest.errors import FactsError

# Each may replace what it or those before it stated; a file's name only stands in for a title. `tag`: in the
# recording's own file; `document`: in the text that exists already; `manifest`: a list with a row a clip.
SOURCES = (
    "file", "engine", "tag", "document", "feed", "page", "manifest", "sidecar", "hand", "option",
)  # fmt: skip
PARTS = ("voice", "host", "guest", "announcer", "author", "quoted")  # quoted: named, but not heard
NOT_HEARD = ("quoted", "author")  # parts whose person is no voice


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person in a clip: the office held at the time of the broadcast, and the part taken in it."""

    name: str
    title: str = ""
    part: str = "voice"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person may state about a clip; "" and () mean unknown.

    date       EDTF, see `parse_date`
    language   ISO 639-1, with a region if it matters: en, zh, pt-BR
    summary    the deck: a sentence or two under the headline
    note       what a listener has to know, for instance that a voice is synthetic
    page_url   where the broadcaster published the clip; audio_url: its direct link
    """

    title: str = ""
    date: str = ""
    programme: str = ""
    broadcaster: str = ""
    language: str = ""
    summary: str = ""
    speakers: tuple[Speaker, ...] = ()
    page_url: str = ""
    audio_url: str = ""
    rights: str = ""
    note: str = ""


KEYS = tuple(field.name for field in fields(Facts))
_JOINERS = "\u200c\u200d"
_ANONYMOUS = re.compile(r"(speaker|spk)[ _-]?(\d+|[a-z])", re.IGNORECASE)


def is_anonymous(name: str) -> bool:
    """Whether a speaker's name is a label that only tells voices apart, as programs give it.

    >>> [is_anonymous(name) for name in ("Speaker 1", "SPEAKER_00", "Speaker B", "Speaker Johnson", "")]
    [True, True, True, False, False]
    """
    return _ANONYMOUS.fullmatch(name) is not None


def load_sidecar(path: Path) -> Facts:
    """Read `<name>.yml`, the facts that a person wrote beside an audio file.

    raises  FactsError when it is not YAML, or states something that cannot be read
    """
    return parse_facts(load_yaml(path, str(path)), str(path))


def load_yaml(path: Path, name: str) -> Mapping[str, Any]:
    """Read a YAML mapping, keeping every value as text (`no` stays "no", 007 stays "007").

    name    of the file, for messages
    raises  FactsError when it is not UTF-8, not YAML or not a mapping
    """
    try:
        values = parse_yaml(path.read_text("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise FactsError(f"{name}: is not UTF-8; save it as UTF-8") from error
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise FactsError(f"{name}: does not consist of `key: value` lines")
    return values


def parse_yaml(text: str, name: str) -> Any:
    """Read YAML, keeping every value as text.

    raises  FactsError naming the line where it is not YAML
    """
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise FactsError(f"{name}{where}: is not YAML; quote the value or mend the indentation") from error
    except RecursionError as error:
        raise FactsError(f"{name}: is nested too deeply; write `key: value` lines") from error


def parse_facts(values: Mapping[str, Any], source: str) -> Facts:
    """Check and take over facts from a mapping of plain text values.

    source  names where they come from, for messages
    raises  FactsError for an unknown key, an unreadable date or a part that does not exist
    """
    for key, value in values.items():
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(KEYS)}"
            raise FactsError(f"{source}: there is no key {key!r}; {hint}")
        if key != "speakers" and not isinstance(value, str):
            raise FactsError(f"{source}: {key} has to be a text on one line")
    texts = {key: clean_text(value, source) for key, value in values.items() if key != "speakers"}
    try:
        parse_date(texts.get("date", ""))
    except FactsError as error:
        raise FactsError(f"{source}: {error}") from error
    return Facts(**texts, speakers=_parse_speakers(values.get("speakers") or [], source))


def parse_speaker(text: str) -> Speaker:
    """Read a speaker as the command line gives it: "NAME; title; part", the last two optional.

    raises  FactsError when the name is empty or the part does not exist

    >>> parse_speaker("Frank Rose; Deputy Assistant Secretary; quoted")
    Speaker(name='Frank Rose', title='Deputy Assistant Secretary', part='quoted')
    """
    return _make_speaker(*[*text.split(";", 2), "", ""][:3])


def merge_facts(stated: Mapping[str, Facts]) -> tuple[Facts, dict[str, str]]:
    """Take each value from the best source that knows it; return them with the origin of each.

    stated  what each of SOURCES states

    >>> facts, origins = merge_facts({"option": Facts(title="Talk"), "page": Facts(title="A", date="2013")})
    >>> facts.title, facts.date, origins["title"].split()[0]
    ('Talk', '2013', 'option')
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for source in sorted(stated, key=SOURCES.index):
        for key in KEYS:
            if value := getattr(stated[source], key):
                values[key], origins[key] = value, f"{source} {_stamp(value)}"
    return Facts(**values), origins


def update_facts(
    known: Facts, known_origins: Mapping[str, str], new: Facts, new_origins: Mapping[str, str]
) -> tuple[Facts, dict[str, str]]:
    """Take over what the sources state now, except where a person or a better source has spoken.

    A value that no source states any more stays: only a person can forget it.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key in KEYS:
        current = getattr(known, key)
        source, stamp = _split_origin(known, known_origins, key)
        new_source = new_origins.get(key, "").partition(" ")[0]
        if new_source and (not source or _may_replace(new_source, source)):
            values[key], origins[key] = getattr(new, key), new_origins[key]
        else:
            values[key] = current
            if source:
                origins[key] = f"{source} {stamp}"
    return Facts(**values), origins


def find_origin(facts: Facts, origins: Mapping[str, str], key: str) -> str:
    """Which of SOURCES stated a value; "hand" where a person has edited it since, "" where nobody states one.

    >>> facts, origins = merge_facts({"page": Facts(title="Talk")})
    >>> find_origin(facts, origins, "title"), find_origin(Facts(title="Tides"), origins, "title")
    ('page', 'hand')
    """
    return _split_origin(facts, origins, key)[0]


def _split_origin(facts: Facts, origins: Mapping[str, str], key: str) -> tuple[str, str]:
    """The source and the stamp of a value as it is now."""
    value = getattr(facts, key)
    source, _, stamp = origins.get(key, "").partition(" ")
    return ("hand", "edited") if (value or source) and stamp != _stamp(value) else (source, stamp)


def _may_replace(new: str, old: str) -> bool:
    return new != "file" and SOURCES.index(new) >= SOURCES.index(old)


def _stamp(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:8]


def facts_to_dict(facts: Facts) -> dict[str, Any]:
    """Give facts as plain values for YAML or JSON, in the order of `KEYS`; unknown ones are empty."""
    values: dict[str, Any] = {key: getattr(facts, key) for key in KEYS}
    values["speakers"] = [{"name": s.name, "title": s.title, "part": s.part} for s in facts.speakers]
    return values


def _parse_speakers(values: Any, source: str) -> tuple[Speaker, ...]:
    if not isinstance(values, list):
        raise FactsError(f"{source}: speakers has to be a list of names, each with title and part")
    try:
        return tuple(_parse_person(value, source) for value in values)
    except FactsError as error:
        raise error if str(error).startswith(source) else FactsError(f"{source}: {error}") from error


def _parse_person(value: Any, source: str) -> Speaker:
    if isinstance(value, str):
        return parse_speaker(clean_text(value, source))
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise FactsError("a speaker is a name, or has name, title and part, each a text")
    if unknown := set(value) - {"name", "title", "part"}:
        raise FactsError(f"a speaker has name, title and part, not {', '.join(sorted(unknown))}")
    return _make_speaker(*(clean_text(value.get(key, ""), source) for key in ("name", "title", "part")))


def _make_speaker(name: str, title: str, part: str) -> Speaker:
    name, title, part = (" ".join(text.split()) for text in (name, title, part))
    if not name:
        raise FactsError('a speaker has no name; write "NAME; title; part"')
    part = part.lower() or "voice"
    if part not in PARTS:
        raise FactsError(f"the speaker {name} has the part {part!r}; choose from {', '.join(PARTS)}")
    return Speaker(name, title, part)


def clean_text(text: str, source: str) -> str:
    """A text on one line, without what cannot be written as UTF-8 or is no text.

    Joiners are kept: Persian and the scripts of India are not spelt without them.

    raises  FactsError when nothing sensible would be left of it
    """
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise FactsError(f"{source}: holds a character that is no text; write it as UTF-8")
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace() or c in _JOINERS).split())
