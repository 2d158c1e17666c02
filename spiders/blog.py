"""The spider `blog`: from start URLs to all posts and comments of a blog, what is committed left out."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from ..addresses import host_of, is_web_address
from ..pipelines.ledger import DataFolderBusy, DataFolderError, Ledger, open_ledger
from ..pipelines.scopes import Scope
from ..pipelines.write import LedgerSpider, blame_folder, write_account
from ..schemas import Capture, Fetch, MiningRule, Robots, RunAccount
from ..schemas.records import Outcome, Via
from .answers import Answer, Harvest, Reader
from .bounds import Bounds
from .compression import DamagedBody
from .download import abandon
from .frontier import Context, Frontier, Task, task_of
from .guard import AddressGuard, is_loopback
from .keep import KEPT, Kept
from .refusals import Abandoned, BoundReached, Refusal, RobotsUnreachable
from .responses import answer_of, header_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

Fault = Literal["command", "folder", "busy", "source"]
"""What is at fault where a crawl could not begin or had to be ended: the command line, the data folder, another process
that is at work there, or what was to be read."""


class Blog:
    """The crawl of one start URL: what its answers mean and what of it is left to fetch."""

    def __init__(self, start: str, reader: Reader) -> None:
        self.start = start
        self.reader = reader
        self.frontier = Frontier(limit=reader.limit, pages=reader.bounds.max_pages)
        self.over: BoundReached | None = None
        """Why nothing more is asked for; None while more may be."""
        self.add(reader.start_tasks(start))

    def add(self, tasks: list[Task]) -> list[Task]:
        """Take tasks up; gives back those that are new."""
        return [task for task in tasks if self.frontier.add(task)]

    def replay(self, ledger: Ledger) -> int:
        """Take up what an earlier process of this crawl committed; gives the number of its fetches."""
        committed = 0
        tasks = {task.url: task for task in self.reader.start_tasks(self.start)}
        for row in ledger.committed():
            if row.start_url != self.start or row.outcome == "bound_reached":
                continue
            committed += 1
            if row.request_url == self.start and row.final_url:
                self.reader.arrive(row.final_url)
            for task in filter(self.is_to_fetch, map(task_of, row.links)):
                tasks[task.url] = task
                self.frontier.add(task)
            if task := tasks.get(row.request_url):
                self.frontier.skip(task, row.posts)
        return committed

    def is_to_fetch(self, task: Task) -> bool:
        """Whether a link of the ledger is one that the crawl follows."""
        return True


class BlogSpider(Spider):
    """Crawls blogs with their comment sections.

    Args (as `-a name=value` of `scrapy crawl`):
        start: start URLs, separated by white space.
        via: 'auto' (the REST API where it is open, else HTML), 'api' or 'html'.
        limit: posts of each blog at most.
        since: ISO date; posts published before it are left out.
        fresh: any text; begin anew even where the same command left an unfinished crawl.
    """

    name = "blog"
    via_word: Via = "live"
    """`fetches.via`."""
    ledger: Ledger

    def __init__(
        self,
        start: str = "",
        via: str = "auto",
        limit: str | int | None = None,
        since: str | None = None,
        fresh: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.starts = start.split()
        self.via = via
        self.limit = int(limit) if limit else None
        self.since = datetime.fromisoformat(since) if since else None
        self.fresh = bool(fresh)
        self.start_hosts = {host_of(url) for url in self.starts}
        self.fatal: str | None = None
        self.fault: Fault | None = None
        self.ending: Abandoned | None = None
        """Set once the crawl was told to stop."""
        self.interrupted: signal.Signals | None = None
        """The signal that told it to."""
        self.robots: dict[str, Robots] = {}
        """What each host answered for robots.txt."""
        self.account: Callable[[str], RunAccount] | None = None
        """Gives what the run says of itself, from Scrapy's word for why it ended; None where nobody counts."""
        self.closing: asyncio.Future[None] | None = None
        self.unfinished = False
        """Whether the same command is to go on, although nothing more is asked in this run."""
        self._timer: asyncio.TimerHandle | None = None
        self.blogs: list[Blog] = []

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        if contact := settings.get("CONTACT"):
            settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if refusal := spider.refusal():
            spider.fatal, spider.fault = refusal, "command"
            return spider
        try:
            spider.ledger = open_ledger(Path(crawler.settings["DATA_DIR"]), spider.command(), fresh=spider.fresh)
        except DataFolderBusy as error:
            spider.fatal, spider.fault = str(error), "busy"
        except DataFolderError as error:
            spider.fatal, spider.fault = str(error), "folder"
        return spider

    @cached_property
    def guard(self) -> AddressGuard:
        """Judges the addresses of all requests."""
        return AddressGuard(self.start_hosts)

    @cached_property
    def bounds(self) -> Bounds:
        return Bounds.of(self.settings)

    def command(self) -> dict[str, Any]:
        """What makes two crawls the same, so that one goes on where the other was killed."""
        return {
            "start": self.starts,
            "via": self.via,
            "limit": self.limit,
            "since": self.since.isoformat() if self.since else None,
        }

    def refusal(self) -> str | None:
        """Why this crawl must not begin; None if it may."""
        if not self.starts:
            return "no start URL: scrapy crawl blog -a start=https://blog.example.org/"
        for url in self.starts:
            if not is_web_address(url):
                return f"{url} is no http(s) URL"
        strangers = sorted(host for host in self.start_hosts if not is_loopback(host))
        if strangers and not self.crawler.settings.get("CONTACT"):
            return (
                f"crawling {strangers[0]} needs a contact that its owner can reach: give --contact, "
                "an e-mail address or a page about your crawl (setting CONTACT)"
            )
        return None

    async def start(self) -> AsyncIterator[Request | Capture]:
        if self.fatal:
            logger.error(self.fatal)
            return
        self.blogs = [self.blog_of(url) for url in dict.fromkeys(self.starts)]
        self._timer = asyncio.get_running_loop().call_later(self.bounds.max_minutes * 60, self._end_blogs)
        for blog in self.blogs:
            url = blog.start
            if self.ledger.resumed:
                committed = blog.replay(self.ledger)
                logger.info("%s: going on with crawl %s, %d fetches are done", url, self.ledger.crawl_id, committed)
            for further in self.further(blog):
                yield further

    def blog_of(self, start: str) -> Blog:
        """The crawl of one start URL, from its beginning."""
        reader = Reader(
            Scope.of(start),
            via=self.via,
            since=self.since,
            limit=self.limit,
            page_maxsize=self.settings.getint("PAGE_MAXSIZE"),
            has_disqus_key=bool(self.settings["DISQUS_API_KEY"]),
            bounds=self.bounds,
        )
        return Blog(start, reader)

    def further(self, blog: Blog) -> Iterator[Request | Capture]:
        """What may be sent now; enters the next way in where nothing is left of the present one."""
        yield from self._sent(blog)
        while blog.frontier.flying == 0 and blog.frontier.advance():
            yield from self._sent(blog)
        if blog.frontier.flying == 0 and blog.over is None and (capture := self._bound_of_pages(blog)):
            yield capture

    def _sent(self, blog: Blog) -> Iterator[Request | Capture]:
        for task in blog.frontier.take():
            try:
                yield Request(task.url, callback=self.parse, errback=self.parse_failure, meta=self.meta_of(blog, task))
            except ValueError as error:  # Scrapy makes no request of what is no URL
                yield self._without_answer(blog, task, "unsafe_address", f"no address: {error}")
                blog.frontier.finish(task, 0)

    def _bound_of_pages(self, blog: Blog) -> Capture | None:
        """The row that tells of what `max_pages` kept from being asked; None where nothing was left."""
        task, count = blog.frontier.unasked()
        if not blog.frontier.is_spent or not count:
            return None
        blog.over = BoundReached(f"--max-pages {self.bounds.max_pages}: {count} known pages were not asked for")
        logger.warning("%s: %s", blog.start, blog.over)
        return self._without_answer(
            blog, task or Task(blog.start, "listing", Context()), "bound_reached", str(blog.over)
        )

    def _end_blogs(self) -> None:
        """The time of a run is over: nothing more is asked, and what was asked is not waited for."""
        over = BoundReached(f"--max-minutes {self.bounds.max_minutes:g}: the same command goes on from here")
        for blog in self.blogs:
            if blog.over is None and (blog.frontier.flying or blog.frontier.unasked()[1]):
                blog.over, self.unfinished = over, True
                blog.frontier.close()
                logger.warning("%s: %s", blog.start, over)
        abandon(self.crawler, lambda _: True, over)

    def why_not(self, request: Request) -> IgnoreRequest | None:
        """Why a request is not wanted any more; None if it is."""
        blog: Blog | None = request.meta.get("blog")
        return self.ending or (blog.over if blog else None)

    def stop(self) -> None:
        """Let nothing of the crawl be waited for any more; what was asked and not answered has not happened."""
        self.ending = Abandoned("the crawl was ended")
        for blog in self.blogs:
            blog.frontier.close()
        abandon(self.crawler, lambda _: True, self.ending)

    def meta_of(self, blog: Blog, task: Task) -> dict[str, Any]:
        """What a request carries along."""
        meta: dict[str, Any] = {"blog": blog, "task": task}
        if task.kind not in ("sitemap", "feed", "api"):
            meta["download_maxsize"] = blog.reader.page_maxsize
        return meta

    def answer_of(self, response: Response, now: datetime) -> Answer:
        """What came back, and when it was seen."""
        return answer_of(response, now)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Capture | Request]:
        blog, task = response.meta["blog"], response.meta["task"]
        kept: Kept | None = response.meta.get(KEPT)
        now = kept.at if kept else datetime.now(UTC)
        answer = self.answer_of(response, now)
        try:
            harvest = blog.reader.read(task, answer)
        except Exception as error:
            # Whatever a page makes the reader stumble over must not end the crawl; it stands in the ledger and in the
            # exit code as what it is, a fault of this program.
            logger.exception("%s could not be read", response.url)
            harvest = Harvest(kind=task.kind, outcome="unreadable", error=f"{type(error).__name__}: {error}")
        links = [task.link() for task in [*blog.add(harvest.tasks), *harvest.mentions]]
        row = self._fetched(blog, task, answer.fetched_at)
        yield Capture(
            fetch=Fetch(
                **row,
                final_url=answer.url,
                status=answer.status,
                content_type=answer.content_type,
                body_bytes=len(answer.body),
                body_sha256=hashlib.sha256(answer.body).hexdigest(),
                etag=header_of(response, "ETag"),
                last_modified=header_of(response, "Last-Modified"),
                archive_file=kept.file if kept else None,
                archive_offset=kept.offset if kept else None,
                page_kind=harvest.kind,
                outcome=harvest.outcome,
                error=harvest.error,
                stated_total=harvest.stated_total,
                links=links,
            ),
            homes=blog.reader.homes,
            readings=harvest.readings,
            mining_rules=[
                MiningRule(
                    place=place,
                    location=rule.location,
                    reserved=rule.reserved,
                    policy=rule.policy,
                    fetch_id=row["fetch_id"],
                    fetched_at=answer.fetched_at,
                )
                for place, rule in enumerate(harvest.rules)
            ],
            refused=harvest.refused,
        )
        blog.frontier.finish(task, sum(reading.post is not None for reading in harvest.readings))
        yield from self.further(blog)

    def parse_failure(self, failure: Failure) -> Iterator[Capture | Request]:
        request = cast("Request", failure.request)  # type: ignore[attr-defined]
        error = cast("BaseException", failure.value)
        if isinstance(error, Abandoned):
            return
        blog: Blog = request.meta["blog"]
        outcome, sentence = outcome_of(error)
        if outcome == "unsafe_address" and request.meta.get("redirect_times"):
            outcome = "unsafe_redirect"
        status = error.status if isinstance(error, Refusal) else None
        yield from self._not_fetched(blog, request.meta["task"], outcome, sentence, status)

    def _not_fetched(
        self, blog: Blog, task: Task, outcome: Outcome, error: str, status: int | None
    ) -> Iterator[Capture | Request]:
        """Write down that a task gave no answer, and go on with others."""
        tasks = blog.add(blog.reader.instead(task))
        yield self._without_answer(blog, task, outcome, error, tasks, status=status)
        blog.frontier.finish(task, 0)
        yield from self.further(blog)

    def _without_answer(
        self,
        blog: Blog,
        task: Task,
        outcome: Outcome,
        error: str,
        tasks: Sequence[Task] = (),
        *,
        status: int | None = None,
    ) -> Capture:
        return Capture(
            fetch=Fetch(
                **self._fetched(blog, task, datetime.now(UTC)),
                final_url=None,
                status=status,
                content_type=None,
                body_bytes=None,
                body_sha256=None,
                page_kind=task.kind,
                outcome=outcome,
                error=error,
                links=[task.link() for task in tasks],
            ),
            homes=blog.reader.homes,
        )

    def _fetched(self, blog: Blog, task: Task, now: datetime) -> dict[str, Any]:
        """The columns of a `fetches` row that do not depend on what came back."""
        digest = hashlib.sha256(f"{self.ledger.crawl_id} {blog.start} {task.url} {now.isoformat()}".encode())
        return {
            "fetch_id": digest.hexdigest()[:16],
            "crawl_id": self.ledger.crawl_id,
            "start_url": blog.start,
            "via": self.via_word,
            "request_url": task.url,
            "fetched_at": now,
        }

    def closed(self, reason: str) -> None:
        if self._timer:
            self._timer.cancel()
        if ledger := getattr(self, "ledger", None):
            if self.account:
                try:
                    write_account(ledger, self.account(reason))
                except OSError as error:
                    blame_folder(cast("LedgerSpider", self), error)
            if reason == "finished" and not (self.fatal or self.unfinished or self.ending):
                ledger.finish(reason)
            ledger.close()


def outcome_of(error: BaseException) -> tuple[Outcome, str]:
    """The ledger's word and a sentence for a request that got no answer."""
    match error:
        case Refusal():
            return error.outcome, str(error)
        case RobotsUnreachable():
            outcome, sentence = outcome_of(error.__cause__ or error)
            return outcome, f"robots.txt: {sentence}"
        case DamagedBody():
            return "malformed", str(error)
        case DownloadCancelledError():
            return "too_large", str(error)
        case IgnoreRequest() if "redirection" in str(error):
            return "redirect_loop", "more redirects than REDIRECT_MAX_TIMES"
        case IgnoreRequest() if "DOWNLOAD_MAXSIZE" in str(error) or "exceeded" in str(error):
            return "too_large", str(error)
        case IgnoreRequest():
            return "http_error", str(error)
        case CannotResolveHostError():
            return "network_error", "the host name does not resolve"
        case DownloadConnectionRefusedError():
            return "network_error", "the host refuses the connection"
        case DownloadTimeoutError():
            return "network_error", "no answer in time"
        case ResponseDataLossError():
            return "network_error", "the connection ended before the answer was whole"
        case _:
            return "network_error", f"{type(error).__name__}: {error}"
