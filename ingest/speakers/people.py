"""People: speakers.yml at the top of an archive, the authority on who somebody is.

    - name: Frank Rose                     # the name that pages, searches and citations use
      sort: Rose, Frank                    # as lists turn the name around, where that is not plain
      aliases: [F. Rose, Frank A. Rose]    # other names of the same person in clips
      offices:                             # what a clip that states none says, if it held on the clip's date
      - title: Deputy Assistant Secretary of State
        from: 2009-06                      # EDTF; left out: held before anything in the archive
        to: 2014-01                        # left out: still held
      wikidata: Q5490030
      viaf: 315523551
      isni: 0000 0000 8045 6315
      note: Not the engraver
      id: frank-rose                       # only needed for people of one name, see below

Clips keep the names that they were given; the database derives the person. Names are the same when their
slugs are: capitals, accents and punctuation tell nobody apart. A person's id is the slug of the name, or
`id`. Of two people with one name, the one with an `id` of its own is meant where a clip writes the words
of that id, `John Smith (priest)` for john-smith-priest; the bare name stays the other's.

An office counts only where all days that the clip's date can mean lie within it, as far as it is known for
sure: `from: 2009` says nothing about a clip of 2009.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.dates import parse_date, widen_date
from ingest.errors import FactsError
from ingest.facts import clean_text, parse_yaml
from ingest.transcript import make_slug

FILE = "speakers.yml"
KEYS = ("name", "sort", "aliases", "offices", "wikidata", "viaf", "isni", "note", "id")
LISTS = ("aliases", "offices")
IDENTIFIERS = {  # also as addresses that end in them
    "wikidata": (re.compile(r"Q[1-9]\d*", re.ASCII), "Q42"),
    "viaf": (re.compile(r"[1-9]\d{0,21}", re.ASCII), "113230702"),
    "isni": (re.compile(r"\d{15}[\dX]", re.ASCII), "0000 0000 8045 6315"),
}
UNNAMED = make_slug("")


@dataclass(frozen=True, slots=True)
class Office:
    """What a person was; since and until as EDTF, "" where it is open."""

    title: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An entry; "" and () where it says nothing.

    id    the slug of the name, unless the entry states another
    sort  the name as a list turns it around: family name, given names, suffix; without a comma as a whole
    isni  sixteen digits without spaces, the last may be X
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    wikidata: str = ""
    viaf: str = ""
    isni: str = ""
    note: str = ""
    sort: str = ""


@dataclass(frozen=True)
class People:
    """Everybody in speakers.yml, in its order; `by_slug` finds a person by any of the names."""

    persons: tuple[Person, ...] = ()
    by_slug: Mapping[str, Person] = field(default_factory=dict)

    @property
    def stamp(self) -> int:
        """A number below 2**31 that changes when anything about anybody does; 0 for nobody."""
        digest = hashlib.sha256(repr(self.persons).encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1 if self.persons else 0

    def find(self, name: str) -> Person | None:
        return self.by_slug.get(make_slug(name))

    def get_id(self, name: str) -> str:
        """The id of whoever a clip means by a name, listed or not."""
        person = self.find(name)
        return person.id if person else make_slug(name)


def load_people(archive: Path) -> People:
    """Read speakers.yml; an archive without one lists nobody.

    raises  FactsError naming the entry that cannot be read
    """
    try:
        return parse_people((archive / FILE).read_text("utf-8-sig"))
    except FileNotFoundError:
        return People()
    except UnicodeDecodeError as error:
        raise FactsError(f"{FILE}: is not UTF-8; save it as UTF-8") from error


def parse_people(text: str) -> People:
    """Check and take over the entries of speakers.yml.

    raises  FactsError naming the entry that cannot be read, or that is mistaken for another
    """
    entries = parse_yaml(text, FILE) or []
    if not isinstance(entries, list):
        raise FactsError(f"{FILE}: is not a list of people; begin each with `- name: NAME`")
    persons = tuple(_parse_entry(entry, number) for number, entry in enumerate(entries, 1))
    return People(persons, _index(persons))


def find_office(person: Person, date: str) -> str:
    """The title of the first office that the person held on all days that a date can mean; "" else.

    date  EDTF, see `parse_date`; marked with ?, ~ or %, it reaches as far again on either side
    """
    first, last = widen_date(date)
    for office in person.offices if first else ():
        began, ended = widen_date(office.since)[1], widen_date(office.until)[0]
        if began <= first and (not ended or last <= ended):
            return office.title
    return ""


def _parse_entry(entry: Any, number: int) -> Person:
    where = f"{FILE}, entry {number}"
    if not isinstance(entry, dict) or not isinstance(entry.get("name", ""), str):
        raise FactsError(f"{where}: is no person; begin it with `- name: NAME`")
    name = " ".join(entry.get("name", "").split())
    where += f" ({name})" if name else ""
    if unknown := [key for key in entry if key not in KEYS]:
        raise FactsError(f"{where}: there is no key {unknown[0]!r}; known keys: {', '.join(KEYS)}")
    texts = {key: _parse_text(entry.get(key, ""), key, where) for key in KEYS if key not in LISTS}
    aliases, offices = (_parse_list(entry.get(key), key, where) for key in LISTS)
    names = [texts["name"], *(_parse_text(alias, "aliases", where) for alias in aliases)]
    if any(make_slug(name) == UNNAMED for name in names):
        raise FactsError(f"{where}: has a name or an alias without a letter; write `- name: NAME`")
    if texts["id"] and not (texts["id"] == make_slug(texts["id"]) != UNNAMED):
        raise FactsError(f"{where}: the id {texts['id']!r} may only have a-z, 0-9, and - between them")
    if texts["sort"].startswith(","):
        raise FactsError(f"{where}: sort has no family name in front; write one like García Márquez, Gabriel")
    for key, (form, example) in IDENTIFIERS.items():
        texts[key] = re.sub(r"^https?://.*/|\s", "", texts[key])
        if texts[key] and not (form.fullmatch(texts[key]) and (key != "isni" or _is_isni(texts[key]))):
            raise FactsError(f"{where}: {key} is {texts[key]!r}, which is none; write one like {example}")
    texts["id"] = texts["id"] or make_slug(texts["name"])
    return Person(**texts, aliases=tuple(names[1:]), offices=tuple(_parse_office(o, where) for o in offices))


def _parse_text(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str):
        raise FactsError(f"{where}: {key} has to be a text on one line")
    return clean_text(value, where)


def _parse_list(value: Any, key: str, where: str) -> list[Any]:
    """A list as it is; a single text is a list of one."""
    if isinstance(value, list):
        return value
    if value and not (isinstance(value, str) and key == "aliases"):
        raise FactsError(f"{where}: {key} has to be a list")
    return [value] if value else []


def _parse_office(value: Any, where: str) -> Office:
    if not isinstance(value, dict) or not value.get("title") or set(value) - {"title", "from", "to"}:
        raise FactsError(f"{where}: an office has a title, and from and to where they are known")
    title, since, until = (_parse_text(value.get(key, ""), key, where) for key in ("title", "from", "to"))
    try:
        first, last = parse_date(since)[0], parse_date(until)[1]
    except FactsError as error:
        raise FactsError(f"{where}: {error}") from error
    if first and last and first > last:
        raise FactsError(f"{where}: the office {title} ends before it begins; write the earlier date as from")
    return Office(title, since, until)


def _is_isni(number: str) -> bool:
    """Whether the last of sixteen characters is the check character of the others (ISO 7064, mod 11-2)."""
    total = 0
    for digit in number[:15]:
        total = (total + int(digit)) * 2 % 11
    return number[15] == "0123456789X"[(12 - total) % 11]


def _index(persons: tuple[Person, ...]) -> dict[str, Person]:
    """Everybody by the slug of each name; of people with one name, by the bare name only who has it as id.

    raises  FactsError when two entries claim a name
    """
    shared = Counter(make_slug(person.name) for person in persons)
    found: dict[str, tuple[int, Person]] = {}
    for number, person in enumerate(persons, 1):
        slug = make_slug(person.name)
        names = {person.id: person.id, **{make_slug(alias): alias for alias in person.aliases}}
        if person.id == slug or shared[slug] == 1:
            names[slug] = person.name
        for each, name in names.items():
            other, holder = found.setdefault(each, (number, person))
            if holder is not person:
                raise FactsError(
                    f"{FILE}, entry {number} ({person.name}): {name!r} is entry {other} ({holder.name}) "
                    "already; take it out of one of them, or give this one an `id` of its own"
                )
    return {slug: person for slug, (_, person) in found.items()}
