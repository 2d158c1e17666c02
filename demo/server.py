"""The blog on loopback: a small HTTP server for the demonstration, the tests and the measurements."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from .blog import demo_blog
from .site import Page, Site

LOOPBACK = "127.0.0.1"


class BlogHandler(BaseHTTPRequestHandler):
    """Answers GET requests with the pages of `site`; a subclass made by `handler_of` knows which one that is."""

    site: ClassVar[Site]
    protocol_version = "HTTP/1.1"
    # Without it the second packet of an answer waits up to 40 ms for the client's acknowledgement of the first.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        number = parse_qs(url.query).get("paged", ["1"])[0]
        page = self.site.page(url.path, self.origin, int(number) if number.isdecimal() else 1)
        if page:
            self.answer(page)
        else:
            self.answer(Page(b"<!DOCTYPE html><title>Page not found</title><p>Nothing is here."), HTTPStatus.NOT_FOUND)

    @property
    def origin(self) -> str:
        return f"http://{self.headers['Host']}"

    def answer(self, page: Page, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer with its length, so that the connection can serve further requests."""
        self.send_response(status)
        for name, value in {
            "Content-Type": page.content_type,
            "Content-Length": str(len(page.body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what was asked for is in the crawl's own `fetches`."""


Handler = TypeVar("Handler", bound=BlogHandler)


def handler_of(site: Site, base: type[Handler], **attributes: object) -> type[Handler]:
    """A handler class for one site, with further class attributes: http.server wants classes and not objects."""
    return cast("type[Handler]", type(base.__name__, (base,), {"site": site, **attributes}))


class BlogServer(ThreadingHTTPServer):
    daemon_threads = True
    # A crawl opens many connections at once; the default of 5 waiting ones makes some of them time out.
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has gone away; what is a fault of ours still shows."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serve(handler: type[BlogHandler] | None = None, port: int = 0) -> Iterator[str]:
    """Serve a blog (the demo blog if no handler is given) on loopback; gives its front page's URL until the block ends.

    Port 0 is any free port.
    """
    handler = handler or handler_of(Site(demo_blog()), BlogHandler)
    with answering(handler, port) as origin:
        yield f"{origin}{handler.site.blog.home}"


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """Have a handler answer on loopback; gives the origin, as 'http://127.0.0.1:8080', until the block ends."""
    with BlogServer((LOOPBACK, port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
