import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from conftest import make_transcript, write_wav

from ingest.archive import rebuild
from ingest.cli import main
from ingest.facts import Facts, Speaker, merge_facts
from ingest.transcript import Edit, save_new

TALK = "2013-05-talk"
ROSE, ANN = Speaker("F. Rose", "", "guest"), Speaker("Ann Lee", "Mayor", "host")


@pytest.fixture
def archive(tmp_path):
    """A clip whose facts come from four sources, one of them edited since."""
    stated = {
        "sidecar": Facts(title="Talk", speakers=(ROSE, ANN)),
        "page": Facts(date="2013-05", page_url="https://radio.example/talk"),
        "tag": Facts(programme="Morning"),
        "engine": Facts(language="en"),
    }  # fmt: skip
    facts, origins = merge_facts(stated)
    talk = make_transcript(
        TALK, replace(facts, programme="The Morning Tide", page_url=""), [("F. Rose", "So it is.")],
        origins=origins, audio="clips/talk.wav", audio_sha256="1f", samples_sha256="2e", review="corrected",
        notice="Heard badly.", edits=(Edit("2026-11-27T12:00:00Z", "Bo Ek"),),
    )  # fmt: skip
    save_new(tmp_path, talk, None)
    (tmp_path / "speakers.yml").write_text(
        "- {name: Frank Rose, aliases: [F. Rose], offices: [{title: Deputy, from: 2009}]}\n"
    )
    write_wav(tmp_path / "clips/talk.wav", 1)
    assert rebuild(tmp_path) == []
    return tmp_path


def show(archive, *arguments):
    return CliRunner().invoke(main, ["show", *arguments, "--archive", str(archive)])


def test_each_fact_is_shown_with_its_origin(archive):
    result = show(archive, TALK)
    assert result.exit_code == 0, result.output
    assert (
        result.output
        == """\
clip                2013-05-talk
title      sidecar  Talk
date       page     2013-05 (2013-05-01 to 2013-05-31)
programme  hand     The Morning Tide
language   engine   en
speakers   sidecar  Frank Rose (guest), Deputy (says speakers.yml), here F. Rose
                    Ann Lee (host), Mayor (says clip.yml)
page_url   hand     (taken out)
text                machine, corrected, timed by run 1
notice              Heard badly.
run 1               whisper 20250625 base, undated, 3 words, 100% of the speech
recording           clips/talk.wav
duration            2.2 s
sha256              1f
corrected           2026-11-27T12:00:00Z by Bo Ek
unknown: broadcaster, summary, audio_url, rights, note
"""
    )


def test_the_same_for_programs(archive):
    known = json.loads(show(archive, TALK, "--json").output)
    assert list(known) == ["clip", "facts", "text", "recording", "runs", "edits"]
    facts = known["facts"]
    assert {key: fact["origin"] for key, fact in facts.items() if fact["origin"]} == {
        "title": "sidecar", "date": "page", "programme": "hand", "language": "engine", "speakers": "sidecar",
        "page_url": "hand",
    }  # fmt: skip
    assert facts["date"] == {"value": "2013-05", "origin": "page", "from": "2013-05-01", "to": "2013-05-31"}
    assert facts["rights"] == {"value": "", "origin": ""}
    assert facts["speakers"]["value"] == [
        {
            "speaker": "frank-rose", "name": "Frank Rose", "named": "F. Rose", "part": "guest",
            "title": "Deputy", "title_from": "speakers.yml",
        },
        {
            "speaker": "ann-lee", "name": "Ann Lee", "named": "Ann Lee", "part": "host",
            "title": "Mayor", "title_from": "clip.yml",
        },
    ]  # fmt: skip
    assert known["text"] == {
        "from": "machine", "review": "corrected", "run": 1, "timed": True, "notice": "Heard badly.",
        "document": "", "offset": 0.0,
    }  # fmt: skip
    assert known["recording"] == {
        "file": "clips/talk.wav", "duration": 2.2, "sha256": "1f", "samples_sha256": "2e",
        "time_reference": None, "missing": False,
    }  # fmt: skip
    assert known["runs"] == [
        {"n": 1, "engine": "whisper", "version": "20250625", "model": "base", "made": "", "words": 3,
         "coverage": 1.0},
    ]  # fmt: skip
    assert known["edits"] == [{"at": "2026-11-27T12:00:00Z", "by": "Bo Ek"}]


def test_a_broadcast_recording_says_when_it_began_and_a_missing_one_that_it_is(archive):
    from test_bext import DATA, FMT, make_bext, make_wave

    path = archive / "clips/talk.wav"
    path.write_bytes(make_wave((b"bext", make_bext(samples=16000 * 23405)), FMT, DATA))
    assert "begins              06:30:05 by the recorder's clock\n" in show(archive, TALK).output
    path.unlink()
    assert "recording           clips/talk.wav (missing)\n" in show(archive, TALK).output


def test_a_clip_without_recording_and_times_says_so(archive):
    text = make_transcript("minutes", Facts(title="Minutes"), [("", "So it is.")], timed=False, offset=1.5,
                           document="clips/minutes.txt", text_from="script")  # fmt: skip
    save_new(archive, text, None)
    assert show(archive, "minutes").output.splitlines()[:6] == [
        "clip            minutes",
        "title     hand  Minutes",
        "text            script, unreviewed, no times known",
        "document        clips/minutes.txt",
        "offset          1.5 s",
        "run 1           whisper 20250625 base, undated, 3 words, 100% of the speech",
    ]


@pytest.mark.parametrize("clip", ["no-talk", "../2013-05-talk", ""])
def test_an_unknown_clip_is_one_line(archive, clip):
    result = show(archive, clip)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{clip}: there is no such clip in {archive}/transcripts; name it")
    assert result.stderr.count("\n") == 1
