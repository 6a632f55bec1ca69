"""Pieces: what the Whisper family calls words, as words of ours.

Their decoders cut "long-term" into " long" and "-term", write a lone dash as a word, and in scripts
without spaces give pieces of any length.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ingest.words import Word, is_spoken, is_unspaced


class Piece(NamedTuple):
    """A decoder's word with its leading space, if any; times in seconds."""

    text: str
    start: float
    end: float
    probability: float


def join_pieces(segments: Iterable[Iterable[Piece]]) -> list[Word]:
    """Pieces as words: "-term" joins the word before it, a lone dash too.

    In scripts that write no spaces each piece stays a word.
    """
    words: list[Word] = []
    for segment in segments:
        fresh = True  # the first piece of a segment begins a word, space or not
        for piece in segment:
            text, start, end = piece.text.strip(), float(piece.start), float(piece.end)
            probability = min(1.0, max(0.0, float(piece.probability)))
            apart = fresh or piece.text[:1].isspace() or (text and _is_apart(words[-1].text, text))
            if not text or (not words and not is_spoken(text)):
                continue
            if words and not (apart and is_spoken(text)):
                last = words.pop()
                gap = " " if fresh or piece.text[:1].isspace() else ""
                text, start = last.text + gap + text, last.start
                end = end if is_spoken(piece.text) else last.end
                probability = min(probability, last.probability or 0.0)
            words.append(Word(text, start, end, probability))
            fresh = False
    return words


def _is_apart(before: str, after: str) -> bool:
    """Whether two pieces without a space between them are words of their own."""
    spoken = [c for c in before if c.isalnum()]
    return is_unspaced(after[0]) or bool(spoken and is_unspaced(spoken[-1]))
