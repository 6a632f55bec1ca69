"""The demonstration, offline as `make demo` runs it anywhere: its text exact, its times good."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

import pytest
from click.testing import CliRunner

from ingest.archive import FILE
from ingest.cli import main
from ingest.transcript import load_transcript
from ingest.web.page import load_page
from ingest.words import split_words

pytest.importorskip("pocketsphinx", reason="the extra `offline` is not installed")

ROOT = Path(__file__).parent.parent
EDITORIAL = "cooperation-is-key-to-ballistic-missile-defense"
INTERVIEW = "2026-05-14-a-century-of-tides-read-by-hand"
HEADLINE = 7  # words: it is read out before the editorial's text, and is no part of that
PUBLISHED = ROOT.parent / "shared/demo/editorial.txt"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The three clips, taken in on a machine that has no weights and cannot fetch any."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "clips", folder / "clips")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
        result = CliRunner().invoke(main, ["clips", "--json"])
        assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["added"] * 3
    return folder


def load(demo, clip_id):
    return load_transcript(demo / "transcripts" / clip_id)


def plain(word):
    return re.sub(r"\W", "", word.lower())


def test_the_editorials_words_are_the_published_ones(demo):
    words = [w.text for s in load(demo, EDITORIAL).segments for w in s.words]
    assert words == split_words(load_page(ROOT / f"clips/{EDITORIAL}.html").script)
    assert len(words) == 378


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published text is kept outside the repository")
def test_the_editorials_text_is_identical_to_the_published_one(demo):
    text = " ".join(s.text for s in load(demo, EDITORIAL).segments)
    assert text == " ".join(PUBLISHED.read_text().split())


@pytest.mark.parametrize("clip_id", [EDITORIAL, INTERVIEW])
def test_words_start_when_the_synthesiser_says_they_do(demo, clip_id):
    truth = json.loads((ROOT / f"tests/data/truth/{clip_id}.json").read_text())["words"]
    words = [w for s in load(demo, clip_id).segments for w in s.words]
    pieces = iter(truth[HEADLINE:] if clip_id == EDITORIAL else truth)
    errors = []
    for word in words:
        first = piece = next(pieces)
        said = plain(piece["word"])
        while len(said) < len(plain(word.text)):  # the synthesiser counts "Asia-Pacific" as two
            piece = next(pieces)
            said += plain(piece["word"])
        assert said == plain(word.text)
        errors.append(abs(word.start - first["start"]))
    assert median(errors) < 0.05
    assert quantiles(errors, n=20)[-1] < 0.15


def test_the_interviews_turns_are_its_speakers(demo):
    segments = load(demo, INTERVIEW).segments
    turns = [segments[0].speaker] + [b.speaker for a, b in pairwise(segments) if a.speaker != b.speaker]
    assert turns == (["Clara Benning", "Thomas Okoro"] * 6)[:11]


def test_the_same_again_changes_nothing(demo, monkeypatch):
    monkeypatch.chdir(demo)
    files = {p: p.read_bytes() for p in Path("transcripts").rglob("*") if p.is_file()}
    result = CliRunner().invoke(main, ["clips", "--json"])
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["unchanged"] * 3
    assert {p: p.read_bytes() for p in Path("transcripts").rglob("*") if p.is_file()} == files
    assert CliRunner().invoke(main, ["check"]).output == "all is well\n"
    assert (demo / FILE).exists()
