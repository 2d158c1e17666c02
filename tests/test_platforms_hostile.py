"""What comes from a page is hostile: nothing in it may stop a crawl, and time grows with its size and no faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rejoinder.schemas import PageReading
from rejoinder.spiders.reading.errors import LayoutChanged
from rejoinder.spiders.reading.page import read_page

URL = "https://blog.example.org/2012/05/post/"
PAGES = [path.read_bytes() for path in sorted((Path(__file__).parent / "pages").glob("*/*/page.html"))]

HOSTILE: dict[str, str | bytes] = {
    "nothing": "",
    "blanks": " \n\t ",
    "only a comment": "<!-- x -->",
    "only a doctype": "<!DOCTYPE html>",
    "an XML declaration in a text": '<?xml version="1.0" encoding="utf-16"?><html><body><p>x</p></body></html>',
    "text without markup": "no markup at all",
    "NULs in a text": "<p>a\0b</p>" * 1000,
    "NULs in bytes": b"<p class=comment>a\0b</p>" * 1000,
    "a lone surrogate": "<p>\ud83d</p>",
    "broken UTF-8": b"<div class=comment>\xff\xfe\xc3\x28 5 May 2012</div>" * 1000,
    "UTF-16": "<p>Grüße</p>".encode("utf-16"),
    "an unknown charset": b'<meta charset="x-none"><p>x</p>',
    "100,000 levels of comments": "<div class=comment><b class=author>a</b> 5 May 2012 " * 100_000,
    "100,000 levels of lists": '<ul><li class="comment depth-1" id=comment-1>x' * 100_000,
    "a class of 2 MB": f'<div class="{"comment " * 250_000}">x</div>',
    "digits for 2 MB": f"<div class=comment><b class=date>{'1 ' * 1_000_000}</b>x</div>",
    "blanks for 2 MB": f"<h3>Comments</h3><p>{' ' * 2_000_000}x</p>",
    "a byline of 1 MB": f"<h1>t</h1><p class=byline>By {'a' * 1_000_000}</p>",
    "angle brackets": "<" * 1_000_000,
    "ampersands": f"<p>{'&' * 1_000_000}</p>",
    "5,000 ids": "".join(f'<p id="c{n}">5 May 2012 <b class=author>a</b> x</p>' for n in range(5_000)),
    "5,000 headings": "<h3>12 Comments</h3>" * 5_000,
    "5,000 forms": "<form><textarea name=comment>" * 5_000,
    "5,000 links to comment pages": '<a href="/x/comment-page-2/#comments">2</a>' * 5_000,
    "widgets in widgets": '<div class="widget">' * 2_000 + "x",
    "JSON-LD without an end": '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>x</p>",
    "an id of 5,000 digits": f'<li class="comment depth-1" id="comment-{"9" * 5_000}"><b class=fn>a</b> x</li>',
    "a comment page number that is no page": f'<a href="/comment-page-{"9" * 30}/">x</a>',
}
SECONDS = 10
"""Far more than any of these needs, far less than a hang."""


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_page_is_read_in_time(html: str | bytes) -> None:
    begun = time.process_time()
    assert_whole(read_page(html, URL))
    assert time.process_time() - begun < SECONDS


def assert_whole(reading: PageReading) -> None:
    """Every comment has a body, and no parent that is not another comment of the page."""
    for place, comment in enumerate(reading.comments):
        assert comment.body is not None
        assert comment.parent is None or (0 <= comment.parent < len(reading.comments) and comment.parent != place)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_mutated_pages_are_read(data: st.DataObject) -> None:
    """Pages cut short, with pieces taken out, doubled, moved or replaced by noise."""
    page = data.draw(st.sampled_from(PAGES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(page)))
        end = data.draw(st.integers(start, min(start + 2_000, len(page))))
        noise = data.draw(st.binary(max_size=40))
        mutate = data.draw(st.sampled_from(MUTATIONS))
        page = mutate(page, start, end, noise)
    try:
        reading = read_page(page, URL)
    except LayoutChanged:
        return  # a list of comments in which nothing can be read any more is said to be one
    assert_whole(reading)


MUTATIONS: list[Callable[[bytes, int, int, bytes], bytes]] = [
    lambda page, start, end, noise: page[:start],
    lambda page, start, end, noise: page[:start] + page[end:],
    lambda page, start, end, noise: page[:end] + page[start:],
    lambda page, start, end, noise: page[end:] + page[:start],
    lambda page, start, end, noise: page[:start] + noise + page[end:],
]


CLASSIC = (
    '<li id="comment-{0}" class="comment even depth-1"><div class="comment-body"><cite class="fn">N{0}</cite> '
    '<a href="#comment-{0}">May 5, 2012 at 1:00 pm</a><p>Text of {0}.</p></div></li>'
)
UNNAMED = "<div><strong>N{0}</strong> <span>5 May 2012 13:00</span><p>Text of {0}.</p></div>"
LINES = "<p>Text of {0}.</p><p>Posted by: N{0} | May 5, 2012 1:00 PM</p>"


@pytest.mark.parametrize("item", [CLASSIC, UNNAMED, LINES], ids=["named", "unnamed", "lines"])
def test_time_grows_with_the_page_and_no_faster(item: str) -> None:
    def seconds(comments: int) -> float:
        page = "<h1>t</h1><div><h3>Comments</h3>" + "".join(item.format(n) for n in range(comments)) + "</div>"
        begun = time.process_time()
        assert len(read_page(page, URL).comments) == comments
        return time.process_time() - begun

    few, many = min(seconds(300) for _ in range(2)), seconds(3000)
    # Ten times the comments: a hundredfold time would be quadratic.
    assert many < 30 * few
