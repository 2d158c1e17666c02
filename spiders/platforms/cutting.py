"""Taking the bodies out of the tree, when everything else has been read: the page is parsed once and never copied."""

from __future__ import annotations

from lxml.html import HtmlElement

from .document import Document, detach
from .fields import Draft


def cut_bodies(doc: Document, drafts: list[Draft]) -> None:
    """Give each comment its body element, free of names, controls and the comments inside it."""
    # Backwards, so that a reply is out of its parent before the parent's own body is cut.
    for draft in reversed(drafts):
        parts = [doc.elements[part] for part in draft.item.parts]
        for part in parts:
            detach(part)
        for number in draft.drops:
            if number in draft.item.parts:
                continue
            detach(doc.elements[number])
        draft.comment.body = doc.elements[draft.body] if draft.body is not None else _joined(parts)


def _joined(parts: list[HtmlElement]) -> HtmlElement:
    first, *others = parts
    for other in others:
        first.append(other)
    return first
