"""What spiders hand to pipelines: a page as read from its markup, values still as the page wrote them.

Platforms know markup, pipelines know values (docs/design.md): a date here is a text, a body is an element.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lxml.html import HtmlElement

from .damage import Damages
from .records import (
    Comment,
    CommentKind,
    CommentState,
    Fetch,
    Hint,
    HintSource,
    MiningRule,
    ParentFrom,
    Post,
    Reject,
)

PageIs = Literal["post", "listing", "other"]
"""What a page is by what it shows: a post's own page, a listing of posts, or neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as the page states it: the text shown and, where there is one, its machine-readable twin."""

    text: str | None = None
    """As shown, e.g. 'January 9, 2012 at 3:04 pm'."""
    machine: str | None = None
    """As in `datetime`, `content`, JSON-LD or an API, e.g. '2012-01-09T15:04:00+01:00'."""
    machine_utc: str | None = None
    """The same instant in UTC where the source states it apart (REST's `date_gmt`)."""


@dataclass(slots=True, kw_only=True)
class PageComment:
    """One comment as its markup shows it, in the order of the page. Parents are named by native id."""

    native_id: str | None = None
    number: int | None = None
    kind: CommentKind = "comment"
    parent: int | None = None
    """Index of the parent in the page's list, for pages whose comments have no ids; else `parent_native_id`."""
    parent_native_id: str | None = None
    parent_from: ParentFrom | None = None
    depth: int | None = None
    author_name: str | None = None
    author_url: str | None = None
    by_post_author: bool | None = None
    published: DateMention | None = None
    body: HtmlElement | None = None
    missed_text: str | None = None
    """Words of its block that no field took although no text was found; None where there are none."""
    likes: int | None = None
    permalink: str | None = None
    state: CommentState = "visible"


@dataclass(slots=True, kw_only=True)
class Rights:
    """What a page and its headers reserve, as they state it."""

    robots: list[str]
    """Directives in lower case, those for one robot alone behind its name ('otherbot: noindex')."""
    tdm_reserved: bool | None
    tdm_policy: str | None
    licenses: list[str]
    """Absolute URLs, in the order of the page."""


@dataclass(slots=True, kw_only=True)
class PagePost:
    """The post as its markup shows it."""

    url: str | None = None
    """As the page names itself (rel=canonical, permalink, API link), be it true or not; None if it does not."""
    native_id: str | None = None
    title: str | None = None
    author_name: str | None = None
    author_url: str | None = None
    published: DateMention | None = None
    modified: DateMention | None = None
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lang: str | None = None
    body: HtmlElement | None = None
    declared_comments: int | None = None
    comments_open: bool | None = None
    rights: Rights | None = None
    """None where the post was not read from a page of its own."""


@dataclass(slots=True, kw_only=True)
class Embed:
    """A comment system that the page embeds without showing its comments."""

    system: str
    """'disqus', 'isso', ..."""
    thread: str | None = None
    """How the system names this page's thread; None if the page does not say."""
    url: str | None = None
    """Where the thread's comments can be fetched; None if they cannot."""


@dataclass(slots=True, kw_only=True)
class PageReading:
    """All that one page gave: at most one post, its comments in page order, and where more of them are."""

    platform: str
    kind: PageIs = "post"
    """What the page is; an API's or a feed's answer about a post counts as its page."""
    entries: list[str] = field(default_factory=list)
    """Absolute URLs of the pages that a listing's titles lead to, in the order of the page; empty for other pages."""
    post: PagePost | None = None
    post_url: str | None = None
    """The post's URL where it is not the page's own (REST listings, comment feeds, exports); else None."""
    comments: list[PageComment] = field(default_factory=list)
    comment_page: int | None = None
    """Number of this page among the pages of the comment section; None if it is not paged."""
    next_pages: list[str] = field(default_factory=list)
    """Absolute URLs of the section's other pages, in either direction, this page itself left out."""
    embeds: list[Embed] = field(default_factory=list)
    comment_feed: str | None = None
    """Absolute URL of the feed of the post's comments, where the page names one."""
    stated_total: int | None = None
    """Comments that the whole thread has by the word of the API that was asked; None if it gives no number."""
    zone: str | None = None
    """The site's time zone where the source states it: an IANA name or an offset like '+02:00'."""
    damages: Damages = field(default_factory=Damages)
    """What was wrong with the answer's XML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHint:
    """What a source tells of a post's state, as it writes it. `schemas.Hint` is what is kept of it."""

    source: HintSource
    url: str
    """Absolute address of the post."""
    stated_comments: int | None = None
    modified: str | None = None
    comment_native_id: str | None = None
    comment_at: str | None = None
    is_gone: bool = False


@dataclass(slots=True, kw_only=True)
class Capture:
    """One fetch with all that its page gave: the item of the crawl, so the pipelines take and write it as one.

    The spider fills `readings`, one for each post that the answer shows something of; the pipelines turn them into the
    records, which alone are written.
    """

    fetch: Fetch
    homes: list[str] = field(default_factory=list)
    """Front pages of the blog, first as it stands now: below these addresses its pages speak for themselves. Empty
    where nobody named a blog: then each post's URL tells which one of its host that is."""
    readings: list[PageReading] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    mining_rules: list[MiningRule] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    refused: dict[str, None] = field(default_factory=dict)
    """What the answer gave for addresses and is none, as written, each once."""
