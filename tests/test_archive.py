import dataclasses

import pytest
from sqlite_utils import Database

from ingest.archive import (
    FILE,
    TABLES,
    VERSION,
    open_archive,
    rebuild,
    save_sightings,
    save_transcript,
)
from ingest.chapters import Chapter
from ingest.errors import TranscriptError
from ingest.facts import Facts, Speaker
from ingest.rows import earlier_rows, segment_id
from ingest.run import Run
from ingest.segment import time_cues
from ingest.sightings import Sighting, save_watch
from ingest.speakers.people import People
from ingest.transcript import FOLDER, Clip, Transcript, load_transcript, save_new
from ingest.vtt import Cue
from ingest.words import Word
from ingest.wordtimes import unpack_times


def make(clip_id, *lines, date="", speakers=(), name=""):
    cues = [Cue(n * 10.0, n * 10 + 9, text, name) for n, text in enumerate(lines)]
    words = tuple(w for s in time_cues(cues, None) for w in s.words)
    run = Run(
        "test",
        "1",
        "m",
        "",
        "en",
        100.0,
        ((0.0, 10.0 * len(lines)),),
        tuple(Word(w.text, w.start, w.end, 0.9) for w in words),
    )
    facts = Facts(title=clip_id, date=date, speakers=tuple(speakers))
    clip = Clip(clip_id, facts, audio=f"{clip_id}.mp3", duration=100.0)
    return Transcript(clip, tuple(time_cues(cues, run)), {1: run})


def rows(path, table):
    return list(Database(path).execute(f'SELECT * FROM "{table}" ORDER BY 1, 2'))


@pytest.fixture
def archive(tmp_path):
    """Three clips on disk and in archive.db."""
    save_new(
        tmp_path,
        make("a-talk", "We will phase in", "the best technology.", date="2013~", name="Ann Lee"),
        None,
    )
    save_new(
        tmp_path,
        make("b-talk", "北京大学", "今天开学", speakers=[Speaker("Ann Lee", "Mayor", "quoted")]),
        None,
    )
    save_new(tmp_path, make("c-talk", date="2020"), None)
    assert rebuild(tmp_path) == []
    return tmp_path


def test_the_tables_say_what_the_folders_say(archive):
    path = archive / FILE
    a, b = segment_id("a-talk", 1), segment_id("b-talk", 1)
    assert [
        (r["id"], r["date_from"], r["date_to"], r["year"], r["words"], r["coverage"])
        for r in Database(path)["clips"].rows
    ] == [
        ("a-talk", "2013-01-01", "2013-12-31", 2013, 7, 0.96),
        ("b-talk", "", "", None, 8, 0.96),
        ("c-talk", "2020-01-01", "2020-12-31", 2020, 0, 1.0),
    ]
    assert rows(path, "speakers") == [("ann-lee", "Ann Lee", "", "", "", "", "")]
    assert rows(path, "clip_speakers") == [
        ("a-talk", "ann-lee", "voice", "", "Ann Lee", "Ann Lee", 7, 18.0),
        ("b-talk", "ann-lee", "quoted", "Mayor", "Ann Lee", "Ann Lee", 0, 0.0),
    ]
    assert sorted(rows(path, "segments")) == sorted([
        (a, "a-talk", 1, 0.0, 9.0, "ann-lee", "We will phase in", 0.9, None),
        (a + 1, "a-talk", 2, 10.0, 19.0, "ann-lee", "the best technology.", 0.9, None),
        (b, "b-talk", 1, 0.0, 9.0, None, "北京大学", 0.9, None),
        (b + 1, "b-talk", 2, 10.0, 19.0, None, "今天开学", 0.9, None),
    ])  # fmt: skip
    assert rows(path, "holes") == []
    assert rows(path, "runs")[0] == ("a-talk", 1, "test", "1", "m", "", "en", 7, 0.96, "{}", "")


def test_datasette_detects_the_full_text_index(archive):
    assert Database(archive / FILE)["segments"].detect_fts() == "segments_fts"


def test_a_database_built_twice_or_clip_by_clip_holds_the_same(archive):
    first = {table: rows(archive / FILE, table) for table in TABLES}
    db = open_archive(archive)
    for clip_id in ("c-talk", "a-talk", "b-talk", "a-talk"):
        save_transcript(db, load_transcript(archive / FOLDER / clip_id), People())
    assert {table: rows(archive / FILE, table) for table in TABLES} == first
    count = "SELECT count(*) FROM segments_fts WHERE segments_fts MATCH 'the OR 北京'"
    assert list(db.execute(count)) == [(2,)]
    db.execute("INSERT INTO segments_fts(segments_fts) VALUES ('integrity-check')")
    rebuild(archive)
    assert {table: rows(archive / FILE, table) for table in TABLES} == first


def test_a_changed_clip_takes_the_place_of_its_rows(archive):
    db = open_archive(archive)
    save_transcript(db, make("a-talk", "Something else entirely."), People())
    assert [row["text"] for row in db.query("SELECT text FROM segments WHERE clip = 'a-talk'")] == [
        "Something else entirely."
    ]
    assert list(db.execute("SELECT rowid FROM segments_fts WHERE segments_fts MATCH 'technology'")) == []
    assert "technology" not in [row["word"] for row in db["vocabulary"].rows]


def test_the_differences_say_where_in_which_segment_they_begin(tmp_path):
    heard = make("a-talk", "We met on Tuesday and said so.", "Then all of us went home again.")
    run = heard.runs[1]
    cues = [Cue(0, 9, "We met yesterday and said so."), Cue(10, 19, "Then we went home again.")]
    clip = dataclasses.replace(heard.clip, text_from="script")
    save_new(tmp_path, Transcript(clip, tuple(time_cues(cues, run)), {1: run}), None)
    assert rebuild(tmp_path) == []
    first = segment_id("a-talk", 1)
    assert rows(tmp_path / FILE, "differences") == [
        ("a-talk", 1, "otherwise", 2.03, 5.23, first, 3, 1, "yesterday", "on Tuesday"),
        ("a-talk", 2, "otherwise", 11.41, 14.22, first + 1, 2, 1, "we", "all of us"),
    ]


def test_what_has_become_of_publishers_pages_stands_in_a_table(archive):
    folder = archive / FOLDER / "a-talk"
    seen, since = "2026-11-27T18:00:00Z", "2026-11-20T00:00:00Z"
    page = Sighting("page", "https://radio.example/", "gone", seen, since, "is not there (404)", "words ab")
    audio = Sighting("audio", "https://radio.example/a.mp3", "ok", seen, since)
    save_watch(folder, [page, audio])
    assert rebuild(archive) == []
    known = [
        ("a-talk", "audio", "https://radio.example/a.mp3", "ok", seen, since, ""),
        ("a-talk", "page", "https://radio.example/", "gone", seen, since, "is not there (404)"),
    ]
    assert rows(archive / FILE, "watch") == known
    db = open_archive(archive)
    save_sightings(db, "a-talk", [audio])
    save_sightings(db, "no-talk", [audio])
    assert rows(archive / FILE, "watch") == known[:1]
    save_transcript(db, load_transcript(folder), People())
    assert rows(archive / FILE, "watch") == known
    save_transcript(db, dataclasses.replace(load_transcript(folder), watch=()), People())
    assert rows(archive / FILE, "watch") == []


def test_chapters_are_those_within_the_recording(tmp_path):
    talk = make("a-talk", "Hello.")
    chapters = (Chapter(0.0, "Intro"), Chapter(60.5, "Ice", "https://e.org"), Chapter(100.0, "After its end"))
    timed = dataclasses.replace(talk.clip, chapters=chapters)
    for clip in (timed, dataclasses.replace(timed, id="b-talk", timed=False)):
        save_new(tmp_path, dataclasses.replace(talk, clip=clip), None)
    assert rebuild(tmp_path) == []
    expected = [("a-talk", 1, 0.0, "Intro"), ("a-talk", 2, 60.5, "Ice")]
    assert rows(tmp_path / FILE, "chapters") == expected
    db = open_archive(tmp_path)
    save_transcript(db, load_transcript(tmp_path / FOLDER / "a-talk"), People())
    assert rows(tmp_path / FILE, "chapters") == expected
    save_transcript(db, talk, People())
    assert rows(tmp_path / FILE, "chapters") == []


def test_a_person_whom_no_clip_names_any_more_is_gone(archive):
    db = open_archive(archive)
    save_transcript(db, make("a-talk", "Hello.", name="ANN LEE"), People())
    assert list(db.query("SELECT id, name FROM speakers")) == [{"id": "ann-lee", "name": "ANN LEE"}]
    save_transcript(db, make("a-talk", "Hello."), People())
    save_transcript(db, make("b-talk", "Hello."), People())
    assert list(db["speakers"].rows) == []


def test_a_damaged_clip_is_reported_and_the_others_are_in(archive):
    (archive / FOLDER / "b-talk/transcript.vtt").write_text("hello")
    (error,) = rebuild(archive)
    assert str(error).startswith("b-talk/transcript.vtt, line 1")
    assert [row[0] for row in rows(archive / FILE, "clips")] == ["a-talk", "c-talk"]
    assert sorted(p.name for p in archive.iterdir()) == [FILE, FOLDER]


def test_a_database_of_another_version_is_built_again(archive):
    Database(archive / FILE).execute("PRAGMA user_version = 1")
    assert open_archive(archive).execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_file_that_is_no_database_is_refused_with_the_remedy(archive):
    (archive / FILE).write_text("not a database, but long enough to be taken for one")
    with pytest.raises(TranscriptError, match="ingest rebuild"):
        open_archive(archive)


def test_clips_whose_numbers_clash_are_refused_and_nothing_is_lost(archive, monkeypatch):
    db = open_archive(archive)
    monkeypatch.setattr("ingest.rows.segment_id", lambda clip_id, n: segment_id("a-talk", n))
    with pytest.raises(TranscriptError, match="d-talk: clashes with another clip"):
        save_transcript(db, dataclasses.replace(make("d-talk", "Hello.")), People())
    assert db["clips"].count == 3


def test_what_a_text_may_have_been_is_kept_where_it_was_heard_again_or_corrected(tmp_path):
    first = make("a-talk", "We will face in", "the best 2 technologies.")
    again = make("a-talk", "We will phase in", "the best technology.")
    once = dataclasses.replace(again, runs={1: again.runs[1]})
    assert list(earlier_rows(once)) == []
    heard = dataclasses.replace(
        again, clip=dataclasses.replace(again.clip, run=2), runs={1: first.runs[1], 2: again.runs[1]}
    )
    texts = [(row["clip"], row["run"], row["words"]) for row in earlier_rows(heard)]
    assert texts == [("a-talk", 1, "We will face in the best 2 technologies.")]
    corrected = dataclasses.replace(heard, segments=first.segments, corrected=True)
    assert [(row["run"], row["words"]) for row in earlier_rows(corrected)] == [
        (2, "We will phase in the best technology.")
    ]  # run 1 is what the text says now
    save_new(tmp_path, heard, None)
    assert rebuild(tmp_path) == []
    [(_, run, words, times)] = rows(tmp_path / FILE, "earlier_words")
    timed = unpack_times(times, words.split(" "))
    assert (run, [(word.text, word.start) for word in timed][4:6]) == (1, [("the", 10.0), ("best", 11.44)])
