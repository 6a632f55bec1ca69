"""Alignment: every word of a text at its time, whatever the engine heard."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alignment import MIN_ANCHORED, Alignment, align, settle
from ingest.matching import match_tokens, split_tokens, tokenize
from ingest.numerals import read_numeral
from ingest.run import Region, Run
from ingest.words import Word, split_words

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "audio" / "made"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")


def make_run(words: tuple[Word, ...] = (), speech: tuple[Region, ...] = (), duration: float = 10.0) -> Run:
    return Run("engine", "1", "model", "", "en", duration, speech, words)


def hear(text: str, start: float = 0.0, step: float = 0.5) -> tuple[Word, ...]:
    """A word every `step` seconds, each 0.4 s long."""
    return tuple(
        Word(word, round(start + n * step, 3), round(start + n * step + 0.4, 3), 0.9)
        for n, word in enumerate(text.split())
    )


TOKENS = [
    ("Minister’s", ["ministers"]),
    ("don't", ["dont"]),
    ("U.S.", ["us"]),
    ("p.m.,", ["pm"]),
    ("U.S.-Gulf", ["us", "gulf"]),
    ("naïve", ["naive"]),
    ("Straße", ["strasse"]),
    ("well-known", ["well", "known"]),
    ("2013", ["twenty", "thirteen"]),
    ("2005", ["two", "thousand", "five"]),
    ("$3.2", ["three", "point", "two"]),
    ("50%", ["fifty", "percent"]),
    ("9/11", ["nine", "eleven"]),
    ("12pm", ["twelve", "pm"]),
    ("F-16s", ["f", "sixteens"]),
    ("24th", ["twenty", "fourth"]),
    ("1,905", ["one", "thousand", "nine", "hundred", "five"]),
    ("AT&T", ["at", "and", "t"]),
    ("example.com", ["example", "com"]),
    ("导弹，", ["导", "弹"]),
    ("हिन्दी", ["हनद"]),
    ("–", []),
]


@pytest.mark.parametrize(("word", "tokens"), TOKENS, ids=[word for word, _ in TOKENS])
def test_words_are_compared_in_one_form(word: str, tokens: list[str]) -> None:
    assert split_tokens(word) == tokens


NUMERALS = [
    ("0", ["zero"]),
    ("15", ["fifteen"]),
    ("60", ["sixty"]),
    ("101", ["one hundred one", "one hundred and one"]),
    ("1984", ["nineteen eighty four", "one thousand nine hundred eighty four",
              "one thousand nine hundred and eighty four"]),
    ("1905", ["nineteen oh five", "one thousand nine hundred five", "one thousand nine hundred and five"]),
    ("1900", ["nineteen hundred", "one thousand nine hundred"]),
    ("2,000,000", ["two million"]),
    ("3rd", ["third"]),
    ("20th", ["twentieth"]),
    ("60s", ["sixties"]),
    ("1.05", ["one point zero five"]),
    ("007", ["zero zero seven", "oh oh seven"]),
    ("x", []),
    ("1,23", []),
    ("٣", []),
]  # fmt: skip


@pytest.mark.parametrize(("figures", "ways"), NUMERALS)
def test_figures_are_read_aloud_in_every_way(figures: str, ways: list[str]) -> None:
    assert [" ".join(way) for way in read_numeral(figures)] == ways


def test_words_heard_keep_their_times_and_probabilities() -> None:
    assert align(["The", "U.S.", "will", "act."], make_run(hear("the us will act"))) == Alignment(
        (
            Word("The", 0.0, 0.4, 0.9),
            Word("U.S.", 0.5, 0.9, 0.9),
            Word("will", 1.0, 1.4, 0.9),
            Word("act.", 1.5, 1.9, 0.9),
        ),
        1.0,
    )


def test_a_word_heard_wrongly_lies_between_its_neighbours() -> None:
    run = make_run(hear("we need to banana together now"), speech=((0.0, 3.0),))
    aligned = align(split_words("We need to work together now."), run)
    assert aligned.words[3] == Word("work", 1.4, 2.0, None, inferred=True)
    assert aligned.words[4] == Word("together", 2.0, 2.4, 0.9)
    assert aligned.anchored == pytest.approx(5 / 6)


def test_words_not_heard_take_only_as_long_as_they_need() -> None:
    heard = hear("one of the first four") + hear("all the rest of it", start=9.0, step=0.2)
    aligned = align(
        split_words("One of the first four dull men all the rest of it."), make_run(heard, ((0.0, 10.0),))
    )
    dull, men = aligned.words[5:7]
    assert (dull.start, men.end) == pytest.approx((2.4, 2.4 + 7 * 0.15))
    assert (dull.inferred, men.inferred) == (True, True)


def test_the_first_words_of_a_sentence_follow_the_pause_before_it() -> None:
    heard = hear("so ends the first of them") + hear("the second one is this", start=6.0)
    run = make_run(heard, speech=((0.0, 3.1), (5.5, 8.5)))
    aligned = align(split_words("So ends the first of them. But the second one is this."), run)
    assert aligned.words[6] == Word("But", 5.5, 6.0, None, inferred=True)


def test_one_word_of_the_engine_may_be_two_of_the_text_and_the_reverse() -> None:
    run = make_run((Word("In", 0, 0.4), Word("2013", 0.5, 1.5), Word("the", 1.6, 1.8), Word("Asia", 2, 2.3),
                    Word("Pacific", 2.3, 3)))  # fmt: skip
    aligned = align(["In", "twenty", "thirteen", "the", "Asia-Pacific"], run)
    assert [(w.text, round(w.start, 3), round(w.end, 3)) for w in aligned.words] == [
        ("In", 0, 0.4),
        ("twenty", 0.5, 0.929),
        ("thirteen", 0.929, 1.5),
        ("the", 1.6, 1.8),
        ("Asia-Pacific", 2, 3),
    ]


def test_characters_of_unspaced_scripts_are_words() -> None:
    run = make_run((Word("导弹", 1.0, 2.0), Word("防御", 2.0, 3.0)))
    words = split_words("导弹防御")
    assert [(w.start, w.end) for w in align(words, run).words] == [(1, 1.5), (1.5, 2), (2, 2.5), (2.5, 3)]


def test_a_sentence_starts_where_its_speech_does() -> None:
    run = make_run(hear("one two three four five six", start=1.2), speech=((1.0, 2.6), (3.0, 5.0)))
    aligned = align(split_words("One two three. Four five six."), run)
    assert [word.start for word in aligned.words] == [1.0, 1.7, 2.2, 3.0, 3.2, 3.7]
    assert aligned.words[2].end == 2.6


def test_without_any_words_heard_a_text_is_spread_over_the_speech() -> None:
    speech = ((1.0, 3.0), (4.0, 5.0), (6.0, 10.0))
    aligned = align(
        split_words("Aaaa aaaa aaaa. Bbbb bb. Cccc cccc cccc cccc cccc."), make_run(speech=speech)
    )
    assert aligned.anchored == 0.0
    assert all(word.inferred for word in aligned.words)
    assert [word.start for word in aligned.words if word.text[0].isupper()] == pytest.approx([1, 4, 6])
    assert aligned.words[-1].end == pytest.approx(10)


def test_without_any_speech_a_text_is_spread_over_the_clip() -> None:
    assert align(["ab", "cd"], make_run(duration=4)).words == (
        Word("ab", 0, 2, None, inferred=True),
        Word("cd", 2, 4, None, inferred=True),
    )


def test_no_text_aligns_to_nothing() -> None:
    assert align([], make_run(hear("some words"))) == Alignment((), 0.0)


def test_chance_matches_of_common_words_are_no_anchors() -> None:
    heard = " ".join(f"the x{n} of y{n} a z{n} u{n} v{n} w{n}" for n in range(40))
    text = " ".join(f"p{n} q{n} the r{n} s{n} t{n} of k{n} l{n} a m{n}" for n in range(40))
    assert align(text.split(), make_run(hear(heard, step=0.1), duration=40)).anchored < MIN_ANCHORED / 4


def test_unspoken_ends_of_a_page_do_not_count_against_it() -> None:
    said = "we need to work together to protect ourselves from this threat"
    page = f"Home News Editorials Contact {said} Share Print Back to top"
    aligned = align(page.split(), make_run(hear(said, start=2)))
    assert aligned.anchored == 1.0
    assert [word.inferred for word in aligned.words] == [True] * 4 + [False] * 11 + [True] * 5


@pytest.mark.parametrize(
    ("words", "settled"),
    [
        ([(1, 2), (0.5, 3)], [(1, 2), (1, 3)]),
        ([(1, 1)], [(1, 1.01)]),
        ([(4, 9), (7, 8)], [(4, 5), (4.99, 5)]),
        ([(-1, -2)], [(0, 0.01)]),
    ],
)
def test_times_are_settled(words: list[Region], settled: list[Region]) -> None:
    given_words = [Word("w", start, end) for start, end in words]
    times = [moment for word in settle(given_words, 5) for moment in (word.start, word.end)]
    assert times == pytest.approx([moment for word in settled for moment in word])


VOCABULARY = st.sampled_from(
    [*("the", "of", "a", "to", "we", "Missile", "defense.", "U.S.", "2013", "don’t", "Asia-Pacific"),
     *("导", "–x", "–", "café!")]
)  # fmt: skip


@st.composite
def runs(draw: st.DrawFn) -> Run:
    duration = draw(st.floats(0.5, 30))
    bounds = sorted(draw(st.sets(st.floats(0, duration), max_size=8)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    starts = sorted(draw(st.lists(st.floats(0, duration), max_size=30)))
    heard = [Word(draw(VOCABULARY), start, start + draw(st.floats(0.01, 2))) for start in starts]
    return make_run(settle(heard, duration), tuple(pairs), duration)


@settings(max_examples=300)
@given(st.lists(VOCABULARY, max_size=40), runs())
def test_words_stay_in_order_within_the_clip(texts: list[str], run: Run) -> None:
    aligned = align(texts, run)
    starts = [word.start for word in aligned.words]
    assert [word.text for word in aligned.words] == texts
    assert starts == sorted(starts)
    assert all(0 <= word.start < word.end <= run.duration + 1e-9 for word in aligned.words)
    assert 0 <= aligned.anchored <= 1
    assert aligned == align(texts, run)


@given(st.lists(VOCABULARY, max_size=60), st.lists(VOCABULARY, max_size=60))
def test_matches_increase_on_both_sides(ours: list[str], theirs: list[str]) -> None:
    a, b = tokenize(ours), tokenize(theirs)
    pairs = list(match_tokens(a, b).items())
    assert all(a[i].text == b[j].text for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


def test_two_hours_of_speech_align_in_seconds() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8").split()
    heard = [f"w{n}" if n % 10 == 0 else text[n % len(text)] for n in range(20_000)]
    words = [text[n % len(text)] if n % 97 else f"v{n}" for n in range(20_000)]
    clock = time.process_time()
    run = make_run(hear(" ".join(heard), step=0.4), duration=8_000)
    align(words, run)
    assert time.process_time() - clock < 8


@needs_shared
def test_the_editorial_is_timed_by_words_heard_badly() -> None:
    """Truth, with every eighth word misheard and every other word 0.1 s off."""
    truth = json.loads((SHARED / "clean_rms.truth.json").read_text())
    heard = [
        Word("banana" if n % 8 == 3 else word["w"], word["s"] + (0.1 if n % 2 else 0), word["e"] + 0.1)
        for n, word in enumerate(truth["words"])
    ]
    texts = [word["w"] for word in truth["words"]]
    speech = tuple((s["start"], s["end"]) for s in truth["sentences"])
    run = make_run(settle(heard, truth["duration"]), speech, truth["duration"])
    aligned = align(texts, run)
    errors = sorted(abs(a.start - b["s"]) for a, b in zip(aligned.words, truth["words"], strict=True))
    assert aligned.anchored == pytest.approx(0.875, abs=0.01)
    assert errors[len(errors) // 2] <= 0.1
    assert errors[-1] < 0.5
