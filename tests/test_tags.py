import sys
from fractions import Fraction
from pathlib import Path

import pytest
from test_bext import DATA, FMT, make_bext, make_wave

from ingest.chapters import Chapter
from ingest.facts import Facts, Speaker
from ingest.material import gather
from ingest.sources import Source
from ingest.tags import Tags, read_chapters, read_tags

av = pytest.importorskip("av", reason="the extra `audio` is not installed")

SHARED = Path(__file__).parents[2] / "shared" / "audio"
CODECS = {
    "mp3": "mp3", "m4a": "aac", "opus": "libopus", "flac": "flac", "mka": "libopus", "webm": "libopus",
    "aiff": "pcm_s16be", "wav": "pcm_s16le", "caf": "pcm_s16be",
}  # fmt: skip
OPTIONS = {"aiff": {"write_id3v2": "1"}, "bext": {"write_bext": "1"}}


def write(path, tags, chapters=(), codec="", options="", **track):
    """A second of silence with tags, as libav writes them."""
    import numpy as np

    kind = path.suffix[1:]
    with av.open(str(path), "w", options=OPTIONS.get(options or kind, {})) as container:
        stream = container.add_stream(codec or CODECS[kind], rate=48000, layout="mono")
        container.metadata.update(tags)
        stream.metadata.update(track)
        if chapters:
            container.set_chapters([
                {"id": n, "start": int(start * 1000), "end": int(start * 1000) + 400,
                 "time_base": Fraction(1, 1000), "metadata": {"title": title} if title else {}}
                for n, (start, title) in enumerate(chapters, 1)
            ])  # fmt: skip
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48000), np.int16), format="s16", layout="mono")
        frame.rate = 48000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


STATED = {
    "title": "Cooperation Is Key", "artist": "Frank Rose", "album": "Editorials", "date": "2013-05-14",
    "comment": "On the defense of others", "copyright": "Public domain", "language": "eng",
}  # fmt: skip
TAKEN = Facts(
    title="Cooperation Is Key", programme="Editorials", summary="On the defense of others",
    rights="Public domain", language="en",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["mp3", "opus", "flac", "mka", "webm", "aiff", "wav", "caf"])
def test_each_container_states_the_same(tmp_path, kind):
    assert read_tags(write(tmp_path / f"a.{kind}", STATED)) == Tags(TAKEN)


def test_the_atoms_of_an_mp4_name_programme_and_broadcaster(tmp_path):
    atoms = {"show": "The Morning Tide", "network": "Radio Port Ansgar", "description": "A talk"}
    path = write(tmp_path / "a.m4a", STATED | atoms)
    assert read_tags(path).facts == Facts(
        title="Cooperation Is Key", programme="The Morning Tide", broadcaster="Radio Port Ansgar",
        summary="A talk", rights="Public domain",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "language", "taken"),
    [("m4a", "deu", "de"), ("m4a", "eng", ""), ("m4a", "und", ""), ("mka", "fre", "fr"), ("mka", "eng", "")],
)
def test_a_tracks_language_counts_where_no_program_fills_it_in(tmp_path, kind, language, taken):
    path = write(tmp_path / f"a.{kind}", {}, language=language)
    assert read_tags(path).facts == Facts(language=taken)


@pytest.mark.parametrize(
    ("tags", "facts"),
    [
        ({"title": "Track 01", "album": "Unknown Album", "artist": "Unknown Artist"}, Facts()),
        ({"title": "harbour  TALK"}, Facts()),
        ({"title": "harbour_talk.flac"}, Facts()),
        ({"title": "01", "album": "2013"}, Facts()),
        ({"title": "https://radio.example/1", "comment": "www.radio.example"}, Facts()),
        ({"title": "M\ufffdller"}, Facts()),
        ({"title": "Ã\x83Â©loge"}, Facts()),
        ({"title": "x" * 2001}, Facts()),
        ({"title": " \0 "}, Facts()),
        ({"comment": "Processed by SoX", "publisher": "Lavf59.27.100"}, Facts()),
        ({"comment": "fre:ac - free audio converter <https://www.freac.org/>"}, Facts()),
        ({"comment": "SRCL-6240"}, Facts()),
        ({"comment": "hello there"}, Facts()),
        ({"description": "Far at sea"}, Facts(summary="Far at sea")),
        ({"description": "<p>Wind from the <b>west</b></p>"}, Facts(summary="Wind from the west")),
        ({"title": "At <sea>", "comment": "He said <no> to it"}, Facts(title="At <sea>",
                                                                      summary="He said <no> to it")),
        ({"title": "Tides", "album": "tides"}, Facts(title="Tides")),
        ({"title": "Audacity of Hope", "album": "Track and Field"}, Facts(title="Audacity of Hope",
                                                                          programme="Track and Field")),
        ({"title": "新的净水站"}, Facts(title="新的净水站")),
        ({"organization": "Radio Port Ansgar"}, Facts(broadcaster="Radio Port Ansgar")),
        ({"publisher": "Pro Tools 12"}, Facts()),
        ({"license": "CC0 1.0"}, Facts(rights="CC0 1.0")),
        ({"language": "pt_BR"}, Facts(language="pt-BR")),
        ({"language": "English"}, Facts()),
        ({"language": "xxx"}, Facts()),
        ({"year": "2013", "creation_time": "2013-05-14T06:30:00Z"}, Facts()),
    ],
)  # fmt: skip
def test_a_tag_that_says_nothing_is_no_fact(tmp_path, tags, facts):
    assert read_tags(write(tmp_path / "harbour_talk.flac", tags)).facts == facts


@pytest.mark.parametrize("originator", ["ZOOM H5", "Pro Tools", "Lavf62", ""])
def test_of_a_broadcast_extension_the_day_counts_and_a_device_does_not(tmp_path, originator):
    bext = (b"bext", make_bext("Harbour talk", originator, "2013-05-14", 16000 * 23400))
    released = (b"LIST", b"INFOICRD\5\0\0\0" + b"2019\0\0")  # the year of the copy
    path = tmp_path / "a.wav"
    path.write_bytes(make_wave(bext, FMT, DATA, released))
    assert read_tags(path) == Tags(Facts(summary="Harbour talk", date="2013-05-14"), 23400.0)


def test_a_broadcaster_signs_its_extension(tmp_path):
    tags = {"originator": "Radio Port Ansgar", "origination_date": "1998-11-19", "title": "Tides"}
    path = write(tmp_path / "a.wav", tags | {"time_reference": "96000"}, options="bext")
    facts = Facts(title="Tides", broadcaster="Radio Port Ansgar", date="1998-11-19")
    assert read_tags(path) == Tags(facts, 2.0)


def test_without_libav_only_the_extension_speaks(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", {"originator": "Radio Port", "title": "Tides"}, options="bext")
    monkeypatch.delitem(sys.modules, "ingest.audio", raising=False)
    monkeypatch.setitem(sys.modules, "av", None)
    assert read_tags(path) == Tags(Facts(broadcaster="Radio Port"), 0.0)
    assert read_chapters(path) == ()


@pytest.mark.parametrize("content", [b"", b"no audio", b"<html>"])
def test_what_is_no_recording_states_nothing(tmp_path, content):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    assert read_tags(path) == Tags(Facts())
    assert read_tags(tmp_path / "missing.mp3") == Tags(Facts())
    assert read_chapters(path) == ()


@pytest.mark.parametrize("kind", ["mp3", "m4a", "mka"])
def test_chapters_have_their_starts_and_titles(tmp_path, kind):
    path = write(tmp_path / f"a.{kind}", {}, chapters=[(0, "News"), (0.45, "Weather & <tides>")])
    assert read_chapters(path) == (Chapter(0.0, "News"), Chapter(0.45, "Weather & <tides>"))


def test_a_recording_without_chapters_has_none(tmp_path):
    assert read_chapters(write(tmp_path / "a.flac", {})) == ()


def test_tags_yield_to_every_source_but_the_files_name(tmp_path):
    path = write(tmp_path / "talk_1.flac", {"title": "Tides", "album": "Morning", "language": "en"})
    sidecar = tmp_path / "talk_1.yml"
    sidecar.write_text("programme: The Morning Tide\n")
    material = gather(Source(path, sidecar), Facts(speakers=(Speaker("Ann Lee"),)))
    assert {key: origin.split()[0] for key, origin in material.origins.items()} == {
        "title": "tag", "programme": "sidecar", "language": "tag", "speakers": "option",
    }  # fmt: skip
    assert material.facts == Facts(
        title="Tides", programme="The Morning Tide", language="en", speakers=(Speaker("Ann Lee"),)
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")
@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("made/bwf_bext.wav", Tags(
            Facts(date="1998-11-19", broadcaster="Test Radio", summary="Gettysburg Address, reading"),
            124.03125,
        )),
        ("made/id3v23_tyer_tdat.mp3", Tags(
            Facts(title="Inaugural Address", programme="Presidential speeches"),
        )),
        ("quodlibet__mutagen/tests/data/issue_29.wma", Tags(
            Facts(title="Señor Flamingos Adieu", programme="Live at Vega"),
        )),
        ("taglib__taglib/tests/data/alaw.aifc", Tags(
            Facts(title="woodblock", rights="Copyright 1991, Prosonus"),
        )),
    ],
)  # fmt: skip
def test_real_recordings_state_what_others_wrote(name, tags):
    assert read_tags(SHARED / name) == tags


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")
def test_no_real_file_breaks_the_reading_of_its_tags():
    paths = [path for path in SHARED.rglob("*") if path.is_file() and path.stat().st_size < 200_000]
    assert len(paths) > 100
    for path in paths:
        assert isinstance(read_tags(path), Tags)
        assert all(chapter.start >= 0 for chapter in read_chapters(path))
