import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chapters import Chapter
from ingest.errors import FactsError, FeedError
from ingest.facts import Facts, Speaker
from ingest.web.feed import MOST_REPORTS, Feed, Item, is_feed, parse_feed, select_items
from ingest.web.links import Link

FEEDS = Path(__file__).parent / "data/feeds"
URL = "https://e.org/f.xml"
TIDE = Facts(programme="The Morning Tide", broadcaster="Radio Port Ansgar", language="en-GB")
CDN = "https://cdn.ansgar.example"


def make_item(guid="1", title="T", audio="1.mp3", rest=""):
    return (
        f"<item><title>{title}</title><guid>{guid}</guid><enclosure url='{audio}' type='audio/mpeg'/>"
        "<podcast:transcript url='t.vtt' type='text/vtt'/><podcast:person>Ann Lee</podcast:person>"
        f"{rest}</item>"
    )


def make_feed(*items, head="", spaces="xmlns:podcast='https://podcastindex.org/namespace/1.0'"):
    return f"<rss version='2.0' {spaces}><channel><title>F</title>{head}{''.join(items)}</channel></rss>"


def parse(text, url=URL):
    return parse_feed(text.encode() if isinstance(text, str) else text, url)


def test_a_podcast_gives_facts_transcripts_people_and_chapters():
    feed = parse_feed((FEEDS / "podcast.xml").read_bytes(), "https://ansgar.example/tide.xml")
    assert feed == Feed(
        "The Morning Tide",
        (
            Item(
                "tide-0004",
                Facts(
                    title="A Century of Tides & Other Water", date="2024-05-14T06:30:00Z",
                    programme=TIDE.programme, broadcaster=TIDE.broadcaster, language=TIDE.language,
                    summary="Another text",
                    speakers=(Speaker("Clara Benning", part="host"), Speaker("Thomas Okoro", part="guest")),
                    page_url="https://ansgar.example/tide/4", audio_url=f"{CDN}/tide%204.mp3?src=feed",
                    rights="cc-by-4.0 (https://creativecommons.org/licenses/by/4.0/)",
                ),
                f"{CDN}/tide%204.mp3?src=feed",
                (
                    Link("https://ansgar.example/4.vtt", "text/vtt", "en"),
                    Link(f"{CDN}/4.srt", "application/x-subrip"),
                    Link(f"{CDN}/4.html", "text/html"),
                    Link(f"{CDN}/4.de.json", "application/json", "de"),
                ),
                f"{CDN}/4.chapters.json",
                (Chapter(0.0, "Rolls"), Chapter(90.0, "Water", "https://ansgar.example/water")),
                "2",
                "4",
            ),
            Item(
                "https://ansgar.example/tide/3",
                Facts(
                    title="Salt & ice: 新的净水站", date="2024-05-06T08:30:00Z", programme=TIDE.programme,
                    broadcaster=TIDE.broadcaster, language=TIDE.language, summary="Plain text, one line.",
                    page_url="https://ansgar.example/tide/3", audio_url="https://ansgar.example/3.mp3",
                    rights="© 2024 Radio Port Ansgar",
                ),
                "https://ansgar.example/3.mp3",
            ),
        ),
        "https://ansgar.example/tide.xml?page=2",
        ("https://ansgar.example/tide.xml, item 1: “javascript:alert(1)” is no address that may be followed; "
         "left out",),
    )  # fmt: skip


def test_atom_resolves_links_against_the_nearest_base_and_takes_no_change_for_a_publication():
    feed = parse_feed((FEEDS / "atom.xml").read_bytes(), "https://kueste.example/feed.atom")
    known = {"programme": "Küstenfunk", "broadcaster": "Küstenfunk e. V.", "rights": "CC BY-SA 4.0"}
    assert feed == Feed(
        "Küstenfunk",
        (
            Item(
                "tag:kueste.example,2023:moor",
                Facts(
                    title="Moor & Deich", date="2023-06-17T09:20:11Z", language="de",
                    summary="Nach achtzig Jahren.", page_url="https://kueste.example/ton/moor/seite.html",
                    audio_url="https://kueste.example/ton/moor/moor.mp3", **known,
                ),
                "https://kueste.example/ton/moor/moor.mp3",
            ),
            Item(
                "tag:kueste.example,2023:platt",
                Facts(
                    title="Plattdüütsch", language="nds", page_url="https://kueste.example/ton/platt.html",
                    **known,
                ),
            ),
        ),
        "https://kueste.example/ton/feed.atom?seite=2",
    )  # fmt: skip


def test_rss_1_with_media_rss_in_latin_1_is_read():
    feed = parse_feed((FEEDS / "rdf.xml").read_bytes(), "http://rade.example/rdf")
    known = {"programme": "Radio Rade", "broadcaster": "Radio Rade SA", "language": "fr"}
    assert feed.items == (
        Item(
            "http://rade.example/1",
            Facts(
                title="Le port dort mal", date="2006-03-04", summary="Les grues travaillent la nuit.",
                page_url="http://rade.example/1.html", audio_url="http://rade.example/1.mp3",
                rights="Tous droits réservés", **known,
            ),
            "http://rade.example/1.mp3",
        ),
        Item("http://rade.example/2", Facts(title="Rien", page_url="http://rade.example/2", **known)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "titles", "report"),
    [
        (make_feed(make_item(title="AT&T &nbsp;caf&eacute;"), make_item("2")), ["AT&T café", "T"],
         "line 1: is not well-formed XML; mended"),
        (make_feed(make_item(), spaces=""), ["T"], "line 1: is not well-formed XML; mended"),
        (make_feed(make_item(title="a\x00b\x0b&#0;&#xD800;c")), ["abc"], "XML may not hold; left out"),
        ("\n\n <?xml version='1.0'?>" + make_feed(make_item()), ["T"], ""),
        (make_feed(make_item()) + "<script></script>", ["T"], "each item is read by itself"),
        (make_feed(make_item(rest="<description><p>Hi<br></description>"), make_item("2")), ["T", "T"],
         "item 1: is not well-formed XML; read as far as it goes"),
        (make_feed(make_item(rest="<description>" + "<i>" * 200 + "</i>" * 200 + "</description>")), ["T"],
         "its elements are nested too deeply; each item is read by itself"),
        (make_feed(make_item("1"), make_item("2"))[:-40], ["T", "T"], "item 2: is not well-formed XML"),
        (make_feed(make_item(title="café")).encode("cp1252"), ["café"], "read as Windows-1252"),
        (("<?xml version='1.0' encoding='utf-16'?>" + make_feed(make_item(title="é"))).encode("utf-16"),
         ["é"], ""),
        ("<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>" + make_feed(make_item(title="&b;")), ["&b;"],
         "declares entities, which are not followed"),
        ("<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + make_feed(make_item(title="&x;")),
         ["&x;"], "declares entities, which are not followed"),
    ],
)  # fmt: skip
def test_a_broken_feed_gives_what_is_whole_in_it_and_a_line_on_the_rest(content, titles, report):
    feed = parse(content)
    assert [item.facts.title for item in feed.items] == titles
    assert [item.guid for item in feed.items] == ["1", "2"][: len(titles)]
    assert {item.facts.speakers for item in feed.items} <= {(Speaker("Ann Lee", part="host"),), ()}
    assert feed.items[0].transcripts == (Link("https://e.org/t.vtt", "text/vtt"),)
    assert any(report in line for line in feed.reports) if report else feed.reports == ()
    assert not any("\n" in line for line in feed.reports)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is no feed (RSS or Atom); give the address of one"),
        ("<!DOCTYPE html><p>rss", "is no feed (RSS or Atom); give the address of one"),
        ("<!-- <rss> --><opml/>", "is no feed"),
        ("<feed>no Atom</feed>", "is no feed"),
        ("{}", "is no feed"),
        (b"\x00\x01\x02" * 100, "is not text"),
        (make_feed("<item " + "".join(f" a{n}=''" for n in range(600)) + "/>"), "has a tag with hundreds of"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_in_one_line(content, message):
    with pytest.raises(FeedError) as caught:
        parse(content)
    assert str(caught.value).startswith(f"{URL}: {message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "known"),
    [
        ((FEEDS / "podcast.xml").read_bytes(), True),
        ((FEEDS / "atom.xml").read_bytes(), True),
        ((FEEDS / "rdf.xml").read_bytes(), True),
        ("<rss>".encode("utf-16"), True),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='0.91'>", True),
        (b"<rdf:RDF xmlns:foaf='http://xmlns.com/foaf/0.1/'>", False),
        (b"<html><rss>", False),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'>", False),
        (b"<!-- <rss>", False),
        (b"rss", False),
        (b"", False),
    ],
)
def test_a_feed_is_known_by_its_first_element(content, known):
    assert is_feed(content) is known


@pytest.mark.parametrize(
    ("item", "audio", "reported"),
    [
        (make_item(audio="/a.mp3"), "https://e.org/a.mp3", False),
        (make_item(audio="../../a.mp3"), "https://e.org/a.mp3", False),
        (make_item(audio="javascript:alert(1)"), "", True),
        (make_item(audio="file:///etc/passwd"), "", True),
        (make_item(audio="http://[::1/a.mp3"), "", True),
        (make_item(audio="https://e.org/" + "a" * 5_000), "", True),
    ],
)
def test_a_recording_is_on_the_web_or_nowhere(item, audio, reported):
    feed = parse(make_feed(item))
    assert [(each.audio, each.facts.audio_url) for each in feed.items] == [(audio, audio)]
    assert bool(feed.reports) == reported


@pytest.mark.parametrize(
    ("audio", "found"),
    [("sub/a.mp3", "sub/a.mp3"), ("../a.mp3", ""), ("/etc/passwd", ""), ("//e.org/a.mp3", None)],
)
def test_a_feed_without_an_address_names_what_lies_below_it(audio, found):
    (item,) = parse(make_feed(make_item(audio=audio)), "feeds/f.xml").items
    if found is None:
        assert item.audio == item.facts.audio_url == "https://e.org/a.mp3"
    else:
        assert (item.audio, item.facts.audio_url) == (found, "")


def test_each_item_is_known_by_its_guid_and_without_one_by_where_it_lies():
    feed = parse(
        make_feed(
            make_item("same", audio="1.mp3"),
            make_item("same", audio="2.mp3"),
            make_item("same", audio="1.mp3"),
            make_item("once", audio="3.mp3"),
            make_item("once", audio="3.mp3"),
            make_item("", audio="4.mp3"),
            "<item><title>no guid</title><link>/5.html</link></item>",
            "<item><title>nothing else</title></item>",
            "<item><guid>https://e.org/6</guid></item>",
            "<item><guid isPermaLink='false'>https://e.org/7</guid></item>",
            "<item><guid>12345</guid><link>/8.html</link></item>",
        )
    )
    assert [(item.guid, item.facts.page_url) for item in feed.items] == [
        ("https://e.org/1.mp3", ""),
        ("https://e.org/2.mp3", ""),
        ("once", ""),
        ("https://e.org/4.mp3", ""),
        ("https://e.org/5.html", "https://e.org/5.html"),
        ("https://e.org/6", "https://e.org/6"),
        ("12345", "https://e.org/8.html"),
    ]
    assert [line.removeprefix(URL) for line in feed.reports] == [
        ", item 1: others have its guid too; it is known by its recording's address",
        ", item 2: others have its guid too; it is known by its recording's address",
        ", item 3: is item 1 again; left out",
        ", item 5: is item 4 again; left out",
        ", item 8: has no recording, no page and no transcript; left out",
        ", item 10: has no recording, no page and no transcript; left out",
        ": 2 item(s) without a guid; each is known by its recording's address",
    ]


@pytest.mark.parametrize(
    ("rest", "date", "reported"),
    [
        ("<pubDate>Tue, 14 May 2013 23:30:00 -0500</pubDate>", "2013-05-15T04:30:00Z", False),
        ("<pubDate>14 May 2013</pubDate>", "2013-05-14", False),
        ("<dc:date xmlns:dc='http://purl.org/dc/elements/1.1/'>2013-05</dc:date>", "2013-05", False),
        ("<pubDate>in May</pubDate>", "", True),
        ("", "", False),
    ],
)
def test_a_date_is_as_exact_as_it_is_stated(rest, date, reported):
    feed = parse(make_feed(make_item(rest=rest)))
    assert feed.items[0].facts.date == date
    assert bool(feed.reports) == reported


@pytest.mark.parametrize(
    ("head", "broadcaster"),
    [
        ("<itunes:author>X</itunes:author><itunes:owner><itunes:name>Y</itunes:name></itunes:owner>", "X"),
        ("<itunes:owner><itunes:email>a@e.org</itunes:email><itunes:name>Y</itunes:name></itunes:owner>",
         "Y"),
        ("<itunes:author>a@e.org</itunes:author><dc:publisher><![CDATA[Z]]></dc:publisher>", "Z"),
        ("<managingEditor>a@e.org (Ann Lee)</managingEditor>", ""),
    ],
)  # fmt: skip
def test_the_broadcaster_is_author_owner_or_publisher_and_no_address(head, broadcaster):
    spaces = "xmlns:itunes='i' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:podcast='p'"
    (item,) = parse(make_feed(make_item(), head=head, spaces=spaces)).items
    assert item.facts.broadcaster == broadcaster


def test_titles_may_be_long_and_summaries_are_their_first_paragraph():
    text = "<description><![CDATA[<p><a href='x'>Listen</a></p><p>One\n two.</p>Three]]></description>"
    (item,) = parse(make_feed(make_item(title="長い" * 150, rest=text))).items
    assert item.facts.title == "長い" * 150
    assert item.facts.summary == "One two."
    (item,) = parse(make_feed(make_item(rest=f"<description>{'word ' * 1_000}</description>"))).items
    assert item.facts.summary == "word " * 199 + "word …"


def test_a_feed_that_is_broken_throughout_does_not_bury_everything_else():
    feed = parse(make_feed(*(make_item(str(n), audio="file:///x") for n in range(300))))
    assert len(feed.items) == 300
    assert feed.reports[MOST_REPORTS:] == (f"{URL}: 200 more lines like these",)


@pytest.mark.parametrize(
    ("head", "following"),
    [
        ("<atom:link rel='next' href='?p=2'/>", "https://e.org/f.xml?p=2"),
        ("<atom:link rel='next' href='f.xml'/>", ""),
        ("<atom:link rel='next' href='file:///x'/>", ""),
        ("<atom:link rel='prev' href='?p=0'/>", ""),
    ],
)
def test_the_next_page_is_another_address_of_the_web(head, following):
    assert parse(make_feed(head=head, spaces="xmlns:atom='http://www.w3.org/2005/Atom'")).next == following


def test_items_are_selected_by_date_and_number_in_the_feeds_order():
    dates = ("2024-05-14T06:30:00Z", "2024-05", "", "2024-04-30", "2023")
    items = [Item(date or "none", Facts(date=date)) for date in dates]

    def selected(*arguments):
        return [item.guid for item in select_items(items, *arguments)]

    assert selected() == ["2024-05-14T06:30:00Z", "2024-05", "none", "2024-04-30", "2023"]
    assert selected("2024-05") == ["2024-05-14T06:30:00Z", "2024-05", "none"]
    assert selected("2024-05-14T23:00:00Z") == ["2024-05-14T06:30:00Z", "2024-05", "none"]
    assert selected("2024-05-15") == ["2024-05", "none"]
    assert selected("", 2) == ["2024-05-14T06:30:00Z", "2024-05"]
    assert selected("2023", 0) == []
    with pytest.raises(FactsError):
        selected("last week")


@pytest.mark.parametrize(
    "text",
    [
        make_feed("<item><author>" + "a" * 300_000 + "</author></item>"),
        make_feed("<item><title>" + "<!--" * 100_000),
        make_feed("<item><title>" + "<b>" * 50_000),
        make_feed("<![CDATA[" * 100_000),
        make_feed("&" * 500_000),
        make_feed("<item>" * 20_000),
        make_feed(make_item(rest="<description>" + "&lt;a " * 300_000 + "</description>")),
    ],
)
def test_hostile_feeds_take_no_long_time(text):
    clock = time.process_time()
    parse(text)
    assert time.process_time() - clock < 10


SCRAPS = [
    "<item>", "</item>", "<title>", "</title>", "<guid>", "1", "</guid>", "<enclosure url='a.mp3'/>", "&",
    "é", "<![CDATA[", "]]>", "<!--", "-->", "<podcast:person role='guest'>", "</podcast:person>", "&#x0;",
    "\x00", "<link>", "http://[", "<pubDate>99", "<entry>", "<psc:chapter start='1' title='x'/>",
    "</channel>", "<a:b",
]  # fmt: skip


@settings(max_examples=100)
@given(st.lists(st.sampled_from(SCRAPS)).map("".join))
def test_no_feed_is_too_broken(scraps):
    feed = parse(make_feed(scraps))
    assert len({item.guid for item in feed.items}) == len(feed.items)
    assert all(item.guid and "\n" not in item.guid for item in feed.items)
    assert not any("\n" in line for line in feed.reports)
