"""The people of an archive: listed, merged with `ingest speakers`, and taken back."""

import pytest
from click.testing import CliRunner
from conftest import make_transcript, open_site
from sqlite_utils import Database

from ingest.archive import FILE, TABLES, open_archive, rebuild, save_transcript
from ingest.check import check_archive
from ingest.cli import main
from ingest.facts import Facts, Speaker
from ingest.speakers.people import load_people, parse_people
from ingest.speakers.roster import Entry, find_twins
from ingest.transcript import FOLDER, load_transcript, save_new

TALK, NEWS = "2013-05-talk", "2015-news"


@pytest.fixture
def archive(tmp_path):
    """Frank Rose under three names in two clips, and Clara Benning."""
    talk = Facts(title="Talk", date="2013-05", speakers=(Speaker("F. Rose", "", "quoted"),))
    news = Facts(title="News", date="2015", speakers=(Speaker("Rose, Frank", "", "guest"),))
    lines = [("Clara Benning", "Good evening."), ("FRANK ROSE", "The tide waits."), ("F. Rose", "So it is.")]
    save_new(tmp_path, make_transcript(TALK, talk, lines), None)
    save_new(tmp_path, make_transcript(NEWS, news, [("Rose, Frank", "The tide is mine.")]), None)
    assert rebuild(tmp_path) == []
    return tmp_path


def speakers(archive, *arguments, status=0):
    result = CliRunner().invoke(main, ["speakers", "--archive", str(archive), *arguments])
    assert result.exit_code == status, result.output
    return result.output.splitlines()


def tables(archive):
    db = Database(archive / FILE)
    return {table: list(db.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2')) for table in TABLES}


def transcripts(archive):
    return {path: path.read_bytes() for path in sorted((archive / FOLDER).rglob("*.*"))}


def test_everybody_is_listed_with_whom_to_look_at(archive):
    assert speakers(archive) == [
        "Clara Benning    1 clip     0:00",
        "F. Rose          1 clip     0:01",
        "FRANK ROSE       1 clip     0:01",
        "Rose, Frank      1 clip     0:01",
        'perhaps one person: ingest speakers --merge "F. Rose=FRANK ROSE" --dry-run',
        'perhaps one person: ingest speakers --merge "Rose, Frank=F. Rose" --dry-run',
        'perhaps one person: ingest speakers --merge "Rose, Frank=FRANK ROSE" --dry-run',
    ]


def test_a_merge_is_shown_written_and_taken_back(archive):
    truth, before = transcripts(archive), tables(archive)
    merge = ("--merge", "F. Rose,Rose, Frank=Frank Rose")
    told = [
        f"{TALK}  1 sentence  F. Rose is Frank Rose",
        f"{NEWS}  1 sentence  Rose, Frank is Frank Rose",
        "speakers.yml  F. Rose is Frank Rose",
        "speakers.yml  Rose, Frank is Frank Rose",
    ]
    assert speakers(archive, *merge, "--dry-run") == told
    assert not (archive / "speakers.yml").exists()
    assert tables(archive) == before

    assert speakers(archive, *merge) == told
    assert (archive / "speakers.yml").read_text() == (
        '- name: Frank Rose\n  aliases: [F. Rose, "Rose, Frank"]\n'
    )
    assert transcripts(archive) == truth
    after = tables(archive)
    assert after["speakers"] == [
        ("clara-benning", "Clara Benning", "", "", "", "", ""),
        ("frank-rose", "Frank Rose", "", "", "", "", ""),
    ]
    assert after["clip_speakers"] == [
        (TALK, "clara-benning", "voice", "", "Clara Benning", "Clara Benning", 2, 0.8),
        (TALK, "frank-rose", "voice", "", "Frank Rose", "F. Rose", 6, 2.4),
        (NEWS, "frank-rose", "guest", "", "Frank Rose", "Rose, Frank", 4, 1.6),
    ]
    assert after["speaker_ids"] == [("f-rose", "frank-rose"), ("rose-frank", "frank-rose")]
    assert [row[5] for row in sorted(after["segments"], key=lambda row: row[1:3])] == [
        "clara-benning", "frank-rose", "frank-rose", "frank-rose",
    ]  # fmt: skip
    assert speakers(archive) == [
        "Clara Benning    1 clip     0:00",
        "Frank Rose      2 clips     0:04  also F. Rose; Rose, Frank",
    ]
    assert speakers(archive, *merge) == ["F. Rose,Rose, Frank is Frank Rose already"]
    assert list(check_archive(archive)) == []

    undone = [line.replace(" is ", " is no longer ") for line in told]
    assert speakers(archive, "--undo", "--dry-run") == undone
    assert tables(archive) == after
    assert speakers(archive, "--undo") == undone
    assert tables(archive) == before
    assert transcripts(archive) == truth
    assert (archive / "speakers.yml").read_text() == ""
    assert "no merge is noted" in speakers(archive, "--undo", status=1)[0]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            ["--merge", "Nobody=Frank Rose"],
            1,
            "nobody is named 'Nobody'; `ingest speakers` lists who there is",
        ),
        (["--merge", "F. Rose,Nobody=Frank Rose"], 1, "nobody is named 'Nobody'"),
        (["--merge", "F. Rose"], 2, "names nobody"),
        (["--merge", "=F. Rose"], 2, "names nobody"),
        (["--merge", "F. Rose=Frank Rose; Mayor"], 2, "without title and part"),
        (["--merge", "F. Rose=Frank Rose", "--undo"], 2, "give --merge or --undo, not both"),
        (["--rename", "F. Rose=Frank Rose"], 2, "--rename: name the clip"),
        (["--replace", "--diarizer", "x"], 2, "--diarizer, --replace: name the clip"),
        ([TALK, "--undo"], 2, "--undo takes back what is merged without a clip"),
    ],
)
def test_what_cannot_be_merged_is_refused(archive, arguments, status, message):
    assert message in speakers(archive, *arguments, status=status)[-1]
    assert not (archive / "speakers.yml").exists()


def test_a_bad_authority_is_one_line_and_the_old_database_stays(archive):
    before = tables(archive)
    (archive / "speakers.yml").write_text("- Frank\n")
    message = "speakers.yml, entry 1: is no person; begin it with `- name: NAME`"
    assert speakers(archive, status=1) == [message]
    result = CliRunner().invoke(main, ["rebuild", "--archive", str(archive)])
    assert (result.exit_code, result.output) == (1, f"{message}\n")
    assert list(check_archive(archive)) == [message]
    assert tables(archive) == before


ROSE = """\
- name: Frank Rose
  aliases: [F. Rose, "Rose, Frank"]
  offices: [{title: Deputy Secretary, from: 2009, to: 2014}]
  wikidata: Q1
  viaf: 2
  isni: 0000000080456315
  note: Not the engraver
"""


def test_the_database_follows_from_the_authority_row_for_row(archive):
    (archive / "speakers.yml").write_text(ROSE)
    assert list(check_archive(archive)) == [
        f"archive.db: the table {table} is not what transcripts/ and speakers.yml say; run `ingest rebuild`"
        for table in ("speakers", "speaker_ids", "clip_speakers", "segments", "segment_marks")
    ]
    db = open_archive(archive)  # built again, as its stamp says
    grown = tables(archive)
    assert list(check_archive(archive)) == []
    assert grown["speakers"][1] == (
        "frank-rose", "Frank Rose", "", "Q1", "2", "0000000080456315", "Not the engraver",
    )  # fmt: skip
    assert [row[:4] for row in grown["clip_speakers"]][1:] == [
        (TALK, "frank-rose", "voice", "Deputy Secretary"),
        (NEWS, "frank-rose", "guest", ""),
    ]
    for clip in (NEWS, TALK, NEWS):
        save_transcript(db, load_transcript(archive / FOLDER / clip), load_people(archive))
    assert tables(archive) == grown
    rebuild(archive)
    assert tables(archive) == grown
    (archive / "speakers.yml").write_text(ROSE.replace("Frank Rose", "Franklin Rose"))
    assert [row["name"] for row in open_archive(archive).query("SELECT name FROM speakers ORDER BY id")] == [
        "Clara Benning", "FRANK ROSE", "Franklin Rose",
    ]  # fmt: skip


def test_a_clip_that_comes_later_knows_the_person(archive):
    (archive / "speakers.yml").write_text(ROSE)
    (archive / "minutes.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\n<v F. Rose>The tide waits.\n")
    result = CliRunner().invoke(
        main, ["add", str(archive / "minutes.vtt"), "--date", "2012", "--archive", str(archive)]
    )
    assert result.exit_code == 0, result.output
    rows = Database(archive / FILE).query(
        "SELECT speaker, title, named FROM clip_speakers WHERE clip LIKE '2012%'"
    )
    assert [tuple(row.values()) for row in rows] == [("frank-rose", "Deputy Secretary", "F. Rose")]
    assert list(check_archive(archive)) == []


async def test_pages_search_and_citations_have_the_person(archive):
    (archive / "speakers.yml").write_text(ROSE)
    assert rebuild(archive) == []
    site = await open_site(archive)
    found = (await site.client.get("/search.json", params={"q": "tide", "speaker": "frank-rose"})).json()
    assert [match["speaker"] for match in found["matches"]] == ["Frank Rose", "Frank Rose"]
    assert [(f["value"], f["label"]) for f in found["facets"]["speaker"]] == [("frank-rose", "Frank Rose")]
    facts = (await site.client.get(f"/clip/{TALK}.json")).json()
    assert {"name": "Frank Rose", "title": "Deputy Secretary", "part": "voice"} in facts["speakers"]
    assert [segment["speaker"] for segment in facts["segments"]] == [
        "Clara Benning", "Frank Rose", "Frank Rose",
    ]  # fmt: skip
    exported = CliRunner().invoke(main, ["export", TALK, "--format", "vtt", "--archive", str(archive)]).stdout
    assert exported == (await site.client.get(f"/clip/{TALK}.vtt")).text
    cited = (await site.client.get(f"/cite/{TALK}.txt", params={"t": "2.80,3.60"})).text
    assert "Frank Rose, “Talk,”" in cited
    assert "F. Rose" not in cited


def entries(*names):
    return [Entry(name, name, (), 1, 0.0) for name in names]


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["Frank Rose", "F. Rose"], [("F. Rose", "Frank Rose")]),
        (["F Rose", "Frank A. Rose"], [("F Rose", "Frank A. Rose")]),
        (["Rose, F.", "Frank Rose"], [("Rose, F.", "Frank Rose")]),
        (["Chris Rose", "Christopher Rose"], [("Chris Rose", "Christopher Rose")]),
        (["Jörg Müller", "Joerg Mueller"], [("Jörg Müller", "Joerg Mueller")]),
        (["Dr. Ann Lee", "Ann Lee"], [("Ann Lee", "Dr. Ann Lee")]),
        (["Frank Rose", "Fiona Rose"], []),
        (["Frank Rose", "Frank Ross"], []),
        (["A. Rose", "Frank Rose"], []),
        (["Plato", "P. Lato"], []),
        (["Speaker 1", "Speaker 10"], []),
        (["Listed Rose", "L. Rose"], [("L. Rose", "Listed Rose")]),
        (["Listed Rose", "Lis. T. Rose"], []),
        ([], []),
    ],
)
def test_names_that_may_be_one_persons_are_paired(names, pairs):
    people = parse_people("- name: Listed Rose\n- name: Lis. T. Rose\n")
    assert list(find_twins(entries(*names), people)) == pairs
