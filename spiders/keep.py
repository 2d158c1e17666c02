"""`--keep-archive`: what a crawl asked and what was answered, as WARC 1.1 files in DATA/archive/.

A file is `NAME.warc.gz.open` while it is written and gets its name when it is full or the crawl ends. Each record is a
gzip member of its own and handed to the system at once, so a killed crawl costs at most the last one: the next crawl of
the folder cuts it off and closes the file.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Request, Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ..addresses import split_address
from ..pipelines.write import end_crawl
from .archives.warc import Record, Records

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from ..pipelines.ledger import Ledger
    from .blog import BlogSpider

logger = logging.getLogger(__name__)

FOLDER = "archive"
OPEN = ".open"
KEPT = "kept"
"""Key of Request.meta: a `Kept`."""
# Of the transfer and not of the page: bodies are kept as one piece.
NOT_KEPT = {b"transfer-encoding", b"content-length"}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer was kept."""

    file: str
    """As `fetches.archive_file` names it: relative to the data folder."""
    offset: int
    at: datetime
    """When it came; also its WARC-Date, so that the archive tells the same times as the crawl."""


class ArchiveWriter:
    """Writes requests and answers into numbered WARC files of one crawl, beginning a new one when one is full."""

    def __init__(
        self,
        folder: Path,
        crawl_id: str,
        starts: Iterable[str],
        *,
        software: str,
        max_bytes: int,
        is_alone: bool = True,
        named: Iterable[str] = (),
    ) -> None:
        """Close what killed crawls left.

        Args:
            is_alone: whether no other crawl may be writing there, so that any file that is open was left.
            named: files that rows of the crawl name, as `fetches.archive_file` does: one that went with its machine
                is not to be taken for one that is written now.
        """
        folder.mkdir(parents=True, exist_ok=True)
        close_leftovers(folder, "" if is_alone else crawl_id)
        self._folder, self._crawl_id, self._starts = folder, crawl_id, list(starts)
        self._software, self._max_bytes = software, max_bytes
        self._writer = WARCWriter(None, gzip=True, warc_version="1.1")
        self._file: BinaryIO | None = None
        self._path = folder
        names = [*(path.name for path in folder.glob(f"{crawl_id}-*.warc.gz")), *named]
        self._number = 1 + max((_number_of(name) for name in names), default=-1)

    def add(self, response: Response, request: Request, at: datetime) -> Kept:
        """Write an answer and the request that it answers.

        Raises:
            OSError: it could not be written.
        """
        file = self._file
        if file is None or file.tell() >= self._max_bytes:
            self.close()
            file = self._begin()
        offset = file.tell()
        date = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        answer = self._writer.create_warc_record(
            response.url,
            "response",
            payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(
                f"{response.status} {_phrase(response.status)}",
                [*_lines(response.headers), ("Content-Length", str(len(response.body)))],
                # HTTP/2 answers are written as the text that they would have been: WARC knows no other form.
                protocol=spoken if (spoken := response.protocol or "").startswith("HTTP/1.") else "HTTP/1.1",
            ),
            warc_headers_dict={"WARC-Date": date}
            | ({"WARC-IP-Address": str(response.ip_address)} if response.ip_address else {}),
        )
        parts = split_address(request.url)
        assert parts is not None, "Scrapy has asked it"
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        asked = self._writer.create_warc_record(
            response.url,
            "request",
            payload=BytesIO(request.body),
            http_headers=StatusAndHeaders(
                f"{target} HTTP/1.1", [("Host", parts.netloc), *_lines(request.headers)], protocol=request.method
            ),
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        for record in (answer, asked):
            self._write(file, record)
        return Kept(f"{FOLDER}/{self._path.name}", offset, at)

    def close(self) -> None:
        """End the file that is being written; nothing to end is fine."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            _named(self._path).replace(self._path)
            self._file = None

    def _begin(self) -> BinaryIO:
        self._path = self._folder / f"{self._crawl_id}-{self._number:05d}.warc.gz"
        self._number += 1
        self._file = _named(self._path).open("wb")
        about = {
            "software": self._software,
            "format": "WARC File Format 1.1",
            "isPartOf": " ".join(self._starts),
            "robots": "obey",
        }
        self._write(self._file, self._writer.create_warcinfo_record(self._path.name, about))
        return self._file

    def _write(self, file: BinaryIO, record: object) -> None:
        # By way of memory, so that the file gets whole members only, and the kernel has them before the crawl goes on.
        member = BytesIO()
        self._writer._write_warc_record(member, record)
        file.write(member.getvalue())
        file.flush()


def _number_of(name: str) -> int:
    """The number of a file of ours among those of its crawl.

    >>> _number_of("archive/20260101T030000000000Z-1a2b-00012.warc.gz")
    12
    """
    return int(name.removesuffix(".warc.gz").rpartition("-")[2])


def _named(path: Path) -> Path:
    """A file's name while it is written."""
    return path.with_name(path.name + OPEN)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "Unknown"


def _lines(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        if name.lower() not in NOT_KEPT
        for value in cast("list[bytes]", values)
    ]


def _names_in(ledger: Ledger) -> set[str]:
    """The archives that rows of a crawl name."""
    return {name for row in ledger.rows("fetches", ["archive_file"]) if (name := row.get("archive_file"))}


def close_leftovers(folder: Path, crawl_id: str = "") -> None:
    """Give files that a killed crawl left open their names, without the record that it was writing.

    Args:
        crawl_id: of the one crawl that may have left them, where others may be at work.
    """
    for path in sorted(folder.glob(f"{crawl_id}*{OPEN}")):
        whole = 0
        with path.open("r+b") as file:
            records = Records(file, 0, 2**63)
            for record in records:
                if not isinstance(record, Record) or record.fault:
                    break
                whole = file.tell()
            file.truncate(whole)
        if whole:
            path.replace(path.with_name(path.name.removesuffix(OPEN)))
        else:
            path.unlink()


def starts_of(file: BinaryIO) -> list[str]:
    """The start URLs that the first record of an archive of ours tells; empty for archives of others."""
    first = next(iter(Records(file, 0, 1)), None)
    if not isinstance(first, Record) or first.kind != "warcinfo":
        return []
    about = dict(line.split(": ", 1) for line in first.block.decode("utf-8", "replace").splitlines() if ": " in line)
    return about.get("isPartOf", "").split() if about.get("software", "").startswith("rejoinder/") else []


class KeepMiddleware:
    """Stands next to the downloader, so it sees each answer as it came: redirects, robots.txt, errors, compressed."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEEP_ARCHIVE"):
            raise NotConfigured
        self._crawler = crawler
        self._writer: ArchiveWriter | None = None
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        spider = cast("BlogSpider", self._crawler.spider)
        if spider.fatal:
            return response
        try:
            if self._writer is None:
                settings = self._crawler.settings
                self._writer = ArchiveWriter(
                    spider.ledger.data / FOLDER,
                    spider.ledger.crawl_id,
                    spider.starts,
                    software=settings["USER_AGENT"],
                    max_bytes=settings.getint("ARCHIVE_BYTES"),
                    is_alone=spider.ledger.is_alone,
                    named=_names_in(spider.ledger) if spider.ledger.resumed else (),
                )
            request.meta[KEPT] = self._writer.add(response, request, spider.ledger.now())
        except OSError as error:
            end_crawl(self._crawler, error)
        return response

    def _closed(self) -> None:
        if self._writer is not None:
            self._writer.close()
