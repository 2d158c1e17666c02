"""All archives of a crawl as captures, in one order whatever the number of processes.

Archives are cut into slices of bytes, each read by itself: posts, listings, feeds and the posts of an API. What cannot
be understood alone waits until all slices are read: comment pages (does their post stand on a page of its own?),
comments by API, by feed and of embedded systems (which post's are they?) and revisits (where is their content?).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from ...pipelines.urls import canonical_page, canonical_url, post_id
from ...processes import Engine, Spread, spread
from ...schemas import Capture, Link
from ...schemas.records import LeftOut
from .. import rest
from ..frontier import Task, task_of
from .files import archive_size
from .pages import api_rows, is_copy
from .reading import (
    Archive,
    Place,
    Selection,
    Slice,
    SliceReading,
    Understood,
    Waiting,
    find_contents,
    left_out_capture,
    read_slice,
    read_waiting,
)

SLICE_BYTES = 1024 * 1024
"""Large enough that looking for its first record costs nothing, small enough to be held with all that it gives."""
BATCH = 32
"""Waiting records that go to a process at once."""


class Collection:
    """The archives of one crawl.

    Args:
        done: fetch_ids that are committed already: their records are passed over.
        jobs: processes that read, of the engine.

    What an earlier process of the crawl read is told by `remember`, since waiting records may need it.
    """

    def __init__(
        self,
        archives: list[Archive],
        selection: Selection,
        *,
        jobs: int = 1,
        engine: Engine | None = None,
        done: frozenset[str] = frozenset(),
    ) -> None:
        self._archives = archives
        self._selection = selection
        self._jobs = jobs
        self._engine = engine
        self._done = done
        self._posts: set[str] = set()
        self._api_posts: dict[str, dict[str, tuple[str, str]]] = {}
        self._asked: dict[str, dict[str, Task]] = {}
        self._contents: dict[str, Place] = {}
        self._read: list[Slice] = []
        self._waiting: list[Waiting] = []
        self._left_out: defaultdict[Archive, Counter[LeftOut]] = defaultdict(Counter)

    def remember(self, post_ids: Iterable[str], links: Iterable[Link]) -> None:
        """Take up posts that were read, and how to read the comments that they or an API lead to."""
        self._posts.update(post_ids)
        for task in map(task_of, links):
            if task.context.rows == "comments":
                self._asked.setdefault(task.key, {})[canonical_url(task.context.post_url or "")] = task
            if task.context.posts:
                self._api_posts.setdefault(_api_of(task.url), {}).update(task.context.posts)

    def captures(self) -> Iterator[Capture]:
        """Everything the archives hold of the selected blogs, archive by archive, then what had to wait.

        In the end one capture for each archive and reason for which records of it were left out.
        """
        with spread(self._jobs, self._engine) as over:
            for reading in self._readings(over):
                yield from self.take(reading)
            yield from self.rest(over)
        for archive in self._archives:
            for reason, count in sorted(self._left_out[archive].items()):
                capture = left_out_capture(archive, reason, count, self._selection)
                if capture.fetch.fetch_id not in self._done:
                    yield capture

    def take(self, reading: SliceReading) -> Iterator[Capture]:
        """What could be understood alone; the rest of it waits."""
        for capture in reading.captures:
            self.remember((post.post_id for post in capture.posts), capture.fetch.links)
            yield capture
        self._waiting += reading.waiting

    def rest(self, over: Spread) -> Iterator[Capture]:
        """What waited, once all else is read."""
        # Noting all contents in passing would cost memory for every record, mostly for nothing.
        if wanted := frozenset(key for item in self._waiting for key in item.refers_to):
            self._find_contents(over, wanted)
        yield from self._waiting_captures(over, self._waiting)

    def _find_contents(self, over: Spread, wanted: frozenset[str]) -> None:
        """Look up where the contents of revisits are: once more through all archives."""
        find = partial(find_contents, wanted=wanted)
        for part, found in zip(self._read, over.map(find, self._read), strict=True):
            for key, offset in found.items():
                self._contents.setdefault(key, Place(part.archive, offset))

    def _leave(self, item: Waiting, reason: LeftOut) -> Iterator[Capture]:
        """Leave a record out that waited for nothing."""
        self._left_out[item.archive][reason] += 1
        yield from ()

    def _waiting_captures(self, over: Spread, waiting: list[Waiting]) -> Iterator[Capture]:
        """What waited, in rounds: an answer of a comment system leads to its next one."""
        read = partial(read_waiting, selection=self._selection)
        while ready := [item for item in map(self._understood, waiting) if item.tasks or item.waiting.stands_alone]:
            taken = {item.waiting.fetch_id for item in ready}
            waiting = [item for item in waiting if item.fetch_id not in taken]
            for copy in [item for item in ready if item.post_is_known and is_copy(item.waiting.url)]:
                yield from self._leave(copy.waiting, "copy")
                ready.remove(copy)
            batches = (ready[start : start + BATCH] for start in range(0, len(ready), BATCH))
            for captures in over.map(read, batches):
                for capture in captures:
                    self.remember((post.post_id for post in capture.posts), capture.fetch.links)
                    yield capture
        for item in waiting:
            yield from self._leave(item, "data")

    def _readings(self, over: Spread) -> Iterator[SliceReading]:
        read = partial(read_slice, selection=self._selection)
        expected: int | None = 0
        slices: deque[Slice] = deque()

        def noted() -> Iterator[Slice]:
            for part in self._slices():
                slices.append(part)
                yield part

        for reading in over.map(read, noted()):
            part = slices.popleft()
            current = reading
            if part.start == 0:
                expected = reading.first
            elif expected is None or expected >= part.end:
                continue  # a record of an earlier slice reaches beyond this one
            if current.first != expected:
                # What looked like the start of a record was none, or damage stands at the border.
                assert expected is not None
                current = read(replace(part, start=expected, is_exact=True))
            expected = current.following
            if current.first is not None:
                self._read.append(replace(part, start=current.first, is_exact=True, done=frozenset()))
            self._left_out[part.archive] += current.left_out
            yield current

    def _slices(self) -> Iterator[Slice]:
        for archive in self._archives:
            size = archive_size(archive.name)
            for start in range(0, max(size, 1), SLICE_BYTES):
                end = start + SLICE_BYTES
                is_last = end >= size
                yield Slice(
                    archive=archive,
                    start=start,
                    # A file that is compressed as one piece is longer than its size says.
                    end=2**63 if is_last else end,
                    is_exact=start == 0,
                    done=self._done,
                )

    def _understood(self, item: Waiting) -> Understood:
        content = next((self._contents[key] for key in item.refers_to if key in self._contents), None)
        posts = self._api_posts.get(_api_of(item.url), {}) if api_rows(item.url) else {}
        return Understood(
            waiting=item,
            content=content,
            posts=posts,
            post_is_known=post_id(item.url) in self._posts,
            tasks=tuple(self._asked.get(canonical_page(item.url), {}).values()),
        )


def _api_of(url: str) -> str:
    """The REST API that a URL of it belongs to, in one spelling."""
    return canonical_url(rest.root_of(url))
