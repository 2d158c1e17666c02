"""Align: the texts of a row with their places in it, so that the same place of all rows can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .document import Document, folded
from .items import Item

Path = tuple[str, ...]
"""From a row to a text: the tag and first class of each element; behind a child its tag after '~'.

In a row of several parts the part comes first, as no tag is called ('part 1').
"""

_DIGITS = re.compile(r"\d+")
_SOME_ROWS = frozenset("even odd alt alternate first last active".split())
"""Classes of every other row, or of one of them."""
_DEEPEST = 60
"""Steps of a path; what stands deeper stands at its end, lest a page of nothing but open tags takes their square."""


@lru_cache(maxsize=1 << 14)
def shape_of(name: str) -> tuple[str, ...]:
    """The tokens of a class attribute, their digits as 0.

    >>> shape_of("comment depth-2 odd")
    ('comment', 'depth-0', 'odd')
    """
    return tuple(_DIGITS.sub("0", token) for token in name.split())


@dataclass(slots=True)
class Piece:
    """A text node of a row."""

    path: Path
    """From the row to the node's element, each step its tag and first class; behind a child that child's tag."""
    text: str
    number: int
    """The element that holds it."""
    behind: int | None = None
    """The element it stands behind, as its tail; None where it is the first text of its element."""


def pieces_of(doc: Document, item: Item) -> Iterator[Piece]:
    """The row's texts in reading order, those of rows and copies inside it left out."""
    paths: dict[int, Path] = {}
    inner = {*item.nested, *(box.number for box in item.boxes)}
    for place, part in enumerate(item.parts):
        paths[part] = (_part(place),) if len(item.parts) > 1 else ()
        number, end = part, doc.spans[part]
        while number < end:
            behind = doc.spans[number]
            if number not in inner and doc.letters(number):
                element = doc.elements[number]
                if number != part:
                    outer = paths[doc.parents[number]]
                    paths[number] = outer if len(outer) == _DEEPEST else (*outer, step_of(doc, number))
                if (written := element.text) and (text := folded(written)):
                    yield Piece(paths[number], text, number)
                if number + 1 < behind:
                    number += 1
                    continue
            yield from _tails(doc, paths, number, part)
            number = behind


def row_pieces(doc: Document, item: Item) -> list[Piece]:
    """The same of a row of the section that was chosen, read once for its labels and its fields."""
    key = (*item.parts, -1, *item.nested, -1, *(box.number for box in item.boxes))
    pieces = doc.pieces.get(key)
    if pieces is None:
        pieces = doc.pieces[key] = list(pieces_of(doc, item))
    return pieces


def _tails(doc: Document, paths: dict[int, Path], number: int, part: int) -> Iterator[Piece]:
    """The texts behind the elements that end with this one, innermost first."""
    end = doc.spans[number]
    while number != part:
        parent, element = doc.parents[number], doc.elements[number]
        if (written := element.tail) and (text := folded(written)):
            yield Piece((*paths[parent], "~" + element.tag), text, parent, number)
        if doc.spans[parent] != end:
            return
        number = parent


def _part(place: int) -> str:
    return f"part {place}"


def step_of(doc: Document, number: int) -> str:
    """One step of a path: the tag and the first class, digits as 0, but for classes that only some rows have."""
    name, tag = doc.classes[number], doc.tags[number]
    token = _telling_token(name) if name else None
    return f"{tag}.{token}" if token is not None else tag


@lru_cache(maxsize=1 << 12)
def _telling_token(name: str) -> str | None:
    return next((token for token in shape_of(name) if token not in _SOME_ROWS), None)


def elements_at(doc: Document, item: Item, path: Path) -> list[int]:
    """The row's elements at a path that `pieces_of` gives for it or another row."""
    found = list(item.parts)
    if len(item.parts) > 1:
        found, path = [part for place, part in enumerate(item.parts) if path[:1] == (_part(place),)], path[1:]
    inner = set(item.nested)
    for step in path:
        found = [
            child
            for number in found
            for child in doc.children(number)
            if child not in inner and step_of(doc, child) == step
        ]
    return found
