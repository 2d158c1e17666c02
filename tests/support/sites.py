"""Whole blogs that behave badly: each a handler that changes what some paths of the demonstration's blog answer."""

from __future__ import annotations

import gzip
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from rejoinder.demo import Site, demo_blog, serve
from rejoinder.demo.server import BlogHandler, handler_of
from rejoinder.demo.site import XML, Page

from support import warcs

HOME = "/andrea_dimaio/"
MISSING = HOME + "2012/01/16/who-owns-the-followers/"
DISALLOWED = HOME + "2012/02/20/office-hours-in-march/"
CRAWL_DELAY_S = 0.4
LARGE_SITEMAP = 60_000_000
"""Bytes; the protocol allows 50 MB."""
ROBOTS = "text/plain"


class WatchedHandler(BlogHandler):
    """The blog as it is, with every request noted."""

    visits: ClassVar[list[tuple[float, str]]]
    """Monotonic seconds and path of each request, in order."""

    def do_GET(self) -> None:
        self.visits.append((time.monotonic(), self.path))
        if page := self.changed(urlsplit(self.path).path):
            self.answer(page)
        else:
            super().do_GET()

    def changed(self, path: str) -> Page | None:
        """What this blog answers instead of the usual page; None where it answers as usual."""
        return None

    def usual(self, path: str) -> Page | None:
        return self.site.page(path, self.origin)


class BrokenRobots(WatchedHandler):
    """robots.txt fails on the server, so by RFC 9309 nothing may be crawled."""

    def do_GET(self) -> None:
        self.visits.append((time.monotonic(), self.path))
        if self.path == "/robots.txt":
            self.answer(Page(b"", ROBOTS), HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            BlogHandler.do_GET(self)


class StrictRobots(WatchedHandler):
    """robots.txt closes one post and asks for a pause between requests."""

    def changed(self, path: str) -> Page | None:
        if path != "/robots.txt":
            return None
        rules = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_S}\nDisallow: {DISALLOWED}\n"
        return Page(f"{rules}\nSitemap: {self.origin}{HOME}wp-sitemap.xml\n".encode(), ROBOTS)


class HostileSitemaps(WatchedHandler):
    """Among the sitemaps are a bomb of entities, two indexes that name each other, a page, and one that is no XML."""

    def changed(self, path: str) -> Page | None:
        home = self.origin + HOME
        if path == "/robots.txt":
            names = (
                "bomb.xml",
                "external.xml",
                "loop-a.xml",
                "page.xml",
                "broken.xml",
                "bomb.xml.gz",
                "wp-sitemap.xml",
            )
            lines = [f"Sitemap: {home}{name}" for name in names]
            return Page("\n".join(["User-agent: *", "Disallow:", *lines]).encode(), ROBOTS)
        match path.removeprefix(HOME):
            case "bomb.xml":
                body = billion_laughs()
            case "bomb.xml.gz":
                body = gzip.compress(bytes(LARGE_SITEMAP), compresslevel=1)
            case "external.xml":
                body = (
                    b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
                    b"<urlset><url><loc>&x;</loc></url></urlset>"
                )
            case "loop-a.xml":
                body = f"<sitemapindex><sitemap><loc>{home}loop-b.xml</loc></sitemap></sitemapindex>".encode()
            case "loop-b.xml":
                body = f"<sitemapindex><sitemap><loc>{home}loop-a.xml</loc></sitemap></sitemapindex>".encode()
            case "page.xml":
                body = b"<!DOCTYPE html><title>Not a sitemap</title>"
            case "broken.xml":
                body = b"<urlset><url><loc>http"
            case _:
                return None
        return Page(body, "application/gzip" if path.endswith(".gz") else XML)


class WithoutMaps(WatchedHandler):
    """Neither feed nor sitemap: only links lead to the posts."""

    def changed(self, path: str) -> Page | None:
        return Page(b"User-agent: *\nDisallow:\n", ROBOTS) if path == "/robots.txt" else None

    def do_GET(self) -> None:
        if re.search(r"feed/|sitemap", self.path):
            self.visits.append((time.monotonic(), self.path))
            self.answer(Page(b"<!DOCTYPE html><title>Not found</title>"), HTTPStatus.NOT_FOUND)
        else:
            super().do_GET()


class EndlessCalendar(WithoutMaps):
    """Every page shows a calendar that links the month after; months go on for ever, empty."""

    def changed(self, path: str) -> Page | None:
        month = re.fullmatch(HOME + r"(\d{4})/(\d\d)/", path)
        page = super().changed(path) or self.usual(path)
        if page is None and not month:
            return None
        year, number = (int(month[1]), int(month[2])) if month else (2012, 2)
        following = f"{year + number // 12:04}/{number % 12 + 1:02}/"
        link = f'<nav class="calendar"><a rel="next" href="{HOME}{following}">Next month &raquo;</a></nav>'
        html = (
            page.body.decode() if page else "<!DOCTYPE html><html><body><main><p>Nothing here.</p></main></body></html>"
        )
        return Page(html.replace("</body>", link + "</body>").encode())


class SessionIds(WithoutMaps):
    """Every link carries a session id that no page has carried before."""

    def changed(self, path: str) -> Page | None:
        if path == "/robots.txt":
            return super().changed(path)
        page = self.usual(path)
        if page is None:
            return None
        html = re.sub(
            rf'(href="{self.origin}{HOME}[^"#?]*)',
            lambda link: f"{link[1]}?PHPSESSID={secrets.token_hex(16)}",
            page.body.decode(),
        )
        return Page(html.encode())


class TwoAddresses(WatchedHandler):
    """Posts are linked under several spellings of their address, and none names the one it stands under."""

    def changed(self, path: str) -> Page | None:
        page = self.usual(path) or self.usual(path + "/")
        if page is None or path == "/robots.txt":
            return None
        text = page.body.decode()
        text = re.sub(r'<link rel="canonical"[^>]*>', "", text)
        if path == HOME:
            text = text.replace(
                "</main>", f'<a href="{HOME}2012/01/16/who-owns-the-followers?utm_source=front">again</a></main>'
            )
        if path.endswith("feed/"):
            text = re.sub(r"<link>([^<]+/)</link>", r"<link>\1?utm_source=rss&amp;utm_medium=rss</link>", text)
        return Page(text.encode(), page.content_type)


class OneMissingPost(WatchedHandler):
    """A post that the blog lists, but whose page is gone."""

    def do_GET(self) -> None:
        if self.path == MISSING:
            self.answer(Page(b"<!DOCTYPE html><title>Not found</title>"), HTTPStatus.NOT_FOUND)
        else:
            super().do_GET()


class Neighbours(WatchedHandler):
    """Another analyst's blog stands on the same host, and pages link to it and to other hosts."""

    def changed(self, path: str) -> Page | None:
        if path.startswith("/other_analyst/"):
            return Page(b"<!DOCTYPE html><title>Another blog</title><article><h1>Not ours</h1></article>")
        page = self.usual(path)
        if page is None or not page.content_type.startswith("text/html"):
            return None
        links = '<a href="/other_analyst/">A colleague</a> <a href="/other_analyst/2012/01/01/post/">His post</a>'
        links += '<a rel="next" href="http://elsewhere.invalid/">Elsewhere</a> <a href="/andrea_dimaio_jr/">Not he</a>'
        return Page(page.body.decode().replace("</main>", links + "</main>").encode())


class PageInQuery(WatchedHandler):
    """The feed answers every page number with its first page, as feeds behind a cache do."""

    def changed(self, path: str) -> Page | None:
        return self.usual(path) if parse_qs(urlsplit(self.path).query).get("paged") else None


class TwoBlogs(WatchedHandler):
    """Ada's blog below /ada/, and Eve's below /eve-.../, whose pages claim in one way or another to be Ada's."""

    PATHS = ("2012/01/09/one/", "2012/01/10/two/")

    def changed(self, path: str) -> Page | None:
        if path == "/robots.txt":
            return Page(b"User-agent: *\nDisallow:\n", ROBOTS)
        if path.startswith("/replay/"):
            return Page(warcs.page("Forged", [(1, "Ann", "Forged.")]))
        _, blog, name = path.split("/", 2) if path.count("/") > 1 else ("", "", path)
        if blog != "ada" and not blog.startswith("eve-"):
            return None
        if not name:
            links = "".join(f'<h2 class="entry-title"><a href="/{blog}/{path}">Read</a></h2>' for path in self.PATHS)
            if blog == "ada":  # Somebody's link to what calls itself a capture of her post.
                links += (
                    f'<h2 class="entry-title"><a href="/replay/2012/{self.origin}/ada/{self.PATHS[0]}">Read</a></h2>'
                )
            return Page(f"<!DOCTYPE html><html><body>{links}</body></html>".encode())
        post, _, number = name.partition("comment-page-")
        if post not in self.PATHS:
            return None
        # Both count their comments alike.
        first = 100 * int(number.rstrip("/")) if number else 1
        comments = [(first, "Ann", f"One of {blog}."), (first + 1, "Bo", f"Two of {blog}.")]
        hers = f"{self.origin.replace('localhost', '127.0.0.1')}/ada/{post}"
        claim = {
            "eve-canonical": f'<link rel="canonical" href="{hers}">',
            "eve-og:url": f'<meta property="og:url" content="{hers}">',
            "eve-json-ld": f"""<script type="application/ld+json">{{"@type": "BlogPosting", "url": "{hers}",
                "mainEntityOfPage": {{"@id": "{hers}"}}}}</script>""",
        }.get(blog, "")
        more = f'<a class="page-numbers" href="{hers}comment-page-2/">2</a>' if blog == "eve-next-page" else ""
        html = warcs.page(f"{name} of {blog}", comments, more=more)
        return Page(html.replace(b"<head>", b"<head>" + claim.encode()))


class RedirectedStart(WatchedHandler):
    """A blog that moved from /left/ to /moved/; its pages still call themselves by the old addresses."""

    def do_GET(self) -> None:
        if self.path.startswith("/left/"):
            new = self.path.replace("/left/", "/moved/")
            self.answer(Page(b""), HTTPStatus.MOVED_PERMANENTLY, {"Location": new})
        else:
            super().do_GET()

    def changed(self, path: str) -> Page | None:
        if path == "/robots.txt":
            return Page(b"User-agent: *\nDisallow:\n", ROBOTS)
        if path == "/moved/":
            return Page(b'<html><body><h2 class="entry-title"><a href="2012/01/09/one/">One</a></h2></body></html>')
        if path == "/moved/2012/01/09/one/":
            link = f'<head><link rel="canonical" href="{path.replace("/moved/", "/left/")}">'.encode()
            return Page(warcs.page("One", [(1, "Ann", "One.")]).replace(b"<head>", link))
        return None


class NewLayout(WatchedHandler):
    """Once `redrawn` is set, pages show neither comments nor how many there are, but leave both to a script."""

    redrawn: ClassVar[bool] = False

    def changed(self, path: str) -> Page | None:
        page = self.usual(path)
        if not self.redrawn or page is None or not page.content_type.startswith("text/html"):
            return None
        text = re.sub(
            r'<div id="comments".*?(?=</main>)', '<div class="talk-app"></div>', page.body.decode(), flags=re.S
        )
        return Page(re.sub(r"\d+ Comments?", "Talk", text).encode())


class NewMarkup(NewLayout):
    """As before, but the pages still say how many comments there are."""

    def changed(self, path: str) -> Page | None:
        page, usual = super().changed(path), self.usual(path)
        stated = re.search(rb"\d+ Comments?", usual.body) if usual else None
        return Page(page.body.replace(b"Talk", stated[0])) if page and stated else page


def billion_laughs() -> bytes:
    """A sitemap of a kilobyte whose entities unfold to gigabytes."""
    entities = '<!ENTITY a0 "http://example.invalid/">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    return f"<!DOCTYPE urlset [{entities}]><urlset><url><loc>&a9;</loc></url></urlset>".encode()


@contextmanager
def serve_site(handler: type[WatchedHandler]) -> Iterator[tuple[str, list[tuple[float, str]]]]:
    """Serve the blog as `handler` spoils it; gives its front page's URL and the list of requests as they come."""
    visits: list[tuple[float, str]] = []
    with serve(handler_of(Site(demo_blog()), handler, visits=visits)) as url:
        yield url, visits
