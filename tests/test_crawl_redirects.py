"""Where a crawl follows a redirect or link, and where it does not: the rules, case by case."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from rejoinder.spiders.polite import AddressMiddleware, SafeRedirectMiddleware, UnsafeTarget, is_private
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

REDIRECTS = [
    # from, Location, where the crawl goes on; None if it does not
    ("http://blog.example/a/", "http://blog.example/b/", "http://blog.example/b/"),
    ("http://blog.example/a/", "/b/", "http://blog.example/b/"),
    ("http://blog.example/a/", "//cdn.example/b/", "http://cdn.example/b/"),
    ("http://blog.example/a/", "https://blog.example/a/", "https://blog.example/a/"),
    ("https://blog.example/a/", "https://www.blog.example/a/", "https://www.blog.example/a/"),
    ("https://blog.example/a/", "http://blog.example/a/", None),
    ("https://blog.example/a/", "HTTP://blog.example/a/", None),
    ("http://blog.example/a/", "file:///etc/passwd", None),
    ("http://blog.example/a/", " file:///etc/passwd", None),
    ("http://blog.example/a/", "data:text/html,hello", None),
    ("http://blog.example/a/", "ftp://blog.example/a/", None),
    ("http://blog.example/a/", "s3://bucket/key", None),
    ("http://blog.example/a/", "javascript:alert(1)", None),
]

ADDRESSES = [
    # host, whether it is private
    ("127.0.0.1", True),
    ("127.8.9.10", True),
    ("localhost", True),
    ("::1", True),
    ("0.0.0.0", True),
    ("10.1.2.3", True),
    ("172.16.0.1", True),
    ("192.168.1.1", True),
    ("169.254.169.254", True),  # where clouds keep the credentials of their machines
    ("100.64.0.1", True),
    ("fe80::1", True),
    ("fd00::1", True),
    ("::ffff:10.0.0.1", True),
    ("2130706433", True),  # 127.0.0.1 as one number
    ("0x7f000001", True),
    ("8.8.8.8", False),
    ("2001:4860:4860::8888", False),
    ("no-such-host.invalid", False),  # the download says that it does not resolve
]


@pytest.mark.parametrize(("start", "location", "target"), REDIRECTS, ids=lambda value: str(value).strip())
def test_redirects_are_followed_within_http_and_never_down(start, location, target):
    middleware = SafeRedirectMiddleware(Settings())
    middleware.crawler = get_crawler()
    response = HtmlResponse(start, status=301, headers={"Location": location})
    if target is None:
        with pytest.raises(UnsafeTarget, match="not followed"):
            middleware.process_response(Request(start), response)
    else:
        followed = middleware.process_response(Request(start), response)
        assert isinstance(followed, Request)
        assert followed.url == target


@pytest.mark.parametrize(("host", "private"), ADDRESSES)
def test_private_addresses_are_known_in_every_spelling(host, private):
    assert asyncio.run(is_private(host)) is private


@pytest.mark.parametrize(
    ("start_hosts", "url", "allowed"),
    [
        ({"blog.example"}, "http://127.0.0.1/", False),
        ({"blog.example"}, "http://[::1]:8080/", False),
        ({"127.0.0.1"}, "http://127.0.0.1:8000/", True),
        ({"127.0.0.1"}, "http://10.0.0.1/", False),
        ({"blog.example"}, "http://8.8.8.8/", True),
    ],
)
def test_private_hosts_are_asked_only_where_a_start_url_names_them(start_hosts, url, allowed):
    middleware = AddressMiddleware(SimpleNamespace(spider=SimpleNamespace(start_hosts=start_hosts)))  # type: ignore[arg-type]
    if allowed:
        assert asyncio.run(middleware.process_request(Request(url))) is None
    else:
        with pytest.raises(UnsafeTarget):
            asyncio.run(middleware.process_request(Request(url)))
