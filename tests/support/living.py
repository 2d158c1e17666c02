"""A blog that lives: posts and comments that appear, are edited, held back and removed, each at its own instant.

The blog is drawn once, from a seed; `LivingSite` serves it as it stands at one instant, so that a crawl of a night sees
what a visitor would have seen then. Three makes of it: WordPress' pages with feeds, the same with the REST API, and a
blog that has nothing but a sitemap. Used by tests and by bench/nightly.py, so all is the same at every run.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from html import escape
from typing import ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from rejoinder.demo.blog import Blog, BlogComment, BlogPost
from rejoinder.demo.generated import NAMES, text
from rejoinder.demo.server import BlogHandler
from rejoinder.demo.site import FEED_ITEMS, XML, Page, Site, rfc2822, sitemap_of
from rejoinder.demo.theme import fill, paragraphs

Make = Literal["feeds", "rest", "bare"]
MAKES: tuple[Make, ...] = ("feeds", "rest", "bare")

FIRST_NIGHT = datetime(2026, 1, 1, 3)
DAY = timedelta(days=1)
HOME = "/living/"
NEVER = datetime(9999, 1, 1)


@dataclass(slots=True, kw_only=True)
class LivingComment:
    """A comment with all that becomes of it. All instants are UTC, without saying so."""

    id: int
    post: int
    author: str
    body: str
    parent: int | None
    written_at: datetime
    shown_at: datetime
    """Later than written where it waited for approval."""
    edited_at: datetime = NEVER
    removed_at: datetime = NEVER

    def stands_at(self, now: datetime) -> bool:
        return self.shown_at <= now < self.removed_at

    def body_at(self, now: datetime) -> str:
        return f"{self.body} {self.edit}" if self.edited_at <= now else self.body

    @property
    def edit(self) -> str:
        """What its edited text ends in."""
        return f"Edited, as of comment {self.id}."


@dataclass(slots=True, kw_only=True)
class LivingPost:
    """A post with all that becomes of it."""

    id: int
    slug: str
    title: str
    body: str
    published_at: datetime
    edited_at: datetime = NEVER
    removed_at: datetime = NEVER
    comments: list[LivingComment] = field(default_factory=list)

    def stands_at(self, now: datetime) -> bool:
        return self.published_at <= now < self.removed_at

    @property
    def edit(self) -> str:
        return f"Corrected, as of post {self.id}."


class LivingBlog:
    """The whole life of a blog, as drawn.

    Args:
        posts: how many there are at the end, about.
        comments: the same.
        nights: for how many of them it is looked at, from FIRST_NIGHT on.
        life_days: age of the blog at the first night.
    """

    def __init__(self, *, posts: int, comments: int, nights: int, life_days: int = 3650, seed: int = 0) -> None:
        self.nights = nights
        self._draw = random.Random(seed)
        last = FIRST_NIGHT + nights * DAY
        born = FIRST_NIGHT - life_days * DAY
        step = (last - born) / posts
        self.posts = [self._post(number, born + (number + self._draw.random()) * step) for number in range(posts)]
        written = sorted((at, post) for post in self.posts for at in self._times(post, comments / posts, last))
        for number, (at, post) in enumerate(written, 1):
            post.comments.append(self._comment(number, post, at))
        self._happen_to_old_ones(last)

    def _post(self, number: int, at: datetime) -> LivingPost:
        post = LivingPost(
            id=number + 1,
            slug=f"post-{number}",
            title=f"Thoughts of day {number}",
            body=text(self._draw, paragraphs=3),
            published_at=at.replace(microsecond=0),
        )
        if self._draw.random() < 0.3:
            post.edited_at = post.published_at + self._within((0.6, 1), (0.3, 7), (0.1, 400))
        return post

    def _times(self, post: LivingPost, mean: float, last: datetime) -> Iterator[datetime]:
        """Most comments come within days, a quarter much later: as late as the post is old."""
        for _ in range(min(int(self._draw.expovariate(1 / mean)), int(8 * mean))):
            lag = self._draw.expovariate(1 / 2.0) if self._draw.random() < 0.75 else 7 * 500 ** self._draw.random()
            if (at := post.published_at + lag * DAY) < last:
                yield at.replace(microsecond=0)

    def _comment(self, number: int, post: LivingPost, at: datetime) -> LivingComment:
        draw = self._draw
        shown = at + (self._within((0.5, 1), (0.5, 6)) if draw.random() < 0.1 else timedelta())
        comment = LivingComment(
            id=number,
            post=post.id,
            author=draw.choice(NAMES),
            body=text(draw, paragraphs=1),
            parent=draw.choice([None, None, *(one.id for one in post.comments[-5:] if one.shown_at <= at)]),
            written_at=at,
            shown_at=shown,
        )
        fate = draw.random()
        if fate < 0.08:
            comment.edited_at = shown + self._within((0.7, 1), (0.25, 5), (0.05, 60))
        elif fate < 0.15:
            comment.removed_at = shown + self._within((0.5, 2), (0.35, 20), (0.15, 200))
        return comment

    def _happen_to_old_ones(self, last: datetime) -> None:
        """Removals: a comment of any age every third night, a post every twentieth, and more of the young comments."""
        old = [comment for post in self.posts for comment in post.comments if comment.shown_at < FIRST_NIGHT]
        standing = [comment for comment in old if comment.removed_at > last]
        for comment in self._draw.sample(standing, min(self.nights // 3, len(standing))):
            comment.removed_at = FIRST_NIGHT + self._draw.random() * self.nights * DAY
        since = FIRST_NIGHT - 20 * DAY
        young = [one for post in self.posts for one in post.comments if one.shown_at > since and one.removed_at > last]
        for comment in self._draw.sample(young, min(self.nights * 3 // 2, len(young))):
            comment.removed_at = comment.shown_at + self._draw.random() * 20 * DAY
        for post in self._draw.sample(self.posts[: len(self.posts) // 2], self.nights // 20):
            post.removed_at = FIRST_NIGHT + self._draw.random() * self.nights * DAY

    def _within(self, *parts: tuple[float, float]) -> timedelta:
        """A time from one of several ranges, each with its share and its length in days."""
        chosen = self._draw.choices([days for _, days in parts], [share for share, _ in parts])[0]
        return self._draw.random() * chosen * DAY

    @cached_property
    def comments(self) -> dict[int, LivingComment]:
        return {comment.id: comment for post in self.posts for comment in post.comments}

    def at(self, now: datetime) -> Blog:
        """What a visitor sees."""
        return Blog(
            name="A living blog",
            home=HOME,
            posts=[_post_at(post, now) for post in reversed(self.posts) if post.stands_at(now)],
            posts_per_page=10,
            threads_per_page=50,
        )


def _post_at(post: LivingPost, now: datetime) -> BlogPost:
    standing = [comment for comment in post.comments if comment.stands_at(now)]
    shown = {comment.id for comment in standing}
    return BlogPost(
        id=post.id,
        slug=post.slug,
        title=post.title,
        author="Ines Halvorsen",
        published=post.published_at,
        body=f"{post.body}\n\n{post.edit}" if post.edited_at <= now else post.body,
        comments=[
            BlogComment(
                id=comment.id,
                author=comment.author,
                body=comment.body_at(now),
                parent=comment.parent if comment.parent in shown else None,
                published=comment.written_at,
            )
            for comment in standing
        ],
    )


class LivingSite(Site):
    """The blog at one instant, in one of its makes."""

    def __init__(self, living: LivingBlog, make: Make, now: datetime, *, is_redrawn: bool = False) -> None:
        super().__init__(living.at(now))
        self.living, self.make, self.now, self.is_redrawn = living, make, now, is_redrawn
        self.by_id = {post.id: post for post in living.posts}

    def answer(self, path: str, query: dict[str, str], origin: str) -> tuple[Page | None, dict[str, str]]:
        """The page of a path, and headers beside it."""
        name = path.removeprefix(HOME)
        home = origin + HOME
        if self.make == "rest" and name.startswith("wp-json/wp/v2/"):
            return self._api(name.removeprefix("wp-json/wp/v2/"), query, home)
        number = query.get("paged", "1")
        xml = self._xml(name, home)
        page = Page(xml.encode(), XML) if xml else self.page(path, origin, int(number) if number.isdecimal() else 1)
        if self.make == "bare" and (name.startswith(("page/", "feed")) or name.endswith("feed/")):
            page = None
        if page and page.content_type.startswith("text/html"):
            page = Page(self._drawn(page.body.decode(), home).encode())
        # As WordPress sends it with its feeds.
        has_etag = page is not None and "feed" in name
        return page, ({"ETag": f'"{sha256(page.body).hexdigest()[:16]}"'} if page and has_etag else {})

    def _xml(self, name: str, home: str) -> str | None:
        if name == "wp-sitemap-posts-post-1.xml":
            entries = [(home + post.path, self._changed_at(self.by_id[post.id])) for post in self.blog.posts]
            if self.make == "bare":
                return sitemap_of("urlset", "url", [url for url, _ in entries])
            dated = [f"<url><loc>{url}</loc><lastmod>{at.isoformat()}+00:00</lastmod></url>" for url, at in entries]
            return fill("sitemap.xml", root="urlset", entries="\n".join(dated))
        if name == "comments/feed/" and self.make != "bare":
            return self._comments_feed(home)
        return None

    def _changed_at(self, post: LivingPost) -> datetime:
        return post.edited_at.replace(microsecond=0) if post.edited_at <= self.now else post.published_at

    def _newest(self) -> list[tuple[BlogPost, BlogComment]]:
        """All comments with their posts, newest first."""
        pairs = [(post, comment) for post in self.blog.posts for comment in post.comments]
        return sorted(pairs, key=lambda pair: (pair[1].published or NEVER, pair[1].id), reverse=True)

    @cached_property
    def newest(self) -> list[tuple[BlogPost, BlogComment]]:
        return self._newest()

    def _comments_feed(self, home: str) -> str:
        items = [
            fill(
                "feed_comment.xml",
                author=escape(comment.author),
                url=f"{home}{post.path}#comment-{comment.id}",
                date=f"<pubDate>{rfc2822(comment.published)}</pubDate>" if comment.published else "",
                excerpt=escape(comment.body[:100]),
            )
            for post, comment in self.newest[:FEED_ITEMS]
        ]
        return fill("feed.xml", title="Comments for A living blog", link=home, items="\n".join(items))

    def _drawn(self, html: str, home: str) -> str:
        """The page as this make has it: without what a bare blog has not, and from some night on in another theme."""
        head = ""
        if self.make == "bare":
            html = html.replace('<link rel="alternate" type="application/rss+xml"', '<meta name="no-feed"')
            html = html.replace("#comments", "").replace("#comment-", "#c")
            cut = html.find('<aside id="secondary"')
            html = html[:cut] + html[html.find("</aside>") + len("</aside>") :] if cut > 0 else html
        else:
            head = f'<link rel="alternate" type="application/rss+xml" href="{home}comments/feed/">'
        if self.make == "rest":
            head += f'<link rel="https://api.w.org/" href="{home}wp-json/">'
        if self.is_redrawn:
            html = html.replace(
                '<main id="main" class="site-main">', '<main id="main" class="site-main"><div class="wide">'
            )
            html = html.replace("</main>", "</div></main>").replace("site-footer", "site-footer new")
        return html.replace("</head>", f"{head}</head>")

    # The REST API

    def _api(self, route: str, query: dict[str, str], home: str) -> tuple[Page, dict[str, str]]:
        rows = self._post_rows(query, home) if route == "posts" else self._comment_rows(query, home)
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        shown = rows[(page - 1) * size : page * size]
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
        return Page(json.dumps([make() for make in shown]).encode(), "application/json; charset=UTF-8"), headers

    def _post_rows(self, query: dict[str, str], home: str) -> list:
        posts = self.blog.posts
        if "include" in query:
            wanted = {int(number) for number in query["include"].split(",")}
            posts = [post for post in posts if post.id in wanted]
        if since := query.get("modified_after"):
            after = datetime.fromisoformat(since).replace(tzinfo=None)
            posts = [post for post in posts if self._changed_at(self.by_id[post.id]) > after]
        if query.get("orderby") == "modified":
            posts = sorted(posts, key=lambda post: self._changed_at(self.by_id[post.id]), reverse=True)
        return [lambda post=post: self._post_row(post, home) for post in posts]

    def _post_row(self, post: BlogPost, home: str) -> dict:
        published, changed = post.published.isoformat(), self._changed_at(self.by_id[post.id]).isoformat()
        return {
            "id": post.id,
            "date": published,
            "date_gmt": published,
            "modified": changed,
            "modified_gmt": changed,
            "link": home + post.path,
            "title": {"rendered": escape(post.title)},
            "content": {"rendered": paragraphs(post.body), "protected": False},
            "author": 1,
            "comment_status": "open",
            "_embedded": {"author": [{"id": 1, "name": post.author}], "wp:term": []},
        }

    def _comment_rows(self, query: dict[str, str], home: str) -> list:
        pairs = self.newest
        if "post" in query:
            wanted = {int(number) for number in query["post"].split(",")}
            pairs = [pair for pair in pairs if pair[0].id in wanted]
        if "before" in query:
            before = datetime.fromisoformat(query["before"]).replace(tzinfo=None)
            pairs = [pair for pair in pairs if (pair[1].published or NEVER) < before]
        if query.get("order") == "asc":
            pairs = sorted(pairs, key=lambda pair: pair[1].id)
        return [lambda post=post, comment=comment: _comment_row(post, comment, home) for post, comment in pairs]


def _comment_row(post: BlogPost, comment: BlogComment, home: str) -> dict:
    at = comment.published.isoformat() if comment.published else None
    return {
        "id": comment.id,
        "post": post.id,
        "parent": comment.parent or 0,
        "author": 1 if comment.author == post.author else 0,
        "author_name": comment.author,
        "author_url": "",
        "date": at,
        "date_gmt": at,
        "content": {"rendered": paragraphs(comment.body)},
        "link": f"{home}{post.path}#comment-{comment.id}",
        "type": "comment",
        "_embedded": {"up": [{"id": post.id, "link": home + post.path, "author": 1}]},
    }


class LivingHandler(BlogHandler):
    """Answers for a `LivingSite`, which the test or measurement puts another in the place of each night."""

    site: ClassVar[LivingSite]  # pyright: ignore[reportIncompatibleVariableOverride]
    asked: ClassVar[list[str]]
    failing: ClassVar[float] = 0.0
    """Share of the requests that answer 500; 1 closes every connection without an answer."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        type(self).asked.append(self.path)
        if self.failing >= 1:
            self.close_connection = True
            return
        turn = f"{self.path} {self.asked.count(self.path)}"
        if int(sha256(turn.encode()).hexdigest(), 16) % 100 < 100 * self.failing and url.path != "/robots.txt":
            self.answer(Page(b"<!DOCTYPE html><title>Error</title><p>Internal server error."), 500)
            return
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        page, headers = self.site.answer(url.path, query, self.origin)
        if page is None:
            self.answer(Page(b"<!DOCTYPE html><title>Page not found</title><p>Nothing is here."), 404)
        elif headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
            self.answer(Page(b"", page.content_type), 304, headers)
        else:
            self.answer(page, headers=headers)


def night_of(number: int) -> datetime:
    """When a night's crawl begins, from 0."""
    return (FIRST_NIGHT + number * DAY).replace(tzinfo=UTC)


def standing(living: LivingBlog, now: datetime) -> Iterable[LivingComment]:
    """The comments that a visitor can see, those of removed posts left out."""
    return (
        comment for post in living.posts if post.stands_at(now) for comment in post.comments if comment.stands_at(now)
    )
