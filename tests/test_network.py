"""Clips from the network, through the command line, from a real web server on the loopback."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from sqlite_utils import Database
from web import drop, redirect, slow, status

from ingest.cli import main
from ingest.transcript import load_transcript

av = pytest.importorskip("av", reason="the extra `audio` is not installed")
pytest.importorskip("whisper", reason="the extra `whisper` is not installed")

DATA = Path(__file__).parent / "data"
SPOKEN = DATA / "miniature-whisper/clips"
MODEL = ("--model", str(DATA / "miniature-whisper/whisper-mini.pt"))
WEATHER, HARBOUR = (SPOKEN / f"{name}.flac" for name in ("a01_rms", "a04_en-us"))
TEXT = "Tomorrow will be mostly sunny with a high of 24 degrees. We will have more on this story at eleven."
VTT = """WEBVTT

00:00.200 --> 00:04.000
<v Ann Lee>Tomorrow will be mostly sunny with a high of 24 degrees.

00:04.500 --> 00:08.000
<v Ann Lee>We will have more on this story at eleven.
"""
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Sunny Days</title></head>
<body><article><h1>Sunny Days</h1>
<time itemprop="datePublished" datetime="2026-11-20">today</time>
<audio src="/sound/weather.flac"></audio><p>{}</p></article></body></html>"""
ITEM = """<item><title>{title}</title><guid isPermaLink="false">{guid}</guid>
<pubDate>Fri, 20 Nov 2026 06:30:00 GMT</pubDate>
<enclosure url="{url}" type="audio/flac" length="1"/>{more}</item>"""
FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"
xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Radio Port</title>
<itunes:author>Radio Port Ansgar</itunes:author><language>en</language>{}</channel></rss>"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ingest(*arguments, status=0, command="add"):
    result = CliRunner().invoke(main, [command, "--json", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def said(outcomes):
    return [(o["clip"], o["status"], o["message"]) for o in outcomes]


def put_feed(web, *items):
    made = [ITEM.format(**({"more": "", "guid": item["url"]} | item)) for item in items]
    return web.put("feed.xml", FEED.format("".join(made)).encode())


def put_two(web):
    """A feed of two items, one with a text and chapters."""
    web.put("weather.flac", WEATHER.read_bytes())
    web.put("harbour.flac", HARBOUR.read_bytes())
    web.put("weather.vtt", VTT.encode())
    chapters = {
        "version": "1.2.0",
        "chapters": [{"startTime": 0, "title": "Sun"}, {"startTime": 4.5, "title": "Later"}],
    }
    web.put("chapters.json", json.dumps(chapters).encode())
    more = (
        f'<podcast:transcript url="{web.url("weather.vtt")}" type="text/vtt"/>'
        f'<podcast:chapters url="{web.url("chapters.json")}" type="application/json+chapters"/>'
        '<podcast:person role="guest">Ann Lee</podcast:person>'
    )
    return put_feed(
        web,
        {"title": "Sunny Days", "url": web.url("weather.flac"), "guid": "1", "more": more},
        {"title": "The Harbour", "url": web.url("harbour.flac"), "guid": "2"},
    )


def test_a_feed_becomes_clips_with_its_facts_texts_and_chapters(desk, web):
    outcomes, _ = ingest(put_two(web), *MODEL)
    assert said(outcomes) == [
        ("2026-11-20-sunny-days", "added", ""), ("2026-11-20-the-harbour", "added", ""),
    ]  # fmt: skip
    folder = Path("transcripts/2026-11-20-sunny-days")
    clip = load_transcript(folder).clip
    assert clip.facts.date == "2026-11-20T06:30:00Z"
    assert (clip.facts.programme, clip.facts.broadcaster) == ("Radio Port", "Radio Port Ansgar")
    assert [(s.name, s.part) for s in clip.facts.speakers] == [("Ann Lee", "guest")]
    assert (clip.audio, clip.facts.audio_url) == ("clips/weather.flac", web.url("weather.flac"))
    assert clip.origins["title"].startswith("feed ")
    assert (clip.text_from, Path("transcripts/2026-11-20-sunny-days/script.vtt").read_text()) == (
        "import",
        VTT,
    )
    db = Database("archive.db")
    assert [(r["start"], r["title"]) for r in db["chapters"].rows] == [(0.0, "Sun"), (4.5, "Later")]
    assert {r["url"] for r in db["watch"].rows} == {web.url("weather.flac"), web.url("harbour.flac")}
    assert CliRunner().invoke(main, ["check"]).output == "all is well\n"


def test_the_same_feed_again_fetches_no_recording_twice(desk, web):
    feed = put_two(web)
    ingest(feed, *MODEL)
    before = {p: p.read_bytes() for p in desk.rglob("*") if p.is_file() and p.suffix != ".db"}
    sent = len(web.requests)
    outcomes, _ = ingest(feed)
    assert [o["status"] for o in outcomes] == ["unchanged", "unchanged"]
    asked = {request.path: request.headers for request in web.requests[sent:]}
    assert "if-none-match" in asked["/weather.flac"]
    assert {p: p.read_bytes() for p in desk.rglob("*") if p.is_file() and p.suffix != ".db"} == before
    assert said(ingest(feed, "--limit", 1)[0]) == [("2026-11-20-sunny-days", "unchanged", "")]
    assert ingest(feed, "--since", "2026-11-21")[0] == []


def test_what_changes_behind_a_feed_is_noticed_and_nothing_is_lost(desk, web):
    feed = put_two(web)
    ingest(feed, *MODEL)
    web.put("harbour.flac", (SPOKEN / "a00_awb.flac").read_bytes())
    put_feed(
        web,
        {"title": "Sunnier Days", "url": web.url("weather.flac"), "guid": "1"},
        {"title": "The Harbour", "url": web.url("harbour.flac"), "guid": "2"},
    )
    outcomes, _ = ingest(feed, *MODEL)
    assert said(outcomes) == [
        ("2026-11-20-sunny-days", "updated", "changed: title"),
        ("2026-11-20-the-harbour", "updated", "the recording has changed; run 2 added"),
    ]
    assert sorted(p.name for p in Path("clips").glob("*.flac")) == [
        "harbour-2.flac", "harbour.flac", "weather.flac",
    ]  # fmt: skip
    assert Path("clips/harbour.flac").read_bytes() == HARBOUR.read_bytes()
    assert said(ingest("clips")[0]) == [
        ("2026-11-20-the-harbour", "unchanged", ""),
        ("2026-11-20-the-harbour", "unchanged", "a recording that it had before"),
        ("2026-11-20-sunny-days", "unchanged", ""),
    ]


def test_an_item_that_moves_keeps_its_clip_and_its_recording(desk, web):
    web.put("old.flac", WEATHER.read_bytes())
    item = {"title": "Sunny Days", "guid": "urn:radio:2026:sunny-days"}
    feed = put_feed(web, item | {"url": web.url("old.flac")})
    ingest(feed, *MODEL)
    web.put("new/place.flac", WEATHER.read_bytes())
    put_feed(web, item | {"url": web.url("new/place.flac")})
    (outcome,), _ = ingest(feed)
    assert (outcome["clip"], outcome["status"]) == ("2026-11-20-sunny-days", "updated")
    assert outcome["message"] == "changed: audio_url"
    assert [p.name for p in Path("clips").iterdir()] == ["old.flac"]


def test_a_page_on_the_web_gives_its_recording_and_its_text(desk, web):
    web.put("sound/weather.flac", WEATHER.read_bytes())
    page = web.put("news/sunny.html", PAGE.format(TEXT).encode())
    (outcome,), _ = ingest(page, *MODEL)
    assert said([outcome]) == [("2026-11-20-sunny-days", "added", "")]
    folder = Path("transcripts/2026-11-20-sunny-days")
    clip = load_transcript(folder).clip
    assert (clip.facts.page_url, clip.facts.audio_url) == (page, web.url("sound/weather.flac"))
    assert (clip.text_from, (folder / "script.txt").read_text()) == ("script", TEXT)
    assert Path("clips/weather.html").is_file()
    assert said(ingest(page)[0]) == [("2026-11-20-sunny-days", "unchanged", "")]
    web.put("news/sunny.html", PAGE.format(TEXT.replace("mostly", "partly")).encode())
    assert said(ingest(page, *MODEL)[0]) == [
        ("2026-11-20-sunny-days", "updated", "the published text has changed")
    ]
    assert said(ingest("clips")[0]) == [("2026-11-20-sunny-days", "unchanged", "")]


def test_a_recording_and_its_text_by_their_addresses(desk, web):
    sound, text = web.put("weather.flac", WEATHER.read_bytes()), web.put("text.txt", TEXT.encode())
    (outcome,), _ = ingest(sound, "--script", text, "--title", "Sun", *MODEL)
    assert (outcome["clip"], outcome["source"], outcome["status"]) == ("sun", sound, "added")
    assert Path("transcripts/sun/script.txt").read_text() == TEXT
    captions = web.put("harbour.vtt", VTT.encode())
    assert said(ingest(captions, "--title", "Harbour")[0]) == [("harbour", "added", "")]


@pytest.mark.parametrize("name", ["list.csv", "list.json", "list.yml"])
def test_a_manifest_gives_a_clip_a_row(desk, web, name):
    shutil.copy(WEATHER, "weather.flac")
    far = web.put("harbour.flac", HARBOUR.read_bytes())
    rows = [
        {"audio": "weather.flac", "title": "Sunny Days", "speakers": "Ann Lee; Reader; host", "id": "sun"},
        {"audio": far, "title": "The Harbour", "date": "2013-05~", "guid": "urn:harbour:of:2013"},
        {"audio": "gone.flac", "title": "Gone"},
    ]
    if name.endswith("csv"):
        keys = ["audio", "title", "date", "speakers", "id", "guid"]
        lines = [",".join(f'"{row.get(key, "")}"' for key in keys) for row in rows]
        Path(name).write_text("\n".join([",".join(keys), *lines]))
    else:
        Path(name).write_text(json.dumps(rows) if name.endswith("json") else yaml.safe_dump(rows))
    outcomes, _ = ingest(name, *MODEL, status=1)
    assert said(outcomes[:2]) == [("sun", "added", ""), ("2013-05-the-harbour", "added", "")]
    assert "the audio “gone.flac” is not there" in outcomes[2]["message"]
    clip = load_transcript(Path("transcripts/sun")).clip
    assert clip.origins["title"].startswith("manifest ")
    assert [s.title for s in clip.facts.speakers] == ["Reader"]
    assert [o["status"] for o in ingest(name, status=1)[0]] == ["unchanged", "unchanged", "failed"]


def test_a_dry_run_over_a_feed_fetches_no_recording(desk, web):
    feed = put_two(web)
    outcomes, _ = ingest(feed, "--dry-run")
    assert said(outcomes) == [
        ("2026-11-20-sunny-days", "added", "new; it would be fetched"),
        ("2026-11-20-the-harbour", "added", "new; it would be fetched"),
    ]
    assert {request.path for request in web.requests} == {"/feed.xml"}
    assert list(desk.iterdir()) == []


def test_what_fails_on_the_network_is_one_line_and_the_rest_lands(desk, web):
    web.put("weather.flac", WEATHER.read_bytes())
    web.put("harbour.flac", HARBOUR.read_bytes())
    web.route("/gone.flac", status(404))
    web.route("/loop.flac", redirect("/loop.flac"))
    web.route("/weather.flac", drop(60_000), slow(0.2))
    web.route("/lost.vtt", status(410))
    more = f'<podcast:transcript url="{web.url("lost.vtt")}" type="text/vtt"/>'
    names = ("gone", "loop", "weather", "page")
    web.put("page.flac", b"<html>sorry</html>", type="text/html")
    feed = put_feed(web, *({"title": name, "url": web.url(f"{name}.flac"), "more": more} for name in names))
    outcomes, errors = ingest(feed, web.url("nothing.xml"), *MODEL, status=1)
    assert [o["status"] for o in outcomes] == ["failed", "failed", "added", "failed", "failed"]
    for outcome, reason in zip(outcomes, ["404", "without an end", "", "no recording", "404"], strict=True):
        assert reason in outcome["message"]
        assert "\n" not in outcome["message"]
    assert web.count("/weather.flac") == 2
    assert f"(the text of {web.url('weather.flac')})" in errors


@pytest.mark.parametrize(("content", "reason"), [(None, "is not there (404)"), (b" \n", "is empty")])
def test_a_text_that_the_user_named_is_not_done_without(desk, web, content, reason):
    shutil.copy(WEATHER, "weather.flac")
    web.put("weather.vtt", VTT.encode())
    lost = web.put("lost.vtt", content) if content else web.url("lost.vtt")
    more = f'<podcast:transcript url="{lost}" type="text/vtt"/>'
    item = f"<item><title>Lost</title><guid>urn:lost:item</guid>{more}</item>"
    web.put("feed.xml", FEED.format(item).encode())
    Path("list.csv").write_text(f"audio,script\nweather.flac,{lost}\n,{lost}\n,{web.url('weather.vtt')}\n")
    outcomes, _ = ingest("list.csv", web.url("feed.xml"), *MODEL, status=1)
    assert [o["status"] for o in outcomes] == ["failed", "failed", "added", "failed"]
    assert all(o["message"].startswith(f"{lost}: {reason}") for o in outcomes[:2])
    assert outcomes[3]["message"] == f"{lost}: has no text that can be fetched, and no recording"
    (outcome,), _ = ingest("weather.flac", "--script", lost, *MODEL, status=1)
    assert outcome["message"].startswith(f"{lost}: {reason}")


def test_a_page_that_is_named_as_the_text_goes_before_what_lies_beside(desk, web):
    shutil.copy(WEATHER, "weather.flac")
    Path("weather.txt").write_text("Something else was published.")
    page = web.put("sunny.html", PAGE.format(TEXT).encode())
    assert said(ingest("weather.flac", "--script", page, "--engine", "none")[0])[0][1] == "added"
    (folder,) = Path("transcripts").iterdir()
    assert (folder / "script.txt").read_text() == TEXT


def test_a_page_without_a_recording_is_taken_in_once(desk, web):
    words = " ".join(f"This is sentence number {n}." for n in range(30))
    text_only = PAGE.replace('<audio src="/sound/weather.flac"></audio>', "")
    page = web.put("sunny.html", text_only.format(words).encode())
    clip = "2026-11-20-sunny-days"
    assert said(ingest(page)[0]) == [(clip, "added", "")]
    assert said(ingest(page)[0]) == [(clip, "unchanged", "")]
    (file,) = Path("clips").iterdir()
    file.unlink()
    assert said(ingest(page)[0]) == [(clip, "unchanged", "")], "it comes once more"
    assert file.is_file()
    shutil.copy(WEATHER, "weather.flac")
    shutil.copy(file, "weather.html")
    assert said(ingest("weather.flac", "--engine", "none")[0])[0][:2] == (clip, "updated")
    assert said(ingest(page)[0]) == [(clip, "unchanged", "")]


def test_a_feed_elsewhere_does_not_lead_into_the_local_network(desk, web):
    web.put("weather.flac", WEATHER.read_bytes())
    Path("feed.xml").write_text(
        FEED.format(ITEM.format(title="Sun", guid="1", url=web.url("weather.flac"), more=""))
    )
    (outcome,), _ = ingest("feed.xml", *MODEL, status=1)
    assert outcome["message"].endswith(
        "is not on the public internet; add --allow-private if you trust who wrote it"
    )
    assert web.requests == []
    assert ingest("feed.xml", "--allow-private", *MODEL)[0][0]["status"] == "added"
