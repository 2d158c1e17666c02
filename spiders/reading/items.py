"""Finding the comments of a page: by a platform's marks, else by what names and repeats itself like comments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from ...dates.find import find_date
from ..platforms.platform import Platform
from .document import Document
from .phrases import PING_LABEL
from .signs import own_numbers, signs_of
from .words import DEPTH_CLASS, PING_WORDS, words_of


@dataclass(frozen=True, slots=True)
class Box:
    """A copy of another comment that stands in the one that answers it, with its name and date."""

    number: int
    text: int
    """The element in it that holds the copied text."""


@dataclass(slots=True)
class Item:
    """One comment's place in the document: usually one element, sometimes several neighbours (dt and dd)."""

    parts: list[int]
    nested: list[int] = field(default_factory=list)
    """The parts of the first-level comments inside, ascending; their elements are not this comment's own."""
    line: int | None = None
    """The part that only says who wrote when; None where no part does nothing else."""
    boxes: list[Box] = field(default_factory=list)
    """Copies of other comments in it, by what the rows of the section have in common."""
    start: int = field(init=False)
    """The first part."""

    def __post_init__(self) -> None:
        self.start = self.parts[0]

    def own(self, doc: Document) -> Iterator[int]:
        """The comment's own elements, its parts first in each part, without those of comments inside it."""
        return own_numbers(doc, self.parts, self.nested)


def with_notices(doc: Document, items: list[Item]) -> list[Item]:
    """The items with what stands beside them under other names: the owner's answers inside them, notices of links."""
    answers = [number for item in items for number in _owner_answers(doc, item)]
    further = [*ping_items(doc, items), *([number] for number in answers)]
    if not further:
        return items
    lines = {item.start: item.line for item in items} | {number: _last_line(doc, number) for number in answers}
    items = nested(doc, [*(item.parts for item in items), *further])
    for item in items:
        item.line = lines.get(item.start)
    return items


def _last_line(doc: Document, number: int) -> int | None:
    """The block's last child, where it says who wrote when."""
    last = next((child for child in reversed(list(doc.children(number))) if doc.letters(child)), None)
    return last if last is not None and find_date(doc.text(last)) else None


def _owner_answers(doc: Document, item: Item) -> list[int]:
    """Blocks in a comment that call themselves the text of an answer and say when it was given.

    So some sites print the owner's replies: beside the visitor's words, signed by a line in the same block.
    """
    found: list[int] = []
    for number in item.own(doc):
        if not (name := doc.classes[number]):
            continue
        words = words_of(name)
        if _ANSWER_WORDS.isdisjoint(words) or _TEXT_WORDS.isdisjoint(words):
            continue
        if not (found and doc.inside(number, found[-1])) and signs_of(doc, [number], []).written_date:
            found.append(number)
    own = signs_of(doc, item.parts, sorted([*item.nested, *found])) if found else None
    return found if own and own.text > 0 and own.dated else []


def marked_items(doc: Document, platform: Platform) -> list[Item]:
    """The comments of the first of the platform's layouts that has any."""
    for mark in platform.items:
        numbers = [n for n in mark.numbers(doc) if may_be_comment(doc, n)]
        items = nested(doc, _outermost_of_each(doc, numbers))
        if items := [item for item in items if _is_filled(doc, item)]:
            items = nested(doc, with_neighbours(doc, items))
            for item in items:
                item.line = _line_of(doc, item)
            return items
    return []


def _outermost_of_each(doc: Document, numbers: list[int]) -> list[list[int]]:
    """One list of parts for each comment, where wrappers in wrappers are marked with the same native id."""
    parts: dict[str, list[int]] = {}
    lifted: list[list[int]] = []
    for number in numbers:
        key = native_id_of(doc, number)
        if key and key in parts:
            continue
        found = [_lifted(doc, number)]
        if doc.tags[number] == "dt":
            found += _definitions(doc, number)
        if key:
            parts[key] = found
        lifted.append(found)
    return lifted


def _line_of(doc: Document, item: Item) -> int | None:
    """The dt of a list of terms, where it says who wrote when."""
    is_term = len(item.parts) > 1 and doc.tags[item.start] == "dt"
    return item.start if is_term and find_date(doc.text(item.start)) else None


def _lifted(doc: Document, number: int) -> int:
    """The element around it that has the depth, where a theme leaves the id on an inner one; else itself."""
    if DEPTH_CLASS.search(doc.classes[number]):
        return number
    around = islice(doc.ancestors(number), 3)
    return next((outer for outer in around if DEPTH_CLASS.search(doc.classes[outer])), number)


def _definitions(doc: Document, term: int) -> Iterator[int]:
    """The dd elements that belong to a dt."""
    number = doc.spans[term]
    while number < len(doc.elements) and doc.tags[number] == "dd" and doc.parents[number] == doc.parents[term]:
        yield number
        number = doc.spans[number]


def _holds(doc: Document, item: Item, number: int) -> bool:
    return doc.inside(number, item.start) or any(doc.inside(number, part) for part in item.parts[1:])


def nested(doc: Document, all_parts: Iterable[list[int]]) -> list[Item]:
    """Items in document order, each knowing the first-level items inside it."""
    items: list[Item] = []
    open_items: list[Item] = []
    for parts in sorted(all_parts):
        while open_items and not _holds(doc, open_items[-1], parts[0]):
            open_items.pop()
        item = Item(parts)
        if open_items:
            if parts[0] == open_items[-1].start:
                continue
            open_items[-1].nested.extend(parts)
        items.append(item)
        open_items.append(item)
    for item in items:
        item.nested.sort()  # parts of neighbours may alternate
    return items


_ANSWER_WORDS = frozenset("reply response answer antwort reponse respuesta risposta resposta antwoord".split())
_TEXT_WORDS = frozenset("text content body message".split())
_BARE = 3
"""Letters beside name and date up to which a block is taken to have no text."""
_RUN_ENDS = frozenset("h1 h2 h3 form nav footer".split())
_RUNNING_NUMBER = re.compile(r"(\d+)[_-](?!.*[a-f0-9]{12}$)")
"""A number with something behind it ('31_0', '7-by-tam'), but no UUID."""

ID_PREFIX = re.compile(
    r"^(?:li-|div-|dsq-|wpd-|wc-)?(?:article-|blog-|post-)?"
    r"(?:comments?|forum|kommentare?|commentaire|comentario|commento|komment|cmt|comm|cid|c|opinion|reactie|reaction|reply|response)"
    r"(?:[-_:](?:item|body|text|id|content|entry|block|wrapper|container))?[-_:]?(?=[0-9a-f]*\d)",
    re.IGNORECASE,
)
_ID_ATTRIBUTES = (
    "data-comment-id",
    "data-commentid",
    "data-cid",
    "data-comment_id",
    "comment-id",
    "commentid",
    "data-id",
)
_MAY_STATE_ID = frozenset({"id", "name", *_ID_ATTRIBUTES})


def native_id_of(doc: Document, number: int) -> str | None:
    """The id that the element itself states for its comment; None if it states none."""
    element = doc.elements[number]
    if _MAY_STATE_ID.isdisjoint(element.keys()):
        return None
    for name in ("id", "name"):
        if (anchor := element.get(name)) and (prefix := ID_PREFIX.match(anchor)):
            tail = anchor[prefix.end() :]
            running = _RUNNING_NUMBER.match(tail)
            return running[1] if running else tail
    for name in _ID_ATTRIBUTES:
        if value := element.get(name):
            return value
    return None


def _is_filled(doc: Document, item: Item) -> bool:
    """Whether a marked element is a comment and no template, pane or notice that is named like one."""
    signs = signs_of(doc, item.parts, item.nested)
    is_ping = not PING_WORDS.isdisjoint(words_of(doc.classes[item.start]))
    if signs.author and signs.dated:
        return True
    return signs.text > 0 and (signs.author or signs.dated or is_ping or native_id_of(doc, item.start) is not None)


def with_neighbours(doc: Document, items: list[Item]) -> list[list[int]]:
    """Their parts, each with what stands between it and the next, where a page marks only lines of name and date."""
    all_parts = [item.parts for item in items]
    starts = {parts[0] for parts in all_parts}
    bare = sum(signs_of(doc, item.parts, item.nested).text <= _BARE for item in items)
    if 2 * bare <= len(all_parts):
        return all_parts
    extended: list[list[int]] = []
    for parts in all_parts:
        run = list(parts)
        number = doc.spans[run[-1]]
        while number < len(doc.elements) and doc.parents[number] == doc.parents[parts[0]] and number not in starts:
            if doc.tags[number] in _RUN_ENDS or doc.in_form[number]:
                break
            run.append(number)
            number = doc.spans[number]
        extended.append(run)
    return extended


def ping_items(doc: Document, items: list[Item]) -> list[list[int]]:
    """Notices of links from elsewhere that a theme lists apart from the comments, without marks of their own."""
    found: list[list[int]] = []
    in_item = doc.mask(part for item in items for part in item.parts)
    starts = sorted(item.start for item in items)
    for number in doc.tagged("ol", "ul", "dl"):
        name = f"{doc.classes[number]} {doc.elements[number].get('id') or ''}"
        if PING_WORDS.isdisjoint(words_of(name)) or doc.elsewhere[number] or in_item[number]:
            continue
        if bisect_left(starts, number) != bisect_left(starts, doc.spans[number]):
            # The list holds comments: it is named for all that a post is answered by.
            continue
        for child in doc.children(number):
            has_link = any(doc.tags[n] == "a" for n in range(child, doc.spans[child]))
            if doc.tags[child] in ("li", "dt") and has_link and doc.text(child):
                found.append([child, *_definitions(doc, child)])
    return found + _sibling_pings(doc, items, in_item)


def _sibling_pings(doc: Document, items: list[Item], in_item: bytearray) -> list[list[int]]:
    """Notices of links that stand among the comments of a list, without their marks."""
    found: list[list[int]] = []
    for container in {doc.parents[item.start] for item in items if doc.tags[item.start] == "li"}:
        for child in doc.children(container):
            is_ping = not PING_WORDS.isdisjoint(words_of(doc.classes[child])) or PING_LABEL.match(doc.text(child)[:40])
            if is_ping and not in_item[child] and any(doc.inside(link, child) for link in doc.hrefs):
                found.append([child])
    return found


def may_be_comment(doc: Document, number: int) -> bool:
    """Whether the element's place allows it: beside the post and outside widgets and forms."""
    if doc.elsewhere[number]:
        return False
    posts = (*doc.with_tag.get("h1", ())[:1], *doc.with_itemprop.get("articleBody", ()))
    return not any(doc.inside(n, number) for n in posts) and not doc.in_form[number]


def container_of(doc: Document, numbers: list[int]) -> int:
    """The nearest element around all of them (ascending, none inside another)."""
    last = numbers[-1]
    return next((outer for outer in doc.ancestors(numbers[0]) if doc.inside(last, outer)), 0)
