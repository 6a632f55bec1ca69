import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.run import Run
from ingest.script import Turn
from ingest.segment import find_turns, segment_turns, time_cues
from ingest.vtt import Cue
from ingest.words import Word, split_words


def run(*words, duration=20.0, speech=((0.0, 20.0),)):
    return Run("test", "1", "", "", "en", duration, speech, tuple(Word(t, a, b, 0.9) for t, a, b in words))


HEARD = run(
    ("good", 1.0, 1.4), ("morning", 1.4, 2.0), ("thank", 5.0, 5.3), ("you", 5.3, 5.6), ("ann", 5.6, 6.0)
)


def test_a_script_becomes_sentences_at_the_times_of_the_words_heard():
    segments, anchored = segment_turns([Turn("Good morning.", "Ann Lee"), Turn("Thank you, Ann.")], HEARD)
    assert [(s.start, s.end, s.text, s.speaker) for s in segments] == [
        (1.0, 2.0, "Good morning.", "Ann Lee"),
        (5.0, 6.0, "Thank you, Ann.", ""),
    ]
    assert anchored == 1.0
    assert segments[1].words == (
        Word("Thank", 5.0, 5.3, 0.9), Word("you,", 5.3, 5.6, 0.9), Word("Ann.", 5.6, 6.0, 0.9),
    )  # fmt: skip


def test_an_engines_words_become_a_turn_from_pause_to_pause():
    assert find_turns(HEARD) == [Turn("good morning"), Turn("thank you ann")]


def test_an_engines_words_in_an_unspaced_script_are_joined_without_spaces():
    heard = run(("今天", 0.0, 0.5), ("NATO", 0.5, 1.0), ("成员", 1.0, 1.5))
    assert find_turns(heard) == [Turn("今天NATO成员")]
    assert find_turns(run(("今天", 0.0, 0.5), ("好", 0.5, 1.0))) == [Turn("今天好")]


def test_a_corrected_word_takes_the_place_of_the_one_heard():
    (segment,) = time_cues([Cue(5.0, 6.0, "Thank you, Anne!", "Bo")], HEARD)
    assert [w.text for w in segment.words] == ["Thank", "you,", "Anne!"]
    assert [w.inferred for w in segment.words] == [False, False, True]
    assert segment.words[2].end <= 6.0


def test_words_that_were_moved_out_of_their_time_are_spread_over_their_segment():
    (segment,) = time_cues([Cue(10.0, 12.0, "Good morning")], HEARD)
    assert segment.words == (
        Word("Good", 10.0, pytest.approx(10.769, abs=0.001), None, True),
        segment.words[1],
    )
    assert (segment.words[1].start, segment.words[1].end) == (segment.words[0].end, 12.0)


def test_without_a_run_all_words_are_inferred():
    (segment,) = time_cues([Cue(1.0, 3.0, "ab cd")], None)
    assert segment.words == (Word("ab", 1.0, 2.0, None, True), Word("cd", 2.0, 3.0, None, True))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2000),
            st.integers(1, 2000),
            st.sampled_from(["Good morning.", "thank you", "字母", "…"]),
        )
    )
)
def test_whatever_the_cues_say_each_word_lies_within_its_segment(steps):
    cues = []
    clock = 0
    for step, length, text in steps:
        clock += step
        cues.append(Cue(clock / 1000, (clock + length) / 1000, text))
    for segment in time_cues(cues, HEARD):
        assert [w.text for w in segment.words] == split_words(segment.text)
        starts = [w.start for w in segment.words]
        assert starts == sorted(starts)
        assert all(segment.start <= w.start < w.end <= segment.end for w in segment.words)
