"""Joomla with JComments or K2."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    return any("joomla" in generator.lower() for generator in doc.meta.get("generator", ()))


PLATFORM = Platform(
    name="joomla",
    description="Joomla: JComments and K2",
    verified="a page of 1 real site, without comments",
    recognises=_recognised,
    items=(
        Mark(id=re.compile(r"comment-item-(\d+)")),
        Mark(tags=frozenset({"li"}), parent=re.compile(r"(?:^|\s)itemCommentsList(?:\s|$)")),
    ),
    lists=(Mark(classes=re.compile(r"(?:^|\s)(?:itemCommentsList|comments-list)(?:\s|$)")),),
    author=frozenset({"comment-author", "commentAuthorName"}),
    date=frozenset({"comment-date", "commentDate"}),
    body=frozenset({"comment-body"}),
    drop=frozenset({"comments-vote", "comments-buttons", "comment-anchor", "commentLink", "commentToolbar"}),
    by_post_author=re.compile(r"(?:^|\s)authorResponse(?:\s|$)"),
)
