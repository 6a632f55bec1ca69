"""A clip's folder under transcripts/: the truth, in plain text.

    transcripts/<clip-id>/
      clip.yml         facts that people may edit, where each came from, and how the text came about
      transcript.vtt   the text people read and may correct
      script.txt       the text as published, byte for byte, when there is one
      runs/0001.json   evidence, never edited: what one engine heard

A new clip's folder is made beside its place and renamed into it; a file in an existing folder is
replaced by renaming. So whatever is killed when, a reader finds each file whole, old or new.
"""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml
from anyascii import anyascii

from ingest.errors import FactsError, ScriptError, TranscriptError
from ingest.facts import KEYS, Facts, facts_to_dict, load_yaml, parse_facts
from ingest.files import save_file, sync_folder
from ingest.run import Run, format_run, parse_run
from ingest.script import decode_script, parse_script, split_sentences
from ingest.segment import Segment, find_turns, time_cues
from ingest.vtt import Cue, format_vtt, parse_vtt
from ingest.words import split_words

FOLDER = "transcripts"
TEXTS = ("script", "machine")  # the published text, aligned; what an engine heard
REVIEWS = ("unreviewed", "corrected", "reviewed")
_ID = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Clip:
    """What clip.yml holds.

    id              the slug that citations hang on; the folder's name
    origins         for each known fact, who stated it; see facts.py
    audio           path of the recording, relative to the archive where it lies inside it
    audio_sha256    of the file's bytes; samples_sha256: of its decoded 16 kHz samples
    duration        seconds of decoded audio
    text_from       how the current text came about, one of TEXTS; review: one of REVIEWS
    run             number of the run that times the text
    notice          one line about the text that a reader should know, "" when there is none
    """

    id: str
    facts: Facts
    origins: Mapping[str, str] = field(default_factory=dict)
    audio: str = ""
    audio_sha256: str = ""
    samples_sha256: str = ""
    duration: float = 0.0
    text_from: str = "machine"
    review: str = "unreviewed"
    run: int = 1
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A clip with its current text and the runs behind it, by number.

    corrected  whether a person has changed words since the current run and script gave them
    """

    clip: Clip
    segments: tuple[Segment, ...]
    runs: Mapping[int, Run]
    corrected: bool = False


def make_id(title: str, date: str, taken: Container[str]) -> str:
    """Make the lasting id of a new clip from its date, when known, and its title.

    Other scripts are written in Latin letters; an id that is taken gets -2, -3, …

    >>> make_id("Cooperation Is Key: “Defense”", "2013-05~", {"2013-05-cooperation-is-key-defense"})
    '2013-05-cooperation-is-key-defense-2'
    """
    slug = make_slug(f"{date.split('T')[0]} {title}")[:76].rstrip("-")
    number = 1
    while (clip_id := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return clip_id


def make_slug(text: str) -> str:
    """Write a text in lower-case Latin letters, digits and hyphens, at most 80 of them.

    >>> make_slug("Björk Guðmundsdóttir"), make_slug("导弹防御"), make_slug("?!")
    ('bjork-gudmundsdottir', 'daodanfangyu', 'unnamed')
    """
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")[:80].rstrip("-") or "unnamed"


def list_ids(archive: Path) -> list[str]:
    """The ids of all clips of an archive, in order."""
    folder = archive / FOLDER
    return (
        sorted(p.name for p in folder.iterdir() if p.is_dir() and _ID.fullmatch(p.name))
        if folder.is_dir()
        else []
    )


def load_clip(folder: Path) -> Clip:
    """Read clip.yml.

    raises  TranscriptError when it is missing or cannot be read
    """
    name = f"{folder.name}/clip.yml"
    try:
        values = dict(load_yaml(folder / "clip.yml", name))
        own = {key: values.pop(key) for key in _OWN_KEYS if key in values}
        if own.get("id") != folder.name:
            raise TranscriptError(f"{name}: says id {own.get('id')!r}; it has to be the folder's name")
        own["duration"], own["run"] = float(own.get("duration", 0)), int(own.get("run", 1))
        if not math.isfinite(own["duration"]):
            raise ValueError("the duration is not a number of seconds")
        for key, allowed in (("text_from", TEXTS), ("review", REVIEWS)):
            if own.get(key, allowed[0]) not in allowed:
                raise TranscriptError(f"{name}: {key} is {own[key]!r}; choose from {', '.join(allowed)}")
        return Clip(facts=parse_facts(values, name), **own)
    except FileNotFoundError as error:
        raise TranscriptError(f"{name}: is missing; bring it back, or remove the folder") from error
    except FactsError as error:
        raise TranscriptError(str(error)) from error
    except (ValueError, TypeError, OSError) as error:
        raise TranscriptError(f"{name}: cannot be read: {error}") from error


def load_transcript(folder: Path) -> Transcript:
    """Read a clip's folder and give each word its time.

    raises  TranscriptError when a file is missing or cannot be read; the message names it
    """
    clip = load_clip(folder)
    runs = {int(path.stem): load_run(path) for path in sorted(folder.glob("runs/[0-9]*.json"))}
    if clip.run not in runs:
        raise TranscriptError(
            f"{folder.name}: clip.yml names run {clip.run}, but runs/{clip.run:04}.json is missing"
        )
    cues = load_cues(folder)
    corrected = clip.review == "corrected" or _is_corrected(folder, clip, runs[clip.run], cues)
    return Transcript(clip, tuple(time_cues(cues, runs[clip.run])), runs, corrected)


def _is_corrected(folder: Path, clip: Clip, run: Run, cues: Sequence[Cue]) -> bool:
    script = find_script(folder) if clip.text_from == "script" else None
    try:
        text = decode_script(script, folder.name) if script else ""
    except ScriptError:
        return True
    turns = parse_script(text, clip.facts.speakers) if script else find_turns(run)
    given = [word for turn in turns for line in split_sentences(turn.text) for word in split_words(line)]
    return [word for cue in cues for word in split_words(cue.text)] != given


def load_cues(folder: Path) -> list[Cue]:
    """Read transcript.vtt.

    raises  TranscriptError naming the line
    """
    name = f"{folder.name}/transcript.vtt"
    try:
        return parse_vtt((folder / "transcript.vtt").read_text("utf-8"), name)
    except FileNotFoundError as error:
        raise TranscriptError(
            f"{name}: is missing; bring it back, or ingest the clip with --again"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise TranscriptError(f"{name}: cannot be read as UTF-8: {error}") from error


def load_run(path: Path) -> Run:
    """Read a run.

    raises  TranscriptError when it is not one
    """
    try:
        return parse_run(path.read_text("utf-8"))
    except (ValueError, KeyError, TypeError, OSError) as error:
        name = f"{path.parent.parent.name}/runs/{path.name}"
        raise TranscriptError(f"{name}: is not a run; bring it back from a copy ({error})") from error


def find_script(folder: Path) -> bytes | None:
    """The published text as it was taken in, None when there is none."""
    path = folder / "script.txt"
    return path.read_bytes() if path.exists() else None


def save_new(archive: Path, transcript: Transcript, script: bytes | None) -> Path:
    """Write the folder of a new clip, whole or not at all.

    raises  FileExistsError when the clip is there already
    """
    home = archive / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    folder = home / transcript.clip.id
    if folder.exists():
        raise FileExistsError(folder)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
    try:
        draft.chmod(0o755)  # mkdtemp makes it private
        save_changes(draft, transcript, script)
        draft.rename(folder)
        sync_folder(home)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def save_changes(folder: Path, transcript: Transcript, script: bytes | None) -> None:
    """Write the files of a clip's folder that differ from what is there, each whole; clip.yml last."""
    files = {f"runs/{number:04}.json": format_run(run).encode() for number, run in transcript.runs.items()}
    if script is not None:
        files["script.txt"] = script
    cues = [Cue(s.start, s.end, s.text, s.speaker) for s in transcript.segments]
    files["transcript.vtt"] = format_vtt(cues).encode()
    files["clip.yml"] = _format_clip(transcript.clip).encode()
    for name, content in files.items():
        save_file(folder / name, content)


def save_clip(folder: Path, clip: Clip) -> None:
    """Write clip.yml alone."""
    save_file(folder / "clip.yml", _format_clip(clip).encode())


_OWN_KEYS = tuple(f.name for f in fields(Clip) if f.name != "facts")


def _format_clip(clip: Clip) -> str:
    own = {key: getattr(clip, key) for key in _OWN_KEYS if key not in ("id", "origins")}
    own["duration"] = round(clip.duration, 3)
    values = {"id": clip.id, **facts_to_dict(clip.facts), **own}
    values["origins"] = {key: clip.origins[key] for key in KEYS if key in clip.origins}
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)
