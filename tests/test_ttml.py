import pytest

from ingest.errors import ScriptError
from ingest.facts import Facts
from ingest.formats import Line, parse_document
from ingest.words import Word

HEAD = (
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" {} '
    'xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter">'
    '<head><metadata><ttm:agent xml:id="s1" type="person">'
    '<ttm:name type="full">Ann Lee</ttm:name></ttm:agent>'
    '<ttm:agent xml:id="s2" type="person"><ttm:name type="full">Bo</ttm:name></ttm:agent>'
    "</metadata></head><body><div {}>{}</div></body></tt>"
)


def read(paragraphs, settings="", div=""):
    return parse_document(HEAD.format(settings, div, paragraphs).encode(), "a.ttml")


def test_a_paragraph_has_its_times_speaker_and_language():
    document = read(
        '<p begin="00:00:01.5" end="00:00:02.25" ttm:agent="s1">Good <br/>  day &amp; <span>all</span>.</p>',
        'xml:lang="en-GB"',
    )
    assert document.lines == (Line("Good day & all.", "Ann Lee", 1.5, 2.25),)
    assert (document.facts, document.reports, document.format) == (Facts(language="en-GB"), (), "ttml")


@pytest.mark.parametrize(
    ("begin", "settings", "seconds"),
    [
        ("00:01:02.500", "", 62.5),
        ("62.5s", "", 62.5),
        ("1m", "", 60.0),
        ("0.5h", "", 1800.0),
        ("62500ms", "", 62.5),
        ("50f", 'ttp:frameRate="25"', 2.0),
        ("30f", 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"', 1.001),
        ("5000000t", 'ttp:tickRate="10000000"', 0.5),
        ("00:00:02:12", 'ttp:frameRate="25"', 2.48),
        ("00:01:00;02", 'ttp:frameRate="30" ttp:timeBase="smpte"', 60.06),
        ("00:01:00:02", 'ttp:frameRate="30" ttp:timeBase="smpte" ttp:dropMode="dropNTSC"', 60.06),
        (
            "00:30:00:15",
            'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:timeBase="smpte"',
            1802.3005,
        ),
        ("00:30:00:15", 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"', 1800.5005),
    ],
)
def test_times_are_read_however_they_are_written(begin, settings, seconds):
    (line,) = read(f'<p begin="{begin}">Hello.</p>', settings).lines
    assert line.start == pytest.approx(seconds, abs=0.0006)


def test_times_count_from_the_start_of_what_they_stand_in():
    document = read(
        '<p begin="1s" dur="3s"><span begin="0s" end="1s">Good </span>'
        '<span begin="1s" end="2.5s">day.</span></p>'
        '<p begin="20s">Bye.</p>',
        div='begin="10s" end="60s"',
    )
    assert document.lines == (
        Line("Good day.", "", 11.0, 13.5, (Word("Good", 11.0, 12.0), Word("day.", 12.0, 13.5))),
        Line("Bye.", "", 30.0, 60.0),
    )


def test_timecodes_that_begin_at_ten_oclock_are_set_to_zero():
    document = read('<p begin="10:00:01:00" end="10:00:02:00">Hi you.</p>', 'ttp:frameRate="25"')
    assert (document.lines, document.clock) == ((Line("Hi you.", "", 1.0, 2.0),), 36000.0)
    assert document.reports == ("a.ttml: its timecodes begin at 10:00:00; this was taken from all of them",)


def test_a_paragraph_in_which_two_speak_becomes_two_lines():
    document = read(
        '<p begin="1s" end="4s"><span ttm:agent="s1" end="2s">Hi <ttm:desc>waves</ttm:desc>Bo.</span><br/>\n'
        '<span ttm:agent="s2">Hi</span>, Ann.</p>\n<p begin="5s" ttm:agent="s1 s2">Bye!</p>\n<p begin="6s"/>'
    )
    assert document.lines == (
        Line("Hi Bo.", "Ann Lee", 1.0, 3.0), Line("Hi, Ann.", "Bo", 1.0, 4.0),
        Line("Bye!", "Ann Lee & Bo", 5.0),
    )  # fmt: skip
    assert document.reports == ("a.ttml, line 4: the paragraph holds no text; left out",)


def test_the_head_tells_the_title():
    text = HEAD.format("", "", "<p>Hi you.</p>").replace(
        "<metadata>", "<metadata><ttm:title>A talk</ttm:title>"
    )
    assert parse_document(text.encode(), "a.ttml").facts == Facts(title="A talk")


def test_without_agents_labels_count():
    document = read('<p begin="1s">BO EK: Hi.</p><p begin="2s">Again.</p><p begin="x">No.</p>')
    assert [(line.speaker, line.text, line.start) for line in document.lines] == [
        ("Bo Ek", "Hi.", 1.0), ("Bo Ek", "Again.", 2.0), ("Bo Ek", "No.", None),
    ]  # fmt: skip
    assert document.reports == ("a.ttml, line 1: “x” is no time of TTML; left out",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<tt><body></tt>", "a.ttml, line 1: is not well-formed XML"),
        ('<!DOCTYPE tt [<!ENTITY a "b">]><tt>&a;</tt>', "a.ttml, line 1: declares entities"),
        ('<!DOCTYPE tt SYSTEM "a.dtd"><tt>\n&a;</tt>', "a.ttml, line 2: declares entities"),
        ("<html><p>Hi</p></html>", "a.ttml: is XML, but neither TTML nor OHMS"),
        ("<tt></tt>", "a.ttml: holds no words"),
        ("<a>" * 2000 + "</a>" * 2000, "a.ttml: its elements are nested too deeply"),
    ],
)
def test_what_is_no_ttml_is_refused_in_one_line(content, message):
    with pytest.raises(ScriptError) as error:
        parse_document(content.encode(), "a.ttml")
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
