"""Many sources at once, through the command line, with real recordings and the miniature checkpoint."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest import files
from ingest.cli import main

pytest.importorskip("av", reason="the extra `audio` is not installed")
pytest.importorskip("whisper", reason="the extra `whisper` is not installed")

DATA = Path(__file__).parent / "data"
SPOKEN = DATA / "miniature-whisper/clips"
MODEL = str(DATA / "miniature-whisper/whisper-mini.pt")
NAMES = ("a01_rms", "a04_en-us", "a00_awb")

DEADLY = """
import os, signal
from ingest.run import Run
from ingest.words import Word

class Deadly:
    def __init__(self, model, device, threads):
        pass

    def recognise(self, request):
        if request.duration < 10:
            os.kill(os.getpid(), signal.SIGKILL)
        word = Word("survived", *request.speech[0])
        return Run("deadly", "1", "", "", "en", request.duration, request.speech, (word,))
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A working folder with three recordings."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        shutil.copy(SPOKEN / f"{name}.flac", tmp_path)
    return tmp_path


def ingest(*arguments, status=0):
    result = CliRunner().invoke(main, ["add", "--json", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def texts(archive):
    return {path.parent.name: path.read_text() for path in archive.glob("transcripts/*/transcript.vtt")}


def test_several_workers_make_the_archive_that_one_makes(desk):
    shutil.copy("a01_rms.flac", "copy.flac")
    alone, _ = ingest(*desk.glob("*.flac"), "--archive", "alone", "--model", MODEL)
    together, errors = ingest(*desk.glob("*.flac"), "--archive", "both", "--model", MODEL, "--workers", 2)
    assert sorted(o["status"] for o in together) == sorted(o["status"] for o in alone)
    assert len(texts(desk / "both")) == 3
    assert sorted(texts(desk / "both").values()) == sorted(texts(desk / "alone").values())
    assert "added           3       0:38\nunchanged       1       0:08" in errors


def test_a_recording_that_kills_its_worker_fails_alone(desk, monkeypatch):
    Path("plugin/deadly-1.dist-info").mkdir(parents=True)
    Path("plugin/deadly.py").write_text(DEADLY)
    Path("plugin/deadly-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1\n")
    Path("plugin/deadly-1.dist-info/entry_points.txt").write_text(
        "[airquote.engines]\ndeadly = deadly:Deadly\n"
    )
    monkeypatch.syspath_prepend(str(desk / "plugin"))
    names = [f"{name}.flac" for name in NAMES]
    outcomes, _ = ingest(*names, "--engine", "deadly", "--workers", 2, status=1)
    assert {o["source"]: o["status"] for o in outcomes} == {
        "a01_rms.flac": "failed", "a04_en-us.flac": "added", "a00_awb.flac": "added"
    }  # fmt: skip
    (failed,) = (o["message"] for o in outcomes if o["status"] == "failed")
    assert failed.startswith("a01_rms.flac: the process that heard it was ended from outside")


@pytest.mark.parametrize(
    ("kill", "workers"), [(signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGKILL, "2")]
)
def test_whatever_ends_a_batch_leaves_whole_clips_and_the_same_command_goes_on(desk, kill, workers):
    shutil.copy(SPOKEN / "a02_slt.flac", "z.flac")
    command = [sys.executable, "-m", "ingest", ".", "--model", MODEL, "--workers", workers]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell's background jobs ignore interrupts, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        landed = [process.stdout.readline().split()[0]]
        process.send_signal(kill)
        rest, errors = process.communicate()
        landed += [line.split()[0] for line in rest.splitlines()]
    assert process.returncode == (1 if kill == signal.SIGINT else -kill)
    if kill == signal.SIGINT:
        assert f"interrupted: {4 - len(landed)} not taken in" in errors
        assert "Traceback" not in errors
    outcomes, _ = ingest(".", "--model", MODEL, "--workers", workers)
    assert {o["clip"] for o in outcomes if o["status"] == "unchanged"} >= set(landed)
    assert {o["clip"] for o in outcomes} == {"a00-awb", "a01-rms", "a04-en-us", "z"}
    assert sorted(p.name for p in Path("transcripts").iterdir()) == ["a00-awb", "a01-rms", "a04-en-us", "z"]
    assert CliRunner().invoke(main, ["check"]).output == "all is well\n"


@pytest.mark.parametrize("age", [0, 60], ids=["its time tells", "its time is kept"])
def test_a_file_that_is_still_being_copied_is_heard_whole(desk, monkeypatch, age):
    monkeypatch.setattr(files, "STILL", 0.3)
    content = Path("a00_awb.flac").read_bytes()
    slow = desk / "slow.flac"

    def write(start, stop):
        with slow.open("ab") as file:
            file.write(content[start:stop])
        os.utime(slow, (time.time() - age,) * 2)

    def copy():
        for start in range(50_000, len(content), 10_000):
            time.sleep(0.03)
            write(start, start + 10_000)

    write(0, 50_000)
    thread = threading.Thread(target=copy)
    thread.start()
    (outcome,), _ = ingest("slow.flac", "--model", MODEL)
    thread.join()
    assert (outcome["status"], outcome["duration"]) == ("added", pytest.approx(17.7, abs=0.1))
    assert ingest("a00_awb.flac")[0][0]["status"] == "unchanged"
