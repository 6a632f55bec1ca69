"""Language: heard in several windows, and more than one told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.engines.language import Ballot, pick_windows
from ingest.hearing import Listener
from ingest.run import Run


def test_windows_are_spread_over_the_clip() -> None:
    windows = [(n * 30.0, n * 30.0 + 28) for n in range(20)]
    assert [start for start, _ in pick_windows(windows)] == [0, 120, 240, 360, 480]
    assert pick_windows(windows[:2]) == windows[:2]
    assert pick_windows([]) == []


def test_music_at_the_beginning_does_not_decide() -> None:
    ballot = Ballot("")
    assert ballot.is_open
    ballot.choose([{"nn": 0.6, "de": 0.2}, {"de": 0.9, "nl": 0.1}, {"de": 0.94, "en": 0.06}])
    assert (ballot.language, ballot.probability) == ("de", 0.68)


def test_a_clip_without_speech_is_called_english_without_a_probability() -> None:
    ballot = Ballot("")
    ballot.choose([])
    assert (ballot.language, ballot.probability) == ("en", None)


@pytest.mark.parametrize(
    ("windows", "shares"),
    [
        ([(30, "en", 0.9)] * 3, {}),
        ([(30, "en", 0.9)] * 3 + [(10, "de", 0.9)], {}),  # a tenth
        ([(30, "en", 0.9)] * 3 + [(30, "de", 0.9)], {"en": 0.75, "de": 0.25}),
        ([(30, "en", 0.9)] * 3 + [(30, "de", 0.5)], {}),  # unsure
        ([(10, "en", 0.9)] * 3 + [(2, "de", 0.9)] * 10, {}),  # short windows mislead
        ([], {}),
    ],
)
def test_a_second_language_with_a_good_share_is_told(windows: list, shares: dict) -> None:
    ballot = Ballot("en")
    at = 0.0
    for length, language, share in windows:
        ballot.count((at, at + length), {language: share, "xx": 0.01})
        at += length
    assert ballot.shares == shares


def test_a_clip_in_two_languages_is_reported() -> None:
    lines: list[str] = []
    run = Run("x", "", "", "", "en", 9.0, (), (), languages={"en": 0.7, "de": 0.3})
    listener = Listener("x", "", "", 0, lines.append)
    listener.loaded["x"] = SimpleNamespace(recognise=lambda request: run)
    assert listener.hear(Path("talk.mp3"), None).languages == run.languages
    assert lines == ["talk.mp3: more than one language is spoken in it (en 70%, de 30%); it was heard as en"]
