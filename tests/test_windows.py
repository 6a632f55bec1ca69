"""Windows: every moment of speech in exactly one, none too long, cut where it hurts least."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

np = pytest.importorskip("numpy")

from ingest.windows import LONGEST, MAX_SILENCE, PAD, cut_windows, find_quietest, place_words  # noqa: E402
from ingest.words import Word  # noqa: E402


def middle(start: float, end: float) -> float:
    return (start + end) / 2


@st.composite
def speeches(draw: st.DrawFn) -> tuple[tuple[tuple[float, float], ...], float]:
    """Regions as the detector gives them, and the clip's duration; in hundredths of a second."""
    at, regions = 0, []
    for gap, length in draw(st.lists(st.tuples(st.integers(15, 1200), st.integers(25, 9000)), max_size=25)):
        regions.append(((at + gap) / 100, (at + gap + length) / 100))
        at += gap + length
    return tuple(regions), (at + draw(st.integers(0, 500))) / 100


@given(speeches())
def test_speech_is_in_one_window_and_no_window_is_too_long(made: tuple) -> None:
    speech, duration = made
    windows = cut_windows(speech, duration, middle)
    for start, end in windows:
        assert 0 <= start < end <= duration
        assert end - start <= LONGEST + 2 * PAD + 1e-6 < 30
    assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(windows))
    for start, end in speech:
        heard = sum(max(0.0, min(end, b) - max(start, a)) for a, b in windows)
        assert heard == pytest.approx(end - start, abs=1e-6)


@given(speeches())
def test_long_silence_is_in_no_window(made: tuple) -> None:
    speech, duration = made
    windows = cut_windows(speech, duration, middle)
    for (_, a), (b, _) in pairwise(speech):
        if b - a > MAX_SILENCE:
            assert not any(start < a + 1 and end > b - 1 for start, end in windows)


CUTS = [
    ((), ()),
    (((1.0, 2.0), (3.0, 4.0)), ((0.8, 4.2),)),
    (((0.0, 2.0), (7.0, 9.0)), ((0.0, 2.2), (6.8, 9.2))),
    # at the longest pause of those that leave the window half full, not at the last that fits
    (((0.0, 16.0), (17.5, 26.0), (26.2, 40.0)), ((0.0, 16.2), (17.3, 40.2))),
    # windows do not overlap where the pause is shorter than their padding
    (((0.0, 27.0), (27.2, 40.0)), ((0.0, 27.1), (27.1, 40.2))),
    # a stretch without a pause is cut at its quietest moment
    (((0.0, 40.0),), ((0.0, 25.0), (25.0, 40.2))),
]


@pytest.mark.parametrize(("speech", "windows"), CUTS)
def test_windows_are_cut_where_it_hurts_least(speech: tuple, windows: tuple) -> None:
    made = cut_windows(speech, 60.0, middle)
    assert [tuple(round(t, 3) for t in window) for window in made] == list(windows)


def test_the_quietest_moment_is_found() -> None:
    pytest.importorskip("av")
    from ingest.audio import Recording

    noise = np.random.default_rng(0).normal(0, 0.1, 16_000 * 5).astype(np.float32)
    noise[16_000 * 3 : 16_000 * 3 + 1600] *= 0.01
    with Recording.of(noise) as recording:
        find = find_quietest(recording)
        assert find(1.0, 4.5) == pytest.approx(3.05, abs=0.05)
        assert find(1.0, 1.001) == pytest.approx(1.0005)


PLACES = [
    (("a", 0.2, 1.6), ("a", 1.0, 1.6)),  # begins in the silence before: begins where speech does
    (("a", 0.95, 1.6), ("a", 0.95, 1.6)),  # a tenth of a second is nothing
    (("a", 1.7, 2.9), ("a", 1.7, 2.0)),
    (("a", 2.2, 2.8), ("a", 2.2, 2.8)),  # in silence altogether: evidence of an invention
    (("a", 1.5, 3.4), ("a", 1.5, 3.4)),  # over two regions
    (("a", 0.0, 9.0), ("a", 1.0, 4.0)),
]


@pytest.mark.parametrize(("word", "placed"), PLACES)
def test_words_that_reach_into_silence_are_placed(word: tuple, placed: tuple) -> None:
    assert place_words([Word(*word)], [(1.0, 2.0), (3.0, 4.0)]) == [Word(*placed)]
