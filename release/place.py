"""Where a release is written: beside its place, and into it whole or not at all, whenever the program is killed."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..whole import sync, sync_below

SUMS = "SHA256SUMS"
"""Lists every other file of a release; by it a folder is known to be one."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class PlaceError(Exception):
    """A release cannot be written there; the message names the folder and says what to do."""


class PlaceBusy(PlaceError):
    """Another process writes a release there."""


def files_of(release: Path) -> list[str]:
    """The files that a release lists, as paths below it.

    Raises:
        PlaceError: it is no release.
    """
    try:
        lines = (release / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PlaceError(f"{release} is no release: it has no {SUMS} that can be read") from error
    return [line.partition("  ")[2] for line in lines]


def see_replaceable(out: Path) -> bool:
    """Whether a release stands at `out`; an empty folder or none there is as good.

    Raises:
        PlaceError: something else does, which a release must not replace.
    """
    if not out.exists() and not out.is_symlink():
        return False
    if not out.is_dir() or out.is_symlink():
        raise PlaceError(f"{out} is no folder: name one that is new, or an older release")
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir())
    if not found:
        return False
    known = {*files_of(out), SUMS}
    if others := [name for name in found if name not in known]:
        raise PlaceError(f"{out} holds {others[0]}, which is no part of a release and would be lost: move it away")
    return True


@contextmanager
def work_folder(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, where a release is written before it takes its place; gone afterwards.

    Raises:
        PlaceBusy: another process writes one.
        PlaceError: nothing can be written there.
    """
    out = out.absolute()
    work = out.with_name(f".{out.name}.unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work.mkdir(exist_ok=True)
        lock = os.open(work, os.O_RDONLY)
    except OSError as error:
        raise PlaceError(f"{error.filename or work} cannot be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PlaceBusy(f"another process writes a release to {out}") from error
        # The lock is on a folder within which the release is written, so that it stays where it is.
        shutil.rmtree(work / "release", ignore_errors=True)
        (work / "release").mkdir()
        try:
            yield work / "release"
        except OSError as error:
            raise PlaceError(f"{error.filename or work} cannot be written: {error.strerror}") from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    finally:
        os.close(lock)


def put_in_place(made: Path, out: Path) -> None:
    """Let a finished folder take the place of `out`, in one step; what stood there stands at `made` then.

    Raises:
        OSError: it cannot.
    """
    sync_below(made)
    if not out.exists():
        made.rename(out)
    elif not _exchanged(made, out):
        # A file system that cannot exchange two names: for a moment the old release stands under this name only.
        aside = made.with_name("replaced")
        out.rename(aside)
        made.rename(out)
        aside.rename(made)
    sync(out.absolute().parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names, as only the kernel can in one step; tells whether it did."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
    return renameat2(*names, _RENAME_EXCHANGE) == 0
