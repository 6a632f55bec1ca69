import re
import sys
from html import unescape

import pytest
from conftest import make_transcript, open_site

from ingest.archive import rebuild
from ingest.facts import Facts, Speaker
from ingest.transcript import save_new

NAMES = [
    "Frank Rose", "Martin Luther King Jr.", "Ursula von der Leyen", "Olaf Ødegård", "李明", "Юрий Иванов",
    "Ann Rose", "Speaker 1", "<b>Bo</b> Ek", "Prince",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    speakers = tuple(Speaker(name, "", "guest") for name in NAMES)
    save_new(folder, make_transcript("all", Facts(title="All", speakers=speakers), [("", "So.")]), None)
    rose = Facts(title="Rose", speakers=(Speaker("F. Rose", "", "quoted"),))
    save_new(folder, make_transcript("rose", rose, [("", "So.")]), None)
    (folder / "speakers.yml").write_text("- name: Frank Rose\n  aliases: [F. Rose, Francis Thorn]\n")
    assert rebuild(folder) == []
    return folder


async def ask(folder, **parameters):
    response = await (await open_site(folder)).client.get("/speakers", params=parameters)
    assert response.status_code == 200
    return response.text


def read_names(page):
    """Letters and names in the order of the page."""
    found = re.findall(r'<h2 id="[^"]*">(.)</h2>|<li><a href="/speaker/[^"]*" dir="auto">([^<]*)', page)
    return [letter or unescape(name) for letter, name in found]


async def test_people_stand_by_family_name_and_other_scripts_last(folder):
    page = await ask(folder)
    assert read_names(page) == [
        "E", "<b>Bo</b> Ek", "K", "Martin Luther King Jr.", "O", "Olaf Ødegård", "P", "Prince",
        "R", "Ann Rose", "Frank Rose", "V", "Ursula von der Leyen", "#", "Speaker 1", "Юрий Иванов", "李明",
    ]  # fmt: skip
    assert "<strong>10 people</strong>" in page
    assert '>Frank Rose</a> <span class="facts">heard in 1 clip · quoted in 1 clip</span>' in page


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("ros", ["R", "Ann Rose", "Frank Rose"]),
        ("ROSE fr", ["R", "Frank Rose"]),
        ("thorn", ["R", "Frank Rose"]),  # another name of his
        ("odegard", ["O", "Olaf Ødegård"]),
        ("李", ["#", "李明"]),
        ("иванов", ["#", "Юрий Иванов"]),
        ("ose", []),
        ("!", []),
    ],
)
async def test_names_are_found_by_how_their_words_begin(folder, q, names):
    assert read_names(await ask(folder, q=q)) == names


async def test_what_is_typed_comes_back_escaped(folder):
    page = await ask(folder, q='"><script>alert(1)</script>')
    assert "<script>alert" not in page
    assert "0 people" in page


async def test_letters_lead_to_the_pages_on_which_they_begin(folder, monkeypatch):
    monkeypatch.setattr(sys.modules["datasette_airquote.speakers_page"], "PAGE", 4)
    page = await ask(folder, page=2)
    assert read_names(page) == ["R", "Ann Rose", "Frank Rose", "V", "Ursula von der Leyen", "#", "Speaker 1"]
    letters = re.search(r'<nav aria-label="Letters">.*?</nav>', page, re.DOTALL)[0]
    assert re.findall(r'href="([^"]*)">(.)<', letters) == [
        ("/speakers#e", "E"), ("/speakers#k", "K"), ("/speakers#o", "O"), ("/speakers#p", "P"),
        ("/speakers?page=2#r", "R"), ("/speakers?page=2#v", "V"), ("/speakers?page=2#others", "#"),
    ]  # fmt: skip


async def test_an_archive_in_which_nobody_is_named_says_so(tmp_path):
    rebuild(tmp_path)
    assert "Nobody is named in the archive yet." in await ask(tmp_path)
