"""What speaks for a block being one comment: a name, a date, a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ...dates.find import AGE_TEXT, CLOCK_TEXT, find_date, states_date, without_dates
from .document import Document, folded
from .phrases import GLUE_TEXT
from .words import Role, roles_of

_LONGEST_LINE = 200
_DIGIT = re.compile(r"\d")
_LONGEST_SHORT_DATE = 40
"""Letters of a text that may be a short form of the date in its element's title."""
_CONTROLS = frozenset("form textarea button select nav".split())


@dataclass(slots=True)
class Signs:
    """The signs of one block, without those of blocks of its kind inside it."""

    author: bool = False
    dates: int = 0
    """Dates that are marked as such, those beside each other counted once."""
    date_places: list[str] = field(default_factory=list)
    """Texts in which a date may stand: the marked ones, and the beginning and the end of the rest."""
    text: int = 0
    """Letters beside the marked names and dates."""

    @property
    def written_date(self) -> bool:
        """Whether a date stands in the text near the beginning or the end, marked or not.

        Looked for when asked, because of most comments a mark tells it.
        """
        return any(find_date(place) is not None for place in self.date_places)

    @property
    def dated(self) -> bool:
        return self.dates > 0 or self.written_date


def own_numbers(doc: Document, parts: Sequence[int], nested: Sequence[int]) -> Iterator[int]:
    """The elements of a block, each part before what is in it, without those inside `nested` (ascending)."""
    ranges: list[range] = []
    for part in parts:
        start, end = part, doc.spans[part]
        for other in nested:
            if part < other < end and other >= start:
                ranges.append(range(start, other))
                start = doc.spans[other]
        ranges.append(range(start, end))
    return chain.from_iterable(ranges)


def signs_of(doc: Document, parts: Sequence[int], nested: Sequence[int]) -> Signs:
    """The signs beneath the parts of a block, without those inside `nested`; read once for each."""
    key = (*parts, -1, *nested)
    signs = doc.signs.get(key)
    if signs is None:
        signs = doc.signs[key] = _read_signs(doc, parts, nested)
    return signs


def _read_signs(doc: Document, parts: Sequence[int], nested: Sequence[int]) -> Signs:
    signs = Signs()
    skipped_until = dated_until = 0
    pieces: list[str] = []
    for number in own_numbers(doc, parts, nested):
        if number < skipped_until:
            continue
        element = doc.elements[number]
        if doc.tags[number] in _CONTROLS:
            skipped_until = doc.spans[number]
            continue
        if number not in parts:
            if element.tail:
                pieces.append(element.tail)
            marks = _marks_of(doc, number)
            if marks > _NONE:
                is_date = bool(marks & _DATE)
                text = doc.text(number)
                signs.date_places.append(text)
                skipped_until = doc.spans[number]
                if is_date:
                    # A <time> in a link in a span is one date, and so are a day and a clock time beside each other.
                    signs.dates += number >= dated_until
                    dated_until = skipped_until + 1
                else:
                    signs.author = signs.author or bool(text)
                continue
        if element.text:
            pieces.append(element.text)
    text = folded(" ".join(pieces))
    # 'Posted by ... on ...' alone is no text.
    is_line = len(text) <= _LONGEST_LINE and GLUE_TEXT.match(without_dates(text)) is not None
    signs.text = 0 if is_line else len(text)
    signs.date_places.append(f"{text[:200]} {text[-100:]}")
    return signs


_NONE, _DATE, _AUTHOR = 1, 2, 4


def _marks_of(doc: Document, number: int) -> int:
    """What the element says of itself, read once for each: _NONE, or with _DATE, _AUTHOR or both added."""
    marks = doc.marks[number]
    if not marks:
        marks = _NONE + _DATE * _states_date(doc, number) + _AUTHOR * _holds_name(doc, number)
        doc.marks[number] = marks
    return marks


def marked_dates(doc: Document, numbers: Iterable[int]) -> list[int]:
    """Those of the elements that say of themselves that they hold a date."""
    return [n for n in numbers if (doc.marks[n] or _marks_of(doc, n)) & _DATE]


def is_marked_author(doc: Document, number: int) -> bool:
    """Whether the element says of itself that it holds a name, and does not hold a text besides."""
    return bool(_marks_of(doc, number) & _AUTHOR)


def _states_date(doc: Document, number: int) -> bool:
    element = doc.elements[number]
    if element.tag == "time" or doc.itemprops.get(number, "").startswith("date"):
        return True
    return "date" in roles_of(doc.classes[number]) and _DIGIT.search(doc.text(number)) is not None


def titled_date(doc: Document, number: int) -> str | None:
    """The title of an element that shows a short form of the date in it: '5 years', '4 Mar', 'yesterday'."""
    title = doc.elements[number].get("title")
    if not title or not _DIGIT.search(title):
        return None
    text = doc.text(number)
    if not text or len(text) > _LONGEST_SHORT_DATE:
        return None
    # 'See the changes of 3/4/21 13:31' is of any text, but of an age or a time of day it is the date.
    is_short_form = AGE_TEXT.match(text) or CLOCK_TEXT.match(text) or states_date(text)
    is_date = states_date(title) or (is_short_form and find_date(title) is not None)
    return folded(title) if is_date else None


def _holds_name(doc: Document, number: int) -> bool:
    element = doc.elements[number]
    if element.tag == "cite" or doc.itemprops.get(number) in ("author", "creator"):
        return True
    roles = roles_of(doc.classes[number])
    if "author" not in roles or "body" in roles:
        return False
    inside: set[Role] = set()
    for inner in range(number + 1, doc.spans[number]):
        if name := doc.classes[inner]:
            inside |= roles_of(name)
            # What holds a name and a date that are marked, too, is a head.
            if "body" in inside or {"author", "date"} <= inside:
                return False
    return True
