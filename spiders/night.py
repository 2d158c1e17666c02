"""A crawl of a blog that the folder already holds: what tells of changes is asked first, then what is due looked at.

docs/nightly.md draws the whole. What is decided here follows from raw data, the ledger of this crawl included, so that
a killed crawl decides the same when it goes on.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from ..pipelines.urls import canonical_url, comment_id, post_id
from ..queries.night import (
    API_ROUND,
    FEWEST_TURNS,
    SLACK,
    TROUBLED_TURNS,
    Base,
    Due,
    Memory,
    chosen,
    habit_of,
    hint_key,
    listings_of,
    says_the_same,
    turns_of,
)
from ..schemas import Hint, PageHint
from ..schemas.records import AskedFor, Outcome
from . import rest
from .answers import PER_PAGE, Answer, Harvest, Reader, is_newest_comments
from .blogs import Blog
from .frontier import Context, Frontier, Task, Way, task_of
from .missing import Search

if TYPE_CHECKING:
    from ..pipelines.ledger import Committed, Ledger
    from ..queries.night import Night

logger = logging.getLogger(__name__)

ABSENT_FOR = timedelta(days=7)
"""How long a page that was guessed at and is not there is not guessed at again."""
BELIEVED_FOR = timedelta(days=30)
"""How long a server is believed that a page is as it was; then the page is asked for whole."""
READ: frozenset[Outcome] = frozenset({"ok", "not_modified"})

SPARED_BY: Mapping[Way, frozenset[Way]] = {
    "sitemap": frozenset({"api"}),
    "feed": frozenset({"api"}),
    "listing": frozenset({"api", "sitemap"}),
    "links": frozenset({"api", "sitemap", "listing"}),
}
"""For each way those that tell of new posts and of changes as well as it does, where they answer."""


@dataclass(slots=True)
class Told:
    """What the committed answers of a crawl showed and told, by fetch_id."""

    hints: dict[str, list[Hint]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Ids of comments by persons."""

    @classmethod
    def of(cls, ledger: Ledger) -> Self:
        told = cls()
        for row in ledger.rows("hints", list(Hint.__annotations__)):
            told.hints[row["fetch_id"]].append(Hint(**row))
        for row in ledger.rows("comments", ["fetch_id", "comment_id", "kind"]):
            if row["kind"] == "comment":
                told.comments[row["fetch_id"]].add(row["comment_id"])
        return told


class NightBlog(Blog):
    """The crawl of one start URL that looks at what is new and at what is due.

    Args:
        night: the folder's raw data as they were before this crawl.
        memory: what they hold of this blog.
        budget: requests of this crawl at most; None for what docs/nightly.md states.
    """

    def __init__(
        self, start: str, reader: Reader, *, night: Night, memory: Memory, now: datetime, budget: int | None
    ) -> None:
        self._night = night
        self._memory = memory
        self._began = now
        self._known = {*memory.posts, *(canonical_url(url) for url in memory.pages)}
        self._hints: list[Hint] = []
        self._reasons: dict[str, AskedFor] = {}
        """Key of each post that the plan looks at -> why."""
        self._asked_of_api: dict[str, list[str]] = {}
        """Request of the plan -> keys of the posts that the API is asked for."""
        self._plan: list[Due] | None = None
        """None while sources are being asked."""
        self._api_root: str | None = None
        """Of an API that gives comments."""
        self._answered: set[str] = set()
        """Kinds of sources that have answered."""
        self._was_told = False
        """Whether the feed of comments, which gave no answer tonight, did when it was last asked."""
        self._spent = 0
        """Requests before the plan."""
        self._listings: int | None = None
        """How many further pages that list posts are asked for; None while the sources before them are."""
        self._states_numbers = any(
            hint.source == "listing" and hint.stated_comments is not None for hint in memory.told.values()
        )
        self._seen_down_to: datetime | None = None
        """The oldest of the newest comments that the API has shown so far."""
        self._is_troubled = False
        self._say_none: set[str] = set()
        """Keys of the posts whose own pages state that they have no comment."""
        self._shown: set[str] = set()
        """Ids of the comments that the API has shown so far."""
        self._newest: set[str] = set()
        """Of these, those that it gave as the newest of any posts."""
        self._stated: int | None = None
        """How many it says to have."""
        self._search: Search | None = None
        """None while the sources before it are asked."""
        self._searches = 0
        reader.read_before = memory.read_at or now
        reader.posts_read = set(memory.posts)
        reader.listed = set(self._known)
        super().__init__(start, reader, budget=budget)

    def new_frontier(self, budget: int | None) -> Frontier:
        return Frontier(pages=self.reader.bounds.max_pages, budget=budget, spared_by=SPARED_BY)

    # What is asked for

    def add(self, tasks: Iterable[Task]) -> list[Task]:
        """Take tasks up, known posts only where the plan has chosen them; gives back those that are new."""
        return super().add(task for task in tasks if self._is_wanted(task))

    def _is_wanted(self, task: Task) -> bool:
        remembered = self._memory.pages.get(task.url)
        if task.context.guess and remembered and remembered.last_outcome == "absent":
            return self._began - remembered.asked_at >= ABSENT_FOR
        if task.kind == "listing" and task.context.way == "plan":
            return self._goes_on_to(task)
        # What an API keeps of a post that it has given is on the post's page (way 'api').
        is_for_itself = task.kind != "post" or task.context.way == "api" or task.key in self._reasons
        return is_for_itself or task.key not in self._known

    def _goes_on_to(self, task: Task) -> bool:
        """Whether the walk through the pages that list posts goes on to one that nobody has asked for yet."""
        if not self._listings or task.url in self._memory.pages:
            return False
        self._listings -= 1
        return True

    def asked_for(self, task: Task) -> AskedFor | None:
        if task.kind == "api" and task.context.way == "plan":
            posts = self._asked_of_api.get(task.url) or [canonical_url(url) for url, _ in task.context.posts.values()]
            # Of several at once, for that a turn was taken decides when the next one is.
            return "turn" if any(self._reasons.get(post) == "turn" for post in posts) else "news"
        if task.kind == "api" and task.context.posts:
            return "news"
        post = canonical_url(task.context.post_url) if task.context.post_url else task.key
        if reason := self._reasons.get(post):
            return reason
        return "new" if task.kind == "post" or task.context.post_url else "source"

    def headers_of(self, task: Task) -> dict[str, str]:
        """What makes the request conditional. Where a source tells of a change the page is asked for whole."""
        base = self._base_of(task)
        if base is None or self._began - base.fetched_at >= BELIEVED_FOR or self.asked_for(task) == "news":
            return {}
        headers = {"If-None-Match": base.etag, "If-Modified-Since": base.last_modified}
        return {name: value for name, value in headers.items() if value}

    def _base_of(self, task: Task) -> Base | None:
        if is_search(task):
            return None
        remembered = self._memory.pages.get(task.url)
        return remembered.base if remembered else None

    # What comes back

    def unchanged(self, task: Task, answer: Answer, sha256: str) -> Base | None:
        """The earlier answer that this one says to hold still, or repeats byte for byte."""
        base = self._base_of(task)
        if base is None:
            return None
        is_same = answer.status == 200 and base.body_sha256 == sha256 and base.final_url == answer.url
        if not is_same and answer.status != 304:
            return None
        self._learn(task, set(), base.stated_total if answer.total is None else answer.total)
        return base

    def tasks_of(self, task: Task, base: Base) -> list[Task]:
        """What an answer led to that still holds."""
        if task.context.way == "start":
            self.reader.arrive(base.final_url or task.url)
        tasks = [task_of(link) for link in self._night.links_of(base)]
        roots = dict.fromkeys(rest.root_of(one.url) for one in tasks if one.kind == "api" and one.context.way == "api")
        if task.context.way == "start" and roots:
            # The API is asked for what changed since the last crawl, not since that one.
            tasks = [one for one in tasks if one.kind != "api"]
            tasks += [one for root in roots for one in self.reader.api_tasks(root)]
        return tasks

    def amend(self, task: Task, harvest: Harvest, answer: Answer) -> None:
        """What the reader cannot know of an answer: that a page was there before."""
        is_missing = harvest.outcome == "http_error" and answer.status in (404, 410)
        if is_missing and task.kind == "post" and task.key in self._known:
            harvest.outcome = "gone"
        if task.kind == "listing" and task.context.way == "plan":
            # Where the walk ends tonight it goes on in another night.
            harvest.mentions = [one for one in harvest.tasks if one.kind == "listing"]
        if task.kind == "api" and harvest.outcome == "ok":
            if is_newest_comments(task) and not is_search(task):
                harvest.hints += self._gone_comments(harvest, answer)
            harvest.hints += self._learn(task, set(ids_of(harvest)), harvest.stated_total)
        for reading in harvest.readings:
            if reading.post is not None and reading.post.declared_comments == 0:
                self._say_none.add(canonical_url(reading.post_url) if reading.post_url else task.key)
            if reading.post is not None and reading.post_url is not None:
                # The front page shows it too.
                key = canonical_url(reading.post_url)
                self.reader.posts_read.add(key)
                self.frontier.settle(key)

    def _gone_comments(self, harvest: Harvest, answer: Answer) -> list[PageHint]:
        """The known comments that should stand among the newest and do not."""
        until, since = self._seen_down_to or answer.fetched_at, harvest.newest_down_to
        if since is None:
            return []
        self._seen_down_to = since
        shown = {*self._newest, *ids_of(harvest)}
        return [
            PageHint(source="api", url=url, comment_native_id=native_id, is_gone=True)
            for key, url, native_id in self._night.comments_between(since, until)
            if comment_id(post_id(key), native_id) not in shown
        ]

    def _learn(self, task: Task, shown: set[str], stated_total: int | None) -> list[PageHint]:
        """Take up what an API's answer shows; gives the comments that a search finds to be missing.

        Args:
            shown: comment ids.
            stated_total: comments of the whole listing.
        """
        self._shown |= shown
        if not is_newest_comments(task):
            return []
        if is_search(task):
            missing = self._search.learn(stated_total, shown) if self._search and stated_total is not None else []
            return [
                PageHint(source="api", url=one.post_url, comment_native_id=one.native_id, is_gone=True)
                for one in missing
            ]
        self._newest |= shown
        if rest.page_of(task.url) == 1:
            self._stated = stated_total
        return []

    def heed(self, hints: Sequence[Hint]) -> list[Hint]:
        """Of what a source tells what it has not told before."""
        news = []
        for hint in hints:
            key = hint_key(hint)
            if not says_the_same(hint, self._memory.told.get(key)):
                self._memory.told[key] = hint
                news.append(hint)
        self._hints += news
        return news

    def finish(self, task: Task, *, outcome: str, posts: int, comments: int, tasks: Sequence[Task]) -> None:
        has_told = self._note(task, outcome=outcome, posts=posts, comments=comments, tasks=tasks)
        self.frontier.finish(task, posts, has_told=has_told)

    def _note(self, task: Task, *, outcome: str, posts: int, comments: int, tasks: Sequence[Task]) -> bool:
        """Remember what decides how the crawl goes on; tells whether a source has answered."""
        reason = self.asked_for(task)
        if self._plan is None:
            self._spent += 1
        if is_search(task) and outcome not in READ and self._search:
            self._search.end()
        is_shown_elsewhere = any(one.kind == "comments" or one.context.system for one in tasks)
        if task.kind == "post" and task.key in self._reasons and posts and not comments and not is_shown_elsewhere:
            self._is_troubled |= self._memory.posts.get(task.key, 0) > 0 and task.key not in self._say_none
        self._is_troubled |= outcome == "layout_changed"
        if reason != "source":
            return False
        if outcome not in READ:
            remembered = self._memory.pages.get(task.url)
            is_of_comments = task.kind == "feed" and task.context.rows == "comments"
            self._was_told |= is_of_comments and remembered is not None and remembered.last_outcome in READ
            return False
        told = task.context.rows if task.kind in ("feed", "api") else None
        self._answered.add("comments" if told == "comments" else task.kind)
        if task.kind == "api":
            if is_newest_comments(task):
                self._api_root = rest.root_of(task.url)
            return is_newest_comments(task)
        return task.kind in ("sitemap", "listing") and task.context.way != "start"

    # The plan

    def advance(self) -> bool:
        """Enter the next way; once all that tells of changes has been asked, take up what is due."""
        if self.frontier.advance():
            return True
        if self._listings is None and self._ask_listings():
            return True
        if self._plan is None and self._search_on():
            return True
        if self._plan is None:
            self._make_plan()
            return self.frontier.is_waiting
        if self._is_troubled:
            return self._look_further()
        return False

    def _ask_listings(self) -> list[Task]:
        """Ask for the pages that list posts whose turn it is, where these tell what no other source does."""
        self._listings = 0
        if self._api_root or not self._answered or not self._states_numbers:
            return []
        turns = listings_of(len(self._memory.posts))
        urls = self._night.listings(self.start)[:turns]
        taken = super().add(Task(url, "listing", Context(way="plan")) for url in urls)
        self._listings = turns - len(taken)
        return taken

    def _search_on(self) -> list[Task]:
        """Ask the API for the next part of its comments in which some are missing that it had."""
        self._search = self._search or self._new_search()
        instant = self._search.next_instant() if self._searches < self.reader.bounds.api_searches else None
        if instant is None or self._api_root is None:
            return []
        self._searches += 1
        return self.add([self.reader.comments_before(self._api_root, instant)])

    def _new_search(self) -> Search:
        """The search for what the API has no more, where it counts fewer than it should; else one that is over."""
        nothing = Search([], missing=0)
        if self._stated is None or self._api_root is None:
            return nothing
        habit = habit_of(self._night.comment_totals(self.start), most=self.reader.bounds.api_searches)
        gone = [comment_id(post_id(hint.canonical_url), hint.comment_native_id) for hint in self._hints if hint.is_gone]
        missing = self._night.known_number(self.start, self._shown, gone) - self._stated - habit.difference
        # What is found is looked at when the round is over: then the next search is worth most.
        is_due = habit.next_search is None or (self._is_round_over() and self._began >= habit.next_search)
        if missing <= 0 or not is_due:
            return nothing
        logger.info("%s: %d comments are missing from the API; looking for them", self.start, missing)
        known = [
            replace(one, gone_at=None) if one.comment_id in self._shown else one
            for one in self._night.known_comments(self.start)
        ]
        asked = {self.reader.comments_before(self._api_root, one.written_at).url: one.written_at for one in known}
        counted = self._night.counted_before(self.start, habit.settled)
        return Search(
            known,
            missing=missing,
            usual=habit.difference,
            earlier={asked[url]: count for url, count in counted.items() if url in asked},
            shown=self._newest,
        )

    def _make_plan(self) -> None:
        if not self._answered:
            logger.warning("%s: nothing answers, so nothing is looked at in this run", self.start)
            self._plan = []
            return
        self._plan = [due for due in self._night.plan(self.start, self._hints) if not self._is_left_out(due)]
        if not self.is_told:
            logger.info("%s: no source tells of new comments; posts are looked at in turn", self.start)
        budget = None if self.budget is None else max(0, self.budget - self._spent)
        requests = sum(due.requests for due in self._plan)
        turns = turns_of(requests, is_told=self.is_told, is_by_api=self._api_root is not None)
        plan = self._plan
        if self._api_root and not self._is_round_over():
            # What sources tell of known posts is mostly what the newest comments have shown already.
            plan, turns = [due for due in plan if due.reason == "failed"], FEWEST_TURNS
        self._take_up(chosen(plan, turns=turns, budget=budget))

    def _is_round_over(self) -> bool:
        """Whether the API is asked for posts again that are neither new nor changed."""
        turned_at = self._memory.turned_at
        return turned_at is None or self._began - turned_at >= API_ROUND - SLACK

    def _is_left_out(self, due: Due) -> bool:
        """Whether a post lies before --since."""
        since, published = self.reader.since, due.published_at
        return since is not None and published is not None and published.replace(tzinfo=None) < since

    @property
    def is_told(self) -> bool:
        """Whether a source tells of new comments wherever they are; one that failed tonight will in the next night."""
        return "comments" in self._answered or self._was_told

    def _look_further(self) -> bool:
        """Look at more posts where one has lost its comments: a new layout may hide those of them all."""
        self._is_troubled = False
        if self.budget is not None or self._plan is None:
            return False
        requests = sum(due.requests for due in self._plan)
        turns = max(TROUBLED_TURNS, turns_of(requests, is_told=False))
        return bool(self._take_up(chosen(self._plan, turns=turns, budget=None)))

    def _take_up(self, due: Sequence[Due]) -> list[Task]:
        fresh = [one for one in due if canonical_url(one.url) not in self._reasons]
        self._reasons |= {canonical_url(one.url): one.reason for one in fresh}
        by_api = {one.api_id: canonical_url(one.url) for one in fresh if one.api_id and self._api_root}
        tasks = [Task(one.url, "post", Context(way="plan")) for one in fresh if one.api_id not in by_api]
        for start in range(0, len(by_api), PER_PAGE):
            several = list(by_api)[start : start + PER_PAGE]
            task = self.reader.api_task_for(several, self._api_root or "")
            self._asked_of_api[task.url] = [by_api[native_id] for native_id in several]
            tasks.append(task)
        return super().add(tasks)

    # After a kill

    def replay(self, ledger: Ledger) -> int:
        """Take up what an earlier process of this crawl committed; gives the number of its fetches."""
        committed = [row for row in ledger.committed() if self.is_ours(row)]
        told = Told.of(ledger)
        tasks = {task.url: task for task in self.reader.start_tasks(self.start)}
        for row in ledger.rows("posts", ["canonical_url", "declared_comments"]):
            if (key := row["canonical_url"]) is not None:
                self.reader.posts_read.add(key)
                self.frontier.settle(key)
                if row["declared_comments"] == 0:
                    self._say_none.add(key)
        for row in committed:
            while row.request_url not in tasks and self._plan is None:
                # No answer led there: a later stage did, which began when all of the one before had been asked.
                while self.frontier.advance():
                    pass
                if self._listings is None:
                    self._ask_listings()
                elif not self._search_on():
                    self._make_plan()
                tasks |= {task.url: task for task in self.frontier.waiting()}
            self._replay_row(row, tasks, told)
        return len(committed)

    def _replay_row(self, row: Committed, tasks: dict[str, Task], told: Told) -> None:
        if row.request_url == self.start and row.final_url:
            self.reader.arrive(row.final_url)
        led_to = [task_of(link) for link in row.links]
        for task in self.add(led_to):
            tasks[task.url] = task
        for hint in told.hints[row.fetch_id]:
            self._memory.told[hint_key(hint)] = hint
            self._hints.append(hint)
        if task := tasks.get(row.request_url):
            if task.kind == "api" and row.outcome in READ:
                self._learn(task, told.comments[row.fetch_id], row.stated_total)
            has_told = self._note(task, outcome=row.outcome, posts=row.posts, comments=row.comments, tasks=led_to)
            self.frontier.skip(task, row.posts, has_told=has_told)
            if self._is_troubled and self._plan is not None and self._look_further():
                tasks |= {one.url: one for one in self.frontier.waiting()}


def is_search(task: Task) -> bool:
    """Whether a task looks for comments that an API has no more."""
    return is_newest_comments(task) and rest.asks_before(task.url)


def ids_of(harvest: Harvest) -> Iterator[str]:
    """The ids of an API's comments by persons."""
    for reading in harvest.readings:
        for comment in reading.comments:
            if reading.post_url and comment.native_id and comment.kind == "comment":
                yield comment_id(post_id(reading.post_url), comment.native_id)
