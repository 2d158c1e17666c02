"""The one engine: comment items, their fields, their threads, their bodies, for every platform alike."""

from __future__ import annotations

from .document import Document
from .fields import Draft, read_item
from .items import Item
from .platform import Platform
from .threads import set_parents
from .vocabulary import AUTHOR_MARK


def read_comments(doc: Document, platform: Platform, items: list[Item]) -> list[Draft]:
    """The comments of the items, in page order, with their parents; bodies are cut later."""
    drafts = [read_item(doc, platform, item) for item in items]
    set_parents(doc, drafts)
    _set_by_post_author(doc, platform, drafts)
    return drafts


def _set_by_post_author(doc: Document, platform: Platform, drafts: list[Draft]) -> None:
    """By the mark that the platform, or any theme, sets on the author's own; None where no comment has one.

    A platform that declares its mark sets it on all of them, so there an unmarked comment is someone else's.
    """
    mark = platform.by_post_author or AUTHOR_MARK
    marked = [any(mark.search(doc.classes[n]) for n in draft.item.own(doc) if doc.classes[n]) for draft in drafts]
    if platform.by_post_author is None and not any(marked):
        return
    for draft, is_marked in zip(drafts, marked, strict=True):
        draft.comment.by_post_author = is_marked
