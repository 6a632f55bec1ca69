import random
import re
import sqlite3

import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasette_airquote.search import SORTS, search
from datasette_airquote.search.narrow import Filters
from datasette_airquote.search.parse import parse_query
from ingest.archive import FILE, open_archive, rebuild, save_transcript
from ingest.facts import Facts
from ingest.speakers.people import People
from ingest.transcript import save_new


async def ask(site, **parameters):
    response = await site.client.get("/search.json", params=parameters)
    assert response.status_code == 200
    return response.json()


async def test_a_match_is_a_moment_with_its_links(site):
    answer = await ask(site, q="committee")
    assert answer == {
        "q": "committee",
        "understood": "committee",
        "ignored": [],
        "spellings": [],
        "count": 1,
        "clips": 1,
        "matches": [
            {
                "clip": SILENT,
                "title": "Minutes of the Committee?",
                "date": "2013~",
                "speaker": "",
                "quoted": [],
                "start": 0.4,
                "end": 0.8,
                "text": "committee",
                "excerpt": "The <mark>committee</mark> met about the tide gauge.",
                "speakers": [],
                "kind": "within",
                "times": [[0.4, 0.8]],
                "audio_url": None,
                "url": "/clip/2013-minutes?t=0.40,0.80&w=1-c1bb38#passage",
                "cite_url": "/cite/2013-minutes?t=0.40,0.80&w=1-c1bb38",
            }
        ],
        "facets": {
            "speaker": [],
            "part": [],
            "programme": [],
            "year": [{"value": "2013", "label": "2013", "count": 1}],
            "month": [],
            "language": [{"value": "en", "label": "English", "count": 1}],
            "review": [{"value": "reviewed", "label": "reviewed", "count": 1}],
        },
        "next": None,
    }


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("missile", [(HARBOUR, 5.0, 5.4, "missile"), (COOPERATION, 5.0, 5.4, "missile")]),
        # one within a segment, one across two speakers
        ('"missile defense"',
         [(COOPERATION, 5.0, 5.8, "missile defense"), (HARBOUR, 5.0, 6.0, "missile Defense")]),
        ("“ballistic missile defense is a well-known word”",
         [(HARBOUR, 4.6, 7.6, "ballistic missile Defense is a well-known word,")]),
        # words on either side of the seam, in neither segment alone
        ("ballistic word", [(HARBOUR, 4.6, 7.6, "ballistic missile Defense is a well-known word,")]),
        ("tide pier", [(HARBOUR, 19.4, 21.4, "tide at the old pier.")]),
        ("tide wait*", [(HARBOUR, 15.2, 16.0, "tide waits"), (HARBOUR, 18.2, 19.8, "wait for the tide")]),
        ('"the minister"',
         [(COOPERATION, 6.2, 7.0, "the minister.”"), (HARBOUR, 9.8, 10.6, "The minister’s")]),
        ("\"minister's\"", [(HARBOUR, 10.2, 10.6, "minister’s")]),
        ("minister's", [(HARBOUR, 10.2, 10.6, "minister’s"), (COOPERATION, 6.6, 7.0, "minister.”")]),
        ("NAIVE CAFE", [(HARBOUR, 11.8, 12.6, "naïve café")]),
        ("at&t", [(HARBOUR, 13.4, 13.8, "AT&T &")]),
        ("U.S.", [(COOPERATION, 1.6, 2.0, "U.S.")]),
        ("净水站", [(CHINESE, 6.0, 7.4, "净水站")]),
        ("饮用", [(CHINESE, 9.8, 10.6, "饮用")]),
        ("的", [(CHINESE, 5.6, 6.0, "的"), (CHINESE, 12.2, 12.6, "的")]),
        ("WHO 标准", [(CHINESE, 11.8, 13.4, "WHO的标准。")]),
        ("صباح الخير", [(ARABIC, 0.0, 0.8, "صَباحُ الخَيْرِ")]),
        ("مدرسه", [(ARABIC, 3.0, 3.4, "مَدْرَسَةٍ")]),
        ("zebra", []),
        ("tide zebra", []),
        ('"tide missile"', []),
        ("", []),
        ("*", []),
    ],
)  # fmt: skip
async def test_words_are_found_at_their_time(site, q, found):
    answer = await ask(site, q=q, sort="newest" if q == "missile" else "relevance")
    places = [(m["clip"], m["start"], m["end"], m["text"]) for m in answer["matches"]]
    assert (answer["count"], sorted(places)) == (len(found), sorted(found))


async def test_what_is_shown_is_escaped_and_marked(site):
    answer = await ask(site, q="naive c++")
    assert [m["excerpt"] for m in answer["matches"]] == [
        "The minister’s friend said that <mark>naïve</mark> café owners like AT&amp;T &amp; <mark>C++</mark>."
    ]


async def test_every_occurrence_in_a_sentence_has_its_time(tmp_path):
    text = "Water, water and more water | water | is here."
    site = await build(tmp_path, text.split(" | "))
    matches = (await ask(site, q="water"))["matches"]
    assert [m["times"] for m in matches] == [[[0.0, 0.4], [0.4, 0.8], [1.6, 2.0]], [[2.2, 2.6]]]


@pytest.mark.parametrize(
    ("lines", "q", "count"),
    [
        (["a b c", "d e f"], '"c d"', 1),
        (["a b c", "d", "e f"], '"c d e"', 1),  # over three segments, counted once
        (["a b", "c"], '"b c"', 1),
        (["x a b", "a b x"], '"a b"', 2),
        (["a b a", "b c"], '"a b"', 2),  # once within, once across
        (["a", "a", "a"], '"a a"', 2),
        (["a x", "x b"], "a b", 1),
        (["a x", "x b", "x"], "b a", 1),
        (["a b", "x"], "a b", 1),  # within one, so not also across
        (["x", "a", "b"], "a b", 1),
        (["l k j i h g f e d c b a", "a b c d e f g h i j k l"], '"h g f e d c b a a b c d e f g h i"', 1),
        (["l k j i h g f e d c b a", "a b c d e f g h i j k l"], '"l k j i h g f e d c b a a"', 1),
        (["k j i h g f e d c b a", "a"], '"l k j i h g f e d c b a a"', 0),
        (["x 导", "弹"], '"导弹"', 1),
        (["x 导弹", "防御 y"], "弹防", 1),
        (["导弹防", "御系统。"], "导弹防御系统", 1),
    ],
)
async def test_a_phrase_is_found_once_wherever_segments_end(tmp_path, lines, q, count):
    site = await build(tmp_path, lines)
    answer = await ask(site, q=q)
    assert (answer["count"], len(answer["matches"])) == (count, count)


def test_phrases_are_found_where_a_plain_search_of_the_words_finds_them(tmp_path):
    chance = random.Random(7)
    texts = {}
    for number in range(25):
        letters = "ab" if number % 2 else "导弹"
        lines = [[chance.choice(letters) for _ in range(chance.randint(1, 12))] for _ in range(5)]
        texts[f"clip-{number}"] = lines
        join = " " if number % 2 else ""
        lines = [("", join.join(line)) for line in lines]
        save_new(
            tmp_path, make_transcript(f"clip-{number}", Facts(title="x"), lines, text_from="script"), None
        )
    assert rebuild(tmp_path) == []
    connection = sqlite3.connect(tmp_path / FILE)
    for clip, lines in texts.items():
        for length in (2, 3, 5, 11):
            words = [word for line in lines for word in line]
            at = chance.randrange(len(words) - length)
            phrase = words[at : at + length]
            query = parse_query('"' + ("" if "导" in words or "弹" in words else " ").join(phrase) + '"')
            found = search(connection, query, Filters(clip=clip))
            places = count_places(lines, phrase)
            assert (clip, phrase, found.found.count) == (clip, phrase, places)
            assert len(found.list_matches("oldest", 0, 99)) == places


def count_places(lines, phrase):
    """How many segments hold the phrase, plus how many it leaves for the next one."""
    words = [(word, number) for number, line in enumerate(lines) for word in line]
    places = set()
    for at in range(len(words) - len(phrase) + 1):
        stretch = words[at : at + len(phrase)]
        if [word for word, _ in stretch] == phrase:
            places.add((stretch[0][1], stretch[0][1] == stretch[-1][1]))
    return len(places)


@pytest.mark.parametrize(
    ("filters", "clips"),
    [
        ({}, {HARBOUR, SILENT}),
        ({"speaker": "clara-benning"}, {HARBOUR}),
        ({"speaker": "frank-rose"}, set()),
        ({"programme": "The Morning Tide"}, {HARBOUR}),
        ({"language": "zh"}, set()),
        ({"from": "2014"}, {HARBOUR}),
        ({"from": "2013", "to": "2013"}, {SILENT}),
        ({"from": "2013-05"}, {HARBOUR, SILENT}),  # 2013 may mean December
        ({"to": "2013-05"}, {SILENT}),
        ({"clip": SILENT}, {SILENT}),
        ({"sort": "nonsense", "page": "-1"}, {HARBOUR, SILENT}),
    ],
)
async def test_matches_can_be_narrowed(site, filters, clips):
    answer = await ask(site, q="tide", **filters)
    assert {m["clip"] for m in answer["matches"]} == clips


async def test_a_person_is_found_by_voice_and_where_quoted(site):
    spoken = await ask(site, q="tide", speaker="clara-benning")
    assert [m["speaker"] for m in spoken["matches"]] == ["Clara Benning"]
    quoted = await ask(site, q="missile", speaker="frank-rose")
    assert [(m["clip"], m["speaker"], m["quoted"]) for m in quoted["matches"]] == [
        (COOPERATION, "", ["Frank Rose"])
    ]


async def test_facets_count_what_each_choice_would_give(site):
    facets = (await ask(site, q="tide", speaker="clara-benning"))["facets"]
    assert facets["speaker"] == [
        {"value": "thomas-okoro", "label": "Thomas Okoro", "count": 2},
        {"value": "clara-benning", "label": "Clara Benning", "count": 1},
    ]
    assert facets["programme"] == [{"value": "The Morning Tide", "label": "The Morning Tide", "count": 1}]


async def test_undated_clips_come_last_whatever_the_order(site):
    for sort, clips in (("newest", [HARBOUR, COOPERATION]), ("oldest", [HARBOUR, COOPERATION])):
        assert [m["clip"] for m in (await ask(site, q="missile", sort=sort))["matches"]] == clips
    for sort, first in (("newest", HARBOUR), ("oldest", SILENT)):
        assert (await ask(site, q="tide", sort=sort))["matches"][0]["clip"] == first


async def test_pages_follow_each_other_without_gap_or_overlap(tmp_path):
    site = await build(tmp_path, [f"wave number {n}" for n in range(45)])
    starts, url, pages = [], "/search.json?q=wave", 0
    while url:
        answer = (await site.client.get(url)).json()
        starts += [m["start"] for m in answer["matches"]]
        url, pages = answer["next"], pages + 1
    assert (answer["count"], pages, len(set(starts))) == (45, 3, 45)


TYPED = [
    "minister's", 'he said "no"', "“curly”", "AND", "*", "C++", "well-known", "(five)", "",
    "<script>", "\0", "%", "a" * 5000, '"' * 99,
]  # fmt: skip


@pytest.mark.parametrize("q", TYPED)
async def test_search_survives_what_people_type(site, q):
    response = await site.client.get("/search", params={"q": q})
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert (await site.client.get("/search.json", params={"q": q})).status_code == 200


async def test_a_date_that_cannot_be_read_is_left_out_with_a_line(site):
    page = await site.client.get("/search", params={"q": "tide", "from": "31.12.2013"})
    assert page.status_code == 200
    assert "“31.12.2013” is not a date that can be read" in page.text
    assert (await ask(site, q="tide", to="soon"))["count"] == 4


async def test_the_page_says_what_was_left_out(site):
    assert "left out: <q" in (await site.client.get("/search", params={"q": "tide &"})).text
    assert "<strong>Nothing found</strong>" in (await site.client.get("/search?q=zebra")).text
    assert "no letter or digit" in (await site.client.get("/search?q=**")).text


async def test_matches_are_grouped_by_clip_and_opened(tmp_path):
    for number in range(12):
        lines = [("", f"wave {n}") for n in range(number + 1)]
        save_new(tmp_path, make_transcript(f"c{number:02}", Facts(title=f"Clip {number}"), lines), None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)

    async def read(url):
        page = (await site.client.get(url)).text
        counts = re.findall(r'<li id="in-(c\d+)">.*?· (\d+) match(?:es)?\s*</p>(.*?)</li>', page, re.DOTALL)
        return page, [(clip, int(size), inner.count("<blockquote")) for clip, size, inner in counts]

    page, groups = await read("/search?q=wave")
    assert "<strong>78</strong> matches in 12 clips for" in page
    assert sorted(groups) == sorted((clip, size, min(size, 3)) for clip, size, _ in groups)
    assert len(groups) == 10
    url = re.search(r'href="(/search\?q=wave&amp;open=c11)#in-c11-4" data-more>9 more in this clip', page)[1]
    _, opened = await read(url.replace("&amp;", "&"))
    assert [shown for clip, _, shown in opened if clip == "c11"] == [12]
    _, rest = await read(re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&"))
    assert len({clip for clip, *_ in groups + rest}) == 12
    _, only = await read("/search?q=wave&clip=c11")
    assert only == [("c11", 12, 12)]


async def test_many_matches_of_one_clip_are_on_several_pages(tmp_path):
    site = await build(tmp_path, [f"wave number {n}" for n in range(230)])
    page = (await site.client.get("/search?q=wave&open=clip")).text
    url = re.search(r'href="([^"]+)">130 more in this clip', page)[1]
    shown = [page.count("<blockquote")]
    while url:
        page = (await site.client.get(url.replace("&amp;", "&"))).text
        shown.append(page.count("<blockquote"))
        url = (re.search(r'rel="next" href="([^"]+)">More matches', page) or [None, None])[1]
    assert shown == [100, 100, 30]
    assert "← Earlier matches" in page


async def test_who_pages_on_is_told_that_the_archive_has_changed(archive_of):
    lines = [f"wave number {n}" for n in range(25)]
    folder = archive_of(({}, lines))
    site = await open_site(folder)
    url = (await ask(site, q="wave"))["next"]
    assert (await site.client.get(url)).json().get("messages") is None
    assert rebuild(folder) == []  # the same once more
    site = await open_site(folder)
    assert (await site.client.get(url)).json().get("messages") is None
    another = make_transcript("c9", Facts(title="x"), [("", "Another wave.")])
    save_transcript(open_archive(folder), another, People())
    changed = "The archive has changed since the page before, so matches may be shown twice or left out."
    assert (await site.client.get(url)).json()["messages"] == [changed]
    assert changed in (await site.client.get(url.replace(".json", ""))).text
    assert "messages" not in await ask(site, q="wave", state="0")  # the first page follows none


async def test_every_choice_of_a_facet_is_a_link_with_its_count(site):
    page = (await site.client.get("/search?q=tide&sort=newest")).text
    facets = page.partition('<nav class="facets"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)" dir="auto">([^<]+)</a> <span class="facts">(\d+)</span>', facets)
    assert [(label, count) for _, label, count in found] == [
        ("Thomas Okoro", "2"), ("Clara Benning", "1"), ("2024", "3"), ("2013", "1"),
        ("as it came", "3"), ("reviewed by a person", "1"),
    ]  # fmt: skip
    for url, label, count in found:
        chosen = (await site.client.get(url.replace("&amp;", "&"))).text
        assert f"<strong>{count}</strong> match" in chosen
        assert f'<span><strong dir="auto">{label}</strong>' in chosen
    assert '<a href="/search?q=tide&amp;sort=newest">any</a>' in chosen


async def test_months_can_be_chosen_within_a_year(site):
    answer = await ask(site, q="tide", year="2024")
    assert answer["facets"]["month"] == [{"value": "2024-03", "label": "March 2024", "count": 3}]
    assert (await ask(site, q="tide", month="2024-03"))["count"] == 3
    assert (await ask(site, q="tide", month="2024-04"))["count"] == 0


async def test_the_page_says_what_was_understood_and_offers_spellings(site):
    page = (await site.client.get("/search", params={"q": 'tide OR "old pier" -radar by:clara'})).text
    assert '<q dir="auto">(tide or “old pier”) but not radar, speaker: clara</q>' in page
    page = (await site.client.get("/search", params={"q": "committe", "language": "en"})).text
    assert 'Did you mean <a href="/search?q=committee&amp;language=en" dir="auto">committee</a>?' in page
    assert (await ask(site, q="committe"))["spellings"] == ["committee"]


async def test_a_typed_date_that_cannot_be_read_is_told(site):
    answer = await ask(site, q="tide date:soon")
    assert (answer["count"], answer["messages"][0][:30]) == (4, "“soon” is not a date that can ")


async def test_fields_alone_list_the_clips_that_fit(site):
    page = (await site.client.get("/search", params={"q": "speaker:rose"})).text
    assert "<strong>1</strong> clip fits" in page
    assert re.findall("<(h[1-3])", page) == ["h1", "h2", "h3"]
    assert f'href="/clip/{COOPERATION}"' in page
    assert "<strong>0</strong> clips fit" in (await site.client.get("/search?q=title:zebra")).text
    assert (await ask(site, q="speaker:rose"))["count"] == 0


async def test_an_empty_archive_says_so(tmp_path):
    rebuild(tmp_path)
    site = await open_site(tmp_path)
    assert "No clip is in the archive yet" in (await site.client.get("/search?q=tide")).text
    assert (await ask(site, q="tide"))["count"] == 0


async def test_a_search_that_takes_too_long_says_so(archive, monkeypatch):
    slow = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT json_group_array(x) FROM n, "
    )
    monkeypatch.setattr("datasette_airquote.search.postings.POSTINGS", f"{slow} segments WHERE ? <> ''")
    site = await open_site(archive, sql_time_limit_ms=50)
    assert "takes too long here" in (await site.client.get("/search?q=slow+tide")).text
    response = await site.client.get("/search.json?q=slow+tide")
    assert (response.status_code, response.json()["messages"][0][:27]) == (503, "This search takes too long ")
    monkeypatch.undo()
    assert (await ask(site, q="tide gauge"))["count"] == 1


async def build(folder, lines):
    """A site with one clip that consists of these lines."""
    transcript = make_transcript("clip", Facts(title="A clip"), [("", line) for line in lines])
    save_new(folder, transcript, None)
    assert rebuild(folder) == []
    return await open_site(folder)


def look(folder, q, **filters):
    """What the engine finds without a site."""
    query = parse_query(q)
    return search(sqlite3.connect(folder / FILE), query, Filters(fields=query.fields, **filters))


def list_texts(folder, q, sort="relevance", **filters):
    return [(m.clip, m.text) for m in look(folder, q, **filters).list_matches(sort, 0, 99)]


@pytest.fixture
def archive_of(tmp_path):
    """Builds an archive of clips, each with its facts and lines, and gives its folder."""

    def build(*clips, **values):
        for number, (facts, lines) in enumerate(clips):
            lines = [line if isinstance(line, tuple) else ("", line) for line in lines]
            facts = Facts(**{"title": f"Clip {number}", "language": "en"} | facts)
            save_new(tmp_path, make_transcript(f"c{number}", facts, lines, **values), None)
        assert rebuild(tmp_path) == []
        return tmp_path

    return build


def test_better_places_come_first(archive_of):
    folder = archive_of(
        ({}, ["We talk of missiles and of defenses.", "A defense.", "The missile."]),
        (
            {},
            ["A missile, as one calls it in all those many long and dull papers that I read, is no defense."],
        ),
        ({}, ["The defense of a missile."]),
        ({}, ["Nothing.", "Missile defense."]),
    )
    found = look(folder, "missile defense")
    kinds = [(m.clip, m.sentence, m.kind) for m in found.list_matches("relevance", 0, 99)]
    assert kinds == [
        ("c3", 2, "adjacent"), ("c2", 1, "near"), ("c1", 1, "within"), ("c0", 1, "other"),
        ("c0", 2, "across"),
    ]  # fmt: skip
    assert [g.clip.id for g in found.rank("relevance")] == ["c3", "c2", "c1", "c0"]


def test_the_form_that_was_typed_comes_before_others_of_its_language(archive_of):
    folder = archive_of(
        ({"language": "en"}, ["He dies.", "To die. She died."]),
        ({"language": "de"}, ["Die Flut kommt.", "Das Haus und die Häuser am Meer."]),
        ({"language": ""}, ["They died."]),
    )
    assert list_texts(folder, "dies") == [("c0", "dies."), ("c0", "die.")]
    assert list_texts(folder, '"dies"') == [("c0", "dies.")]
    assert list_texts(folder, "Häusern") == [("c1", "Haus")]
    assert list_texts(folder, "hauser") == [("c1", "Häuser")]
    assert look(folder, "Hauses").list_matches("relevance", 0, 9)[0].excerpt == (
        "Das <mark>Haus</mark> und die <mark>Häuser</mark> am Meer."
    )


MEANT = """\
A gull saw
the tide at the pier.
We love C++ here.
Some vitamin C helps.
In the U.S. then.
Of the US Army.
He told us.
Full co-operation!
No cooperation?
It cost 12,000 in 1990.
After 9/11.
After nine eleven.
The twenty-four left NATO.
They don’t know.
A well-known man.
In naïve cafés.
"""


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("tide OR gull", ["gull", "tide"]),
        ("tide OR gull -pier", ["gull"]),
        ("tide -pier", []),
        ("(tide pier) OR gull", ["gull", "tide at the pier"]),
        ("tide NEAR/2 pier", ["tide at the pier"]),
        ("tide NEAR/1 pier", []),
        ("gull pier", ["gull saw the tide at the pier"]),
        ("gull pier -saw", []),
        ("gull pier -tide", []),
        ("ti*", ["tide"]),
        ("-tide", []),
        ('"saw the tide"', ["saw the tide"]),
        ('"gull saw the tide" OR zebra', ["gull saw the tide"]),
        ("c++", ["C++"]),
        ("c#", []),
        ("vitamin C", ["vitamin C"]),
        ("U.S.", ["U.S", "US"]),
        ("co-operation", ["co-operation", "cooperation"]),
        ("cooperation", ["cooperation", "co-operation"]),
        ("12000", ["12,000"]),
        ("12,000", ["12,000"]),
        ("24", ["twenty-four"]),
        ("twenty four", ["twenty-four"]),
        ("9/11", ["9/11", "nine eleven"]),
        ("nineteen ninety", ["1990"]),
        ("n.a.t.o.", ["NATO"]),
        ("nato", ["NATO"]),
        ("dont", ["don’t"]),
        ("well known", ["well-known"]),
        ("wellknown", ["well-known"]),
        ("naive café", ["naïve cafés"]),
    ],
)
def test_a_query_finds_what_people_mean_by_it(archive_of, q, found):
    matches = look(archive_of(({}, MEANT.splitlines())), q).list_matches("relevance", 0, 99)
    assert [match.text.strip(".,?!") for match in matches] == found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("tide", ["c0 1", "c0 2", "c0 3", "c1 1", "c1 2"]),
        ("tide -station", ["c0 3", "c1 1", "c1 2"]),
        ("tide -stations", ["c0 3", "c1 1", "c1 2"]),
        ('tide -"station"', ["c0 2", "c0 3", "c1 1", "c1 2"]),
        ("tide -died", ["c0 1", "c0 2", "c1 1", "c1 2"]),  # "die" is no form of it in German
        ("tide NOT (station OR died)", ["c1 1", "c1 2"]),
        ("tides -Haus", ["c0 1", "c0 2", "c0 3"]),  # neighbours are found, but not with a house
        ("tide -24", ["c0 1", "c0 2", "c1 1", "c1 2"]),
    ],
)
def test_a_minus_leaves_out_all_forms_that_would_be_found(archive_of, q, found):
    folder = archive_of(
        ({}, ["A tide at the station.", "The tide, by two stations.", "A tide where twenty-four die."]),
        ({"language": "de"}, ["Die tide, ein Haus.", "Eine tide, die Häuser."]),
    )
    matches = look(folder, q).list_matches("oldest", 0, 99)
    assert sorted(f"{match.clip} {match.sentence}" for match in matches) == found


def test_a_phrase_may_run_across_speakers_and_says_so(archive_of):
    folder = archive_of(({}, [("Ann", "We will never"), ("Bob", "give up, said she.")]))
    (match,) = look(folder, '"never give up"').list_matches("relevance", 0, 9)
    assert (match.speaker, match.speakers, match.kind, match.text) == (
        "Ann", ("Ann", "Bob"), "across", "never give up,",
    )  # fmt: skip


def test_nobody_is_asked_about_neighbours_when_enough_is_found(archive_of, monkeypatch):
    folder = archive_of(({}, ["a b", "a", "b"]))
    assert look(folder, "a b").found.count == 2
    monkeypatch.setattr("datasette_airquote.search.hits.ENOUGH", 0)
    assert look(folder, "b a").found.count == 1


def test_no_query_is_too_long_for_sqlite(archive):
    numbers = [" ".join(str(random.Random(30 * n + m).random()) for n in range(60)) for m in range(30)]
    assert look(archive, " ".join(f'"{text}"' for text in numbers)).found.count == 0
    assert look(archive, " OR ".join(["wait"] * 2 + [f"-{n} {n}" for n in range(99)])).found.count == 0
    assert look(archive, " ".join(f"(wait OR tide* OR {n})" for n in range(40))).found.count == 4


def test_a_changed_archive_is_searched_anew(archive_of):
    folder = archive_of(({}, ["A tide."]))
    connection = sqlite3.connect(folder / FILE)
    assert search(connection, parse_query("tide"), Filters()).found.count == 1
    another = make_transcript("c9", Facts(title="x"), [("", "Another tide.")])
    save_transcript(open_archive(folder), another, People())
    assert search(connection, parse_query("tide"), Filters()).found.count == 2


def test_clips_are_ordered_by_date_and_by_when_they_came(archive_of):
    dates = ["2013-05", "", "2012~", "2013-05-02"]
    folder = archive_of(*(({"date": date}, ["tide"]) for date in dates))
    orders = {
        sort: [g.clip.id for g in look(folder, "tide").rank(sort)] for sort in ("newest", "oldest", "added")
    }
    assert orders == {
        "newest": ["c3", "c0", "c2", "c1"],
        "oldest": ["c2", "c0", "c3", "c1"],
        "added": ["c3", "c0", "c2", "c1"],
    }


@pytest.mark.parametrize("sort", SORTS)
def test_any_page_is_a_part_of_the_whole_list(archive_of, sort):
    folder = archive_of(*(({}, [f"wave {n} wave" for n in range(7)] + ["waves"]) for _ in range(5)))
    found = look(folder, "wave")
    everything = found.list_places(sort, 0, 1000)
    assert len(everything) == len({(clip.id, n) for clip, _, n in everything}) == found.found.count == 40
    for start in range(0, 45, 6):
        assert found.list_places(sort, start, start + 6) == everything[start : start + 6]


TYPED_WORDS = (
    "tide Tide's old” OR - ( ) NEAR NEAR( 净水站 的 C++ U.S. speaker:clara date:2013 date:never wait* AND "
    'NOT | " 9/11 \0 🎙 -pier "old twenty'
)
TEXTS = st.text(max_size=40) | st.lists(st.sampled_from(TYPED_WORDS.split(" ")), max_size=8).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_whatever_is_typed_gives_an_answer_whose_matches_hold_their_words(archive, q):
    found = look(archive, q)
    matches = found.list_matches("relevance", 0, 50)
    assert len(matches) == min(found.found.count, 50)
    for match in matches:
        assert "<mark>" in match.excerpt
        assert match.text in match.excerpt.striptags() or " " in match.text
