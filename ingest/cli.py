"""The command `ingest`: parse, call, print, and say by the exit status how it went.

Results go to standard output, a line each; progress and warnings to standard error.
Exit status: 0 all done, 1 something failed and is listed while the rest is kept, 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click_default_group import DefaultGroup

from ingest import __version__
from ingest.errors import AirquoteError

if TYPE_CHECKING:
    from ingest.intake import Options, Outcome

ARCHIVE = click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="this folder",
    help="The folder that holds transcripts/ and archive.db.",
)


class Ingest(DefaultGroup):  # type: ignore[misc]
    """Runs a command; what a person can mend becomes one line and exit status 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except AirquoteError as error:
            _fail(str(error))


@click.group(cls=Ingest, default="add", default_if_no_args=False)
@click.version_option(__version__, prog_name="airquote")
def main() -> None:
    """Turn recordings into an archive that can be searched and cited to the second.

    `ingest SOURCE...` is short for `ingest add SOURCE...`.

    \b
      ingest clips/                       a folder of recordings
      ingest talk.mp3 --title "A talk"    one recording, with what is known about it
      datasette .                         search, play and cite it
    """


@main.command()
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
    "--script", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The published text."
)
@click.option(
    "--engine", default="", help="whisper (default), faster-whisper or pocketsphinx; see `ingest engines`."
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

    SOURCE is an audio or video file, a folder, a glob, or a broadcaster's page saved as .html beside
    its recording. Beside talk.mp3, talk.yml holds its facts, talk.txt or talk.html its published text.
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
            click.echo(source.audio)
        sys.exit(_report_failures([str(error) for error in found if not isinstance(error, Source)]))
    options.archive.mkdir(parents=True, exist_ok=True)
    sys.exit(_take_all(found, options, as_json))


@main.command()
@ARCHIVE
def rebuild(archive: Path) -> None:
    """Make archive.db anew from transcripts/, for instance after correcting a transcript."""
    from ingest.archive import FILE
    from ingest.archive import rebuild as rebuild_archive

    _need_transcripts(archive)
    clips: list[str] = []
    failures = rebuild_archive(archive, clips.append)
    click.echo(f"{archive / FILE}: {len(clips)} clips")
    sys.exit(_report_failures([str(error) for error in failures]))


@main.command()
@ARCHIVE
def check(archive: Path) -> None:
    """Check that every clip is whole, its recording unchanged, and archive.db up to date."""
    from ingest.check import check_archive

    _need_transcripts(archive)
    faults = list(check_archive(archive))
    if not faults:
        click.echo("all is well")
    sys.exit(_report_failures(faults))


@main.command()
@click.argument("clip")
@ARCHIVE
@click.option(
    "--format",
    "form",
    default="vtt",
    show_default=True,
    type=click.Choice(["vtt", "srt", "txt", "json"]),
    help="What to write; json has a time for every word.",
)
def export(clip: str, archive: Path, form: str) -> None:
    """Print the transcript of CLIP for other programs."""
    from ingest.export import FORMATS
    from ingest.facts import facts_to_dict
    from ingest.transcript import FOLDER, list_ids, load_transcript

    if clip not in list_ids(archive):
        _fail(f"{clip}: there is no such clip in {archive / FOLDER}; `ingest export` wants the folder's name")
    transcript = load_transcript(archive / FOLDER / clip)
    facts = {"clip": clip, **facts_to_dict(transcript.clip.facts), "duration": transcript.clip.duration}
    click.echo(FORMATS[form](facts, transcript.segments), nl=False)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make FOLDER an archive that `datasette FOLDER` can serve."""
    from ingest.site import init_archive

    for path in init_archive(folder):
        click.echo(path)


@main.command()
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


def _options(values: dict[str, Any]) -> Options:
    from ingest.facts import KEYS, parse_facts
    from ingest.intake import Options

    stated = {key: value for key, value in values.items() if key in KEYS and value}
    rest = {key: value for key, value in values.items() if key not in KEYS and value}
    if "speakers" in stated:
        stated["speakers"] = list(stated["speakers"])
    return Options(facts=parse_facts(stated, "command line"), **rest)


def _take_all(found: Sequence[Any], options: Options, as_json: bool) -> int:
    """Take each source in, go on after a failure, and end with a count of what became of them."""
    from ingest.intake import Intake, Outcome
    from ingest.progress import Progress
    from ingest.sources import Source

    progress = Progress(sys.stderr, len(found))

    def warn(line: str) -> None:
        progress.clear()
        _warn(line)

    intake = Intake(options, warn, progress.tell)
    counts = dict.fromkeys(("added", "updated", "unchanged", "failed"), 0)
    for source in found:
        name = str(source.audio) if isinstance(source, Source) else str(source).partition(": ")[0]
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
        _print_outcome(outcome, as_json)
    click.echo(", ".join(f"{count} {status}" for status, count in counts.items() if count), err=True)
    return 1 if counts["failed"] else 0


def _print_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False))
    if outcome.status == "failed":
        _warn(f"failed: {outcome.message}")
    elif not as_json:
        detail = f" · {outcome.message}" if outcome.message else ""
        length = f"{int(outcome.duration // 60)}:{int(outcome.duration % 60):02}"
        click.echo(f"{outcome.clip}  {outcome.status} · {length} in {outcome.seconds:.1f} s{detail}")


def _need_transcripts(archive: Path) -> None:
    from ingest.transcript import FOLDER

    if not (archive / FOLDER).is_dir():
        _fail(
            f"{archive}: holds no {FOLDER}/; name the archive with --archive DIR, or ingest something first"
        )


def _report_failures(lines: list[str]) -> int:
    for line in lines:
        _warn(line)
    return 1 if lines else 0


def _warn(line: str) -> None:
    click.echo(" ".join(line.splitlines()), err=True)  # a file's name may hold a line break


def _fail(line: str) -> NoReturn:
    _warn(line)
    sys.exit(1)
