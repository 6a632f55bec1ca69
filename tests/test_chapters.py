import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chapters import (
    LONGEST_TITLE,
    MOST,
    Chapter,
    format_chapters,
    load_chapters,
    make_chapters,
    parse_chapters,
)
from ingest.errors import SourceError

JSON = {
    "version": "1.2.0",
    "chapters": [
        {"startTime": 168, "title": "Salt", "url": "salt.html", "img": "x.jpg"},
        {"startTime": 0, "title": " The \n harbour "},
        {"startTime": 200.5, "img": "x.jpg"},
        {"startTime": 300, "title": "Hidden", "toc": False},
        {"startTime": "410.25", "title": "Ice", "url": "javascript:alert(1)"},
        {"startTime": -1, "title": "Before"},
        {"startTime": None, "title": "Never"},
        {"startTime": 1e999, "title": "Never ends"},
        {"startTime": 168.0, "title": "Salt once more"},
        "no chapter",
    ],
}
PSC = b"""<?xml version="1.0"?>
<psc:chapters version="1.2" xmlns:psc="http://podlove.org/simple-chapters">
 <psc:chapter start="00:00" title="The harbour"/>
 <psc:chapter start="00:02:48.500" title="Salt" href="http://e.org/salt"/>
 <psc:chapter start="soon" title="Never"/>
 <psc:chapter start="1:00:00" title=""/>
</psc:chapters>"""


def test_chapters_of_a_podcast_are_read_in_order_without_those_that_are_hidden_or_broken():
    assert parse_chapters(json.dumps(JSON).encode(), "https://e.org/c/1.json") == (
        Chapter(0.0, "The harbour"),
        Chapter(168.0, "Salt", "https://e.org/c/salt.html"),
        Chapter(410.25, "Ice"),
    )


def test_simple_chapters_are_read():
    assert parse_chapters(PSC, "chapters.psc") == (
        Chapter(0.0, "The harbour"),
        Chapter(168.5, "Salt", "http://e.org/salt"),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "c.json: is not JSON; give the chapters of a podcast"),
        (b"[" * 100_000, "c.json: is not JSON; give"),
        (b"[]", "c.json: has no list of chapters; give"),
        (b'{"segments": []}', "c.json: has no list of chapters; give"),
        (b'{"chapters": {"1": 2}}', "c.json: has no list of chapters; give"),
        (b"<chapters>", "c.json, line 1: is not well-formed XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><chapters/>', "c.json, line 1: declares entities"),
        (b"\x00\x01" * 50, "c.json: is not text"),
    ],
)
def test_what_holds_no_chapters_is_refused_in_one_line(content, message):
    with pytest.raises(SourceError) as caught:
        parse_chapters(content, "c.json")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_nobody_gives_a_clip_more_chapters_or_longer_titles_than_can_be_shown():
    chapters = make_chapters({"start": n, "title": "x" * 1_000} for n in range(2 * MOST))
    assert (len(chapters), len(chapters[0].title)) == (MOST, LONGEST_TITLE)


@given(
    st.lists(
        st.builds(
            lambda start, title, url: {"start": start / 1000, "title": title, "url": url},
            st.integers(0, 10**8), st.text(), st.sampled_from(["", "https://e.org/a", "b.html"]),
        )
    )
)  # fmt: skip
def test_chapters_come_back_from_their_plain_form(entries):
    chapters = make_chapters(entries)
    plain = [{key: str(value) for key, value in each.items()} for each in format_chapters(chapters)]
    assert load_chapters(plain) == chapters


@pytest.mark.parametrize(
    "entries",
    ["0:00 Intro", [{"start": "0:00"}], [{"start": "soon", "title": "A"}], ["Intro"], {"start": "0"},
     [{"start": "1", "title": "A"}, {"start": "0:01", "title": "B"}]],
)  # fmt: skip
def test_chapters_that_a_person_wrote_wrong_are_refused(entries):
    with pytest.raises(ValueError, match="chapter"):
        load_chapters(entries)


def test_a_person_may_write_a_start_as_players_show_it():
    assert load_chapters([{"start": "1:02:03", "title": "Ice"}]) == (Chapter(3723.0, "Ice"),)
