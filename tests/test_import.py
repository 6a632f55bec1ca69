"""Texts by other programs, taken in with their recording and without it, through the command line."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from test_intake import MODEL, SPOKEN, TEXT, desk, files, ingest, take

from ingest.archive import rebuild
from ingest.transcript import load_transcript

__all__ = ["desk"]

SRT = """1
00:00:00,100 --> 00:00:02,000
ANN LEE: Tomorrow will be mostly sunny with

2
00:00:02,000 --> 00:00:04,500
a high of 24 degrees.

3
00:00:05,000 --> 00:00:08,300
BO EK: We will have more on this story at eleven.
"""
LETTER = "The harbour is closed.\n\nBO EK: Nobody knows why. It was open."


def load(outcome):
    return load_transcript(Path("transcripts") / outcome["clip"])


def read(outcome):
    return [(s.speaker, s.text) for s in load(outcome).segments]


def starts(outcome):
    return [word.start for segment in load(outcome).segments for word in segment.words]


def later(seconds):
    """The captions, each so many seconds later."""
    for old in ("00,1", "02,0", "04,5", "05,0", "08,3"):
        yield f"00:00:{old}", f"00:00:{float(old.replace(',', '.')) + seconds:04.1f}".replace(".", ",")


def test_captions_beside_a_recording_are_its_text_at_the_times_heard(desk):
    Path("weather.srt").write_text(SRT)
    outcome = take("weather.flac")
    assert read(outcome) == [
        ("Ann Lee", "Tomorrow will be mostly sunny with a high of 24 degrees."),
        ("Bo Ek", "We will have more on this story at eleven."),
    ]
    transcript = load(outcome)
    assert (transcript.clip.text_from, transcript.clip.notice, transcript.runs[1].engine) == (
        "import", "", "whisper",
    )  # fmt: skip
    captions = starts(outcome)
    shutil.rmtree("transcripts")
    Path("weather.srt").unlink()
    assert captions == pytest.approx(starts(take("weather.flac")), abs=0.02)
    assert [word.inferred for s in transcript.segments for word in s.words] == [False] * 20


def test_captions_on_another_clock_are_timed_anew_and_the_reader_is_told(desk):
    late = SRT
    for old, new in later(30):
        late = late.replace(old, new)
    Path("weather.srt").write_text(late)
    outcome = take("weather.flac")
    assert re.fullmatch(r"The imported text was about 3[01] s late; it was timed anew.", outcome["message"])
    assert starts(outcome)[0] < 1
    again = take("weather.flac", "--offset", "-30")
    assert (again["message"], load(again).clip.offset) == ("the published text has changed", -30.0)
    assert load(again).clip.notice == ""
    assert take("weather.flac")["status"] == "unchanged", "the offset is kept"


def test_captions_of_another_recording_keep_their_times_and_the_reader_is_told(desk):
    Path("weather.srt").write_text(SRT.replace("sunny", "rain").translate(str.maketrans("aeiou", "uaoei")))
    outcome = take("weather.flac")
    assert outcome["message"].startswith("Only ")
    assert "were heard in the recording; its times are its own" in outcome["message"]
    assert [round(s.start, 1) for s in load(outcome).segments] == [0.1, 5.0]


def test_nobody_has_to_listen_where_every_word_has_its_time(desk):
    Path("weather.json").write_text(
        '{"segments": [{"start": 0.1, "end": 1.0, "text": " Tomorrow sunny.", "words": ['
        '{"word": " Tomorrow", "start": 0.1, "end": 0.5, "probability": 0.9},'
        '{"word": " sunny.", "start": 0.5, "end": 1.0, "probability": 0.8}]}], "language": "en"}'
    )
    (outcome,), warnings = ingest("weather.flac", "--script", "weather.json")
    transcript = load(outcome)
    assert [(w.text, w.start, w.end, w.probability) for s in transcript.segments for w in s.words] == [
        ("Tomorrow", 0.1, 0.5, 0.9), ("sunny.", 0.5, 1.0, 0.8),
    ]  # fmt: skip
    assert (transcript.runs[1].engine, transcript.runs[1].parameters["format"]) == ("import", "whisper")
    assert (transcript.clip.facts.language, transcript.clip.duration) == ("en", pytest.approx(8.4, abs=0.01))
    assert "whisper" not in warnings


def test_captions_keep_their_times_where_nobody_can_listen(desk):
    Path("weather.srt").write_text(SRT)
    (outcome,), warnings = ingest("weather.flac", "--language", "fr")
    assert "spread over the speech" in warnings or "its imported text keeps its own times" in warnings
    assert [round(s.start, 1) for s in load(outcome).segments] == [0.1, 5.0]
    assert ingest("weather.flac", "--engine", "none", "--again")[0][0]["status"] != "failed"


def test_captions_without_a_recording_are_a_clip_with_their_times(desk):
    Path("weather.flac").unlink()
    Path("evening.srt").write_text(SRT)
    outcome = take(".", "--title", "Evening", "--date", "2013")
    assert (outcome["clip"], outcome["duration"], outcome["coverage"]) == ("2013-evening", 8.3, None)
    transcript = load(outcome)
    clip = transcript.clip
    assert (clip.audio, clip.document, clip.timed, clip.text_from) == ("", "evening.srt", True, "import")
    assert read(outcome)[1] == ("Bo Ek", "We will have more on this story at eleven.")
    before = files()
    assert take("evening.srt")["status"] == "unchanged"
    assert files() == before


def test_a_text_without_times_or_recording_is_a_clip_without_times(desk):
    Path("letter.txt").write_text(LETTER)
    outcome = take("letter.txt")
    clip = load(outcome).clip
    assert (clip.timed, clip.text_from, clip.duration) == (False, "script", 0.0)
    assert read(outcome) == [
        ("", "The harbour is closed."), ("Bo Ek", "Nobody knows why."), ("Bo Ek", "It was open."),
    ]  # fmt: skip
    values = yaml.safe_load((Path("transcripts") / outcome["clip"] / "clip.yml").read_text())
    assert values["timed"] is False
    assert rebuild(Path()) == []
    assert take("letter.txt")["status"] == "unchanged"


def test_a_recording_that_comes_later_times_the_clip_that_its_text_is_known_as(desk):
    Path("weather.flac").rename("away")
    Path("weather.txt").write_text(TEXT)
    first = take("weather.txt")
    assert load(first).clip.timed is False
    Path("away").rename("weather.flac")
    outcome = take("weather.flac")
    assert (outcome["clip"], outcome["status"]) == (first["clip"], "updated")
    assert outcome["message"] == "its recording has come; run 2 added"
    clip = load(outcome).clip
    assert (clip.timed, clip.audio, clip.document) == (True, "weather.flac", "")
    assert starts(outcome)[-1] > 5.5


def test_what_a_reader_repairs_is_told_with_its_line(desk):
    Path("weather.srt").write_text(SRT.replace("00:00:08,300", "0:x8"))
    (_outcome,), warnings = ingest("weather.flac", "--model", MODEL)
    assert "weather.srt, line" in warnings


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.srt", b"", "empty.srt: holds no words"),
        ("weird.json", b'{"a": 1}', "weird.json: "),
        ("picture.vtt", b"\x89PNG\r\n\x1a\n\x00\x00", "picture.vtt: "),
        ("report.srt", b"%PDF-1.4", "report.srt: is a PDF"),
    ],
)
def test_a_file_that_is_no_text_fails_in_one_line_and_the_rest_goes_on(desk, name, content, message):
    Path(name).write_bytes(content)
    outcomes, _ = ingest(name, "weather.flac", "--model", MODEL, status=1)
    assert [outcome["status"] for outcome in outcomes] == ["failed", "added"]
    assert outcomes[0]["message"].startswith(message)
    assert "\n" not in outcomes[0]["message"]


@pytest.mark.parametrize("offset", ["x", "1:2:3:4:5", ""])
def test_an_offset_that_is_no_time_is_refused(desk, offset):
    assert "offset" in ingest("weather.flac", "--offset", offset, status=2)[1]


def test_an_edit_of_an_imported_text_outlives_its_new_times(desk):
    Path("weather.srt").write_text(SRT)
    folder = Path("transcripts") / take("weather.flac")["clip"]
    path = folder / "transcript.vtt"
    path.write_text(path.read_text().replace("mostly sunny", "mainly sunny"))
    assert take("weather.flac", "--offset", "0.5")["status"] == "updated"
    assert "mainly sunny" in path.read_text()
    assert SPOKEN.exists()


def test_a_text_without_a_recording_says_when_it_came_and_comes_once(desk):
    Path("talk.srt").write_text(SRT)
    outcome = take("talk.srt")
    (run,) = load(outcome).runs.values()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", run.made)
    again = take("talk.srt", "--again")
    assert (again["status"], list(load(again).runs)) == ("unchanged", [1])
    assert load(again).runs[1].made == run.made
