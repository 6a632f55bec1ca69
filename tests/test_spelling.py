import sqlite3

import pytest
from conftest import make_transcript

from datasette_airquote.search.narrow import Filters
from datasette_airquote.search.parse import parse_query
from datasette_airquote.search.spelling import find_spellings
from ingest.archive import FILE, rebuild
from ingest.facts import Facts, Speaker
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
    facts = Facts(title="The Missing Tide", programme="Morning Talk", speakers=(Speaker("Ann O'Leary"),))
    save_new(folder, make_transcript("c", facts, [("", line) for line in lines]), None)
    save_new(folder, make_transcript("d", Facts(title="y"), [("", "Somebody grazed.")]), None)
    assert rebuild(folder) == []
    return sqlite3.connect(folder / FILE)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("missle defense", ["missile defense", "missiles defense", "missive defense"]),
        ("misile defnse", ["missile defense", "missiles defense", "missive defense"]),
        ("“misile defnse”", ["“missile defense”"]),
        ("misile OR zebra", ["missile OR zebra", "missiles OR zebra", "missive OR zebra"]),
        ("misile grazed", []),
        ("mis misile", ["is missiles", "is missive"]),
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
    assert find_spellings(connection, parse_query(typed), Filters()) == near


def test_a_spelling_that_the_filters_leave_nothing_of_is_not_offered(connection):
    typed = "misile defense language:de"
    assert find_spellings(connection, parse_query(typed), Filters()) == []
    assert find_spellings(connection, parse_query("misile defense"), Filters(review="reviewed")) == []


def test_what_is_within_another_word_or_a_field_stays_as_it_is(connection):
    spelt = find_spellings(connection, parse_query("title:tide missiles missil"), Filters())
    assert spelt[0] == "title:tide missiles missile"


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("missile speaker:an", ["missile speaker:ann"]),
        ('missile by:"An Oleary"', ['missile by:"ann leary"']),
        ("misile speaker:an", ["missile speaker:ann", "missiles speaker:ann", "missive speaker:ann"]),
        ("title:missin", ["title:missing"]),
        ("title: missin", []),
        ("programme:mornin missile", ["programme:morning missile"]),
        ("programme:“mornin tlak”", ['programme:"morning talk"']),
        ("programme:zebra", []),
        ('title:"' + "missin " * 7 + '"', []),
        ("-speaker:an missile", []),
        ("speaker:ann zebra", []),
    ],
)
def test_names_and_titles_are_spelt_as_the_archive_has_them(connection, typed, near):
    query = parse_query(typed)
    assert find_spellings(connection, query, Filters(fields=query.fields)) == near


def test_no_spelling_is_tried_for_long(connection, monkeypatch):
    monkeypatch.setattr("datasette_airquote.search.spelling.PATIENCE", -1)
    assert find_spellings(connection, parse_query("misile"), Filters()) == []
