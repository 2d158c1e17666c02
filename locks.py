"""One process at a time in a data folder; a lock goes when its process dies. Imports nothing of ours."""

from __future__ import annotations

import fcntl
from time import monotonic, sleep
from typing import IO

CRAWL = ".lock"
"""Held below the data folder while something writes to raw/."""
BUILD = ".build.lock"
"""Held below the data folder while something makes tables, or removes what they are made of."""


def take(lock: IO[str], patience: float = 0.0) -> bool:
    """Take a lock, waiting for it at most so many seconds; tells whether it was had."""
    deadline = monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= deadline:
                return False
            sleep(0.2)
        else:
            return True
