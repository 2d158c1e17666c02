"""A blog that embeds a real Isso: its comments are asked for where they are, and compared with Isso's database."""

from __future__ import annotations

import pytest

from engines.crawls import Crawl, crawl, number_of
from engines.isso import IssoBlog, TrueIssoComment


@pytest.fixture(scope="session")
def crawled(isso_blog: IssoBlog, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(f"{isso_blog.url}/", data=tmp_path_factory.mktemp("isso_crawl") / "data")


@pytest.fixture(scope="session")
def expected(isso_blog: IssoBlog) -> dict[int, TrueIssoComment]:
    """All comments but those that wait for approval."""
    return {comment.id: comment for comment in isso_blog.comments if comment.mode != 2}


def test_every_post_is_found(isso_blog: IssoBlog, crawled: Crawl) -> None:
    titles = {row["title"]: row["embeds"] for row in crawled.table("posts")}
    assert titles == {post.title: ["isso"] for post in isso_blog.posts}
    assert crawled.exit_code == 0, crawled.output


def test_comments_stand_below_the_posts_that_embed_them(
    isso_blog: IssoBlog, crawled: Crawl, expected: dict[int, TrueIssoComment]
) -> None:
    titles = {post.path: post.title for post in isso_blog.posts}
    posts = {row["post_id"]: row["title"] for row in crawled.table("posts")}
    found = {number: posts[row["post_id"]] for number, row in crawled.comments().items()}
    assert found == {number: titles[comment.path] for number, comment in expected.items()}


def test_rows_are_those_of_the_database(crawled: Crawl, expected: dict[int, TrueIssoComment]) -> None:
    for number, row in crawled.comments().items():
        comment = expected[number]
        found = {
            name: row[name] for name in ("kind", "author_name", "author_url", "published_at", "body_text", "likes")
        }
        assert found == {
            "kind": "comment",
            "author_name": comment.author_name,
            "author_url": comment.author_url,
            # Seconds are the finest that published_precision knows.
            "published_at": comment.at.replace(microsecond=0),
            "body_text": comment.text,
            "likes": comment.likes,
        }
        assert number_of(row["parent_id"]) == comment.parent_id
        assert row["state"] == ("removed" if comment.mode == 4 else "visible")


def test_the_section_is_known_to_be_whole(crawled: Crawl) -> None:
    assert {row["is_complete"] for row in crawled.table("completeness")} == {True}


def test_nothing_that_identifies_a_commenter_is_kept(crawled: Crawl) -> None:
    everything = crawled.everything()
    assert "Tom Kessler" in everything
    # Mail addresses, pictures made of their hashes, and the cut IP address that Isso stores.
    assert not [secret for secret in (".invalid", "gravatar", "127.0.0.0") if secret in everything]
