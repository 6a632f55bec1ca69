import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.links import Link, find_recording, format_language, is_web, resolve_link

PAGE = "https://e.org/news/1.html"


@pytest.mark.parametrize(
    ("base", "link", "address"),
    [
        (PAGE, "a.mp3", "https://e.org/news/a.mp3"),
        (PAGE, "../../../a.mp3", "https://e.org/a.mp3"),
        (PAGE, "//cdn.e.org/a.mp3", "https://cdn.e.org/a.mp3"),
        (PAGE, " /a\n b.mp3?x=1&y=2#t ", "https://e.org/a%20b.mp3?x=1&y=2#t"),
        (PAGE, "HTTP://E.org/A", "http://E.org/A"),
        (PAGE, "http://müller.example/ö", "http://müller.example/ö"),
        ("", "sub/a.mp3", "sub/a.mp3"),
        ("", "sub/../a.mp3", "sub/../a.mp3"),
        ("", "//cdn.e.org/a.mp3", "https://cdn.e.org/a.mp3"),
        ("", "../a.mp3", ""),
        ("", "sub/../../a.mp3", ""),
        ("", "%2e%2e/a.mp3", ""),
        ("", "..\\a.mp3", ""),
        ("", "/etc/passwd", ""),
        ("", "", ""),
        (PAGE, "", ""),
        (PAGE, "javascript:alert(1)", ""),
        (PAGE, "java\nscript:alert(1)", ""),
        (PAGE, " JavaScript:alert(1)", ""),
        (PAGE, "file:///etc/passwd", ""),
        (PAGE, "file://e.org/etc/passwd", ""),
        (PAGE, "data:audio/wav;base64,AAAA", ""),
        (PAGE, "ftp://e.org/a.mp3", ""),
        (PAGE, "C:\\a.mp3", ""),
        (PAGE, "http://", ""),
        (PAGE, "http://[::1/a.mp3", ""),
        (PAGE, "http://e.org:port/a.mp3", ""),
        (PAGE, "a\x00.mp3", ""),
        (PAGE, "a\x1b[2J.mp3", ""),
        (PAGE, "a" * 5_000, ""),
    ],
)
def test_a_link_is_followed_on_the_web_and_below_a_file_and_nowhere_else(base, link, address):
    assert resolve_link(base, link) == address


@given(st.text(), st.sampled_from(["", PAGE, "https://e.org"]))
def test_whatever_a_link_holds_it_gives_an_address_of_the_web_a_path_below_or_nothing(link, base):
    address = resolve_link(base, link)
    assert "\n" not in address
    assert is_web(address) or not base or not address
    assert is_web(address) or not address.startswith(("/", ".."))
    assert resolve_link(base, address) == address


@pytest.mark.parametrize(
    ("links", "address"),
    [
        ([], ""),
        ([Link("")], ""),
        ([Link("https://e.org/a.jpg", "image/jpeg"), Link("https://e.org/a", "audio/mpeg")], "https://e.org/a"),
        ([Link("https://e.org/1"), Link("https://e.org/2.mp3?x")], "https://e.org/2.mp3?x"),
        ([Link("https://e.org/1"), Link("https://e.org/2")], "https://e.org/1"),
        ([Link("https://e.org/1.pdf"), Link("https://e.org/2", "application/octet-stream")], "https://e.org/2"),
        ([Link("https://e.org/1.pdf")], ""),
        ([Link("https://e.org/a.m3u8", "application/vnd.apple.mpegurl")], ""),
        ([Link("https://e.org/a.torrent", "application/x-bittorrent"),
          Link("https://e.org/a.mp4", "video/mp4")],
         "https://e.org/a.mp4"),
        ([Link("https://e.org/a.mp3", "text/html")], ""),
    ],
)  # fmt: skip
def test_the_first_link_to_a_recording_is_taken_or_one_that_may_be_one(links, address):
    assert find_recording(links) == address


@pytest.mark.parametrize(
    ("stated", "code"),
    [("EN", "en"), ("en-gb", "en-GB"), ("zh-Hant_tw", "zh-Hant-TW"), ("x", ""), ("", ""), ("en us", ""),
     ("English", ""), ("sr-Latn", "sr-Latn"), ("ca-valencia", "ca-valencia")],
)  # fmt: skip
def test_a_language_is_written_in_one_way(stated, code):
    assert format_language(stated) == code
