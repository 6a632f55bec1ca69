"""What a person is told of a batch: a line a source, and at the end how it went."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ingest.cli.common import fold_lines, format_clock, printable, warn
from ingest.progress import format_length

if TYPE_CHECKING:
    from ingest.outcome import Outcome


class Tally:
    """Counts what became of the sources of a batch."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(("added", "updated", "unchanged", "failed"), 0)
        self.audio = dict.fromkeys(self.counts, 0.0)  # seconds
        self.failures: list[str] = []
        self.holes = 0
        self.interrupted = False

    def count(self, outcome: Outcome) -> None:
        self.counts[outcome.status] += 1
        self.audio[outcome.status] += outcome.duration
        self.holes += len(outcome.holes)
        if outcome.status == "failed":
            self.failures.append(outcome.message)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def status(self) -> int:
        """The exit status: 1 where something failed, was interrupted, or has long speech without text."""
        return 1 if self.failures or self.holes or self.interrupted else 0

    def describe(self) -> Iterator[str]:
        """A line for a source or two; for more a table, and the failures once more below it."""
        told = {status: count for status, count in self.counts.items() if count}
        if self.total <= 2:
            yield ", ".join(f"{count} {status}" for status, count in told.items())
            return
        yield f"{'':10}{'clips':>7}{'audio':>11}"
        for status, count in told.items():
            length = format_length(self.audio[status]) if self.audio[status] else ""
            yield f"{status:10}{count:7}{length:>11}"
        yield from (f"  {fold_lines(message)}" for message in self.failures)


def print_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        click.echo(printable(json.dumps(asdict(outcome), ensure_ascii=False)))
    if outcome.status == "failed":
        warn(f"failed: {outcome.message}")
    elif not as_json:
        detail = f" · {outcome.message}" if outcome.message else ""
        length = format_clock(outcome.duration)
        line = f"{outcome.clip}  {outcome.status} · {length} in {outcome.seconds:.1f} s{detail}"
        click.echo(fold_lines(line))
    if outcome.holes:
        holes = ", ".join(f"{format_clock(start)}–{format_clock(end)}" for start, end in outcome.holes)
        warn(f"{outcome.clip}: speech without text at {holes}; listen there, and correct transcript.vtt")
