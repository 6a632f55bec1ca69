"""What `ingest init` writes, and how each line of Datasette, as a real server, takes it."""

import json
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import yaml
from click.testing import CliRunner
from conftest import (
    ARABIC,
    COOPERATION,
    HARBOUR,
    SILENT,
    WEATHER,
    make_clips,
    make_differing,
    make_transcript,
)
from markupsafe import escape

from ingest.archive import TABLES, rebuild
from ingest.cli import main
from ingest.facts import Facts, Speaker
from ingest.index import VIEWS
from ingest.site import NAMES, make_files, refresh_text
from ingest.transcript import save_new

ROOT = Path(__file__).parent.parent
BLOCK = make_files({})["metadata.yml"].partition("databases:\n")[2]


def init(*arguments, status=0):
    result = CliRunner().invoke(main, ["init", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result.stdout.splitlines(), result.stderr.splitlines()


def make_unsure():
    """A clip with words that the engine was unsure of, and speech without text."""
    facts = Facts(title="Unsure", date="2024-05-01", speakers=(Speaker("Clara Benning"),))
    given = make_transcript("2024-unsure", facts, [("Clara Benning", "Mumble mumble."), ("", "Clear words.")])
    first, last = given.segments
    words = (replace(first.words[0], probability=0.25), replace(first.words[1], probability=0.45))
    run = replace(given.runs[1], speech=((0.0, 1.8), (5.0, 12.5)), duration=13.0,
                  words=(*words, *(replace(word, probability=None) for word in last.words)))  # fmt: skip
    segments = (replace(first, words=words), last)
    return replace(given, clip=replace(given.clip, duration=13.0), segments=segments, runs={1: run})


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a server on an archive that was made by `ingest init`."""
    folder = tmp_path_factory.mktemp("radio")
    init(folder, "--title", "Radio <Port> Ansgar", "--license", "CC0 1.0")
    for transcript in [*make_clips(), make_differing(), make_unsure()]:
        save_new(folder, transcript, None)
    assert rebuild(folder) == []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "datasette", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            assert server.poll() is None, "the server has ended"
            try:
                urlopen(f"http://127.0.0.1:{port}/-/versions.json").close()
                break
            except URLError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def get(url, **parameters):
    with urlopen(f"{url}?{urlencode(parameters)}" if parameters else url) as response:
        return response.read().decode()


def ask(served, query, **parameters):
    return json.loads(get(f"{served}/archive/{query}.json", _shape="array", **parameters))


def test_a_new_archive_gets_what_a_person_says_of_it(tmp_path):
    said = {"title": "Radio: “one”", "license": "CC BY 4.0", "source_url": "https://radio.example/"}
    options = [part for key, word in said.items() for part in (f"--{key.replace('_', '-')}", word)]
    made, notes = init(tmp_path / "radio", *options)
    assert [Path(path).name for path in made] == [
        "transcripts", "clips", "metadata.yml", "datasette.yml", "archive.db",
    ]  # fmt: skip
    assert notes == []
    text = (tmp_path / "radio/metadata.yml").read_text()
    values = yaml.safe_load(text)
    assert list(values.pop("databases")) == ["archive"]
    assert values.pop("description") == "Recordings that can be searched, heard, and quoted to the second."
    assert values == said
    assert text.endswith(BLOCK)


def test_said_again_only_what_is_missing_is_made_and_nothing_is_written_over(tmp_path):
    init(tmp_path, "--title", "Mine")
    before = (tmp_path / "metadata.yml").read_bytes()
    assert init(tmp_path) == ([], [])
    (tmp_path / "datasette.yml").unlink()
    path = tmp_path / "metadata.yml"
    assert init(tmp_path, "--title", "Yours", "--source", "Us") == (
        [str(tmp_path / "datasette.yml")], [f"{path}: is there already; write title, source into it"],
    )  # fmt: skip
    path.write_text("title: Mine alone\n")
    assert init(tmp_path) == (
        [], [f"{path}: stays as it is; --refresh brings tables and queries up to date and keeps your words"],
    )  # fmt: skip
    assert path.read_text() == "title: Mine alone\n"
    path.write_bytes(before)
    assert init(tmp_path, "--refresh") == ([], [])
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", [name for names in NAMES.values() for name in names])
def test_a_file_under_another_of_its_names_is_not_doubled(tmp_path, name):
    (tmp_path / name).write_text("{}")
    init(tmp_path)
    mine = next(key for key, names in NAMES.items() if name in names)
    assert [path.name for path in tmp_path.iterdir() if path.name in NAMES[mine]] == [name]
    assert (tmp_path / name).read_text() == "{}"


def test_a_json_file_is_left_to_its_owner(tmp_path):
    (tmp_path / "metadata.json").write_text('{"title": "Mine"}')
    _, (note,) = init(tmp_path, "--refresh")
    assert note.endswith("in an empty folder makes a metadata.yml to copy tables from")
    assert (tmp_path / "metadata.json").read_text() == '{"title": "Mine"}'


OLD = """\
# My archive
title: Mine   # as agreed
databases:
  archive:
    allow: {id: root}
    tables:
      clips:
        title: The clips
        allow: {id: ann}
        columns: {gone: A column of an older version}
    queries:
      mine:
        sql: |-
          select 1
          from clips
  other:
    description: Another one
# Below are the plug-ins
plugins:
  airquote: {database: archive}
"""


def test_a_refresh_explains_the_tables_anew_and_keeps_what_a_person_added():
    text = refresh_text(OLD, make_files({})["metadata.yml"])
    head, tail = OLD.split("databases:\n")[0], OLD[OLD.index("# Below") :]
    assert text.startswith(head)
    assert text.endswith(tail)
    assert "        sql: |-\n          select 1\n          from clips\n" in text
    expected = yaml.safe_load("databases:\n" + BLOCK)["databases"]
    expected["archive"]["tables"]["clips"]["allow"] = {"id": "ann"}
    expected["archive"]["queries"]["mine"] = {"sql": "select 1\nfrom clips"}
    expected["archive"]["allow"] = {"id": "root"}
    expected["other"] = {"description": "Another one"}
    assert yaml.safe_load(text) == yaml.safe_load(OLD) | {"databases": expected}
    assert refresh_text(text, make_files({})["metadata.yml"]) == text


@pytest.mark.parametrize("old", ["title: A\n", "title: A", "databases:\ntitle: A\n"])
def test_a_refresh_adds_the_tables_where_there_are_none(old):
    values = yaml.safe_load(refresh_text(old, make_files({})["metadata.yml"]))
    assert values == {"title": "A"} | yaml.safe_load("databases:\n" + BLOCK)


@pytest.mark.parametrize("content", [b"title: A: b\n", b"- a\n", b"", b"title: \xff\n", b"title: *x\n"])
def test_a_file_that_cannot_be_read_is_one_line_and_stays(tmp_path, content):
    (tmp_path / "metadata.yml").write_bytes(content)
    _, (line,) = init(tmp_path, "--refresh", status=1)
    assert line.startswith(f"{tmp_path / 'metadata.yml'}: ")
    assert line.endswith("mend it, or move it away and run `ingest init` again")
    assert (tmp_path / "metadata.yml").read_bytes() == content


@pytest.mark.parametrize("name", NAMES)
def test_the_demonstration_is_up_to_date_with_what_init_writes(name):
    text, new = (ROOT / name).read_text(), make_files({})[name]
    begin = "databases:\n"
    assert text.partition(begin)[2] == new.partition(begin)[2], "run `ingest init . --refresh`"


def test_each_table_and_column_is_explained():
    tables = yaml.safe_load("databases:\n" + BLOCK)["databases"]["archive"]["tables"]
    columns = {name: list(table["columns"]) for name, table in TABLES.items()}
    columns |= {name: list(view) for name, view in VIEWS.items()}
    assert {name: list(table["columns"]) for name, table in tables.items()} == columns
    assert all(table["title"] for table in tables.values())


def test_the_server_shows_the_title_and_the_explanations(served):
    home = get(f"{served}/")
    assert "Radio &lt;Port&gt; Ansgar" in home
    assert "CC0 1.0" in home
    page = get(f"{served}/archive/segments", _facet_size=5)
    assert "A sentence a row, with its time." in page
    assert "How sure the engine was of the words" in page
    assert set(re.findall(r'id="facet-(\w+)"', page)) >= {"speaker", "clip"}


def test_each_query_says_what_it_is(served):
    database = get(f"{served}/archive")
    queries = yaml.safe_load("databases:\n" + BLOCK)["databases"]["archive"]["queries"]
    assert len(queries) == 7
    listed = re.findall(r'<a href="/archive/(\w+)"[^>]*>([^<]*)</a>', database)
    stated = {(name, query["title"]) for name, query in queries.items()}
    assert len(stated.intersection(listed)) >= 5, "Datasette 1.0 lists five"
    for name, query in queries.items():
        page = get(f"{served}/archive/{name}", speaker="", year="")
        assert re.findall(r"<h1[^>]*>\s*([^<]*?)\s*<", page) == [query["title"]]
        assert escape(query["description"]) in page


def test_what_somebody_said_in_a_year(served):
    def said(**parameters):
        return [(row["clip"], row["text"][:12]) for row in ask(served, "said_by", **parameters)]

    assert said(speaker="okoro", year="2024") == [
        (HARBOUR, "Defense is a"), (HARBOUR, "The minister"), (HARBOUR, "Nobody can w"),
    ]  # fmt: skip
    assert said(speaker="thomas-okoro", year="") == said(speaker="okoro", year="2024")
    assert said(speaker="okoro", year="2013") == said(speaker="", year="") == []
    assert {clip for clip, _ in said(speaker="benning", year="2024")} == {HARBOUR, WEATHER, "2024-unsure"}


def test_clips_without_a_date_and_clips_to_review(served):
    assert [row["clip"] for row in ask(served, "undated")] == [COOPERATION]
    rows = ask(served, "to_review")
    assert SILENT not in [row["clip"] for row in rows]
    assert {"clip": "2024-unsure", "title": "Unsure", "date": "2024-05-01", "text_from": "machine",
            "coverage": None, "probability": 0.35, "doubtful": 0, "notice": ""} in rows  # fmt: skip
    assert [row["text_from"] for row in rows] == sorted(
        (row["text_from"] for row in rows), key=lambda text_from: text_from != "machine"
    )
    assert ARABIC in [row["clip"] for row in rows]


def test_the_least_certain_passages_come_first(served):
    rows = ask(served, "least_certain")
    assert (rows[0]["text"], rows[0]["probability"], rows[1]["probability"]) == ("Mumble mumble.", 0.35, 0.9)
    texts = [row["text"] for row in rows]
    assert "Clear words." not in texts, "nobody knows how certain it is"
    assert "The committee met about the tide gauge." not in texts, "it has been reviewed"


def test_speech_without_text_and_differing_words(served):
    assert ask(served, "speech_without_text") == [
        {"clip": "2024-unsure", "start": 5.0, "end": 12.5, "seconds": 7.5, "title": "Unsure"},
        {"clip": WEATHER, "start": 4.8, "end": 7.6, "seconds": 2.8, "title": "Weather for the Harbour"},
    ]
    rows = ask(served, "differing_words")
    assert [(row["clip"], row["kind"], row["published"]) for row in rows] == [
        (WEATHER, "otherwise", "west"),
        (WEATHER, "unwritten", ""),
        (WEATHER, "otherwise", "Tuesday."),
        (WEATHER, "unsaid", "This forecast was written by the harbour office."),
    ]


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("said_by?speaker=okoro&year=2024", f'<a href="/clip/{HARBOUR}?t=17.40,21.40#passage">0:17</a>'),
        ("undated", f'<a href="/clip/{COOPERATION}">{COOPERATION}</a>'),
        ("to_review", f'<a href="/clip/{HARBOUR}">{HARBOUR}</a>'),
        ("least_certain", '<a href="/clip/2024-unsure?t=0.00,0.80#passage">0:00</a>'),
        ("speech_without_text", '<a href="/clip/2024-unsure?t=5.00,12.50#passage">0:05</a>'),
        ("differing_words", f'<a href="/clip/{WEATHER}?t=3.20,4.00#passage">0:03</a>'),
    ],
)
def test_the_answers_lead_to_the_moment(served, query, link):
    assert link in get(f"{served}/archive/{query}")


def test_a_query_that_anybody_writes_is_answered_whatever_its_columns_hold(served):
    sql = "select 'x' as clip, 1.5 as start, 'never' as \"end\" union select null, 'a', null"
    assert "never" in get(f"{served}/archive", sql=sql)
