import pytest

from ingest.errors import ScriptError
from ingest.formats import Line, parse_document


def read(text, name="a.csv"):
    return parse_document(text.encode(), name)


@pytest.mark.parametrize(
    "text",
    [
        "start,end,speaker,text\n1,2.5,Ann,Good day.\n",
        "Text;Speaker Name;Time In;Time Out\nGood day.;Ann;0:01;0:02.5\n",
        "tc-in\ttc_out\tWho\tDialogue\n00:00:01,000\t00:00:02,500\tAnn\tGood day.\n",
        'id|start_ms|end_ms|speaker|text|note\n1|1000|2500|Ann|"Good\nday."|x\n',
        "Start Time (ms),Duration (ms),Speaker Label,Text\n1000,1500,Ann,Good day.\n",
        "sep=;\nstart;end;speaker;text\n1;2,5;Ann;Good day.\n",
        "start,end,speaker,text\r1,2.5,Ann,Good day.\r",
        "\ufeffstart,end,speaker,text\r\n00:00:01.0,00:00:02.5,Ann,Good day.\r\n",
    ],
)
def test_columns_are_found_by_their_names(text):
    assert read(text).lines == (Line("Good day.", "Ann", 1.0, 2.5),)


def test_rows_without_times_or_speaker_are_kept_and_what_is_wrong_is_reported():
    document = read("start,text\nx,Hello there.\n5,\n,Yes.\n")
    assert document.lines == (Line("Hello there."), Line("Yes."))
    assert document.reports == (
        "a.csv, line 2: “x” is no time; left out",
        "a.csv, line 3: the row holds no text; left out",
    )


def test_commas_that_nobody_quoted_stay_in_the_text():
    document = read("start,text\n1,Hello, all of you.\n2,Bye.,,\n")
    assert document.lines == (Line("Hello, all of you.", "", 1.0), Line("Bye.", "", 2.0))
    assert document.reports == (
        "a.csv, line 2: has more cells than the table has columns; they are read as part of the text",
    )
    assert read("text\nHello, all of you.\n").lines == (Line("Hello, all of you."),)
    assert read("text,start\nHello, all of you.,1\n").reports == (
        "a.csv, line 2: has more cells than the table has columns; the last are left out",
        "a.csv, line 2: “all of you.” is no time; left out",
    )


def test_a_quotation_mark_that_nobody_closes_is_reported_where_it_stands():
    document = read('start,text\n0,Hi you.\n1,"Hello\n' + "".join(f"{n},So {n}.\n" for n in range(2, 9)))
    assert document.reports == (
        "a.csv, line 3: the text of a row runs over many lines; see whether its quotation mark ends",
    )


def test_whispers_own_tables_count_milliseconds():
    document = read("start\tend\ttext\n0\t2000\tHello you.\n2000\t4500\tAnd you.\n", "a.tsv")
    assert document.lines == (Line("Hello you.", "", 0.0, 2.0), Line("And you.", "", 2.0, 4.5))
    assert document.reports == ("a.tsv: its times are taken for milliseconds, as Whisper writes them",)
    assert read("start\tend\ttext\n0\t2\tHello you.\n", "a.tsv").lines[0].end == 2.0


def test_timecodes_that_do_not_start_at_zero_are_set_there():
    document = read("timecode,text\n10:00:01:00,Hi you.\n10:00:03:12,Bye.\n")
    assert [line.start for line in document.lines] == [1.0, 3.48]


@pytest.mark.parametrize("text", ["file,title\na.mp3,A talk\n", "Good day.\n"])
def test_a_table_of_something_else_is_refused(text):
    with pytest.raises(ScriptError, match=r"a\.csv: has no column `text`; name its columns start, end"):
        read(text)
