"""docs/exchange.md: each address answers as it says, and the example is what comes out."""

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import TIDES, open_site

from datasette_airquote.exchange.routes import ROUTES
from ingest.archive import rebuild

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/exchange.md").read_text()
ROWS = re.findall(r"^\| `(/\S+)` \| .* \| `(\S+)` \|$", PAGE, re.MULTILINE)


@pytest.fixture
async def radio(exchanged):
    return await open_site(exchanged, {"title": "Ansgar"})


def test_each_route_has_a_row():
    paths = [path.partition("?")[0] for path, _ in ROWS]
    assert [[bool(re.search(route, path)) for path in paths].count(True) >= 1 for route, _ in ROUTES] == [
        True
    ] * len(ROUTES)
    assert len(paths) == len(ROUTES) + 1  # PBCore and Dublin Core share one


@pytest.mark.parametrize(("address", "kind"), ROWS)
async def test_each_address_answers_with_its_media_type(radio, address, kind):
    response = await radio.client.get(address.replace("ID", TIDES))
    assert response.status_code == 200
    assert re.split("[;]", response.headers["content-type"])[0] == kind


async def test_the_example_of_oembed_is_its_answer(radio):
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    asked = {"url": f"http://localhost/clip/{TIDES}?t=0,1.6", "maxwidth": "400"}
    answer = (await radio.client.get("/oembed", params=asked)).json()
    assert answer == json.loads(example.replace("/embed/ID", f"/embed/{TIDES}"))


async def test_the_frame_written_by_hand_shows_its_passage(tmp_path):
    shutil.copytree(ROOT / "transcripts", tmp_path / "transcripts")
    assert rebuild(tmp_path) == []
    (path,) = re.findall('src="https://your.site(/embed/[^"]*)"', PAGE)
    page = (await (await open_site(tmp_path)).client.get(path.replace("&amp;", "&"))).text
    assert '<blockquote lang="en" dir="auto">surprised by it every time.</blockquote>' in page
    assert 'role="alert"' not in page


async def test_each_element_of_an_item_has_a_row(radio):
    table = PAGE.partition("## As a podcast")[2].partition("Another Airquote")[0]
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|$", table, re.MULTILINE)
        for name in re.findall(r"`([a-zA-Z:]+)`", row)
    }
    item = (await radio.client.get("/feed.xml?programme=The+Morning+Tide")).text.partition("<item>")[2]
    found = set(re.findall(r"<([a-zA-Z]+:?[a-zA-Z]+)[ >]", item))
    plain = {"title", "link", "description", "itunes:author", "itunes:duration", "dc:language", "item"}
    assert found - plain - told == set()
