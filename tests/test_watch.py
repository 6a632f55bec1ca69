import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.files import lock_archive
from ingest.outcome import Outcome
from ingest.sources import Source
from ingest.watch import Watch, parse_interval

COMMAND = [sys.executable, "-m", "ingest", "watch"]
PATIENCE = 60  # seconds
CLIP = "WEBVTT\n\n00:01.000 --> 00:02.000\nGood {}.\n"


@pytest.mark.parametrize(
    ("text", "seconds"), [("15m", 900), ("30 s", 30), ("2H", 7200), ("1d", 86400), ("1", 1), ("1.5m", 90)]
)
def test_intervals_are_read(text, seconds):
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "0", "0.5s", "-5m", "1w", "1e3", "5 m m"])
def test_what_is_no_interval_is_refused(text):
    with pytest.raises(ValueError, match="is no interval; write 30s, 15m, 2h or 1d"):
        parse_interval(text)


def test_only_what_is_new_or_has_changed_or_failed_is_picked(tmp_path):
    watch = Watch()
    a, b = (Source(tmp_path / name) for name in ("a.mp3", "b.mp3"))
    for source in (a, b):
        source.path.write_bytes(b"sound")
    error = SourceError("gone.mp3: there is no such file or folder")
    for _ in range(2):
        assert watch.pick([a, b, error]) == [a, b, error]
    for source in (a, b, error):
        watch.see(source)
    assert watch.note(Outcome("a", a.name, "added"))
    assert not watch.note(Outcome("b", b.name, "unchanged"))
    assert watch.pick([a, b]) == []
    a.path.write_bytes(b"another sound")
    assert watch.pick([a, b]) == [a]
    watch.see(a)
    failed = Outcome("", a.name, "failed", "a.mp3: no weights")
    assert [watch.note(failed), watch.note(failed)] == [True, False]
    assert watch.pick([a, b]) == [a]
    assert watch.note(Outcome("", a.name, "failed", "a.mp3: no room"))
    sidecar = tmp_path / "b.yml"
    sidecar.write_text("title: B\n")
    assert watch.pick([Source(b.audio, sidecar)]) == [Source(b.audio, sidecar)]


def test_a_line_is_told_again_only_once_it_was_not_said_for_a_round():
    watch = Watch()
    rounds = [["a", "b"], ["a"], ["a", "b"], [], ["a"]]
    told = []
    for lines in rounds:
        watch.begin()
        told.append([line for line in lines if watch.is_news(line)])
    assert told == [["a", "b"], [], ["b"], [], ["a"]]


@pytest.fixture
def watch(tmp_path):
    """Starts the command on a folder; it ends with the test."""
    started = []

    def start(folder, every):
        process = subprocess.Popen(
            [*COMMAND, str(folder), "--every", every, "--archive", str(tmp_path)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # A shell's background jobs ignore interrupts, and so would what they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        started.append((process, timer))
        return process

    yield start
    for process, timer in started:
        timer.cancel()
        process.kill()
        process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_folder_is_watched_until_somebody_stops_it(tmp_path, watch, stop):
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "day.vtt").write_text(CLIP.format("day"))
    (desk / "bad.vtt").write_text("WEBVTT\n")
    process = watch(desk, "1s")
    assert process.stdout.readline().startswith("day  added")
    (desk / "night.vtt").write_text(CLIP.format("night"))
    assert process.stdout.readline().startswith("night  added")
    (desk / "day.vtt").write_text(CLIP.format("morning"))
    assert process.stdout.readline().startswith("day  updated")
    process.send_signal(stop)
    rest, errors = process.communicate()
    assert (process.returncode, rest) == (0, "")
    assert errors.count("bad.vtt") == 1
    assert errors.endswith("interrupted: what has landed is whole\n")
    assert sorted(p.name for p in Path(tmp_path / "transcripts").iterdir()) == ["day", "night"]


def test_an_archive_that_is_busy_is_looked_at_again_later(tmp_path, watch):
    (tmp_path / "day.vtt").write_text(CLIP.format("day"))
    with lock_archive(tmp_path):
        process = watch(tmp_path, "1")
        assert "another ingest is at work there" in process.stderr.readline()
    assert process.stdout.readline().startswith("day  added")
