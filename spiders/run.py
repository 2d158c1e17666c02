"""Run the spider in this process, with a display of its progress; the command line's side of a crawl."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from .. import settings as project_settings
from ..pipelines.ledger import Ledger
from ..schemas import Capture
from .blog import BlogSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


NO_FAILURES = ("ok", "not_modified", "absent", "robots", "login_wall")
"""Outcomes that nobody need look at: what a site keeps from us is told in the summary, but is no fault to mend."""


@dataclass(slots=True)
class Tally:
    """What a crawl has done so far, what earlier processes of it committed included."""

    posts: int = 0
    comments: int = 0
    lost: int = 0
    """Records that were rejected whole."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Fetches by outcome."""
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
        self.posts += capture.fetch.posts
        self.comments += capture.fetch.comments
        self.lost += sum(is_loss(reject.reason, reject.field) for reject in capture.rejects)
        self.outcomes[capture.fetch.outcome] += 1

    def go_on(self, ledger: Ledger) -> None:
        """Count what earlier processes of the crawl committed."""
        for row in ledger.rows("fetches", ["outcome", "posts", "comments"]):
            self.posts += row["posts"]
            self.comments += row["comments"]
            self.outcomes[row["outcome"]] += 1
        self.lost += sum(is_loss(row["reason"], row["field"]) for row in ledger.rows("rejects", ["reason", "field"]))
        self.earlier = self.fetches


def is_loss(reason: str, column: str | None) -> bool:
    """Whether a row of `rejects` means that a record is missing from the tables."""
    return column is None and reason != "shown_twice"


@dataclass(slots=True, kw_only=True)
class CrawlEnd:
    """How a crawl ended."""

    crawl_id: str | None
    """None if it could not begin."""
    resumed: bool
    tally: Tally
    fatal: str | None
    """Why it had to be ended, for the user."""
    refused: bool = False
    """Whether what was asked for is at fault, and not the data folder."""
    interrupted: bool


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
    process.start()
    spider = crawler.spider
    assert isinstance(spider, BlogSpider)
    reason = (crawler.stats.get_value("finish_reason") if crawler.stats else None) or ""
    ledger = getattr(spider, "ledger", None)
    return CrawlEnd(
        crawl_id=ledger.crawl_id if ledger else None,
        resumed=bool(ledger and ledger.resumed),
        tally=tally,
        fatal=spider.fatal,
        refused=spider.refused,
        interrupted=reason == "shutdown",
    )
