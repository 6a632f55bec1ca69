"""Names of people as citations turn them around.

Only names in Latin letters are turned: the last word is taken for the family name, with the small
words before it (von der Leyen). Where the family name comes first, only a reader could know.
"""

from __future__ import annotations

import re
import unicodedata

_SUFFIXES = frozenset(("Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"))


def split_name(name: str) -> tuple[str, str, str]:
    """Cut a name into given names, family name and suffix; a name that is not turned is all family.

    >>> split_name("Ursula von der Leyen"), split_name("Martin Luther King Jr.")
    (('Ursula', 'von der Leyen', ''), ('Martin Luther', 'King', 'Jr.'))
    """
    words = name.split()
    suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else ""
    if len(words) < 2 or not all(_is_latin(c) for c in name if c.isalpha()):
        return "", name, ""
    at = len(words) - 1
    while at > 1 and words[at - 1][0].islower():
        at -= 1
    return " ".join(words[:at]).rstrip(","), " ".join(words[at:]).rstrip(","), suffix


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

    >>> initial_names("Frank A."), initial_names("Jean-Paul", "", "")
    ('F. A.', 'JP')
    """
    hyphen = "-" if dot else ""
    return between.join(
        hyphen.join(f"{part[0].upper()}{dot}" for part in re.split("[-‐]", word) if part)
        for word in given.split()
    )


def initial_name(name: str) -> str:
    """A name as a list is sorted by it, the given names as initials.

    >>> initial_name("Frank A. Rose"), initial_name("Jean-Paul Sartre")
    ('Rose, F. A.', 'Sartre, J.-P.')
    """
    given, family, suffix = split_name(name)
    return ", ".join(part for part in (family, initial_names(given), suffix) if part)


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
    """A name as a list is sorted by it, the family name in capitals.

    >>> capital_name("Frank Rose")
    'ROSE, Frank'
    """
    given, family, suffix = split_name(name)
    return ", ".join(part for part in (family.upper() if given else family, given, suffix) if part)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("LATIN", "MODIFIER LETTER", "FEMININE", "MASCULINE"))
