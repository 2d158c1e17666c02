"""Worker processes share nothing with the process that started them but their tasks and its log."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest
from rejoinder.processes import EngineError, batches, mapped, process_pool


def test_workers_are_no_forks() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 1)
    try:
        with process_pool(1) as pool:
            assert pool.submit(sys.getrecursionlimit).result() == before
    finally:
        sys.setrecursionlimit(before)


def test_what_workers_log_is_logged_by_the_process_that_started_them(caplog: pytest.LogCaptureFixture) -> None:
    with process_pool(1) as pool:
        pool.submit(logging.warning, "page %d is odd", 7).result()
    assert [record.getMessage() for record in caplog.records] == ["page 7 is odd"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_all_processes_leave_the_end_to_the_one_that_started_them(number: signal.Signals) -> None:
    with process_pool(1) as pool:
        os.kill(pool.submit(os.getpid).result(), number)
        assert pool.submit(len, "abc").result() == 3


class GivesUp(Executor):
    """Cancels the first `times` pieces of work that it is given, as an engine does whose workers go."""

    def __init__(self, times: int) -> None:
        self.times = times

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.times:
            self.times -= 1
            future.cancel()
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_what_an_engine_gave_up_is_done_again() -> None:
    assert list(mapped(GivesUp(3), abs, range(-4, 4), ahead=2)) == [4, 3, 2, 1, 0, 1, 2, 3]


def test_work_that_is_given_up_again_and_again_ends_with_a_word() -> None:
    with pytest.raises(EngineError, match="given up"):
        list(mapped(GivesUp(99), abs, [1], ahead=2))


def test_groups_hold_all_items_in_order() -> None:
    assert list(batches(iter("abcde"), 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(batches([], 2)) == []
