import random
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_airquote.query import MAX_CLAUSES, MAX_WORDS, parse_query
from ingest.archive import FULL_TEXT, SEAM

TYPED = [
    "minister's", 'he said "no"', "“curly”", "AND", "*", "C++", "well-known", "(five)", "", "9/11", "a:b",
    "-x", 'foo"', "NEAR(a b)", "a OR b", "\0", "ـ", '"*"', "弹*", "^a", "{a b}: c", "naïve", "½", "\ue000",
    "'; DROP TABLE clips; --", "🎙", "\ud800", '""""',
]  # fmt: skip
PIECES = st.lists(st.sampled_from([*TYPED, '"', " ", "导", "弹"]), max_size=9)


@pytest.fixture(scope="module")
def full_text():
    """Both full-text indexes, empty but for one row each."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE segments (id INTEGER PRIMARY KEY, text TEXT)")
    for statement in FULL_TEXT:
        db.execute(statement)
    db.execute("INSERT INTO segments_fts(rowid, text) VALUES (1, 'missile defense')")
    db.execute("INSERT INTO seams_fts(rowid, text) VALUES (1, ?)", [f"missile defense {SEAM} system"])
    return db


@pytest.mark.parametrize(
    ("typed", "clauses", "ignored"),
    [
        ("missile defense", ["missile", "defense"], ()),
        ('"missile defense"', ["missile defense"], ()),
        ("“missile defense” «key point»", ["missile defense", "key point"], ()),
        ('“mixed marks"', ["mixed marks"], ()),
        ('he said "no', ["he", "said", "no"], ()),
        ("rob*", ["rob*"], ()),
        ('"missile def*"', ["missile def*"], ()),
        ("well-known minister's", ["well-known", "minister's"], ()),
        ("导弹防御 系统", ["导弹防御", "系统"], ()),
        ("tide TIDE tíde", ["tide"], ()),
        ("a & b – *", ["a", "b"], ("&", "–", "*")),
        ("AND OR NOT", ["AND", "OR", "NOT"], ()),
        ("", [], ()),
    ],
)
def test_what_is_typed_is_understood_as_clauses(typed, clauses, ignored):
    query = parse_query(typed)
    assert [clause.text for clause in query.clauses] == clauses
    assert query.ignored == ignored


@pytest.mark.parametrize(
    ("typed", "segments", "seams"),
    [
        ("Tide", '"tide"', ""),
        ("well-known", '"well known"', ""),
        ("rob*", '"rob"*', ""),
        ("弹", '"弹"*', ""),
        ("tide gauge", '"tide" AND "gauge"', '("tide") AND ("gauge")'),
        ('"tide gauge"', '"tide gauge"', f'"tide {SEAM} gauge"'),
        ('"old tide gau*"', '"old tide gau"*', f'"old {SEAM} tide gau"* OR "old tide {SEAM} gau"*'),
        ("净水站", '"净水 水站"', f'"净 {SEAM} 水站" OR "净水 水 {SEAM} 站"*'),
    ],
)
def test_full_text_is_asked_within_segments_and_across_each_cut(typed, segments, seams):
    query = parse_query(typed)
    assert (query.segments_match, query.seams_match) == (segments, seams)


def test_no_more_words_are_asked_beside_a_mark_than_the_index_holds():
    query = parse_query('"' + " ".join(f"w{n}" for n in range(20)) + ' end*"')
    first, *_, last = query.seams_match.split(" OR ")
    assert first == f'"w0 {SEAM} w1 w2 w3 w4 w5 w6 w7 w8"'
    assert last == f'"w12 w13 w14 w15 w16 w17 w18 w19 {SEAM} end"*'


def test_a_query_of_any_length_is_cut_and_says_so():
    many = parse_query(" ".join(f"w{n}" for n in range(MAX_CLAUSES + 2)))
    assert len(many.clauses) == MAX_CLAUSES
    assert many.ignored == (f"w{MAX_CLAUSES}", f"w{MAX_CLAUSES + 1}")
    long = parse_query('"' + "la " * MAX_WORDS + 'li"')
    assert len(long.clauses[0].words) == MAX_WORDS
    assert long.ignored == ("li",)


@pytest.mark.parametrize("typed", TYPED)
def test_sqlite_accepts_what_people_type(full_text, typed):
    ask(full_text, typed)


@given(st.text(max_size=60) | PIECES.map("".join))
def test_sqlite_accepts_any_text(text):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE segments (id INTEGER PRIMARY KEY, text TEXT)")
    for statement in FULL_TEXT:
        db.execute(statement)
    ask(db, text)


def test_sqlite_accepts_the_longest_query(full_text):
    words = [f'"{" ".join(str(random.Random(n).random()) for n in range(MAX_WORDS))} {m}"' for m in range(30)]
    ask(full_text, " ".join(words))


def ask(db, typed):
    query = parse_query(typed)
    for table, match in (("segments_fts", query.segments_match), ("seams_fts", query.seams_match)):
        if match:
            db.execute(f"SELECT rowid, bm25({table}) FROM {table} WHERE {table} MATCH ?", [match]).fetchall()
