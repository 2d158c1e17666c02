"""SPIP: forums below articles, and the comments of its newer versions."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    return any("spip" in generator.lower() for generator in doc.meta.get("generator", ()))


PLATFORM = Platform(
    name="spip",
    description="SPIP: forums and comments",
    verified="a page of 1 real site",
    recognises=_recognised,
    items=(
        Mark(tags=frozenset({"li"}), classes=re.compile(r"(?:^|\s)(?:forum-fil|comment-fil|comment-item)(?:\s|$)")),
        Mark(classes=re.compile(r"(?:^|\s)(?:forum-message|comment-message)(?:\s|$)")),
        Mark(id=re.compile(r"forum(\d+)")),
    ),
    lists=(
        Mark(
            tags=frozenset({"ul", "ol"}), classes=re.compile(r"(?:^|\s)(?:forum|comments-list|comments-items)(?:\s|$)")
        ),
    ),
    author=frozenset({"forum-auteur", "comment-author", "reviewer"}),
    body=frozenset({"forum-texte", "comment-content", "comment-texte"}),
    drop=frozenset({"forum-repondre", "forum-repondre-message", "comment-reply", "repondre", "item"}),
)
