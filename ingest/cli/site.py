"""The archive as a whole: make it, rebuild it, check it; and what can hear here."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ingest.cli.common import ARCHIVE, get_transcript, need_transcripts, report_failures, warn
from ingest.errors import AirquoteError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", help="What the archive is called.")
@click.option("--description", help="What it holds, in a sentence.")
@click.option("--license", help="Under which licence its texts may be used.")
@click.option("--license-url", help="Where that licence can be read.")
@click.option("--source", help="Who the recordings are from.")
@click.option("--source-url", help="Their address.")
@click.option(
    "--refresh", is_flag=True, help="Bring tables and queries in metadata.yml and datasette.yml up to date."
)
def init(folder: Path, refresh: bool, **words: str | None) -> None:
    """Make FOLDER an archive that `datasette FOLDER` can serve.

    What is there already stays as it is. After an upgrade, --refresh writes what metadata.yml and
    datasette.yml say about the tables and the canned queries anew, and keeps all else in them.
    """
    from ingest.site import init_archive

    for path, note in init_archive(folder, {key: word for key, word in words.items() if word}, refresh):
        if note:
            warn(f"{path}: {note}")
        else:
            click.echo(path)


@click.command()
@ARCHIVE
@click.option("--by", default="", metavar="NAME", help="Who has corrected transcripts. Default: ask git.")
def rebuild(archive: Path, by: str) -> None:
    """Make archive.db anew from transcripts/, for instance after correcting a transcript."""
    from ingest.archive import FILE
    from ingest.archive import rebuild as rebuild_archive
    from ingest.corrections import record_edits
    from ingest.files import lock_archive

    need_transcripts(archive)
    clips: list[str] = []
    with lock_archive(archive):
        for clip_id, edit in record_edits(archive, by):
            who = f" by {edit.by}, {edit.at}" if edit.by else ""
            click.echo(f"{clip_id}: corrected{who}", err=True)
        failures = rebuild_archive(archive, clips.append)
    click.echo(f"{archive / FILE}: {len(clips)} clips")
    sys.exit(report_failures([str(error) for error in failures]))


@click.command()
@click.argument("clips", nargs=-1, metavar="[CLIP...]")
@ARCHIVE
@click.option("--online", is_flag=True, help="Look at the publishers' pages and recordings instead.")
@click.option("--allow-private", is_flag=True, help="Let addresses lead into the local network.")
def check(clips: tuple[str, ...], archive: Path, online: bool, allow_private: bool) -> None:
    """Check that every clip is whole, its recording unchanged, and archive.db up to date.

    With --online: whether the page and the recording of each CLIP, or of all, are still where they
    were, and as they were. That is noted with its date in the clip's watch.yml, and the site shows it.
    """
    from ingest.check import check_archive

    need_transcripts(archive)
    if clips and not online:
        raise click.UsageError("without --online the whole archive is checked; name no clip")
    if online:
        sys.exit(_check_online(archive, clips, allow_private))
    faults = list(check_archive(archive))
    if not faults:
        click.echo("all is well")
    sys.exit(report_failures(faults))


def _check_online(archive: Path, clips: tuple[str, ...], allow_private: bool) -> int:
    """Look at the addresses of clips, say what has become of them, and return the exit status."""
    from dataclasses import replace

    from ingest.network.fetch import Fetcher
    from ingest.online import LIMITS, PAUSE, Visit, Visitor, describe_visit
    from ingest.transcript import list_ids

    for clip in clips:
        get_transcript(archive, clip)
    failed, said, count = False, False, 0
    with Fetcher(replace(LIMITS, allow_private=allow_private)) as fetcher:
        for visit in Visitor(archive, fetcher, PAUSE).visit(clips or list_ids(archive)):
            count += 1
            wrong = not isinstance(visit, Visit) or visit.failed
            if line := describe_visit(visit) if isinstance(visit, Visit) else str(visit):
                (warn if wrong else click.echo)(line)
            failed, said = failed or wrong, said or bool(line)
    if not said:
        click.echo("all is well")
    click.echo(f"{count} addresses looked at", err=True)
    return int(failed)


@click.command()
def engines() -> None:
    """List the engines: whether each can run here, on what device, with which models."""
    from ingest.engines import describe_engine, list_engines

    for name in list_engines():
        try:
            found = describe_engine(name)
        except AirquoteError as error:
            click.echo(f"{name}: {str(error).removeprefix(f'engine {name}: ')}")
            continue
        if found is None:
            click.echo(f"{name}: installed")
            continue
        line = f"{name}: {found.version} · runs on {found.device}"
        if found.default:
            models = ", ".join(found.models) or "none, the first use downloads one"
            line += f" · model {found.default} unless told otherwise · weights here: {models}"
        click.echo(line)
