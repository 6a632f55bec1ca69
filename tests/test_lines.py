import pytest

from ingest.formats import Line
from ingest.lines import Fit, join_lines, order_lines, segment_lines, state_words
from ingest.run import Run
from ingest.words import Word

TEXT = "The harbour opened in spring. Ships came from every coast, and nobody counted them twice."


def heard(*words, duration=60.0):
    return Run("whisper", "1", "m", "", "en", duration, ((0.0, duration),), tuple(words))


def say(text, start, pace=0.5):
    """Words as an engine would hear them, one every so many seconds."""
    return [Word(w, start + n * pace, start + (n + 1) * pace, 0.9) for n, w in enumerate(text.split())]


def show(segments):
    return [(round(s.start, 2), round(s.end, 2), s.speaker, s.text) for s in segments]


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["The harbour opened", "in spring."], ["The harbour opened in spring."]),
        (["The harbour opened.", "Ships came."], ["The harbour opened.", "Ships came."]),
        (["A headline", "The harbour opened."], ["A headline", "The harbour opened."]),
        (["said Mr.", "Rose. Then", "he left."], ["said Mr.", "Rose. Then he left."]),
        (["港口在", "春天开放。", "船来了。"], ["港口在春天开放。", "船来了。"]),
        (
            ["no stops at all", "in this text", "of a machine"],
            ["no stops at all", "in this text", "of a machine"],
        ),
        (["Hello.", "♪ ♪", "– –"], ["Hello."]),
    ],
)
def test_lines_that_break_within_a_sentence_are_joined(texts, joined):
    assert [turn.text for turn in join_lines([Line(text) for text in texts])] == joined


def test_another_speaker_or_a_pause_begins_another_line():
    lines = [
        Line("We opened the", "Ann", 0.0, 1.0),
        Line("harbour and", "Ben", 1.0, 2.0),
        Line("went home", "Ben", 9.0, 10.0),
        Line("early.", "", 10.0, 11.0),
    ]
    turns = [(turn.speaker, turn.text) for turn in join_lines(lines)]
    assert turns == [("Ann", "We opened the"), ("Ben", "harbour and"), ("Ben", "went home early.")]


def test_without_anybody_listening_words_have_the_times_of_their_lines():
    lines = [
        Line("Good day to", "Ann", 1.0, 2.0),
        Line("you all.", "Ann", 2.0, 3.0),
        Line("Bye.", "Ben", 8.0, 9.0),
    ]
    segments, fit = segment_lines(lines, heard())
    assert show(segments) == [(1.0, 3.0, "Ann", "Good day to you all."), (8.0, 9.0, "Ben", "Bye.")]
    assert [word.start for word in segments[0].words] == [
        1.0,
        pytest.approx(1.42, abs=0.01),
        pytest.approx(1.75, abs=0.01),
        2.0,
        pytest.approx(2.44, abs=0.01),
    ]
    assert all(word.inferred for segment in segments for word in segment.words)
    assert fit == Fit(0.0, 0.0)


def test_words_are_where_they_were_heard_in_their_lines():
    words = say(TEXT, 5.0)
    lines = [Line("The harbour opened in spring.", "", 4.8, 7.4), Line(TEXT[30:], "", 7.3, 13.0)]
    segments, fit = segment_lines(lines, heard(*words))
    assert show(segments) == [(5.0, 7.5, "", lines[0].text), (7.5, 12.5, "", lines[1].text)]
    assert not any(word.inferred for segment in segments for word in segment.words)
    assert fit == Fit(1.0, 0.0)


@pytest.mark.parametrize("late", [-12.0, 7.5])
def test_a_clock_that_is_off_is_measured_and_set_right(late):
    words = say(TEXT, 20.0)
    lines = [
        Line("The harbour opened in spring.", "", 20.0 - late, 22.5 - late),
        Line(TEXT[30:], "", 22.5 - late, 27.5 - late),
    ]
    segments, fit = segment_lines(lines, heard(*words))
    assert show(segments) == [(20.0, 22.5, "", lines[0].text), (22.5, 27.5, "", lines[1].text)]
    assert fit.heard == 1.0
    assert fit.shift == pytest.approx(late, abs=2.6)  # counted from the edge of a line
    assert (fit.shift > 0) == (late > 0)


def test_a_text_of_another_recording_keeps_its_own_times():
    words = say("completely different things were said here and none of them in the captions", 0.0)
    lines = [Line("The harbour opened in spring.", "", 30.0, 33.0), Line(TEXT[30:], "", 33.0, 39.0)]
    segments, fit = segment_lines(lines, heard(*words))
    assert show(segments) == [(30.0, 33.0, "", lines[0].text), (33.0, 39.0, "", lines[1].text)]
    assert not fit.is_of_the_recording


def test_a_line_without_a_time_shares_that_of_the_line_before():
    lines = [Line("One two.", "", 10.0), Line("Three four."), Line("Five six.", "", 20.0), Line("Seven.")]
    words, windows = state_words(lines)
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert all(10.0 <= start < 20.0 for start in starts[:4])
    assert all(start >= 20.0 for start in starts[4:])
    assert windows[0] == (10.0, 20.0)


def test_lines_out_of_order_are_put_in_order_and_untimed_ones_stay_with_theirs():
    lines = [Line("Late.", "", 9.0), Line("Later."), Line("Early.", "", 1.0)]
    assert [line.text for line in order_lines(lines)] == ["Early.", "Late.", "Later."]


def test_words_with_times_of_their_own_keep_them():
    own = (Word("Good", 1.0, 1.4, 0.9), Word("day.", 1.5, 1.9, 0.8))
    segments, _ = segment_lines([Line("Good day.", "Ann", 0.0, 3.0, own)], heard())
    assert segments[0].words == own


def test_a_dash_between_two_lines_does_not_confuse_the_words():
    lines = [Line("He said he", "", 1.0, 2.0), Line("– or she –", "", 2.0, 3.0), Line("went.", "", 3.0, 4.0)]
    segments, _ = segment_lines(lines, heard())
    assert [word.text for word in segments[0].words] == ["He", "said", "he –", "or", "she –", "went."]
    starts = [word.start for word in segments[0].words]
    assert starts == sorted(starts)
    assert starts[3] >= 2.0
