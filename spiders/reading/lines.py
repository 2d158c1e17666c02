"""The comments of a page whose markup names nothing: found by the lines that say who wrote when.

<h3>2 Comments</h3>                            a heading that speaks of comments
<p>I agree.</p>
<p>Posted by: Ada | March 1, 2009 10:15 AM</p>   a signature line, at the foot or at the head of its comment
<p>So do I.</p>
<p>Posted by: Ben | March 2, 2009 9:01 AM</p>
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache, partial

from ...dates.find import DATE_TEXT, find_date
from .document import Document, folded
from .items import Item, container_of, may_be_comment
from .phrases import COUNT_TEXT, SECTION_TEXT
from .words import leads_to_person, words_of

_LONGEST_LINE = 160
_MOST_ELEMENTS = 30_000
_MOST_SECTIONS = 10
_HEADING_SIZE = 8
"""Elements in a heading; a block of more is the section itself."""
_HEADING_TAGS = ("h2", "h3", "h4", "h5", "h6", "legend", "caption", "strong", "b", "p", "div", "td")
_LONGEST_NAME = 25
_NO_TITLE = re.compile(rf"^(?:https?:|www\.)|{DATE_TEXT.pattern}", re.IGNORECASE)
_STOP_TAGS = frozenset("h1 h2 h3 h4 form hr nav footer".split())
_SECTION_WORDS = frozenset("comments kommentare commentaires comentarios commenti reacties reactions".split())


def signed_items(doc: Document) -> list[Item]:
    """The comments in document order; empty if no section of the page has at least two signature lines."""
    is_line = cache(partial(_is_line, doc))  # the sections behind several headings are mostly the same elements
    for start, end in _sections(doc):
        lines = _lines(doc, range(start, min(end, start + _MOST_ELEMENTS)), is_line)
        if len(lines) < 2:
            continue
        container = container_of(doc, lines)
        children = list(doc.children(container))
        blocks = [children[bisect_right(children, line) - 1] for line in lines]
        if len(set(blocks)) == len(blocks):
            items = _runs(doc, container, blocks, start) or [Item([block]) for block in blocks]
            if len(items) > 1 and not _are_teasers(doc, items):
                return items
    return []


def _are_teasers(doc: Document, items: list[Item]) -> bool:
    """Whether the blocks show other pages: most hold a link longer than a name and unlike those of others."""
    links = [{doc.text(n) for n in item.own(doc) if doc.tags[n] == "a" and _leads_on(doc, n)} for item in items]
    uses = Counter(text for texts in links for text in texts)
    titles = [
        any(len(text) > _LONGEST_NAME and uses[text] == 1 and not _NO_TITLE.search(text) for text in texts)
        for texts in links
    ]
    return 2 * sum(titles) >= len(items)


def _leads_on(doc: Document, link: int) -> bool:
    href = (doc.elements[link].get("href") or "").strip()
    return (
        bool(href) and "#" not in href and not href.startswith(("javascript:", "mailto:")) and not leads_to_person(href)
    )


def _sections(doc: Document) -> list[tuple[int, int]]:
    """Where the page may speak of its comments: blocks that are named so, and all that stands behind such headings."""
    named = [n for anchor, n in doc.comment_ids.items() if not _SECTION_WORDS.isdisjoint(words_of(anchor))]
    named += [n for n in doc.with_tag.get("a", ()) if (doc.elements[n].get("name") or "").lower() in _SECTION_WORDS]
    headings = [n for n in doc.tagged(*_HEADING_TAGS) if _is_heading(doc, n)]
    whole = len(doc.elements)
    found = [(n, doc.spans[n] if doc.spans[n] - n > _HEADING_SIZE else whole) for n in {*named, *headings}]
    return sorted(place for place in found if not doc.elsewhere[place[0]])[:_MOST_SECTIONS]


def _is_heading(doc: Document, number: int) -> bool:
    text = doc.elements[number].text
    if not text or len(text) > 80 or text.isspace() or doc.spans[number] - number > _HEADING_SIZE:
        return False
    short = folded(text)
    return SECTION_TEXT.match(short) is not None or COUNT_TEXT.match(short) is not None


def _lines(doc: Document, section: range, is_line: Callable[[int], bool]) -> list[int]:
    """The signature lines of a section: the most frequent kind of short elements with a date, and those among them."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for number in filter(is_line, section):
        # Not by class: many themes name every other comment in another way.
        kinds.setdefault((doc.tags[number], doc.tags[doc.parents[number]]), []).append(number)
    main = max(kinds, key=lambda kind: len(kinds[kind]), default=None)
    if main is None or len(kinds[main]) < 2:
        return []
    # Answers may stand in other elements than what they answer, but in the same list.
    container = container_of(doc, kinds[main])
    same_tag = (number for kind, numbers in kinds.items() if kind[0] == main[0] for number in numbers)
    return sorted(number for number in same_tag if doc.inside(number, container))


def _is_line(doc: Document, number: int) -> bool:
    """Whether a short element has a date that none of its parts has."""
    if doc.spans[number] - number > 12 or doc.tags[number] in ("option", "select") or not _is_dated(doc, number):
        return False
    return not any(_is_dated(doc, child) for child in doc.children(number)) and may_be_comment(doc, number)


def _is_dated(doc: Document, number: int) -> bool:
    return 6 <= doc.letters(number) <= _LONGEST_LINE and find_date(doc.text(number)) is not None


def _runs(doc: Document, container: int, blocks: list[int], start: int) -> list[Item]:
    """Each signature line with the neighbours that are its text; empty if each block holds its own text."""
    children = [child for child in doc.children(container) if child > start and _is_text(doc, child)]
    place_of = {child: place for place, child in enumerate(children)}
    if any(block not in place_of for block in blocks):
        return []
    places = [place_of[block] for block in blocks]
    if places[-1] - places[0] < 2 * (len(places) - 1):
        return []
    before = children[: places[0]]
    if before:  # the line stands at the foot of its comment
        spans = list(zip([0, *(place + 1 for place in places[:-1])], (place + 1 for place in places), strict=True))
    else:
        spans = list(zip(places, [*places[1:], _end(doc, container, children, places[-1])], strict=True))
    return [Item(children[a:b], line=block) for (a, b), block in zip(spans, blocks, strict=True) if b - a > 1]


def _end(doc: Document, container: int, children: list[int], last: int) -> int:
    """Where the last comment's text ends: at the next heading, form or rule."""
    stop = next(
        (child for child in doc.children(container) if child > children[last] and doc.tags[child] in _STOP_TAGS),
        doc.spans[container],
    )
    return next((place for place in range(last + 1, len(children)) if children[place] > stop), len(children))


def _is_text(doc: Document, number: int) -> bool:
    return doc.tags[number] not in _STOP_TAGS and doc.letters(number) > 0
