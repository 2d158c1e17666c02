"""The spider `blog`: from start URLs to all posts and comments of a blog, what is committed left out."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from scrapy import Request, Spider, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils.misc import load_object

from ..addresses import host_of, is_web_address
from ..pipelines.ledger import DataFolderBusy, DataFolderError, Ledger, open_ledger
from ..pipelines.normalize import normalize_hints
from ..pipelines.scopes import Scope
from ..pipelines.steps import Records
from ..pipelines.write import LedgerSpider, blame_folder, write_account
from ..queries import BuildError
from ..queries.night import Base, Night
from ..schemas import Capture, Fetch, MiningRule, Robots, RunAccount
from ..schemas.records import Outcome, PageKind, Via
from .answers import Answer, Harvest, PageRead, Reader
from .blogs import Blog
from .bounds import Bounds
from .compression import DamagedBody
from .download import abandon
from .frontier import Context, Task
from .guard import AddressGuard, lack_of_contact
from .keep import KEPT, Kept
from .night import NightBlog
from .offloop import PageFailed, PageJob, PageReaders
from .polite import introduce
from .refusals import Abandoned, BoundReached, Refusal, RobotsUnreachable
from .responses import answer_of, header_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

Fault = Literal["command", "folder", "busy", "source", "program"]
"""What is at fault where a crawl could not begin or had to be ended: the command line, the data folder, another process
that is at work there, what was to be read, or this program."""


class BlogSpider(Spider):
    """Crawls blogs with their comment sections.

    Args (as `-a name=value` of `scrapy crawl`):
        start: start URLs, separated by white space.
        via: 'auto' (the REST API where it is open, else HTML), 'api' or 'html'.
        limit: posts of each blog at most.
        since: ISO date; posts published before it are left out.
        fresh: any text; read everything, whatever earlier crawls hold, and begin anew where one is unfinished.
        budget: requests of each blog after which no further post is begun.
    """

    name = "blog"
    via_word: Via = "live"
    """`fetches.via`."""
    ledger: Ledger

    def __init__(  # noqa: PLR0917 - Scrapy gives them all by name
        self,
        start: str = "",
        via: str = "auto",
        limit: str | int | None = None,
        since: str | None = None,
        fresh: str = "",
        budget: str | int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.starts = start.split()
        self.via = via
        self.limit = int(limit) if limit else None
        self.since = datetime.fromisoformat(since) if since else None
        self.fresh = bool(fresh)
        self.budget = int(budget) if budget else None
        self._night: Night | None = None
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
        self.readers = PageReaders(0)
        self.blogs: list[Blog] = []

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        introduce(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.fail, signal=signals.spider_error)
        if refusal := spider.refusal():
            spider.fatal, spider.fault = refusal, "command"
            return spider
        try:
            spider.ledger = open_ledger(
                Path(crawler.settings["DATA_DIR"]),
                spider.command(),
                fresh=spider.fresh,
                clock=load_object(crawler.settings["CLOCK"]),
                lock=crawler.settings["LOCK"],
            )
        except DataFolderBusy as error:
            spider.fatal, spider.fault = str(error), "busy"
        except DataFolderError as error:
            spider.fatal, spider.fault = str(error), "folder"
        return spider

    def fail(self, failure: Failure) -> None:
        """Tell that this program failed outside of any page, so that what was to come next was not asked for."""
        # Scrapy has logged the traceback, and goes on with what else is on its way.
        self.fatal = self.fatal or (
            f"this program failed ({type(failure.value).__name__}: {failure.getErrorMessage()}); the log tells where, "
            "and the same command goes on from what is committed"
        )
        self.fault = self.fault or "program"

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
        return lack_of_contact(self.start_hosts, self.crawler.settings.get("CONTACT"), "crawling")

    async def start(self) -> AsyncIterator[Request | Capture]:
        if self.fatal:
            logger.error(self.fatal)
            return
        try:
            self.blogs = [self.blog_of(url) for url in dict.fromkeys(self.starts)]
        except (BuildError, DataFolderError) as error:
            self.fatal, self.fault = str(error), "folder"
            return
        self.readers = PageReaders(self.settings.getint("READERS"), after=self.settings.getint("READERS_AFTER"))
        self.crawler.signals.connect(self.readers.close, signal=signals.spider_closed)
        self._timer = asyncio.get_running_loop().call_later(self.bounds.max_minutes * 60, self._end_blogs)
        for blog in self.blogs:
            url = blog.start
            if self.ledger.resumed:
                committed = blog.replay(self.ledger)
                logger.info("%s: going on with crawl %s, %d fetches are done", url, self.ledger.crawl_id, committed)
            for further in self.further(blog):
                yield further

    def blog_of(self, start: str) -> Blog:
        """The crawl of one start URL from its beginning: of all of it, or of what changed where the folder holds it."""
        reader = self._reader_of(start)
        if self._holds(start):
            night = self._earlier()
            memory = night.memory(start)
            if memory.posts:
                began = self.ledger.run.started_at
                return NightBlog(start, reader, night=night, memory=memory, now=began, budget=self.budget)
        return Blog(start, reader, budget=self.budget)

    def _holds(self, start: str) -> bool:
        """Whether a crawl that had ended before this one read all that this one is to read of a blog."""
        if self.limit is not None or self.ledger.run.fresh:
            return False
        since = self.since.isoformat() if self.since else None
        return any(
            start in run.command.get("start", ())
            and run.command.get("via") == self.via
            and run.command.get("limit") is None
            and (run.command.get("since") is None or (since is not None and run.command["since"] <= since))
            for run in self.ledger.earlier_runs()
        )

    def _earlier(self) -> Night:
        """What the folder held before this crawl.

        Raises:
            BuildError: a part of it cannot be read.
        """
        if self._night is None:
            run = self.ledger.run
            self._night = Night(self.ledger.data, crawl_id=run.crawl_id, started_at=run.started_at)
        return self._night

    def _reader_of(self, start: str) -> Reader:
        return Reader(
            Scope.of(start),
            via=self.via,
            since=self.since,
            limit=self.limit,
            page_maxsize=self.settings.getint("PAGE_MAXSIZE"),
            has_disqus_key=bool(self.settings["DISQUS_API_KEY"]),
            bounds=self.bounds,
        )

    def further(self, blog: Blog) -> Iterator[Request | Capture]:
        """What may be sent now; enters the next way in where nothing is left of the present one."""
        yield from self._sent(blog)
        while blog.frontier.flying == 0 and blog.advance():
            yield from self._sent(blog)
        if blog.frontier.flying == 0 and blog.over is None and (capture := self._bound_of_pages(blog)):
            yield capture

    def _sent(self, blog: Blog) -> Iterator[Request | Capture]:
        for task in blog.frontier.take():
            try:
                yield Request(
                    task.url,
                    callback=self.parse,
                    errback=self.parse_failure,
                    headers=blog.headers_of(task),
                    meta=self.meta_of(blog, task),
                )
            except ValueError as error:  # Scrapy makes no request of what is no URL
                yield self._without_answer(blog, task, "unsafe_address", f"no address: {error}")
                blog.finish(task, outcome="unsafe_address", posts=0, comments=0, tasks=())

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
        self.readers.abandon()
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

    async def parse(self, response: Response, **kwargs: Any) -> Iterable[Capture | Request]:
        blog, task = response.meta["blog"], response.meta["task"]
        kept: Kept | None = response.meta.get(KEPT)
        now = kept.at if kept else self.ledger.now()
        answer = self.answer_of(response, now)
        sha256 = hashlib.sha256(answer.body).hexdigest()
        if base := blog.unchanged(task, answer, sha256):
            return self._as_it_was(blog, task, response, answer, base)
        page: PageRead | Exception | None = None
        try:
            if (html := blog.reader.page_in(task, answer)) and self.readers.takes(html):
                page = await self.readers.read(self._job(blog, task, html))
        except asyncio.CancelledError:
            return []  # the crawl was ended: what was not read has not happened
        except Exception as error:  # noqa: BLE001 - it is told where the page's other faults are
            page = error
        return self._parsed(blog, task, response, answer, sha256=sha256, page=page)

    def _job(self, blog: Blog, task: Task, html: Answer) -> PageJob:
        fetched = self._fetched(blog, task, html.fetched_at)
        return PageJob(
            answer=html,
            kind=task.kind,
            post_url=task.context.post_url,
            fetch_id=fetched["fetch_id"],
            homes=blog.reader.homes,
        )

    def _parsed(
        self,
        blog: Blog,
        task: Task,
        response: Response,
        answer: Answer,
        *,
        sha256: str,
        page: PageRead | Exception | None,
    ) -> Iterator[Capture | Request]:
        """What an answer gives.

        Args:
            page: what it shows as an HTML page, or why it could not be read, where another process has read it.
        """
        kept: Kept | None = response.meta.get(KEPT)
        try:
            harvest = blog.reader.read(task, answer, page)
            blog.amend(task, harvest, answer)
        except Exception as error:
            # Whatever a page makes the reader stumble over must not end the crawl; it stands in the ledger and in the
            # exit code as what it is, a fault of this program.
            logger.exception("%s could not be read", response.url)
            told = str(error) if isinstance(error, PageFailed) else f"{type(error).__name__}: {error}"
            harvest = Harvest(kind=task.kind, outcome="unreadable", error=told)
        records = harvest.records or Records()
        if records.trouble:
            harvest.outcome, harvest.error = "unreadable", records.trouble
        tasks = blog.add(harvest.tasks)
        fetched = self._fetched(blog, task, answer.fetched_at)
        hints = normalize_hints(harvest.hints, fetch_id=fetched["fetch_id"], fetched_at=answer.fetched_at)
        yield Capture(
            fetch=Fetch(
                **fetched,
                final_url=answer.url,
                status=answer.status,
                content_type=answer.content_type,
                body_bytes=len(answer.body),
                body_sha256=sha256,
                etag=header_of(response, "ETag"),
                last_modified=header_of(response, "Last-Modified"),
                archive_file=kept.file if kept else None,
                archive_offset=kept.offset if kept else None,
                page_kind=harvest.kind,
                outcome=harvest.outcome,
                error=harvest.error,
                stated_total=harvest.stated_total,
                links=[one.link() for one in {one.url: one for one in [*tasks, *harvest.mentions]}.values()],
            ),
            homes=blog.reader.homes,
            readings=[] if harvest.records else harvest.readings,
            posts=records.posts,
            comments=records.comments,
            rejects=records.rejects,
            mining_rules=[
                MiningRule(
                    place=place,
                    location=rule.location,
                    reserved=rule.reserved,
                    policy=rule.policy,
                    fetch_id=fetched["fetch_id"],
                    fetched_at=answer.fetched_at,
                )
                for place, rule in enumerate(harvest.rules)
            ],
            hints=blog.heed(hints),
            refused=harvest.refused,
        )
        posts = sum(reading.post is not None for reading in harvest.readings)
        comments = sum(len(reading.comments) for reading in harvest.readings)
        blog.finish(task, outcome=harvest.outcome, posts=posts, comments=comments, tasks=tasks)
        yield from self.further(blog)

    def _as_it_was(
        self, blog: Blog, task: Task, response: Response, answer: Answer, base: Base
    ) -> Iterator[Capture | Request]:
        """Write down that an answer shows what an earlier one did, and go on where that led."""
        tasks = blog.add(blog.tasks_of(task, base))
        has_body = bool(answer.body)
        outcome: Outcome = "ok" if has_body else "not_modified"
        yield Capture(
            fetch=Fetch(
                **self._fetched(blog, task, answer.fetched_at),
                final_url=answer.url,
                status=answer.status,
                content_type=answer.content_type,
                body_bytes=len(answer.body) if has_body else None,
                body_sha256=base.body_sha256 if has_body else None,
                etag=header_of(response, "ETag"),
                last_modified=header_of(response, "Last-Modified"),
                page_kind=cast("PageKind", base.page_kind),
                outcome=outcome,
                posts=base.posts,
                comments=base.comments,
                # The same rows may be those of a listing that has lost some behind them.
                stated_total=base.stated_total if answer.total is None else answer.total,
                same_as=base.fetch_id,
                links=[task.link() for task in tasks],
            ),
            homes=blog.reader.homes,
        )
        blog.finish(task, outcome=outcome, posts=base.posts, comments=base.comments, tasks=tasks)
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
        blog.finish(task, outcome=outcome, posts=0, comments=0, tasks=tasks)
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
                **self._fetched(blog, task, self.ledger.now()),
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
            "asked_for": blog.asked_for(task),
        }

    def closed(self, reason: str) -> None:
        if self._timer:
            self._timer.cancel()
        if self._night:
            self._night.close()
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
