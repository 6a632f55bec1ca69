import re
import sqlite3

import pytest
from conftest import make_transcript, open_site

from datasette_airquote.search import load_clips, search
from datasette_airquote.search.narrow import Filters
from datasette_airquote.search.parse import parse_query
from datasette_airquote.search.timeline import Timeline, list_periods, make_timeline
from ingest.archive import FILE, rebuild
from ingest.facts import Facts
from ingest.transcript import save_new

CLIPS = [
    ("2013-05-14", ["A tide, a tide.", "No tide."]),
    ("2013-07", ["The tide rises up here."]),
    ("2013", ["Tide tables."]),
    ("2014-01-01/2014-02-10", ["Tide and flood."]),
    ("", ["A tide."]),
]


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    folder = tmp_path_factory.mktemp("years")
    for number, (date, lines) in enumerate(CLIPS):
        facts = Facts(title="x", date=date, language="en", programme="Tides" if date else "")
        save_new(folder, make_transcript(f"c{number}", facts, [("", line) for line in lines]), None)
    assert rebuild(folder) == []
    return folder


def draw(folder, q, unit="", **filters):
    connection = sqlite3.connect(folder / FILE)
    chosen = Filters(**filters)
    catalog = load_clips(connection)
    return make_timeline(
        catalog,
        chosen,
        search(connection, parse_query(q), chosen).found,
        *list_periods(catalog, chosen, unit),
    )


def test_places_count_in_the_period_of_their_clip_and_nowhere_where_it_is_not_known(years):
    assert draw(years, "tide", "month") == Timeline(
        "month", ("2013-05", "2013-06", "2013-07"), (2, 0, 1), (6, 0, 5), 3
    )
    assert draw(years, "tide", "year") == Timeline("year", ("2013", "2014"), (4, 1), (13, 3), 1)


def test_shares_are_for_each_hundred_thousand_words(years):
    assert draw(years, "tide", "year").shares == (pytest.approx(4e5 / 13), pytest.approx(1e5 / 3))
    assert draw(years, "zebra", "year").shares == (0, 0)


def test_words_are_those_of_the_clips_that_the_filters_leave(years):
    assert draw(years, "tide", "year", programme="Tides", first="2014-01-01").words == (3,)
    assert draw(years, "tide", clip="c4") == Timeline("year", (), (), (), 1)


def test_it_is_by_month_where_most_are_known_or_there_is_one_year_only(years):
    assert draw(years, "tide").unit == "year"  # the months of two clips of four
    assert draw(years, "tide", first="2013-05-01", last="2013-07-31").unit == "month"


def test_an_archive_of_decades_is_drawn_by_years(years, monkeypatch):
    list_periods.cache_clear()
    monkeypatch.setattr("datasette_airquote.search.timeline.SHORT", 2)
    assert draw(years, "tide").unit == "year"
    assert draw(years, "tide", "month").unit == "month"
    list_periods.cache_clear()
    monkeypatch.setattr("datasette_airquote.search.timeline.MOST", 1)
    assert draw(years, "tide", "month").periods == ("2014",)
    list_periods.cache_clear()


async def test_up_to_four_are_compared_on_one_scale(years):
    site = await open_site(years)
    page = (await site.client.get("/timeline?q=tide&q=flood&q=tide&by=year&measure=count")).text
    assert re.findall(r'aria-label="(\d{4}: \d+ \w+)"', page) == [
        "2013: 4 matches", "2014: 1 match", "2014: 1 match",
    ]  # fmt: skip
    assert re.findall(r"height: ([\d.]+)%", page) == ["100.0", "25.0", "25.0"]
    assert 'href="/search?q=tide&amp;year=2013"' in page
    assert '<td><a href="/search?q=flood&amp;year=2014">1</a> (33333.3)</td>' in page
    assert "of which 1 in clips whose year is not known" in page
    many = (await site.client.get("/timeline?" + "&".join(f"q=w{n}" for n in range(6)))).text
    assert "No more than 4 can be compared; left out: w4, w5." in many


DATES = [
    "2013", "2013-05", "2013-05-14", "196X", "2013/2014", "2013~", "2013-22", "2013-24", "2013-05/2013-06",
    "",
]  # fmt: skip


@pytest.fixture(scope="module")
def dates(tmp_path_factory):
    """A clip with one tide for each kind of date."""
    folder = tmp_path_factory.mktemp("dates")
    for number, date in enumerate(DATES):
        save_new(folder, make_transcript(f"c{number}", Facts(title=date, date=date), [("", "A tide.")]), None)
    assert rebuild(folder) == []
    return folder


@pytest.mark.parametrize(
    ("unit", "counts", "undated"),
    [("year", [("2013", 6)], 4), ("month", [("2013-05", 2)], 8)],
)
async def test_a_bar_counts_what_its_link_finds(dates, unit, counts, undated):
    site = await open_site(dates)
    (line,) = (await site.client.get(f"/timeline.json?q=tide&by={unit}")).json()["lines"]
    assert (line["counts"], line["undated"]) == ([count for _, count in counts], undated)
    page = (await site.client.get(f"/timeline?q=tide&by={unit}")).text
    bar = rf'<a href="(/search\?q=tide&amp;{unit}=([\d-]+))" title="[^:]+: (\d+) match(?:es)?"'
    bars = re.findall(bar, page)
    assert [(period, int(count)) for _, period, count in bars] == counts
    for url, _, count in bars:
        answer = await site.client.get(url.replace("/search", "/search.json").replace("&amp;", "&"))
        assert answer.json()["count"] == int(count)


async def test_a_decade_is_no_year(dates):
    site = await open_site(dates)
    answer = (await site.client.get("/search.json?q=tide")).json()
    assert answer["facets"]["year"] == [
        {"value": "2013", "label": "2013", "count": 6},
        {"value": "201X", "label": "2010s", "count": 2},
        {"value": "196X", "label": "1960s", "count": 1},
    ]
    for choice in answer["facets"]["year"]:
        found = (await site.client.get(f"/search.json?q=tide&year={choice['value']}")).json()
        assert found["count"] == choice["count"]
    years = sqlite3.connect(dates / FILE).execute("SELECT date FROM clips WHERE year = 2013 ORDER BY id")
    assert [date for (date,) in years] == [
        "2013", "2013-05", "2013-05-14", "2013~", "2013-22", "2013-05/2013-06",
    ]  # fmt: skip


async def test_one_period_is_said_in_words(dates, years):
    site = await open_site(dates)
    page = (await site.client.get("/search?q=tide&year=2013")).text
    assert "When it was said: May 2013 (2); 4 in clips whose month is not known." in page
    assert 'class="bars"' not in page
    page = (await (await open_site(years)).client.get("/search?q=tide&clip=c0")).text
    assert "When it was said: May 2013 (2)." in page


async def test_the_numbers_can_be_had(years):
    site = await open_site(years)
    answer = (await site.client.get("/timeline.json?q=tide&q=-x&by=year")).json()
    assert answer == {
        "unit": "year",
        "periods": ["2013", "2014"],
        "words": [13, 3],
        "lines": [{"q": "tide", "counts": [4, 1], "undated": 1}],
    }
    assert (await site.client.get("/timeline.json")).json()["lines"] == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=tide&by=day&measure=x&from=never", "?q=*&q=%00"])
async def test_the_page_survives_any_address(years, query):
    site = await open_site(years)
    assert (await site.client.get(f"/timeline{query}")).status_code == 200


async def test_the_page_of_results_shows_when_it_was_said(years):
    site = await open_site(years)
    page = (await site.client.get("/search?q=tide&by=year")).text
    assert re.findall(r'aria-label="(\d{4}: \d+ \w+)"', page) == ["2013: 4 matches", "2014: 1 match"]
    assert 'href="/timeline?q=tide"' in page
    assert "1 match is in clips whose year is not known." in page
