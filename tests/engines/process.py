"""Servers as child processes: started, waited for, and ended, even where the tests themselves are killed."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

STARTUP_S = 60
"""Two cores shared with other tests: a cold start has been seen to take a tenth of this."""


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    url: str,
    log: Path,
    environment: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[None]:
    """Run a server until the block ends; the block starts when `url` is answered, with any status but 503.

    Raises:
        RuntimeError: the server ended or did not answer in time; the message holds the end of its log.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            # Whatever ends the tests, a kill too, ends the server.
            ["setpriv", "--pdeathsig", "KILL", *command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the tests, which then end their servers in order.
            start_new_session=True,
        )
    try:
        wait_until_answered(process, url, log)
        yield
    finally:
        end(process)


def wait_until_answered(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    give_up_at = time.monotonic() + STARTUP_S
    while not answers(url):
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise RuntimeError(f"{process.args} does not answer at {url}:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        urlopen(url, timeout=STARTUP_S).close()
    except HTTPError as error:
        # What a server says of itself while it gets ready.
        return error.code != HTTPStatus.SERVICE_UNAVAILABLE
    except OSError:
        return False
    return True


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
