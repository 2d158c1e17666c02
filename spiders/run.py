"""Run the spider in this process, with a display of its progress; the command line's side of a crawl."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from .. import settings as project_settings
from ..pipelines.ledger import Ledger
from ..schemas import Capture
from ..schemas.words import LEFT_OUT_REASONS
from .blog import BlogSpider, Fault

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


NO_FAILURES = ("ok", "not_modified", "absent", "gone", "robots", "login_wall", "left_out")
"""Outcomes that nobody need look at: what a site keeps from us, or nobody asked for, is told but is no fault."""


@dataclass(slots=True)
class Tally:
    """What a crawl has done so far, what earlier processes of it committed included."""

    posts: int = 0
    comments: int = 0
    lost: int = 0
    """Records that were rejected whole."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Fetches by outcome."""
    trouble: str | None = None
    """The first failure, for the user."""
    blogs: dict[str, Tally] = field(default_factory=dict)
    """The same for each start URL."""
    earlier: int = 0
    """Fetches that an earlier process made."""
    started: float = field(default_factory=time.monotonic)

    @property
    def fetches(self) -> int:
        return self.outcomes.total()

    @property
    def failures(self) -> int:
        """Fetches that somebody should look at."""
        return self.fetches - sum(self.outcomes[outcome] for outcome in NO_FAILURES)

    @property
    def rate(self) -> float:
        """Fetches a second, of this process."""
        return (self.fetches - self.earlier) / max(time.monotonic() - self.started, 1e-3)

    def add(self, capture: Capture) -> None:
        fetch = capture.fetch
        lost = sum(is_loss(reject.reason, reject.field) for reject in capture.rejects)
        for tally in (self, self.blogs.setdefault(fetch.start_url, Tally())):
            tally._count(fetch.outcome, fetch.posts, fetch.comments, f"{fetch.request_url}: {fetch.error}")
            tally.lost += lost

    def _count(self, outcome: str, posts: int, comments: int, trouble: str) -> None:
        self.posts += posts
        self.comments += comments
        self.outcomes[outcome] += 1
        if outcome not in NO_FAILURES and self.trouble is None:
            self.trouble = f"{outcome}: {trouble}"

    def go_on(self, ledger: Ledger) -> None:
        """Count what earlier processes of the crawl committed, but not the bounds that they met: it goes on there."""
        columns = ["fetch_id", "start_url", "request_url", "outcome", "error", "posts", "comments"]
        starts: dict[str, str] = {}
        for row in ledger.rows("fetches", columns):
            starts[row["fetch_id"]] = row["start_url"]
            if row["outcome"] == "bound_reached":
                continue
            for tally in (self, self.blogs.setdefault(row["start_url"], Tally())):
                trouble = f"{row['request_url']}: {row['error']}"
                tally._count(row["outcome"], row["posts"], row["comments"], trouble)
                tally.earlier = tally.fetches
        for row in ledger.rows("rejects", ["fetch_id", "reason", "field"]):
            if is_loss(row["reason"], row["field"]):
                self.lost += 1
                if start := starts.get(row["fetch_id"]):  # none where a kill came before the fetch was committed
                    self.blogs[start].lost += 1


def is_loss(reason: str, column: str | None) -> bool:
    """Whether a row of `rejects` means that a record is missing from the tables."""
    return column is None and reason not in LEFT_OUT_REASONS


@dataclass(slots=True, kw_only=True)
class CrawlEnd:
    """How a crawl ended."""

    crawl_id: str | None
    """None if it could not begin."""
    resumed: bool
    tally: Tally
    fatal: str | None
    """Why it had to be ended, for the user."""
    fault: Fault | None = None
    """What is at fault there."""
    interrupted: signal.Signals | None = None
    """The signal that ended it."""


class TallyExtension:
    """Counts what is written and hands the count to whoever displays it."""

    def __init__(self, crawler: Crawler) -> None:
        self._tally: Tally = crawler.settings["TALLY"]
        self._show: Callable[[Tally], None] | None = crawler.settings["SHOW_PROGRESS"]
        self._crawler = crawler
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._counted, signal=signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _opened(self) -> None:
        ledger: Ledger | None = getattr(self._crawler.spider, "ledger", None)
        if ledger is not None and ledger.resumed:
            self._tally.go_on(ledger)

    def _counted(self, item: Capture) -> None:
        self._tally.add(item)
        if self._show:
            self._show(self._tally)


def run_crawl(
    arguments: Mapping[str, Any],
    overrides: Mapping[str, Any],
    show: Callable[[Tally], None] | None = None,
    spider_class: type[BlogSpider] = BlogSpider,
) -> CrawlEnd:
    """Crawl until the frontier is empty, Ctrl-C, or a fault that ends it. Once in a process: reactors do not restart.

    Args:
        arguments: those of the spider.
        overrides: Scrapy settings on top of the project's.
        show: called after each page.
    """
    tally = Tally()
    settings = Settings()
    settings.setmodule(project_settings, priority="project")
    settings.setdict(dict(overrides), priority="cmdline")
    settings.set("TALLY", tally, priority="cmdline")
    settings.set("SHOW_PROGRESS", show, priority="cmdline")
    settings.set("EXTENSIONS", {**settings.getdict("EXTENSIONS"), TallyExtension: 500}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider_class)
    process.crawl(crawler, **arguments)
    with _stopped_by_signals(crawler) as received:
        process.start(install_signal_handlers=False)
    spider = crawler.spider
    assert isinstance(spider, BlogSpider)
    ledger = getattr(spider, "ledger", None)
    return CrawlEnd(
        crawl_id=ledger.crawl_id if ledger else None,
        resumed=bool(ledger and ledger.resumed),
        tally=tally,
        fatal=spider.fatal,
        fault=spider.fault,
        interrupted=received[0] if received and spider.ending else None,
    )


@contextmanager
def _stopped_by_signals(crawler: Crawler) -> Iterator[list[signal.Signals]]:
    """End the crawl at SIGINT and SIGTERM, whatever it waits for; gives the list into which these are put.

    Not by Scrapy's own handlers: these wait until all that was asked is answered, which may be for a Crawl-delay each.
    """
    received: list[signal.Signals] = []
    stopping: list[asyncio.Task[None]] = []
    loop = asyncio.get_event_loop()

    def stop(number: signal.Signals) -> None:
        received.append(number)
        if len(received) > 1:
            signal.signal(number, signal.SIG_DFL)  # the next one ends the process at once, which costs no whole part
        else:
            stopping.append(loop.create_task(_stop(crawler)))

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, stop, number)
    try:
        yield received
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def _stop(crawler: Crawler) -> None:
    while crawler.engine is None or not crawler.engine.running:
        await asyncio.sleep(0.05)  # the signal came while the crawl was being set up
    spider = crawler.spider
    assert isinstance(spider, BlogSpider)
    spider.stop()
    await crawler.stop_async()
