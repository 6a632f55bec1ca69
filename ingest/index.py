"""Index: the tables of archive.db by which a search finds words; they follow from its segments.

- `segments_fts` holds the words of each segment, folded (see fold.py). Behind them stands the last
  word once more, with SEAM at its end. So one lookup finds the segments that end in a word, and a
  phrase that runs from one segment into the next is found by where they end and begin: there is no
  second index for it. (The one that there was, of the words around each end, was as large again.)
- `vocabulary` counts the words of each language with their stems. By it a search finds other forms
  of a word, and spellings that are near to one. A stem in the index itself would cost a third more
  there, and could not be told apart by language.
- `segment_marks` says for all segments of a clip whose voice each is and whether it is doubtful,
  two bytes each, so that a search counts speakers without reading a row of `segments`.

A whole index is built in one pass in the order of its ids: SQLite then writes each word's list once,
which takes half the time of writing it clip by clip.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlite_utils import Database

from ingest.fold import cut_pieces, fold_text
from ingest.stems import find_stem, name_base
from ingest.words import is_unspaced

TABLES: dict[str, dict[str, Any]] = {
    "vocabulary": {
        "columns": {"word": str, "language": str, "stem": str, "said": int},
        "pk": ("word", "language", "stem"),
    },
    "segment_marks": {
        "columns": {"clip": str, "marks": bytes},
        "pk": "clip",
        "foreign_keys": [("clip", "clips", "id")],
    },
}
FULL_TEXT = (
    'CREATE VIRTUAL TABLE segments_fts USING fts5(text, content="segments", content_rowid="id", '
    "tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")"
)
# For who writes SQL: SELECT clip, start, text FROM matches WHERE words MATCH 'tide' ORDER BY rank LIMIT 9
# (A column with FTS5's snippet would break Datasette's page of the view, which groups by each column.)
VIEWS: dict[str, dict[str, str]] = {
    "matches": {
        "words": "f.segments_fts", "rank": "f.rank", "clip": "s.clip", "title": "c.title", "date": "c.date",
        "n": "s.n", "start": "s.start", "end": 's."end"', "speaker": "s.speaker",
        "text": "s.text", "doubt": "s.doubt",
    }
}  # fmt: skip
JOINED = "segments_fts f JOIN segments s ON s.id = f.rowid JOIN clips c ON c.id = s.clip"
SEAM = "\ue000"  # a private character: it stands at the end of the last word of a segment
DOUBTFUL = 1 << 15  # in a mark; the rest is 0, or the number of the voice among the clip's, from 1
BUFFER = 1 << 26  # bytes of words that SQLite sorts at once while an index is built …
USUAL_BUFFER = 1 << 20  # … and otherwise, which is its own choice
AT_ONCE = 50000  # segments that are read at a time
LONGEST = 40  # characters of a word in the vocabulary; what is longer is an address or a mistake
_ASCII = re.compile("[A-Za-z0-9]+")
# What is written in parts and read as one: co-operate, U.S., don’t, 12,000; but not minister’s, l’homme.
_JOINING = re.compile(
    r"[^\W\d_](?:[-‐‑.&][^\W\d_]|[^\W\d_])*\.?|[^\W\d_]+['’](?!s$)[^\W\d_]{1,2}|\d{1,3}(?:,\d{3})+"
)

INSERT = "INSERT INTO segments_fts(rowid, text) VALUES (?, ?)"
DELETE = "INSERT INTO segments_fts(segments_fts, rowid, text) VALUES ('delete', ?, ?)"
SETTING = "INSERT INTO segments_fts(segments_fts, rank) VALUES ('hashsize', ?)"
SEGMENTS = """
SELECT s.id, s.text, c.language FROM segments s JOIN clips c ON c.id = s.clip WHERE s.id > ?
ORDER BY s.id LIMIT ?
"""
COUNT = """
INSERT INTO vocabulary(word, language, stem, said) VALUES (?, ?, ?, ?)
ON CONFLICT(word, language, stem) DO UPDATE SET said = said + excluded.said
"""
UNCOUNT = "UPDATE vocabulary SET said = said - ? WHERE word = ? AND language = ? AND stem = ?"
FORGET = "DELETE FROM vocabulary WHERE word = ? AND language = ? AND stem = ? AND said <= 0"


def create_index(db: Database) -> None:
    """Make what is no table: the full-text index, and the view for who writes SQL."""
    db.execute(FULL_TEXT)
    for name, columns in VIEWS.items():
        selected = ", ".join(f'{sql} AS "{column}"' for column, sql in columns.items())
        db.execute(f"CREATE VIEW {name} AS SELECT {selected} FROM {JOINED}")


def index_clip(db: Database, language: str, rows: Sequence[tuple[int, str]]) -> None:
    """Put the words of a clip's segments in, each row an id and a text. No commit."""
    db.conn.executemany(INSERT, ((number, _write_words(text)) for number, text in rows))
    base = name_base(language)
    words = _count_words(base, _count_chunks(text for _, text in rows))
    db.conn.executemany(COUNT, ((word, base, stem, said) for (word, stem), said in words.items()))


def unindex_clip(db: Database, language: str, rows: Sequence[tuple[int, str]]) -> None:
    """Take the same words out again. No commit."""
    db.conn.executemany(DELETE, ((number, _write_words(text)) for number, text in rows))
    base = name_base(language)
    words = _count_words(base, _count_chunks(text for _, text in rows))
    db.conn.executemany(UNCOUNT, ((said, word, base, stem) for (word, stem), said in words.items()))
    db.conn.executemany(FORGET, ((word, base, stem) for word, stem in words))


def build_index(db: Database) -> None:
    """Put the words of all segments in; none may be in yet. No commit."""
    chunks: defaultdict[str, Counter[str]] = defaultdict(Counter)
    db.execute(SETTING, [BUFFER])
    last = 0
    while rows := db.execute(SEGMENTS, [last, AT_ONCE]).fetchall():  # one after the other is faster than both
        last = rows[-1][0]
        words: defaultdict[str, list[str]] = defaultdict(list)  # by language with its region
        for _, text, language in rows:
            words[language] += text.split()
        for language, some in words.items():
            chunks[name_base(language)].update(some)
        db.conn.executemany(INSERT, [(number, _write_words(text)) for number, text, _ in rows])
    for language, counts in sorted(chunks.items()):
        said = _count_words(language, counts)
        db.conn.executemany(COUNT, ((word, language, stem, n) for (word, stem), n in said.items()))
    db.execute("INSERT INTO segments_fts(segments_fts) VALUES ('optimize')")
    db.execute(SETTING, [USUAL_BUFFER])


def mark_segments(people: Sequence[str], segments: Iterable[tuple[str | None, str | None]]) -> bytes:
    """Pack whose voice each segment of a clip is, and whether it is doubtful.

    people    the ids of all who take part, in order
    segments  for each the id of its speaker, and the reason to doubt it
    """
    numbers = {speaker: number for number, speaker in enumerate(people, 1)}
    marks = (numbers.get(speaker or "", 0) | (DOUBTFUL if doubt else 0) for speaker, doubt in segments)
    return _swap(array("H", marks)).tobytes()


def read_marks(packed: bytes) -> array[int]:
    """Read what `mark_segments` wrote: a number for each segment of the clip, in order."""
    marks = array("H")
    marks.frombytes(packed)
    return _swap(marks)


def _swap(marks: array[int]) -> array[int]:
    if sys.byteorder == "big":  # a database is the same on every machine
        marks.byteswap()
    return marks


def _write_words(text: str) -> str:
    """The text as it goes into the full-text index, with the last word once more."""
    rest = folded = fold_text(text)
    while rest:
        rest, _, last = rest.rstrip().rpartition(" ")
        if pieces := _ASCII.findall(last) if last.isascii() else [last]:
            return f"{folded} {pieces[-1]}{SEAM}"
    return ""


def _count_chunks(texts: Iterable[str]) -> Counter[str]:
    return Counter(chain.from_iterable(text.split() for text in texts))


def _count_words(language: str, chunks: Counter[str]) -> Counter[tuple[str, str]]:
    """How often each word, and its stem, occurs in chunks of text between spaces.

    One that is written in parts (co-operate, U.S., 12,000) counts as such too, with the stem that it
    would have in one: so they are found by either.
    """
    merged: Counter[str] = Counter()
    for chunk, said in chunks.items():
        merged[chunk.strip("\"'“”‘’„«»()[]…,.;:?!–—").lower()] += said
    words: Counter[tuple[str, str]] = Counter()
    for chunk, said in merged.items():
        if chunk.isascii() and chunk.isalnum() and len(chunk) <= LONGEST:
            words[chunk, fold_stem(chunk, language)] += said
            continue
        pieces = [piece for piece in cut_pieces(chunk[: 2 * LONGEST]) if not is_unspaced(piece[0][0])]
        for written, folded in pieces:
            if len(folded) <= LONGEST:
                words[folded, fold_stem(written, language)] += said
        if 1 < len(pieces) < 7 and _JOINING.fullmatch(chunk):
            joined = "".join(written for written, _ in pieces)
            words[" ".join(folded for _, folded in pieces), fold_stem(joined, language)] += said
    return words


def fold_stem(word: str, language: str) -> str:
    """The stem of a word as the vocabulary has it: folded."""
    stem = find_stem(word, language)
    return stem if stem.isascii() else "".join(folded for _, folded in cut_pieces(stem))
