"""Taking the bodies out of the tree, when everything else has been read: the page is parsed once and never copied."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from ...dates.find import without_dates
from .document import Document, detach, folded
from .draft import Draft
from .phrases import JOINING_TEXT, PING_LABEL
from .words import roles_of

_LIST_TAGS = frozenset({"li", "dt", "dd"})
_SEPARATORS = re.compile(r"[\s|·•⋅∙/]+")
"""What stands between one control and the next."""


def cut_bodies(doc: Document, drafts: list[Draft]) -> None:
    """Give each comment its body element, free of names, controls and the comments inside it."""
    # What all of several texts stand in is the template's, and quotes nobody.
    in_quotes = len(drafts) > 1 and all(
        draft.body is not None and doc.tags[draft.body] == "blockquote" for draft in drafts
    )
    # Backwards, so that a reply is out of its parent before the parent's own body is cut.
    for draft in reversed(drafts):
        parts = [doc.elements[part] for part in draft.item.parts]
        for part in parts:
            detach(part)
        taken_off = {*draft.heads, *draft.drops}
        _take_off(doc, draft)
        for number in taken_off:
            detach(doc.elements[number])
        if draft.body is None:
            parts = [doc.elements[part] for part in draft.item.parts if part not in taken_off or len(parts) == 1]
        if draft.body is not None:
            body = doc.elements[draft.body]
        else:  # without parts the whole of it were names and controls
            body = _joined(parts) if parts else doc.root.makeelement("div")
        if draft.comment.kind != "comment":
            _without_label(body)
        is_row = draft.body is None and len(draft.item.parts) == 1
        if body.tag in _LIST_TAGS or (
            body.tag == "blockquote" and (is_row or in_quotes or "body" in roles_of(body.get("class") or ""))
        ):
            # Alone it would read as a list of one, or all of it as a quotation.
            body.tag = "div"
        draft.comment.body = body


def _take_off(doc: Document, draft: Draft) -> None:
    """Take off the words around what is taken out, and the template's."""
    for number in draft.heads:
        _without_glue(doc.elements[number])
    for number in draft.tails:
        doc.elements[number].tail = None
    for number in draft.drops:
        if _SEPARATORS.fullmatch(doc.elements[number].tail or ""):
            doc.elements[number].tail = None
    for number in draft.openings:
        doc.elements[number].text = None


def _joined(parts: list[HtmlElement]) -> HtmlElement:
    first, *others = parts
    for other in others:
        first.append(other)
    return first


def _without_glue(element: HtmlElement) -> None:
    """Take off the words before and behind a name or date that only join it to the next ('said on'), or are it."""
    if _only_joins(element.tail):
        element.tail = None
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        if _only_joins(before.tail):
            before.tail = None
    elif parent is not None and _only_joins(parent.text):
        parent.text = None


def _only_joins(text: str | None) -> bool:
    return text is not None and JOINING_TEXT.match(without_dates(folded(text))) is not None


def _without_label(body: HtmlElement) -> None:
    """Take 'Pingback:' off the beginning."""
    for element in body.iter():
        if folded(element.text):
            element.text = PING_LABEL.sub("", element.text or "")
            return
        if element is not body and folded(element.tail):
            element.tail = PING_LABEL.sub("", element.tail or "")
            return
