"""Names of people as citations turn them around.

Only names in Latin letters are turned: the last word is taken for the family name, with the small words
before it (von der Leyen, De Niro). That is wrong of a family name that comes first (Mao Zedong, Orbán
Viktor), of two family names (García Márquez), of a father's name (Vigdís Finnbogadóttir) and of an
organisation; who knows states how the name is sorted in speakers.yml. Academic and other titles are no part
of a name.

source  https://guides.library.ju.se/apa-en/the-reference-list-common-questions (small words, two names)
"""

from __future__ import annotations

import re
import unicodedata

_SUFFIXES = frozenset(("Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"))
_TITLES = frozenset((
    "amb.", "capt.", "col.", "dr", "dr.", "fr.", "gen.", "gov.", "hon.", "lt.", "mr", "mr.", "mrs",
    "mrs.", "ms", "ms.", "prof.", "rep.", "rev.", "sen.", "sgt.", "sir", "dame",
    "cbe", "dphil", "esq.", "kc", "m.d.", "mbe", "md", "mp", "obe", "ph.d.", "phd", "qc",
))  # fmt: skip
# Small words that many write large; not those that are given names as well (Al, Ben, Mac).
_SMALL = frozenset((
    "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "st.", "ten",
    "ter", "van", "vander", "von", "zu",
))  # fmt: skip


class Name(str):
    """A name, and how it is sorted where somebody said so: "García Márquez, Gabriel", "King, Martin, Jr."

    Without a comma it is not turned around at all: an organisation, a name that is used whole.
    """

    sort: str

    def __new__(cls, text: str, sort: str = "") -> Name:
        name = super().__new__(cls, text)
        name.sort = sort
        return name


def plain_name(name: str) -> Name:
    """A name without titles, its initials apart.

    >>> plain_name("Sen. W.E.B. Du Bois"), plain_name("Ann Lee, PhD")
    ('W. E. B. Du Bois', 'Ann Lee')
    """
    text = name if getattr(name, "sort", "") else " ".join(_drop_titles(name.split())) or name
    return Name(re.sub(r"(?<=\b\w\.)(?=\w\.)", " ", text), getattr(name, "sort", ""))


def split_name(name: str) -> tuple[str, str, str]:
    """Cut a name into given names, family name and suffix; a name that is not turned is all family.

    >>> split_name("Ursula von der Leyen"), split_name("Dr. Martin Luther King Jr.")
    (('Ursula', 'von der Leyen', ''), ('Martin Luther', 'King', 'Jr.'))
    >>> split_name(Name("Gabriel García Márquez", "García Márquez, Gabriel"))
    ('Gabriel', 'García Márquez', '')
    """
    if sort := getattr(name, "sort", ""):
        family, given, suffix, *_ = [*(part.strip() for part in sort.split(",")), "", ""]
        return given, family, suffix
    if not all(_is_latin(c) for c in name if c.isalpha()):
        return "", name, ""
    words = _drop_titles(name.split())
    suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else ""
    if len(words) < 2:
        return "", " ".join(words) or name, ""
    at = len(words) - 1
    while at > 1 and _is_small(words[at - 1]):
        at -= 1
    return " ".join(words[:at]).rstrip(","), " ".join(words[at:]).rstrip(","), suffix


def _is_small(word: str) -> bool:
    """Whether a word belongs to the family name behind it; an initial does not (k. d. lang)."""
    return word.lower() in _SMALL or (word[0].islower() and not word.endswith("."))


def _drop_titles(words: list[str]) -> list[str]:
    """The words without titles in front (Dr., Sen.) and behind (PhD, OBE); of a title alone, the title."""
    first, last = 0, len(words)
    while first < last - 1 and words[first].lower() in _TITLES:
        first += 1
    while (
        last > first + 1 and words[last - 1].rstrip(",").lower() in _TITLES and words[last - 2].endswith(",")
    ):
        last -= 1
    kept = words[first:last]
    return [*kept[:-1], kept[-1].rstrip(",")] if kept else []


def family_name(name: str) -> str:
    """The name by which the text refers to a person."""
    return split_name(name)[1]


def invert_name(name: str) -> str:
    """A name as a list is sorted by it.

    >>> invert_name("Frank Rose"), invert_name("李明"), invert_name("Martin Luther King Jr.")
    ('Rose, Frank', '李明', 'King, Martin Luther, Jr.')
    """
    given, family, suffix = split_name(name)
    return ", ".join(part for part in (family, given, suffix) if part)


def initial_names(given: str, dot: str = ".", between: str = " ") -> str:
    """Given names as initials.

    >>> initial_names("Frank A."), initial_names("J.R.R."), initial_names("Jean-Paul", "", "")
    ('F. A.', 'J. R. R.', 'JP')
    """
    hyphen = "-" if dot else ""
    return between.join(
        hyphen.join(f"{part[0].upper()}{dot}" for part in re.split("[-‐]", word) if part)
        for word in re.split(r"\.\s*|\s+", given)
        if word
    )


def initial_name(name: str, between: str = " ") -> str:
    """A name as a list is sorted by it, the given names as initials.

    >>> initial_name("Frank A. Rose"), initial_name("Jean-Paul Sartre")
    ('Rose, F. A.', 'Sartre, J.-P.')
    """
    given, family, suffix = split_name(name)
    return ", ".join(part for part in (family, initial_names(given, between=between), suffix) if part)


def medical_name(name: str) -> str:
    """A name as medicine lists it, without points.

    >>> medical_name("Martin Luther King Jr."), medical_name("Jean-Paul Sartre")
    ('King ML Jr', 'Sartre JP')
    """
    given, family, suffix = split_name(name)
    return " ".join(part for part in (family, initial_names(given, "", ""), suffix.rstrip(".")) if part)


def leading_name(name: str) -> str:
    """A name in its own order, the given names as initials.

    >>> leading_name("Frank A. Rose")
    'F. A. Rose'
    """
    given, family, suffix = split_name(name)
    return " ".join(part for part in (initial_names(given), family, suffix) if part)


def capital_name(name: str) -> str:
    """A name as a list is sorted by it, the family name in capitals, or what stands for one.

    >>> capital_name("Frank Rose"), capital_name(Name("BBC World Service", "BBC World Service"))
    ('ROSE, Frank', 'BBC WORLD SERVICE')
    """
    given, family, suffix = split_name(name)
    return ", ".join(part for part in (family.upper(), given, suffix) if part)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "MODIFIER LETTER", "FEMININE", "MASCULINE"))
