"""Where a clip's text and its recording differ, as readers see it: marks, a line, and two wordings."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from markupsafe import Markup, escape

from datasette_airquote.clips import Clip, Passage
from datasette_airquote.wording import format_clock
from ingest.differences import KINDS, Difference
from ingest.segment import Segment
from ingest.words import join_words, word_spans

LONGEST_TITLE = 120  # characters of what was said that are shown when pointed at
AROUND = 1.0  # seconds; a word or two alone are not understood
_HEAR = Markup(
    ' <a class="time" href="{}#t={start:.2f},{stop:.2f}" data-start="{start:.2f}" data-stop="{stop:.2f}"'
    ' aria-label="{clock}, hear it">{clock}</a>'
)
_UNSEEN = Markup('<span class="unseen">{}</span>')
HEARD = "as broadcast, machine heard"  # the wording of a passage where the engine heard other words
_TRANSCRIPTS = {
    "corrected": "transcript corrected by hand",
    "reviewed": "transcript reviewed by a person",
    "import": "imported transcript",
    "machine": "machine transcript",
}
LABELS = {"unsaid": "not said", "unwritten": "also said", "otherwise": "said otherwise"}
GAP = Markup('<span aria-hidden="true">[…]</span>')  # stands where more was said


def name_wording(clip: Clip) -> str:
    """Whose words the text has: those published, or those broadcast and how these are known.

    A published text that somebody corrected is no longer wholly the published one, and says so.
    """
    review = clip.row["review"]
    if clip.row["text_from"] == "script":
        return "as published, corrected by hand" if review == "corrected" else "as published"
    return f"as broadcast, {_TRANSCRIPTS.get(review) or _TRANSCRIPTS[clip.row['text_from']]}"


def is_compared(clip: Clip) -> bool:
    """Whether the words of the text were compared with words that an engine gives a probability."""
    return any(word.probability is not None for word in clip.words)


def describe_differences(clip: Clip) -> str:
    """A line about what was compared, "" where nothing could be."""
    count = len(clip.differences)
    if clip.row["text_from"] == "machine" or all(word.inferred for word in clip.words):
        return ""
    if count:
        places = "1 place" if count == 1 else f"{count} places"
        return f"By what a machine heard, it differs from the recording in {places}"
    if is_compared(clip):
        return "No difference from what a machine heard in the recording."
    return "All of it seems to be said; this engine cannot tell whether other words were."


def count_kinds(clip: Clip) -> dict[str, int]:
    """How many differences there are of each kind that there is."""
    counts = Counter(each.kind for each in clip.differences)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def find_within(clip: Clip, passage: Passage) -> list[Difference]:
    """The differences in a passage, also those of which only a part lies in it."""
    return [each for each in clip.differences if _is_within(each, passage.first, passage.last)]


def quote_broadcast(clip: Clip, passage: Passage) -> str:
    """The passage as it was said: the words of the text, and those that were heard where it differs.

    A difference that begins or ends outside is there as a whole, because nobody knows which of the words
    that were said stand for a part of it. "" when nothing of the passage was said.
    """
    quoted: list[str] = []
    at = passage.first
    for each in find_within(clip, passage):
        quoted += [word.text for word in clip.words[at : each.first]]
        quoted += [each.spoken] if each.spoken else []
        at = max(at, each.stop)
    quoted += [word.text for word in clip.words[at : passage.last + 1]]
    return join_words(quoted)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A difference, its number in the clip, from 1, and the words that say what was heard."""

    number: int
    differs: Difference
    said: Markup


def mark_words(clip: Clip, number: int, passage: Passage | None, audio: str = "") -> Markup:
    """The text of a segment, with the passage that the link means and the differences marked.

    audio  the address of the recording, "" when it cannot be heard
    """
    segment, base = clip.segments[number], clip.firsts[number]
    count = len(segment.words)
    ends = base + count + (number == len(clip.segments) - 1)  # behind the last word of all is a place too
    here = [_Mark(n, each, _show_said(each, audio)) for n, each in _list_near(clip.differences, base, ends)]
    if passage is None or not passage.segments[0] <= number <= passage.segments[1]:
        if not here:
            return escape(segment.text)
        return _mark_block(segment, base, (0, count), here)
    first, stop = max(passage.first - base, 0), min(passage.last - base + 1, count)
    tag = Markup('<mark id="passage">') if number == passage.segments[0] else Markup("<mark>")
    around = passage.first, passage.last
    blocks = [(0, first), (first, stop), (stop, count)]
    before, marked, after = (
        _mark_block(segment, base, block, [mark for mark in here if _has_block(mark.differs, n, around)])
        for n, block in enumerate(blocks)
    )
    spans = word_spans(segment.text)
    gaps = [segment.text[spans[n - 1][1] : spans[n][0]] if 0 < n < count else "" for n in (first, stop)]
    return before + escape(gaps[0]) + tag + marked + Markup("</mark>") + escape(gaps[1]) + after


def _list_near(differences: Sequence[Difference], first: int, stop: int) -> list[tuple[int, Difference]]:
    """The differences that touch the words from `first` up to `stop`, with their numbers from 1."""
    begin = bisect_left(differences, first, key=lambda each: each.stop)
    near = takewhile(lambda each: each.first < stop, islice(differences, begin, None))
    return [(n, each) for n, each in enumerate(near, begin + 1) if _is_within(each, first, stop - 1, True)]


def _is_within(each: Difference, first: int, last: int, at_start: bool = False) -> bool:
    """Whether a difference touches words; a place without words does when it lies between two of them."""
    if each.first == each.stop:
        return first + (not at_start) <= each.first <= last
    return each.first <= last and first < each.stop


def _has_block(each: Difference, block: int, passage: tuple[int, int]) -> bool:
    """Whether a difference can stand in a block: before a passage (0), in it (1), or behind it (2).

    A place without words stands in one only; at either end of the passage it is not a part of it.
    """
    first, last = passage
    return each.first != each.stop or block == (each.first > first) + (each.first > last)


def _mark_block(segment: Segment, base: int, block: tuple[int, int], marks: Sequence[_Mark]) -> Markup:
    """Some words of a segment with their differences, from the first word to the last."""
    low, high = block
    text, spans = segment.text, word_spans(segment.text)
    stop = len(text) if high == len(spans) else spans[high - 1][1] if high else 0
    at = stop if low == high else spans[low][0] if low else 0
    html = Markup()
    for mark in marks:
        each = mark.differs
        first, last = max(each.first - base, low), min(each.stop - base, high)
        if each.first == each.stop:
            place = spans[first][0] if first < high else stop
            html += escape(text[at:place] + " " * (place == stop > 0)) + _mark_place(mark)
            at = place
        elif first < last:
            begin, end = spans[first][0], spans[last - 1][1]
            whole = (each.first == base + first, each.stop == base + last)
            html += escape(text[at:begin]) + _mark_difference(mark, text[begin:end], whole)
            at = end
    return html + escape(text[at:stop])


def _mark_difference(mark: _Mark, text: str, whole: tuple[bool, bool]) -> Markup:
    """Words that were not said, or not so; whole: whether the difference begins and ends with them."""
    (begins, ends), each = whole, mark.differs
    anchor = Markup(' id="d{}"').format(mark.number) if begins else Markup()
    before = _UNSEEN.format(f"[{LABELS[each.kind]}: ") if begins else Markup()
    after = _UNSEEN.format("]") if ends else Markup()
    title = f"Machine heard: {_shorten(each.spoken)}" if each.spoken else "Not heard in the recording"
    span = Markup('<span class="differs {}"{} title="{}">{}{}{}</span>')
    html = span.format(each.kind, anchor, title, before, text, after)
    return html + mark.said if ends else html


def _mark_place(mark: _Mark) -> Markup:
    """A place at which more was said."""
    span = Markup('<span class="differs unwritten" id="d{}" title="Machine also heard: {}">{}</span>{} ')
    return span.format(mark.number, _shorten(mark.differs.spoken), GAP, mark.said)


def _show_said(each: Difference, audio: str) -> Markup:
    """What was heard, in words: always for those who listen to the page, on demand for those who see it.

    With a link to hear it, and AROUND seconds before and behind.
    """
    also = "also " if each.first == each.stop else ""
    heard = f"machine {also}heard: {each.spoken}" if each.spoken else "not heard"
    times = {
        "start": max(each.start - AROUND, 0),
        "stop": each.end + AROUND,
        "clock": format_clock(each.start),
    }
    return Markup('<small class="said"> [{}{}]</small>').format(
        heard, _HEAR.format(audio, **times) if audio else ""
    )


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"
