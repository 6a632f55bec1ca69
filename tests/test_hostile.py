"""The hostile queries of docs/search.md, asked of the site with the demonstration; and unprintable ones."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import open_site

from ingest.archive import rebuild

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| `((?:\\\||[^`|])*)` \| (?:`((?:\\\||[^`|])*)`)? \| (\d+) \|$", re.MULTILINE)
PAGE = (ROOT / "docs/search.md").read_text().partition("## Hostile queries")[2]
ROWS = [
    tuple(cell.replace("\\|", "|") for cell in (typed, understood or "", count))
    for typed, understood, count in ROW.findall(PAGE)
]
UNPRINTABLE = [
    *("\0", "tide\0tide", "\ud800", "\ue000", "\n", "a\nb", "`", "\u202e\u2066", "\ufeff"),
    *("a" * 5000, '"' * 999, "(" * 5000, "-" * 999, "tide " * 2000, "NEAR(" * 500, "a OR " * 500),
    *('"' + "la " * 5000 + '"', "speaker:" * 300, "*" * 5000),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "transcripts", folder / "transcripts")
    assert rebuild(folder) == []
    return folder


def test_there_are_a_hundred_and_each_row_is_read():
    assert len({typed for typed, _, _ in ROWS}) == PAGE.count("\n| `") > 100


async def test_each_returns_what_the_documentation_says(demo):
    site = await open_site(demo)
    for typed, understood, count in ROWS:
        answer = (await site.client.get("/search.json", params={"q": typed})).json()
        assert (typed, answer["understood"], answer["count"]) == (typed, understood, int(count))
        assert (await site.client.get("/search", params={"q": typed})).status_code == 200


@pytest.mark.parametrize("path", ["/search", "/search.json", "/search.csv", "/search.atom", "/timeline"])
async def test_nothing_unprintable_is_an_error(demo, path):
    site = await open_site(demo)
    for typed in UNPRINTABLE:
        response = await site.client.get(path, params={"q": typed.encode("utf-8", "surrogatepass")})
        assert response.status_code == 200, typed[:20]
