"""A clip's folder under transcripts/: the truth, in plain text.

    transcripts/<clip-id>/
      clip.yml         facts that people may edit, where each came from, and how the text came about
      transcript.vtt   the text people read and may correct
      script.txt       the text that existed already, byte for byte, when there is one; or script.srt, …
      fingerprint.txt  what the recording sounds like, by which it is known when it is encoded anew
      peaks.txt        how loud the recording is from moment to moment, see peaks.py
      runs/0001.json   evidence, never edited: what one engine heard
      runs/speakers-0001.rttm   the same: who speaks when, as a diariser said, when one did
      watch.yml        what became of the publisher's page and recording, see sightings.py

A new clip's folder is made beside its place and renamed into it; a file in an existing folder is
replaced by renaming. So whatever is killed when, a reader finds each file whole, old or new.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import shutil
import tempfile
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

import yaml
from anyascii import anyascii

from ingest.chapters import Chapter, format_chapters, load_chapters
from ingest.errors import FactsError, TranscriptError
from ingest.facts import KEYS, Facts, facts_to_dict, load_yaml, parse_facts
from ingest.files import DRAFT, save_file, sync_folder
from ingest.peaks import load_peaks
from ingest.published import Published
from ingest.run import Run, format_run, parse_run
from ingest.segment import Segment, time_cues
from ingest.sightings import Sighting, load_watch
from ingest.vtt import Cue, find_asides, format_vtt, parse_vtt
from ingest.words import split_words

FOLDER = "transcripts"
TEXTS = ("script", "machine", "import")  # published; what an engine heard; captions or another's transcript
REVIEWS = ("unreviewed", "corrected", "reviewed")
_ID = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction by hand: when it was made, and by whom, as far as git or `--by` told."""

    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Clip:
    """What clip.yml holds.

    id              the slug that citations hang on; the folder's name
    origins         for each known fact, who stated it; see facts.py
    guid            the lasting name that a feed or a manifest gives it, "" without one
    audio           path of the recording, relative to the archive where it lies inside it; "" without one
    audio_sha256    of the file's bytes; samples_sha256: of its decoded 16 kHz samples
    earlier         the SHA-256 of recordings that it had before, whose files may still be here
    document        path of the text that was taken in without a recording, "" for a clip that has one
    offset          seconds that are added to the times of the text that existed already
    duration        seconds of decoded audio; without a recording, to where the text ends
    timed           False where nobody knows when anything was said: times then only keep the order
    text_from       how the current text came about, one of TEXTS; review: one of REVIEWS
    run             number of the run that times the text
    notice          one line about the text that a reader should know, "" when there is none
    text_sha256     of the words and speakers that were written last by a program, or recorded as edited
    edits           corrections by hand, oldest first
    chapters        where its parts begin, in order, as the publisher says
    """

    id: str
    facts: Facts
    origins: Mapping[str, str] = field(default_factory=dict)
    guid: str = ""
    audio: str = ""
    audio_sha256: str = ""
    samples_sha256: str = ""
    earlier: tuple[str, ...] = ()
    document: str = ""
    offset: float = 0.0
    duration: float = 0.0
    timed: bool = True
    text_from: str = "machine"
    review: str = "unreviewed"
    run: int = 1
    notice: str = ""
    text_sha256: str = ""
    edits: tuple[Edit, ...] = ()
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A clip with its current text and the runs behind it, by number.

    corrected  whether a person has changed words since a program wrote them
    evidence   further files to keep in runs/, byte for byte, by name; not loaded with the others
    watch      what became of the publisher's page and recording; not written with the others
    peaks      how loud the recording is, none where that is not known; not written with the others
    """

    clip: Clip
    segments: tuple[Segment, ...]
    runs: Mapping[int, Run]
    corrected: bool = False
    evidence: Mapping[str, bytes] = field(default_factory=dict)
    watch: tuple[Sighting, ...] = ()
    peaks: bytes = b""


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
        own["run"] = int(own.get("run", 1))
        own["timed"] = own.get("timed", "true") != "false"
        own["edits"] = tuple(Edit(**edit) for edit in own.get("edits", ()))
        own["earlier"] = tuple(own.get("earlier", ()))
        own["chapters"] = load_chapters(own.get("chapters", []))
        for key in ("duration", "offset"):
            own[key] = float(own.get(key, 0))
            if not math.isfinite(own[key]):
                raise ValueError(f"the {key} is not a number of seconds")
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
    corrected = clip.review == "corrected" or is_edited(clip, cues)
    watch: tuple[Sighting, ...] = ()
    peaks = b""
    with suppress(TranscriptError):  # `ingest check` names it; the clip is whole without it
        watch = load_watch(folder)
    with suppress(TranscriptError):
        peaks = load_peaks(folder)
    segments = tuple(time_cues(cues, runs[clip.run]))
    return Transcript(clip, segments, runs, corrected, watch=watch, peaks=peaks)


def hash_text(pieces: Iterable[Cue | Segment]) -> str:
    """The SHA-256 of a text's words and who says them; where a line breaks and the times do not matter."""
    said = ([piece.speaker, word] for piece in pieces for word in split_words(piece.text))
    return hashlib.sha256(json.dumps(list(said)).encode()).hexdigest()


def is_edited(clip: Clip, cues: Iterable[Cue]) -> bool:
    """Whether the words differ from those that a program wrote last, or that are recorded as edited."""
    return bool(clip.text_sha256) and hash_text(cues) != clip.text_sha256


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


def load_asides(folder: Path) -> list[tuple[float, str]]:
    """The comments in transcript.vtt, see `find_asides`; none where it is missing or cannot be read."""
    try:
        return find_asides((folder / "transcript.vtt").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return []


def load_run(path: Path) -> Run:
    """Read a run.

    raises  TranscriptError when it is not one
    """
    try:
        return parse_run(path.read_text("utf-8"))
    except (ValueError, KeyError, TypeError, OSError) as error:
        name = f"{path.parent.parent.name}/runs/{path.name}"
        raise TranscriptError(f"{name}: is not a run; bring it back from a copy ({error})") from error


def find_script(folder: Path, offset: float = 0.0) -> Published | None:
    """The text that existed already, as it was taken in; None when there is none.

    offset  as clip.yml has it
    """
    found = sorted(folder.glob("script.*"))
    return Published(found[0].read_bytes(), found[0].suffix, offset) if found else None


def save_new(archive: Path, transcript: Transcript, script: Published | None) -> Path:
    """Write the folder of a new clip, whole or not at all.

    raises  FileExistsError when the clip is there already
    """
    home = archive / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    folder = home / transcript.clip.id
    if folder.exists():
        raise FileExistsError(folder)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=home))
    try:
        draft.chmod(0o755)  # mkdtemp makes it private
        save_changes(draft, transcript, script)
        draft.rename(folder)
        sync_folder(home)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def save_changes(
    folder: Path, transcript: Transcript, script: Published | None, edited: bool = False
) -> None:
    """Write the files of a clip's folder that differ from what is there, each whole; clip.yml last.

    edited  whether the text has words of a person that are yet to be recorded as such
    """
    files = {f"runs/{number:04}.json": format_run(run).encode() for number, run in transcript.runs.items()}
    files |= {f"runs/{name}": content for name, content in transcript.evidence.items()}
    if script is not None:
        files[f"script{script.suffix}"] = script.content
    cues = [Cue(s.start, s.end, s.text, s.speaker) for s in transcript.segments]
    files["transcript.vtt"] = format_vtt(cues, load_asides(folder)).encode()
    text_sha256 = transcript.clip.text_sha256 if edited else hash_text(cues)
    files["clip.yml"] = _format_clip(replace(transcript.clip, text_sha256=text_sha256)).encode()
    for name, content in files.items():
        save_file(folder / name, content)
    for path in folder.glob("script.*"):
        if script is not None and path.name not in files:
            path.unlink()


def save_clip(folder: Path, clip: Clip) -> None:
    """Write clip.yml alone."""
    save_file(folder / "clip.yml", _format_clip(clip).encode())


_OWN_KEYS = tuple(f.name for f in fields(Clip) if f.name != "facts")
# Left out where they say nothing.
_RARE = {"guid": "", "earlier": (), "document": "", "offset": 0.0, "timed": True, "edits": (), "chapters": ()}


def _format_clip(clip: Clip) -> str:
    own = {key: getattr(clip, key) for key in _OWN_KEYS if key not in ("id", "origins")}
    own["duration"] = round(clip.duration, 3)
    own["edits"] = [asdict(edit) for edit in clip.edits]
    own["earlier"] = list(clip.earlier)
    own["chapters"] = format_chapters(clip.chapters)
    own = {key: value for key, value in own.items() if key not in _RARE or getattr(clip, key) != _RARE[key]}
    values = {"id": clip.id, **facts_to_dict(clip.facts), **own}
    values["origins"] = {key: clip.origins[key] for key in KEYS if key in clip.origins}
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)
