"""Parse: what people type, understood as a query. Nothing is refused.

    missile defense           all of the words, near each other first
    "missile defense"         these words in this order; any kind of double quotation marks
    missile OR rocket         either; binds its neighbours only: a b OR c is a and (b or c)
    -radar    NOT radar       not in the same sentence
    rob*                      a beginning
    missile NEAR/5 treaty     at most five words between them; also NEAR(a b, 5) and "a b"~5
    (a b) OR c                parentheses group
    speaker:rose  programme:"the morning tide"  date:2013..2014  title:  language:  clip:  part:  review:

Operators are in capital letters, so that "or" and "near" can be searched. What is left over by these
rules is text: a word that has marks inside (well-known, 9/11, minister’s) and a run of a script without
spaces (导弹防御) is a phrase of its parts. Parsing never raises; what was left out is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from datasette_airquote.search.numbers import NUMBER_WORDS
from datasette_airquote.search.query import NEAR, Clause, Either, Every, Field, Near, Node, Query
from ingest.words import split_words

MAX_CLAUSES = 24  # words and phrases of one query …
MAX_WORDS = 60  # … and words of one phrase; what goes beyond is left out, and the reader is told
MAX_DEPTH = 8  # of parentheses; deeper ones count for nothing
MAX_NEAR = 100  # words that may be asked to stand between two
FIELDS = ("speaker", "programme", "date", "title", "language", "clip", "part", "review")
OTHER_NAMES = {"program": "programme", "show": "programme", "lang": "language", "by": "speaker"}
QUOTES = '"“”„‟«»「」『』＂'
_PIECE = re.compile(
    r"(?P<minus>-(?=[^\s-]))?(?:(?P<name>[A-Za-z]+):(?=[^\s)]))?(?:"
    rf"[{QUOTES}](?P<phrase>[^{QUOTES}]*)[{QUOTES}](?:~(?P<slop>\d{{1,9}}))?"
    rf"|(?P<open>(?:NEAR(?:/(?P<near>\d{{1,9}}))?)?\()|(?P<close>\))|(?P<word>[^\s{QUOTES}]+)|[{QUOTES}])"
)
_NEAR = re.compile(r"NEAR(?:/(\d{1,9}))?")
_OPERATOR = re.compile(r"OR|\|\|?|AND|&&|NOT|NEAR(?:/\d{1,9})?")
_TAIL = re.compile(r"(?<=\w)[~^]\d*$")  # what other search engines take for how far a word may differ


def parse_query(text: str) -> Query:
    """Understand what was typed. Never raises.

    >>> parse_query('rob* “missile defense” (tide OR five) -C++ by:rose').understood
    'rob* and “missile defense” and (tide or five) but not C++, speaker: rose'
    >>> parse_query("OR * &").ignored
    ('*', '&')
    """
    return _Parser(text).parse()


@dataclass(frozen=True, slots=True)
class _Piece:
    """What the typed text is cut into: an opening or closing parenthesis, a word, a phrase, a field."""

    kind: str
    text: str
    minus: bool = False
    name: str = ""
    distance: int | None = None

    @property
    def is_operator(self) -> bool:
        plain = self.kind == "word" and not self.minus and not self.name
        return plain and _OPERATOR.fullmatch(self.text) is not None


def _cut_pieces(text: str) -> Iterator[_Piece]:
    """Cut at spaces, quotation marks that are closed, and parentheses at the edges of words."""
    depth = 0
    for found in _PIECE.finditer(text):
        minus, name = bool(found["minus"]), (found["name"] or "").lower()
        name = OTHER_NAMES.get(name, name)
        if found["open"] and not name:
            depth += 1
            near = found["open"].startswith("NEAR")
            distance = (int(found["near"]) if found["near"] else NEAR) if near else None
            yield _Piece("open", found[0], minus, "", distance)
        elif found["close"]:
            depth -= depth > 0
            yield _Piece("close", ")")
        elif found["phrase"] is not None:
            slop = int(found["slop"]) if found["slop"] else None
            if name and name not in FIELDS:
                yield _Piece("word", name)
                name = ""
            yield _Piece("phrase", found["phrase"], minus, name, slop)
        elif word := found["word"] or found["open"]:
            extra = max(min(word.count(")") - word.count("("), depth), 0) if word.endswith(")") else 0
            while extra and not word.endswith(")" * extra):
                extra -= 1
            word = word[: len(word) - extra]
            known = name in FIELDS
            text = word if known or not name else f"{found['name']}:{word}"
            yield _Piece("word", text, minus, name if known else "")
            for _ in range(extra):
                depth -= 1
                yield _Piece("close", ")")
        elif name:  # before a quotation mark that is never closed
            yield _Piece("word", name)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = list(_cut_pieces(text))
        self.at = 0
        self.count = 0
        self.fields: list[Field] = []
        self.ignored: list[str] = []

    def parse(self) -> Query:
        items: list[Node] = []
        without: list[Node] = []
        while self.at < len(self.pieces):  # a parenthesis too many closes nothing
            more = self._every(0)
            items += more.items
            without += more.without
        root = Every(_join_numbers(_drop_doubles(items)), tuple(_drop_doubles(without)))
        return Query(self.text, root, tuple(dict.fromkeys(self.fields)), tuple(self.ignored))

    def _peek(self, ahead: int = 0) -> _Piece | None:
        return self.pieces[self.at + ahead] if self.at + ahead < len(self.pieces) else None

    def _every(self, depth: int) -> Every:
        """Everything up to the parenthesis that closes it."""
        items: list[Node] = []
        without: list[Node] = []
        while piece := self._peek():
            if piece.kind == "close":
                self.at += 1
                break
            follows = self._operand(1)
            if piece.is_operator and piece.text in ("AND", "&&") and items and follows:
                self.at += 1
                continue
            negated = piece.is_operator and piece.text == "NOT" and follows
            self.at += negated
            node, minus = self._either(depth)
            if node is not None:
                (without if minus or negated else items).append(node)
        return Every(_join_numbers(_drop_doubles(items)), tuple(_drop_doubles(without)))

    def _operand(self, ahead: int) -> bool:
        """Whether there is something that an operator can bind."""
        piece = self._peek(ahead)
        return piece is not None and piece.kind != "close" and not piece.is_operator

    def _either(self, depth: int) -> tuple[Node | None, bool]:
        """Units with OR between them; and whether there is a minus before the first."""
        minus = self.pieces[self.at].minus
        nodes = [self._near(depth)]
        while (
            (piece := self._peek())
            and piece.is_operator
            and piece.text in ("OR", "|", "||")
            and self._operand(1)
        ):
            self.at += 1
            nodes.append(self._near(depth))
        found = _drop_doubles(node for node in nodes if node is not None)
        return (found[0] if len(found) == 1 else Either(tuple(found)) if found else None), minus

    def _near(self, depth: int) -> Node | None:
        """Units with NEAR between them."""
        node = self._unit(depth)
        while (piece := self._peek()) and piece.is_operator and (near := _NEAR.fullmatch(piece.text)):
            if not isinstance(node, Clause | Near) or not self._operand(1):
                break
            self.at += 1
            other = self._unit(depth)
            clauses = node.clauses if isinstance(node, Near) else (node,)
            if isinstance(other, Clause):
                node = Near((*clauses, other), min(int(near[1] or NEAR), MAX_NEAR))
            elif other is not None:
                return Every((node, other))
        return node

    def _unit(self, depth: int) -> Node | None:
        piece = self.pieces[self.at]
        self.at += 1
        if piece.name:
            self.fields.append(Field(piece.name, piece.text.strip(" ,;"), piece.minus))
            return None
        if piece.kind == "open":
            return self._group(piece, depth)
        if piece.kind == "phrase" and piece.distance is not None:
            return self._make_near(piece.text.split(), piece.distance)
        return self._make_clause(piece.text, piece.kind == "phrase")

    def _group(self, piece: _Piece, depth: int) -> Node | None:
        if piece.distance is not None:
            return self._near_group(piece.distance)
        if depth == MAX_DEPTH:
            return None
        group = self._every(depth + 1)
        return (
            group.items[0] if len(group.items) == 1 and not group.without else group if group.items else None
        )

    def _near_group(self, distance: int) -> Node | None:
        """What stands in NEAR(…), with a number behind a comma at its end."""
        texts: list[tuple[str, bool]] = []
        while (piece := self._peek()) and piece.kind != "close":
            self.at += 1
            if piece.kind != "open":
                texts.append((piece.text, piece.kind == "phrase"))
        self.at += 1
        if len(texts) > 2 and texts[-1][0].isdecimal() and texts[-2][0].endswith(","):
            distance = int(texts.pop()[0])
        clauses = [self._make_clause(text, quoted) for text, quoted in texts]
        return self._join_near([clause for clause in clauses if clause], distance)

    def _make_near(self, words: Sequence[str], distance: int) -> Node | None:
        clauses = [self._make_clause(word, False) for word in words]
        return self._join_near([clause for clause in clauses if clause], distance)

    def _join_near(self, clauses: Sequence[Clause], distance: int) -> Node | None:
        if len(clauses) < 2:
            return clauses[0] if clauses else None
        return Near(tuple(clauses), min(distance, MAX_NEAR))

    def _make_clause(self, text: str, quoted: bool) -> Clause | None:
        """The clause of a text; None when nothing in it can be searched."""
        text = text if quoted else _TAIL.sub("", text)
        prefix = text.rstrip().endswith("*")
        words = split_words(text.strip(" ,;").rstrip("*"))
        clause = Clause(tuple(words[:MAX_WORDS]), prefix and len(words) <= MAX_WORDS, quoted)
        if self.count == MAX_CLAUSES or not clause.words or not clause.tokens:
            self.ignored += [text] if text.strip() else []
            return None
        if len(words) > MAX_WORDS:
            self.ignored.append(" ".join(words[MAX_WORDS:]))
        self.count += 1
        return clause


def _drop_doubles(nodes: Iterable[Node]) -> list[Node]:
    return list(
        {node.key if isinstance(node, Clause) else node: node for node in reversed(list(nodes))}.values()
    )[::-1]


def _join_numbers(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Take words that say one number together (twenty thirteen) for a phrase."""
    joined: list[Node] = []
    for node in nodes:
        before = joined[-1] if joined else None
        if (
            isinstance(node, Clause)
            and isinstance(before, Clause)
            and _says_number(before)
            and _says_number(node)
        ):
            joined[-1] = Clause((*before.words, *node.words))
        else:
            joined.append(node)
    return tuple(joined)


def _says_number(clause: Clause) -> bool:
    plain = not clause.quoted and not clause.prefix
    return plain and all(word.lower() in NUMBER_WORDS for word in "-".join(clause.words).split("-"))
