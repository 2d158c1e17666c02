"""Scrapy's side of the first two steps: it only calls the functions that do the work."""

from __future__ import annotations

import logging
from dataclasses import replace

from ..schemas import Capture
from .normalize import normalize_page
from .validate import reject

logger = logging.getLogger(__name__)


class NormalizePipeline:
    """Readings become records: values in one form, ids that are the same by every way in."""

    def process_item(self, item: Capture) -> Capture:
        fetch = item.fetch
        try:
            for reading in item.readings:
                posts, comments, rejects = normalize_page(
                    reading,
                    url=fetch.final_url or fetch.request_url,
                    post_url=reading.post_url,
                    fetch_id=fetch.fetch_id,
                    fetched_at=fetch.fetched_at,
                    site=item.site,
                )
                item.posts += posts
                item.comments += comments
                item.rejects += rejects
        except Exception as error:
            # As in the spider: a page that this program cannot digest is told in its ledger row, and the crawl goes on.
            logger.exception("%s could not be normalised", fetch.request_url)
            item.posts, item.comments, item.rejects = [], [], []
            item.fetch = replace(fetch, outcome="unreadable", error=f"{type(error).__name__}: {error}")
        # The elements of the page are not needed any more; they would keep its whole tree in memory.
        item.readings = []
        return item


class ValidatePipeline:
    """Records that break their schema go to `rejects`; the ledger row counts what is left."""

    def process_item(self, item: Capture) -> Capture:
        posts, refused_posts = reject(item.posts, item.fetch)
        comments, refused_comments = reject(item.comments, item.fetch)
        item.posts, item.comments = posts, comments
        item.rejects += refused_posts + refused_comments
        item.fetch = replace(item.fetch, posts=len(posts), comments=len(comments))
        return item
