"""Differences: where the text of a clip and what was heard in it are not the same words.

A text that was published or imported is compared with what the run heard. Three kinds are told apart:

    unsaid     in the text, but not said: words, and no speech in which they could have been said
    unwritten  said, but not in the text
    otherwise  said in other words

Engines mishear, so a difference has to be shown by evidence. Words said are believed only where the
engine gives them a good probability; one that gives none (pocketsphinx, which hears the words of the
text and no others) can show that words were not said, and nothing else. Numbers in figures or in words,
case, punctuation, hyphens, and words spelled nearly alike are no difference; a number always is one.

What is given up: a single word that was left out or put in, an ending that was changed, words in place
of which somebody else was speaking. The thresholds are measured in docs/LOG.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, islice, product, takewhile
from statistics import fmean

from ingest.doubts import find_doubts
from ingest.matching import Token, match_tokens, split_tokens, tokenize
from ingest.numerals import ORDINALS, SCALES, TENS, UNITS, read_numeral
from ingest.run import Region, Run
from ingest.segment import Segment
from ingest.transcript import Transcript
from ingest.words import Word, is_unspaced, join_words

KINDS = ("unsaid", "unwritten", "otherwise")
FEWEST = 2  # words in a row that were left out or put in; two characters of an unspaced script are one
SURE = 0.7  # mean probability from which words that were put in, or said otherwise, are believed
SURE_ALONE = 0.9  # the same for a single word in the place of another
ROOM = 0.5  # share of the time that words need; in less speech than that they were not said
ALIKE = 0.75  # of letters in common, from which two words are taken for spellings of one
NEAR = 1  # words between two differences that are then shown as one
LONGEST_COMPARED = 6  # words on either side whose numbers are read in every way

_NUMBERS = frozenset(
    [*UNITS, *TENS[2:], *(name for _, name in SCALES), *ORDINALS.values()]
    + [word + "th" for word in UNITS if word not in ORDINALS]
    + [word[:-1] + "ieth" for word in TENS[2:]]
)
_FILLERS = frozenset(["ah", "eh", "em", "er", "erm", "hm", "hmm", "mhm", "mm", "uh", "uhm", "um"])
_SMALL = frozenset(["a", "an", "and", "one"])  # a hundred, one hundred and five
_AUXILIARIES = ["ai", "are", "ca", "could", "did", "does", "do", "had", "has", "have", "is", "must", "need"]
_AUXILIARIES += ["should", "was", "were", "wo", "would"]
_NEGATIONS = frozenset(["no", "not", "none", "never", "cannot", *(f"{verb}nt" for verb in _AUXILIARIES)])


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the text and the recording differ.

    kind         one of KINDS
    start, end   seconds; of the words said, and of unsaid words where they stand in the text
    first, stop  numbers of words of the text, from 0; first == stop for a place before `first`
    published    the words of the text, "" when unwritten
    spoken       the words as the engine wrote them, "" when unsaid
    """

    kind: str
    start: float
    end: float
    first: int
    stop: int
    published: str
    spoken: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words between two that the text and the recording share: text[first:stop] and heard[begin:finish]."""

    first: int
    stop: int
    begin: int
    finish: int


def find_differences(transcript: Transcript) -> list[Difference]:
    """The differences between a clip's text and what its run heard, in order.

    Empty for a text that is what an engine heard, and where no engine heard words.
    """
    run = transcript.runs.get(transcript.clip.run)
    if transcript.clip.text_from == "machine" or run is None or not run.words:
        return []
    text = [word for segment in transcript.segments for word in segment.words]
    ours, theirs = tokenize([w.text for w in text]), tokenize([w.text for w in run.words])
    pairs = match_tokens(ours, theirs)
    if not pairs:
        return []
    pace = _measure_pace(run.words, theirs, set(pairs.values()))
    found = []
    for stretch in _find_stretches(ours, theirs, pairs, len(text), len(run.words)):
        said = run.words[stretch.begin : stretch.finish]
        kind = _judge(text[stretch.first : stretch.stop], said, run.speech)
        if kind:
            found.append((kind, stretch))
        elif _is_unsaid(text, stretch, run, pace):
            found.append(("unsaid", stretch))
    begins = set(accumulate(len(segment.words) for segment in transcript.segments))
    return [_describe(kind, stretch, text, run.words) for kind, stretch in _join_near(found, begins)]


def _find_stretches(
    ours: Sequence[Token], theirs: Sequence[Token], pairs: dict[int, int], count: int, heard: int
) -> Iterator[_Stretch]:
    """What lies between neighbouring words of the text that were heard as a whole."""
    spans: dict[int, list[int]] = {}
    for n, token in enumerate(ours):
        spans.setdefault(token.word, []).append(n)
    first = begin = 0
    for word, tokens in spans.items():
        if any(n not in pairs for n in tokens):
            continue
        start, end = theirs[pairs[tokens[0]]].word, theirs[pairs[tokens[-1]]].word
        if word > first or start > begin:
            yield _Stretch(first, word, begin, max(start, begin))
        first, begin = word + 1, max(end + 1, begin)
    if first < count or begin < heard:
        yield _Stretch(first, count, begin, heard)


def _judge(published: Sequence[Word], said: Sequence[Word], speech: Sequence[Region]) -> str:
    """What the words said prove: "unwritten", "otherwise", or nothing."""
    said = [word for word in said if not set(split_tokens(word.text)) <= _FILLERS]
    if not said:
        return ""
    sure = fmean(word.probability or 0.0 for word in said)
    if not published:
        if _count(said) < FEWEST or sure < SURE or _is_doubtful(said, speech):
            return ""
        return "unwritten"
    fewest = min(_count(said), _count(published))
    if fewest < 1 or sure < (SURE if fewest > 1 else SURE_ALONE):
        return ""
    if _is_same([w.text for w in published], [w.text for w in said]) or _is_doubtful(said, speech):
        return ""
    return "otherwise"


def _is_doubtful(said: Sequence[Word], speech: Sequence[Region]) -> bool:
    """Whether the engine may have invented these words; see doubts.py."""
    text = join_words(word.text for word in said)
    return bool(find_doubts([Segment(said[0].start, said[-1].end, text, "", tuple(said))], speech)[0])


def _is_unsaid(text: Sequence[Word], stretch: _Stretch, run: Run, pace: float) -> bool:
    """Whether nobody speaks where these words would have been said."""
    published = text[stretch.first : stretch.stop]
    if _count(published) < FEWEST:
        return False
    low = run.words[stretch.begin - 1].end if stretch.begin else 0.0
    high = run.words[stretch.finish].start if stretch.finish < len(run.words) else run.duration
    near = bisect_left(run.speech, low, key=lambda region: region[1])
    inside = takewhile(lambda region: region[0] < high, islice(run.speech, near, None))
    room = sum(max(0.0, min(end, high) - max(start, low)) for start, end in inside)
    return room < ROOM * pace * sum(map(len, _tokens([word.text for word in published])))


def _measure_pace(words: Sequence[Word], tokens: Sequence[Token], matched: set[int]) -> float:
    """Seconds a letter in what was heard of the text."""
    known = [tokens[n] for n in matched]
    seconds = sum((t.end - t.start) * (words[t.word].end - words[t.word].start) for t in known)
    return seconds / sum(len(t.text) for t in known)


def _is_same(published: Sequence[str], said: Sequence[str]) -> bool:
    """Whether two wordings differ in spelling alone.

    >>> _is_same(["2013,"], ["two", "thousand", "and", "thirteen"]), _is_same(["every", "one"], ["Everyone"])
    (True, True)
    >>> _is_same(["defence"], ["defense"]), _is_same(["billion"], ["million"]), _is_same(["can"], ["can't"])
    (True, False, False)
    """
    ours, theirs = _tokens(published), _tokens(said)
    if "".join(ours) == "".join(theirs):
        return True
    if _NUMBERS & {*ours, *theirs}:
        longest = max(len(published), len(said))
        return longest <= LONGEST_COMPARED and not _ways(published).isdisjoint(_ways(said))
    if bool(_NEGATIONS & {*ours}) != bool(_NEGATIONS & {*theirs}):
        return False
    return SequenceMatcher(None, "".join(ours), "".join(theirs), autojunk=False).ratio() >= ALIKE


def _ways(words: Sequence[str]) -> set[str]:
    """All ways to say some words, without spaces and small words: 105 is "hundredfive" among others."""
    choices = []
    for word in words:
        figures = word.strip(".,;:!?…()[]\"'“”‘’%$€£")
        ways = read_numeral(figures) or [split_tokens(word)]
        choices.append(["".join(token for token in way if token not in _SMALL) for way in ways])
    return {"".join(way) for way in product(*choices)}


def _tokens(words: Sequence[str]) -> list[str]:
    return [token for word in words for token in split_tokens(word)]


def _count(words: Sequence[Word]) -> float:
    """How many words, two characters of an unspaced script for one."""
    return sum(0.5 if is_unspaced(word.text.strip("“‘（(《")[:1]) else 1 for word in words)


def _join_near(found: Sequence[tuple[str, _Stretch]], begins: Set[int]) -> list[tuple[str, _Stretch]]:
    """Make one of differences with NEAR words or fewer between them, unless a sentence begins there."""
    joined: list[tuple[str, _Stretch]] = []
    for kind, stretch in found:
        end = joined[-1][1].stop if joined else 0
        if joined and stretch.first - end <= NEAR and begins.isdisjoint(range(end, stretch.first + 1)):
            before, last = joined[-1]
            both = _Stretch(last.first, stretch.stop, last.begin, stretch.finish)
            joined[-1] = (kind if kind == before == "unsaid" else "otherwise", both)
        else:
            joined.append((kind, stretch))
    return joined


def _describe(kind: str, stretch: _Stretch, text: Sequence[Word], heard: Sequence[Word]) -> Difference:
    published = text[stretch.first : stretch.stop]
    said = heard[stretch.begin : stretch.finish] if kind != "unsaid" else published
    return Difference(
        kind,
        said[0].start,
        max(word.end for word in said),
        stretch.first,
        stretch.stop,
        join_words(word.text for word in published),
        join_words(word.text for word in said) if kind != "unsaid" else "",
    )
