"""/oembed and /embed: a passage on somebody else's page."""

import re
from xml.etree import ElementTree as ET

import pytest
from conftest import ARABIC, COOPERATION, HARBOUR, LETTER, SILENT, TIDES, open_site

HOST = "http://localhost"
URL = f"{HOST}/clip/{HARBOUR}"
PASSAGE = "t=15.60,17.20&w=4-0e4f3c"


@pytest.fixture
async def radio(exchanged):
    return await open_site(exchanged, {"title": "Ansgar"})


async def ask(site, url, **parameters):
    return await site.client.get("/oembed", params={"url": url, **parameters})


async def link_passage(site, t="15.60,17.20"):
    """The address of a passage with the mark of its words."""
    page = (await site.client.get(f"/clip/{HARBOUR}?t={t}")).text
    return re.search(r'property="og:url" content="([^"]*)"', page)[1].replace("&amp;", "&")


async def test_a_clip_is_described_as_the_specification_asks(radio):
    """Which keys there have to be: https://oembed.com/#section2.3"""
    response = await ask(radio, URL)
    assert response.headers["content-type"].startswith("application/json")
    assert response.json() == {
        "title": "Harbour Talk: Why the Tide Waits",
        "author_name": "Radio Port Ansgar",
        "provider_name": "Ansgar",
        "provider_url": f"{HOST}/",
        "html": f'<iframe src="{HOST}/embed/{HARBOUR}" width="560" height="238" '
        'title="Harbour Talk: Why the Tide Waits" loading="lazy" style="border:0;max-width:100%"></iframe>',
        "width": 560,
        "height": 238,
        "type": "rich",
        "version": "1.0",
    }


async def test_a_passage_keeps_the_range_and_the_words_that_were_asked_for(radio):
    url = await link_passage(radio)
    found = (await ask(radio, url)).json()
    assert found["author_name"] == "Clara Benning"
    src = re.search('src="([^"]*)"', found["html"])[1].replace("&amp;", "&")
    assert src == url.replace("/clip/", "/embed/")
    changed = url[:-6] + "000000"
    assert changed[-8:] in (await ask(radio, changed)).json()["html"]


async def test_xml_says_the_same(radio):
    response = await ask(radio, URL, format="xml")
    assert response.headers["content-type"].startswith("text/xml")
    root = ET.fromstring(response.text)
    assert root.tag == "oembed"
    found = (await ask(radio, URL)).json()
    assert {child.tag: child.text for child in root} == {key: str(value) for key, value in found.items()}


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({}, (560, 238)),
        ({"maxwidth": "300"}, (300, 346)),
        ({"maxwidth": "2000", "maxheight": "1000"}, (560, 238)),
        ({"maxheight": "120"}, (560, 120)),
        ({"maxwidth": "0", "maxheight": "-4"}, (560, 238)),
        ({"maxwidth": "wide", "maxheight": "1e9"}, (560, 238)),
    ],
)
async def test_it_is_no_larger_than_asked_for(radio, limits, size):
    found = (await ask(radio, URL, **limits)).json()
    assert (found["width"], found["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in found["html"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (URL, 200),
        (f"https://localhost/clip/{HARBOUR}/", 200),
        (f"http://LOCALHOST/clip/{HARBOUR}?t=5,6#passage", 200),
        (f"{HOST}/clip/{LETTER}?s=1,2", 200),
        ("", 404),
        (f"/clip/{HARBOUR}", 404),
        (f"https://elsewhere.example/clip/{HARBOUR}", 404),
        (f"http://localhost.evil.example/clip/{HARBOUR}", 404),
        (f"http://localhost@evil.example/clip/{HARBOUR}", 404),
        (f"javascript://localhost/clip/{HARBOUR}", 404),
        (f"{HOST}/clip/nobody", 404),
        (f"{HOST}/search?q=tide", 404),
        (f"{HOST}/clip/{HARBOUR}.vtt", 404),
        (f"{URL}?t=99999,100000", 404),
        (f"{URL}?t=never", 404),
        ("http://[", 404),
        ("x" * 9000, 404),
    ],
)
async def test_only_addresses_of_clips_are_embedded(radio, url, status):
    assert (await ask(radio, url)).status_code == status


async def test_other_formats_and_private_archives_are_refused_as_the_specification_says(radio, exchanged):
    assert (await ask(radio, URL, format="yaml")).status_code == 501
    response = await ask(await open_site(exchanged, {"allow": False}), URL)
    assert (response.status_code, "Harbour" in response.text) == (401, False)


async def test_the_clip_page_leads_to_it(radio):
    url = await link_passage(radio)
    page = (await radio.client.get(url.removeprefix(HOST))).text
    links = re.findall(
        r'<link rel="alternate" type="((?:application/json|text/xml)\+oembed)" [^>]*href="([^"]*)"', page
    )
    assert [kind for kind, _ in links] == ["application/json+oembed", "text/xml+oembed"]
    for _, found in links:
        response = await radio.client.get(found.replace("&amp;", "&").removeprefix(HOST))
        assert url.replace("/clip/", "/embed/").replace("&", "&amp;") in response.text.replace(
            "&amp;amp;", "&amp;"
        )


async def get_embed(site, clip, query="", status=200):
    response = await site.client.get(f"/embed/{clip}?{query}")
    assert response.status_code == status
    assert response.headers["content-security-policy"].endswith("frame-ancestors *")
    assert "<script" not in response.text
    assert response.text.count("<h1") == 1
    return response.text


async def test_a_passage_is_shown_with_its_words_speaker_and_range(radio):
    url = await link_passage(radio)
    page = await get_embed(radio, HARBOUR, url.partition("?")[2])
    for part in (
        '<blockquote lang="en" dir="auto">waits for the sluice.</blockquote>',
        "Clara Benning, Presenter, The Morning Tide (host)",
        f'src="/audio/{HARBOUR}#t=15.60,17.20"',
        f'href="{url.removeprefix(HOST)}#passage" target="_blank" rel="noopener"'.replace("&", "&amp;"),
        '<span class="time">0:15–0:17</span>',
        "5 March 2024",
    ):
        assert part in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize(
    ("clip", "query", "part"),
    [
        (HARBOUR, "t=15.60,17.20&w=4-000000", "The text has changed since this was cited."),
        (HARBOUR, "t=never", "cannot be read"),
        (HARBOUR, "t=9999", "the range lies beyond"),
        (LETTER, "s=1,2", '<span class="time">sentence 1</span>'),
        (ARABIC, "t=0,2", '<blockquote lang="ar" dir="auto">'),
        (TIDES, "", "Tides &amp; &lt;b&gt;Time&lt;/b&gt;"),
    ],
)
async def test_it_says_what_the_clip_page_says(radio, clip, query, part):
    assert part in await get_embed(radio, clip, query)


async def test_words_that_have_moved_are_found_and_said_to_have(radio):
    mark = (await link_passage(radio)).rpartition("=")[2]
    page = await get_embed(radio, HARBOUR, f"t=3.00,4.00&w={mark}")
    assert "the passage is now at 0:15–0:17" in page
    assert "waits for the sluice." in page


@pytest.mark.parametrize("clip", [SILENT, COOPERATION, LETTER])
async def test_without_a_recording_there_is_no_player(radio, clip):
    assert "<audio" not in await get_embed(radio, clip)


async def test_what_is_not_there_says_so_in_its_frame(radio):
    assert "There is no such clip." in await get_embed(radio, "nobody", status=404)


async def test_only_this_page_asks_to_be_framed(radio):
    for path in ("/", f"/clip/{HARBOUR}", f"/cite/{HARBOUR}", "/search"):
        headers = (await radio.client.get(path)).headers
        assert "frame-ancestors *" not in headers.get("content-security-policy", "")
