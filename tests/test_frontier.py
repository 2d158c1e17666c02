"""What the crawl still has to fetch: each page once, a way at a time, and the same after a kill."""

from __future__ import annotations

import pytest
from rejoinder.spiders.frontier import Context, Frontier, Task, task_of

BLOG = "https://blog.example.org"


def post(name: str, way: str = "start") -> Task:
    return Task(f"{BLOG}/2024/05/{name}/", "post", Context(way=way))


def taken(frontier: Frontier) -> list[str]:
    return [task.url.rstrip("/").rpartition("/")[2] for task in frontier.take()]


@pytest.mark.parametrize(
    "twin",
    [
        f"{BLOG}/2024/05/one",
        f"{BLOG}/2024/05/one/?utm_source=feed",
        f"{BLOG}/2024/05/one/?replytocom=12#respond",
        f"{BLOG}/2024/05/one/#comment-7",
        "http://www.blog.example.org/2024/05/one/",
    ],
)
def test_a_post_under_another_spelling_is_not_fetched_twice(twin: str) -> None:
    frontier = Frontier()
    assert frontier.add(post("one"))
    assert not frontier.add(Task(twin, "post"))


def test_comment_pages_of_a_post_are_pages_of_their_own_and_come_before_the_next_post() -> None:
    frontier = Frontier()
    frontier.add(post("one"))
    frontier.add(post("two"))
    frontier.add(Task(f"{BLOG}/2024/05/one/comment-page-2/", "comments"))
    assert taken(frontier) == ["comment-page-2", "one", "two"]


def test_a_host_gets_no_more_at_once_than_the_window() -> None:
    frontier = Frontier(window=2)
    for name in ("one", "two", "three"):
        frontier.add(post(name))
    first, second = frontier.take()
    assert taken(frontier) == []
    frontier.finish(first, posts=1)
    assert taken(frontier) == ["three"]
    assert frontier.flying == 2
    frontier.finish(second, posts=1)


def test_a_way_is_entered_only_when_the_ways_before_found_no_post() -> None:
    frontier = Frontier()
    sitemap = Task(f"{BLOG}/sitemap.xml", "sitemap", Context(way="sitemap"))
    listing = Task(f"{BLOG}/page/2/", "listing", Context(way="listing"))
    frontier.add(listing)
    frontier.add(sitemap)
    assert taken(frontier) == []
    assert frontier.advance()
    assert [task.kind for task in frontier.take()] == ["sitemap"]
    frontier.finish(sitemap, posts=0)
    assert frontier.advance()
    assert [task.kind for task in frontier.take()] == ["listing"]
    frontier.finish(listing, posts=0)
    assert not frontier.advance()


def test_no_further_way_is_entered_after_one_that_shows_the_whole_blog_found_a_post() -> None:
    frontier = Frontier()
    frontier.add(post("one", way="api"))
    frontier.add(Task(f"{BLOG}/sitemap.xml", "sitemap", Context(way="sitemap")))
    assert frontier.advance()
    (task,) = frontier.take()
    frontier.finish(task, posts=1)
    assert not frontier.advance()


def test_posts_of_the_front_page_do_not_stand_for_the_whole_blog() -> None:
    frontier = Frontier()
    frontier.add(post("one", way="front"))
    frontier.add(Task(f"{BLOG}/sitemap.xml", "sitemap", Context(way="sitemap")))
    assert frontier.advance()
    (task,) = frontier.take()
    frontier.finish(task, posts=1)
    assert frontier.advance()


def test_a_limit_counts_posts_recorded_and_on_their_way_and_lets_comment_pages_pass() -> None:
    frontier = Frontier(limit=2)
    for name in ("one", "two", "three"):
        frontier.add(post(name))
    one, two = frontier.take()
    frontier.finish(one, posts=1)
    frontier.add(Task(f"{BLOG}/2024/05/one/comment-page-1/", "comments"))
    assert taken(frontier) == ["comment-page-1"]
    assert taken(frontier) == []
    frontier.finish(two, posts=0)  # it was no post after all
    assert taken(frontier) == ["three"]


def test_a_frontier_fed_with_the_ledger_has_what_was_left_when_the_crawl_was_killed() -> None:
    before = Frontier()
    start = Task(f"{BLOG}/", "listing")
    before.add(start)
    list(before.take())
    found = [post("one", way="front"), post("two", way="front"), Task(f"{BLOG}/feed/", "feed", Context(way="listing"))]
    for task in found:
        before.add(task)
    before.finish(start, posts=0)
    before.advance()
    one, _two = before.take()
    before.finish(one, posts=1)

    after = Frontier()
    after.add(start)
    for link in [task.link() for task in found]:
        after.add(task_of(link))
    after.skip(start, posts=0)
    after.skip(one, posts=1)
    assert taken(after) == ["two"]
    assert after.posts == 1


def test_a_task_survives_the_ledger_whole() -> None:
    task = Task(
        f"{BLOG}/wp-json/wp/v2/comments?post=3",
        "api",
        Context(way="api", rows="comments", posts={"3": (f"{BLOG}/?p=3", "1")}, steps=4, shown="ab"),
    )
    assert task_of(task.link()) == task


def test_a_post_that_waits_for_a_later_way_is_taken_up_by_an_earlier_one():
    frontier = Frontier()
    start = Task(f"{BLOG}/", "listing")
    frontier.add(start)
    frontier.add(post("one", way="links"))
    assert list(frontier.take()) == [start]
    assert frontier.add(post("one", way="listing"))
    assert not frontier.add(post("one", way="links"))
    frontier.finish(start, posts=0)
    assert frontier.advance()
    (taken,) = frontier.take()
    assert taken == post("one", way="listing")
    frontier.finish(taken, posts=1)
    assert not frontier.advance()


def test_a_post_that_is_taken_up_by_an_earlier_way_counts_for_that_way_only():
    frontier = Frontier(pages=1)
    frontier.add(post("one", way="links"))
    assert frontier.add(post("one", way="listing"))
    assert frontier.add(post("two", way="links"))
    assert not frontier.add(post("two", way="listing"))  # full, so it goes on waiting for its links
    assert [post("one", way="listing"), 2] == list(frontier.unasked())


def test_two_that_take_in_turn_share_the_tasks_and_do_not_disturb_each_other() -> None:
    frontier = Frontier(window=100)
    names = ["one", "two", "three", "four"]
    for name in names:
        frontier.add(post(name))
    early, late = frontier.take(), frontier.take()
    tasks = [next(early), *late, *early]
    assert [task.url for task in tasks] == [post(name).url for name in names]
    assert not frontier.is_waiting
