"""What the scripts of the clip page know of its words: when each starts, and how to find it in the text.

A word is found by counting characters, because where words end is decided in ingest/words.py alone, and
marks in the text may stand between any two of them. Spaces do not count: the page may have more of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from datasette_airquote.clips import Clip

# What /\s/ matches in JavaScript. source: https://tc39.es/ecma262/#prod-WhiteSpace, #prod-LineTerminator
_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")


def map_words(clip: Clip) -> dict[str, str]:
    """When and where the words of a clip are, as three lists of small numbers with spaces between.

    counts  words of each segment
    sizes   characters of each word that are no space, as JavaScript counts them
    starts  when each word starts, in hundredths of a second, from the start of the one before it; none
            where nobody knows
    """
    starts = [0, *(round(word.start * 100) for word in clip.words)] if clip.timed else []
    lists: dict[str, Iterable[int]] = {
        "counts": (len(segment.words) for segment in clip.segments),
        "sizes": count_characters([word.text for word in clip.words]),
        "starts": (start - before for before, start in pairwise(starts)),
    }
    return {name: " ".join(map(str, numbers)) for name, numbers in lists.items()}


def count_characters(words: Sequence[str]) -> list[int]:
    """How many UTF-16 units of each word are no space.

    >>> count_characters(["us –", "𠀀。"])
    [3, 3]
    """
    joined = "".join(words)
    if joined.isascii() and not _SPACE.search(joined):
        return [len(word) for word in words]
    return [len(_SPACE.sub("", word).encode("utf-16-le")) // 2 for word in words]


def number_voices(clip: Clip, most: int) -> dict[str, int]:
    """A number for each voice of a clip, from 1, in the order in which they are heard; none for a single one.

    most  how many are told apart; the next begins at 1 again
    """
    names = [name for name in dict.fromkeys(segment.speaker for segment in clip.segments) if name]
    return {name: n % most + 1 for n, name in enumerate(names)} if len(names) > 1 else {}
