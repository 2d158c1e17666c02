"""The tidy tables that `rejoinder build` makes: what readers query. SQL in queries/tables/ must give these columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from .records import CommentKind, CommentState, DatePrecision, ParentFrom, Via
from .types import Count, Instant, Key, Share, WallClock

Evidence = Literal["thread", "mention", "address", "quote", "ordinal", "link", "default"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """One answer: a comment and what it answers. A comment that answers several has several rows."""

    comment_id: Annotated[Key, "the answering comment: comments.comment_id"]
    post_id: Annotated[Key, "posts.post_id of both"]
    target_kind: Annotated[Literal["comment", "post"], "whether a comment or the post is answered"]
    target_id: Annotated[Key, "comments.comment_id or posts.post_id answered"]
    evidence: Annotated[list[Evidence], "why, sorted; only ['default'] where the comment shows no target"]
    confidence: Annotated[Share, "measured share of right edges among those with this evidence (docs/replies.md)"]
    cue: Annotated[str | None, "the words of body_text that show it; null where none do (thread, default)"]
    cue_start: Annotated[Count | None, "offset of the cue's first character in body_text; null without a cue"]
    cue_end: Annotated[Count | None, "offset behind the cue's last character; null without a cue"]
    is_primary: Annotated[bool, "true for exactly one row of each comment: its main target"]
    reply_lag_s: Annotated[
        int | None, "seconds from the target to the answer; null if a date is unknown; negative kept"
    ]


__all__ = [
    "CommentKind",
    "CommentState",
    "Count",
    "DatePrecision",
    "Evidence",
    "Instant",
    "Key",
    "ParentFrom",
    "ReplyRow",
    "Share",
    "Via",
    "WallClock",
]
