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
        "\ufeffstart,end,speaker,text\r\n00:00:01.0,00:00:02.5,Ann,Good day.\r\n",
    ],
)
def test_columns_are_found_by_their_names(text):
    assert read(text).lines == (Line("Good day.", "Ann", 1.0, 2.5),)


def test_rows_without_times_or_speaker_are_kept_and_what_is_wrong_is_reported():
    document = read("start,text\nx,Hello there.\n5,\n,Yes.\n")
    assert document.lines == (Line("Hello there."), Line("Yes."))
    assert document.reports == ("a.csv, line 2: “x” is no time; left out",)


def test_timecodes_that_do_not_start_at_zero_are_set_there():
    document = read("timecode,text\n10:00:01:00,Hi you.\n10:00:03:12,Bye.\n")
    assert [line.start for line in document.lines] == [1.0, 3.48]


@pytest.mark.parametrize("text", ["file,title\na.mp3,A talk\n", "Good day.\n"])
def test_a_table_of_something_else_is_refused(text):
    with pytest.raises(ScriptError, match=r"a\.csv: has no column `text`; name its columns start, end"):
        read(text)
