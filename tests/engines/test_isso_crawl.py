"""A blog that embeds a real Isso, crawled by the real command and compared row by row with Isso's database."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq
import pytest

from engines.crawls import Crawl, Row, check, crawl
from engines.isso import IssoBlog, TrueIssoComment

PENDING, DELETED = 2, 4


@pytest.fixture(scope="session")
def crawled(isso_blog: IssoBlog, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(f"{isso_blog.url}/", data=tmp_path_factory.mktemp("isso-crawl") / "data")


@pytest.fixture(scope="session")
def rows(crawled: Crawl) -> dict[int, Row]:
    """Rows of comments by Isso's numbers."""
    return {number_in(row["comment_id"]): row for row in crawled.table("comments")}


@pytest.fixture(scope="session")
def shown(isso_blog: IssoBlog) -> dict[int, TrueIssoComment]:
    """The comments that readers are shown, or the places of."""
    return {comment.id: comment for comment in isso_blog.comments if comment.mode != PENDING}


def test_the_crawl_ends_well_and_its_checks_find_nothing(crawled: Crawl) -> None:
    assert crawled.exit_code == 0, crawled.output
    exit_code, output = check(crawled.data)
    assert exit_code == 0, output


def test_every_comment_is_found_and_none_that_waits_for_approval(
    rows: dict[int, Row], shown: dict[int, TrueIssoComment]
) -> None:
    assert sorted(rows) == sorted(shown)


def test_comments_stand_below_the_post_whose_page_embeds_them(
    isso_blog: IssoBlog, crawled: Crawl, rows: dict[int, Row], shown: dict[int, TrueIssoComment]
) -> None:
    paths = {row["post_id"]: row["url"].rpartition("/")[2] for row in crawled.table("posts")}
    assert sorted(paths.values()) == sorted(post.path.strip("/") for post in isso_blog.posts)
    found = {number: paths[row["post_id"]] for number, row in rows.items()}
    assert found == {number: comment.path.strip("/") for number, comment in shown.items()}


def test_values_are_those_of_the_database(rows: dict[int, Row], shown: dict[int, TrueIssoComment]) -> None:
    for number, comment in shown.items():
        assert values(rows[number]) == {
            "native_id": f"isso-{number}",
            "parent": comment.parent_id,
            "parent_from": "api" if comment.parent_id else None,
            "depth": 1 if comment.parent_id else 0,
            "author_name": comment.author_name,
            "author_url": comment.author_url,
            # The finest that dates are kept in is the second.
            "published_at": comment.at.replace(microsecond=0),
            "body_text": comment.text,
            "likes": comment.likes,
            "state": "removed" if comment.mode == DELETED else "visible",
            "kind": "comment",
        }


def test_a_whole_thread_counts_as_complete(crawled: Crawl) -> None:
    completeness = crawled.table("completeness")
    assert {row["reason"] for row in completeness} == {"listing_complete"}
    assert {row["is_complete"] for row in completeness} == {True}


def test_a_second_crawl_gives_the_same_ids(isso_blog: IssoBlog, crawled: Crawl, rows: dict[int, Row]) -> None:
    again = crawl(f"{isso_blog.url}/", data=crawled.data)
    assert again.exit_code == 0, again.output
    assert sorted(row["comment_id"] for row in again.table("comments")) == sorted(
        row["comment_id"] for row in rows.values()
    )


def test_no_address_or_hash_of_a_commenter_is_kept(crawled: Crawl) -> None:
    parts = list(crawled.data.rglob("*.parquet"))
    assert parts
    for part in parts:
        content = repr(pq.read_table(part).to_pylist())
        for trace in (".invalid", "gravatar", "never-to-be-stored"):
            assert trace not in content, part


def values(row: Row) -> dict[str, Any]:
    """What the database can be asked for too."""
    names = (
        "native_id",
        "parent_from",
        "depth",
        "author_name",
        "author_url",
        "published_at",
        "body_text",
        "likes",
        "state",
        "kind",
    )
    parent = row["parent_id"]
    return {name: row[name] for name in names} | {"parent": None if parent is None else number_in(parent)}


def number_in(comment_id: str) -> int:
    """Isso's own number.

    >>> number_in("3f1c0a9be2d47781:isso-7")
    7
    """
    return int(comment_id.rpartition("isso-")[2])
