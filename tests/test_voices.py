"""Who speaks: `ingest speakers` from the list to the names, and that nothing takes them away again."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import CHINESE, HARBOUR, make_clips
from sqlite_utils import Database

from ingest.archive import rebuild
from ingest.cli import main
from ingest.corrections import record_edits
from ingest.errors import FactsError
from ingest.merge import merge_texts
from ingest.speakers.rttm import VoiceTurn, format_rttm
from ingest.speakers.voices import parse_merge, parse_naming, parse_split
from ingest.transcript import load_transcript, save_new

ROOT = Path(__file__).parent.parent
TURNS = [VoiceTurn(0, 6, "SPK_A"), VoiceTurn(6, 14, "SPK_B")]


@pytest.fixture
def archive(tmp_path):
    """Two clips: one whose speakers are named, one that nobody has told apart."""
    for transcript in make_clips()[:3:2]:
        save_new(tmp_path, transcript, None)
    (tmp_path / "turns.rttm").write_text(format_rttm(TURNS, "chinese"))
    assert rebuild(tmp_path) == []
    return tmp_path


def speakers(archive, clip, *arguments, status=0):
    result = CliRunner().invoke(main, ["speakers", clip, "--archive", str(archive), *arguments])
    assert result.exit_code == status, result.output
    return result.output.splitlines()


def load(archive, clip=CHINESE):
    return load_transcript(archive / "transcripts" / clip)


def voices(archive, clip=CHINESE):
    return [segment.speaker for segment in load(archive, clip).segments]


def snapshot(archive):
    return {path: path.read_bytes() for path in sorted((archive / "transcripts").rglob("*.*"))}


def test_the_list_says_who_speaks_how_long_and_what(archive):
    assert speakers(archive, HARBOUR)[:3] == [
        "Clara Benning: 0:07 in 3 sentences, from 0:00",
        "    Presenter, The Morning Tide, host",
        "    0:00  Good morning, and welcome to the harbour.",
    ]
    assert speakers(archive, CHINESE)[0].startswith("(not known): ")
    assert any(
        re.search(rf"hear it at /clip/{CHINESE}\?t=[\d.]+,[\d.]+$", x) for x in speakers(archive, CHINESE)
    )


def test_turns_are_shown_before_they_are_written_and_kept_as_evidence(archive):
    rttm = str(archive / "turns.rttm")
    before = snapshot(archive)
    preview = speakers(archive, CHINESE, "--rttm", rttm, "--dry-run")
    assert preview[0].startswith("0:00  (not known) → Speaker 1  海港城市")
    assert snapshot(archive) == before
    assert "SPK_A in speakers-0001.rttm" in "\n".join(speakers(archive, CHINESE, "--rttm", rttm))
    assert set(voices(archive)) == {"Speaker 1", "Speaker 2"}
    kept = archive / "transcripts" / CHINESE / "runs/speakers-0001.rttm"
    assert kept.read_bytes() == (archive / "turns.rttm").read_bytes()
    after = snapshot(archive)
    speakers(archive, CHINESE, "--rttm", rttm)
    assert snapshot(archive) == after


def test_a_name_reaches_the_transcript_the_facts_and_the_database(archive):
    speakers(archive, CHINESE, "--rttm", str(archive / "turns.rttm"))
    speakers(archive, CHINESE, "--rename", "Speaker 1=王小明; 记者; host")
    assert "<v 王小明>" in (archive / "transcripts" / CHINESE / "transcript.vtt").read_text()
    (person,) = load(archive).clip.facts.speakers
    assert (person.name, person.title, person.part) == ("王小明", "记者", "host")
    db = Database(archive / "archive.db")
    rows = list(
        db.query("SELECT name, title, part FROM clip_speakers WHERE clip = ? ORDER BY part", [CHINESE])
    )
    assert rows[0] == {"name": "王小明", "title": "记者", "part": "host"}
    before = list(db.query("SELECT * FROM segments ORDER BY id"))
    assert rebuild(archive) == []
    assert list(Database(archive / "archive.db").query("SELECT * FROM segments ORDER BY id")) == before


def test_voices_become_one_and_two_again(archive):
    speakers(archive, HARBOUR, "--merge", "Clara Benning,Thomas Okoro=Ann Lee")
    assert set(voices(archive, HARBOUR)) == {"Ann Lee"}
    speakers(archive, HARBOUR, "--split", "2-3=Bo Ek", "--split", "0:18-0:19.8=Cy Oh")
    assert voices(archive, HARBOUR) == [
        "Ann Lee", "Bo Ek", "Bo Ek", "Ann Lee", "Ann Lee", "Ann Lee", "Cy Oh", "Ann Lee",
    ]  # fmt: skip
    text = " ".join(s.text for s in load(archive, HARBOUR).segments)
    assert text == " ".join(s.text for s in make_clips()[0].segments)


def test_naming_is_no_correction_and_hides_none(archive):
    speakers(archive, HARBOUR, "--rename", "Clara Benning=Ann Lee")
    assert list(record_edits(archive, "Bo Ek")) == []
    assert load(archive, HARBOUR).clip.review == "unreviewed"
    path = archive / "transcripts" / HARBOUR / "transcript.vtt"
    path.write_text(path.read_text().replace("well-known", "famous"))
    speakers(archive, HARBOUR, "--rename", "Ann Lee=Clara Benning")
    assert [edit.by for _, edit in record_edits(archive, "Bo Ek")] == ["Bo Ek"]


def test_a_later_run_keeps_the_names(archive):
    given = make_clips()[0].segments
    speakers(archive, HARBOUR, "--rename", "Clara Benning=Ann Lee")
    merged = merge_texts(given, load(archive, HARBOUR).segments, given)
    assert (merged.voices, merged.corrections) == (True, ())
    assert [turn.speaker for turn in merged.turns][:2] == ["Ann Lee", "Ann Lee"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rename", "Nobody=Ann"), "there is no voice 'Nobody'; there are Clara Benning, Thomas Okoro"),
        (("--split", "90-99=Ann"), "nobody speaks there; the clip has 6 sentences"),
        (("--rename", "Clara Benning=Ann; Mayor; quoted"), "is heard and cannot have the part quoted"),
        (("--diarizer", "none-such"), "diarizer none-such: there is none of that name"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line_and_nothing_is_written(archive, arguments, message):
    before = snapshot(archive)
    lines = speakers(archive, HARBOUR, *arguments, status=1)
    assert len(lines) == 1
    assert message in lines[0]
    assert snapshot(archive) == before


def test_a_file_that_is_no_rttm_is_told_with_its_line(archive):
    (archive / "bad.rttm").write_text("SPEAKER a 1 x 1 <NA> <NA> b <NA> <NA>\n")
    (line,) = speakers(archive, HARBOUR, "--rttm", str(archive / "bad.rttm"), status=1)
    assert "bad.rttm, line 1: 'x' is no time; write seconds from 0 on" in line


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_naming, "Speaker 1"), (parse_naming, "=Ann"), (parse_naming, "Speaker 1=; Mayor"),
        (parse_naming, "Speaker 1=Ann; Mayor; king"), (parse_merge, "A,=C"), (parse_split, "1:00=Ann"),
        (parse_split, "2:00-1:00=Ann"), (parse_split, "0=Ann"), (parse_split, "1-2="),
    ],
)  # fmt: skip
def test_what_names_no_voice_is_refused(parse, text):
    with pytest.raises(FactsError):
        parse(text)


def test_the_documented_diarizer_is_installed_and_tells_voices_apart(tmp_path):
    pytest.importorskip("av", reason="the extra `audio` is not installed")
    page = (ROOT / "docs/speakers.md").read_text()
    (code,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (declared,) = re.findall(r'^```toml\n\[project.entry-points."(.*)"\]\n(.*?)\n```', page, re.MULTILINE)
    package = tmp_path / "site/my_diarizer-1.0.dist-info"
    package.mkdir(parents=True)
    (package.parent / "my_diarizer.py").write_text(code)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: my-diarizer\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[{declared[0]}]\n{declared[1].replace(chr(34), '')}\n")
    (tmp_path / "turns").mkdir()
    clip = "2026-05-14-a-century-of-tides-read-by-hand"
    (tmp_path / "turns/a.rttm").write_text(
        format_rttm([VoiceTurn(0, 18.4, "A"), VoiceTurn(18.4, 32.5, "B"), VoiceTurn(32.5, 93, "A")], clip)
    )
    for name in ("clips", "transcripts"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "speakers", clip, "--diarizer", "from-folder", "--replace",
         "--dry-run"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env=os.environ | {
            "PYTHONPATH": os.pathsep.join([str(package.parent), str(ROOT)]), "TURNS": str(tmp_path / "turns"),
        },
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0] == "0:00  Clara Benning → Speaker 1  Good morning."
    assert any(line.startswith("0:18  Thomas Okoro → Speaker 2  Good morning, Clara.") for line in lines)
