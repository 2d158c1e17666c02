"""Serendipity (s9y): depth is told by an indentation in pixels or by a level class, never by nesting."""

from __future__ import annotations

import re

from .document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    if any("serendipity" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    return any(name.startswith("serendipity_comment") for name in doc.with_class)


PLATFORM = Platform(
    name="serendipity",
    description="Serendipity",
    recognises=_recognised,
    items=(Mark(classes=re.compile(r"(?:^|\s)serendipity_comment(?:\s|$)")),),
    author=frozenset({"comment_source_author", "serendipity_comment_author"}),
    date=frozenset({"comment_source_date"}),
    body=frozenset({"serendipity_commentBody", "comment_content"}),
    drop=frozenset({"comment_source_ownreply", "comment_reply", "comment_source_trace"}),
    by_post_author=re.compile(r"(?:^|\s)serendipity_comment_author_self(?:\s|$)"),
)
