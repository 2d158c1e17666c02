"""The tables of a release: what of the tidy tables is published, each column named, typed and explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from .records import CommentKind, CommentState, DatePrecision, Outcome, PageKind, ParentFrom, Via
from .tables import CommentFate, CompletenessRow, Evidence, Table, ThreadRow
from .types import Count, Instant, Key, Share, WallClock, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPost:
    """One post, as its newest observation shows it. One row per post."""

    post_id: Annotated[Key, "16 hex digits of SHA-256 of the canonical URL; the same in every release"]
    site: Annotated[Key, "blog the post belongs to: host, and path where several blogs share a host"]
    url: Annotated[
        str | None,
        "address that answered with the post; null if addresses are not published, and for posts that were taken down",
    ]
    canonical_url: Annotated[str | None, "the one spelling of its addresses, of which post_id is the hash; null as url"]
    platform: Annotated[Key, "what made the page; 'generic' if not recognised"]
    native_id: Annotated[str | None, "the site's own number of the post; null if not shown"]
    title: Annotated[str | None, "null if none is found, and in a release without texts"]
    author_name: Annotated[
        str | None,
        "who wrote it, several joined by ', ', called as the card says; null if none is stated, or no names are there",
    ]
    published_local: Annotated[WallClock | None, "wall-clock time that the page states; null if it cannot be read"]
    published_at: Annotated[Instant | None, "UTC instant; null if no date or no zone is known"]
    published_precision: Annotated[DatePrecision | None, "finest unit stated; null without a date"]
    modified_at: Annotated[Instant | None, "UTC instant of the last edit that the page states; null if not stated"]
    categories: Annotated[list[str], "in the order shown; empty if none, and in a release without texts"]
    tags: Annotated[list[str], "in the order shown; empty if none, and in a release without texts"]
    lang: Annotated[str | None, "BCP 47 tag that the page states; null if none"]
    body_text: Annotated[
        str | None, "text without comments and boilerplate; null if not found, and in a release without texts"
    ]
    body_sha256: Annotated[
        str | None,
        "hex SHA-256 of the text before anything was hidden in it, by which a text fetched again is known to be the "
        "same; null but in a release without texts",
    ]
    declared_comments: Annotated[Count | None, "number of comments that the page states; null if it states none"]
    comments_open: Annotated[bool | None, "whether new comments are taken; null if the page does not show it"]
    embeds: Annotated[list[str], "comment systems that the page embeds without showing their comments"]
    rights_robots: Annotated[
        list[str] | None, "directives for robots that the page states ('noindex', 'noai'); null where no page was read"
    ]
    rights_tdm: Annotated[
        bool | None, "whether text and data mining is reserved (TDM Reservation Protocol); null if nothing is stated"
    ]
    rights_tdm_policy: Annotated[str | None, "address of the policy stated beside that; null if none is"]
    rights_licenses: Annotated[
        list[str] | None, "addresses of licences that the page links to as its own; null where no page was read"
    ]
    fetch_id: Annotated[Key, "provenance.fetch_id: where the row was read"]
    fetched_at: Annotated[Instant, "UTC time of the newest observation"]
    first_seen_at: Annotated[Instant, "UTC time of the oldest observation"]
    last_seen_at: Annotated[Instant, "UTC time of the newest fetch that showed it, or saw it unchanged"]
    missed_at: Annotated[
        Instant | None, "UTC time of the first answer since last_seen_at that it is gone (404, 410); null if it stands"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedComment:
    """One comment, as its newest observation shows it. One row per comment, each thread whole and in reading order."""

    comment_id: Annotated[Key, "'<post_id>:' and the site's own id, or a keyed hash where the site gives none"]
    post_id: Annotated[Key, "posts.post_id"]
    site: Annotated[Key, "posts.site"]
    position: Annotated[Count, "reading order in the post, from 0"]
    native_id: Annotated[str | None, "the site's own id of the comment; null if not shown"]
    number: Annotated[Whole | None, "number that the page prints beside the comment; null if none"]
    kind: Annotated[CommentKind, "a person's comment, or a notice that another site links here"]
    thread_id: Annotated[Key, "comment_id of the comment at the head of its thread; its own for a thread's head"]
    parent_id: Annotated[
        str | None, "comment_id answered, as the page states it; null for an answer to the post itself"
    ]
    parent_from: Annotated[ParentFrom | None, "how the page states the parent; null where parent_id is null"]
    parent_seen: Annotated[bool | None, "whether parent_id stands in this table; null where parent_id is null"]
    depth: Annotated[Count | None, "comments above it in its thread; null where no page shows threads"]
    author_id: Annotated[
        str | None, "persons.person_id of who wrote it; null if no name is shown or no names are published"
    ]
    author_name: Annotated[
        str | None, "who wrote it, called as the card says; null if no name is shown or no names are published"
    ]
    by_post_author: Annotated[bool | None, "whether the post's author wrote it; null if it cannot be told"]
    published_local: Annotated[WallClock | None, "wall-clock time that the page states; null if it cannot be read"]
    published_at: Annotated[Instant | None, "UTC instant; null if no date or no zone is known"]
    published_precision: Annotated[DatePrecision | None, "finest unit stated; null without a date"]
    lang: Annotated[str | None, "ISO 639 code of the language that its words tell; null for too few words"]
    body_text: Annotated[
        str | None,
        "text with paragraphs, '> ' quotes and list marks kept; null for removed comments whose text is not published, "
        "and in a release without texts",
    ]
    body_sha256: Annotated[
        str | None,
        "hex SHA-256 of the text before anything was hidden in it, by which a text fetched again is known to be the "
        "same; null but in a release without texts, and for removed comments whose text is not published",
    ]
    likes: Annotated[Whole | None, "likes or net votes shown; null if none are shown"]
    permalink: Annotated[str | None, "URL of this comment; null if none is shown or addresses are not published"]
    state: Annotated[CommentState, "'removed' where it is gone, or only a placeholder is left: see fate"]
    fate: Annotated[CommentFate, "what became of it: a word of docs/columns.md's list"]
    fetch_id: Annotated[Key, "provenance.fetch_id: where the row was read"]
    fetched_at: Annotated[Instant, "UTC time of the newest observation"]
    first_seen_at: Annotated[Instant, "UTC time of the oldest observation"]
    last_seen_at: Annotated[Instant, "UTC time of the newest fetch that showed it, or saw it unchanged"]
    missed_at: Annotated[
        Instant | None, "UTC time of the first look at its whole section without it; null if it is not known to be gone"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedReply:
    """One answer: a comment and what it answers. A comment that answers several has several rows."""

    comment_id: Annotated[Key, "the answering comment: comments.comment_id"]
    post_id: Annotated[Key, "posts.post_id of both"]
    target_kind: Annotated[Literal["comment", "post"], "whether a comment or the post is answered"]
    target_id: Annotated[Key, "comments.comment_id or posts.post_id answered"]
    evidence: Annotated[list[Evidence], "why, sorted; only ['default'] where the comment shows no target"]
    confidence: Annotated[Share, "measured share of right answers among those with this evidence"]
    cue: Annotated[
        str | None, "the words of body_text that show it; null where none do, and in a release without texts"
    ]
    cue_start: Annotated[
        Count | None,
        "offset of the cue's first character in body_text, in a release without texts in the text itself; null "
        "without a cue",
    ]
    cue_end: Annotated[Count | None, "offset behind the cue's last character; null without a cue"]
    is_primary: Annotated[bool, "true for exactly one row of each comment: its main target"]
    reply_lag_s: Annotated[
        int | None, "seconds from the target to the answer; null if a date is unknown; negative kept"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedPerson:
    """Who writes or comments on a site in this release, as far as a name tells. One row per site and person."""

    site: Annotated[Key, "posts.site"]
    person_id: Annotated[Key, "names the person on this site: a pseudonym, or in a release with names the name's words"]
    name: Annotated[str | None, "what the person is called in this release; null in a release without texts"]
    is_author: Annotated[bool, "whether a post of the site is by this person"]
    posts_written: Annotated[Count, "released posts by this person"]
    posts_commented: Annotated[Count, "released posts that this person commented on"]
    comments: Annotated[Count, "released comments by this person"]
    replies_given: Annotated[Count, "rows of replies from these comments, default rows left out"]
    replies_received: Annotated[Count, "rows of replies to these comments and posts, default rows left out"]
    first_comment_local: Annotated[WallClock | None, "earliest published_local; null if no comment is dated"]
    last_comment_local: Annotated[WallClock | None, "latest published_local; null if no comment is dated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedFetch:
    """A fetch that rows of this release were read from. One row per fetch."""

    fetch_id: Annotated[Key, "16 hex digits; named by posts and comments"]
    via: Annotated[Via, "where the page came from"]
    request_url: Annotated[
        str | None, "URL asked for; null if addresses are not published, and for posts that were taken down"
    ]
    final_url: Annotated[str | None, "URL answered after redirects; null as request_url"]
    status: Annotated[int | None, "HTTP status; null if the page came without one"]
    fetched_at: Annotated[Instant, "UTC time of the answer; an archive's capture time where there is one"]
    content_type: Annotated[str | None, "media type as the server states it, without parameters; null if not stated"]
    body_sha256: Annotated[str | None, "hex SHA-256 of the page; null if not known"]
    archive_file: Annotated[str | None, "name of the WARC or ARC file the page was read from; null outside archives"]
    archive_offset: Annotated[Count | None, "byte offset of its record in archive_file; null outside archives"]
    page_kind: Annotated[PageKind, "what the page is: a word of docs/columns.md's list"]
    outcome: Annotated[Outcome, "how the fetch ended: a word of docs/columns.md's list"]


RELEASE_TABLES: dict[str, Table] = {
    "posts": Table(ReleasedPost, ("post_id",)),
    "comments": Table(ReleasedComment, ("comment_id",)),
    "replies": Table(ReleasedReply, ("comment_id", "target_id")),
    "threads": Table(ThreadRow, ("post_id",)),
    "persons": Table(ReleasedPerson, ("site", "person_id")),
    "completeness": Table(CompletenessRow, ("post_id",)),
    "provenance": Table(ReleasedFetch, ("fetch_id",)),
}
"""Name of a table of a release -> its rows and what identifies them."""
