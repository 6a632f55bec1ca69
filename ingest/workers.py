"""Workers: several recordings heard at once, each in a process of its own on this machine.

A worker gets a task and gives what it heard; it reads no archive and writes none. One that dies, for
want of memory or on a damaged file, takes only its own recording with it: the tasks that were under
way are then heard again, each alone. What is given up: a model is loaded in every worker.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from ingest.errors import EngineError
from ingest.hearing import Heard, Listener, Task
from ingest.known import Sounds


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker gives back: what it heard, what a person should read, and the seconds that it took."""

    heard: Heard
    warnings: tuple[str, ...]
    seconds: float


class Workers:
    """A pool of workers; use it in a `with`, at whose end none is left.

    count     how many there are
    listener  makes the listener of each, with a function for warnings; to be pickled
    sounds    the recordings that are in the archive and are not to be heard
    """

    def __init__(
        self, count: int, listener: Callable[[Callable[[str], None]], Listener], sounds: Sounds
    ) -> None:
        self.count = count
        self._start = (listener, sounds)
        self._pool = self._make(count)

    def submit(self, task: Task) -> Future[Report]:
        """Have a task done when a worker is free."""
        try:
            return self._pool.submit(_hear, task)
        except BrokenProcessPool:
            self._pool = self._make(self.count)
            return self._pool.submit(_hear, task)

    def hear_alone(self, task: Task) -> Report:
        """Do a task that was under way when a worker died, in a process that nothing else is in.

        raises  EngineError when this one dies too, and whatever hearing raises
        """
        with self._make(1) as pool:
            try:
                return pool.submit(_hear, task).result()
            except BrokenProcessPool as error:
                raise EngineError(
                    f"{task.audio}: the process that heard it was ended from outside, perhaps for want of "
                    "memory; use fewer --workers or a smaller --model"
                ) from error

    def _make(self, count: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # torch and its threads do not survive a fork
        return ProcessPoolExecutor(count, context, _start_worker, self._start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
        for child in multiprocessing.active_children() if kind else ():
            child.terminate()


_listener: Listener
_sounds: Sounds
_warnings: list[str] = []


def _start_worker(listener: Callable[[Callable[[str], None]], Listener], sounds: Sounds) -> None:
    global _listener, _sounds
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _listener, _sounds = listener(_warnings.append), sounds


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _hear(task: Task) -> Report:
    began = time.monotonic()
    _warnings.clear()
    heard = _listener.take(task, _sounds.has)
    return Report(heard, tuple(_warnings), time.monotonic() - began)
