"""One page's posts, comments and replies, without a crawl: what `rejoinder extract` prints (docs/design.md)."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from .console import complain
from .inert import inert_json
from .pipelines.normalize import UNDATED, normalize_page
from .processes import process_pool
from .queries import replies_of
from .schemas import Comment, Post
from .spiders.reading.errors import LayoutChanged
from .spiders.reading.page import read_page

# Columns that tell of a fetch; a page read from a file has none.
_OF_A_FETCH = ("fetch_id", "fetched_at")
BATCH = 100
"""Pages whose replies are found by one run of the SQL: it costs about as much for one page as for a hundred."""


@dataclass(slots=True, kw_only=True)
class Extracted:
    """What one page holds."""

    source: str
    platform: str | None = None
    posts: list[Post] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    next_pages: list[str] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    error: str | None = None
    """Why the page could not be read; None if it was."""


def read_source(path: str) -> bytes:
    """The bytes of a page: a file, gzipped or not, or standard input for '-'.

    Raises:
        OSError: it cannot be read; the message names the path.
    """
    if path == "-":
        body = sys.stdin.buffer.read()
    else:
        with open(path, "rb") as file:  # noqa: PTH123 - the path is shown as the user gave it
            body = file.read()
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return gzip.decompress(body)
    except (EOFError, zlib.error) as error:
        raise OSError(f"{path} is a damaged gzip file: {error}") from error


def extract_page(
    source: str, html: str | bytes, *, url: str | None = None, fetched_at: datetime | None = None
) -> Extracted:
    """Read one page; a page whose layout no longer fits gives an `error` instead of records.

    Args:
        url: where the page stands on the web; without it, what the page says of itself.
        fetched_at: when it was seen, for dates like '2 days ago'; without it these stay unresolved.
    """
    try:
        reading = read_page(html, url)
    except LayoutChanged as error:
        return Extracted(source=source, error=str(error))
    here = url or (reading.post.url if reading.post and reading.post.url else None) or "https://page.invalid/"
    posts, comments, rejects = normalize_page(reading, url=here, fetch_id="extract", fetched_at=fetched_at or UNDATED)
    return Extracted(
        source=source,
        platform=reading.platform,
        posts=posts,
        comments=comments,
        next_pages=reading.next_pages,
        embeds=[embed.system for embed in reading.embeds],
        error="; ".join(f"a {r.record} was rejected: {r.reason}" for r in rejects if r.reason != "shown_twice") or None,
    )


def with_replies(pages: Sequence[Extracted]) -> Iterator[dict[str, Any]]:
    """The pages as JSON values with the columns of DESIGN §3, each with the replies that its own text shows."""
    replies = replies_of([(page.posts, page.comments) for page in pages])
    for page, edges in zip(pages, replies, strict=True):
        yield as_json(page) | {"replies": msgspec.to_builtins(edges)}


def as_json(page: Extracted) -> dict[str, Any]:
    """A page's records as JSON values, without replies."""
    value: dict[str, Any] = {
        "source": page.source,
        "platform": page.platform,
        "post": _columns(page.posts[0]) if page.posts else None,
        "comments": [_columns(comment) for comment in page.comments],
        "replies": [],
        "next_pages": page.next_pages,
        "embeds": page.embeds,
    }
    return value | ({"error": page.error} if page.error else {})


def _columns(record: Post | Comment) -> dict[str, Any]:
    columns = msgspec.to_builtins(record)
    for name in _OF_A_FETCH:
        del columns[name]
    return columns


def batches(items: Iterable[Extracted], size: int = BATCH) -> Iterator[list[Extracted]]:
    """Pages in groups, in order."""
    batch: list[Extracted] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def print_pages(paths: Sequence[str], *, url: str | None, fetched_at: datetime | None, replies: bool, jobs: int) -> int:
    """Print one JSON object a page to standard output, in order; gives the number of pages that could not be read."""
    read = partial(_extract_path, url=url, fetched_at=fetched_at)
    failed = 0
    with process_pool(jobs) if jobs > 1 else nullcontext() as pool:
        pages = pool.map(read, paths, chunksize=8) if pool else map(read, paths)
        for batch in batches(pages):
            for value in with_replies(batch) if replies else map(as_json, batch):
                sys.stdout.write(inert_json(msgspec.json.encode(value).decode()) + "\n")
                if "error" in value:
                    failed += 1
                    complain(f"{value['source']}: {value['error']}")
    return failed


def _extract_path(path: str, *, url: str | None, fetched_at: datetime | None) -> Extracted:
    try:
        return extract_page(path, read_source(path), url=url, fetched_at=fetched_at)
    except OSError as error:
        return Extracted(source=path, error=error.strerror or str(error))
