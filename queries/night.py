"""What an incremental crawl remembers of a blog, and what it looks at again: raw data in, by queries/revisit/*.sql."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from ..schemas import Hint, Link
from ..schemas.arrow import to_table
from ..schemas.records import AskedFor
from .database import open_database, plain_folder
from .models import create_table, run_models
from .raw import bind_raw, read_parts

TURNS_TOLD = 0.018
"""Of all posts, how many are looked at in a night without a word from anyone, where a source tells of new comments."""
TURNS_UNTOLD = 0.13
"""The same where none does."""
FEWEST_TURNS = 2
"""However small a blog is: a new layout that hides its comments shows nowhere else than on its posts' pages."""
TURNS_BY_API = 0.02
"""The same of the requests that an API would take, once in `API_ROUND`: it tells of new and of removed comments."""
API_ROUND = timedelta(days=7)
"""How often an API is asked for more than is new: where comments are missing, their posts, and others in turn."""
FRUITLESS_MOST = 3
"""How often at most the time to the next search doubles that follows one which found nothing."""
SLACK = timedelta(hours=12)
"""By how much a night may come early."""
LISTED = 0.004
"""Of all posts, how many pages that list posts are asked for in a night, where they state numbers of comments."""
TROUBLED_TURNS = 20
"""As few as that are looked at where one of them has lost all its comments."""


STANDING = ("revisit_fetches", "revisit_answers", "revisit_looks", "revisit_posts")
"""The tables that stand as long as a night does, for they are made of what was there before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The last answer of an address that had content of its own."""

    fetch_id: str
    crawl_id: str
    fetched_at: datetime
    final_url: str | None
    page_kind: str
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    posts: int
    comments: int
    stated_total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What earlier crawls know of an address."""

    asked_at: datetime
    page_kind: str
    last_outcome: str
    base: Base | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A post that may be looked at again; `queries/revisit/revisit.sql` explains the columns."""

    url: str
    post_id: str | None
    api_id: str | None
    requests: float
    had_comments: int | None
    reason: AskedFor
    told_by: list[str] | None
    cost: float
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownComment:
    """A comment that an API has shown."""

    comment_id: str
    native_id: str
    post_url: str
    written_at: datetime
    first_seen_at: datetime
    gone_at: datetime | None = None
    """When it was noted that the API has it no more; None while it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentTotal:
    """How many comments an API stated to have in one crawl; `queries/revisit/revisit_totals.sql` has the columns."""

    crawl_id: str
    ended_at: datetime
    difference: int
    searches: int = 0
    has_failed: bool = False
    found: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCount:
    """How many comments an API stated to have from before an instant."""

    total: int
    counted_at: datetime
    """When the crawl ended that asked."""


@dataclass(slots=True, kw_only=True)
class Habit:
    """By how much the comments that are known of an API usually exceed those that it counts."""

    difference: int = 0
    next_search: datetime | None = None
    """From when on a search is worth its requests; None for at once."""
    settled: set[str] = field(default_factory=set)
    """The crawls that ended with no greater difference: what their searches counted can be held against tonight's."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """What earlier crawls know of the blog of one start URL."""

    pages: dict[str, Remembered] = field(default_factory=dict)
    """By the address that was asked for."""
    posts: dict[str, int] = field(default_factory=dict)
    """Canonical URL of each post -> the comments that were found when there were some."""
    told: dict[tuple[str, str], Hint] = field(default_factory=dict)
    """Newest hint of each source and kind about each post (`hint_key`)."""
    read_at: datetime | None = None
    """When the crawl began that last read it."""
    turned_at: datetime | None = None
    """When an API was last asked for posts in turn."""


class Night:
    """The raw data of a folder as they were before a crawl began. Use it as a context manager, or close it."""

    def __init__(self, data: Path, *, crawl_id: str, started_at: datetime) -> None:
        """Open it.

        Raises:
            BuildError: a raw part cannot be read.
        """
        self._folder = plain_folder(data)
        plain = self._folder.__enter__()
        self._connection = open_database()
        bind_raw(self._connection, read_parts(data), plain)
        bind_night(self._connection, crawl_id, started_at)
        for _ in run_models(self._connection, {"revisit_answers", "revisit_posts", "revisit_listings"}):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()
        self._folder.__exit__(None, None, None)

    def memory(self, start_url: str) -> Memory:
        """What is known of one blog."""
        memory = Memory()
        for row in self._rows(
            "select request_url, asked_at, read_at, page_kind, last_outcome, base"
            " from revisit_answers where start_url = $start",
            start=start_url,
        ):
            base = Base(**row["base"]) if row["base"] else None
            memory.pages[row["request_url"]] = Remembered(
                asked_at=row["asked_at"], page_kind=row["page_kind"], last_outcome=row["last_outcome"], base=base
            )
        [row] = self._rows(
            # By the API where it was asked: what it did not answer has not been read.
            "select coalesce(max(began) filter (where api_answered), max(began)) as read_at,"
            " max(turned_at) as turned_at from (select min(fetched_at) as began,"
            " max(fetched_at) filter (where page_kind = 'api' and asked_for = 'turn' and outcome = 'ok') as turned_at,"
            " bool_and(outcome in ('ok', 'not_modified'))"
            " filter (where page_kind = 'api' and comments_listing is distinct from 'before') as api_answered"
            " from revisit_fetches where start_url = $start group by crawl_id)",
            start=start_url,
        )
        memory.read_at, memory.turned_at = row["read_at"], row["turned_at"]
        for row in self._rows(
            # A section that says itself to be empty has not fallen silent.
            "select canonical_url, if(stated_comments = 0 and comments = 0, 0, coalesce(had_comments, 0)) as comments"
            " from revisit_posts where start_url = $start and post_id is not null",
            start=start_url,
        ):
            memory.posts[row["canonical_url"]] = row["comments"]
        for row in self._rows(
            "select hints.* from raw_hints as hints cross join night"
            " where hints.fetched_at < night.started_at order by hints.fetched_at, hints.fetch_id"
        ):
            hint = Hint(**row)
            memory.told[hint_key(hint)] = hint
        return memory

    def links_of(self, base: Base) -> list[Link]:
        """The further requests that an answer led to when it was read."""
        rows = self._rows("select links from raw_fetches where fetch_id = $fetch_id limit 1", fetch_id=base.fetch_id)
        return [Link(**link) for row in rows for link in row["links"]]

    def comments_between(self, since: datetime, until: datetime) -> Iterator[tuple[str, str, str]]:
        """Canonical URL of the post, its address and native id of each comment that was visible, by its instant."""
        rows = self._rows(
            "with newest as (select comments.* from raw_comments as comments"
            " semi join revisit_fetches as fetches on comments.fetch_id = fetches.fetch_id"
            " qualify row_number() over (partition by comment_id order by fetched_at desc, comments.fetch_id desc) = 1)"
            " select posts.canonical_url, posts.url, newest.native_id from newest"
            " inner join revisit_posts as posts on newest.post_id = posts.post_id"
            # Pingbacks are in no list of comments that an API gives.
            " where newest.state = 'visible' and newest.kind = 'comment' and newest.native_id is not null"
            " and newest.published_at > $since and newest.published_at < $until order by all",
            since=since,
            until=until,
        )
        return ((row["canonical_url"], row["url"], row["native_id"]) for row in rows)

    def comment_totals(self, start_url: str) -> list[CommentTotal]:
        """What an API stated in the crawls before, in their order."""
        for _ in run_models(self._connection, {"revisit_totals"}, standing=STANDING):
            pass
        rows = self._rows(
            "select crawl_id, ended_at, difference, searches, has_failed, found from revisit_totals"
            " where start_url = $start order by ended_at",
            start=start_url,
        )
        return [CommentTotal(**row) for row in rows]

    def known_number(self, start_url: str, seen: Iterable[str], gone: Iterable[str]) -> int:
        """How many comments an API should have, after `comment_totals`.

        Args:
            seen: comment ids that it has shown tonight.
            gone: those that were noted tonight as gone.
        """
        [row] = self._rows(
            "select count(*) as number from ("
            "(select comment_id from revisit_comments where start_url = $start and gone_at is null"
            " union select unnest($seen::varchar[])) except select unnest($gone::varchar[]))",
            start=start_url,
            seen=list(seen),
            gone=list(gone),
        )
        return row["number"]

    def known_comments(self, start_url: str) -> list[KnownComment]:
        """All comments that an API has ever shown with an instant, oldest first, after `comment_totals`."""
        rows = self._rows(
            "select comment_id, native_id, post_url, written_at, first_seen_at, gone_at from revisit_comments"
            " where start_url = $start and written_at is not null order by written_at, comment_id",
            start=start_url,
        )
        return [KnownComment(**row) for row in rows]

    def counted_before(self, start_url: str, crawls: Iterable[str]) -> dict[str, EarlierCount]:
        """What an API counted in searches of certain crawls: the address that was asked for -> its newest answer."""
        rows = self._rows(
            "select request_url, arg_max(stated_total, fetched_at) as total, max(totals.ended_at) as counted_at"
            " from revisit_fetches as fetches inner join revisit_totals as totals using (start_url, crawl_id)"
            " where start_url = $start and comments_listing = 'before' and outcome = 'ok' and stated_total is not null"
            " and list_contains($crawls::varchar[], crawl_id) group by request_url",
            start=start_url,
            crawls=list(crawls),
        )
        return {row["request_url"]: EarlierCount(total=row["total"], counted_at=row["counted_at"]) for row in rows}

    def listings(self, start_url: str) -> list[str]:
        """The pages that list posts, from which the walk through all of them goes on, in that order.

        As long as there are such that nobody has asked for, these alone: the others are behind them in the walk. But
        where more pages than posts were asked for it is an endless walk, as through a calendar, and all take turns.
        """
        rows = self._rows(
            "select url from revisit_listings where start_url = $start"
            " qualify asked_at is null or not bool_or(asked_at is null) over () or count(asked_at) over ()"
            " > (select count(post_id) from revisit_posts where start_url = $start) order by rank",
            start=start_url,
        )
        return [row["url"] for row in rows]

    def plan(self, start_url: str, hints: Sequence[Hint]) -> list[Due]:
        """All posts of a blog in the order in which they should be looked at again.

        Args:
            hints: what the crawl's own sources have told so far.
        """
        bind_hints(self._connection, hints)
        for _ in run_models(self._connection, {"revisit"}, standing=STANDING):
            pass
        rows = self._rows(
            "select url, post_id, api_id, requests, had_comments, reason, told_by, cost, published_at"
            " from revisit where start_url = $start order by rank",
            start=start_url,
        )
        return [Due(**row) for row in rows]

    def _rows(self, query: str, **parameters: Any) -> Iterable[dict[str, Any]]:
        relation = self._connection.sql(query, params=parameters) if parameters else self._connection.sql(query)
        return relation.to_arrow_table().to_pylist()


def bind_night(connection: duckdb.DuckDBPyConnection, crawl_id: str, started_at: datetime) -> None:
    """Bind night: the crawl that plans, and when it began."""
    at = pa.array([started_at], pa.timestamp("us", tz="UTC"))
    create_table(connection, "night", pa.table({"crawl_id": [crawl_id], "started_at": at}))


def bind_hints(connection: duckdb.DuckDBPyConnection, tonight: Sequence[Hint] = ()) -> None:
    """Bind night_hints: what earlier crawls were told, and this one so far."""
    create_table(connection, "hints_tonight", to_table(tonight, Hint))
    connection.execute(
        "create or replace table night_hints as"
        " select hints.* from raw_hints as hints cross join night where hints.fetched_at < night.started_at"
        " union all by name select * from hints_tonight"
    ).fetchall()


def hint_key(hint: Hint) -> tuple[str, str]:
    """What two hints have in common of which the newer one takes the older one's place."""
    if hint.comment_native_id is not None:
        return hint.canonical_url, f"{hint.source} comment {hint.comment_native_id}"
    return hint.canonical_url, f"{hint.source} {'number' if hint.modified_raw is None else 'change'}"


def says_the_same(hint: Hint, before: Hint | None) -> bool:
    """Whether a source tells nothing else of a post than it did."""
    return before is not None and (hint.stated_comments, hint.modified_raw, hint.is_gone) == (
        before.stated_comments,
        before.modified_raw,
        before.is_gone,
    )


def habit_of(totals: Iterable[CommentTotal], *, most: int) -> Habit:
    """What the crawls so far say of the difference between what is known of an API and what it counts.

    It may always differ, for an API counts comments that it does not show, and shows some that it does not count. A
    difference that has grown is looked for until all of it is found, or a search has found nothing of it.

    Args:
        totals: in the order of the crawls.
        most: searches of one crawl at most; one that made so many goes on in the next night.
    """
    habit, fruitless = Habit(), 0
    for total in totals:
        if total.searches:
            fruitless = 0 if total.found else min(fruitless + 1, FRUITLESS_MOST)
            is_cut = total.found > 0 and total.searches >= most
            habit.next_search = None if is_cut else total.ended_at + API_ROUND * 2**fruitless - SLACK
            if not total.found and not total.has_failed:
                habit.difference = total.difference
        habit.difference = min(habit.difference, total.difference)
        if total.difference == habit.difference:
            habit.settled.add(total.crawl_id)
    return habit


def turns_of(requests: float, *, is_told: bool, is_by_api: bool = False) -> int:
    """How many requests a night makes for posts of which nobody tells anything; by an API a night in each `API_ROUND`.

    Args:
        requests: what a look at each post would take.
        is_told: whether a source tells of new comments.
        is_by_api: whether an API does, and is asked for the posts.
    """
    share = TURNS_BY_API if is_by_api else TURNS_TOLD if is_told else TURNS_UNTOLD
    return max(FEWEST_TURNS, ceil(requests * share))


def listings_of(posts: int) -> int:
    """How many pages that list posts are asked for in a night."""
    return max(1, round(posts * LISTED))


def longest_wait(requests: float, *, is_told: bool, is_by_api: bool = False) -> int:
    """Nights within which each post is looked at again, where a look at each would take so many requests.

    >>> longest_wait(2000, is_told=True), longest_wait(2000, is_told=False), longest_wait(10, is_told=True)
    (111, 16, 10)
    >>> longest_wait(200, is_told=True, is_by_api=True)
    700
    """
    turns = ceil(requests / (turns_of(requests, is_told=is_told, is_by_api=is_by_api) // 2))
    return turns * API_ROUND.days if is_by_api else turns


def chosen(plan: Sequence[Due], *, turns: int, budget: int | None) -> list[Due]:
    """What of a plan is looked at in one night.

    Without a budget all that sources tell of, and beside it so many requests for what nobody tells of; with one, as
    many in the plan's order as take no more requests than that. What is left stands at the head of a later plan.
    """
    if budget is not None:
        return _within(plan, budget)
    told = [due for due in plan if due.reason == "news"]
    others = [due for due in plan if due.reason != "news"]
    taken = [*told, *_within(others, turns)]
    if not any(due.had_comments for due in taken):
        # A post without comments does not show whether a new layout hides them.
        taken += [due for due in others if due.had_comments][:1]
    return taken


def _within(plan: Sequence[Due], requests: float) -> list[Due]:
    """The first of a plan that take so many requests, or the very first where it alone takes more."""
    taken: list[Due] = []
    spent = 0.0
    for due in plan:
        spent += due.requests
        if spent > requests and (taken or requests <= 0):
            break
        taken.append(due)
    return taken
