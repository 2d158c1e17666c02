"""What is published is read post by post: a post, its comments and who answers whom, as rows of tables/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
"""One row of a table: column -> value, as DuckDB gives it to Python."""


@dataclass(slots=True)
class Section:
    """A post with its comments in reading order, and the rows of `replies` of these comments.

    `post` and `comments` have the columns of tables/posts and tables/comments, `replies` those of tables/replies.
    """

    post: Row
    comments: list[Row] = field(default_factory=list)
    replies: list[Row] = field(default_factory=list)
