"""Choose: which of the groups that were found are the page's comments, and which further ones belong to them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ...dates.find import find_date
from ..platforms.platform import Platform
from .align import pieces_of
from .document import Document
from .find import dated_places, own_dates, shaped_groups
from .groups import named_items
from .items import Item, container_of, marked_items, nested, with_notices
from .lines import signed_items
from .weigh import Page, Way, is_worth_weighing, score, table_in_order, titled_between

SURE = 0.25
"""Score from which a group is taken for comments: a false alarm costs more than a section of two that is missed."""
_LIKELY_IN_ORDER = -4.5
"""The same of a table in order of time, where no group is taken otherwise: it takes none of the 288 pages without
comments at hand."""
_IN_ORDER = 0.4
"""How much a group must be a table in order of time for that."""
_FEWEST_IN_ORDER = 3
_CLEAR = 13.0
"""Score from which a group that is found by its names needs no comparison with what is merely alike."""
_FURTHER = 3.0
"""Score from which a group beside the best one is part of the same section."""
_NEARLY = 3.0
"""Difference of scores up to which a group with all the rows of another, and more, is taken instead."""
_ALIEN = -8.0
"""Score up to which rows are no comments, not even notices of links: a pager, the heads and feet of the page."""
_WHOLE = 6.0
"""Score that the rows of a section still have when rows inside them are taken out."""
_MOST_FURTHER = 8
"""Groups beside the best one that are asked whether they belong to it."""
_LEFT = 12
"""Letters that a comment keeps when rows inside it turn out to be comments of their own."""

_SAID = 15
"""Letters from which a text may be what a comment says."""

_TITLED = 0.6
"""Share of neighbouring rows with a title between them from which they are the texts of posts, one below the other."""

_LISTS = frozenset("ol ul dl table tbody tr".split())

Scored = tuple[float, Way, list[Item]]


def find_comments(doc: Document, platform: Platform) -> list[Item]:
    """The page's comments in document order; empty if no group of blocks is likely enough to be comments."""
    page = Page.of(doc, dated_places(doc))
    scored: list[Scored] = [(score(page, items, way), way, items) for way, items in _named(doc, platform)]
    highest = max((one[0] for one in scored), default=SURE)
    alike: list[Scored] = []
    for items in shaped_groups(doc, page.dates) if highest < _CLEAR else ():
        # A group below the best one is asked whether it belongs to that only near it, or from _FURTHER on; while none
        # is sure, each may be taken for its order in time.
        least = max(SURE, min(highest - _NEARLY, _FURTHER)) if highest > SURE else _LIKELY_IN_ORDER
        if (found := score(page, items, "shape", least=least)) >= least and titled_between(page, items) < _TITLED:
            alike.append((found, "shape", items))
            highest = max(highest, found)
    if highest > SURE:
        scored += [one for one in alike if one[0] >= SURE]
    else:
        scored = [one for one in alike if _is_in_order(page, one[2])]
    scored.sort(key=lambda one: -one[0])
    if not scored:
        return []
    best, *others = scored
    best = _as_rows_inside(page, best)
    items = best[2]
    for other in others[:_MOST_FURTHER]:
        items = _joined(page, items, best, other)
    if best[1] == "shape":
        items = _lifted(doc, _with_alike_inside(page, items))
    return with_notices(doc, items)


def _as_rows_inside(page: Page, best: Scored) -> Scored:
    """What is named like a comment and stands alone, as the rows in it that hold all its dates: it is their list."""
    doc, (_, way, [first, *others]) = page.doc, best
    dates = own_dates(doc, first, page.dates)
    if way != "names" or others or dates < 2:
        return best
    inside: list[Scored] = []
    for items in shaped_groups(doc, page.dates):
        are_inside = all(doc.inside(part, first.start) for item in items for part in item.parts)
        are_dated = len(items) == dates and all(own_dates(doc, item, page.dates) == 1 for item in items)
        if are_inside and are_dated and 2 * sum(_says_something(doc, item) for item in items) >= dates:
            inside.append((score(page, items, "shape"), "shape", items))
    return max(inside, key=lambda one: one[0], default=best)


def _with_alike_inside(page: Page, items: list[Item]) -> list[Item]:
    """The rows with those inside them that are called the very same, where each then has a date and words of its own.

    Answers may be too short to speak for themselves ('No.'), and are yet no part of what they answer.
    """
    doc = page.doc
    names = {(doc.tags[item.start], doc.classes[item.start]) for item in items}
    [(tag, name), *others] = names
    if others or not name or any(len(item.parts) > 1 for item in items):
        return items
    first, last = items[0].start, max(doc.spans[item.start] for item in items)
    outermost = doc.mask(item.start for item in items)
    alike = [n for n in doc.with_tag[tag] if first <= n < last and outermost[n] and doc.classes[n] == name]
    if len(alike) == len(items):
        return items
    together = nested(doc, [[n] for n in alike])
    is_whole = (
        own_dates(doc, item, page.dates) == 1 and len(doc.text_without(item.parts, item.nested)) >= _LEFT
        for item in together
    )
    return together if all(is_whole) else items


def _is_in_order(page: Page, items: list[Item]) -> bool:
    """Whether rows that nothing names are a table in order of time."""
    is_dated = _FEWEST_IN_ORDER <= len(items) <= len(page.dates)
    return is_dated and table_in_order(page, items) >= _IN_ORDER


def candidates(doc: Document, platform: Platform) -> tuple[Page, list[tuple[Way, list[Item]]]]:
    """All groups that are proposed, with the way each was found in."""
    page = Page.of(doc, dated_places(doc))
    found = list(_named(doc, platform))
    for items in shaped_groups(doc, page.dates):
        if is_worth_weighing(page, items):
            found.append(("shape", items))
    return page, found


def _named(doc: Document, platform: Platform) -> Iterator[tuple[Way, list[Item]]]:
    ways: tuple[tuple[Way, list[Item]], ...] = (
        ("marks", marked_items(doc, platform)),
        ("names", named_items(doc)),
        ("lines", signed_items(doc)),
    )
    return ((way, items) for way, items in ways if items)


def _joined(page: Page, items: list[Item], best: Scored, other: Scored) -> list[Item]:
    """The items and those rows of another group that are comments by themselves, beside the items or inside them."""
    doc = page.doc
    starts = {item.start for item in items}
    is_near = SURE < other[0] > best[0] - _NEARLY
    if is_near and starts < {item.start for item in other[2]}:
        # Some of these were taken for all, as those of every other kind of row; or the others are of another kind.
        rest = nested(doc, [item.parts for item in other[2] if item.start not in starts])
        is_alien = score(page, rest, other[1]) <= _ALIEN or _are_robbed(page, items, other[2])
        return items if is_alien else other[2]
    if other[0] < _FURTHER:
        return items
    container = container_of(doc, [items[0].start, items[-1].parts[-1]])
    around = max(doc.parents[container], 0)
    parts = sorted(part for item in items for part in item.parts)
    taken = set(parts)
    further = [
        item
        for item in other[2]
        if item.start not in taken
        and all(doc.inside(part, around) for part in item.parts)
        and not any(_holds_one(doc, part, parts) for part in item.parts)
    ]
    if not further or score(page, nested(doc, [item.parts for item in further]), other[1]) < _FURTHER:
        return items
    lines = {item.start: item.line for item in (*items, *further)}
    together = nested(doc, [item.parts for item in (*items, *further)])
    left = [item for item in together if item.start in starts]
    if _are_robbed(page, items, together) or score(page, left, best[1]) < min(score(page, items, best[1]), _WHOLE):
        return items
    for item in together:
        item.line = lines[item.start]
    return together


def _are_robbed(page: Page, items: list[Item], together: list[Item]) -> bool:
    """Whether further rows take their text or their date from the items, or have no dates where the items have.

    What is inside a comment is a comment of its own only where it is whole and leaves that one whole.
    """
    doc = page.doc
    before = {item.start: item for item in items}
    parted = [item for item in together if item.start in before and item.nested != before[item.start].nested]
    for item in parted:
        if len(doc.text_without(item.parts, item.nested)) < _LEFT:
            return True
        dates = own_dates(doc, before[item.start], page.dates)
        if own_dates(doc, item, page.dates) in (0, dates) and dates > 0:
            return True
    return 2 * sum(_says_something(doc, item) for item in parted) < len(parted)


def _says_something(doc: Document, item: Item) -> bool:
    """Whether a row has a text of its own beside links and dates, as long as people write."""
    return any(
        len(piece.text) > _SAID and piece.number not in doc.hrefs and find_date(piece.text) is None
        for piece in pieces_of(doc, item)
    )


def _holds_one(doc: Document, number: int, parts: list[int]) -> bool:
    """Whether one of the parts (ascending) stands inside the element."""
    return bisect_left(parts, number) < bisect_left(parts, doc.spans[number])


def _lifted(doc: Document, items: list[Item]) -> list[Item]:
    """The same rows with the wrappers that hold nothing else, for these may bear the comment's id and depth."""
    parts = sorted(part for item in items for part in item.parts)
    higher = [_wrapper(doc, item, parts) for item in items]
    if sum(outer is not None for outer in higher) * 2 < len(items):
        return items
    levels = Counter(_level(doc, item, outer) for item, outer in zip(items, higher, strict=True) if outer is not None)
    [(level, _)] = levels.most_common(1)
    lifted: list[list[int]] = []
    for item, outer in zip(items, higher, strict=True):
        if outer is None:
            around = _wrapper_with_answers(doc, item, parts, level)
        else:  # no further than most: the list of a lone answer holds nothing else, too
            around = outer if _level(doc, item, outer) <= level else _above(doc, item, level)
        lifted.append(item.parts if around is None else [around])
    return nested(doc, lifted)


def _level(doc: Document, item: Item, outer: int) -> int:
    """How far above the row its wrapper stands."""
    return next(level for level, number in enumerate(doc.ancestors(item.start), start=1) if number == outer)


def _above(doc: Document, item: Item, level: int) -> int | None:
    """The element so far above the row."""
    return next(islice(doc.ancestors(item.start), level - 1, None), None)


def _wrapper_with_answers(doc: Document, item: Item, parts: list[int], level: int) -> int | None:
    """The element so far above the row, where it holds further rows behind this one and no other text."""
    if len(item.parts) > 1:
        return None
    outer = _above(doc, item, level)
    if outer is None or bisect_left(parts, outer) != bisect_left(parts, item.start):
        return None
    inside = parts[bisect_left(parts, outer) + 1 : bisect_left(parts, doc.spans[outer])]
    return outer if doc.text_without([outer], inside) == doc.text(item.start) else None


def _wrapper(doc: Document, item: Item, parts: list[int]) -> int | None:
    """The outermost element around the row that holds no other row and no text beside it."""
    if len(item.parts) > 1:
        return None
    found: int | None = None
    within = bisect_left(parts, item.start), bisect_left(parts, doc.spans[item.start])
    for outer in doc.ancestors(item.start):
        is_list = doc.tags[outer] in _LISTS
        holds_others = (bisect_left(parts, outer), bisect_left(parts, doc.spans[outer])) != within
        if is_list or holds_others or doc.letters(outer) != doc.letters(item.start):
            break
        found = outer
    return found
