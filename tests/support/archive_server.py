"""A web archive on loopback that behaves like the Wayback Machine: index by key and by page, raw captures, refusals."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from rejoinder.demo.server import answering

HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(slots=True)
class FakeArchive:
    """What the archive holds and how it behaves."""

    captures: dict[tuple[str, str], bytes]
    """(timestamp, URL) -> body."""
    by_page_only: set[str] = field(default_factory=set)
    """URLs that the index gives page by page and not by resume key."""
    page_rows: int = 2
    html_index: bool = False
    """Whether the index answers with a page that says why not."""
    refusals: int = 0
    """Captures to refuse with 429 before one is given."""
    hold_after: int | None = None
    """Captures after which none is answered any more."""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def index(self, query: dict[str, list[str]]) -> bytes:
        if self.html_index:
            return b"<!DOCTYPE html><h1>Temporarily offline</h1>"
        prefix = query["url"][0]
        rows = [
            ["key", time, url, "text/html", "200", str(hash(body)), "1"]
            for (time, url), body in sorted(self.captures.items(), key=lambda item: (item[0][1], item[0][0]))
            if url.split("://", 1)[1].startswith(prefix)
        ]
        if "page" in query:
            start = int(query["page"][0]) * self.page_rows
            return json.dumps([HEADER, *rows[start : start + self.page_rows]] if rows[start:] else []).encode()
        rows = [row for row in rows if row[2] not in self.by_page_only]
        start = int(query.get("resumeKey", ["0"])[0])
        end = start + self.page_rows
        more = [[], [str(end)]] if end < len(rows) else []
        return json.dumps([HEADER, *rows[start:end], *more] if rows else []).encode()


@contextmanager
def serving(archive: FakeArchive) -> Iterator[FakeArchive]:
    """Serve it until the block ends; its `url` is what --archive-url wants."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            archive.asked.append(self.path)
            parts = urlsplit(self.path)
            if parts.path == "/web/cdx":
                self.answer(200, archive.index(parse_qs(parts.query)), "application/json")
                return
            place = self.path.removeprefix("/web/")
            timestamp, _, url = place.partition("id_/")
            body = archive.captures.get((timestamp, url))
            if body is None:
                self.answer(404, b"not in the archive")
            elif archive.refusals:
                archive.refusals -= 1
                self.answer(429, b"slow down", headers={"Retry-After": "0"})
            else:
                if archive.hold_after is not None:
                    archive.hold_after -= 1
                    if archive.hold_after < 0:
                        threading.Event().wait(60)
                self.answer(200, body)

        def answer(
            self, status: int, body: bytes, content_type: str = "text/html", headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in {
                "Content-Type": content_type,
                "Content-Length": str(len(body)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """What was asked is in `asked`."""

    with answering(Handler) as origin:
        archive.url = f"{origin}/web"
        yield archive
