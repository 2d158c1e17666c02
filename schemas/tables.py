"""The tidy tables that `rejoinder build` makes: what readers query. SQL in queries/tables/ must give these columns."""

from __future__ import annotations

from dataclasses import dataclass
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
    Via,
)
from .types import Count, Instant, Key, Share, WallClock

Evidence = Literal["thread", "mention", "address", "quote", "ordinal", "link", "default"]


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
    first_seen_at: Annotated[Instant, "UTC time of the oldest observation"]


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
class CompletenessRow:
    """What a post states about its comments against what all runs together found. One row per post."""

    post_id: Annotated[Key, "posts.post_id"]
    stated_comments: Annotated[Count | None, "posts.declared_comments; null if the post states no number"]
    found_comments: Annotated[Count, "comments in the tables, placeholders of removed ones included"]
    found_pingbacks: Annotated[Count, "pingbacks and trackbacks in the tables"]
    found_removed: Annotated[Count, "placeholders of removed comments among found_comments"]
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


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table: its rows and the columns that identify and order them."""

    row: type
    key: tuple[str, ...]
    """Unique, and the order of the rows on disk."""


TABLES: dict[str, Table] = {
    "posts": Table(PostRow, ("post_id",)),
    "comments": Table(CommentRow, ("post_id", "position")),
    "replies": Table(ReplyRow, ("comment_id", "target_id")),
    "threads": Table(ThreadRow, ("post_id",)),
    "persons": Table(PersonRow, ("site", "person_id")),
    "completeness": Table(CompletenessRow, ("post_id",)),
    "run_completeness": Table(RunCompletenessRow, ("crawl_id", "post_id")),
    "shortfalls": Table(ShortfallRow, ("crawl_id", "start_url", "reason", "post_id")),
    "fetches": Table(Fetch, ("fetch_id",)),
    "rejects": Table(Reject, ("fetch_id", "record", "record_id", "reason", "field", "content")),
}
"""Name of the model in queries/tables/ and of the file in tables/ -> what it holds."""


__all__ = [
    "TABLES",
    "CommentKind",
    "CommentRow",
    "CommentState",
    "CompletenessRow",
    "Count",
    "DatePrecision",
    "Evidence",
    "Instant",
    "Key",
    "ParentFrom",
    "PersonRow",
    "PostRow",
    "ReplyRow",
    "RunCompletenessRow",
    "Share",
    "ShortfallRow",
    "Table",
    "ThreadRow",
    "Via",
    "WallClock",
]
