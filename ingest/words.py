"""Words: what counts as one, and when it was spoken.

A word is what stands between spaces, with its punctuation: `defense,` is one word. Scripts that
write no spaces (Chinese, Japanese, Thai, …) count each character, with the marks that combine with
it, as a word, so that a match in them has a time of its own. Punctuation that stands alone (a
dash) belongs to the word before it, because nobody speaks it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Blocks of the scripts that write no spaces between words; ranges from Unicode's Blocks.txt.
UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u3041-\u30ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U0003ffff"  # Han, the supplementary planes
)
_UNSPACED = re.compile(f"[{UNSPACED}]")
_SPOKEN = re.compile(r"[^\W_]")  # what str.isalnum says, at once for a whole text
_CHUNK = re.compile(r"\S+")
_UNSPOKEN = re.compile(r"(?<!\S)[\W_]+(?!\S)")  # between spaces, without a letter or digit


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a clip and its time.

    start, end   seconds from the clip's first sample, start < end
    probability  0 to 1 as the engine gave it; None when no engine heard this word
    inferred     True when the time was worked out from its neighbours, not measured
    """

    text: str
    start: float
    end: float
    probability: float | None = None
    inferred: bool = False


def is_unspaced(character: str) -> bool:
    """Whether the character belongs to a script that writes no spaces between words."""
    return _UNSPACED.match(character) is not None


def is_spoken(text: str) -> bool:
    """Whether the text holds a letter or a digit, so that it can be heard.

    >>> is_spoken("9/11"), is_spoken(" –")
    (True, False)
    """
    return _SPOKEN.search(text) is not None


def word_spans(text: str) -> list[tuple[int, int]]:
    """Find where each word of a text stands, as offsets in reading order.

    >>> text = "“We – all of us – agree,” he said."
    >>> [text[a:b] for a, b in word_spans(text)]
    ['“We –', 'all', 'of', 'us –', 'agree,”', 'he', 'said.']
    >>> text = "导弹防御，NATO成员"
    >>> [text[a:b] for a, b in word_spans(text)]
    ['导', '弹', '防', '御，', 'NATO', '成', '员']
    """
    if not _UNSPACED.search(text) and not _UNSPOKEN.search(text):
        return [chunk.span() for chunk in _CHUNK.finditer(text)]
    spans: list[tuple[int, int]] = []
    held = None  # the start of punctuation that waits for its word: an opening quotation mark
    for start, end in _pieces(text):
        if is_spoken(text[start:end]):
            spans.append((start if held is None else held, end))
            held = None
        elif held is None and spans and not _opens(text[start]):
            spans[-1] = (spans[-1][0], end)
        elif held is None:
            held = start
    if held is not None and spans:
        spans[-1] = (spans[-1][0], len(text.rstrip()))
    return spans


def split_words(text: str) -> list[str]:
    """Split a text into its words.

    >>> split_words("The U.S. will tailor the system.")
    ['The', 'U.S.', 'will', 'tailor', 'the', 'system.']
    """
    return [text[start:end] for start, end in word_spans(text)]


def join_words(words: Iterable[str]) -> str:
    """Write words behind one another, with spaces where their script has them.

    >>> join_words(["Good", "day."]), join_words(["你", "好。”", "NATO", "成", "员"])
    ('Good day.', '你好。”NATO成员')
    """
    text = ""
    before = ""  # the last letter or digit so far
    for word in words:
        letters = [c for c in word if c.isalnum()]
        spaced = before and letters and not (is_unspaced(before) or is_unspaced(letters[0]))
        text += f" {word}" if spaced or (text and not letters) else word
        before = letters[-1] if letters else before
    return text


def _pieces(text: str) -> list[tuple[int, int]]:
    """Cut at spaces, and in unspaced scripts around each character with its marks."""
    pieces = []
    for chunk in _CHUNK.finditer(text):
        start = chunk.start()
        if not _UNSPACED.search(chunk.group()):
            pieces.append((start, chunk.end()))
            continue
        spoken = text[start]  # the last letter or digit seen
        for at in range(start + 1, chunk.end()):
            here = text[at]
            starts_word = is_unspaced(here) or (is_unspaced(spoken) and (here.isalnum() or _opens(here)))
            if starts_word and not _opens(text[at - 1]) and not unicodedata.category(here).startswith("M"):
                pieces.append((start, at))
                start = at
            if here.isalnum():
                spoken = here
        pieces.append((start, chunk.end()))
    return pieces


def _opens(character: str) -> bool:
    """Whether punctuation opens something and so belongs to the word after it."""
    return unicodedata.category(character) in ("Ps", "Pi")
