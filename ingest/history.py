"""History: what the runs of a clip heard, and where two texts of it differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ingest.coverage import measure_coverage
from ingest.run import Run
from ingest.transcript import Transcript
from ingest.words import Word, join_words

CONTEXT = 3  # words shown on either side of a difference


def describe_runs(transcript: Transcript) -> Iterator[str]:
    """A line a run, the one that times the current text marked with a star."""
    for number, run in sorted(transcript.runs.items()):
        mark = "*" if number == transcript.clip.run else " "
        engine = " ".join(part for part in (run.engine, run.version, run.model) if part)
        share = f"{measure_coverage(run.speech, run.words):.0%} of the speech"
        yield f"{mark}{number:>3}  {run.made or 'undated'}  {engine}  {len(run.words)} words, {share}"


def compare_runs(old: Run, new: Run) -> Iterator[str]:
    """A line for each place where two runs heard other words."""
    return compare_words(old.words, new.words)


def compare_words(old: Sequence[Word], new: Sequence[Word], timed: bool = True) -> Iterator[str]:
    """A line for each difference: its time, and [-old-]{+new+} words among their neighbours.

    timed  False where times only keep the order: then the line has the number of the sentence

    >>> list(compare_words([Word("he", 61, 62), Word("met", 62, 63)], [Word("he", 61, 62)]))
    ['1:02  he [-met-]']
    """
    texts = [word.text for word in old], [word.text for word in new]
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        at = new[b1] if b1 < b2 else old[a1]
        pieces = [join_words(texts[0][max(a1 - CONTEXT, 0) : a1])]
        pieces += [f"[-{join_words(texts[0][a1:a2])}-]"] if a1 < a2 else []
        pieces += [f"{{+{join_words(texts[1][b1:b2])}+}}"] if b1 < b2 else []
        pieces += [join_words(texts[0][a2 : a2 + CONTEXT])]
        place = f"{int(at.start // 60)}:{int(at.start % 60):02}" if timed else f"sentence {int(at.start) + 1}"
        yield f"{place}  {' '.join(filter(None, pieces))}"
