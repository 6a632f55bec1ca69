"""`ingest speakers`: who speaks in a clip."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.cli.common import ARCHIVE, get_transcript
from ingest.errors import AirquoteError


@click.command()
@click.argument("clip")
@ARCHIVE
@click.option("--rttm", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Speaker turns.")
@click.option("--diarizer", metavar="NAME", help="Let this diarizer tell the voices apart.")
@click.option("--replace", is_flag=True, help="With turns: replace the names that are there already too.")
@click.option("--split", "splits", multiple=True, metavar='"1:05-2:10=NAME"', help="Who speaks there.")
@click.option("--rename", "renames", multiple=True, metavar='"OLD=NEW; title; part"', help="Name a voice.")
@click.option("--merge", "merges", multiple=True, metavar='"A,B=C"', help="Make voices one.")
@click.option("--dry-run", is_flag=True, help="Show each line that would change, and stop.")
def speakers(
    clip: str,
    archive: Path,
    rttm: Path | None,
    diarizer: str | None,
    replace: bool,
    splits: tuple[str, ...],
    renames: tuple[str, ...],
    merges: tuple[str, ...],
    dry_run: bool,
) -> None:
    """List who speaks in CLIP, or say who it is: by speaker turns (RTTM), by times, by name.

    Turns come first, then --split, --rename and --merge; a sentence is cut where the voice changes.
    --split takes numbers of sentences too ("12-15=NAME").
    """
    from ingest.archive import open_archive, save_transcript
    from ingest.diarisation import add_turns, load_turns
    from ingest.diarizers import hear_turns
    from ingest.files import lock_archive
    from ingest.transcript import FOLDER, is_edited, load_cues, load_transcript, save_changes
    from ingest.voices import (
        describe_changes,
        describe_voices,
        name_voices,
        parse_merge,
        parse_naming,
        parse_split,
        split_voice,
    )

    if rttm and diarizer:
        raise click.UsageError("give --rttm or --diarizer, not both")
    try:
        stretches = [parse_split(text) for text in splits]
        namings = [parse_naming(text) for text in renames]
        namings += [naming for text in merges for naming in parse_merge(text)]
    except AirquoteError as error:
        raise click.UsageError(str(error)) from error
    folder = archive / FOLDER / clip
    with lock_archive(archive):
        old = new = get_transcript(archive, clip)
        if rttm:
            new = add_turns(new, folder, rttm.read_bytes(), str(rttm), replace)
        if diarizer:
            new = add_turns(new, folder, hear_turns(diarizer, archive / old.clip.audio), diarizer, replace)
        for stretch in stretches:
            new = split_voice(new, stretch)
        new = name_voices(new, namings)
        if new != old and not dry_run:
            save_changes(folder, new, None, is_edited(old.clip, load_cues(folder)))
            save_transcript(open_archive(archive), load_transcript(folder))
    lines = describe_changes(old, new) if dry_run else describe_voices(new, *load_turns(new, folder))
    for line in lines:
        click.echo(line)
