"""Doubts: text that an engine may have invented, with the reason. Flagged and kept, never deleted.

Whisper writes sentences into silence and music, and now and then repeats one without end. A rule
that deletes such text deletes a real "Thank you." too; so a doubtful segment stays where it is, the
page says why, and the search leaves it out unless it is asked for.

What is given up: an invented sentence while somebody speaks, in words that the engine is sure of.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby

from ingest.fold import fold
from ingest.run import Region
from ingest.segment import Segment
from ingest.words import split_words

NO_SPEECH = "no speech was found here"
REPEATED = "repeated over and over"
UNCERTAIN = "the engine was very unsure of it"
STOCK = "a phrase that engines write into silence"

SPOKEN = 0.2  # share of a segment's time in which somebody has to speak; a half for a stock phrase
NEAR = 0.3  # seconds around speech that count as speech: onsets and word times are that far apart
SURE = 0.2  # median probability below which nothing in a segment can be relied on
OFTEN = 4  # times in a row that nobody says the same thing, but for a word or two
LONGEST_LOOP = 8  # words of what is repeated within a segment
# Seen from Whisper in silence and music; from its issue tracker and published lists of them.
STOCK_PHRASES = (
    "Thank you.",
    "Thank you very much.",
    "Thanks for watching!",
    "Thank you for watching.",
    "Bye.",
    "you",
    "Music",
    "Applause",
    "Please subscribe to my channel.",
    "Don't forget to like and subscribe.",
    "See you in the next video.",
    "Subtitles by the Amara.org community",
    "Transcribed by https://otter.ai",
    "Untertitel im Auftrag des ZDF für funk, 2017",
    "Sous-titres réalisés par la communauté d'Amara.org",
    "Subtítulos realizados por la comunidad de Amara.org",
    "ご視聴ありがとうございました",
    "字幕由Amara.org社区提供",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
    "Продолжение следует...",
    "Субтитры сделал DimaTorzok",
    "اشتركوا في القناة",
)


def find_doubts(segments: Sequence[Segment], speech: Sequence[Region]) -> list[str]:
    """The reason to doubt each segment, "" where there is none.

    speech  where voice activity was found in the recording
    """
    folded = [_fold(segment.text) for segment in segments]
    doubts = [_judge(segment, text, speech) for segment, text in zip(segments, folded, strict=True)]
    at = 0
    for _, group in groupby(folded):
        times = len(list(group))
        if times >= OFTEN:  # the first may have been said
            doubts[at + 1 : at + times] = [doubt or REPEATED for doubt in doubts[at + 1 : at + times]]
        at += times
    return doubts


def _judge(segment: Segment, text: str, speech: Sequence[Region]) -> str:
    spoken = _spoken_share(segment, speech)
    if text in _STOCK and spoken < 0.5:
        return STOCK
    if spoken < SPOKEN:
        return NO_SPEECH
    if _loops(text.split()):
        return REPEATED
    known = sorted(word.probability for word in segment.words if word.probability is not None)
    return UNCERTAIN if known and known[len(known) // 2] < SURE else ""


def _spoken_share(segment: Segment, speech: Sequence[Region]) -> float:
    """The share of a segment's time that is near speech."""
    first = bisect_left(speech, segment.start - NEAR, key=lambda region: region[1])
    spoken = 0.0
    for start, end in speech[first:]:
        if start - NEAR >= segment.end:
            break
        spoken += max(0.0, min(segment.end, end + NEAR) - max(segment.start, start - NEAR))
    return spoken / (segment.end - segment.start)


def _loops(tokens: Sequence[str]) -> bool:
    """Whether the same few words stand OFTEN times or more behind one another.

    >>> _loops("and so and so and so and so on".split()), _loops("very very very good".split())
    (True, False)
    """
    for size in range(1, min(LONGEST_LOOP, len(tokens) // OFTEN) + 1):
        same = 0
        for at in range(size, len(tokens)):
            same = same + 1 if tokens[at] == tokens[at - size] else 0
            if same == size * (OFTEN - 1):
                return True
    return False


def _fold(text: str) -> str:
    return " ".join(token.text for token in fold(split_words(text)))


_STOCK = frozenset(map(_fold, STOCK_PHRASES))
