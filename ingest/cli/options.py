"""Options that several commands share, and what they mean together."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ingest.cli.common import ARCHIVE

if TYPE_CHECKING:
    from ingest.intake import Options

Command = TypeVar("Command", bound=Callable[..., Any])


class _Script(click.Path):
    """A file that is there, or an address, which stays a text."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if isinstance(value, str) and re.match(r"[a-z][a-z0-9+.-]+://", value, re.IGNORECASE):
            return value
        return super().convert(value, parameter, context)


# What holds for every source, be it one or a thousand.
COMMON = [
    ARCHIVE,
    click.option("--programme", help="The broadcast work the clip belongs to."),
    click.option("--broadcaster", help="Who aired it."),
    click.option("--language", help="Language spoken, as a code: en, zh, pt-BR. Default: detected."),
    click.option(
        "--speaker",
        "speakers",
        multiple=True,
        metavar='"NAME; title; part"',
        help="A person; repeat it for more.",
    ),
    click.option(
        "--engine",
        default="",
        help="whisper (default), faster-whisper, pocketsphinx, …: see `ingest engines`. none: do not listen.",
    ),
    click.option(
        "--model",
        default="",
        help="Model by name (tiny, base, small, …), a checkpoint file or a converted folder.",
    ),
    click.option("--device", type=click.Choice(["cpu", "cuda"]), help="Default: cuda where there is one."),
    click.option(
        "--threads", type=click.IntRange(1), help="Processor cores that the engine may use. Default: all."
    ),
    click.option(
        "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that hear at once."
    ),
    click.option("--since", metavar="DATE", help="Of feeds, only items that are not before it (EDTF)."),
    click.option("--limit", type=click.IntRange(1), help="Of each feed, so many items at most."),
    click.option(
        "--allow-private", is_flag=True, help="Let feeds and pages lead to addresses in the local network."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print an object a line."),
]
# What is said of one recording.
SINGLE = [
    click.option("--title", help="Headline of the clip."),
    click.option("--date", help="Date of the broadcast as EDTF: 2013-05-14, 2013-05, 2013, 2013~."),
    click.option(
        "--script",
        type=_Script(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE|URL",
        help="The text that exists already: published, captions, a transcript.",
    ),
    click.option(
        "--offset",
        metavar="TIME",
        help="What to add to the times of that text: seconds or h:mm:ss, may be negative.",
    ),
    click.option("--again", is_flag=True, help="Hear a known clip once more and add a run."),
]


def apply_options(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Add options to a command, in this order."""
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


def read_options(values: dict[str, Any]) -> Options:
    """The options of a command as one value.

    raises  AirquoteError, or click's error, for what cannot be meant
    """
    from ingest.facts import KEYS, parse_facts
    from ingest.formats.clock import parse_offset
    from ingest.intake import Options

    if values.get("offset") is not None:
        try:
            values["offset"] = parse_offset(values["offset"])
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--offset") from error
    if isinstance(script := values.get("script"), str):
        values = {**values, "script": None, "script_url": script}
    stated = {key: value for key, value in values.items() if key in KEYS and value}
    rest = {key: value for key, value in values.items() if key not in KEYS and value not in (None, "", ())}
    if "speakers" in stated:
        stated["speakers"] = list(stated["speakers"])
    return Options(facts=parse_facts(stated, "command line"), **rest)


def read_names(names: Sequence[str]) -> Iterator[str]:
    """Names as they were given; for -, those on standard input."""
    for name in names:
        if name == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
        else:
            yield name
