import random

import pytest

from ingest.order import order_turns
from ingest.run import Run
from ingest.script import Turn
from ingest.words import Word

WORDS = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in ("ben", "dor", "fin", "gal")]
CHANCE = random.Random(1)
PARAGRAPHS = [" ".join(CHANCE.choices(WORDS, k=30)) + "." for _ in range(8)]


def hear(paragraphs, wrong=0.0):
    chance = random.Random(2)
    words = ["banana" if chance.random() < wrong else word for text in paragraphs for word in text.split()]
    timed = tuple(Word(word, n * 0.5, n * 0.5 + 0.4) for n, word in enumerate(words))
    length = len(words) / 2 + 1
    return Run("whisper", "", "", "", "en", length, ((0.0, length),), timed)


def order(numbers, run):
    turns = order_turns([Turn(PARAGRAPHS[n]) for n in numbers], run)
    return [PARAGRAPHS.index(turn.text) for turn in turns]


@pytest.mark.parametrize("wrong", [0.0, 0.1, 0.25])
@pytest.mark.parametrize(
    "written",
    [
        [0, 1, 2, 3, 4, 5, 6, 7], [7, 0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7, 0],
        [0, 5, 1, 2, 3, 4, 7, 6], [1, 0, 3, 2, 5, 4, 7, 6], [7, 6, 5, 4, 3, 2, 1, 0],
    ],
)  # fmt: skip
def test_paragraphs_run_in_the_order_in_which_they_are_heard(written, wrong):
    assert order(written, hear(PARAGRAPHS, wrong)) == sorted(written)


def test_what_is_heard_nowhere_stays_behind_what_it_follows():
    heard = hear([PARAGRAPHS[n] for n in (3, 4, 5, 0)])
    assert order([0, 1, 2, 3, 4, 6, 5, 7], heard) == [3, 4, 6, 5, 7, 0, 1, 2]
    assert order([6, 7, 0, 1], hear([])) == [6, 7, 0, 1]
    assert order([], heard) == []


def test_a_paragraph_that_is_written_twice_and_said_once_stays():
    assert order([0, 1, 2, 0, 3], hear(PARAGRAPHS[:4])) == [0, 1, 2, 0, 3]


def test_speakers_and_short_turns_go_with_what_is_around_them():
    turns = [
        Turn(PARAGRAPHS[1], "Ann"),
        Turn("No.", "Bo"),
        Turn(PARAGRAPHS[2], "Ann"),
        Turn(PARAGRAPHS[0], "Bo"),
    ]
    assert order_turns(turns, hear(PARAGRAPHS[:3])) == [turns[3], *turns[:3]]


def test_common_words_alone_move_nothing():
    text = "it is of the and to a in that it was for on are as with"
    heard = hear([*PARAGRAPHS[:4], text + " " + " ".join(text.split()[::-1])])
    loose = Turn(" ".join(random.Random(5).sample(text.split(), 15)))
    turns = [loose, *map(Turn, PARAGRAPHS[:4])]
    assert order_turns(turns, heard) == turns
