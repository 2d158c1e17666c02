"""Worker processes: the one place that starts them."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


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


def mapped(
    pool: ProcessPoolExecutor | None, function: Callable[[Item], Result], items: Iterable[Item], *, ahead: int
) -> Iterator[Result]:
    """Results in the order of the items; in a pool at most `ahead` are worked on or wait to be taken."""
    if pool is None:
        yield from map(function, items)
        return
    flying = deque()
    for item in items:
        flying.append(pool.submit(function, item))
        if len(flying) >= ahead:
            yield flying.popleft().result()
    while flying:
        yield flying.popleft().result()


class _LogHere(logging.Handler):
    """Hands a record of another process to the logger that it was meant for."""

    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger(record.name).handle(record)
