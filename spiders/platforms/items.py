"""Finding the comments of a page: by a platform's marks, else by what names and repeats itself like comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .document import Document, folded
from .platform import Platform
from .vocabulary import COMMENT_WORDS, DATE_TEXT, LIST_WORDS, NOT_AN_ITEM_WORDS, PING_WORDS, roles_of, words_of

_DIGITS = re.compile(r"\d+")
_MAX_GROUPS = 60
"""Groups of like-named elements that are looked into: a page that has more of them is made to waste time."""
_DEPTH_CLASS = re.compile(r"(?:^|\s)depth-\d+(?:\s|$)")


@dataclass(slots=True)
class Item:
    """One comment's place in the document: usually one element, sometimes several neighbours (dt and dd)."""

    parts: list[int]
    nested: list[int] = field(default_factory=list)
    """First-level comments inside, ascending; their elements are not this comment's own."""

    @property
    def start(self) -> int:
        return self.parts[0]

    def own(self, doc: Document) -> Iterator[int]:
        """The comment's own elements, its parts first in each part, without those of comments inside it."""
        for part in self.parts:
            yield part
            yield from doc.own(part, [n for n in self.nested if doc.inside(n, part)])


def find_items(doc: Document, platform: Platform) -> list[Item]:
    """The page's comments in document order; empty if it has none."""
    items = _marked_items(doc, platform) or generic_items(doc)
    pings = ping_items(doc, items)
    return _nested(doc, [*(item.parts for item in items), *pings]) if pings else items


def _marked_items(doc: Document, platform: Platform) -> list[Item]:
    for mark in platform.items:
        numbers = [n for n in mark.numbers(doc) if _may_be_comment(doc, n)]
        items = _nested(doc, _outermost_of_each(doc, numbers))
        if items := [item for item in items if _has_own_text(doc, item)]:
            return _nested(doc, [item.parts for item in items])
    return []


def _outermost_of_each(doc: Document, numbers: list[int]) -> list[list[int]]:
    """One list of parts for each comment, where wrappers in wrappers are marked with the same native id."""
    parts: dict[str, list[int]] = {}
    lifted: list[list[int]] = []
    for number in numbers:
        key = native_id_of(doc, number)
        if key and key in parts:
            continue
        parent = doc.parents[number]
        # Some themes leave the id on an inner element and the depth on the list item around it.
        if parent >= 0 and _DEPTH_CLASS.search(doc.classes[parent]) and not _DEPTH_CLASS.search(doc.classes[number]):
            number = parent
        found = [number]
        element = doc.elements[number]
        if element.tag == "dt":
            found += _definitions(doc, number)
        if key:
            parts[key] = found
        lifted.append(found)
    return lifted


def _definitions(doc: Document, term: int) -> Iterator[int]:
    """The dd elements that belong to a dt."""
    number = doc.spans[term]
    while number < len(doc.elements) and doc.elements[number].tag == "dd" and doc.parents[number] == doc.parents[term]:
        yield number
        number = doc.spans[number]


def _nested(doc: Document, all_parts: Iterable[list[int]]) -> list[Item]:
    """Items in document order, each knowing the first-level items inside it."""
    items: list[Item] = []
    open_items: list[Item] = []
    for parts in sorted(all_parts):
        while open_items and not any(doc.inside(parts[0], part) for part in open_items[-1].parts):
            open_items.pop()
        item = Item(parts)
        if open_items:
            if parts[0] == open_items[-1].start:
                continue
            open_items[-1].nested.append(parts[0])
        items.append(item)
        open_items.append(item)
    return items


_ID_PREFIX = re.compile(
    r"^(?:li-|div-|dsq-|wall-)?(?:article-|blog-|post-)?"
    r"(?:comments?|kommentare?|commentaire|comentario|commento|komment|cmt|comm|cid|c|opinion|reactie|reaction|reply|response)"
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


def native_id_of(doc: Document, number: int) -> str | None:
    """The id that the element itself states for its comment; None if it states none."""
    element = doc.elements[number]
    for name in ("id", "name"):
        if (anchor := element.get(name)) and (prefix := _ID_PREFIX.match(anchor)):
            return anchor[prefix.end() :]
    for name in _ID_ATTRIBUTES:
        if value := element.get(name):
            return value
    return None


def _has_own_text(doc: Document, item: Item) -> bool:
    return any((doc.elements[n].text or "").strip() or (doc.elements[n].tail or "").strip() for n in item.own(doc))


def ping_items(doc: Document, items: list[Item]) -> list[list[int]]:
    """Notices of links from elsewhere that a theme lists apart from the comments, without marks of their own."""
    found: list[list[int]] = []
    for number in doc.tagged("ol", "ul", "dl"):
        name = f"{doc.classes[number]} {doc.elements[number].get('id') or ''}"
        if PING_WORDS.isdisjoint(words_of(name)) or doc.is_elsewhere(number):
            continue
        for child in doc.children(number):
            is_item = any(doc.inside(part, child) or doc.inside(child, part) for item in items for part in item.parts)
            if doc.elements[child].tag in ("li", "dt") and not is_item and doc.text(child):
                found.append([child])
    return found


@dataclass(slots=True)
class _Signs:
    """What speaks for an element being one comment."""

    author: bool = False
    dates: int = 0
    """Dates that are marked as such, those beside each other counted once."""
    written_date: bool = False
    """Whether a date stands in the text near the beginning or the end, marked or not."""
    text: int = 0
    """Letters beside the marked names and dates."""

    @property
    def dated(self) -> bool:
        return self.dates > 0 or self.written_date


def _signs(doc: Document, item: Item) -> _Signs:
    signs = _Signs()
    skipped_until = dated_until = 0
    pieces: list[str] = []
    for number in item.own(doc):
        element = doc.elements[number]
        if number < skipped_until:
            continue
        if element.tag in ("form", "textarea", "button", "select", "nav"):
            skipped_until = doc.spans[number]
            continue
        if number not in item.parts:
            roles = roles_of(doc.classes[number])
            prop = element.get("itemprop") or ""
            if element.tag == "time" or prop.startswith("date") or ("date" in roles and _has_digit(doc, number)):
                # A <time> in a link in a span is one date, and so are a day and a clock time beside each other.
                signs.dates += number >= dated_until
                dated_until = doc.spans[number] + 1
                signs.written_date = signs.written_date or DATE_TEXT.search(doc.text(number)) is not None
                skipped_until = doc.spans[number]
                continue
            if "author" in roles or prop in ("author", "creator") or element.tag == "cite":
                signs.author = signs.author or bool(doc.text(number))
                signs.written_date = signs.written_date or DATE_TEXT.search(doc.text(number)) is not None
                skipped_until = doc.spans[number]
                continue
            if element.tail:
                pieces.append(element.tail)
        if element.text:
            pieces.append(element.text)
    text = folded(" ".join(pieces))
    signs.text = len(text)
    if not signs.dates and not signs.written_date:
        signs.written_date = DATE_TEXT.search(f"{text[:200]} {text[-100:]}") is not None
    return signs


def _has_digit(doc: Document, number: int) -> bool:
    return _DIGITS.search(doc.text(number)) is not None


@dataclass(slots=True)
class _Group:
    """Elements that are named alike and like a comment."""

    strength: int
    """How surely the name alone means one comment: 3 a declared type, 2 a bare name, 1 a numbered id, 0 a part or a list."""
    numbers: list[int]
    numbered_only: bool = False
    """Named by ids like 'c12' alone, as content management systems name any piece of content."""

    def takes(self, signs: _Signs) -> bool:
        """Whether an element of this group with these signs is a comment."""
        if signs.text < 1 or signs.dates > 2:
            return False
        if self.numbered_only:
            return signs.author and signs.dates > 0
        if self.strength >= 2:
            return signs.author or signs.dated
        return signs.author and signs.dated


def _groups(doc: Document) -> list[_Group]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for name, numbers in doc.with_class.items():
        for token in set(name.split()):
            words = words_of(token)
            if not COMMENT_WORDS.isdisjoint(words) and NOT_AN_ITEM_WORDS.isdisjoint(words):
                for number in numbers:
                    found.setdefault(("class", doc.elements[number].tag, _DIGITS.sub("0", token)), []).append(number)
    for anchor, number in doc.with_id.items():
        if _ID_PREFIX.match(anchor) and NOT_AN_ITEM_WORDS.isdisjoint(words_of(anchor)):
            found.setdefault(("id", doc.elements[number].tag, _DIGITS.sub("0", anchor)), []).append(number)
    for number in doc.with_itemtype_comment:
        found.setdefault(("type", doc.elements[number].tag, ""), []).append(number)
    return [
        _Group(_strength(kind, name), sorted(numbers), kind == "id" and name in ("c0", "c-0"))
        for (kind, tag, name), numbers in found.items()
        if tag not in _NO_ITEM_TAGS
    ]


_NO_ITEM_TAGS = frozenset("a span form button input textarea time label h1 h2 h3 h4 h5 h6 ol ul nav body html main b i em img".split())


def _strength(kind: str, name: str) -> int:
    if kind == "type":
        return 3
    words = set(words_of(name))
    if not LIST_WORDS.isdisjoint(words - {"item"}) or roles_of(name):
        return 0
    return 1 if kind == "id" else 2


def generic_items(doc: Document) -> list[Item]:
    """The comments of a page of unknown make, by the groups of like-named blocks that hold name or date and text."""
    ranked: list[tuple[int, int, int, list[int]]] = []
    groups = sorted(_groups(doc), key=lambda group: (-group.strength, -len(group.numbers), group.numbers[0]))
    for group in groups[:_MAX_GROUPS]:
        numbers = [n for n in group.numbers if _may_be_comment(doc, n)]
        items = _nested(doc, [[number] for number in numbers])
        signs = [_signs(doc, item) for item in items]
        taken = [item.start for item, sign in zip(items, signs, strict=True) if group.takes(sign)]
        dated = sum(sign.dated for sign in signs)
        if not taken or 2 * len(taken) < len(items) or 2 * dated < len(taken):
            continue
        if len(taken) == 1 and group.strength == 0 and len(items) > 1:
            continue
        ranked.append((-len(taken), -group.strength, taken[0], taken))
    if not ranked:
        return []
    return _nested(doc, [[number] for number in min(ranked)[3]])


def _may_be_comment(doc: Document, number: int) -> bool:
    """Whether the element's place allows it: beside the post and outside widgets and forms."""
    headlines = doc.with_tag.get("h1", ())
    if doc.is_elsewhere(number) or any(doc.inside(n, number) for n in (*headlines[:1], *doc.with_itemprop.get("articleBody", ()))):
        return False
    for outer in doc.ancestors(number):
        if doc.elements[outer].tag == "form":
            # Some systems wrap the whole page in a form.
            return any(doc.inside(n, outer) for n in headlines)
    return True
