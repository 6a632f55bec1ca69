"""The script: the text as the broadcaster published it, cut into turns and sentences.

Sentences are cut by rule, not by a model: a full stop counts unless it belongs to an abbreviation
or an initial. What is given up: an abbreviation missing from the list cuts a segment in two, which
changes where a line breaks and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.encoding import decode_text
from ingest.errors import ScriptError
from ingest.facts import Speaker
from ingest.labels import find_label, name_labels
from ingest.words import split_words

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "hon",
        "gen",
        "col",
        "lt",
        "sgt",
        "capt",
        "adm",
        "gov",
        "sen",
        "rep",
        "pres",
        "st",
        "jr",
        "sr",
        "vs",
        "no",
        "inc",
        "ltd",
        "co",
        "corp",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "a.m",
        "p.m",
        "e.g",
        "i.e",
        "approx",
        "dept",
        "u.s",
        "u.k",
        "u.n",
    ]
)
_END = re.compile(
    r"[.!?…]+[\"'”’»)\]]*(?=\s)"  # Latin, Greek, Cyrillic: an end is followed by a space
    r"|[。！？｡][\"'”’」』）]*"  # Chinese, Japanese
    r"|[؟۔।॥።]+[\"'”’»)]*(?=\s)"  # Arabic, Urdu, Devanagari, Ethiopic
)
LONGEST_WORD = 500  # characters; a web address may be that long, but no text is one word
LONGEST_SENTENCE = 80  # words; a longer one is cut at a comma, so that a segment stays a moment


@dataclass(frozen=True, slots=True)
class Turn:
    """A paragraph of one speaker; speaker "" when the script does not say."""

    text: str
    speaker: str = ""


def decode_script(published: bytes, name: str) -> str:
    """Turn the bytes of a published text into text.

    raises  ScriptError when it cannot be decoded or holds no word
    """
    text, _ = decode_text(published, name)
    words = split_words(text)
    if not words:
        raise ScriptError(f"{name}: holds no words; remove it or give the published text")
    if max(map(len, words)) > LONGEST_WORD:
        raise ScriptError(f"{name}: holds a word of over {LONGEST_WORD} letters; give the published text")
    return text


def parse_script(text: str, speakers: Iterable[Speaker] = ()) -> list[Turn]:
    """Cut a script into turns: paragraphs, each with its speaker where a label says who that is.

    A label (see labels.py) holds until the next one and is no part of the text.

    >>> parse_script("HOST: Good day.\\n\\nROSE: Thanks: it is.", [Speaker("Ann Lee", part="host")])
    [Turn(text='Good day.', speaker='Ann Lee'), Turn(text='Thanks: it is.', speaker='Rose')]
    """
    lines = text.splitlines()
    if len(lines) > 1 and re.fullmatch(r"={3,}\s*", lines[1]):
        lines = lines[2:]  # an underlined title
    labels = [find_label(line) for line in lines]
    names = name_labels([label for label in labels if label], tuple(speakers))
    turns: list[Turn] = []
    paragraph: list[str] = []
    speaker = ""

    def end_paragraph() -> None:
        joined = " ".join(" ".join(paragraph).split())
        if split_words(joined):
            turns.append(Turn(joined, speaker))
        paragraph.clear()

    for line, label in zip(lines, labels, strict=True):
        name = names.get((label.key, label.kind)) if label else None
        if name is not None or not line.strip():
            end_paragraph()
        speaker = speaker if name is None else name
        paragraph.append(label.rest if label and name is not None else line)
    end_paragraph()
    return turns


def split_sentences(text: str) -> list[str]:
    """Cut one line of text into sentences, each with its closing punctuation.

    >>> split_sentences("The U.S. will act, said Mr. Rose. “We are proud.” So he said.")
    ['The U.S. will act, said Mr. Rose.', '“We are proud.”', 'So he said.']
    >>> split_sentences("他说：“你好。”再见！")
    ['他说：“你好。”', '再见！']
    """
    sentences = []
    start = 0
    for end in _END.finditer(text):
        if not _is_abbreviation(text[start : end.start()], end.group(), text[end.end() :].lstrip()):
            sentences += _cut_long(text[start : end.end()].strip())
            start = end.end()
    return sentences + _cut_long(text[start:].strip())


def _is_abbreviation(before: str, mark: str, after: str) -> bool:
    """Whether a full stop leaves the sentence open."""
    if mark[0] != ".":
        return mark[0] == "…" and after[:1].islower()
    last = re.split(r"[\s(“\"]", before)[-1].lower()
    if after[:1].islower():
        return True
    initial = len(last) == 1 and last.isalpha() and last != "i"
    return mark == "." and (initial or last in _ABBREVIATIONS or re.fullmatch(r"(\w\.)+\w", last) is not None)


def _cut_long(sentence: str) -> list[str]:
    """Cut a sentence that is too long at the comma, or else the space, nearest its middle."""
    words = split_words(sentence)
    if len(words) <= LONGEST_SENTENCE:
        return [sentence] if words else []
    middle = len(sentence) // 2
    places = [m.end() for m in re.finditer(r"[,;:،，；](?:\s+|(?=\w))", sentence)]
    places = [p for p in places if len(sentence) // 4 < p < 3 * len(sentence) // 4]
    places = places or [m.end() for m in re.finditer(r"\s+", sentence)] or [middle]
    cut = min(places, key=lambda place: abs(place - middle))
    return _cut_long(sentence[:cut].strip()) + _cut_long(sentence[cut:].strip())
