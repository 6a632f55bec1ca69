"""Reading: the format is found by content and name, times are set on the recording's clock."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.errors import ScriptError
from ingest.facts import Facts
from ingest.formats import DOCUMENTS, Document, Line, read_document
from ingest.words import Word, split_words


@pytest.fixture
def read(tmp_path):
    def read(name, content, offset=0.0):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_document(path, offset)

    return read


VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nGood day.\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nGood day.\n"


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.vtt", VTT, "webvtt"),
        ("a.txt", VTT, "webvtt"),
        ("a.srt", SRT, "srt"),
        ("a.txt", SRT, "srt"),
        ("a.sbv", "0:00:01.000,0:00:02.000\nGood day.\n", "srt"),
        ("a.json", '{"segments": [{"start": 1, "end": 2, "text": " Good day."}]}', "whisper"),
        ("a.txt", '[{"start": 1, "end": 2, "text": " Good day."}]', "faster-whisper"),
        ("a.json", '[[0, 0, 1.0, 2.0, " Good day.", [1]]]', "faster-whisper"),
        (
            "a.json",
            '{"version": "1.0.0", "segments": [{"startTime": 1, "endTime": 2, "body": "Good day."}]}',
            "podcast",
        ),
        (
            "a.json",
            '{"word_segments": [], "segments": [{"start": 1, "end": 2, "text": "Good day."}]}',
            "whisperx",
        ),
        ("a.md", "[0:01 - 0:02] Good day.", "markdown"),
        ("a.csv", "start,end,text\n1,2,Good day.\n", "csv"),
        ("a.ttml", '<tt><body><p begin="1s" end="2s">Good day.</p></body></tt>', "ttml"),
        ("a.txt", '<?xml version="1.0"?><tt><body><p begin="1s" dur="1s">Good day.</p></body></tt>', "ttml"),
        ("a.json", '{"clip": "a", "segments": [{"start": 1, "end": 2, "text": "Good day."}]}', "airquote"),
    ],
)
def test_the_format_is_found(read, name, content, form):
    assert read(name, content) == Document((Line("Good day.", "", 1.0, 2.0),), format=form)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_found(read, encoding):
    assert read("a.srt", SRT.replace("day", "“Café” 你").encode(encoding)).lines == (
        Line("Good “Café” 你.", "", 1.0, 2.0),
    )


def test_a_guessed_encoding_is_reported(read):
    document = read("a.srt", SRT.replace("day", "“Café”").encode("cp1252"))
    assert document.lines == (Line("Good “Café”.", "", 1.0, 2.0),)
    assert document.reports == ("a.srt: is not UTF-8; read as Windows-1252, so look at its accented letters",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.vtt", b"", "a.vtt: holds no words of a transcript"),
        ("a.txt", b"%PDF-1.4", "a.txt: is a PDF; save it as text or .docx"),
        ("a.txt", bytes(100), "a.txt: is not text"),
        (
            "a.srt",
            "2\n00:00:01,000 --> 00:00:02,000\n他能徒手抓住\n".encode("gb2312"),
            "a.srt: is not text in UTF-8",
        ),
        ("a.srt", b"Good day.", "a.srt: has no line such as 00:00:01,000 --> 00:00:02,500"),
        ("a.json", b'{"a": \n1', "a.json, line 2: is not JSON"),
        ("a.json", b"[" * 100_000, "a.json: is nested too deeply"),
        (
            "a.json",
            b'{"segments": [{"start": ' + b"1" * 5000 + b"}]}",
            "a.json: holds a number that is too long",
        ),
        ("a.json", b'{"chapters": []}', "a.json: lists chapters"),
        ("a.json", b"3", "a.json: is no transcript that is known here"),
        ("a.json", b'[{"text": "Hi"}]', "a.json: its segments have no times, speakers or words"),
        ("a.txt", b"x" * 600, "a.txt: holds a word of over 500 letters"),
    ],
)
def test_what_is_no_transcript_is_refused_in_one_line(read, name, content, message):
    with pytest.raises(ScriptError) as caught:
        read(name, content)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ScriptError, match=r"a\.srt: cannot be read"):
        read_document(tmp_path / "a.srt")


def test_webvtt_gives_voices_and_the_times_of_words(read):
    document = read(
        "a.vtt",
        """WEBVTT
Kind: captions
Language: en

NOTE made by hand

STYLE
::cue { color: red }

REGION
id:fred

intro
00:01.000 --> 00:04.000 align:start region:fred
<v.loud Ann Lee>Good <00:01.500><c>day,</c> <00:02.000><i>you</i> there.</v>
<v Bo>Hello &amp; <b>welcome</b>.

00:05.000 --> 00:04.000
Thanks.

00:00:06,000 --> 00:00:07,000
Well, 1 < 2.
00:00:08.000 --> 00:00:09.000

what is this
""",
    )
    assert document.facts == Facts(language="en")
    assert document.lines == (
        Line("Good day, you there.", "Ann Lee", 1.0, 4.0, (
            Word("Good", 1.0, 1.5), Word("day,", 1.5, 2.0),
            Word("you", 2.0, 2.75, None, True), Word("there.", 2.75, 4.0, None, True),
        )),
        Line("Hello & welcome.", "Bo", 1.0, 4.0),
        Line("Thanks.", "", 5.0),
        Line("Well, 1 < 2.", "", 6.0, 7.0),
    )  # fmt: skip
    assert document.reports == (
        "a.vtt, line 21: the timing is not written as WebVTT wants it; read all the same",
        "a.vtt, line 25: “what is this” stands outside of any cue; left out",
        "a.vtt, line 23: the cue holds no text; left out",
        "a.vtt, line 18: ends before it starts; the end is left out",
    )


def test_captions_that_roll_up_are_taken_once(read):
    cues = [
        (0, 2, "it is raining"), (2, 2.01, "it is raining"),
        (2.01, 4, "it is raining\nin the harbour"), (4, 4.01, "in the harbour"),
        (4.01, 6, "in the harbour\nof Port Ansgar"), (6, 6.01, "of Port Ansgar"),
    ]  # fmt: skip
    blocks = [f"00:{a:06.3f} --> 00:{b:06.3f}\n{text}\n" for a, b, text in cues]
    document = read("a.vtt", "\n".join(["WEBVTT\n", *blocks]))
    assert [line.text for line in document.lines] == ["it is raining", "in the harbour", "of Port Ansgar"]
    assert document.reports == ("a.vtt, line 1: captions that roll up show lines again; each is taken once",)


def test_srt_is_read_as_players_read_it(read):
    document = read(
        "a.srt",
        """\ufeff1
00:00:01,000 --> 00:00:02,500
{\\an8}<i>JIM LEHRER:</i> <font color="#fff">Good
evening.</font>

00:00:03.000-->00:00:04.000 X1:0
Robin?

3
0:0:05,5 --> 0:0:06,5
>> Thank you.

And a blank line.

4
00:00:07,000 --> 00:00:08,000
LEHRER: News &amp; more.

5
00:00:09,000 --> 00:00:10,000
♪♪
""",
    )
    assert document.lines == (
        Line("Good evening.", "Jim Lehrer", 1.0, 2.5),
        Line("Robin?", "Jim Lehrer", 3.0, 4.0),
        Line("Thank you. And a blank line.", "", 5.5, 6.5),
        Line("News & more.", "Jim Lehrer", 7.0, 8.0),
    )
    assert document.reports == (
        "a.srt, line 12: a blank line inside an entry; what follows it is kept",
        "a.srt, line 20: “♪♪” holds no words; left out",
    )


def test_whisperx_gives_speakers_and_times_of_words(read):
    words = [
        {"word": "In", "start": 1.0, "end": 1.2, "score": 0.9, "speaker": "SPEAKER_00"},
        {"word": "2013,"},
        {"word": "yes.", "start": 2.0, "end": 2.5, "score": 0.8, "speaker": "SPEAKER_00"},
        {"word": "No.", "start": 3.0, "end": 3.5, "score": 0.7, "speaker": "SPEAKER_01"},
    ]
    segment = {
        "start": 1.0,
        "end": 3.5,
        "text": " In 2013, yes. No.",
        "words": words,
        "speaker": "SPEAKER_00",
    }
    document = read("a.json", json.dumps({"segments": [segment], "word_segments": words, "language": "en"}))
    assert document == Document(
        (
            Line("In 2013, yes.", "SPEAKER_00", 1.0, 2.5, (
                Word("In", 1.0, 1.2, 0.9), Word("2013,", 1.2, 2.0, None, True), Word("yes.", 2.0, 2.5, 0.8),
            )),
            Line("No.", "SPEAKER_01", 3.0, 3.5, (Word("No.", 3.0, 3.5, 0.7),)),
        ),
        Facts(language="en"), (), "whisperx",
    )  # fmt: skip


def test_faster_whispers_older_tuples_are_read(read):
    words = [[1.0, 1.5, " Good", 0.9], [1.5, 2.0, " day.", 0.8]]
    segment = [1, 0, 1.0, 2.0, " Good day.", [50], -0.2, 1.1, 0.01, words, 0.0]
    assert read("a.json", json.dumps({"segments": {"0": segment}})).lines == (
        Line("Good day.", "", 1.0, 2.0, (Word("Good", 1.0, 1.5, 0.9), Word("day.", 1.5, 2.0, 0.8))),
    )


def test_a_podcasts_words_become_lines(read):
    entries = [
        ("Darth Vader", 0.5, 0.75, "I"), ("Darth Vader", 1, 1.25, "am"), ("Darth Vader", 1.5, 2.0, "your"),
        ("Darth Vader", 2.25, 2.5, "father.\n"), ("Luke", 2.75, 3.0, "Nooooo"),
    ]  # fmt: skip
    segments = [
        dict(zip(("speaker", "startTime", "endTime", "body"), entry, strict=True)) for entry in entries
    ]
    assert read("a.json", json.dumps({"version": "1.0.0", "segments": segments})).lines == (
        Line("I am your father.", "Darth Vader", 0.5, 2.5, (
            Word("I", 0.5, 0.75), Word("am", 1.0, 1.25), Word("your", 1.5, 2.0), Word("father.", 2.25, 2.5),
        )),
        Line("Nooooo", "Luke", 2.75, 3.0, (Word("Nooooo", 2.75, 3.0),)),
    )  # fmt: skip


def test_json_with_impossible_values_keeps_the_words(read):
    document = read(
        "a.json",
        '{"segments": [{"start": NaN, "end": 1, "text": "One."}, {"start": -1, "end": 1, "text": "Two."},'
        ' {"start": 1e999, "text": "Three."}, {"start": 2, "end": 1, "text": "Four."}, {"start": 3}, 7]}',
    )
    assert document.lines == (Line("One."), Line("Two."), Line("Three."), Line("Four.", "", 2.0))
    assert document.reports == (
        "a.json, segment 2: the time is not one in a recording; the text is kept without it",
        "a.json, segment 4: ends before it starts; the end is left out",
        "a.json, segment 5: holds no text; left out",
        "a.json, segment 6: holds no text; left out",
    )


def test_plain_text_has_its_speakers(read):
    document = read(
        "a.txt",
        "The Morning Tide\n================\n\nHOST: Good morning. It is the\nfifth of May.\n\n"
        "Sen. ANN LEE, (R) Nevada: Thank you: all.\nIt rains.\n\nLEE: It\ndoes.\nQ: Does it?\nA: Yes.\n",
    )
    assert document.facts == Facts(title="The Morning Tide")
    assert [(x.speaker, x.text) for x in document.lines] == [
        ("Host", "Good morning. It is the fifth of May."),
        ("Ann Lee", "Thank you: all."),
        ("Ann Lee", "It rains."),
        ("Ann Lee", "It does."),
        ("Q", "Does it?"),
        ("A", "Yes."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[00:01:23] ANN LEE: Good day.\n[00:01:30] BO: Yes.\n",
        "(1:23) ANN LEE: Good day.\n\n(1:30) BO: Yes.\n",
        "1:23 ANN LEE: Good day.\n1:30 BO: Yes.\n",
        "ANN LEE [0:01:23]: Good day.\n\nBO [0:01:30]: Yes.\n",
        "ANN LEE: [00:01:23] Good day. [00:01:30]\nBO: Yes.",
        "Ann Lee  1:23\nGood day.\n\nBo  1:30\nYes.\n",
        "Ann Lee (00:01:23):\nGood day.\n\nBo (00:01:30):\nYes.\n",
        "00:01:23.000 Ann Lee: Good day.\n00:01:30.000 Bo: Yes.\n",
    ],
)
def test_times_in_plain_text_are_found_however_they_are_written(read, text):
    assert read("a.txt", text).lines == (
        Line("Good day.", "Ann Lee", 83.0),
        Line("Yes.", "Bo", 90.0),
    )


def test_times_of_day_are_no_times_of_the_recording(read):
    text = "We met [22:30] and left (10:15), at [9:00] or so, [23:00], [8:00] maybe."
    assert read("a.txt", text).lines == (Line(text),)
    assert read("a.txt", "We met (10:15) in the park.").lines == (Line("We met (10:15) in the park."),)


def test_an_offset_moves_times_and_cuts_off_what_lies_before(read):
    text = "WEBVTT\n\n" + "\n".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000\nNumber <00:0{n}.500>{n}.\n" for n in (1, 2, 4)
    )
    document = read("a.vtt", text, offset=-2.5)
    assert document.lines == (
        Line("Number 2.", "", 0.0, 0.5),
        Line("Number 4.", "", 1.5, 2.5, (Word("Number", 1.5, 2.0), Word("4.", 2.0, 2.5))),
    )
    assert document.reports == ("a.vtt: “Number 1.” lies before the recording; left out",)
    assert read("a.vtt", text, offset=1.5).lines[0].start == 2.5
    with pytest.raises(ScriptError, match=r"a\.vtt: the offset puts all of it before the recording"):
        read("a.vtt", text, offset=-10)


def test_timecodes_that_begin_at_ten_are_set_to_zero(read):
    text = "10:00:01:00 ANN: Good day.\n\n10:00:02:15 BO: Yes.\n"
    document = read("a.txt", text)
    assert [(line.speaker, line.start) for line in document.lines] == [("Ann", 1.0), ("Bo", 2.6)]
    assert document.reports == (
        "a.txt: has timecodes; their frames are counted at 25 a second: none is stated",
        "a.txt: its timecodes begin at 10:00:00; this was taken from all of them",
    )
    assert [line.start for line in read("a.txt", text, offset=-36001).lines] == [0.0, 1.6]


def test_drop_frames_are_counted_as_they_are_shown(read):
    document = read("a.txt", "01:00:00;00 ANN: Good day.\n01:01:00;02 BO: Yes.\n01:10:00;00 ANN: No.\n")
    assert [round(line.start, 3) for line in document.lines] == [0.0, 60.06, 599.999]


def test_times_that_begin_late_are_pointed_out(read):
    document = read("a.srt", "1\n01:00:03,000 --> 01:00:04,000\nGood day.\n")
    assert document.reports == (
        "a.srt: its first words come at 1:00:03; where the recording starts later than its clock,"
        " give --offset -1:00:00",
    )


def check(document):
    """What holds of every document."""
    starts = [line.start for line in document.lines if line.start is not None]
    assert starts == sorted(starts)
    for line in document.lines:
        assert line.text == " ".join(line.text.split())
        assert split_words(line.text)
        assert line.start is None or 0 <= line.start < 4e6
        assert line.end is None or (line.start is not None and line.start < line.end < 4e6)
        assert not line.words or [w.text for w in line.words] == split_words(line.text)
        assert all(w.start < w.end for w in line.words)
        assert all(a.start <= b.start for a, b in zip(line.words, line.words[1:], strict=False))


SAMPLES = [
    VTT.replace("Good", "<v Ann>Good <00:01.500>"), SRT.replace("Good", "ANN: <i>Good</i>"),
    '{"segments": [{"start": 1, "end": 2, "text": "Hi", "words": [{"word": "Hi", "start": 1, "end": 2}]}]}',
    '{"version": "1", "segments": [{"startTime": 1, "endTime": 2, "body": "Good", "speaker": "A"}]}',
    "[00:01] ANN: Good [10:00:00:01] day (1:02:03).\n\nBo 0:05\nYes.\n",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["segments", "start", "end", "text", "words", "word", "speaker", "body", "startTime", "version",
             "clip", "speakers", "title", "date", "language", "probability", "score", "word_segments"]
        ), inner, max_size=5,
    ),
    max_leaves=30,
)  # fmt: skip


def read_or_refuse(path, content, offset=0.0):
    path.write_bytes(content)
    try:
        document = read_document(path, offset)
    except ScriptError as error:
        message = str(error)
    else:
        check(document)
        message = path.name
    assert path.name in message
    assert "\n" not in message


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(DOCUMENTS)),
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20), st.binary(max_size=8)), max_size=4),
    st.sampled_from([0.0, -1.2, 3.5]),
)
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, suffix, sample, cuts, offset):
    content = sample.encode()
    for at, length, new in cuts:
        content = content[:at] + new + content[at + length :]
    read_or_refuse(tmp_path_factory.getbasetemp() / f"x{suffix}", content, offset)


@settings(max_examples=300)
@given(JSON)
@example({"clip": "a", "segments": [{"start": 0, "text": "a b", "words": [{"text": "a"}, {"text": "b"}]}]})
def test_any_json_is_read_or_refused(tmp_path_factory, values):
    read_or_refuse(tmp_path_factory.getbasetemp() / "x.json", json.dumps(values).encode())


@given(st.binary(max_size=300), st.sampled_from(sorted(DOCUMENTS)))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, suffix):
    read_or_refuse(tmp_path_factory.getbasetemp() / f"x{suffix}", content)
