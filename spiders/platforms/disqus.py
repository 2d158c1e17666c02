"""Disqus as printed by the server: the list that its plugins leave for readers without scripts."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform

_ITEM = re.compile(r"dsq-comment-(\d+)")


def _recognised(doc: Document) -> bool:
    return "dsq-comments" in doc.with_id or any(_ITEM.fullmatch(anchor) for anchor in doc.with_id)


PLATFORM = Platform(
    name="disqus",
    description="Disqus' lists for readers without scripts",
    verified="pages of 2 real sites",
    recognises=_recognised,
    items=(Mark(id=_ITEM),),
    author=frozenset({"dsq-comment-author"}),
    body=frozenset({"dsq-comment-message"}),
    drop=frozenset({"dsq-comment-footer"}),
)
