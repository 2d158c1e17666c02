"""The Ghost harness itself: its database holds what the seed declares, and its API shows what a reader sees."""

from __future__ import annotations

import json
from urllib.request import urlopen

from engines.ghost import LEFT, POSTS, GhostBlog


def test_the_database_holds_the_seed(ghost_blog: GhostBlog) -> None:
    held = [(p.slug, p.title, p.at, p.authors, [*p.tags]) for p in ghost_blog.posts]
    assert sorted(held) == sorted(
        (post.slug, post.title, post.at, post.authors, [tag for tag in post.tags if not tag.startswith("#")])
        for post in POSTS
    )
    comments = {comment.text: comment for comment in ghost_blog.comments}
    for post in POSTS:
        for remark in post.remarks:
            comment = comments[remark.text]
            parent = None if remark.parent is None else comments[post.remarks[remark.parent].text].id
            author = None if remark.author == LEFT else remark.author
            held_so = (comment.author_name, comment.parent_id, comment.status, comment.likes)
            assert held_so == (author, parent, remark.status, remark.likes)


def test_the_api_shows_the_published_and_the_places_above_them(ghost_blog: GhostBlog) -> None:
    for post in ghost_blog.posts:
        shown: set[str] = set()
        page: int | None = 1
        while page is not None:
            with urlopen(f"{ghost_blog.url}members/api/comments/post/{post.id}/?limit=100&page={page}") as answer:
                told = json.load(answer)
            shown |= {row["id"] for head in told["comments"] for row in [head, *head["replies"]]}
            page = told["meta"]["pagination"]["next"]
        assert shown == {number for number, comment in ghost_blog.shown().items() if comment.post_id == post.id}
