"""Search: where the words of a query were said, as moments with their excerpts.

The work is in steps, and what they give is kept while the database is the same: the facts of all clips
(catalog.py), and every place of the queries that were asked last (hits.py). So paging, narrowing and the
timeline need no second look into the index. Only the places of one page are looked up in the text
(locate.py). All of it runs on a plain sqlite3 connection, on a site or without one.

The best clips come first: those with the better kind of place (see hits.py), then those that say it more
often for their length, by BM25 on places instead of words. That needs no look at each place, which is
what makes ranking a frequent word slow.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from datasette_airquote.clips import make_place
from datasette_airquote.search.catalog import Catalog, ClipFacts, load_catalog, read_stamp
from datasette_airquote.search.forms import Forms
from datasette_airquote.search.hits import ACROSS, KINDS, Hits, find_hits
from datasette_airquote.search.locate import cut_text, find_place, join_segments, mark_words
from datasette_airquote.search.narrow import Filters, Found, Group, narrow_hits
from datasette_airquote.search.query import Node, Query, list_clauses
from ingest.segment import Segment
from ingest.stems import name_base
from ingest.words import Word, split_words
from ingest.wordtimes import unpack_times

WEIGHTS = (8, 4, 2, 1, 1)  # of the kinds of places, where a clip's are added up
SATURATION, LENGTH = 1.2, 0.75  # BM25's k1 and b
KEPT_CATALOGS = 4
KEPT = 32  # queries whose places are kept in memory, of those that were asked last …
KEPT_PLACES = 8 << 20  # … but no more places than these, 8 bytes each
KEPT_FOUND = 8  # queries with their filters
# With more clips than these, Python's garbage collector looks neither at their facts nor as often as usual
# through what searches leave in memory: it found nothing there, and took 30 ms in the middle of a search.
MANY = 1000
YOUNG = 50_000  # objects that may be made before it looks, instead of 700
SORTS = ("relevance", "newest", "oldest", "added")
SEGMENTS = """
SELECT s.id, s.text, p.name, t.times FROM json_each(:ids) j JOIN segments s ON s.id = j.value
JOIN word_times t ON t.segment = s.id LEFT JOIN speakers p ON p.id = s.speaker
"""
T = TypeVar("T")
Place = tuple[ClipFacts, int, int]  # a clip, a kind of place, the id of the segment


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a query was found.

    speaker  whose voice it is, "" when unknown; quoted: who is named in the clip, but not heard
    text     the words from the first to the last matched one; excerpt: the sentences, as HTML
    place    the parameters of a permalink
    sentence number of the sentence in which it begins, from 1
    speakers everybody who says part of it, in order; kind: one of hits.KINDS
    audible  whether there is a recording, and it is known when in it the words are
    start, end, times  of the match and of each occurrence, in seconds; None and () where no times are known
    """

    clip: str
    title: str
    date: str
    speaker: str
    quoted: tuple[str, ...]
    start: float | None
    end: float | None
    text: str
    excerpt: Markup
    place: Mapping[str, str]
    sentence: int
    language: str
    speakers: tuple[str, ...]
    kind: str
    audible: bool
    times: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Search:
    """What a query found, and what it takes to show it."""

    connection: sqlite3.Connection
    query: Query
    catalog: Catalog
    hits: Hits
    found: Found

    def list_matches(self, sort: str, start: int, stop: int) -> list[Match]:
        """The matches from one number to before another, in the order of one of SORTS."""
        return self.locate(self.list_places(sort, start, stop))

    def list_places(self, sort: str, start: int, stop: int) -> list[Place]:
        """The same, before their words are looked up."""
        return cut(self._list_all(self.rank(sort), sort), start, stop)

    def list_of_clip(self, group: Group, sort: str, start: int, stop: int) -> list[Match]:
        """The matches of one clip from one number to before another."""
        places = group.ranked() if sort == "relevance" else group.in_time()
        return self.locate([(group.clip, kind, number) for kind, number in places[start:stop]])

    def rank(self, sort: str) -> list[Group]:
        """The clips, in the order of one of SORTS; undated ones last."""
        if sort in self.found.ranked:
            return self.found.ranked[sort]
        groups = list(self.found.groups)
        if sort == "relevance":
            groups.sort(key=_grade)
        elif sort == "oldest":
            groups.sort(key=lambda group: (not group.clip.first, group.clip.first, group.clip.id))
        else:
            groups.sort(key=lambda group: group.clip.place)
        if sort == "added":
            groups.sort(key=lambda group: group.clip.added, reverse=True)
        self.found.ranked[sort] = groups
        return groups

    def _list_all(self, groups: Sequence[Group], sort: str) -> Iterator[list[Place]]:
        """All places in order, in lists of one clip."""
        if sort != "relevance":
            yield from ([(g.clip, kind, number) for kind, number in g.in_time()] for g in groups)
            return
        for wanted in range(len(KINDS)):
            if self.hits.kinds[wanted]:
                for group in groups:
                    ids = dict(group.list_kinds()).get(wanted, ())
                    yield [(group.clip, wanted, number) for number in ids]

    def locate(self, places: Sequence[Place]) -> list[Match]:
        """Read the text of some places and find the words in it."""
        reach = max((len(clause.words) for clause in list_clauses(self.query.root)), default=1)
        wanted = {number + n for _, kind, number in places for n in range(reach + 1 if kind == ACROSS else 1)}
        rows = self.connection.execute(SEGMENTS, {"ids": json.dumps(sorted(wanted))})
        segments = {id: _make_segment(text, name, times) for id, text, name, times in rows}
        matches = (self._locate(place, segments, reach) for place in places)
        return [match for match in matches if match]

    def _locate(self, place: Place, segments: Mapping[int, Segment], reach: int) -> Match | None:
        """Find the words of a place in its segments; None where another process has changed them."""
        clip, kind, number = place
        across = kind == ACROSS
        passage = [segments[number]] if number in segments else []
        while across and passage and number + len(passage) in segments:
            if len(passage) > 1 and sum(len(segment.words) for segment in passage[1:]) >= reach:
                break
            passage.append(segments[number + len(passage)])
        forms = self.hits.forms.get(name_base(clip.language), {})
        return make_match(self.catalog, place, passage, self.query.root, forms) if passage else None


def _grade(group: Group) -> tuple[int, float, int]:
    """What is less for a better clip."""
    clip, sizes = group.clip, group.list_sizes()
    best = sizes[0][0]
    said = 0
    for kind, size in sizes:
        said += WEIGHTS[kind] * size
    return best, -said / (said + SATURATION * (1 - LENGTH + LENGTH * clip.length)), clip.place


def make_match(
    catalog: Catalog, place: Place, segments: list[Segment], root: Node, forms: Forms
) -> Match | None:
    """The match at a place; None where its words are not there.

    segments  the segment of the place and, where it may run on, those behind it
    """
    clip, kind, number = place
    joined = join_segments(segments)
    where = find_place(joined, root, forms, kind == ACROSS)
    if where is None:
        return None
    while len(segments) > 1 and len(joined.words) - len(segments[-1].words) > where.last:
        segments.pop()  # show no more sentences than the words stand in
        joined = join_segments(segments)
    words = joined.words[where.first : where.last + 1]
    start, end = _time(words) if clip.timed else (None, None)
    speakers = list_speakers(segments, where.first, where.last)
    spans = [_time(joined.words[first : last + 1]) for first, last in where.occurrences]
    return Match(
        clip=clip.id, title=clip.title, date=clip.date, speaker=speakers[0],
        quoted=tuple(catalog.names[role.speaker] for role in clip.roles if role.is_quoted),
        start=start, end=end, text=cut_text(joined, where.first, where.last),
        excerpt=mark_words(joined, where.occurrences), place=make_place(words, clip.timed),
        sentence=number - clip.base, language=clip.language,
        speakers=tuple(dict.fromkeys(filter(None, speakers))), kind=KINDS[kind],
        audible=clip.audible and clip.timed, times=tuple(spans) if clip.timed else (),
    )  # fmt: skip


def search(connection: sqlite3.Connection, query: Query, filters: Filters) -> Search:
    """Find where the words of a query were spoken.

    raises  sqlite3.OperationalError when SQLite is interrupted, or the database is not an archive
    """
    with _stand_still(connection):
        return _memory.search(connection, query, filters)


def load_clips(connection: sqlite3.Connection) -> Catalog:
    """The facts of all clips."""
    with _stand_still(connection):
        return _memory.load(connection, read_stamp(connection))


@contextmanager
def _stand_still(connection: sqlite3.Connection) -> Iterator[None]:
    """See the database in one state, whoever writes to it."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


class _Memory:
    """What was found last, in databases of one state each; for several threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.catalogs: OrderedDict[object, Catalog] = OrderedDict()
        self.hits: OrderedDict[object, Hits] = OrderedDict()
        self.found: OrderedDict[object, Found] = OrderedDict()

    def load(self, connection: sqlite3.Connection, stamp: object) -> Catalog:
        catalog = self.catalogs.get(stamp)
        if catalog is None:
            catalog = load_catalog(connection)
            if len(catalog.clips) > MANY:
                gc.freeze()
                gc.set_threshold(YOUNG)
        self._keep(self.catalogs, stamp, catalog, KEPT_CATALOGS)
        return catalog

    def search(self, connection: sqlite3.Connection, query: Query, filters: Filters) -> Search:
        stamp = read_stamp(connection)
        catalog = self.load(connection, stamp)
        key = (stamp, query.root)
        hits = self.hits.get(key) or find_hits(connection, catalog, query)
        self._keep(self.hits, key, hits, KEPT)
        found = self.found.get((key, filters)) or narrow_hits(hits, catalog, filters)
        self._keep(self.found, (key, filters), found, KEPT_FOUND)
        return Search(connection, query, catalog, hits, found)

    def _keep(self, kept: OrderedDict[object, T], key: object, value: T, most: int) -> None:
        """Keep a value as the newest, and forget the oldest where there are too many."""
        with self.lock:
            kept[key] = value
            kept.move_to_end(key)
            while len(kept) > most:
                kept.popitem(last=False)
            while kept is self.hits and sum(hits.size for hits in self.hits.values()) > KEPT_PLACES:
                self.hits.popitem(last=False)


_memory = _Memory()


def cut(lists: Iterable[list[Place]], start: int, stop: int) -> list[Place]:
    """The places from one number to before another of lists behind one another."""
    found: list[Place] = []
    for places in lists:
        found += places[max(start, 0) : max(stop, 0)]
        start, stop = start - len(places), stop - len(places)
        if stop <= 0:
            break
    return found


def _make_segment(text: str, speaker: str | None, times: bytes) -> Segment:
    words = tuple(unpack_times(times, split_words(text)))
    return Segment(words[0].start, words[-1].end, text, speaker or "", words)


def list_speakers(segments: Sequence[Segment], first: int, last: int) -> list[str]:
    """Who says the words from one number to another, a name a segment, "" where it is unknown."""
    speakers, at = [], 0
    for segment in segments:
        if at <= last and first < at + len(segment.words):
            speakers.append(segment.speaker)
        at += len(segment.words)
    return speakers


def _time(words: Sequence[Word]) -> tuple[float, float]:
    return words[0].start, max(word.end for word in words)
