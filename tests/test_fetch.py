import gzip
import hashlib
import shutil
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from web import FILE, bomb, drip, drop, endless, lie, redirect, serve, slow, status

from ingest import __version__
from ingest.errors import (
    FetchError,
    Forbidden,
    Gone,
    PrivateAddress,
    TooLarge,
    Unreachable,
    WrongContent,
)
from ingest.network.fetch import Fetched, Fetcher, Limits
from ingest.network.validators import Validators

SOUND = bytes(range(256)) * 4000  # about a megabyte
SHA256 = hashlib.sha256(SOUND).hexdigest()
ETAG = f'"{SHA256[:16]}"'
MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT"
QUICK = Limits(pause=0.01, retries=2)
IMPATIENT = {"idle": 0.4, "answer": 0.6, "reading": 1.0}


@pytest.fixture
def fetcher():
    with Fetcher(QUICK) as fetcher:
        yield fetcher


def fetch_limited(url, **limits):
    with Fetcher(replace(QUICK, **limits)) as fetcher:
        return fetcher.get(url, trusted=True)


def parts(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_a_document_comes_with_all_that_is_known_of_it(web, fetcher):
    url = web.put("a/feed", b"<rss/>", "Application/RSS+XML; charset=ISO-8859-1")
    found = fetcher.get(url, trusted=True)
    sha256 = hashlib.sha256(b"<rss/>").hexdigest()
    assert found == Fetched(
        url=url, media_type="application/rss+xml", charset="iso-8859-1", name="feed.xml",
        validators=Validators(f'"{sha256[:16]}"', MODIFIED), length=6, sha256=sha256, content=b"<rss/>",
    )  # fmt: skip
    headers = web.requests[0].headers
    assert headers["user-agent"] == f"airquote/{__version__} (archive of speech)"
    assert headers["host"] == f"127.0.0.1:{web.port}"
    assert "cookie" not in headers


def test_the_contact_that_the_environment_names_is_told(web, monkeypatch):
    monkeypatch.setenv("AIRQUOTE_CONTACT", "archiv@radio.example\r\nX: (ä)")
    fetch_limited(web.put("a.txt", b"x"))
    (request,) = web.requests
    assert request.headers["user-agent"].endswith("(archive of speech; archiv@radio.example X:)")
    assert "x" not in request.headers


def test_what_has_not_changed_does_not_come_again(web, fetcher, tmp_path):
    url = web.put("talk.mp3", SOUND)
    known = fetcher.download(url, tmp_path, trusted=True).validators
    assert known == Validators(ETAG, MODIFIED)
    for ask in (fetcher.get, fetcher.look):
        found = ask(url, known=known, trusted=True)
        assert (found.unchanged, found.validators, found.content, found.path) == (True, known, b"", None)
    assert fetcher.download(url, tmp_path, known=known, trusted=True).unchanged
    web.put("talk.mp3", b"new", modified=1.8e9)
    assert fetcher.download(url, tmp_path, known=known, trusted=True).path.read_bytes() == b"new"
    assert (tmp_path / "talk.mp3").read_bytes() == SOUND, "nothing is overwritten"


def test_a_date_alone_tells_too_that_nothing_has_changed(web, fetcher):
    web.features = {"modified"}
    url = web.put("page.html", b"<p>x")
    known = fetcher.get(url, trusted=True).validators
    assert known == Validators("", MODIFIED)
    assert fetcher.get(url, known=known, trusted=True).unchanged


def test_an_answer_that_nothing_changed_to_who_knows_nothing_is_refused(web, fetcher, tmp_path):
    url = web.route("/odd", status(304))
    with pytest.raises(FetchError, match="was never here"):
        fetcher.get(url, trusted=True)


@pytest.mark.parametrize(
    ("hops", "moved"),
    [
        ([301], "/end"),
        ([308, 301], "/end"),
        ([302], ""),
        ([301, 302], "/1"),
        ([303, 307], ""),
    ],
)
def test_redirects_are_followed_and_those_for_good_are_told(web, fetcher, hops, moved):
    web.put("end", b"here")
    names = [f"/{n}" for n in range(len(hops))] + ["/end"]
    for code, here, there in zip(hops, names, names[1:], strict=False):
        web.route(here, redirect(there, code))
    found = fetcher.get(web.url("/0"), trusted=True)
    assert (found.url, found.content) == (web.url("/end"), b"here")
    assert found.moved == (web.url(moved) if moved else "")


def test_no_cookie_is_kept(web, fetcher):
    web.put("end", b"here")
    web.route("/start", lambda handler: handler.answer(302, location="/end", set_cookie="who=me; Path=/"))
    fetcher.get(web.url("/start"), trusted=True)
    fetcher.get(web.url("/end"), trusted=True)
    assert ["cookie" in request.headers for request in web.requests] == [False, False, False]


def test_redirects_without_an_end_are_left(web, fetcher):
    web.route("/a", redirect("/b"))
    web.route("/b", redirect("/a", 301))
    with pytest.raises(FetchError, match=r"^http://127.0.0.1:\d+/a: leads from one address to the next"):
        fetcher.get(web.url("/a"), trusted=True)
    assert len(web.requests) == 11


@pytest.mark.parametrize(
    ("code", "error", "times"),
    [
        (404, Gone, 1), (410, Gone, 1), (401, Forbidden, 1), (403, Forbidden, 1), (451, Forbidden, 1),
        (400, FetchError, 1), (418, FetchError, 1), (429, Unreachable, 3), (500, Unreachable, 3),
        (503, Unreachable, 3), (408, Unreachable, 3), (300, FetchError, 1),
    ],
)  # fmt: skip
def test_what_a_server_refuses_is_one_line_with_the_remedy(web, fetcher, tmp_path, code, error, times):
    url = web.route("/x", status(code))
    with pytest.raises(FetchError) as caught:
        fetcher.get(url, trusted=True)
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{url}: ")
    assert f"({code}); " in str(caught.value)
    assert web.count("/x") == times


@pytest.mark.parametrize(
    "failure",
    [status(500), status(429), drop(3), lie(b"abc", 5), slow(5), drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")],
    ids=["500", "429", "drop", "lie", "slow", "drip"],
)
def test_what_may_pass_is_tried_again(web, failure):
    web.put("a.txt", b"at last")
    url = web.route("/a.txt", failure, failure, FILE)
    assert fetch_limited(url, retries=5, **IMPATIENT).content == b"at last"
    assert web.count("/a.txt") >= 3


def test_a_server_that_says_when_to_come_again_is_heard(web, fetcher):
    web.put("a.txt", b"x")
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    url = web.route("/a.txt", status(429, retry_after="1"), status(503, retry_after=soon), FILE)
    began = time.monotonic()
    assert fetcher.get(url, trusted=True).content == b"x"
    assert 2 <= time.monotonic() - began < 4
    web.route("/a.txt", status(429, retry_after="3600"), FILE)
    with pytest.raises(Unreachable, match="busy"):
        fetcher.get(url, trusted=True)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (slow(5), "does not answer in time"),
        (drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), "does not answer in time"),
        (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"), "comes too slowly"),
        (drop(3), "the connection breaks off"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "the connection breaks off"),
    ],
)
def test_a_server_that_keeps_us_waiting_is_left_in_time(web, answer, message):
    web.put("a.txt", b"text")
    url = web.route("/a.txt", answer)
    began = time.monotonic()
    with pytest.raises(Unreachable, match=message):
        fetch_limited(url, retries=0, **IMPATIENT)
    assert time.monotonic() - began < 5


def test_where_nobody_answers_or_nobody_is_there_it_is_said(web, fetcher):
    with pytest.raises(Unreachable, match="nobody answers there"):
        fetcher.get("http://127.0.0.1:1/x", trusted=True)
    for trusted in (True, False):
        with pytest.raises(Unreachable, match=r"there is no host no-such\.invalid, or no network"):
            fetcher.get("http://no-such.invalid/x", trusted=trusted)


def test_a_redirect_to_a_host_that_is_not_there_names_that_one(web):
    url = web.route("/start", redirect("http://no-such.invalid/a.mp3"))
    with pytest.raises(Unreachable, match=r"/start: there is no host no-such\.invalid, or no network"):
        fetch_limited(url, retries=0, allow_private=True)


def test_a_connection_that_is_not_safe_is_refused_at_once(web, fetcher):
    web.put("a.txt", b"x")
    with pytest.raises(Unreachable, match="no safe connection"):
        fetcher.get(web.url("a.txt").replace("http:", "https:"), trusted=True)
    assert web.requests == []


@pytest.mark.parametrize(
    "url",
    ["", "radio", "//radio.example/x", "http://", "http:///x", "http://[::1", "http://a:99999/",
     "http://radio.example/" + "x" * 70_000, "javascript:alert(1)", "data:text/plain,x", "http://a\nb/"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_one_line(fetcher, url):
    with pytest.raises(FetchError, match="is not an address") as caught:
        fetcher.get(url, trusted=True)
    assert "\n" not in str(caught.value)


def test_a_password_is_sent_and_never_shown(web, fetcher):
    web.put("a.txt", b"x")
    url = web.url("a.txt").replace("//", "//ann:se%40cret@")
    assert fetcher.get(url, trusted=True).url == web.url("a.txt")
    assert web.requests[0].headers["authorization"] == "Basic YW5uOnNlQGNyZXQ="
    web.route("/a.txt", status(403))
    with pytest.raises(Forbidden) as caught:
        fetcher.get(url, trusted=True)
    assert str(caught.value).startswith(f"{web.url('a.txt')}: may not be fetched (403)")


def test_a_password_does_not_go_where_the_server_leads(web, fetcher):
    web.put("b.txt", b"x")
    web.route("/a", redirect(web.url("b.txt")))
    fetcher.get(web.url("a").replace("//", "//ann:secret@"), trusted=True)
    assert ["authorization" in request.headers for request in web.requests] == [True, False]


def test_a_packed_document_is_unpacked_within_the_limit(web, fetcher):
    packed = gzip.compress(b"a" * 5000)
    headers = {"content_encoding": "gzip", "content_type": "text/plain"}
    url = web.route("/a", status(200, packed, **headers))
    assert fetcher.get(url, trusted=True).content == b"a" * 5000
    assert fetch_limited(url, document=5000).length == 5000
    with pytest.raises(TooLarge, match="more than 4,999 bytes"):
        fetch_limited(url, document=4999)
    web.route("/a", status(200, b"not packed", **headers))
    with pytest.raises(WrongContent, match="cannot be unpacked"):
        fetcher.get(url, trusted=True)


def test_a_bomb_is_left_before_it_has_filled_the_memory(web):
    import tracemalloc

    url = web.route("/bomb", bomb(200_000_000))
    tracemalloc.start()
    with pytest.raises(TooLarge):
        fetch_limited(url, document=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_what_is_too_large_is_refused_by_its_length_or_when_it_is_reached(web, fetcher, tmp_path):
    url = web.route("/huge", lie(b"x", 60_000_000))
    with pytest.raises(TooLarge):
        fetcher.get(url, trusted=True)
    with Fetcher(replace(QUICK, recording=1_000_000)) as limited:
        url = web.route("/endless.mp3", endless(b"x" * 9999, content_type="audio/mpeg"))
        with pytest.raises(TooLarge):
            limited.download(url, tmp_path, trusted=True)
        with pytest.raises(TooLarge):
            limited.look(url, trusted=True, whole=True)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith(".")]


def test_a_recording_arrives_whole_and_says_how_far_it_is(web, fetcher, tmp_path):
    told = []
    url = web.put("a/The talk.MP3", SOUND, "audio/mpeg")
    found = fetcher.download(
        url, tmp_path / "new", trusted=True, progress=lambda done, length: told.append((done, length))
    )
    assert found.path == tmp_path / "new" / "The talk.mp3"
    assert (found.length, found.sha256, found.validators.etag) == (len(SOUND), SHA256, ETAG)
    assert found.path.read_bytes() == SOUND
    assert told == sorted(told)
    assert told[-1] == (len(SOUND), len(SOUND))
    assert parts(tmp_path / "new") == []
    assert "identity" in web.requests[0].headers["accept-encoding"]


def test_the_same_file_again_stays_one_and_another_gets_another_name(web, fetcher, tmp_path):
    first = fetcher.download(web.put("1/talk.mp3", SOUND), tmp_path, trusted=True)
    same = fetcher.download(web.put("2/talk.mp3", SOUND), tmp_path, trusted=True)
    other = fetcher.download(web.put("3/talk.mp3", b"other"), tmp_path, trusted=True)
    assert [found.path.name for found in (first, same, other)] == ["talk.mp3", "talk.mp3", "talk-2.mp3"]
    assert first.path.read_bytes() == SOUND
    assert other.path.read_bytes() == b"other"


@pytest.mark.parametrize(
    "features", [{"etag", "range"}, {"modified", "range"}, {"etag", "modified", "range"}]
)
def test_a_download_that_breaks_off_goes_on_where_it_was(web, fetcher, tmp_path, features):
    web.features = features
    web.put("talk.mp3", SOUND)
    url = web.route("/talk.mp3", drop(300_000))
    found = fetcher.download(url, tmp_path, trusted=True)
    assert (found.sha256, found.length) == (SHA256, len(SOUND))
    ranges = [request.headers.get("range", "") for request in web.requests]
    assert ranges == ["", *(f"bytes={n * 300_000}-" for n in (1, 2, 3))]
    conditions = {request.headers.get("if-range") for request in web.requests[1:]}
    assert conditions == {ETAG if "etag" in features else MODIFIED}


@pytest.mark.parametrize("features", [{"range"}, {"etag", "modified"}, set()])
def test_where_the_rest_cannot_be_had_a_download_begins_again(web, fetcher, tmp_path, features):
    web.features = features
    web.put("talk.mp3", SOUND)
    url = web.route("/talk.mp3", drop(600_000), drop(10), FILE)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256
    assert len(web.requests) == 3


def test_a_download_that_never_gets_further_ends(web, fetcher, tmp_path):
    web.features = set()
    web.put("talk.mp3", SOUND)
    url = web.route("/talk.mp3", drop(600_000))
    with pytest.raises(Unreachable, match="the connection breaks off"):
        fetcher.download(url, tmp_path, trusted=True)
    assert len(web.requests) == 4, "the first brought something, the others nothing new"


def test_a_file_that_changes_meanwhile_is_not_mixed_with_what_it_was(web, fetcher, tmp_path):
    web.put("talk.mp3", b"old" * 300_000)

    def change(handler):
        web.put("talk.mp3", SOUND, modified=1.8e9)
        FILE(handler)

    url = web.route("/talk.mp3", drop(500_000), change)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256


@pytest.mark.parametrize(
    "wrong",
    [
        {"content_range": "bytes 0-5/1024000"},
        {"content_range": "bytes 300000-300005/9"},
        {"content_range": "bytes 300000-300005/1024000", "etag": '"other"'},
        {"content_range": "nonsense"},
        {},
    ],
)
def test_a_part_that_does_not_fit_is_not_taken(web, fetcher, tmp_path, wrong):
    web.put("talk.mp3", SOUND)
    url = web.route(
        "/talk.mp3", drop(300_000), status(206, b"xxxxxx", content_type="audio/mpeg", **wrong), FILE
    )
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256


def test_a_server_that_gives_less_than_the_rest_is_asked_on(web, fetcher, tmp_path):
    web.put("talk.mp3", SOUND)

    def sip(handler):
        begun = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        handler.headers.replace_header("Range", f"bytes={begun}-{begun + 299_999}")
        FILE(handler)

    url = web.route("/talk.mp3", drop(300_000), sip)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256


def test_a_recording_that_comes_packed_is_refused(web, fetcher, tmp_path):
    packed = status(200, gzip.compress(SOUND), content_type="audio/wav", content_encoding="gzip")
    with pytest.raises(WrongContent, match="is sent packed"):
        fetcher.download(web.route("/talk.wav", packed), tmp_path, trusted=True)


def test_a_weak_mark_is_no_ground_to_go_on(web, fetcher, tmp_path):
    web.features = {"range"}
    web.put("talk.mp3", SOUND)
    weak = {"content_type": "audio/mpeg", "etag": 'W/"1"'}
    url = web.route("/talk.mp3", lambda h: lie(SOUND[:70_000], len(SOUND), **weak)(h), FILE)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256
    assert "range" not in web.requests[1].headers


def test_a_download_that_was_killed_goes_on_in_the_next_process(web, fetcher, tmp_path):
    web.put("talk.mp3", SOUND)
    sent = []

    def stall(handler):
        handler.most = 400_000
        FILE(handler)
        sent.append(True)
        web.over.wait(20)

    url = web.route("/talk.mp3", stall, FILE)
    code = (
        "import sys, pathlib; from ingest.network.fetch import Fetcher\n"
        "with Fetcher() as f: f.download(sys.argv[1], pathlib.Path(sys.argv[2]), trusted=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, url, str(tmp_path)])
    until = time.monotonic() + 15
    while time.monotonic() < until and not (sent and (size := _part_size(tmp_path)) == 400_000):
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert size == 400_000
    assert not (tmp_path / "talk.mp3").exists()
    found = fetcher.download(url, tmp_path, trusted=True)
    assert (found.path.name, found.sha256, parts(tmp_path)) == ("talk.mp3", SHA256, [])
    assert [request.headers.get("range") for request in web.requests] == [None, "bytes=400000-"]


def _part_size(folder):
    return sum(path.stat().st_size for path in folder.glob(".part-*") if path.suffix != ".json")


def test_a_part_that_was_whole_already_is_finished(web, fetcher, tmp_path, monkeypatch):
    url = web.put("talk.mp3", SOUND)

    def crash(self, name):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ingest.network.parts.Part.finish", crash)
        with pytest.raises(KeyboardInterrupt):
            fetcher.download(url, tmp_path, trusted=True)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256
    assert web.requests[1].headers["range"] == f"bytes={len(SOUND) - 1}-"


@pytest.mark.parametrize("notes", ["", "{", "[]", '{"etag": "x"}', '{"etag": [], "length": "x"}'])
def test_notes_that_cannot_be_read_are_no_reason_to_fail(web, fetcher, tmp_path, notes):
    web.put("talk.mp3", SOUND)
    url = web.route("/talk.mp3", drop(100), status(404), FILE)
    with pytest.raises(Gone):
        fetcher.download(url, tmp_path, trusted=True)
    (path,) = tmp_path.glob(".part-*.json")
    path.write_text(notes)
    assert fetcher.download(url, tmp_path, trusted=True).sha256 == SHA256


def test_what_has_not_changed_meanwhile_leaves_no_part(web, fetcher, tmp_path):
    web.put("talk.mp3", SOUND)
    url = web.route("/talk.mp3", drop(100), status(404), FILE)
    with pytest.raises(Gone):
        fetcher.download(url, tmp_path, trusted=True)
    assert len(parts(tmp_path)) == 2
    assert fetcher.download(url, tmp_path, known=Validators(ETAG), trusted=True).unchanged
    assert parts(tmp_path) == []


@pytest.mark.parametrize(
    ("type", "name", "what"),
    [
        ("text/html", "talk.mp3", "is no recording, but text/html"),
        ("application/json", "talk", "is no recording, but application/json"),
        ("audio/x-mpegurl", "live.m3u", "is a playlist"),
        ("application/vnd.apple.mpegurl", "live.m3u8", "is a playlist"),
    ],
)
def test_what_is_no_recording_is_not_taken_for_one(web, fetcher, tmp_path, type, name, what):
    with pytest.raises(WrongContent, match=what):
        fetcher.download(web.put(name, b"x", type), tmp_path, trusted=True)
    assert list(tmp_path.iterdir()) == []


def test_a_live_stream_is_not_waited_for(web, fetcher, tmp_path):
    url = web.route("/live", endless(b"x" * 999, content_type="audio/mpeg", icy_name="Radio"))
    with pytest.raises(WrongContent, match="is a live stream"):
        fetcher.download(url, tmp_path, trusted=True)


def test_a_recording_is_not_read_into_memory(web, fetcher):
    with pytest.raises(WrongContent, match="is a recording, not a text"):
        fetcher.get(web.put("talk.mp3", SOUND), trusted=True)


@pytest.mark.parametrize(
    ("name", "type", "recording"),
    [
        ("talk.mp3", "audio/mpeg", True),
        ("play", "video/mp4", True),
        ("talk.mp3", "application/octet-stream", True),
        ("talk.mp3", "text/plain", True),
        ("talk.mp3", "text/html; charset=utf-8", False),
        ("feed", "application/rss+xml", False),
        ("page", "application/octet-stream", False),
        ("talk.vtt", "text/vtt", False),
    ],
)
def test_an_address_that_may_be_anything_is_fetched_as_what_it_is(
    web, fetcher, tmp_path, name, type, recording
):
    found = fetcher.download(web.put(name, b"content", type), tmp_path, anything=True, trusted=True)
    assert (found.path is not None, found.content) == (recording, b"" if recording else b"content")
    assert found.sha256 == hashlib.sha256(b"content").hexdigest()


def test_a_look_tells_what_a_file_is_and_fetches_nothing(web, fetcher):
    url = web.put("talk.mp3", SOUND)
    found = fetcher.look(url, trusted=True)
    assert (found.length, found.validators, found.sha256) == (len(SOUND), Validators(ETAG, MODIFIED), "")
    assert fetcher.look(url, trusted=True, whole=True).sha256 == SHA256
    web.features = set()
    assert fetcher.look(url, trusted=True).length == len(SOUND)
    assert fetcher.look(web.put("empty.mp3", b""), trusted=True).length == 0
    with pytest.raises(Gone):
        fetcher.look(web.url("none"), trusted=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{}/a", "http://localhost:{}/a", "http://127.1:{}/a", "http://2130706433:{}/a",
        "http://0x7f000001:{}/a", "http://[::ffff:127.0.0.1]:{}/a", "http://0.0.0.0:{}/a",
        "http://[::1]:{}/a", "http://good@127.0.0.1:{}/a", "http://10.0.0.1/", "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[fd00::1]/",
        "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://240.0.0.1/",
        "http://100.64.0.1/", "https://127.0.0.1:{}/a",
    ],
)  # fmt: skip
def test_an_address_that_somebody_else_wrote_does_not_lead_into_the_local_network(
    web, fetcher, tmp_path, url
):
    web.put("a", b"secret")
    url = url.format(web.port)
    for ask in (fetcher.get, fetcher.look, lambda url: fetcher.download(url, tmp_path)):
        with pytest.raises(PrivateAddress, match="not on the public internet; add --allow-private"):
            ask(url)
    assert web.requests == []


@pytest.mark.parametrize(
    "to", ["http://localhost:{}/a", "http://[::1]/", "http://169.254.169.254/", "//10.0.0.1/"]
)
def test_nor_does_a_redirect_from_an_address_that_the_user_named(web, fetcher, to):
    web.put("a", b"secret")
    web.route("/start", redirect(to.format(web.port)))
    with pytest.raises(PrivateAddress):
        fetcher.get(web.url("start"), trusted=True)
    assert web.count("/a") == 0


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:1", "gopher://x/"])
def test_a_redirect_leads_nowhere_but_to_the_web(web, fetcher, to):
    url = web.route("/start", redirect(to))
    with pytest.raises(FetchError, match="is not an address on the web"):
        fetcher.get(url, trusted=True)


def test_the_local_network_can_be_allowed(web, tmp_path):
    web.put("a.mp3", SOUND)
    url = web.route("/start", redirect(web.url("a.mp3").replace("127.0.0.1", "localhost")))
    with Fetcher(replace(QUICK, allow_private=True)) as fetcher:
        assert fetcher.download(url, tmp_path).sha256 == SHA256


@pytest.fixture
def names(monkeypatch):
    """Let radio.example and other.example be this machine, and count as public; give what is looked up."""
    real, asked = socket.getaddrinfo, []

    def look_up(host, *arguments, **options):
        asked.append(host)
        return real("127.0.0.1" if host.endswith(".example") else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("ingest.network.addresses.is_public", lambda address: True)
    return asked


def test_the_connection_goes_to_the_address_that_was_checked_under_the_name_that_was_asked(
    web, fetcher, names
):
    web.put("a", b"here")
    assert fetcher.get(f"http://radio.example:{web.port}/a").content == b"here"
    assert names.count("radio.example") == 1, "a name that means something else a moment later leads nowhere"
    assert set(names) == {"radio.example", "127.0.0.1"}
    assert web.requests[0].headers["host"] == f"radio.example:{web.port}"


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_a_certificate_has_to_be_for_the_name_that_was_asked_for(tmp_path, monkeypatch, names):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=Radio",
         "-addext", "subjectAltName=DNS:radio.example", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate, key)
    web, server = serve(tmp_path, secure)
    web.put("a", b"here")
    with Fetcher(QUICK) as fetcher, pytest.raises(Unreachable, match="no safe connection"):
        fetcher.get(f"https://radio.example:{web.port}/a")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Fetcher(QUICK) as fetcher:
        assert fetcher.get(f"https://radio.example:{web.port}/a").content == b"here"
        for trusted in (True, False):
            with pytest.raises(Unreachable, match=r"no safe connection \(.*other\.example"):
                fetcher.get(f"https://other.example:{web.port}/a", trusted=trusted)
    server.shutdown()
    server.server_close()


def test_the_next_address_of_a_host_is_tried_where_the_first_does_not_answer(web, fetcher, monkeypatch):
    web.put("a", b"here")
    monkeypatch.setattr("ingest.network.client.find_public", lambda host, label: ["127.0.0.2", "127.0.0.1"])
    assert fetcher.get(web.url("a")).content == b"here"


def test_a_proxy_that_cannot_be_used_is_one_line(monkeypatch):
    monkeypatch.setenv("http_proxy", "nonsense://x")
    with pytest.raises(FetchError, match="the proxy that the environment names"), Fetcher():
        pass
