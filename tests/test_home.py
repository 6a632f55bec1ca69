import re

from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, open_site

from ingest.archive import rebuild


async def test_the_archive_is_shown_in_figures_and_its_newest_clips(site):
    response = await site.client.get("/")
    assert response.status_code == 200
    figures = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", response.text)
    assert figures == [("clips", "5"), ("seconds", "53"), ("words", "117")]
    clips = re.findall(r'<h3><a href="/clip/([^"]*)"', response.text)
    assert clips == [CHINESE, HARBOUR, ARABIC, SILENT, COOPERATION]
    assert 'action="/search"' in response.text


async def test_an_empty_archive_says_how_to_begin(tmp_path):
    rebuild(tmp_path)
    site = await open_site(tmp_path)
    response = await site.client.get("/")
    assert response.status_code == 200
    assert "No clip is in the archive yet" in response.text


async def test_title_description_and_licence_are_those_of_the_metadata(archive):
    metadata = {
        "title": "Harbour & Co",
        "description": "Tides",
        "license": "CC0",
        "license_url": "javascript:x",
    }
    page = (await (await open_site(archive, metadata)).client.get("/")).text
    assert "<h1>Harbour &amp; Co</h1>" in page
    assert "Tides" in page
    assert "CC0" in page
    assert "javascript:" not in page
