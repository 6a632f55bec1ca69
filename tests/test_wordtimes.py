import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.words import Word
from ingest.wordtimes import pack_times, unpack_times

HUNDREDTHS = st.integers(min_value=0, max_value=400)


@given(
    st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS, st.none() | st.integers(0, 100), st.booleans())),
    st.integers(0, 10**7),
)
def test_times_come_back_as_they_were_packed(steps, origin):
    words = []
    clock = origin
    for step, length, probability, inferred in steps:
        clock += step
        known = None if probability is None else probability / 100
        words.append(Word("x", clock / 100, (clock + length) / 100, known, inferred))
    assert unpack_times(pack_times(words), ["x"] * len(words)) == words


def test_a_word_takes_about_three_bytes():
    words = [Word("word", i * 0.4, i * 0.4 + 0.38, 0.9) for i in range(1000)]
    assert len(pack_times(words)) == 3 * 1000


def test_times_out_of_order_are_refused():
    with pytest.raises(ValueError, match="out of order"):
        pack_times([Word("b", 2, 3), Word("a", 1, 2)])


def test_a_text_that_has_other_words_is_refused():
    with pytest.raises(ValueError, match="zip"):
        unpack_times(pack_times([Word("a", 1, 2)]), ["a", "b"])
