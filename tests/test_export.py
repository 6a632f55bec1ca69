"""What is written: by literals, by independent parsers, and by reading it back."""

import csv
import json
from xml.etree import ElementTree

import pysubs2
import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from ttconv.imsc import reader

from ingest.cli import export as export_command
from ingest.facts import Facts
from ingest.formats import EXPORTS, read_document
from ingest.formats.document import tidy
from ingest.segment import Segment, time_cues
from ingest.vtt import Cue
from ingest.words import Word, split_words

FACTS = {"clip": "a-talk", "title": "A talk", "date": "2013"}
CUES = [
    Cue(0.5, 2.0, "Good <day>.", "Ann Lee"),
    Cue(3.0, 4.0, "How are you?", "Ann Lee"),
    Cue(3600.25, 3601.0, "你好。", "Bo"),
    Cue(3602.0, 3603.0, "Fish & chips.", ""),
]
WORDS = (Word("Good", 0.5, 1.0, 0.9), Word("<day>.", 1.0, 2.0))
SEGMENTS = [Segment(0.5, 2.0, "Good <day>.", "Ann Lee", WORDS), *time_cues(CUES[1:], None)]


def write(form, segments=SEGMENTS):
    return EXPORTS[form].write(FACTS, segments)


def test_vtt_is_what_an_independent_reader_expects(tmp_path):
    path = tmp_path / "x.vtt"
    path.write_text(write("vtt"))
    assert [(c.start, c.end, c.voice) for c in webvtt.read(path)] == [
        ("00:00:00.500", "00:00:02.000", "Ann Lee"),
        ("00:00:03.000", "00:00:04.000", "Ann Lee"),
        ("01:00:00.250", "01:00:01.000", "Bo"),
        ("01:00:02.000", "01:00:03.000", None),
    ]


def test_srt_is_what_independent_readers_expect():
    read = list(srt.parse(write("srt")))
    assert [(s.index, s.start.total_seconds(), s.end.total_seconds(), s.content) for s in read] == [
        (1, 0.5, 2.0, "Ann Lee: Good <day>."),
        (2, 3.0, 4.0, "How are you?"),
        (3, 3600.25, 3601.0, "Bo: 你好。"),
        (4, 3602.0, 3603.0, ">> Fish & chips."),
    ]
    events = pysubs2.SSAFile.from_string(write("srt"), "srt")
    assert [(e.start, e.end) for e in events] == [
        (500, 2000),
        (3000, 4000),
        (3600250, 3601000),
        (3602000, 3603000),
    ]


def test_txt_reads_like_a_page():
    assert write("txt") == (
        "A talk\n======\n\nAnn Lee:\nGood <day>.\nHow are you?\n\nBo:\n你好。\n\n"
        "Unknown speaker:\nFish & chips.\n"
    )


def test_json_has_the_facts_and_a_time_for_every_word():
    values = json.loads(write("json"))
    assert {key: values[key] for key in FACTS} == FACTS
    assert values["segments"][0] == {
        "start": 0.5, "end": 2.0, "text": "Good <day>.", "speaker": "Ann Lee",
        "words": [
            {"text": "Good", "start": 0.5, "end": 1.0, "probability": 0.9, "inferred": False},
            {"text": "<day>.", "start": 1.0, "end": 2.0, "probability": None, "inferred": False},
        ],
    }  # fmt: skip


def test_json_for_podcasts_is_as_their_namespace_says():
    values = json.loads(write("podcast"))
    assert values["version"] == "1.0.0"
    assert values["segments"][2:] == [
        {"speaker": "Bo", "startTime": 3600.25, "endTime": 3601.0, "body": "你好。"},
        {"startTime": 3602.0, "endTime": 3603.0, "body": "Fish & chips."},
    ]


@pytest.mark.parametrize("form", EXPORTS)
def test_a_clip_without_text_can_be_exported(form):
    assert write(form, []).startswith(
        {"vtt": "WEBVTT\n", "txt": "A talk\n", "json": '{\n "clip"'}.get(form, "")
    )


def test_the_command_knows_each_form():
    (option,) = [p for p in export_command.params if p.name == "form"]
    assert list(option.type.choices) == list(EXPORTS)


MARKUP = ":：<>{}&\\=[](-–—•#*_`>|+~!"  # what plain formats mean something by
ANY = st.characters(codec="utf-8", exclude_categories=("C",))
PLAIN = st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters=MARKUP)
NAMES = st.sampled_from(["", "", "Ann Lee", "Robert MacNEIL", "Zoë O'Brien-Ng", "李明", "Speaker 2"])


@st.composite
def segment_lists(draw, characters=ANY):
    """Segments of any words; two at least in each, because a podcast's file may have a word in each."""
    segments, clock = [], draw(st.integers(0, 3_000_000))
    for step, length in draw(
        st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 9999)), min_size=1, max_size=5)
    ):
        text = tidy(f"{draw(st.text(characters, max_size=20))} so {draw(st.text(characters, max_size=5))}x")
        words = tuple(split_words(text))
        clock += step
        start, end = clock / 1000, (clock + length) / 1000
        share = (end - start) / len(words)
        timed = tuple(Word(w, start + share * n, start + share * (n + 1), 0.5) for n, w in enumerate(words))
        segments.append(Segment(start, end, text, draw(NAMES), timed))
        clock += length
    return segments


def read_back(tmp_path_factory, form, segments):
    path = tmp_path_factory.getbasetemp() / f"back.{EXPORTS[form].suffix}"
    path.write_bytes(EXPORTS[form].write(FACTS, segments).encode())
    return read_document(path)


@pytest.mark.parametrize("form", ["vtt", "json", "podcast", "csv", "ttml"])
@given(segments=segment_lists())
def test_what_is_exported_is_read_back(tmp_path_factory, form, segments):
    document = read_back(tmp_path_factory, form, segments)
    assert [(x.text, x.speaker, x.start, x.end) for x in document.lines] == [
        (s.text, s.speaker, s.start, s.end) for s in segments
    ]


@given(segments=segment_lists())
def test_our_json_gives_back_each_word_with_its_time(tmp_path_factory, segments):
    document = read_back(tmp_path_factory, "json", segments)
    for line, segment in zip(document.lines, segments, strict=True):
        if line.words:  # too many words for a few milliseconds have no times of their own
            assert [w.text for w in line.words] == [w.text for w in segment.words]
            assert all(
                abs(a.start - b.start) < 0.0101 for a, b in zip(line.words, segment.words, strict=True)
            )
    assert document.facts.title == "A talk"


@given(segments=segment_lists())
def test_markdown_gives_back_who_says_what_from_when(tmp_path_factory, segments):
    document = read_back(tmp_path_factory, "md", segments)
    assert [(x.text, x.speaker, x.start) for x in document.lines] == [
        (s.text, s.speaker, s.start) for s in segments
    ]


def test_ttml_is_what_an_independent_reader_expects():

    document = reader.to_model(ElementTree.ElementTree(ElementTree.fromstring(write("ttml"))))
    (division,) = document.get_body()
    found = [
        (float(p.get_begin()), float(p.get_end()), "".join(text.get_text() for span in p for text in span))
        for p in division
    ]
    assert found == [
        (0.5, 2.0, "Good <day>."), (3.0, 4.0, "How are you?"), (3600.25, 3601.0, "你好。"),
        (3602.0, 3603.0, "Fish & chips."),
    ]  # fmt: skip


def test_ttml_gives_back_title_and_language(tmp_path):
    path = tmp_path / "a.ttml"
    path.write_text(EXPORTS["ttml"].write({**FACTS, "language": "en"}, SEGMENTS))
    assert read_document(path).facts == Facts(title="A talk", language="en")


def test_csv_is_what_pythons_own_reader_expects():
    assert next(csv.DictReader(write("csv").splitlines())) == {
        "start": "0.500", "end": "2.000", "speaker": "Ann Lee", "text": "Good <day>.",
    }  # fmt: skip


def test_markdown_reads_like_a_page():
    assert write("md") == (
        "# A talk\n\n[00:00:00.500] **Ann Lee:** Good \\<day\\>.\n\n[00:00:03.000] How are you?\n\n"
        "[01:00:00.250] **Bo:** 你好。\n\n[01:00:02.000] **Unknown speaker:** Fish \\& chips.\n"
    )


@given(segments=segment_lists(PLAIN))
def test_srt_is_read_back_where_no_text_looks_like_a_label(tmp_path_factory, segments):
    document = read_back(tmp_path_factory, "srt", segments)
    assert [(x.text, x.speaker, x.start, x.end) for x in document.lines] == [
        (s.text, s.speaker, s.start, s.end) for s in segments
    ]


@given(segments=segment_lists(PLAIN))
def test_txt_gives_back_who_says_what(tmp_path_factory, segments):
    document = read_back(tmp_path_factory, "txt", segments)
    assert turns((x.speaker, x.text) for x in document.lines) == turns((s.speaker, s.text) for s in segments)


def turns(lines):
    """The words that each speaker says before the next one does."""
    found = []
    for speaker, text in lines:
        if found and found[-1][0] == speaker:
            found[-1][1].extend(text.split())
        else:
            found.append((speaker, text.split()))
    return found
