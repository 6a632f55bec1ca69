import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site, write_wav

from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.transcript import make_slug, save_new


async def test_the_whole_recording_is_sent_with_its_type(site, archive):
    response = await site.client.get(f"/audio/{HARBOUR}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "audio/wav"
    assert response.headers["accept-ranges"] == "bytes"
    assert response.content == (archive / "clips" / "harbour.wav").read_bytes()


@pytest.mark.parametrize(
    ("asked", "status", "first", "length"),
    [("bytes=0-99", 206, 0, 100), ("bytes=1000-1009", 206, 1000, 10), ("bytes=-10", 206, -10, 10)],
)
async def test_a_range_is_answered_with_just_these_bytes(site, archive, asked, status, first, length):
    whole = (archive / "clips" / "harbour.wav").read_bytes()
    response = await site.client.get(f"/audio/{HARBOUR}", headers={"Range": asked})
    start = first if first >= 0 else len(whole) + first
    assert response.status_code == status
    assert response.headers["content-range"] == f"bytes {start}-{start + length - 1}/{len(whole)}"
    assert response.content == whole[start : start + length]


async def test_a_range_beyond_the_end_is_refused(site):
    response = await site.client.get(f"/audio/{HARBOUR}", headers={"Range": "bytes=99999999-"})
    assert response.status_code == 416


async def test_head_tells_the_length_and_sends_nothing(site, archive):
    response = await site.client.request("HEAD", f"/audio/{CHINESE}")
    assert response.status_code == 200
    assert int(response.headers["content-length"]) == (archive / "clips" / "chinese.wav").stat().st_size
    assert response.content == b""


async def test_a_recording_elsewhere_is_redirected_to(site):
    response = await site.client.get(f"/audio/{ARABIC}", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (302, "https://radio.example/akhbar.mp3")


@pytest.mark.parametrize(
    ("name", "status"),
    [(f"{HARBOUR}.wav", 200), (f"{HARBOUR}.mp3", 404), (f"{HARBOUR}.WAV", 404), (f"{ARABIC}.mp3", 302),
     (f"{ARABIC}.wav", 404), (f"{SILENT}.wav", 404), ("nobody.wav", 404)],
)  # fmt: skip
async def test_a_recording_has_a_name_that_ends_as_its_own(site, name, status):
    response = await site.client.get(f"/audio/{name}", headers={"Range": "bytes=0-9"}, follow_redirects=False)
    assert response.status_code == (206 if status == 200 else status)


@pytest.mark.parametrize("clip", [COOPERATION, SILENT, "nobody", "a.b"])
async def test_a_recording_that_is_not_here_is_not_found(site, clip):
    assert (await site.client.get(f"/audio/{clip}")).status_code == 404


async def test_only_sound_is_given_out(tmp_path):
    audios = {
        "db": "archive.db", "passwd": "/etc/passwd", "yml": "transcripts/yml/clip.yml",
        "folder": "transcripts", "null": "a\0b.wav", "long": "x" * 5000 + ".wav",
    }  # fmt: skip
    for clip, audio in audios.items():
        save_new(tmp_path, make_transcript(clip, Facts(title=clip), [("", "Hello.")], audio=audio), None)
    write_wav(tmp_path / "elsewhere" / "far.wav", 1)
    absolute = make_transcript(
        "far", Facts(title="far"), [("", "Hello.")], audio=str(tmp_path / "elsewhere/far.wav")
    )
    save_new(tmp_path, absolute, None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    answers = {
        c: (await site.client.get(f"/audio/{c}")).status_code for c in ("db", "passwd", "yml", "folder")
    }
    assert answers == {"db": 404, "passwd": 404, "yml": 404, "folder": 404}
    assert [(await site.client.get(f"/audio/{c}")).status_code for c in ("null", "long", "far")] == [
        404,
        404,
        200,
    ]


async def test_a_recording_is_sent_whatever_it_is_called_and_a_page_never(tmp_path):
    contents = {
        "tape.041": b"OggS\x00\x02" + bytes(90), "tape.html": b"ID3\x04\x00" + b"<script>alert(1)</script>",
        "page.041": b"<html><script>alert(1)</script>", "drawing.svg": b"<svg onload='alert(1)'/>",
        "page": b"\xef\xbb\xbf<!doctype html>",
    }  # fmt: skip
    for name, content in contents.items():
        clip = make_slug(name)
        save_new(tmp_path, make_transcript(clip, Facts(title=name), [("", "Hello.")], audio=name), None)
        (tmp_path / name).write_bytes(content)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    answers = {name: await site.client.get(f"/audio/{make_slug(name)}") for name in contents}
    told = {name: (answer.status_code, answer.headers["content-type"]) for name, answer in answers.items()}
    nothing = 404, "text/plain; charset=utf-8"
    assert told == {
        "tape.041": (200, "audio/ogg"), "tape.html": (200, "audio/mpeg"),
        "page.041": nothing, "drawing.svg": nothing, "page": nothing,
    }  # fmt: skip
    assert answers["tape.041"].content == contents["tape.041"]
    assert answers["tape.html"].headers["x-content-type-options"] == "nosniff"
    page = (await site.client.get("/clip/tape-041")).text
    assert 'src="/audio/tape-041"' in page
