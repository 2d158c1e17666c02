"""The raw records: what one fetch showed. Each column is named, typed and explained here and nowhere else.

The Arrow schemas, the validation and docs/columns.md are derived from these classes. A raw row is an observation:
nothing in raw/ is changed but by `rejoinder forget`; a later look at the same page adds rows with another fetch_id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from .types import Count, Instant, Key, WallClock, Whole

SCHEMA_VERSION = "2"
"""Raised where an older program would read new data wrongly: docs/data.md says when, and what each version is."""

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""`fetched_at` of what nobody knows when it was seen: its relative dates stay unread, no date of it is too late."""

Via = Literal["live", "wayback", "warc", "export"]
PageKind = Literal["post", "comments", "listing", "feed", "sitemap", "api", "robots", "rights", "export", "other"]
Outcome = Literal[
    "ok",
    "not_modified",
    "absent",
    "redirect_loop",
    "robots",
    "http_error",
    "network_error",
    "layout_changed",
    "not_html",
    "empty",
    "login_wall",
    "challenge",
    "consent_wall",
    "soft_404",
    "parked",
    "maintenance",
    "too_large",
    "unsafe_redirect",
    "unsafe_address",
    "bound_reached",
    "gone",
    "malformed",
    "cut_off",
    "left_out",
    "unreadable",
]
LeftOut = Literal["media", "redirect", "script", "copy", "data", "other_blog", "replay", "no_answer"]
DatePrecision = Literal["second", "minute", "day", "month", "year", "relative"]
CommentKind = Literal["comment", "pingback", "trackback"]
ParentFrom = Literal["nesting", "depth", "attribute", "link", "copy", "api", "feed", "export"]
CommentState = Literal["visible", "removed", "pending"]
RunEnd = Literal["finished", "out_of_time", "interrupted", "failed"]
HintSource = Literal["sitemap", "feed", "comment_feed", "listing", "api"]
AskedFor = Literal["source", "new", "news", "failed", "turn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A further request that a page led to."""

    url: Annotated[Key, "absolute URL"]
    kind: Annotated[PageKind, "what is expected there"]
    context: Annotated[str | None, "JSON that the request carries along; null if none"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request and how it ended: the crawl's ledger. One row per request, written with or after its records."""

    fetch_id: Annotated[Key, "16 hex digits; names this row in every record that its page gave"]
    crawl_id: Annotated[Key, "the run that made the request; the same after a killed run goes on"]
    start_url: Annotated[Key, "start URL whose crawl made the request"]
    via: Annotated[Via, "where the page came from"]
    request_url: Annotated[Key, "URL asked for"]
    final_url: Annotated[str | None, "URL answered after redirects; null if nothing was answered"]
    status: Annotated[int | None, "HTTP status; null if nothing was answered"]
    fetched_at: Annotated[
        Instant, "UTC time of the answer; an archive's capture time where there is one, 1970-01-01 where nothing tells"
    ]
    content_type: Annotated[str | None, "media type as the server states it, without parameters; null if not stated"]
    body_bytes: Annotated[Count | None, "size of the decoded body; null if nothing was answered"]
    body_sha256: Annotated[str | None, "hex SHA-256 of the decoded body; null if nothing was answered"]
    etag: Annotated[str | None, "ETag header; null if not sent"] = None
    last_modified: Annotated[str | None, "Last-Modified header as sent; null if not sent"] = None
    archive_file: Annotated[
        str | None,
        "WARC or ARC file the page was read from, its address where a server gave the record; null outside archives",
    ] = None
    archive_offset: Annotated[Count | None, "byte offset of its record in archive_file; null outside archives"] = None
    page_kind: Annotated[PageKind, "what the page was asked for as, or turned out to be"]
    outcome: Annotated[
        Outcome, "how the fetch ended: 'ok' and 'not_modified' are successes, 'absent' is a guess that failed"
    ]
    error: Annotated[str | None, "what went wrong, or had to be taken for what is missing, in words; else null"] = None
    asked_for: Annotated[
        AskedFor | None, "why an incremental crawl asked; null where a crawl reads the whole blog, or a file"
    ] = None
    posts: Annotated[Count, "post records this page gave; with same_as, that the named fetch gave"] = 0
    comments: Annotated[Count, "comment records this page gave; with same_as, that the named fetch gave"] = 0
    stated_total: Annotated[Count | None, "rows that an API says its whole listing has (X-WP-Total); else null"] = None
    same_as: Annotated[
        str | None,
        "fetch_id of the earlier fetch whose records this one saw unchanged, by a 304 or the same bytes; else null",
    ] = None
    links: Annotated[list[Link], "the further requests that the crawl takes from this page"] = field(
        default_factory=list
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post as one fetch showed it. One row per post and fetch."""

    post_id: Annotated[Key, "16 hex digits of SHA-256 of the canonical URL; the same by every way in"]
    site: Annotated[Key, "blog the post belongs to: host, and path where several blogs share a host"]
    url: Annotated[Key, "address that answered with the post; of an API or export, the one that it states for the post"]
    canonical_url: Annotated[
        str | None,
        "the one spelling of all its addresses, of which post_id is the hash: a name, which need not open the page; "
        "null where an older version wrote it as url",
    ] = None
    claimed_url: Annotated[
        str | None,
        "address that the page states for itself, which lies outside its blog and so counts for nothing; else null",
    ] = None
    platform: Annotated[Key, "what made the page, as in the README's list; 'generic' if not recognised"]
    native_id: Annotated[str | None, "the site's own number of the post; null if not shown"] = None
    title: Annotated[str | None, "null if none is found"] = None
    author_name: Annotated[str | None, "as shown, several joined by ', '; null if none is stated"] = None
    author_url: Annotated[str | None, "the author's page; null if none is linked"] = None
    published_raw: Annotated[str | None, "date text exactly as on the page; null if none"] = None
    published_local: Annotated[WallClock | None, "wall-clock time that it states; null if it cannot be read"] = None
    published_at: Annotated[Instant | None, "UTC instant; null if no date or no zone is known"] = None
    published_precision: Annotated[DatePrecision | None, "finest unit stated; null without a date"] = None
    modified_at: Annotated[Instant | None, "UTC instant of the last edit that the page states; null if not stated"] = (
        None
    )
    categories: Annotated[list[str], "in the order shown; empty if none"] = field(default_factory=list)
    tags: Annotated[list[str], "in the order shown; empty if none"] = field(default_factory=list)
    lang: Annotated[str | None, "BCP 47 tag that the page states; null if none"] = None
    body_text: Annotated[str | None, "text without comments and boilerplate; null if not found"] = None
    body_html: Annotated[
        str | None, "sanitised HTML of the body; null if not found, or if it is nothing but paragraphs and line breaks"
    ] = None
    declared_comments: Annotated[Count | None, "number of comments that the page states; null if it states none"] = None
    comments_open: Annotated[bool | None, "whether new comments are taken; null if the page does not show it"] = None
    embeds: Annotated[list[str], "comment systems that the page embeds without showing their comments"] = field(
        default_factory=list
    )
    rights_robots: Annotated[
        list[str] | None,
        "directives for robots that the page and its X-Robots-Tag state, in lower case ('noindex', 'noai', "
        "'otherbot: noarchive'); null where no page was read, as from an API or export",
    ] = None
    rights_tdm: Annotated[
        bool | None, "whether text and data mining is reserved (TDM Reservation Protocol); null if nothing is stated"
    ] = None
    rights_tdm_policy: Annotated[str | None, "address of the policy stated beside that; null if none is"] = None
    rights_licenses: Annotated[
        list[str] | None,
        "addresses of licences that the page links to as its own (rel=license, Creative Commons), in its order; "
        "null where no page was read",
    ] = None
    fetch_id: Annotated[Key, "fetches.fetch_id"]
    fetched_at: Annotated[Instant, "UTC time the page was fetched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment as one fetch showed it. One row per comment and fetch."""

    comment_id: Annotated[Key, "'<post_id>:<native id>'; the same at every fetch and by every way in"]
    post_id: Annotated[Key, "posts.post_id"]
    native_id: Annotated[str | None, "the site's own id of the comment; null if not shown"] = None
    comment_page: Annotated[Whole | None, "comment page it stood on, from 1; null if the section is not paged"] = None
    position: Annotated[Count, "order on the page fetched, from 0; tables/comments counts through all pages"]
    number: Annotated[Whole | None, "number that the page prints beside the comment; null if none"] = None
    kind: Annotated[CommentKind, "a person's comment, or a notice that another site links here"] = "comment"
    parent_id: Annotated[str | None, "comment_id answered; null for an answer to the post itself"] = None
    parent_from: Annotated[ParentFrom | None, "how the page states the parent; null where parent_id is null"] = None
    depth: Annotated[Count | None, "0 answers the post; null where the page shows no threads"] = None
    author_name: Annotated[str | None, "name as shown; null if none is shown"] = None
    author_url: Annotated[str | None, "page that the name links to; null if none"] = None
    by_post_author: Annotated[bool | None, "whether the post's author wrote it; null if it cannot be told"] = None
    published_raw: Annotated[str | None, "date text exactly as on the page; null if none"] = None
    published_local: Annotated[WallClock | None, "wall-clock time that it states; null if it cannot be read"] = None
    published_at: Annotated[Instant | None, "UTC instant; null if no date or no zone is known"] = None
    published_precision: Annotated[DatePrecision | None, "finest unit stated; null without a date"] = None
    body_text: Annotated[str, "text with paragraphs, line breaks, '> ' quotes and list marks kept; may be empty"]
    body_html: Annotated[
        str | None, "sanitised HTML of the body; null if it is nothing but paragraphs and line breaks, as body_text has"
    ] = None
    likes: Annotated[Whole | None, "likes or net votes shown; null if none are shown"] = None
    permalink: Annotated[str | None, "URL of this comment; null if none is shown"] = None
    state: Annotated[CommentState, "'removed' where only a placeholder is left"] = "visible"
    fetch_id: Annotated[Key, "fetches.fetch_id"]
    fetched_at: Annotated[Instant, "UTC time the page was fetched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A record that could not stand in the tables, with the reason. One row per rejected record."""

    fetch_id: Annotated[Key, "fetches.fetch_id"]
    fetched_at: Annotated[Instant, "UTC time the page was fetched"]
    record: Annotated[Literal["post", "comment"], "kind of the record"]
    record_id: Annotated[str | None, "its post_id or comment_id; null if it has none"]
    url: Annotated[str | None, "page it was found on; null if it is not known"]
    reason: Annotated[Key, "one word of docs/columns.md's list of reasons"]
    field: Annotated[str | None, "the only column that was lost; null if the whole record was"] = None
    detail: Annotated[str | None, "what exactly did not fit; null if the reason says it all"]
    content: Annotated[str, "the record as JSON"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningRule:
    """What a site's /.well-known/tdmrep.json says of the pages at some place. One row per rule and fetch."""

    place: Annotated[Count, "order in the file, from 0: the first rule whose location fits a page holds for it"]
    location: Annotated[Key, "path as the file writes it: '*' stands for any letters, '$' at its end for the end"]
    reserved: Annotated[bool, "whether text and data mining is reserved there"]
    policy: Annotated[str | None, "address of the policy; null if none is named"] = None
    fetch_id: Annotated[Key, "fetches.fetch_id; its request_url names the host"]
    fetched_at: Annotated[Instant, "UTC time the file was fetched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The robots.txt of a host, as a run was answered."""

    host: Annotated[Key, "host, and port where one is named"]
    status: Annotated[int | None, "HTTP status; null if nothing was answered"]
    rules_sha256: Annotated[
        str | None, "hex SHA-256 of its rules without comments, blank lines and sitemaps; null if no file was given"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccount:
    """What a run of `rejoinder crawl` over the network says of itself when it ends. One row per process.

    A process that was killed leaves none, and its fetches tell of it. Crawls of files keep none either: the same files
    give the same bytes, whenever they are read.
    """

    crawl_id: Annotated[Key, "fetches.crawl_id; the same for all processes that went on with one crawl"]
    starts: Annotated[list[str], "start URLs"]
    via: Annotated[Via, "where its pages came from"]
    command: Annotated[str, "JSON of what makes two commands the same crawl"]
    version: Annotated[str, "rejoinder's version"]
    started_at: Annotated[Instant, "UTC time at which the process began to crawl"]
    ended_at: Annotated[Instant, "UTC time at which it ended"]
    is_resumed: Annotated[bool, "whether it went on with a crawl that an earlier process had begun"]
    ended: Annotated[RunEnd, "how it ended"]
    exit_code: Annotated[
        Count, "exit code by what it fetched; that a blog fell silent is found later, by comparing: see table runs"
    ]
    error: Annotated[str | None, "why it had to be ended; null unless ended is 'failed'"]
    requests: Annotated[Count, "fetches that the process made"]
    body_bytes: Annotated[Count, "their fetches.body_bytes"]
    posts: Annotated[Count, "post records that they gave"]
    comments: Annotated[Count, "comment records that they gave"]
    free_bytes: Annotated[Count, "free space of the data folder's disk at its end"]
    robots: Annotated[list[Robots], "robots.txt of each host that was asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a sitemap, feed, listing or API tells of a post's state: a reason to look at it, never a row's value.

    One row per fetch and thing told. What a source told before and tells again is not written again.
    """

    fetch_id: Annotated[Key, "fetches.fetch_id"]
    fetched_at: Annotated[Instant, "UTC time the source was fetched"]
    source: Annotated[HintSource, "what tells it"]
    url: Annotated[Key, "address of the post as the source gives it"]
    canonical_url: Annotated[Key, "the one spelling of that address"]
    stated_comments: Annotated[Count | None, "number of comments that it states for the post; else null"] = None
    modified_raw: Annotated[str | None, "when the post last changed, as it writes it; else null"] = None
    modified_at: Annotated[Instant | None, "UTC instant of that; null if it states none, or not for which zone"] = None
    comment_native_id: Annotated[str | None, "a comment that it tells of, by the site's own id; else null"] = None
    comment_at: Annotated[Instant | None, "UTC instant of that comment; null if not stated"] = None
    is_gone: Annotated[bool, "whether it no longer shows that comment, where it shows older and newer ones"] = False


RAW: dict[str, type] = {
    "fetches": Fetch,
    "posts": Post,
    "comments": Comment,
    "rejects": Reject,
    "mining_rules": MiningRule,
    "hints": Hint,
    "runs": RunAccount,
}
"""Dataset name (its folder in raw/) -> record, in the order in which a flush writes them, `fetches` excepted: last."""
