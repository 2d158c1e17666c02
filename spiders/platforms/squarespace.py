"""Squarespace: its own comments, as far as the server prints them."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    if any("squarespace" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    return any("squarespace.com/" in (script.get("src") or "") for script in doc.scripts)


PLATFORM = Platform(
    name="squarespace",
    description="Squarespace",
    verified="no real page yet",
    recognises=_recognised,
    items=(Mark(tags=frozenset({"div"}), classes=re.compile(r"(?:^|\s)comment(?:\s|$)")),),
    author=frozenset({"author", "author-name"}),
    date=frozenset({"date"}),
    body=frozenset({"comment-body", "body"}),
    drop=frozenset({"comment-controls", "reply-control"}),
)
