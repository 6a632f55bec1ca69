import dataclasses
import re
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import make_transcript
from sqlite_utils import Database
from web import redirect, status

from ingest.archive import rebuild
from ingest.cli import main
from ingest.facts import Facts
from ingest.files import hash_file, lock_archive
from ingest.network.fetch import Fetcher, Limits
from ingest.online import Visit, Visitor, describe_visit
from ingest.published import Published
from ingest.sightings import load_watch, record_fetch
from ingest.transcript import FOLDER, load_clip, save_clip, save_new

TEXT = "The tide waits for the sluice. Nobody can wait for the tide at the old pier."
SOUND = b"sound " * 20_000
LIMITS = Limits(pause=0.01, retries=1, allow_private=True)


def make_page(text, furniture="Today's weather: rain"):
    return f"<html><nav>{furniture}</nav><article><h1>Tide</h1><p>{text}</p></article></html>".encode()


@pytest.fixture
def archive(tmp_path, web, monkeypatch):
    """An archive of one clip, whose page and recording are on the web."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ingest.online.PAUSE", 0.0)
    facts = Facts(
        title="A talk", language="en",
        page_url=web.put("talk.html", make_page(TEXT)), audio_url=web.put("talk.mp3", SOUND),
    )  # fmt: skip
    (tmp_path / "talk.mp3").write_bytes(SOUND)
    transcript = make_transcript("a-talk", facts, [("", TEXT)], text_from="script", audio="talk.mp3")
    clip = dataclasses.replace(transcript.clip, audio_sha256=hash_file(tmp_path / "talk.mp3"))
    save_new(tmp_path, dataclasses.replace(transcript, clip=clip), Published(TEXT.encode()))
    rebuild(tmp_path)
    return tmp_path


def look(archive, limits=LIMITS):
    """Look at all addresses; give the status of page and recording, and the lines that are said."""
    with Fetcher(limits) as fetcher:
        visits = list(Visitor(archive, fetcher, pause=0.0).visit(["a-talk"]))
    assert all(isinstance(visit, Visit) for visit in visits)
    return [visit.sighting.status for visit in visits], [line for v in visits if (line := describe_visit(v))]


def rows(archive):
    sql = "SELECT kind, status, detail FROM watch ORDER BY kind DESC"
    return list(Database(archive / "archive.db").execute(sql))


def age(archive, days=2):
    """Let all that was seen be older."""
    path = archive / FOLDER / "a-talk/watch.yml"
    path.write_text(re.sub(r"'20\d\d-\d\d-\d\dT", f"'2026-01-{days:02}T", path.read_text()))


def test_what_is_as_it_was_says_nothing_and_is_noted_once(archive, web):
    assert look(archive) == (["ok", "ok"], [])
    _, audio = load_watch(archive / FOLDER / "a-talk")
    assert audio.taken == f"bytes {len(SOUND)} {hash_file(archive / 'talk.mp3')}", "of the length of ours"
    assert rows(archive) == [("page", "ok", ""), ("audio", "ok", "")]
    assert sum(int(r.headers.get("range") == "bytes=0-0") for r in web.requests) == 1
    path = archive / FOLDER / "a-talk/watch.yml"
    before = path.stat().st_mtime_ns, (archive / "archive.db").stat().st_mtime_ns
    assert look(archive) == (["ok", "ok"], [])
    assert (path.stat().st_mtime_ns, (archive / "archive.db").stat().st_mtime_ns) == before
    assert [r.headers.get("if-none-match", "")[:1] for r in web.requests] == ["", "", '"', '"']


def test_looking_changes_neither_the_clip_nor_what_a_rebuild_makes(archive):
    clip = (archive / FOLDER / "a-talk/clip.yml").read_bytes()
    look(archive)
    assert (archive / FOLDER / "a-talk/clip.yml").read_bytes() == clip
    assert CliRunner().invoke(main, ["check"]).stdout == "all is well\n"
    grown = rows(archive)
    rebuild(archive)
    assert rows(archive) == grown


def test_what_is_gone_is_told_with_its_date_until_it_is_back(archive, web):
    look(archive)
    age(archive)
    web.route("/talk.html", status(410))
    web.route("/talk.mp3", status(404))
    statuses, lines = look(archive)
    assert statuses == ["gone", "gone"]
    day = load_watch(archive / FOLDER / "a-talk")[0].since[:10]
    assert lines == [
        f"a-talk: its page {web.url('talk.html')} is gone since {day} (is not there (410)); "
        "put where it is now into clip.yml",
        f"a-talk: its recording {web.url('talk.mp3')} is gone since {day} (is not there (404)); "
        "put where it is now into clip.yml",
    ]
    assert [s for _, s, _ in rows(archive)] == ["gone", "gone"]
    web.routes.clear()
    assert look(archive) == (
        ["ok", "ok"],
        [
            f"a-talk: its page {web.url('talk.html')} is back as it was",
            f"a-talk: its recording {web.url('talk.mp3')} is back as it was",
        ],
    )
    page, _ = load_watch(archive / FOLDER / "a-talk")
    assert [(c.status, c.since[:10]) for c in page.history] == [("ok", "2026-01-02"), ("gone", day)]


def test_other_furniture_on_a_page_is_no_change_of_its_text(archive, web):
    look(archive)
    web.put("talk.html", make_page(TEXT.replace("tide waits", "tide — waits"), "Today's weather: sun"))
    assert look(archive) == (["ok", "ok"], [])


def test_another_text_is_a_change_from_the_script_that_stays_until_it_is_taken_back(archive, web):
    web.put("talk.html", make_page(TEXT.replace("old", "new")))
    _, lines = look(archive)
    assert "(1 words are gone, 1 are new)" in lines[0], "also at the first look"
    statuses, again = look(archive)
    assert (statuses[0], again) == ("changed", lines)
    web.put("talk.html", make_page(TEXT))
    assert look(archive)[1] == [f"a-talk: its page {web.url('talk.html')} is back as it was"]


def test_a_change_that_the_archive_has_taken_in_is_none_any_more(archive, web):
    look(archive)
    text = TEXT.replace("old", "new")
    web.put("talk.html", make_page(text))
    assert look(archive)[0] == ["changed", "ok"]
    (archive / FOLDER / "a-talk/script.txt").write_text(text)
    assert look(archive)[0] == ["ok", "ok"]
    assert web.requests[-2].headers["if-none-match"], "also when the server says that nothing has changed"


def test_a_page_with_another_text_than_the_script_is_compared_with_itself(archive, web):
    web.put("talk.html", make_page("In this programme: how the sea behaves."))
    assert look(archive) == (["ok", "ok"], [])
    web.put("talk.html", make_page("In this programme: how the land behaves."))
    statuses, lines = look(archive)
    assert statuses == ["changed", "ok"]
    assert "(its text is other words)" in lines[0]
    web.put("talk.html", b"<p>We have moved.")
    assert look(archive)[0] == ["changed", "ok"], "also when nothing is left that could be read"


def test_a_recording_of_another_length_has_changed_and_is_not_read(archive, web):
    look(archive)
    web.put("talk.mp3", SOUND + b"more", modified=1.8e9)
    statuses, lines = look(archive)
    assert statuses == ["ok", "changed"]
    assert "has changed since" in lines[0]
    assert "(120004 bytes, not 120000); ingest it again" in lines[0]
    assert all(r.headers.get("range") for r in web.requests if r.path == "/talk.mp3")
    assert look(archive) == (statuses, lines), "the server says that it has not changed since then"


def test_a_recording_that_may_be_another_is_read(archive, web):
    look(archive)
    web.put("talk.mp3", SOUND, modified=1.8e9)
    web.features = {"modified", "range"}
    assert look(archive)[0] == ["ok", "ok"], "the same bytes, put there again"
    web.put("talk.mp3", SOUND.replace(b"sound", b"noise"), modified=1.9e9)
    statuses, lines = look(archive)
    assert statuses == ["ok", "changed"]
    assert "(other bytes)" in lines[0]


def test_what_was_taken_from_the_address_is_what_it_is_compared_with(archive, web, tmp_path_factory):
    folder = archive / FOLDER / "a-talk"
    with Fetcher(LIMITS) as fetcher:
        found = fetcher.download(web.url("talk.mp3"), tmp_path_factory.mktemp("download"))
    record_fetch(folder, "audio", web.url("talk.mp3"), found)
    web.put("talk.mp3", SOUND.replace(b"sound", b"noise"), modified=1.9e9)
    assert look(archive)[0] == ["ok", "changed"]


def test_a_page_in_the_place_of_a_recording_is_a_change(archive, web):
    web.put("talk.mp3", b"<p>Sorry", "text/html")
    look(archive)
    assert rows(archive)[1] == ("audio", "ok", ""), "nobody knows what was there before"
    web.put("talk.mp3", SOUND, "audio/mpeg", modified=1.8e9)
    look(archive)
    web.put("talk.mp3", b"<p>Sorry", "text/html", modified=1.9e9)
    assert look(archive)[0] == ["ok", "changed"]
    assert rows(archive)[1] == ("audio", "changed", "is a page now")


def test_what_has_moved_for_good_is_told_and_is_no_failure(archive, web):
    web.put("new/talk.html", make_page(TEXT))
    web.route("/talk.html", redirect("/new/talk.html", 301))
    web.route("/talk.mp3", redirect("/new/talk.mp3", 302))
    web.put("new/talk.mp3", SOUND)
    statuses, lines = look(archive)
    assert statuses == ["moved", "ok"], "a redirect for now is none for good"
    old, new = web.url("talk.html"), web.url("new/talk.html")
    assert lines == [f"a-talk: its page {old} has moved to {new}; put that into clip.yml"]
    web.put("new/talk.html", make_page(TEXT.replace("old", "new")))
    _, lines = look(archive)
    assert f"(1 words are gone, 1 are new, now at {new})" in lines[0]


def test_a_server_that_does_not_answer_is_no_proof_that_something_is_gone(archive, web):
    look(archive)
    web.route("/talk.html", status(500))
    web.route("/talk.mp3", status(403))
    statuses, lines = look(archive)
    assert statuses == ["unreachable", "unreachable"]
    assert "cannot be reached since" in lines[0]
    assert "(its server is busy or broken (500)); try again later" in lines[0]
    taken = [one.taken for one in load_watch(archive / FOLDER / "a-talk")]
    assert all(taken), "what is known of it stays known"


def test_a_host_is_asked_at_most_once_in_the_pause(archive, web):
    began = time.monotonic()
    with Fetcher(LIMITS) as fetcher:
        list(Visitor(archive, fetcher, pause=0.3).visit(["a-talk", "a-talk"]))
    assert time.monotonic() - began >= 3 * 0.3


def test_a_clip_that_cannot_be_read_does_not_keep_the_others_from_being_looked_at(archive):
    shutil.copytree(archive / FOLDER / "a-talk", archive / FOLDER / "b-talk")
    with Fetcher(LIMITS) as fetcher:
        first, *others = Visitor(archive, fetcher, pause=0.0).visit(["b-talk", "a-talk"])
    assert str(first).startswith("b-talk/clip.yml: says id 'a-talk'")
    assert [visit.clip for visit in others] == ["a-talk", "a-talk"]


def test_addresses_that_are_none_of_the_web_are_left_alone(archive, web):
    folder = archive / FOLDER / "a-talk"
    clip = dataclasses.replace(
        make_transcript("a-talk", Facts(), [("", TEXT)]).clip,
        facts=Facts(page_url="nonsense", audio_url="s3://bucket/talk.mp3"),
    )
    save_clip(folder, clip)
    statuses, lines = look(archive)
    assert statuses == ["unreachable"]
    assert "nonsense cannot be reached" in lines[0]


def run(*arguments):
    return CliRunner().invoke(main, ["check", "--online", *arguments])


def test_the_command_says_what_it_saw_and_its_status_tells_too(archive, web):
    result = run("--allow-private")
    assert (result.exit_code, result.output) == (0, "all is well\n2 addresses looked at\n")
    web.route("/talk.html", status(404))
    result = run("--allow-private", "a-talk")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"a-talk: its page {web.url('talk.html')} is gone since 20")
    web.routes.clear()
    result = run("--allow-private")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert "is back as it was" in result.stdout
    assert Path("archive.db").exists()


def test_the_command_does_not_look_into_the_local_network_unless_it_may(archive, web):
    result = run()
    assert result.exit_code == 1
    assert result.stderr.count("not on the public internet; add --allow-private") == 2
    assert web.requests == []
    assert not Path("transcripts/a-talk/watch.yml").exists()


def test_what_was_gone_and_comes_back_as_something_else_says_so(archive, web):
    look(archive)
    web.put("talk.html", make_page(TEXT.replace("old", "new")))
    look(archive)
    web.route("/talk.html", status(404))
    look(archive)
    web.routes.clear()
    assert look(archive)[0] == ["changed", "ok"], "the server says that it is what it was last"
    assert rows(archive)[0] == ("page", "changed", "")


@pytest.mark.parametrize("url", ["http://[::1", "http://", "https://a b/", "//x", "http://127.0.0.1:99999/"])
def test_an_address_that_is_none_is_one_line(archive, url):
    folder = archive / FOLDER / "a-talk"
    clip = load_clip(folder)
    save_clip(folder, dataclasses.replace(clip, facts=dataclasses.replace(clip.facts, page_url=url)))
    statuses, lines = look(archive)
    assert statuses == ["unreachable", "ok"]
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["check", "a-talk"], 2, "without --online the whole archive is checked"),
        (["check", "--online", "b-talk"], 1, "b-talk: there is no such clip"),
        (["check", "--online", "--archive", "/nowhere"], 1, "holds no transcripts/"),
    ],
)
def test_what_the_command_cannot_do_is_said(archive, arguments, code, message):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code
    assert message in result.stderr


def test_while_another_writes_to_the_archive_nothing_is_noted(archive, web):
    with lock_archive(archive):
        result = run("--allow-private")
    assert (result.exit_code, result.stderr) == (1, ".: another ingest is at work there; wait for its end\n")
    assert not Path("transcripts/a-talk/watch.yml").exists()


def test_a_damaged_watch_yml_is_named_and_takes_nothing_from_the_site(archive, web):
    look(archive)
    (archive / FOLDER / "a-talk/watch.yml").write_text("page: [x]")
    assert rebuild(archive) == []
    assert rows(archive) == []
    result = CliRunner().invoke(main, ["check"])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("a-talk/watch.yml: cannot be read")
    assert run("--allow-private").stderr.startswith("a-talk/watch.yml: cannot be read")
