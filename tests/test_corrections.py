import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import HARBOUR, make_clips
from sqlite_utils import Database

from ingest.cli import main
from ingest.corrections import record_edits
from ingest.facts import Facts
from ingest.transcript import Edit, load_clip, save_new

OTHER = "cooperation-is-key"


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Two clips as a program wrote them; git knows nothing of the folder above."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for transcript in make_clips()[:2]:
        save_new(tmp_path, transcript, None)
    return tmp_path


def correct(archive, old="well-known", new="famous", clip=HARBOUR):
    path = archive / "transcripts" / clip / "transcript.vtt"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def git(archive, *arguments):
    who = ("-c", "user.name=Bo Ek", "-c", "user.email=bo@radio.example")
    subprocess.run(["git", "-C", archive, *who, *arguments], check=True, capture_output=True)


def load(archive, clip=HARBOUR):
    found = load_clip(archive / "transcripts" / clip)
    return found.review, found.edits


def run(archive, *arguments):
    result = CliRunner().invoke(main, [*arguments, "--archive", str(archive)])
    assert result.exit_code == 0, result.output
    return result.output


def test_what_nobody_has_touched_is_left_as_it_is(archive):
    before = (archive / "transcripts" / HARBOUR / "clip.yml").read_bytes()
    assert list(record_edits(archive, "Ann Lee")) == []
    assert (archive / "transcripts" / HARBOUR / "clip.yml").read_bytes() == before


def test_a_correction_is_noted_once_with_the_name_that_is_given(archive):
    correct(archive)
    ((clip, edit),) = record_edits(archive, "Ann Lee")
    assert (clip, edit.by, edit.at[:2], edit.at[-1]) == (HARBOUR, "Ann Lee", "20", "Z")
    assert load(archive) == ("corrected", (edit,))
    assert load(archive, OTHER) == ("unreviewed", ())
    assert list(record_edits(archive, "Ann Lee")) == []
    correct(archive, "famous", "old")
    ((_, second),) = record_edits(archive, "Bo Ek")
    assert load(archive)[1] == (edit, second)


def test_the_name_is_gits_where_the_change_is_committed(archive):
    git(archive, "init", "-q")
    git(archive, "add", ".")
    git(archive, "commit", "-qm", "As heard")
    correct(archive)
    assert [edit for _, edit in record_edits(archive)] == [Edit("", "")], "not committed: nobody is named"
    assert load(archive) == ("corrected", ())
    git(archive, "commit", "-qam", "Mend", "--date", "2026-11-23T10:00:00+00:00")
    assert [edit for _, edit in record_edits(archive)] == [Edit("2026-11-23T10:00:00+00:00", "Bo Ek")]
    assert load(archive) == ("corrected", (Edit("2026-11-23T10:00:00+00:00", "Bo Ek"),))


def test_a_clip_that_was_reviewed_stays_so(archive):
    path = archive / "transcripts" / HARBOUR / "clip.yml"
    path.write_text(path.read_text().replace("review: unreviewed", "review: reviewed"))
    correct(archive)
    assert [edit.by for _, edit in record_edits(archive, "Ann Lee")] == ["Ann Lee"]
    assert load(archive)[0] == "reviewed"


def test_lines_that_are_joined_and_times_that_are_moved_are_no_correction(archive):
    path = archive / "transcripts" / HARBOUR / "transcript.vtt"
    path.write_text(path.read_text().replace("00:00:03.000 -->", "00:00:03.100 -->"))
    assert list(record_edits(archive, "Ann Lee")) == []


def test_the_command_tells_who_corrected_what_and_the_database_follows(archive):
    correct(archive)
    assert run(archive, "rebuild", "--by", "Ann Lee").startswith(f"{HARBOUR}: corrected by Ann Lee, 20")
    assert "corrected" not in run(archive, "rebuild")
    assert Database(archive / "archive.db")["clips"].get(HARBOUR)["review"] == "corrected"
    assert [line.partition(", 20")[0] for line in run(archive, "diff", HARBOUR).splitlines()] == [
        "0:06  Defense is a [-well-known-] {+famous+} word, but the",
        "corrected by Ann Lee",
    ]


def test_a_glossary_corrects_in_no_persons_name(archive):
    (archive / "glossary.yml").write_text("- term: Mister\n  aliases: [minister]\n")
    run(archive, "glossary")
    assert "Mister" in Path(archive / "transcripts" / HARBOUR / "transcript.vtt").read_text()
    assert list(record_edits(archive, "Ann Lee")) == []
    correct(archive)
    assert len(list(record_edits(archive, "Ann Lee"))) == 1
    assert isinstance(load_clip(archive / "transcripts" / HARBOUR).facts, Facts)
