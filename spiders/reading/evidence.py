"""What speaks for each field of one comment, from all its own elements: names, tags, properties, links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ...dates.find import AGE_TEXT
from ..platforms.platform import Platform
from .document import Document, folded
from .items import Item
from .phrases import CONTROL_TEXT, PERMALINK_TEXT
from .signs import is_marked_author, titled_date
from .words import Role, ends_in_author, leads_to_person, roles_of, tokens_of, words_of

CONTROLS = frozenset("form button textarea input select nav svg label fieldset iframe".split())


_CONTROL_ROLES: frozenset[Role] = frozenset({"avatar", "form", "drop"})
_LABEL_ROLES: frozenset[Role] = frozenset({"likes", "badge", "number"})


_SAYS_NOTHING = frozenset("p br hr div ul ol li dl dt dd table tbody tr td em i u small pre code".split())
"""Elements that without an attribute are neither field nor control."""
_DATE_PROPS = frozenset({"datePublished", "dateCreated", "commentTime"})


_EMPHASIS = frozenset("b strong h3 h4 h5 h6".split())


LINKS = 5
"""Rank of names that only links mark."""


_HASH_NUMBER = re.compile(r"^#(\d{1,5})(?:\.\d+)*$")


PERMALINK_SIGNS = frozenset("¶ # § ∞ 🔗 ⚓ _".split())
"""What a link to the comment itself may show instead of words."""


_CONTROL_PATH = re.compile(r"[/?&_=](?:reply|respond|answer|quote|report|flag|edit|like|vote)", re.IGNORECASE)
_SHORT_LABEL = 80
_PARAGRAPHS = frozenset({"p", "blockquote", "pre"})


SHORT_CONTROL = 120
"""Letters up to which a block named like a control ('reply', 'share') is taken for one and not for text."""


LONGEST_SIGNATURE = 1000
"""The same of a block named like what forums add to all that a member writes."""


@dataclass(slots=True)
class Evidence:
    """Candidates for each field as (rank, number); the lowest rank, then the first on the page, wins."""

    authors: list[tuple[int, int]] = field(default_factory=list)
    dates: list[tuple[int, int]] = field(default_factory=list)
    bodies: list[tuple[int, int]] = field(default_factory=list)
    metas: list[int] = field(default_factory=list)
    drops: list[int] = field(default_factory=list)
    likes: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    bold: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Marked:
    """An element of a comment with what it says of itself."""

    number: int
    element: HtmlElement
    tokens: frozenset[str]
    roles: frozenset[Role]
    prop: str
    """Its itemprop; '' if it has none."""


def gather(doc: Document, platform: Platform, item: Item) -> Evidence:
    found = Evidence()
    dropped_until = 0
    for number in item.own(doc):
        # A lone part is the whole comment; of several each is a field or two of it.
        if len(item.parts) == 1 and number == item.start:
            continue
        element, name = doc.elements[number], doc.classes[number]
        if element.tag in _SAYS_NOTHING and not element.keys():
            continue
        mark = _Marked(number, element, tokens_of(name), roles_of(name), doc.itemprops.get(number, ""))
        if element.tag == "time" or element.get("datetime") or mark.prop in _DATE_PROPS:
            found.dates.append((0, number))
        if number < dropped_until:
            continue
        if element.tag in ("a", "span") and _HASH_NUMBER.match(element.text or ""):
            found.numbers.append(number)
            found.links.append(number)
        if _is_beside(doc, platform, mark) and not _is_whole(doc, item, number):
            found.drops.append(number)
            if (shown := folded(element.text)) in PERMALINK_SIGNS or PERMALINK_TEXT.fullmatch(shown):
                found.links.append(number)
            dropped_until = doc.spans[number]
        else:
            _gather_fields(doc, platform, mark, found)
    if any(doc.quoted.find(1, part, doc.spans[part]) >= 0 for part in item.parts):
        _leave_out_quoted(doc, found)
    return found


def _leave_out_quoted(doc: Document, found: Evidence) -> None:
    """Take out names, dates and the like of what is quoted, where some stand outside all quotations, too."""
    quoted = doc.quoted
    if not all(quoted[n] for _, n in (*found.authors, *found.dates)):
        leave_out(found, quoted.__getitem__)


def leave_out(found: Evidence, is_among: Callable[[int], object]) -> None:
    """Take out names, dates and the like at some elements: all but texts and controls."""
    for pairs in (found.authors, found.dates):
        pairs[:] = [(rank, n) for rank, n in pairs if not is_among(n)]
    for numbers in (found.metas, found.likes, found.numbers, found.links, found.bold):
        numbers[:] = [n for n in numbers if not is_among(n)]


def _is_beside(doc: Document, platform: Platform, mark: _Marked) -> bool:
    """Whether the element and all in it belong to no field."""
    if mark.element.tag in CONTROLS or (mark.element.tag == "a" and _is_reply_link(doc, mark.number)):
        return True
    if mark.tokens & platform.drop:
        return doc.letters(mark.number) <= SHORT_CONTROL
    if mark.roles.isdisjoint(_CONTROL_ROLES):
        return False
    longest = LONGEST_SIGNATURE if is_signature(doc, mark.number) else SHORT_CONTROL
    return _is_control(doc, mark.number, longest)


def _is_whole(doc: Document, item: Item, number: int) -> bool:
    """Whether the element holds all that the comment shows: a wrapper named 'reply' is no link for answering."""
    return len(item.parts) == 1 and doc.letters(number) == doc.letters(item.start)


def _is_reply_link(doc: Document, number: int) -> bool:
    """Whether a link without any mark says that it is for answering or the like, and leads to nothing else."""
    href = doc.elements[number].get("href") or "#"
    text = doc.text(number)
    if text in PERMALINK_SIGNS or text.lower() == "link":
        return "#" in href
    leads_nowhere = "#" in href or href.startswith("javascript:") or _CONTROL_PATH.search(href) is not None
    return leads_nowhere and CONTROL_TEXT.fullmatch(text) is not None


def _gather_fields(doc: Document, platform: Platform, mark: _Marked, found: Evidence) -> None:
    number, tag = mark.number, mark.element.tag
    if (rank := _author_rank(doc, platform, mark)) is not None:
        found.authors.append((rank, number))
    if mark.tokens & platform.date:
        found.dates.append((0, number))
    elif "date" in mark.roles or (tag == "abbr" and mark.element.get("title")) or titled_date(doc, number) is not None:
        found.dates.append((1, number))
    if (rank := _body_rank(platform, mark)) is not None:
        found.bodies.append((rank, number))
    if "meta" in mark.roles:
        found.metas.append(number)
    if not mark.roles.isdisjoint(_LABEL_ROLES) and _is_label(doc, number):
        found.drops.append(number)
        if "likes" in mark.roles:
            found.likes.append(number)
        if "number" in mark.roles:
            found.numbers.append(number)
    if tag == "a":
        found.links.append(number)
        if "#" in (mark.element.get("href") or "") and AGE_TEXT.match(doc.text(number)):
            found.dates.append((2, number))  # a permalink that shows the comment's age
    elif tag in _EMPHASIS and "meta" not in mark.roles:
        found.bold.append(number)


def _is_label(doc: Document, number: int) -> bool:
    """Whether a block named like a label holds no more than one would: a few letters, and no paragraph of a text."""
    return doc.letters(number) <= _SHORT_LABEL and not any(
        doc.tags[n] in _PARAGRAPHS for n in range(number + 1, doc.spans[number])
    )


def _author_rank(doc: Document, platform: Platform, mark: _Marked) -> int | None:
    """How surely the element holds the name, 0 the most; None if nothing says so."""
    if mark.tokens & platform.author or "fn" in mark.tokens:
        return 0
    if mark.prop in ("author", "creator", "name"):
        return 1
    if mark.element.tag == "cite":
        return 2
    if "author" in mark.roles and is_marked_author(doc, mark.number):
        return 3 if ends_in_author(doc.classes[mark.number]) else 4
    if mark.element.tag != "a":
        return None
    # Class 'url' is what WordPress gives a commenter's link, whatever the theme puts around it.
    is_person = "author" in (mark.element.get("rel") or "") or "url" in mark.tokens
    return LINKS if is_person or leads_to_person(mark.element.get("href") or "") else None


def _body_rank(platform: Platform, mark: _Marked) -> int | None:
    """How surely the element holds the text, 0 the most; None if nothing says so."""
    if mark.tokens & platform.body or mark.prop in ("text", "commentText") or "e-content" in mark.tokens:
        return 0
    if "body" in mark.roles:
        return 1
    return 2 if mark.prop == "description" or mark.element.tag == "blockquote" else None


def is_signature(doc: Document, number: int) -> bool:
    """Whether an element is named like what forums add to all that a member writes."""
    return "signature" in words_of(doc.classes[number])


def _is_control(doc: Document, number: int, longest: int) -> bool:
    """Whether a block named like a control holds no more than one would."""
    fields = ("author", "date", "body")
    inner = range(number + 1, doc.spans[number])
    return doc.letters(number) <= longest and not any(
        role in fields and doc.letters(n) for n in inner for role in roles_of(doc.classes[n])
    )


def within(doc: Document, number: int, outer: int | None) -> bool:
    return outer is not None and doc.inside(number, outer)


def with_itemprop(doc: Document, item: Item, prop: str) -> list[int]:
    """The item's own elements with the property."""
    marked = doc.with_itemprop.get(prop, [])
    inside = [n for part in item.parts for n in doc.among(marked, part)]
    return [n for n in inside if not any(doc.inside(n, nested) for nested in item.nested)]
