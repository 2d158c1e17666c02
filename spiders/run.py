"""Run the spider in this process, with a display of its progress; the command line's side of a crawl."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import msgspec
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from .. import __version__
from .. import settings as project_settings
from ..clock import Clock
from ..exits import Exit, exit_of_signal
from ..pipelines.ledger import Ledger
from ..schemas import Capture, RunAccount
from ..schemas.records import RunEnd
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
    sources: int = 0
    """Answers of what tells a crawl which posts are to be looked at again: a blog that is known, though none may be."""
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
            tally.sources += is_source(fetch.asked_for, fetch.outcome)
            tally.lost += lost

    def _count(self, outcome: str, posts: int, comments: int, trouble: str) -> None:
        self.posts += posts
        self.comments += comments
        self.outcomes[outcome] += 1
        if outcome not in NO_FAILURES and self.trouble is None:
            self.trouble = f"{outcome}: {trouble}"

    def go_on(self, ledger: Ledger) -> None:
        """Count what earlier processes of the crawl committed, but not the bounds that they met: it goes on there."""
        columns = ["fetch_id", "start_url", "request_url", "outcome", "error", "posts", "comments", "asked_for"]
        starts: dict[str, str] = {}
        for row in ledger.rows("fetches", columns):
            starts[row["fetch_id"]] = row["start_url"]
            if row["outcome"] == "bound_reached":
                continue
            for tally in (self, self.blogs.setdefault(row["start_url"], Tally())):
                trouble = f"{row['request_url']}: {row['error']}"
                tally._count(row["outcome"], row["posts"], row["comments"], trouble)
                tally.sources += is_source(row.get("asked_for"), row["outcome"])  # an older version did not write it
                tally.earlier = tally.fetches
        for row in ledger.rows("rejects", ["fetch_id", "reason", "field"]):
            if is_loss(row["reason"], row["field"]):
                self.lost += 1
                if start := starts.get(row["fetch_id"]):  # none where a kill came before the fetch was committed
                    self.blogs[start].lost += 1


def is_source(asked_for: str | None, outcome: str) -> bool:
    """Whether a fetch is a source's answer in a crawl that looks for what has changed."""
    return asked_for == "source" and outcome in ("ok", "not_modified")


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
    """Counts what is written, hands the count to whoever displays it, and at the end accounts for the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._tally: Tally = crawler.settings["TALLY"] or Tally()
        self._show: Callable[[Tally], None] | None = crawler.settings["SHOW_PROGRESS"]
        self._crawler = crawler
        self._now: Clock = load_object(crawler.settings["CLOCK"])
        self._started_at = self._now()
        self._made: Counter[str] = Counter()
        """What this process alone gave, by the columns of its account."""
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._counted, signal=signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _opened(self) -> None:
        spider = self._crawler.spider
        assert isinstance(spider, BlogSpider)
        spider.account = self._account
        ledger: Ledger | None = getattr(spider, "ledger", None)
        if ledger is not None and ledger.resumed:
            self._tally.go_on(ledger)

    def _counted(self, item: Capture) -> None:
        self._tally.add(item)
        fetch = item.fetch
        self._made.update(requests=1, body_bytes=fetch.body_bytes or 0, posts=fetch.posts, comments=fetch.comments)
        if self._show:
            self._show(self._tally)

    def _account(self, reason: str) -> RunAccount:
        spider = self._crawler.spider
        assert isinstance(spider, BlogSpider)
        end = crawl_end(spider, self._tally)
        if reason == "shutdown" and end.interrupted is None:
            end.interrupted = signal.SIGINT  # by Scrapy's own command, which takes no other signal for an end
        return RunAccount(
            crawl_id=spider.ledger.crawl_id,
            starts=list(dict.fromkeys(spider.starts)),
            via=spider.via_word,
            command=msgspec.json.encode(spider.command(), order="deterministic").decode(),
            version=__version__,
            started_at=self._started_at,
            ended_at=self._now(),
            is_resumed=end.resumed,
            ended=word_of_end(end, unfinished=spider.unfinished),
            exit_code=exit_code(end),
            error=end.fatal,
            requests=self._made["requests"],
            body_bytes=self._made["body_bytes"],
            posts=self._made["posts"],
            comments=self._made["comments"],
            free_bytes=shutil.disk_usage(spider.ledger.data).free,
            robots=[spider.robots[host] for host in sorted(spider.robots)],
        )


def crawl_end(spider: BlogSpider, tally: Tally) -> CrawlEnd:
    """How a spider's crawl ended."""
    ledger: Ledger | None = getattr(spider, "ledger", None)
    return CrawlEnd(
        crawl_id=ledger.crawl_id if ledger else None,
        resumed=bool(ledger and ledger.resumed),
        tally=tally,
        fatal=spider.fatal,
        fault=spider.fault,
        interrupted=spider.interrupted,
    )


def word_of_end(end: CrawlEnd, *, unfinished: bool) -> RunEnd:
    """The word of a run's account for how it ended."""
    if end.fatal:
        return "failed"
    if end.interrupted:
        return "interrupted"
    return "out_of_time" if unfinished else "finished"


EXIT_OF_FAULT: dict[Fault, Exit] = {
    "command": Exit.USAGE,
    "source": Exit.UNREADABLE,
    "program": Exit.UNREADABLE,
    "folder": Exit.BAD_FOLDER,
    "busy": Exit.BUSY,
}


def exit_code(end: CrawlEnd, *, fell_short: bool = False) -> Exit:
    """The word of a crawl to a scheduler."""
    if end.fatal:
        return EXIT_OF_FAULT[end.fault or "folder"]
    if end.interrupted:
        return exit_of_signal(end.interrupted)
    if end.resumed and not end.tally.fetches and not end.tally.lost:
        return Exit.DONE  # all that the files hold was read by another crawl
    return exit_of_tally(end.tally, fell_short=fell_short)


def exit_of_tally(tally: Tally, *, fell_short: bool) -> Exit:
    """The word for what was read of one blog, or of several."""
    if not (tally.posts or tally.comments or tally.sources or tally.outcomes["bound_reached"]):
        return Exit.NO_POST
    return Exit.INCOMPLETE if tally.failures or tally.lost or fell_short else Exit.DONE


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
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider_class)
    process.crawl(crawler, **arguments)
    with _stopped_by_signals(crawler):
        process.start(install_signal_handlers=False)
    spider = crawler.spider
    assert isinstance(spider, BlogSpider)
    return crawl_end(spider, tally)


@contextmanager
def _stopped_by_signals(crawler: Crawler) -> Iterator[None]:
    """End the crawl at SIGINT and SIGTERM, whatever it waits for.

    Not by Scrapy's own handlers: these wait until all that was asked is answered, which may be for a Crawl-delay each.
    """
    stopping: list[asyncio.Task[None]] = []
    loop = asyncio.get_event_loop()

    def stop(number: signal.Signals) -> None:
        if stopping:
            signal.signal(number, signal.SIG_DFL)  # the next one ends the process at once, which costs no whole part
        else:
            stopping.append(loop.create_task(_stop(crawler, number)))

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def _stop(crawler: Crawler, number: signal.Signals) -> None:
    while crawler.engine is None or not crawler.engine.running:
        await asyncio.sleep(0.05)  # the signal came while the crawl was being set up
    spider = crawler.spider
    assert isinstance(spider, BlogSpider)
    spider.interrupted = number
    spider.stop()
    await crawler.stop_async()
