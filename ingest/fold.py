"""Folding: the form in which words are compared in search.

The index holds what `fold` returns, and a query is folded the same way, so that both sides agree
in every script and SQLite's tokenizer has nothing left to decide but where the spaces are.

- NFKC and case folding; Latin, Greek and Cyrillic lose their diacritics.
- Arabic loses its short vowels, tatweel and joiners; alef, yeh, kaf and teh marbuta take one form.
- Scripts without spaces become overlapping pairs of characters (北京大学 → 北京 京大 大学 学),
  which finds any run of them without a dictionary; the price is one more token a run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ingest.words import UNSPACED, is_unspaced, split_words

# Raise it when the same text folds to something else: older databases are then rebuilt.
FOLD_VERSION = 1

# Combining diacritics of Latin, Greek and Cyrillic; Hebrew and Arabic vowel signs; tatweel; joiners.
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c\u200d]")
_JOINERS = re.compile("[\u0640\u200c\u200d]")
_ASCII = re.compile("[a-z0-9]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# Chinese and Japanese without anything rare: what is neither of these pieces parts them.
_PLAIN_UNSPACED = re.compile(
    "[\x20-\x7e\u2010-\u2026\u3000-\u3003\u3008-\u3011\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fa5]*"
)
_PLAIN_PIECES = re.compile("[a-z0-9]+|[\u3041-\u30fc\u4e00-\u9fa5]")
_ARABIC = str.maketrans("أإآٱىیکة", "ااااييكه")  # one form of alef, yeh, kaf, teh marbuta


@dataclass(frozen=True, slots=True)
class Token:
    """One entry of the index: its text, and the first and last word that it comes from."""

    text: str
    first: int
    last: int


def fold(words: Sequence[str], open_end: bool = False) -> list[Token]:
    """Fold words into the tokens that stand for them, in order.

    open_end  True for a query, whose last character may be followed by anything: a run of
              unspaced characters at the very end then gives its pairs only

    >>> [token.text for token in fold(["The", "Minister’s", "naïve", "U.S.", "–"])]
    ['the', 'minister', 's', 'naive', 'u', 's']
    >>> [token.text for token in fold(["北", "京", "大", "学"])]
    ['北京', '京大', '大学', '学']
    >>> [token.text for token in fold(["北", "京"], open_end=True)]
    ['北京']
    """
    tokens: list[Token] = []
    held: Token | None = None  # the last unspaced character, which begins a pair or ends the run
    paired = False  # whether the held character also ends a pair
    for number, word in enumerate(words):
        for piece in _fold_word(word):
            unspaced = is_unspaced(piece)
            if held and unspaced:
                tokens.append(Token(held.text + piece, held.first, number))
            elif held:
                tokens.append(held)
            paired = held is not None and unspaced
            held = Token(piece, number, number) if unspaced else None
            if not unspaced:
                tokens.append(Token(piece, number, number))
    if held and not (paired and open_end):
        tokens.append(held)
    return tokens


def fold_text(text: str) -> str:
    """Fold a text into one that SQLite cuts into the same tokens as `fold` gives; for whole archives.

    What is plain ASCII stays as it is: SQLite cuts and folds it likewise.
    """
    if text.isascii():
        return text
    if not _UNSPACED.search(text):
        return " ".join([chunk if chunk.isascii() else _fold_chunk(chunk) for chunk in text.split()])
    folded = _drop_marks(unicodedata.normalize("NFKC", text).casefold())
    if not _PLAIN_UNSPACED.fullmatch(folded):
        return " ".join([token.text for token in fold(split_words(text))])
    pieces = _PLAIN_PIECES.findall(folded)
    return " ".join(_pair_up(pieces)) if pieces else ""


def _pair_up(pieces: Sequence[str]) -> list[str]:
    """Put each unspaced character together with the one behind it, where there is one."""
    pairs = [a + b if a > "\u3040" and b > "\u3040" else a for a, b in pairwise(pieces)]
    return [*pairs, pieces[-1]]


@lru_cache(1 << 19)
def _fold_chunk(chunk: str) -> str:
    return " ".join(token.text for token in fold([chunk]))


def cut_pieces(word: str) -> list[tuple[str, str]]:
    """Cut a word at its punctuation; give each piece as written, in lower case, and folded.

    >>> cut_pieces("Minister’s"), cut_pieces("Häuser,")
    ([('minister', 'minister'), ('s', 's')], [('häuser', 'hauser')])
    """
    if word.isascii():
        return [(piece, piece) for piece in _ASCII.findall(word.lower())]
    text = _JOINERS.sub("", unicodedata.normalize("NFKC", word).casefold())
    pieces = ((piece, _drop_marks(piece)) for piece in _cut(unicodedata.normalize("NFC", text)))
    return [(piece, folded) for piece, folded in pieces if folded]


@lru_cache(1 << 16)
def _fold_word(word: str) -> tuple[str, ...]:
    """Cut a word at its punctuation; unspaced scripts, one character with its marks at a time."""
    if word.isascii():
        return tuple(_ASCII.findall(word.lower()))
    return tuple(_cut(_drop_marks(unicodedata.normalize("NFKC", word).casefold())))


def _drop_marks(text: str) -> str:
    text = _DROPPED.sub("", unicodedata.normalize("NFD", text)).translate(_ARABIC)
    return unicodedata.normalize("NFC", text)


def _cut(text: str) -> Iterator[str]:
    if text.isalnum() and not _UNSPACED.search(text):  # letters and digits alone, as most words are
        yield text
        return
    piece = ""
    for character in text:
        kind = unicodedata.category(character)[0]
        if kind == "M" and piece:
            piece += character
            continue
        if piece and (kind not in "LN" or is_unspaced(character) or is_unspaced(piece[0])):
            yield piece
            piece = ""
        if kind in "LN":
            piece += character
    if piece:
        yield piece
