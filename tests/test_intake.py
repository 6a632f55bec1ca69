"""The way of a clip, walked through the command line with real recordings and real engines.

Whisper runs with the miniature checkpoint, which knows the sentences of these recordings.
"""

import json
import os
import random
import shutil
import wave
from array import array
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from conftest import encode
from sqlite_utils import Database

from ingest.chapters import Chapter
from ingest.cli import main
from ingest.facts import parse_speaker
from ingest.intake import Intake, Options
from ingest.peaks import load_peaks, make_peaks
from ingest.run import Run
from ingest.sources import Source
from ingest.text import compose_text
from ingest.transcript import load_transcript
from ingest.words import Word

av = pytest.importorskip("av", reason="the extra `audio` is not installed")
np = pytest.importorskip("numpy")
pytest.importorskip("whisper", reason="the extra `whisper` is not installed")

from ingest.audio import SAMPLE_RATE, load_audio  # noqa: E402

DATA = Path(__file__).parent / "data"
CLIPS = Path(__file__).parent.parent / "clips"
MODEL = str(DATA / "miniature-whisper/whisper-mini.pt")
MODELS = {
    "whisper": ("--model", MODEL),
    "faster-whisper": ("--model", str(DATA / "miniature-whisper/ct2")),
    "pocketsphinx": (),
}
SPOKEN = DATA / "miniature-whisper/clips/a01_rms.flac"
TEXT = "Tomorrow will be mostly sunny with a high of 24 degrees. We will have more on this story at eleven."


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A working folder in which weather.flac lies, on a machine without Whisper's own weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copy(SPOKEN, "weather.flac")
    return tmp_path


def ingest(*arguments, status=0):
    """Run the command; give its JSON lines and what it wrote to standard error."""
    result = CliRunner().invoke(main, ["add", "--json", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def take(*arguments, **options):
    (outcome,), _ = ingest(*arguments, "--model", MODEL, **options)
    return outcome


def files(folder=Path("transcripts")):
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_recording_becomes_a_clip(desk):
    outcome = take(
        "weather.flac", "--title", "The weather", "--date", "2026-11", "--speaker", "Ann Lee; Reader; host"
    )
    seconds = outcome.pop("seconds")
    assert 0 < seconds < 60
    assert outcome == {
        "clip": "2026-11-the-weather", "source": "weather.flac", "status": "added", "message": "",
        "duration": pytest.approx(8.406, abs=0.01), "coverage": 1.0, "holes": [],
    }  # fmt: skip
    transcript = load_transcript(Path("transcripts/2026-11-the-weather"))
    assert transcript.clip.facts.language == "en"
    assert transcript.clip.origins["language"].startswith("engine ")
    assert " ".join(s.text for s in transcript.segments) == TEXT
    truth = [w for s in json.loads(SPOKEN.with_suffix(".json").read_text())["sentences"] for w in s["words"]]
    heard = [word for segment in transcript.segments for word in segment.words]
    assert [w.text for w in heard] == [w["word"] for w in truth]
    errors = sorted(abs(a.start - b["start"]) for a, b in zip(heard, truth, strict=True))
    assert errors[len(errors) // 2] < 0.15
    run = transcript.runs[1]
    assert (run.engine, run.model, run.language, len(run.checkpoint_sha256)) == (
        "whisper",
        "whisper-mini.pt",
        "en",
        64,
    )


@pytest.mark.parametrize(
    ("speakers", "voice"),
    [
        (["Ann Lee; Reader"], "Ann Lee"),
        (["Ann Lee; Reader; voice", "Bo Ek; Mayor; quoted"], "Ann Lee"),
        (["Ann Lee; Reader; host"], ""),
        (["Ann Lee", "Bo Ek"], ""),
        (["Bo Ek; Mayor; quoted"], ""),
    ],
)
def test_a_voice_is_named_only_where_it_can_be_no_other(speakers, voice):
    run = Run("test", "1", "", "", "en", 2.0, (), (Word("Hello", 0.0, 1.0), Word("there.", 1.0, 2.0)))
    text = compose_text(Path("x.mp3"), None, [parse_speaker(speaker) for speaker in speakers], run)
    assert [(s.text, s.speaker) for s in text.segments] == [("Hello there.", voice)]


def test_the_same_again_changes_nothing(desk):
    first = take("weather.flac")
    before = files()
    assert take("weather.flac") == first | {
        "status": "unchanged",
        "seconds": pytest.approx(0, abs=2),
    }
    assert files() == before


def test_changed_facts_update_the_clip_and_an_edit_by_hand_stays(desk):
    clip = take("weather.flac", "--programme", "News")["clip"]
    path = Path("transcripts") / clip / "clip.yml"
    path.write_text(path.read_text().replace("title: weather", "title: Sunny days"))
    Path("weather.yml").write_text("title: The weather\ndate: 2013\n")
    outcome = take("weather.flac")
    assert (outcome["clip"], outcome["status"], outcome["message"]) == (clip, "updated", "changed: date")
    values = yaml.safe_load(path.read_text())
    assert (values["title"], values["date"], values["programme"]) == ("Sunny days", "2013", "News")
    Path("weather.yml").unlink()
    assert take("weather.flac")["status"] == "unchanged"
    assert take("weather.flac", "--title", "Mine")["message"] == "changed: title"


def test_a_recording_is_recognised_under_another_name(desk):
    clip = take("weather.flac")["clip"]
    Path("weather.flac").rename("renamed.flac")
    outcome = take("renamed.flac")
    assert (outcome["clip"], outcome["status"], outcome["message"]) == (
        clip,
        "updated",
        "changed: where its file is",
    )
    shutil.copy("renamed.flac", "copy.flac")
    outcome = take("copy.flac", "--title", "Another")
    assert (outcome["clip"], outcome["status"]) == (clip, "unchanged")
    assert outcome["message"] == "the same recording as renamed.flac"


def tag(source, name):
    """Write the same sound into another container, with a title."""
    with av.open(source) as old, av.open(name, "w") as new:
        stream = new.add_stream_from_template(old.streams.audio[0])
        new.metadata["title"] = "Tagged"
        for packet in old.demux(old.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)


def test_a_recording_is_recognised_in_another_container(desk):
    clip = take("weather.flac")["clip"]
    tag("weather.flac", "tagged.mka")
    assert take("tagged.mka")["clip"] == clip
    assert {Path(name).name for name in files()} == {
        "clip.yml", "transcript.vtt", "0001.json", "fingerprint.txt", "peaks.txt",
    }  # fmt: skip


def encode_anew(name, before=0.0, start=0.0):
    """Write weather.flac in another format, with silence before it, or from later on."""
    with load_audio("weather.flac") as recording:
        samples = recording.read(start)
    samples = np.pad(samples, (int(before * SAMPLE_RATE), 0))
    codec, rate = ("libmp3lame", 44_100) if name.endswith(".mp3") else ("libopus", 48_000)
    encode(samples, Path(name), codec, rate, bit_rate=64_000)


def test_a_recording_is_recognised_when_it_was_encoded_anew(desk):
    first = take("weather.flac")
    before = files()
    encode_anew("again.mp3", before=2.1)
    encode_anew("part.mp3", start=3.0)
    outcome = take("again.mp3", "--title", "Another")
    assert outcome | {"seconds": 0} == first | {
        "source": "again.mp3", "status": "unchanged", "seconds": 0,
        "message": "the same recording as weather.flac, encoded anew",
    }  # fmt: skip
    assert files() == before
    assert take("part.mp3")["clip"] == "part", "a part is another clip"
    assert run_check() == "all is well\n"


def test_the_file_that_was_encoded_anew_takes_the_place_of_one_that_is_gone(desk):
    clip = take("weather.flac")["clip"]
    encode_anew("again.opus")
    Path("weather.flac").unlink()
    outcome = take("again.opus")
    assert (outcome["clip"], outcome["status"], outcome["message"]) == (
        clip, "updated", "the same recording as weather.flac, encoded anew; changed: where its file is",
    )  # fmt: skip
    values = yaml.safe_load((Path("transcripts") / clip / "clip.yml").read_text())
    assert (values["audio"], values["run"]) == ("again.opus", 1)
    assert take("again.opus")["message"] == ""
    assert run_check() == "all is well\n"


def test_where_the_words_have_moved_the_file_that_was_encoded_anew_is_heard(desk):
    folder = Path("transcripts") / take("weather.flac")["clip"]
    start = load_transcript(folder).segments[0].start
    encode_anew("again.mp3", before=2.1)
    Path("weather.flac").unlink()
    outcome = take("again.mp3")
    assert outcome["message"] == "the recording has changed; run 2 added"
    assert load_transcript(folder).segments[0].start == pytest.approx(start + 2.1, abs=0.15)
    assert take("again.mp3")["status"] == "unchanged"


def test_a_clip_of_an_older_version_gets_its_fingerprint_when_it_is_heard_again(desk):
    folder = Path("transcripts") / take("weather.flac")["clip"]
    fingerprint = (folder / "fingerprint.txt").read_bytes()
    (folder / "fingerprint.txt").unlink()
    encode_anew("again.mp3")
    assert take("again.mp3")["status"] == "added"
    assert run_check() == "all is well\n"
    assert take("weather.flac", "--again")["message"] == "heard again, the same"
    assert (folder / "fingerprint.txt").read_bytes() == fingerprint
    assert run_check() == (
        "weather: sounds like the same recording as again, encoded anew; remove the folder of one of them\n"
    )


def load_rows():
    return {row["clip"]: row["peaks"] for row in Database("archive.db")["peaks"].rows}


def test_a_clip_has_the_peaks_of_its_recording(desk):
    clip = take("weather.flac")["clip"]
    with load_audio("weather.flac") as recording:
        peaks = make_peaks(recording)
    assert len(peaks) == 85, "8.4 seconds"
    assert load_peaks(Path("transcripts") / clip) == peaks
    assert load_rows() == {clip: peaks}
    assert CliRunner().invoke(main, ["rebuild"]).exit_code == 0
    assert load_rows() == {clip: peaks}
    assert run_check() == "all is well\n"


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
@pytest.mark.parametrize("text", [None, "peaks 1 · 9\n0 1 2\n"], ids=["none", "damaged"])
def test_a_clip_of_an_older_version_gets_its_peaks_when_its_recording_is_decoded_anyway(desk, text, workers):
    clip = take("weather.flac")["clip"]
    rows, path = load_rows(), Path("transcripts") / clip / "peaks.txt"
    path.unlink()
    if text:
        path.write_text(text)
        told = "is damaged (it holds 3 of 9 numbers); bring it back, or ingest the clip with --again"
        assert f"{clip}/peaks.txt: {told}" in run_check().splitlines()
    assert CliRunner().invoke(main, ["rebuild"]).exit_code == 0
    assert load_rows() == {}
    take("weather.flac")
    assert load_rows() == {}, "nobody decoded it"
    tag("weather.flac", "weather2.mka")
    assert take("weather2.mka", *workers)["status"] == "unchanged"
    assert load_rows() == rows
    assert run_check() == "all is well\n"
    path.unlink()
    assert take("weather.flac", "--again", *workers)["message"] == "heard again, the same"
    assert load_rows() == rows
    assert run_check() == "all is well\n"


def test_where_the_words_are_elsewhere_in_a_copy_its_peaks_are_not_taken(desk):
    clip = take("weather.flac")["clip"]
    path = Path("transcripts") / clip / "peaks.txt"
    path.unlink()
    encode_anew("again.mp3", before=2.1)
    assert take("again.mp3")["status"] == "unchanged"
    assert not path.exists()
    encode_anew("again.opus")
    assert take("again.opus")["status"] == "unchanged"
    assert len(load_peaks(path.parent)) == 85


def test_a_changed_recording_has_new_peaks(desk):
    clip = take("weather.flac")["clip"]
    before = load_rows()[clip]
    shutil.copy(DATA / "miniature-whisper/clips/a00_awb.flac", "weather.flac")
    assert "the recording has changed" in take("weather.flac")["message"]
    with load_audio("weather.flac") as recording:
        peaks = make_peaks(recording)
    assert load_rows() == {clip: peaks} != {clip: before}
    assert load_peaks(Path("transcripts") / clip) == peaks
    assert run_check() == "all is well\n"


def test_a_text_without_a_recording_has_none(desk):
    Path("talk.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n")
    clip = take("talk.vtt")["clip"]
    assert not (Path("transcripts") / clip / "peaks.txt").exists()
    assert load_rows() == {}


def run_check():
    return CliRunner().invoke(main, ["check"]).output


def test_another_recording_under_the_same_name_is_a_further_run(desk):
    clip = take("weather.flac")["clip"]
    shutil.copy(SPOKEN.with_name("a02_slt.flac"), "weather.flac")
    outcome = take("weather.flac")
    assert (outcome["clip"], outcome["status"]) == (clip, "updated")
    assert outcome["message"] == "the recording has changed; run 2 added"
    assert len(load_transcript(Path("transcripts") / clip).runs) == 2


def test_hearing_again_the_same_adds_no_run(desk):
    clip = take("weather.flac")["clip"]
    before = files()
    outcome = take("weather.flac", "--again")
    assert (outcome["status"], outcome["message"]) == ("unchanged", "heard again, the same")
    assert files() == before
    assert take("weather.flac", "--again", "--language", "en")["message"] == "run 2 added"
    assert take("weather.flac", "--again", "--language", "en")["message"] == "heard again, the same"
    assert sorted(load_transcript(Path("transcripts") / clip).runs) == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("mostly sunny", "mainly sunny", "1 correction(s) by hand are kept"),
        ("\nTomorrow", "\n<v Ann Lee>Tomorrow", "the speakers are kept as they were named"),
    ],
    ids=["word", "speaker"],
)
def test_hearing_again_keeps_what_a_person_corrected(desk, old, new, told):
    clip = take("weather.flac")["clip"]
    folder = Path("transcripts") / clip
    first_run = (folder / "runs/0001.json").read_bytes()
    path = folder / "transcript.vtt"
    path.write_text(path.read_text().replace(old, new))
    with (folder / "clip.yml").open("a") as file:
        file.write("chapters:\n- {start: 0:02, title: Later}\n")
    (outcome,), warnings = ingest("weather.flac", "--model", MODEL, "--again", "--language", "en")
    assert (outcome["status"], outcome["message"]) == ("updated", "run 2 added")
    assert told in warnings
    again = load_transcript(folder)
    assert (again.clip.run, again.clip.review, sorted(again.runs)) == (2, "corrected", [1, 2])
    assert again.clip.chapters == (Chapter(2.0, "Later"),)
    assert new in path.read_text()
    assert (folder / "runs/0001.json").read_bytes() == first_run


def test_a_new_text_and_a_correction_that_differ_are_reported_and_the_correction_stays(desk):
    Path("weather.txt").write_text(TEXT)
    folder = Path("transcripts") / take("weather.flac")["clip"]
    path = folder / "transcript.vtt"
    path.write_text(
        path.read_text().replace("mostly sunny", "mainly sunny").replace("eleven", "eleven tonight")
    )
    Path("weather.txt").write_text(TEXT.replace("mostly sunny", "partly sunny").replace("24", "25"))
    (outcome,), warnings = ingest("weather.flac", "--model", MODEL)
    assert outcome["message"] == "the published text has changed"
    text = " ".join(s.text for s in load_transcript(folder).segments)
    assert text == TEXT.replace("mostly", "mainly").replace("24", "25").replace("eleven", "eleven tonight")
    assert "conflict: “mainly” is kept as corrected; it would now be “partly”" in warnings


def test_the_published_text_is_the_text_and_whisper_times_it(desk):
    published = TEXT.replace("We will", "ANN LEE: We’ll").replace(" ANN", "\n\nANN")
    Path("weather.txt").write_text(published)
    outcome = take("weather.flac", "--speaker", "Ann Lee")
    folder = Path("transcripts") / outcome["clip"]
    transcript = load_transcript(folder)
    assert transcript.clip.text_from == "script"
    assert [(s.speaker, s.text) for s in transcript.segments] == [
        ("", "Tomorrow will be mostly sunny with a high of 24 degrees."),
        ("Ann Lee", "We’ll have more on this story at eleven."),
    ]
    assert [w.text for s in transcript.segments for w in s.words if w.inferred] == ["We’ll"]
    assert (folder / "script.txt").read_bytes() == Path("weather.txt").read_bytes()


def test_a_text_that_is_not_what_is_said_gives_way_to_what_was_heard(desk):
    shutil.copy(CLIPS / "2026-05-14-a-century-of-tides-read-by-hand.txt", "weather.txt")
    outcome = take("weather.flac")
    transcript = load_transcript(Path("transcripts") / outcome["clip"])
    assert transcript.clip.text_from == "machine"
    assert " ".join(s.text for s in transcript.segments) == TEXT
    assert transcript.clip.notice.startswith("The published text is not what is said here")
    assert outcome["message"] == transcript.clip.notice


def test_much_speech_without_text_is_told_and_ends_with_1(desk):
    shutil.copy(SPOKEN.with_name("a02_slt.flac"), "weather.flac")
    Path("weather.txt").write_text("Tomorrow will be mostly sunny with a high of 24 degrees.")
    (outcome,), warnings = ingest("weather.flac", "--model", MODEL, status=1)
    assert (outcome["status"], outcome["coverage"] < 0.3) == ("added", True)
    ((start, end),) = outcome["holes"]
    assert (start, end) == (pytest.approx(3.717, abs=0.2), pytest.approx(18.117, abs=0.2))
    assert "weather: speech without text at 0:03–0:18" in warnings
    assert take("weather.flac")["holes"] == []


@pytest.mark.parametrize("engine", ["whisper", "faster-whisper", "pocketsphinx"])
@pytest.mark.parametrize("loud", [0, 0.1], ids=["silence", "noise"])
def test_a_recording_without_speech_is_a_clip_without_text(desk, engine, loud):
    pytest.importorskip(engine.replace("-", "_"))
    sound = random.Random(0).randbytes(16000 * 10) if loud else bytes(16000 * 10)
    samples = array("h", sound)
    with wave.open("quiet.wav", "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(array("h", (round(value * loud) for value in samples)).tobytes())
    (outcome,), _ = ingest("quiet.wav", "--engine", engine, *MODELS[engine])
    assert (outcome["status"], outcome["message"], outcome["coverage"]) == (
        "added",
        "no words were found in it",
        1.0,
    )
    assert load_transcript(Path("transcripts/quiet")).segments == ()


@pytest.mark.parametrize("engine", ["whisper", "faster-whisper"])
def test_a_telephone_call_in_a_video_is_heard_by_either_engine(desk, engine):
    pytest.importorskip(engine.replace("-", "_"))
    with av.open("weather.flac") as old, av.open("weather.mov", "w") as new:
        pictures = new.add_stream("mpeg4", rate=5, width=16, height=16, pix_fmt="yuv420p")
        sound = new.add_stream("pcm_mulaw", rate=8000, layout="mono")
        for n in range(42):
            picture = av.VideoFrame(16, 16, "yuv420p")
            picture.pts = n
            new.mux(pictures.encode(picture))
        new.mux(pictures.encode(None))
        resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
        for frame in old.decode(audio=0):
            frame.pts = None
            for part in resampler.resample(frame):
                new.mux(sound.encode(part))
        new.mux(sound.encode(None))
    (outcome,), _ = ingest("weather.mov", "--engine", engine, *MODELS[engine], "--threads", "1")
    run = load_transcript(Path("transcripts") / outcome["clip"]).runs[1]
    assert (run.engine, len(run.checkpoint_sha256)) == (engine, 64)
    assert " ".join(word.text for word in run.words).startswith("Tomorrow will be mostly sunny")
    assert outcome["duration"] == pytest.approx(8.406, abs=0.05)


def test_without_weights_and_text_the_clip_fails_with_the_remedies_and_nothing_is_written(desk):
    (outcome,), error = ingest("weather.flac", status=1)
    assert outcome["status"] == "failed"
    for remedy in ("--model FILE.pt", "--engine"):
        assert remedy in outcome["message"]
    assert "Traceback" not in error
    assert files() == {}
    assert not list(Path("cache").rglob("*.pt"))


def test_without_weights_a_published_text_is_timed_offline(desk):
    pytest.importorskip("pocketsphinx")
    Path("weather.txt").write_text(TEXT)
    (outcome,), warnings = ingest("weather.flac")
    assert outcome["status"] == "added"
    assert "timed with pocketsphinx instead" in warnings
    transcript = load_transcript(Path("transcripts") / outcome["clip"])
    assert (transcript.clip.text_from, transcript.runs[1].engine) == ("script", "pocketsphinx")
    truth = [w for s in json.loads(SPOKEN.with_suffix(".json").read_text())["sentences"] for w in s["words"]]
    words = [w for s in transcript.segments for w in s.words]
    assert max(abs(a.start - b["start"]) for a, b in zip(words, truth, strict=True)) < 0.3


def test_offline_a_wrong_text_is_refused(desk):
    pytest.importorskip("pocketsphinx")
    shutil.copy(CLIPS / "2026-05-14-a-century-of-tides-read-by-hand.txt", "weather.txt")
    (outcome,), _ = ingest("weather.flac", status=1)
    assert "its published text is not what is said in it" in outcome["message"]
    assert files() == {}


def test_offline_a_text_in_another_language_is_spread_over_the_speech(desk):
    for suffix in ("mp3", "txt", "yml"):
        shutil.copy(CLIPS / f"2025-angang-jingshuizhan.{suffix}", ".")
    (outcome,), warnings = ingest("2025-angang-jingshuizhan.mp3")
    assert "spread over the speech" in warnings
    transcript = load_transcript(Path("transcripts") / outcome["clip"])
    assert (transcript.runs[1].engine, transcript.clip.text_from) == ("silero-vad", "script")
    assert all(w.inferred for s in transcript.segments for w in s.words)
    truth = json.loads((DATA / "truth/2025-angang-jingshuizhan.json").read_text())["sentences"]
    assert [s.text for s in transcript.segments] == [s["text"] for s in truth]
    assert max(abs(a.start - b["start"]) for a, b in zip(transcript.segments, truth, strict=True)) < 1.0


def test_bad_sources_are_reported_and_the_others_land(desk):
    for name in ("good", "bad-key", "bad-date"):
        shutil.copy(SPOKEN, f"{name}.flac")
    Path("bad-key.yml").write_text("titel: A\n")
    Path("bad-date.yml").write_text("date: in May\n")
    Path("page.mp3").write_text("<!DOCTYPE html><html><body>404</body></html>")
    Path("empty.mp3").touch()
    Path("noise.mp3").write_bytes(bytes(range(256)) * 40)
    Path("truncated.flac").write_bytes(SPOKEN.read_bytes()[:120_000])
    Path("folder").mkdir()
    names = [
        "bad-key.flac",
        "bad-date.flac",
        "page.mp3",
        "empty.mp3",
        "noise.mp3",
        "gone.mp3",
        "folder",
        "truncated.flac",
        "good.flac",
    ]
    outcomes, errors = ingest(*names, "--model", MODEL, status=1)
    assert [o["status"] for o in outcomes] == ["failed"] * 7 + ["added"] * 2
    for outcome, (name, reason) in zip(
        outcomes,
        [
            ("bad-key.yml", "did you mean title?"),
            ("bad-date.yml", "YYYY-MM-DD"),
            ("page.mp3", "web page"),
            ("empty.mp3", "empty"),
            ("noise.mp3", "audio"),
            ("gone.mp3", "there is no such file"),
            ("folder", "holds no recordings"),
        ],
        strict=False,
    ):
        assert name in outcome["message"]
        assert reason in outcome["message"]
        assert "\n" not in outcome["message"]
    assert "truncated.flac: the file says 8.4 s but holds" in errors
    assert sorted(p.name for p in Path("transcripts").iterdir()) == ["good", "truncated"]


def test_a_clip_whose_folder_is_damaged_does_not_stop_the_others(desk):
    Path("transcripts/broken").mkdir(parents=True)
    (outcome,), warnings = ingest("weather.flac", "--model", MODEL, "--title", "Broken")
    assert outcome["clip"] == "broken-2"
    assert "broken/clip.yml: is missing" in warnings


def test_two_that_ingest_at_once_do_not_take_the_same_folder(desk):
    first = Intake(Options(Path(), model=MODEL), print)
    second = Intake(Options(Path(), model=MODEL), print)
    Path("other").mkdir()
    shutil.copy(SPOKEN.with_name("a02_slt.flac"), "other/weather.flac")
    assert first.take(Source(Path("weather.flac"))).clip == "weather"
    assert second.take(Source(Path("other/weather.flac"))).clip == "weather-2"
    assert ingest("weather.flac", "other/weather.flac")[0][1]["status"] == "unchanged"


def test_a_disk_that_refuses_to_write_is_one_line_and_the_others_go_on(desk, monkeypatch):
    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ingest.landing.save_new", fail)
    (outcome,), _ = ingest("weather.flac", "--model", MODEL, status=1)
    assert outcome["message"] == "weather.flac: cannot be read or written: No space left on device"


def test_a_run_that_did_not_hear_the_published_text_is_kept_as_evidence_only(desk):
    for suffix in ("mp3", "txt", "yml"):
        shutil.copy(CLIPS / f"2026-05-14-a-century-of-tides-read-by-hand.{suffix}", f"tides.{suffix}")
    (outcome,), _ = ingest("tides.mp3")
    folder = Path("transcripts") / outcome["clip"]
    text = (folder / "transcript.vtt").read_bytes()
    (outcome,), warnings = ingest("tides.mp3", "--model", MODEL, "--again")
    assert outcome["message"].startswith("run 2 added, but the text keeps the times of run 1.")
    assert "tides.mp3: run 2 added" in warnings
    assert (folder / "transcript.vtt").read_bytes() == text
    again = load_transcript(folder)
    assert (again.clip.run, again.clip.text_from, sorted(again.runs)) == (1, "script", [1, 2])


def test_a_recording_whose_clip_cannot_be_read_is_not_taken_in_twice(desk):
    clip = take("weather.flac")["clip"]
    path = Path("transcripts") / clip / "clip.yml"
    path.write_text(path.read_text().replace("title: weather", "title: A: b"))
    (outcome,), _ = ingest("weather.flac", "--model", MODEL, status=1)
    assert outcome["message"].startswith("weather/clip.yml, line 2: is not YAML")
    assert [p.name for p in Path("transcripts").iterdir()] == ["weather"]


def test_what_a_person_wrote_into_clip_yml_stays_there_byte_for_byte(desk):
    clip = take("weather.flac")["clip"]
    path = Path("transcripts") / clip / "clip.yml"
    path.write_text(
        path.read_text().replace("title: weather", "title: Sunny days  # as the archive calls it")
    )
    before = path.read_bytes()
    assert take("weather.flac")["status"] == "unchanged"
    assert path.read_bytes() == before


def test_a_name_that_is_no_text_is_refused(desk):
    name = os.fsdecode(b"bad\xff.flac")
    shutil.copy(SPOKEN, name)
    (outcome, *_), _ = ingest(".", "--model", MODEL, status=1)
    assert outcome["message"] == "bad\udcff.flac: its name is not UTF-8; rename it"
    assert [p.name for p in Path("transcripts").iterdir()] == ["weather"]


def test_a_failure_names_the_recording(desk):
    (outcome,), _ = ingest("weather.flac", "--engine", "pocketsphinx", "--language", "fr", status=1)
    assert outcome["message"].startswith("weather.flac: ")
