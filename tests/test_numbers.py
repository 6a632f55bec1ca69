import pytest

from datasette_airquote.search.numbers import MOST, respell_numbers


@pytest.mark.parametrize(
    ("typed", "others"),
    [
        ("24", ["twenty four"]),
        ("twenty four", ["24"]),
        ("2013", ["twenty thirteen", "two thousand thirteen", "two thousand and thirteen"]),
        ("two thousand and thirteen", ["2013"]),
        ("9 11", ["9 eleven", "nine 11", "nine eleven"]),
        ("the 21st century", ["the twenty first century"]),
        ("twenty first century", ["21st century"]),
        ("the nineteen nineties", ["the 1990s"]),
        ("five minutes", ["5 minutes"]),
        ("missile defense", []),
        ("point", []),
    ],
)
def test_numbers_are_written_in_words_and_figures(typed, others):
    assert [" ".join(way) for way in respell_numbers(typed.split())] == others


def test_the_ways_to_write_many_numbers_are_limited():
    assert len(respell_numbers(["1999"] * 60)) == MOST
