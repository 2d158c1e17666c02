"""An address is data: what cannot be parsed is no link, is told once, and costs nothing else."""

from __future__ import annotations

import doctest
import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rejoinder import addresses, extract, numerals
from rejoinder.addresses import host_of, is_web_address, join_address, path_of, query_of, refused_addresses, told_of
from rejoinder.pipelines.scopes import Scope
from rejoinder.pipelines.urls import absolute_url, canonical_page, canonical_url, post_id, site_of
from rejoinder.spiders.answers import Answer, Reader
from rejoinder.spiders.discovery import feed_entries, looks_like_permalink, robots_sitemaps, sitemap_entries
from rejoinder.spiders.frontier import Context, Task
from rejoinder.spiders.rest import api_url, page_of, root_of, with_page
from scrapy import Request

START = "https://blog.example.org/"
BROKEN = (
    "http://[",
    "//[",
    "http://[::1",
    "http://]/",
    "http://[1.2.3.4]/",
    "https://a]b[::1]/",
    "http://a\u2100b/",
    "http://blog.example.org:port/",
    "http://blog.example.org:99999/",
    "http://blog.example.org/\ud800",
)
PIECES = st.sampled_from(
    [
        *"[]@:/?#%.\\;&= \t\n-~",
        "http",
        "https",
        "//",
        "::1",
        "xn--",
        "\u2100",
        "\ud800",
        "\x00",
        "%zz",
        "é",
        "99999",
        "ß",
    ]
)
TEXTS = st.tuples(st.sampled_from(["http://", "https://", "//", ""]), st.lists(PIECES, max_size=10).map("".join)).map(
    "".join
)


def read(kind: str, body: bytes, *, way: str = "sitemap"):
    answer = Answer(
        url=START, status=200, fetched_at=datetime(2026, 1, 1, tzinfo=UTC), content_type=None, charset=None, body=body
    )
    task = Task(START, kind, Context(way=way))  # pyright: ignore[reportArgumentType] - words, as the cases have them
    return Reader(Scope.of(START)).read(task, answer)


@pytest.mark.parametrize("module", [addresses, numerals], ids=lambda module: module.__name__)
def test_examples_in_docstrings_run(module) -> None:
    tried = doctest.testmod(module)
    assert (tried.failed, tried.attempted > 0) == (0, True)


def test_addresses_are_taken_apart_in_one_module() -> None:
    package = Path(str(addresses.__file__)).parent
    asks = re.compile(r"\b(?:urlsplit|urlparse|urljoin|safe_url_string)\b|(?:response|selector)\.(?:follow|urljoin)\(")
    rooms = [package, *(package / room for room in "dates pipelines queries replies schemas spiders".split())]
    files = [file for room in rooms for file in (room.glob("*.py") if room == package else room.rglob("*.py"))]
    assert len(files) > 100
    assert [f.name for f in files if f.name != "addresses.py" and asks.search(f.read_text("utf-8"))] == []


@pytest.mark.parametrize("broken", BROKEN)
def test_what_cannot_be_parsed_is_no_address(broken: str) -> None:
    with refused_addresses() as refused:
        assert not is_web_address(broken)
        assert (host_of(broken), path_of(broken), query_of(broken)) == ("", "", {})
        assert join_address(START, broken) is None
        assert absolute_url(broken, START) is None
        assert broken not in Scope.of(START)
        assert not looks_like_permalink(broken)
    assert list(refused) == [broken]


def test_a_base_that_is_none_costs_no_whole_address() -> None:
    with refused_addresses() as refused:
        assert join_address("http://[", START) == START
        assert join_address("http://[", "../a") is None
    assert list(refused) == ["http://["]


def test_a_page_of_nothing_but_broken_addresses_is_told_of_the_first() -> None:
    with refused_addresses() as refused:
        for number in range(3000):
            join_address(START, f"http://[{number}")
    assert len(refused) == addresses.MOST_TOLD
    assert told_of(refused) == (
        "1000 links are no addresses and lead nowhere: 'http://[0', 'http://[1', 'http://[2', ..."
    )


@given(text=TEXTS, other=TEXTS)
@example(text="http://\ud800", other="")
@example(text="http://\x00?\ud800", other="")
@example(text="https://] ß\xad::1xn--。[::1", other="")
def test_any_text_may_stand_for_an_address(text: str, other: str) -> None:
    canonical_page(text)
    site_of(canonical_url(text))
    post_id(text)
    absolute_url(text, f"{START}{other}")
    assert Task(text, "post").host == host_of(text)
    if is_web_address(text):
        Request(text)
        for url in (api_url(text, "wp/v2/posts", {"page": 2}), with_page(text, 3)):
            root_of(url)
            assert page_of(url) in (2, 3)


def test_a_number_of_thousands_of_digits_is_no_page_number() -> None:
    assert page_of(f"{START}wp-json/wp/v2/posts?page={'9' * 5000}") == 1
    feed = b"<rss><channel><item><link>https://blog.example.org/2012/01/a/</link></item></channel></rss>"
    answer = Answer(
        url=START, status=200, fetched_at=datetime(2026, 1, 1, tzinfo=UTC), content_type=None, charset=None, body=feed
    )
    task = Task(f"{START}feed/?paged={'9' * 5000}", "feed", Context(way="listing"))
    [post] = Reader(Scope.of(START)).read(task, answer).tasks
    assert (post.kind, post.url) == ("post", "https://blog.example.org/2012/01/a/")


@pytest.mark.parametrize("broken", BROKEN[:-1])
def test_a_broken_link_costs_a_page_nothing(broken: str) -> None:
    html = f"""<html><head><title>A post</title><link rel=canonical href="{broken}"><base href="{broken}">
        <link rel=alternate type=application/rss+xml href="{broken}"></head><body>
        <h1 class=entry-title><a href="{broken}">A post</a></h1><p>By <a rel=author href="{broken}">Ann</a></p>
        <div class=entry-content><p>Some words of the post, with <a href="{broken}">a link</a>.</p></div>
        <a href="{broken}#comments">2 comments</a><iframe src="{broken}"></iframe>
        <div id=isso-thread></div><script data-isso="{broken}" src="{broken}"></script>
        <ol class=commentlist>
        <li class=comment id=comment-1><cite class=fn><a href="{broken}">Ben</a></cite>
          <a href="{broken}">January 10, 2012</a>
          <div class=comment-content><p>First <a href="{broken}">words</a>.</p></div></li>
        <li class=comment id=comment-2><cite class=fn>Cas</cite> <span class=date>January 11, 2012</span>
          <div class=comment-content><p>Second words.</p></div></li>
        </ol><a rel=next href="{broken}">Older</a><a href="{broken}/comment-page-2/">2</a></body></html>"""
    whole = extract(html.replace(broken, "https://elsewhere.example/"), START, replies=False)
    found = extract(html, START, replies=False)
    assert "error" not in found
    assert found["post"]["title"] == whole["post"]["title"] == "A post"
    assert [(c["author_name"], c["body_text"]) for c in found["comments"]] == [
        ("Ben", "First words."),
        ("Cas", "Second words."),
    ]
    assert [found["comments"][0][column] for column in ("author_url", "permalink")] == [None, None]
    assert "href" not in found["comments"][0]["body_html"]
    for way, kind in (("start", "listing"), ("sitemap", "post"), ("links", "post")):
        harvest = read(kind, html.encode("utf-8", "surrogatepass"), way=way)
        assert harvest.outcome == "ok"
        assert broken in harvest.refused
        assert not [task for task in harvest.tasks if broken in task.url]


@pytest.mark.parametrize("broken", BROKEN[:-1])
def test_a_broken_entry_costs_a_sitemap_a_feed_and_robots_txt_nothing(broken: str) -> None:
    sitemap = f"<urlset><url><loc>{broken}</loc></url><url><loc>{START}2012/01/a/</loc></url></urlset>"
    assert [entry.url for entry in sitemap_entries(sitemap.encode()).pages] == [f"{START}2012/01/a/"]
    index = sitemap.replace("urlset", "sitemapindex").replace("2012/01/a/", "a.xml").replace("url>", "sitemap>")
    assert [entry.url for entry in sitemap_entries(index.encode()).sitemaps] == [f"{START}a.xml"]
    feed = (
        f"<feed><link rel='next' href='{broken}'/><entry><link href='{broken}'/></entry>"
        f"<entry><link href='{START}2012/01/a/'/></entry></feed>"
    )
    entries, following = feed_entries(feed.encode(), START)
    assert ([entry.url for entry in entries], following) == ([f"{START}2012/01/a/"], None)
    robots = f"Sitemap: {broken}\nSitemap: file:///etc/passwd\nSitemap: /map.xml\n"
    # The file is named on, for the gate of all requests refuses it and tells it (test_crawl_safety.py).
    named = robots_sitemaps(robots.encode(), f"{START}robots.txt")
    assert named == ["file:///etc/passwd", f"{START}map.xml"]
    zipped = read("sitemap", gzip.compress(sitemap.encode()))
    assert ([task.url for task in zipped.tasks], list(zipped.refused)) == ([f"{START}2012/01/a/"], [broken])
