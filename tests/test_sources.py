import os
from pathlib import Path

import pytest

from ingest.entry import Entry
from ingest.errors import SourceError
from ingest.sources import Source, find_sources


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder as a broadcaster may have it; the recordings are empty, nobody listens here."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "a.mp3",
        "a.yml",
        "a.txt",
        "b.WAV",
        "b.html",
        "sub/c.opus",
        "sub/notes.txt",
        "sub/lone.yml",
        "said/e.srt",
        "said/e.txt",
        "said/f.json",
        ".hidden/d.mp3",
        "empty/x.md",
        "transcripts/talk/clip.yml",
        "transcripts/talk/transcript.vtt",
    ):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    Path("sub/story.html").write_text('<audio src="c.opus"></audio>')
    return tmp_path


A = Source(Path("a.mp3"), Path("a.yml"), None, Path("a.txt"))
B = Source(Path("b.WAV"), None, Path("b.html"), None)
C = Source(Path("sub/c.opus"), None, Path("sub/story.html"), None)
E = Source(None, None, None, Path("said/e.srt"))
F = Source(None, None, None, Path("said/f.json"))
NOTES = Source(None, None, None, Path("sub/notes.txt"))


@pytest.mark.parametrize(
    ("names", "sources"),
    [
        (["a.mp3"], [A]),
        (["."], [A, B, C, E]),
        (["sub"], [C]),
        (["*.mp3"], [A]),
        (["a.mp3", "a.yml", "a.txt", "b.WAV", "b.html"], [A, B]),
        (["sub/story.html"], [C]),
        (["a.mp3", "./a.mp3", "."], [A, B, C, E]),
        (["said", "said/f.json", "sub/notes.txt"], [E, F, NOTES]),
    ],
)
def test_names_give_recordings_with_their_companions_once(folder, names, sources):
    assert list(find_sources(names)) == sources


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.mp3", "gone.mp3: there is no such file or folder"),
        ("*.flac", "*.flac: there is no such file or folder"),
        ("empty", "empty: holds no recordings"),
        ("", "an empty name: name a file or a folder"),
        ("loop.wav", "loop.wav: there is no such file or folder"),
        ("pipe.wav", "pipe.wav: is neither a file nor a folder"),
        ("sub/lone.yml", "sub/lone.yml: there is no recording named lone beside it"),
        ("https://example.org/a.mp3", "https://example.org/a.mp3: is on the network"),
        ("lost.html", "lost.html: plays lost.mp3, which is not there"),
        ("plain.html", "plain.html: names no recording"),
    ],
)
def test_what_gives_no_recording_is_reported_and_the_rest_goes_on(folder, name, message):
    Path("lost.html").write_text('<audio><source src="lost.mp3"></audio>')
    Path("plain.html").write_text("<p>Hello</p>")
    Path("loop.wav").symlink_to("loop.wav")
    os.mkfifo("pipe.wav")
    error, source = find_sources([name, "a.mp3"])
    assert isinstance(error, SourceError)
    assert str(error).startswith(message)
    assert source == A


def test_a_saved_page_may_play_what_has_to_be_fetched(folder):
    Path("far.html").write_text('<audio src="https://example.org/a.mp3"></audio>')
    (source,) = find_sources(["far.html"])
    assert source == Source(page=Path("far.html"), entry=Entry("page", audio="https://example.org/a.mp3"))
    assert (source.name, source.entry.is_remote) == ("https://example.org/a.mp3", True)
    assert not source.entry.trusts("https://example.org/a.mp3")


def test_a_page_that_cannot_be_read_does_not_take_its_folder_with_it(folder):
    Path("sub/huge.html").write_text("<p>" * 200_000)
    error, source = find_sources(["sub"])
    assert str(error).startswith("sub/huge.html: ")
    assert source == C
