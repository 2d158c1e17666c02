"""The one engine: comment items, their fields, their threads, their bodies, for every platform alike."""

from __future__ import annotations

import re

from ..platforms.platform import Platform
from .document import Document
from .fields import Draft, read_item
from .items import Item
from .label import label_rows
from .threads import set_parents
from .words import AUTHOR_MARK, DEPTH_CLASS

_NUMBERED = re.compile(r"(\D+)(\d+)")


def read_comments(doc: Document, platform: Platform, items: list[Item]) -> list[Draft]:
    """The comments of the items, in page order, with their parents; bodies are cut later."""
    labels = label_rows(doc, items)
    drafts = [read_item(doc, platform, item, labels) for item in items]
    drafts = _without_empty(doc, drafts)
    set_parents(doc, drafts)
    _set_native_ids(doc, drafts)
    _set_by_post_author(doc, platform, drafts)
    return drafts


def _without_empty(doc: Document, drafts: list[Draft]) -> list[Draft]:
    """Without rows that say neither a word nor when: advertisements and pagers built like the comments around them."""
    kept = [
        draft
        for draft in drafts
        if draft.comment.published is not None
        or draft.item.nested
        or doc.text_within(draft.item.parts, skips={*draft.heads, *draft.drops}.__contains__)
    ]
    return kept if len(kept) * 2 > len(drafts) else drafts


def _set_native_ids(doc: Document, drafts: list[Draft]) -> None:
    """Where no comment states an id in a known form: the numbers in their elements' ids, if these tell all apart."""
    if any(draft.comment.native_id for draft in drafts):
        return
    found = [_NUMBERED.fullmatch(doc.elements[draft.item.start].get("id") or "") for draft in drafts]
    numbers = [match[2] for match in found if match]
    if len(set(numbers)) == len(drafts) and len({match[1] for match in found if match}) == 1:
        for draft, number in zip(drafts, numbers, strict=True):
            draft.comment.native_id = number


def _set_by_post_author(doc: Document, platform: Platform, drafts: list[Draft]) -> None:
    """By the mark that the platform, or any theme, sets on the author's own.

    None where none is marked, but for themes that print WordPress' classes: these mark the author's wherever one is.
    """
    mark = platform.by_post_author or AUTHOR_MARK
    marked = [any(mark.search(doc.classes[n]) for n in draft.item.own(doc) if doc.classes[n]) for draft in drafts]
    for draft, is_marked in zip(drafts, marked, strict=True):
        names = doc.classes[draft.item.start]
        if any(marked) or (platform.by_post_author is not None and DEPTH_CLASS.search(names)):
            draft.comment.by_post_author = is_marked
