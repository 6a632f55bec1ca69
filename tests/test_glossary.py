import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli import main
from ingest.errors import FactsError
from ingest.facts import Facts
from ingest.glossary import LOG, Term, correct_text, load_glossary
from ingest.run import Run
from ingest.segment import time_cues
from ingest.transcript import Clip, Transcript, load_transcript, save_new
from ingest.vtt import Cue
from ingest.words import Word

ROSE = Term("Frank Rose", ("Frank Rows", "Franc Rose"))


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("Then frank rows spoke.", "Then Frank Rose spoke."),
        ("“Franc Rose’s plan”", "“Frank Rose’s plan”"),
        ("Frank Rows's", "Frank Rose's"),
        ("frank rose, FRANK ROSE", "Frank Rose, Frank Rose"),
        ("Frank, Rows of corn", "Frank, Rows of corn"),
        ("Frank Rowson and a Frankfurter", "Frank Rowson and a Frankfurter"),
        ("Frank Rose is here.", "Frank Rose is here."),
        ("The natto alliance, natto.", "The NATO alliance, NATO."),
        ("", ""),
    ],
)
def test_whole_words_are_corrected_and_nothing_else(text, corrected):
    assert correct_text(text, [ROSE, Term("NATO", ("natto",))]) == corrected


@pytest.mark.parametrize(
    ("content", "terms"),
    [
        (None, []),
        ("", []),
        ("- Okoro\n- term: Frank Rose\n  aliases: [Frank Rows, Franc Rose]\n", [Term("Okoro"), ROSE]),
        ("- term: NATO\n  aliases: natto\n", [Term("NATO", ("natto",))]),
    ],
)
def test_a_glossary_is_a_list_of_terms(tmp_path, content, terms):
    if content is not None:
        (tmp_path / "glossary.yml").write_text(content)
    assert load_glossary(tmp_path) == terms


@pytest.mark.parametrize("content", ["a: b", "- [a]", "- trem: a", "- aliases: [a]", "- term: [", "- 'a"])
def test_a_bad_glossary_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "glossary.yml").write_text(content)
    with pytest.raises(FactsError) as caught:
        load_glossary(tmp_path)
    assert str(caught.value).startswith("glossary.yml: cannot be read")
    assert "\n" not in str(caught.value)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Two clips with the same words: one that an engine wrote, one as published."""
    monkeypatch.chdir(tmp_path)
    Path("glossary.yml").write_text("- term: Frank Rose\n  aliases: [Frank Rows]\n")
    cues = [Cue(0.0, 2.0, "Then frank rows spoke."), Cue(3.0, 4.0, "It rained.")]
    words = tuple(Word(w.text, w.start, w.end) for s in time_cues(cues, None) for w in s.words)
    run = Run("test", "1", "", "", "en", 5.0, ((0.0, 4.0),), words)
    for clip_id, text_from in (("heard", "machine"), ("published", "script")):
        clip = Clip(clip_id, Facts(title=clip_id), text_from=text_from, duration=5.0)
        save_new(tmp_path, Transcript(clip, tuple(time_cues(cues, run)), {1: run}), None)
    return tmp_path


def glossary(*arguments):
    result = CliRunner().invoke(main, ["glossary", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def text(clip):
    return " ".join(s.text for s in load_transcript(Path("transcripts") / clip).segments)


LINE = "heard  0:00  Then frank rows spoke. → Then Frank Rose spoke.\n"


def test_a_preview_changes_nothing(archive):
    assert glossary("--dry-run") == LINE
    assert text("heard") == "Then frank rows spoke. It rained."
    assert not Path(LOG).exists()


def test_corrections_are_made_noted_and_taken_back(archive):
    assert glossary() == LINE
    assert (text("heard"), text("published")) == (
        "Then Frank Rose spoke. It rained.",
        "Then frank rows spoke. It rained.",
    )
    (note,) = [json.loads(line) for line in Path(LOG).read_text().splitlines()]
    assert {key: note[key] for key in ("clip", "start", "old", "new")} == {
        "clip": "heard", "start": 0.0, "old": "Then frank rows spoke.", "new": "Then Frank Rose spoke.",
    }  # fmt: skip
    assert CliRunner().invoke(main, ["check"]).output == "all is well\n"
    assert glossary() == ""
    assert glossary("--undo") == "heard  0:00  Then Frank Rose spoke. → Then frank rows spoke.\n"
    assert text("heard") == "Then frank rows spoke. It rained."
    assert glossary("--undo") == ""


def test_what_a_person_has_changed_since_is_not_taken_back(archive):
    glossary()
    path = Path("transcripts/heard/transcript.vtt")
    path.write_text(path.read_text().replace("Rose spoke", "Rose said"))
    assert glossary("--undo") == ""
    assert text("heard") == "Then Frank Rose said. It rained."


def test_only_the_clips_that_are_named_are_corrected(archive):
    assert glossary("published") == ""
    assert glossary("heard") == LINE
