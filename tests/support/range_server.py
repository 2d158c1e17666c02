"""Archives behind an HTTP server on loopback that gives parts of files, with the faults that such servers have."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from rejoinder.demo.server import answering

Fault = Literal["whole", "other range", "no word of it", "longer", "forbidden", "packed", "short"]
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
ENDLESS = 1 << 40
"""Bytes that a server that knows no ranges says its file has."""
SHORT = 1000
"""Bytes that a server gives at most, where it gives few."""


@dataclass(slots=True)
class RangeServer:
    """What it holds and how it behaves."""

    folder: Path
    faults: dict[str, Fault] = field(default_factory=dict)
    """File name -> what is wrong with its answers."""
    refusals: int = 0
    """Requests that get 503 before one is answered."""
    retry_after: str = "0"
    hold_after: int | None = None
    """Answers after which none is given any more."""
    robots: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """(file name, Range header) of each request but for robots.txt."""
    sent: int = 0
    """Bytes of bodies that were written."""
    url: str = ""

    @property
    def ranges(self) -> list[str]:
        return [asked or "" for _, asked in self.asked]


@contextmanager
def serving(server: RangeServer) -> Iterator[RangeServer]:
    """Serve the folder until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = unquote(self.path).removeprefix("/cc/")
            if self.path == "/robots.txt":
                self.answer(200, server.robots.encode())
                return
            server.asked.append((name, self.headers["Range"]))
            if server.refusals:
                server.refusals -= 1
                self.answer(503, b"slow down", {"Retry-After": server.retry_after})
                return
            if server.hold_after is not None:
                server.hold_after -= 1
                if server.hold_after < 0:
                    threading.Event().wait(60)
            path = server.folder / name
            if not path.is_file():
                self.answer(404, b"<Error>NoSuchKey</Error>" * 1000)
                return
            self.give(path.read_bytes(), server.faults.get(name))

        def give(self, content: bytes, fault: Fault | None) -> None:
            found = _RANGE.fullmatch(self.headers["Range"] or "")
            if fault == "whole" or found is None:
                self.endless()
                return
            first, last = int(found[1]), min(int(found[2]), len(content) - 1)
            if fault == "short":
                last = min(last, first + SHORT - 1)
            if first >= len(content):
                self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            told = f"bytes {first}-{last}/{len(content)}"
            if fault == "other range":
                self.answer(206, content[:10], {"Content-Range": f"bytes 0-9/{len(content)}"})
            elif fault == "no word of it":
                self.answer(206, content[first : last + 1])
            elif fault == "longer":
                self.answer(206, content[first : last + 1] + bytes(100_000), {"Content-Range": told})
            elif fault == "forbidden":
                self.answer(403, b"no")
            else:
                packed = {"Content-Encoding": "gzip"} if fault == "packed" else {}
                self.answer(206, content[first : last + 1], {"Content-Range": told, **packed})

        def endless(self) -> None:
            """A file that nobody should read to its end."""
            self.send_response(200)
            self.send_header("Content-Length", str(ENDLESS))
            self.end_headers()
            try:
                while server.sent < ENDLESS:
                    self.wfile.write(bytes(65536))
                    server.sent += 65536
            except OSError:
                self.close_connection = True

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """What was asked is in `asked`."""

    with answering(Handler) as origin:
        server.url = f"{origin}/cc/"
        yield server
