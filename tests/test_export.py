import json

import pytest
import srt
import webvtt

from ingest.export import FORMATS, export_json, export_srt, export_txt, export_vtt
from ingest.segment import Segment, time_cues
from ingest.vtt import Cue
from ingest.words import Word

FACTS = {"clip": "a-talk", "title": "A talk", "date": "2013"}
CUES = [
    Cue(0.5, 2.0, "Good <day>.", "Ann Lee"),
    Cue(3.0, 4.0, "How are you?", "Ann Lee"),
    Cue(3600.25, 3601.0, "你好。", "Bo"),
]
WORDS = (Word("Good", 0.5, 1.0, 0.9), Word("<day>.", 1.0, 2.0))
SEGMENTS = [Segment(0.5, 2.0, "Good <day>.", "Ann Lee", WORDS), *time_cues(CUES[1:], None)]


def test_vtt_is_what_an_independent_reader_expects(tmp_path):
    path = tmp_path / "x.vtt"
    path.write_text(export_vtt(FACTS, SEGMENTS))
    assert [(c.start, c.end, c.voice) for c in webvtt.read(path)] == [
        ("00:00:00.500", "00:00:02.000", "Ann Lee"),
        ("00:00:03.000", "00:00:04.000", "Ann Lee"),
        ("01:00:00.250", "01:00:01.000", "Bo"),
    ]


def test_srt_is_what_an_independent_reader_expects():
    read = list(srt.parse(export_srt(FACTS, SEGMENTS)))
    assert [(s.index, s.start.total_seconds(), s.end.total_seconds(), s.content) for s in read] == [
        (1, 0.5, 2.0, "Ann Lee: Good <day>."),
        (2, 3.0, 4.0, "How are you?"),
        (3, 3600.25, 3601.0, "Bo: 你好。"),
    ]


def test_txt_reads_like_a_page():
    text = "A talk\n\nAnn Lee:\nGood <day>.\nHow are you?\n\nBo:\n你好。\n"
    assert export_txt(FACTS, SEGMENTS) == text


def test_json_has_the_facts_and_a_time_for_every_word():
    values = json.loads(export_json(FACTS, SEGMENTS))
    assert {key: values[key] for key in FACTS} == FACTS
    assert values["segments"][0] == {
        "start": 0.5, "end": 2.0, "text": "Good <day>.", "speaker": "Ann Lee",
        "words": [
            {"text": "Good", "start": 0.5, "end": 1.0, "probability": 0.9, "inferred": False},
            {"text": "<day>.", "start": 1.0, "end": 2.0, "probability": None, "inferred": False},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "text"),
    [("vtt", "WEBVTT\n"), ("srt", ""), ("txt", "A talk\n"), ("json", '{\n "clip": "a-talk",\n "title"')],
)
def test_a_clip_without_text_can_be_exported(form, text):
    assert FORMATS[form](FACTS, []).startswith(text)
