import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.speakers.rttm import VoiceTurn, format_rttm, parse_rttm

TURN = "SPEAKER talk 1 {} {} <NA> <NA> {} <NA> <NA>\n"


def test_turns_are_read_in_order_of_time_and_the_rest_is_passed_over():
    text = (
        "\ufeff;; made by a program\nSPKR-INFO talk 1 <NA> <NA> <NA> unknown a <NA> <NA>\n\n"
        + TURN.format(5, 2.5, "b") + TURN.format("0.25", "1e0", "a") + TURN.format(9, 0, "a")
        + "SPEAKER talk 1 1.0 1.0 <NA> <NA> b <NA>\n"
    )  # fmt: skip
    assert parse_rttm(text, "x.rttm") == [
        VoiceTurn(0.25, 1.25, "a"), VoiceTurn(1.0, 2.0, "b"), VoiceTurn(5.0, 7.5, "b"),
    ]  # fmt: skip


def test_of_several_recordings_the_one_that_is_meant_is_read():
    text = TURN.format(0, 1, "a") + TURN.replace("talk", "other.wav").format(2, 1, "b")
    assert parse_rttm(text, "x.rttm", "talk") == [VoiceTurn(0, 1, "a")]
    assert parse_rttm(text, "x.rttm", "other") == [VoiceTurn(2, 3, "b")]
    with pytest.raises(SourceError, match=r"x.rttm: holds the turns of 2 recordings \(other.wav, talk\)"):
        parse_rttm(text, "x.rttm", "third")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.rttm: holds no line that begins with SPEAKER"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n", "x.rttm, line 1: is no turn"),
        (TURN.format(0, 1, "a") + "SPEAKER talk 1 3\n", "x.rttm, line 2: is no turn"),
        (TURN.format(0, 1, "<NA>"), "x.rttm, line 1: is no turn"),
        (TURN.format("x", 1, "a"), "x.rttm, line 1: 'x' is no time; write seconds"),
        (TURN.format(-1, 1, "a"), "x.rttm, line 1: '-1' is no time"),
        (TURN.format(0, "nan", "a"), "x.rttm, line 1: 'nan' is no time"),
    ],
)
def test_what_is_no_rttm_is_refused_with_its_line(text, message):
    with pytest.raises(SourceError) as error:
        parse_rttm(text, "x.rttm")
    assert str(error.value).startswith(message)


@given(
    st.lists(
        st.builds(
            lambda start, length, label: VoiceTurn(start / 1000, (start + length) / 1000, label),
            st.integers(0, 10**7), st.integers(1, 10**6), st.sampled_from(["a", "SPEAKER_00", "李明"]),
        ),
        min_size=1,
    )
)  # fmt: skip
def test_what_is_written_is_read_back(turns):
    read = parse_rttm(format_rttm(turns, "a talk", "by\nhand"), "x.rttm")
    assert read == sorted(turns, key=lambda turn: (turn.start, turn.end, turn.label))
