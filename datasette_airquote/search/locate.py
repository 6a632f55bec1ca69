"""Locate: where in the text of a hit the words of a query stand, and what to show of it.

SQLite says which segment, or which seam between two, holds a match; only for the rows of one page
is it worked out here which words those are. Words are folded the way the index folds them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from datasette_airquote.search.forms import Forms
from datasette_airquote.search.query import Clause, Either, Near, Node, is_lone
from ingest.fold import Token, fold
from ingest.segment import Segment
from ingest.words import Word, is_unspaced, word_spans

Range = tuple[int, int]  # the first and the last word, both inclusive


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring segments put together, so that a match may run across them.

    words  of all segments, in order
    spans  where each word stands in text
    edge   number of words in the first segment
    """

    text: str
    words: tuple[Word, ...]
    spans: tuple[Range, ...]
    edge: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query was found: from the first to the last matched word, and each occurrence in it."""

    first: int
    last: int
    occurrences: tuple[Range, ...]


def join_segments(segments: Sequence[Segment]) -> Passage:
    """Put the texts of segments that follow each other behind one another, as they are read."""
    text = ""
    spans: list[Range] = []
    for segment in segments:
        if text and not is_unspaced(segment.text[0]):
            text += " "
        spans += ((start + len(text), end + len(text)) for start, end in word_spans(segment.text))
        text += segment.text
    words = tuple(word for segment in segments for word in segment.words)
    return Passage(text, words, tuple(spans), len(segments[0].words))


def find_place(passage: Passage, root: Node, forms: Forms, seam: bool) -> Place | None:
    """The smallest stretch that holds what a query wants, the first of several.

    forms  other forms of its clauses, in the language of the clip
    seam   the stretch has to begin in the first segment and end behind it; None when none does
    """
    tokens = fold([word.text for word in passage.words])
    seen: set[Range] = set()  # every occurrence of a word or phrase, wherever it is
    found = _find(root, passage, tokens, {}, seen)
    others = _find(root, passage, tokens, forms, seen) if forms else []
    found = found or others  # where the words stand as typed, if they do
    windows = sorted(found, key=lambda window: (window[1] - window[0], window))
    if seam:
        windows = [window for window in windows if window[0] < passage.edge <= window[1]]
    if not windows:
        return None
    first, last = windows[0]
    within = (first, last) if seam else (0, len(passage.words) - 1)
    every = {(a, b) for a, b in seen if a >= within[0] and b <= within[1]}
    return Place(first, last, tuple(sorted(every)))


def _find(
    node: Node, passage: Passage, tokens: Sequence[Token], forms: Forms, seen: set[Range]
) -> list[Range]:
    """The stretches that hold what a node wants, none of which could be shorter at its end."""
    if isinstance(node, Clause):
        ranges = find_clause(passage, tokens, node, forms.get(node, ()))
        seen.update(ranges)
        return ranges
    items = node.clauses if isinstance(node, Near) else node.items
    found = [_find(item, passage, tokens, forms, seen) for item in items]
    if isinstance(node, Either):
        return [window for ranges in found for window in ranges]
    if not found or not all(found):
        return []
    if isinstance(node, Near):
        sizes = sum(len(clause.words) for clause in node.clauses)
        return [(a, b) for a, b in _windows(found) if b - a + 1 <= sizes + node.distance]
    return _windows(found)


def find_clause(
    passage: Passage, tokens: Sequence[Token], clause: Clause, forms: Sequence[Sequence[str]]
) -> list[Range]:
    """Every place where the words of a clause stand in this order, or another form of it, in words."""
    wanted = clause.tokens
    texts = [token.text for token in wanted]
    ranges = _find_tokens(tokens, texts, clause.is_open, is_lone(wanted[-1]))
    if clause.spelling:
        if len(clause.abbreviation) > 1:
            ranges += _find_tokens(tokens, [clause.abbreviation.lower()])
        ranges = [(a, b) for a, b in ranges if clause.spelling.search(cut_text(passage, a, b))]
    for form in forms:
        ranges += _find_tokens(tokens, form)
    return sorted(set(ranges))


def _find_tokens(
    tokens: Sequence[Token], texts: Sequence[str], is_open: bool = False, lone: bool = False
) -> list[Range]:
    *before, last = texts
    ranges = []
    for at in range(len(tokens) - len(before)):
        end = tokens[at + len(before)]
        if not (end.text.startswith(last) if is_open else end.text == last):
            continue
        if all(tokens[at + n].text == text for n, text in enumerate(before)):
            # A single character is found as the beginning of a pair, and the pair's second is not meant.
            ranges.append((tokens[at].first, end.first if lone else end.last))
    return ranges


def cut_text(passage: Passage, first: int, last: int) -> str:
    """The words of a range as the transcript has them."""
    return passage.text[passage.spans[first][0] : passage.spans[last][1]]


def mark_words(passage: Passage, ranges: Sequence[Range]) -> Markup:
    """The text as HTML with the ranges in <mark>, without the punctuation around them."""
    marked = sorted({word for first, last in ranges for word in range(first, last + 1)})
    html, at = Markup(""), 0
    for number, word in enumerate(marked):
        start, end = _trim(passage.text, passage.spans[word])
        follows = number > 0 and marked[number - 1] == word - 1
        if follows:  # one mark for words that stand together
            html = html[: -len("</mark>")] + escape(passage.text[at:end]) + Markup("</mark>")
        else:
            html += escape(passage.text[at:start]) + Markup("<mark>{}</mark>").format(passage.text[start:end])
        at = end
    return html + escape(passage.text[at:])


def _windows(found: Sequence[list[Range]]) -> list[Range]:
    """For each occurrence that may come first, the shortest stretch from it that holds all clauses."""
    windows = []
    for start in sorted({place for places in found for place in places}):
        ends = []
        for places in found:
            ends.append(min((last for first, last in places if first >= start[0]), default=-1))
        if -1 not in ends:
            windows.append((start[0], max(*ends, start[1])))
    return windows


def _trim(text: str, span: Range) -> Range:
    """A word without the punctuation around it; C++ keeps its signs."""
    start, end = span
    while start < end - 1 and _is_punctuation(text[start]):
        start += 1
    while end > start + 1 and _is_punctuation(text[end - 1]):
        end -= 1
    return start, end


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PZ"
