"""Everything that a web server can do wrong, each as one small function, around the blog of the demonstration.

A fault stands at the permalink of a post that the blog lists, so a crawl meets all of them on its ordinary way. Its
`outcome` is what `fetches` must say of that URL.
"""

from __future__ import annotations

import gzip
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import ClassVar

from rejoinder.demo import Blog, BlogPost, Site, demo_blog, serve
from rejoinder.demo.blog import newest_first
from rejoinder.demo.server import BlogHandler, handler_of
from rejoinder.demo.site import HTML, Page
from rejoinder.schemas.records import Outcome

PATIENCE_S = 1.5
"""The download timeout that a crawl of these faults should use; what is slow here is slower than that."""

ELSEWHERE = "/other_analyst/2012/03/01/elsewhere/"
"""A post of another blog on the same host."""

LARGE_PAGE = 30_000_000
BOMB = 60_000_000
"""Bytes that the gzip bomb unfolds to: more than any page limit worth having, soon made by the server."""


class FaultyHandler(BlogHandler):
    """The blog's own pages, but for the paths at which a fault stands."""

    visits: ClassVar[dict[str, list[float]]]
    """When each path was asked for, in monotonic seconds."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.visits[self.path].append(time.monotonic())
        if path == ELSEWHERE:
            return self.html(self.post("Elsewhere", "Not of this blog."))
        for fault in FAULTS:
            if path == fault.path or (fault.has_pages_beneath and path.startswith(fault.path)):
                return fault.answer(self)
        return super().do_GET()

    def html(self, html: str, status: int = HTTPStatus.OK, **headers: str) -> None:
        """Answer with a page; `Retry_After="1"` gives the header Retry-After."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer(Page(html.encode()), status, named)

    def post(self, title: str, body: str, *, extra: str = "") -> str:
        """A small post page without comments."""
        return (
            f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>'
            f'<meta name="generator" content="WordPress 4.9.8"></head><body class="single single-post">'
            f'<article class="post hentry"><h1 class="entry-title">{title}</h1>'
            f'<p class="entry-meta">By Ines Halvorsen | March 01, 2012 | 0 Comments</p>'
            f'<div class="entry-content"><p>{body}</p></div></article>{extra}</body></html>'
        )

    def redirect(self, target: str) -> None:
        self.html("", HTTPStatus.FOUND, Location=target)

    def first_visit(self) -> bool:
        return len(self.visits[self.path]) == 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, at the permalink of a post of the same name."""

    slug: str
    outcome: Outcome
    answer: Callable[[FaultyHandler], None]
    has_pages_beneath: bool

    @property
    def post(self) -> BlogPost:
        """The post that the blog lists in the fault's place."""
        return BlogPost(
            id=9000,
            slug=self.slug,
            title=self.slug.replace("-", " "),
            author="Ines Halvorsen",
            published=datetime(2012, 3, 1, 9, 0),
            body="This text is listed, but its page never shows it.",
        )

    @property
    def path(self) -> str:
        return "/andrea_dimaio/" + self.post.path


FAULTS: list[Fault] = []


def fault(outcome: Outcome, *, has_pages_beneath: bool = False) -> Callable[[Callable], Callable]:
    """Declare a function as a fault, named by its own name, that must end with this outcome."""

    def declare(answer: Callable[[FaultyHandler], None]) -> Callable[[FaultyHandler], None]:
        FAULTS.append(Fault(answer.__name__.replace("_", "-"), outcome, answer, has_pages_beneath))
        return answer

    return declare


# Statuses


@fault("http_error")
def not_found(visit: FaultyHandler) -> None:
    visit.html("<title>Not found</title>", HTTPStatus.NOT_FOUND)


@fault("http_error")
def gone(visit: FaultyHandler) -> None:
    visit.html("<title>Gone</title>", HTTPStatus.GONE)


@fault("http_error")
def always_broken(visit: FaultyHandler) -> None:
    visit.html("<title>Error establishing a database connection</title>", HTTPStatus.INTERNAL_SERVER_ERROR)


@fault("ok")
def too_many_requests_for_a_second(visit: FaultyHandler) -> None:
    if visit.first_visit():
        visit.html("", HTTPStatus.TOO_MANY_REQUESTS, Retry_After="1")
    else:
        visit.html(visit.post("Patience", "Here after a second."))


@fault("ok")
def unavailable_until_a_date(visit: FaultyHandler) -> None:
    if visit.first_visit():
        until = datetime.now(UTC) + timedelta(seconds=2)
        visit.html("", HTTPStatus.SERVICE_UNAVAILABLE, Retry_After=format_datetime(until, usegmt=True))
    else:
        visit.html(visit.post("Maintenance", "Here after the date."))


@fault("http_error")
def always_too_many_requests(visit: FaultyHandler) -> None:
    visit.html("", HTTPStatus.TOO_MANY_REQUESTS, Retry_After="0")


# Connections


@fault("network_error")
def headers_never_come(visit: FaultyHandler) -> None:
    visit.close_connection = True
    time.sleep(PATIENCE_S * 2)


@fault("network_error")
def body_drips(visit: FaultyHandler) -> None:
    visit.close_connection = True
    visit.send_response(HTTPStatus.OK)
    visit.send_header("Content-Type", HTML)
    visit.send_header("Content-Length", "1000")
    visit.end_headers()
    for _ in range(20):
        try:
            visit.wfile.write(b"<p>")
            visit.wfile.flush()
        except OSError:  # the crawl has given up, as it should
            return
        time.sleep(PATIENCE_S / 5)


@fault("network_error")
def connection_cut_within_the_body(visit: FaultyHandler) -> None:
    visit.close_connection = True
    visit.send_response(HTTPStatus.OK)
    visit.send_header("Content-Type", HTML)
    visit.send_header("Content-Length", "5000")
    visit.end_headers()
    visit.wfile.write(b"<p>half a page")


@fault("network_error")
def connection_cut_before_the_status(visit: FaultyHandler) -> None:
    visit.close_connection = True


# Redirects


@fault("redirect_loop")
def redirects_in_a_circle(visit: FaultyHandler) -> None:
    visit.redirect(visit.path)


@fault("unsafe_redirect")
def redirects_to_a_file(visit: FaultyHandler) -> None:
    visit.redirect("file:///etc/hostname")


@fault("unsafe_redirect")
def redirects_to_a_data_url(visit: FaultyHandler) -> None:
    visit.redirect("data:text/html,<p>not from the blog")


@fault("unsafe_redirect")
def redirects_to_a_private_address(visit: FaultyHandler) -> None:
    visit.redirect("http://10.255.255.1/")


@fault("ok")
def redirects_off_the_blog(visit: FaultyHandler) -> None:
    visit.redirect(ELSEWHERE)


# Bodies


@fault("not_html")
def pdf_under_a_html_name(visit: FaultyHandler) -> None:
    visit.answer(Page(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n", "application/pdf"))


@fault("not_html")
def pdf_that_says_it_is_html(visit: FaultyHandler) -> None:
    visit.answer(Page(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n", HTML))


@fault("empty")
def no_body(visit: FaultyHandler) -> None:
    visit.html("")


@fault("empty")
def nothing_but_white_space(visit: FaultyHandler) -> None:
    visit.html(" \n\t\n ")


@fault("login_wall")
def login_form_instead_of_the_post(visit: FaultyHandler) -> None:
    visit.html(
        '<!DOCTYPE html><html lang="en"><head><title>Log In &lsaquo; Analysts &#8212; WordPress</title></head>'
        '<body class="login"><form name="loginform" id="loginform" action="/wp-login.php" method="post">'
        '<input type="text" name="log"><input type="password" name="pwd"><input type="submit" value="Log In">'
        "</form></body></html>"
    )


@fault("too_large")
def page_of_30_megabytes(visit: FaultyHandler) -> None:
    visit.close_connection = True
    visit.send_response(HTTPStatus.OK)
    visit.send_header("Content-Type", HTML)
    visit.end_headers()  # no length: the size shows only while it comes
    block = b"<p>" + b"word " * 20_000
    for _ in range(LARGE_PAGE // len(block)):
        try:
            visit.wfile.write(block)
        except OSError:  # the crawl has hung up, as it may
            return


@fault("too_large")
def gzip_bomb(visit: FaultyHandler) -> None:
    visit.answer(Page(gzip.compress(bytes(BOMB), compresslevel=1)), headers={"Content-Encoding": "gzip"})


@fault("malformed")
def gzip_cut_short(visit: FaultyHandler) -> None:
    whole = gzip.compress(visit.post("Cut", "word " * 5000).encode())
    visit.answer(Page(whole[: len(whole) // 2]), headers={"Content-Encoding": "gzip"})


@fault("ok")
def header_names_the_wrong_charset(visit: FaultyHandler) -> None:
    html = visit.post("Café “Zürich”", "Curly “quotes” – in Windows' code page.")
    visit.answer(Page(html.encode("cp1252"), "text/html; charset=utf-8"))


@fault("ok")
def meta_names_the_wrong_charset(visit: FaultyHandler) -> None:
    html = visit.post("Köln", "Straße in UTF-8.", extra='<meta charset="iso-8859-1">')
    visit.answer(Page(html.encode(), "text/html; charset=utf-8"))


@fault("ok")
def nested_a_hundred_thousand_deep(visit: FaultyHandler) -> None:
    visit.html(visit.post("Deep", "On top.", extra="<div>" * 100_000))


@fault("ok")
def null_bytes_and_half_characters(visit: FaultyHandler) -> None:
    html = visit.post("Bytes", "before\x00after").encode() + b"\xff\xfe\xc3"
    visit.answer(Page(html))


# Links that lead nowhere, or ever on


@fault("ok", has_pages_beneath=True)
def comment_pages_without_end(visit: FaultyHandler) -> None:
    """Every comment page names a next one, all with the same comment."""
    number = int(visit.path.split("comment-page-")[-1].strip("/")) if "comment-page-" in visit.path else 1
    base = visit.path.split("comment-page-")[0]
    visit.html(
        visit.post(
            "Endless",
            "A post whose comments never end.",
            extra='<div id="comments"><ol class="commentlist"><li id="comment-77" class="comment depth-1">'
            '<div class="comment-body"><cite class="fn">Echo</cite><p>Again.</p></div></li></ol>'
            f'<a class="next" href="{base}comment-page-{number + 1}/#comments">Newer Comments</a></div>',
        )
    )


@fault("ok")
def links_with_broken_addresses(visit: FaultyHandler) -> None:
    broken = ("http://[::1", "http://", "//", "javascript:void(0)", "http://a b/", "http://127.0.0.1:99999/", "%%%")
    visit.html(visit.post("Links", "A post.", extra="".join(f'<a rel="next" href="{url}">x</a>' for url in broken)))


def faulty_blog() -> Blog:
    """The demonstration's blog with one more post for every fault."""
    blog = demo_blog()
    return replace(blog, posts=newest_first([*blog.posts, *(fault.post for fault in FAULTS)]))


@contextmanager
def serve_faults() -> Iterator[tuple[str, dict[str, list[float]]]]:
    """Serve the faulty blog; gives its front page's URL and the times at which each path was asked for."""
    visits: dict[str, list[float]] = defaultdict(list)
    with serve(handler_of(Site(faulty_blog()), FaultyHandler, visits=visits)) as url:
        yield url, visits
