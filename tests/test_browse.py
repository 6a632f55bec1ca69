"""/clips, with choose.py, pager.py and years.py behind it."""

import re
from html import unescape

import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site

from datasette_airquote.choose import Wanted, choose_clips
from datasette_airquote.search import load_clips
from datasette_airquote.years import Years, describe_range, spread_clips
from ingest.archive import rebuild
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new

EVIL = '<script>alert("1")</script>&\'x'
CLIPS = {
    "a": Facts(title="Ahead", date="2013-05-14", programme="Tides", broadcaster="Radio One", language="en",
               speakers=(Speaker("Ann Lee", "Mayor", "guest"), Speaker("Bo Ek", "", "quoted"))),
    "b": Facts(title="Back", date="2013-07", programme="Tides", broadcaster="Radio Two", language="sv",
               speakers=(Speaker("Ann Lee", "Mayor", "author"),)),
    "c": Facts(title="Cellar", date="2013", programme="Tides", language="en",
               speakers=(Speaker("Bo Ek", "", "host"),)),
    "d": Facts(title="Dune", date="2013/2014", language="en"),
    "e": Facts(title="Ebb", date="201X", programme="Fog", language="en"),
    "f": Facts(title="Fog", date="", programme=EVIL, language="en", speakers=(Speaker(EVIL, EVIL, "guest"),)),
    "g": Facts(title="Gale", date="2013-22", programme="Fog", language="en"),
}  # fmt: skip


@pytest.fixture(scope="module")
def partial(tmp_path_factory):
    """Seven clips, whose dates are known in part, if at all."""
    folder = tmp_path_factory.mktemp("partial")
    for number, (clip, facts) in enumerate(CLIPS.items(), 1):
        text = [("", " ".join(["tide"] * number) + ".")]
        save_new(
            folder,
            make_transcript(clip, facts, text, review="reviewed" if clip == "a" else "unreviewed"),
            None,
        )
    (folder / "speakers.yml").write_text("- name: Ann Lee\n  aliases: [A. Lee]\n")
    assert rebuild(folder) == []
    return folder


async def ask(folder, **parameters):
    response = await (await open_site(folder)).client.get("/clips", params=parameters)
    assert response.status_code == 200
    return response.text


def list_ids(page):
    return re.findall(r'<h3><a href="/clip/([^"]*)"', page)


def list_options(page, facet):
    """The choices of a filter, as they are read."""
    chosen = re.search(rf'<select id="f-{facet}".*?</select>', page, re.DOTALL)
    return [unescape(label) for label in re.findall(r"<option[^>]*>([^<]*)", chosen[0])] if chosen else []


async def test_all_clips_are_listed_newest_first_with_a_chart_of_their_years(site):
    page = (await site.client.get("/clips")).text
    assert list_ids(page) == [CHINESE, HARBOUR, ARABIC, SILENT, COOPERATION]
    assert "<strong>5 clips</strong>, 53 seconds" in page
    ladder = re.search(r'<ul class="links ladder.*?</ul>', page, re.DOTALL)[0]
    assert re.findall(r'href="([^"]*)">(\d+)</a> <span class="facts">(\d)', ladder) == [
        ("/clips?date=2013", "2013", "1"), ("/clips?date=2019", "2019", "1"),
        ("/clips?date=2024", "2024", "1"), ("/clips?date=2025", "2025", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("date", "ids"),
    [
        ("2013", "agbc"),  # in the order of their first days, then of their ids
        ("2013-05", "a"),
        ("2013-05-14", "a"),
        ("2013-22", "gb"),
        ("2013-XX", "gc"),
        ("201X", "dagbce"),
        ("2013/2014", "dagbc"),
        ("2014", ""),
        ("XXXX", "def"),
        ("XXXX-XX", "dgcef"),
    ],
)
async def test_a_clip_is_listed_where_all_its_days_lie(partial, date, ids):
    assert sorted(list_ids(await ask(partial, date=date))) == sorted(ids)


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("newest", "bgacdef"),
        ("oldest", "ecdagbf"),
        ("title", "abcdefg"),
        ("longest", "gfedcba"),
        ("nonsense", "bgacdef"),
    ],
)
async def test_the_order_can_be_chosen_and_undated_clips_come_last(partial, sort, ids):
    assert "".join(list_ids(await ask(partial, sort=sort))) == ids


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({"programme": "Tides"}, "bac"),
        ({"programme": "Tides", "language": "en"}, "ac"),
        ({"broadcaster": "Radio Two"}, "b"),
        ({"speaker": "ann-lee"}, "ba"),
        ({"speaker": "a-lee", "part": "heard"}, "a"),  # an id that she had before
        ({"speaker": "ann-lee", "part": "author"}, "b"),
        ({"speaker": "bo-ek", "part": "quoted"}, "a"),
        ({"speaker": "bo-ek", "part": "heard", "date": "2013"}, "c"),
        ({"part": "heard"}, "bgacdef"),
        ({"review": "reviewed"}, "a"),
        ({"text_from": "script"}, ""),
        ({"programme": EVIL}, "f"),
        ({"programme": "tides"}, ""),
    ],
)
async def test_filters_combine(partial, parameters, ids):
    assert "".join(list_ids(await ask(partial, **parameters))) == ids


async def test_each_choice_says_how_many_clips_it_would_leave(partial):
    page = await ask(partial, programme="Tides", language="en")
    assert list_options(page, "programme") == ["Any", f"{EVIL} (1)", "Fog (2)", "Tides (2)"]
    assert list_options(page, "language") == ["Any", "English (2)", "Swedish (1)"]
    assert list_options(page, "speaker") == ["Any", "Ann Lee (1)", "Bo Ek (2)"]
    assert list_options(page, "review") == ["Any", "as it came (1)", "reviewed by a person (1)"]
    assert list_options(page, "text_from") == []  # there is nothing to choose


async def test_a_year_leads_to_its_months_and_what_is_in_none(partial):
    page = await ask(partial, programme="Tides", date="2013")
    bars = re.findall(r'<a href="([^"]*)" title="[^"]*" aria-label="([^"]*)"', page)
    assert bars == [
        ("/clips?programme=Tides&amp;date=2013-05", "May 2013: 1 clip, 1 second"),
        ("/clips?programme=Tides&amp;date=2013-07", "July 2013: 1 clip, 2 seconds"),
    ]
    assert len(re.search(r'<ol class="bars".*?</ol>', page, re.DOTALL)[0].split("<li>")) == 13
    assert '<a href="/clips?programme=Tides&amp;date=2013-XX">1 clip</a> whose month is not known' in page
    assert '<a href="/clips?programme=Tides">All dates</a> › <strong>2013</strong>' in page
    page = await ask(partial, programme="Tides", date="2013-XX")
    assert (
        '<a href="/clips?programme=Tides&amp;date=2013">2013</a> › <strong>2013, month not known</strong>'
        in page
    )


async def test_a_programme_has_a_head_and_a_search_of_its_own(partial):
    page = await ask(partial, programme="Tides", language="sv")
    assert '<h1 dir="auto">Tides</h1>' in page
    assert "Programme · 3 clips · 5 seconds · 14 May 2013 to July 2013" in page
    assert 'Heard most: <a href="/speaker/ann-lee" dir="auto">Ann Lee</a> (1 clip)' in page
    assert '<input type="hidden" name="programme" value="Tides">' in page
    assert "<strong>1 clip</strong>" in page


async def test_what_means_nothing_is_said(partial):
    page = await ask(partial, date="<b>", speaker="<i>")
    assert "“&lt;b&gt;” is not a date that can be read" in page
    assert "Nobody here has the id “&lt;i&gt;”." in page
    assert list_ids(page) == []
    assert "No clip fits" in page


@pytest.mark.parametrize(
    "value", [EVIL, "\0", "x" * 5000, "'; DROP TABLE clips; --", "\u202e", "2013-99", "9999/0001"]
)
async def test_hostile_values_come_back_escaped(partial, value):
    for key in (
        "programme",
        "broadcaster",
        "speaker",
        "part",
        "language",
        "review",
        "text_from",
        "date",
        "sort",
        "page",
    ):
        page = await ask(partial, **{key: value})
        assert "<script>alert" not in page
        assert '"1")' not in page


async def test_hostile_names_are_escaped_in_lists_and_heads(partial):
    for parameters in ({}, {"programme": EVIL}, {"speaker": "script-alert-1-script-x"}):
        page = await ask(partial, **parameters)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in page


async def test_an_empty_archive_says_how_to_begin(tmp_path):
    rebuild(tmp_path)
    assert "No clip is in the archive yet" in await ask(tmp_path)


async def test_pages_follow_one_another_without_gaps(partial, monkeypatch):
    monkeypatch.setattr("datasette_airquote.browse.PAGE", 3)
    pages = [await ask(partial, sort="title", page=page) for page in (1, 2, 3, 99, "x")]
    assert ["".join(list_ids(page)) for page in pages] == ["abc", "def", "g", "g", "abc"]
    assert 'rel="next" href="/clips?sort=title&amp;page=2"' in pages[0]
    assert 'rel="prev" href="/clips?sort=title"' in pages[1]
    assert 'rel="next"' not in pages[2]
    assert "Page 2 of 3" in pages[1]


async def test_three_thousand_clips_are_browsed(many):
    page = await ask(many, programme="Programme 1", page=2)
    assert "<strong>1,000 clips</strong>" in page
    assert len(list_ids(page)) == 50
    assert "Page 2 of 20" in page
    assert "Programme · 1,000 clips · 30 minutes · 1991 to 2018" in page


async def test_counting_by_time_spreads_nothing_that_is_not_known(partial):
    site = await open_site(partial)
    catalog = await site.get_database("archive").execute_fn(load_clips)
    clips = choose_clips(catalog, Wanted(programme="Tides")).clips
    assert spread_clips(clips) == Years(
        "month", ("2013-05", "2013-06", "2013-07"), (1, 0, 1), (1.4, 0.0, 1.8), 1
    )
    assert spread_clips(clips, "year") == Years("year", ("2013",), (3,), (pytest.approx(5.4),), 0)
    assert spread_clips([]) == Years("year", (), (), (), 0)
    assert describe_range(choose_clips(catalog, Wanted()).clips) == "14 May 2013 to July 2013"
    assert describe_range([]) == ""
