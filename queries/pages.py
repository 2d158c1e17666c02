"""The reply models over single pages in memory, for `rejoinder extract`: no crawl, no file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from os import getpid
from threading import Lock
from typing import Any

import duckdb

from ..schemas import Comment, Fetch, Post
from ..schemas.tables import ReplyRow
from .database import open_database
from .models import constant_models, run_models
from .raw import bind_records, rebind_records

Page = tuple[Sequence[Post], Sequence[Comment]]
"""The records that one page gave, each once."""

STAGED = {
    "stg_posts": """
        select
            * replace (coalesce(canonical_url, url) as canonical_url),
            if(declared_comments is null, null, fetched_at) as declared_at,
            fetched_at as first_seen_at,
            fetched_at as last_seen_at
        from raw_posts
    """,
    "stg_comments": """
        select
            *,
            parent_from is not null or depth is not null as is_parent_stated,
            fetched_at as first_seen_at,
            fetched_at as last_seen_at
        from raw_comments
    """,
}
"""What staging makes of records that were seen once; its own models compare runs, and would take half of the time."""

NEWS_OF_MANY_RUNS = frozenset({"missed_posts", "post_mining_rules", "comment_fates", "comment_langs"})
"""Tables that hold nothing of a page by itself, or nothing that a reply shows."""


def replies_of(pages: Sequence[Page]) -> list[list[ReplyRow]]:
    """Replies of each page by itself, in the order of the pages and sorted by their keys.

    One call for fifty pages costs little more than one for a single page, and nothing where no page has comments. Two
    pages that show the same post are kept apart: what a page gives does not depend on which others are read with it.
    """
    found: list[list[ReplyRow]] = [[] for _ in pages]
    marked = [(mark, posts, comments) for mark, (posts, comments) in enumerate(pages) if comments]
    if not marked:
        return found
    posts = [_marked_post(post, mark) for mark, posts, _ in marked for post in posts]
    comments = [_marked_comment(comment, mark) for mark, _, comments in marked for comment in comments]
    with _kept_connection() as connection:
        rebind_records(connection, {"posts": posts, "comments": comments})
        for name, sql in STAGED.items():
            connection.execute(f"create or replace table {name} as {sql}").fetchall()
        for _ in run_models(
            connection, {"replies"}, standing=constant_models("replies"), given=STAGED.keys() | NEWS_OF_MANY_RUNS
        ):
            pass
        replies = connection.sql("select * from replies order by comment_id, target_id").to_arrow_table()
    for row in replies.to_pylist():
        mark = int(row["post_id"].partition("/")[0])
        for column in ("comment_id", "post_id", "target_id"):
            row[column] = row[column].removeprefix(f"{mark}/")
        found[mark].append(ReplyRow(**row))
    return found


class _Kept:
    """What a process keeps for all pages that it reads."""

    lock = Lock()
    process: int | None = None
    """The process that made the connection: one that was forked may not use its parent's."""
    connection: duckdb.DuckDBPyConnection


@contextmanager
def _kept_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with macros and the tables that no page changes, made once in each process.

    One caller at a time has it. DuckDB is given one thread: pages are few rows, and threads cost more than they do.
    """
    with _Kept.lock:
        if _Kept.process != getpid():
            _Kept.connection = open_database(threads=1)
            bind_records(_Kept.connection, {})
            for _ in run_models(_Kept.connection, {"replies"}):
                pass
            _Kept.process = getpid()
        yield _Kept.connection


@contextmanager
def tables_of(records: Mapping[str, Sequence[Any]], targets: Collection[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the tables named in `targets`, made from raw records by dataset."""
    with open_database() as connection:
        bind_records(connection, records)
        for _ in run_models(connection, targets):
            pass
        yield connection


def _marked_post(post: Post, mark: int) -> Post:
    return replace(post, post_id=f"{mark}/{post.post_id}")


def _marked_comment(comment: Comment, mark: int) -> Comment:
    return replace(
        comment,
        comment_id=f"{mark}/{comment.comment_id}",
        post_id=f"{mark}/{comment.post_id}",
        parent_id=f"{mark}/{comment.parent_id}" if comment.parent_id else None,
    )


def fetches_of(posts: Iterable[Post], comments: Iterable[Comment]) -> list[Fetch]:
    """The ledger that staging holds records against."""
    seen = {record.fetch_id: record.fetched_at for record in (*posts, *comments)}
    return [
        Fetch(
            fetch_id=fetch_id,
            crawl_id="extract",
            start_url="-",
            via="export",
            request_url="-",
            final_url=None,
            status=None,
            fetched_at=fetched_at,
            content_type=None,
            body_bytes=None,
            body_sha256=None,
            page_kind="post",
            outcome="ok",
        )
        for fetch_id, fetched_at in seen.items()
    ]
