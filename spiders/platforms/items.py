"""Finding the comments of a page: by a platform's marks, else by what names and repeats itself like comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .document import Document, folded
from .platform import Platform
from .vocabulary import COMMENT_WORDS, DATE_TEXT, ELSEWHERE_WORDS, LIST_WORDS, roles_of, words_of

_DIGITS = re.compile(r"\d+")
_MAX_GROUPS = 60
"""Groups of like-named elements that are looked into: a page that has more of them is made to waste time."""
_TEXT_ENOUGH = 1
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
    for mark in platform.items:
        numbers = [n for n in mark.numbers(doc) if not is_elsewhere(doc, n)]
        items = _nested(doc, _outermost_of_each(doc, numbers))
        if items := [item for item in items if _has_own_text(doc, item)]:
            return _nested(doc, [item.parts for item in items])
    return generic_items(doc)


def is_elsewhere(doc: Document, number: int) -> bool:
    """Whether the element stands in a widget of recent comments, a teaser or the like."""
    for outer in (number, *doc.ancestors(number)):
        element = doc.elements[outer]
        if element.tag in ("body", "html", "main"):
            return False
        if not ELSEWHERE_WORDS.isdisjoint(words_of(doc.classes[outer])):
            return True
        if not ELSEWHERE_WORDS.isdisjoint(words_of(element.get("id") or "")):
            return True
    return False


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


@dataclass(slots=True)
class _Signs:
    """What speaks for an element being one comment."""

    author: bool = False
    dates: int = 0
    text: int = 0
    form: bool = False

    @property
    def whole(self) -> bool:
        return self.text >= _TEXT_ENOUGH and (self.author or self.dates > 0) and self.dates <= 2


def _signs(doc: Document, item: Item) -> _Signs:
    signs = _Signs()
    date_until = 0
    pieces: list[str] = []
    for number in item.own(doc):
        element = doc.elements[number]
        if element.text:
            pieces.append(element.text)
        if element.tail and number not in item.parts:
            pieces.append(element.tail)
        if element.tag in ("textarea", "form"):
            signs.form = True
        roles = roles_of(doc.classes[number])
        prop = element.get("itemprop") or ""
        if "author" in roles or prop in ("author", "creator") or element.tag == "cite":
            signs.author = True
        is_date = (
            element.tag == "time" or prop.startswith("date") or ("date" in roles and _DIGITS.search(doc.text(number)))
        )
        if is_date and number >= date_until:
            signs.dates += 1
            # A <time> in a link in a span is one date, and so are a day and a clock time beside each other.
            date_until = doc.spans[number] + 1
    text = folded(" ".join(pieces))
    signs.text = len(text)
    if not signs.dates:
        signs.dates = min(len(DATE_TEXT.findall(text[:400])), 1)
    return signs


def _groups(doc: Document) -> dict[tuple[str, str, str], list[int]]:
    """Elements that are named alike and like a comment: (what names them, tag, name without numbers) -> numbers."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for name, numbers in doc.with_class.items():
        for token in set(name.split()):
            words = words_of(token)
            if COMMENT_WORDS.isdisjoint(words) or not ELSEWHERE_WORDS.isdisjoint(words):
                continue
            for number in numbers:
                found.setdefault(("class", doc.elements[number].tag, _DIGITS.sub("0", token)), []).append(number)
    for anchor, number in doc.with_id.items():
        if _ID_PREFIX.match(anchor):
            found.setdefault(("id", doc.elements[number].tag, _DIGITS.sub("0", anchor)), []).append(number)
    for number in doc.with_itemtype_comment:
        found.setdefault(("type", doc.elements[number].tag, ""), []).append(number)
    return {key: sorted(numbers) for key, numbers in found.items()}


def _strength(key: tuple[str, str, str]) -> int:
    """How surely the name alone means one comment: 3 a declared type, 2 a bare name, 1 a numbered id, 0 a part or a list."""
    kind, _, name = key
    if kind == "type":
        return 3
    words = set(words_of(name))
    if not LIST_WORDS.isdisjoint(words - {"comment", "item"}) or roles_of(name):
        return 0
    return 1 if kind == "id" else 2


def generic_items(doc: Document) -> list[Item]:
    """The comments of a page of unknown make, by the groups of like-named blocks that hold author or date and text."""
    ranked: list[tuple[int, int, int, list[int]]] = []
    groups = sorted(_groups(doc).items(), key=lambda group: (-_strength(group[0]), -len(group[1])))
    for key, numbers in groups[:_MAX_GROUPS]:
        numbers = [number for number in numbers if not is_elsewhere(doc, number)]
        items = _nested(doc, [[number] for number in numbers])
        whole, dated = [], 0
        for item in items:
            signs = _signs(doc, item)
            if signs.whole and not (signs.form and _strength(key) == 0):
                whole.append(item.start)
                dated += signs.dates > 0
        if not whole or len(whole) < 0.5 * len(items) or dated < 0.5 * len(whole):
            continue
        if len(whole) == 1 and _strength(key) == 0:
            continue
        ranked.append((-len(whole), -_strength(key), whole[0], whole))
    if not ranked:
        return []
    return _nested(doc, [[number] for number in min(ranked)[3]])
