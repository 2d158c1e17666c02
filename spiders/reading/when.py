"""When a comment was written: the date as marked, with its machine-readable twin, else as a short text states it."""

from __future__ import annotations

import re

from ...dates.find import AGE_TEXT, CLOCK_TEXT, find_date
from ...schemas import DateMention
from .align import Path, Piece
from .document import Document, folded
from .items import Item
from .phrases import GLUE_TEXT
from .said import head_text
from .signs import titled_date

_CLOCK = re.compile(r"\d\s?[:.h]\s?\d\d(?!\d*\.\d)\D*$")


_WIDER = 200
"""Letters of a line in which a date may stand in pieces."""


_YEAR = re.compile(r"(?:19|20)\d\d")


_ISO = re.compile(r"^\d{4}-\d\d-\d\d")


_SHORT_LINE = 100


_SMALL = 8
"""Elements in a block that may be a line about the comment."""


def date_in(doc: Document, item: Item, number: int) -> DateMention | None:
    """The date in an element marked as one, with its machine-readable twin; None if there is none in it after all."""
    element = doc.elements[number]
    # What is named a date may only hold the `<time>` that states it, as in block themes.
    machine = next((doc.machine_dates[n] for n in doc.among(doc.machine_dated, number)), None)
    if machine is None and element.get("itemprop"):
        machine = element.get("content")
    titles = (titled_date(doc, n) for n in doc.among(doc.titled, number))
    title = next(filter(None, titles), element.get("title"))
    if machine is None and title and (_ISO.match(title) or element.tag == "abbr"):
        machine = title
    text = doc.text(number)
    if title and (dated := find_date(title)) and (AGE_TEXT.match(text) or not _YEAR.search(text)):
        # '4 years ago' is shown, the date itself is in the title.
        text = dated[0].strip()
    found = find_date(text)
    if found is None or CLOCK_TEXT.match(text):
        # The day may stand beside the element that is marked: 'on August 3, 2019 at <a>3:12 pm</a>'.
        parent = doc.parents[number]
        wider = doc.text(parent) if parent >= item.start else ""
        found = find_date(wider) if len(wider) < _WIDER else None
    elif not _CLOCK.search(found[0]):
        # Day and clock time may stand in elements beside each other.
        parent = doc.parents[number]
        wider = doc.text(parent) if parent >= item.start else ""
        whole = find_date(wider) if len(wider) < _WIDER else None
        if whole and whole[0].startswith(found[0].strip()) and _CLOCK.search(whole[0]):
            found = whole
    if found is None and machine is None:
        return DateMention(text=text) if any(c.isdigit() for c in text) and len(text) < 60 else None
    return DateMention(text=found[0].strip() if found else (text or None), machine=folded(machine) or None)


def placed_date(
    doc: Document, item: Item, pieces: list[Piece], places: tuple[Path, ...]
) -> tuple[DateMention | None, int | None]:
    """A date without mark in the place where the section's rows have it, the first of `places` that holds one.

    Returns it with the element that holds it, if it is one of its own.
    """
    for path in places:
        for piece in pieces:
            found = find_date(piece.text) if piece.path == path else None
            if found is None:
                continue
            # The time of day may stand in an element inside: '3/5/2019 at <a>10:15 am</a>'.
            text = doc.text(piece.number)
            whole = find_date(text[text.find(found[0]) :])
            if whole is not None and whole[0].startswith(found[0]):
                found = whole
            if piece.number in item.parts or not GLUE_TEXT.match(text.replace(found[0], "")):
                return _mention(found), None
            return date_in(doc, item, piece.number), piece.number
    return None, None


def written_date(doc: Document, item: Item, body: int | None) -> tuple[DateMention | None, int | None]:
    """A date without mark: outside the body element, or where there is none in a short text of its own.

    Returns it with the element that holds it, if it is one of its own.
    """
    if item.line is not None or body is not None:
        text = doc.text(item.line) if item.line is not None else head_text(doc, item, body)
        return _mention(find_date(text)), None
    own = (n for n in item.own(doc) if n not in item.parts and doc.spans[n] - n <= _SMALL)
    for number in sorted(own, key=lambda n: doc.spans[n] - n):
        text = doc.text(number)
        found = find_date(text) if len(text) <= _SHORT_LINE else None
        if found:
            return _mention(found), number if GLUE_TEXT.match(text.replace(found[0], "")) else None
    head = head_text(doc, item, None)
    return _mention(find_date(head[:_SHORT_LINE])), None


def _mention(found: re.Match[str] | None) -> DateMention | None:
    # A bare 'hier' or 'today' in a text without marks is rarely a date.
    return DateMention(text=found[0].strip()) if found and re.search(r"\d", found[0]) else None
