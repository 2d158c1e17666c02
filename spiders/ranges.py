"""The spider `ranges`: of archives on a server only the bytes that an index names, each asked for by a Range header."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Headers, Response

from ..addresses import host_of, is_web_address
from ..pipelines.ledger import DataFolderError, committed_ids, committed_rows
from ..processes import HERE, process_pool
from ..queries.ranges import LEDGER_COLUMNS, IndexUnusable, ranges_left
from ..schemas import Capture
from ..schemas.records import Outcome
from .archives import Archive, Base, Blogs, RangeCollection, Selection, lacking_capture
from .archives.ranges import Piece, read_piece, read_pieces
from .archives.reading import Held, SliceReading, damage_capture
from .archives.warc import Damage
from .blog import BlogSpider, outcome_of
from .download import abandon
from .guard import lack_of_contact
from .offline import remind
from .refusals import Abandoned, BoundReached, Refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

COMMON_CRAWL = "https://data.commoncrawl.org/"
GIVES_NO_RANGES = "download the files and give their folder as --base"
PIECES = "pieces"
"""Key of Request.meta: the ranges that a request is for, in order."""
WINDOW = 32
"""Requests that wait to be sent or answered: what memory holds of an index of any length."""
LARGEST_GAP = 16 * 1024
"""Bytes between two ranges that are asked for with them: a request costs a server more."""
LARGEST_ANSWER = 1024 * 1024
"""Bytes that one request asks for, unless one range alone has more."""

_CONTENT_RANGE = re.compile(rb"\s*bytes\s+(\d{1,18})-(\d{1,18})/", re.IGNORECASE)


class RangesSpider(BlogSpider):
    """Reads ranges of archives.

    Args:
        index: path of the Parquet file that names them.
        base: address below which the archives are.
        sites: start URLs of the blogs that are wanted, separated by white space; none for all.
        jobs: processes that read what comes.
    """

    name = "ranges"
    via_word = "warc"

    def __init__(
        self, index: str = "", base: str = COMMON_CRAWL, sites: str = "", jobs: str | int = 1, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.index = index
        self.starts = [index]
        self.base = Base.of_url(base)
        self.sites = sites.split()
        self.jobs = int(jobs)
        self.start_hosts = {host_of(self.base.place)}
        self.over: BoundReached | None = None
        """Why nothing more is asked for; None while more may be."""
        self._open = ExitStack()
        self._pool: Executor | None = None
        self._to_ask: Iterator[list[Piece] | Capture] = iter(())
        self._flying = 0
        self._is_rested = False
        """Whether what had to wait was read."""
        self._unranged = 0
        """Answers in a row that were whole files."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # As archives of captures are asked; measuring answers of all sizes would only make that faster or slower.
        settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")
        settings.set("DOWNLOAD_DELAY", 0.125, priority="spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 8, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stop_unranged, signal=signals.headers_received)
        crawler.signals.connect(spider._open.close, signal=signals.spider_closed)
        return spider

    def command(self) -> dict[str, Any]:
        return {
            "ranges": str(Path(self.index).absolute()),
            "base": self.base.place,
            "sites": self.sites,
            "since": self.since.isoformat() if self.since else None,
        }

    def refusal(self) -> str | None:
        if not is_web_address(self.base.place):
            return f"--base {self.base.place} is no http(s) URL"
        return lack_of_contact(self.start_hosts, self.crawler.settings.get("CONTACT"), "asking")

    async def start(self) -> AsyncIterator[Request | Capture]:
        if self.fatal:
            logger.error(self.fatal)
            return
        self._timer = asyncio.get_running_loop().call_later(self.bounds.max_minutes * 60, self._end_in_time)
        try:
            self._begin()
            for one in self.asked():
                yield one
        except IndexUnusable as error:
            self.fatal, self.fault = str(error), "source"
        except DataFolderError as error:
            self.fatal, self.fault = str(error), "folder"

    def _begin(self) -> None:
        """
        Raises:
            IndexUnusable: the index cannot be read.
            DataFolderError: the ledger cannot.
        """
        data = self.ledger.data
        self._selection = Selection(
            crawl_id=self.ledger.crawl_id,
            blogs=Blogs.of(self.sites),
            since=self.since,
            page_maxsize=self.settings.getint("PAGE_MAXSIZE"),
        )
        done = frozenset(committed_ids(data, "fetches", "fetch_id"))
        self.ledger.resumed |= bool(done)
        committed = committed_rows(data, "fetches", LEDGER_COLUMNS)
        left = self._open.enter_context(ranges_left(Path(self.index), self.base.prefix, committed, is_quoted=True))
        self._spool = cast("BinaryIO", tempfile.TemporaryFile(prefix="rejoinder-"))  # noqa: SIM115 - closed at the end
        self._open.callback(self._spool.close)
        self._collection = RangeCollection(
            left, lambda: left, self._selection, base=self.base, index=self.index, done=done
        )
        if done:
            remind(self._collection, self.ledger)
        if self.jobs > 1:
            self._pool = self._open.enter_context(process_pool(self.jobs))
        lacking = [lacking_capture(left.lacking, self.index, self._selection)] if left.lacking else []
        told = [capture for capture in lacking if capture.fetch.fetch_id not in done]
        self._to_ask = chain(told, grouped(self._collection.pieces_left()))

    def asked(self) -> Iterator[Request | Capture]:
        """What may be asked now, and once all is answered what had to wait for that."""
        while self._flying < WINDOW and self.over is None:
            one = next(self._to_ask, None)
            if one is None:
                break
            if isinstance(one, Capture):
                yield one
            else:
                yield self._request(one)
        if not self._flying and self.over is None and not self._is_rested:
            self._is_rested = True
            yield from self._collection.rest(HERE)

    def _request(self, pieces: Sequence[Piece]) -> Request:
        self._flying += 1
        first, last = asked = span(pieces)
        return Request(
            pieces[0].archive.name,
            callback=self.parse,
            errback=self.parse_failure,
            headers=asking_for(asked),
            meta={PIECES: pieces, "download_maxsize": last - first + 1},
        )

    def stop_unranged(self, headers: Headers, body_length: int, request: Request, **_: object) -> None:
        if pieces := request.meta.get(PIECES):
            stop_unless_fits(headers, span(pieces))

    async def parse(self, response: Response, **kwargs: Any) -> Iterable[Capture | Request]:
        pieces: Sequence[Piece] = response.meta[PIECES]
        asked = span(pieces)
        given: list[Capture | Request] = []
        if response.status == 206 and fits(response.headers, asked):
            self._unranged = 0
            behind = asked[0] + len(response.body)
            # Of several that came together all that are not whole are asked for by themselves.
            read = [piece for piece in pieces if len(pieces) == 1 or piece.start + piece.length <= behind]
            given += [self._request([piece]) for piece in pieces if piece not in read]
            cut = [_cut(piece, response.body, asked[0]) for piece in read]
            for piece, reading in zip(cut, await self._read(cut), strict=True):
                given += self._collection.take(self._spooled(piece, reading))
        elif len(pieces) > 1:
            given += [self._request([piece]) for piece in pieces]
        else:
            outcome, why = trouble_of(response, asked)
            given.append(self._not_read(pieces[0], outcome, why, response.status))
            self._unranged += response.status == 200
            if self._unranged >= self.bounds.failures_in_row and self.over is None:
                given.append(self._end(f"{self.base.place} answers with whole files; {GIVES_NO_RANGES}"))
        self._flying -= 1
        return chain(given, self.asked())

    async def _read(self, pieces: list[Piece]) -> list[SliceReading]:
        if self._pool is None:
            readings = []
            for piece in pieces:
                readings.append(read_piece(piece, self._selection))
                await asyncio.sleep(0)  # others have answers and signals to be heard
            return readings
        return await asyncio.wrap_future(self._pool.submit(read_pieces, pieces, self._selection))

    def _spooled(self, piece: Piece, reading: SliceReading) -> SliceReading:
        """The same, with the bytes of what has to wait in a file."""
        if reading.waiting:
            content = piece.read()
            start = self._spool.seek(0, 2)
            self._spool.write(content)
            held = Held(file=self._spool, start=start, length=len(content))
            reading.waiting = [replace(item, held=held) for item in reading.waiting]
        return reading

    def parse_failure(self, failure: Failure) -> Iterator[Capture | Request]:
        request = cast("Request", failure.request)  # type: ignore[attr-defined]
        error = cast("BaseException", failure.value)
        if isinstance(error, Abandoned):
            return
        outcome, sentence = outcome_of(error)
        if outcome == "unsafe_address" and request.meta.get("redirect_times"):
            outcome = "unsafe_redirect"
        status = error.status if isinstance(error, Refusal) else None
        self._flying -= 1
        for piece in request.meta[PIECES]:
            yield self._not_read(piece, outcome, sentence, status)
        yield from self.asked()

    def _not_read(self, piece: Piece, outcome: Outcome, why: str, status: int | None) -> Capture:
        """The ledger row of a range that was not given. Its id tells one try from another."""
        now = self.ledger.now()
        told = damage_capture(piece.archive, Damage(offset=piece.start, message=why), self._selection, outcome)
        digest = hashlib.sha256(f"{piece.archive.shown} {piece.start} {now.isoformat()}".encode())
        fetch = replace(told.fetch, fetch_id=digest.hexdigest()[:16], fetched_at=now, status=status)
        return Capture(fetch=fetch)

    def _end(self, why: str) -> Capture:
        """Ask for nothing more in this run; the row that tells so."""
        self.over = BoundReached(why)
        logger.warning("%s", self.over)
        abandon(self.crawler, lambda _: True, self.over)
        archive = Archive(name="", shown=self.base.place, source=self.index, is_here=False)
        capture = self._not_read(Piece(archive=archive, start=0, length=0), "bound_reached", why, None)
        fetch = replace(capture.fetch, archive_file=None, archive_offset=None, error=why)
        return Capture(fetch=fetch)

    def _end_in_time(self) -> None:
        """The time of a run is over: nothing more is asked, and what was asked is not waited for."""
        if self._flying:
            self.over = BoundReached(f"--max-minutes {self.bounds.max_minutes:g}: the same command goes on from here")
            self.unfinished = True
            logger.warning("%s", self.over)
            abandon(self.crawler, lambda _: True, self.over)

    def why_not(self, request: Request) -> IgnoreRequest | None:
        return self.ending or self.over


def grouped(pieces: Iterable[Piece | Capture]) -> Iterator[list[Piece] | Capture]:
    """Neighbours in one file together, where little lies between them and they are no more than LARGEST_ANSWER.

    Args:
        pieces: sorted by file and start.
    """
    group: list[Piece] = []
    for one in pieces:
        if isinstance(one, Capture):
            yield one
            continue
        if group and not _goes_with(group, one):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _goes_with(group: Sequence[Piece], one: Piece) -> bool:
    first, last = span([*group, one])
    is_near = one.start - span(group)[1] - 1 <= LARGEST_GAP
    return one.archive == group[0].archive and is_near and last - first < LARGEST_ANSWER


def _cut(piece: Piece, body: bytes, first: int) -> Piece:
    """A range with its bytes, out of an answer that begins with the byte `first` of the archive."""
    start = piece.start - first
    return replace(piece, content=body[start : start + piece.length])


def span(pieces: Sequence[Piece]) -> tuple[int, int]:
    """The first and the last byte of ranges that begin with the first of them."""
    return pieces[0].start, max(piece.start + piece.length for piece in pieces) - 1


def asking_for(asked: tuple[int, int]) -> dict[str, str]:
    """Headers of a request for the first to the last byte."""
    # A server that packs what it sends would count other bytes.
    return {"Range": f"bytes={asked[0]}-{asked[1]}", "Accept-Encoding": "identity"}


def stop_unless_fits(headers: Headers, asked: tuple[int, int]) -> None:
    """Read nothing of an answer that is not of the bytes asked for: it may be a file of a gigabyte.

    Raises:
        StopDownload: it is not.
    """
    if not fits(headers, asked):
        raise StopDownload(fail=False)


def fits(headers: Headers, asked: tuple[int, int]) -> bool:
    """Whether an answer is of the bytes that were asked for; a file may end within them."""
    found = _CONTENT_RANGE.match(headers.get(b"Content-Range") or b"")
    return found is not None and int(found[1]) == asked[0] and int(found[2]) <= asked[1]


def trouble_of(response: Response, asked: tuple[int, int]) -> tuple[Outcome, str]:
    """The word and a sentence for an answer that is not of the bytes asked for."""
    first, last = asked
    if response.status == 200:
        return "http_error", f"HTTP status 200: the server gives the whole file; {GIVES_NO_RANGES}"
    if response.status == 206:
        told = (response.headers.get(b"Content-Range") or b"").decode("latin-1")[:80]
        return "malformed", f"asked for bytes {first}-{last}, the server gives {told or 'it does not say which'}"
    if response.status == 416:
        return "http_error", "HTTP status 416: the file ends before"
    return "http_error", f"HTTP status {response.status}"
