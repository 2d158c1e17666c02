"""A data folder in a store at a command's hand: its mirror, locked and pulled; pushed at intervals and at the end."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from ..locks import take
from .mirror import Mirror, MirrorError, Overtaken, is_ledger
from .store import StoreError
from .urls import StoreUrl
from .use import Use

PUSH_SECONDS = 60.0
"""Between two pushes of a crawl, unless REJOINDER_PUSH_SECONDS says otherwise: what a machine that is gone can cost."""
MISSED = 3
"""After so many intervals without a push a crawl is taken to be gone, and another machine may go on."""
LOCK_PATIENCE_S = 5.0
"""How long a command that writes waits for another to end."""
PULL_PATIENCE_S = 600.0
"""How long a command waits for another's pull."""


class Busy(Exception):
    """Another process works on the mirror, or another machine on the folder."""


class NotCleared(Exception):
    """What was to be forgotten is still in the store; the message says so."""


class Hand:
    """An open mirror."""

    def __init__(self, mirror: Mirror, use: Use, tell: Callable[[str], None]) -> None:
        self.mirror, self.use, self._tell = mirror, use, tell
        self.overtaken: Overtaken | None = None
        """Set where the command has to end because another machine pushed."""
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def data(self) -> Path:
        return self.mirror.data

    def done(self) -> None:
        """Push what the command did.

        Raises:
            Overtaken, StoreError, MirrorError: it was not pushed; the message says where it is.
            NotCleared: it was pushed, but what was to be forgotten is still there.
        """
        self._end_intervals()
        if self.overtaken:
            raise self.overtaken
        if not self.use.writes:
            return
        try:
            if self.mirror.push() or self.use is Use.FORGETS:
                self._clear()
        except (StoreError, MirrorError) as error:
            raise type(error)(
                f"{error}. What was not pushed is safe in {self.mirror.folder}: the next command that writes to "
                f"{self.mirror.url} pushes it, as: rejoinder build {self.mirror.url}"
            ) from error

    def _clear(self) -> None:
        """Have the store hold no more than is needed."""
        try:
            self.mirror.clear(at_once=self.use is Use.FORGETS)
        except StoreError as error:
            if self.use is Use.FORGETS:
                raise NotCleared(
                    f"{error}. What was to be forgotten is no longer listed but still there: run the same command again"
                ) from error
            self._tell(f"{error}. All is pushed; what the store holds in vain is cleared by a later push")

    @contextmanager
    def pushing(self) -> Iterator[None]:
        """Push what a crawl has committed at intervals while it goes on, and before all that it is at work.

        Raises:
            Busy: another machine has just begun.
            StoreError, MirrorError: that could not be pushed.
        """
        if self.use is not Use.CRAWLS:
            yield
            return
        seconds = _interval()
        try:
            self._push_ledger(seconds)
        except Overtaken as error:
            raise Busy(str(error)) from error
        self._thread = threading.Thread(target=self._push_at_intervals, args=[seconds], name="push", daemon=True)
        self._thread.start()
        try:
            yield
        finally:
            self._end_intervals()

    def _end_intervals(self) -> None:
        """Let the last push at an interval end, so that none comes behind that of the end."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _push_ledger(self, seconds: float) -> None:
        until = self.mirror.now() + timedelta(seconds=MISSED * seconds)
        self.mirror.push(scope=is_ledger, until=until)

    def _push_at_intervals(self, seconds: float) -> None:
        while not self._ended.wait(seconds):
            try:
                self._push_ledger(seconds)
            except Overtaken as error:
                self.overtaken = error
                if not self._ended.is_set():
                    os.kill(os.getpid(), signal.SIGTERM)  # what ends a crawl within seconds, and keeps what it has
                return
            except (StoreError, MirrorError, OSError) as error:
                self._tell(f"{error}; the crawl goes on, and so do tries to push")


def _interval() -> float:
    """Seconds between two pushes.

    Raises:
        MirrorError: the environment says something else.
    """
    told = os.environ.get("REJOINDER_PUSH_SECONDS") or str(PUSH_SECONDS)
    try:
        seconds = float(told)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise MirrorError(f"REJOINDER_PUSH_SECONDS is {told!r} in the environment; give seconds, such as 60")
    return seconds


@contextmanager
def at_hand(url: str, use: Use, cache: Path, tell: Callable[[str], None]) -> Iterator[Hand]:
    """The data folder at an address for one command; what it did is pushed by `done`.

    Args:
        tell: what a person has to know and that is no error.

    Raises:
        BadStoreUrl, NoLibrary, StoreError, MirrorError: it cannot be had.
        Busy: another process of this machine writes there, or a crawl of another machine.
    """
    mirror = Mirror.of(StoreUrl.of(url), cache)
    whose = f"{mirror.folder}, the mirror of {mirror.url},"
    with _open(mirror.folder / "lock") as lock:
        if use.writes and not take(lock, LOCK_PATIENCE_S):
            raise Busy(f"{whose} is being worked on by another process; wait for it")
        if use.writes:
            _see_that_nobody_is_at_work(mirror)
        with _open(mirror.folder / "pull.lock") as pulling:
            if not take(pulling, PULL_PATIENCE_S):
                raise Busy(f"{whose} is being pulled by another process; wait for it")
            # Beside a command that writes, the mirror is what that has made of it.
            if (use.writes or _is_free(mirror.folder / "lock")) and (aside := mirror.pull(use.needs).aside):
                tell(
                    f"another machine has gone on with {mirror.url}: what was never pushed from here is in {aside}; "
                    f"whatever it holds of raw data can be added: rejoinder merge {mirror.url} {aside} --out DATA"
                )
        if not (use.writes or mirror.state.manifest.push or any(mirror.data.iterdir())):
            raise MirrorError(
                f"{mirror.url} holds no data folder; crawl into it: rejoinder crawl URL --out {mirror.url}"
            )
        hand = Hand(mirror, use, tell)
        with hand.pushing():
            yield hand


def _see_that_nobody_is_at_work(mirror: Mirror) -> None:
    """Wait a little for a crawl of another machine.

    Raises:
        Busy: it goes on.
    """
    deadline = monotonic() + LOCK_PATIENCE_S
    while at_work := mirror.others_at_work():
        if monotonic() >= deadline:
            raise Busy(
                f"a crawl of another machine is at work on {mirror.url} and pushed at {at_work.pushed_at:%H:%M:%S} "
                f"UTC; wait for it, or where that machine is gone until {at_work.at_work_until:%H:%M:%S}"
            )
        sleep(0.5)


def _is_free(path: Path) -> bool:
    """Whether nobody holds a lock."""
    with _open(path) as lock:
        return take(lock)


def _open(path: Path) -> IO[str]:
    try:
        return path.open("w")
    except OSError as error:
        raise MirrorError(f"{path} cannot be written: {error.strerror}") from error


def cache_folder() -> Path:
    """Where mirrors are kept, unless --cache or REJOINDER_CACHE says otherwise (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "rejoinder"
