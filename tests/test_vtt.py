import io
import math

import pytest
import webvtt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import TranscriptError
from ingest.vtt import Cue, find_asides, format_timestamp, format_vtt, parse_vtt, salvage_vtt

LINES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
TEXTS = st.lists(LINES, min_size=1, max_size=8).map(" ".join)


@st.composite
def cue_lists(draw):
    cues = []
    clock = 0
    for step, length in draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), max_size=8)):
        clock += step
        speaker = draw(st.just("") | TEXTS)
        cues.append(Cue(clock / 1000, (clock + length) / 1000, draw(TEXTS), speaker))
    return cues


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first text of a process takes seconds to draw
@given(cue_lists())
def test_what_is_written_is_read_back(cues):
    assert parse_vtt(format_vtt(cues), "x.vtt") == cues


def test_a_name_that_ends_in_hyphens_makes_no_timing_line():
    cues = [Cue(0.0, 1.0, "Hello.", "Ann --")]
    assert parse_vtt(format_vtt(cues), "x.vtt") == cues


def test_an_independent_reader_finds_the_same_cues():
    cues = [Cue(0.5, 2, "Good & well, 1 < 2 --> 3", "Ann <Lee>"), Cue(3723.004, 3724, "你好")]
    read = webvtt.from_buffer(io.StringIO(format_vtt(cues)))
    assert [(c.start, c.end) for c in read] == [
        ("00:00:00.500", "00:00:02.000"),
        ("01:02:03.004", "01:02:04.000"),
    ]
    assert [c.raw_text for c in read] == ["<v Ann &lt;Lee&gt;>Good &amp; well, 1 &lt; 2 --&gt; 3", "你好"]


def test_what_a_person_may_add_is_passed_over():
    text = """\ufeffWEBVTT - a talk
kind: captions

NOTE checked by Ann

STYLE
::cue { color: red }

intro
01:02.500 --> 01:04.000 align:start
<v.loud Frank Rose>We <b>are</b> proud
of it.</v>

00:01:05.000 --> 00:01:06.000
Thank you &amp; <00:01:05.500>good night, if 1 < 2 and 3 > 2, <bold>.
"""
    assert parse_vtt(text, "x.vtt") == [
        Cue(62.5, 64.0, "We are proud of it.", "Frank Rose"),
        Cue(65.0, 66.0, "Thank you & good night, if 1 < 2 and 3 > 2, <bold>."),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.vtt, line 1: a WebVTT file begins"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n", "x.vtt, line 1: a WebVTT file begins"),
        ("WEBVTT\n\n00:01 --> 00:02\nHi\n", "x.vtt, line 3: expected"),
        ("WEBVTT\n\nHi there\n", "x.vtt, line 3: expected"),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n00:03.000 --> 00:04.000\nHo\n",
            "x.vtt, line 5: a blank line is missing before this cue",
        ),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi\n", "x.vtt, line 3: the cue ends before it starts"),
        (
            "WEBVTT\n\n00:02.000 --> 00:03.000\nHi\n\na\n00:01.000 --> 00:03.000\nHo\n",
            "x.vtt, line 7: the cue starts before",
        ),
    ],
)
def test_a_broken_file_is_refused_with_the_line(text, message):
    with pytest.raises(TranscriptError) as caught:
        parse_vtt(text, "x.vtt")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00:00.000"),
        (59.9996, "00:01:00.000"),
        (3599.9994, "00:59:59.999"),
        (360000.5, "100:00:00.500"),
    ],
)
def test_a_time_is_rounded_once_before_it_is_split(seconds, text):
    assert format_timestamp(seconds) == text


@pytest.mark.parametrize("seconds", [-0.1, math.nan, math.inf])
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(ValueError, match="finite"):
        format_timestamp(seconds)


NOTED = """WEBVTT - checked by Ann
Language: en

NOTE colours

STYLE
::cue { color: red }

00:00:01.000 --> 00:00:02.000
Good day.

NOTE is this
the name?

00:00:05.000 --> 00:00:06.000
Bye.

NOTE last
"""


def test_what_a_person_notes_in_a_file_survives_its_rewriting():
    asides = find_asides(NOTED)
    assert asides == [
        (-1.0, " - checked by Ann\nLanguage: en"), (0.0, "NOTE colours"),
        (0.0, "STYLE\n::cue { color: red }"), (5.0, "NOTE is this\nthe name?"), (math.inf, "NOTE last"),
    ]  # fmt: skip
    assert format_vtt(parse_vtt(NOTED, "x.vtt"), asides) == NOTED
    assert format_vtt([], asides) == NOTED.replace(
        "00:00:01.000 --> 00:00:02.000\nGood day.\n\n", ""
    ).replace("00:00:05.000 --> 00:00:06.000\nBye.\n\n", "")


@pytest.mark.parametrize("starts", [(0.9, 4.98, 9.0), (1.2, 5.3, 9.0), (0.5, 4.0, 9.0)])
def test_a_note_stays_with_its_cue_when_times_change(starts):
    text = format_vtt([Cue(start, start + 0.5, "Hi.") for start in starts], find_asides(NOTED))
    assert [time for time, _ in find_asides(text)] == [-1.0, 0.0, 0.0, starts[1], math.inf]


def test_a_note_right_above_a_cue_hides_it_from_nobody():
    text = (
        "WEBVTT\n00:01.000 --> 00:02.000\nGood day.\n\nNOTE check\nthis name\n00:03.000 --> 00:04.000\nBo.\n"
    )
    cues = [Cue(1.0, 2.0, "Good day."), Cue(3.0, 4.0, "Bo.")]
    assert parse_vtt(text, "x.vtt") == cues
    assert find_asides(text) == [(3.0, "NOTE check\nthis name")]
    reports = []
    assert [cue for _, cue in salvage_vtt(text, lambda *report: reports.append(report))] == cues
    assert reports == []


@given(cue_lists(), st.lists(st.tuples(st.integers(0, 10**7), LINES), max_size=5))
def test_notes_stay_where_they_are_however_often_a_file_is_rewritten(cues, notes):
    asides = sorted((at / 1000, f"NOTE {text}".replace("-->", "")) for at, text in notes)
    text = format_vtt(cues, asides)
    assert parse_vtt(text, "x.vtt") == cues
    assert {note for _, note in find_asides(text)} == {note for _, note in asides}
    assert format_vtt(parse_vtt(text, "x.vtt"), find_asides(text)) == text
