"""A comment on its way through the reading: its fields, and the elements that its text will be cut from."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...schemas import PageComment
from .items import Box, Item


@dataclass(slots=True)
class Draft:
    """A comment as read, with the elements its body will be cut from."""

    item: Item
    comment: PageComment
    body: int | None
    """The element that holds the body and nothing else; None where the body is what remains of the item."""
    drops: list[int] = field(default_factory=list)
    """Elements that are no part of the body."""
    heads: list[int] = field(default_factory=list)
    """Blocks of name and date, to be taken off with the words that join them ('said on')."""
    tails: list[int] = field(default_factory=list)
    """Elements behind which words of the template stand."""
    openings: list[int] = field(default_factory=list)
    """Elements that begin with words of the template and hold more than these."""
    boxes: list[Box] = field(default_factory=list)
