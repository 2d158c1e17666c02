"""The last step: captures into whole Parquet parts, the ledger row of a fetch never before its records."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import pyarrow as pa

from ..schemas import RAW, Capture, RunAccount
from ..schemas.arrow import to_table
from ..schemas.seal import write_sealed
from ..whole import sync, whole_file

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

from .ledger import Ledger


class LedgerSpider(Protocol):
    """What the writer asks of a spider."""

    ledger: Ledger
    fatal: str | None
    """Why the crawl had to be ended, for the user; None if it was not."""
    fault: str | None
    """What is at fault there."""
    closing: asyncio.Future[None] | None
    """The closing of a crawl that had to be ended."""

    def stop(self) -> None:
        """Let nothing of the crawl be waited for any more."""
        ...


logger = logging.getLogger(__name__)

# `fetches` last: a kill between two files leaves records without a ledger row, which staging leaves out, and never a
# ledger row without its records.
COMMIT_ORDER = ("rejects", "mining_rules", "posts", "comments", "hints", "fetches")


class PartWriter:
    """Collects captures and writes them as one numbered part of each dataset.

    `flush` makes everything added so far durable: each file is written under another name, synced and renamed.
    """

    def __init__(self, ledger: Ledger, *, rows: int, seconds: float) -> None:
        self._ledger = ledger
        self._rows = rows
        self._seconds = seconds
        self._buffers: dict[str, list] = {name: [] for name in COMMIT_ORDER}
        self._opened_at = time.monotonic()
        self._next = next_number(ledger)

    def add(self, capture: Capture) -> None:
        """Take a capture's rows together; write a part if it is time.

        Raises:
            OSError: the part could not be written; nothing of it is committed.
        """
        self._buffers["posts"] += capture.posts
        self._buffers["comments"] += capture.comments
        self._buffers["rejects"] += capture.rejects
        self._buffers["mining_rules"] += capture.mining_rules
        self._buffers["hints"] += capture.hints
        self._buffers["fetches"].append(capture.fetch)
        if sum(map(len, self._buffers.values())) >= self._rows or self.age() >= self._seconds:
            self.flush()

    def age(self) -> float:
        """Seconds since the last flush."""
        return time.monotonic() - self._opened_at

    def flush(self) -> None:
        """Commit what was added since the last flush; nothing to do is fine."""
        if self._buffers["fetches"]:
            # One number for the files of a flush, so that what was committed together can be seen.
            name = part_name(self._next)
            for dataset in COMMIT_ORDER:
                if rows := self._buffers[dataset]:
                    write_part(to_table(rows, RAW[dataset]), self._ledger.folder(dataset) / name)
            self._buffers = {dataset: [] for dataset in COMMIT_ORDER}
            self._next += 1
        self._opened_at = time.monotonic()


def next_number(ledger: Ledger) -> int:
    """The number of the next part of a crawl: one that none of its datasets has yet."""
    parts = (part for name in RAW for part in ledger.folder(name).glob("part-*.parquet"))
    return 1 + max((int(part.stem.removeprefix("part-")) for part in parts), default=-1)


def part_name(number: int) -> str:
    """The name of a crawl's part of any dataset."""
    return f"part-{number:05d}.parquet"


def write_account(ledger: Ledger, account: RunAccount) -> None:
    """Write what a run says of itself, once all else that it gave is written.

    Raises:
        OSError: it could not be written.
    """
    write_part(to_table([account], RunAccount), ledger.folder("runs") / part_name(next_number(ledger)))


def write_part(table: pa.Table, path: Path, *, rows_a_group: int | None = None) -> None:
    """Write a Parquet file that is whole once it has its name."""
    with whole_file(path) as file:
        write_sealed(table, file, rows_a_group=rows_a_group)
    sync(path.parent)


class WritePipeline:
    """Scrapy's side of the writer: opens it on the spider's ledger, flushes in time, ends a crawl that cannot write."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timer: asyncio.TimerHandle | None = None
        self._failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WritePipeline:
        return cls(crawler)

    def open_spider(self) -> None:
        settings = self._crawler.settings
        self._spider = cast("LedgerSpider", self._crawler.spider)
        self._seconds = settings.getfloat("PART_SECONDS")
        self._writer = PartWriter(self._spider.ledger, rows=settings.getint("PART_ROWS"), seconds=self._seconds)
        self._schedule()

    def process_item(self, item: Capture) -> Capture:
        self._guarded(lambda: self._writer.add(item))
        return item

    def close_spider(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._guarded(self._writer.flush)

    def _schedule(self) -> None:
        # A crawl that waits for a host adds nothing, so `add` alone would keep its last rows in memory.
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._tick)

    def _tick(self) -> None:
        if self._writer.age() >= self._seconds:
            self._guarded(self._writer.flush)
        self._schedule()

    def _guarded(self, write: Callable[[], None]) -> None:
        """Run a write; a disk that refuses it ends the crawl, for every page fetched after that would be lost."""
        if self._failed:
            return
        try:
            write()
        except OSError as error:
            self._failed = True
            end_crawl(self._crawler, error)


def blame_folder(spider: LedgerSpider, error: OSError) -> None:
    """Have a crawl tell that it could not write."""
    spider.fatal = (
        f"cannot write to {error.filename or spider.ledger.data}: {error.strerror}; "
        "free space and run the same command again: it goes on from what is committed"
    )
    spider.fault = "folder"
    logger.error(spider.fatal)


def end_crawl(crawler: Crawler, error: OSError) -> None:
    """End a crawl that cannot write: every page fetched after that would be lost."""
    spider = cast("LedgerSpider", crawler.spider)
    blame_folder(spider, error)
    engine = crawler.engine
    if engine is not None and engine.running:
        spider.stop()
        # Kept on the spider: asyncio holds tasks only weakly.
        spider.closing = asyncio.ensure_future(engine.close_spider_async(reason="write_failed"))
