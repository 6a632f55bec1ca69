import re
from dataclasses import replace

import pytest
from conftest import make_transcript, open_site

from datasette_airquote.permalink import name_words
from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.transcript import save_new

CLIP = "2024-pier"
THEN = "Nobody can weight for the title at the old peer."
NOW = "Nobody can wait for the tide at the old pier."


@pytest.fixture(scope="module")
def heard_again(tmp_path_factory):
    """A clip that was heard twice, the second time in other words."""
    folder = tmp_path_factory.mktemp("again")
    facts = Facts(title="The Old <Pier>", date="2024", language="en")
    first, second = (make_transcript(CLIP, facts, [("", text)]) for text in (THEN, NOW))
    runs = {1: replace(first.runs[1], made="2024-02-03T04:05:06Z"), 2: second.runs[1]}
    save_new(folder, replace(second, clip=replace(second.clip, run=2), runs=runs), None)
    assert rebuild(folder) == []
    return folder


def read(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.mark.parametrize(("page", "status"), [("clip", 200), ("cite", 409)])
async def test_a_link_whose_words_have_changed_shows_then_and_now(heard_again, page, status):
    site = await open_site(heard_again)
    w = name_words(["weight", "for", "the", "title"])
    answer = await site.client.get(f"/{page}/{CLIP}", params={"t": "0.80,2.40", "w": w})
    text = read(answer)
    assert answer.status_code == status
    assert (
        "When this was cited, it said: “weight for the title” (whisper 20250625 base, 3 February 2024)"
        in text
    )
    assert text.index("weight for the title") < text.index("wait for the tide")


@pytest.mark.parametrize("page", ["clip", "cite"])
async def test_words_that_no_run_has_are_said_to_be_lost(heard_again, page):
    site = await open_site(heard_again)
    w = name_words(["words", "of", "a", "correction"])
    text = read(await site.client.get(f"/{page}/{CLIP}", params={"t": "0.80,2.40", "w": w}))
    assert "What it said when it was cited is in none of the runs that are kept." in text
    assert "wait for the tide" in text


async def test_a_link_whose_words_stand_there_still_shows_them_alone(heard_again):
    site = await open_site(heard_again)
    w = name_words(["wait", "for", "the", "tide"])
    for page in ("clip", "cite"):
        answer = await site.client.get(f"/{page}/{CLIP}", params={"t": "0.80,2.40", "w": w})
        assert (answer.status_code, "When this was cited" in answer.text) == (200, False)
