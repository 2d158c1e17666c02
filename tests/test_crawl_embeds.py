"""Comments that stand elsewhere than on the post's page: what is asked for, of whom, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin

import pytest
from rejoinder.demo import Site, demo_blog, serve
from rejoinder.demo.server import BlogHandler, handler_of
from rejoinder.demo.site import Page
from rejoinder.pipelines.scopes import Scope
from rejoinder.spiders.answers import Answer, Harvest, Reader
from rejoinder.spiders.frontier import Context, Task
from rejoinder.spiders.keys import DisqusKeyMiddleware
from scrapy import Request
from scrapy.http import TextResponse

from support.runs import crawled, fetches, rows

POST = "https://blog.example.org/2024/a-post/"
FRAME = "https://disqus.com/embed/comments/?base=default&f=seats&t_u=https%3A%2F%2Fblog.example.org%2F2024%2Fa-post%2F&s_o=default"
DISQUS = (Path(__file__).parent / "answers/disqus").resolve()
ISSO = '<script data-isso="https://c.example.net/"></script><section id="isso-thread" data-isso-id="/a"></section>'
SHOWN = (
    '<section id="comments"><h2>{stated} comments</h2><ol class="comment-list">'
    '<li id="comment-11" class="comment depth-1"><article class="comment-body"><footer><b class="fn">Ann Lee</b> '
    '<time datetime="2024-01-09T15:04:00+00:00">'
    'January 9, 2024</time></footer><div class="comment-content"><p>How many seats?</p></div></article></li>'
    "</ol></section>"
)
FEED = f'<link rel="alternate" type="application/rss+xml" href="{POST}feed/">'


def post_page(body: str, head: str = "") -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><title>A post</title>'
        f'<meta property="og:type" content="article">{head}</head>'
        '<body class="single single-post"><article class="post"><h1 class="entry-title">A post</h1>'
        '<p>By Mara Weiss, <time datetime="2024-01-09T08:00:00Z">9 January 2024</time></p>'
        '<div class="entry-content"><p>Seats were counted. Their number is below.</p></div></article>'
        f"{body}</body></html>"
    )


def read(task: Task, body: str | bytes, *, has_disqus_key: bool = False) -> Harvest:
    reader = Reader(Scope.of("https://blog.example.org/"), has_disqus_key=has_disqus_key)
    answer = Answer(
        url=task.url,
        status=200,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        content_type="text/html",
        charset="utf-8",
        body=body.encode() if isinstance(body, str) else body,
    )
    return reader.read(task, answer)


def asked(body: str, head: str = "") -> list[Task]:
    return read(Task(POST, "post", Context(way="sitemap")), post_page(body, head)).tasks


def test_a_system_is_asked_on_its_own_host_for_the_post() -> None:
    [task] = asked(ISSO)
    assert (task.url, task.kind) == ("https://c.example.net/?uri=%2Fa", "comments")
    assert (task.context.system, task.context.post_url, task.context.way) == ("isso", POST, "sitemap")
    assert not task.finds_posts


def test_the_answer_belongs_to_the_post_as_its_page_calls_it() -> None:
    canonical = "https://blog.example.org/2024/01/09/a-post/"
    [task] = asked(ISSO, f'<link rel="canonical" href="{canonical}">')
    assert task.context.post_url == canonical


def test_a_page_that_shows_comments_is_not_asked_for_copies_of_them() -> None:
    assert asked(SHOWN.format(stated=1) + ISSO) == []


def test_the_feed_is_asked_only_where_the_page_shows_too_few() -> None:
    assert asked(SHOWN.format(stated=1), FEED) == []
    [task] = asked(SHOWN.format(stated=2), FEED)
    assert (task.url, task.kind, task.context.guess) == (f"{POST}feed/atom/", "feed", True)
    assert not task.finds_posts


def test_a_feed_adds_what_the_page_does_not_show() -> None:
    answer = next(Path(__file__).parent.glob("answers/feed/wordpress_rss*/answer.xml")).read_bytes()
    [task] = asked(SHOWN.format(stated=5), FEED)
    harvest = read(task, answer)
    assert harvest.kind == "feed"
    assert [comment.native_id for comment in harvest.readings[0].comments] == ["12", "13", "14"]
    assert harvest.readings[0].comments[1].parent_native_id == "11"


@pytest.mark.parametrize(("has_key", "goes_on"), [(False, "s_o=asc"), (True, "cursor=1%3A0%3A0")])
def test_disqus_is_read_on_by_its_api_with_a_key_and_from_the_other_end_without(has_key: bool, goes_on: str) -> None:
    [task] = asked('<div id="disqus_thread"></div><script src="//seats.disqus.com/embed.js"></script>')
    assert task.url == FRAME
    [answer] = DISQUS.glob("the_frame*/answer.html")
    harvest = read(task, answer.read_bytes(), has_disqus_key=has_key)
    assert (harvest.outcome, harvest.stated_total, len(harvest.readings[0].comments)) == ("ok", 53, 3)
    [further] = harvest.tasks
    assert goes_on in further.url
    assert (further.context.system, further.context.post_url, further.context.steps) == ("disqus", POST, 1)


def test_the_other_end_is_the_last_page_without_a_key() -> None:
    [answer] = DISQUS.glob("the_frame*/answer.html")
    task = Task(FRAME.replace("s_o=default", "s_o=asc"), "comments", Context(system="disqus"))
    assert read(task, answer.read_bytes()).tasks == []


def test_what_is_no_answer_is_malformed() -> None:
    [task] = asked(ISSO)
    harvest = read(task, "<html><body>Bad gateway</body></html>")
    assert (harvest.outcome, harvest.readings, harvest.tasks) == ("malformed", [], [])


def test_a_frame_without_a_thread_is_a_changed_layout() -> None:
    harvest = read(Task(FRAME, "comments", Context(system="disqus", post_url=POST)), "<html><body></body></html>")
    assert harvest.outcome == "layout_changed"


def test_a_key_is_sent_and_not_kept() -> None:
    api = "https://disqus.com/api/3.0/threads/listPostsThreaded?thread=7"
    middleware = DisqusKeyMiddleware("sesame")
    sent = middleware.process_request(Request(api, meta={"task": 1}))
    assert sent is not None
    assert sent.url == f"{api}&api_key=sesame"
    assert sent.meta["task"] == 1
    assert middleware.process_request(sent) is None
    assert middleware.process_response(sent, TextResponse(sent.url)).url == api
    for request in (Request(FRAME), Request(POST)):
        assert middleware.process_request(request) is None
        assert middleware.process_response(request, TextResponse(request.url)).url == request.url
    assert DisqusKeyMiddleware("").process_request(Request(api)) is None


class GhostBlog(BlogHandler):
    """Two pages and the API that the second one's script asks, three comments a page."""

    robots = "User-agent: *\nDisallow:\n"

    def do_GET(self) -> None:
        if answer := self.answers().get(self.path):
            self.answer(Page(answer.encode(), "application/json" if "/members/" in self.path else "text/html"))
        else:
            self.answer(Page(b"<!DOCTYPE html><title>Not found</title>"), HTTPStatus.NOT_FOUND)

    def answers(self) -> dict[str, str]:
        script = f'<script src="c.js" data-ghost-comments="{self.origin}/" data-post-id="650a"></script>'
        api = "/members/api/comments/post/650a/?limit=100&page="
        return {
            "/robots.txt": self.robots,
            "/": '<!DOCTYPE html><title>Seats</title><article><h2><a href="/a-post/">A post</a></h2></article>',
            "/a-post/": post_page(script),
            f"{api}1": ghost_answer([("a1", None), ("a2", None)], following=2),
            f"{api}2": ghost_answer([("a3", None)], following=None, replies=[("b1", "a3"), ("b2", "b1")], count=3),
            "/members/api/comments/a3/replies/?limit=100&filter=id%3A%3E%27b2%27": ghost_answer(
                [("b3", "a3")], following=None
            ),
        }


class ClosedGhostBlog(GhostBlog):
    """The same, with the API closed to robots."""

    robots = "User-agent: *\nDisallow: /members/\n"


Thread = list[tuple[str, str | None]]
"""Ids of comments and of what they answer."""


def ghost_answer(heads: Thread, *, following: int | None, replies: Thread | None = None, count: int = 0) -> str:
    def row(name: str, parent: str | None) -> dict[str, object]:
        return {
            "id": name,
            "parent_id": parent,
            "status": "published",
            "html": f"<p>This is {name}.</p>",
            "created_at": "2024-01-10T10:00:00.000Z",
            "member": {"name": f"Writer of {name}", "email": "never-to-be-stored@mail.invalid"},
            "count": {"likes": 0},
        }

    comments = [row(*head) for head in heads]
    if replies:
        comments[-1] |= {"count": {"replies": count}, "replies": [row(*reply) for reply in replies]}
    paging = {"page": 1, "pages": 2, "total": 3, "next": following}
    return json.dumps({"comments": comments, "meta": {"pagination": paging}})


@contextmanager
def crawl_of(site: type[BlogHandler], data: Path) -> Iterator[str]:
    with serve(handler_of(Site(demo_blog()), site)) as home:
        crawled(urljoin(home, "/"), data)
        yield home


def test_a_ghost_blog_gives_all_its_comments(tmp_path: Path) -> None:
    with crawl_of(GhostBlog, tmp_path):
        found = {
            row["native_id"]: row["parent_id"] and row["parent_id"].partition(":")[2]
            for row in rows(tmp_path, "comments")
        }
    assert found == {"a1": None, "a2": None, "a3": None, "b1": "a3", "b2": "b1", "b3": "a3"}
    [post] = rows(tmp_path, "posts")
    assert post["embeds"] == ["ghost"]
    assert {row["post_id"] for row in rows(tmp_path, "comments")} == {post["post_id"]}
    assert "never-to-be-stored" not in repr([rows(tmp_path, table) for table in ("comments", "fetches", "rejects")])


def test_robots_txt_holds_for_what_a_page_embeds(tmp_path: Path) -> None:
    with crawl_of(ClosedGhostBlog, tmp_path):
        outcomes = {row["outcome"] for row in fetches(tmp_path) if "/members/" in row["request_url"]}
    assert outcomes == {"robots"}
    assert rows(tmp_path, "comments") == []
    assert [row["embeds"] for row in rows(tmp_path, "posts")] == [["ghost"]]
    assert [(row["reason"], row["is_complete"]) for row in rows(tmp_path, "completeness")] == [("fetch_failed", False)]
