"""The declared records: the one place that knows every column. Imports nothing of ours."""

from .damage import Damages
from .page import Capture, DateMention, Embed, PageComment, PagePost, PageReading
from .records import (
    RAW,
    SCHEMA_VERSION,
    UNDATED,
    Comment,
    CommentKind,
    CommentState,
    Fetch,
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
    "Link",
    "MiningRule",
    "PageComment",
    "PagePost",
    "PageReading",
    "Post",
    "Reject",
    "Robots",
    "RunAccount",
]
