"""Work during which its process dies; in a file of its own because other processes import it."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def double(number: int) -> int:
    return 2 * number


def double_once_dead(number: int, mark: str) -> int:
    """Double a number; whoever is the first to be given 3 is killed, and notes that in the file `mark`."""
    if number == 3 and not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number
