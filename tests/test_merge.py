import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.merge import Change, Said, merge_texts
from ingest.script import Turn
from ingest.segment import Segment


def text(*lines):
    """Segments from "speaker: words" lines; times do not matter here."""
    return [
        Segment(0.0, 1.0, words, speaker, ())
        for speaker, _, words in (line.rpartition(": ") for line in lines)
    ]


def said(words, speaker=""):
    return tuple(Said(word, speaker) for word in words.split())


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("a b c", "a b c", "a x c", "a x c"),
        ("a b c", "a B c", "a b c", "a B c"),
        ("a b c d e", "a B c d e", "a b c d E f", "a B c d E f"),
        ("a b c", "a x c", "a x c", "a x c"),
        ("a b c", "a c", "a b c d", "a c d"),
        ("a b c", "a b new c", "z a b c", "z a b new c"),
        ("", "", "a b", "a b"),
        ("a b", "a b", "", ""),
    ],
)
def test_a_correction_is_carried_over_to_a_new_text(base, ours, theirs, merged):
    result = merge_texts(text(base), text(ours), text(theirs))
    assert " ".join(turn.text for turn in result.turns) == merged
    assert result.conflicts == ()


def test_where_both_have_changed_the_persons_words_stay_and_it_is_reported():
    result = merge_texts(
        text("he met mrs ross today"), text("he met Mrs Rose today"), text("he met misses roes today")
    )
    assert result.turns == (Turn("he met Mrs Rose today"),)
    assert result.corrections == (Change(said("mrs ross"), said("Mrs Rose")),)
    assert result.conflicts == (Change(said("Mrs Rose"), said("misses roes")),)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged", "voices"),
    [
        (["Ann: hi all", "Ann: bye"], ["Ann: hi all", "Bo: bye"], ["Ann: oh hi all", "Ann: bye"],
         [("oh hi all", "Ann"), ("bye", "Bo")], True),
        (["he met mrs ross"], ["Speaker 1: he met mrs ross"], ["then he saw mrs roes there"],
         [("then he saw mrs roes there", "Speaker 1")], True),
        (["a b c"], ["1: a b c"], ["1: a x c"], [("a x c", "1")], False),
        (["a b c"], ["1: a B c"], ["2: a b c"], [("a B c", "1")], True),
        (["a b c"], ["a B c"], ["2: a b c"], [("a B c", "2")], False),
        (["a b", "c d"], ["1: a b", "2: c d"], ["a x y", "z d"], [("a x y", "1"), ("z d", "2")], True),
    ],
)  # fmt: skip
def test_who_speaks_is_carried_over_and_is_no_correction_of_the_text(base, ours, theirs, merged, voices):
    result = merge_texts(text(*base), text(*ours), text(*theirs))
    assert [(turn.text, turn.speaker) for turn in result.turns] == merged
    assert result.voices == voices
    assert all(change.old != change.new for change in result.corrections)


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "好"]), max_size=12).map(" ".join)


@given(WORDS, WORDS, WORDS)
def test_of_two_texts_that_are_the_same_the_third_is_the_result(base, one, other):
    def merge(*texts):
        return [
            word
            for turn in merge_texts(*map(text, texts)).turns
            for word in turn.text.replace("好", " 好 ").split()
        ]

    assert merge(base, base, other) == other.split()
    assert merge(base, one, base) == one.split()
    assert merge(base, one, one) == one.split()
    merge(base, one, other)
