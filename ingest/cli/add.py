"""`ingest add`: take recordings and texts in, and say of each what became of it."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.common import fold_lines, heed_interrupts, printable, warn
from ingest.cli.options import COMMON, SINGLE, apply_options, read_names, read_options
from ingest.cli.report import Tally, print_outcome
from ingest.errors import AirquoteError

if TYPE_CHECKING:
    from ingest.errors import SourceError
    from ingest.intake import Options
    from ingest.network.fetch import Fetcher
    from ingest.sources import Source


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@apply_options([*COMMON, *SINGLE])
@click.option("--dry-run", is_flag=True, help="Say what would become of each source, and why; write nothing.")
def add(sources: tuple[str, ...], as_json: bool, dry_run: bool, workers: int, **values: Any) -> None:
    """Take recordings in: transcribe them, or align their published text.

    SOURCE is an audio or video file, a folder, a glob, a transcript (.vtt, .srt, .json, …) with or without
    a recording, a broadcaster's page, a feed or an address of any of these (https://…, s3://…), or a
    manifest: a .csv, .json or .yml with a row a clip. - reads names from standard input, one a line. Beside
    talk.mp3, talk.yml holds its facts, and talk.txt, talk.html or talk.srt the text that exists already.
    """
    from ingest.lister import Lister
    from ingest.network.fetch import Fetcher, Limits
    from ingest.sources import Source, find_sources

    try:
        options = read_options(values)
    except AirquoteError as error:
        raise click.UsageError(str(error)) from error
    with Fetcher(Limits(allow_private=options.allow_private)) as fetcher:
        lister = Lister(fetcher, warn, options.since, options.limit)
        found = list(find_sources(read_names(sources), lister))
        many = sum(isinstance(source, Source) for source in found) > 1
        if many and (options.facts.title or options.script or options.script_url):
            raise click.UsageError(
                "--title and --script are for one recording; use a sidecar NAME.yml for each of several"
            )
        if dry_run:
            sys.exit(_foresee_all(found, options, as_json))
        sys.exit(_take_all(found, options, fetcher, workers, as_json))


def _foresee_all(found: Sequence[Source | SourceError], options: Options, as_json: bool) -> int:
    """Say of each source what would become of it."""
    from ingest.batch import attempt
    from ingest.intake import Intake

    intake = Intake(options, warn)
    tally = Tally()
    for source in found:
        outcome = attempt(source, intake.foresee)
        tally.count(outcome)
        if as_json:
            click.echo(printable(json.dumps(asdict(outcome) | {"dry_run": True}, ensure_ascii=False)))
        elif outcome.status == "failed":
            warn(f"would fail: {outcome.message}")
        else:
            what = "would stay as it is" if outcome.status == "unchanged" else f"would be {outcome.status}"
            detail = f" · {outcome.message}" if outcome.message else ""
            click.echo(fold_lines(f"{outcome.clip}  {what} · {outcome.source}{detail}"))
    return tally.status


def _take_all(
    found: Sequence[Source | SourceError], options: Options, fetcher: Fetcher, workers: int, as_json: bool
) -> int:
    """Take each source in, go on after a failure, and end with a count of what became of them."""
    from ingest.batch import take_all
    from ingest.files import lock_archive, sweep_drafts
    from ingest.intake import Intake
    from ingest.progress import Progress
    from ingest.transcript import FOLDER

    progress = Progress(sys.stderr, len(found))

    def tell(line: str) -> None:
        progress.clear()
        warn(line)

    tally = Tally()
    try:
        with lock_archive(options.archive), heed_interrupts(signal.SIGINT) as check:
            sweep_drafts(options.archive / FOLDER)
            intake = Intake(options, tell, progress.tell, fetcher)
            intake.landing.open()
            for outcome in take_all(intake, progress.over(found), workers):
                progress.finish()
                tally.count(outcome)
                print_outcome(outcome, as_json)
                check()
    except KeyboardInterrupt:
        progress.clear()
        left = len(found) - tally.total
        warn(f"interrupted: {left} not taken in; the same command goes on with the rest")
        tally.interrupted = True
    for line in tally.describe():
        click.echo(line, err=True)
    return tally.status
