"""What is left to fetch: tasks in the order of their ways, each once, so many a host at a time.

The frontier lives in memory only. What it must remember stands in the ledger, as the links of committed fetches, and
`Frontier` fed with these is the frontier that a killed crawl had (docs/design.md, 'The ledger is the frontier').
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from ..addresses import host_of
from ..pipelines.urls import canonical_page, canonical_url, without_archive
from ..schemas import Link
from ..schemas.records import PageKind
from .bounds import Bounds

Way = Literal["start", "api", "front", "sitemap", "feed", "listing", "links", "plan"]

WAYS: tuple[Way, ...] = ("start", "api", "front", "sitemap", "feed", "listing", "links", "plan")
"""In the order in which they are tried. The last one is what an incremental crawl looks at again (`night.py`)."""

CONCLUSIVE: frozenset[Way] = frozenset({"api", "sitemap", "listing", "links"})
"""Ways that show the whole blog: where one of these found a post, no further way is entered. A feed has the newest."""

SPARED_BY: Mapping[Way, frozenset[Way]] = dict.fromkeys(WAYS, CONCLUSIVE)
"""For each way those that make it needless, in a crawl of the whole blog."""


class Context(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a request carries along, as JSON in the ledger's `links`."""

    way: Way = "start"
    rows: Literal["posts", "comments"] | None = None
    """What an API listing or feed gives; None for pages."""
    system: str | None = None
    """What is asked for a post's comments: a system that it embeds, or 'feed'; None for the blog's pages and API."""
    known: tuple[str, ...] = ()
    """Native ids of the comments that the post's page shows, where something else is asked for the others."""
    post_url: str | None = None
    """The post that a comment page belongs to."""
    posts: dict[str, tuple[str, str]] = {}
    """For comments by API: post's native id -> (its URL, its author's user id)."""
    shown: str | None = None
    """Digest of the comments on the page before, to notice paging that turns in a circle."""
    guess: bool = False
    """Whether nothing said that the page exists, so that its absence is no failure."""
    steps: int = 0
    """Pages followed one after the other up to this one; of a sitemap, the indexes above it."""
    pages: int = 0
    """For pages of a REST listing: how many there are, as its first page states."""


class Task(msgspec.Struct, frozen=True):
    """One request to make."""

    url: str
    kind: PageKind
    context: Context = Context()

    @property
    def key(self) -> str:
        """What makes two tasks the same; a post's comment pages are no post of their own."""
        if without_archive(self.url) != self.url:
            return self.url  # captures of one page at several times
        return canonical_url(self.url) if self.kind == "post" else canonical_page(self.url)

    @property
    def host(self) -> str:
        return host_of(self.url)

    @property
    def finds_posts(self) -> bool:
        """Whether its answer can lead to posts that are not known yet."""
        return self.kind not in ("post", "comments", "rights") and self.context.rows != "comments"

    def link(self) -> Link:
        """As it stands in the ledger."""
        return Link(url=self.url, kind=self.kind, context=msgspec.json.encode(self.context).decode())


def task_of(link: Link) -> Task:
    """The task that a ledger's link stands for."""
    context = msgspec.json.decode(link.context, type=Context) if link.context else Context()
    return Task(link.url, link.kind, context)


class Frontier:
    """Tasks waiting, in flight and done.

    Args:
        limit: posts wanted at most; None for all.
        pages: tasks taken at most, and known at most of each way.
        window: tasks in flight at most for one host. It bounds memory (a request object is large, a task small) and
            keeps one slow host from holding the others up.
        budget: tasks after which no further page of a post is begun; None for no such number.
        spared_by: for each way those others that, where they found something, make it needless.
    """

    def __init__(
        self,
        *,
        limit: int | None = None,
        pages: int = Bounds().max_pages,
        window: int = 16,
        budget: int | None = None,
        spared_by: Mapping[Way, frozenset[Way]] = SPARED_BY,
    ) -> None:
        self._limit = limit
        self._budget = budget
        self._spared_by = spared_by
        self._pages = pages
        self._window = window
        self._known: dict[str, Way] = {}
        self._known_by_way: Counter[Way] = Counter()
        self._dropped = 0
        """Tasks that could not be taken any more whatever happens, and so are not kept in memory."""
        self._waiting: dict[str, deque[Task]] = defaultdict(deque)
        self._held: dict[Way, dict[str, Task]] = defaultdict(dict)
        self._flying: dict[str, int] = defaultdict(int)
        self._posts_flying = 0
        self._done: set[str] = set()
        self._taken = 0
        self._is_closed = False
        self._entered = 0
        self.posts = 0
        self.found: dict[Way, int] = defaultdict(int)

    def add(self, task: Task) -> bool:
        """Take a task up unless it is known already; tells whether it was new.

        One that waits for a later way than this one's is taken up again: that way may never be entered.
        """
        key = task.key
        is_held = self._is_held_beyond(task)
        if key in self._known and not is_held:
            return False
        if self._known_by_way[task.context.way] >= self._pages:
            self._dropped += not is_held  # what is held goes on waiting for its later way
            return False
        if is_held:
            self._let_go(key)
        self._know(task)
        if WAYS.index(task.context.way) <= self._entered:
            self._queue(task)
        else:
            self._held[task.context.way][key] = task
        return True

    def _is_held_beyond(self, task: Task) -> bool:
        """Whether a task waits for a way that is neither entered nor as early as this one's, or that was spared."""
        way = self._known.get(task.key)
        if way is None or task.key not in self._held[way]:
            return False
        is_spared = WAYS.index(way) <= self._entered
        return is_spared or WAYS.index(way) > max(self._entered, WAYS.index(task.context.way))

    def _let_go(self, key: str) -> None:
        """Forget a task that is held for a later way."""
        way = self._known.pop(key)
        self._known_by_way[way] -= 1
        del self._held[way][key]

    def _know(self, task: Task) -> None:
        if task.key not in self._known:
            self._known[task.key] = task.context.way
            self._known_by_way[task.context.way] += 1

    def _queue(self, task: Task) -> None:
        # Comments first: a post is whole before the next one is begun, and a limit counts whole posts.
        queue = self._waiting[task.host]
        if task.kind == "post" or task.finds_posts:
            queue.append(task)
        else:
            queue.appendleft(task)

    def skip(self, task: Task, posts: int, *, has_told: bool = False) -> None:
        """Count a task as done by an earlier process of this crawl, which had then entered the task's way."""
        self._know(task)
        self._taken += 1
        while self._entered < WAYS.index(task.context.way):
            self._enter_next()
        self._done.add(task.key)
        self._count(task, posts, has_told=has_told)

    def take(self) -> Iterator[Task]:
        """The tasks that may be sent now. Each must be given back to `finish`.

        Several may take in turn, one where another has not come to its end: every task goes to one of them.
        """
        while task := self._next():
            yield task

    def _next(self) -> Task | None:
        for host in list(self._waiting):
            queue = self._waiting[host]
            while queue and self._flying[host] < self._window and not self.is_spent and self._wanted(queue[0]):
                task = queue.popleft()
                if task.key not in self._done:
                    self._taken += 1
                    self._flying[host] += 1
                    self._posts_flying += task.kind == "post"
                    return task
            if not queue:
                del self._waiting[host]
        return None

    @property
    def is_spent(self) -> bool:
        """Whether no task may be taken any more, whatever is waiting."""
        return self._is_closed or self._taken >= self._pages

    def close(self) -> None:
        """Give out no further task."""
        self._is_closed = True

    def unasked(self) -> tuple[Task | None, int]:
        """The next task that a spent frontier does not give out, and how many there are; None where all were."""
        waiting = [task for queue in self._waiting.values() for task in queue if task.key not in self._done]
        waiting += [task for way in WAYS if not self._is_spared(way) for task in self._held[way].values()]
        count = len(waiting) + self._dropped
        return (waiting[0] if waiting else None), count

    def _wanted(self, task: Task) -> bool:
        """Whether limit and budget leave room for it; else it waits, for what is on its way may prove to be no post."""
        if self._budget is not None and task.kind == "post" and self._taken >= self._budget:
            return False
        if self._limit is None or not (task.kind == "post" or task.finds_posts):
            return True
        return self.posts + self._posts_flying < self._limit

    def finish(self, task: Task, posts: int, *, has_told: bool = False) -> None:
        """Give a task back, with the number of posts that it gave.

        Args:
            has_told: whether it tells all that is to be known of its way, though it may have shown no post.
        """
        self._flying[task.host] -= 1
        self._posts_flying -= task.kind == "post"
        self._done.add(task.key)
        self._count(task, posts, has_told=has_told)

    def _count(self, task: Task, posts: int, *, has_told: bool) -> None:
        self.posts += posts
        self.found[self._known[task.key]] += posts or has_told

    @property
    def is_waiting(self) -> bool:
        """Whether there are tasks to take."""
        return any(self._waiting.values())

    def waiting(self) -> list[Task]:
        """The tasks to take."""
        return [task for queue in self._waiting.values() for task in queue]

    @property
    def flying(self) -> int:
        """Tasks sent and not yet given back."""
        return sum(self._flying.values())

    def advance(self) -> bool:
        """Enter the next way that has tasks, if none so far was conclusive; False where nothing is left to take."""
        while self._entered + 1 < len(WAYS) and not self.is_spent:
            if self._limit is not None and self.posts >= self._limit:
                return False
            self._enter_next()
            if self.is_waiting:
                return True
        return False

    def _is_spared(self, way: Way) -> bool:
        """Whether what others found makes a way needless."""
        return any(self.found[other] for other in self._spared_by.get(way, ()))

    def _enter_next(self) -> None:
        self._entered += 1
        way = WAYS[self._entered]
        if not self._is_spared(way):
            for task in self._held.pop(way, {}).values():
                self._queue(task)

    def settle(self, key: str) -> None:
        """What another answer has shown meanwhile need not be fetched."""
        self._done.add(key)
