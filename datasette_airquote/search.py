"""Search: SQLite finds, filters, ranks and counts; the words are located for one page of rows.

Hits within a segment come first, best bm25 first. Then come those that run across a seam between
segments: bm25 would rank them by the rarity of the one cut that fits, which means nothing.

What is given up: a seam whose words stand near each other but not across it is found by SQLite and
dropped when its words are located, so the count of a query with many pages may be a few too high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from datasette.database import Database
from markupsafe import Markup

from datasette_airquote.clips import make_place
from datasette_airquote.locate import cut_text, find_place, join_segments, mark_words
from datasette_airquote.query import Query
from datasette_airquote.wording import name_language
from ingest.archive import SEAM_WORDS
from ingest.segment import Segment
from ingest.words import Word, split_words
from ingest.wordtimes import unpack_times

PAGE = 20  # matches
MAX_PAGE = 10_000
MAX_CHOICES = 200  # of one filter
FACETS = ("speaker", "programme", "language", "year")
Choices = tuple[dict[str, Any], ...]  # of one facet: value, label and count, most first

HITS = """
WITH hits(id, seam, rank) AS (
  SELECT rowid, 0, {rank} FROM segments_fts WHERE segments_fts MATCH :words
  {seams}
), found AS (
  SELECT hits.*, s.n, s.speaker, s.clip, c.timed, c.title, c.date, c.date_from, c.programme, c.language,
    c.year
  FROM hits JOIN segments s ON s.id = hits.id JOIN clips c ON c.id = s.clip
  WHERE (:clip = '' OR c.id = :clip)
    AND (:programme = '' OR c.programme = :programme)
    AND (:language = '' OR c.language = :language)
    AND (:first = '' OR c.date_to >= :first)
    AND (:last = '' OR (c.date_from <> '' AND c.date_from <= :last))
    AND (:doubtful <> '' OR s.doubt IS NULL)
    AND (:speaker = '' OR EXISTS (
      SELECT 1 FROM clip_speakers p WHERE p.clip = c.id AND p.speaker = :speaker AND {is_person}))
)
"""
# Whose words they are: the voice; where it is not known, whoever the clip names; and who is quoted.
IS_PERSON = "(p.speaker = s.speaker OR p.part = 'quoted' OR s.speaker IS NULL)"
BM25 = "bm25(segments_fts)"  # dear: it is left out where nothing is ranked
NO_SEAMS = ""
SEAMS_OF_PHRASE = "UNION ALL SELECT rowid, 1, 0.0 FROM seams_fts WHERE seams_fts MATCH :seams"
SEAMS_OF_ALL = """
  UNION ALL SELECT rowid, 1, 0.0 FROM seams_fts WHERE seams_fts MATCH :seams
    AND rowid NOT IN (SELECT rowid FROM segments_fts WHERE segments_fts MATCH :words)
    AND rowid + 1 NOT IN (SELECT rowid FROM segments_fts WHERE segments_fts MATCH :words)
"""
COUNT = "SELECT count(*) AS count FROM found"
ROWS = "SELECT * FROM found ORDER BY {order} LIMIT :limit OFFSET :offset"
ORDERS = {
    "relevance": "rank, date_from = '', date_from DESC, clip, n, seam",
    "newest": "date_from = '', date_from DESC, clip, n, seam",
    "oldest": "date_from = '', date_from, clip, n, seam",
}
FACET = """
SELECT {column} AS value, {column} AS label, count(*) AS count FROM found s
WHERE {column} IS NOT NULL AND {column} <> '' GROUP BY 1 ORDER BY count DESC, value LIMIT :choices
"""
FACET_SPEAKER = """
SELECT p.speaker AS value, q.name AS label, count(DISTINCT s.id * 2 + s.seam) AS count
FROM found s JOIN clip_speakers p ON p.clip = s.clip AND {is_person} JOIN speakers q ON q.id = p.speaker
GROUP BY 1 ORDER BY count DESC, value LIMIT :choices
"""
SEGMENTS = """
SELECT s.id, s.text, p.name AS speaker, t.times
FROM segments s JOIN word_times t ON t.segment = s.id LEFT JOIN speakers p ON p.id = s.speaker
WHERE s.clip = :clip AND s.id BETWEEN :id AND :id + :more ORDER BY s.id
"""
QUOTED = "SELECT name FROM clip_speakers WHERE clip = :clip AND part = 'quoted' ORDER BY name"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a match has to be besides its words; "" leaves it open.

    speaker      id of a person
    first, last  days, YYYY-MM-DD, between which the clip may have been broadcast
    doubtful     not "" to find also what an engine may have invented
    """

    speaker: str = ""
    programme: str = ""
    language: str = ""
    first: str = ""
    last: str = ""
    clip: str = ""
    doubtful: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a query was found.

    speaker  whose voice it is, "" when unknown; quoted: who is named in the clip, but not heard
    text     the words from the first to the last matched one; excerpt: the sentences, as HTML
    place    the parameters of a permalink
    sentence number of the sentence in which it begins, from 1
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
    times: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of matches; count: of all pages; facets: for each the choices, with how many they would give."""

    count: int = 0
    matches: tuple[Match, ...] = ()
    facets: Mapping[str, Choices] = field(default_factory=lambda: dict.fromkeys(FACETS, ()))
    more: bool = False


async def search(db: Database, query: Query, filters: Filters, sort: str, page: int) -> Results:
    """Find where the words of a query were spoken.

    sort    one of ORDERS
    page    from 1
    raises  datasette.database.QueryInterrupted when SQLite takes longer than Datasette allows
    """
    if not query.clauses:
        return Results()
    parameters = _parameters(query, filters) | {"limit": PAGE, "offset": (page - 1) * PAGE}
    count = (await db.execute(_hits(query) + COUNT, parameters)).first()["count"]
    ranked = _hits(query, BM25) if sort == "relevance" else _hits(query)
    rows = (await db.execute(ranked + ROWS.format(order=ORDERS[sort]), parameters)).rows
    located = [await _locate(db, query, row) for row in rows]
    matches = tuple(match for match in located if match)
    if count == len(rows):  # all of them were looked at, so the count can be exact
        count = len(matches)
    facets = {facet: await _count_facet(db, query, filters, facet) for facet in FACETS}
    return Results(count, matches, facets, page * PAGE < count)


def _hits(query: Query, rank: str = "0.0") -> str:
    seams = SEAMS_OF_ALL if len(query.clauses) > 1 else SEAMS_OF_PHRASE
    return HITS.format(rank=rank, seams=seams if query.seams_match else NO_SEAMS, is_person=IS_PERSON)


def _parameters(query: Query, filters: Filters) -> dict[str, Any]:
    return {
        "words": query.segments_match, "seams": query.seams_match, "choices": MAX_CHOICES,
        "speaker": filters.speaker, "programme": filters.programme, "language": filters.language,
        "first": filters.first, "last": filters.last, "clip": filters.clip,
        "doubtful": filters.doubtful,
    }  # fmt: skip


async def _count_facet(db: Database, query: Query, filters: Filters, facet: str) -> Choices:
    """Count what each value of a facet would give, all other filters as they are."""
    own = ("first", "last") if facet == "year" else (facet,)
    others = replace(filters, **dict.fromkeys(own, ""))
    sql = FACET_SPEAKER.format(is_person=IS_PERSON) if facet == "speaker" else FACET.format(column=facet)
    rows = (await db.execute(_hits(query) + sql, _parameters(query, others))).rows
    name = name_language if facet == "language" else str
    return tuple(
        {"value": str(row["value"]), "label": name(str(row["label"])), "count": row["count"]} for row in rows
    )


async def _locate(db: Database, query: Query, row: Any) -> Match | None:
    """Put the row's segments together and find the words in them; None for a seam that is none."""
    reach = max(SEAM_WORDS, *(len(clause.words) for clause in query.clauses))
    segments = await _load_segments(db, row, reach if row["seam"] else 0)
    passage = join_segments(segments)
    place = find_place(passage, query, bool(row["seam"]))
    if place is None:
        return None
    if row["seam"]:  # show no more sentences than the words stand in
        while len(passage.words) - len(segments[-1].words) > place.last:
            segments.pop()
            passage = join_segments(segments)
    words = passage.words[place.first : place.last + 1]
    start, end = _time(words) if row["timed"] else (None, None)
    spans = [_time(passage.words[first : last + 1]) for first, last in place.occurrences]
    return Match(
        clip=row["clip"],
        title=row["title"],
        date=row["date"],
        speaker=_speaker_at(segments, place.first),
        quoted=tuple(r["name"] for r in (await db.execute(QUOTED, {"clip": row["clip"]})).rows),
        start=start,
        end=end,
        text=cut_text(passage, place.first, place.last),
        excerpt=mark_words(passage, place.occurrences),
        place=make_place(words, bool(row["timed"])),
        sentence=row["n"],
        language=row["language"],
        times=tuple(spans) if row["timed"] else (),
    )


async def _load_segments(db: Database, row: Any, reach: int) -> list[Segment]:
    """The segment of a row, and behind it those that hold the next `reach` words."""
    rows = await db.execute(SEGMENTS, {"clip": row["clip"], "id": row["id"], "more": reach})
    segments: list[Segment] = []
    for r in rows.rows:
        words = tuple(unpack_times(r["times"], split_words(r["text"])))
        if sum(len(segment.words) for segment in segments[1:]) >= reach and segments:
            break
        segments.append(Segment(words[0].start, words[-1].end, r["text"], r["speaker"] or "", words))
    return segments


def _time(words: Sequence[Word]) -> tuple[float, float]:
    return words[0].start, max(word.end for word in words)


def _speaker_at(segments: Sequence[Segment], word: int) -> str:
    for segment in segments:
        if word < len(segment.words):
            return segment.speaker
        word -= len(segment.words)
    raise IndexError(word)
