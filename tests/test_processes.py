"""Worker processes share nothing with the process that started them but their tasks and its log."""

from __future__ import annotations

import logging
import os
import signal
import sys

import pytest
from rejoinder.processes import process_pool


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
