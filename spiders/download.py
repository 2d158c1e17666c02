"""Scrapy's downloads over http and https, which can be ended early, and which say why a name was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from .guard import AddressGuard
from .refusals import UnsafeTarget

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response

ABANDONED = object()
"""Signal to the handlers, with `which` and `error`: end these transfers with that error."""


class CrawlHandler(HTTP11DownloadHandler):
    """One scheme's downloads. Whatever made a request, it passes here, and never without the guard's consent."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._transfers: dict[Request, asyncio.Future[Response]] = {}
        self._errors: dict[Request, Exception] = {}
        crawler.signals.connect(self._abandon, signal=ABANDONED)

    async def download_request(self, request: Request) -> Response:
        guard: AddressGuard = self._crawler.spider.guard  # type: ignore[union-attr]
        guard.check_url(request.url)
        transfer = asyncio.ensure_future(super().download_request(request))
        self._transfers[request] = transfer
        try:
            return await transfer
        except asyncio.CancelledError:
            if error := self._errors.pop(request, None):
                raise error from None
            raise
        except CannotResolveHostError as error:
            if refusal := guard.refusal_of(urlparse_cached(request).hostname or ""):
                raise UnsafeTarget(refusal) from error
            raise
        finally:
            del self._transfers[request]

    def _abandon(self, which: Callable[[Request], bool], error: Exception) -> None:
        for request, transfer in self._transfers.items():
            if which(request):
                self._errors[request] = error
                transfer.cancel()


def abandon(crawler: Crawler, which: Callable[[Request], bool], error: Exception) -> None:
    """End requests that wait for their turn or for an answer; each fails with `error`, which is never retried."""
    engine = crawler.engine
    if engine is None:
        return
    for slot in engine.downloader.slots.values():
        for entry in [entry for entry in slot.queue if which(entry[0])]:
            slot.queue.remove(entry)
            entry[1].errback(Failure(error))
    crawler.signals.send_catch_log(ABANDONED, which=which, error=error)
