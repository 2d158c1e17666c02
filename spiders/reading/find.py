"""Find: blocks that are alike, as candidates for being a page's comments. Which of them are is for `weigh`.

A candidate is a list of rows; a row is one element or several neighbours, as head and text may stand beside each other.
Blocks count as alike by their tag together with a class (its digits not counting), the shape of their id, their
parent, or what they are made of: so lists are found flat and nested, in tables and lists of terms, whatever a site
calls them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain

from ...dates.find import find_date
from .align import shape_of, step_of
from .document import EDGE, Document
from .items import Item, nested
from .phrases import COUNT_TEXT, SECTION_TEXT
from .signs import titled_date

_DIGITS = re.compile(r"\d+")
_ALTERNATE = re.compile(r"[-_]?(?:odd|even|alt|alternate)$", re.IGNORECASE)
"""What the names of every other row end in."""
_PIECES = re.compile(rf"[^{EDGE}\n]+")
_NO_ROW_TAGS = frozenset(
    "html head body main form fieldset nav button input textarea select option label time img svg iframe br hr "
    "a span b i em strong small big u s font abbr cite code sup sub h1 h2 meta link title noscript thead figure "
    "figcaption audio video object picture".split()
)
_HEAD_TAGS = frozenset("h3 h4 h5 h6 p dt dd div tr td header footer ul a span strong b small".split())
_STOP_TAGS = frozenset("h1 h2 form nav footer aside hr script noscript".split())
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LONGEST_HEADING = 80
_LEAST = 12
"""Letters of a row; what has fewer holds no name, date and text."""
_LONGEST_PIECE = 150
"""Letters of a text in which a date is looked for, so that dates people write about do not count."""
_MOST_GROUPS = 12
"""Groups that are weighed: a page that has more of them is made to waste time."""
_LONGEST_HEAD = 300
_MOST_LETTERS = 3000
"""Letters of a row that speak for it: a group of two halves of the page is none the better for its size."""

_TELLING_CHILDREN = 3
"""Kinds of children by which elements count as made alike."""

Rows = tuple[tuple[int, ...], ...]
"""The rows of a group, each by its parts."""


def dated_places(doc: Document) -> list[int]:
    """Where in `doc.all_text` the pieces of text begin that hold a date; ascending. Marked dates are among them."""
    found: list[int] = []
    for piece in _PIECES.finditer(doc.all_text):
        text = piece[0]
        if len(text) < _LONGEST_PIECE and not text.isspace() and find_date(text.strip()) is not None:
            found.append(piece.start())
    found += (doc.text_starts[number] for number in doc.with_tag.get("time", ()))
    found += (doc.text_starts[n] for n in doc.titled if titled_date(doc, n))
    return sorted(set(found))


def shaped_groups(doc: Document, dates: list[int]) -> list[list[Item]]:
    """Candidates by shape, at most _MOST_GROUPS, those with most text and dates first."""
    bounds = list(zip(doc.text_starts, doc.text_ends, strict=True))
    # Each element is in several groups.
    measures = [(end - start, bisect_left(dates, end) - bisect_left(dates, start)) for start, end in bounds]
    heading = _section_heading(doc)
    groups = (_behind(doc, rows, heading) for rows in chain(_alike(doc), _runs(doc, dates)))
    found = [(_promise(doc, rows, measures), rows) for rows in dict.fromkeys(groups)]
    found.sort(key=lambda pair: -pair[0])
    return [nested(doc, map(list, rows)) for _, rows in found[:_MOST_GROUPS]]


def _section_heading(doc: Document) -> int | None:
    """The one heading that speaks of comments or counts them; None where no heading does or several do."""
    texts = ((n, doc.text(n)) for n in doc.tagged(*_HEADINGS) if 0 < doc.letters(n) < _LONGEST_HEADING)
    found = [n for n, text in texts if SECTION_TEXT.match(text) or COUNT_TEXT.fullmatch(text)]
    return found[0] if len(found) == 1 else None


def _behind(doc: Document, rows: Rows, heading: int | None) -> Rows:
    """The rows without those before the heading of the section, as the message is that the others answer.

    All of them where one holds the heading, or fewer than two stand behind it.
    """
    if heading is None or not rows[0][0] < heading < rows[-1][0]:
        return rows
    behind = tuple(parts for parts in rows if parts[0] > heading)
    is_inside = any(doc.inside(heading, part) for parts in rows for part in parts)
    return rows if is_inside or len(behind) < 2 else behind


def _alike(doc: Document) -> Iterator[Rows]:
    starts, ends = doc.text_starts, doc.text_ends
    groups: dict[tuple[str, object], list[int]] = {}
    forms = _forms_alone(doc)
    for number, tag in enumerate(doc.tags):
        if tag in _NO_ROW_TAGS or ends[number] - starts[number] < _LEAST or number in forms:
            continue
        groups.setdefault((tag, doc.parents[number]), []).append(number)
        if name := doc.classes[number]:
            for token in shape_of(name):
                groups.setdefault((tag, token), []).append(number)
                if (plain := _ALTERNATE.sub("", token)) != token:
                    groups.setdefault((tag, (doc.parents[number], plain)), []).append(number)
        elif not name:
            parent = doc.parents[number]
            groups.setdefault((tag, (doc.tags[parent], doc.classes[parent])), []).append(number)
        if (make := _make_of(doc, number)) is not None:
            groups.setdefault((tag, make), []).append(number)
    for anchor, number in doc.with_id.items():
        tag = doc.tags[number]
        if any(c.isdigit() for c in anchor) and tag not in _NO_ROW_TAGS:
            groups.setdefault((tag, "#" + _DIGITS.sub("0", anchor)), []).append(number)
    kinds = {tuple(numbers) for numbers in groups.values() if len(numbers) > 1}
    return (tuple((number,) for number in numbers) for numbers in sorted(kinds))


def _forms_alone(doc: Document) -> set[int]:
    """Blocks around fields for text that hold no words but those on buttons: nobody has said anything there."""
    fields, buttons = doc.with_tag.get("textarea", []), doc.with_tag.get("button", [])
    found: set[int] = set()
    refused: set[int] = set()
    for field in fields:
        for outer in doc.ancestors(field):
            if outer in found or outer in refused:
                break
            is_long = doc.letters(outer) > _LONGEST_HEAD
            if is_long or doc.text_without([outer], [*doc.among(fields, outer), *doc.among(buttons, outer)]):
                refused.add(outer)
                break
            found.add(outer)
    return found


def _make_of(doc: Document, number: int) -> tuple[str, ...] | None:
    """What kinds of children an element begins with; None where they are of one kind, as those of a list are.

    Answers may be called otherwise than what they answer ('<dl>', '<dl class="thread">'), and yet be made alike.
    """
    steps: list[str] = []
    for child in doc.children(number):
        step = step_of(doc, child)
        if step not in steps:
            steps.append(step)
            if len(steps) == _TELLING_CHILDREN:
                return tuple(steps)
    return None


def _runs(doc: Document, dates: list[int]) -> Iterator[Rows]:
    """Rows of several neighbours: each begins, or each ends, with a short block that holds a date."""
    heads: dict[int, list[int]] = {}
    for number, tag in enumerate(doc.tags):
        size = doc.text_ends[number] - doc.text_starts[number]
        if tag in _HEAD_TAGS and 3 < size < _LONGEST_HEAD and _count(doc, number, dates):
            heads.setdefault(doc.parents[number], []).append(number)
    for parent, numbers in heads.items():
        if len(numbers) < 2 or parent < 0:
            continue
        kinds: dict[str, list[int]] = {}
        for number in numbers:
            kinds.setdefault(doc.tags[number], []).append(number)
        for alike in kinds.values():
            if len(alike) > 1:
                yield from _runs_at(doc, parent, alike)


def _runs_at(doc: Document, parent: int, heads: list[int]) -> Iterator[Rows]:
    children = [n for n in doc.children(parent) if doc.text_ends[n] > doc.text_starts[n] + 1]
    places = {child: place for place, child in enumerate(children)}
    marks = [places[head] for head in heads]
    if marks[-1] - marks[0] < 2 * (len(marks) - 1):
        return  # each head is a whole row
    # Heads may be preceded by neighbours that belong to them (a number, a name): as many as before each.
    stops = [i for i, n in enumerate(children) if doc.tags[n] in _STOP_TAGS or doc.in_form[n]]

    def end_of(mark: int, following: int) -> int:
        place = bisect_left(stops, mark + 1)
        return min(following, stops[place]) if place < len(stops) else following

    bounds = [*marks[1:], len(children)]
    yield tuple(tuple(children[mark : end_of(mark, bound)]) for mark, bound in zip(marks, bounds, strict=True))
    if marks[0] > 0:
        begins = [max(0, *(s + 1 for s in stops if s < marks[0]), marks[0] - 3), *(m + 1 for m in marks[:-1])]
        yield tuple(tuple(children[begin : mark + 1]) for begin, mark in zip(begins, marks, strict=True))


def _count(doc: Document, number: int, dates: list[int]) -> int:
    """How many dated pieces the element holds."""
    return bisect_left(dates, doc.text_ends[number]) - bisect_left(dates, doc.text_starts[number])


def own_dates(doc: Document, item: Item, dates: list[int]) -> int:
    """How many dated pieces the row holds, those of rows inside it not counted."""
    if not dates:
        return 0
    return sum([_count(doc, n, dates) for n in item.parts]) - sum([_count(doc, n, dates) for n in item.nested])


def own_size(doc: Document, item: Item) -> int:
    """Letters of the row, those of rows inside it not counted; markup's edges and white space count in."""
    starts, ends = doc.text_starts, doc.text_ends
    return sum([ends[n] - starts[n] for n in item.parts]) - sum([ends[n] - starts[n] for n in item.nested])


def _promise(doc: Document, rows: Rows, measures: list[tuple[int, int]]) -> float:
    """A first rough guess from sizes and dates alone, to keep the dear questions for few groups.

    One pass over the rows with those that are still open on a stack, because a page has a hundred groups: each row's
    letters and dates without those of the rows inside it.

    Args:
        measures: letters of each element of the page, and its dated pieces.
    """
    spans = doc.spans
    size = dated = 0
    opened: list[tuple[int, int, int]] = []  # where the row ends, its own letters, its own dates
    for parts in sorted(rows):
        letters, count = measures[parts[0]]
        for part in parts[1:]:
            letters += measures[part][0]
            count += measures[part][1]
        while opened and opened[-1][0] <= parts[0]:
            _, own, own_count = opened.pop()
            size += min(own, _MOST_LETTERS)
            dated += 0 < own_count < 6
        if opened:
            end, own, own_count = opened[-1]
            opened[-1] = (end, own - letters, own_count - count)
        opened.append((spans[parts[-1]], letters, count))
    for _, own, own_count in opened:
        size += min(own, _MOST_LETTERS)
        dated += 0 < own_count < 6
    return size / (len(doc.all_text) or 1) + dated / len(rows) + 0.1 * min(len(rows), 10) / 10
