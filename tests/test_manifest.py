import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.facts import KEYS, PARTS, Facts, Speaker, facts_to_dict, parse_facts
from ingest.manifest import COLUMNS, Manifest, Row, is_manifest, load_manifest

ANN, BO = Speaker("Ann Lee", "Mayor", "guest"), Speaker("Bo Ek")
FACTS = Facts(title="A talk", date="1987-03", speakers=(ANN, BO))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with some files to name; they are empty, nobody listens here."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.mp3", "b.mp3", "tapes/c d.wav", "a.txt", "p.html"):
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def load(content, name="list.csv"):
    """The rows and reports of a manifest of that name, failures as their messages."""
    path = Path(name)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    manifest = load_manifest(path)
    return [row if isinstance(row, Row) else str(row) for row in manifest.rows], list(manifest.reports)


def row(place, name="list.csv", **values):
    return Row(f"{name}, {place}", **{"facts": Facts(), **values})


PEOPLE = "Ann Lee; Mayor; guest | Bo Ek"
LISTED = [{"audio": "a.mp3", **facts_to_dict(FACTS)}]
LINE = json.dumps({"audio": "a.mp3", "title": "A talk", "date": "1987-03", "speakers": PEOPLE})


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("m.csv", f"audio,title,date,speakers\na.mp3,A talk,1987-03,{PEOPLE}\n", "line 2"),
        ("m.csv", f'Audio;Title;Date;Speakers\r\na.mp3;A talk;1987-03;"{PEOPLE}"\r\n', "line 2"),
        ("m.tsv", "audio\ttitle\tdate\tspeakers\t\na.mp3\tA talk\t1987-03\tAnn Lee;Mayor;GUEST|Bo Ek|\t\n",
         "line 2"),
        ("m.csv", f"sep=,\naudio,title,date,speakers\n a.mp3 ,A talk,1987-03,{PEOPLE}\n", "line 3"),
        ("m.json", json.dumps(LISTED), "clip 1"),
        ("m.json", json.dumps({"clips": LISTED}), "clip 1"),
        ("m.json", LINE + '\n\n{"audio": "b.mp3"}', "line 1"),
        ("m.jsonl", LINE, "line 1"),
        ("m.yml", yaml.safe_dump(LISTED), "clip 1"),
        ("m.yaml", "clips:\n- audio: a.mp3\n  title: A talk\n  date: 1987-03\n"
                   "  speakers: [Ann Lee;Mayor;guest, Bo Ek]\n", "clip 1"),
    ],
)  # fmt: skip
def test_a_row_says_the_same_in_each_format(folder, name, content, place):
    rows, reports = load(content, name)
    assert rows[0] == Row(f"{name}, {place}", FACTS, "a.mp3")
    assert reports == []
    assert is_manifest(Path(name))


def test_a_row_may_hold_every_column(folder):
    values = {
        "title": "T", "date": "2013~", "programme": "P", "broadcaster": "B", "language": "en", "summary": "S",
        "speakers": "Bo Ek", "page_url": "https://e.org/p", "audio_url": "https://e.org/a", "rights": "R",
        "note": "N", "audio": "tapes/c d.wav", "script": "a.txt", "page": "p.html", "offset": "-0:01:30",
        "guid": "g", "id": "my-clip",
    }  # fmt: skip
    assert set(values) == set(COLUMNS)
    stated = {key: values[key] for key in KEYS} | {"speakers": ["Bo Ek"]}
    (found,), reports = load(json.dumps([values]), "m.json")
    assert found == Row(
        "m.json, clip 1", parse_facts(stated, "x"), "tapes/c d.wav", "a.txt", "p.html", -90.0, "g", "my-clip"
    )
    assert reports == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("audio,titel,colour\na.mp3,A,red\nb.mp3,B,\n", "list.csv"),
        ('[{"audio": "a.mp3", "titel": "A"}, {"audio": "b.mp3", "titel": "B", "colour": 7}]', "m.json"),
    ],
)
def test_an_unknown_column_is_reported_once_and_ignored(folder, content, name):
    rows, reports = load(content, name)
    assert [(each.audio, each.facts) for each in rows] == [("a.mp3", Facts()), ("b.mp3", Facts())]
    assert reports == [
        f"{name}: the column “titel” is ignored; did you mean title?",
        f"{name}: the column “colour” is ignored; known are {', '.join(COLUMNS)}",
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"audio": "gone.mp3"}, "the audio “gone.mp3” is not there; write its path from"),
        ({"audio": "../gone.mp3"}, "the audio “../gone.mp3” is not there"),
        ({"audio": "tapes"}, "the audio “tapes” is a folder; name a file"),
        ({"audio": "loop.mp3"}, "the audio “loop.mp3” is not there"),
        ({"audio": "a.mp3\nb.mp3"}, "the audio “a.mp3 b.mp3” has a line break"),
        ({"audio": "x" * 5_000}, "the audio “xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…” cannot be looked at: File"),
        ({"audio": "a\x00.mp3"}, "the audio “a.mp3” has a line break or another sign"),
        ({"audio": "file:///etc/passwd"}, "the audio “file:///etc/passwd” is no address"),
        ({"audio": "javascript:alert(1)"}, "the audio “javascript:alert(1)” is not there"),
        ({"audio": "http://[::1/a.mp3"}, "the audio “http://[::1/a.mp3” is no address"),
        ({"script": "gone.txt"}, "the script “gone.txt” is not there"),
        ({"audio": "a.mp3", "page": "gone.html"}, "the page “gone.html” is not there"),
        ({"audio": "a.mp3", "date": "5/14/2013"}, "the date '5/14/2013' is not a date"),
        ({"audio": "a.mp3", "speakers": "Ann; Mayor; boss"}, "the speaker Ann has the part 'boss'"),
        ({"audio": "a.mp3", "offset": "soon"}, "the offset 'soon' is no time"),
        ({"audio": "a.mp3", "id": "../My Clip"}, "“../My Clip” cannot be an id; write my-clip"),
        ({"title": "A talk"}, "names no audio, no script and no page; write one of them"),
        ({"audio": "a.mp3", "title": ["A"]}, "title has to be a text on one line"),
        ({"audio": ["a.mp3"]}, "audio has to be a text on one line"),
        ({"audio": "a.mp3", "title": True}, "title has to be a text on one line"),
        ({"audio": "a.mp3", "title": "\ud800"}, "holds a character that is no text"),
        (["a.mp3"], "is no clip; write its values with their names"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_fails_its_row_and_no_other(folder, values, message):
    Path("loop.mp3").symlink_to("loop.mp3")
    rows, _ = load(json.dumps([values, {"audio": "b.mp3"}]), "m.json")
    assert rows[0].startswith(f"m.json, clip 1: {message}")
    assert "\n" not in rows[0]
    assert rows[1] == row("clip 2", "m.json", audio="b.mp3")


def test_paths_lead_from_the_manifests_folder_and_addresses_anywhere(folder):
    Path("lists").mkdir()
    Path("lists/m.csv").write_text(
        "audio,title\n../a.mp3,One\n..\\tapes\\c d.wav,Two\nhttps://e.org/a.mp3?x=1,Three\ns3://b/a.mp3,Four\n"
        f"{folder}/b.mp3,Five\n"
    )
    assert [(each.facts.title, each.audio) for each in load_manifest(Path("lists/m.csv")).rows] == [
        ("One", "lists/../a.mp3"),
        ("Two", "lists/../tapes/c d.wav"),
        ("Three", "https://e.org/a.mp3?x=1"),
        ("Four", "s3://b/a.mp3"),
        ("Five", f"{folder}/b.mp3"),
    ]


def test_what_another_row_has_is_reported_with_that_row(folder):
    Path("link.mp3").symlink_to("a.mp3")
    rows, _ = load(
        "id,guid,audio,script\none,g,a.mp3,\none,,b.mp3,\n,g,b.mp3,\n,,link.mp3,\n,,,a.txt\n,,b.mp3,a.txt\n,,,a.txt\n"
    )
    assert [each if isinstance(each, str) else each.audio or each.script for each in rows] == [
        "a.mp3",
        "list.csv, line 3: has the id of line 2; leave one of them out",
        "list.csv, line 4: has the guid of line 2; leave one of them out",
        "list.csv, line 5: has the recording of line 2; leave one of them out",
        "a.txt",
        "b.mp3",
        "list.csv, line 8: has the text of line 6; leave one of them out",
    ]


def test_rows_of_a_table_that_are_cut_wrong_fail_alone(folder):
    rows, _ = load('audio,title\na.mp3,One, two\n\n,,\n"b.mp3","Three\nfour"\n')
    assert rows == [
        "list.csv, line 2: has more cells than columns; quote what holds ','",
        row("line 5", audio="b.mp3", facts=Facts(title="Three four")),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_a_spreadsheet_is_found(folder, encoding):
    rows, _ = load("audio;title\r\na.mp3;Café “Öl”\r\n".encode(encoding))
    assert rows == [row("line 2", audio="a.mp3", facts=Facts(title="Café “Öl”"))]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.json", "[", "m.json, line 1: is not JSON; write it again"),
        ("m.json", "[" * 100_000, "m.json: is not JSON"),
        ("m.json", "{}", "m.json: is no list of clips; write a list, or `clips` with one"),
        ("m.yml", "a: [", "m.yml, line 1: is not YAML"),
        ("m.yml", "title: A talk", "m.yml: is no list of clips"),
        ("m.yml", "&a [ *a ]", "m.yml, line 1: is not YAML"),
        ("m.csv", b"\x00\x01" * 100, "m.csv: is not text"),
        ("m.csv", "audio,Title,title\n", "m.csv: has the column title twice; leave one out"),
        ("gone.csv", None, "gone.csv: cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_line(folder, name, content, message):
    if content is not None:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as caught:
        load_manifest(Path(name))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"), [("m.csv", "audio\n"), ("m.csv", ""), ("m.json", "[]"), ("m.yml", "[]")]
)
def test_an_empty_list_says_so(folder, name, content):
    Path(name).write_text(content)
    assert load_manifest(Path(name)) == Manifest((), (f"{name}: lists no clips",))


@pytest.mark.parametrize(
    ("name", "content", "listed"),
    [
        ("m.csv", "Script,Title\nx,y", True),
        ("m.csv", "audio,transcript\nx,y", True),
        ("m.csv", "start,end,speaker,text,audio\n0,1,A,b,x", False),
        ("m.csv", "start,end,speaker,text\n0,1,A,b", False),
        ("m.csv", "audio,title\n", False),  # lists nothing
        ("m.csv", "", False),
        ("m.tsv", "page\tid\nx\ty", True),
        ("m.json", '[{"audio": "x"}]', True),
        ("m.json", '{"clips": [{"page": "x"}]}', True),
        ("m.json", '{"audio": "x"}\n{"audio": "y"}', True),
        ("m.json", '{"audio": "x", "segments": []}', False),
        ("m.json", '[{"start": 0, "end": 1, "text": "a", "audio": "x"}]', False),
        ("m.json", '[[0, 0, 1.5, 2.5, "Hello"]]', False),
        ("m.json", '{"version": "1.0.0", "segments": [{"startTime": 0, "body": "a"}]}', False),
        ("m.json", '{"clip": "x", "audio": "a.mp3", "segments": []}', False),
        ("m.json", "nothing", False),
        ("m.yml", "audio: a.mp3\ntitle: A", False),
        ("m.yml", "- term: Frank Rose\n", False),
        ("m.yml", "- audio: a.mp3\n", True),
        ("m.yml", "- a.mp3\n", False),
        ("m.txt", "audio\na.mp3", False),
    ],
)
def test_a_manifest_is_told_from_transcripts_and_sidecars(folder, name, content, listed):
    Path(name).write_text(content)
    assert is_manifest(Path(name)) is listed


def test_a_file_that_is_not_there_is_no_manifest(folder):
    assert is_manifest(Path("gone.csv")) is False
    assert is_manifest(Path("tapes")) is False


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="|;"), max_size=20)
NAME = TEXT.filter(lambda text: "".join(filter(str.isprintable, text)).strip())
PERSON = st.tuples(NAME, TEXT, st.sampled_from(PARTS)).map("; ".join)


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXT, st.lists(PERSON, max_size=3).map(" | ".join)), min_size=1, max_size=4))
def test_the_same_list_gives_the_same_rows_in_csv_json_and_yaml(tmp_path_factory, clips):
    folder = tmp_path_factory.mktemp("lists")
    rows = [
        {"audio": f"https://e.org/{n}.mp3", "title": title, "speakers": people}
        for n, (title, people) in enumerate(clips)
    ]
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    loaded = []
    for name, content in (
        ("m.csv", table.getvalue()),
        ("m.json", json.dumps(rows)),
        ("m.yml", yaml.safe_dump(rows)),
    ):
        (folder / name).write_text(content, newline="")
        assert is_manifest(folder / name)
        manifest = load_manifest(folder / name)
        assert manifest.reports == ()
        loaded.append([(each.facts, each.audio) for each in manifest.rows])
    assert len(loaded[0]) == len(clips)
    assert loaded[0] == loaded[1] == loaded[2]
