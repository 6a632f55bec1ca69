"""Hits: every place where a query is found, from the words that SQLite knows to places in order.

Places are of several kinds, the better first: the words next to each other as typed, near each other,
in one segment, in other forms, and running across the end of a segment. Each kind is a list of ids in
order; an id is a segment, or for the last kind the segment in which the place begins.

Across the end of a segment: a phrase is found by the segments that end in its first words and those that
begin with its other ones (see ingest/index.py), over as many segments as it takes. Several words are found
where two neighbouring segments hold all of them and neither does alone; when more than ENOUGH places hold
them within one segment, neighbours are not looked at. The words of a NEAR have to be in one segment.
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from datasette_airquote.catalog import SHIFT, Catalog, ClipFacts
from datasette_airquote.forms import Forms, find_forms
from datasette_airquote.match import write_match, write_near, write_spelling
from datasette_airquote.postings import find_postings
from datasette_airquote.query import (
    NEAR,
    Clause,
    Either,
    Every,
    Node,
    Query,
    is_lone,
    list_clauses,
    quote,
)
from ingest.fold import fold
from ingest.index import DOUBTFUL, SEAM
from ingest.stems import name_base

ENOUGH = 10_000  # places within a segment, from which on none is looked for in two
ADJACENT, CLOSE, WITHIN, OTHER, ACROSS = range(5)
KINDS = ("adjacent", "near", "within", "other", "across")
Span = tuple[int, int, int]  # a kind, and where in its list the ids of a clip begin and end


@dataclass(frozen=True)
class Hits:
    """All places of a query.

    kinds  for each of KINDS the ids of its segments, in order
    forms  for each language the other forms that were looked for
    marks  what count_marks has counted so far
    """

    kinds: tuple[array[int], ...] = tuple(array("q") for _ in KINDS)
    forms: Mapping[str, Forms] = field(default_factory=dict)
    marks: dict[int, Mapping[int, int]] = field(default_factory=dict)

    @cached_property
    def by_clip(self) -> dict[int, list[Span]]:
        """For each clip's number where its ids are."""
        found: dict[int, list[Span]] = {}
        for kind, ids in enumerate(self.kinds):
            for number, start, end in cut_clips(ids):
                found.setdefault(number, []).append((kind, start, end))
        return found

    @property
    def size(self) -> int:
        return sum(len(ids) for ids in self.kinds)

    def count_marks(self, clip: ClipFacts) -> Mapping[int, int]:
        """How many places of a clip have each mark (see ingest/index.py)."""
        if clip.number not in self.marks:
            tally = Counter[int]()
            for kind, start, end in self.by_clip[clip.number]:
                ids = self.kinds[kind][start:end]
                if kind == ACROSS:
                    tally.update(find_mark(clip, number, kind) for number in ids)
                elif clip.only_mark is not None:
                    tally[clip.only_mark] += end - start
                else:
                    marks, first = clip.marks, clip.base + 1
                    tally.update([marks[number - first] for number in ids])
            self.marks[clip.number] = tally
        return self.marks[clip.number]


def find_mark(clip: ClipFacts, number: int, kind: int) -> int:
    """The mark of a place; one that runs across two segments is doubtful where either is."""
    at = number - clip.base - 1
    doubt = clip.marks[at + 1] & DOUBTFUL if kind == ACROSS else 0
    return clip.marks[at] | doubt


def cut_clips(ids: array[int]) -> Iterator[tuple[int, int, int]]:
    """For each clip in some ids its number, and where its ids begin and end."""
    start = 0
    while start < len(ids):
        number = ids[start] >> SHIFT
        end = bisect_left(ids, (number + 1) << SHIFT, start)
        yield number, start, end
        start = end


def find_hits(connection: sqlite3.Connection, catalog: Catalog, query: Query) -> Hits:
    """Find a query everywhere."""
    if not query.items:
        return Hits()
    return _Finder(connection, catalog, query.root).find()


class _Finder:
    def __init__(self, connection: sqlite3.Connection, catalog: Catalog, root: Every) -> None:
        self.connection = connection
        self.catalog = catalog
        self.root = root
        self.forms = find_forms(connection, list_clauses(root), catalog.languages)

    def find(self) -> Hits:
        exact = self._find(self.root)
        other = self._find_others(self.root, exact)
        adjacent, close = self._find_close(exact)
        across: Iterable[int] = ()
        if len(self.root.items) == 1:
            across = self._cross(self.root.items[0])
        elif len(exact) + len(other) <= ENOUGH:
            across = self._pair(set(exact).union(other))
        kinds = (adjacent, _subtract(close, adjacent), _subtract(exact, close, adjacent), other)
        return Hits((*kinds, array("q", sorted(self._without(across)))), self.forms)

    def _find(self, node: Node, forms: Forms | None = None) -> array[int]:
        match = write_match(node, forms)
        if match is None:
            return array("q")
        condition, values = write_spelling(node)
        return find_postings(self.connection, match, condition, *values)

    def _find_others(self, node: Node, exact: Sequence[int]) -> array[int]:
        """Where a node is found in other forms, each in clips of its language; not where it is exactly."""
        seen = set(exact) if self.forms else set()
        found: set[int] = set()
        wanted = set(list_clauses(node))
        for language, forms in self.forms.items():
            if wanted.isdisjoint(forms):
                continue
            ids = self._find(node, forms)
            for number, start, end in cut_clips(ids):
                if name_base(self.catalog.clips[number].language) == language:
                    found.update(ids[start:end])
        return array("q", sorted(found - seen))

    def _find_close(self, exact: array[int]) -> tuple[array[int], array[int]]:
        """Where several words stand next to each other as typed, and near each other."""
        clauses = [item for item in self.root.items if isinstance(item, Clause)]
        none: array[int] = array("q")
        if len(exact) < 2 or len(clauses) < 2 or len(clauses) < len(self.root.items):
            return none, none
        places = set(exact)
        tokens = [token.text for clause in clauses for token in clause.tokens]
        adjacent = find_postings(self.connection, quote(tokens, clauses[-1].is_open))
        close = find_postings(self.connection, write_near(clauses, NEAR))
        return _keep(adjacent, places), _keep(close, places)

    def _without(self, across: Iterable[int]) -> Iterable[int]:
        """Places across the end of a segment, without those where a word stands that must not."""
        places = set(across)
        if places and self.root.without:
            banned = set(chain.from_iterable(self._find(node) for node in self.root.without))
            places -= banned | {number - 1 for number in banned}
        return places

    def _cross(self, node: Node) -> set[int]:
        """The segments in which a phrase begins that ends in a later one."""
        if isinstance(node, Clause):
            return self._cross_phrase(node) if len(node.words) > 1 else set()
        if isinstance(node, Either):
            return set().union(*map(self._cross, node.items))
        if isinstance(node, Every) and len(node.items) == 1:
            return self._cross(node.items[0])
        return set()

    def _cross_phrase(self, clause: Clause) -> set[int]:
        words, found = clause.words, set()
        ends: dict[int, set[tuple[int, int]]] = {}  # by how many words are said: last segment, first segment
        for cut in range(1, len(words)):
            left = [token.text for token in fold(words[:cut])]
            if not left:
                continue
            ends[cut] = {(number, number) for number in self._ask([*left, left[-1] + SEAM])}
            for before, places in list(ends.items())[:-1]:
                whole = [token.text for token in fold(words[before:cut])] if places else []
                if whole:
                    short = set(self._ask([*whole, whole[-1] + SEAM], first=True))
                    ends[cut] |= {(last + 1, start) for last, start in places if last + 1 in short}
            right = fold(words[cut:], open_end=True)
            if ends[cut] and right:
                is_open = clause.prefix or is_lone(right[-1])
                begins = set(self._ask([token.text for token in right], first=True, is_open=is_open))
                found |= {start for last, start in ends[cut] if last + 1 in begins}
        return found

    def _ask(self, tokens: Sequence[str], first: bool = False, is_open: bool = False) -> array[int]:
        return find_postings(self.connection, ("^" if first else "") + quote(tokens, is_open))

    def _pair(self, within: set[int]) -> set[int]:
        """The first of each two neighbouring segments that hold all items, where neither does alone."""
        lists = []
        for item in self.root.items:
            exact = self._find(item)
            crossing = self._cross(item)
            lists.append((set(exact).union(self._find_others(item, exact)), crossing))
        lists.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
        rows, crossing = lists[0]
        pairs = rows | {number - 1 for number in rows} | crossing
        for rows, crossing in lists[1:]:
            pairs = {n for n in pairs if n in rows or n + 1 in rows or n in crossing}
        return pairs - within - {number - 1 for number in within}


def _subtract(ids: array[int], *others: Sequence[int]) -> array[int]:
    taken = set().union(*others)
    return array("q", (number for number in ids if number not in taken)) if taken else ids


def _keep(ids: array[int], places: set[int]) -> array[int]:
    return array("q", (number for number in ids if number in places))
