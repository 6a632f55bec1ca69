"""What kind of recording a file is; most of all, that nothing else is taken for one."""

import mimetypes
from fractions import Fraction

import pytest

from ingest.media import RECORDINGS, SUFFIXES, TYPES, find_type

HEADS = {
    "a page": b"<!doctype html><html><script>alert(1)</script>",
    "a page behind a mark": b"\xef\xbb\xbf<html>",
    "a page in UTF-16": "\ufeff<html>".encode("utf-16-le"),
    "a drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a script": b"alert(1)",
    "a document": b"%PDF-1.7",
    "a picture": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "a program": b"\x7fELF\x02\x01\x01",
    "an archive": b"PK\x03\x04",
    "a database": b"SQLite format 3\x00",
    "accounts": b"root:x:0:0:root:/root:/bin/bash\n",
    "a clip's facts": b"id: talk\ntitle: Talk\n",
    "Flash": b"FWS\x04\x00\x00@\x06",
    "nothing": b"",
}


@pytest.mark.parametrize(
    ("name", "type_"),
    [("a.opus", "audio/ogg"), ("a.m4a", "audio/mp4"), ("a.MP3", "audio/mpeg"), ("a.flac", "audio/flac"),
     ("a.wav", "audio/wav"), ("a.mp4", "video/mp4"), ("a.m4v", "video/x-m4v"), ("a.aifc", "audio/aiff")],
)  # fmt: skip
def test_the_type_of_a_recording_is_told_by_its_name(tmp_path, name, type_):
    assert find_type(tmp_path / name) == type_


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("file", ["a", "a.html", "a.svg", "a.js", "a.xyz"])
def test_what_is_no_recording_has_no_type(tmp_path, name, file):
    (tmp_path / file).write_bytes(HEADS[name])
    assert find_type(tmp_path / file) is None


@pytest.mark.parametrize(
    ("head", "type_"),
    [
        (b"ID3\x03\x00\x00\x00\x00\x0f\x76TIT2", "audio/mpeg"),
        (b"\xff\xfb\x90\x64\x00", "audio/mpeg"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "audio/x-ms-wma"),
        (b".ra\xfd\x00\x04", "audio/x-pn-realaudio"),
        (b"\x00\x00\x00\x08wide\x00\x01\x00\x00mdat", "video/quicktime"),
        (b"MAC \x96\x0f", "audio/x-ape"),
        (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "video/mxf"),
    ],
)
def test_a_recording_whose_name_says_nothing_is_known_by_its_first_bytes(tmp_path, head, type_):
    (tmp_path / "tape.041").write_bytes(head)
    assert find_type(tmp_path / "tape.041") == type_


@pytest.mark.parametrize(
    ("form", "codec", "rate", "type_"),
    [
        ("wav", "pcm_s16le", 16_000, "audio/wav"), ("w64", "pcm_s16le", 16_000, "audio/x-w64"),
        ("aiff", "pcm_s16be", 16_000, "audio/aiff"), ("caf", "pcm_s16be", 16_000, "audio/x-caf"),
        ("au", "pcm_s16be", 16_000, "audio/basic"), ("flac", "flac", 16_000, "audio/flac"),
        ("ogg", "libopus", 48_000, "audio/ogg"), ("mp3", "libmp3lame", 16_000, "audio/mpeg"),
        ("mp2", "mp2", 48_000, "audio/mpeg"), ("adts", "aac", 16_000, "audio/aac"),
        ("ipod", "aac", 16_000, "audio/mp4"), ("mp4", "aac", 16_000, "video/mp4"),
        ("mov", "aac", 16_000, "video/quicktime"), ("3gp", "aac", 16_000, "video/3gpp"),
        ("matroska", "flac", 16_000, "video/x-matroska"), ("webm", "libopus", 48_000, "video/webm"),
        ("avi", "mp2", 48_000, "video/x-msvideo"), ("mpeg", "mp2", 48_000, "video/mpeg"),
        ("mpegts", "mp2", 48_000, "video/mp2t"), ("flv", "aac", 44_100, "video/x-flv"),
        ("ac3", "ac3", 48_000, "audio/ac3"), ("wv", "wavpack", 16_000, "audio/x-wavpack"),
        ("tta", "tta", 16_000, "audio/x-tta"), ("voc", "pcm_s16le", 16_000, "audio/x-voc"),
        ("rm", "ac3", 48_000, "audio/x-pn-realaudio"),
    ],
)  # fmt: skip
def test_whatever_the_decoder_takes_is_known_whatever_it_is_called(tmp_path, form, codec, rate, type_):
    av = pytest.importorskip("av", reason="the extra `audio` is not installed")
    np = pytest.importorskip("numpy")
    from ingest.audio import load_audio

    path = tmp_path / "tape"
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        stream.codec_context.open()
        cutter = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size or 1024
        )
        tone = (0.3 * np.sin(np.arange(16_000) / 20)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16_000, 0, Fraction(1, 16_000)
        for part in [*cutter.resample(frame), *cutter.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    assert load_audio(path).duration == pytest.approx(1.0, abs=0.2)
    assert find_type(path) == type_


def test_a_type_leads_to_a_suffix_of_the_same_type():
    assert {type_: TYPES[SUFFIXES[type_]] for type_ in TYPES.values()} == {t: t for t in TYPES.values()}
    assert set(SUFFIXES.values()) <= RECORDINGS
    assert [SUFFIXES[type_] for type_ in ("audio/mpeg", "audio/mp4", "audio/wav", "audio/webm")] == [
        ".mp3", ".m4a", ".wav", ".weba",
    ]  # fmt: skip


def test_every_type_is_sound_or_video():
    assert {type_.split("/")[0] for type_ in TYPES.values()} == {"audio", "video"}
    assert not {mimetypes.guess_type(f"a{suffix}")[0] for suffix in RECORDINGS} & {
        "text/html",
        "image/svg+xml",
    }
