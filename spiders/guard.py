"""Which addresses a crawl may ask: http and https, and nothing that only this machine or its network can reach.

A blog may hold links and redirects to anything. Addresses are judged twice by one `AddressGuard`: as they are written,
before anything else is done with a request, and as a name resolves, in the resolver that the connection itself uses, so
that the address that was judged is the address that is connected to.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Self
from urllib.request import getproxies

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

from ..addresses import host_of, split_address
from .refusals import UnsafeTarget

if TYPE_CHECKING:
    from scrapy.crawler import Crawler, CrawlerProcess
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

SCHEMES = ("http", "https")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215; older Pythons take it for global
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")


class AddressGuard:
    """Judges addresses for one crawl.

    Hosts that the start URLs name may be private: that is how one crawls an intranet, or this machine. Should such a
    name once have led to a public address, it may not change to a private one any more.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        # A proxy is what the user of this machine named, and where it stands is not for a page to choose.
        proxies = (host_of(proxy if "://" in proxy else f"//{proxy}") for proxy in getproxies().values())
        self._allowed = {_plain(host) for host in [*hosts, *proxies] if host}
        self._public: set[str] = set()
        self._refused: dict[str, str] = {}

    def check_url(self, url: str) -> None:
        """Judge an address as it is written.

        Raises:
            UnsafeTarget: it is not http(s), has no host, or its host is written as a private address.
        """
        parts = split_address(url)
        if parts is None:
            raise UnsafeTarget("no address")
        host = parts.hostname
        if parts.scheme not in SCHEMES:
            raise UnsafeTarget(f"only http and https are asked, not {parts.scheme or 'an address without a scheme'}")
        if not host:
            raise UnsafeTarget("an address without a host")
        if _plain(host) not in self._allowed and _is_address(host) and not is_public(host):
            raise UnsafeTarget(f"{host} is a private address that no start URL names")

    def check_resolved(self, name: str, address: str) -> None:
        """Judge what a name resolves to.

        Raises:
            UnsafeTarget: it is a private address that the name must not have.
        """
        name = _plain(name)
        if is_public(address):
            self._public.add(name)
            return
        if name in self._allowed and name not in self._public:
            return
        self._refused[name] = address
        raise UnsafeTarget(self.refusal_of(name) or name)

    def refusal_of(self, host: str) -> str | None:
        """Why a name was not connected to; None if it was not refused."""
        address = self._refused.get(_plain(host))
        if address is None:
            return None
        changed = ", though it was public before" if _plain(host) in self._public else ""
        return f"{host} leads to {address}, a private address that no start URL names{changed}"


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which gives a connection no address that the guards of the running spiders refuse."""

    process: CrawlerProcess

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        # Scrapy builds the one resolver of a process from the process, which knows its crawlers.
        resolver = super().from_crawler(crawler, reactor)
        resolver.process = crawler  # pyright: ignore[reportAttributeAccessIssue]
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        return super().getHostByName(name, timeout).addCallback(self._judged, name)

    def _judged(self, address: str, name: str) -> str:
        guards = [guard for crawler in self.process.crawlers if (guard := getattr(crawler.spider, "guard", None))]
        if not guards:
            raise DNSLookupError(f"no crawl is known that asks for {name}")
        for guard in guards:
            try:
                guard.check_resolved(name, address)
            except UnsafeTarget as error:
                # What a resolver says no to must be a failed look-up to Twisted; the guard keeps the reason.
                raise DNSLookupError(str(error)) from error
        return address


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and none that it carries within is private.

    >>> is_public("8.8.8.8"), is_public("100.64.0.1"), is_public("::ffff:10.0.0.1"), is_public("64:ff9b::7f00:1")
    (True, False, False, False)
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        carried = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64 or ip in _IPV4_COMPATIBLE:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried:
            return is_public(str(carried))
        if ip.is_site_local or ip in _LOCAL_NAT64:
            return False
    return ip.is_global and not ip.is_multicast


def lack_of_contact(hosts: Iterable[str], contact: str | None, doing: str) -> str | None:
    """Why hosts must not be asked by one whom their owners cannot reach; None if they may.

    Args:
        doing: what would be done to them: 'crawling', 'asking'.
    """
    strangers = sorted(host for host in hosts if not is_loopback(host))
    if contact or not strangers:
        return None
    return (
        f"{doing} {strangers[0]} needs a contact that its owner can reach: give --contact, "
        "an e-mail address or a page about your crawl (setting CONTACT)"
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address, without a look-up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _plain(host: str) -> str:
    """A host name as names are compared."""
    return host.lower().rstrip(".")
