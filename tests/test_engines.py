"""Engines: real audio through the real programs, and what they say when they cannot run."""

from __future__ import annotations

import hashlib
import json
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("av")

from ingest.alignment import MIN_ANCHORED, align  # noqa: E402
from ingest.audio import Recording, load_audio  # noqa: E402
from ingest.engines import Request, get_engine, list_engines  # noqa: E402
from ingest.errors import EngineError, WeightsMissing  # noqa: E402
from ingest.matching import match_tokens, tokenize  # noqa: E402
from ingest.run import Run, format_run, parse_run  # noqa: E402
from ingest.speech import find_speech  # noqa: E402
from ingest.words import Word, split_words  # noqa: E402

ROOT = Path(__file__).parents[1]
MINIATURE = Path(__file__).parent / "data" / "miniature-whisper"
CHECKPOINT = MINIATURE / "whisper-mini.pt"
CLIPS = MINIATURE / "clips"
SHARED = ROOT.parent / "shared" / "audio" / "made"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")


def load_request(path: Path, **values: Any) -> Request:
    recording = load_audio(path)
    return Request(recording, find_speech(recording), **values)


def load_truth(path: Path) -> list[Word]:
    facts = json.loads(path.read_text())
    if "words" in facts:
        return [Word(word["w"], word["s"], word["e"]) for word in facts["words"]]
    words = [word for sentence in facts["sentences"] for word in sentence["words"]]
    return [Word(word["word"], word["start"], word["end"]) for word in words]


def measure_errors(words: tuple[Word, ...], truth: list[Word]) -> list[float]:
    """Seconds between the starts of the words that both sides have, sorted."""
    ours, theirs = tokenize([w.text for w in words]), tokenize([w.text for w in truth])
    pairs = [(ours[i], theirs[j]) for i, j in match_tokens(ours, theirs).items()]
    return sorted(
        abs(words[a.word].start - truth[b.word].start) for a, b in pairs if a.start == 0 and b.start == 0
    )


def check_order(run: Run) -> None:
    starts = [word.start for word in run.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start < word.end <= run.duration for word in run.words)
    assert all(word.text == word.text.strip() != "" for word in run.words)


def test_the_engines_are_declared() -> None:
    assert {"faster-whisper", "pocketsphinx", "whisper"} <= set(list_engines())


# Whisper


@pytest.fixture(scope="module")
def whisper() -> Any:
    pytest.importorskip("whisper")
    return get_engine(
        "whisper", str(CHECKPOINT), "cpu", 1
    )  # two threads wait for each other on a busy machine


@pytest.mark.parametrize("clip", ["a01_rms", "c0_long"])
def test_whisper_hears_words_and_times(whisper: Any, clip: str) -> None:
    request = load_request(CLIPS / f"{clip}.flac", language="en")
    run = whisper.recognise(request)
    truth = load_truth(CLIPS / f"{clip}.json")
    assert " ".join(word.text for word in run.words) == " ".join(word.text for word in truth)
    errors = measure_errors(run.words, truth)
    assert statistics.median(errors) < 0.03
    assert errors[int(len(errors) * 0.95)] < 0.1
    check_order(run)
    assert all(0 < word.probability <= 1 for word in run.words)
    assert parse_run(format_run(run)).words[0].text == truth[0].text
    assert (run.engine, run.version, run.model, run.language, run.speech) == (
        "whisper", "20250625", "whisper-mini.pt", "en", request.speech,
    )  # fmt: skip
    assert run.checkpoint_sha256 == hashlib.sha256(CHECKPOINT.read_bytes()).hexdigest()
    assert run.parameters["condition_on_previous_text"] is False
    assert run.duration == request.recording.duration


def test_whisper_says_nothing_in_silence_and_prints_nothing(
    whisper: Any, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    run = whisper.recognise(Request(Recording.of(np.zeros(16000 * 3, np.float32)), (), "en"))
    assert (run.words, run.language) == ((), "en")
    assert capfd.readouterr() == ("", "")
    assert not list(recwarn)


def test_a_model_for_english_refuses_other_languages(whisper: Any) -> None:
    with pytest.raises(EngineError, match=r"whisper-mini\.pt hears English only, and this clip is in 'de'"):
        whisper.recognise(Request(Recording.of(np.zeros(16000, np.float32)), (), "de"))


PIECES = [
    ([[" A", " long", "-term", " plan", ",", " he"]], ["A", "long-term", "plan,", "he"]),
    ([[" one", " –", " two"]], ["one –", "two"]),
    ([[" …", " Yes"]], ["Yes"]),
    ([["Well", " said"], ["Done"]], ["Well", "said", "Done"]),
    ([["导", "弹", "，", "NATO", "成员"]], ["导", "弹，", "NATO", "成员"]),
    ([[" in", " 3", ".", "2", " …"]], ["in", "3.2 …"]),
    ([["", " "]], []),
]


@pytest.mark.parametrize(("segments", "words"), PIECES)
def test_pieces_become_words(segments: list[list[str]], words: list[str]) -> None:
    from ingest.engines.pieces import Piece, join_pieces

    made = [[Piece(text, n, n + 1, 0.5) for n, text in enumerate(pieces)] for pieces in segments]
    assert [word.text for word in join_pieces(made)] == words


WRONG_MODELS = [
    ("nope", "", "whisper: there is no model nope; choose from tiny.en, tiny, base.en, base,"),
    ("nope.pt", "", "whisper: there is no checkpoint file nope.pt; correct --model"),
    ("folder/nope", "", "whisper: there is no checkpoint file folder/nope; correct --model"),
    ("base", "tpu", "whisper: there is no device tpu; use --device cpu or cuda"),
    ("base", "cuda:99", "whisper: this machine has no device cuda:99"),
]


@pytest.mark.parametrize(("model", "device", "message"), WRONG_MODELS)
def test_a_wrong_model_or_device_is_named_at_once(model: str, device: str, message: str) -> None:
    pytest.importorskip("whisper")
    with pytest.raises(EngineError) as caught:
        get_engine("whisper", model, device)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "content", [b"", b"no checkpoint", b"\x80\x02}q\x00."], ids=["empty", "text", "pickle"]
)
def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("whisper")
    (tmp_path / "bad.pt").write_bytes(content)
    engine = get_engine("whisper", str(tmp_path / "bad.pt"))
    with pytest.raises(EngineError, match=r"bad\.pt is not a whisper checkpoint"):
        engine.recognise(Request(Recording.of(np.zeros(16000, np.float32)), ()))


def test_missing_weights_name_the_remedy_and_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whisper = pytest.importorskip("whisper")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    unreachable = {"base": f"http://127.0.0.1:9/{'0' * 64}/base.pt"}  # the port that discards, and is closed
    monkeypatch.setattr(whisper, "_MODELS", unreachable)
    with pytest.raises(WeightsMissing) as caught:
        get_engine("whisper", "base").recognise(Request(Recording.of(np.zeros(16000, np.float32)), ()))
    message = str(caught.value)
    assert message.startswith(
        "whisper model base: its weights are not on this machine and could not be downloaded ("
    )
    assert message.endswith(
        "). Bring the file from another machine and name it with --model FILE.pt, or use another --engine"
    )
    assert "\n" not in message
    assert list((tmp_path / "whisper").iterdir()) == []


@pytest.mark.parametrize("failure", [ConnectionResetError("reset"), KeyboardInterrupt()])
def test_a_download_that_breaks_off_leaves_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    whisper = pytest.importorskip("whisper")

    def break_off(url: str, root: str, in_memory: bool) -> None:
        (Path(root) / "base.pt").write_bytes(b"half")
        raise failure

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(whisper, "_download", break_off)
    with pytest.raises((WeightsMissing, KeyboardInterrupt)):
        get_engine("whisper", "base").recognise(Request(Recording.of(np.zeros(16000, np.float32)), ()))
    assert list((tmp_path / "whisper").iterdir()) == []


def test_a_downloaded_model_is_taken_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whisper = pytest.importorskip("whisper")
    sha256 = hashlib.sha256(CHECKPOINT.read_bytes()).hexdigest()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(whisper, "_MODELS", {"base": f"{CHECKPOINT.parent.as_uri()}/{sha256}/base.pt"})
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper" / "base.pt").write_bytes(CHECKPOINT.read_bytes())
    heads = []
    monkeypatch.setattr(whisper.Whisper, "set_alignment_heads", lambda self, dump: heads.append(dump))
    run = get_engine("whisper", "", "cpu").recognise(Request(Recording.of(np.zeros(16000, np.float32)), ()))
    assert (run.model, run.checkpoint_sha256) == ("base", sha256)
    assert heads == [whisper._ALIGNMENT_HEADS["base"]]


# Pocketsphinx


@pytest.fixture(scope="module")
def pocketsphinx() -> Any:
    pytest.importorskip("pocketsphinx")
    return get_engine("pocketsphinx")


def test_pocketsphinx_places_the_words_of_a_script(pocketsphinx: Any) -> None:
    truth = load_truth(CLIPS / "a02_slt.json")
    script = " ".join(word.text for word in truth)
    run = pocketsphinx.recognise(load_request(CLIPS / "a02_slt.flac", script=script))
    aligned = align(split_words(script), run)
    errors = measure_errors(aligned.words, truth)
    assert aligned.anchored > 0.9
    assert statistics.median(errors) < 0.05
    check_order(run)
    assert (run.engine, run.model, run.language, run.parameters) == (
        "pocketsphinx", "en-us", "en", {"language_model": "script"},
    )  # fmt: skip


def test_pocketsphinx_hears_something_without_a_script(pocketsphinx: Any) -> None:
    request = load_request(CLIPS / "a01_rms.flac")
    run = pocketsphinx.recognise(replace(request, speech=request.speech[-1:]))
    assert len(run.words) > 3
    assert run.words[0].start > 3
    check_order(run)


def test_pocketsphinx_takes_any_script(pocketsphinx: Any) -> None:
    script = (
        "导弹 – <s> (2) \\data\\ $€ 7% 00 1e9 x' 'y U.N.'s ½ ٣ naïve! tomorrow will be sunny \u0301 ."
        + "a" * 99
    )
    run = pocketsphinx.recognise(load_request(CLIPS / "a01_rms.flac", script=script))
    check_order(run)


def test_pocketsphinx_hears_nothing_where_nobody_speaks(pocketsphinx: Any) -> None:
    assert (
        pocketsphinx.recognise(Request(Recording.of(np.zeros(16000, np.float32)), (), "en", "A text.")).words
        == ()
    )


def test_pocketsphinx_refuses_what_it_cannot_do(pocketsphinx: Any) -> None:
    with pytest.raises(EngineError, match="it hears English only, and this clip is in 'fr'"):
        pocketsphinx.recognise(Request(Recording.of(np.zeros(16000, np.float32)), (), "fr"))
    with pytest.raises(EngineError, match="it has no model base, only its own"):
        get_engine("pocketsphinx", "base")
    with pytest.raises(EngineError, match="it runs on the cpu only"):
        get_engine("pocketsphinx", "", "cuda")


DICTIONARY = {
    "u.": ("Y UW",), "s.": ("EH S",), "i.": ("AY",), "t.": ("T IY",), "it": ("IH T",),
    "rose": ("R OW Z",), "dollars": ("D AA L ER Z",), "three": ("TH R IY",), "point": ("P OY N T",),
    "two": ("T UW",), "and": ("AE N D", "AH N D"), "percent": ("P ER S EH N T",), "fifty": ("F IH F T IY",),
    "one": ("W AH N",), "nine": ("N AY N",), "eleven": ("IH L EH V AH N",),
}  # fmt: skip

PRONUNCIATIONS = [
    ("Rose", ["R OW Z"]),
    ("and", ["AE N D", "AH N D"]),
    ("&", ["AE N D", "AH N D"]),
    ("U.S.", ["Y UW EH S"]),
    ("IT", ["IH T", "AY T IY"]),
    ("Rose's", ["R OW Z Z"]),
    ("$3.2", ["TH R IY P OY N T T UW D AA L ER Z", "TH R IY P OY N T T UW"]),
    ("9/11", ["N AY N IH L EH V AH N"]),
    ("Sheikh", ["SH AY K"]),
    ("Müller", ["M UW L ER"]),
    ("Москва", ["AH"]),
]


@pytest.mark.parametrize(("part", "ways"), PRONUNCIATIONS)
def test_every_word_can_be_said(part: str, ways: list[str]) -> None:
    from ingest.engines.pronunciation import pronounce

    assert pronounce(part, DICTIONARY) == ways


@pytest.fixture(scope="module")
def editorial() -> Request:
    """The first four of the editorial's sentences, 50 s, without a text."""
    whole = load_request(SHARED / "clean_rms.opus", language="en")
    return Request(Recording.of(whole.recording.read(0, 50)), whole.speech[:4], "en")


EDITORIAL = [
    ("as read", [0, 1, 2, 3], 0.99),
    ("without its headline", [1, 2, 3], 0.99),
    ("without a paragraph", [0, 1, 3], 0.99),
    ("with a sentence of its own", [0, 1, 15, 2, 3], 0.85),
]


@needs_shared
@pytest.mark.parametrize(("case", "sentences", "anchored"), EDITORIAL, ids=[case for case, _, _ in EDITORIAL])
def test_the_editorial_is_timed_whatever_its_text_lacks(
    pocketsphinx: Any, editorial: Request, case: str, sentences: list[int], anchored: float
) -> None:
    truth = json.loads((SHARED / "clean_rms.truth.json").read_text())
    texts = [*(s["text"] for s in truth["sentences"]), "Nobody has said these few words on the air."]
    script = " ".join(texts[n] for n in sentences)
    aligned = align(split_words(script), pocketsphinx.recognise(replace(editorial, script=script)))
    errors = measure_errors(aligned.words, load_truth(SHARED / "clean_rms.truth.json"))
    assert aligned.anchored > anchored
    assert statistics.median(errors) < 0.05
    assert errors[int(len(errors) * 0.95)] < 0.15


@needs_shared
def test_another_text_is_recognised_as_such(pocketsphinx: Any, editorial: Request) -> None:
    script = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split()[:400])
    run = pocketsphinx.recognise(replace(editorial, script=script))
    assert align(split_words(script), run).anchored < MIN_ANCHORED / 4


def test_importing_the_package_loads_no_engine() -> None:
    code = "import sys, ingest.alignment, ingest.engines, ingest.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"torch", "whisper", "pocketsphinx", "av", "numpy"} & set(loaded) == set()
