"""How the crawl behaves towards hosts: robots.txt, pace, patience, and where it never goes.

Scrapy's own components do the work; these subclasses add what RFC 9309 and a crawl without supervision ask for.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from ..addresses import host_of, split_address
from ..schemas import Robots
from .bounds import Bounds
from .guard import AddressGuard
from .refusals import BoundReached, RobotsForbids, RobotsUnreachable, UnsafeRedirect

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

REFUSING = {429, 503}


class Polite(Protocol):
    """What these components ask of a spider."""

    guard: AddressGuard
    robots: dict[str, Robots]
    """What each host answered for robots.txt."""

    def why_not(self, request: Request) -> IgnoreRequest | None:
        """Why a request is not wanted any more; None if it is."""
        ...


def introduce(settings: BaseSettings) -> None:
    """Have requests say who can be reached about them, where settings tell."""
    if contact := settings.get("CONTACT"):
        settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", priority="spider")


def _spider_of(crawler: Crawler) -> Polite:
    return cast("Polite", crawler.spider)


class AddressMiddleware:
    """The gate: no request gets further whose address must not be asked, or whose time is over."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider = _spider_of(self._crawler)
        spider.guard.check_url(request.url)
        if reason := spider.why_not(request):
            raise reason


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 reads it: absent means all is allowed, a server error or no answer means nothing is."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._bounds = Bounds.of(crawler.settings)
        self._timeout = min(crawler.settings.getfloat("ROBOTS_TIMEOUT"), crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))
        self._unreachable: dict[str, Exception] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            # A small file that all else of its host waits for: a dead host is known by it.
            request.meta.setdefault("download_timeout", self._timeout)
            return
        await super().process_request(request)
        if cause := self._unreachable.get(urlparse_cached(request).netloc):
            raise RobotsUnreachable from cause
        if reason := _spider_of(self.crawler).why_not(request):
            raise reason  # it waited for robots.txt, and much may have ended meanwhile

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if rp is not None and (delay := self._crawl_delay(rp)) > self._bounds.crawl_delay_max:
            longest = self._bounds.crawl_delay_max
            raise BoundReached(f"robots.txt asks for a Crawl-delay of {delay:g} s, more than {longest:g} s")
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsForbids("robots.txt does not allow it") from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        digest = rules_digest(response.body[: self._bounds.robots_bytes]) if response.status == 200 else None
        _spider_of(self.crawler).robots[netloc] = Robots(host=netloc, status=response.status, rules_sha256=digest)
        if response.status >= 500:
            logger.warning(
                "%s answers %s: its pages are left alone in this run (RFC 9309)", response.url, response.status
            )
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= 400:
            response = response.replace(body=b"")
        response = response.replace(body=response.body[: self._bounds.robots_bytes])
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        if isinstance(parser, RobotParser) and 0 < (delay := self._crawl_delay(parser)) <= self._bounds.crawl_delay_max:
            self._pace(host_of(request.url), delay)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            self._unreachable[netloc] = exc
            _spider_of(self.crawler).robots[netloc] = Robots(host=netloc, status=None, rules_sha256=None)
        super()._robots_error(exc, netloc)

    def _crawl_delay(self, parser: RobotParser) -> float:
        """Seconds that robots.txt asks for; 0 if it asks for none, or for what is no time."""
        delay = parser.crawl_delay(self._robotstxt_useragent or "*") or 0.0
        return 0.0 if math.isnan(delay) else max(0.0, delay)

    def _pace(self, host: str, delay: float) -> None:
        """One request to the host at a time, `delay` seconds after the one before."""
        downloader = self.crawler.engine.downloader  # type: ignore[union-attr]
        # For slots made later too: the downloader drops a slot that was idle for a minute.
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0}
        if slot := downloader.slots.get(host):
            slot.delay, slot.concurrency, slot.jitter = max(slot.delay, delay), 1, 0


def rules_digest(body: bytes) -> str:
    """Hex SHA-256 of the rules of a robots.txt: its comments, blank lines and sitemaps say nothing of what is allowed.

    >>> rules_digest(b"User-Agent: *\n\nDisallow: /a # why\nSitemap: /b") == rules_digest(b"user-agent:*\ndisallow:/a")
    True
    """
    rules = []
    for line in body.decode("utf-8-sig", "replace").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        if colon and (field := name.strip().lower()) != "sitemap":
            rules.append(f"{field}:{value.strip()}")
    return hashlib.sha256("\n".join(rules).encode()).hexdigest()


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below the Crawl-delay of a host's robots.txt."""

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        paced = self.crawler.engine.downloader.per_slot_settings  # type: ignore[union-attr]
        slot.delay = max(slot.delay, paced.get(host_of(response.url), {}).get("delay", 0.0))


class PatientRetryMiddleware(RetryMiddleware):
    """Retries; a host that answers 429 or 503 is left alone for as long as it asks, and one that is dead altogether."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._backoff = settings.getfloat("RETRY_BACKOFF")
        self._bounds = Bounds.of(settings)
        self._failures: Counter[str] = Counter()
        """Requests in a row that a host left unanswered."""

    def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        if (failures := self._failures[host]) >= self._bounds.failures_in_row:
            raise BoundReached(f"{host} left {failures} requests in a row without an answer: given up in this run")

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        again = super().process_exception(request, exception)
        if again is None and isinstance(exception, self.exceptions_to_retry):
            self._failures[host_of(request.url)] += 1
        return again

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        self._failures.pop(host_of(request.url), None)
        if response.status in REFUSING:
            stated = retry_after(response, now=datetime.now(UTC))
            wait = self._backoff * 2 ** request.meta.get("retry_times", 0) if stated is None else stated
            if wait > self._bounds.retry_after_max:
                told = f"{response.status}, asks for a wait of {wait:.0f} s: run the command again later"
                raise BoundReached(told, status=response.status)
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
    except (ValueError, TypeError, OverflowError):
        return None


class SafeRedirectMiddleware(RedirectMiddleware):
    """Follows redirects, but never to another scheme; http to https is the one step up that is taken."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        location = (response.headers.get(b"Location") or b"").decode("latin-1").strip()
        if location and 300 <= response.status < 400:
            target = split_address(location)
            if target is None:
                raise UnsafeRedirect(f"redirect to what is no address not followed: {location[:200]!r}")
            scheme, current = target.scheme, request.url.partition(":")[0].lower()
            if scheme and scheme != current and (current, scheme) != ("http", "https"):
                raise UnsafeRedirect(f"redirect from {current} to {scheme} not followed: {location}")
        return super().process_response(request, response)
