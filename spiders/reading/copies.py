"""Copies: where comments show the whole of another that they answer, with its name, in a box beside their own text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from .align import Path, elements_at, row_pieces
from .document import Document
from .items import Box, Item
from .label import without_flow

_FREE = 25
"""Letters from which a text that stands twice is a copy: short answers are often alike."""
_NEARLY_ALL = 0.8
_MOST_PLACES = 3
"""Places of copies that are looked at: a page that has more of them is made to waste time."""


def find_copies(doc: Document, items: Sequence[Item]) -> None:
    """Fill the items' boxes: where what stands in one place is, in nearly all rows, what others have as their text."""
    places: defaultdict[str, dict[Path, set[int]]] = defaultdict(dict)
    for number, item in enumerate(items):
        for piece in row_pieces(doc, item):
            if len(piece.text) >= _FREE:
                places[piece.text].setdefault(piece.path, set()).add(number)
    if not any(len(paths) > 1 for paths in places.values()):
        return
    letters: Counter[Path] = Counter()
    for text, paths in places.items():
        # What several rows say in the same place is the template's.
        letters.update({path: len(text) for path, rows in paths.items() if len(rows) == 1})
    own = max(letters, key=lambda path: (letters[path], path), default=())
    found: Counter[Path] = Counter()
    for paths in places.values():
        said_by = paths.get(own, set())
        if len(said_by) == 1:
            found.update(path for path, rows in paths.items() if path != own and said_by.isdisjoint(rows))
    texts = Counter(path for paths in places.values() for path in paths)
    block = without_flow(own)
    for path, count in found.most_common(_MOST_PLACES):
        copied = without_flow(path)
        if count >= _NEARLY_ALL * texts[path] and copied[: len(block)] != block:
            for item in items:
                _fill(doc, item, block, copied)


def _fill(doc: Document, item: Item, own: Path, copied: Path) -> None:
    """Add the largest block around the copy that does not hold the item's own text, too."""
    texts, copies = elements_at(doc, item, own), elements_at(doc, item, copied)
    if len(texts) != 1 or len(copies) != 1 or doc.quoted[copies[0]]:
        return
    box = copies[0]
    for outer in doc.ancestors(box):
        if outer in item.parts or outer <= item.start or doc.inside(texts[0], outer):
            break
        box = outer
    is_known = any(box == other.number for other in item.boxes)
    if not is_known and doc.letters(box) > doc.letters(copies[0]):
        item.boxes.append(Box(box, copies[0]))
