"""How long one large page keeps a crawl from its other hosts.

    python bench/lag.py [--megabytes 20] [--posts 100]

A page of that size stands on one host, a generated blog on another; both are crawled at once, with no reader and with
some. Shown are by how much the crawl's loop was late at most, and the longest time between two answers of the blog.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
from served import ROOT, served_blog, spider_command

ITEM = (
    '<li class="comment" id="comment-{n}"><article><cite class="fn">Reader {n}</cite> <time '
    'datetime="2012-01-09T10:00:00+00:00">January 9, 2012</time><div class="comment-content"><p>{text}</p></div>'
    "</article></li>"
)
PAGE = (
    '<!DOCTYPE html><html><head><title>A post</title></head><body><article class="post"><h1 class="entry-title">A post'
    '</h1><div class="entry-content"><p>Its text.</p></div></article><ol class="comment-list">{items}</ol></body>'
    "</html>"
)
WATCH = """
import asyncio, sys, time
from scrapy import signals
from scrapy.cmdline import execute
from scrapy.extensions.corestats import CoreStats

lags, answers = [0.0], []

async def watch():
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.01)
        lags.append(time.monotonic() - before - 0.01)

class Watched(CoreStats):
    def spider_opened(self, spider):
        self.task = asyncio.ensure_future(watch())
        super().spider_opened(spider)

    @classmethod
    def from_crawler(cls, crawler):
        made = super().from_crawler(crawler)
        crawler.signals.connect(made.answered, signal=signals.response_received)
        return made

    def answered(self, response):
        if "localhost" not in response.url:
            answers.append(time.monotonic())

    def spider_closed(self, spider, reason):
        self.task.cancel()
        gaps = [later - sooner for sooner, later in zip(answers, answers[1:])]
        print(f"LAG {max(lags):.3f} GAP {max(gaps):.3f}", file=sys.stderr)
        super().spider_closed(spider, reason)

import scrapy.extensions.corestats
scrapy.extensions.corestats.CoreStats = Watched
execute(sys.argv[1:])
"""


@contextmanager
def served_page(body: bytes) -> Iterator[str]:
    """Serve one page, whatever is asked for; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_page = self.path.startswith("/2012/")
            self.send_response(200 if is_page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body) if is_page else 0))
            self.end_headers()
            if is_page:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/2012/01/09/large/"
        server.shutdown()


@click.command(help=__doc__)
@click.option("--megabytes", default=20, show_default=True)
@click.option("--posts", default=100, show_default=True)
@click.option("--readers", default=(0, 2), multiple=True, show_default=True)
def main(megabytes: int, posts: int, readers: tuple[int, ...]) -> None:
    text = "What is said here is as long as what people say. " * 20
    item = len(ITEM.format(n=1, text=text))
    items = "".join(ITEM.format(n=n, text=text) for n in range(megabytes * 10**6 // item))
    page = PAGE.format(items=items).encode()
    with served_page(page) as large, served_blog(posts) as blog, tempfile.TemporaryDirectory() as folder:
        for count in readers:
            command = spider_command(f"{large} {blog}", Path(folder, f"crawl-{count}"))
            sizes = [
                part for name in ("PAGE_MAXSIZE", "DOWNLOAD_MAXSIZE") for part in ("-s", f"{name}={2 * len(page)}")
            ]
            watched = [sys.executable, "-c", WATCH, *command[2:], *sizes, "-s", f"READERS={count}"]
            done = subprocess.run(watched, cwd=ROOT, capture_output=True, text=True, check=True)
            found = re.search(r"LAG ([\d.]+) GAP ([\d.]+)", done.stderr)
            if found is None:
                raise click.ClickException(f"no figures in the log:\n{done.stderr[-2000:]}")
            click.echo(
                f"{count} readers, a page of {len(page) / 1e6:.0f} MB: the loop was late by {float(found[1]):.2f} s at "
                f"most, the blog waited {float(found[2]):.2f} s between two answers at most"
            )


if __name__ == "__main__":
    main()
