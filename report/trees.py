"""The comments below a post in an order, each below what it belongs to, and cut into parts that fit on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..queries.forest import forest_order
from .tables import Row

DEEPEST = 8
"""Levels of lists within lists; what lies deeper stands at the last one, and its head says whom it answers."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands in an order."""

    index: int
    """Of the comment in the order of the table."""
    depth: int
    """Comments above it."""


@dataclass(frozen=True, slots=True)
class Item:
    """A comment in a list of lists, which is written from top to bottom."""

    index: int
    depth: int
    before: Markup
    """The tags that end what stands open, or begin a list within it."""


def as_shown(comments: Sequence[Row]) -> list[Place]:
    """The order of the page, each comment below the one that the page states as its parent."""
    ranks = {comment["comment_id"]: rank for rank, comment in enumerate(comments, 1)}
    return _ordered([ranks.get(comment["parent_id"]) for comment in comments])


def by_answers(comments: Sequence[Row], targets: dict[str, str]) -> list[Place]:
    """Each comment below the one that it mainly answers.

    Args:
        targets: comment_id -> target_id of its primary answer.
    """
    ranks = {comment["comment_id"]: rank for rank, comment in enumerate(comments, 1)}
    return _ordered([ranks.get(targets.get(comment["comment_id"], "")) for comment in comments])


def _ordered(parents: list[int | None]) -> list[Place]:
    places = forest_order(parents)
    ordered = sorted(range(len(places)), key=lambda index: places[index][0])
    return [Place(index, places[index][1]) for index in ordered]


def parts_of(places: Sequence[Place], sizes: Sequence[int], first: int, target: int) -> list[list[Place]]:
    """An order cut where a part would grow beyond `target`; one part at least.

    Args:
        sizes: bytes that each comment takes, by its index.
        first: bytes that stand above the first part.

    >>> [len(part) for part in parts_of([Place(index, 0) for index in range(5)], [4] * 5, 3, 8)]
    [1, 2, 2]
    """
    parts: list[list[Place]] = [[]]
    size = first
    for place in places:
        if parts[-1] and size + sizes[place.index] > target:
            parts.append([])
            size = 0
        parts[-1].append(place)
        size += sizes[place.index]
    return parts


def items_of(part: Sequence[Place]) -> Iterator[Item]:
    """The comments of a part with the tags between them.

    What answers a comment of an earlier part stands at the level of the part's first.

    >>> [str(item.before) for item in items_of([Place(0, 2), Place(1, 3), Place(2, 3), Place(3, 0)])]
    ['', '<ol>', '</li>', '</li></ol></li>']
    """
    if not part:
        return
    base = part[0].depth
    before = -1
    for place in part:
        level = max(0, min(place.depth - base, before + 1, DEEPEST))
        if before < 0:
            tags = ""
        elif level > before:
            tags = "<ol>"
        else:
            tags = "</li>" + "</ol></li>" * (before - level)
        yield Item(place.index, place.depth, Markup(tags))
        before = level


def end_of(part: Sequence[Place]) -> Markup:
    """The tags that end what the last comment of a part leaves open."""
    level = -1
    for item in items_of(part):
        opened = item.before.count("<ol>")
        closed = item.before.count("</ol>")
        level = 0 if level < 0 else level + opened - closed
    return Markup("</li>" + "</ol></li>" * level) if level >= 0 else Markup("")
