"""Work during which its process dies; in a file of its own because other processes import it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
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


def dying_script(imports: str, changes: Iterable[str], does: str) -> str:
    """A program that kills itself before its so many-th change of the file system, as its last argument tells.

    Args:
        imports: lines that import what the others name.
        changes: functions that change it, as 'Path.unlink'.
        does: lines of what it does.
    """
    replaced = "\n".join(f"{change} = dying({change})" for change in changes)
    return f"""
import os, shutil, signal, sys
from pathlib import Path
{imports}

steps = int(sys.argv[-1])

def dying(whole):
    def step(*args, **options):
        global steps
        if not steps:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        return whole(*args, **options)
    return step

{replaced}
{does}
sys.stdout.flush()
os._exit(0)  # threads of libraries may abort at the interpreter's end, which is no death of ours
"""
