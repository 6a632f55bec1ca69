import pytest

from ingest.facts import PARTS, Speaker
from ingest.formats.xml import parse_xml
from ingest.web.links import Link
from ingest.web.podcast import ROLES, Extras, read_extras

BASE = "https://e.org/"


def read(inside, head=""):
    """What the only item of a feed says."""
    xml = f"<rss xmlns:podcast='p' xmlns:media='m'><channel>{head}<item>{inside}</item></channel></rss>"
    _, (item,) = read_extras(parse_xml(xml, ""), BASE)
    return item


@pytest.mark.parametrize(
    ("people", "speakers"),
    [
        ("", None),
        ("<podcast:person> Ann\n Lee </podcast:person>", (Speaker("Ann Lee", part="host"),)),
        ("<podcast:person role='Co-Host'>Ann</podcast:person>", (Speaker("Ann", part="host"),)),
        ("<podcast:person role='GUEST'>Ann</podcast:person>", (Speaker("Ann", part="guest"),)),
        ("<podcast:person role='narrator'>Ann</podcast:person>", (Speaker("Ann", part="voice"),)),
        ("<podcast:person role='guest writer'>Ann</podcast:person>", (Speaker("Ann", part="author"),)),
        ("<podcast:person role='sound designer'>Ann</podcast:person><podcast:person role='guest'/>", ()),
        ("<podcast:person role='writer'>Ann</podcast:person><podcast:person>Bo</podcast:person>"
         "<podcast:person role='guest'>Ann</podcast:person><podcast:person role='host'>Ann</podcast:person>",
         (Speaker("Ann", part="guest"), Speaker("Bo", part="host"))),
    ],
)  # fmt: skip
def test_people_are_those_who_are_heard_and_the_authors(people, speakers):
    assert read(people).people == speakers
    assert set(ROLES.values()) <= set(PARTS)


@pytest.mark.parametrize(
    ("licence", "rights"),
    [
        ("<podcast:license>CC-BY-4.0</podcast:license><copyright>x</copyright>", "CC-BY-4.0"),
        ("<podcast:license url='https://e.org/l'>ours</podcast:license>", "ours (https://e.org/l)"),
        ("<podcast:license url='file:///l'>ours</podcast:license>", "ours"),
        (
            "<license>http://creativecommons.org/licenses/by/3.0/</license>",
            "http://creativecommons.org/licenses/by/3.0/",
        ),
        ("<media:license href='https://e.org/l'/>", "https://e.org/l"),
        ("<rights>© E</rights>", "© E"),
        ("", ""),
    ],
)
def test_a_licence_goes_before_a_line_about_rights(licence, rights):
    assert read(licence).rights == rights


def test_links_are_resolved_and_those_that_may_not_be_followed_are_named():
    item = read(
        "<podcast:transcript url='a.json' type='application/json; charset=utf-8' language='de_at'/>"
        "<podcast:transcript url='file:///etc/passwd' type='text/vtt'/><podcast:transcript type='text/vtt'/>"
        "<podcast:chapters url='javascript:x'/><podcast:chapters url='/c.json'/>"
        "<podcast:alternateEnclosure type='audio/opus'><podcast:source uri='ipfs://x'/>"
        "<podcast:source uri='b.torrent' contentType='application/x-bittorrent'/>"
        "</podcast:alternateEnclosure>"
        "<podcast:alternateEnclosure type='Audio/MPEG' default='true'><podcast:source uri='b.mp3'/>"
        "</podcast:alternateEnclosure><podcast:season name='Ice'>3</podcast:season><guid> g </guid>"
    )
    assert item == Extras(
        guid="g",
        base=BASE,
        season="3",
        alternates=(
            Link("https://e.org/b.mp3", "audio/mpeg"),
            Link("https://e.org/b.torrent", "application/x-bittorrent"),
        ),
        transcripts=(Link("https://e.org/a.json", "application/json", "de-AT"),),
        chapters_url="https://e.org/c.json",
        refused=("file:///etc/passwd", "javascript:x"),
    )
