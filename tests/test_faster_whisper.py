"""The faster-whisper engine, with the miniature checkpoint converted for CTranslate2."""

from __future__ import annotations

import hashlib
import statistics
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("av")
faster_whisper = pytest.importorskip("faster_whisper", reason="the extra `faster-whisper` is not installed")

from test_engines import CLIPS, MINIATURE, check_order, load_request, load_truth, measure_errors  # noqa: E402

from ingest.audio import Recording  # noqa: E402
from ingest.engines import Request, get_engine  # noqa: E402
from ingest.errors import EngineError, WeightsMissing  # noqa: E402

CONVERTED = MINIATURE / "ct2"


@pytest.fixture(scope="module")
def engine() -> Any:
    return get_engine("faster-whisper", str(CONVERTED), "cpu", 1)


@pytest.fixture
def silence() -> Recording:
    return Recording.of(np.zeros(16000, np.float32))


@pytest.mark.parametrize("clip", ["a01_rms", "c0_long"])
def test_words_and_times_are_those_of_the_clip(engine: Any, clip: str) -> None:
    request = load_request(CLIPS / f"{clip}.flac", language="en")
    run = engine.recognise(request)
    truth = load_truth(CLIPS / f"{clip}.json")
    assert [word.text for word in run.words] == [word.text for word in truth]
    errors = measure_errors(run.words, truth)
    assert statistics.median(errors) < 0.03
    assert errors[int(len(errors) * 0.95)] < 0.1
    check_order(run)
    assert all(0 < word.probability <= 1 for word in run.words)
    assert (run.engine, run.model, run.language, run.language_probability, run.languages) == (
        "faster-whisper", "ct2", "en", None, {},
    )  # fmt: skip
    assert run.checkpoint_sha256 == hashlib.sha256((CONVERTED / "model.bin").read_bytes()).hexdigest()
    assert run.parameters == {
        "beam_size": 1, "word_timestamps": True, "compute_type": "int8", "device": "cpu", "language": "en",
    }  # fmt: skip


def test_progress_is_told_up_to_the_end_of_the_speech(engine: Any) -> None:
    told: list[float] = []
    request = load_request(CLIPS / "c0_long.flac", progress=told.append)
    engine.recognise(request)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(request.speech[-1][1], abs=0.5)


def test_a_doubtful_window_is_heard_again_alone(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    request = load_request(CLIPS / "a01_rms.flac", language="en")
    expected = engine.recognise(request).words
    batch = type(engine)._hear_batch

    def doubt(self: Any, *arguments: Any) -> list[list[Any]]:
        found = batch(self, *arguments)
        for segment in found[0]:
            segment.compression_ratio, segment.words = 9.0, []
        return found

    monkeypatch.setattr(type(engine), "_hear_batch", doubt)
    assert [word.text for word in engine.recognise(request).words] == [word.text for word in expected]


def test_what_a_batch_leaves_out_at_the_end_of_a_window_is_heard(
    engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = load_request(CLIPS / "a01_rms.flac", language="en")
    expected = engine.recognise(request).words
    batch = type(engine)._hear_batch
    asked = []

    def lose(self: Any, pipeline: Any, request: Request, windows: Any, options: Any) -> list[list[Any]]:
        found = batch(self, pipeline, request, windows, options)
        asked.extend(windows)
        return [found[0][:1]] if len(asked) == 1 else found

    monkeypatch.setattr(type(engine), "_hear_batch", lose)
    run = engine.recognise(request)
    assert [word.text for word in run.words] == [word.text for word in expected]
    assert len(asked) == 2


def test_vocabulary_reaches_the_model(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    class Pipeline:
        def __init__(self, model: Any) -> None: ...

        def transcribe(self, samples: Any, **options: Any) -> Any:
            asked.update(options)
            return [], None

    monkeypatch.setattr("ingest.engines.faster_whisper.BatchedInferencePipeline", Pipeline)
    request = load_request(CLIPS / "a01_rms.flac", vocabulary=("Port Ansgar", "Okoro"))
    run = engine.recognise(request)
    assert asked["hotwords"] == "Port Ansgar, Okoro"
    assert run.parameters["vocabulary"] == ["Port Ansgar", "Okoro"]


def test_nothing_is_heard_where_nobody_speaks(engine: Any, silence: Recording) -> None:
    assert engine.recognise(Request(silence, ())).words == ()


def test_languages_are_asked_for_in_several_windows(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    votes = iter([{"de": 0.9, "en": 0.1}, {"en": 0.97, "de": 0.03}] * 9)
    monkeypatch.setattr(type(engine), "_detect", lambda self, samples: next(votes))
    monkeypatch.setattr(type(engine), "_hear", lambda self, request, windows, language: [])
    multilingual = type("Model", (), {"model": type("Inner", (), {"is_multilingual": True})})
    monkeypatch.setattr(engine, "model", multilingual)
    recording = Recording.of(np.zeros(16000 * 40, np.float32))
    run = engine.recognise(Request(recording, ((0.0, 10.0), (20.0, 30.0))))
    assert (run.language, run.language_probability) == ("en", 0.535)
    assert run.languages == {"de": 0.5, "en": 0.5}


def test_a_model_for_english_refuses_other_languages(engine: Any, silence: Recording) -> None:
    engine.recognise(Request(silence, (), "en"))
    with pytest.raises(EngineError, match="model ct2 hears English only, and this clip is in 'de'"):
        engine.recognise(Request(silence, (), "de"))
    with pytest.raises(EngineError, match="it does not know the language 'xx'"):
        engine.recognise(Request(silence, (), "xx"))


WRONG = [
    ("nope", "", "faster-whisper: there is no model nope; choose from tiny.en, tiny,"),
    ("nope.pt", "", "faster-whisper: there is no folder nope.pt with a converted model; correct --model"),
    (str(CLIPS), "", f"faster-whisper: {CLIPS} is no converted model, it lacks model.bin, config.json"),
    ("base", "tpu", "faster-whisper: there is no device tpu; use --device cpu or cuda"),
    ("base", "cuda:99", "faster-whisper: this machine has no device cuda:99"),
]


@pytest.mark.parametrize(("model", "device", "message"), WRONG)
def test_a_wrong_model_or_device_is_named_at_once(model: str, device: str, message: str) -> None:
    with pytest.raises(EngineError) as caught:
        get_engine("faster-whisper", model, device)
    assert str(caught.value).startswith(message)


def test_a_folder_with_a_damaged_model_is_named(tmp_path: Path, silence: Recording) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(EngineError, match="is not a converted model"):
        get_engine("faster-whisper", str(tmp_path), "cpu").recognise(Request(silence, ()))


def test_missing_weights_name_the_remedy_in_one_line(
    monkeypatch: pytest.MonkeyPatch, silence: Recording
) -> None:
    def download(name: str, local_files_only: bool = False) -> str:
        raise FileNotFoundError("it is not in the cache\nand more") from ConnectionError("no network")

    monkeypatch.setattr("ingest.engines.faster_whisper.download_model", download)
    with pytest.raises(WeightsMissing) as caught:
        get_engine("faster-whisper", "base").recognise(Request(silence, ()))
    assert str(caught.value) == (
        "faster-whisper model base: its weights are not on this machine and could not be downloaded "
        "(no network). Bring the converted model from another machine and name its folder with --model DIR, "
        "or use another --engine"
    )


def test_a_published_model_is_taken_from_the_cache(
    monkeypatch: pytest.MonkeyPatch, silence: Recording
) -> None:
    asked = []

    def download(name: str, local_files_only: bool = False) -> str:
        asked.append((name, local_files_only))
        return str(CONVERTED)

    monkeypatch.setattr("ingest.engines.faster_whisper.download_model", download)
    run = get_engine("faster-whisper", "", "cpu").recognise(Request(silence, ()))
    assert (run.model, asked) == ("small", [("small", True)])
