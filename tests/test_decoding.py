"""Decoding several windows at once gives what whisper gives for each alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
whisper = pytest.importorskip("whisper")
np = pytest.importorskip("numpy")
pytest.importorskip("av")

from ingest.audio import Recording, load_audio  # noqa: E402
from ingest.engines import Request, get_engine  # noqa: E402
from ingest.engines.decoding import Decoder, split_segments  # noqa: E402

MINIATURE = Path(__file__).parent / "data" / "miniature-whisper"
CLIPS = MINIATURE / "clips"


@pytest.fixture(scope="module")
def model() -> Any:
    torch.set_num_threads(1)
    return whisper.load_model(str(MINIATURE / "whisper-mini.pt"), device="cpu")


@pytest.fixture(scope="module")
def sounds() -> Recording:
    """Two clips end to end: the second begins at 8.406 s."""
    clips = [load_audio(CLIPS / f"{name}.flac").read() for name in ("a01_rms", "a04_en-us")]
    return Recording.of(np.concatenate(clips))


def test_windows_in_one_batch_are_heard_as_whisper_hears_them_alone(model: Any, sounds: Recording) -> None:
    windows = [(0.0, 8.4), (8.4, sounds.duration)]
    heard = list(Decoder(model, sounds.read).hear(windows, "en"))
    assert [each.window for each in heard] == windows
    for each in heard:
        alone = model.transcribe(
            sounds.read(*each.window), word_timestamps=True, condition_on_previous_text=False, fp16=False
        )
        words = [word for segment in alone["segments"] for word in segment["words"]]
        ours = [piece for pieces in each.segments for piece in pieces]
        assert [piece.text for piece in ours] == [word["word"] for word in words]
        starts = [word["start"] + each.window[0] for word in words]
        assert [piece.start for piece in ours] == pytest.approx(starts, abs=0.05)
        assert [piece.probability for piece in ours] == pytest.approx(
            [word["probability"] for word in words], abs=0.02
        )


def test_what_a_window_leaves_unheard_is_heard_in_another(
    model: Any, sounds: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(Decoder(model, sounds.read).hear([(0.0, 8.4)], "en"))
    sentences = [len(pieces) for pieces in whole[0].segments]
    assert len(sentences) == 2
    decode = whisper.decode

    def stop_early(model: Any, features: Any, options: Any) -> Any:
        results = decode(model, features, options)
        for n, result in enumerate(results):
            tokens = result.tokens
            first = next(n for n in range(1, len(tokens)) if tokens[n] >= 50363 <= tokens[n - 1])
            results[n] = type(result)(**vars(result) | {"tokens": tokens[: first + 1]})
        monkeypatch.setattr(whisper, "decode", decode)
        return results

    monkeypatch.setattr(whisper, "decode", stop_early)
    heard = list(Decoder(model, sounds.read).hear([(0.0, 8.4)], "en"))
    assert [len(pieces) for each in heard for pieces in each.segments] == sentences
    assert heard[0].window[1] == heard[1].window[0] < 5
    assert heard[1].window[1] == 8.4


def test_a_text_that_repeats_itself_is_tried_at_higher_temperatures_the_same_each_time(
    model: Any, sounds: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    decode = whisper.decode

    def repeat(model: Any, features: Any, options: Any) -> Any:
        results = decode(model, features, options)
        asked.append(options.temperature)
        if options.temperature == 0:
            return [type(r)(**vars(r) | {"compression_ratio": 9.0}) for r in results]
        return results

    monkeypatch.setattr(whisper, "decode", repeat)
    first, second = (list(Decoder(model, sounds.read).hear([(0.0, 8.4)], "en")) for _ in range(2))
    assert asked[:2] == [0.0, 0.2]
    assert first == second


def test_a_batch_fits_into_its_share_of_memory(model: Any) -> None:
    decoder = Decoder(model, lambda start, end: np.zeros(1))
    assert decoder._choose_batch() == 16
    large = whisper.model.ModelDimensions(128, 1500, 1280, 20, 32, 51866, 448, 1280, 20, 32)
    decoder.model = type("Model", (), {"dims": large})
    assert decoder._choose_batch() == 1


@pytest.mark.parametrize(
    ("tokens", "segments", "rest"),
    [
        ([], [(0.0, 4.0, [])], None),
        ([7, 8], [(0.0, 4.0, [7, 8])], None),
        ([100, 7, 150], [(0.0, 1.0, [100, 7, 150])], None),
        ([100, 7, 150, 150], [(0.0, 1.0, [100, 7, 150])], 1.0),
    ],
)
def test_tokens_are_cut_at_their_timestamps(tokens: list[int], segments: list, rest: float | None) -> None:
    assert split_segments(tokens, 100, 4.0) == (segments, rest)


@pytest.fixture(scope="module")
def polyglot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A multilingual checkpoint that has learnt nothing: what it says is noise."""
    dims = whisper.model.ModelDimensions(80, 1500, 16, 2, 1, 51865, 16, 16, 2, 1)  # says 8 tokens at most
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("polyglot") / "polyglot.pt"
    weights = whisper.Whisper(dims).state_dict()
    torch.save({"dims": vars(dims), "model_state_dict": weights}, path)
    return path


def test_each_window_votes_for_the_language_and_two_are_told(
    polyglot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detect(self: Decoder, features: Any) -> list[dict[str, float]]:
        votes = [{"de": 0.9, "en": 0.1}, {"de": 0.8, "en": 0.2}, {"en": 0.97, "de": 0.03}]
        return [votes[next(turn) % 3] for _ in features]

    turn = iter(range(99))
    monkeypatch.setattr(Decoder, "_detect", detect)
    monkeypatch.setattr(Decoder, "_settle", lambda self, own, result, options: result)
    # Noise may leave a window unfinished, which would then vote again: here each votes once.
    monkeypatch.setattr(Decoder, "_finish", lambda self, window, *others: ([], window[1]))
    speech = ((0.0, 4.0), (10.0, 14.0), (20.0, 24.0))
    engine = get_engine("whisper", str(polyglot), "cpu")
    recording = Recording.of(np.random.default_rng(0).normal(0, 0.1, 16_000 * 25))
    heard: list[float] = []
    run = engine.recognise(Request(recording, speech, progress=heard.append))
    assert (run.language, run.language_probability) == ("de", 0.577)
    assert run.languages == {"de": 0.66, "en": 0.34} or run.languages == {"de": 0.67, "en": 0.33}
    assert heard[-1] == pytest.approx(24.2)
    told = engine.recognise(Request(recording, speech, "fr"))
    assert (told.language, told.language_probability) == ("fr", None)
