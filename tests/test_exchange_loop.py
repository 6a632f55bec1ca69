"""The whole way round: one archive's feed, taken in by another."""

import json

import pytest
from click.testing import CliRunner
from conftest import CHINESE, COOPERATION, HARBOUR, LETTER, SILENT, TIDES

pytest.importorskip("av", reason="the extra `audio` is not installed")
from browsing import serve

from ingest.archive import rebuild
from ingest.cli import main
from ingest.transcript import FOLDER, load_transcript

NAMES = {
    CHINESE: "2025-xindejingshuizhan",
    TIDES: "2024-06-02-tides-time",
    HARBOUR: "2024-03-05-harbour-talk-why-the-tide-waits",
    SILENT: "minutes-of-the-committee",
    LETTER: "1931-a-letter",
    COOPERATION: "cooperation-is-key",
}


@pytest.fixture(scope="module")
def second(exchanged, tmp_path_factory):
    """What became of each item, and the folder of the archive that took the feed in."""
    folder = tmp_path_factory.mktemp("second")
    assert rebuild(folder) == []
    with serve(exchanged) as address:
        arguments = ["add", f"{address}/feed.xml", "--archive", str(folder), "--engine", "none", "--json"]
        result = CliRunner().invoke(main, [*arguments, "--allow-private"])
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return {line["clip"]: line["status"] for line in lines}, folder


def load_both(exchanged, second, clip):
    return [
        load_transcript(folder / FOLDER / name) for folder, name in ((exchanged, clip), (second, NAMES[clip]))
    ]


def test_each_clip_comes_in_with_its_recording_or_its_transcript(second):
    outcome, folder = second
    # The recording of one lies on a host that does not exist.
    assert outcome == {**dict.fromkeys(NAMES.values(), "added"), "": "failed"}
    assert len(list((folder / "clips").glob("*.wav"))) == 3


@pytest.mark.parametrize("clip", NAMES)
def test_its_text_times_and_voices_are_the_same(exchanged, second, clip):
    ours, theirs = load_both(exchanged, second[1], clip)
    assert theirs.clip.timed == ours.clip.timed
    words = [[(word.text) for s in each.segments for word in s.words] for each in (ours, theirs)]
    assert words[0] == words[1]
    if clip not in (CHINESE, LETTER):  # a sentence that runs on is read as one; a text without times has none
        for ours_segment, theirs_segment in zip(ours.segments, theirs.segments, strict=True):
            assert theirs_segment.speaker == ours_segment.speaker
            assert theirs_segment.start == pytest.approx(ours_segment.start, abs=0.02)
            assert theirs_segment.end == pytest.approx(ours_segment.end, abs=0.02)


@pytest.mark.parametrize("clip", NAMES)
def test_its_facts_are_those_that_a_podcast_can_state(exchanged, second, clip):
    ours, theirs = (each.clip for each in load_both(exchanged, second[1], clip))
    assert theirs.guid.rpartition(" ")[2] == clip  # a short one is kept with the host
    date = "" if ours.facts.date == "2013~" else ours.facts.date  # feeds have no word for "about"
    assert (theirs.facts.date, theirs.facts.language) == (date, ours.facts.language)
    assert theirs.facts.summary == ours.facts.summary
    assert [(person.name, person.part) for person in theirs.facts.speakers] == [
        (person.name, person.part) for person in ours.facts.speakers if person.part != "quoted"
    ]
    assert theirs.chapters == ours.chapters
