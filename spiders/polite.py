"""How the crawl behaves towards hosts: robots.txt, pace, patience, and where it never goes.

Scrapy's own components do the work; these subclasses add what RFC 9309 and a crawl without supervision ask for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser

from ..addresses import host_of, split_address

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

REFUSING = {429, 503}


class UnsafeTarget(IgnoreRequest):
    """A redirect or link leads where the crawl must not go: another scheme, or a private address."""


class RobotsForbids(IgnoreRequest):
    """robots.txt keeps the page from us."""


class HostRefuses(IgnoreRequest):
    """The host asks for a longer wait than this run can give."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 reads it: absent means all is allowed, a server error means nothing is."""

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsForbids(str(error)) from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            logger.warning(
                "%s answers %s: its pages are left alone in this run (RFC 9309)", response.url, response.status
            )
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        if isinstance(parser, RobotParser) and (delay := parser.crawl_delay(self._robotstxt_useragent or "*")):
            self._pace(host_of(request.url), delay)

    def _pace(self, host: str, delay: float) -> None:
        """One request to the host at a time, `delay` seconds after the one before."""
        downloader = self.crawler.engine.downloader  # type: ignore[union-attr]
        # For slots made later too: the downloader drops a slot that was idle for a minute.
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0}
        if slot := downloader.slots.get(host):
            slot.delay, slot.concurrency, slot.jitter = max(slot.delay, delay), 1, 0


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below the Crawl-delay of a host's robots.txt."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        paced = self.crawler.engine.downloader.per_slot_settings  # type: ignore[union-attr]
        slot.delay = max(slot.delay, paced.get(host_of(response.url), {}).get("delay", 0.0))


class PatientRetryMiddleware(RetryMiddleware):
    """Retries; a host that answers 429 or 503 is left alone for as long as it asks."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._backoff = settings.getfloat("RETRY_BACKOFF")
        self._longest = settings.getfloat("RETRY_AFTER_MAX")

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if response.status in REFUSING:
            stated = retry_after(response, now=datetime.now(UTC))
            wait = self._backoff * 2 ** request.meta.get("retry_times", 0) if stated is None else stated
            if wait > self._longest:
                raise HostRefuses(f"{response.status}, asks for a wait of {wait:.0f} s: run the command again later")
            again = super().process_response(request, response)
            if again is not response:
                self._pause(request, wait)
            return again
        return super().process_response(request, response)

    def _pause(self, request: Request, wait: float) -> None:
        """Hold back all requests to the host, not only this one."""
        slot = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot"))  # type: ignore[union-attr]
        if slot is None or not wait:
            return
        # The downloader sends a slot's next request `delay` after `lastseen`, if it has a delay at all.
        slot.delay = max(slot.delay, 0.001)
        slot.lastseen = max(slot.lastseen, time.monotonic() + wait - slot.delay)
        if slot.latercall:
            slot.latercall.cancel()
            slot.latercall = None
        logger.info("%s asks for patience: waiting %.0f s", host_of(request.url), wait)


def retry_after(response: Response, *, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, never negative; None if there is none that can be read."""
    value = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError):
        return None


class SafeRedirectMiddleware(RedirectMiddleware):
    """Follows redirects, but never to another scheme; http to https is the one step up that is taken."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        location = response.headers.get(b"Location")
        if location and 300 <= response.status < 400:
            target = split_address(location.decode("latin-1").strip())
            if target is None:
                raise UnsafeTarget(f"redirect to what is no address: {location.decode('latin-1')[:200]!r}")
            scheme = target.scheme
            current = request.url.partition(":")[0].lower()
            if scheme and scheme != current and (current, scheme) != ("http", "https"):
                raise UnsafeTarget(f"redirect from {current} to {scheme} not followed: {location.decode('latin-1')}")
        return super().process_response(request, response)


class AddressMiddleware:
    """Keeps the crawl from private addresses, except the hosts that the start URLs name.

    A blog may hold links and redirects to anything; followed blindly they would let it read what only this machine can
    reach. The check resolves the name itself, shortly before the download does:
    a name server that answers differently within that moment is not defended against.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._verdicts: dict[str, bool] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        if host in getattr(self._crawler.spider, "start_hosts", ()):
            return
        if host not in self._verdicts:
            self._verdicts[host] = await is_private(host)
        if self._verdicts[host]:
            raise UnsafeTarget(f"{host} is a private address that no start URL names")


async def is_private(host: str) -> bool:
    """Whether a host name or address leads to anything but the public internet; False if it does not resolve."""
    try:
        found: list[Any] = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False  # the download will tell that it does not resolve
    return any(not ipaddress.ip_address(sockaddr[0].partition("%")[0]).is_global for *_, sockaddr in found)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address, without a look-up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
