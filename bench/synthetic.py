"""A made-up archive of any size: clips with words, times, speakers, programmes and dates.

Words are made of syllables and endings, so that they have stems, and follow Zipf's law; each has some
that follow it more often than chance, so that there are phrases. Seven languages, one without spaces. A
seed makes the same archive again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from ingest.facts import Facts, Speaker
from ingest.run import Run
from ingest.segment import Segment
from ingest.transcript import Clip, Transcript
from ingest.words import Word

SEGMENTS = 300  # of a clip
LENGTH = (3.0, 4.5)  # shape and scale of the words of a segment: 13 on average
FOLLOWS = 0.4  # of words that are among those that like to follow the one before
WORD, PAUSE = 0.4, 0.3  # seconds
LATIN = ["b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr"]
VOWELS = ["a", "e", "i", "o", "u", "ea", "ou"]
LANGUAGES: dict[str, tuple[float, list[str], list[str], list[str]]] = {
    "en": (0.60, LATIN, VOWELS, ["", "", "s", "ed", "ing", "er", "ly"]),
    "es": (0.10, LATIN, ["a", "e", "i", "o", "u", "á", "ó"], ["o", "a", "os", "as", "ar", "ando"]),
    "de": (0.08, [*LATIN, "sch", "z"], ["a", "e", "i", "o", "u", "ä", "ei"], ["", "e", "en", "er", "ung"]),
    "fr": (0.08, LATIN, ["a", "e", "i", "o", "é", "ou", "ai"], ["", "s", "er", "é", "ement", "tion"]),
    "ru": (0.06, list("бвгджзклмнпрст"), list("аеиоуы"), ["", "а", "у", "ов", "ый", "ого", "ить"]),
    "ar": (0.04, list("بتجحدرسشعفقكلمن"), ["ا", "و", "ي", ""], ["", "ة", "ات", "ون"]),
    "zh": (0.04, [chr(0x4E00 + 17 * n) for n in range(300)], [""], [""]),
}  # what share of the clips, and what words are made of: beginnings and middles of syllables, endings
FIRST = [a + b for a in ("An", "Bo", "Cla", "Do", "El", "Fa", "Ge", "Ha") for b in ("na", "ris", "lan", "mi")]
LAST = [
    a + b for a in ("Ben", "Oko", "Ro", "Wa", "Li", "Sor", "Tan", "Ud") for b in ("ning", "ro", "se", "berg")
]
TOPICS, KINDS = ("Morning", "World", "Harbour", "Science", "Night"), ("Today", "Report", "Talk", "Hour")
PROGRAMMES = [f"{topic} {kind}" for topic in TOPICS for kind in KINDS]


@dataclass(frozen=True)
class Language:
    """A vocabulary, the most frequent words first."""

    code: str
    seed: int
    size: int = 40_000

    @cached_property
    def words(self) -> np.ndarray:
        chance = random.Random(self.seed)
        _, heads, middles, endings = LANGUAGES[self.code]
        found: dict[str, None] = {}
        longest = 1
        while len(found) < self.size:
            for _ in range(self.size // 8):
                count = chance.randint(1, longest)
                syllables = [chance.choice(heads) + chance.choice(middles) for _ in range(count)]
                found["".join(syllables) + chance.choice(endings)] = None
            longest = min(longest + 1, 4)
        return np.array(list(found)[: self.size], dtype=object)

    @cached_property
    def shares(self) -> np.ndarray:
        shares = 1 / (np.arange(self.size) + 1.3)
        return np.cumsum(shares / shares.sum())

    @cached_property
    def followers(self) -> np.ndarray:
        return self._draw(np.random.default_rng(self.seed + 1), self.size * 4).reshape(self.size, 4)

    def _draw(self, chance: np.random.Generator, count: int) -> np.ndarray:
        return np.minimum(np.searchsorted(self.shares, chance.random(count)), self.size - 1)

    def write(self, chance: np.random.Generator, lengths: np.ndarray) -> list[list[str]]:
        """Sentences of so many words."""
        count = int(lengths.sum())
        drawn = self._draw(chance, count)
        follow = np.flatnonzero(chance.random(count) < FOLLOWS)
        follow = follow[follow > 0]
        drawn[follow] = self.followers[drawn[follow - 1], chance.integers(0, 4, len(follow))]
        ends = list(accumulate(map(int, lengths)))
        words = self.words[drawn].tolist()
        return [words[end - length : end] for end, length in zip(ends, map(int, lengths), strict=True)]


def make_transcripts(clips: int, seed: int = 1) -> Iterator[Transcript]:
    """Make clips of SEGMENTS segments each."""
    chance = np.random.default_rng(seed)
    languages = {code: Language(code, seed + n) for n, code in enumerate(LANGUAGES)}
    shares = [share for share, *_ in LANGUAGES.values()]
    people = [f"{first} {last}" for first in FIRST for last in LAST]
    for number in range(clips):
        code = str(chance.choice(list(LANGUAGES), p=shares))
        yield _make_clip(number, languages[code], people, chance)


def _make_clip(number: int, language: Language, people: list[str], chance: np.random.Generator) -> Transcript:
    voices = [people[min(int(chance.zipf(1.4)), len(people)) - 1] for _ in range(chance.integers(1, 5))]
    voices = list(dict.fromkeys(voices))
    lengths = np.clip(chance.gamma(*LENGTH, SEGMENTS), 2, 60).astype(int)
    join = "" if language.code == "zh" else " "
    segments, clock, voice = [], 0.0, 0
    for words in language.write(chance, lengths):
        if chance.random() < 0.2:
            voice = int(chance.integers(len(voices)))
        segments.append(_make_segment(words, join, clock, voices[voice]))
        clock = segments[-1].end + PAUSE
    speakers = [Speaker(name, "", ("host", "guest")[n > 0]) for n, name in enumerate(voices)]
    if chance.random() < 0.2:
        speakers.append(Speaker(people[int(chance.integers(len(people)))], "", "quoted"))
    facts = Facts(
        title=f"Clip {number}: {segments[0].text[:40]}", date=_make_date(chance), language=language.code,
        programme=str(chance.choice(PROGRAMMES)), broadcaster="Radio Port Ansgar",
        speakers=tuple({s.name: s for s in speakers}.values()),
    )  # fmt: skip
    words = tuple(word for segment in segments for word in segment.words)
    run = Run("bench", "1", "none", "", language.code, clock, ((0.0, clock),), words)
    review = str(chance.choice(["unreviewed", "corrected", "reviewed"], p=[0.7, 0.2, 0.1]))
    clip = Clip(f"clip-{number:06}", facts, audio=f"clips/{number}.mp3", duration=clock, review=review)
    return Transcript(clip, tuple(segments), {1: run})


def _make_segment(words: list[str], join: str, clock: float, speaker: str) -> Segment:
    text = join.join(words)
    text = text[0].upper() + text[1:] + ("。" if not join else ".")
    pieces = list(text) if not join else text.split(" ")
    if not join:
        pieces[-2:] = ["".join(pieces[-2:])]
    timed = []
    for piece in pieces:
        timed.append(Word(piece, round(clock, 2), round(clock + WORD, 2), 0.9))
        clock += WORD
    return Segment(timed[0].start, timed[-1].end, text, speaker, tuple(timed))


def _make_date(chance: np.random.Generator) -> str:
    year, month, day = chance.integers(1995, 2025), chance.integers(1, 13), chance.integers(1, 29)
    kind = chance.random()
    if kind < 0.02:
        return ""
    return f"{year}" if kind < 0.1 else f"{year}-{month:02}" if kind < 0.2 else f"{year}-{month:02}-{day:02}"
