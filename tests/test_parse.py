import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasette_airquote.search.match import write_match
from datasette_airquote.search.parse import MAX_CLAUSES, MAX_DEPTH, MAX_WORDS, parse_query
from datasette_airquote.search.query import Clause, Field, Near
from datasette_airquote.search.query import list_clauses as list_all


@pytest.mark.parametrize(
    ("typed", "understood", "ignored"),
    [
        ("missile defense", "missile and defense", ()),
        ('"missile defense"', "“missile defense”", ()),
        ("“missile defense” «key point»", "“missile defense” and “key point”", ()),
        ('“mixed marks"', "“mixed marks”", ()),
        ('he said "no', "he and said and no", ()),
        ('5" disk', "5 and disk", ()),
        ("rob*", "rob*", ()),
        ('"missile def*"', "“missile def*”", ()),
        ("well-known minister's", "well-known and minister's", ()),
        ("导弹防御 系统", "导弹防御 and 系统", ()),
        ("tide TIDE tíde", "tide", ()),
        ("a, b; c", "a and b and c", ()),
        ("a & b – *", "a and b", ("&", "–", "*")),
        ("C++ F# AT&T U.S. 9/11 12:30", "C++ and F# and AT&T and U.S. and 9/11 and 12:30", ()),
        # either, not, parentheses
        ("missile OR rocket defense", "(missile or rocket) and defense", ()),
        ("missile | rocket", "missile or rocket", ()),
        ("(missile defense) OR rocket", "(missile and defense) or rocket", ()),
        ("missile AND rocket && tide", "missile and rocket and tide", ()),
        ("missile || rocket~2 tide^4", "(missile or rocket) and tide", ()),
        ("tide -radar", "tide but not radar", ()),
        ('tide -"old pier" NOT radar', "tide but not “old pier” but not radar", ()),
        ("tide -(a OR b)", "tide but not (a or b)", ()),
        ("(five)", "five", ()),
        ("f(x) :-)", "f(x)", (":-)",)),
        ("((a", "a", ()),
        (")(", "", ()),
        ("-tide", "but not tide", ()),
        ("--tide - tide", "--tide", ("-",)),
        # near
        ("missile NEAR treaty", "missile near/10 treaty", ()),
        ("missile NEAR/3 treaty NEAR/3 gap", "missile near/3 treaty near/3 gap", ()),
        ("NEAR(missile treaty, 5)", "missile near/5 treaty", ()),
        ('NEAR/7("old pier" tide)', "“old pier” near/7 tide", ()),
        ('"missile treaty"~5', "missile near/5 treaty", ()),
        ("NEAR(tide)", "tide", ()),
        ("tide NEAR (a b)", "tide and (a and b)", ()),
        ("NEAR(a b, 999)", "a near/100 b", ()),
        ("a NEAR/99999 b", "a near/100 b", ()),
        # operators that bind nothing are words, and so are small ones
        ("AND OR NOT", "AND and OR and NOT", ()),
        ("NEAR", "NEAR", ()),
        ("a OR", "a and OR", ()),
        ("this or that", "this and or and that", ()),
        # fields
        ('tide speaker:rose by:"Ann Lee"', "tide, speaker: rose, speaker: Ann Lee", ()),
        ("tide date:2013..2014 -program:news", "tide, date: 2013..2014, not programme: news", ()),
        ("a:b http://x.org/y", "a:b and http://x.org/y", ()),
        ("speaker:", "speaker:", ()),
        ('title:"x', "title and x", ()),
        # numbers in words are one
        ("in twenty thirteen they", "in and twenty thirteen and they", ()),
        ("", "", ()),
        ('"" ** "', "", ("**",)),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(typed, understood, ignored):
    query = parse_query(typed)
    assert (query.understood, query.ignored) == (understood, ignored)


@pytest.mark.parametrize(
    ("typed", "match"),
    [
        ("Tide", '"tide"'),
        ("well-known", '"well known"'),
        ("rob*", '"rob"*'),
        ("弹", '"弹"*'),
        ("净水站", '"净水 水站"'),
        ("U.S.", '("u s" OR "us")'),
        ("tide gauge", '("tide" AND "gauge")'),
        ('"old tide gau*" -x', '("old tide gau"* NOT ("x"))'),
        ("a OR b c", '(("a" OR "b") AND "c")'),
        ("NEAR(tide gauge, 3)", 'NEAR("tide" "gauge", 3)'),
        ("-x", None),
    ],
)
def test_full_text_is_asked_for(typed, match):
    assert write_match(parse_query(typed).root) == match


def test_fields_stand_beside_the_words():
    assert parse_query('-speaker:rose "date:2013" Title:"The Tide"').fields == (
        Field("speaker", "rose", negated=True),
        Field("title", "The Tide"),
    )


def test_a_query_of_any_length_is_cut_and_says_so():
    many = parse_query(" ".join(f"w{n}" for n in range(MAX_CLAUSES + 2)))
    assert len(many.items) == MAX_CLAUSES
    assert many.ignored == (f"w{MAX_CLAUSES}", f"w{MAX_CLAUSES + 1}")
    long = parse_query('"' + "la " * MAX_WORDS + 'li"')
    assert len(long.items[0].words) == MAX_WORDS
    assert long.ignored == ("li",)


def test_parentheses_count_for_nothing_where_they_are_too_many():
    assert parse_query("(" * 5000 + "tide" + ")" * 5000).items == (Clause(("tide",)),)
    deep = parse_query("(a OR " * (MAX_DEPTH + 3) + "b" + ")" * (MAX_DEPTH + 3))
    assert {clause.text for clause in list_all(deep.root)} <= {"a", "b"}


@pytest.mark.parametrize(
    ("typed", "written", "found"),
    [
        ("C++", "in C++, then", True),
        ("C++", "vitamin C", False),
        ("C#", "c# and", True),
        ("C", "C++", None),
        ("U.S.", "the US Army", True),
        ("U.S.", "u. s.", True),
        ("U.S.", "tell us", False),
        ("u.k.", "the U.K.", True),
        ("N.A.T.O.", "NATO", None),  # the vocabulary knows it
    ],
)
def test_some_words_have_to_be_spelt_as_typed(typed, written, found):
    spelling = Clause((typed,)).spelling
    assert (None if spelling is None else spelling.search(written) is not None) is found


PIECES = st.lists(
    st.sampled_from(
        ["a", "b*", "导", '"', "(", ")", "-", " ", "OR", "NOT", "AND", "NEAR", "NEAR(", "NEAR/2", "~3", ",",
         "5",
         "speaker:", "date:", "x:", "C++", "U.S.", "\0", "\ue000", "\ud800", "ـ", "twenty", "'", "*", "|"]
    ),
    max_size=14,
)  # fmt: skip


@given(st.text(max_size=60) | PIECES.map("".join) | PIECES.map(" ".join))
def test_any_text_is_understood(text):
    query = parse_query(text)
    assert parse_query(query.text) == query
    for clause in list_all(query.root):
        assert clause.tokens
        assert clause.phrases
    for node in query.items:
        assert node.text
        if isinstance(node, Near):
            assert len(node.clauses) > 1
    match = write_match(query.root)
    assert (match is None) == (not query.items)


def test_the_longest_query_is_written_for_sqlite():
    words = [
        f'"{" ".join(str(random.Random(30 * n + m).random()) for n in range(MAX_WORDS))} {m}"'
        for m in range(30)
    ]
    assert len(write_match(parse_query(" ".join(words)).root)) > 10_000
