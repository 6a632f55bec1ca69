"""`ingest add`: take recordings and texts in, and say of each what became of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.common import ARCHIVE, format_clock, printable, report_failures, warn
from ingest.errors import AirquoteError

if TYPE_CHECKING:
    from ingest.intake import Options, Outcome


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@ARCHIVE
@click.option("--title", help="Headline of the clip.")
@click.option("--date", help="Date of the broadcast as EDTF: 2013-05-14, 2013-05, 2013, 2013~.")
@click.option(
    "--speaker", "speakers", multiple=True, metavar='"NAME; title; part"', help="A person; repeat for more."
)
@click.option("--programme", help="The broadcast work the clip belongs to.")
@click.option("--broadcaster", help="Who aired it.")
@click.option("--language", help="Language spoken, as a code: en, zh, pt-BR. Default: detected.")
@click.option(
    "--script",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The text that exists already: published, captions, a transcript.",
)
@click.option(
    "--offset",
    metavar="TIME",
    help="What to add to the times of that text: seconds or h:mm:ss, may be negative.",
)
@click.option(
    "--engine",
    default="",
    help="whisper (default), faster-whisper, pocketsphinx; `ingest engines` lists them. none: do not listen.",
)
@click.option(
    "--model",
    default="",
    help="Model by name (tiny, base, small, …), a checkpoint file or a converted folder.",
)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="Default: cuda where there is one.")
@click.option(
    "--threads", type=click.IntRange(1), help="Processor cores that the engine may use. Default: all."
)
@click.option("--again", is_flag=True, help="Hear a known clip once more and add a run.")
@click.option("--dry-run", is_flag=True, help="List what would be taken in, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print an object a line.")
def add(sources: tuple[str, ...], as_json: bool, dry_run: bool, **values: Any) -> None:
    """Take recordings in: transcribe them, or align their published text.

    SOURCE is an audio or video file, a folder, a glob, a broadcaster's page saved as .html beside
    its recording, or a transcript (.vtt, .srt, .json, …) with or without a recording. Beside talk.mp3,
    talk.yml holds its facts, and talk.txt, talk.html or talk.srt the text that exists already.
    """
    from ingest.sources import Source, find_sources

    try:
        options = _options(values)
    except AirquoteError as error:
        raise click.UsageError(str(error)) from error
    found = list(find_sources(sources))
    recordings = [source for source in found if isinstance(source, Source)]
    if len(recordings) > 1 and (options.facts.title or options.script):
        raise click.UsageError(
            "--title and --script are for one recording; use a sidecar NAME.yml for each of several"
        )
    if dry_run:
        for source in recordings:
            click.echo(json.dumps({"source": str(source.path)}) if as_json else printable(str(source.path)))
        sys.exit(report_failures([str(error) for error in found if not isinstance(error, Source)]))
    from ingest.files import lock_archive

    with lock_archive(options.archive):
        sys.exit(_take_all(found, options, as_json))


def _options(values: dict[str, Any]) -> Options:
    from ingest.facts import KEYS, parse_facts
    from ingest.formats.clock import parse_offset
    from ingest.intake import Options

    if values["offset"] is not None:
        try:
            values["offset"] = parse_offset(values["offset"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--offset") from error
    stated = {key: value for key, value in values.items() if key in KEYS and value}
    rest = {key: value for key, value in values.items() if key not in KEYS and value not in (None, "", ())}
    if "speakers" in stated:
        stated["speakers"] = list(stated["speakers"])
    return Options(facts=parse_facts(stated, "command line"), **rest)


def _take_all(found: Sequence[Any], options: Options, as_json: bool) -> int:
    """Take each source in, go on after a failure, and end with a count of what became of them."""
    from ingest.intake import Intake, Outcome
    from ingest.progress import Progress
    from ingest.sources import Source

    progress = Progress(sys.stderr, len(found))

    def tell(line: str) -> None:
        progress.clear()
        warn(line)

    intake = Intake(options, tell, progress.tell)
    counts = dict.fromkeys(("added", "updated", "unchanged", "failed"), 0)
    holes = 0
    for source in found:
        name = str(source.path) if isinstance(source, Source) else str(source).partition(": ")[0]
        progress.start(name)
        try:
            if not isinstance(source, Source):
                raise source
            outcome = intake.take(source)
        except AirquoteError as error:
            outcome = Outcome("", name, "failed", str(error))
        except OSError as error:
            outcome = Outcome(
                "", name, "failed", f"{name}: cannot be read or written: {error.strerror or error}"
            )
        progress.finish()
        counts[outcome.status] += 1
        holes += len(outcome.holes)
        _print_outcome(outcome, as_json)
    click.echo(", ".join(f"{count} {status}" for status, count in counts.items() if count), err=True)
    return 1 if counts["failed"] or holes else 0


def _print_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        click.echo(printable(json.dumps(asdict(outcome), ensure_ascii=False)))
    if outcome.status == "failed":
        warn(f"failed: {outcome.message}")
    elif not as_json:
        detail = f" · {outcome.message}" if outcome.message else ""
        length = format_clock(outcome.duration)
        click.echo(f"{outcome.clip}  {outcome.status} · {length} in {outcome.seconds:.1f} s{detail}")
    if outcome.holes:
        holes = ", ".join(f"{format_clock(start)}–{format_clock(end)}" for start, end in outcome.holes)
        warn(f"{outcome.clip}: speech without text at {holes}; listen there, and correct transcript.vtt")
