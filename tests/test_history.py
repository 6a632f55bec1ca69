import dataclasses

from ingest.facts import Facts
from ingest.history import compare_runs, compare_words, describe_runs
from ingest.run import Run
from ingest.transcript import Clip, Transcript
from ingest.words import Word


def run(text, **values):
    words = tuple(Word(word, 58.0 + n, 59.0 + n) for n, word in enumerate(text.split()))
    return Run("whisper", "1", "base", "", "en", 80.0, ((58.0, 58.0 + len(words)),), words, **values)


FIRST = run("the minister met mrs ross on monday", made="2026-11-23T10:00:00Z")
SECOND = run("so the minister met Mrs Rose on monday")


def test_runs_are_listed_with_the_current_one_marked():
    short = dataclasses.replace(SECOND, words=SECOND.words[:1])
    transcript = Transcript(Clip("a-talk", Facts(), run=2), (), {1: FIRST, 2: short})
    assert list(describe_runs(transcript)) == [
        "   1  2026-11-23T10:00:00Z  whisper 1 base  7 words, 100% of the speech",
        "*  2  undated  whisper 1 base  1 words, 17% of the speech",
    ]


def test_differences_are_shown_with_their_time_among_their_neighbours():
    assert list(compare_runs(FIRST, SECOND)) == [
        "0:58  {+so+} the minister met",
        "1:02  the minister met [-mrs ross-] {+Mrs Rose+} on monday",
    ]
    assert next(compare_runs(SECOND, FIRST)) == "0:58  [-so-] the minister met"


def test_the_same_words_at_other_times_are_no_difference():
    assert (
        list(compare_words(FIRST.words, [dataclasses.replace(w, start=0, end=1) for w in FIRST.words])) == []
    )
