"""The paths of the blog: which URL answers with which page, feed or sitemap."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from . import theme
from .blog import Blog, BlogPost

FEED_ITEMS = 10
SITEMAP_ENTRIES = 2000

HTML = "text/html; charset=UTF-8"
XML = "text/xml; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Page:
    """What one path answers with."""

    body: bytes
    content_type: str = HTML


class Site:
    """A blog under its paths. Pages are printed when asked for, so that a blog of any size costs little memory."""

    def __init__(self, blog: Blog) -> None:
        self.blog = blog
        self.posts = {post.path: post for post in blog.posts}

    def page(self, path: str, origin: str, number: int = 1) -> Page | None:
        """The answer to a path; None where the blog has no such page.

        `origin` is scheme and host as the visitor sees them, since WordPress prints absolute URLs only; `number` is the
        page of a feed, which it takes from the query (`?paged=2`).
        """
        blog = replace(self.blog, home=origin + self.blog.home)
        if path == "/robots.txt":
            return Page(robots(blog, self.blog.home).encode(), "text/plain; charset=UTF-8")
        if not path.startswith(self.blog.home):
            return None
        name = path.removeprefix(self.blog.home)
        if xml := self.feed(blog, name, number) or sitemap(blog, name):
            return Page(xml.encode(), XML)
        if html := self.post(blog, name) or listing(blog, name):
            return Page(html.encode(), HTML)
        return None

    def post(self, blog: Blog, name: str) -> str | None:
        permalink, _, comment_page = name.partition("comment-page-")
        post = self.posts.get(permalink)
        number = comment_page.removesuffix("/")
        return theme.post_page(blog, post, int(number) if number.isdecimal() else None) if post else None

    def feed(self, blog: Blog, name: str, number: int) -> str | None:
        """A page of the posts' feed, or the feed of one post's comments; None past the last page."""
        if name == "feed/":
            return posts_feed(blog, number)
        permalink = name.removesuffix("feed/")
        post = self.posts.get(permalink) if permalink != name else None
        return comments_feed(blog, post) if post else None


def listing(blog: Blog, name: str) -> str | None:
    """The front page, a month, a category or a tag, each cut into pages."""
    match = re.fullmatch(r"(?P<list>\d{4}/\d\d/|(?:category|tag)/[^/]+/)?(?:page/(?P<number>\d+)/)?", name)
    if not match:
        return None
    chosen = match["list"] or ""
    return theme.listing_page(
        blog,
        title=chosen.rstrip("/") or blog.name,
        path=blog.home + chosen,
        posts=[post for post in blog.posts if post.path.startswith(chosen) or chosen in theme.term_paths(post)],
        number=int(match["number"] or 1),
    )


def robots(blog: Blog, path: str) -> str:
    return f"User-agent: *\nDisallow: {path}wp-admin/\n\nSitemap: {blog.home}wp-sitemap.xml\n"


def sitemap(blog: Blog, name: str) -> str | None:
    """The sitemap index or one of its files; None for other names."""
    if name == "wp-sitemap.xml":
        files = range(1, 1 + -(-len(blog.posts) // SITEMAP_ENTRIES))
        return sitemap_of("sitemapindex", "sitemap", [f"{blog.home}wp-sitemap-posts-post-{file}.xml" for file in files])
    if not (match := re.fullmatch(r"wp-sitemap-posts-post-(\d+)\.xml", name)):
        return None
    start = (int(match[1]) - 1) * SITEMAP_ENTRIES
    return sitemap_of("urlset", "url", [blog.home + post.path for post in blog.posts[start : start + SITEMAP_ENTRIES]])


def sitemap_of(root: str, entry: str, urls: list[str]) -> str:
    entries = "\n".join(f"<{entry}><loc>{escape(url)}</loc></{entry}>" for url in urls)
    return theme.fill("sitemap.xml", root=root, entries=entries)


def posts_feed(blog: Blog, number: int) -> str | None:
    posts = blog.posts[(number - 1) * FEED_ITEMS : number * FEED_ITEMS]
    items = [
        theme.fill(
            "feed_post.xml",
            title=escape(post.title),
            url=blog.home + post.path,
            home=blog.home,
            id=post.id,
            author=escape(post.author),
            published=rfc2822(post.published),
            excerpt=theme.excerpt(post.body),
            count=len(post.comments),
        )
        for post in posts
    ]
    return theme.fill("feed.xml", title=escape(blog.name), link=blog.home, items="\n".join(items)) if items else None


def comments_feed(blog: Blog, post: BlogPost) -> str:
    """The newest comments of a post, newest first; WordPress never shows more than one page of them."""
    url = blog.home + post.path
    items = [
        theme.fill(
            "feed_comment.xml",
            author=escape(comment.author),
            url=f"{url}#comment-{comment.id}",
            date=f"<pubDate>{rfc2822(comment.published)}</pubDate>" if comment.published else "",
            excerpt=theme.excerpt(comment.body),
        )
        for comment in post.comments[: -FEED_ITEMS - 1 : -1]
    ]
    return theme.fill("feed.xml", title=f"Comments on: {escape(post.title)}", link=url, items="\n".join(items))


def rfc2822(local: datetime) -> str:
    """A feed's date; the blog's clock is UTC.

    >>> rfc2822(datetime(2012, 1, 9, 9, 30))
    'Mon, 09 Jan 2012 09:30:00 +0000'
    """
    return format_datetime(local.replace(tzinfo=UTC))
