import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.network.parts import Part, Version, make_name
from ingest.network.validators import Validators

URL = "https://radio.example/talk.mp3"
VERSION = Version(Validators('"1"', "Tue, 14 Nov 2023 22:13:20 GMT"), 9)


@pytest.mark.parametrize(
    ("url", "disposition", "media_type", "name"),
    [
        ("https://r.example/a/talk.mp3", "", "audio/mpeg", "talk.mp3"),
        ("https://r.example/a/talk.mp3?x=../../y.wav#z", "", "", "talk.mp3"),
        ("https://r.example/a/talk.MP3", "", "", "talk.mp3"),
        ("https://r.example/a/The%20%C3%9Cbung.m4a", "", "", "The Übung.m4a"),
        ("https://r.example/导弹防御.mp3", "", "", "导弹防御.mp3"),
        ("https://r.example/play.php", "", "audio/mpeg", "play.php.mp3"),
        ("https://r.example/talk.exe", "", "audio/mpeg", "talk.exe.mp3"),
        ("https://r.example/talk.html", "", "audio/mpeg", "talk.mp3"),
        ("https://r.example/", "", "audio/x-m4a", "recording.m4a"),
        ("https://r.example/talk", "", "application/octet-stream", "talk"),
        ("https://r.example/x", 'attachment; filename="The talk.mp3"', "", "The talk.mp3"),
        ("https://r.example/x", "attachment; filename*=UTF-8''%c3%9cbung.ogg", "", "Übung.ogg"),
        ("https://r.example/talk.mp3", 'attachment; filename="download"', "", "talk.mp3"),
        ("https://r.example/x", 'attachment; filename="../../etc/cron.d/x.mp3"', "", "x.mp3"),
        ("https://r.example/x", 'attachment; filename="..\\\\..\\\\boot.mp3"', "", "boot.mp3"),
        ("https://r.example/x", 'attachment; filename="/etc/passwd"', "audio/mpeg", "passwd.mp3"),
        ("https://r.example/..%2f..%2fetc%2fpasswd", "", "audio/ogg", "passwd.ogg"),
        ("https://r.example/%2e%2e/", "", "audio/ogg", "recording.ogg"),
        ("https://r.example/.bashrc", "", "", "bashrc"),
        ("https://r.example/a%00b%0a%1b%5b31mc.mp3", "", "", "a b [31mc.mp3"),
        ("https://r.example/a%E2%80%AE3pm.exe", "", "audio/mpeg", "a 3pm.exe.mp3"),
        ("https://r.example/CON.mp3", "", "", "CON_.mp3"),
        ("https://r.example/a:b*c?.mp3", "", "audio/mpeg", "a b c.mp3"),
        ("https://r.example/talk.vtt", "", "text/vtt", "talk.vtt"),
        ("https://r.example/captions?id=3", "", "application/x-subrip", "captions.srt"),
        ("not an address", "", "audio/mpeg", "not an address.mp3"),
        ("http://[::1", "", "audio/mpeg", "recording.mp3"),
    ],
)
def test_a_file_gets_a_name_that_is_safe_and_says_what_it_is(url, disposition, media_type, name):
    assert make_name(url, disposition, media_type) == name


def test_the_address_that_was_named_says_more_than_where_a_file_is_kept():
    cdn = "https://cdn.example/9f8a7b?signature=x"
    assert make_name("https://r.example/talk.mp3", "", "audio/mpeg", cdn) == "talk.mp3"
    assert make_name("https://r.example/play?id=3", "", "audio/mpeg", "https://cdn.example/t.ogg") == "t.ogg"


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["", "audio/mpeg", "text/html"]))
def test_no_name_leads_anywhere_else(path, disposition, media_type):
    name = make_name(f"https://r.example/{path}", f'attachment; filename="{disposition}"', media_type)
    assert name == os.path.basename(name)  # noqa: PTH119
    assert 0 < len(name.encode()) < 140
    assert not name.startswith(".")
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|')


def test_a_part_knows_of_which_version_it_is_also_in_another_process(tmp_path):
    part = Part(tmp_path / "new", URL)
    assert (part.size, part.find_version()) == (0, None)
    part.begin(VERSION)
    assert list(part.append(iter([b"abc", b"de"]), 0)) == [3, 5]
    again = Part(tmp_path / "new", URL)
    assert (again.size, again.find_version()) == (5, VERSION)
    assert list(again.append(iter([b"XY"]), 3)) == [5]
    assert again.path.read_bytes() == b"abcXY"
    assert Part(tmp_path / "new", URL + "x").size == 0, "each address has a part of its own"
    again.begin(VERSION)
    assert again.size == 0


def test_a_version_without_marks_is_none_to_go_on_with(tmp_path):
    part = Part(tmp_path, URL)
    part.begin(Version(Validators(), 9))
    list(part.append(iter([b"abc"]), 0))
    assert part.find_version() is None


@pytest.mark.parametrize("linked", [True, False])
def test_a_whole_part_gets_its_name_and_overwrites_nothing(tmp_path, monkeypatch, linked):
    if not linked:
        monkeypatch.setattr(os, "link", lambda *names: (_ for _ in ()).throw(PermissionError("no links")))
    names = []
    for content in (b"one", b"two", b"one", b"two", b"three"):
        part = Part(tmp_path, URL)
        part.begin(VERSION)
        list(part.append(iter([content]), 0))
        path, _ = part.finish("talk.mp3")
        assert path.read_bytes() == content
        names.append(path.name)
    assert names == ["talk.mp3", "talk-2.mp3", "talk.mp3", "talk-2.mp3", "talk-3.mp3"]
    assert len(list(tmp_path.iterdir())) == 3
