"""The declared records: the one place that knows every column. Imports nothing of ours."""

from .damage import Damages
from .page import Capture, DateMention, Embed, PageComment, PageHint, PagePost, PageReading
from .records import (
    RAW,
    SCHEMA_VERSION,
    UNDATED,
    Comment,
    CommentKind,
    CommentState,
    Fetch,
    Hint,
    HintSource,
    Link,
    MiningRule,
    Post,
    Reject,
    Robots,
    RunAccount,
)

__all__ = [
    "RAW",
    "SCHEMA_VERSION",
    "UNDATED",
    "Capture",
    "Comment",
    "CommentKind",
    "CommentState",
    "Damages",
    "DateMention",
    "Embed",
    "Fetch",
    "Hint",
    "HintSource",
    "Link",
    "MiningRule",
    "PageComment",
    "PageHint",
    "PagePost",
    "PageReading",
    "Post",
    "Reject",
    "Robots",
    "RunAccount",
]
