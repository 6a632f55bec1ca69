"""`ingest watch`: take in what is new at some places, again and again."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.common import heed_interrupts, warn
from ingest.cli.options import COMMON, apply_options, read_options
from ingest.cli.report import print_outcome
from ingest.errors import AirquoteError, TranscriptError

if TYPE_CHECKING:
    from ingest.errors import SourceError
    from ingest.intake import Intake
    from ingest.sources import Source
    from ingest.watch import Watch


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--every", default="15m", show_default=True, metavar="TIME", help="30s, 15m, 2h, 1d.")
@apply_options(COMMON)
def watch(sources: tuple[str, ...], every: str, as_json: bool, workers: int, **values: Any) -> None:
    """Take in what is new in folders and feeds, again and again until it is interrupted.

    What has not changed is passed over in silence. What failed is tried again each time, and told once.
    Between two rounds the archive is free for other commands.
    """
    from ingest.files import lock_archive
    from ingest.intake import Intake, make_listener
    from ingest.lister import Lister
    from ingest.network.fetch import Fetcher, Limits
    from ingest.sources import find_sources
    from ingest.watch import Watch, parse_interval

    try:
        seconds = parse_interval(every)
        options = read_options(values)
    except (AirquoteError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    memory, listener = Watch(), make_listener(options, warn)

    def tell(line: str) -> None:
        if memory.is_news(line):
            warn(line)

    try:
        with (
            heed_interrupts(signal.SIGINT, signal.SIGTERM) as check,
            Fetcher(Limits(allow_private=options.allow_private)) as fetcher,
        ):
            lister = Lister(fetcher, tell, options.since, options.limit)
            while True:
                began = time.monotonic()
                memory.begin()
                try:
                    if picked := memory.pick(find_sources(sources, lister)):
                        with lock_archive(options.archive):
                            intake = Intake(options, tell, fetcher=fetcher, listener=listener)
                            _take(picked, intake, memory, workers, as_json)
                except TranscriptError as error:  # somebody else is at work in the archive
                    warn(str(error))
                check()
                time.sleep(max(0.0, began + seconds - time.monotonic()))
    except KeyboardInterrupt:
        warn("interrupted: what has landed is whole")


def _take(
    picked: Sequence[Source | SourceError], intake: Intake, memory: Watch, workers: int, as_json: bool
) -> None:
    """One round."""
    from ingest.batch import take_all
    from ingest.files import sweep_drafts
    from ingest.transcript import FOLDER

    sweep_drafts(intake.options.archive / FOLDER)
    for source in picked:
        memory.see(source)
    for outcome in take_all(intake, picked, workers):
        if memory.note(outcome):
            print_outcome(outcome, as_json)
