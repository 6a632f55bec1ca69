import pytest
from conftest import CHINESE, COOPERATION, HARBOUR, open_site

from datasette_airquote.permalink import name_words


async def test_words_are_answered_with_their_links(site):
    response = await site.client.get(f"/clip/{HARBOUR}.passage.json?first=12&last=14")
    w = name_words(["missile", "Defense", "is"])
    place = f"{HARBOUR}?t=5.00,6.40&w={w}"
    assert response.json() == {
        "text": "missile Defense is",
        "t": "5.00,6.40",
        "w": w,
        "span": "0:05–0:06",
        "start": 5.0,
        "stop": 9.6,  # too short to be understood: to the end of the sentence
        "warning": "",
        "reference": place,
        "url": f"/clip/{place}",
        "cite_url": f"/cite/{place}",
        "quote_url": f"/cite/{HARBOUR}.txt?t=5.00,6.40&w={w}",
        "downloads": {
            "Text": f"/cite/{HARBOUR}.txt?t=5.00,6.40&w={w}",
            "BibLaTeX": f"/cite/{HARBOUR}.bib?t=5.00,6.40&w={w}",
            "BibTeX": f"/cite/{HARBOUR}.bib?t=5.00,6.40&w={w}&flavour=bibtex",
            "RIS": f"/cite/{HARBOUR}.ris?t=5.00,6.40&w={w}",
            "CSL-JSON": f"/cite/{HARBOUR}.json?t=5.00,6.40&w={w}",
        },
    }


@pytest.mark.parametrize(
    ("clip", "first", "last", "text"),
    [
        (HARBOUR, 0, 0, "Good"),
        (CHINESE, 3, 5, "市安港"),
        (COOPERATION, 8, 11, "Rose. “We will strengthen"),
    ],
)
async def test_the_text_is_that_of_the_transcript(site, clip, first, last, text):
    response = await site.client.get(f"/clip/{clip}.passage.json?first={first}&last={last}")
    assert response.json()["text"] == text


async def test_links_stand_below_the_address_of_the_site(archive):
    site = await open_site(archive, base_url="/radio/")
    response = await site.client.get(f"/clip/{HARBOUR}.passage.json?first=0&last=1")
    answer = response.json()
    assert answer["url"].startswith(f"/radio/clip/{HARBOUR}?t=0.00,0.80&w=2-")
    assert answer["reference"].startswith(f"{HARBOUR}?t=0.00,0.80&w=2-")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("", "Write first and last as numbers of words."),
        ("first=a&last=2", "Write first and last as numbers of words."),
        ("first=3&last=2", "The clip has 51 words, from 0."),
        ("first=-1&last=2", "The clip has 51 words, from 0."),
        ("first=0&last=51", "The clip has 51 words, from 0."),
    ],
)
async def test_words_that_are_not_there_are_refused(site, query, error):
    response = await site.client.get(f"/clip/{HARBOUR}.passage.json?{query}")
    assert (response.status_code, response.json()) == (400, {"error": error})


async def test_an_unknown_clip_has_no_words(site):
    response = await site.client.get("/clip/nobody.passage.json?first=0&last=0")
    assert (response.status_code, response.json()) == (404, {"error": "There is no such clip."})
