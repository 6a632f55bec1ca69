"""JSON-LD, cards and links in the clip page; the site map; titles that try to break out of all of them."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, LETTER, SILENT, TIDES, open_site

from datasette_airquote.exchange import sitemap
from datasette_airquote.exchange.stated import find_license
from ingest.facts import Facts, Speaker
from ingest.web.jsonld import read_linked

HOST = "http://localhost"
HOSTILE = "</script><script>alert(1)</script> ]]> & \" ' <!-- \x00\x07\ufffe \U0001f30a"
ALL = (ARABIC, CHINESE, COOPERATION, HARBOUR, LETTER, SILENT, TIDES)


@pytest.fixture
async def radio(exchanged):
    return await open_site(exchanged, {"title": "Ansgar", "description": "Water"})


async def get(site, path):
    response = await site.client.get(path)
    assert response.status_code == 200
    return response.text


def read_scripts(page):
    return [
        script.string
        for script in BeautifulSoup(page, "html.parser").find_all("script", type="application/ld+json")
    ]


async def get_linked(site, path):
    (script,) = read_scripts(await get(site, path))
    return json.loads(script)


async def get_card(site, path):
    page = BeautifulSoup(await get(site, path), "html.parser")
    return {
        meta.get("property") or meta.get("name"): meta["content"]
        for meta in page.find_all("meta", content=True)
    }


async def test_a_clip_says_what_it_is_in_the_words_of_schema_org(radio):
    linked = await get_linked(radio, f"/clip/{TIDES}")
    assert linked == {
        "@context": "https://schema.org",
        "@type": "RadioEpisode",
        "name": "Tides & <b>Time</b>",
        "url": f"{HOST}/clip/{TIDES}",
        "identifier": TIDES,
        "description": "Why they rise.",
        "inLanguage": "en-GB",
        "datePublished": "2024-06-02",
        "partOfSeries": {"@type": "RadioSeries", "name": "The Morning Tide"},
        "publisher": {"@type": "Organization", "name": "Radio Port Ansgar"},
        "author": [{"@type": "Person", "name": "Ada Lind"}],
        "contributor": [
            {
                "@type": "Role", "roleName": "host",
                "contributor": {
                    "@type": "Person", "name": "Clara Benning", "jobTitle": "Presenter",
                    "sameAs": ["https://www.wikidata.org/entity/Q42", "https://viaf.org/viaf/123"],
                },
            }
        ],
        "mentions": [{"@type": "Person", "name": "Thomas Okoro", "jobTitle": "Keeper of the Tide Records"}],
        "license": "https://creativecommons.org/licenses/by-sa/4.0/",
        "copyrightNotice": "CC BY-SA 4.0",
        "sameAs": "https://radio.example/tides",
        "associatedMedia": {
            "@type": "AudioObject", "contentUrl": f"{HOST}/audio/{TIDES}", "encodingFormat": "audio/wav",
            "contentSize": "99244", "duration": "PT6S", "inLanguage": "en-GB",
            "transcript": "The tide is high. So it was said, and nobody measured it.",
        },
        "hasPart": [
            {
                "@type": "Clip", "name": "High & low", "url": f"{HOST}/clip/{TIDES}?t=0.00,1.80",
                "startOffset": 0.0, "endOffset": 1.8,
            },
            {
                "@type": "Clip", "name": "Measured", "url": f"{HOST}/clip/{TIDES}?t=1.80,6.00",
                "startOffset": 1.8, "endOffset": 6.0,
            },
        ],
    }  # fmt: skip


async def test_a_passage_is_a_part_with_its_words(radio):
    linked = await get_linked(radio, f"/clip/{HARBOUR}?t=15.60,17.20")
    (part,) = linked["hasPart"]
    mark = part.pop("url").partition("&w=")[2]
    assert re.fullmatch("4-[0-9a-f]{6}", mark)
    assert part == {
        "@type": "Clip", "name": "waits for the sluice.", "text": "waits for the sluice.",
        "startOffset": 15.6, "endOffset": 17.2,
    }  # fmt: skip
    changed = await get_linked(radio, f"/clip/{HARBOUR}?t=15.60,17.20&w=4-000000")
    assert "hasPart" not in changed, "words that have changed are not passed on"


@pytest.mark.parametrize(
    ("clip", "kind", "date"),
    [
        (SILENT, "CreativeWork", None),
        (LETTER, "CreativeWork", "1931"),
        (ARABIC, "RadioEpisode", "2019-05"),
        (COOPERATION, "RadioEpisode", None),
    ],
)
async def test_it_says_no_more_than_is_known(radio, clip, kind, date):
    linked = await get_linked(radio, f"/clip/{clip}")
    assert (linked["@type"], linked.get("datePublished")) == (kind, date)
    media = linked.get("associatedMedia", {})
    assert ("contentUrl" in media) == (clip == ARABIC)
    assert media.get("transcript") or linked["text"]


async def test_our_own_reader_gets_the_facts_back(radio):
    (script,) = read_scripts(await get(radio, f"/clip/{TIDES}"))
    (episode,) = read_linked([script], f"{HOST}/clip/{TIDES}")
    assert episode.facts == Facts(
        title="Tides & Time", date="2024-06-02", programme="The Morning Tide", language="en-GB",
        broadcaster="Radio Port Ansgar", summary="Why they rise.", page_url=f"{HOST}/clip/{TIDES}",
        rights="https://creativecommons.org/licenses/by-sa/4.0/",
        speakers=(Speaker("Ada Lind", part="author"),),
    )  # fmt: skip
    assert episode.audio == f"{HOST}/audio/{TIDES}"
    assert episode.transcript == "The tide is high. So it was said, and nobody measured it."


async def test_the_start_page_says_how_to_search(radio):
    linked = await get_linked(radio, "/")
    assert (linked["@type"], linked["name"], linked["url"]) == ("WebSite", "Ansgar", f"{HOST}/")
    target = linked["potentialAction"]["target"]["urlTemplate"]
    assert "waits for the" in await get(radio, target.removeprefix(HOST).replace("{query}", "sluice"))


async def test_a_passage_has_a_card_with_its_words(radio):
    card = await get_card(radio, f"/clip/{HARBOUR}?t=15.60,17.20")
    place = card.pop("og:url").removeprefix(f"{HOST}/clip/{HARBOUR}?t=15.60,17.20&w=4-")
    assert re.fullmatch("[0-9a-f]{6}", place)
    quote = "“waits for the sluice.” – Clara Benning, 0:15"
    assert {key: value for key, value in card.items() if ":" in key or key == "description"} == {
        "og:type": "article",
        "og:site_name": "Ansgar",
        "og:title": "Harbour Talk: Why the Tide Waits",
        "og:description": quote,
        "og:audio": f"{HOST}/audio/{HARBOUR}",
        "og:audio:type": "audio/wav",
        "article:published_time": "2024-03-05",
        "description": quote,
        "twitter:card": "summary",
    }


async def test_a_clip_has_a_card_with_its_deck_and_what_is_not_known_is_not_in_it(radio):
    card = await get_card(radio, f"/clip/{TIDES}")
    assert (card["og:description"], card["og:url"]) == ("Why they rise.", f"{HOST}/clip/{TIDES}")
    assert card["og:locale"] == "en_GB"
    silent = await get_card(radio, f"/clip/{SILENT}")
    assert "og:locale" not in silent
    assert "og:audio" not in silent
    assert "article:published_time" not in silent
    assert silent["og:description"] == "about 2013"
    assert "og:image" not in card


async def test_words_that_have_changed_are_in_no_card(radio):
    card = await get_card(radio, f"/clip/{HARBOUR}?t=15.60,17.20&w=4-000000")
    assert (card["og:description"], card["og:url"]) == (
        "A talk about <water> & time.",
        f"{HOST}/clip/{HARBOUR}",
    )


async def test_every_passage_names_the_clip_as_its_canonical_address(radio):
    for query in ("", "?t=15.60,17.20", "?t=5"):
        assert f'<link rel="canonical" href="{HOST}/clip/{HARBOUR}">' in await get(
            radio, f"/clip/{HARBOUR}{query}"
        )


async def test_the_page_links_to_itself_as_data(radio):
    page = BeautifulSoup(await get(radio, f"/clip/{TIDES}?t=0,1.6"), "html.parser")
    links = {a.text: a["href"] for a in page.select("footer.about p:-soup-contains('As data') a")}
    assert list(links) == ["IIIF", "PBCore", "Dublin Core", "to embed"]
    for url in links.values():
        await get(radio, url)


@pytest.fixture
async def hostile(exchanged, tmp_path):
    """The archive with one title and more that nobody should be able to use."""
    shutil.copy(exchanged / "archive.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        for column in ("title", "programme", "broadcaster", "summary", "note", "rights", "language"):
            db.execute(f"UPDATE clips SET {column} = ? WHERE id = ?", [HOSTILE, TIDES])
        db.execute("UPDATE clip_speakers SET name = ?, title = ? WHERE clip = ?", [HOSTILE, HOSTILE, TIDES])
        db.execute("UPDATE chapters SET title = ? WHERE clip = ?", [HOSTILE, TIDES])
        db.commit()
    return await open_site(tmp_path, {"title": HOSTILE, "description": HOSTILE})


CLEAN = HOSTILE.replace("\x00", "").replace("\x07", "").replace("\ufffe", "")


@pytest.mark.parametrize(
    "path",
    [
        "/feed.xml",
        f"/clip/{TIDES}.pbcore.xml",
        f"/clip/{TIDES}.dc.xml",
        f"/oembed?format=xml&url={HOST}/clip/{TIDES}",
    ],
)
async def test_no_title_breaks_xml(hostile, path):
    root = ET.fromstring(await get(hostile, path))
    texts = [
        element.text for element in root.iter() if element.tag.rpartition("}")[2] in ("title", "pbcoreTitle")
    ]
    assert CLEAN in texts
    assert not [element for element in root.iter() if element.tag.rpartition("}")[2] == "script"]


@pytest.mark.parametrize("path", [f"/clip/{TIDES}", f"/embed/{TIDES}", "/"])
async def test_no_title_breaks_a_page(hostile, path):
    page = await get(hostile, path)
    assert "alert(1)" in page
    assert "<script>alert" not in page
    for script in read_scripts(page):
        assert "</" not in script
        assert json.loads(script)["name"] == HOSTILE


async def test_no_title_breaks_json(hostile):
    manifest = json.loads(await get(hostile, f"/iiif/{TIDES}/manifest.json"))
    assert manifest["summary"] == {HOSTILE: [HOSTILE]}
    found = json.loads(await get(hostile, f"/oembed?url={HOST}/clip/{TIDES}"))
    frame = BeautifulSoup(found["html"], "html.parser")
    assert [tag.name for tag in frame.find_all(True)] == ["iframe"]
    assert frame.iframe["title"] == HOSTILE


async def test_the_map_lists_all_pages_once(radio):
    root = ET.fromstring(await get(radio, "/sitemap.xml"))
    assert root.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    found = [url.text for url in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == [HOST + path for path in (
        "/", "/clips", "/speakers", *(f"/clip/{clip}" for clip in sorted(ALL)),
        *(f"/speaker/{name}" for name in ("ada-lind", "clara-benning", "frank-rose", "thomas-okoro")),
    )]  # fmt: skip
    assert "lastmod" not in ET.tostring(root, encoding="unicode"), "nobody knows when a page was changed"
    assert (await radio.client.get("/sitemap-2.xml")).status_code == 404


async def test_a_map_of_too_many_pages_is_in_parts(radio, monkeypatch):
    whole = re.findall("<loc>(.*?)</loc>", await get(radio, "/sitemap.xml"))
    monkeypatch.setattr(sitemap, "MOST", 5)
    index = await get(radio, "/sitemap.xml")
    assert "<sitemapindex " in index
    parts = re.findall("<loc>(.*?)</loc>", index)
    assert parts == [f"{HOST}/sitemap-{n}.xml" for n in (1, 2, 3)]
    pages = [re.findall("<loc>(.*?)</loc>", await get(radio, part.removeprefix(HOST))) for part in parts]
    assert [len(page) for page in pages] == [5, 5, 4]
    assert [url for page in pages for url in page] == whole
    assert (await radio.client.get("/sitemap-4.xml")).status_code == 404


async def test_robots_are_told_what_to_read_below_base_url(exchanged):
    site = await open_site(exchanged, base_url="/radio/")
    assert await get(site, "/robots.txt") == (
        "User-agent: *\nDisallow: /radio/search\nDisallow: /radio/timeline\nDisallow: /radio/archive\n\n"
        f"Sitemap: {HOST}/radio/sitemap.xml\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/feed.xml",
        "/sitemap.xml",
        f"/iiif/{TIDES}/manifest.json",
        f"/clip/{TIDES}",
        f"/clip/{TIDES}.pbcore.xml",
        f"/clip/{TIDES}.dc.xml",
        f"/oembed?url={HOST}/radio/clip/{TIDES}",
    ],
)
async def test_every_whole_address_is_below_base_url(exchanged, path):
    found = re.findall(rf"{HOST}/[^\"'<\s]*", await get(await open_site(exchanged, base_url="/radio/"), path))
    assert found
    assert [url for url in found if not url.startswith(f"{HOST}/radio/")] == []


@pytest.mark.parametrize(
    "path",
    [
        f"/clip/{TIDES}.chapters.json",
        f"/embed/{TIDES}",
        f"/oembed?url={HOST}/clip/{TIDES}",
        f"/iiif/{TIDES}/manifest.json",
    ],
)
async def test_a_private_archive_tells_nothing_to_other_machines_either(exchanged, path):
    site = await open_site(exchanged, {"databases": {"archive": {"tables": {"clips": {"allow": False}}}}})
    response = await site.client.get(path)
    assert response.status_code in (401, 403)
    assert "tide" not in response.text.lower().replace(TIDES, "")


async def test_a_video_is_called_one_everywhere(exchanged, tmp_path):
    shutil.copy(exchanged / "archive.db", tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"film")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("UPDATE clips SET audio = 'film.mp4' WHERE id = ?", [TIDES])
        db.commit()
    site = await open_site(tmp_path)
    card = await get_card(site, f"/clip/{TIDES}")
    assert (card["og:video"], card["og:video:type"]) == (f"{HOST}/audio/{TIDES}", "video/mp4")
    assert "og:audio" not in card
    assert (await get_linked(site, f"/clip/{TIDES}"))["associatedMedia"]["@type"] == "VideoObject"
    manifest = json.loads(await get(site, f"/iiif/{TIDES}/manifest.json"))
    assert manifest["items"][0]["items"][0]["items"][0]["body"]["type"] == "Video"
    assert "<dc:type>MovingImage</dc:type>" in await get(site, f"/clip/{TIDES}.dc.xml")
    assert 'length="4" type="video/mp4"' in await get(site, "/feed.xml")


@pytest.mark.parametrize(
    ("rights", "url"),
    [
        ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-nc-nd-3.0", "https://creativecommons.org/licenses/by-nc-nd/3.0/"),
        (
            "see http://creativecommons.org/licenses/by/3.0/de/",
            "https://creativecommons.org/licenses/by/3.0/",
        ),
        ("http://rightsstatements.org/vocab/InC/1.0/", "http://rightsstatements.org/vocab/InC/1.0/"),
        (
            "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        ("CC BY", ""),
        ("Public domain (work of the US government)", ""),
        ("text CC BY 4.0, sound CC BY-NC 4.0", ""),
        ("", ""),
    ],
)
def test_a_statement_of_rights_is_a_licence_only_where_it_names_one(rights, url):
    found = find_license(rights)
    assert (found.url if found else "") == url
