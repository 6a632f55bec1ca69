import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.coverage import REACH, find_holes, measure_coverage
from ingest.words import Word

SPEECH = [(1.0, 4.0), (5.0, 9.0), (20.0, 50.0)]


@pytest.mark.parametrize(
    ("words", "holes", "coverage"),
    [
        ([], [(1.0, 50.0)], 0.0),
        ([(1, 4), (5, 9), (20, 50)], [], 1.0),
        ([(1, 4), (20, 50)], [(5.0, 9.0)], 33 / 37),
        ([(1, 9), (20, 21), (49, 50)], [(21.4, 48.6)], 1 - 27.2 / 37),
        ([(1, 9), (20, 30), (31.5, 50)], [], 1 - 0.7 / 37),
        ([(0, 60)], [], 1.0),
        ([(1, 9)], [(20.0, 50.0)], 7 / 37),
    ],
)
def test_a_hole_is_where_somebody_speaks_and_no_word_is_near(words, holes, coverage):
    words = [Word("x", start, end) for start, end in words]
    assert [(round(a, 3), round(b, 3)) for a, b in find_holes(SPEECH, words)] == holes
    assert measure_coverage(SPEECH, words) == pytest.approx(coverage)


def test_where_nobody_speaks_nothing_is_missing():
    assert measure_coverage([], []) == 1.0
    assert find_holes([], [Word("x", 1, 2)]) == []


TENTHS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=6)


@given(TENTHS, TENTHS)
def test_coverage_is_what_counting_each_hundredth_of_a_second_gives(speech, words):
    def lay_out(steps):
        clock = 0
        for gap, length in steps:
            clock += gap
            yield clock / 10, (clock + length) / 10
            clock += length

    regions = list(lay_out(speech))
    spoken = [Word("x", start, end) for start, end in lay_out(words)]
    ticks = [n / 100 + 0.005 for a, b in regions for n in range(round(a * 100), round(b * 100))]
    heard = sum(any(w.start - REACH < t < w.end + REACH for w in spoken) for t in ticks)
    assert measure_coverage(regions, spoken) == pytest.approx(heard / len(ticks) if ticks else 1.0)
