"""Audio: what any recording becomes, and what is said of one that cannot be decoded."""

from __future__ import annotations

import csv
import hashlib
import random
from fractions import Fraction
from pathlib import Path

import pytest

av = pytest.importorskip("av")
np = pytest.importorskip("numpy")

from ingest.audio import SAMPLE_RATE, Recording, load_audio  # noqa: E402
from ingest.errors import AudioError  # noqa: E402

SHARED = Path(__file__).parents[2] / "shared" / "audio"
MADE = SHARED / "made"
CLICK = 7.0  # seconds, in ten seconds of faint noise

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")


def make_click(rate: int, channels: int = 1, level: float = 0.8) -> np.ndarray:
    """Ten seconds of faint noise with a click of 10 ms at CLICK, (channels, samples)."""
    sound = np.random.default_rng(1).normal(0, 0.003, 10 * rate).astype(np.float32)
    sound[int(CLICK * rate) :][: rate // 100] = level
    return np.stack([sound] * channels)


def write_audio(path: Path, sound: np.ndarray, codec: str, rate: int) -> Path:
    """Encode (channels, samples) with PyAV."""
    layout = "mono" if len(sound) == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
        whole.sample_rate = rate
        size = stream.codec_context.frame_size or 1024
        cutter = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=size)
        at = 0
        for frame in [*cutter.resample(whole), *cutter.resample(None)]:
            frame.pts, frame.time_base = at, Fraction(1, rate)
            at += frame.samples
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def find_click(audio: Recording, after: float = 0.0) -> float:
    """Seconds of the first loud sample."""
    first = int(after * SAMPLE_RATE)
    return (first + int(np.argmax(np.abs(audio.read()[first:]) > 0.4))) / SAMPLE_RATE


FORMATS = [
    ("click.wav", "pcm_s16le", 44100),
    ("click.flac", "flac", 44100),
    ("click.mp3", "libmp3lame", 44100),
    ("click.opus", "libopus", 48000),
    ("click.m4a", "aac", 44100),
    ("click.webm", "libopus", 48000),
]


@pytest.mark.parametrize(("name", "codec", "rate"), FORMATS)
def test_a_click_stays_where_it_is_in_every_format(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, codec: str, rate: int
) -> None:
    audio = load_audio(write_audio(tmp_path / name, make_click(rate), codec, rate))
    assert find_click(audio) == pytest.approx(CLICK, abs=0.01)
    assert audio.duration == pytest.approx(10, abs=0.03)
    assert audio.header_duration == pytest.approx(10, abs=0.1)
    assert audio.warnings == ()
    assert (audio.read().dtype, audio.read().ndim) == (np.float32, 1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "codec", "rate"), [f for f in FORMATS if f[0] != "click.wav"])
@pytest.mark.parametrize("damage", ["zeros", "noise"])
def test_damage_in_the_middle_moves_nothing_after_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, codec: str, rate: int, damage: str
) -> None:
    path = write_audio(tmp_path / name, make_click(rate), codec, rate)
    content = bytearray(path.read_bytes())
    middle = len(content) * 2 // 5
    content[middle : middle + 2000] = bytes(2000) if damage == "zeros" else random.Random(1).randbytes(2000)
    path.write_bytes(content)
    audio = load_audio(path)
    assert find_click(audio, after=5.5) == pytest.approx(CLICK, abs=0.01)
    assert audio.duration == pytest.approx(10, abs=0.03)
    assert audio.warnings != ()
    assert capfd.readouterr() == ("", "")


def test_missing_packets_become_silence(tmp_path: Path) -> None:
    whole, holed = write_audio(tmp_path / "a.webm", make_click(48000), "libopus", 48000), tmp_path / "b.webm"
    with av.open(str(whole)) as source, av.open(str(holed), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None and not 2.0 <= packet.pts * packet.time_base < 4.5:
                packet.stream = stream
                target.mux(packet)
    audio = load_audio(holed)
    assert find_click(audio) == pytest.approx(CLICK, abs=0.01)
    assert not audio.read()[int(2.1 * SAMPLE_RATE) : int(4.4 * SAMPLE_RATE)].any()
    assert audio.warnings == ("2.50 s missing at 1 place(s): silence instead",)


def test_a_clock_that_starts_anew_neither_drops_sound_nor_fills_in(tmp_path: Path) -> None:
    path = write_audio(tmp_path / "a.opus", make_click(48000), "libopus", 48000)
    path.write_bytes(path.read_bytes() * 2)
    audio = load_audio(path)
    assert audio.duration == pytest.approx(20, abs=0.05)
    clicks = np.flatnonzero(np.diff((np.abs(audio.read()) > 0.4).astype(int)) == 1) / SAMPLE_RATE
    assert [min(clicks, key=lambda c: abs(c - at)) for at in (7, 17)] == pytest.approx([7, 17], abs=0.05)


@pytest.mark.parametrize(
    ("right", "kept"), [(1.0, 0.8), (-1.0, 0.8), (0.0, 0.4)], ids=["in phase", "antiphase", "one silent"]
)
def test_stereo_is_mixed_without_erasing_anything(tmp_path: Path, right: float, kept: float) -> None:
    sound = make_click(16000, channels=2)
    sound[1] *= right
    audio = load_audio(write_audio(tmp_path / "a.wav", sound, "pcm_s16le", 16000))
    assert np.abs(audio.read()).max() == pytest.approx(kept, abs=0.02)


def test_samples_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    sound = make_click(16000, channels=2)
    sound[:, 1000:1010] = np.nan
    sound[:, 2000:2010] = np.inf
    audio = load_audio(write_audio(tmp_path / "a.wav", sound, "pcm_f32le", 16000))
    assert np.isfinite(audio.read()).all()
    assert not audio.read()[1000:1010].any()
    assert (audio.read()[2000:2010] == 1).all()


def test_sound_that_starts_after_the_picture_is_timed_by_the_picture(tmp_path: Path) -> None:
    path, rate = tmp_path / "late.mkv", 48000
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=10, width=16, height=16, pix_fmt="yuv420p")
        sound = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        for n in range(30):
            picture = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
            picture.pts = n
            container.mux(pictures.encode(picture))
        frame = av.AudioFrame.from_ndarray(np.full((1, rate), 20000, np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 2 * rate, Fraction(1, rate)
        container.mux(sound.encode(frame))
        container.mux(pictures.encode(None))
    audio = load_audio(path)
    assert find_click(audio) == pytest.approx(2, abs=0.01)
    assert audio.duration == pytest.approx(3, abs=0.01)


def test_the_same_sound_has_the_same_hash_after_a_remux(tmp_path: Path) -> None:
    flac = write_audio(tmp_path / "a.flac", make_click(44100), "flac", 44100)
    wav = write_audio(tmp_path / "b.wav", make_click(44100), "pcm_s16le", 44100)
    other = write_audio(tmp_path / "c.wav", make_click(44100, level=0.7), "pcm_s16le", 44100)
    with av.open(str(flac)) as source, av.open(str(tmp_path / "d.mkv"), "w") as target:
        target.metadata["title"] = "Another title"
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    hashes = [load_audio(p).sha256 for p in (wav, other, tmp_path / "d.mkv")]
    assert hashes[0] != hashes[1]
    assert hashes[2] == load_audio(flac).sha256
    assert len(hashes[0]) == 64


NOT_AUDIO = [
    ("empty.mp3", b"", "the file is empty (0 bytes); fetch it again"),
    (
        "page.mp3",
        b"\n<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "this is a web page, not audio; download the recording that it shows",
    ),
    (
        "list.mp3",
        b"#EXTM3U\n#EXTINF:10,\nother.mp3\n",
        "this is a playlist, not audio; name the recordings it lists",
    ),
    (
        "text.mp3",
        b"Good evening. " * 50,
        "it cannot be read as audio (Invalid data found when processing input); "
        "fetch it again, or name another file",
    ),
]


@pytest.mark.parametrize(("name", "content", "message"), NOT_AUDIO, ids=[n for n, _, _ in NOT_AUDIO])
def test_what_is_not_audio_is_named_with_a_remedy(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioError) as caught:
        load_audio(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: {message}"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="there is no such file"):
        load_audio(tmp_path / "none.mp3")
    with pytest.raises(AudioError, match="this is a folder"):
        load_audio(tmp_path)


def test_a_playlist_in_disguise_reads_no_other_file(tmp_path: Path) -> None:
    write_audio(tmp_path / "secret.wav", make_click(16000), "pcm_s16le", 16000)
    (tmp_path / "clip.mp3").write_bytes(b" \n#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.wav\n")
    (tmp_path / "clip.sdp").write_bytes(b"ffconcat version 1.0\nfile secret.wav\n")
    (tmp_path / "clip.mpd").write_bytes(b"<MPD><Period><BaseURL>secret.wav</BaseURL></Period></MPD>")
    for name in ("clip.mp3", "clip.sdp", "clip.mpd"):
        with pytest.raises(AudioError):
            load_audio(tmp_path / name)


@needs_shared
def test_a_truncated_file_is_kept_with_a_warning() -> None:
    audio = load_audio(MADE / "truncated.mp3")
    assert audio.duration == pytest.approx(6.6, abs=0.1)
    assert audio.warnings[-1] == "the file says 11.0 s but holds 6.6 s: it may be truncated"


@needs_shared
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("error_page.mp3", "this is a web page, not audio"),
        ("empty.mp3", "the file is empty (0 bytes)"),
        ("video_no_audio.mp4", "there is no audio stream in it"),
    ],
)
def test_the_made_broken_files_are_refused(name: str, fault: str) -> None:
    with pytest.raises(AudioError) as caught:
        load_audio(MADE / name)
    assert fault in str(caught.value)


@needs_shared
def test_the_sound_of_a_video_is_heard() -> None:
    assert load_audio(MADE / "speech_in_video.mp4").duration == pytest.approx(11, abs=0.03)


@needs_shared
def test_leading_silence_is_kept() -> None:
    audio = load_audio(MADE / "silence30_then_speech.flac")
    assert not audio.read()[: 29 * SAMPLE_RATE].any()
    assert audio.duration == pytest.approx(41, abs=0.05)


@needs_shared
def test_two_copies_of_a_clip_have_the_same_times() -> None:
    copies = [load_audio(MADE / f"clean_rms.{ending}").read() for ending in ("mp3", "opus")]
    ours, theirs = (copy[16000 : 16000 * 11] for copy in copies)
    shifts = range(-160, 161, 8)
    best = max(shifts, key=lambda s: float(np.dot(ours[1600:-1600], np.roll(theirs, s)[1600:-1600])))
    assert abs(best) / SAMPLE_RATE <= 0.001


def awkward_files() -> list[str]:
    """Forty files that other projects keep because they broke something: every broken one and more."""
    if not SHARED.is_dir():
        return []
    with (SHARED / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    broken = [row["file"] for row in rows if row["kind"] == "broken" or row["decode_error"]]
    tagged = [row["file"] for row in rows if row["kind"] == "tags" and not row["decode_error"]]
    return sorted({*broken[::4], *tagged[::12]})[:40]


@pytest.mark.parametrize("name", awkward_files())
def test_real_awkward_files_decode_or_say_why_not(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    said, audio = "", None
    try:
        audio = load_audio(SHARED / name)
    except AudioError as error:
        said = str(error)
    if audio is not None:
        assert audio.duration > 0
        assert np.abs(audio.read()).max() <= 1
    else:
        assert said.startswith(str(SHARED / name))
        assert "\n" not in said
    assert capfd.readouterr() == ("", "")


def test_a_recording_is_read_piece_by_piece() -> None:
    samples = np.linspace(-1, 1, 5 * SAMPLE_RATE).astype(np.float32)
    with Recording.of(samples[:30_000]) as recording:
        recording.write(samples[30_000:])
        assert recording.duration == 5
        assert recording.read() == pytest.approx(samples, abs=1 / 32767)
        assert (recording.read(1, 2) == recording.read()[SAMPLE_RATE : 2 * SAMPLE_RATE]).all()
        assert (len(recording.read(-3, 1)), len(recording.read(4.5, 9)), len(recording.read(7, 9))) == (
            SAMPLE_RATE, SAMPLE_RATE // 2, 0,
        )  # fmt: skip
        content = np.round(samples * 32767).astype("<i2").tobytes()
        assert recording.sha256 == hashlib.sha256(content).hexdigest()
        assert recording.read().dtype == np.float32


def test_a_full_disk_is_one_line_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def seek(self, *arguments: int) -> None: ...
        def close(self) -> None: ...
        def write(self, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    path = write_audio(tmp_path / "a.wav", make_click(16000), "pcm_s16le", 16000)
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **values: Full())
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/scratch")
    with pytest.raises(AudioError) as caught:
        load_audio(path)
    assert str(caught.value) == (
        f"{path}: its decoded sound does not fit into /scratch after 0 s (No space left on device; "
        "115 MB an hour); make room, or set TMPDIR to another folder"
    )


@pytest.mark.parametrize(
    ("layout", "loud"), [("5.1", 2), ("5.1", 0), ("stereo", 1), ("stereo", 0), ("mono", 0)]
)
@pytest.mark.parametrize("rate", [8000, 48000])
def test_one_speaking_channel_among_silent_ones_is_heard(
    tmp_path: Path, layout: str, loud: int, rate: int
) -> None:
    channels = {"5.1": 6, "stereo": 2, "mono": 1}[layout]
    sound = np.zeros((channels, 10 * rate), np.float32)
    sound[loud] = make_click(rate)[0]
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout=layout)
        content = np.round(sound.T.reshape(1, -1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(content, format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        container.mux(stream.encode(frame))
    audio = load_audio(path)
    samples = np.abs(audio.read())
    assert samples.max() > 0.2
    assert int(samples.argmax()) / SAMPLE_RATE == pytest.approx(CLICK, abs=0.011)
    assert (audio.duration, audio.warnings) == (pytest.approx(10, abs=0.01), ())


@pytest.mark.parametrize("claimed", [0, 0x7FFFFFF0, 0xFFFFFFFF], ids=hex)
def test_a_wrong_length_in_the_header_does_not_decide_the_duration(tmp_path: Path, claimed: int) -> None:
    path = write_audio(tmp_path / "a.wav", make_click(16000), "pcm_s16le", 16000)
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = claimed.to_bytes(4, "little")
    content[4:8] = claimed.to_bytes(4, "little")
    path.write_bytes(content)
    audio = load_audio(path)
    assert audio.duration == pytest.approx(10, abs=0.01)
    assert find_click(audio) == pytest.approx(CLICK, abs=0.01)
