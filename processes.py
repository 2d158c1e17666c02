"""Worker processes: the one place that starts them, here or by an engine that spreads work over machines.

What is spread is a pure function over items in order. Which process does an item, and whether one that died did it
before, changes nothing in the results.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from logging.handlers import QueueHandler, QueueListener
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from typing import Literal, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


MOST_CANCELLED = 5
"""How often an item may be given up by an engine."""

EngineName = Literal["processes", "dask"]


class EngineError(Exception):
    """Processes that were asked for cannot be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What does the work: processes of this machine, or Dask's workers, wherever they are."""

    name: EngineName = "processes"
    scheduler: str | None = None
    """Address of Dask's scheduler; None to start workers here."""

    @classmethod
    def of(cls, text: str) -> Engine:
        """
        >>> Engine.of("processes").scheduler, Engine.of("dask").scheduler, Engine.of("dask://10.0.0.1:8786").scheduler
        (None, None, 'tcp://10.0.0.1:8786')

        Raises:
            EngineError: it names no engine.
        """
        name, _, scheduler = text.partition("://")
        if name == "dask":
            return cls("dask", f"tcp://{scheduler}" if scheduler else None)
        if text == "processes":
            return cls()
        raise EngineError(f"{text} is no engine: processes, dask, or dask://HOST:PORT of a scheduler")

    def __str__(self) -> str:
        return f"{self.name}://{self.scheduler.removeprefix('tcp://')}" if self.scheduler else self.name


@dataclass(frozen=True, slots=True)
class Spread:
    """Where items are worked on."""

    pool: Executor | None = None
    """None for this process, one after the other."""
    jobs: int = 1

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Results in the order of the items, of which few are held at a time."""
        return mapped(self.pool, function, items, ahead=2 * self.jobs)


HERE = Spread()


@contextmanager
def spread(jobs: int, engine: Engine | None = None) -> Iterator[Spread]:
    """So many processes of an engine, until the end of the block.

    Args:
        jobs: processes to start; workers of a scheduler are counted where it is asked.

    Raises:
        EngineError: the engine is not installed, does not answer, or its workers have another version of this program.
    """
    if engine is not None and engine.name == "dask":
        from .dask_engine import dask_pool  # noqa: PLC0415 - an extra

        with dask_pool(engine.scheduler, jobs) as (pool, workers):
            yield Spread(pool, workers)
    elif jobs > 1:
        with process_pool(jobs) as pool:
            yield Spread(pool, jobs)
    else:
        yield HERE


@contextmanager
def process_pool(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of processes that are started anew: a fork of ours, which has threads of Arrow's, may wait for ever.

    What they log is logged here. At the end, be it an error or a signal, what has not begun is not begun any more.
    """
    context = get_context("spawn")
    records: Queue[logging.LogRecord] = context.Queue()
    listener = QueueListener(records, _LogHere())
    level = logging.root.getEffectiveLevel()
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(records, level))
    listener.start()
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        listener.stop()
        records.close()


def _begin(records: Queue[logging.LogRecord], level: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # they reach the whole process group; who made the pool ends it
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(level=level, format="%(message)s", handlers=[QueueHandler(records)])
    end_with_parent()


def end_with_parent() -> None:
    """Have this process end when the one that started it does, in whatever way, and whatever it is doing then."""
    parent = parent_process()
    assert parent is not None, "it was started by multiprocessing"

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="leash", daemon=True).start()


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items in groups, in order."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def mapped(
    pool: Executor | None, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int
) -> Iterator[Result]:
    """Results in the order of the items; in a pool at most `ahead` are worked on or wait to be taken.

    Raises:
        EngineError: a process of the pool died, as it does where memory is short.
    """
    if pool is None:
        yield from map(function, items)
        return
    flying: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            flying.append((item, pool.submit(function, item)))
            if len(flying) >= ahead:
                yield _result(pool, function, *flying.popleft())
        while flying:
            yield _result(pool, function, *flying.popleft())
    except BrokenExecutor as error:
        raise EngineError(
            "a process that did part of the work was killed; if memory is short, give fewer --jobs"
        ) from error


def _result(pool: Executor, function: Callable[[Item], Result], item: Item, future: Future[Result]) -> Result:
    """
    Raises:
        EngineError: the work was given up again and again.
    """
    for _ in range(MOST_CANCELLED):
        try:
            return future.result()
        except CancelledError:  # not by us: Dask now and then gives up what a worker was at that was killed
            future = pool.submit(function, item)
    raise EngineError("work was given up by its engine again and again, as where its workers go; run the command again")


class _LogHere(logging.Handler):
    """Hands a record of another process to the logger that it was meant for."""

    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger(record.name).handle(record)
