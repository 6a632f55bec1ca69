import dataclasses
import json
import re

import pytest
from conftest import ARABIC, CHINESE, COOPERATION, HARBOUR, SILENT, make_transcript, open_site, write_wav

from datasette_airquote.permalink import name_words
from ingest.archive import rebuild
from ingest.facts import Facts
from ingest.formats import EXPORTS
from ingest.transcript import load_transcript, save_new
from ingest.vtt import parse_vtt


async def get(site, path, **parameters):
    response = await site.client.get(path, params=parameters)
    assert response.status_code == 200
    return response.text


async def test_the_page_says_what_is_known(site):
    page = await get(site, f"/clip/{HARBOUR}")
    for part in (
        "<h1 lang=\"en\" dir=\"auto\">Harbour Talk: Why the Tide Waits</h1>",
        "A talk about &lt;water&gt; &amp; time.",
        "The Morning Tide · Radio Port Ansgar",
        "5 March 2024 · 22 seconds · English",
        "Clara Benning, Presenter, The Morning Tide (host)",
        "Thomas Okoro, Keeper of the Tide Records (guest)",
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
        (COOPERATION, "Frank Rose, U.S. Deputy Assistant Secretary (quoted, not heard)"),
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
    clocks = re.findall(r'<p class="segment" id="(s\d)" data-start="([\d.]+)"', page)
    assert clocks == [
        ("s1", "0.0"),
        ("s2", "3.0"),
        ("s3", "5.6"),
        ("s4", "9.8"),
        ("s5", "14.4"),
        ("s6", "17.4"),
    ]
    assert re.findall(r'<h3 dir="auto">(.*?)</h3>', page) == [
        "Clara Benning", "Thomas Okoro", "Clara Benning", "Thomas Okoro",
    ]  # fmt: skip
    w = name_words(["So", "the", "tide", "waits", "for", "the", "sluice."])
    assert f'href="/clip/{HARBOUR}?t=14.40,17.20&amp;w={w}#passage"' in page


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
        ({"t": "1,2", "w": name_words(["missile", "defense"])}, "the passage is now at 0:05–0:06"),
    ],
)
async def test_a_link_that_is_not_as_it_was_says_so(site, parameters, message):
    assert message in await get(site, f"/clip/{HARBOUR}", **parameters)


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
        ({"q": "welcome"}, 1),
    ):
        assert json.loads(await get(site, "/search.json", **parameters))["count"] == count
    path = tmp_path / "transcripts/clip/clip.yml"
    path.write_text(path.read_text().replace("review: unreviewed", "review: reviewed"))
    assert rebuild(tmp_path) == []
    assert "<small>" not in await get(await open_site(tmp_path), "/clip/clip")


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
