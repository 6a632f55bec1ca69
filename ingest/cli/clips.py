"""One clip: what is known of it, its transcript, what has heard it and what was corrected; its names."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ingest.cli.common import (
    ARCHIVE,
    fail,
    fold_lines,
    format_clock,
    get_transcript,
    need_transcripts,
    report_failures,
)
from ingest.errors import TranscriptError


@click.command()
@click.argument("clip")
@ARCHIVE
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def show(clip: str, archive: Path, as_json: bool) -> None:
    """Show each fact about CLIP with its origin, who is in it, its recording, and how its text came about.

    Origins: option, hand (edited in clip.yml), sidecar, manifest, page, feed, document (its text), tag (its
    recording's file), engine, file (its name).
    """
    from ingest.show import describe_clip, format_description
    from ingest.speakers.people import load_people

    known = describe_clip(get_transcript(archive, clip), load_people(archive), archive)
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
        return
    for line in format_description(known):
        click.echo(fold_lines(line))


@click.command()
@click.argument("clip")
@ARCHIVE
@click.option(
    "--format",
    "form",
    default="vtt",
    show_default=True,
    type=click.Choice(["vtt", "srt", "txt", "md", "csv", "ttml", "json", "podcast"]),
    help="What to write; json has a time for every word.",
)
def export(clip: str, archive: Path, form: str) -> None:
    """Print the transcript of CLIP for other programs."""
    from ingest.facts import facts_to_dict
    from ingest.formats import EXPORTS
    from ingest.speakers.credits import name_people
    from ingest.speakers.people import load_people

    transcript = name_people(get_transcript(archive, clip), load_people(archive))
    if EXPORTS[form].timed and not transcript.clip.timed:
        fail(f"{clip}: nobody knows when its words are said, and {form} cannot be without times; take txt")
    own = {"duration": transcript.clip.duration, "timed": transcript.clip.timed}
    facts = {"clip": clip, **facts_to_dict(transcript.clip.facts), **own}
    click.echo(EXPORTS[form].write(facts, transcript.segments), nl=False)


@click.command()
@click.argument("clip")
@ARCHIVE
def runs(clip: str, archive: Path) -> None:
    """List what has heard CLIP, the run that times its text marked with a star."""
    from ingest.history import describe_runs

    for line in describe_runs(get_transcript(archive, clip)):
        click.echo(line)


@click.command()
@click.argument("clip")
@click.argument("numbers", nargs=-1, type=int, metavar="[RUN RUN]")
@ARCHIVE
def diff(clip: str, numbers: tuple[int, ...], archive: Path) -> None:
    """Show what was corrected in CLIP by hand, or where two of its runs heard other words.

    A line a difference: its time, and [-old-] {+new+} words among their neighbours.
    """
    from ingest.history import compare_runs, compare_words
    from ingest.text import recompose_text
    from ingest.transcript import FOLDER, find_script

    if len(numbers) not in (0, 2):
        raise click.UsageError("name two runs, or none to see what was corrected by hand")
    transcript = get_transcript(archive, clip)
    if missing := [str(n) for n in numbers if n not in transcript.runs]:
        fail(f"{clip}: has no run {', '.join(missing)}; `ingest runs {clip}` lists them")
    if numbers:
        lines = compare_runs(transcript.runs[numbers[0]], transcript.runs[numbers[1]])
    else:
        given = recompose_text(transcript, find_script(archive / FOLDER / clip, transcript.clip.offset))
        old, new = ([w for s in text for w in s.words] for text in (given, transcript.segments))
        lines = compare_words(old, new, transcript.clip.timed)
    for line in lines:
        click.echo(line)
    for edit in () if numbers else transcript.clip.edits:
        click.echo(f"corrected by {edit.by}, {edit.at}")


@click.command()
@click.argument("clips", nargs=-1, metavar="[CLIP...]")
@ARCHIVE
@click.option("--dry-run", is_flag=True, help="Show what would be corrected, and stop.")
@click.option("--undo", is_flag=True, help="Take the corrections made last back.")
def glossary(clips: tuple[str, ...], archive: Path, dry_run: bool, undo: bool) -> None:
    """Correct the names and terms of glossary.yml in the transcripts that an engine wrote.

    Whole words only, never a published text; each correction is noted in glossary.log.
    """
    from datetime import UTC, datetime

    from ingest.archive import rebuild as rebuild_archive
    from ingest.files import lock_archive
    from ingest.glossary import apply_corrections, propose_corrections, undo_corrections

    need_transcripts(archive)
    for clip in clips:
        get_transcript(archive, clip)
    failures: list[TranscriptError] = []
    with lock_archive(archive):
        if undo:
            corrections = undo_corrections(archive)
        else:
            now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
            corrections = list(propose_corrections(archive, clips, now))
        if corrections and not undo and not dry_run:
            apply_corrections(archive, corrections)
        if corrections and not dry_run:
            failures = rebuild_archive(archive)
    for correction in corrections:
        click.echo(
            f"{correction.clip}  {format_clock(correction.start)}  {correction.old} → {correction.new}"
        )
    sys.exit(report_failures([str(error) for error in failures]))
