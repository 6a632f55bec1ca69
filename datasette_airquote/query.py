"""Query: what people type, turned into something that SQLite's full text can never refuse.

Words are all wanted; "a phrase" in any kind of double quotation marks is wanted in that order; a
star at the end of a word takes whatever begins like it. Everything else that is typed is text.
A word that is written with a mark inside (well-known, 9/11, minister’s) and a run of a script
without spaces (导弹防御) is a phrase of its parts.

A phrase that two segments share is looked for in `seams_fts` (see ingest/archive.py), once for
each of its places where the one segment may have ended. No more than SEAM_WORDS words stand on
either side of a seam, so for a longer phrase this finds candidates, and `locate` decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.archive import SEAM, SEAM_WORDS
from ingest.fold import Token, fold
from ingest.words import is_unspaced, join_words, split_words

MAX_CLAUSES = 24  # words and phrases of one query …
MAX_WORDS = 60  # … and words of one phrase; what goes beyond is left out, and the reader is told
_QUOTES = re.compile('["“”„‟«»「」『』＂]')


@dataclass(frozen=True, slots=True)
class Clause:
    """A word or a phrase that has to occur.

    words   as typed; one that has marks inside is still one word
    prefix  True when the last word may go on
    """

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def tokens(self) -> list[Token]:
        """The tokens that an index holds in this order where the clause occurs."""
        return fold(self.words, open_end=True)

    @property
    def text(self) -> str:
        joined = join_words(self.words)
        return f"{joined}*" if self.prefix else joined


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, how it was understood, and what of it was left out."""

    text: str
    clauses: tuple[Clause, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def segments_match(self) -> str:
        """The MATCH string for segments_fts: every clause within one segment; "" when there is none."""
        return " AND ".join(_match_plain(clause) for clause in self.clauses)

    @property
    def seams_match(self) -> str:
        """The MATCH string for seams_fts: every clause around one mark; "" when none can be there."""
        if len(self.clauses) == 1:
            return " OR ".join(_match_crossing(self.clauses[0]))
        either = (" OR ".join([_match_plain(clause), *_match_crossing(clause)]) for clause in self.clauses)
        return " AND ".join(f"({phrases})" for phrases in either)


def parse_query(text: str) -> Query:
    """Understand what was typed. Never raises.

    >>> [clause.text for clause in parse_query('rob* “missile defense” (five) * AND').clauses]
    ['rob*', 'missile defense', '(five)', 'AND']
    """
    clauses: dict[tuple[str, bool], Clause] = {}
    ignored = []
    for piece in _cut_pieces(text):
        clause = _parse_clause(piece)
        key = (" ".join(token.text for token in clause.tokens), clause.prefix)
        if not key[0] or len(clauses) == MAX_CLAUSES:
            ignored.append(piece)
            continue
        if len(clause.words) > MAX_WORDS:
            ignored.append("".join(f"{word} " for word in clause.words[MAX_WORDS:]).strip())
            clause = Clause(clause.words[:MAX_WORDS])
        clauses.setdefault(key, clause)
    return Query(text, tuple(clauses.values()), tuple(ignored))


def _cut_pieces(text: str) -> list[str]:
    """Cut at spaces, but not within quotation marks; one that is never closed counts for nothing."""
    parts = _QUOTES.split(text)
    pieces: list[str] = []
    for number, part in enumerate(parts):
        quoted = number % 2 == 1 and number + 1 < len(parts)
        pieces += [part] if quoted else part.split()
    return [piece for piece in pieces if piece.strip()]


def _parse_clause(piece: str) -> Clause:
    prefix = piece.rstrip().endswith("*")
    return Clause(tuple(split_words(piece.strip().rstrip("*"))), prefix)


def _match_plain(clause: Clause) -> str:
    return _phrase([token.text for token in clause.tokens], is_open(clause))


def _match_crossing(clause: Clause) -> list[str]:
    """The phrases, one for each place where a segment may end within the clause."""
    phrases = []
    for cut in range(1, len(clause.words)):
        left = fold(clause.words[:cut][-SEAM_WORDS:])[-SEAM_WORDS:]
        right = fold(clause.words[cut:][:SEAM_WORDS], open_end=True)
        if not left or not right:  # a word of nothing that is compared, such as an Arabic tatweel
            continue
        whole = len(clause.words) - cut <= SEAM_WORDS and len(right) <= SEAM_WORDS
        texts = [*(token.text for token in left), SEAM, *(token.text for token in right[:SEAM_WORDS])]
        phrases.append(_phrase(texts, whole and (clause.prefix or is_lone(right[-1]))))
    return phrases


def is_open(clause: Clause) -> bool:
    """Whether the last token may go on: a star was typed, or it is one character of an unspaced run."""
    return clause.prefix or is_lone(clause.tokens[-1])


def is_lone(token: Token) -> bool:
    """Whether a token of a query is a single character of a script without spaces, not a pair."""
    return token.first == token.last and is_unspaced(token.text[0])


def _phrase(tokens: list[str], is_open: bool) -> str:
    """Write an FTS5 phrase; tokens hold letters, digits and marks only, so nothing needs escaping."""
    return '"' + " ".join(tokens) + ('"*' if is_open else '"')
