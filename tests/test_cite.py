import html
import re

import pytest
from conftest import COOPERATION, HARBOUR

from datasette_airquote.permalink import find_passage, name_words, parse_range
from ingest.words import Word


async def cite(site, clip, **parameters):
    return await site.client.get(f"/cite/{clip}", params=parameters)


def read(response):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)))


async def test_a_passage_is_cited_with_who_what_when_and_where(site):
    w = name_words(["Defense", "is", "a", "well-known", "word"])
    page = await cite(site, HARBOUR, t="5.60,7.60", w=w)
    text = read(page)
    address = f"http://localhost/clip/{HARBOUR}?t=5.60,7.60&w={w}"
    assert page.status_code == 200
    for part in (
        "“Defense is a well-known word,”",
        "Thomas Okoro, Keeper of the Tide Records (guest)",
        "The Morning Tide",
        "Radio Port Ansgar",
        "5 March 2024",
        "0:05–0:07",
        "Thomas Okoro, “Harbour Talk: Why the Tide Waits,” The Morning Tide, Radio Port Ansgar, "
        f"March 5, 2024, radio broadcast, 0:22, at 0:05–07, {address}.",
        "(Okoro, 2024, 0:05)",
        "(Okoro 00:05-00:07)",
    ):
        assert part in text


async def test_a_person_who_is_only_quoted_is_said_to_be(site):
    text = read(await cite(site, COOPERATION, t="4.2,7.0"))
    assert "Frank Rose, U.S. Deputy Assistant Secretary (quoted, not heard)" in text
    assert "Frank Rose, “Cooperation Is Key,” Editorials, Voice of America, n.d., radio broadcast" in text
    assert "undated" in text


async def test_of_several_people_none_is_the_author(site):
    text = read(await cite(site, HARBOUR, t="5.0,6.0"))
    assert (
        "Clara Benning, Presenter, The Morning Tide (host); Thomas Okoro, Keeper of the Tide Records (guest)"
        in text
    )
    assert "“Harbour Talk: Why the Tide Waits,” The Morning Tide" in text
    assert "Benning, “Harbour" not in text


async def test_without_a_time_the_whole_clip_is_cited(site):
    text = read(await cite(site, COOPERATION))
    assert (
        f"radio broadcast, 0:08, http://localhost/clip/{COOPERATION} (Frank Rose is quoted, not heard)."
        in text
    )
    assert " at 0:" not in text


async def test_the_chosen_style_comes_first(site):
    for style, name in (("mla", "MLA"), ("apa", "APA"), ("", "Chicago"), ("nonsense", "Chicago")):
        page = await cite(site, HARBOUR, t="0,2", style=style)
        assert re.findall(r'<h2 id="c-\w+">(\w+)</h2>', page.text)[0] == name


@pytest.mark.parametrize("t", ["999,1000", "abc", "9,3", "-1,2", "1,99999", "nan,inf", "1e3,2e3", ","])
async def test_a_range_that_is_none_is_refused_in_a_line(site, t):
    page = await cite(site, HARBOUR, t=t)
    assert page.status_code == 400
    assert "This range cannot be cited" in page.text


async def test_words_that_are_no_longer_there_are_not_cited(site):
    page = await cite(site, HARBOUR, t="5.60,7.60", w="5-000000")
    text = read(page)
    assert "are not in the transcript any more" in text
    assert "Chicago" not in text
    assert "Defense is a well-known word," in text


async def test_words_that_have_moved_are_cited_at_their_new_time(site):
    text = read(await cite(site, HARBOUR, t="1.0,3.0", w=name_words(["the", "old", "pier"])))
    assert "the passage is now at 0:20–0:21" in text
    assert "“the old pier.”" in text


async def test_an_unknown_clip_is_not_found(site):
    page = await cite(site, "nobody")
    assert page.status_code == 404
    assert 'name="q"' in page.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("83.20,91.04", (83.2, 91.04)), ("83", (83.0, None)), ("npt:10,20", (10.0, 20.0)), (",20", (0.0, 20.0)),
     ("1:23,1:31", (83.0, 91.0)), ("01:02:03.5,01:02:04", (3723.5, 3724.0))],
)  # fmt: skip
def test_times_are_read_as_media_fragments(text, expected):
    assert parse_range(text) == expected


@pytest.mark.parametrize(
    ("start", "end", "mark", "expected"),
    [
        (0.0, 1.0, "", (0, 1, "same")),
        (0.6, 0.9, "", (1, 1, "same")),
        (0.48, 0.52, "", (0, 0, "same")),  # no middle lies within: the nearest word
        (0.0, 1.0, name_words(["ONE", "twó"]), (0, 1, "same")),
        (0.0, 1.0, name_words(["two", "three"]), (1, 2, "moved")),
        (0.0, 1.0, name_words(["one"]), (0, 0, "same")),
        (2.0, 2.5, name_words(["one"]), (4, 4, "same")),
        (1.4, 2.0, name_words(["one"]), (4, 4, "moved")),  # of two places the nearer one
        (0.0, 1.0, name_words(["five", "six"]), (0, 1, "changed")),
        (0.0, 1.0, "0-e3b0c4", (0, 1, "changed")),
        (0.0, 1.0, "nonsense", (0, 1, "same")),
    ],
)
def test_a_permalink_finds_its_words_again(start, end, mark, expected):
    words = [Word(text, n / 2, n / 2 + 0.5) for n, text in enumerate(["One", "two,", "three", "four", "one"])]
    found = find_passage(words, start, end, mark)
    assert (found.first, found.last, found.state) == expected
