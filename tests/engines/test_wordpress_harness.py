"""The harness itself: the sites hold what the seed declares, so that their truth can be held against a crawl."""

from __future__ import annotations

import json
import re
from collections import Counter
from urllib.parse import urlencode
from urllib.request import urlopen

from engines.seed import COMMENTS_IN_ALL, PUBLISHED_POSTS, Seed
from engines.wordpress import Site

MARKS = re.compile(r"^(?:> ?|- |\d+\. )+", re.MULTILINE)
"""What the layout of texts adds at the start of lines."""


def test_the_seed_holds_what_its_docstrings_promise(seed: Seed) -> None:
    published = [post for post in seed.posts if (post.type, post.status, post.password) == ("post", "publish", "")]
    assert len(published) == PUBLISHED_POSTS
    assert len(seed.comments) == COMMENTS_IN_ALL
    seen: set[str] = set()
    for comment in seed.comments:
        assert comment.parent is None or comment.parent in seen
        seen.add(comment.key)


def test_the_database_holds_the_seed(site: Site, seed: Seed) -> None:
    truth = site.truth
    assert len(truth.public_posts()) == PUBLISHED_POSTS
    assert [comment.text for comment in truth.comments] == [comment.text for comment in seed.comments]
    assert [f"{comment.at:%Y-%m-%d %H:%M:%S}" for comment in truth.comments] == [c.at for c in seed.comments]
    assert Counter(comment.approved for comment in truth.comments) == Counter(c.approved for c in seed.comments)


def test_the_declared_texts_have_the_words_that_wordpress_renders(site: Site) -> None:
    for comment in site.truth.comments:
        assert words(MARKS.sub("", comment.text)) == words(comment.rendered)


def test_the_api_lists_every_approved_comment_of_a_public_post_or_page(site: Site) -> None:
    truth = site.truth
    readable = {post.id for post in truth.posts if post.status == "publish" and not post.protected}
    expected = {
        comment.id: comment.parent_id
        for comment in truth.comments
        if comment.approved == "1" and comment.post_id in readable and comment.kind == "comment"
    }
    listed = rest(site, "/wp/v2/comments")
    assert {comment["id"]: comment["parent"] or None for comment in listed} == expected


def test_the_api_lists_every_public_post(site: Site) -> None:
    listed = {post["id"]: post for post in rest(site, "/wp/v2/posts") if not post["content"]["protected"]}
    expected = site.truth.public_posts()
    assert {number: post["link"] for number, post in listed.items()} == {n: post.url for n, post in expected.items()}


def rest(site: Site, route: str) -> list[dict]:
    """All rows of a REST listing."""
    rows: list[dict] = []
    pages = 1
    page = 0
    while page < pages:
        page += 1
        query = urlencode({"rest_route": route, "per_page": 100, "page": page, "order": "asc"})
        with urlopen(f"{site.url}/?{query}") as answer:
            pages = int(answer.headers["X-WP-TotalPages"])
            rows += json.load(answer)
    return rows


def words(text: str) -> list[str]:
    """Letters and digits in their order: what spaces, blocks and typography cannot change."""
    return re.findall(r"\w", text)
