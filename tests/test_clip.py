import dataclasses
import json
import re

import pytest
from conftest import (
    ARABIC,
    CHINESE,
    COOPERATION,
    HARBOUR,
    SILENT,
    WEATHER,
    make_differing,
    make_transcript,
    open_site,
    time_text,
    write_wav,
)  # fmt: skip

from datasette_airquote.clips import find_clip
from datasette_airquote.differences import mark_words, quote_broadcast
from datasette_airquote.pages import find_archive
from datasette_airquote.permalink import name_words
from ingest.archive import rebuild
from ingest.chapters import Chapter
from ingest.differences import Difference
from ingest.facts import Facts
from ingest.formats import EXPORTS
from ingest.segment import time_cues
from ingest.sightings import KINDS, Sighting, save_watch
from ingest.transcript import load_transcript, save_new
from ingest.vtt import Cue, parse_vtt


async def get(site, path, **parameters):
    response = await site.client.get(path, params=parameters)
    assert response.status_code == 200
    return response.text


async def test_the_page_says_what_is_known(site):
    page = await get(site, f"/clip/{HARBOUR}")
    for part in (
        "<h1 lang=\"en\" dir=\"auto\">Harbour Talk: Why the Tide Waits</h1>",
        "A talk about &lt;water&gt; &amp; time.",
        '<a href="/clips?programme=The+Morning+Tide">The Morning Tide</a> · Radio Port Ansgar',
        "5 March 2024 · 22 seconds · English",
        '<a href="/speaker/clara-benning">Clara Benning</a>, Presenter, The Morning Tide (host)',
        '<a href="/speaker/thomas-okoro">Thomas Okoro</a>, Keeper of the Tide Records (guest)',
        "Invented, for tests",
        "Rights: CC0 1.0",
        '<a href="https://radio.example/harbour">as published</a>',
        "Transcribed by whisper 20250625, model base. Not reviewed by a person.",
        f'src="/audio/{HARBOUR}"',
    ):  # fmt: skip
        assert part in page


@pytest.mark.parametrize(
    ("clip", "part"),
    [
        (COOPERATION, "undated"),
        (
            COOPERATION,
            '<a href="/speaker/frank-rose">Frank Rose</a>, U.S. Deputy Assistant Secretary (quoted,',
        ),
        (COOPERATION, "Published text; times by pocketsphinx 20250625 (offline aligner)."),
        (COOPERATION, "The recording of this clip is not here"),
        (SILENT, "about 2013"),
        (SILENT, "Published text; times by whisper 20250625, model base. Reviewed by a person."),
        (SILENT, "There is no recording of this clip"),
        (ARABIC, "May 2019"),
        (ARABIC, f'src="/audio/{ARABIC}"'),
        (ARABIC, '<span lang="ar" dir="auto">صَباحُ الخَيْرِ'),
        (CHINESE, '<span lang="zh" dir="auto">站每天'),
    ],
)
async def test_the_page_says_what_is_not_known(site, clip, part):
    assert part in await get(site, f"/clip/{clip}")


async def test_the_text_stands_in_segments_with_their_times(site):
    page = await get(site, f"/clip/{HARBOUR}")
    clocks = re.findall(r'<p class="segment voice-(\d)" id="(s\d)" data-start="([\d.]+)"', page)
    assert clocks == [
        ("1", "s1", "0.0"),
        ("1", "s2", "3.0"),
        ("2", "s3", "5.6"),
        ("2", "s4", "9.8"),
        ("1", "s5", "14.4"),
        ("2", "s6", "17.4"),
    ]
    assert re.findall(r'<h3 class="voice-(\d)" dir="auto">(.*?)</h3>', page) == [
        ("1", "Clara Benning"), ("2", "Thomas Okoro"), ("1", "Clara Benning"), ("2", "Thomas Okoro"),
    ]  # fmt: skip
    w = name_words(["So", "the", "tide", "waits", "for", "the", "sluice."])
    assert f'href="/clip/{HARBOUR}?t=14.40,17.20&amp;w={w}#passage"' in page


async def test_voices_are_told_apart_and_one_that_is_not_known_is_not_taken_for_the_one_before(tmp_path):
    lines = [("", "One."), ("Ann", "Two."), ("", "Three."), ("", "Four."), ("Ben", "Five."), ("Ann", "Six.")]
    save_new(tmp_path, make_transcript("clip", Facts(title="A clip"), lines), None)
    assert rebuild(tmp_path) == []
    page = await get(await open_site(tmp_path), "/clip/clip")
    assert re.findall(r"<h3.*</h3>|<p class=\"segment.*?\"", page) == [
        '<p class="segment"',
        '<h3 class="voice-1" dir="auto">Ann</h3>', '<p class="segment voice-1"',
        '<h3 dir="auto">Unknown voice</h3>', '<p class="segment"', '<p class="segment"',
        '<h3 class="voice-2" dir="auto">Ben</h3>', '<p class="segment voice-2"',
        '<h3 class="voice-1" dir="auto">Ann</h3>', '<p class="segment voice-1"',
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "tag"), [("clips/a.mp4", "video"), ("clips/a.mp3", "audio")])
async def test_a_recording_with_pictures_shows_them_and_has_captions(tmp_path, name, tag):
    save_new(tmp_path, make_transcript("clip", Facts(title="A clip"), [("", "One.")], audio=name), None)
    write_wav(tmp_path / name, 2)
    assert rebuild(tmp_path) == []
    page = await get(await open_site(tmp_path), "/clip/clip")
    assert page.count(f"</{tag}>") == 1
    assert f'<{tag} id="audio" controls preload="metadata" src="/audio/clip"' in page
    shown = " default" if tag == "video" else ""
    assert f'<track kind="captions" src="/clip/clip.vtt" srclang="und" label="Transcript"{shown}>' in page


async def test_the_scripts_know_when_and_where_the_words_are(site):
    page = await get(site, f"/clip/{CHINESE}", t="0.4,1.2")
    (data,) = re.findall(r'<script type="application/json" id="clip-data">(.*?)</script>', page)
    assert json.loads(data) == {
        "words": {
            "counts": "17 16",
            "sizes": " ".join("1" * 17) + " 1 1 1 1 1 5 1 1 1 2 1 1 3 1 1 2",
            "starts": "0" + " 40" * 16 + " 60" + " 40" * 15,
        },
        "marks": {"holes": [], "chapters": [], "passage": [0.4, 1.2]},
        "passage_url": f"/clip/{CHINESE}.passage.json",
    }


async def test_a_passage_is_shown_and_marked_without_javascript(site):
    page = await get(site, f"/clip/{HARBOUR}", t="5.00,6.00")
    w = name_words(["missile", "Defense"])
    assert '<span class="time">0:05–0:06</span>' in page
    assert '<blockquote lang="en" dir="auto">missile Defense</blockquote>' in page
    assert 'ballistic <mark id="passage">missile</mark>' in page
    assert "<mark>Defense</mark> is a" in page
    assert f'href="/cite/{HARBOUR}?t=5.00,6.00&amp;w={w}"' in page
    # a passage too short to be understood is played to the end of its sentence
    assert f'src="/audio/{HARBOUR}#t=5.00,9.60"' in page


@pytest.mark.parametrize(
    ("t", "text"),
    [
        ("14.4", "So the tide waits for the sluice."),
        ("15.3", "tide waits for the sluice."),
        ("15.2,15.3", "tide"),
    ],
)
async def test_a_range_takes_whole_words_and_a_start_alone_the_sentence(site, t, text):
    page = await get(site, f"/clip/{HARBOUR}", t=t)
    assert f'<blockquote lang="en" dir="auto">{text}</blockquote>' in page


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"t": "soon"}, "The time t=soon cannot be read"),
        ({"t": "<b>"}, "The time t=&lt;b&gt; cannot be read"),
        ({"t": "9,3"}, "ends before it starts"),
        ({"t": "99,100"}, "the range lies beyond"),
        ({"t": "5,6", "w": "2-000000"}, "The text has changed since this was cited"),
        (
            {"t": "5,6", "w": "2-0000<"},
            "The end of this link (w=2-0000&lt;) cannot be read, so only its time",
        ),
        ({"t": "1,2", "w": name_words(["missile", "defense"])}, "the passage is now at 0:05–0:06"),
        ({"t": "14.4", "w": "4-000000"}, "The text has changed since this was cited"),
    ],
)
async def test_a_link_that_is_not_as_it_was_says_so(site, parameters, message):
    assert message in await get(site, f"/clip/{HARBOUR}", **parameters)


async def test_a_link_that_lost_its_end_is_held_to_its_words(site):
    page = await get(site, f"/clip/{HARBOUR}", t="14.8", w=name_words(["the", "tide", "waits"]))
    assert '<blockquote lang="en" dir="auto">the tide waits</blockquote>' in page
    assert 'class="message" role="alert"' not in page


async def test_an_unknown_clip_is_not_found_but_can_be_searched_for(site):
    for path in ("/clip/nobody", "/clip/UPPER", "/clip/%00", "/clip/a%27b"):
        response = await site.client.get(path)
        assert response.status_code == 404
        assert 'name="q"' in response.text


async def test_a_link_of_a_clip_cannot_run_a_script(tmp_path):
    facts = Facts(
        title="<script>alert(1)</script>", page_url="javascript:alert(1)", audio_url="javascript:alert(2)"
    )
    save_new(tmp_path, make_transcript("evil", facts, [("<b>Mallory</b>", "Hear <b>this</b>.")]), None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    for path in ("/", "/clip/evil", "/clip/evil?t=0,1", "/cite/evil?t=0,1", "/search?q=this"):
        page = await get(site, path)
        assert "javascript:" not in page
        assert "<script>" not in page
        assert "<b>" not in page
    assert (await site.client.get("/audio/evil")).status_code == 404


async def test_low_coverage_notice_and_estimated_times_are_said(tmp_path):
    facts = Facts(title="A clip", note="A note")
    transcript = make_transcript("clip", facts, [("", "One two three.")], notice="The text may be another.",
                                 text_from="script", engine="silero-vad", model="")  # fmt: skip
    save_new(tmp_path, transcript, None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    db = site.get_database("archive")
    await db.execute_write("UPDATE clips SET coverage = 0.8712")
    page = await get(site, "/clip/clip")
    assert "The text may be another." in page
    assert "The text accounts for 87% of the speech in the recording." in page
    assert "all times are estimated from where somebody speaks (silero-vad 20250625)" in page


async def test_speech_without_text_is_listed_with_links_to_hear_it(tmp_path):
    transcript = make_transcript("clip", Facts(title="A clip"), [("", "One two three.")], audio="clip.wav")
    run = dataclasses.replace(transcript.runs[1], speech=((0.0, 1.2), (5.0, 9.0), (9.5, 12.0)))
    save_new(tmp_path, dataclasses.replace(transcript, runs={1: run}), None)
    write_wav(tmp_path / "clip.wav", 12)
    assert rebuild(tmp_path) == []
    page = await get(await open_site(tmp_path), "/clip/clip")
    hole = '<a class="time" href="/audio/clip#t=5.00,12.00" data-start="5.0" data-stop="12.0">0:05–0:12</a>'
    assert f"Speech without text: {hole}</p>" in page
    (tmp_path / "clip.wav").unlink()
    page = await get(await open_site(tmp_path), "/clip/clip")
    assert 'Speech without text: <span class="time">0:05–0:12</span></p>' in page


async def test_invented_text_is_marked_with_its_reason_and_searched_only_when_asked_for(tmp_path):
    lines = [("", "Good morning and welcome."), ("", "Thanks for watching!")]
    transcript = make_transcript("clip", Facts(title="A clip"), lines)
    heard = dataclasses.replace(transcript.runs[1], speech=transcript.runs[1].speech[:1])
    save_new(tmp_path, dataclasses.replace(transcript, runs={1: heard}), None)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    page = await get(site, "/clip/clip")
    assert "<small>Doubtful: a phrase that engines write into silence.</small>" in page
    assert "Hide what the engine may have invented (1 of 2 sentences)" in page
    assert page.count("<small>") == 1
    for parameters, count in (
        ({"q": "watching"}, 0),
        ({"q": "watching", "doubtful": "1"}, 1),
        ({"q": "watching", "doubtful": "0"}, 0),
        ({"q": "welcome"}, 1),
    ):
        assert json.loads(await get(site, "/search.json", **parameters))["count"] == count
    path = tmp_path / "transcripts/clip/clip.yml"
    path.write_text(path.read_text().replace("review: unreviewed", "review: reviewed"))
    assert rebuild(tmp_path) == []
    assert "<small>" not in await get(await open_site(tmp_path), "/clip/clip")


async def test_chapters_are_a_list_of_links_to_their_moments(tmp_path):
    clip = make_differing()
    chapters = (Chapter(0.0, "Wind & <waves>"), Chapter(11.5, "Tuesday"), Chapter(999.0, "After its end"))
    clip = dataclasses.replace(clip, clip=dataclasses.replace(clip.clip, chapters=chapters))
    save_new(tmp_path, clip, None)
    write_wav(tmp_path / "clips/weather.wav", 16)
    assert rebuild(tmp_path) == []
    site = await open_site(tmp_path)
    page = await get(site, f"/clip/{WEATHER}")
    links = re.findall(r'<li>(<a class="time".*?</a>) <span lang="en" dir="auto">(.*?)</span></li>', page)
    assert links == [
        (f'<a class="time" href="/clip/{WEATHER}?t={start:.2f}#passage" data-start="{start}" '
         f'aria-label="{clock}, play from here">{clock}</a>', title)
        for start, clock, title in ((0.0, "0:00", "Wind &amp; &lt;waves&gt;"), (11.5, "0:11", "Tuesday"))
    ]  # fmt: skip
    assert '<mark id="passage">' in await get(site, f"/clip/{WEATHER}", t="11.50")
    table = await get(site, "/archive/chapters")
    assert f'<a href="/clip/{WEATHER}?t=11.50#passage">0:11</a>' in table


async def test_a_clip_without_chapters_has_no_list_of_them(site):
    assert "Chapters" not in await get(site, f"/clip/{HARBOUR}")


async def test_downloads_are_what_the_command_line_exports(site, archive):
    transcript = load_transcript(archive / "transcripts" / HARBOUR)
    vtt = await get(site, f"/clip/{HARBOUR}.vtt")
    assert vtt == (archive / "transcripts" / HARBOUR / "transcript.vtt").read_text("utf-8")
    assert [cue.speaker for cue in parse_vtt(vtt, "")] == [s.speaker for s in transcript.segments]
    answer = json.loads(await get(site, f"/clip/{HARBOUR}.json"))
    assert answer["clip"] == HARBOUR
    assert answer["segments"] == json.loads(EXPORTS["json"].write({}, transcript.segments))["segments"]
    assert "Thomas Okoro:\nDefense is" in await get(site, f"/clip/{HARBOUR}.txt")
    assert "00:00:05,600 --> 00:00:09,600\nThomas Okoro: Defense" in await get(site, f"/clip/{HARBOUR}.srt")
    assert (await site.client.get("/clip/nobody.vtt")).status_code == 404


async def test_where_the_recording_differs_is_marked_in_words_and_counted(differing):
    page = await get(await open_site(differing), f"/clip/{WEATHER}")
    assert (
        'differs from the recording in 4 places: <a class="time" href="#d1">0:03</a>, '
        '<a class="time" href="#d2">0:04</a>, <a class="time" href="#d3">0:11</a>, '
        '<a class="time" href="#d4">0:15</a>.' in page
    )
    key = re.sub(r"<[^>]+>", "", re.findall(r'<p class="key">.*</p>', page)[0])
    assert key == "not said: 1 · […] also said: 1 · said otherwise: 2"
    assert (
        'wind from the <span class="differs otherwise" id="d1" title="Machine heard: far &lt;north&gt;">'
        '<span class="unseen">[said otherwise: </span>west<span class="unseen">]</span></span>'
        '<small class="said"> [machine heard: far &lt;north&gt; '
        f'<a class="time" href="/audio/{WEATHER}#t=2.20,5.00" data-start="2.20" data-stop="5.00" '
        'aria-label="0:03, hear it">0:03</a>]</small> &lt;today&gt;.</span>' in page
    )
    assert (
        'id="d2" title="Machine also heard: Good luck to all of you out there.">'
        '<span aria-hidden="true">[…]</span></span><small class="said"> [machine also heard: '
        "Good luck to all of you out there. <a" in page
    )
    assert (
        'title="Not heard in the recording"><span class="unseen">[not said: </span>This forecast was written '
        'by the harbour office.<span class="unseen">]</span></span><small class="said"> [not heard <a' in page
    )


async def test_a_passage_with_a_difference_says_what_was_heard(differing):
    page = await get(await open_site(differing), f"/clip/{WEATHER}", t="0.0,4.0")
    heard = "The harbour office expects strong wind from the far &lt;north&gt;"
    assert f'As published. Machine heard: <span lang="en" dir="auto">“{heard}”</span></p>' in page
    assert '<mark id="passage">The harbour office expects strong wind from the <span class="differs' in page
    page = await get(await open_site(differing), f"/clip/{WEATHER}", t="15.1,16")
    assert "As published. A machine did not hear it in the recording.</p>" in page


async def test_a_clip_without_differences_has_no_marks_and_no_choice(site):
    page = await get(site, f"/clip/{HARBOUR}", t="15.60,17.20")
    assert "differs" not in page
    assert "show-said" not in page
    assert "As broadcast, machine transcript.</p>" in page


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([(0, 0, "", "A B")], "[…] [machine also heard: A B] one two three. | four five six."),
        ([(6, 6, "", "A B")], "one two three. | four five six. […] [machine also heard: A B]"),
        ([(3, 3, "", "A B")], "one two three. | […] [machine also heard: A B] four five six."),
        ([(0, 1, "one", "A")], "[said otherwise: one] [machine heard: A] two three. | four five six."),
        ([(5, 6, "six.", "A")], "one two three. | four five [said otherwise: six.] [machine heard: A]"),
        ([(0, 6, "one", "")], "[said otherwise: one two three. | four five six.] [not heard]"),
        ([(2, 4, "three. four", "A")],
         "one two [said otherwise: three. | four] [machine heard: A] five six."),
        ([(1, 2, "two", "A"), (3, 3, "", "B"), (4, 5, "five", "C")],
         "one [said otherwise: two] [machine heard: A] three. | […] [machine also heard: B] four "
         "[said otherwise: five] [machine heard: C] six."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("linked", [None, (0, 5), (0, 0), (1, 3), (3, 3), (5, 5)])
async def test_marks_stand_where_they_belong_whatever_the_link_means(site, differences, expected, linked):
    clip = await find_clip(await find_archive(site), HARBOUR)
    segments = time_text([("", "one two three."), ("", "four five six.")])
    found = tuple(Difference("otherwise", 0, 1, *each) for each in differences)
    clip = dataclasses.replace(clip, segments=segments, differences=found)
    html = " | ".join(mark_words(clip, n, clip.cut(*linked) if linked else None) for n in range(2))
    assert re.sub(r" +", " ", re.sub(r"<[^>]+>", "", html)).strip() == expected
    assert html.count("<mark") == (0 if linked is None else 2 if linked[0] < 3 <= linked[1] else 1)


async def test_what_was_said_more_at_an_end_of_a_passage_is_not_a_part_of_it(site):
    clip = await find_clip(await find_archive(site), HARBOUR)
    clip = dataclasses.replace(
        clip,
        segments=time_text([("", "one two three.")]),
        differences=tuple(Difference("unwritten", 0, 1, n, n, "", "A") for n in range(4)),
    )
    for linked, marked in (((0, 2), 2), ((1, 1), 0), ((0, 1), 1), ((2, 2), 0)):
        passage = clip.cut(*linked)
        html = str(mark_words(clip, 0, passage))
        assert html.count("…") == 4
        assert re.findall(r"<mark.*?</mark>", html)[0].count("…") == marked
        assert quote_broadcast(clip, passage).count("A") == marked


async def test_what_was_heard_cannot_be_played_where_the_recording_is_not(tmp_path):
    clip = make_differing()
    save_new(tmp_path, dataclasses.replace(clip, clip=dataclasses.replace(clip.clip, audio="")), None)
    assert rebuild(tmp_path) == []
    page = await get(await open_site(tmp_path), f"/clip/{WEATHER}")
    assert '<small class="said"> [machine heard: far &lt;north&gt;]</small>' in page
    assert "/audio/" not in page


async def test_a_long_clip_with_hundreds_of_differences_is_still_a_page(tmp_path):
    said = [("", f"In year{n} ships{n} waited{n} there{n} for high{n} tides.") for n in range(400)]
    heard = make_transcript("long", Facts(title="Long"), said, text_from="script")
    lines = [Cue(s.start, s.end, s.text.replace("for high", "until dawn")) for s in heard.segments]
    save_new(tmp_path, dataclasses.replace(heard, segments=tuple(time_cues(lines, heard.runs[1]))), None)
    assert rebuild(tmp_path) == []
    page = await get(await open_site(tmp_path), "/clip/long")
    assert "in 400 places: " in page
    assert 'and <a href="/archive/differences?clip=long">388 more</a>.' in page
    assert page.count('class="differs otherwise" id=') == 400
    assert len(page) < 800 * 400 + 20_000


SINCE = "2026-11-27T18:00:00Z"


@pytest.mark.parametrize(
    ("status", "detail", "html"),
    [
        ("ok", "", ""),
        ("gone", "404 <b>", "The publisher’s page has been gone since 27 November 2026."),
        ("unreachable", "x", "The publisher’s page could not be reached since 27 November 2026."),
        (
            "changed", "x",
            "The publisher’s page has changed since it was taken in; that was seen on 27 November 2026.",
        ),
        (
            "moved", 'https://new.example/"><script>',
            'The publisher’s page has moved: <a href="https://new.example/&#34;&gt;&lt;script&gt;">'
            "https://new.example/&#34;&gt;&lt;script&gt;</a>",
        ),
        ("moved", "javascript:alert(1)", "The publisher’s page has moved:"),
    ],
)  # fmt: skip
async def test_what_has_become_of_the_publishers_page_is_said(tmp_path, status, detail, html):
    facts = Facts(
        title="A talk", page_url="https://radio.example/harbour", audio_url="https://radio.example/a"
    )
    folder = save_new(tmp_path, make_transcript("a-talk", facts, [("", "Good day.")]), None)
    old = Sighting("page", "https://radio.example/before", "gone", SINCE, SINCE)
    save_watch(folder, [old, Sighting("page", facts.page_url, status, SINCE, SINCE, detail)])
    assert rebuild(tmp_path) == []
    page = await get(await open_site(tmp_path), "/clip/a-talk")
    found = re.findall(r'<p class="facts">(The publisher.*?)</p>', page)
    assert found == ([html] if html else []), "and nothing of addresses that the clip no longer has"


async def test_what_has_become_of_the_recording_is_said_too(tmp_path):
    facts = Facts(title="A talk", page_url="https://radio.example/p", audio_url="https://radio.example/a")
    folder = save_new(tmp_path, make_transcript("a-talk", facts, [("", "Good day.")]), None)
    save_watch(
        folder, [Sighting(kind, getattr(facts, f"{kind}_url"), "gone", SINCE, SINCE) for kind in KINDS]
    )
    rebuild(tmp_path)
    page = await get(await open_site(tmp_path), "/clip/a-talk")
    assert re.findall(r"The publisher’s (\w+) has been gone", page) == ["page", "recording"]
