"""A text without recording and times on the site: searched, read and cited by its sentences."""

import json
import re

import pytest
from click.testing import CliRunner
from conftest import make_transcript, open_site
from test_intake import desk, take

from ingest.archive import rebuild
from ingest.cli import main
from ingest.facts import Facts
from ingest.transcript import save_new

__all__ = ["desk"]

CLIP = "1931-letter"
TEXT = "ANN LEE: The harbour is closed. Nobody knows why.\n\nBO EK: It was open before the war began.\n"


@pytest.fixture
async def letter(desk):
    """Datasette on an archive of a letter that nobody has read aloud, and a clip with times."""
    (desk / "weather.flac").unlink()
    (desk / "letter.txt").write_text(TEXT)
    assert take("letter.txt", "--date", "1931")["status"] == "added"
    save_new(
        desk,
        make_transcript("talk", Facts(title="Talk"), [("", "The harbour is open.")], audio="x.mp3"),
        None,
    )
    assert rebuild(desk) == []
    return await open_site(desk)


async def get(site, path):
    response = await site.client.get(path)
    assert response.status_code == 200, response.text
    return response.text


async def find(site, q="closed nobody"):
    answer = json.loads(await get(site, f"/search.json?q={q}"))
    return [match for match in answer["matches"] if match["clip"] == CLIP]


async def test_a_match_has_a_link_and_no_time(letter):
    (match,) = await find(letter, '"closed nobody"')
    assert (match["start"], match["end"], match["times"]) == (None, None, [])
    assert re.fullmatch(
        rf"/clip/{CLIP}\?s=[\d.]+%2C[\d.]+&w=2-[0-9a-f]{{6}}#passage", match["url"].replace(",", "%2C")
    )
    page = await get(letter, "/search?q=closed")
    assert "sentence 1" in page
    assert "0:00" not in page


async def test_its_page_says_that_it_has_no_recording_and_shows_the_passage(letter):
    (match,) = await find(letter, '"closed nobody"')
    page = await get(letter, match["url"].partition("#")[0])
    assert "There is no recording of this clip" in page
    assert "without a recording: when its words were said is not known" in page
    assert re.findall("<mark[^>]*>(.*?)</mark>", page) == ["closed.", "Nobody"]
    assert "<audio" not in page
    assert "play from here" not in page
    for form in ("txt", "json"):
        assert f"/clip/{CLIP}.{form}" in page
    for form in ("vtt", "srt"):
        assert f'/clip/{CLIP}.{form}"' not in page


async def test_it_is_cited_as_a_transcript_without_times(letter):
    (match,) = await find(letter, "war")
    page = await get(letter, match["cite_url"])
    assert "transcript" in page
    assert "radio broadcast" not in page
    assert "0:0" not in page
    assert f"/clip/{CLIP}?s=" in page.replace("&amp;", "&")


async def test_a_link_finds_its_words_again_once_the_times_are_known(letter, desk):
    (match,) = await find(letter, '"closed nobody"')
    assert (await letter.client.get(f"/clip/{CLIP}?t=1,2")).status_code == 200
    address = match["url"].partition("#")[0].replace(CLIP, "talk")
    assert "talk" in address
    assert (await letter.client.get(address)).status_code == 200


@pytest.mark.parametrize("form", ["vtt", "srt"])
async def test_formats_that_need_times_are_refused(letter, form):
    result = CliRunner().invoke(main, ["export", CLIP, "--format", form])
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "cannot be without times" in result.output
    response = await letter.client.get(f"/clip/{CLIP}.{form}")
    assert (response.status_code, "cannot be without times" in response.text) == (404, True)


async def test_its_export_has_its_words_and_no_times(letter):
    result = CliRunner().invoke(main, ["export", CLIP, "--format", "txt"])
    assert "Nobody knows why." in result.output
    assert "0:0" not in result.output
    values = json.loads(CliRunner().invoke(main, ["export", CLIP, "--format", "json"]).output)
    assert [(s["start"], s["end"], s["speaker"]) for s in values["segments"]] == [
        (None, None, "Ann Lee"), (None, None, "Ann Lee"), (None, None, "Bo Ek"),
    ]  # fmt: skip
    assert values["segments"][0]["words"][0] == {
        "text": "The",
        "start": None,
        "end": None,
        "probability": None,
        "inferred": True,
    }
    assert json.loads(await get(letter, f"/clip/{CLIP}.json"))["segments"] == values["segments"]


def test_the_terminal_finds_and_cites_it(desk):
    from datasette.cli import cli

    (desk / "letter.txt").write_text(TEXT)
    take("letter.txt", "--date", "1931")
    result = CliRunner().invoke(cli, ["airquote", "search", "war"])
    assert "sentence 3 · letter · 1931 · Bo Ek" in result.output
    assert "?s=" in result.output
