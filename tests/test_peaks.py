"""How loud a recording is from moment to moment, and how that is kept."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import peaks as module
from ingest.errors import TranscriptError
from ingest.peaks import FILE, MOST, format_peaks, load_peaks, make_peaks, parse_peaks, thin_peaks

RATE = 16_000


def measure(samples):
    pytest.importorskip("av", reason="the extra `audio` is not installed")
    from ingest.audio import Recording

    with Recording.of(samples) as recording:
        return make_peaks(recording)


@pytest.fixture
def np():
    return pytest.importorskip("numpy")


def test_each_tenth_of_a_second_has_its_loudest_sample_whichever_way_it_swings(np):
    samples = np.zeros(RATE, np.float32)
    samples[[0, 1600, 4799, 8000, 15_999]] = 0.42, -0.07, 1.0, -1.0, 0.004
    assert list(measure(samples)) == [42, 7, 100, 0, 0, 100, 0, 0, 0, 0]


@pytest.mark.parametrize(("samples", "count"), [(0, 0), (1, 1), (1600, 1), (1601, 2), (16_001, 11)])
def test_the_stretches_are_equally_long_and_none_is_longer_than_a_tenth(np, samples, count):
    assert len(measure(np.full(samples, 0.5, np.float32))) == count
    assert set(measure(np.full(samples, 0.5, np.float32))) <= {50}


def test_a_long_recording_has_longer_stretches_and_no_more_of_them(np, monkeypatch):
    monkeypatch.setattr(module, "MOST", 8)
    samples = np.repeat(np.arange(8, dtype=np.float32) / 10, 4001)
    assert list(measure(samples)) == [0, 10, 20, 30, 40, 50, 60, 70]


@pytest.mark.parametrize("block", [0.01, 0.3, 1.0, 1000.0])
def test_it_is_the_same_however_much_is_read_at_once(np, monkeypatch, block):
    samples = np.random.default_rng(0).normal(0, 0.1, 3 * RATE + 777).astype(np.float32)
    whole = measure(samples)
    edges = [n * len(samples) // len(whole) for n in range(len(whole) + 1)]
    plain = [abs(samples[a:b]).max() for a, b in pairwise(edges)]
    assert list(whole) == [round(100 * float(value)) for value in plain]
    monkeypatch.setattr(module, "BLOCK", block)
    assert measure(samples) == whole


@given(st.lists(st.integers(0, 100), max_size=300).map(bytes))
def test_peaks_are_read_as_they_were_written(peaks):
    text = format_peaks(peaks)
    assert parse_peaks(text) == peaks
    assert all(len(line) <= 100 for line in text.splitlines())


def test_they_are_plain_text():
    assert format_peaks(bytes([0, 7, 100] * 9)) == (
        "peaks 1 · 27\n0 7 100 0 7 100 0 7 100 0 7 100 0 7 100 0 7 100 0 7 100 0 7 100 0\n7 100\n"
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "is not a peaks 1"),
        ("peaks 2 · 1\n0\n", "is not a peaks 1"),
        ("peaks 1 · 3\n0 7\n", "is damaged (it holds 2 of 3 numbers)"),
        ("peaks 1 · 1\n0 7\n", "is damaged (it holds 2 of 1 numbers)"),
        ("peaks 1 · 1\n101\n", "is damaged ('101' is no number from 0 to 100)"),
        ("peaks 1 · 1\n-1\n", "is damaged ('-1' is no number from 0 to 100)"),
        ("peaks 1 · 1\n٣\n", "is damaged ('٣' is no number from 0 to 100)"),
        ("peaks 1 · 1\n<html>\n", "is damaged ('<html>' is no number from 0 to 100)"),
    ],
)
def test_a_damaged_file_is_one_line_that_names_it(tmp_path, text, error):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared
        parse_peaks(text)
    assert str(raised.value) == error
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(TranscriptError) as told:
        load_peaks(tmp_path)
    remedy = "bring it back, or ingest the clip with --again"
    assert str(told.value) == f"{tmp_path.name}/peaks.txt: {error}; {remedy}"


def test_bytes_that_are_no_text_are_one_line_too(tmp_path):
    (tmp_path / FILE).write_bytes(b"peaks 1 \xb7 1\n0\n")
    with pytest.raises(TranscriptError, match=r"peaks\.txt: .*can't decode byte 0xb7"):
        load_peaks(tmp_path)
    (tmp_path / FILE).unlink()
    assert load_peaks(tmp_path) == b""


@pytest.mark.parametrize(
    ("peaks", "most", "thinned"),
    [
        ([], 3, []),
        ([5], 3, [0.05]),
        ([0, 42, 100], 3, [0.0, 0.42, 1.0]),
        ([1, 2, 3, 4, 5, 6], 3, [0.02, 0.04, 0.06]),
        ([9, 0, 0, 0, 8], 2, [0.09, 0.08]),  # the stretch in the middle lies in both
        ([0, 0, 7, 0, 0], 2, [0.07, 0.07]),
    ],
)
def test_fewer_stretches_keep_every_loud_moment_at_its_place(peaks, most, thinned):
    assert thin_peaks(bytes(peaks), most) == thinned


@given(st.binary(min_size=1, max_size=200).map(lambda b: bytes(x % 101 for x in b)), st.integers(1, 50))
def test_however_many_there_are_the_loudest_is_among_them(peaks, most):
    thinned = thin_peaks(peaks, most)
    assert len(thinned) == min(most, len(peaks))
    assert max(thinned) == max(peaks) / 100
    for at, value in enumerate(peaks):
        assert thinned[at * len(thinned) // len(peaks)] >= value / 100


def test_a_days_recording_stays_small():
    assert len(format_peaks(bytes([100] * MOST))) < 65_000
