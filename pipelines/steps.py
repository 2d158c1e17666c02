"""The first two steps: readings become records, and records that break their schema are kept aside.

Two functions of a capture, which a crawl of files calls as they are, and Scrapy's side of them, which only calls them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..addresses import refused_addresses, told_of
from ..schemas import Capture, Comment, PageReading, Post, Reject
from .normalize import normalize_page
from .scopes import Scope
from .validate import reject

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Records:
    """What readings became."""

    posts: list[Post] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    trouble: str | None = None
    """Which post this program could not digest, and why; it costs no other. None if it could."""


def records_of(
    readings: Iterable[PageReading], *, url: str, fetch_id: str, fetched_at: datetime, homes: Sequence[str]
) -> Records:
    """The records of what one page gave.

    Args:
        url: the page's, after redirects.
        homes: as a Capture has them.
    """
    scopes = [Scope.of(home) for home in homes]
    records = Records()
    for reading in readings:
        try:
            posts, comments, rejects = normalize_page(
                reading,
                url=url,
                post_url=reading.post_url,
                fetch_id=fetch_id,
                fetched_at=fetched_at,
                scopes=scopes,
            )
        except Exception as error:
            # As in the spider: what a post makes this program stumble over must cost neither another nor the crawl.
            logger.exception("%s could not be normalised", reading.post_url or url)
            records.trouble = f"{reading.post_url or url}: {type(error).__name__}: {error}"
            continue
        records.posts += posts
        records.comments += comments
        records.rejects += rejects
    return records


def normalized(capture: Capture) -> Capture:
    """The capture with records in the place of its readings, whose elements would keep whole pages in memory.

    A post that this program cannot digest is told in the ledger row.
    """
    fetch = capture.fetch
    url = fetch.final_url or fetch.request_url
    with refused_addresses() as refused:
        found = records_of(
            capture.readings, url=url, fetch_id=fetch.fetch_id, fetched_at=fetch.fetched_at, homes=capture.homes
        )
    if found.trouble:
        capture.fetch = replace(fetch, outcome="unreadable", error=found.trouble)
    capture.posts += found.posts
    capture.comments += found.comments
    capture.rejects += found.rejects
    if told := told_of(capture.refused | refused):
        logger.warning("%s: %s", url, told)
    capture.readings = []
    return capture


def validated(capture: Capture) -> Capture:
    """The capture with records that break their schema moved to `rejects`; its ledger row counts what is left."""
    url = capture.fetch.final_url or capture.fetch.request_url
    posts, refused_posts = reject(capture.posts, url)
    comments, refused_comments = reject(capture.comments, url)
    capture.posts, capture.comments = posts, comments
    capture.rejects += refused_posts + refused_comments
    if capture.fetch.same_as is None:
        capture.fetch = replace(capture.fetch, posts=len(posts), comments=len(comments))
    return capture


class NormalizePipeline:
    """Values in one form, ids that are the same by every way in."""

    def process_item(self, item: Capture) -> Capture:
        return normalized(item)


class ValidatePipeline:
    """Only what fits its schema goes on."""

    def process_item(self, item: Capture) -> Capture:
        return validated(item)
