"""A real WordPress that changes between nights: comments are added, edited, trashed, marked as spam and restored."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engines.conftest import SITES
from engines.crawls import Crawl, check, crawl, rejoinder
from engines.visible import comments_by_api, comments_by_html
from engines.wordpress import Setup, Site, TrueComment, change, serving

Way = str


@pytest.fixture
def living(database_of: Callable[[Setup], Path], tmp_path: Path) -> Iterator[Site]:
    """A site of a test's own, for it is changed."""
    setup = dataclasses.replace(SITES[0], name="living")
    with serving(setup, database_of(setup), tmp_path / "site") as site:
        yield site


def changed(site: Site, **changes: object) -> Site:
    return dataclasses.replace(site, truth=change(site, **changes))


def visible(site: Site, way: Way) -> dict[int, TrueComment]:
    return comments_by_html(site) if way == "html" else comments_by_api(site.truth)


def shown(found: Crawl) -> dict[int, str]:
    """The texts of the comments that the tables hold for visible, by number."""
    return {number: row["body_text"] for number, row in found.comments().items() if row["state"] == "visible"}


def without_answers(site: Site, way: Way) -> list[TrueComment]:
    """Comments by persons that nobody answers, so that one that goes hides no other; oldest first."""
    comments = visible(site, way)
    answered = {comment.parent_id for comment in comments.values()}
    return [c for n, c in sorted(comments.items()) if n not in answered and c.kind == "comment" and c.text]


@pytest.mark.parametrize("way", ["api", "html"])
def test_tables_follow_the_database_from_night_to_night(living: Site, way: Way, tmp_path: Path) -> None:
    def night(*options: str) -> Crawl:
        return crawl(f"{living.url}/", data=tmp_path / "data", options=("--via", way, *options))

    def texts(site: Site) -> dict[int, str]:
        return {n: c.text for n, c in visible(site, way).items() if c.kind == "comment"}

    first = night()
    assert first.exit_code == 0, first.output
    asked = len(first.table("fetches"))

    # Added, below an old post and below a new one: found the same night, at the price of what changed.
    open_posts = [post for post in living.truth.public_posts().values() if post.comments_open]
    added = [
        {"post": post.id, "parent": 0, "author": "Nina Late", "text": f"Said long after the post {post.id}."}
        for post in (open_posts[0], open_posts[-1])
    ]
    site = changed(living, add=added)
    second = night()
    assert second.exit_code == 0, second.output
    assert texts(site).items() <= shown(second).items()
    assert sum(row["author_name"] == "Nina Late" for row in second.comments().values()) == len(added)
    tonight = len(second.table("fetches")) - asked
    # By the API all of so small a blog takes no more than what tells of news.
    assert tonight < asked / 2 if way == "html" else tonight < 10

    # Edited, trashed and marked as spam: a look at all posts tells, where no source does.
    kept = [comment for comment in without_answers(site, way) if comment.author_name != "Nina Late"]
    edited, trashed, spammed = kept[0], kept[1], kept[2]
    site = changed(site, edit={edited.id: "Said otherwise since."}, trash=[trashed.id], spam=[spammed.id])
    night("--fresh")
    third = night("--fresh")  # where a page states no number, two looks have to agree
    rows = third.comments()
    assert rows[edited.id]["body_text"] == "Said otherwise since."
    assert {rows[gone.id]["state"] for gone in (trashed, spammed)} == {"removed"}
    assert {rows[gone.id]["fate"] for gone in (trashed, spammed)} == {"missing"}
    assert sorted(n for n in shown(third) if rows[n]["kind"] == "comment") == sorted(texts(site))
    code, told = rejoinder("diff", third.data, "--since", "2000-01-01", "--format", "csv")
    assert code == 0, told
    assert "removed,comment" in told
    assert "Said otherwise since." in told

    # Restored: they are back, as what they were.
    site = changed(site, restore=[trashed.id, spammed.id])
    fourth = night("--fresh")
    rows = fourth.comments()
    assert {rows[back.id]["fate"] for back in (trashed, spammed)} == {"returned"}
    assert sorted(n for n in shown(fourth) if rows[n]["kind"] == "comment") == sorted(texts(site))
    exit_code, output = check(fourth.data)
    assert exit_code == 0, output


def test_an_old_comment_that_went_is_found_by_what_the_api_counts(living: Site, tmp_path: Path) -> None:
    def night() -> Crawl:
        return crawl(f"{living.url}/", data=tmp_path / "data", options=("--via", "api"))

    def searches(found: Crawl) -> list[str]:
        return [row["request_url"] for row in found.table("fetches") if "before=" in row["request_url"]]

    night()
    second = night()
    asked = len(searches(second))
    # Of more than 300 comments the API shows the newest hundred every night.
    lost = without_answers(living, "api")[20]
    changed(living, trash=[lost.id])
    third = night()
    assert third.exit_code == 0, third.output
    assert asked < len(searches(third)) <= asked + 6
    hints = [row for part in third.data.glob("raw/hints/*/*.parquet") for row in pq.read_table(part).to_pylist()]
    assert {row["comment_native_id"] for row in hints if row["is_gone"]} == {str(lost.id)}
    assert lost.id in shown(third)  # until its post is looked at
