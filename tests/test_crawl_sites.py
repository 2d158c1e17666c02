"""Blogs whose robots.txt, sitemaps or links mislead: the same posts come, and nothing else is asked for."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from rejoinder.demo import demo_blog

from support.runs import contents, crawl_command, crawled, fetches, path_of, rows, run
from support.sites import (
    CRAWL_DELAY_S,
    DISALLOWED,
    HOME,
    MISSING,
    BrokenRobots,
    EndlessCalendar,
    HostileSitemaps,
    Neighbours,
    OneMissingPost,
    PageInQuery,
    SessionIds,
    StrictRobots,
    TwoAddresses,
    WatchedHandler,
    WithoutMaps,
    serve_site,
)

SITES = [HostileSitemaps, WithoutMaps, EndlessCalendar, SessionIds, TwoAddresses, Neighbours, PageInQuery]
MOST_REQUESTS = 80
"""The demonstration's blog has 26 pages of all kinds; a crawl that asks for three times as many runs in circles."""


def posts_and_comments(data: Path, url: str) -> Counter[str]:
    """Number of comments by the path of their post."""
    paths = {row["post_id"]: path_of(row["url"], url) for row in rows(data, "posts")}
    found = Counter(dict.fromkeys(paths.values(), 0))
    found.update(paths[row["post_id"]] for row in rows(data, "comments"))
    return found


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.__name__)
def test_posts_and_comments_come_whole_and_once(tmp_path, site: type[WatchedHandler]):
    with serve_site(site) as (url, visits):
        crawled(url, tmp_path)
    assert posts_and_comments(tmp_path, url) == {post.path: len(post.comments) for post in demo_blog().posts}
    asked = [path for _, path in visits]
    assert len(asked) <= MOST_REQUESTS
    asked = [path for path in asked if not path.startswith(("/.well-known/", HOME))]
    assert not [path for path in asked if path.count("/") > 1], "left the blog"


def test_hostile_sitemaps_are_told_in_fetches(tmp_path):
    with serve_site(HostileSitemaps) as (url, _):
        crawled(url, tmp_path)
    ends = {row["request_url"].removeprefix(url): row["outcome"] for row in fetches(tmp_path)}
    assert ends["page.xml"] == "malformed"
    assert ends["bomb.xml.gz"] in ("malformed", "too_large")
    assert ends["loop-a.xml"] == ends["loop-b.xml"] == "ok"
    # What stands before the break may be used, so either word is right.
    assert ends["broken.xml"] in ("ok", "malformed")
    assert not [row for row in fetches(tmp_path) if "example.invalid" in row["request_url"]]


def test_robots_txt_that_fails_closes_the_blog(tmp_path):
    with serve_site(BrokenRobots) as (url, visits):
        crawled(url, tmp_path)
    assert {path for _, path in visits} == {"/robots.txt"}
    assert [row["outcome"] for row in fetches(tmp_path) if row["request_url"] == url] == ["robots"]
    assert rows(tmp_path, "posts") == []


def test_robots_txt_closes_one_post_and_sets_the_pace(tmp_path):
    with serve_site(StrictRobots) as (url, visits):
        crawled(url, tmp_path)
    assert DISALLOWED not in [path for _, path in visits]
    assert [row["outcome"] for row in fetches(tmp_path) if row["request_url"].endswith(DISALLOWED)] == ["robots"]
    assert len(rows(tmp_path, "posts")) == 4
    times = [at for at, path in visits if path != "/robots.txt"]
    pauses = [later - sooner for sooner, later in pairwise(times)]
    # The server notes a request when its thread wakes, a little sooner or later than it came.
    assert min(pauses) > CRAWL_DELAY_S * 0.8


def test_missing_post_is_told_in_summary_and_exit_code(tmp_path):
    with serve_site(OneMissingPost) as (url, _):
        done = run(crawl_command(url, tmp_path))
    assert done.returncode == 3
    assert [line for line in done.stdout.splitlines() if "http_error" in line and MISSING in line]
    assert len(rows(tmp_path, "posts")) == 4


def test_same_crawl_twice_adds_observations_and_leaves_the_tables_equal(tmp_path):
    with serve_site(WatchedHandler) as (url, _):
        crawled(url, tmp_path)
        first, observed = contents(tmp_path), len(fetches(tmp_path))
        crawled(url, tmp_path)
    assert observed < len(fetches(tmp_path)) < 2 * observed
    assert len({row["crawl_id"] for row in fetches(tmp_path)}) == 2
    assert contents(tmp_path) == first
