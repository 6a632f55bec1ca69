"""/feed.xml, read by other programs and by our own `ingest`."""

import json
import shutil
import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import feedparser
import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, LETTER, SILENT, TIDES, open_site

from datasette_airquote.exchange.feed import PAGE
from ingest.chapters import Chapter, parse_chapters
from ingest.facts import Facts, Speaker
from ingest.formats import parse_document
from ingest.web.feed import parse_feed
from ingest.web.links import Link

HOST = "http://localhost"
# Element, whether it has to be there, and whose rule that is. What Apple's directory asks for and only the
# archive's owner could say (picture, category, whether it is explicit) is not in the feed.
CHANNEL = [
    ("title", "https://www.rssboard.org/rss-specification#requiredChannelElements"),
    ("link", "https://www.rssboard.org/rss-specification#requiredChannelElements"),
    ("description", "https://www.rssboard.org/rss-specification#requiredChannelElements"),
    (
        "{http://www.w3.org/2005/Atom}link",
        "https://www.rssboard.org/rss-profile#namespace-elements-atom-link",
    ),
]
ITEM = [
    ("title", "https://podcasters.apple.com/support/823-podcast-requirements"),
    ("guid", "https://www.rssboard.org/rss-profile#element-channel-item-guid"),
    ("link", "https://www.rssboard.org/rss-profile#element-channel-item-link"),
]
ATTRIBUTES = [
    ("enclosure", {"url", "length", "type"}, "https://www.rssboard.org/rss-specification#ltenclosuregtSubelementOfLtitemgt"),
    ("guid", {"isPermaLink"}, "https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt"),
    ("{https://podcastindex.org/namespace/1.0}transcript", {"url", "type"}, "https://podcasting2.org/docs/podcast-namespace/tags/transcript"),
    ("{https://podcastindex.org/namespace/1.0}chapters", {"url", "type"}, "https://podcasting2.org/docs/podcast-namespace/tags/chapters"),
]  # fmt: skip


@pytest.fixture
async def radio(exchanged):
    return await open_site(exchanged, {"title": "Ansgar", "description": "Water", "license": "various"})


async def get(site, path="/feed.xml", **parameters):
    response = await site.client.get(path, params=parameters or None)
    assert response.status_code == 200
    return response


async def test_it_has_what_the_specifications_ask_for(radio):
    response = await get(radio)
    assert response.headers["content-type"] == "application/rss+xml; charset=utf-8"
    root = ET.fromstring(response.text)
    assert (root.tag, root.attrib) == ("rss", {"version": "2.0"})
    (channel,) = root
    assert [name for name, _ in CHANNEL if channel.find(name) is None] == []
    items = channel.findall("item")
    assert len(items) == 7
    for item in items:
        assert [name for name, _ in ITEM if item.find(name) is None] == []
        for name, attributes, _ in ATTRIBUTES:
            assert all(attributes <= set(element.attrib) for element in item.findall(name))


async def test_feedparser_reads_it(radio):
    feed = feedparser.parse((await get(radio)).content)
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.subtitle, feed.feed.link) == ("Ansgar", "Water", f"{HOST}/")
    assert [entry.id for entry in feed.entries] == [
        CHINESE, TIDES, HARBOUR, ARABIC, SILENT, LETTER, COOPERATION,
    ]  # fmt: skip
    tides = feed.entries[1]
    assert tides.title == "Tides & <b>Time</b>"
    assert tides.link == f"{HOST}/clip/{TIDES}"
    assert [(e.href, e.type, e.length) for e in tides.enclosures] == [
        (f"{HOST}/audio/{TIDES}.wav", "audio/wav", str(6.2 * 16000 + 44).removesuffix(".0"))
    ]
    assert tides.published == "Sun, 02 Jun 2024 00:00:00 -0000"
    assert tides.itunes_duration == "6"
    elsewhere = feed.entries[3].enclosures[0]
    assert (elsewhere.href, elsewhere.type, elsewhere.length) == (
        f"{HOST}/audio/{ARABIC}.mp3", "audio/mpeg", "0",
    )  # fmt: skip
    assert feed.entries[4].enclosures == [] == feed.entries[6].enclosures


async def test_a_date_is_no_more_exact_than_it_is_known(radio):
    root = ET.fromstring((await get(radio)).text)
    dates = {
        item.findtext("guid"): tuple(
            item.findtext(name) or ""
            for name in (
                "pubDate", "{http://purl.org/dc/elements/1.1/}date", "{http://purl.org/dc/terms/}date",
            )
        )
        for item in root.iter("item")
    }  # fmt: skip
    assert dates == {
        CHINESE: ("", "2025", ""),
        TIDES: ("Sun, 02 Jun 2024 00:00:00 -0000", "2024-06-02", ""),
        HARBOUR: ("Tue, 05 Mar 2024 00:00:00 -0000", "2024-03-05", ""),
        ARABIC: ("", "2019-05", ""),
        SILENT: ("", "", "2013~"),
        LETTER: ("", "1931", ""),
        COOPERATION: ("", "", ""),
    }


async def test_our_own_reader_gets_the_facts_and_transcripts_back(radio):
    feed = parse_feed((await get(radio)).content, f"{HOST}/feed.xml")
    assert feed.reports == ()
    items = {item.guid: item for item in feed.items}
    tides = items[TIDES]
    assert tides.facts == Facts(
        title="Tides & Time",  # readers take titles for HTML, and this one shows why they should not
        date="2024-06-02", programme="Ansgar", language="en-GB",
        summary="Why they rise.", page_url=f"{HOST}/clip/{TIDES}", audio_url=f"{HOST}/audio/{TIDES}.wav",
        rights="cc-by-sa-4.0 (https://creativecommons.org/licenses/by-sa/4.0/)",
        speakers=(Speaker("Clara Benning", part="host"), Speaker("Ada Lind", part="author")),
    )  # fmt: skip
    assert tides.transcripts == (
        Link(f"{HOST}/clip/{TIDES}.podcast.json", "application/json", "en-GB"),
        Link(f"{HOST}/clip/{TIDES}.vtt", "text/vtt", "en-GB"),
        Link(f"{HOST}/clip/{TIDES}.srt", "application/x-subrip", "en-GB"),
    )
    assert [link.type for link in items[LETTER].transcripts] == ["text/plain"]
    assert items[LETTER].audio == ""
    assert items[HARBOUR].facts.summary == "A talk about <water> & time."
    assert [item.facts.date for item in feed.items] == [
        "2025",
        "2024-06-02",
        "2024-03-05",
        "2019-05",
        "",
        "1931",
        "",
    ]


@pytest.mark.parametrize("clip", [TIDES, HARBOUR, ARABIC, CHINESE])
async def test_each_transcript_that_is_linked_is_read_as_the_same_text(radio, clip):
    feed = parse_feed((await get(radio)).content, f"{HOST}/feed.xml")
    (item,) = (item for item in feed.items if item.guid == clip)
    stored = json.loads((await get(radio, f"/clip/{clip}.json")).text)["segments"]
    whole = "".join(segment["text"] for segment in stored).split()
    assert len(item.transcripts) == 3
    for link in item.transcripts:
        response = await get(radio, link.url.removeprefix(HOST))
        assert response.headers["content-type"].startswith(link.type)
        document = parse_document(response.content, link.url.rpartition("/")[2])
        # A sentence that runs on into the next segment may be read as one.
        assert "".join(line.text for line in document.lines).split() == whole, link.type
        assert document.lines[0].start == pytest.approx(stored[0]["start"], abs=0.001)
        assert document.lines[-1].end == pytest.approx(stored[-1]["end"], abs=0.001)


async def test_chapters_are_read_back(radio):
    feed = parse_feed((await get(radio)).content, f"{HOST}/feed.xml")
    (url,) = filter(None, (item.chapters_url for item in feed.items))
    response = await get(radio, url.removeprefix(HOST))
    assert response.headers["content-type"].startswith("application/json+chapters")
    chapters = parse_chapters(response.content, url)
    assert chapters == (Chapter(0.0, "High & low"), Chapter(1.8, "Measured"))


@pytest.mark.parametrize("clip", [HARBOUR, "nobody"])
async def test_there_is_no_list_of_chapters_where_there_are_none(radio, clip):
    assert (await radio.client.get(f"/clip/{clip}.chapters.json")).status_code == 404


@pytest.mark.parametrize(
    ("asked", "title", "guids"),
    [
        ({"programme": "The Morning Tide"}, "The Morning Tide", [TIDES, HARBOUR]),
        ({"speaker": "clara-benning"}, "Ansgar: Clara Benning", [TIDES, HARBOUR]),
        ({"speaker": "thomas-okoro", "programme": "Editorials"}, "Editorials: Thomas Okoro", []),
        ({"programme": "nothing"}, "nothing", []),
        ({"page": "2"}, "Ansgar", []),
        (
            {"page": "0", "speaker": ""},
            "Ansgar",
            [CHINESE, TIDES, HARBOUR, ARABIC, SILENT, LETTER, COOPERATION],
        ),
    ],
)
async def test_it_can_be_narrowed(radio, asked, title, guids):
    feed = feedparser.parse((await get(radio, **asked)).content)
    assert (feed.feed.title, [entry.id for entry in feed.entries]) == (title, guids)


async def test_what_all_clips_share_is_said_of_the_feed(radio):
    feed = feedparser.parse((await get(radio, programme="港城新闻")).content).feed
    assert (feed.language, feed.author) == ("zh", "安港广播电台")
    assert feedparser.parse((await get(radio)).content).feed.language == "en", "of most clips"


async def test_a_feed_with_a_clip_of_no_known_language_has_none(exchanged, tmp_path):
    shutil.copy(exchanged / "archive.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("UPDATE clips SET language = '' WHERE id = ?", [SILENT])
        db.execute("UPDATE clips SET audio_url = 'http://[' WHERE id = ?", [ARABIC])
        db.commit()
    feed = feedparser.parse((await get(await open_site(tmp_path))).content)
    assert "language" not in feed.feed
    assert feed.entries[3].enclosures[0].type == "application/octet-stream"


@pytest.fixture(scope="module")
def crowd(exchanged, tmp_path_factory):
    """An archive of 3,400 clips, and one whose title nobody should be able to use."""
    folder = tmp_path_factory.mktemp("crowd")
    shutil.copy(exchanged / "archive.db", folder)
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(clips)")]
        named = ", ".join("'n' || n" if name == "id" else name for name in columns)
        db.execute(
            f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3393) "
            f"INSERT INTO clips SELECT {named} FROM clips, n WHERE id = ?", [TIDES],
        )  # fmt: skip
        db.commit()
    return folder


async def test_a_large_archive_is_read_page_by_page(crowd):
    site = await open_site(crowd)
    url, pages, seen = f"{HOST}/feed.xml", 0, set()
    while url:
        response = await get(site, url.removeprefix(HOST))
        assert len(response.content) < 2_500 * PAGE
        feed = parse_feed(response.content, url)
        assert len(feed.items) <= PAGE
        seen |= {item.guid for item in feed.items}
        url, pages = feed.next, pages + 1
    assert (pages, len(seen)) == (34, 3400)
    links = {link.rel: link.href for link in feedparser.parse((await get(site, page=2)).content).feed.links}
    assert links == {
        "alternate": f"{HOST}/",
        "self": f"{HOST}/feed.xml?page=2",
        "first": f"{HOST}/feed.xml",
        "last": f"{HOST}/feed.xml?page=34",
        "previous": f"{HOST}/feed.xml",
        "next": f"{HOST}/feed.xml?page=3",
    }


async def test_each_page_names_the_feed_so_that_browsers_find_it(radio):
    for path in ("/", f"/clip/{TIDES}", "/search"):
        assert (
            '<link rel="alternate" type="application/rss+xml" title="Ansgar" href="/feed.xml">'
            in (await get(radio, path)).text
        )
