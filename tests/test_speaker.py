import re
from html import unescape

import pytest
from conftest import make_transcript, open_site

from ingest.archive import rebuild
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new

EVIL = "<script>alert(1)</script>"
AUTHORITY = f"""
- name: Ann Lee
  aliases: [A. Lee, "Lee, Ann"]
  wikidata: Q42
  viaf: 113230702
  isni: 0000 0000 8045 6315
  note: "Not the {EVIL}"
"""
LONG = "The tide waits for the sluice that the harbour office has closed."
CLIPS = {
    "talk": ("2013-05-14", [Speaker("A. Lee", "Mayor", "guest")],
             [("A. Lee", "Good morning."), ("", "Welcome."), ("A. Lee", LONG)]),
    "news": ("2015", [Speaker("Ann Lee", "Minister", "quoted")], [("", "So she said.")]),
    "older": ("2011-02", [Speaker("Ann Lee", "Mayor", "host")],
              [("Ann Lee", "Nobody waits."), ("Speaker 1", "The tide does.")]),
    "essay": ("", [Speaker("Ann Lee", "Poet", "author")], [("", "A tide table.")]),
    "evil": ("2016", [Speaker(EVIL, EVIL, "guest")], [(EVIL, "Nothing.")]),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Ann Lee, under several names, heard, author and quoted."""
    folder = tmp_path_factory.mktemp("people")
    for clip, (date, speakers, lines) in CLIPS.items():
        facts = Facts(title=clip, date=date, language="en", speakers=tuple(speakers))
        save_new(
            folder,
            make_transcript(clip, facts, lines, audio="clips/talk.mp3" if clip == "talk" else ""),
            None,
        )
    (folder / "speakers.yml").write_text(AUTHORITY)
    assert rebuild(folder) == []
    return folder


async def get(folder, path, status=200):
    response = await (await open_site(folder)).client.get(path)
    assert response.status_code == status
    return response.text


def read_section(page, name):
    return re.search(rf'<section aria-labelledby="{name}-title">.*?</section>', page, re.DOTALL)[0]


def list_ids(page):
    return re.findall(r'<h3><a href="/clip/([^"]*)"', page)


async def test_heard_author_and_quoted_are_told_apart(folder):
    page = await get(folder, "/speaker/ann-lee")
    assert '<h1 dir="auto">Ann Lee</h1>' in page
    assert "Heard in 2 clips · 16 words in 6 seconds · author of 1 clip · quoted in 1 clip · Feb" in page
    assert " · February 2011 to 2015<" in page
    assert {part: list_ids(read_section(page, part)) for part in ("heard", "author", "quoted")} == {
        "heard": ["talk", "older"], "author": ["essay"], "quoted": ["news"],
    }  # fmt: skip


async def test_who_is_only_quoted_is_not_said_to_be_heard(site):
    page = (await site.client.get("/speaker/frank-rose")).text
    assert "Not heard in any clip here · quoted in 1 clip<" in page
    assert "Only quoted, not heard" in page
    assert 'id="heard-title"' not in page
    assert 'id="said-title"' not in page


async def test_offices_come_with_the_dates_of_the_clips_that_give_them(folder):
    offices = read_section(await get(folder, "/speaker/ann-lee"), "offices")
    assert re.findall(r'dir="auto">([^<]*)</span> <span class="facts">([^<]*)', offices) == [
        ("Mayor", "February 2011 to 14 May 2013 · 2 clips"),
        ("Minister", "2015 · 1 clip"),
        ("Poet", "undated · 1 clip"),
    ]


async def test_what_was_said_lately_is_a_sentence_longer_than_a_greeting_to_play_and_to_cite(folder):
    said = read_section(await get(folder, "/speaker/ann-lee"), "said")
    assert re.findall(r"<blockquote[^>]*>([^<]*)", said) == [LONG, "Nobody waits."]
    links = [unescape(url) for url in re.findall(r'class="button[^"]*" href="([^"]*)"', said)]
    assert links[0].startswith("/clip/talk?t=1.60,6.40&w=12-")
    assert links[1].startswith("/cite/talk?t=1.60,6.40&w=12-")
    assert re.findall(r"</span> (Play)<|>(Read)<", said) == [
        ("Play", ""),
        ("", "Read"),
    ]  # one has no recording
    page = await get(folder, links[0])
    assert f'<blockquote lang="en" dir="auto">{LONG}</blockquote>' in page


async def test_the_authorities_are_linked_and_the_search_and_the_timeline_are_narrowed(folder):
    page = await get(folder, "/speaker/ann-lee")
    assert re.findall(r'href="([^"]*)" rel="external">([^<]*)', page) == [
        ("https://www.wikidata.org/wiki/Q42", "Wikidata Q42"),
        ("https://viaf.org/viaf/113230702", "VIAF 113230702"),
        ("https://isni.org/isni/0000000080456315", "ISNI 0000000080456315"),
    ]
    assert '<input type="hidden" name="speaker" value="ann-lee">' in page
    assert 'href="/timeline?speaker=ann-lee"' in page


@pytest.mark.parametrize("old", ["a-lee", "lee-ann"])
async def test_ids_that_a_person_had_before_lead_there(folder, old):
    site = await open_site(folder, base_url="/radio/")
    response = await site.client.get(f"/speaker/{old}")
    assert (response.status_code, response.headers["location"]) == (302, "/radio/speaker/ann-lee")


@pytest.mark.parametrize("speaker", ["ann-lee", "a-lee"])
async def test_a_search_finds_a_person_by_any_id(folder, speaker):
    site = await open_site(folder)
    answer = (await site.client.get("/search.json", params={"q": "waits", "speaker": speaker})).json()
    assert {match["clip"] for match in answer["matches"]} == {"talk", "older"}
    typed = (await site.client.get("/search.json", params={"q": f"waits speaker:{speaker}"})).json()
    assert typed["count"] == 2
    page = (await site.client.get("/search", params={"q": "waits", "speaker": speaker})).text
    assert '<option value="ann-lee" selected>Ann Lee (2)</option>' in page
    assert '<a href="/speaker/ann-lee" dir="auto">Ann Lee</a>' in page


async def test_a_label_that_only_tells_voices_apart_is_said_to_be_one(folder):
    assert "In different clips it may mean different people." in await get(folder, "/speaker/speaker-1")
    assert "In different clips" not in await get(folder, "/speaker/ann-lee")


async def test_names_and_offices_are_escaped(folder):
    page = await get(folder, "/speaker/script-alert-1-script")
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 3
    assert "Not the &lt;script&gt;" in await get(folder, "/speaker/ann-lee")


@pytest.mark.parametrize("id", ["nobody", "ANN-LEE", "%00", "%3Cscript%3E", "a%22b", "x" * 3000, "ann%20lee"])
async def test_nobody_has_any_other_address(folder, id):
    page = await get(folder, f"/speaker/{id}", 404)
    assert "There is no such speaker" in page
    assert "<script>" not in page


async def test_of_thousands_of_clips_the_newest_are_shown_and_the_rest_is_browsed(many):
    page = await get(many, "/speaker/clara-benning")
    assert "Heard in 3,000 clips · 6,000 words in 40 minutes · 1990 to 2019" in page
    assert len(list_ids(page)) == 10
    assert '<a href="/clips?speaker=clara-benning&amp;part=heard">All 3,000 clips</a>' in page
    assert 'aria-label="1990: 100 clips, 3 minutes"' in page
