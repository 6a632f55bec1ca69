import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fold import Token, cut_pieces, fold
from ingest.index import FULL_TEXT
from ingest.words import is_unspaced, split_words


def texts(text, **options):
    return [token.text for token in fold(split_words(text), **options)]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("The Minister’s naïve plan", "the minister's NAIVE plan"),
        ("Straße", "STRASSE"),
        ("ﬁnal", "final"),
        ("إلى مُحَمَّد", "الى محمد"),
        ("كتاب", "کتاب"),
        ("مدرسة", "مدرسه"),
        ("Ｎａｔｏ", "NATO"),
        ("Ёлка", "Елка"),
        ("Μπορώ", "μπορω"),
    ],
)
def test_two_ways_to_write_the_same_fold_alike(written, typed):
    assert texts(written) == texts(typed)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("U.S.-Gulf", ["u", "s", "gulf"]),
        ("AT&T 9/11 C++", ["at", "t", "9", "11", "c"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("北京大学", ["北京", "京大", "大学", "学"]),
        ("在NATO成员", ["在", "nato", "成员", "员"]),
        ("说：“好”", ["说好", "好"]),
        ("*", []),
    ],
)
def test_a_text_folds_to_these_tokens(text, tokens):
    assert texts(text) == tokens


def test_a_token_knows_the_words_it_comes_from():
    assert fold(["at", "北", "京"]) == [Token("at", 0, 0), Token("北京", 1, 2), Token("京", 2, 2)]


def test_a_query_leaves_its_last_character_open():
    assert texts("北京大", open_end=True) == ["北京", "京大"]
    assert texts("北", open_end=True) == ["北"]


@given(st.text())
def test_sqlite_splits_folded_text_where_we_do(text):
    tokens = texts(text)
    db = sqlite3.connect(":memory:")
    db.execute(FULL_TEXT)
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(segments_fts, instance)")
    db.execute("INSERT INTO segments_fts(rowid, text) VALUES (1, ?)", [" ".join(tokens)])
    assert db.execute("SELECT count(*) FROM v").fetchone() == (len(tokens),)


@given(st.text())
def test_pieces_are_the_tokens_with_their_diacritics(text):
    pieces = cut_pieces(text)
    if not any(is_unspaced(written[0]) for written, _ in pieces):
        assert [folded for _, folded in pieces] == texts(text)


def test_a_piece_keeps_the_diacritics_that_folding_drops():
    assert cut_pieces("„Häuser-Café“") == [("häuser", "hauser"), ("café", "cafe")]
    assert cut_pieces("می‌خواهم") == [("میخواهم", "ميخواهم")]
