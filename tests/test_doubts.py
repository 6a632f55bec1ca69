import pytest

from ingest.doubts import NO_SPEECH, REPEATED, STOCK, UNCERTAIN, find_doubts
from ingest.segment import Segment
from ingest.words import Word, split_words


def say(start, text, probability=0.9):
    """A segment of half a second a word."""
    words = split_words(text)
    timed = tuple(Word(w, start + n / 2, start + n / 2 + 0.5, probability) for n, w in enumerate(words))
    return Segment(start, start + len(words) / 2, text, "", timed)


@pytest.mark.parametrize(
    ("segments", "doubts"),
    [
        ([say(1, "Good morning and welcome.")], [""]),
        ([say(60, "Good morning and welcome.")], [NO_SPEECH]),
        ([say(60, "Thank you.")], [STOCK]),
        ([say(60, "ご視聴ありがとうございました")], [STOCK]),
        ([say(1, "Thank you.")], [""]),
        ([say(1, "Thanks for watching!")], [""]),
        ([say(1, "It rained.", 0.1)], [UNCERTAIN]),
        ([say(1, "It rained.", None)], [""]),
        ([say(1, "It rained and it rained and it rained and it rained and so on.")], [REPEATED]),
        ([say(1, "No, no, no.")], [""]),
        ([say(n, "It rained.") for n in (1, 2, 3)], ["", "", ""]),
        ([say(n, "It rained.") for n in (1, 2, 3, 4)], ["", REPEATED, REPEATED, REPEATED]),
    ],
)
def test_invented_text_is_flagged_and_what_was_said_is_not(segments, doubts):
    assert find_doubts(segments, [(0.0, 10.0), (20.0, 30.0)]) == doubts


def test_where_nobody_speaks_every_word_is_doubtful():
    assert find_doubts([say(1, "Good morning.")], []) == [NO_SPEECH]
