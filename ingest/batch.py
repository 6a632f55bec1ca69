"""Batch: many sources, one after the other or several at once, each landing or failing on its own.

A clip is written in one go, so whatever ends a batch leaves whole clips; the same command then goes
on with the rest, since what has landed is known.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ingest.errors import AirquoteError, SourceError
from ingest.hearing import Heard, Task
from ingest.intake import Intake, Pending, make_listener
from ingest.outcome import Outcome
from ingest.sources import Source
from ingest.workers import Report, Workers

AHEAD = 2  # tasks for each worker that are prepared and wait
Result = TypeVar("Result")


def take_all(intake: Intake, sources: Iterable[Source | SourceError], workers: int = 1) -> Iterator[Outcome]:
    """Take each source in and give what became of it, with several workers in the order of their ends."""
    if workers > 1:
        yield from _Parallel(intake, workers).take(sources)
        return
    for source in sources:
        yield attempt(source, intake.take)


def attempt(source: Source | SourceError, act: Callable[[Source], Result]) -> Result | Outcome:
    """Do something with a source; what a person can mend about it becomes a failed outcome."""
    name = source.name if isinstance(source, Source) else str(source).partition(": ")[0]
    try:
        if isinstance(source, SourceError):
            raise source
        return act(source)
    except AirquoteError as error:
        return Outcome("", name, "failed", str(error))
    except OSError as error:
        message = f"{name}: cannot be read or written: {error.strerror or error}"
        return Outcome("", name, "failed", message)


class _Parallel:
    """Prepares and writes here, hears in workers."""

    def __init__(self, intake: Intake, workers: int) -> None:
        self.intake = intake
        self.count = workers
        threads = intake.options.threads or max(1, (os.cpu_count() or 1) // workers)
        make = partial(make_listener, replace(intake.options, threads=threads))
        self.pool = Workers(workers, make, intake.known.sounds)
        self.waiting: dict[Future[Report], Pending] = {}
        self.told: set[str] = set()

    def take(self, sources: Iterable[Source | SourceError]) -> Iterator[Outcome]:
        with self.pool:
            for source in sources:
                yield from self._go_on(attempt(source, self.intake.prepare))
                while len(self.waiting) >= AHEAD * self.count:
                    yield from self._settle()
            while self.waiting:
                yield from self._settle()

    def _go_on(self, step: Outcome | Pending) -> Iterator[Outcome]:
        if isinstance(step, Pending):
            self.waiting[self.pool.submit(step.task)] = step
        else:
            yield step

    def _settle(self) -> Iterator[Outcome]:
        """Wait for one task at least, and write what was heard."""
        done, _ = wait(self.waiting, return_when=FIRST_COMPLETED)
        for future in done:
            pending = self.waiting.pop(future)
            yield from self._go_on(attempt(pending.source, partial(self._finish, pending, future)))

    def _finish(self, pending: Pending, future: Future[Report], source: Source) -> Outcome | Pending:
        seconds = 0.0

        def collect(task: Task) -> Heard:
            nonlocal seconds
            try:
                report = future.result()
            except BrokenProcessPool:
                report = self.pool.hear_alone(task)
            seconds = round(report.seconds, 2)
            for line in report.warnings:
                if line not in self.told:  # what concerns no single recording is told by every worker
                    self.told.add(line)
                    self.intake.warn(line)
            return report.heard

        step = self.intake.finish(pending, collect)
        return replace(step, seconds=seconds) if isinstance(step, Outcome) else step
