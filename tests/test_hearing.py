from pathlib import Path

import pytest

from ingest.engines import Request
from ingest.hearing import Listener
from ingest.run import Run
from ingest.words import Word

SPEECH = ((0.0, 5.0), (10.0, 30.0))


class Deaf:
    """Hears a word at the start of each stretch of speech, but of the second only when asked for it alone."""

    def __init__(self, forever=False):
        self.asked = []
        self.forever = forever

    def recognise(self, request):
        self.asked.append(request.speech)
        starts = [start for start, _ in request.speech]
        starts = starts[:1] if len(starts) > 1 or not self.forever else []
        words = tuple(Word("hello", start, start + 4.5, 0.9) for start in starts)
        return Run("whisper", "1", "", "", "en", 40.0, request.speech, words)


def listen(engine):
    listener = Listener("whisper", "", "", 0, print)
    listener.loaded["whisper"] = engine
    return listener.hear(Path("talk.mp3"), Request(None, SPEECH))  # type: ignore[arg-type]


def test_where_much_was_said_and_nothing_heard_it_is_heard_once_more():
    engine = Deaf()
    run = listen(engine)
    assert engine.asked == [SPEECH, ((10.0, 30.0),)]
    assert [word.start for word in run.words] == [0.0, 10.0]
    assert run.parameters == {"heard_twice": [[10.0, 30.0]]}
    assert run.speech == SPEECH


def test_a_hole_that_stays_one_changes_nothing():
    run = listen(Deaf(forever=True))
    assert [word.start for word in run.words] == [0.0]
    assert run.parameters == {}


@pytest.mark.parametrize("speech", [(), ((0.0, 4.0),), ((0.0, 4.0), (20.0, 24.0))])
def test_short_stretches_are_not_heard_twice(speech):
    engine = Deaf()
    listener = Listener("whisper", "", "", 0, print)
    listener.loaded["whisper"] = engine
    listener.hear(Path("talk.mp3"), Request(None, speech))  # type: ignore[arg-type]
    assert engine.asked == [speech]
