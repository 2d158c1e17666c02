"""Who answers whom as the page's own structure states it: nesting, depth classes, attributes, indentation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import cache, lru_cache, partial

from ...numerals import whole_number
from .align import row_pieces
from .document import Document, folded
from .draft import Draft
from .words import DEPTH_CLASS, words_of

_PARENT_ATTRIBUTES = ("data-parent-id", "data-parentid", "data-parent", "data-parent-comment-id", "data-reply-to-id")
_LISTS = frozenset("ol ul dl div section".split())
_INDENT = re.compile(r"(?:margin|padding)-left\s*:\s*(\d{1,4})")
_ANSWERED = re.compile(
    r"\b(?:in reply to|replying to|response to|(?:als )?antwort auf|en réponse à|em resposta (?:a|ao|à)|en respuesta a|"
    r"in risposta a|als antwoord op|svar (?:på|til)|в ответ на|回复|回覆)\W{0,4}$",
    re.IGNORECASE,
)
"""What stands before a link to the comment that is answered."""
_SHOWN_NUMBER = re.compile(r"\W{0,2}(\d{1,6})\b")
_REPLY_WORDS = frozenset("indented indent child subcomment answer antwort reply reponse".split())
_REPLIES_WORDS = frozenset(
    "children child replies answers antworten indented subcomments responses reponses thread".split()
)

_EVERY_OTHER = re.compile(r"\bthread-(?:even|odd|alt)\b")
"""What WordPress calls every other comment of the uppermost level."""


def set_parents(doc: Document, drafts: list[Draft]) -> None:
    """Fill parent, parent_from and depth of all comments; drafts are in page order."""
    nested_in = {n: index for index, draft in enumerate(drafts) for n in draft.item.nested}
    depths = _depths(doc, drafts)
    by_id = {draft.comment.native_id: index for index, draft in enumerate(drafts) if draft.comment.native_id}
    # Asked for on few pages, and once.
    by_number = cache(partial(_by_shown_number, doc, drafts))
    starts = [draft.item.start for draft in drafts]
    parts = {part for draft in drafts for part in draft.item.parts}
    for index, draft in enumerate(drafts):
        comment = draft.comment
        stated = _stated_parent(doc, draft)
        if stated is not None and stated in by_id and by_id[stated] != index:
            comment.parent, comment.parent_from = by_id[stated], "attribute"
        elif draft.item.start in nested_in:
            comment.parent, comment.parent_from = nested_in[draft.item.start], "nesting"
        else:
            before = _beside_replies(doc, draft, starts)
            if before is None and comment.kind == "comment":
                before = _head_of(doc, index, starts, parts)
            linked = _linked_parent(doc, drafts, index, by_id, by_number)
            # The answers of a thread may stand in one block, whichever of its comments they answer.
            is_told_apart = linked is not None and linked != before and before in _upwards(drafts, linked)
            if before is not None and not is_told_apart:
                comment.parent, comment.parent_from = before, "nesting"
            elif before is None and (copied := _copied_in_box(doc, drafts, index)) is not None:
                comment.parent, comment.parent_from = copied, "copy"
            elif linked is not None:
                comment.parent, comment.parent_from = linked, "link"
    _follow_names(doc, drafts, starts)
    if all(depth is not None for depth in depths) and drafts:
        _parents_by_depth(drafts, [depth or 0 for depth in depths])
    for draft in drafts:
        if draft.comment.parent is not None:
            draft.comment.parent_native_id = drafts[draft.comment.parent].comment.native_id
    _set_depths(drafts, any(depth is not None for depth in depths))


def _depths(doc: Document, drafts: list[Draft]) -> list[int | None]:
    """Each comment's depth by its class, counted from any base: by numbers, else by a word for replies alone."""
    numbered = [DEPTH_CLASS.search(doc.classes[draft.item.start]) for draft in drafts]
    if any(numbered):
        return [whole_number(found[1]) if found else None for found in numbered]
    spaced = [_depth_by_spacers(doc, draft) for draft in drafts]
    if any(spaced):
        return list(spaced)
    indents = [_indent(doc, draft) for draft in drafts]
    if any(indents) and not indents[0]:
        steps = sorted(set(indents))
        return [steps.index(indent) for indent in indents]
    if any(draft.item.nested for draft in drafts):
        return [None] * len(drafts)  # a page that nests replies has no need of a word for them
    worded = [not _REPLY_WORDS.isdisjoint(words_of(doc.classes[draft.item.start])) for draft in drafts]
    if any(worded) and not worded[0]:
        return [int(is_reply) for is_reply in worded]
    return [None] * len(drafts)


def _indent(doc: Document, draft: Draft) -> int:
    """The left margin or padding in the style of the comment's element."""
    style = doc.elements[draft.item.start].get("style")
    found = _INDENT.search(style) if style else None
    return (whole_number(found[1]) or 0) if found else 0


def _depth_by_spacers(doc: Document, draft: Draft) -> int:
    """The highest depth that an empty element right inside the comment is named by: such are drawn as its margin."""
    empty = (child for child in doc.children(draft.item.start) if not doc.letters(child))
    found = (DEPTH_CLASS.search(doc.classes[child]) for child in empty)
    return max((whole_number(one[1]) or 0 for one in found if one), default=0)


def _by_shown_number(doc: Document, drafts: list[Draft]) -> dict[str, int]:
    """The comments by the numbers that they begin with; empty where two begin with the same."""
    texts = (next((piece.text for piece in row_pieces(doc, draft.item)), "") for draft in drafts)
    numbers = [found[1] if (found := _SHOWN_NUMBER.match(text)) else None for text in texts]
    shown = {number: index for index, number in enumerate(numbers) if number is not None}
    return shown if len(shown) == sum(number is not None for number in numbers) else {}


def _linked_parent(
    doc: Document, drafts: list[Draft], index: int, by_id: dict[str, int], by_number: Callable[[], dict[str, int]]
) -> int | None:
    """The earlier comment that a link outside the text names as the one answered, by its id or the number it shows.

    Words before the link say so ('in reply to'), or it addresses that comment's author ('@Ann').
    """
    draft = drafts[index]
    for number in draft.item.own(doc):
        link = doc.elements[number]
        if link.tag != "a" or (draft.body is not None and doc.inside(number, draft.body)):
            continue
        text = doc.text(number)
        fragment = _SHOWN_NUMBER.search((link.get("href") or "").partition("#")[2])
        target = by_id.get(fragment[1]) if fragment is not None else None
        if text.startswith("@") and target is not None and text[1:].strip() == drafts[target].comment.author_name:
            return target if target < index else None
        beside = link.getprevious()
        before = beside.tail if beside is not None else doc.elements[doc.parents[number]].text
        if not before or not _ANSWERED.search(folded(before)):
            continue
        shown = _SHOWN_NUMBER.match(text)
        if target is None and shown is not None:
            target = by_number().get(shown[1])
        if target is not None:
            return target if target < index else None
    return None


def _follow_names(doc: Document, drafts: list[Draft], starts: list[int]) -> None:
    """Set what links say that call a comment by its writer's name, where nothing but nesting has spoken."""
    by_address = {draft.comment.permalink: index for index, draft in enumerate(drafts) if draft.comment.permalink}
    for index, draft in enumerate(drafts):
        comment = draft.comment
        if comment.parent_from in (None, "nesting"):
            named = _named_parent(doc, drafts, index, starts, by_address)
            if named is not None and named != comment.parent:
                comment.parent, comment.parent_from = named, "link"


def _named_parent(
    doc: Document, drafts: list[Draft], index: int, starts: list[int], by_address: dict[str, int]
) -> int | None:
    """The earlier comment that a link leads to and calls by its writer's name; None if none does.

    A link outside the text says so anywhere. One that the text begins with may only address somebody, and tells no more
    than which comment is meant of those that stand in one block, one after the other, below the first.
    """
    draft, above = drafts[index], drafts[index].comment.parent
    for number in draft.item.own(doc):
        href = doc.hrefs.get(number)
        if href is None:
            continue
        is_text = draft.body is not None and doc.inside(number, draft.body)
        if is_text and doc.text_between(draft.body or 0, number):
            continue
        target = doc.with_id.get(href.partition("#")[2])
        answered = by_address.get(href) if target is None else _row_around(doc, starts, target)
        if answered is None or answered >= index:
            continue
        if (above is not None or is_text) and above not in _upwards(drafts, answered):
            continue
        name = drafts[answered].comment.author_name
        if name and folded(doc.text(number)).removeprefix("@").strip(" :,") == folded(name):
            return answered
    return None


def _row_around(doc: Document, starts: list[int], number: int) -> int | None:
    """The comment that an element is the wrapper of, or stands in."""
    place = bisect_left(starts, number)
    if place < len(starts) and doc.inside(starts[place], number):
        return place
    return place - 1 if place and doc.inside(number, starts[place - 1]) else None


def _stated_parent(doc: Document, draft: Draft) -> str | None:
    element = doc.elements[draft.item.start]
    for name in _PARENT_ATTRIBUTES:
        value = element.get(name)
        if value and value not in ("0", "null", "none"):
            return value
    return None


def _parents_by_depth(drafts: list[Draft], depths: list[int]) -> None:
    """A stack over the depth classes, which stay right where broken markup nests later comments wrongly."""
    open_at: list[tuple[int, int]] = []
    for index, (draft, depth) in enumerate(zip(drafts, depths, strict=True)):
        while open_at and open_at[-1][0] >= depth:
            open_at.pop()
        parent = open_at[-1][1] if open_at else None
        if parent != draft.comment.parent:
            draft.comment.parent = parent
            draft.comment.parent_from = "depth" if parent is not None else None
        open_at.append((depth, index))


def _beside_replies(doc: Document, draft: Draft, starts: list[int]) -> int | None:
    """The comment whose replies stand in a block of their own behind it; None if this one stands in no such block.

    Args:
        starts: where each comment begins, in page order.
    """
    for outer in doc.ancestors(draft.item.start):
        if not _names_replies(f"{doc.classes[outer]} {doc.elements[outer].get('id') or ''}"):
            continue
        # The last comment before the block, if it is the block's neighbour.
        before = bisect_left(starts, outer) - 1
        while before >= 0 and doc.parents[starts[before]] != doc.parents[outer] and starts[before] > doc.parents[outer]:
            before -= 1
        if before >= 0 and doc.parents[starts[before]] == doc.parents[outer]:
            return before
    return None


# Comments stand in the same blocks, and an attribute that was left open is as long as the page.
@lru_cache(maxsize=1 << 6)
def _names_replies(name: str) -> bool:
    """Whether a class and an id say that replies stand there."""
    return name != " " and not _REPLIES_WORDS.isdisjoint(words_of(_EVERY_OTHER.sub("", name)))


def _head_of(doc: Document, index: int, starts: list[int], parts: set[int]) -> int | None:
    """The comment beside whose own block stands the list that holds this one, both in one wrapper; None if none does.

    So pages nest that put a comment and the list of its answers side by side, whatever they call either.
    """
    inner = starts[index]
    for outer in doc.ancestors(inner):
        first = bisect_left(starts, outer)
        if first < index and doc.parents[starts[first]] == outer:
            if inner in parts or doc.tags[inner] not in _LISTS:
                return None
            before = bisect_left(starts, inner) - 1
            while doc.parents[starts[before]] != outer:
                before -= 1
            return before
        inner = outer
    return None


def _copied_in_box(doc: Document, drafts: list[Draft], index: int) -> int | None:
    """The comment of which this one shows a copy with its name; None if it shows none, or of none on this page."""
    for box in drafts[index].boxes:
        copied, shown = doc.text(box.text), doc.text(box.number)
        for place, other in enumerate(drafts):
            name = other.comment.author_name
            is_copied = other.body is not None and doc.text(other.body) == copied
            if is_copied and (name is None or name in shown) and index not in _upwards(drafts, place):
                return place
    return None


def _upwards(drafts: list[Draft], place: int, goes_on: Callable[[int], bool] = lambda _: True) -> list[int]:
    """The comment and all that it answers, nearest first, each once: a page's attributes may lead round in a circle."""
    found: dict[int, None] = {}
    above: int | None = place
    while above is not None and above not in found and goes_on(above):
        found[above] = None
        above = drafts[above].comment.parent
    return list(found)


def _set_depths(drafts: list[Draft], stated: bool) -> None:
    """0 answers the post. Without any sign of threads the depth is unknown, because a flat list shows none."""
    if not stated and all(draft.comment.parent is None for draft in drafts):
        return

    def is_unknown(place: int) -> bool:
        return drafts[place].comment.depth is None

    for index in range(len(drafts)):
        # From the answer up, because what is copied in a box may stand further down the page.
        for place in reversed(_upwards(drafts, index, is_unknown)):
            parent = drafts[place].comment.parent
            above = None if parent is None else drafts[parent].comment.depth
            drafts[place].comment.depth = 0 if parent is None else (above or 0) + 1
