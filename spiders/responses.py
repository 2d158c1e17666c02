"""A response as Scrapy has it, live or made of an archived record, in the terms of `answers`."""

from __future__ import annotations

import re
from datetime import datetime

from scrapy.http import Response

from ..addresses import join_address
from ..numerals import whole_number
from .answers import Answer
from .reading.rights import RIGHTS_HEADERS

_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)
_LONGEST_NUMBER = 15
"""Digits of a header that states a number; more are no number of rows."""


def answer_of(response: Response, fetched_at: datetime) -> Answer:
    """What the reader needs of a response."""
    content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
    media, _, parameters = content_type.partition(";")
    charset = _CHARSET.search(parameters)
    return Answer(
        url=response.url,
        status=response.status,
        fetched_at=fetched_at,
        content_type=media.strip().lower() or None,
        charset=charset[1].lower() if charset else None,
        body=response.body,
        api_root=_api_root(response),
        rights={
            name: [value.decode("latin-1") for value in values]
            for name in RIGHTS_HEADERS
            if (values := response.headers.getlist(name))
        },
        total=whole_number(header_of(response, "X-WP-Total"), _LONGEST_NUMBER),
        total_pages=whole_number(header_of(response, "X-WP-TotalPages"), _LONGEST_NUMBER),
    )


def _api_root(response: Response) -> str | None:
    """The REST API that a WordPress names in its Link header."""
    for header in response.headers.getlist("Link"):
        for entry in header.decode("latin-1").split(","):
            target, _, parameters = entry.strip().partition(">")
            if "https://api.w.org/" in parameters:
                return join_address(response.url, target.lstrip("<"))
    return None


def header_of(response: Response, name: str) -> str | None:
    """The first value of a header as sent; None if it was not."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
