"""What an answer means for the crawl: a task and what came back go in, readings and further tasks come out.

No request, clock or log here, so an archived page and a live one are read by the same code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from lxml.html import HtmlElement
from msgspec.structs import replace

from ..addresses import host_of, join_address, path_of, query_of, refused_addresses
from ..dates.moments import PageClock, parse_date
from ..numerals import whole_number
from ..pipelines.normalize import clock_of, post_address
from ..pipelines.scopes import Scope
from ..pipelines.steps import Records
from ..pipelines.urls import canonical_url, without_archive
from ..schemas import Damages, DateMention, PageHint, PageReading
from ..schemas.records import Outcome, PageKind
from . import rest
from .apis.comment_feed import NAME as FEED
from .apis.disqus import needs_key
from .apis.embeds import READERS
from .apis.json_values import MalformedAnswer, json_value
from .apis.wordpress import posts_of_comments, read_api_comments, read_api_posts
from .bounds import Bounds
from .compression import DamagedBody, decoded_body
from .discovery import (
    Dated,
    SiteLinks,
    feed_entries,
    is_feed,
    robots_sitemaps,
    site_links,
    sitemap_entries,
)
from .frontier import Context, Task
from .hints import comment_feed_hints, page_hints
from .reading.document import Document
from .reading.errors import LayoutChanged
from .reading.nopage import NoPage, asks_for_password, no_page
from .reading.page import read_document
from .tdmrep import WELL_KNOWN, NoRules, StatedRule, read_rules
from .xml import NotXml

PER_PAGE = 100
"""Rows of one REST answer; WordPress allows no more."""
STALE = 2
"""Listing pages in a row that show nothing new before their chain is left: calendars go on for ever."""
RECENT = timedelta(days=7)
"""How far behind the last crawl the newest comments are read again: there they are edited, removed, approved late."""
CLOCKS = timedelta(days=1)
"""By how much a site's clock and zone may make what was changed look older: it is asked for so much more."""
CLOCK_LAG = timedelta(minutes=10)
"""By how much a site's clock may be behind ours."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST_COMMENTS: Mapping[str, str | int] = {
    "per_page": PER_PAGE,
    "page": 1,
    "orderby": "date_gmt",
    "order": "desc",
    "_embed": "up",
}
ANY_HOST = "*"
PARTIAL = 206
READ_STATUSES = (200, 203, PARTIAL)
"""HTTP statuses of answers that have content: as it is, as a proxy changed it, a part of it."""

STATUSES_INSTEAD: dict[Outcome, tuple[int, ...]] = {"challenge": (401, 403, 405, 429, 503), "maintenance": (503,)}
"""Error statuses with which a page comes that says more than they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a request, from the live web or an archive."""

    url: str
    """After redirects."""
    status: int
    fetched_at: datetime
    """UTC; an archive's capture time where there is one."""
    content_type: str | None
    """Media type in lower case, without parameters."""
    charset: str | None
    """Of the Content-Type header."""
    body: bytes
    api_root: str | None = None
    """As a Link header names it."""
    rights: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The headers that may reserve something, by lower-case name."""
    total: int | None = None
    """X-WP-Total."""
    total_pages: int | None = None


@dataclass(slots=True, kw_only=True)
class Harvest:
    """What an answer gave."""

    kind: PageKind
    outcome: Outcome = "ok"
    error: str | None = None
    readings: list[PageReading] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    mentions: list[Task] = field(default_factory=list)
    """What the answer shows to exist but is not fetched, as the live pages that a capture links to."""
    hints: list[PageHint] = field(default_factory=list)
    """What the answer tells of the state of posts."""
    newest_down_to: datetime | None = None
    """Of a listing of the newest comments: none but older ones stand behind this answer; LONG_AGO where none do."""
    stated_total: int | None = None
    rules: list[StatedRule] = field(default_factory=list)
    """What the site reserves of text and data mining."""
    refused: dict[str, None] = field(default_factory=dict)
    """What the answer gave for addresses and is none."""

    records: Records | None = None
    """What the readings became, where they were normalised beside their reading; None where that is still to be."""

    def tell(self, damages: Damages) -> None:
        """Tell what was wrong with the answer's XML; it is a fault where something of it may be missing."""
        if damages:
            self.error = "; ".join(damages.told())
            self.outcome = "malformed" if damages.is_torn else self.outcome

    def cut(self, bound: str) -> None:
        """Tell that what the answer leads on to is not followed."""
        self.outcome, self.error = "bound_reached", f"not followed further: {bound}"

    def cut_off(self, fault: str) -> None:
        """Tell that the answer is not whole, so that this is what there is of it; another failure stays what it is."""
        self.outcome = "cut_off" if self.outcome in ("ok", "empty", "bound_reached") else self.outcome
        self.error = f"{self.error}; {fault}" if self.error else fault


@dataclass(slots=True, kw_only=True)
class PageRead:
    """What an HTML page shows, whatever is asked of it: the part of reading that takes time and knows no crawl."""

    reading: PageReading
    links: SiteLinks
    hints: list[PageHint]
    instead: NoPage | None
    """What stands in the place of a page."""
    asks_for_password: bool
    holds_post_back: bool
    """Whether it asks for the password of its post."""
    is_bare: bool
    """Whether it shows neither a text nor comments; its URL alone may have given it a date."""
    records: Records | None = None
    """As in a Harvest."""
    refused: dict[str, None] = field(default_factory=dict)
    """What it gave for addresses and is none, where it was read in another process."""


def read_html(answer: Answer) -> PageRead:
    """Read an HTML page.

    Raises:
        LayoutChanged: as read_document().
    """
    document = Document(answer.body, answer.url, answer.charset)
    # Asked first: the reading takes forms and what leads to other posts out of the post's text.
    links, hints = site_links(document.root, answer.url), page_hints(document.root, answer.url)
    holds_post_back = is_locked(document.root)
    reading = read_document(document, answer.rights)
    return PageRead(
        reading=reading,
        links=links,
        hints=hints,
        instead=no_page(document, reading),
        asks_for_password=asks_for_password(document),
        holds_post_back=holds_post_back,
        is_bare=is_bare(reading),
    )


def shown_comments(reading: PageReading, post_url: str | None) -> PageReading:
    """What counts of a comment page: the post was read from its own; here it stands again, or only its beginning."""
    return PageReading(
        platform=reading.platform,
        post_url=post_url,
        comments=reading.comments,
        comment_page=reading.comment_page,
        zone=reading.zone,
    )


@dataclass(slots=True)
class Reader:
    """Reads the answers of one blog's crawl. It remembers one thing, the posts that listings showed so far."""

    scope: Scope
    via: str = "auto"
    """'auto', 'api' or 'html'."""
    since: datetime | None = None
    """Posts before this wall-clock time are left out."""
    limit: int | None = None
    page_maxsize: int = 10 * 1024 * 1024
    has_disqus_key: bool = False
    """Whether requests to Disqus' API are given a key on their way."""
    bounds: Bounds = field(default_factory=Bounds)
    listed: set[str] = field(default_factory=set)
    came_from: Scope | None = None
    """The scope that was asked for, where it led to another one."""
    read_before: datetime | None = None
    """When an earlier crawl last read the blog: its sources are asked for what is newer. None asks for everything."""
    posts_read: set[str] = field(default_factory=set)
    """Canonical URLs of the posts that earlier crawls read."""

    replays: str | None = None
    """Host of an archive whose replays of the blog's pages count as these, ANY_HOST for all; None for none."""

    def is_ours(self, url: str) -> bool:
        """Whether a page is the blog's. What a host calls a capture of it (`/2012/http://...`) may be anything."""
        is_replay = without_archive(url) != url.strip()
        if is_replay and self.replays not in (ANY_HOST, host_of(url)):
            return False
        return url in self.scope

    @property
    def scopes(self) -> list[Scope]:
        """Where the blog's pages may speak for themselves: where it stands, and what leads there."""
        return [scope for scope in (self.scope, self.came_from) if scope and scope.is_named]

    @property
    def homes(self) -> list[str]:
        """The same as the front pages' addresses."""
        return [scope.home for scope in self.scopes]

    def start_tasks(self, start: str) -> list[Task]:
        if without_archive(start) != start:
            self.replays = host_of(start)
        return [Task(start, "listing", Context(way="start"))]

    def page_in(self, task: Task, answer: Answer) -> Answer | None:
        """The answer as read() is going to read it as an HTML page; None where it is not."""
        is_page = task.context.system is None and task.kind not in ("api", "robots", "rights", "sitemap", "feed")
        if not is_page or answer.status not in READ_STATUSES:
            return None
        self._arrive_with(task, answer)
        try:
            body, _ = decoded_body(answer.body, [], 5 * self.page_maxsize)
        except DamagedBody:
            return None
        answer = replaced(answer, body=body)
        is_other = not body.strip() or (task.kind != "comments" and is_feed(body))
        return None if is_other or not_a_page(answer, self.page_maxsize) else answer

    def _arrive_with(self, task: Task, answer: Answer) -> None:
        if task.context.way == "start" and task.kind != "rights":
            self.arrive(answer.url)

    def read(self, task: Task, answer: Answer, page: PageRead | Exception | None = None) -> Harvest:
        """Readings and further tasks of an answer, in the order in which they should be fetched.

        Args:
            page: what page_in() was read as, or what reading it raised, where that is known already.
        """
        self._arrive_with(task, answer)
        if answer.status not in READ_STATUSES:
            return self._failed(task, answer, "http_error", f"HTTP status {answer.status}")
        try:
            # What is gzip without a word of it in the headers, as sitemaps are.
            body, fault = decoded_body(answer.body, [], 5 * self.page_maxsize)
        except DamagedBody as error:
            return self._failed(task, answer, "malformed", str(error))
        if not body.strip():
            return self._failed(task, answer, "empty", "the answer has no content")
        answer = replaced(answer, body=body)
        try:
            with refused_addresses() as refused:
                harvest = self._read_by_kind(task, answer, page)
        except LayoutChanged as error:
            return self._failed(task, answer, "layout_changed", str(error))
        harvest.refused = refused | (page.refused if isinstance(page, PageRead) else {})
        if answer.status == PARTIAL:
            harvest.cut_off("the answer is a part of the page (HTTP status 206)")
        if fault:
            harvest.cut_off(fault)
        if harvest.outcome != "ok" and not harvest.tasks:
            harvest.tasks = self.instead(task)
        return harvest

    def _read_by_kind(self, task: Task, answer: Answer, page: PageRead | Exception | None) -> Harvest:
        if task.context.system is not None:
            return self._read_system(task, answer, task.context.system)
        match task.kind:
            case "api":
                return self._read_api(task, answer)
            case "robots":
                return self._read_robots(task, answer)
            case "rights":
                return self._read_rights(task, answer)
            case "sitemap":
                return self._read_sitemap(task, answer)
            case "feed":
                return self._read_feed(task, answer)
            case _:
                return self._read_page(task, answer, page)

    def _failed(self, task: Task, answer: Answer, outcome: Outcome, error: str) -> Harvest:
        if outcome in ("http_error", "malformed") and (found := self._stands_instead(answer)):
            outcome, error = found.outcome, f"{found.why} ({error})"
        if task.context.guess and (answer.status in (404, 410) or outcome in ("malformed", "empty", "soft_404")):
            outcome = "absent"
        # WordPress answers 400 behind a listing's last page: nothing more is to be had there.
        is_behind_the_last = task.kind == "api" and answer.status in (400, 404)
        tasks = self._pages_of_posts(task) if is_behind_the_last else self.instead(task)
        return Harvest(kind=task.kind, outcome=outcome, error=error, tasks=tasks)

    def _stands_instead(self, answer: Answer) -> NoPage | None:
        """What stands in the place of an answer that could not be read; None where its failure says all."""
        is_read = answer.status in READ_STATUSES
        told = {outcome for outcome, statuses in STATUSES_INSTEAD.items() if answer.status in statuses}
        if not (is_read or told) or answer.body.lstrip()[:1] != b"<" or not_a_page(answer, self.page_maxsize):
            return None
        found = no_page(Document(answer.body, answer.url, answer.charset))
        return found if found and (is_read or found.outcome in told) else None

    def arrive(self, url: str) -> None:
        """Take a start URL's redirects into account: where it leads is the blog that was meant."""
        if not self.is_ours(url):
            self.came_from, self.scope = self.came_from or self.scope, Scope.of(url)

    def instead(self, task: Task) -> list[Task]:
        """What to fetch where a request failed for good: what else it would have led to."""
        behind = self._further_api_pages(task, task.context.pages or None, is_full=False) if task.kind == "api" else []
        return [*self._pages_of_posts(task), *behind]

    def _pages_of_posts(self, task: Task) -> list[Task]:
        """The HTML pages of posts whose comments the API keeps."""
        if task.context.rows == "comments" and self.via == "auto":
            return [Task(url, "post", Context(way=task.context.way)) for url, _ in task.context.posts.values()]
        return []

    # Pages

    def _read_page(self, task: Task, answer: Answer, page: PageRead | Exception | None) -> Harvest:
        if task.kind != "comments" and is_feed(answer.body):
            return self._read_feed(task, answer)
        if trouble := not_a_page(answer, self.page_maxsize):
            return self._failed(task, answer, *trouble)
        if isinstance(page, Exception):
            raise page
        page = page or read_html(answer)
        reading, links = page.reading, page.links
        if found := page.instead:
            return self._failed(task, answer, found.outcome, found.why)
        if page.asks_for_password and page.is_bare:
            return self._failed(task, answer, "login_wall", "the page asks for a password")
        if task.kind == "comments":
            return self._comment_page(task, answer, page)
        if reading.kind == "post":
            if page.holds_post_back:
                return self._failed(task, answer, "login_wall", "the post asks for a password")
            harvest = self._post_page(task, answer, page)
            if task.context.way == "start":
                harvest.tasks += self._rights_tasks(answer)
            elif harvest.readings:
                harvest.tasks += self._neighbours(task, links)
            return harvest
        if task.kind == "post" and task.context.way != "links":
            # A sitemap names pages too that are no posts; what they link to is found in better ways.
            return Harvest(kind=reading.kind)
        links.posts = list(dict.fromkeys([*links.posts, *reading.entries]))
        harvest = self._listing_page(task, answer, links)
        harvest.hints = self._ours(page.hints)
        return harvest

    def _ours(self, hints: list[PageHint]) -> list[PageHint]:
        return [hint for hint in hints if self.is_ours(hint.url)]

    def _post_page(self, task: Task, answer: Answer, page: PageRead) -> Harvest:
        reading, post = page.reading, page.reading.post
        if post is None or not self.is_ours(answer.url) or self._is_old_post(reading, answer):
            return Harvest(kind="post")
        post_url = post_address(post, answer.url, self.scopes).key
        tasks = [*self._comment_tasks(task, post_url, reading), *self._system_tasks(task, post_url, reading)]
        return Harvest(kind="post", readings=[reading], records=page.records, tasks=tasks)

    def _neighbours(self, task: Task, links: SiteLinks) -> Iterator[Task]:
        """The posts before and behind a post: what feeds and listings have dropped is still linked so."""
        for url in links.neighbours:
            if self.is_ours(url) and not self._too_old_by_path(url):
                yield Task(url, "post", Context(way=task.context.way))

    def _comment_page(self, task: Task, answer: Answer, page: PageRead) -> Harvest:
        harvest, reading = Harvest(kind="comments"), page.reading
        if reading.comments and digest_of(reading) != task.context.shown:
            harvest.readings, harvest.records = [shown_comments(reading, task.context.post_url)], page.records
            if reading.next_pages and self._is_too_far(task):
                harvest.cut(f"{task.context.steps} pages of comments")
                return harvest
            harvest.tasks = list(self._comment_tasks(task, task.context.post_url or answer.url, reading))
        return harvest

    def _is_too_far(self, task: Task) -> bool:
        """Whether so many pages of a post's comments led to this one that no further one is asked for."""
        return task.context.steps >= self.bounds.comment_pages

    def _comment_tasks(self, task: Task, post_url: str, reading: PageReading) -> Iterator[Task]:
        context = Context(
            way=task.context.way, post_url=post_url, shown=digest_of(reading), steps=task.context.steps + 1
        )
        for url in reading.next_pages:
            if self.is_ours(url):
                yield Task(url, "comments", context)

    # Comments that stand elsewhere

    def _system_tasks(self, task: Task, post_url: str, reading: PageReading) -> Iterator[Task]:
        """Where the comments are that a post's page does not show: on any host, for it is the page that sends us there.

        A page that shows comments is not asked for its system's too: plugins print copies of them under other ids.
        """
        context = Context(way=task.context.way, rows="comments", post_url=post_url)
        asked = [embed for embed in reading.embeds if embed.url and not reading.comments]
        for embed in asked:
            if embed.url:
                yield Task(embed.url, "comments", replace(context, system=embed.system))
        stated = reading.post.declared_comments if reading.post else None
        lacks = (stated or 0) > len(reading.comments)
        if reading.comment_feed and lacks and not asked and not reading.next_pages:
            known = tuple(comment.native_id for comment in reading.comments if comment.native_id)
            yield Task(reading.comment_feed, "feed", replace(context, system=FEED, guess=True, known=known))

    def _read_system(self, task: Task, answer: Answer, system: str) -> Harvest:
        context = task.context
        try:
            reading = READERS[system](answer.body, post_url=context.post_url or answer.url, url=answer.url)
        except MalformedAnswer as error:
            return self._failed(task, answer, "malformed", str(error))
        # A page knows more of its comments than a feed does.
        reading.comments = [comment for comment in reading.comments if comment.native_id not in context.known]
        harvest = Harvest(kind=task.kind, stated_total=reading.stated_total)
        harvest.tell(reading.damages)
        harvest.readings = [reading] if reading.comments else []
        onward = replace(context, steps=context.steps + 1)
        harvest.tasks = [Task(url, task.kind, onward) for url in self._pages_to_ask(reading.next_pages)]
        if harvest.tasks and self._is_too_far(task):
            harvest.tasks = []
            harvest.cut(f"{context.steps} pages of comments")
        return harvest

    def _pages_to_ask(self, pages: list[str]) -> list[str]:
        """With a key the pages that answer to it only, for these are all; else the others."""
        keyed = [url for url in pages if needs_key(url)]
        return keyed if keyed and self.has_disqus_key else [url for url in pages if url not in keyed]

    # Listings

    def _listing_page(self, task: Task, answer: Answer, links: SiteLinks) -> Harvest:
        posts = [url for url in links.posts if self.is_ours(url) and not self._too_old_by_path(url)]
        if task.context.way == "start":
            ways = list(self._ways_in(answer, links, posts))
            if not ways:
                return Harvest(kind="listing", outcome="absent", error="the page names no REST API: try --via html")
            return Harvest(kind="listing", tasks=ways)
        way = task.context.way
        if way == "links":
            followed = [*posts, *(url for url in [*links.older, *links.archives, *links.others] if self.is_ours(url))]
            return Harvest(kind="listing", tasks=[Task(url, "post", Context(way=way)) for url in followed])
        tasks = [Task(url, "post", Context(way=way)) for url in posts]
        fresh = {canonical_url(url) for url in posts} - self.listed
        self.listed |= fresh
        steps = 0 if fresh else task.context.steps + 1
        if steps < STALE or way == "plan":
            onward = links.older or links.archives
            tasks += [Task(url, "listing", Context(way=way, steps=steps)) for url in onward if self.is_ours(url)]
        return Harvest(kind="listing", tasks=tasks)

    def _ways_in(self, answer: Answer, links: SiteLinks, posts: list[str]) -> Iterator[Task]:
        """From the start page: every way to the blog's posts, to be entered in the order of WAYS."""
        api_root = answer.api_root or links.api_root
        if self.via != "html" and api_root:
            yield from self.api_tasks(api_root)
        if self.via != "api" or api_root:
            yield from self._rights_tasks(answer)
        if self.via == "api":
            return
        for url in posts:
            yield Task(url, "post", Context(way="front"))
        home = join_address(answer.url, "/") or answer.url
        yield Task(f"{home}robots.txt", "robots", Context(way="sitemap", guess=True))
        for base in dict.fromkeys((answer.url.partition("?")[0].rstrip("/") + "/", home)):
            for name in ("wp-sitemap.xml", "sitemap.xml"):
                yield Task(f"{base}{name}", "sitemap", Context(way="sitemap", guess=True))
        for url in links.feeds:
            yield Task(url, "feed", Context(way="feed"))
        for url in links.comment_feeds:
            yield Task(url, "feed", Context(way="feed", rows="comments"))
        for url in links.older or links.archives:
            if self.is_ours(url):
                yield Task(url, "listing", Context(way="listing"))
        for url in [*links.archives, *links.others]:
            if self.is_ours(url):
                yield Task(url, "post", Context(way="links"))

    # Sitemaps and feeds

    def _read_robots(self, task: Task, answer: Answer) -> Harvest:
        urls = robots_sitemaps(answer.body, answer.url)
        return Harvest(kind="robots", tasks=[Task(url, "sitemap", Context(way="sitemap")) for url in urls])

    def _rights_tasks(self, answer: Answer) -> Iterator[Task]:
        """The file in which the site of a start page may reserve rights; an archive's speaks of the archive."""
        if self.replays is None:
            home = join_address(answer.url, "/") or answer.url
            yield Task(f"{home}{WELL_KNOWN}", "rights", Context(way="start", guess=True))

    def _read_rights(self, task: Task, answer: Answer) -> Harvest:
        try:
            return Harvest(kind="rights", rules=read_rules(answer.body, answer.url))
        except NoRules as error:
            # Many sites answer a page, whatever is asked for.
            return self._failed(task, answer, "malformed", str(error))

    def _read_sitemap(self, task: Task, answer: Answer) -> Harvest:
        if is_feed(answer.body):
            return self._read_feed(task, answer)
        try:
            damages = Damages()
            sitemap = sitemap_entries(answer.body, damages, answer.url)
        except NotXml as error:
            return self._failed(task, answer, "malformed", f"no sitemap: {error}")
        depth = task.context.steps
        context = Context(way=task.context.way)
        below = replace(context, steps=depth + 1)
        is_too_deep = bool(sitemap.sitemaps) and depth >= self.bounds.sitemap_depth
        tasks = [] if is_too_deep else [Task(entry.url, "sitemap", below) for entry in sitemap.sitemaps]
        tasks += [
            Task(entry.url, "post", context)
            for entry in sitemap.pages
            if self.is_ours(entry.url)
            and not self._surely_older(entry, answer)
            and not self._too_old_by_path(entry.url)
        ]
        told = [PageHint(source="sitemap", url=page.url, modified=page.date) for page in sitemap.pages if page.date]
        harvest = Harvest(kind="sitemap", tasks=tasks, hints=self._ours(told))
        harvest.tell(damages)
        if is_too_deep:
            harvest.cut(f"{depth} indexes of sitemaps below each other")
        return harvest

    def _read_feed(self, task: Task, answer: Answer) -> Harvest:
        if task.context.rows == "comments":
            return self._read_comment_feed(task, answer)
        damages = Damages()
        try:
            entries, following = feed_entries(answer.body, answer.url, damages)
        except NotXml as error:
            return self._failed(task, answer, "malformed", f"no feed: {error}")
        posts = [
            replaced(entry, url=own)
            for entry in entries
            if (own := next(filter(self.is_ours, (entry.url, *entry.others)), None))
        ]
        fresh = {canonical_url(entry.url) for entry in posts} - self.listed
        self.listed |= fresh
        context = Context(way=task.context.way)
        tasks = [Task(entry.url, "post", context) for entry in posts if not self._surely_older(entry, answer)]
        # A feed holds the newest posts first: after one that is too old only older ones follow.
        if fresh and len(tasks) == len(posts) and (onward := following or next_feed_page(task.url)):
            tasks.append(Task(onward, "feed", replace(context, guess=True)))
        told = (
            PageHint(source="feed", url=entry.url, stated_comments=entry.comments, modified=entry.modified)
            for entry in posts
            if entry.comments is not None or entry.modified
        )
        harvest = Harvest(kind="feed", tasks=tasks, hints=list(told))
        harvest.tell(damages)
        return harvest

    def _read_comment_feed(self, task: Task, answer: Answer) -> Harvest:
        """The newest comments of the whole blog, each a reason to look at its post: a feed cuts and changes texts."""
        damages = Damages()
        try:
            hints = comment_feed_hints(answer.body, answer.url, damages)
        except NotXml as error:
            return self._failed(task, answer, "malformed", f"no feed: {error}")
        harvest = Harvest(kind="feed", hints=self._ours(hints))
        harvest.tell(damages)
        return harvest

    # The REST API

    def api_tasks(self, root: str) -> list[Task]:
        """What is asked of an API first."""
        posts = self._api_posts(root, page=1)
        return [posts, self._newest_comments(root)] if self.read_before else [posts]

    def api_task_for(self, native_ids: list[str], root: str) -> Task:
        """Certain posts, PER_PAGE at most, with all their comments."""
        query = {"per_page": PER_PAGE, "page": 1, "_embed": "author,wp:term", "include": ",".join(native_ids)}
        return Task(rest.api_url(root, "wp/v2/posts", query), "api", Context(way="plan", rows="posts"))

    def _api_posts(self, root: str, page: int) -> Task:
        rows = PER_PAGE if self.limit is None else min(PER_PAGE, self.limit)
        query = {"per_page": rows, "page": page, "orderby": "date", "order": "desc", "_embed": "author,wp:term"}
        if self.since:
            query["after"] = self.since.isoformat(timespec="seconds")
        if self.read_before:
            # Since WordPress 5.7; older ones give all, but in the order in which the first of them are enough.
            query |= {"orderby": "modified", "modified_after": rest.time_of(self.read_before - CLOCKS)}
        return Task(rest.api_url(root, "wp/v2/posts", query), "api", Context(way="api", rows="posts"))

    def _read_api(self, task: Task, answer: Answer) -> Harvest:
        try:
            rows = json_value(answer.body)
        except MalformedAnswer as error:
            return self._failed(task, answer, "malformed", str(error))
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return self._failed(task, answer, "malformed", "not the list of rows that the REST API gives")
        harvest = Harvest(kind="api", stated_total=answer.total)
        if task.context.rows == "posts":
            asked, rows = rows, self._not_older(task, rows)
            self._api_post_rows(task, answer, rows, harvest)
            if harvest.outcome != "ok" or len(rows) < len(asked):
                return harvest
        elif is_newest_comments(task):
            return self._newest_comment_rows(task, answer, rows, harvest)
        else:
            harvest.readings = read_api_comments(rows, task.context.posts)
        harvest.tasks += self._further_api_pages(task, answer.total_pages, is_full=len(rows) == PER_PAGE)
        return harvest

    def _not_older(self, task: Task, rows: list[dict]) -> list[dict]:
        """The rows of what changed since the last crawl; all of a listing that was not asked for these alone."""
        before = self.read_before
        if before is None or not rest.asks_for_changes(task.url):
            return rows
        changed = ((row, _utc(row.get("modified_gmt"))) for row in rows)
        return [row for row, at in changed if at is None or at > before - CLOCK_LAG or not self._has_read(row)]

    def _has_read(self, row: dict) -> bool:
        """Whether an earlier crawl read the post of an API's row."""
        return canonical_url(str(row.get("link") or "")) in self.posts_read

    def _newest_comments(self, root: str) -> Task:
        url = rest.api_url(root, "wp/v2/comments", NEWEST_COMMENTS)
        return Task(url, "api", Context(way="api", rows="comments"))

    def comments_before(self, root: str, instant: datetime) -> Task:
        """The newest comments of those from before an instant, and how many there are."""
        url = rest.api_url(root, "wp/v2/comments", {**NEWEST_COMMENTS, "before": rest.time_of(instant)})
        # Not every server heeds it.
        return Task(url, "api", Context(way="api", rows="comments", guess=True))

    def _newest_comment_rows(self, task: Task, answer: Answer, rows: list[dict], harvest: Harvest) -> Harvest:
        """Comments of any posts, newest first, until they are older than the last crawl and RECENT."""
        before = _utc(query_of(task.url).get("before"))
        newest = _utc(rows[0].get("date_gmt")) if rows else None
        if before and (answer.total is None or (newest and newest >= before)):
            return self._failed(task, answer, "malformed", "not the comments from before an instant, with their number")
        posts = {
            native_id: (address, author)
            for native_id, (link, author) in posts_of_comments(rows).items()
            # Those of pages and other kinds of content stand below no post.
            if canonical_url(address := self._address_of(link, native_id, answer.url)) in self.posts_read
        }
        harvest.readings = read_api_comments(rows, posts)
        # WordPress leaves out of a page what its reader may not see: only the last one has nothing behind it.
        page, pages = rest.page_of(task.url), answer.total_pages
        is_last = len(rows) < PER_PAGE if pages is None else page >= pages
        oldest = None if is_last or not rows else _utc(rows[-1].get("date_gmt"))
        harvest.newest_down_to = LONG_AGO if is_last else oldest
        if oldest and not before and self.read_before and oldest > self.read_before - RECENT:
            harvest.tasks = [Task(rest.with_page(task.url, page + 1), "api", task.context)]
        return harvest

    def _further_api_pages(self, task: Task, stated: int | None, *, is_full: bool) -> list[Task]:
        """The pages of a listing that this one leads to.

        The first one leads to the next few, the last of these to the next few behind it: what a server states builds no
        endless list of tasks.

        Args:
            stated: pages of the listing; None where the server does not tell, as behind a proxy that strips its header.
            is_full: whether the page holds as many rows as were asked for.
        """
        page, ahead = rest.page_of(task.url), self.bounds.api_pages_ahead
        if stated is None:
            last = page + 1 if is_full else page
        else:
            last = min(stated, page + ahead) if (page - 1) % ahead == 0 else page
        if task.context.rows == "posts" and self.limit is not None:
            last = min(last, -(-self.limit // PER_PAGE))
        context = replace(task.context, pages=stated or 0)
        return [Task(rest.with_page(task.url, number), "api", context) for number in range(page + 1, last + 1)]

    def _api_post_rows(self, task: Task, answer: Answer, rows: list[dict], harvest: Harvest) -> None:
        harvest.readings = self._placed(read_api_posts(rows, answer.url), answer.url)[: self.limit]
        if rest.page_of(task.url) == 1 and rows and not any(_is_where_it_says(one) for one in harvest.readings):
            # What a site shows to readers elsewhere: the pages there are found in other ways, or not ours at all.
            harvest.readings, harvest.outcome = [], "absent"
            harvest.error = f"none of the {len(rows)} posts of this API says that it stands below {self.scope.home}"
            return
        # One protected post among the asked for, and WordPress refuses the comments of them all (401).
        open_rows = [row for row in rows if not rest.is_protected(row)]
        authors = {str(row.get("id")): str(row.get("author") or "") for row in open_rows}
        posts = {
            post.native_id: (reading.post_url, authors[post.native_id])
            for reading in harvest.readings
            if (post := reading.post) and post.native_id in authors and reading.post_url
        }
        if posts:
            query = {"per_page": PER_PAGE, "page": 1, "orderby": "id", "order": "asc", "post": ",".join(posts)}
            root = rest.root_of(task.url)
            harvest.tasks.append(
                Task(
                    rest.api_url(root, "wp/v2/comments", query),
                    "api",
                    Context(way=task.context.way, rows="comments", posts=posts),
                )
            )

    def _placed(self, readings: list[PageReading], url: str) -> list[PageReading]:
        """The posts of an API under addresses of the blog."""
        for reading in readings:
            if (post := reading.post) and post.url:
                reading.post_url = self._address_of(post.url, post.native_id, url)
        return [reading for reading in readings if reading.post_url]

    def _address_of(self, link: str, native_id: str | None, url: str) -> str:
        """The address of a post of the API at `url`: its own, or where that is none of the blog's, by its number."""
        home = rest.home_of(url)
        scopes = self.scopes or [Scope.of(home)]
        home = home if any(home in scope for scope in scopes) else scopes[0].home
        return link if any(link in scope for scope in scopes) else f"{home}?p={native_id}"

    # Dates

    def _is_too_old(self, published: DateMention | None, clock: PageClock) -> bool:
        if self.since is None or published is None:
            return False
        parsed = parse_date(published, clock)
        return parsed is not None and parsed.local is not None and parsed.local < self.since

    def _is_old_post(self, reading: PageReading, answer: Answer) -> bool:
        """By the post's own date. How dates are to be read there is asked of all of them, so only where it matters."""
        if self.since is None or reading.post is None:
            return False
        return self._is_too_old(reading.post.published, clock_of(reading, answer.fetched_at))

    def _surely_older(self, entry: Dated, answer: Answer) -> bool:
        """By a sitemap's or feed's date, which is never before the post's own."""
        clock = PageClock(fetched_at=answer.fetched_at, lang=None, zone=None, month_first=None)
        return self._is_too_old(DateMention(machine=entry.date), clock)

    def _too_old_by_path(self, url: str) -> bool:
        dated = re.search(r"/((?:19|20)\d\d)/(\d\d?)/", path_of(url))
        return bool(self.since and dated and (int(dated[1]), int(dated[2])) < (self.since.year, self.since.month))


def is_newest_comments(task: Task) -> bool:
    """Whether a task asks the API for the newest comments of any posts."""
    return task.kind == "api" and task.context.rows == "comments" and not task.context.posts


def _utc(stated: object) -> datetime | None:
    """The instant of a `..._gmt` field of the REST API; None where it is none."""
    try:
        at = datetime.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def _is_where_it_says(reading: PageReading) -> bool:
    return reading.post is not None and reading.post.url == reading.post_url


_MAY_BE_HTML = re.compile(r"html|^text/plain$|^application/octet-stream$|^\*/\*$|^(?:application/|unknown/)?unknown$")
"""Media types of pages, and those by which a server says that it does not know (WHATWG, MIME Sniffing, 5)."""


def not_a_page(answer: Answer, maxsize: int) -> tuple[Outcome, str] | None:
    """Why an answer is no HTML page that can be read; None if it may be one."""
    if answer.body[:5] == b"%PDF-":
        return "not_html", "a PDF"
    if answer.content_type and not _MAY_BE_HTML.search(answer.content_type):
        return "not_html", f"content type {answer.content_type}"
    if len(answer.body) > maxsize:
        return "too_large", f"{len(answer.body)} bytes, more than PAGE_MAXSIZE ({maxsize})"
    return None


def is_locked(root: HtmlElement) -> bool:
    """Whether WordPress shows a form for the post's password in place of its text (core's get_the_password_form)."""
    return any("action=postpass" in (form.get("action") or "") for form in root.iter("form"))


def is_bare(reading: PageReading) -> bool:
    """Whether a page shows neither a text nor comments; its URL alone may have given it a date."""
    return not reading.comments and (reading.post is None or reading.post.body is None)


def digest_of(reading: PageReading) -> str:
    """What tells one comment page of a post from another: the ids, or the names and dates, of its comments."""
    shown = [
        comment.native_id or f"{comment.author_name}|{comment.published.text if comment.published else ''}"
        for comment in reading.comments
    ]
    return hashlib.sha256("\n".join(shown).encode("utf-8", "replace")).hexdigest()[:16]


def next_feed_page(url: str) -> str | None:
    """The next page of a feed that pages as WordPress does, by `paged`; None behind a number that is none of a page.

    >>> next_feed_page("https://blog.example.org/feed/?paged=2")
    'https://blog.example.org/feed/?paged=3'
    >>> next_feed_page("https://blog.example.org/feed/?paged=" + "9" * 5000)
    """
    before, _, asked = url.partition("#")[0].partition("?")
    query = dict(parse_qsl(asked, keep_blank_values=True))
    page = whole_number(query.get("paged", "1"))
    if page is None:
        return None
    query["paged"] = str(page + 1)
    return f"{before}?{urlencode(query)}"
