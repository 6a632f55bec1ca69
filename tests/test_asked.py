"""What a page says of a search that could not be understood, or that nothing could be found by."""

import pytest
from conftest import open_site

BACKWARDS = "“{}” is later than “{}”, so nothing can lie between them."


@pytest.mark.parametrize(
    ("asked", "messages"),
    [
        ({"from": "2014", "to": "2013"}, [BACKWARDS.format("2014", "2013")]),
        ({"from": "2013-05", "to": "2013"}, []),
        ({"q": "tide date:2014..2013-05"}, [BACKWARDS.format("2014", "2013-05")]),
        ({"speaker": "nobody"}, ["Nobody here is called “nobody”."]),
        ({"speaker": "frank-rose"}, []),  # he is known, but did not say it
        ({"clip": "2013"}, ["No clip here has the id “2013”."]),
        ({"programme": "The Evening Tide"}, ["No clip here has the programme “The Evening Tide”."]),
        ({"language": "xx", "year": "1913"},
         ["No clip here has the year “1913”.", "No clip here has the language “xx”."]),
        ({"month": "2024-13"}, ["No clip here has the month “2024-13”."]),
        ({"review": "twice"}, ["No clip here has the review “twice”."]),
        ({"part": "third"}, ["There is no part “third”, so it was left out."]),
        ({"sort": "random"}, ["There is no sort “random”, so it was left out."]),
        ({"q": "tide by:zebra"}, ["Nobody here is called “zebra”."]),
        ({"q": "tide title:zebra clip:x -clip:y"},
         ["No clip here has the title “zebra”.", "No clip here has the id “x”."]),
        ({"q": "speaker:zebra"}, ["Nobody here is called “zebra”."]),
        ({"q": "speaker:rose"}, []),
    ],
)  # fmt: skip
async def test_nothing_is_found_without_a_word_why(site, asked, messages):
    asked = {"q": "tide"} | asked
    assert (await site.client.get("/search.json", params=asked)).json().get("messages", []) == messages
    page = (await site.client.get("/search", params=asked)).text
    assert [message in page for message in messages] == [True] * len(messages)
    assert page.count('role="alert"') == len(messages)


async def test_the_timeline_says_why_too(archive):
    site = await open_site(archive)
    page = (await site.client.get("/timeline?q=tide&speaker=nobody")).text
    assert "Nobody here is called “nobody”." in page
