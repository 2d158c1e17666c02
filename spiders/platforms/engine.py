"""The one engine: comment items, their fields, their threads, their bodies, for every platform alike."""

from __future__ import annotations

from ...schemas import PageComment
from .cutting import cut_bodies
from .document import Document
from .fields import read_item
from .items import find_items
from .platform import Platform
from .threads import set_parents


def read_comments(doc: Document, platform: Platform) -> list[PageComment]:
    """The page's comments in page order. Cuts their bodies out of the tree, so what else reads it must come before."""
    drafts = [read_item(doc, platform, item) for item in find_items(doc, platform)]
    set_parents(doc, drafts)
    for draft in drafts:
        _set_by_post_author(doc, platform, draft)
    cut_bodies(doc, drafts)
    return [draft.comment for draft in drafts]


def _set_by_post_author(doc, platform, draft) -> None:
    if platform.by_post_author is not None:
        names = [doc.classes[part] for part in draft.item.parts]
        draft.comment.by_post_author = any(platform.by_post_author.search(name) for name in names)
