"""Query: words to find and fields to narrow by, as what was typed is understood (see parse.py).

A word that is written with a mark inside (well-known, 9/11, minister’s) and a run of a script without
spaces (导弹防御) is a phrase of its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingest.fold import Token, fold
from ingest.words import is_unspaced, join_words

NEAR = 10  # words that may stand between two that are near each other
_SIGNS = re.compile(r"\W*?(\w+)([+#]+)[^\w+#]*")
_DOTTED = re.compile(r"\W*?((?:[^\W\d_]\.){1,2}[^\W\d_]?)\.?[^\w.]*")


@dataclass(frozen=True)
class Clause:
    """A word or a phrase that has to occur.

    words   as typed; one that has marks inside is still one word
    prefix  True when the last word may go on
    quoted  True when only these very forms are meant
    """

    words: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens that an index holds in this order where the clause occurs."""
        return fold(self.words, open_end=True)

    @property
    def is_open(self) -> bool:
        """Whether the last token may go on: a star was typed, or it is one character of an unspaced run."""
        return self.prefix or is_lone(self.tokens[-1])

    @cached_property
    def spelling(self) -> re.Pattern[str] | None:
        """How the words have to be written, where folding would make them others: C++, U.S. or US."""
        if len(self.words) > 1 or self.prefix:
            return None
        if signs := _SIGNS.fullmatch(self.words[0]):
            return re.compile(rf"(?i)(?<!\w){re.escape(signs[1] + signs[2])}(?![\w+#])")
        if len(letters := self.abbreviation) > 1:
            dotted = r"(?:\.\s?|\s)".join(letters)
            return re.compile(rf"(?<!\w)(?:{''.join(letters)}|(?i:{dotted}))(?!\w)")
        return None

    @property
    def globs(self) -> list[tuple[str, str]]:
        """The same for SQLite, nearly: conditions on a segment s, one of which holds, with their values."""
        text, lower = "(' ' || s.text || ' ') GLOB ?", "lower(' ' || s.text || ' ') GLOB ?"
        if self.spelling is None:
            return []
        if letters := self.abbreviation.lower():
            dotted = [f"*[^a-z0-9]{mark.join(letters)}[^a-z0-9]*" for mark in (".", ". ", " ")]
            return [
                (text, f"*[^A-Za-z0-9]{letters.upper()}[^A-Za-z0-9]*"),
                *((lower, each) for each in dotted),
            ]
        signs = _SIGNS.fullmatch(self.words[0])
        return [(lower, f"*[^a-z0-9]{signs[1].lower()}{signs[2]}[^a-z0-9+#]*")] if signs else []

    @property
    def abbreviation(self) -> str:
        """The letters, in capitals, of one that is written with a full stop behind each."""
        dotted = _DOTTED.fullmatch(self.words[0]) if len(self.words) == 1 else None
        return re.sub(r"\W", "", dotted[1]).upper() if dotted else ""

    @property
    def phrases(self) -> list[str]:
        """The FTS5 phrases, one of which occurs where the clause does."""
        joined = [quote([self.abbreviation.lower()])] if len(self.abbreviation) > 1 else []
        return [quote([token.text for token in self.tokens], self.is_open), *joined]

    @property
    def text(self) -> str:
        joined = join_words(self.words)
        marked = f"“{joined}{'*' if self.prefix else ''}”"
        return marked if self.quoted else f"{joined}*" if self.prefix else joined

    @property
    def key(self) -> tuple[object, ...]:
        """What is the same for two ways to write the same."""
        return tuple(token.text for token in self.tokens), self.prefix, self.quoted, bool(self.spelling)


@dataclass(frozen=True, slots=True)
class Near:
    """Clauses with at most so many words between the first and the last of them, in any order."""

    clauses: tuple[Clause, ...]
    distance: int = NEAR

    @property
    def text(self) -> str:
        return f" near/{self.distance} ".join(clause.text for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    items: tuple[Node, ...]

    @property
    def text(self) -> str:
        return " or ".join(_enclose(item) for item in self.items)


@dataclass(frozen=True, slots=True)
class Every:
    """All of several, in one place; and none of those without."""

    items: tuple[Node, ...] = ()
    without: tuple[Node, ...] = ()

    @property
    def text(self) -> str:
        if len(self.items) == 1 and not self.without:
            return self.items[0].text
        wanted = " and ".join(_enclose(item) for item in self.items)
        return (wanted + "".join(f" but not {_enclose(item)}" for item in self.without)).strip()


Node = Clause | Near | Either | Every


@dataclass(frozen=True, slots=True)
class Field:
    """What a clip, or who speaks, has to be; not to be where it is negated."""

    name: str
    value: str
    negated: bool = False

    @property
    def text(self) -> str:
        return f"{'not ' if self.negated else ''}{self.name}: {self.value}"


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, how it was understood, and what of it was left out."""

    text: str
    root: Every = field(default_factory=Every)
    fields: tuple[Field, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[Node, ...]:
        return self.root.items

    @property
    def understood(self) -> str:
        """The query in words, as it was understood."""
        return ", ".join(part for part in (self.root.text, *(each.text for each in self.fields)) if part)


def list_clauses(node: Node) -> Iterator[Clause]:
    """The words and phrases that are wanted, not those that must not occur."""
    if isinstance(node, Clause):
        yield node
    else:
        for item in node.clauses if isinstance(node, Near) else node.items:
            yield from list_clauses(item)


def is_lone(token: Token) -> bool:
    """Whether a token of a query is a single character of a script without spaces, not a pair."""
    return token.first == token.last and is_unspaced(token.text[0])


def quote(tokens: Sequence[str], is_open: bool = False) -> str:
    """Write an FTS5 phrase; tokens hold letters, digits and marks only, so nothing needs escaping."""
    return '"' + " ".join(tokens) + ('"*' if is_open else '"')


def _enclose(node: Node) -> str:
    return node.text if isinstance(node, Clause) else f"({node.text})"
