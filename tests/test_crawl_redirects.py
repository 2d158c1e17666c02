"""Where a crawl follows a redirect, and where it does not: the rules, case by case."""

from __future__ import annotations

import pytest
from rejoinder.spiders.polite import SafeRedirectMiddleware
from rejoinder.spiders.refusals import UnsafeRedirect
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
    ("http://blog.example/a/", "http://[", None),
]


@pytest.mark.parametrize(("start", "location", "target"), REDIRECTS, ids=lambda value: str(value).strip())
def test_redirects_are_followed_within_http_and_never_down(start, location, target):
    middleware = SafeRedirectMiddleware(Settings())
    middleware.crawler = get_crawler()
    response = HtmlResponse(start, status=301, headers={"Location": location})
    if target is None:
        with pytest.raises(UnsafeRedirect, match="not followed"):
            middleware.process_response(Request(start), response)
    else:
        followed = middleware.process_response(Request(start), response)
        assert isinstance(followed, Request)
        assert followed.url == target
