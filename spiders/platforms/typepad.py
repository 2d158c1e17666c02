"""TypePad and Movable Type: the author's line stands at the foot of the comment, behind its text."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    makers = ("typepad", "movable type", "movabletype.org")
    return any(maker in generator.lower() for generator in doc.meta.get("generator", ()) for maker in makers)


PLATFORM = Platform(
    name="typepad",
    description="TypePad and Movable Type",
    verified="pages of 6 real sites",
    recognises=_recognised,
    items=(
        Mark(id=re.compile(r"comment-([0-9a-f]+)")),
        Mark(tags=frozenset({"div"}), classes=re.compile(r"(?:^|\s)comment(?:\s|$)")),
        # Movable Type up to 3, last seen in 2007.
        Mark(tags=frozenset({"div"}), classes=re.compile(r"(?:^|\s)comments-body(?:\s|$)")),
    ),
    author=frozenset({"vcard", "commenter-name"}),
    date=frozenset({"published", "comments-post"}),
    body=frozenset({"comment-content", "comment-body"}),
    drop=frozenset({"user-pic", "comment-reply-link"}),
    by_post_author=re.compile(r"(?:^|\s)entry-author-comment(?:\s|$)"),
)
