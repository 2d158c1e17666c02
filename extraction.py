"""One page's posts, comments and replies, without a crawl: what `rejoinder extract` prints (docs/design.md)."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from math import ceil
from traceback import format_exc
from typing import Any, TypeVar

import msgspec
from rich.text import Text

from .addresses import refused_addresses, split_address, told_of
from .console import complain, out
from .inert import inert_json
from .pipelines.normalize import normalize_page
from .processes import batches, spread
from .queries import replies_of
from .schemas import UNDATED, Comment, Post, Reject
from .schemas.page import PageIs
from .spiders.reading.errors import LayoutChanged
from .spiders.reading.explain import explain
from .spiders.reading.page import read_page

# Columns that tell of a fetch; a page read from a file has none.
_OF_A_FETCH = ("fetch_id", "fetched_at")
BATCH = 50
"""Pages whose replies are found by one run of the SQL: it costs about as much for one page as for fifty."""

Item = TypeVar("Item")

Given = str | bytes | tuple[str | bytes, str | None]
"""A page, alone or with its address."""


@dataclass(slots=True, kw_only=True)
class Extracted:
    """What one page holds."""

    source: str
    platform: str | None = None
    kind: PageIs | None = None
    """As a crawl judges the page; a listing gives no records. None where it could not be read."""
    posts: list[Post] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    next_pages: list[str] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    error: str | None = None
    """Why the page could not be read; None if it was."""
    refused: dict[str, None] = field(default_factory=dict)
    """What the page gives for addresses and is none, as written, each once."""
    traceback: str | None = None
    """Where this program failed; None if it did not."""


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
    """Read one page; one that cannot be read gives an `error` instead of records, whatever the reason is.

    Args:
        url: where the page stands on the web; without it, what the page says of itself.
        fetched_at: when it was seen, for dates like '2 days ago'; without it these stay unresolved.
    """
    try:
        with refused_addresses() as refused:
            page = read_records(source, html, url=url, fetched_at=fetched_at)
    except LayoutChanged as error:
        return Extracted(source=source, error=str(error))
    except Exception as error:  # noqa: BLE001 - it is told, as the page's error
        # As in a crawl: a fault of this program costs the page that shows it and no other.
        fault = f"this program failed to read the page ({type(error).__name__}: {error})"
        return Extracted(source=source, error=fault, traceback=format_exc())
    page.refused = refused
    return page


def read_records(source: str, html: str | bytes, *, url: str | None, fetched_at: datetime | None) -> Extracted:
    """The same, but what goes wrong is raised."""
    reading = read_page(html, url)
    named = reading.post.url if reading.post else None
    here = url or (named if named and split_address(named) else None) or "https://page.invalid/"
    if reading.kind == "listing":
        return Extracted(source=source, platform=reading.platform, kind="listing")
    posts, comments, rejects = normalize_page(reading, url=here, fetch_id="extract", fetched_at=fetched_at or UNDATED)
    return Extracted(
        source=source,
        platform=reading.platform,
        kind=reading.kind,
        posts=posts,
        comments=comments,
        next_pages=reading.next_pages,
        embeds=[embed.system for embed in reading.embeds],
        error="; ".join(_told(reject) for reject in rejects if reject.reason != "shown_twice") or None,
    )


def _told(reject: Reject) -> str:
    if reject.field is None:
        return f"a {reject.record} was rejected: {reject.reason}"
    return f"a {reject.record} lost its {reject.field}: {reject.reason}"


def with_replies(pages: Sequence[Extracted]) -> Iterator[dict[str, Any]]:
    """The pages as JSON values with the columns of DESIGN §3, each with the replies that its own text shows."""
    try:
        replies = replies_of([(page.posts, page.comments) for page in pages])
    except Exception as error:  # noqa: BLE001 - it is told, as the page's error
        if len(pages) > 1:  # the others' replies are found without the page that is at fault
            for page in pages:
                yield from with_replies([page])
            return
        [page] = pages
        page.error = f"this program failed to find the page's replies ({type(error).__name__}: {error})"
        page.traceback = format_exc()
        replies = [[]]
    for page, edges in zip(pages, replies, strict=True):
        yield as_json(page) | {"replies": msgspec.to_builtins(edges)}


def as_json(page: Extracted) -> dict[str, Any]:
    """A page's records as JSON values, without replies."""
    value: dict[str, Any] = {
        "source": page.source,
        "platform": page.platform,
        "page_kind": page.kind,
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


def read_many(
    items: Iterable[Item], read: Callable[[Item], Extracted], *, replies: bool, jobs: int, size: int = BATCH
) -> Iterator[tuple[Extracted, dict[str, Any]]]:
    """Pages in order, each with its JSON value; never more than a few groups of `size` are held.

    Args:
        read: makes a page of an item and raises nothing; with several jobs it is pickled, as are the items.

    Yields:
        What was found of a page but for its records, and its records as a JSON value.
    """
    read_group = partial(_read_group, read=read, replies=replies)
    with spread(jobs) as over:
        for group in over.map(read_group, batches(items, size)):
            yield from group


def _read_group(
    items: Sequence[Item], read: Callable[[Item], Extracted], *, replies: bool
) -> list[tuple[Extracted, dict[str, Any]]]:
    pages = [read(item) for item in items]
    values = list(with_replies(pages) if replies else map(as_json, pages))
    # Without the records, which the values have: what comes from another process is copied.
    return [(replace(page, posts=[], comments=[]), value) for page, value in zip(pages, values, strict=True)]


def extract_given(page: Given, *, fetched_at: datetime | None) -> Extracted:
    """Read one page as extract_many() is given it."""
    html, url = page if isinstance(page, tuple) else (page, None)
    return extract_page(url or "", html, url=url, fetched_at=fetched_at)


def print_pages(
    paths: Sequence[str],
    *,
    url: str | None,
    fetched_at: datetime | None,
    replies: bool,
    jobs: int,
    tracebacks: bool = False,
) -> int:
    """Print one JSON object a page to standard output, in order; gives the number of pages that could not be read.

    Args:
        tracebacks: whether standard error tells where in this program a page that it failed to read made it fail.
    """
    read = partial(_extract_path, url=url, fetched_at=fetched_at)
    # Smaller groups where there are few pages, so that every process has some.
    size = min(BATCH, ceil(len(paths) / jobs))
    failed = 0
    for page, value in read_many(paths, read, replies=replies, jobs=jobs, size=size):
        sys.stdout.write(inert_json(msgspec.json.encode(value).decode()) + "\n")
        if told := told_of(page.refused):
            complain(f"{page.source}: {told}")
        if page.error:
            failed += 1
            complain(f"{page.source}: {page.error}")
        if page.traceback and tracebacks:
            complain(page.traceback)
    return failed


def explain_pages(paths: Sequence[str], *, url: str | None) -> int:
    """Tell why each page's comments are what they are; gives the number of pages that could not be read."""
    failed = 0
    for path in paths:
        try:
            lines = list(explain(read_source(path), url))
        except OSError as error:
            failed += 1
            complain(f"{path}: {error.strerror or error}")
            continue
        out.print(Text(f"{path}"))
        for line in lines:
            out.print(Text(f"  {line}"))
    return failed


def _extract_path(path: str, *, url: str | None, fetched_at: datetime | None) -> Extracted:
    try:
        return extract_page(path, read_source(path), url=url, fetched_at=fetched_at)
    except OSError as error:
        return Extracted(source=path, error=error.strerror or str(error))
