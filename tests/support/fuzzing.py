"""One page tried in every way that a crawl and `rejoinder extract` read it: what it raised, and how long it took."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from parsel import Selector
from rejoinder import addresses
from rejoinder.extraction import read_records
from rejoinder.pipelines.scopes import Scope
from rejoinder.schemas.records import PageKind
from rejoinder.spiders.answers import Answer, Reader
from rejoinder.spiders.frontier import Context, Task, Way
from rejoinder.spiders.reading.errors import LayoutChanged

URL = "https://blog.example.org/2012/01/a-post/"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PACKAGE = str(Path(str(addresses.__file__)).parent)

TIMES_PARSED = 20
MILLISECONDS = 50
"""No page may take longer than so many times parsel's bare parse of it, and so much more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception by the place in this program that it came through."""

    where: str
    """Type, file and line."""
    trace: str


def _as_file(page: bytes) -> None:
    read_records("page", page, url=None, fetched_at=None)


def _as_page(page: bytes) -> None:
    read_records("page", page, url=URL, fetched_at=NOW)


def _in_crawl(page: bytes, way: Way, kind: PageKind) -> None:
    answer = Answer(url=URL, status=200, fetched_at=NOW, content_type=None, charset=None, body=page)
    for further in Reader(Scope.of("https://blog.example.org/")).read(Task(URL, kind, Context(way=way)), answer).tasks:
        _ = (further.key, further.host)


READINGS = (
    _as_file,
    partial(_in_crawl, way="start", kind="listing"),
    _as_page,
    partial(_in_crawl, way="links", kind="post"),
)
"""The ways in which a page is read."""


def fault_of(page: bytes, readings: Sequence[Callable[[bytes], None]] = READINGS) -> Fault | None:
    """What this program fails over in a page; None where it reads it, or says that its layout is none it can read."""
    for read in readings:
        try:
            read(page)
        except LayoutChanged:
            continue
        except Exception as error:  # noqa: BLE001 - it is the result
            return _fault(error)
    return None


def _fault(error: Exception) -> Fault:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(PACKAGE)]
    own = [frame for frame in frames if "/tests/" not in frame.filename and "/.venv/" not in frame.filename]
    last = own[-1] if own else None
    where = f"{Path(last.filename).relative_to(PACKAGE)}:{last.lineno}" if last else "elsewhere"
    return Fault(f"{type(error).__name__} in {where}", "".join(traceback.format_exception(error)))


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor time of the fastest of several runs."""
    fastest = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work()
        fastest = min(fastest, time.process_time() - begun)
    return fastest


def slowness(page: bytes, times: int = 1) -> float:
    """The time that reading a page takes, in shares of what it may take (TIMES_PARSED, MILLISECONDS)."""
    text = page.decode("utf-8", "replace").replace("\0", "") or "<html/>"
    allowed = TIMES_PARSED * seconds(lambda: Selector(text).root, times) + MILLISECONDS / 1000
    return seconds(lambda: _read_quietly(page), times) / allowed


def _read_quietly(page: bytes) -> None:
    with suppress(Exception):  # faults are asked for apart
        read_records("page", page, url=URL, fetched_at=NOW)


def minimised(page: bytes, is_bad: Callable[[bytes], bool], patience_s: float = 20) -> bytes:
    """A smaller page that is bad still: pieces are left out, large ones first, as long as there is time."""
    until = time.monotonic() + patience_s
    size = len(page) // 2
    while size and time.monotonic() < until:
        start = 0
        while start < len(page) and time.monotonic() < until:
            shorter = page[:start] + page[start + size :]
            if is_bad(shorter):
                page = shorter
            else:
                start += size
        size //= 2
    return page
