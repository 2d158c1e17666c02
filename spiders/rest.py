"""URLs of the WordPress REST API, in its two forms: below /wp-json/, and with plain permalinks as ?rest_route=."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..addresses import join_address, path_of, query_of
from ..numerals import whole_number


def api_url(root: str, route: str, query: Mapping[str, str | int]) -> str:
    """The URL of a route below the API's root.

    >>> api_url("https://blog.example.org/wp-json/", "wp/v2/posts", {"page": 2})
    'https://blog.example.org/wp-json/wp/v2/posts?page=2'
    >>> api_url("https://blog.example.org/?rest_route=/", "wp/v2/posts", {"page": 2})
    'https://blog.example.org/?rest_route=%2Fwp%2Fv2%2Fposts&page=2'
    """
    before, own = _without_query(root)
    if "rest_route" in own:
        own["rest_route"] = f"{own['rest_route'].rstrip('/')}/{route}"
        return f"{before}?{urlencode({**own, **query})}"
    return f"{before.rstrip('/')}/{route}?{urlencode(query)}"


def root_of(url: str) -> str:
    """The API's root of a URL that `api_url` made.

    >>> root_of("https://blog.example.org/wp-json/wp/v2/posts?page=2")
    'https://blog.example.org/wp-json/'
    """
    before, own = _without_query(url)
    if "rest_route" in own:
        return f"{before}?{urlencode({'rest_route': own['rest_route'].partition('wp/v2/')[0]})}"
    return before.partition("wp/v2/")[0]


def home_of(url: str) -> str:
    """The front page of the WordPress whose API a URL belongs to.

    >>> home_of("https://blog.example.org/ada/wp-json/wp/v2/posts"), home_of("https://e.org/index.php?rest_route=/wp/v2/posts")
    ('https://blog.example.org/ada/', 'https://e.org/')
    """
    path = path_of(url).partition("/wp-json")[0].removesuffix("/").removesuffix("/index.php").rstrip("/")
    return join_address(url, f"{path}/") or url


def page_of(url: str) -> int:
    """The number of the page that an API URL asks for; 1 if it names none."""
    return whole_number(query_of(url).get("page")) or 1


def time_of(instant: datetime) -> str:
    """An instant as the API takes it.

    >>> time_of(datetime.fromisoformat("2026-01-02T03:04:05.678+01:00"))
    '2026-01-02T02:04:05Z'
    """
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def asks_for_changes(url: str) -> bool:
    """Whether a listing was asked for what has changed since a time."""
    return "modified_after" in query_of(url)


def asks_before(url: str) -> bool:
    """Whether a listing was asked for what is older than an instant."""
    return "before" in query_of(url)


def with_page(url: str, page: int) -> str:
    """The same request for another page."""
    before, own = _without_query(url)
    return f"{before}?{urlencode({**own, 'page': str(page)})}"


def _without_query(url: str) -> tuple[str, dict[str, str]]:
    """An address without query and fragment, and its parameters, of each name the last."""
    before, _, query = url.partition("#")[0].partition("?")
    return before, dict(parse_qsl(query, keep_blank_values=True))


def is_protected(row: Mapping[str, Any]) -> bool:
    """Whether a row of posts keeps its content and its comments back until a password is given."""
    content = row.get("content")
    return isinstance(content, Mapping) and content.get("protected") is True
