"""The demonstration's blog: is what it serves a blog as WordPress serves one, with the seed page whole?"""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from parsel import Selector
from rejoinder.demo import Blog, BlogPost, Site, demo_blog, site, theme
from rejoinder.demo.generated import generated_blog

ORIGIN = "http://127.0.0.1:8000"
HOME = f"{ORIGIN}/andrea_dimaio/"
SEED_PAGE = "2012/01/09/is-social-media-a-corporate-or-a-personal-tool/"
SEED_TEXT = Path(__file__).parents[2] / "shared/seed/is-social-media-a-corporate-or-a-personal-tool.txt"


def page_of(url: str, blog: Blog | None = None) -> Selector:
    page = Site(blog or demo_blog()).page(url.removeprefix(ORIGIN), ORIGIN)
    assert page, f"{url} is not there"
    return Selector(page.body.decode(), type="xml" if "xml" in page.content_type else "html")


def comments_on(page: Selector) -> list[int]:
    return [int(anchor.removeprefix("comment-")) for anchor in page.xpath("//li[@id]/@id").getall()]


def parents_on(page: Selector) -> dict[int, int | None]:
    nearest = "ancestor::li[1]/@id"
    return {
        int(item.attrib["id"].removeprefix("comment-")): int(parent.removeprefix("comment-")) if parent else None
        for item in page.xpath("//li[@id]")
        for parent in [item.xpath(nearest).get()]
    }


@pytest.mark.skipif(not SEED_TEXT.exists(), reason="the seed's text does not lie beside this checkout")
def test_seed_page_shows_every_word_of_the_seed_in_its_order():
    shown = page_of(HOME + SEED_PAGE).xpath("//main//text()[normalize-space()]").getall()
    expected = SEED_TEXT.read_text("utf-8").replace("•", " ").split()
    assert " ".join(shown).split() == expected


def test_seed_page_marks_the_analysts_own_comment_and_gives_it_no_name_line():
    own = page_of(HOME + SEED_PAGE).css("li.bypostauthor")
    assert [item.attrib["id"] for item in own] == ["comment-4733"]
    assert not own.css(".fn")


def test_every_link_of_the_blog_leads_to_a_page():
    known, waiting = {HOME}, [HOME]
    while waiting:
        links = page_of(waiting.pop()).xpath("//@href | //*[local-name()='loc' or local-name()='link']/text()").getall()
        inside = {link.split("#")[0].split("?")[0] for link in links if link.startswith(HOME)}
        waiting += inside - known
        known |= inside
    posts = {HOME + post.path for post in demo_blog().posts}
    assert posts < known
    assert HOME + "page/2/" in known
    assert HOME + "2012/02/06/the-dashboard-nobody-opens/comment-page-1/" in known


def test_post_address_shows_the_newest_of_its_comment_pages():
    url = HOME + "2012/02/06/the-dashboard-nobody-opens/"
    assert comments_on(page_of(url)) == [4921]
    assert comments_on(page_of(url + "comment-page-2/")) == [4921]
    assert comments_on(page_of(url + "comment-page-1/")) == [4901, 4902, 4903, 4906, 4908, 4910, 4915, 4916]


def test_nesting_on_the_page_is_the_nesting_of_the_thread():
    page = page_of(HOME + "2012/01/16/who-owns-the-followers/")
    assert parents_on(page) == {4801: None, 4803: 4801, 4804: 4803, 4809: 4804, 4805: None, 4812: 4805, 4820: None}


def test_comment_pages_of_any_post_show_each_comment_once():
    blog = generated_blog(12, comments_per_post=40, seed=3)
    for post in blog.posts:
        shown = [
            comment
            for number in range(1, theme.comment_pages(blog, post) + 1)
            for comment in comments_on(page_of(f"{ORIGIN}{blog.home}{post.path}comment-page-{number}/", blog))
        ]
        assert sorted(shown) == [comment.id for comment in post.comments]


def test_generated_blog_is_the_same_at_every_run():
    assert generated_blog(5, seed=1) == generated_blog(5, seed=1)
    assert generated_blog(5, seed=1) != generated_blog(5, seed=2)


def test_feed_counts_the_comments_of_each_post():
    namespaces = {"slash": "http://purl.org/rss/1.0/modules/slash/", "wfw": "http://wellformedweb.org/CommentAPI/"}
    feed = page_of(HOME + "feed/")
    assert feed.xpath("//slash:comments/text()", namespaces=namespaces).getall() == ["0", "9", "7", "4", "2"]
    assert feed.xpath("//wfw:commentRss/text()", namespaces=namespaces)[3].get() == f"{HOME}{SEED_PAGE}feed/"


def test_pages_past_the_last_one_are_not_there():
    blog = Site(demo_blog())
    assert blog.page("/andrea_dimaio/page/2/", ORIGIN)
    assert blog.page("/andrea_dimaio/page/3/", ORIGIN) is None
    assert blog.page("/andrea_dimaio/feed/", ORIGIN, number=2) is None
    assert blog.page("/andrea_dimaio/2012/03/", ORIGIN) is None
    assert blog.page("/another_analyst/", ORIGIN) is None


@pytest.mark.parametrize("module", [theme, site], ids=lambda module: module.__name__)
def test_examples_in_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


def test_text_from_people_is_escaped_where_it_is_no_html():
    post = demo_blog().posts[0]
    named = BlogPost(
        id=1, slug="x", title="<script>alert(1)</script>", author="A & B", published=post.published, body="text"
    )
    html = theme.post_page(Blog(name="n", home="/", posts=[named], posts_per_page=1, threads_per_page=1), named)
    assert "<script>" not in html
    assert re.search("A &amp; B", html)
