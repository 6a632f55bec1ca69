import dataclasses
import html
import re

import pytest
from conftest import BROADCAST, COOPERATION, HARBOUR, PUBLISHED, SILENT, WEATHER, make_transcript, open_site

from datasette_airquote.clips import find_clip
from datasette_airquote.pages import find_archive
from datasette_airquote.permalink import find_passage, format_range, name_words, parse_range
from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.script import Turn
from ingest.segment import segment_turns
from ingest.transcript import save_new
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
        f"March 5, 2024, radio broadcast, 0:22, at 0:05–07, {address} "
        "(words as broadcast, machine transcript, whisper base, run 1, not reviewed).",
        "(Okoro, 2024, 0:05)",
        "(Okoro 00:05-00:07)",
    ):
        assert part in text


async def test_a_person_who_is_only_quoted_is_said_to_be(site):
    text = read(await cite(site, COOPERATION, t="4.2,7.0"))
    assert "Frank Rose, U.S. Deputy Assistant Secretary (quoted, not heard)" in text
    assert "Frank Rose, “Cooperation Is Key,” Editorials, Voice of America, n.d., radio broadcast" in text
    assert "undated" in text


async def test_several_people_who_speak_are_all_named_each_with_the_words(site):
    text = read(await cite(site, HARBOUR, t="5.0,6.0"))
    assert (
        "Clara Benning, Presenter, The Morning Tide (host); Thomas Okoro, Keeper of the Tide Records (guest)"
        in text
    )
    assert "Clara Benning: “missile” Thomas Okoro: “Defense”" in text
    assert "Clara Benning and Thomas Okoro, “Harbour Talk: Why the Tide Waits,” The Morning Tide" in text


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


async def test_a_link_whose_words_cannot_be_checked_says_so(site):
    text = read(await cite(site, HARBOUR, t="5.60,7.60", w="5-0000"))
    assert "The end of this link (w=5-0000) cannot be read, so only its time was followed." in text
    assert "“Defense is a well-known word,”" in text


async def test_words_that_have_moved_are_cited_at_their_new_time(site):
    text = read(await cite(site, HARBOUR, t="1.0,3.0", w=name_words(["the", "old", "pier"])))
    assert "the passage is now at 0:20–0:21" in text
    assert "“the old pier.”" in text


async def test_a_citation_says_whose_words_it_has(site):
    for clip, t, wording, version in (
        (HARBOUR, "5.60,7.60", "as broadcast, machine transcript", ", whisper base, run 1, not reviewed"),
        (COOPERATION, "4.2,7.0", "as published", ""),
        (SILENT, "0,2", "as published", ""),
    ):
        page = await cite(site, clip, t=t)
        assert f"<dt>Words</dt><dd>{wording}</dd>" in page.text
        text = read(page)
        assert len(re.findall(rf"[(;] ?words {wording}{version}\)", text)) > 10
        assert f". Words {wording}{version}." in text  # MLA


@pytest.mark.parametrize(
    ("text_from", "review", "wording"),
    [
        ("script", "unreviewed", "as published"),
        ("script", "reviewed", "as published"),
        ("script", "corrected", "as published, corrected by hand"),
        ("import", "unreviewed", "as broadcast, imported transcript"),
        ("import", "corrected", "as broadcast, transcript corrected by hand"),
        ("machine", "unreviewed", "as broadcast, machine transcript"),
        ("machine", "reviewed", "as broadcast, transcript reviewed by a person"),
        ("machine", "corrected", "as broadcast, transcript corrected by hand"),
    ],
)
async def test_the_wording_follows_how_the_text_came_about(tmp_path, text_from, review, wording):
    clip = make_transcript(
        "talk", Facts(title="Talk"), [("", "Hello out there.")], text_from=text_from, review=review
    )
    save_new(tmp_path, clip, None)
    assert rebuild(tmp_path) == []
    page = await cite(await open_site(tmp_path), "talk", t="0,1")
    assert f"<dt>Words</dt><dd>{wording}</dd>" in page.text


async def test_where_the_recording_differs_both_wordings_can_be_cited(differing):
    site = await open_site(differing)
    first = {"t": "0.0,4.0", "w": name_words(PUBLISHED[0].split()[:9])}
    text = read(await cite(site, WEATHER, **first))
    published, heard = " ".join(PUBLISHED[0].split()[:9]), " ".join(BROADCAST[0].split()[:10])
    assert f"“{published}” In the recording, a machine heard: “{heard}” Cite what was heard" in text
    address = f"http://localhost/clip/{WEATHER}?t=0.00,3.80&w={first['w']}"
    assert f"radio broadcast, 0:16, at 0:00–03, {address} (words as published)." in text
    page = await cite(site, WEATHER, **first, text="broadcast")
    text = read(page)
    assert f"“{heard}” These words are not all in the text, which has, as published: “{published}”" in text
    assert f"{address} (words as broadcast, machine heard, whisper base, run 1, not reviewed)." in text
    assert "Words as broadcast, machine heard, whisper base, run 1, not reviewed." in text
    assert f'<a href="/cite/{WEATHER}?t=0.00,3.80&amp;w={first["w"]}">Cite the text</a>' in page.text


async def test_words_that_nobody_said_can_only_be_cited_as_published(differing):
    site = await open_site(differing)
    for more in ({}, {"text": "broadcast"}):
        text = read(await cite(site, WEATHER, t="15.1,15.9", **more))
        assert "These words stand in the text; a machine did not hear them in the recording." in text
        assert "(words as published, not heard in the recording)." in text
        assert "as broadcast" not in text


async def test_asked_for_the_words_as_broadcast_a_passage_without_a_difference_stays_as_it_is(differing):
    text = read(await cite(await open_site(differing), WEATHER, t="12.6,14.9", text="broadcast"))
    assert "“The next forecast follows at noon.”" in text
    assert "(words as published)." in text


def test_words_that_take_no_time_are_found_by_their_link_and_have_not_moved():
    texts = ["one", "two", "three", "four", "two", "five"]
    words = [Word(texts[0], 0.0, 0.5), *(Word(text, 0.5, 0.5) for text in texts[1:5]), Word("five", 0.5, 1.0)]
    for first in range(6):
        for last in range(first, 6):
            linked = words[first : last + 1]
            mark = name_words([word.text for word in linked])
            found = find_passage(words, *parse_range(format_range(linked)), mark)
            assert found.state == "same"
            assert [w.text for w in words[found.first : found.last + 1]] == [w.text for w in linked]


@pytest.mark.parametrize("place", ["beginning", "middle", "end"])
async def test_each_word_of_a_paragraph_that_nobody_said_can_be_found_and_cited(tmp_path, place):
    said = ["Boats should stay in port until Tuesday.", "The next forecast follows at noon."]
    unsaid = [f"In the year {n} ships of iron waited for the tide." for n in range(1900, 1930)]
    text = {"beginning": unsaid + said, "middle": [said[0], *unsaid, said[1]], "end": said + unsaid}[place]
    heard = make_transcript(
        WEATHER, Facts(title="Weather"), [("", each) for each in said], text_from="script"
    )
    run = dataclasses.replace(heard.runs[1], duration=heard.segments[-1].end)
    segments, _ = segment_turns([Turn(" ".join(text))], run)
    clip = dataclasses.replace(heard.clip, duration=run.duration)
    save_new(tmp_path, dataclasses.replace(heard, clip=clip, segments=tuple(segments), runs={1: run}), None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    found = (await site.client.get("/search.json", params={"q": "ships", "size": "100"})).json()["matches"]
    assert found
    for match in found:
        page = await site.client.get(match["url"].partition("#")[0])
        assert (page.status_code, 'role="alert"' in page.text) == (200, False), match["url"]
        assert re.findall(r"<mark[^>]*>.*?</mark>", page.text)
        page = await site.client.get(match["cite_url"])
        assert (page.status_code, 'role="alert"' in page.text) == (200, False), match["cite_url"]
        assert "not heard in the recording" in page.text
    clip = await find_clip(await find_archive(site), WEATHER)
    for first in range(0, len(clip.words), 3):
        for last in range(first, min(first + 4, len(clip.words))):
            linked = clip.cut(first, last)
            passage = clip.find_linked(linked.place["t"], "", linked.w)
            assert (passage.text, passage.state) == (linked.text, "same")


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
