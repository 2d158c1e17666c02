"""The first two steps: readings become records, and records that break their schema are kept aside.

Two functions of a capture, which a crawl of files calls as they are, and Scrapy's side of them, which only calls them.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from ..schemas import Capture
from .normalize import normalize_page
from .scopes import Scope
from .validate import reject

logger = logging.getLogger(__name__)


def normalized(capture: Capture) -> Capture:
    """The capture with records in the place of its readings, whose elements would keep whole pages in memory.

    A page that this program cannot digest is told in its ledger row.
    """
    fetch = capture.fetch
    try:
        for reading in capture.readings:
            posts, comments, rejects = normalize_page(
                reading,
                url=fetch.final_url or fetch.request_url,
                post_url=reading.post_url,
                fetch_id=fetch.fetch_id,
                fetched_at=fetch.fetched_at,
                scopes=[Scope.of(home) for home in capture.homes],
            )
            capture.posts += posts
            capture.comments += comments
            capture.rejects += rejects
    except Exception as error:
        # As in the spider: what a page makes this program stumble over must not end the crawl.
        logger.exception("%s could not be normalised", fetch.request_url)
        capture.posts, capture.comments, capture.rejects = [], [], []
        capture.fetch = replace(fetch, outcome="unreadable", error=f"{type(error).__name__}: {error}")
    capture.readings = []
    return capture


def validated(capture: Capture) -> Capture:
    """The capture with records that break their schema moved to `rejects`; its ledger row counts what is left."""
    url = capture.fetch.final_url or capture.fetch.request_url
    posts, refused_posts = reject(capture.posts, url)
    comments, refused_comments = reject(capture.comments, url)
    capture.posts, capture.comments = posts, comments
    capture.rejects += refused_posts + refused_comments
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
