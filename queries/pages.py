"""The reply models over single pages in memory, for `rejoinder extract`: no crawl, no file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import duckdb

from ..schemas import Comment, Fetch, Post
from ..schemas.tables import ReplyRow
from .database import open_database
from .models import run_models
from .raw import bind_records

Page = tuple[Sequence[Post], Sequence[Comment]]
"""The records that one page gave."""


def replies_of(pages: Sequence[Page]) -> list[list[ReplyRow]]:
    """Replies of each page by itself, in the order of the pages and sorted by their keys.

    One call for a hundred pages costs little more than one for a single page. Two pages that show the same post
    are kept apart: what a page gives does not depend on which others are read with it.
    """
    posts = [_marked_post(post, mark) for mark, (posts, _) in enumerate(pages) for post in posts]
    comments = [_marked_comment(comment, mark) for mark, (_, comments) in enumerate(pages) for comment in comments]
    found: list[list[ReplyRow]] = [[] for _ in pages]
    records = {"fetches": _fetches(posts, comments), "posts": posts, "comments": comments}
    with tables_of(records, {"replies"}) as connection:
        replies = connection.sql("select * from replies order by comment_id, target_id").to_arrow_table()
    for row in replies.to_pylist():
        mark = int(row["post_id"].partition("/")[0])
        for column in ("comment_id", "post_id", "target_id"):
            row[column] = row[column].removeprefix(f"{mark}/")
        found[mark].append(ReplyRow(**row))
    return found


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


def _fetches(posts: Iterable[Post], comments: Iterable[Comment]) -> list[Fetch]:
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
