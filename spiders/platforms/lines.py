"""The comments of a page whose markup names nothing: found by the lines that say who wrote when.

    <h3>2 Comments</h3>                            a heading that speaks of comments
    <p>I agree.</p>
    <p>Posted by: Ada | March 1, 2009 10:15 AM</p>   a signature line, at the foot or at the head of its comment
    <p>So do I.</p>
    <p>Posted by: Ben | March 2, 2009 9:01 AM</p>
"""

from __future__ import annotations

import re
from collections import Counter

from .document import Document, folded
from .items import Item, may_be_comment, nested
from .vocabulary import COUNT_TEXT, DATE_TEXT, PROFILE_PATH, SECTION_TEXT, words_of

_LONGEST_LINE = 160
_MOST_ELEMENTS = 30_000
_LONGEST_NAME = 25
_NO_TITLE = re.compile(rf"^(?:https?:|www\.)|{DATE_TEXT.pattern}", re.IGNORECASE)
_ALTERNATING = re.compile(r"(?:^|\s)\S*(?:odd|even|alt|first|last|\d)\S*", re.IGNORECASE)
_SECTION_WORDS = frozenset("comments kommentare commentaires comentarios commenti reacties reactions".split())


def signed_items(doc: Document) -> list[Item]:
    """The comments in document order; empty if no block of the page has the like of two signature lines in a section."""
    for start in _section_starts(doc):
        lines = _lines(doc, start)
        if len(lines) >= 2:
            items = _blocks(doc, lines) or _runs(doc, lines, start)
            if len(items) > 1 and not _are_teasers(doc, items):
                return items
    return []


def _are_teasers(doc: Document, items: list[Item]) -> bool:
    """Whether the blocks show other pages: most hold a link to one, with more words than a name and not those of others."""
    links = [
        {doc.text(n) for n in item.own(doc) if doc.elements[n].tag == "a" and _leads_on(doc, n)} for item in items
    ]
    uses = Counter(text for texts in links for text in texts)
    titles = [
        any(len(text) > _LONGEST_NAME and uses[text] == 1 and not _NO_TITLE.search(text) for text in texts)
        for texts in links
    ]
    return 2 * sum(titles) >= len(items)


def _leads_on(doc: Document, link: int) -> bool:
    href = (doc.elements[link].get("href") or "").strip()
    return bool(href) and "#" not in href and not href.startswith(("javascript:", "mailto:")) and not PROFILE_PATH.search(href)


def _section_starts(doc: Document) -> list[int]:
    """Where the page begins to speak of its comments: headings and anchors, in document order."""
    found = [
        number
        for number in doc.tagged("h2", "h3", "h4", "h5", "h6", "legend", "caption", "strong", "b", "p", "div", "td")
        if doc.spans[number] - number <= 4
        and len(text := folded(doc.elements[number].text)) <= 80
        and text
        and (SECTION_TEXT.match(text) or COUNT_TEXT.fullmatch(text))
    ]
    found += [n for anchor, n in doc.with_id.items() if not _SECTION_WORDS.isdisjoint(words_of(anchor))]
    found += [n for n in doc.with_tag.get("a", ()) if (doc.elements[n].get("name") or "").lower() in _SECTION_WORDS]
    return sorted(n for n in set(found) if not doc.is_elsewhere(n))[:10]


def _lines(doc: Document, start: int) -> list[int]:
    """The signature lines behind `start`: the most frequent kind of short elements with a date."""
    kinds: dict[tuple[str, str], list[int]] = {}
    covered = start
    for number in range(start, min(len(doc.elements), start + _MOST_ELEMENTS)):
        if number < covered or doc.spans[number] - number > 12 or doc.elements[number].tag in ("option", "select"):
            continue
        text = doc.text(number)
        if 6 <= len(text) <= _LONGEST_LINE and DATE_TEXT.search(text) and may_be_comment(doc, number):
            parent = doc.parents[number]
            # Not by class: many themes name every other comment in another way.
            kinds.setdefault((doc.elements[number].tag, doc.elements[parent].tag), []).append(number)
            covered = doc.spans[number]
    main = max(kinds, key=lambda kind: len(kinds[kind]), default=None)
    if main is None:
        return []
    # Answers may stand in other elements than what they answer, but in the same list.
    first, last = kinds[main][0], kinds[main][-1]
    container = next((outer for outer in doc.ancestors(first) if doc.inside(last, outer)), 0)
    same_tag = (number for kind, numbers in kinds.items() if kind[0] == main[0] for number in numbers)
    return sorted(number for number in same_tag if doc.inside(number, container))


def _kind_of(doc: Document, number: int) -> str:
    """The class without the parts that differ from one neighbour to the next."""
    return _ALTERNATING.sub("", doc.classes[number]).strip()


def _blocks(doc: Document, lines: list[int]) -> list[Item]:
    """The highest elements that hold one line each and more than it; empty if the lines stand beside each other."""
    holders = Counter(outer for line in lines for outer in (line, *doc.ancestors(line)))
    found: list[list[int]] = []
    for line in lines:
        block = line
        for outer in doc.ancestors(line):
            if holders[outer] > 1:
                break
            block = outer
        if len(doc.text(block)) <= len(doc.text(line)) + 1:
            return []
        found.append([block])
    signatures = Counter((doc.elements[block].tag, _kind_of(doc, block)) for (block,) in found)
    return nested(doc, found) if signatures.most_common(1)[0][1] * 2 >= len(found) else []


def _runs(doc: Document, lines: list[int], start: int) -> list[Item]:
    """Runs of neighbours between one line and the next, for lines that are children of one element."""
    parent = Counter(doc.parents[line] for line in lines).most_common(1)[0][0]
    tops = [line for line in lines if doc.parents[line] == parent]
    if len(tops) < 2:
        return []
    children = [child for child in doc.children(parent) if child >= start and may_be_comment(doc, child)]
    first, last = children.index(tops[0]), children.index(tops[-1])
    # A line with text behind the last one stands at the head of its comment, else at the foot.
    after = [c for c in children[last + 1 :] if _is_text(doc, c)]
    before = [c for c in children[:first] if _is_text(doc, c) and not SECTION_TEXT.match(doc.text(c))]
    at_head = not before or (bool(after) and children[last + 1] == after[0])
    places = [children.index(line) for line in tops]
    if at_head:
        ends = [*places[1:], _end_of_last(doc, children, last)]
        spans = list(zip(places, ends, strict=True))
    else:
        starts = [max(first - len(before), 0), *(place + 1 for place in places[:-1])]
        spans = [(a, b + 1) for a, b in zip(starts, places, strict=True)]
    runs = [[c for c in children[a:b] if _is_text(doc, c)] for a, b in spans]
    return [Item(run) for run in runs if len(run) > 1]


def _end_of_last(doc: Document, children: list[int], last: int) -> int:
    """Where the last comment's run ends: at the next heading, form, list or rule."""
    for place in range(last + 1, len(children)):
        if doc.elements[children[place]].tag in ("h1", "h2", "h3", "h4", "form", "hr", "nav", "script", "footer"):
            return place
    return len(children)


def _is_text(doc: Document, number: int) -> bool:
    return doc.elements[number].tag not in ("form", "hr", "nav", "h1", "h2", "h3") and bool(doc.text(number))


