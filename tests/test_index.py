import sqlite3
from collections import Counter

import pytest
from conftest import make_transcript
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from ingest.archive import FILE, open_archive, rebuild, save_transcript
from ingest.facts import Facts
from ingest.fold import fold
from ingest.index import DOUBTFUL, FULL_TEXT, SEAM, _count_words, _write_words, mark_segments, read_marks
from ingest.speakers.people import People
from ingest.transcript import FOLDER, load_transcript, save_new
from ingest.words import split_words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("We will phase in.", f"We will phase in. in{SEAM}"),  # SQLite folds this as we do
        ("The naïve café, he said –", f"The naive cafe he said  said{SEAM}"),
        ("今天开学。", f"今天 天开 开学 学 学{SEAM}"),
        ("NATO 成员", f"nato 成员 员 员{SEAM}"),
        ("It costs $5.", f"It costs $5. 5{SEAM}"),
        ("Well, … !", f"Well,  ! Well{SEAM}"),
        ("ends in –", f"ends in  in{SEAM}"),
        ("ends in ->", f"ends in -> in{SEAM}"),
        ("…", ""),
        ("->", ""),
    ],
)
def test_a_text_is_written_with_its_last_word_once_more(text, written):
    assert _write_words(text) == written


TEXTS = st.text() | st.lists(
    st.sampled_from(
        ["tide", "C++", "café", "新的", "净水", "ダム", "々", "・", "，", "か゛", "น้ำ", "NATO", "–", "\0"]
    )
).map(" ".join)


@given(TEXTS)
def test_sqlite_sees_the_tokens_that_a_query_is_made_of(text):
    tokens = [token.text for token in fold(split_words(text))]
    db = sqlite3.connect(":memory:")
    db.execute(FULL_TEXT)
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(segments_fts, instance)")
    db.execute("INSERT INTO segments_fts(rowid, text) VALUES (1, ?)", [_write_words(text)])
    seen = [term for (term,) in db.execute("SELECT term FROM v ORDER BY offset")]
    assert seen == ([*tokens, tokens[-1] + SEAM] if tokens else [])


@pytest.mark.parametrize(
    ("language", "chunks", "words"),
    [
        ("en", ["Ministers,", "ministers", "“Minister’s”"],
         {("ministers", "minist"): 2, ("minister", "minist"): 1, ("s", "s"): 1}),
        ("en", ["Co-operation", "U.S.", "12,000"],
         {("co", "co"): 1, ("operation", "oper"): 1, ("co operation", "cooper"): 1, ("u", "u"): 1,
          ("s", "s"): 1,
          ("u s", "us"): 1, ("12", "12"): 1, ("000", "000"): 1, ("12 000", "12000"): 1}),
        ("de", ["Häuser"], {("hauser", "haus"): 1}),
        ("", ["Häuser"], {("hauser", "hauser"): 1}),
        ("zh", ["NATO成员"], {("nato", "nato"): 1}),
        ("en", ["x" * 99, "–", "..."], {}),
    ],
)  # fmt: skip
def test_words_are_counted_with_their_stems(language, chunks, words):
    assert _count_words(language, Counter(chunks)) == words


def test_marks_say_whose_voice_it_is_and_what_is_doubtful():
    packed = mark_segments(
        ["ann", "bob"], [("bob", None), (None, "in silence"), ("ann", "repeated"), ("eve", None)]
    )
    assert packed == b"\x02\x00\x00\x80\x01\x80\x00\x00"
    assert list(read_marks(packed)) == [2, DOUBTFUL, DOUBTFUL + 1, 0]


@pytest.fixture
def archive(tmp_path):
    for number, lines in enumerate(
        (["We phase in", "the ministers."], ["北京大学", "NATO"], ["Ministers phase out"])
    ):
        facts = Facts(title="x", language=("en", "zh", "en")[number])
        save_new(tmp_path, make_transcript(f"c{number}", facts, [("", line) for line in lines]), None)
    assert rebuild(tmp_path) == []
    return tmp_path


def find(db, match):
    sql = "SELECT clip, n FROM segments_fts f JOIN segments s ON s.id = f.rowid WHERE segments_fts MATCH ?"
    return list(db.execute(sql, [match]))


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ("ministers", [("c0", 2), ("c2", 1)]),
        (f'"in{SEAM}"', [("c0", 1)]),
        (f'^"the ministers ministers{SEAM}"', [("c0", 2)]),
        ('"北京 京大"', [("c1", 1)]),
        ('"in the"', []),
    ],
)
def test_words_and_the_ends_of_segments_are_found(archive, match, found):
    assert sorted(find(Database(archive / FILE), match)) == found


def test_an_index_that_grew_finds_and_counts_the_same(archive):
    built = Database(archive / FILE)
    words = sorted(built.execute("SELECT * FROM vocabulary"))
    assert ("ministers", "en", "minist", 2) in words
    assert ("nato", "zh", "nato", 1) in words
    db = open_archive(archive)
    other = make_transcript("c2", Facts(title="x", language="de"), [("", "Etwas anderes")])
    save_transcript(db, other, People())
    assert find(db, "out") == []
    assert ("ministers", "en", "minist", 1) in list(db.execute("SELECT * FROM vocabulary"))
    save_transcript(db, load_transcript(archive / FOLDER / "c2"), People())
    assert sorted(db.execute("SELECT * FROM vocabulary")) == words
    assert find(db, "out") == [("c2", 1)]


def test_sqlite_takes_its_usual_buffer_again_when_an_index_is_built(archive):
    rows = list(Database(archive / FILE).execute("SELECT v FROM segments_fts_config WHERE k = 'hashsize'"))
    assert rows == [(1 << 20,)]
