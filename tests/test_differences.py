"""Differences between the text of a clip and what was heard in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.differences import find_differences
from ingest.facts import Facts
from ingest.run import Run
from ingest.script import Turn
from ingest.segment import segment_turns
from ingest.transcript import Clip, Transcript
from ingest.words import Word, split_words

MINIATURE = Path(__file__).parent / "data/miniature-whisper"
SAID = (
    "The committee met on Tuesday and heard three reports about the harbour. "
    "The first report said that ships wait for the tide. "
    "Nobody knew how many of them turn away."
)


def hear(text: str, probability: float | None = 0.95, pause: str = "") -> Run:
    """A run that heard these words, 0.4 s each with a second of silence after each sentence.

    A word written with a question mark behind it was heard with a probability of 0.4.
    """
    words: list[Word] = []
    speech: list[tuple[float, float]] = []
    clock = begin = 0.0
    for text_word in split_words(text):
        unsure = text_word.endswith("?")
        words.append(Word(text_word.rstrip("?"), clock, clock + 0.4, 0.4 if unsure else probability))
        clock += 0.4
        if text_word.endswith("."):
            speech.append((begin, clock))
            clock = begin = clock + 1
    if clock > begin:
        speech.append((begin, clock))
    return Run("whisper", "1", "base", "", "en", clock + 1, tuple(speech), tuple(words))


def compare(text: str, run: Run, text_from: str = "script") -> list[tuple[str, str, str]]:
    segments, _ = segment_turns([Turn(text)], run)
    clip = Clip("clip", Facts(title="Clip"), duration=run.duration, text_from=text_from)
    found = find_differences(Transcript(clip, tuple(segments), {1: run}))
    return [(each.kind, each.published, each.spoken) for each in found]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (SAID, []),
        (SAID.upper().replace(".", "!"), []),
        (SAID.replace("three", "3"), []),
        (SAID.replace("harbour", "harbor"), []),
        (SAID.replace("three", "four"), [("otherwise", "four", "three")]),
        (SAID.replace("on Tuesday", "yesterday"), [("otherwise", "yesterday", "on Tuesday")]),
        (
            SAID.replace("The first report", "After a long lunch of fish and bread the first report"),
            [("unsaid", "After a long lunch of fish and bread", "")],
        ),
        (
            SAID.replace(
                "ships wait for the tide. ", "ships wait for the tide. Boats are not its business. "
            ),
            [("unsaid", "Boats are not its business.", "")],
        ),
        (
            SAID.replace("Nobody knew how many of them turn away.", ""),
            [("unwritten", "", "Nobody knew how many of them turn away.")],
        ),
        (SAID.replace("said that ", ""), [("unwritten", "", "said that")]),
        (SAID.replace("that ", ""), []),  # a single word may be the engine's
        (
            SAID.replace("knew how many of them", "can say which of the ships"),
            [("otherwise", "can say which of the ships", "knew how many of them")],
        ),
    ],
)
def test_each_kind_of_difference_is_told_from_spelling(published: str, expected: list[Any]) -> None:
    assert compare(published, hear(SAID)) == expected


def test_words_that_the_engine_was_unsure_of_prove_nothing() -> None:
    unsure = SAID.replace("ships wait", "chips? weight? and? salt?").replace("three", "free?")
    assert compare(SAID, hear(unsure)) == []
    assert compare(SAID.replace("said that ", ""), hear(SAID.replace("said that", "said? that?"))) == []


def test_an_engine_without_probabilities_shows_only_what_was_not_said() -> None:
    run = hear(SAID, probability=None)
    published = SAID.replace("three", "four").replace("said that ", "")
    assert compare(published, run) == []
    published += " And so the meeting closed after lunch."
    assert compare(published, run) == [("unsaid", "And so the meeting closed after lunch.", "")]


def test_words_that_somebody_may_have_said_are_not_called_unsaid() -> None:
    run = hear(SAID)
    deaf = replace(run, words=tuple(word for word in run.words if word.text not in ("met", "on", "Tuesday")))
    assert compare(SAID, deaf) == []


def test_words_that_the_engine_may_have_invented_are_not_called_unwritten() -> None:
    run = hear(f"{SAID} Thanks for watching.")
    assert compare(SAID, run) == [("unwritten", "", "Thanks for watching.")]
    assert compare(SAID, replace(run, speech=run.speech[:3])) == []


def test_fillers_are_no_difference() -> None:
    assert compare(SAID, hear(SAID.replace("met", "uh um met"))) == []


def test_a_text_that_is_what_was_heard_and_a_run_without_words_have_none() -> None:
    run = hear(SAID.replace("three", "four"))
    assert compare(SAID, run, text_from="machine") == []
    assert compare(SAID, replace(run, words=())) == []


def test_a_difference_knows_its_words_and_its_time() -> None:
    run = hear(SAID)
    text = SAID.replace("on Tuesday", "yesterday")
    segments, _ = segment_turns([Turn(text)], run)
    clip = Clip("clip", Facts(title="Clip"), duration=run.duration, text_from="script")
    (found,) = find_differences(Transcript(clip, tuple(segments), {1: run}))
    assert (found.first, found.stop, round(found.start, 2), round(found.end, 2)) == (3, 4, 1.2, 2.0)


def test_unspaced_scripts_are_compared_by_their_characters() -> None:
    said = "海港城市安港今天启用了一座新的净水站。净水站每天供应饮用水，足够全城居民使用。"
    run = replace(hear(said), language="zh")
    assert compare(said, run) == []
    assert compare(said.replace("足够全城居民使用", "质量符合国家标准"), run) == [
        ("otherwise", "质量符合国家标准。", "足够全城居民使用。")
    ]
    assert compare(said.replace("今天", "前天"), run) == []  # one character may be misheard


def test_real_engines_show_what_their_evidence_allows() -> None:
    pytest.importorskip("av")
    pytest.importorskip("whisper")
    from ingest.audio import load_audio
    from ingest.engines import Request, get_engine
    from ingest.speech import find_speech

    recording = load_audio(MINIATURE / "clips/a00_awb.flac")
    engine = get_engine("whisper", str(MINIATURE / "whisper-mini.pt"), "cpu", 1)
    run = engine.recognise(Request(recording, find_speech(recording), "en"))
    said = " ".join(word.text for word in run.words)
    assert said.startswith("A strong wind warning is in force along the coast.")
    published = said.replace("A strong wind warning is in force", "A warning is in force")
    published = published.replace("along the coast.", "along the coast. Nobody should go out to the lake.")
    assert compare(published, run) == [
        ("unwritten", "", "strong wind"),
        ("unsaid", "Nobody should go out to the lake.", ""),
    ]
