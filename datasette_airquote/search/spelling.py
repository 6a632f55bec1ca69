"""Spelling: words of the archive that are near to one that nobody said in it, where these find something.

Likewise words of its names, programmes and titles, for what is typed as `speaker:`, `programme:`, `title:`.
"""

from __future__ import annotations

import difflib
import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice, product
from string import ascii_lowercase
from time import monotonic

from datasette_airquote.search.catalog import Catalog
from datasette_airquote.search.fields import has_words
from datasette_airquote.search.moments import load_clips, search
from datasette_airquote.search.narrow import Filters, list_newest
from datasette_airquote.search.parse import QUOTES, parse_query
from datasette_airquote.search.query import Field, Query, list_clauses
from ingest.fold import cut_pieces, fold
from ingest.words import is_unspaced, split_words

MOST = 3  # spellings of one word, and of a query
PATIENCE = (
    0.3  # seconds after which no other spelling is tried, as frequent words take long in a large archive
)
TRIES = 9  # searches, to see what finds something: all pairs where two words are in doubt
NEAREST = 0.7  # how alike two words have to be, from 0 to 1, as difflib measures it
LONGEST = 30  # characters of a word that is looked at …
LONGEST_NAME = 6  # … and words of a name or title
SAID = "SELECT 1 FROM vocabulary WHERE word = ? LIMIT 1"
AMONG = """
SELECT word, sum(said) AS said FROM vocabulary WHERE word IN (SELECT value FROM json_each(?))
GROUP BY word ORDER BY said DESC, word LIMIT ?
"""
LIKE = """
SELECT word, sum(said) AS said FROM vocabulary WHERE word GLOB ?
GROUP BY word ORDER BY said DESC, word LIMIT ?
"""
BEGINNING = """
SELECT word, sum(said) AS said FROM vocabulary
WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ? GROUP BY word ORDER BY said DESC LIMIT 4000
"""
_WILD = re.compile(
    r"[*?](?=\w)"
)  # a star or a question mark that is not at the end, where a star has a meaning


def find_spellings(connection: sqlite3.Connection, query: Query, filters: Filters) -> list[str]:
    """What was typed, with words that are in the archive in the place of all those that are not.

    Only what finds something, with the same filters. The most frequent words first, one letter away; then
    words that begin alike. A star or a question mark within a word stands for what the archive has there.
    """
    catalog = load_clips(connection)
    named = {
        each.value: near for each in query.fields if not each.negated and (near := _find_names(catalog, each))
    }
    typed = dict.fromkeys(word.strip(".,;:!") for clause in list_clauses(query.root) for word in clause.words)
    others = {word: found for word in typed if (found := _find_others(connection, word))}
    spelt: list[str] = []
    until = monotonic() + PATIENCE
    for chosen in islice(product(*named.values(), *others.values()), TRIES if named or others else 0):
        if len(spelt) == MOST or monotonic() > until:
            break
        put = dict(zip(others, chosen[len(named) :], strict=True))
        text = _put(query.text, put) if put else query.text
        for value, name in zip(named, chosen, strict=False):
            text = _put_name(text, value, name)
        other = parse_query(text)
        leaving = replace(filters, fields=other.fields)
        if search(connection, other, leaving).found.count if other.items else list_newest(catalog, leaving):
            spelt.append(text)
    return spelt


def _put(text: str, others: Mapping[str, str]) -> str:
    """Put words in the place of others, which stand for themselves and not within a longer one."""
    any_of = "|".join(map(re.escape, sorted(others, key=len, reverse=True)))
    return re.sub(rf"(?<![\w:])(?:{any_of})(?!\w)", lambda found: others[found[0]], text)


def _put_name(text: str, value: str, name: str) -> str:
    """Put a name in the place of the value of a field."""
    quoted = f'"{name}"' if " " in name else name
    typed = rf"(?<=\w:)(?:([{QUOTES}])\s*)?{re.escape(value)}(?(1)\s*[{QUOTES}])"
    return re.sub(typed, lambda _: quoted, text)


def _find_names(catalog: Catalog, typed: Field) -> list[str]:
    """What to put in the place of the value of a field that no name or title has."""
    if typed.name not in ("speaker", "programme", "title"):
        return []
    if typed.name == "speaker":
        names = set(catalog.names.values())
    else:
        names = {getattr(clip, typed.name) for clip in catalog.clips.values()}
    if any(has_words(name, typed.value) for name in names) or typed.value in catalog.names:
        return []
    known = {token.text for name in names for token in fold(split_words(name))}
    words = [token.text for token in fold(split_words(typed.value))]
    if len(words) > LONGEST_NAME or max(map(len, words), default=0) > LONGEST:
        return []
    near = [
        [word] if word in known else difflib.get_close_matches(word, known, MOST, NEAREST) for word in words
    ]
    return [" ".join(chosen) for chosen in islice(product(*near), TRIES)]


def _find_others(connection: sqlite3.Connection, word: str) -> list[str]:
    """Words to put in the place of one that nobody said."""
    if _WILD.search(word):
        pattern = "".join(c for c in word.lower() if c.isalnum() or c in "*?")
        return [other for other, _ in connection.execute(LIKE, [pattern, MOST])]
    pieces = [folded for _, folded in cut_pieces(word)]
    if len(pieces) != 1 or is_unspaced(pieces[0][0]) or connection.execute(SAID, pieces).fetchone():
        return []
    return _find_near(connection, pieces[0])


def _find_near(connection: sqlite3.Connection, word: str) -> list[str]:
    if len(word) > LONGEST:
        return []
    edited = json.dumps(sorted(_edit(word))) if word.isascii() else "[]"
    near = [other for other, _ in connection.execute(AMONG, [edited, MOST])]
    bounds = (word[0], chr(ord(word[0]) + 1), len(word) - 2, len(word) + 2)
    alike = [other for other, _ in connection.execute(BEGINNING, bounds)] if len(near) < MOST else []
    near += difflib.get_close_matches(word, alike, MOST, NEAREST)
    return list(dict.fromkeys(near))[:MOST]


def _edit(word: str) -> set[str]:
    """Everything that is one letter away, or two letters swapped."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    edited = {a + b[1:] for a, b in cuts} | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    for letter in ascii_lowercase:
        edited |= {a + letter + b for a, b in cuts} | {a + letter + b[1:] for a, b in cuts}
    return edited - {word, ""}
