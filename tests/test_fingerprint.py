"""The same recording recognised by its sound, and no other taken for it; see bench/fingerprint.py."""

from itertools import combinations, permutations
from pathlib import Path

import pytest
from conftest import encode
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("av", reason="the extra `audio` is not installed")
np = pytest.importorskip("numpy")

from ingest import fingerprint as module  # noqa: E402
from ingest.audio import Recording, load_audio  # noqa: E402
from ingest.fingerprint import (  # noqa: E402
    FILE,
    Fingerprint,
    Fingerprints,
    Match,
    format_fingerprint,
    is_telling,
    load_fingerprint,
    make_fingerprint,
    parse_fingerprint,
)

CLIPS = Path(__file__).parent / "data/miniature-whisper/clips"
RATE = 16_000


def load(path):
    with load_audio(path) as recording:
        return recording.read()


@pytest.fixture(scope="module")
def clips():
    """The samples of the test clips, with the long one cut into pieces as long as the others."""
    long = load(CLIPS / "c0_long.flac")
    pieces = {f"long {n}": long[n * 18 * RATE : (n + 1) * 18 * RATE] for n in range(9)}
    return {path.stem: load(path) for path in CLIPS.glob("a*.flac")} | pieces


def sound(samples):
    return make_fingerprint(Recording.of(np.asarray(samples, np.float32)))


def find(samples, known):
    return Fingerprints([("known", sound(known))]).find(sound(samples))


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout", "bit_rate"),
    [
        ("a.mp3", "libmp3lame", 44_100, "stereo", 128_000),
        ("a.mp3", "libmp3lame", 22_050, "mono", 32_000),
        ("a.opus", "libopus", 48_000, "mono", 24_000),
        ("a.m4a", "aac", 44_100, "stereo", 64_000),
        ("a.wav", "pcm_mulaw", 8_000, "mono", 0),
    ],
)
def test_a_recording_that_was_encoded_anew_is_the_same(clips, tmp_path, name, codec, rate, layout, bit_rate):
    known = Fingerprints((key, sound(samples)) for key, samples in clips.items())
    for key in ("a00_awb", "a01_rms", "long 3"):
        again = encode(clips[key] * 0.5, tmp_path / name, codec, rate, layout, bit_rate)
        match = known.find(sound(load(again)))
        assert match is not None
        assert (match.name, match.offset) == (key, 0.0)
        assert match.difference < 0.12


@pytest.mark.parametrize("before", [0.0, 0.28125, 2.0, 9.99])
@pytest.mark.parametrize("behind", [0.0, 5.5])
def test_silence_around_it_does_not_count(clips, before, behind):
    samples = clips["a00_awb"]
    match = find(samples, np.pad(samples, (int(before * RATE), int(behind * RATE))))
    assert match is not None
    assert match.difference < 0.12
    assert match.offset == pytest.approx(before, abs=0.04)
    assert find(np.pad(samples, (RATE, 0)), samples).offset == pytest.approx(-1.0, abs=0.04)


def test_other_recordings_are_others(clips):
    sounds = {name: sound(samples) for name, samples in clips.items()}
    assert all(map(is_telling, sounds.values()))
    for name in sounds:
        others = Fingerprints((other, each) for other, each in sounds.items() if other != name)
        assert others.find(sounds[name]) is None


@pytest.mark.parametrize("seconds", [3, 5])
def test_a_part_of_a_recording_and_one_that_was_changed_are_others(clips, seconds):
    samples, other = clips["long 2"], clips["long 5"]
    size = seconds * RATE
    replaced = np.concatenate([samples[: 6 * RATE], other[:size], samples[6 * RATE + size :]])
    silenced = np.concatenate([samples[: 6 * RATE], np.zeros(size), samples[6 * RATE + size :]])
    cut = np.concatenate([samples[: 6 * RATE], samples[6 * RATE + size :]])
    changed = [
        samples[size:],
        samples[:-size],
        cut,
        replaced,
        silenced,
        np.concatenate([samples, other[:size]]),
    ]
    for one, two in permutations([samples, *changed], 2):
        if one is samples or two is samples:
            assert find(one, two) is None


def test_the_same_beginning_and_end_do_not_make_two_the_same(clips):
    jingle = clips["a01_rms"][: 5 * RATE]
    programmes = [np.concatenate([jingle, clips[name], jingle]) for name in ("long 1", "long 4", "long 7")]
    for one, two in combinations(programmes, 2):
        assert find(one, two) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.zeros(20 * RATE),
        lambda: 0.3 * np.sin(2 * np.pi * 440 * np.arange(20 * RATE) / RATE),
        lambda: load(CLIPS / "a00_awb.flac")[: int(1.9 * RATE)],
        lambda: np.zeros(0),
        lambda: np.zeros(1),
    ],
    ids=["silence", "a tone", "short", "nothing", "a sample"],
)
def test_what_says_nothing_matches_nothing_not_even_itself(make):
    samples = make()
    assert not is_telling(sound(samples))
    assert find(samples, samples) is None


def test_two_noises_are_not_the_same():
    noises = np.random.default_rng(0).normal(0, 0.1, (2, 30 * RATE))
    assert find(noises[0], noises[0]) == Match("known", 0.0, 0.0)
    assert find(noises[0], noises[1]) is None


def test_it_is_the_same_bytes_however_much_is_read_at_once_and_on_any_machine(clips, monkeypatch):
    chirp = np.arange(6 * RATE) / RATE
    chirp = 0.4 * np.sin(2 * np.pi * (300 + 250 * chirp + 40 * np.sin(9 * chirp)) * chirp) * np.sin(3 * chirp)
    whole = sound(chirp)
    assert format_fingerprint(whole) == (
        "fingerprint 1 · 0.0625 s\n"
        "gICBgYGDg4ODg4ODg4+Fh46MjY6Oj42JkZGRkZGSlp6anp+Hj7mxsb6+vr6+/tbe1NPDwszY7OLCgoKDg4KCnLzc5PTsnPKmwvb4\n"
        "/Pj8/Py8vOaehJjgsMzEhw==\n"
    )
    monkeypatch.setattr(module, "BLOCK", 1.0)
    assert sound(chirp) == whole
    assert sound(clips["a02_slt"]).codes[:8] == sound(clips["a02_slt"][: 4 * RATE]).codes[:8]


def test_long_recordings_have_longer_steps_and_are_found_as_well(clips, monkeypatch):
    monkeypatch.setattr(module, "MOST", 128)
    samples = clips["a02_slt"]
    known = Fingerprints([(name, sound(each)) for name, each in clips.items()])
    assert sound(samples).doublings == 2
    assert len(sound(samples).codes) <= 128
    found = known.find(sound(samples * 0.1))
    assert (found.name, found.offset) == ("a02_slt", 0.0)
    monkeypatch.setattr(module, "MOST", 256)
    assert known.find(sound(samples)) is None, "steps of another length say nothing about each other"


@given(st.binary(max_size=400), st.integers(0, 9))
def test_a_fingerprint_is_read_as_it_was_written(codes, doublings):
    fingerprint = Fingerprint(codes, doublings)
    text = format_fingerprint(fingerprint)
    assert parse_fingerprint(text) == fingerprint
    assert all(len(line) <= 100 for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fingerprint 1",
        "fingerprint 2 · 0.0625 s\nAAAA\n",
        "fingerprint 1 · 0.3 s\n",
        "fingerprint 1 · 0.0625 s\nA",
    ],
)
def test_what_is_no_fingerprint_of_this_version_is_refused_and_a_clip_is_as_if_without(tmp_path, text):
    with pytest.raises(ValueError, match=r"is (not a fingerprint 1|damaged)"):
        parse_fingerprint(text)
    (tmp_path / FILE).write_text(text)
    assert load_fingerprint(tmp_path) is None
    (tmp_path / FILE).unlink()
    assert load_fingerprint(tmp_path) is None


def test_a_name_is_known_by_its_last_fingerprint(clips):
    one, two = sound(clips["a00_awb"]), sound(clips["a01_rms"])
    known = Fingerprints([("x", one)])
    assert known.find(one).name == "x"
    assert known.find(one, besides="x") is None
    known.set("x", two)
    assert known.find(one) is None
    assert known.find(two).name == "x"
    known.set("x", Fingerprint(b""))
    assert known.find(two) is None
    assert Fingerprints().find(one) is None
