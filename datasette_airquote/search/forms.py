"""Forms: other ways in which what was typed may have been written.

For a word these are the words of the archive that share its stem, language by language: each counts in
clips of its language only, so that the English "dies" does not find the German "die". The same table
knows words that are written in parts (co-operation, N.A.T.O.) by the stem that they have in one. Where
Snowball has no rules or not all: Arabic and Hebrew words are found with the small words that are written
in one with them (والمدرسة, הנמל), Korean ones with their endings (항구에서). In English clips, numbers in
figures are found in words and the reverse. What stands in quotation marks has no other forms but for its
numbers.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from datasette_airquote.search.numbers import respell_numbers
from datasette_airquote.search.query import Clause
from ingest.fold import cut_pieces
from ingest.index import fold_stem
from ingest.words import is_unspaced

Forms = Mapping[Clause, tuple[tuple[str, ...], ...]]  # for each clause its other forms, as tokens

MOST = 64  # forms of one word, the most frequent ones
ENGLISH = ("en", "")  # languages in which numbers are read; "" is one that nobody stated
PREFIXES = {
    "ar": ("ال", "و", "ف", "ب", "ل", "ك", "وال", "بال", "فال", "كال", "لل", "ولل"),
    "he": ("ה", "ו", "ב", "ל", "מ", "ש", "כ", "וה", "שה", "מה", "וב", "ול", "כש"),
}  # as they are folded
ENDING = 3  # syllables that may follow a Korean word
STEMS = "SELECT DISTINCT stem FROM vocabulary WHERE word = ? AND language = ?"
AMONG = """
SELECT word, sum(said) AS said FROM vocabulary
WHERE word IN (SELECT value FROM json_each(?)) AND language = ? AND word <> ? GROUP BY word
"""
LONGER = """
SELECT word, sum(said) AS said FROM vocabulary
WHERE word > ? AND word < ? AND length(word) <= ? AND language = ? GROUP BY word
"""
WORDS = """
SELECT word, sum(said) AS said FROM vocabulary WHERE stem = ? AND language = ? AND word <> ? GROUP BY word
"""


def find_forms(
    connection: sqlite3.Connection, clauses: Iterable[Clause], languages: Iterable[str]
) -> Mapping[str, Forms]:
    """For each language in which a clause has other forms: these."""
    found: dict[str, dict[Clause, tuple[tuple[str, ...], ...]]] = {}
    clauses = list(clauses)
    for language in languages:
        for clause in clauses:
            forms = _find_words(connection, clause, language)
            if language in ENGLISH:
                forms += respell_numbers([token.text for token in clause.tokens]) if not clause.prefix else []
            if forms:
                found.setdefault(language, {})[clause] = tuple(map(tuple, forms))
    return found


def _find_words(connection: sqlite3.Connection, clause: Clause, language: str) -> list[list[str]]:
    """The words that share a stem with the only word of a clause, the most frequent first."""
    if clause.quoted or clause.prefix or clause.spelling or len(clause.words) != 1:
        return []
    pieces = cut_pieces(unicodedata.normalize("NFC", clause.words[0]))
    if not pieces or is_unspaced(pieces[0][0][0]):
        return []
    folded = " ".join(piece for _, piece in pieces)
    stems = {fold_stem(word, language) for word in _read_as_one(clause.words[0], [w for w, _ in pieces])}
    if len(pieces) == 1:
        stems.update(stem for (stem,) in connection.execute(STEMS, [folded, language]))
    said: dict[str, int] = {}
    for stem in stems:
        said |= dict(connection.execute(WORDS, [stem, language, folded]).fetchall())
    if language in PREFIXES:
        written = json.dumps(_vary_prefix(folded, PREFIXES[language]))
        said |= dict(connection.execute(AMONG, [written, language, folded]).fetchall())
    elif is_hangul(folded[0]):
        longer = [folded, folded + "\uffff", len(folded) + ENDING, language]
        said |= dict(connection.execute(LONGER, longer).fetchall())
    return [word.split() for word in sorted(said, key=lambda word: (-said[word], word))[:MOST]]


def _vary_prefix(word: str, prefixes: Sequence[str]) -> list[str]:
    """A word with each of the prefixes, also in the place of one that it has."""
    bare = [word[len(p) :] for p in prefixes if word.startswith(p) and len(word) - len(p) > 2]
    return [p + base for base in (word, *bare) for p in ("", *prefixes)]


def is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _read_as_one(word: str, pieces: list[str]) -> list[str]:
    """What a word that is written in parts may be read as; one without parts as itself."""
    if len(pieces) == 1:
        return pieces
    if pieces[-1] == "s" and re.search(r"['’]\w$", word):  # minister’s
        return ["".join(pieces[:-1]), "".join(pieces)]
    whole = re.fullmatch(r"\W*[^\W\d_]+(?:[-‐‑.&'’][^\W\d_]+)+\W*|\W*\d{1,3}(?:,\d{3})+\W*", word)
    return ["".join(pieces)] if whole else []
