"""The comments of a page of unknown make: groups of like-named blocks that hold name or date and text."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, takewhile

from .document import Document
from .items import ID_PREFIX, Item, container_of, may_be_comment, nested
from .signs import Signs, is_marked_author, marked_dates, own_numbers, signs_of
from .words import COMMENT_WORDS, LIST_WORDS, NOT_AN_ITEM_WORDS, roles_of, words_of

_DIGITS = re.compile(r"\d+")
_NEARLY_ALL = 0.8
_MORE_THAN_TEASED = 6
"""Comments in a list without dates from which it is no teaser of the newest few."""
_MAX_GROUPS = 60
"""Groups that are looked into: a page that has more of them is made to waste time."""
_NO_ITEM_TAGS = frozenset(
    "a span form button input textarea time label h1 h2 h3 h4 h5 h6 nav body html main b i em img".split()
)


@dataclass(slots=True)
class _Group:
    """Elements that are named alike and like a comment."""

    strength: int
    """How surely the name alone means one comment: 3 a declared type, 2 a bare name, 1 a numbered id, 0 a "
    "part or list."""
    numbers: list[int]
    numbered_only: bool = False
    """Named by ids like 'c12' alone, as content management systems name any piece of content."""
    is_list: bool = False
    """Lists are rarely one comment."""
    is_part: bool = False
    """Named like a field of a comment, as a head that holds name, date and subject is."""
    taken: list[int] = field(default_factory=list)
    """The members that are comments by their signs."""

    def takes(self, signs: Signs) -> bool:
        if signs.text < 1 or signs.dates > 2:
            return False
        if self.is_list:
            return self.strength >= 2 and signs.author and signs.dated
        if self.numbered_only:
            return signs.author and signs.dates > 0
        if self.strength >= 2:
            return signs.author or signs.dated
        return signs.author and signs.dated

    @property
    def rank(self) -> tuple[int, int, int]:
        """Many comments before few, sure names before vague ones, outer blocks before inner ones."""
        return -len(self.taken), -self.strength, self.taken[0]


def named_items(doc: Document) -> list[Item]:
    """The comments in document order; empty if no group of blocks is like comments."""
    groups = sorted(_groups(doc), key=lambda group: (-group.strength, -len(group.numbers), group.numbers[0]))
    # Parts of comments are looked into only where nothing is named like a whole one.
    for is_part in (False, True):
        likely = [group for group in groups if group.is_part is is_part][:_MAX_GROUPS]
        if found := sorted((group for group in likely if _is_of_comments(doc, group)), key=lambda group: group.rank):
            best, *others = found
            items = nested(doc, [[number] for number in best.taken])
            for other in others:
                items = _with(doc, items, other)
            return items
    return []


def _groups(doc: Document) -> list[_Group]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for name, numbers in doc.comment_classes.items():
        for token in _comment_tokens(name):
            for number in numbers:
                found.setdefault(("class", doc.tags[number], token), []).append(number)
    for anchor, number in doc.with_id.items():
        if ID_PREFIX.match(anchor) and NOT_AN_ITEM_WORDS.isdisjoint(words_of(anchor)):
            found.setdefault(("id", doc.tags[number], _DIGITS.sub("0", anchor)), []).append(number)
    for number in doc.with_itemtype_comment:
        found.setdefault(("type", doc.tags[number], ""), []).append(number)
    return [
        _Group(
            strength=_strength(kind, name),
            numbers=sorted(numbers),
            numbered_only=kind == "id" and name in ("c0", "c-0"),
            is_list=tag in ("ol", "ul", "dl"),
            is_part=kind == "class" and not roles_of(name).isdisjoint(("author", "date", "body", "meta")),
        )
        for (kind, tag, name), numbers in found.items()
        if tag not in _NO_ITEM_TAGS
    ]


@lru_cache(maxsize=1 << 12)
def _comment_tokens(name: str) -> frozenset[str]:
    """The tokens of a class attribute that may name one comment, their digits as 0."""
    return frozenset(
        _DIGITS.sub("0", token)
        for token in name.split()
        if ":" not in token  # 'dark:bg-reply' is a look
        and not COMMENT_WORDS.isdisjoint(words := words_of(token))
        and NOT_AN_ITEM_WORDS.isdisjoint(words)
    )


def _strength(kind: str, name: str) -> int:
    if kind == "type":
        return 3
    if not LIST_WORDS.isdisjoint(set(words_of(name)) - {"item"}) or roles_of(name):
        return 0
    return 1 if kind == "id" else 2


def _is_of_comments(doc: Document, group: _Group) -> bool:
    """Whether most of the group are comments by their signs; fills `taken`, with the answers inside them."""
    items = nested(doc, [[number] for number in group.numbers if may_be_comment(doc, number)])
    answers: list[int] = []
    for item in items:
        # What is named like a list of comments, or stands alone, is not split but left to the names inside it.
        blocks = _answers_in(doc, item) if group.strength > 0 and len(items) > 1 else []
        inside = [n for n in blocks if not any(doc.inside(n, member) for member in item.nested)]
        answers += inside
        item.nested = _outermost(doc, [*item.nested, *inside])
    signs = [signs_of(doc, item.parts, item.nested) for item in items]
    taken = [item.start for item, sign in zip(items, signs, strict=True) if group.takes(sign)]
    if not taken or 2 * len(taken) < len(items):
        return False
    if 2 * sum(sign.dated for sign in signs) < len(taken) and not _needs_no_dates(doc, group, items, signs):
        return False
    if group.strength > 0:
        # Among comments one without words ('...', a picture, nothing at all) is a comment, too.
        silent = [item.start for item, sign in zip(items, signs, strict=True) if sign.author and sign.dated]
        taken = sorted({*taken, *(n for n in silent if len(taken) > 1)})
    in_taken = doc.mask(taken)
    group.taken = sorted({*taken, *(n for n in answers if in_taken[n])})
    return len(taken) > 1 or group.strength > 0 or len(items) == 1


def _needs_no_dates(doc: Document, group: _Group, items: list[Item], signs: list[Signs]) -> bool:
    """Whether blocks without dates are comments all the same: each marks its name and its text, in a list of comments.

    So do copies of a thread that are made for readers without scripts.
    """
    if group.strength < 2 or len(items) < _MORE_THAN_TEASED or not all(sign.author for sign in signs):
        return False
    around = container_of(doc, [item.start for item in items])
    names = (f"{doc.classes[n]} {doc.elements[n].get('id') or ''}" for n in (around, *doc.ancestors(around)))
    return any(
        not LIST_WORDS.isdisjoint(words) and not COMMENT_WORDS.isdisjoint(words) for words in map(words_of, names)
    ) and all(
        any("body" in roles_of(doc.classes[n]) for n in own_numbers(doc, item.parts, item.nested)) for item in items
    )


def _outermost(doc: Document, numbers: list[int]) -> list[int]:
    found: list[int] = []
    for number in sorted(set(numbers)):
        if not (found and doc.inside(number, found[-1])):
            found.append(number)
    return found


def _answers_in(doc: Document, item: Item) -> list[int]:
    """Blocks inside a comment that have a name, a date and a text of their own, whatever they are called.

    A quotation of another comment has these, too, but stands in the text.
    """
    own = list(own_numbers(doc, item.parts, item.nested))
    dates = _outermost(doc, marked_dates(doc, own))
    names = [n for n in own if is_marked_author(doc, n)] if len(dates) > 1 else []
    if len(names) < 2:
        return []
    found: list[int] = []
    # From the last to the first, so that each is read without the answers inside it: those that were found last.
    for earlier, date in reversed(list(pairwise(dates))):
        block = date
        for outer in doc.ancestors(date):
            if outer <= max(item.start, earlier):
                break
            block = outer
        if bisect_left(names, block) == bisect_left(names, doc.spans[block]):
            continue
        is_in_text = any(
            doc.tags[n] == "blockquote" or "body" in roles_of(doc.classes[n])
            for n in doc.ancestors(block)
            if n > item.start
        )
        if is_in_text:
            continue
        inside = list(takewhile(lambda n, block=block: doc.inside(n, block), reversed(found)))
        signs = signs_of(doc, [block], inside)
        if signs.author and signs.text:
            found[len(found) - len(inside) :] = [block]
    return found[::-1]


def _with(doc: Document, items: list[Item], group: _Group) -> list[Item]:
    """The items and the group's, where these are further comments, as replies that are named in their own way are.

    A block that is only a part or a wrapper of a comment already found takes its name, date or text away from it.
    """
    has_names = any(signs_of(doc, item.parts, item.nested).author for item in items)
    container = container_of(doc, [item.start for item in items])
    starts = {item.start for item in items}
    added = [n for n in group.taken if n not in starts and doc.inside(n, container)]
    ordered = sorted(starts)
    # Not what holds one of the items, unless its type declares it, as that of an answer with comments below.
    added = [n for n in added if group.strength == 3 or bisect_left(ordered, n) == bisect_left(ordered, doc.spans[n])]
    if not added:
        return items
    together = nested(doc, [[number] for number in sorted({*starts, *added})])
    signs = [signs_of(doc, item.parts, item.nested) for item in together]
    whole = {
        item.start
        for item, sign in zip(together, signs, strict=True)
        if sign.dated and sign.text > 0 and (sign.author or not has_names)
    }
    if len(whole) < _NEARLY_ALL * len(together):
        return items
    robbed = starts - whole
    in_robbed = doc.mask(sorted(robbed))
    kept = {n for n in whole if not in_robbed[n]}
    return nested(doc, [[number] for number in sorted(starts | kept)])
