"""The Isso harness itself: its API shows what the seed declares."""

from __future__ import annotations

import json
from urllib.request import urlopen

from engines.isso import IssoBlog


def test_the_api_shows_all_but_the_pending_comments(isso_blog: IssoBlog) -> None:
    for post in isso_blog.posts:
        with urlopen(f"{isso_blog.isso_url}/?uri={post.path}") as answer:
            heads = json.load(answer)["replies"]
        listed = {comment["id"]: comment["parent"] for head in heads for comment in [head, *head["replies"]]}
        expected = {c.id: c.parent_id for c in isso_blog.comments if c.path == post.path and c.mode != 2}
        assert listed == expected


def test_threads_are_stored_two_levels_deep(isso_blog: IssoBlog) -> None:
    heads = {comment.id for comment in isso_blog.comments if comment.parent_id is None}
    assert {comment.parent_id for comment in isso_blog.comments} - {None} <= heads
    remarks = [remark for post in isso_blog.posts for remark in post.remarks]
    assert len(isso_blog.comments) == len(remarks)
    assert any(
        remark.parent is not None and post.remarks[remark.parent].parent is not None
        for post in isso_blog.posts
        for remark in post.remarks
    )
