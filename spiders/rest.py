"""URLs of the WordPress REST API, in its two forms: below /wp-json/, and with plain permalinks as ?rest_route=."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .bounds import number_of


def api_url(root: str, route: str, query: Mapping[str, str | int]) -> str:
    """The URL of a route below the API's root.

    >>> api_url("https://blog.example.org/wp-json/", "wp/v2/posts", {"page": 2})
    'https://blog.example.org/wp-json/wp/v2/posts?page=2'
    >>> api_url("https://blog.example.org/?rest_route=/", "wp/v2/posts", {"page": 2})
    'https://blog.example.org/?rest_route=%2Fwp%2Fv2%2Fposts&page=2'
    """
    parts = urlsplit(root)
    own = dict(parse_qsl(parts.query))
    if "rest_route" in own:
        own["rest_route"] = f"{own['rest_route'].rstrip('/')}/{route}"
        return urlunsplit(parts._replace(query=urlencode({**own, **query})))
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{route}", query=urlencode(query)))


def root_of(url: str) -> str:
    """The API's root of a URL that `api_url` made.

    >>> root_of("https://blog.example.org/wp-json/wp/v2/posts?page=2")
    'https://blog.example.org/wp-json/'
    """
    parts = urlsplit(url)
    own = dict(parse_qsl(parts.query))
    if "rest_route" in own:
        route = own["rest_route"].partition("wp/v2/")[0]
        return urlunsplit(parts._replace(query=urlencode({"rest_route": route})))
    return urlunsplit(parts._replace(path=parts.path.partition("wp/v2/")[0], query=""))


def home_of(url: str) -> str:
    """The front page of the WordPress whose API a URL belongs to.

    >>> home_of("https://blog.example.org/ada/wp-json/wp/v2/posts"), home_of("https://e.org/index.php?rest_route=/wp/v2/posts")
    ('https://blog.example.org/ada/', 'https://e.org/')
    """
    parts = urlsplit(url)
    path = parts.path.partition("/wp-json")[0].removesuffix("/").removesuffix("/index.php").rstrip("/")
    return urlunsplit(parts._replace(path=f"{path}/", query="", fragment=""))


def page_of(url: str) -> int:
    """The number of the page that an API URL asks for; 1 if it names none."""
    return number_of(dict(parse_qsl(urlsplit(url).query)).get("page")) or 1


def with_page(url: str, page: int) -> str:
    """The same request for another page."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"page": str(page)}
    return urlunsplit(parts._replace(query=urlencode(query)))


def is_protected(row: Mapping[str, Any]) -> bool:
    """Whether a row of posts keeps its content and its comments back until a password is given."""
    content = row.get("content")
    return isinstance(content, Mapping) and content.get("protected") is True
