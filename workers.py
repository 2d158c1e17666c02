"""One process of the crawl of a sources file, as it sees itself and as the process that started it does.

A worker is `rejoinder crawl ... --worker`. Its standard input gives it one line, an `Order`, and ends when whoever
started it does: then it ends too, at once. Its standard output tells how far it is and in the end what became of each
blog, a JSON object a line. It writes under the lock of the data folder that its parent holds: the descriptor is
inherited, so the folder is locked as long as any of them lives.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

import msgspec

from .logs import BlogNames
from .spiders.run import Tally

TOLD_EACH_S = 0.2
"""How often at most a worker tells how far it is."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is told beside its command line."""

    lock: int
    """Descriptor of the data folder's lock."""
    label: str
    """What it is called in the log, where a line belongs to no blog."""
    readers: int
    """How many processes read pages for it."""
    names: dict[str, str]
    """Start URL -> the blog's name in the sources file."""


class Count(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How far a crawl is."""

    posts: int = 0
    comments: int = 0
    fetches: int = 0
    failures: int = 0
    rate: float = 0.0
    """Fetches a second."""

    @classmethod
    def of(cls, tally: Tally) -> Count:
        return cls(
            posts=tally.posts,
            comments=tally.comments,
            fetches=tally.fetches,
            failures=tally.failures,
            rate=tally.rate,
        )

    def __add__(self, other: Count) -> Count:
        return Count(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """How the crawl of one blog ended."""

    code: int
    posts: int = 0
    comments: int = 0
    why: str | None = None
    """What went wrong, for the user."""


class End(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What became of a worker's crawl."""

    crawl_id: str | None
    fates: dict[str, Fate]
    """By start URL; under '' that of the whole crawl."""


_LINE = msgspec.json.Decoder(Count | End)


# In a worker


class Worker:
    """This process, where it is one: what it was told, and how it tells."""

    def __init__(self) -> None:
        """Read the order, and end with the process that gave it from here on."""
        self.order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
        self._told_at = 0.0
        threading.Thread(target=self._end_with_parent, name="leash", daemon=True).start()

    @property
    def blogs(self) -> BlogNames:
        """What the lines of its log are of."""
        return BlogNames(self.order.names, self.order.label)

    def show(self, tally: Tally) -> None:
        """Tell how far the crawl is."""
        if time.monotonic() - self._told_at >= TOLD_EACH_S:
            self._tell(Count.of(tally))
            self._told_at = time.monotonic()

    def end(self, crawl_id: str | None, tally: Tally, fates: dict[str, Fate]) -> None:
        """Tell what became of the crawl."""
        self._tell(Count.of(tally))
        self._tell(End(crawl_id=crawl_id, fates=fates))

    def _tell(self, told: Count | End) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.flush()

    def _end_with_parent(self) -> None:
        while os.read(0, 1):  # not by sys.stdin: a lock of it that is held would be an error at the interpreter's end
            pass
        # As the parent may have ended: what is not committed has not happened, and the same command fetches it.
        os.kill(os.getpid(), signal.SIGKILL)


# In the process that starts them


@dataclass(slots=True)
class Workers:
    """The workers of one crawl, that end together."""

    lock: IO[str]
    counts: dict[str, Count] = field(default_factory=dict)
    """How far each is, by its label and its work."""
    ended_by: signal.Signals | None = None
    """The signal that is to end all."""
    _alive: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _changing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def total(self) -> Count:
        return sum(list(self.counts.values()), Count())

    def run(self, command: Sequence[str], order: Order, show: Callable[[Count], None]) -> tuple[int, End | None]:
        """Run a command to its end; gives its exit code, negative for the signal that killed it, and what it told.

        Where all are to end it is not begun.
        """
        with self._changing:
            if self.ended_by:
                return -self.ended_by, None
            child = subprocess.Popen(
                [*command, "--worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=[order.lock],
                process_group=0,  # of its own, so that Ctrl-C reaches it once: by way of us
            )
            self._alive.add(child)
            if self.ended_by:  # the signal came while it was being started
                child.send_signal(signal.SIGTERM)
        work = " ".join(command)
        end: End | None = None
        with child:
            assert child.stdin, "asked for"
            assert child.stdout, "asked for"
            with suppress(BrokenPipeError):  # whether it has ended its exit code tells
                child.stdin.write(msgspec.json.encode(order) + b"\n")
                child.stdin.flush()
            for line in child.stdout:
                match _told(line):
                    case Count() as count:
                        self.counts[work] = count
                        show(self.total)
                    case End() as told:
                        end = told
            code = child.wait()
            with suppress(BrokenPipeError):  # whether it has ended its exit code tells
                child.stdin.close()
            with self._changing:
                self._alive.remove(child)
        return code, end

    @contextmanager
    def ended_by_signals(self, grace_s: float = 15.0) -> Iterator[None]:
        """Have SIGINT and SIGTERM end all workers, the next one at once; what has not ended after a time is killed.

        They get SIGTERM, which ends one that has hardly begun without a word.
        """

        def hand_on(number: int, frame: object) -> None:
            if self.ended_by is None:
                late = threading.Timer(grace_s, self._send, [signal.SIGKILL])
                late.daemon = True
                late.start()
            self.ended_by = signal.Signals(number)
            self._send(signal.SIGTERM)

        before: Mapping[int, object] = {
            number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)  # pyright: ignore[reportArgumentType] - it is what signal() gave
            self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        for child in list(self._alive):
            child.send_signal(number)


def _told(line: bytes) -> Count | End | None:
    """What a line tells; None for one that a killed worker did not end."""
    try:
        return _LINE.decode(line)
    except msgspec.DecodeError:
        return None
