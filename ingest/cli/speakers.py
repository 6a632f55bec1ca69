"""`ingest speakers`: who speaks in a clip, and who is who in the archive."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.common import ARCHIVE, fail, format_clock, get_transcript, need_transcripts, report_failures
from ingest.errors import AirquoteError, TranscriptError

if TYPE_CHECKING:
    from ingest.speakers.authority import Merge
    from ingest.speakers.roster import Mention
    from ingest.speakers.voices import Naming, Split
    from ingest.transcript import Transcript

OF_A_CLIP = ("rttm", "diarizer", "replace", "split", "rename")  # options that need one


@click.command()
@click.argument("clip", required=False)
@ARCHIVE
@click.option("--rttm", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Speaker turns.")
@click.option("--diarizer", metavar="NAME", help="Let this diarizer tell the voices apart.")
@click.option("--replace", is_flag=True, help="With turns: replace the names that are there already too.")
@click.option("--split", multiple=True, metavar='"1:05-2:10=NAME"', help="Who speaks there.")
@click.option("--rename", multiple=True, metavar='"OLD=NEW; title; part"', help="Name a voice.")
@click.option("--merge", multiple=True, metavar='"A,B=C"', help="Make voices, or names, one.")
@click.option("--undo", is_flag=True, help="Take the last merge of names back.")
@click.option("--dry-run", is_flag=True, help="Show each line that would change, and stop.")
def speakers(clip: str | None, archive: Path, dry_run: bool, **values: Any) -> None:
    """List who speaks in CLIP, or say who it is: by speaker turns (RTTM), by times, by name.

    Turns come first, then --split, --rename and --merge; a sentence is cut where the voice changes.
    --split takes numbers of sentences too ("12-15=NAME").

    Without CLIP: list everybody in the archive and who may be the same person, or say with --merge that
    names are one person's. That is written to speakers.yml, and leaves the transcripts as they are.
    """
    need_transcripts(archive)
    if clip is None:
        if named := [f"--{option}" for option in OF_A_CLIP if values[option]]:
            raise click.UsageError(f"{', '.join(named)}: name the clip")
        _name_people(archive, values["merge"], values["undo"], dry_run)
    elif values["undo"]:
        raise click.UsageError("--undo takes back what is merged without a clip")
    else:
        _name_voices(clip, archive, values, dry_run)


def _name_voices(clip: str, archive: Path, values: dict[str, Any], dry_run: bool) -> None:
    """Who speaks in one clip."""
    from ingest.archive import open_archive, save_transcript
    from ingest.files import lock_archive
    from ingest.speakers.diarisation import load_turns
    from ingest.speakers.people import load_people
    from ingest.speakers.voices import (
        describe_changes,
        describe_voices,
        parse_merge,
        parse_naming,
        parse_split,
    )
    from ingest.transcript import FOLDER, is_edited, load_cues, load_transcript, save_changes

    if values["rttm"] and values["diarizer"]:
        raise click.UsageError("give --rttm or --diarizer, not both")
    try:
        splits = [parse_split(text) for text in values["split"]]
        namings = [parse_naming(text) for text in values["rename"]]
        namings += [naming for text in values["merge"] for naming in parse_merge(text)]
    except AirquoteError as error:
        raise click.UsageError(str(error)) from error
    folder = archive / FOLDER / clip
    with lock_archive(archive):
        old = get_transcript(archive, clip)
        new = _change_voices(_add_turns(old, archive, values), splits, namings)
        if new != old and not dry_run:
            save_changes(folder, new, None, is_edited(old.clip, load_cues(folder)))
            save_transcript(open_archive(archive), load_transcript(folder), load_people(archive))
    for line in describe_changes(old, new) if dry_run else describe_voices(new, *load_turns(new, folder)):
        click.echo(line)


def _add_turns(transcript: Transcript, archive: Path, values: dict[str, Any]) -> Transcript:
    from ingest.speakers.diarisation import add_turns
    from ingest.speakers.diarizers import hear_turns
    from ingest.transcript import FOLDER

    folder = archive / FOLDER / transcript.clip.id
    rttm, diarizer = values["rttm"], values["diarizer"]
    if rttm:
        return add_turns(transcript, folder, rttm.read_bytes(), str(rttm), values["replace"])
    if diarizer:
        turns = hear_turns(diarizer, archive / transcript.clip.audio)
        return add_turns(transcript, folder, turns, diarizer, values["replace"])
    return transcript


def _change_voices(transcript: Transcript, splits: Iterable[Split], namings: Iterable[Naming]) -> Transcript:
    from ingest.speakers.voices import name_voices, split_voice

    for split in splits:
        transcript = split_voice(transcript, split)
    return name_voices(transcript, namings)


def _name_people(archive: Path, merges: tuple[str, ...], undo: bool, dry_run: bool) -> None:
    """Who is who in the archive."""
    from ingest.archive import rebuild
    from ingest.files import lock_archive

    if undo and merges:
        raise click.UsageError("give --merge or --undo, not both")
    changes = [partial(_merge, archive, *_parse_merge(text)) for text in merges]
    changes += [partial(_undo, archive)] if undo else []
    failures: list[TranscriptError] = []
    with lock_archive(archive):
        if not changes:
            _list_people(archive)
        for change in changes:
            if change(dry_run):
                failures = rebuild(archive)
    sys.exit(report_failures([str(error) for error in failures]))


def _parse_merge(text: str) -> tuple[str, str]:
    names, _, name = text.partition("=")
    if not names.strip() or not name.strip() or ";" in name:
        raise click.UsageError(f'{text!r} names nobody; write "A,B=C", without title and part')
    return names, name.strip()


def _merge(archive: Path, text: str, name: str, dry_run: bool) -> bool:
    """Show what changes when names become one person's, and write it; whether anything was written."""
    from ingest.archive import open_archive
    from ingest.speakers.authority import apply_merge, plan_merge
    from ingest.speakers.people import load_people
    from ingest.speakers.roster import list_mentions, split_names

    people, db = load_people(archive), open_archive(archive)
    names = split_names(db, people, text)
    planned = plan_merge(archive, names, name, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    if planned is None:
        click.echo(f"{text} is {name} already")
        return False
    merge, changed = planned
    _print_merge(merge, list(list_mentions(db, archive, people, names)), "is")
    if not dry_run:
        apply_merge(archive, merge, changed)
    return not dry_run


def _undo(archive: Path, dry_run: bool) -> bool:
    """Show the last merge and take it back; whether anything was written."""
    from ingest.archive import open_archive
    from ingest.speakers.authority import find_last_merge, undo_merge
    from ingest.speakers.people import load_people
    from ingest.speakers.roster import list_mentions

    merge = find_last_merge(archive)
    if merge is None:
        fail(f"{archive}: no merge is noted that could be taken back")
    mentions = list(list_mentions(open_archive(archive), archive, load_people(archive), merge.names))
    if not dry_run:
        undo_merge(archive, merge)
    _print_merge(merge, mentions, "is no longer")
    return not dry_run


def _print_merge(merge: Merge, mentions: list[Mention], verb: str) -> None:
    for mention in mentions:
        count = f"{mention.sentences} sentence{'' if mention.sentences == 1 else 's'}"
        click.echo(f"{mention.clip}  {count}  {mention.name} {verb} {merge.name}")
    for name in merge.names:
        click.echo(f"speakers.yml  {name} {verb} {merge.name}")


def _list_people(archive: Path) -> None:
    """Everybody, a line each, and whom to look at."""
    from ingest.archive import open_archive
    from ingest.speakers.people import load_people
    from ingest.speakers.roster import find_twins, list_people

    people = load_people(archive)
    entries = list_people(open_archive(archive), people)
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        clips = f"{entry.clips} clip{'' if entry.clips == 1 else 's'}"
        also = f"  also {'; '.join(entry.aliases)}" if entry.aliases else ""
        click.echo(f"{entry.name:<{width}}  {clips:>8}  {format_clock(entry.seconds):>7}{also}")
    for short, full in find_twins(entries, people):
        click.echo(f'perhaps one person: ingest speakers --merge "{short}={full}" --dry-run')
