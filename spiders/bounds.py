"""How much a server may make a crawl do: every bound stands here, and nowhere else.

A server can name pages, waits and numbers without end. What a bound keeps from being read has a row in `fetches` with
the outcome `bound_reached`, which says what the bound was.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The bounds of one blog's crawl. Each is a Scrapy setting too, by its name in capitals."""

    max_pages: int = 100_000
    """Requests of one crawl (`--max-pages`); it is then ended, and the same command begins anew."""
    max_minutes: float = 24 * 60.0
    """Time of one run of the command (`--max-minutes`); the same command goes on from there."""
    crawl_delay_max: float = 120.0
    """Seconds of a Crawl-delay that are kept; the pages of a host that asks for more are left alone."""
    retry_after_max: float = 900.0
    """Seconds of a Retry-After that are waited for; a host that asks for more is given up in this run."""
    failures_in_row: int = 12
    """Requests that a host leaves without any answer, all their retries included, before it is given up in this run."""
    robots_bytes: int = 512 * 1024
    """Bytes of a robots.txt that are read (RFC 9309 asks for 500 KiB at least)."""
    sitemap_depth: int = 5
    """Sitemap indexes below each other; by the protocol an index names no further index at all."""
    comment_pages: int = 1000
    """Pages of one post's comments, followed one after the other."""
    api_pages_ahead: int = 20
    """Pages of a REST listing that are asked for before one of them has shown that there are more."""
    api_searches: int = 24
    """Requests of a night that look for comments that an API has no more; the next night goes on."""
    captures: int = 1_000_000
    """Rows of an archive's index that are taken for one blog."""

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """The bounds as the settings tell them; the defaults above for what they do not tell.

        Raises:
            ValueError: a setting is no number.
        """
        given = {field.name: settings.get(field.name.upper()) for field in fields(cls)}
        return cls(
            **{
                name: type(getattr(cls(), name))(value)  # settings of a command line are texts
                for name, value in given.items()
                if value is not None
            }
        )
