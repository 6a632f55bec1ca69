import pytest

from ingest.errors import ScriptError
from ingest.facts import Speaker
from ingest.script import LONGEST_SENTENCE, Turn, decode_script, parse_script, split_sentences
from ingest.words import split_words

ANN, BO = Speaker("Ann Lee", "Mayor", "host"), Speaker("Bo van Ek", "", "guest")


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("One.\n\nTwo\nlines.", [Turn("One."), Turn("Two lines.")]),
        ("ANN LEE: Hello.\nBO VAN EK: Hi.", [Turn("Hello.", "Ann Lee"), Turn("Hi.", "Bo van Ek")]),
        (
            "Host: Hello.\n\nEk: Hi.\n\nMore.",
            [Turn("Hello.", "Ann Lee"), Turn("Hi.", "Bo van Ek"), Turn("More.", "Bo van Ek")],
        ),
        ("CALLER: Is this on?", [Turn("Is this on?", "Caller")]),
        ("He said this: it works.", [Turn("He said this: it works.")]),
        ("Remember: never.\n\n***\n", [Turn("Remember: never.")]),
    ],
)
def test_a_script_is_cut_into_turns(text, turns):
    assert parse_script(text, [ANN, BO]) == turns


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        (
            "The U.S. Senate met Dr. J. Lee at 9 a.m. on Monday.",
            ["The U.S. Senate met Dr. J. Lee at 9 a.m. on Monday."],
        ),
        ("It rose 3.2 percent. “Good.” He left.", ["It rose 3.2 percent.", "“Good.”", "He left."]),
        ("Wait… what? No.", ["Wait… what?", "No."]),
        ("他说：“你好。”再见！真的？", ["他说：“你好。”", "再见！", "真的？"]),
        ("كيف حالك؟ بخير.", ["كيف حالك؟", "بخير."]),
        ("यह समाचार है। धन्यवाद।", ["यह समाचार है।", "धन्यवाद।"]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_sentences(text, sentences):
    assert split_sentences(text) == sentences


@pytest.mark.parametrize("text", ["word, " * 300, "word " * 300, "字" * 300])
def test_a_sentence_without_end_is_cut_and_loses_no_word(text):
    sentences = split_sentences(text.strip())
    assert [word for s in sentences for word in split_words(s)] == split_words(text)
    assert max(len(split_words(s)) for s in sentences) <= LONGEST_SENTENCE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_script_is_read_in_the_usual_encodings(encoding):
    assert decode_script("“Café” – naïve".encode(encoding), "x.txt") == "“Café” – naïve"


@pytest.mark.parametrize("published", [b"", b" \n", b"\x81\x8d", "—".encode(), b"a" * 1000])
def test_a_script_without_words_is_refused(published):
    with pytest.raises(ScriptError, match=r"x\.txt"):
        decode_script(published, "x.txt")
