import re

from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site

from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.transcript import save_new


async def open_dates(folder, dates):
    """A site with a clip of each date, and what its start page has for bars: label, text, link."""
    for number, date in enumerate(dates):
        facts = Facts(title=f"Clip {number}", date=date, language="en")
        save_new(folder, make_transcript(f"c{number}", facts, [("", "The tide.")]), None)
    assert rebuild(folder) == []
    page = (await (await open_site(folder)).client.get("/")).text
    return page, re.findall(r'<a href="([^"]*)" title="[^"]*" aria-label="([^"]*)"', page)


async def test_the_archive_is_shown_in_figures_and_its_newest_clips(site):
    response = await site.client.get("/")
    assert response.status_code == 200
    figures = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", response.text)
    assert figures == [
        ("seconds", "53"), ("clips", "5"), ("speakers", "3"), ("words", "117"), ("languages", "3"),
    ]  # fmt: skip
    clips = re.findall(r'<h3><a href="/clip/([^"]*)"', response.text)
    assert clips == [CHINESE, HARBOUR, ARABIC, SILENT, COOPERATION]
    assert 'action="/search"' in response.text


async def test_the_chart_leads_to_the_clips_of_each_year_and_says_what_it_leaves_out(site):
    page = (await site.client.get("/")).text
    assert "Audio by year, about 2013 to 2025" in page
    bars = re.findall(r'<a href="([^"]*)" title="[^"]*" aria-label="([^"]*)"', page)
    assert bars == [
        ("/clips?date=2013", "2013: 1 clip, 4 seconds"),
        ("/clips?date=2019", "2019: 1 clip, 5 seconds"),
        ("/clips?date=2024", "2024: 1 clip, 22 seconds"),
        ("/clips?date=2025", "2025: 1 clip, 14 seconds"),
    ]
    assert '<a href="/clips?date=XXXX">1 clip</a> whose year is not known, not in the chart' in page


async def test_there_are_ways_in_by_programme_speaker_and_language(site):
    page = (await site.client.get("/")).text
    ways = re.findall(r'<li><a href="([^"]*)" dir="auto">([^<]*)</a> <span class="facts">([^<]*)', page)
    assert ways == [
        ("/clips?programme=Editorials", "Editorials", "1 clip"),
        ("/clips?programme=The+Morning+Tide", "The Morning Tide", "1 clip"),
        ("/clips?programme=%E6%B8%AF%E5%9F%8E%E6%96%B0%E9%97%BB", "港城新闻", "1 clip"),
        ("/speaker/clara-benning", "Clara Benning", "1 clip"),
        ("/speaker/thomas-okoro", "Thomas Okoro", "1 clip"),
        ("/clips?language=en", "English", "3 clips"),
        ("/clips?language=ar", "Arabic", "1 clip"),
        ("/clips?language=zh", "Chinese", "1 clip"),
    ]


async def test_a_short_archive_is_drawn_by_month(tmp_path):
    page, bars = await open_dates(tmp_path, ["2013-05-14", "2013-07", "2013-07-30", "2013"])
    assert bars == [
        ("/clips?date=2013-05", "May 2013: 1 clip, 2 seconds"),
        ("/clips?date=2013-07", "July 2013: 2 clips, 4 seconds"),
    ]
    assert '<a href="/clips?date=XXXX-XX">1 clip</a> whose month is not known' in page


async def test_a_long_archive_is_drawn_by_decade(tmp_path):
    _, bars = await open_dates(tmp_path, ["1931", "193X", "1952-02-06", "2013"])
    assert bars == [
        ("/clips?date=193X", "1930s: 2 clips, 4 seconds"),
        ("/clips?date=195X", "1950s: 1 clip, 2 seconds"),
        ("/clips?date=201X", "2010s: 1 clip, 2 seconds"),
    ]


async def test_one_clip_without_a_date_has_no_chart(tmp_path):
    page, bars = await open_dates(tmp_path, [""])
    assert bars == []
    assert '<a href="/clips?date=XXXX">1 clip</a> whose year is not known</p>' in page


async def test_an_empty_archive_says_how_to_begin(tmp_path):
    rebuild(tmp_path)
    site = await open_site(tmp_path)
    response = await site.client.get("/")
    assert response.status_code == 200
    assert "No clip is in the archive yet" in response.text
    figures = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", response.text)
    assert figures == [(name, "0") for name in ("seconds", "clips", "speakers", "words", "languages")]


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
