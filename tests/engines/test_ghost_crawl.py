"""A real Ghost with its own comments, under both of its themes, compared with its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from engines.crawls import Crawl, check, crawl
from engines.ghost import GhostBlog, TrueGhostComment

THEMES = ["source", "casper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """The blog with what a crawl found there."""

    blog: GhostBlog
    found: Crawl

    def posts(self) -> dict[str, dict[str, Any]]:
        """Rows of posts by the last part of their addresses."""
        return {row["url"].rstrip("/").rpartition("/")[2]: row for row in self.found.table("posts")}

    def comments(self) -> dict[str, dict[str, Any]]:
        return {row["native_id"]: row for row in self.found.table("comments")}

    def expected(self) -> dict[str, TrueGhostComment]:
        """What a reader of public posts sees; Ghost shows no comments below the others."""
        public = {post.id for post in self.blog.posts if post.is_public}
        return {number: comment for number, comment in self.blog.shown().items() if comment.post_id in public}


@pytest.fixture(params=THEMES, scope="session")
def crawled(request: pytest.FixtureRequest, ghost_blog: GhostBlog, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    ghost_blog.staff.admin("PUT", f"themes/{request.param}/activate/")
    return Crawled(
        blog=ghost_blog,
        found=crawl(ghost_blog.url, data=tmp_path_factory.mktemp(f"ghost_{request.param}") / "data"),
    )


def test_every_post_is_found_and_no_page_taken_for_one(crawled: Crawled) -> None:
    assert sorted(crawled.posts()) == sorted(post.slug for post in crawled.blog.posts)
    assert crawled.found.exit_code == 0, crawled.found.output


def test_posts_are_those_of_the_database(crawled: Crawled) -> None:
    rows = crawled.posts()
    for post in crawled.blog.posts:
        row = rows[post.slug]
        found = {name: row[name] for name in ("title", "author_name", "published_at", "tags", "body_text", "embeds")}
        assert found == {
            "title": post.title,
            "author_name": post.authors[0],
            "published_at": post.at,
            "tags": post.tags,
            "body_text": "\n\n".join(post.body) if post.is_public else None,
            "embeds": ["ghost"] if post.is_public else [],
        }


def test_comments_are_those_of_the_database(crawled: Crawled) -> None:
    rows, expected = crawled.comments(), crawled.expected()
    slugs = {post.id: post.slug for post in crawled.blog.posts}
    posts = {row["post_id"]: slug for slug, row in crawled.posts().items()}
    assert sorted(rows) == sorted(expected)
    for number, comment in expected.items():
        row = rows[number]
        found = {name: row[name] for name in ("author_name", "published_at", "body_text", "likes", "state")}
        assert found == {
            "author_name": comment.author_name if comment.status == "published" else None,
            "published_at": comment.at,
            "body_text": comment.text if comment.status == "published" else "",
            "likes": comment.likes,
            "state": "visible" if comment.status == "published" else "removed",
        }
        assert row["parent_id"] == (comment.parent_id and f"{row['post_id']}:{comment.parent_id}")
        assert posts[row["post_id"]] == slugs[comment.post_id]


def test_sections_of_one_answer_are_known_to_be_whole(crawled: Crawled) -> None:
    whole = {row["post_id"]: row["is_complete"] for row in crawled.found.table("completeness")}
    assert {slug: whole[row["post_id"]] for slug, row in crawled.posts().items()} == {
        "counting-seats": True,
        "no-seats": True,
        "two-hands": True,
        # More threads than an answer holds: no answer tells how many replies the others have.
        "many-seats": None,
        "for-members": None,
    }


def test_what_nobody_may_read_is_not_kept(crawled: Crawled) -> None:
    everything = crawled.found.everything()
    assert "The only comment of this post." in everything
    gone = [comment.text for comment in crawled.blog.comments if comment.status != "published"]
    secrets = [
        "never-stored",
        "Hidden Hanna",
        "Deleted Dora",
        "Something else at first.",
        "Only members see",
        "What members alone read",
    ]
    assert not [text for text in [*gone, *secrets] if text in everything]


def test_the_checks_find_nothing(crawled: Crawled) -> None:
    exit_code, output = check(crawled.found.data)
    assert exit_code == 0, output
