import sqlite3

import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript

from datasette_airquote.search import search
from datasette_airquote.search.fields import has_words, read_days
from datasette_airquote.search.narrow import Filters
from datasette_airquote.search.parse import parse_query
from ingest.archive import FILE, rebuild
from ingest.errors import FactsError
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new


def look(folder, q, **filters):
    query = parse_query(q)
    return search(sqlite3.connect(folder / FILE), query, Filters(fields=query.fields, **filters)).found


@pytest.fixture(scope="module")
def debate(tmp_path_factory):
    """Two clips: a debate with turns, and a report by nobody who is known, on somebody who is quoted."""
    folder = tmp_path_factory.mktemp("debate")
    people = (Speaker("Ann Lee", part="host"), Speaker("Bob Ray", part="guest"))
    facts = Facts(title="The Debate", date="2013-05", language="en", programme="Talk", speakers=people)
    lines = [("Ann Lee", "A tide."), ("Bob Ray", "The tide, the tide."), ("", "Some tide.")]
    save_new(folder, make_transcript("debate", facts, lines), None)
    people = (Speaker("Bob Ray", part="quoted"), Speaker("Cy Orr"))
    facts = Facts(title="A Report", date="2014", language="en-GB", programme="News", speakers=people)
    save_new(
        folder,
        make_transcript("report", facts, [("", "High tide."), ("", "Low tide.")], review="reviewed"),
        None,
    )
    assert rebuild(folder) == []
    return folder


@pytest.mark.parametrize(
    ("filters", "clips"),
    [
        ({}, {"debate": 3, "report": 2}),
        ({"speaker": "ann-lee"}, {"debate": 2}),  # her own, and where nobody knows who it is
        ({"speaker": "bob-ray"}, {"debate": 2, "report": 2}),
        ({"speaker": "bob-ray", "part": "quoted"}, {"report": 2}),
        ({"speaker": "bob-ray", "part": "voice"}, {"debate": 2}),
        ({"speaker": "cy-orr"}, {"report": 2}),
        ({"speaker": "nobody"}, {}),
        ({"part": "quoted"}, {"report": 2}),
        ({"part": "voice"}, {"debate": 3, "report": 2}),
        ({"programme": "News"}, {"report": 2}),
        ({"language": "en-GB"}, {"report": 2}),
        ({"review": "reviewed"}, {"report": 2}),
        ({"clip": "debate"}, {"debate": 3}),
        ({"year": "2014"}, {"report": 2}),
        ({"month": "2013-05"}, {"debate": 3}),
        ({"month": "2014-05"}, {}),
        ({"first": "2014-01-01"}, {"report": 2}),
        ({"last": "2013-05-10"}, {"debate": 3}),
        ({"programme": "News", "review": "unreviewed"}, {}),
    ],
)
def test_places_are_kept_by_who_speaks_and_what_the_clip_is(debate, filters, clips):
    assert {group.clip.id: group.size for group in look(debate, "tide", **filters).groups} == clips


def test_each_choice_is_counted_as_it_would_come_out(debate):
    everything = look(debate, "tide")
    names = {
        "speaker": "speaker",
        "part": "part",
        "programme": "programme",
        "language": "language",
        "review": "review",
    }
    names |= {"year": "year"}
    for facet, name in names.items():
        for choice in everything.facets[facet]:
            assert look(debate, "tide", **{name: choice["value"]}).count == choice["count"]
    chosen = look(debate, "tide", speaker="bob-ray", programme="News")
    assert [(c["value"], c["count"]) for c in chosen.facets["programme"]] == [("News", 2), ("Talk", 2)]
    assert [(c["value"], c["count"]) for c in chosen.facets["speaker"]] == [("bob-ray", 2), ("cy-orr", 2)]
    assert [(c["value"], c["count"]) for c in chosen.facets["part"]] == [("quoted", 2)]
    assert [(c["value"], c["count"]) for c in chosen.facets["year"]] == [("2014", 2)]
    assert chosen.facets["month"] == ()
    by_year = look(debate, "tide", year="2013").facets
    assert [(c["value"], c["count"]) for c in by_year["year"]] == [("2013", 3), ("2014", 2)]
    assert [(c["value"], c["count"]) for c in by_year["month"]] == [("2013-05", 3)]


@pytest.mark.parametrize(
    ("typed", "clips"),
    [
        ("speaker:lee", {"debate"}),
        ("speaker:bob-ray", {"debate", "report"}),
        ('by:"ray bob"', {"debate", "report"}),
        ("speaker:nobody", set()),
        ("-speaker:ann", {"debate", "report"}),
        ("speaker:ann speaker:orr", {"debate", "report"}),
        ("speaker:ray part:quoted", {"report"}),
        ("programme:news", {"report"}),
        ("-program:news", {"debate"}),
        ("title:debate", {"debate"}),
        ("title:deb*", {"debate"}),
        ('title:"the report"', set()),
        ("language:english", {"debate", "report"}),
        ("language:en-gb", {"report"}),
        ("lang:de", set()),
        ("date:2013", {"debate"}),
        ("date:2013-06..", {"report"}),
        ("date:..2013", {"debate"}),
        ("date:2013..2014", {"debate", "report"}),
        ("-date:2013", {"report"}),
        ("date:someday", {"debate", "report"}),
        ("clip:report", {"report"}),
        ("review:reviewed", {"report"}),
        ("programme:news title:debate", set()),
    ],
)
def test_fields_narrow_to_clips_and_people(debate, typed, clips):
    assert {group.clip.id for group in look(debate, f"tide {typed}").groups} == clips


@pytest.mark.parametrize(
    ("filters", "clips"),
    [
        ({}, {HARBOUR, SILENT}),
        ({"first": "2013-05-01"}, {HARBOUR, SILENT}),  # 2013 may mean December
        ({"last": "2013-01-01"}, {SILENT}),
    ],
)
def test_partial_dates_count_wherever_they_may_lie(archive, filters, clips):
    assert {group.clip.id for group in look(archive, "tide", **filters).groups} == clips


def test_an_undated_clip_is_in_no_year(archive):
    assert {g.clip.id for g in look(archive, "missile").groups} == {HARBOUR, COOPERATION}
    assert {g.clip.id for g in look(archive, "missile", first="1900-01-01").groups} == {HARBOUR}
    assert look(archive, "的 OR الخير").count == 3
    assert {g.clip.id for g in look(archive, "的 OR الخير").groups} == {CHINESE, ARABIC}


def test_what_may_be_invented_counts_only_when_asked_for(tmp_path):
    lines = [("", "You, you, you, you watching."), ("", "A tide for you.")]
    transcript = make_transcript("c", Facts(title="x", language="en"), lines)
    save_new(tmp_path, transcript, None)
    assert rebuild(tmp_path) == []
    doubtful = list(
        sqlite3.connect(tmp_path / FILE).execute("SELECT n FROM segments WHERE doubt IS NOT NULL")
    )
    assert doubtful == [(1,)]
    assert look(tmp_path, "you").count == 1
    assert look(tmp_path, "you", doubtful="1").count == 2
    assert look(tmp_path, '"watching a tide"').count == 0  # it runs on from what may be invented
    assert look(tmp_path, '"watching a tide"', doubtful="1").count == 1


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2013", ("2013-01-01", "2013-12-31")),
        ("2013-05..2014", ("2013-05-01", "2014-12-31")),
        ("2013..", ("2013-01-01", "")),
        ("..", ("", "")),
    ],
)
def test_a_range_of_dates_is_read(text, days):
    assert read_days(text) == days


def test_a_date_that_is_none_is_refused():
    with pytest.raises(FactsError):
        read_days("2013..soon")


@pytest.mark.parametrize(
    ("text", "wanted", "holds"),
    [("The Morning Tide", "morning", True), ("Françoise Hardy", "francoise", True), ("Rose", "ros", False),
     ("港城新闻", "港城", True), ("Rose", "", False), ("Rose", "*", False)],
)  # fmt: skip
def test_a_name_has_words(text, wanted, holds):
    assert has_words(text, wanted) is holds
