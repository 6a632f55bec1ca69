"""Hits: every place where a query is found, from the words that SQLite knows to places in order.

Places are of several kinds, the better first: the words next to each other as typed, near each other,
in one segment, in other forms, and running across the end of a segment. Each kind is a list of ids in
order; an id is a segment, or for the last kind the segment in which the place begins.

Across the end of a segment: a phrase is found by the segments that end in its first words and those that
begin with its other ones (see ingest/index.py), over as many segments as it takes. Several words are found
where two neighbouring segments hold all of them and neither does alone; neighbours are not looked at when
more than ENOUGH places are within one segment, or one of the words is in more than FREQUENT segments, where
it says little. The words of a NEAR have to be in one segment.

What must not occur is left out with its other forms, too, each in clips of its language; within parentheses
as it was typed alone.
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from datasette_airquote.search.catalog import SHIFT, Catalog, ClipFacts
from datasette_airquote.search.forms import Forms, find_forms
from datasette_airquote.search.match import write_match, write_near, write_others, write_spelling
from datasette_airquote.search.postings import count_postings, find_postings
from datasette_airquote.search.query import (
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

ENOUGH = 10_000  # places within a segment, beyond which none is looked for in two
FREQUENT = 50_000  # segments with a word, beyond which it is not looked for in neighbours
ADJACENT, CLOSE, WITHIN, OTHER, ACROSS = range(5)
KINDS = ("adjacent", "near", "within", "other", "across")
Span = tuple[int, int, int]  # a kind, and where in its list the ids of a clip begin and end
Said = Mapping[int, int]  # how many places have each mark, or each voice


@dataclass(frozen=True)
class Hits:
    """All places of a query.

    kinds  for each of KINDS the ids of its segments, in order
    forms  for each language the other forms that were looked for
    """

    kinds: tuple[array[int], ...] = tuple(array("q") for _ in KINDS)
    forms: Mapping[str, Forms] = field(default_factory=dict)
    _said: dict[bool, list[tuple[ClipFacts, list[Span], Said]]] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        return sum(len(ids) for ids in self.kinds)

    def list_clips(self, catalog: Catalog, doubtful: bool) -> list[tuple[ClipFacts, list[Span], Said]]:
        """Each clip with its places: where their ids are, and how many places each voice of it has.

        doubtful  whether those count, too, that an engine may have invented
        """
        if doubtful not in self._said:
            found: dict[int, tuple[ClipFacts, list[Span], dict[int, int]]] = {}
            for kind, ids in enumerate(self.kinds):
                for clip, start, end in cut_clips(ids, catalog):
                    entry = found.get(clip.number)
                    if entry is None:
                        entry = found[clip.number] = (clip, [], {})
                    _, spans, said = entry
                    spans.append((kind, start, end))
                    if kind != ACROSS and clip.only_mark is not None:
                        said[clip.only_mark] = said.get(clip.only_mark, 0) + end - start
                        continue
                    marks, first = clip.marks, clip.base + 1
                    for number in ids[start:end]:
                        mark = marks[number - first] if kind != ACROSS else find_mark(clip, number, kind)
                        said[mark] = said.get(mark, 0) + 1
            self._said[doubtful] = [
                (entry[0], entry[1], _drop_doubtful(entry[2], doubtful)) if entry[0].doubtful else entry
                for entry in found.values()
            ]
        return self._said[doubtful]


def _drop_doubtful(said: Said, doubtful: bool) -> Said:
    """Places by voice instead of by mark."""
    voices: dict[int, int] = {}
    for mark, count in said.items():
        if doubtful or mark < DOUBTFUL:
            voices[mark & ~DOUBTFUL] = voices.get(mark & ~DOUBTFUL, 0) + count
    return voices


def find_mark(clip: ClipFacts, number: int, kind: int) -> int:
    """The mark of a place; one that runs across two segments is doubtful where either is."""
    at = number - clip.base - 1
    doubt = clip.marks[at + 1] & DOUBTFUL if kind == ACROSS else 0
    return clip.marks[at] | doubt


def cut_clips(ids: array[int], catalog: Catalog) -> Iterator[tuple[ClipFacts, int, int]]:
    """Each clip in some ids, and where its ids begin and end."""
    start, stop, clips = 0, len(ids), catalog.clips
    while start < stop:
        clip = clips[ids[start] >> SHIFT]
        most = start + len(clip.marks)
        end = bisect_left(ids, clip.base + (1 << SHIFT), start, most if most < stop else stop)
        yield clip, start, end
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
        banned = chain.from_iterable(map(list_clauses, root.without))
        self.forms = find_forms(connection, chain(list_clauses(root), banned), catalog.numbers)

    def find(self) -> Hits:
        adjacent, close, within = self._find_exact()
        other = self._find_others(self.root)
        if self.inflected:
            adjacent, close, within, other = (
                array("q", [number for number in ids if number not in self.inflected])
                for ids in (adjacent, close, within, other)
            )
        across: Iterable[int] = ()
        if len(self.root.items) == 1:
            across = self._cross(self.root.items[0])
        elif sum(map(len, (adjacent, close, within, other))) <= ENOUGH:
            across = self._pair(set().union(adjacent, close, within, other))
        return Hits((adjacent, close, within, other, array("q", sorted(self._without(across)))), self.forms)

    @cached_property
    def inflected(self) -> set[int]:
        """Where another form stands of what must not occur."""
        return set().union(*map(self._find_others, self.root.without))

    def _ask(self, match: str | None, spelt: Node | None = None) -> array[int]:
        """The ids that an FTS5 query finds.

        spelt  a node whose words have to be spelt as typed
        """
        if match is None:
            return array("q")
        condition, values = write_spelling(spelt) if spelt else ("", [])
        return find_postings(self.connection, match, condition, *values)

    def _find_exact(self) -> tuple[array[int], array[int], array[int]]:
        """Where several words stand next to each other as typed, near each other, and in one segment."""
        root, none = self.root, array("q")
        every = self._ask(write_match(root), root)
        clauses = [item for item in root.items if isinstance(item, Clause)]
        if len(clauses) < 2 or len(clauses) < len(root.items) or not every:
            return none, none, every
        near = set(self._ask(write_near(clauses, NEAR))).intersection(every)
        tokens = [token.text for clause in clauses for token in clause.tokens]
        adjacent = near.intersection(self._ask(quote(tokens, clauses[-1].is_open)) if near else ())
        return (
            array("q", sorted(adjacent)),
            array("q", sorted(near - adjacent)),
            array("q", [number for number in every if number not in near]),
        )

    def _find_others(self, node: Node) -> array[int]:
        """Where a node is found in other forms, each in clips of its language; not where it is exactly."""
        found: list[int] = []
        wanted = set(list_clauses(node))
        for language, forms in self.forms.items():
            if wanted.isdisjoint(forms):
                continue
            ids = self._ask(write_others(node, forms), node)
            numbers = self.catalog.numbers[language]
            found += [number for number in ids if number >> SHIFT in numbers]
        return array("q", sorted(found))

    def _without(self, across: Iterable[int]) -> Iterable[int]:
        """Places across the end of a segment, without those where a word stands that must not."""
        places = set(across)
        if places and self.root.without:
            banned = set(chain.from_iterable(self._ask(write_match(node)) for node in self.root.without))
            banned |= self.inflected
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
            ends[cut] = {(number, number) for number in self._ask(quote([*left, left[-1] + SEAM]))}
            for before, places in list(ends.items())[:-1]:
                whole = [token.text for token in fold(words[before:cut])] if places else []
                if whole:
                    short = set(self._ask("^" + quote([*whole, whole[-1] + SEAM])))
                    ends[cut] |= {(last + 1, start) for last, start in places if last + 1 in short}
            right = fold(words[cut:], open_end=True)
            if ends[cut] and right:
                is_open = clause.prefix or is_lone(right[-1])
                begins = set(self._ask("^" + quote([token.text for token in right], is_open)))
                found |= {start for last, start in ends[cut] if last + 1 in begins}
        return found

    def _pair(self, within: set[int]) -> set[int]:
        """The first of each two neighbouring segments that hold all items, where neither does alone."""
        matches = [write_match(item) for item in self.root.items]
        if not all(match and count_postings(self.connection, match) <= FREQUENT for match in matches):
            return set()
        lists = []
        for item in self.root.items:
            rows = set(self._ask(write_match(item), item))
            rows.update(self._find_others(item))
            lists.append((rows, self._cross(item)))
        lists.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
        rows, crossing = lists[0]
        pairs = rows | {number - 1 for number in rows} | crossing
        for rows, crossing in lists[1:]:
            before = {number - 1 for number in rows.intersection(map((1).__add__, pairs))}
            pairs = (pairs & rows) | before | (pairs & crossing)
        return pairs - within - {number - 1 for number in within}
