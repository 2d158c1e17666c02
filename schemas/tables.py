"""The tidy tables that `rejoinder build` makes: what readers query. SQL in queries/tables/ must give these columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from .records import (
    Comment,
    CommentKind,
    CommentState,
    DatePrecision,
    Fetch,
    ParentFrom,
    Post,
    Reject,
    RunEnd,
    Via,
)
from .types import Count, Instant, Key, Share, WallClock, Whole

RunState = Literal[RunEnd, "unfinished"]
CommentFate = Literal["shown", "moved", "returned", "placeholder", "missing", "hidden", "unseen", "taken_down"]
Evidence = Literal["thread", "mention", "address", "quote", "ordinal", "link", "default"]
LinkKind = Literal["permalink", "same_page", "internal", "other"]
PageEvidence = Literal["comment", "post", "blog"]
PageDoubt = Literal["no_host", "a_post", "own_site", "host_of_many", "several_names"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow(Post):
    """One post, as its newest observation shows it. One row per post."""

    canonical_url: Annotated[  # pyright: ignore[reportGeneralTypeIssues] - no default: staging fills it
        Key, "the one spelling of all its addresses, of which post_id is the hash: a name, which need not open the page"
    ]
    fetch_id: Annotated[Key, "fetches.fetch_id of the newest observation"]
    fetched_at: Annotated[Instant, "UTC time of the newest observation"]
    declared_at: Annotated[
        Instant | None, "UTC time of the observation that stated declared_comments; null if none did"
    ] = None
    first_seen_at: Annotated[Instant, "UTC time of the oldest observation"]
    last_seen_at: Annotated[Instant, "UTC time of the newest fetch that showed it, or saw it unchanged"]
    missed_at: Annotated[
        Instant | None, "UTC time of the first answer since last_seen_at that it is gone (404, 410); null if it stands"
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow(Comment):
    """One comment, as its newest observation shows it. One row per comment."""

    position: Annotated[
        Count, "reading order in the post, from 0 and through all pages: each thread whole, the oldest first"
    ]
    depth: Annotated[
        Count | None, "comments above it in its thread, an unseen parent counted; null where no page shows threads"
    ] = None
    fetch_id: Annotated[Key, "fetches.fetch_id of the newest observation"]
    fetched_at: Annotated[Instant, "UTC time of the newest observation"]
    thread_id: Annotated[Key, "comment_id of the comment at the head of its thread; its own for a thread's head"]
    parent_seen: Annotated[bool | None, "whether parent_id stands in this table; null where parent_id is null"] = None
    lang: Annotated[
        str | None,
        "ISO 639 code of the language that its own words tell, quotes and code left out (docs/measured.md); null for "
        "too few words",
    ] = None
    state: Annotated[
        CommentState,
        "'removed' where it is gone, its text as last seen, where only a placeholder is left, or where it is taken "
        "down: see fate",
    ] = "visible"
    fate: Annotated[CommentFate, "what became of it: a word of docs/columns.md's list"]
    first_seen_at: Annotated[Instant, "UTC time of the oldest observation"]
    last_seen_at: Annotated[Instant, "UTC time of the newest fetch that showed it, or saw it unchanged"]
    missed_at: Annotated[
        Instant | None,
        "UTC time of the first look, since last_seen_at, at its whole section without it: it went between the two; "
        "null if it is not known to be gone",
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentVersionRow:
    """One comment as it stood for a time. One row per comment and state of it, in order of time."""

    comment_id: Annotated[Key, "comments.comment_id"]
    post_id: Annotated[Key, "posts.post_id"]
    version: Annotated[Count, "from 1, in order of time"]
    kind: Annotated[CommentKind | None, "as in comments; null while it was gone"]
    state: Annotated[CommentState, "'removed' while it was gone (no text), or a placeholder stood in its place"]
    author_name: Annotated[str | None, "name as last shown in this time; null if none was"]
    body_text: Annotated[str | None, "text as last shown in this time; null while it was gone"]
    likes: Annotated[Whole | None, "likes as last shown in this time; they make no version; null if none were shown"]
    changed: Annotated[
        list[str], "which of author_name, body_text, kind, state differ from the version before; empty for the first"
    ]
    returns_to: Annotated[Count | None, "earliest version that was the same; null if none was"]
    fetch_id: Annotated[
        Key, "fetches.fetch_id of the newest observation of it, or of the first look without it while it was gone"
    ]
    first_seen_at: Annotated[Instant, "UTC time of the first fetch that showed it so"]
    last_seen_at: Annotated[Instant, "UTC time of the last fetch that showed it so; it changed after that"]
    sightings: Annotated[Count, "fetches that showed it so, or looks without it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostVersionRow:
    """One post as it stood for a time. One row per post and state of it, in order of time."""

    post_id: Annotated[Key, "posts.post_id"]
    version: Annotated[Count, "from 1, in order of time"]
    state: Annotated[Literal["visible", "removed"], "'removed' while its address answered that it is gone (404, 410)"]
    title: Annotated[str | None, "as last shown in this time; null if none was"]
    author_name: Annotated[str | None, "as last shown in this time; null if none was"]
    body_text: Annotated[str | None, "text as last shown in this time; null if none was"]
    modified_at: Annotated[Instant | None, "UTC instant of the last edit that its source states; null if none"]
    changed: Annotated[
        list[str], "which of author_name, body_text, state, title differ from the version before; empty for the first"
    ]
    returns_to: Annotated[Count | None, "earliest version that was the same; null if none was"]
    fetch_id: Annotated[
        Key, "fetches.fetch_id of the newest observation of it, or of the first answer without it while it was gone"
    ]
    first_seen_at: Annotated[Instant, "UTC time of the first fetch that showed it so"]
    last_seen_at: Annotated[Instant, "UTC time of the last fetch that showed it so; it changed after that"]
    sightings: Annotated[Count, "fetches that showed it so, or answers without it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """One answer: a comment and what it answers. A comment that answers several has several rows."""

    comment_id: Annotated[Key, "the answering comment: comments.comment_id"]
    post_id: Annotated[Key, "posts.post_id of both"]
    target_kind: Annotated[Literal["comment", "post"], "whether a comment or the post is answered"]
    target_id: Annotated[Key, "comments.comment_id or posts.post_id answered"]
    evidence: Annotated[list[Evidence], "why, sorted; only ['default'] where the comment shows no target"]
    confidence: Annotated[Share, "measured share of right edges among those with this evidence (docs/replies.md)"]
    cue: Annotated[str | None, "the words of body_text that show it; null where none do (a stated parent, default)"]
    cue_start: Annotated[Count | None, "offset of the cue's first character in body_text; null without a cue"]
    cue_end: Annotated[Count | None, "offset behind the cue's last character; null without a cue"]
    is_primary: Annotated[bool, "true for exactly one row of each comment: its main target"]
    reply_lag_s: Annotated[
        int | None, "seconds from the target to the answer; null if a date is unknown; negative kept"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link in the body of a post or comment, as its newest observation shows it. One row per link.

    Only what body_html marks as a link is one, and leads to a host: mail, scripts and data do not, nor do addresses
    that are written out without markup.
    """

    post_id: Annotated[Key, "posts.post_id of the text"]
    comment_id: Annotated[str | None, "comments.comment_id of the text; null where it is the post's own"]
    position: Annotated[Count, "order in the text, from 0; the same address may come again"]
    url: Annotated[Key, "absolute URL as it is written, without an archive's prefix"]
    host: Annotated[Key, "its host in lower case, without www. and port, as in posts.site"]
    link_text: Annotated[str | None, "words of the link, without addresses of persons; null if none, as of a picture"]
    kind: Annotated[LinkKind, "how far it leads: a word of docs/columns.md's list"]
    target_post_id: Annotated[
        str | None, "posts.post_id of the page that it leads to; null if it is none of the tables"
    ]
    target_comment_id: Annotated[str | None, "comments.comment_id that it leads to; null unless kind is 'permalink'"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletenessRow:
    """What a post states about its comments against what all runs together found. One row per post."""

    post_id: Annotated[Key, "posts.post_id"]
    stated_comments: Annotated[Count | None, "posts.declared_comments; null if the post states no number"]
    found_comments: Annotated[
        Count, "comments in the tables, placeholders of removed ones included, those that are gone left out"
    ]
    found_pingbacks: Annotated[Count, "pingbacks and trackbacks in the tables, those that are gone left out"]
    found_removed: Annotated[Count, "placeholders of removed comments among found_comments"]
    found_gone: Annotated[Count, "comments in the tables that are gone (missed_at), not among found_comments"]
    rejected_comments: Annotated[Count, "comments of the post that stand in rejects only"]
    difference: Annotated[int | None, "stated_comments less found_comments; null where the former is"]
    pages_known: Annotated[Count, "further comment pages and API listings that the newest crawl of the post knows of"]
    pages_fetched: Annotated[Count, "how many of them were fetched"]
    reason: Annotated[str, "why the two numbers differ, or that they do not: a word of docs/columns.md's list"]
    is_complete: Annotated[bool | None, "whether all comments that can be seen were found; null if it cannot be told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCompletenessRow:
    """What a run found of the comments that its own pages state. One row per run and post that it saw."""

    crawl_id: Annotated[Key, "fetches.crawl_id: the run"]
    post_id: Annotated[Key, "posts.post_id"]
    start_url: Annotated[Key, "fetches.start_url that led to the post"]
    stated_comments: Annotated[Count | None, "number that the run's pages state; null if they state none"]
    found_comments: Annotated[Count, "comments that the run found, placeholders of removed ones included"]
    found_pingbacks: Annotated[Count, "pingbacks and trackbacks that it found"]
    found_removed: Annotated[Count, "placeholders of removed comments among found_comments"]
    rejected_comments: Annotated[Count, "comments that it found and that stand in rejects only"]
    difference: Annotated[int | None, "stated_comments less found_comments; null where the former is"]
    found_before: Annotated[
        Count | None, "comments that the last live run before it found, of those that found any; null if none did"
    ]
    pages_known: Annotated[Count, "further comment pages and API listings that it knows of"]
    pages_fetched: Annotated[Count, "how many of them it fetched, or was told to be unchanged"]
    pages_unchanged: Annotated[Count, "how many of them the server says to be as they were"]
    reason: Annotated[str, "why the two numbers differ, or that they do not: a word of docs/columns.md's list"]
    is_complete: Annotated[bool | None, "whether it found all comments that can be seen; null if it cannot be told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallRow:
    """Where a run gave less than its own pages, or an earlier run, say that there is. One row per thing to look at."""

    crawl_id: Annotated[Key, "fetches.crawl_id: the run"]
    start_url: Annotated[Key, "fetches.start_url of the blog"]
    post_id: Annotated[str | None, "posts.post_id of the section that fell short; null for a whole blog"]
    reason: Annotated[str, "what fell short: a word of docs/columns.md's list"]
    expected: Annotated[Count | None, "comments or posts that are stated, or were found before; null if not known"]
    found: Annotated[Count, "how many of them the run found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """What a run gave of a blog, and how it ended. One row per run and start URL."""

    crawl_id: Annotated[Key, "fetches.crawl_id: the run, with all processes that went on with it"]
    start_url: Annotated[Key, "fetches.start_url: the blog"]
    site: Annotated[str | None, "posts.site of most posts that any run found from there; null if none did"]
    via: Annotated[Via, "where its pages came from"]
    started_at: Annotated[
        Instant, "UTC time at which its first process began; of killed ones and files the first fetch"
    ]
    ended_at: Annotated[
        Instant | None, "UTC time at which its last process said that it ended; null if it did not, and for files"
    ]
    last_fetch_at: Annotated[Instant | None, "UTC time of its last answer; null if it asked for nothing"]
    ended: Annotated[RunState | None, "how it ended; null for files, which keep no account of it"]
    exit_code: Annotated[
        Count | None, "exit code of its last process, and 3 where it fell short of earlier runs; null as ended_at"
    ]
    error: Annotated[str | None, "why it had to be ended; null if it was not"]
    version: Annotated[str | None, "rejoinder's version; null as ended_at"]
    is_good: Annotated[bool, "whether it came to its end and read posts, or was told that they are as they were"]
    requests: Annotated[Count, "fetches of the blog"]
    failed_requests: Annotated[Count, "how many of them gave nothing to read although they should have"]
    body_bytes: Annotated[Count, "their fetches.body_bytes"]
    posts: Annotated[Count, "posts that it was shown"]
    comments: Annotated[Count, "comments, pingbacks included, that it was shown below them"]
    new_posts: Annotated[Count, "posts that no run before it was shown"]
    new_comments: Annotated[Count, "comments that no run before it was shown"]
    stated_comments: Annotated[Count, "comments that its pages state, of the posts that state a number"]
    found_comments: Annotated[Count, "comments found below those posts"]
    incomplete_posts: Annotated[Count, "posts of which comments are known to be missing"]
    shortfalls: Annotated[Count, "rows of table shortfalls"]
    start_outcome: Annotated[str | None, "fetches.outcome of the start URL; null if it was not asked for"]
    start_status: Annotated[int | None, "fetches.status of the start URL; null if it was not answered"]
    landed_url: Annotated[str | None, "fetches.final_url of the start URL: where it led; null if it was not answered"]
    has_robots_changed: Annotated[
        bool, "whether robots.txt of its host has other rules than at the last run that was given them"
    ]
    robots_status: Annotated[int | None, "HTTP status of robots.txt of its host; null if not asked for or not answered"]
    free_bytes: Annotated[Count | None, "free space of the disk at its end; null as ended_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """The shape of the conversation below a post, pingbacks left out. One row per post."""

    post_id: Annotated[Key, "posts.post_id"]
    comments: Annotated[Count, "comments, pingbacks and trackbacks not counted"]
    persons: Annotated[Count, "different names among those who commented"]
    depth: Annotated[Count, "answers in the longest chain of primary replies; 1 if all answer the post, 0 if none do"]
    breadth: Annotated[Count, "most comments that stand equally far from the post"]
    author_answer_share: Annotated[
        Share | None, "share of the others' comments that the post's author answered; null if there are none"
    ]
    author_lag_s: Annotated[
        float | None, "median seconds until the author's first answer to a comment; null if there is none with dates"
    ]
    reciprocity: Annotated[
        Share | None, "share of the ordered pairs of persons who answer that are answered back; null without pairs"
    ]
    first_comment_local: Annotated[WallClock | None, "earliest published_local; null if no comment is dated"]
    last_comment_local: Annotated[WallClock | None, "latest published_local; null if no comment is dated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Who writes or comments on a site, as far as a name tells. One row per site and name."""

    site: Annotated[Key, "posts.site"]
    person_id: Annotated[
        Key, "the name's words without case, accents and punctuation; names who it is on this site only"
    ]
    name: Annotated[Key, "the spelling used most"]
    name_variants: Annotated[list[str], "all spellings, those used most first"]
    is_author: Annotated[bool, "whether a post of the site is by this name"]
    posts_written: Annotated[Count, "posts by this name"]
    posts_commented: Annotated[Count, "posts that this name commented on"]
    comments: Annotated[Count, "comments by this name, on all posts"]
    replies_given: Annotated[Count, "rows of replies from these comments, default rows left out"]
    replies_received: Annotated[Count, "rows of replies to these comments and posts, default rows left out"]
    first_comment_local: Annotated[WallClock | None, "earliest published_local; null if no comment is dated"]
    last_comment_local: Annotated[WallClock | None, "latest published_local; null if no comment is dated"]
    home_page: Annotated[
        str | None,
        "person_pages.page by which it can be known again on other sites: the blog that it alone writes, else the only "
        "page without doubt that it states; null if there is none, or several, which may be two persons of one name",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPageRow:
    """A page that a person of a site states for their own: home page, profile or blog. One row per page and person.

    Rows of one page without a doubt are one person, on however many sites and under whatever names. Nothing is
    concluded from names.
    """

    page: Annotated[Key, "the one spelling of its addresses, as in posts.canonical_url: the same on all sites"]
    site: Annotated[Key, "persons.site"]
    person_id: Annotated[Key, "persons.person_id"]
    url: Annotated[Key, "its address as stated most often by this person"]
    evidence: Annotated[list[PageEvidence], "how it is stated, sorted: words of docs/columns.md's list"]
    texts: Annotated[Count, "posts and comments of the person that state it; 0 where only the blog itself does"]
    doubt: Annotated[
        PageDoubt | None, "why it does not tell who somebody is: a word of docs/columns.md's list; null if it does"
    ]
    sites: Annotated[Count, "sites on which it is stated, not counting rows with another doubt than 'several_names'"]
    names: Annotated[Count, "different person_ids that state it there: where there are several, look at them"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownRow:
    """A post or comment that takedown.toml takes down: its row says nothing of what it was. One row per record."""

    record: Annotated[Literal["post", "comment"], "kind of the record"]
    id: Annotated[Key, "posts.post_id or comments.comment_id; a record of rejects need not stand there"]
    post_id: Annotated[Key, "post_id of its post"]
    entry: Annotated[Count, "number of the entry in takedown.toml, from 1; the first of several"]
    asked_on: Annotated[date, "date of the entry"]
    reason: Annotated[Key, "reason of the entry"]


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table: its rows and the columns that identify and order them."""

    row: type
    key: tuple[str, ...]
    """Unique, and the order of the rows on disk."""


TABLES: dict[str, Table] = {
    "posts": Table(PostRow, ("post_id",)),
    "comments": Table(CommentRow, ("post_id", "position")),
    "comment_versions": Table(CommentVersionRow, ("comment_id", "version")),
    "post_versions": Table(PostVersionRow, ("post_id", "version")),
    "replies": Table(ReplyRow, ("comment_id", "target_id")),
    "links": Table(LinkRow, ("post_id", "comment_id", "position")),
    "threads": Table(ThreadRow, ("post_id",)),
    "persons": Table(PersonRow, ("site", "person_id")),
    "person_pages": Table(PersonPageRow, ("page", "site", "person_id")),
    "completeness": Table(CompletenessRow, ("post_id",)),
    "run_completeness": Table(RunCompletenessRow, ("crawl_id", "post_id")),
    "shortfalls": Table(ShortfallRow, ("crawl_id", "start_url", "reason", "post_id")),
    "runs": Table(RunRow, ("crawl_id", "start_url")),
    "fetches": Table(Fetch, ("fetch_id",)),
    "takedowns": Table(TakedownRow, ("record", "id")),
    "rejects": Table(Reject, ("fetch_id", "record", "record_id", "reason", "field", "content")),
}
"""Name of the model in queries/tables/ and of the file in tables/ -> what it holds."""


__all__ = [
    "TABLES",
    "CommentFate",
    "CommentKind",
    "CommentRow",
    "CommentState",
    "CommentVersionRow",
    "CompletenessRow",
    "Count",
    "DatePrecision",
    "Evidence",
    "Instant",
    "Key",
    "LinkKind",
    "LinkRow",
    "PageDoubt",
    "PageEvidence",
    "ParentFrom",
    "PersonPageRow",
    "PersonRow",
    "PostRow",
    "PostVersionRow",
    "ReplyRow",
    "RunCompletenessRow",
    "RunRow",
    "RunState",
    "Share",
    "ShortfallRow",
    "Table",
    "TakedownRow",
    "ThreadRow",
    "Via",
    "WallClock",
]
