"""One record of an archive on a server, asked for as a crawl of ranges asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signals import headers_received

from .. import settings as project_settings
from ..addresses import host_of
from ..schemas import Robots
from .archives.heads import Damaged
from .archives.ranges import LONGEST
from .archives.reading import record_in
from .archives.warc import Record
from .blog import outcome_of
from .guard import AddressGuard, lack_of_contact
from .polite import introduce
from .ranges import asking_for, fits, stop_unless_fits, trouble_of

if TYPE_CHECKING:
    from scrapy.http import Headers
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

FIRST_BYTES = 256 * 1024
"""What is asked for of a record whose length nobody knows; where it has more, MORE times as much."""
MORE = 8


class NotGiven(Exception):
    """A server does not give a record; the message says why."""


class RecordSpider(Spider):
    """Asks for one record.

    Args:
        url: of the archive.
        offset: where the record begins.
    """

    name = "record"

    def __init__(self, url: str = "", offset: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.offset = url, offset
        self.guard = AddressGuard([host_of(url)])
        self.robots: dict[str, Robots] = {}
        self.record: Record | None = None
        self.trouble: str | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        introduce(settings)

    async def start(self) -> AsyncIterator[Request]:
        self.crawler.signals.connect(self._stop_unranged, signal=headers_received)
        yield self._request(FIRST_BYTES)

    def why_not(self, request: Request) -> IgnoreRequest | None:
        return None

    def _request(self, length: int) -> Request:
        asked = (self.offset, self.offset + length - 1)
        return Request(
            self.url,
            headers=asking_for(asked),
            meta={"asked": asked},
            errback=self._failed,
        )

    def _stop_unranged(self, headers: Headers, body_length: int, request: Request, **_: object) -> None:
        if asked := request.meta.get("asked"):
            stop_unless_fits(headers, asked)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        first, last = asked = response.meta["asked"]
        if response.status != 206 or not fits(response.headers, asked):
            self.trouble = trouble_of(response, asked)[1]
            return
        length = last - first + 1
        is_all = len(response.body) < length or length * MORE > LONGEST
        try:
            self.record = record_in(response.body, self.offset)
        except Damaged as error:
            self.trouble = str(error)
            return
        if self.record.fault and not is_all:
            yield self._request(length * MORE)

    def _failed(self, failure: Failure) -> None:
        self.trouble = outcome_of(cast("BaseException", failure.value))[1]


def record_at(url: str, offset: int, *, contact: str | None) -> Record:
    """A record of an archive on a server. Once in a process: reactors do not restart.

    Raises:
        NotGiven: the server does not give it, or may not be asked.
    """
    if lack := lack_of_contact([host_of(url)], contact, "asking"):
        raise NotGiven(lack)
    settings = Settings()
    settings.setmodule(project_settings, priority="project")
    own = {"CONTACT": contact or "", "LOG_ENABLED": False, "ITEM_PIPELINES": {}}
    settings.setdict(own | {"EXTENSIONS": {"rejoinder.logs.InertLog": 0}}, priority="cmdline")
    process = AsyncCrawlerProcess(settings, install_root_handler=False)
    crawler = process.create_crawler(RecordSpider)
    process.crawl(crawler, url=url, offset=offset)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, RecordSpider)
    if spider.record is None:
        raise NotGiven(spider.trouble or "no answer")
    return spider.record
