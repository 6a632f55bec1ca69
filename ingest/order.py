"""Order: paragraphs that are spoken at another place than they are written.

A script may tell the end of a story first, and an interview be cut anew. A paragraph of which next to
nothing is heard at its place is looked for among the words that nothing else accounts for; where most of
it is found there, it goes to that place, because a transcript runs in the order of its recording. The
published file keeps its own. What is given up: paragraphs shorter than SHORTEST words, and sentences that
change places within a paragraph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from ingest.matching import Token, match_tokens, tokenize
from ingest.run import Run
from ingest.script import Turn
from ingest.words import split_words

SHORTEST = 8  # words of a paragraph that is looked for elsewhere
ABSENT = 0.3  # share of its words heard at its place, up to which it is looked for
FOUND = 0.4  # share of its words heard elsewhere, from which it is spoken there
GRAM = 3  # words in a row by which a place is found
COMMON = 20  # places from which on they tell nothing


def order_turns(turns: Sequence[Turn], run: Run) -> list[Turn]:
    """Put turns into the order in which they are heard; as they are where none is heard elsewhere.

    What is heard nowhere stays behind what it follows. Time and memory grow with the text, not its square.
    """
    words = [split_words(turn.text) for turn in turns]
    ours = [tokenize(each) for each in words]
    theirs = tokenize([word.text for word in run.words])
    pairs = match_tokens([token for tokens in ours for token in tokens], theirs)
    heard: list[list[int]] = []
    first = 0
    for tokens in ours:
        heard.append([pairs[n] for n in range(first, first + len(tokens)) if n in pairs])
        first += len(tokens)
    lost = [
        n for n, tokens in enumerate(ours)
        if len(words[n]) >= SHORTEST and len(heard[n]) <= ABSENT * len(tokens)
    ]  # fmt: skip
    taken = {place for n in set(range(len(turns))).difference(lost) for place in heard[n]}
    free = [place for place in range(len(theirs)) if place not in taken]
    loose = [theirs[place] for place in free]
    grams = _index([token.text for token in loose])
    for n in lost:
        found = [free[k] for k in _find(ours[n], loose, grams)]
        heard[n] = [] if taken.intersection(found) else found
        taken.update(heard[n])
    places = [-1.0]
    for found in heard:
        places.append(median(found) if found else places[-1])
    return [turns[n] for n in sorted(range(len(turns)), key=lambda n: places[n + 1])]


def _find(
    ours: Sequence[Token], theirs: Sequence[Token], grams: dict[tuple[str, ...], list[int]]
) -> list[int]:
    """Where among others most of some tokens stand, in order; nowhere unless it is clear."""
    texts = [token.text for token in ours]
    shifts = Counter(
        (place - n) // len(texts)
        for n in range(len(texts) - GRAM + 1)
        for place in grams.get(tuple(texts[n : n + GRAM]), ())
    )
    if not shifts:
        return []
    nearest = max(shifts, key=lambda shift: (shifts[shift], -shift))
    start = max(0, (nearest - 1) * len(texts))
    pairs = match_tokens(ours, theirs[start : start + 4 * len(texts)])
    return [start + place for place in pairs.values()] if len(pairs) >= FOUND * len(texts) else []


def _index(texts: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """Where so many words in a row stand, without those that stand everywhere."""
    grams: dict[tuple[str, ...], list[int]] = {}
    for n in range(len(texts) - GRAM + 1):
        grams.setdefault(tuple(texts[n : n + GRAM]), []).append(n)
    return {gram: places for gram, places in grams.items() if len(places) < COMMON}
