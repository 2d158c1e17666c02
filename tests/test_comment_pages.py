"""The pages of a comment section, by what its pager links to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder.schemas import PageReading
from rejoinder.spiders.reading.page import read_page

POST = "https://example.com/salt"
COMMENT = (
    '<ol class="comment-list"><li class="comment" id="comment-1"><span class="author">Ebba</span> '
    '<time datetime="2020-02-03T10:00:00">3 February 2020</time>'
    '<div class="comment-text"><p>I looked.</p></div></li></ol>'
)
NAMES = {"from 0": ("page", 0, 1), "from 1": ("page", 1, 1), "comments before": ("start", 0, 20)}
"""Way of counting -> parameter, number of the first page, what one page adds."""


def read(links: str, url: str = POST, *, comments: str = COMMENT) -> PageReading:
    html = f'<title>Salt</title><h1>Salt</h1><p>Salt eats rope.</p><div id="comments">{comments}{links}</div>'
    return read_page(html, url)


def link(href: str, label: str) -> str:
    return f'<a href="{href}">{label}</a>'


@given(st.sampled_from(sorted(NAMES)), st.integers(2, 30), st.data())
def test_neighbours_and_ends_of_a_pager_tell_all_pages(way: str, total: int, data: st.DataObject) -> None:
    parameter, first, step = NAMES[way]
    here = data.draw(st.integers(1, total))
    urls = {1: POST} | {n: f"{POST}?{parameter}={first + step * (n - 1)}" for n in range(2, total + 1)}
    shown = sorted({1, here - 1, here + 1, total} & set(urls) - {here})
    reading = read("".join(link(urls[n], str(n)) for n in shown), urls[here])
    assert reading.comment_page == here
    assert reading.next_pages == [url for n, url in urls.items() if n != here]
    assert reading.post is not None
    assert here == 1 or reading.post.url == POST


@pytest.mark.parametrize(
    ("url", "links", "page", "others"),
    [
        pytest.param(POST, link("?page=0%2C1", "2"), 1, ["?page=0%2C1"], id="second of several pagers"),
        pytest.param(POST, link("?page=2", "Page 3"), 1, ["?page=1", "?page=2"], id="a word before the number"),
        pytest.param(f"{POST}?page=1", link(POST, "‹"), None, [], id="a bare link that says nothing is no pager"),
        pytest.param(f"{POST}?page=2", link(POST, "1"), 2, [""], id="the link to the first alone"),
        pytest.param(POST, link("?page=2#comments", "next"), 1, ["?page=2"], id="the second is 2: from 1"),
        pytest.param(POST, link("?page=1#comments", "next"), 1, ["?page=1"], id="the second is 1: from 0"),
        pytest.param(POST, link("?sort=new&page=2", "2"), None, [], id="another query is another page"),
        pytest.param(POST, link("/rope?page=2", "2"), None, [], id="another post's"),
        pytest.param(POST, link("http://[broken?page=2", "2"), None, [], id="no URL"),
        pytest.param(POST, link("javascript:show(2)", "2"), None, [], id="scripts lead nowhere"),
        pytest.param(POST, link("#comment-page-2", "2"), None, [], id="an anchor on the page itself"),
        pytest.param(POST, link("?page=99999", "99999"), 1, ["?page=99999"], id="a far page is linked, not counted to"),
    ],
)
def test_pages_are_told_by(url: str, links: str, page: int | None, others: list[str]) -> None:
    reading = read(links, url)
    assert (reading.comment_page, reading.next_pages) == (page, [POST + other for other in others])


def test_the_post_is_what_a_comment_page_calls_canonical_less_its_number() -> None:
    canonical = '<link rel="canonical" href="https://www.example.com/salt?page=1">'
    reading = read(canonical + link("/salt?page=2", "3"), f"{POST}?page=1")
    assert reading.post is not None
    assert reading.post.url == "https://www.example.com/salt"


def test_a_pager_below_no_comments_is_that_of_something_else() -> None:
    assert read(link("?page=2", "2"), comments="").next_pages == []


def test_a_page_that_links_without_end_is_not_followed_without_end() -> None:
    links = "".join(link(f"?page={n}", str(n)) for n in range(2, 20_000, 3))
    assert len(read(links).next_pages) <= 1000
