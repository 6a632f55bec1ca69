import sqlite3

import pytest
from conftest import make_transcript

from datasette_airquote.parse import parse_query
from datasette_airquote.spelling import find_spellings
from ingest.archive import FILE, rebuild
from ingest.facts import Facts
from ingest.transcript import save_new


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spelling")
    lines = [
        "The missile defense.",
        "A missive on missiles.",
        "Cooperation is key.",
        "Набережная и причал.",
        "الميناء",
    ]
    save_new(folder, make_transcript("c", Facts(title="x"), [("", line) for line in lines]), None)
    assert rebuild(folder) == []
    return sqlite3.connect(folder / FILE)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("missle defense", ["missile defense", "missiles defense", "missive defense"]),
        ("msisile", ["missile", "missiles", "missive"]),
        ("missils", ["missile", "missiles", "missive"]),
        ('"missile defence"', ['"missile defense"']),
        ("koperation", []),
        ("coperation", ["cooperation"]),
        ("cooperashun", ["cooperation"]),
        ("набирежная", ["набережная"]),
        ("*sile", ["missile"]),
        ("m?ss?le defense", ["missile defense"]),
        ("[a*b?c]", []),
        ("zebra", []),
        ("missile", []),
        ("净水", []),
        ("x" * 99, []),
    ],
)
def test_spellings_are_near_and_in_the_archive(connection, typed, near):
    assert find_spellings(connection, parse_query(typed)) == near
