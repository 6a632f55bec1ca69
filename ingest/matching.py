"""Matching: which words of two texts are the same words, in order.

Both are brought to one form (case, apostrophes, hyphens, figures), the longest stretches that they
share are found, and matches without company are dropped. What is given up: spellings are compared,
not sounds; two takes of one sentence are told apart by their neighbours alone; a long text that
repeats itself without end, so that nothing in it is unique, is left unmatched where it differs.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.numerals import read_numeral
from ingest.words import UNSPACED

COMPANY = 8  # tokens around a match that are asked whether they match nearby …
QUORUM = 3  # … and how many of them must
REACH = 12  # tokens in the engine's words within which a neighbour's match is nearby
BLOCK = 4_000_000  # pairs of tokens compared at once at most; larger blocks are first cut at anchors
ANCHOR = 4  # tokens in a row that, when they occur once on both sides, cut a large block

_TOKEN = re.compile(rf"[{UNSPACED}]|\d+(?:[.,]\d+)*(?:st|nd|rd|th|s)?(?!\w)|\d+|[^\W\d_{UNSPACED}]+")
_JOINED = re.compile(r"['’ʼ`´]|(?<=[^\W\d_])\.(?=[^\W\d_](?:\.|\b))")  # don't, minister’s, U.S.


@dataclass(frozen=True, slots=True)
class Token:
    """A comparable piece of a word.

    word        the number of the word it is from
    start, end  its share of that word by letters, 0 to 1
    """

    text: str
    word: int
    start: float
    end: float


def split_tokens(text: str) -> list[str]:
    """Bring a word to the form in which words are compared; figures become English words.

    >>> split_tokens("U.S.-Gulf"), split_tokens("Minister’s"), split_tokens("2013")
    (['us', 'gulf'], ['ministers'], ['twenty', 'thirteen'])
    """
    plain = unicodedata.normalize("NFKD", text.replace("%", " percent ").replace("&", " and ")).casefold()
    plain = "".join(c for c in plain if not unicodedata.category(c).startswith("M"))
    tokens: list[str] = []
    for piece in _TOKEN.findall(_JOINED.sub("", plain)):
        ways = read_numeral(piece) if piece[0].isdigit() else []
        tokens += ways[0] if ways else [piece]
    return tokens


def tokenize(texts: Sequence[str]) -> list[Token]:
    """All tokens of all words; where a word has several, each has its share of it, by letters."""
    tokens = []
    for n, text in enumerate(texts):
        pieces = split_tokens(text)
        letters = sum(map(len, pieces))
        done = 0
        for piece in pieces:
            tokens.append(Token(piece, n, done / letters, (done + len(piece)) / letters))
            done += len(piece)
    return tokens


def match_tokens(ours: Sequence[Token], theirs: Sequence[Token]) -> dict[int, int]:
    """The number of the token on their side for each of ours that has one; both increase."""
    pairs = _match([token.text for token in ours], [token.text for token in theirs])
    return _drop_lonely(pairs, len(ours))


def _match(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of equal tokens in order on both sides."""
    pairs: list[tuple[int, int]] = []
    blocks = [(0, len(a), 0, len(b))]
    while blocks:
        a1, a2, b1, b2 = blocks.pop()
        while a1 < a2 and b1 < b2 and a[a1] == b[b1]:
            pairs.append((a1, b1))
            a1, b1 = a1 + 1, b1 + 1
        while a1 < a2 and b1 < b2 and a[a2 - 1] == b[b2 - 1]:
            a2, b2 = a2 - 1, b2 - 1
            pairs.append((a2, b2))
        if (a2 - a1) * (b2 - b1) <= BLOCK:
            matcher = SequenceMatcher(None, a[a1:a2], b[b1:b2], autojunk=False)
            for i, j, size in matcher.get_matching_blocks():
                pairs += [(a1 + i + n, b1 + j + n) for n in range(size)]
            continue
        for i, j in _find_anchors(a, b, (a1, a2, b1, b2)):
            blocks.append((a1, i, b1, j))
            pairs.append((i, j))
            a1, b1 = i + 1, j + 1
        if pairs and pairs[-1] == (a1 - 1, b1 - 1):
            blocks.append((a1, a2, b1, b2))
    return sorted(pairs)


def _find_anchors(
    a: Sequence[str], b: Sequence[str], block: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Where the same few tokens stand, once on each side of a block: the longest chain in order."""
    a1, a2, b1, b2 = block
    for size in range(ANCHOR, 1, -1):
        there = _find_unique(b, b1, b2, size)
        found = [(i, there[gram]) for gram, i in _find_unique(a, a1, a2, size).items() if gram in there]
        if found:
            return _find_chain(sorted(found))
    return []


def _find_unique(tokens: Sequence[str], start: int, end: int, size: int) -> dict[tuple[str, ...], int]:
    """Runs of `size` tokens that occur once, and where."""
    places: dict[tuple[str, ...], int] = {}
    for at in range(start, end - size + 1):
        gram = tuple(tokens[at : at + size])
        places[gram] = -1 if gram in places else at
    return {gram: at for gram, at in places.items() if at >= 0}


def _find_chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs that increase on both sides; the first of each pair increases already."""
    lasts: list[int] = []  # the smallest second at which a chain of this length can end
    ends: list[int] = []  # and the number of its pair
    before: list[int | None] = []
    for n, (_, j) in enumerate(pairs):
        length = bisect_left(lasts, j)
        before.append(ends[length - 1] if length else None)
        lasts[length : length + 1] = [j]
        ends[length : length + 1] = [n]
    chain = []
    last = ends[-1] if ends else None
    while last is not None:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]


def _drop_lonely(pairs: Sequence[tuple[int, int]], count: int) -> dict[int, int]:
    """Keep the matches whose neighbours match nearby: chance matches of common words do not."""
    partner = dict(pairs)
    kept = {}
    for i, j in pairs:
        first = max(0, min(i - COMPANY // 2, count - COMPANY - 1))
        others = [n for n in range(first, min(count, first + COMPANY + 1)) if n != i]
        near = sum(1 for n in others if n in partner and abs(partner[n] - j) <= REACH)
        if near * COMPANY >= QUORUM * len(others):
            kept[i] = j
    return kept
