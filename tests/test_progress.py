import io

import pytest

from ingest.progress import CLEAR, Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock():
    """A clock that the test sets."""

    class Clock:
        now = 100.0

        def __call__(self):
            return self.now

    return Clock()


def test_on_a_terminal_one_line_says_how_far_it_is_and_goes_away(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    progress = Progress(stream, 3, clock)
    progress.start("a\ntalk.mp3")
    for now, heard in [(0, 0), (0.1, 5), (10, 100), (10.1, 101), (20, 200)]:
        clock.now = 100.0 + now
        progress.tell(heard, 4000)
    progress.finish()
    assert stream.getvalue() == (
        f"{CLEAR}1/3 a talk.mp3  0%"
        f"{CLEAR}1/3 a talk.mp3  2% · 10.0 x real time · 6:30 left"
        f"{CLEAR}1/3 a talk.mp3  5% · 10.0 x real time · 6:20 left"
        f"{CLEAR}"
    )


def test_a_long_name_does_not_break_the_line(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    progress = Progress(stream, 1, clock)
    progress.start("x" * 99)
    progress.tell(0, 10)
    assert len(stream.getvalue()) == len(CLEAR) + 19


def test_elsewhere_a_line_at_the_start_and_one_at_the_end(clock):
    stream = io.StringIO()
    progress = Progress(stream, 2, clock)
    progress.start("known.mp3")
    progress.finish()
    progress.start("talk.mp3")
    progress.tell(0, 3723)
    clock.now += 372.3
    progress.tell(3723, 3723)
    progress.finish()
    assert stream.getvalue() == (
        "2/2 talk.mp3: hearing 1:02:03\n2/2 talk.mp3: heard in 6:12, 10.0 x real time\n"
    )
