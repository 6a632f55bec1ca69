"""The command `ingest`: parse, call, print, and say by the exit status how it went.

Results go to standard output, a line each; progress and warnings to standard error.
Exit status: 0 all done, 1 something failed and is listed while the rest is kept, 2 wrong usage.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click_default_group import DefaultGroup

from ingest import __version__
from ingest.errors import AirquoteError, TranscriptError

if TYPE_CHECKING:
    from ingest.intake import Options, Outcome
    from ingest.transcript import Transcript

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
        except OSError as error:
            _fail(f"{error.filename or 'a file'}: cannot be read or written: {error.strerror or error}")
        except sqlite3.DatabaseError as error:
            _fail(f"archive.db: is damaged ({error}); run `ingest rebuild`")


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
            click.echo(json.dumps({"source": str(source.path)}) if as_json else _printable(str(source.path)))
        sys.exit(_report_failures([str(error) for error in found if not isinstance(error, Source)]))
    from ingest.files import lock_archive

    with lock_archive(options.archive):
        sys.exit(_take_all(found, options, as_json))


@main.command()
@ARCHIVE
@click.option("--by", default="", metavar="NAME", help="Who has corrected transcripts. Default: ask git.")
def rebuild(archive: Path, by: str) -> None:
    """Make archive.db anew from transcripts/, for instance after correcting a transcript."""
    from ingest.archive import FILE
    from ingest.archive import rebuild as rebuild_archive
    from ingest.corrections import record_edits
    from ingest.files import lock_archive

    _need_transcripts(archive)
    clips: list[str] = []
    with lock_archive(archive):
        for clip_id, edit in record_edits(archive, by):
            who = f" by {edit.by}, {edit.at}" if edit.by else ""
            click.echo(f"{clip_id}: corrected{who}", err=True)
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
    type=click.Choice(["vtt", "srt", "txt", "md", "csv", "ttml", "json", "podcast"]),
    help="What to write; json has a time for every word.",
)
def export(clip: str, archive: Path, form: str) -> None:
    """Print the transcript of CLIP for other programs."""
    from ingest.facts import facts_to_dict
    from ingest.formats import EXPORTS

    transcript = _load(archive, clip)
    if EXPORTS[form].timed and not transcript.clip.timed:
        _fail(f"{clip}: nobody knows when its words are said, and {form} cannot be without times; take txt")
    own = {"duration": transcript.clip.duration, "timed": transcript.clip.timed}
    facts = {"clip": clip, **facts_to_dict(transcript.clip.facts), **own}
    click.echo(EXPORTS[form].write(facts, transcript.segments), nl=False)


@main.command()
@click.argument("clip")
@ARCHIVE
def runs(clip: str, archive: Path) -> None:
    """List what has heard CLIP, the run that times its text marked with a star."""
    from ingest.history import describe_runs

    for line in describe_runs(_load(archive, clip)):
        click.echo(line)


@main.command()
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
    transcript = _load(archive, clip)
    if missing := [str(n) for n in numbers if n not in transcript.runs]:
        _fail(f"{clip}: has no run {', '.join(missing)}; `ingest runs {clip}` lists them")
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


@main.command()
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

    _need_transcripts(archive)
    for clip in clips:
        _load(archive, clip)
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
            f"{correction.clip}  {_format_clock(correction.start)}  {correction.old} → {correction.new}"
        )
    sys.exit(_report_failures([str(error) for error in failures]))


@main.command()
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
        old = new = _load(archive, clip)
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

    def warn(line: str) -> None:
        progress.clear()
        _warn(line)

    intake = Intake(options, warn, progress.tell)
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
        click.echo(_printable(json.dumps(asdict(outcome), ensure_ascii=False)))
    if outcome.status == "failed":
        _warn(f"failed: {outcome.message}")
    elif not as_json:
        detail = f" · {outcome.message}" if outcome.message else ""
        length = _format_clock(outcome.duration)
        click.echo(f"{outcome.clip}  {outcome.status} · {length} in {outcome.seconds:.1f} s{detail}")
    if outcome.holes:
        holes = ", ".join(f"{_format_clock(start)}–{_format_clock(end)}" for start, end in outcome.holes)
        _warn(f"{outcome.clip}: speech without text at {holes}; listen there, and correct transcript.vtt")


def _format_clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"


def _load(archive: Path, clip: str) -> Transcript:
    from ingest.transcript import FOLDER, list_ids, load_transcript

    if clip not in list_ids(archive):
        _fail(f"{clip}: there is no such clip in {archive / FOLDER}; name it as its folder is named")
    return load_transcript(archive / FOLDER / clip)


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
    click.echo(_printable(" ".join(line.splitlines())), err=True)  # a name may hold a line break


def _printable(text: str) -> str:
    """A text without what UTF-8 cannot write: a file's name may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _fail(line: str) -> NoReturn:
    _warn(line)
    sys.exit(1)
