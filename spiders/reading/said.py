"""What a comment says: the element that holds its text, and what in it is no text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from ...dates.find import find_date, without_dates
from ..platforms.platform import Platform
from .align import Piece, elements_at
from .document import Document
from .evidence import CONTROLS, Evidence, is_signature, within
from .items import Box, Item
from .label import Labels, is_like_a_name
from .phrases import CONTROL_TEXT, GLUE_TEXT, READ_ON_TEXT

_HEADINGS = frozenset("h2 h3 h4 h5 h6".split())
_LONGEST_HEADING = 80
_SAID = 25
"""Letters of a block from which it is a text rather than a control."""
_LEAST_SHARE = {0: 0.0, 1: 0.5, 2: 0.95}
"""Rank of a body's mark -> the part of the comment's text that it must hold: what people write has any class, too."""


def heads_of(doc: Document, evidence: Evidence, names: list[int]) -> list[int]:
    """Elements that say who wrote when: those that are marked so, and `names` by the section's labels.

    Where nothing does, a heading with a date that the text's element begins with.
    """
    marked = [n for rank, n in (*evidence.authors, *evidence.dates) if rank <= 4 and doc.letters(n)]
    # A panel's 'body' may hold the head of the comment, too.
    heads = [*marked, *names, *(n for n in evidence.metas if doc.letters(n))]
    return heads or [
        n for _, body in evidence.bodies if (n := body + 1) < doc.spans[body] and _is_dated_heading(doc, n)
    ]


def _is_dated_heading(doc: Document, number: int) -> bool:
    if doc.tags[number] not in _HEADINGS or doc.letters(number) > _LONGEST_HEADING:
        return False
    return find_date(doc.text(number)) is not None and is_like_a_name(without_dates(doc.text(number)).strip())


def labelled_body(
    doc: Document, item: Item, labels: Labels, heads: list[int], marked: tuple[int | None, bool]
) -> tuple[int | None, bool]:
    """The text's element by its own marks, else where the section's rows have it; and whether it holds nothing else."""
    body, is_clean = marked
    found = elements_at(doc, item, labels.body) if labels.body is not None else []
    if len(found) != 1 or not doc.letters(found[0]):
        return marked
    if body is not None and is_clean and not doc.inside(found[0], body):
        return marked
    if any(doc.inside(head, found[0]) for head in heads) or _is_said_beside(doc, item, found[0]):
        return marked
    return found[0], True


def boxed_in(doc: Document, item: Item, evidence: Evidence) -> list[Box]:
    """Copies of what the comment answers, in boxes of their own: named like its text, but deeper, with name or date."""
    bodies = [n for _, n in evidence.bodies if doc.classes[n]]
    if len(bodies) < 2:
        return []
    names = {n: set(doc.classes[n].split()) for n in bodies}
    depths = {n: sum(1 for _ in takewhile(lambda outer: outer >= item.start, doc.ancestors(n))) for n in bodies}
    signs = [n for _, n in (*evidence.authors, *evidence.dates)]
    found: list[Box] = []
    for number in bodies:
        likes = [n for n in bodies if names[n] == names[number] and depths[n] < depths[number]]
        own = min(likes, key=depths.__getitem__, default=None)
        if own is None or doc.inside(number, own):
            continue
        box = number
        for outer in doc.ancestors(number):
            if outer in item.parts or outer <= item.start or doc.inside(own, outer):
                break
            box = outer
        signed = sum(doc.inside(n, box) for n in signs)
        if 0 < signed < len(signs) and all(box != other.number for other in found):
            found.append(Box(box, number))
    return found


def _is_said_beside(doc: Document, item: Item, body: int) -> bool:
    """Whether another of a row's neighbouring blocks holds a text, too: not every row has its text in one block."""
    others = [doc.text(part) for part in item.parts if part != item.line and not doc.inside(body, part)]
    return any(len(text) > _SAID and find_date(text) is None for text in others)


def body_of(doc: Document, item: Item, evidence: Evidence, heads: list[int]) -> tuple[int | None, bool]:
    """The element that holds the text, and whether it holds nothing else: the longest of the best-named ones.

    Where each has name or date in it, the one with most of the comment's text; None if that is the item itself.
    """
    clean = [(rank, n) for rank, n in evidence.bodies if not any(doc.inside(h, n) and h != n for h in heads)]
    for best in sorted({rank for rank, _ in clean}):
        number = _best_named(doc, item, [n for rank, n in clean if rank == best])
        least = _LEAST_SHARE[best]
        if number is not None and (not least or _share(doc, item, evidence, number) >= least):
            return _behind_head(doc, evidence, heads, number), True
    if not evidence.bodies:
        return None, False
    number = _longest(doc, [number for _, number in evidence.bodies])
    return number if _share(doc, item, evidence, number) >= _LEAST_SHARE[1] else None, False


def _behind_head(doc: Document, evidence: Evidence, heads: list[int], body: int) -> int:
    """The text's element inside the one that is named so, where that holds a dated head, too, which nothing marks."""
    if heads:
        return body
    inside = [n for _, n in evidence.bodies if n != body and doc.inside(n, body) and doc.letters(n)]
    inner = _longest(doc, inside) if inside else body
    head = doc.text_without([body], [inner]) if inner != body else ""
    return inner if len(head) <= _LONGEST_META and find_date(head) is not None else body


def _best_named(doc: Document, item: Item, numbers: list[int]) -> int | None:
    """The longest of the elements; None where it is one of several like it, as paragraphs that are all named 'text'."""
    longest = _longest(doc, numbers)
    like = [n for n in numbers if doc.parents[n] == doc.parents[longest] and doc.classes[n] == doc.classes[longest]]
    if len(like) == 1:
        return longest
    parent = doc.parents[longest]
    return parent if parent > item.start and len(doc.text_without([parent], like)) == 0 else None


def _share(doc: Document, item: Item, evidence: Evidence, number: int) -> float:
    """The part of the comment's text, beside names, dates and controls, that the element holds."""
    beside = [*evidence.drops, *evidence.metas, *(n for _, n in (*evidence.authors, *evidence.dates))]
    skipped = {n for n in beside if not doc.inside(number, n)} | set(item.nested)
    whole = len(doc.text_without(item.parts, skipped))
    return len(doc.text_without([number], skipped)) / whole if whole else 1.0


def _longest(doc: Document, numbers: list[int]) -> int:
    outermost = [n for n in numbers if not any(doc.inside(n, other) and n != other for other in numbers)]
    return max(outermost, key=doc.letters)


def drops_in(doc: Document, platform: Platform, evidence: Evidence, body: int | None) -> list[int]:
    """What is no text; inside the body element only what is surely a control, because people's text has any class."""
    return [
        n
        for n in evidence.drops
        if not within(doc, n, body)
        or doc.tags[n] in CONTROLS
        or is_signature(doc, n)
        or READ_ON_TEXT.fullmatch(doc.text(n))
        or not platform.drop.isdisjoint(doc.classes[n].split())
        or any(doc.tags[inner] in ("a", "button") for inner in range(n, doc.spans[n]))
    ]


def head_text(doc: Document, item: Item, body: int | None) -> str:
    """The item's own text without that of its body element; all of it where there is none."""
    return doc.text_without(item.parts, item.nested if body is None else [*item.nested, body])


_LONGEST_META = 300
"""Characters around a name and a date that may still be all about them."""


def meta_block(doc: Document, item: Item, number: int) -> int:
    """The highest block around a name or date in which nothing else is said."""
    top = number
    for outer in doc.ancestors(number):
        if outer <= item.start or outer in item.parts:
            break
        text = doc.text(outer)
        if len(text) > _LONGEST_META:
            break  # before the patterns, which cost most on the long texts around a comment
        rest = without_dates(text)
        name = doc.text(number)
        rest = rest.replace(name, " ", 1) if name else rest
        if not GLUE_TEXT.match(rest):
            break
        top = outer
    return top


def missed_pieces(name: str | None, pieces: Sequence[Piece], labels: Labels) -> list[Piece]:
    """The words of a comment without text that are neither its name, a date, a control, nor the template's."""
    return [
        piece
        for piece in pieces
        if (piece.path, piece.text) not in labels.constants
        and piece.path not in labels.about
        and piece.text not in (name or "")
        and any(c.isalnum() for c in piece.text)
        and not CONTROL_TEXT.fullmatch(piece.text)
        and not (len(piece.text) <= _LONGEST_META and GLUE_TEXT.match(without_dates(piece.text)))
        and find_date(piece.text) is None
    ]


def is_free_text(text: str) -> bool:
    """Whether a text is too long for a control."""
    return len(text) > _SAID


def body_around(doc: Document, missed: Sequence[Piece]) -> tuple[int, list[int]]:
    """The nearest element around what was missed, and what in it is something else."""
    numbers = [piece.number for piece in missed]
    body = numbers[0]
    while not all(doc.inside(n, body) for n in numbers):
        body = doc.parents[body]
    beside = [child for child in doc.children(body) if not any(doc.inside(n, child) for n in numbers)]
    return body, beside if body not in numbers else []
