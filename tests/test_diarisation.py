import pytest

from ingest.segment import Segment
from ingest.speakers.diarisation import apply_turns, label_words, smooth
from ingest.speakers.rttm import VoiceTurn
from ingest.words import Word


def segment(text, start, speaker="", pace=0.5):
    words = tuple(Word(word, start + pace * n, start + pace * (n + 1)) for n, word in enumerate(text.split()))
    return Segment(start, words[-1].end, text, speaker, words)


def show(segments):
    return [(s.start, s.end, s.speaker, s.text) for s in segments]


TALK = [segment("Good morning to you all. Thanks, Ann.", 0), segment("It rains.", 5)]


def test_each_word_goes_to_its_voice_and_a_sentence_is_cut_where_it_changes():
    turns = [VoiceTurn(0, 2.6, "x"), VoiceTurn(2.6, 3.5, "y"), VoiceTurn(4.9, 6.2, "x")]
    assert show(apply_turns(TALK, turns)) == [
        (0, 2.5, "Speaker 1", "Good morning to you all."),
        (2.5, 3.5, "Speaker 2", "Thanks, Ann."),
        (5, 6.0, "Speaker 1", "It rains."),
    ]


def test_no_word_is_lost_where_segments_are_cut():
    turns = [VoiceTurn(0, 1.2, "x"), VoiceTurn(1.2, 2.9, "y"), VoiceTurn(2.9, 9, "z")]
    words = [word for each in apply_turns(TALK, turns) for word in each.words]
    assert words == [word for each in TALK for word in each.words]


def test_names_that_are_known_stay_unless_they_are_to_be_replaced():
    named = [segment("Good morning.", 0, "Ann Lee"), segment("Hello.", 2, "SPEAKER_01"), segment("Yes.", 4)]
    turns = [VoiceTurn(0, 9, "x")]
    assert [s.speaker for s in apply_turns(named, turns)] == ["Ann Lee", "Speaker 1", "Speaker 1"]
    assert [s.speaker for s in apply_turns(named, turns, replace_names=True)] == ["Speaker 1"] * 3


def test_far_from_every_turn_nobody_is_known_to_speak():
    assert [s.speaker for s in apply_turns([segment("Hello there.", 20)], [VoiceTurn(0, 2, "x")])] == [""]
    assert apply_turns([], [VoiceTurn(0, 2, "x")]) == ()
    assert [s.speaker for s in apply_turns([segment("Hello.", 0, "Ann")], [])] == ["Ann"]


@pytest.mark.parametrize(
    ("turns", "labels"),
    [
        ([("a", 0, 1.3), ("b", 1.3, 3)], ["a", "b"]),
        ([("a", 0, 1.7), ("b", 1.7, 3)], ["a", "b"]),
        ([("a", 0, 3), ("b", 1.9, 2.5)], ["a", "a"]),  # both alike on the second word: it goes on with a
        ([("b", 2.2, 2.4)], ["", "b"]),
        ([("a", 0, 0.7)], ["a", ""]),
        ([], ["", ""]),
    ],
)
def test_a_word_goes_to_the_voice_that_covers_most_of_it(turns, labels):
    words = [Word("One.", 1, 1.5), Word("Two.", 2, 2.5)]
    if labels[1] == "b" and turns[0][1] == 0:
        words = [Word("One.", 0.5, 1.5), Word("Two.", 1.6, 2.5)]
    assert label_words(words, [VoiceTurn(start, end, label) for label, start, end in turns]) == labels


def test_a_stray_word_within_a_sentence_is_taken_back_and_a_long_one_is_not():
    words = [Word(str(n), n / 2, n / 2 + 0.45) for n in range(6)]
    assert smooth(words, list("aabaaa")) == list("aaaaaa")
    assert smooth(words, list("aabbaa")) == list("aabbaa")
    assert smooth(words, ["", "", "a", "", "", "a"]) == ["a"] * 6
    assert smooth(words, [""] * 6) == [""] * 6
