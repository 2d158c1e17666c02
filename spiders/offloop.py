"""Pages read by processes of their own, so that no page, however large, holds the loop that asks and answers hosts.

Elements cannot leave a process, so what reads a page also makes its records; what comes back is what the crawl decides
by. The process is this file run as a module: jobs come by its standard input, answers go by its standard output, each
a pickle behind its length. It ends with its input, and within a second of the process that started it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import signal
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from logging.handlers import QueueHandler
from typing import BinaryIO

from ..addresses import refused_addresses
from ..pipelines.steps import records_of
from ..schemas import PageReading
from ..schemas.records import PageKind
from .answers import Answer, PageRead, read_html, shown_comments
from .reading.errors import LayoutChanged

logger = logging.getLogger(__name__)

LARGE = 256 * 1024
"""Bytes of a page that is never read on the loop."""
TRIES = 3
"""How often a process is started that is killed before it begins."""
LENGTH = 8
"""Bytes of the length before a message."""
BUFFER = 1 << 20
PARENT_ASKED_S = 1.0


class PageFailed(Exception):
    """A page that could not be read, in words for the ledger; the traceback is in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """A page to read."""

    answer: Answer
    kind: PageKind
    post_url: str | None
    """The post that a comment page belongs to."""
    fetch_id: str
    homes: list[str]
    """As a Capture has them."""

    @property
    def fetched_at(self) -> datetime:
        return self.answer.fetched_at


@dataclass(slots=True, kw_only=True)
class _Reply:
    """What came of a job."""

    page: PageRead | None = None
    layout: LayoutChanged | None = None
    fault: str | None = None
    """What this program failed by, where it did."""
    log: list[logging.LogRecord] = field(default_factory=list)


class PageReaders:
    """The processes that read the pages of one crawl; they begin when they are needed.

    Args:
        count: how many; with none all pages are read where they are asked for.
        after: pages that are read where they are asked for before others are not: a small crawl ends before a process
            has begun.
    """

    def __init__(self, count: int, *, after: int = 0) -> None:
        self._count = count
        self._after = after
        self._seen = 0
        self._jobs: asyncio.Queue[tuple[PageJob, asyncio.Future[_Reply]]] = asyncio.Queue()
        self._asked: set[asyncio.Future[_Reply]] = set()
        self._readers: list[asyncio.Task[None]] = []
        self._ready = 0
        """Processes that have begun."""
        self._held = 0
        """Large pages that are being read, or wait for it."""

    def takes(self, answer: Answer) -> bool:
        """Whether a page is to be read by another process.

        A small one is only where it need not wait for a large one, or for a process to begin.
        """
        self._seen += 1
        if not self._count:
            return False
        if is_large(answer) or self._seen > self._after:
            self._begin()
        return is_large(answer) or self._ready > self._held

    def _begin(self) -> None:
        if not self._readers:
            self._readers = [asyncio.ensure_future(self._serve()) for _ in range(self._count)]

    async def read(self, job: PageJob) -> PageRead:
        """What a page shows, with its records.

        Raises:
            LayoutChanged: as read_html().
            PageFailed: this program failed, or the process that read the page has died.
            asyncio.CancelledError: abandon() was called.
        """
        self._begin()
        future: asyncio.Future[_Reply] = asyncio.get_running_loop().create_future()
        self._asked.add(future)
        self._jobs.put_nowait((job, future))
        self._held += is_large(job.answer)
        try:
            reply = await future
        finally:
            self._asked.discard(future)
            self._held -= is_large(job.answer)
        for record in reply.log:
            logging.getLogger(record.name).handle(record)
        if reply.layout:
            raise reply.layout
        if reply.page is None:
            raise PageFailed(reply.fault)
        return reply.page

    def abandon(self) -> None:
        """Have nobody wait for what is being read."""
        for future in self._asked:
            future.cancel()

    async def close(self) -> None:
        """End the processes."""
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        self._readers = []

    async def _serve(self) -> None:
        """Hand one job after the other to a process; another one is started in the place of one that died."""
        process: asyncio.subprocess.Process | None = None
        try:
            while True:
                if process is None:
                    process = await self._started()
                job, future = await self._jobs.get()
                if not future.done():
                    reply, process = await self._reply_of(process, job)
                    if not future.done():
                        future.set_result(reply)
        finally:
            if process:
                await _end_of(process, kill=True)

    async def _reply_of(
        self, process: asyncio.subprocess.Process | None, job: PageJob
    ) -> tuple[_Reply, asyncio.subprocess.Process | None]:
        """What came of a job, and the process, if it lives still.

        What a page made it do, or who killed it, is not known: the page is not tried again.
        """
        if process is None:
            return _Reply(fault="no process could be started that reads the page"), None
        try:
            return await _answered(process, pickle.dumps(job, pickle.HIGHEST_PROTOCOL)), process
        except (OSError, asyncio.IncompleteReadError):
            self._ready -= 1
            return _Reply(fault=f"the process that read the page was ended {await _end_of(process)}"), None

    async def _started(self) -> asyncio.subprocess.Process | None:
        """A process that has begun; None where none can be had."""
        for _ in range(TRIES):
            try:
                process = await _new_process()
            except OSError as error:
                logger.warning("no process can be started that reads pages: %s", error)
                return None
            try:
                await _message_of(process)
            except asyncio.IncompleteReadError:
                logger.warning("process %d was ended %s before it read pages", process.pid, await _end_of(process))
            except asyncio.CancelledError:
                await _end_of(process, kill=True)
                raise
            else:
                logger.info("process %d has begun to read pages", process.pid)
                self._ready += 1
                return process
        return None


async def _new_process() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"from {__name__} import main; main()",  # by -m its classes would be those of __main__
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=BUFFER,
        process_group=0,  # Ctrl-C reaches who started it, and that ends it
    )


def is_large(answer: Answer) -> bool:
    """Whether a page takes long to read."""
    return len(answer.body) >= LARGE


async def _end_of(process: asyncio.subprocess.Process, *, kill: bool = False) -> str:
    """How a process has ended, in words."""
    if kill and process.returncode is None:
        process.kill()
    number = -await process.wait()
    return f"by {signal.Signals(number).name}" if number > 0 else f"with exit code {-number}"


async def _answered(process: asyncio.subprocess.Process, job: bytes) -> _Reply:
    """The answer of a process to one job.

    Raises:
        OSError, asyncio.IncompleteReadError: it has died.
    """
    assert process.stdin, "asked for"
    process.stdin.write(len(job).to_bytes(LENGTH))
    process.stdin.write(job)
    await process.stdin.drain()
    return pickle.loads(await _message_of(process))


async def _message_of(process: asyncio.subprocess.Process) -> bytes:
    """The next message of a process.

    Raises:
        asyncio.IncompleteReadError: it has died.
    """
    assert process.stdout, "asked for"
    length = int.from_bytes(await process.stdout.readexactly(LENGTH))
    return await process.stdout.readexactly(length)


# In the process that reads


def read_job(job: PageJob) -> PageRead:
    """Read a page and make its records; no element is kept.

    Raises:
        LayoutChanged: as read_html().
    """
    with refused_addresses() as refused:
        page = read_html(job.answer)
        page.records = records_of(
            _readings(page, job), url=job.answer.url, fetch_id=job.fetch_id, fetched_at=job.fetched_at, homes=job.homes
        )
    page.refused = refused
    page.reading.comments = [replace(comment, body=None) for comment in page.reading.comments]
    if post := page.reading.post:
        post.body = None
    return page


def _readings(page: PageRead, job: PageJob) -> list[PageReading]:
    """What Reader.read() may take of a page."""
    if page.instead or (page.asks_for_password and page.is_bare):
        return []
    if job.kind == "comments":
        return [shown_comments(page.reading, job.post_url)] if page.reading.comments else []
    return [page.reading] if page.reading.kind == "post" and not page.holds_post_back else []


class _Kept(QueueHandler):
    """Keeps what is logged while a page is read."""

    def __init__(self) -> None:
        super().__init__(queue=[])  # type: ignore[arg-type]
        self.kept: list[logging.LogRecord] = []

    def enqueue(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


def _reply_to(job: PageJob, log: _Kept) -> _Reply:
    log.kept = []
    reply = _Reply()
    try:
        reply.page = read_job(job)
    except LayoutChanged as error:
        reply.layout = error
    except Exception as error:
        logger.exception("%s could not be read", job.answer.url)
        reply.fault = f"{type(error).__name__}: {error}"
    reply.log = log.kept
    return reply


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_ASKED_S)
    os.kill(os.getpid(), signal.SIGKILL)


def _message(file: BinaryIO) -> bytes | None:
    """The next message; None where no more come."""
    length = file.read(LENGTH)
    return file.read(int.from_bytes(length)) if len(length) == LENGTH else None


def _send(file: BinaryIO, message: bytes) -> None:
    file.write(len(message).to_bytes(LENGTH) + message)
    file.flush()


def main() -> None:
    """Answer jobs until no more come."""
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed must not stand among the answers
    log = _Kept()
    logging.basicConfig(level=logging.INFO, handlers=[log])
    _send(answers, b"")  # it has begun
    while message := _message(sys.stdin.buffer):
        _send(answers, pickle.dumps(_reply_to(pickle.loads(message), log), pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
