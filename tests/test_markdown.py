import pytest

from ingest.facts import Facts
from ingest.formats import Line, parse_document


def read(text):
    return parse_document(text.encode(), "a.md")


def test_bold_names_are_speakers_and_marks_are_no_words():
    document = read(
        "---\nlayout: post\n---\n# A *talk*\n\n**Ann Lee:** Good *day* to [all](http://x.example/a_b).\n"
        "<!-- cut:\nthis -->\n\nIt rains, 2 \\* 3 times.\n\n> **BO:** Yes &amp; no\nmaybe.\n\n"
        "- one `thing`\n- another\n\n---\n\n"
        "**Ann Lee:** Bye.\n"
    )
    assert document.lines == (
        Line("Good day to all.", "Ann Lee"),
        Line("It rains, 2 * 3 times.", "Ann Lee"),
        Line("Yes & no maybe.", "Bo"),
        Line("one thing", "Bo"),
        Line("another", "Bo"),
        Line("Bye.", "Ann Lee"),
    )
    assert (document.facts, document.format, document.reports) == (Facts(title="A talk"), "markdown", ())


@pytest.mark.parametrize(
    "text",
    [
        "[00:01:23] **Ann Lee:** Good day.\n\n[00:01:30] **Bo:** Yes.\n",
        "**[1:23] Ann Lee:** Good day.\n\n**[1:30] Bo:** Yes.\n",
        "[1:23] ANN LEE: Good day.\n[1:30] BO: Yes.\n",
    ],
)
def test_times_stand_before_their_words(text):
    assert read(text).lines == (Line("Good day.", "Ann Lee", 83.0), Line("Yes.", "Bo", 90.0))


def test_what_is_bold_for_weight_is_no_speaker():
    assert read("**Important** news.\n\nIt **rains** and __pours__ in snake_case.\n").lines == (
        Line("Important news."), Line("It rains and pours in snake_case."),
    )  # fmt: skip
