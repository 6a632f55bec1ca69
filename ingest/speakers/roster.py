"""Roster: the people of an archive, how much each says in it, and who may be one person.

Two names may be one person's where the last names are the same and the first names agree: equal, the
beginning of one another, or an initial. It is a list for a person to go through, nothing more: people whom
speakers.yml lists both are two, and names that only differ in capitals and accents are one already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from sqlite_utils import Database

from ingest.errors import FactsError, TranscriptError
from ingest.facts import is_anonymous
from ingest.speakers.people import People
from ingest.transcript import FOLDER, load_clip, load_cues, make_slug

SAID = """
SELECT s.id, s.name, count(DISTINCT c.clip) AS clips, total(c.seconds) AS seconds
FROM speakers s LEFT JOIN clip_speakers c ON c.speaker = s.id GROUP BY s.id
"""
NAMED = "SELECT DISTINCT speaker, named FROM clip_speakers WHERE named <> name ORDER BY speaker, named"
CLIPS = "SELECT DISTINCT clip FROM clip_speakers WHERE speaker IN ({}) ORDER BY clip"
_TITLE = re.compile(r"\w{2,}\.")  # Dr., Prof., Jr.


@dataclass(frozen=True, slots=True)
class Entry:
    """A person of an archive.

    aliases  other names, in speakers.yml or in a clip
    clips    in how many the person is named; seconds: of speech, as far as times are known
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    clips: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a clip: the voice of so many sentences, 0 where it is only named."""

    clip: str
    name: str
    sentences: int


def list_people(db: Database, people: People) -> list[Entry]:
    """Everybody whom a clip or speakers.yml names, in order of their names."""
    aliases = {person.id: dict.fromkeys(person.aliases) for person in people.persons}
    for row in db.query(NAMED):
        aliases.setdefault(row["speaker"], {})[row["named"]] = None
    entries = {
        row["id"]: Entry(
            row["id"], row["name"], tuple(aliases.get(row["id"], ())), row["clips"], row["seconds"]
        )
        for row in db.query(SAID)
    }
    for person in people.persons:
        entries.setdefault(person.id, Entry(person.id, person.name, person.aliases, 0, 0.0))
    return sorted(entries.values(), key=lambda entry: (entry.name.casefold(), entry.id))


def split_names(db: Database, people: People, text: str) -> list[str]:
    """Cut names at commas, but not one that is known with a comma in it.

    raises  FactsError when nobody has a name
    """
    known = {make_slug(row["named"]) for row in db.query("SELECT DISTINCT named FROM clip_speakers")}
    known |= {row["id"] for row in db.query("SELECT id FROM speakers")} | set(people.by_slug)
    pieces = [piece.strip() for piece in text.split(",")]
    names = []
    while pieces:
        sizes = range(len(pieces), 0, -1)
        size = next((n for n in sizes if make_slug(" ".join(pieces[:n])) in known), 0)
        if not size:
            raise FactsError(f"nobody is named {pieces[0]!r}; `ingest speakers` lists who there is")
        names.append(", ".join(pieces[:size]))
        pieces = pieces[size:]
    return names


def list_mentions(db: Database, archive: Path, people: People, names: Sequence[str]) -> Iterator[Mention]:
    """Where clips use any of some names, in order; a clip that cannot be read is left out."""
    slugs = {make_slug(name): name for name in names}
    ids = sorted({people.get_id(name) for name in names})
    for row in list(db.query(CLIPS.format(", ".join("?" * len(ids))), ids)):
        folder = archive / FOLDER / row["clip"]
        try:
            spoken = [make_slug(cue.speaker) for cue in load_cues(folder) if cue.speaker]
            stated = {make_slug(speaker.name) for speaker in load_clip(folder).facts.speakers}
        except TranscriptError:
            continue
        for slug, name in slugs.items():
            if slug in stated or slug in spoken:
                yield Mention(row["clip"], name, spoken.count(slug))


def find_twins(entries: Sequence[Entry], people: People) -> Iterator[tuple[str, str]]:
    """Pairs of names that may be one person's, the fuller one second."""
    groups: dict[tuple[str, str], list[tuple[str, Entry]]] = {}
    for entry in entries:
        first, last = _split_name(entry.name)
        if last and not is_anonymous(entry.name):
            groups.setdefault((last, first[0]), []).append((first, entry))
    for group in groups.values():
        for (first, one), (second, other) in combinations(group, 2):
            listed = all(people.find(entry.name) for entry in (one, other))
            if not listed and (first.startswith(second) or second.startswith(first)):
                short, full = sorted((one.name, other.name), key=lambda name: ("," not in name, len(name)))
                yield short, full


def _split_name(name: str) -> tuple[str, str]:
    """First and last name for comparison, without title, umlauts written as ae, oe, ue or not; else ""s.

    >>> _split_name("Dr. Jörg A. Müller-Voss"), _split_name("Mueller-Voss, J."), _split_name("Plato")
    (('jorg', 'muller-voss'), ('j', 'muller-voss'), ('', ''))
    """
    last, comma, first = name.partition(",")
    words = f"{first} {last}".split() if comma else name.split()
    slugs = [re.sub("([aou])e", r"\1", make_slug(word)) for word in words if not _TITLE.fullmatch(word)]
    return (slugs[0], slugs[-1]) if len(slugs) > 1 else ("", "")
