"""The spider `wayback`: a blog's posts and comments from a web archive that is asked over the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from scrapy.http import Response

from ..addresses import host_of
from ..pipelines.ledger import Ledger
from ..pipelines.scopes import Scope
from ..pipelines.urls import canonical_url, without_archive
from .answers import Answer, Harvest, PageRead, Reader
from .archives.pages import capture_time, harvest_of, is_comment_page, task_for
from .blog import BlogSpider
from .blogs import Blog
from .cdx import WAYBACK, CaptureRow, Captures, NotCdx, capture_url, chosen, following, queries, read_index
from .frontier import Context, Task
from .responses import answer_of

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(slots=True)
class WaybackReader(Reader):
    """Reads the index of one blog, one answer after the other, and then its captures."""

    archive: str = WAYBACK
    captures: Captures = "last"
    from_: str | None = None
    to: str | None = None
    rows: set[CaptureRow] = field(default_factory=set)
    _waiting: list[str] = field(default_factory=list)

    def start_tasks(self, start: str) -> list[Task]:
        """The first question to the index; each answer leads to the next, and the last one to the captures."""
        first, *self._waiting = queries(self.archive, start, since=self.from_, until=self.to)
        self.rows.clear()
        return [_index_task(first)]

    def arrive(self, url: str) -> None:
        """Redirects of an archive lead to other captures, never to another blog."""

    def instead(self, task: Task) -> list[Task]:
        """What to do where a request failed for good: the next question, as if the answer had been empty."""
        return self._next_tasks(None) if task.kind == "api" else []

    def page_in(self, task: Task, answer: Answer) -> Answer | None:
        """None: what a capture is, is judged with all that is known of it."""
        return None

    def read(self, task: Task, answer: Answer, page: PageRead | Exception | None = None) -> Harvest:
        """Captures to take from an index answer, or readings of a capture."""
        if task.kind == "api":
            return self._read_index(task, answer)
        known = task_for(answer, scope=self.scope, posts={}, post_is_known=task.context.post_url is not None)
        if known is None:
            return Harvest(kind="other", outcome="not_html", error=f"content type {answer.content_type}")
        harvest = harvest_of(answer, known, scope=self.scope, since=self.since, page_maxsize=self.page_maxsize)
        harvest.mentions, harvest.tasks = harvest.tasks, []
        return harvest

    def _read_index(self, task: Task, answer: Answer) -> Harvest:
        if answer.status != 200:
            # A page behind the last one is refused by some archives; the first must come.
            is_end = answer.status in (400, 404) and "page=" in task.url and "page=0" not in task.url
            outcome = "absent" if is_end else "http_error"
            return Harvest(
                kind="api", outcome=outcome, error=f"HTTP status {answer.status}", tasks=self._next_tasks(None)
            )
        try:
            index = read_index(answer.body)
        except NotCdx as error:
            return Harvest(kind="api", outcome="malformed", error=str(error), tasks=self._next_tasks(None))
        before = len(self.rows)
        self.rows.update(row for row in index.rows if row.url in self.scope)
        next_url = following(task.url, index)
        if "page=" in task.url and "page=0" not in task.url and len(self.rows) == before:
            next_url = None  # an archive that does not page gives its first page for ever
        harvest = Harvest(kind="api")
        if next_url and len(self.rows) >= self.bounds.captures:
            next_url = None
            self._waiting.clear()
            harvest.cut(f"{len(self.rows)} captures in the index")
        harvest.tasks = self._next_tasks(next_url)
        return harvest

    def _next_tasks(self, next_url: str | None) -> list[Task]:
        url = next_url or (self._waiting.pop(0) if self._waiting else None)
        return [_index_task(url)] if url else list(self._capture_tasks())

    def _capture_tasks(self) -> Iterator[Task]:
        rows = list(chosen(self.rows, self.captures))
        posts = {canonical_url(row.url) for row in rows if not is_comment_page(row.url)}
        for row in rows:
            url = capture_url(self.archive, row)
            if is_comment_page(row.url):
                post_url = canonical_url(row.url)
                known = post_url if post_url in posts else None
                yield Task(url, "comments", Context(way="api", post_url=known))
            else:
                yield Task(url, "post", Context(way="api"))


def _index_task(url: str) -> Task:
    return Task(url, "api", Context(way="start"))


class WaybackBlog(Blog):
    """What is left to fetch of one blog's captures."""

    def replay(self, ledger: Ledger) -> int:
        """As for a live blog; an index not read to its end is asked anew, since captures are chosen from all of it."""
        rows = [row for row in ledger.committed() if row.start_url == self.start]
        if not any(is_capture(link.url) for row in rows for link in row.links if row.page_kind == "api"):
            return 0
        return super().replay(ledger)

    def is_to_fetch(self, task: Task) -> bool:
        """Whether a link of the ledger was a request: a capture only shows what else there was."""
        return task.kind == "api" or is_capture(task.url)


def is_capture(url: str) -> bool:
    """Whether a URL is that of a page in an archive."""
    return without_archive(url) != url


class WaybackSpider(BlogSpider):
    """Reads blogs from a web archive with a CDX index.

    Args (as `-a name=value` of `scrapy crawl`), those of `blog` but `via`, and:
        archive_url: address below which captures stand; default: the Wayback Machine.
        captures: 'first', 'last', 'all' or 'yearly' of each page.
        from_date, to_date: captures of this time only, as 4 to 14 digits (2012, 20120131).
    """

    name = "wayback"
    via_word = "wayback"

    def __init__(
        self, archive_url: str = "", captures: str = "last", from_date: str = "", to_date: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.archive = (archive_url or WAYBACK).rstrip("/")
        self.captures = captures
        self.from_date, self.to_date = from_date or None, to_date or None
        self.start_hosts = {host_of(self.archive)}

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # Archives say how fast they may be asked; measuring their answers would only make that faster or slower.
        settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")

    def command(self) -> dict[str, Any]:
        own = {"archive": self.archive, "captures": self.captures, "from": self.from_date, "to": self.to_date}
        return super().command() | own

    def refusal(self) -> str | None:
        if self.captures not in get_args(Captures):
            return f"captures must be one of {', '.join(get_args(Captures))}, not {self.captures}"
        for digits in (self.from_date, self.to_date):
            if digits and not re.fullmatch(r"\d{4,14}", digits):
                return f"{digits} is no time of 4 to 14 digits"
        return super().refusal()

    def blog_of(self, start: str) -> Blog:
        return WaybackBlog(
            start,
            WaybackReader(
                Scope.of(start),
                archive=self.archive,
                captures=self.captures,  # pyright: ignore[reportArgumentType] - checked in refusal()
                from_=self.from_date,
                to=self.to_date,
                since=self.since,
                limit=self.limit,
                page_maxsize=self.settings.getint("PAGE_MAXSIZE"),
                bounds=self.bounds,
            ),
            budget=self.budget,
        )

    def meta_of(self, blog: Blog, task: Task) -> dict[str, Any]:
        # Index and captures are paced apart (settings: DOWNLOAD_SLOTS).
        slot = "archive index" if task.kind == "api" else "archive captures"
        return super().meta_of(blog, task) | {"download_slot": slot}

    def answer_of(self, response: Response, now: datetime) -> Answer:
        """A capture as the answer that it was at its time, under the address that it had."""
        captured = capture_time(response.url)
        if captured is None:
            return answer_of(response, now)
        return answer_of(response.replace(url=without_archive(response.url)), captured)
