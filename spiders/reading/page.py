"""A page read once, step by step: which platform, its comments, their section, the post, the bodies cut out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...schemas import PageReading
from ..apis.comment_feed import find_comment_feed
from ..apis.embeds import find_embeds
from ..platforms import PLATFORMS
from ..platforms.platform import Platform
from .body import cut_body, find_body
from .choose import find_comments
from .counts import declared_comments
from .cut import cut_bodies
from .document import Document
from .layout import require_readable
from .linked_comments import linked_comments
from .openness import comments_open
from .pagekind import page_kind, page_signs, teasers
from .paging import comment_pages
from .post import read_post
from .read import read_comments
from .rights import rights_of
from .section import find_section

NO_HEADERS: Mapping[str, Sequence[str]] = {}


def read_page(html: str | bytes, url: str | None = None, *, encoding: str | None = None) -> PageReading:
    """All that a page gives. Pure: no request, clock or log.

    `encoding` is the charset of the HTTP header, if it names one.

    Raises:
        LayoutChanged: a recognised platform's own layout is there but cannot be read.
    """
    return read_document(Document(html, url, encoding))


def platform_of(doc: Document) -> Platform:
    """The first of PLATFORMS that takes the page for its own."""
    return next(platform for platform in PLATFORMS if platform.recognises(doc))


def read_document(doc: Document, headers: Mapping[str, Sequence[str]] = NO_HEADERS) -> PageReading:
    """The same of a page that is parsed already, as the spider has it: it takes the page's links too.

    `headers` are the answer's that may reserve something, by lower-case name (rights.RIGHTS_HEADERS).
    """
    platform = platform_of(doc)
    items = find_comments(doc, platform)
    section = find_section(doc, items)
    post = read_post(doc, section)
    post.declared_comments = declared_comments(doc, section)
    post.comments_open = comments_open(doc, section)
    if not items:
        require_readable(doc, platform, post.declared_comments)
    reading = PageReading(platform=platform.name, post=post)
    pages = comment_pages(doc, section, platform.first_page)
    reading.comment_page, reading.next_pages = pages.here, pages.others
    # The number of a comment page may be any page's to `pipelines/urls.py`: only the page knows what is its post.
    post.url = pages.post_url or post.url
    reading.embeds = find_embeds(doc)
    reading.comment_feed = find_comment_feed(doc)
    post.rights = rights_of(doc, headers, doc.mask(part for item in items for part in item.parts))
    drafts = read_comments(doc, platform, items)
    reading.comments = [draft.comment for draft in drafts] or linked_comments(doc, reading.embeds)
    if platform.refine is not None:
        platform.refine(doc, reading)
    body = find_body(doc, section)
    signs = page_signs(doc, section, items, body and body.block)
    reading.kind = page_kind(signs, reading, platform.page_kinds)
    if reading.kind == "listing":
        reading.entries = list(signs.entries) or [url for url in (signs.leads_on,) if url]
    elif body is not None and reading.kind == "post" and (others := teasers(doc, section)):
        own = find_body(doc, section, others)
        # What is first found below them is a footer's.
        body = own if own is not None and (own.block == body.block or own.block < others[0]) else None
    # Last, because it takes the comments out of the tree.
    cut_bodies(doc, drafts)
    post.body = None if body is None else cut_body(doc, body)
    return reading
