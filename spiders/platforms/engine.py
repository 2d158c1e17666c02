"""The one engine: comment items, their fields, their threads, their bodies, for every platform alike."""

from __future__ import annotations

from .document import Document
from .fields import Draft, read_item
from .items import Item
from .platform import Platform
from .threads import set_parents


def read_comments(doc: Document, platform: Platform, items: list[Item]) -> list[Draft]:
    """The comments of the items, in page order, with their parents; bodies are cut later."""
    drafts = [read_item(doc, platform, item) for item in items]
    set_parents(doc, drafts)
    if platform.by_post_author is not None:
        for draft in drafts:
            draft.comment.by_post_author = any(
                platform.by_post_author.search(doc.classes[part]) for part in draft.item.parts
            )
    return drafts
