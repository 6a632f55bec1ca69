import dataclasses
import re
from pathlib import Path

import pytest

from ingest.chapters import Chapter
from ingest.errors import TranscriptError
from ingest.facts import Facts, Speaker
from ingest.files import save_file
from ingest.published import Published
from ingest.run import Run, format_run, parse_run
from ingest.segment import time_cues
from ingest.transcript import (
    Clip,
    Edit,
    Transcript,
    find_script,
    hash_text,
    is_edited,
    list_ids,
    load_clip,
    load_transcript,
    make_id,
    save_changes,
    save_new,
)
from ingest.vtt import Cue
from ingest.words import Word

RUN = Run(
    engine="whisper", version="1", model="base", checkpoint_sha256="ab", language="en", duration=9.5,
    speech=((0.5, 2.0), (3.0, 9.0)), parameters={"beam": 5}, made="2026-11-23T10:00:00Z",
    words=(Word("Good", 0.5, 1.0, 0.987), Word("day.", 1.0, 2.0), Word("你好。", 3.0, 9.0, 0.5, True)),
)  # fmt: skip
CLIP = Clip(
    id="2013-a-talk",
    facts=Facts(
        title="A talk: “yes”", date="2013~", language="en", speakers=(Speaker("Ann Lee", "Mayor", "host"),)
    ),
    origins={"title": "option 00000000"},
    audio="clips/talk.mp3",
    audio_sha256="cd",
    samples_sha256="ef",
    duration=9.5,
    text_from="script",
    notice="no: 1",
    offset=-1.25,
    edits=(Edit("2026-11-23T10:00:00Z", "Bo: “Ek”"),),
    chapters=(Chapter(0.0, "Intro: yes"), Chapter(3.25, "你好", "https://e.org/2")),
)
CUES = [Cue(0.5, 2.0, "Good day.", "Ann Lee"), Cue(3.0, 9.0, "你好。")]
SCRIPT = Published("Good day.\r\n你好。".encode("utf-16"), ".srt", 0.5)


@pytest.fixture
def transcript():
    return Transcript(CLIP, tuple(time_cues(CUES, RUN)), {1: RUN})


def test_a_clip_comes_back_from_its_folder_as_it_was_saved(tmp_path, transcript):
    folder = save_new(tmp_path, transcript, SCRIPT)
    assert folder == tmp_path / "transcripts/2013-a-talk"
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*.*")) == [
        "clip.yml", "runs/0001.json", "script.srt", "transcript.vtt",
    ]  # fmt: skip
    clip = dataclasses.replace(CLIP, text_sha256=hash_text(CUES))
    assert load_transcript(folder) == dataclasses.replace(transcript, clip=clip)
    assert find_script(folder, 0.5) == SCRIPT
    assert list_ids(tmp_path) == ["2013-a-talk"]


def test_another_text_that_existed_already_takes_the_place_of_the_first(tmp_path, transcript):
    folder = save_new(tmp_path, transcript, SCRIPT)
    save_changes(folder, transcript, Published(b"Good day.", ".txt"))
    assert find_script(folder) == Published(b"Good day.", ".txt")
    save_changes(folder, transcript, None)
    assert find_script(folder) == Published(b"Good day.", ".txt"), "nothing is lost for want of a new one"


def test_a_text_is_edited_when_its_words_or_speakers_differ_not_its_lines_or_times():
    clip = dataclasses.replace(CLIP, text_sha256=hash_text(CUES))
    moved = [Cue(0.0, 1.0, "Good", "Ann Lee"), Cue(1.0, 2.0, "day.", "Ann Lee"), Cue(3.0, 9.0, "你好。")]
    assert not is_edited(clip, CUES)
    assert not is_edited(clip, moved)
    assert is_edited(clip, [CUES[0], dataclasses.replace(CUES[1], speaker="Ann Lee")])
    assert is_edited(clip, [dataclasses.replace(CUES[0], text="Good days."), CUES[1]])
    assert not is_edited(dataclasses.replace(clip, text_sha256=""), moved[:1]), "nobody knows"


def test_a_run_comes_back_as_it_was_written():
    assert parse_run(format_run(RUN)) == RUN
    nothing = dataclasses.replace(RUN, words=(), speech=())
    assert parse_run(format_run(nothing)) == nothing
    two = dataclasses.replace(RUN, language_probability=0.9, languages={"en": 0.7, "de": 0.3})
    assert parse_run(format_run(two)) == two


def test_a_run_of_an_earlier_version_is_still_read():
    text = (
        Path(__file__).parent.parent / "transcripts/2025-angangqiyongxindejingshuizhan/runs/0001.json"
    ).read_text()
    run = parse_run(re.sub(r' "(language_probability|languages)":.*\n', "", text))
    assert (run.language, run.language_probability, run.languages) == ("zh", None, {})


def test_a_run_has_a_line_for_each_word():
    assert '\n  {"text": "Good", "start": 0.5, "end": 1.0, "probability": 0.987},\n' in format_run(RUN)


def test_saving_the_same_again_touches_no_file(tmp_path, transcript):
    folder = save_new(tmp_path, transcript, None)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*.*")}
    save_changes(folder, transcript, None)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*.*")} == before


def test_a_clip_that_is_there_is_never_overwritten(tmp_path, transcript):
    save_new(tmp_path, transcript, None)
    with pytest.raises(FileExistsError):
        save_new(tmp_path, transcript, None)


def test_a_write_that_fails_half_way_leaves_nothing_behind(tmp_path, transcript, monkeypatch):
    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save_new(tmp_path, transcript, None)
    assert list((tmp_path / "transcripts").iterdir()) == []
    (tmp_path / "old").write_text("old")
    with pytest.raises(OSError, match="disk full"):
        save_file(tmp_path / "old", b"new")
    assert [p.read_text() for p in tmp_path.glob("*old*")] == ["old"]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("clip.yml", None, "2013-a-talk/clip.yml: is missing"),
        ("clip.yml", "id: other\n", "2013-a-talk/clip.yml: says id 'other'"),
        ("clip.yml", "id: 2013-a-talk\ncolour: red\n", "2013-a-talk/clip.yml: there is no key 'colour'"),
        (
            "clip.yml",
            "id: 2013-a-talk\nreview: done\n",
            "2013-a-talk/clip.yml: review is 'done'; choose from",
        ),
        ("clip.yml", "id: 2013-a-talk\nduration: long\n", "2013-a-talk/clip.yml: cannot be read"),
        (
            "clip.yml",
            "id: 2013-a-talk\nchapters: [{start: soon, title: A}]\n",
            "2013-a-talk/clip.yml: cannot be read: a chapter has a start of its own",
        ),
        ("clip.yml", "id: 2013-a-talk\nrun: 7\n", "2013-a-talk: clip.yml names run 7"),
        ("transcript.vtt", None, "2013-a-talk/transcript.vtt: is missing"),
        ("transcript.vtt", "hello", "2013-a-talk/transcript.vtt, line 1"),
        ("runs/0001.json", "{", "2013-a-talk/runs/0001.json: is not a run"),
        ("runs/0001.json", "[]", "2013-a-talk/runs/0001.json: is not a run"),
        ("runs/0001.json", None, "2013-a-talk: clip.yml names run 1"),
    ],
)
def test_a_damaged_folder_is_reported_with_the_file(tmp_path, transcript, file, content, message):
    folder = save_new(tmp_path, transcript, None)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content)
    with pytest.raises(TranscriptError) as caught:
        load_transcript(folder)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_person_may_edit_the_facts(tmp_path, transcript):
    folder = save_new(tmp_path, transcript, None)
    path = folder / "clip.yml"
    path.write_text(path.read_text().replace("A talk: “yes”", "Another talk").replace("2013~", "2014"))
    assert load_clip(folder).facts == dataclasses.replace(CLIP.facts, title="Another talk", date="2014")


@pytest.mark.parametrize(
    ("title", "date", "clip_id"),
    [
        ("A Talk, Äußerst “Kurz”", "", "a-talk-ausserst-kurz"),
        ("A talk", "2013-05~", "2013-05-a-talk"),
        ("A talk", "2013-05-14T06:30:00Z", "2013-05-14-a-talk"),
        ("安港", "2025", "2025-angang"),
        ("../../etc/passwd", "", "etc-passwd"),
        ("!?", "", "unnamed"),
        ("word " * 60, "2013", "2013-" + "word-" * 14 + "w"),
        ("Taken", "", "taken-3"),
    ],
)
def test_an_id_is_made_from_date_and_title(title, date, clip_id):
    assert make_id(title, date, {"taken", "taken-2"}) == clip_id
