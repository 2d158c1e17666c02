"""A parsed page in, records out: one engine, and one small file a platform (docs/platforms.md)."""

from __future__ import annotations

from ...schemas import PageReading
from . import generic, wordpress
from .document import Document
from .engine import read_comments
from .errors import LayoutChanged
from .platform import Platform
from .post import read_post

PLATFORMS: tuple[Platform, ...] = (
    wordpress.PLATFORM,
    generic.PLATFORM,
)
"""In the order in which they are asked whether a page is theirs; the last takes every page."""

__all__ = ["PLATFORMS", "Document", "LayoutChanged", "Platform", "read_document", "read_page"]


def read_page(html: str | bytes, url: str | None = None, *, encoding: str | None = None) -> PageReading:
    """All that a page gives. Pure: no request, clock or log.

    `encoding` is the charset of the HTTP header, if it names one.

    Raises:
        LayoutChanged: a recognised platform's own layout is there but cannot be read.
    """
    return read_document(Document(html, url, encoding))


def read_document(doc: Document) -> PageReading:
    """The same of a page that is parsed already, as the spider has it: it takes the page's links too."""
    platform = next(platform for platform in PLATFORMS if platform.recognises(doc))
    reading = PageReading(platform=platform.name, post=read_post(doc))
    reading.comments = read_comments(doc, platform)
    return reading
