import csv
import io
from xml.etree import ElementTree as ET

from conftest import COOPERATION, HARBOUR, SILENT, make_transcript, open_site

from datasette_airquote.search_out import COLUMNS, format_rows
from ingest.archive import open_archive, rebuild, save_transcript
from ingest.facts import Facts
from ingest.speakers.people import People
from ingest.transcript import save_new

ATOM = {"a": "http://www.w3.org/2005/Atom"}


async def read_table(site, **parameters):
    response = await site.client.get("/search.csv", params=parameters)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "matches.csv" in response.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(response.text)))


async def test_all_matches_are_a_table(site):
    rows = await read_table(site, q='"missile defense"', sort="newest")
    assert [tuple(row) for row in rows] == [COLUMNS] * 2
    assert rows[1] == {
        "clip": COOPERATION,
        "title": "Cooperation Is Key",
        "date": "",
        "speaker": "",
        "quoted": "Frank Rose",
        "start": "5.0",
        "end": "5.8",
        "text": "missile defense",
        "excerpt": "“We will strengthen missile defense with the minister.”",
        "kind": "within",
        "url": f"http://localhost/clip/{COOPERATION}?t=5.00,5.80&w=2-f0978d",
        "cite_url": f"http://localhost/cite/{COOPERATION}?t=5.00,5.80&w=2-f0978d",
    }
    assert (rows[0]["clip"], rows[0]["kind"]) == (HARBOUR, "across")


async def test_a_table_is_narrowed_and_may_be_empty(site):
    assert [row["clip"] for row in await read_table(site, q="tide", to="2013")] == [SILENT]
    assert await read_table(site, q="zebra") == []
    assert await read_table(site) == []


async def test_a_table_of_many_rows_is_whole(tmp_path):
    lines = [("", f"wave {n}") for n in range(450)]
    save_new(tmp_path, make_transcript("c", Facts(title="x"), lines), None)
    assert rebuild(tmp_path) == []
    rows = await read_table(await open_site(tmp_path), q="wave")
    assert [row["excerpt"] for row in rows] == [f"wave {n}" for n in range(450)]


def test_no_cell_is_a_formula():
    assert format_rows([("=1+1", "-2", -2, "a,b", None)]) == "'=1+1,'-2,-2,\"a,b\",\r\n"


async def read_feed(site, q):
    response = await site.client.get("/search.atom", params={"q": q})
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.text)


async def test_new_matches_appear_in_the_feed_first_whatever_their_date(tmp_path):
    def make(clip_id, text, date, made):
        transcript = make_transcript(clip_id, Facts(title="A & B", date=date), [("Ann <Lee>", text)])
        object.__setattr__(transcript.runs[1], "made", made)
        return transcript

    save_new(tmp_path, make("old", "A tide.", "2024", "2026-01-01T00:00:00Z"), None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    before = await read_feed(site, "tide")
    new = make("new", "Tide <b>and</b> tide\x0b.", "1931", "2026-02-01T00:00:00Z")
    save_transcript(open_archive(tmp_path), new, People())
    after = await read_feed(site, "tide")
    entries = after.findall("a:entry", ATOM)
    assert [e.find("a:title", ATOM).text for e in entries] == ["A & B, 0:00", "A & B, 0:00"]
    assert [e.find("a:updated", ATOM).text for e in entries] == [
        "2026-02-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
    ]
    assert after.find("a:updated", ATOM).text == "2026-02-01T00:00:00Z"
    assert entries[0].find("a:author/a:name", ATOM).text == "Ann <Lee>"
    assert entries[0].find("a:content", ATOM).text == (
        "<p><mark>Tide</mark> &lt;b&gt;and&lt;/b&gt; <mark>tide</mark>.</p><p>1931</p>"
    )
    assert entries[1].find("a:id", ATOM).text == before.find("a:entry/a:id", ATOM).text
    assert entries[0].find("a:link", ATOM).get("href").startswith("http://localhost/clip/new?t=")


async def test_each_entry_has_an_id_of_its_own(site):
    feed = await read_feed(site, "tide")
    ids = [entry.find("a:id", ATOM).text for entry in feed.findall("a:entry", ATOM)]
    assert len(set(ids)) == len(ids) == 4
    assert feed.find("a:link[@rel='self']", ATOM).get("href") == "http://localhost/search.atom?q=tide"


async def test_a_feed_of_nothing_is_a_feed(site):
    feed = await read_feed(site, "zebra\x01")
    assert feed.findall("a:entry", ATOM) == []
    assert feed.find("a:updated", ATOM).text == "1970-01-01T00:00:00Z"
