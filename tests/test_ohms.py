from pathlib import Path

import pytest

from ingest.errors import ScriptError
from ingest.facts import Facts, Speaker
from ingest.formats import parse_document

SAMPLE = (
    Path(__file__).parents[2]
    / "shared/audio/sciencehistory__scihist_digicoll/spec/test_support/ohms_xml/small-sample-vtt-ohms.xml"
)
RECORD = """<?xml version="1.0" encoding="UTF-8"?>
<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"><record id="1" dt="2025-01-23">
<date value="{date}" format="yyyy-mm-dd"/><title>Ann Lee, weaver</title><repository>Port Ansgar</repository>
<interviewee>Ann Lee</interviewee><interviewer>Bo Ek</interviewer><rights>CC0</rights>
<index>{index}</index><sync>{sync}</sync><transcript>{transcript}</transcript></record></ROOT>
"""
TRANSCRIPT = """EK: When did you begin?

LEE: I began in 1961,[[footnote]]1[[/footnote]] and I
have woven ever since, all my life.

EK: And your sister?
[[footnotes]]
[[note]]She says so.[[/note]]
[[/footnotes]]"""


def read(sync="1:|4(2)|6(1)", index="", date="2001-05", transcript=TRANSCRIPT):
    text = RECORD.format(sync=sync, index=index, date=date, transcript=transcript)
    return parse_document(text.encode(), "a.xml")


def test_sync_points_time_the_words_that_they_name():
    document = read()
    assert [(line.speaker, line.text, line.start) for line in document.lines] == [
        ("Ek", "When did you begin?", None),
        ("Lee", "I began in 1961, and I have", None),
        ("Lee", "woven ever since, all my life.", 60.0),
        ("Ek", "And your sister?", 120.0),
    ]
    assert document.facts == Facts(
        title="Ann Lee, weaver", date="2001-05", broadcaster="Port Ansgar", rights="CC0",
        speakers=(Speaker("Bo Ek", "", "host"), Speaker("Ann Lee", "", "guest")),
    )  # fmt: skip
    assert (document.reports, document.format) == ((), "ohms")


def test_an_entry_of_the_index_times_the_words_that_it_begins_with():
    point = "<point><time>33</time><title>Youth</title><partial_transcript>{}</partial_transcript></point>"
    document = read("", point.format("Have woven ever since, all my") + point.format("Short."))
    assert [(line.text, line.start) for line in document.lines][1:3] == [
        ("I began in 1961, and I", None), ("have woven ever since, all my life.", 33.0),
    ]  # fmt: skip


def test_what_is_no_sync_point_and_no_date_is_reported():
    document = read("1:|x|6(1)", date="May 2001")
    assert document.reports == (
        "a.xml, line 3: “May 2001” is no date; left out",
        "a.xml: “x” is no sync point; left out",
    )
    assert read("1:|1(2)|1(3)|4(2)").reports == (
        "a.xml: 2 sync points on line 1 of the transcript are on words side by side, which nobody set;"
        " left out",
    )
    assert read("soon").reports == ("a.xml: “soon” is no list of sync points; left out",)


def test_an_entry_of_the_index_names_nobody_and_no_clip():
    text = RECORD.format(
        date="", sync="", transcript=TRANSCRIPT,
        index="<point><time>5</time><title>Youth</title></point>",
    )  # fmt: skip
    text = text.replace("Ann Lee, weaver", "")
    text = text.replace("<interviewer>", "<interviewee>Cy Lee</interviewee><interviewer>")
    assert parse_document(text.encode(), "a.xml").facts == Facts(
        broadcaster="Port Ansgar", rights="CC0",
        speakers=(
            Speaker("Bo Ek", "", "host"), Speaker("Ann Lee", "", "guest"), Speaker("Cy Lee", "", "guest"),
        ),
    )  # fmt: skip


def test_a_record_without_transcript_is_refused():
    with pytest.raises(ScriptError, match=r"a\.xml: holds no transcript, only an index of 1 entries"):
        read("", "<point><time>3</time></point>", transcript="")


@pytest.mark.skipif(not SAMPLE.exists(), reason="the archive's sample is not here")
def test_the_newer_form_holds_webvtt():
    document = parse_document(SAMPLE.read_bytes(), "a.xml", offset=-3600)
    assert (document.lines[0].speaker, document.lines[0].start, len(document.lines)) == ("SCHNEIDER", 3.0, 6)
    assert document.facts.title == "Jonathan Rochkind Test Record Only"
