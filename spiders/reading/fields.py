"""The fields of one comment, from all the evidence among its own elements. Nothing is changed in the tree here."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from ...dates.find import AGE_TEXT, CLOCK_TEXT, DATE_TEXT, find_date
from ...schemas import CommentKind, CommentState, DateMention, PageComment
from ..platforms.platform import Platform
from .document import Document, folded
from .items import Item, native_id_of
from .label import Labels, elements_at, name_of
from .phrases import BY_TEXT, CONTROL_TEXT, GLUE_TEXT, PING_EXCERPT, PING_LABEL, REMOVED_TEXT, SAYS_TEXT, signed_text
from .signs import is_marked_author
from .weigh import pieces_of
from .words import PING_WORDS, PROFILE_PATH, Role, ends_in_author, roles_of, words_of

_CONTROLS = frozenset("form button textarea input select nav svg label fieldset iframe".split())
_MACHINE_ATTRIBUTES = ("datetime", "data-datetime", "data-date", "data-time", "data-timestamp", "data-utime")
_CLOCK = re.compile(r"\d\s?[:.h]\s?\d\d(?!\d*\.\d)\D*$")
_WIDER = 200
"""Letters of a line in which a date may stand in pieces."""
_DATE_PROPS = frozenset({"datePublished", "dateCreated", "commentTime"})
_BEFORE_DATE = re.compile(
    r"[\s,|·–—-]{0,4}(?:\b(?:on|am|le|el|at|um)\b)?[\s,|·–—-]{0,4}"
    r"(?:[|,·–—-]\s*(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|ma|wo|vr|za|zo|lu|ju|vi)"
    r"[\w.]{0,12}[\s,|·–—-]{0,4})?$",
    re.IGNORECASE,
)
"""What stands between a name and a date, a day of the week behind a mark included."""
_EMPHASIS = frozenset("b strong h3 h4 h5 h6".split())
_LINKS = 5
"""Rank of names that only links mark."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO = re.compile(r"^\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"^\W*(?:nr\.?\s*)?(\d{1,6})(?:\.\d+)*\W*$", re.IGNORECASE)
_RUNNING_NUMBER = re.compile(r"^#?(\d{1,5})(?:\.\d+)*[.):]?\s+(?=\D)")
_HASH_NUMBER = re.compile(r"^#(\d{1,5})(?:\.\d+)*$")
_LIKES = re.compile(r"^[+(]?\s*([-−]?\d{1,6})\)?(?:\s*(?:likes?|votes?|points?|upvotes?))?$", re.IGNORECASE)
_SURE = 4.0
"""Score of a column of names from which it goes before what one row marks."""
_NO_NAME_ROLES = frozenset({"badge", "drop", "avatar", "number", "likes", "date"})
_NO_NAME_TAGS = frozenset("time sup button svg".split())
_LONG_NAME = 200
_LONG_HEADING = 60
_SHORT_LINE = 100
_SMALL = 8
"""Elements in a block that may be a line about the comment."""
_LEAST_SHARE = {0: 0.0, 1: 0.5, 2: 0.95}
"""Rank of a body's mark -> the part of the comment's text that it must hold: what people write has any class, too."""
_SIGNATURE = 200
"""Letters at the beginning and the end of a comment in which a line may state name and date."""
_SHORT_LABEL = 80
_SHORT_CONTROL = 120
"""Letters up to which a block named like a control ('reply', 'share') is taken for one and not for text."""


@dataclass(slots=True)
class Draft:
    """A comment as read, with the elements its body will be cut from."""

    item: Item
    comment: PageComment
    body: int | None
    """The element that holds the body and nothing else; None where the body is what remains of the item."""
    drops: list[int] = field(default_factory=list)
    """Elements that are no part of the body."""
    heads: list[int] = field(default_factory=list)
    """Blocks of name and date, to be taken off with the words that join them ('said on')."""
    tails: list[int] = field(default_factory=list)
    """Elements behind which words of the template stand."""


@dataclass(slots=True)
class _Evidence:
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


def read_item(doc: Document, platform: Platform, item: Item, labels: Labels) -> Draft:
    """The comment of an item without its parent, which only its neighbours can tell."""
    evidence = _gather(doc, platform, item)
    pieces = list(pieces_of(doc, item))
    labelled = name_of(pieces, labels)
    heads = _heads(doc, evidence, [labelled[1]] if labelled else [])
    body, is_clean = _labelled_body(doc, item, labels, heads, _body(doc, item, evidence, heads))
    text = body if is_clean else None
    kind = _kind(doc, item)
    if kind != "comment":
        # The link of a notice is its text as well as its author.
        evidence.authors = [(rank, n) for rank, n in evidence.authors if rank < _LINKS]
    author = _author(doc, evidence, text)
    dates = [pair for pair in evidence.dates if not _within(doc, pair[1], text)]
    date = min(dates)[1] if dates else None
    comment = PageComment(kind=kind, native_id=_native_id(doc, item), state=_state(doc, item, text))
    comment.published = _date(doc, item, date) if date is not None else None
    if comment.published is None:
        comment.published, date = _written_date(doc, item, text)
    if author is not None:
        comment.author_name = _name(doc, author)
    elif comment.kind == "comment":
        comment.author_name, author = _unmarked_author(doc, item, evidence, text, date)
    if labelled is not None and comment.kind == "comment" and _is_better(labelled[0], comment.author_name, labels):
        comment.author_name, author = labelled
    elif labelled is not None and author is None and comment.author_name == labelled[0]:
        author = labelled[1]
    comment.author_url = _author_url(doc, item, author) if author is not None else None
    comment.permalink = _permalink(doc, evidence, comment.native_id, date)
    if comment.native_id is None and comment.permalink:
        comment.native_id = _id_of_fragment(comment.permalink)
    likes = [*evidence.likes, *_with_itemprop(doc, item, "upvoteCount")]
    comment.likes = _first_number(doc, likes, _LIKES)
    comment.number = _first_number(doc, evidence.numbers, _NUMBER)
    if comment.number is None and author is not None:
        comment.number = _first_number(doc, [author], _RUNNING_NUMBER)
    draft = Draft(item, comment, body, _drops(doc, platform, evidence, text))
    if item.line is not None:
        draft.drops.append(item.line)
    if text is None:
        draft.heads = [_meta_block(doc, item, n) for n in (author, date) if n is not None]
        named = {n for rank, n in (*evidence.authors, *evidence.dates) if rank <= 3}
        small = [n for n in evidence.metas if len(doc.text_within([n], skips=named.__contains__)) <= _SHORT_CONTROL]
        draft.drops += [*small, *(n for _, n in dates)]
        if labelled is not None:
            draft.heads.append(_meta_block(doc, item, labelled[1]))
        template = [p for p in pieces if (p.path, p.text) in labels.constants or p.path in labels.about]
        draft.drops += [p.number for p in template if p.number not in item.parts and doc.text(p.number) == p.text]
        draft.tails = [piece.behind for piece in template if piece.behind is not None]
    if comment.kind != "comment" and author is None:
        _read_ping(doc, item, evidence, draft)
    elif comment.kind == "comment" and PING_EXCERPT.match(_said(doc, draft, text)):
        comment.kind = "pingback"
    return draft


def _labelled_body(
    doc: Document, item: Item, labels: Labels, heads: list[int], marked: tuple[int | None, bool]
) -> tuple[int | None, bool]:
    """The text's element by its own marks, else where the section's rows have it; and whether it holds nothing else."""
    body, is_clean = marked
    found = elements_at(doc, item, labels.body) if labels.body is not None else []
    if len(found) != 1 or not doc.text(found[0]) or (body is not None and is_clean and not doc.inside(found[0], body)):
        return marked
    return marked if any(doc.inside(head, found[0]) for head in heads) else (found[0], True)


def _is_better(labelled: str, marked: str | None, labels: Labels) -> bool:
    """Whether the name in the section's place of names goes before what the row's own marks say."""
    if marked is None or marked in labels.constant_texts:
        return True
    if labelled in marked:
        # What surrounds the name is template: 'From Ann', 'Ann in reply to Bob'; marks alone may be a part of it.
        return any(c.isalnum() for c in marked.replace(labelled, "", 1))
    return labels.score >= _SURE and marked not in labelled


def _said(doc: Document, draft: Draft, text: int | None) -> str:
    """What the comment says, before it is cut out."""
    if text is not None:
        return doc.text(text)
    beside = {*draft.heads, *draft.drops, *draft.item.nested}
    return doc.text_within(draft.item.parts, skips=beside.__contains__)


def _read_ping(doc: Document, item: Item, evidence: _Evidence, draft: Draft) -> None:
    """A notice of a link: named by the linking page's title, which is also all its text where no excerpt stands."""
    for number in evidence.links:
        title, href = doc.text(number), _href(doc, number)
        if title and href:
            draft.comment.author_name, draft.comment.author_url = title, href
            beside = {number, *draft.drops, *item.nested}
            rest = doc.text_within(item.parts, skips=beside.__contains__)
            if re.search(r"\w", PING_LABEL.sub("", rest)):
                draft.heads.append(number)
            return


def _drops(doc: Document, platform: Platform, evidence: _Evidence, body: int | None) -> list[int]:
    """What is no text; inside the body element only what is surely a control, because people's text has any class."""
    return [
        n
        for n in evidence.drops
        if not _within(doc, n, body)
        or doc.elements[n].tag in _CONTROLS
        or not platform.drop.isdisjoint(doc.classes[n].split())
        or any(doc.elements[inner].tag in ("a", "button") for inner in range(n, doc.spans[n]))
    ]


def _with_itemprop(doc: Document, item: Item, prop: str) -> list[int]:
    """The item's own elements with the property."""
    marked = doc.with_itemprop.get(prop, [])
    inside = [
        n for part in item.parts for n in marked[bisect_left(marked, part) : bisect_left(marked, doc.spans[part])]
    ]
    return [n for n in inside if not any(doc.inside(n, nested) for nested in item.nested)]


@dataclass(slots=True)
class _Marked:
    """An element of a comment with what it says of itself."""

    number: int
    element: HtmlElement
    tokens: frozenset[str]
    roles: frozenset[Role]
    prop: str
    """Its itemprop; '' if it has none."""


def _gather(doc: Document, platform: Platform, item: Item) -> _Evidence:
    found = _Evidence()
    dropped_until = 0
    for number in item.own(doc):
        # A lone part is the whole comment; of several each is a field or two of it.
        if number in item.parts and len(item.parts) == 1:
            continue
        element, name = doc.elements[number], doc.classes[number]
        mark = _Marked(number, element, frozenset(name.split()), roles_of(name), doc.itemprops.get(number, ""))
        if element.tag == "time" or element.get("datetime") or mark.prop in _DATE_PROPS:
            found.dates.append((0, number))
        if number < dropped_until:
            continue
        if element.tag in ("a", "span") and _HASH_NUMBER.match(element.text or ""):
            found.numbers.append(number)
            found.links.append(number)
        if _is_beside(doc, platform, mark):
            found.drops.append(number)
            dropped_until = doc.spans[number]
        else:
            _gather_fields(doc, platform, mark, found)
    return found


def _is_beside(doc: Document, platform: Platform, mark: _Marked) -> bool:
    """Whether the element and all in it belong to no field."""
    if mark.element.tag in _CONTROLS or (mark.element.tag == "a" and _is_reply_link(mark.element)):
        return True
    if mark.tokens & platform.drop:
        return len(doc.text(mark.number)) <= _SHORT_CONTROL
    return bool(mark.roles & {"avatar", "form", "drop"}) and _is_control(doc, mark.number)


def _is_reply_link(link: HtmlElement) -> bool:
    """Whether a link without any mark says that it is for answering or the like, and leads to no other page."""
    href = link.get("href") or "#"
    return CONTROL_TEXT.fullmatch(folded(link.text)) is not None and ("#" in href or href.startswith("javascript:"))


def _gather_fields(doc: Document, platform: Platform, mark: _Marked, found: _Evidence) -> None:
    number, tag = mark.number, mark.element.tag
    if (rank := _author_rank(doc, platform, mark)) is not None:
        found.authors.append((rank, number))
    if mark.tokens & platform.date:
        found.dates.append((0, number))
    elif "date" in mark.roles or (tag == "abbr" and mark.element.get("title")):
        found.dates.append((1, number))
    if (rank := _body_rank(platform, mark)) is not None:
        found.bodies.append((rank, number))
    if "meta" in mark.roles:
        found.metas.append(number)
    if mark.roles & {"likes", "badge", "number"} and len(doc.text(number)) <= _SHORT_LABEL:
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
    return _LINKS if is_person or PROFILE_PATH.search(mark.element.get("href") or "") else None


def _body_rank(platform: Platform, mark: _Marked) -> int | None:
    """How surely the element holds the text, 0 the most; None if nothing says so."""
    if mark.tokens & platform.body or mark.prop in ("text", "commentText") or "e-content" in mark.tokens:
        return 0
    if "body" in mark.roles:
        return 1
    return 2 if mark.prop == "description" or mark.element.tag == "blockquote" else None


def _is_control(doc: Document, number: int) -> bool:
    """Whether a block named like a control holds no more than one would."""
    fields = ("author", "date", "body")
    inner = range(number + 1, doc.spans[number])
    return len(doc.text(number)) <= _SHORT_CONTROL and not any(
        role in fields and doc.text(n) for n in inner for role in roles_of(doc.classes[n])
    )


def _within(doc: Document, number: int, outer: int | None) -> bool:
    return outer is not None and doc.inside(number, outer)


def _heads(doc: Document, evidence: _Evidence, names: list[int]) -> list[int]:
    """Elements that say who wrote when: those that are marked so, and `names` by the section's labels."""
    marked = [n for rank, n in (*evidence.authors, *evidence.dates) if rank <= 4 and doc.text(n)]
    # A panel's 'body' may hold the head of the comment, too.
    return [*marked, *names, *(n for n in evidence.metas if doc.text(n))]


def _body(doc: Document, item: Item, evidence: _Evidence, heads: list[int]) -> tuple[int | None, bool]:
    """The element that holds the text, and whether it holds nothing else: the longest of the best-named ones.

    Where each has name or date in it, the one with most of the comment's text; None if that is the item itself.
    """
    clean = [(rank, n) for rank, n in evidence.bodies if not any(doc.inside(h, n) and h != n for h in heads)]
    for best in sorted({rank for rank, _ in clean}):
        number = _best_named(doc, item, [n for rank, n in clean if rank == best])
        least = _LEAST_SHARE[best]
        if number is not None and (not least or _share(doc, item, evidence, number) >= least):
            return number, True
    if not evidence.bodies:
        return None, False
    number = _longest(doc, [number for _, number in evidence.bodies])
    return number if _share(doc, item, evidence, number) >= _LEAST_SHARE[1] else None, False


def _best_named(doc: Document, item: Item, numbers: list[int]) -> int | None:
    """The longest of the elements; None where it is one of several like it, as paragraphs that are all named 'text'."""
    longest = _longest(doc, numbers)
    like = [n for n in numbers if doc.parents[n] == doc.parents[longest] and doc.classes[n] == doc.classes[longest]]
    if len(like) == 1:
        return longest
    parent = doc.parents[longest]
    return parent if parent > item.start and len(doc.text_within([parent], skips=like.__contains__)) == 0 else None


def _share(doc: Document, item: Item, evidence: _Evidence, number: int) -> float:
    """The part of the comment's text, beside names, dates and controls, that the element holds."""
    beside = [*evidence.drops, *evidence.metas, *(n for _, n in (*evidence.authors, *evidence.dates))]
    skipped = {n for n in beside if not doc.inside(number, n)} | set(item.nested)
    whole = len(doc.text_within(item.parts, skips=skipped.__contains__))
    return len(doc.text_within([number], skips=skipped.__contains__)) / whole if whole else 1.0


def _longest(doc: Document, numbers: list[int]) -> int:
    outermost = [n for n in numbers if not any(doc.inside(n, other) and n != other for other in numbers)]
    return max(outermost, key=lambda n: len(doc.text(n)))


def _author(doc: Document, evidence: _Evidence, body: int | None) -> int | None:
    """The element that holds the name: the best marked, innermost one with a text of a name's length."""
    outside = [(rank, n) for rank, n in evidence.authors if not _within(doc, n, body)]
    innermost = [
        (rank, n)
        for rank, n in outside
        if not any(n < other < doc.spans[n] and better <= rank for better, other in outside)
    ]
    for _, number in sorted(innermost):
        name = _name(doc, number)
        if name and len(name) <= _LONG_NAME and not (DATE_TEXT.fullmatch(name) or CLOCK_TEXT.match(name)):
            return _name_inside(doc, number)
    return None


def _unmarked_author(
    doc: Document, item: Item, evidence: _Evidence, text: int | None, date: int | None
) -> tuple[str | None, int | None]:
    """The name where no mark tells it: by the words around the date, by what is bold, by what is beside the date.

    Returns it with the element that holds it, if one holds nothing else.
    """
    name, number = _signature(doc, item, text, evidence)
    if name is not None:
        return name, number
    for number in evidence.bold:
        name = None if _within(doc, number, text) else _name(doc, number)
        if name and len(name) <= _LONG_HEADING:
            return name, number
    return _beside_date(doc, item, date)


def _beside_date(doc: Document, item: Item, date: int | None) -> tuple[str | None, int | None]:
    """What little stands beside the date in the block around it, and that block."""
    if date is None:
        return None, None
    for outer in islice(doc.ancestors(date), 2):
        if outer in item.parts or outer <= item.start:
            return None, None
        rest = doc.text_within([outer], skips=lambda n: n == date or doc.elements[n].tag in _NO_NAME_TAGS)
        name = BY_TEXT.sub("", SAYS_TEXT.sub("", _RUNNING_NUMBER.sub("", rest))).strip(" :,|·–—-#")
        if name and not GLUE_TEXT.match(name):
            return (name, outer) if len(name) <= _LONG_HEADING and not find_date(name) else (None, None)
    return None, None


def _signature(doc: Document, item: Item, body: int | None, evidence: _Evidence) -> tuple[str | None, int | None]:
    """The name that the text states beside the date ('Posted by: NAME | date'), with the link it stands in, if any."""
    head = doc.text(item.line) if item.line is not None else _head_text(doc, item, body)
    for text in (head[:_SIGNATURE], head[-_SIGNATURE:]):
        if found := signed_text().search(text):
            name = next(group for group in found.groups() if group).strip(" :,|·–—-")
            if name and len(name) <= _LONG_HEADING and not DATE_TEXT.fullmatch(name):
                marked = (*evidence.links, *evidence.bold)
                return name, next((n for n in marked if doc.text(n) == name), None)
    return None, None


def _name_inside(doc: Document, number: int) -> int:
    """The link or emphasis that an element named 'author' begins with, where more than the name stands in it."""
    if folded(doc.elements[number].text):
        return number
    for inner in range(number + 1, doc.spans[number]):
        is_name = (
            doc.elements[inner].tag in ("a", "b", "strong", "cite")
            and not roles_of(doc.classes[inner]) & _NO_NAME_ROLES
        )
        if is_name and _name(doc, inner):
            return inner
        if folded(doc.elements[inner].text):
            return number
    return number


def _name(doc: Document, number: int) -> str | None:
    """The name in an element: its first line, without speech words, labels, badges and dates."""
    text = _line_of(doc, number)
    text = PING_LABEL.sub("", _RUNNING_NUMBER.sub("", text)).lstrip(" ,|·–—-")
    text = BY_TEXT.sub("", SAYS_TEXT.sub("", text))
    if (date := find_date(text)) and date.start() > 0:
        text = _BEFORE_DATE.sub("", text[: date.start()])
    return folded(text).strip(" :,|·–—") or None


def _line_of(doc: Document, number: int) -> str:
    """The element's text up to the first line break behind some, without badges, controls and times."""
    return doc.text_within(
        [number],
        skips=lambda n: bool(roles_of(doc.classes[n]) & _NO_NAME_ROLES) or doc.elements[n].tag in _NO_NAME_TAGS,
        stops=lambda n: doc.elements[n].tag == "br",
    )


def _author_url(doc: Document, item: Item, number: int) -> str | None:
    inner = [n for n in range(number, doc.spans[number]) if doc.elements[n].tag == "a"]
    outer = [n for n in doc.ancestors(number) if doc.elements[n].tag == "a" and n > item.start]
    return next((href for link in (*inner, *outer) if (href := _href(doc, link))), None)


def _href(doc: Document, link: int) -> str | None:
    """Where a link leads; None for those that stay on the page or lead to no page."""
    href = (doc.elements[link].get("href") or "").strip()
    return None if not href or href.startswith(("#", "javascript:", "mailto:")) else href


def _date(doc: Document, item: Item, number: int) -> DateMention | None:
    """The date in an element marked as one, with its machine-readable twin; None if there is none in it after all."""
    element = doc.elements[number]
    # What is named a date may only hold the `<time>` that states it, as in block themes.
    inner = doc.elements[number : doc.spans[number]]
    machine = next((value for e in inner for name in _MACHINE_ATTRIBUTES if (value := e.get(name))), None)
    if machine is None and element.get("itemprop"):
        machine = element.get("content")
    title = element.get("title")
    if machine is None and title and (_ISO.match(title) or element.tag == "abbr"):
        machine = title
    text = doc.text(number)
    if title and _YEAR.search(title) and find_date(title) and not _YEAR.search(text):
        # '4 years ago' is shown, the date itself is in the title.
        text = folded(title)
    found = find_date(text)
    if found is None or CLOCK_TEXT.match(text):
        # The day may stand beside the element that is marked: 'on August 3, 2019 at <a>3:12 pm</a>'.
        parent = doc.parents[number]
        wider = doc.text(parent) if parent >= item.start else ""
        found = find_date(wider) if len(wider) < _WIDER else None
    elif not _CLOCK.search(found[0]):
        # Day and clock time may stand in elements beside each other.
        parent = doc.parents[number]
        wider = doc.text_within([parent], skips=lambda _: False) if parent >= item.start else ""
        whole = find_date(wider) if len(wider) < _WIDER else None
        if whole and whole[0].startswith(found[0].strip()) and _CLOCK.search(whole[0]):
            found = whole
    if found is None and machine is None:
        return DateMention(text=text) if any(c.isdigit() for c in text) and len(text) < 60 else None
    return DateMention(text=found[0].strip() if found else (text or None), machine=folded(machine) or None)


def _written_date(doc: Document, item: Item, body: int | None) -> tuple[DateMention | None, int | None]:
    """A date without mark: outside the body element, or where there is none in a short text of its own.

    Returns it with the element that holds it, if it is one of its own.
    """
    if item.line is not None or body is not None:
        text = doc.text(item.line) if item.line is not None else _head_text(doc, item, body)
        return _mention(find_date(text)), None
    own = (n for n in item.own(doc) if n not in item.parts and doc.spans[n] - n <= _SMALL)
    for number in sorted(own, key=lambda n: doc.spans[n] - n):
        text = doc.text(number)
        found = find_date(text) if len(text) <= _SHORT_LINE else None
        if found:
            return _mention(found), number if GLUE_TEXT.match(text.replace(found[0], "")) else None
    head = _head_text(doc, item, None)
    return _mention(find_date(head[:_SHORT_LINE])), None


def _mention(found: re.Match[str] | None) -> DateMention | None:
    # A bare 'hier' or 'today' in a text without marks is rarely a date.
    return DateMention(text=found[0].strip()) if found and re.search(r"\d", found[0]) else None


def _state(doc: Document, item: Item, text: int | None) -> CommentState:
    """'removed' or 'pending' by the comment's classes or by the notice that stands for its text."""
    names = {word for n in item.own(doc) for word in words_of(doc.classes[n])}
    if "unapproved" in names or ("awaiting" in names and "moderation" in names):
        return "pending"
    shown = doc.text(text) if text is not None else _head_text(doc, item, None)
    return "removed" if len(shown) <= _SIGNATURE and REMOVED_TEXT.search(shown) else "visible"


def _head_text(doc: Document, item: Item, body: int | None) -> str:
    """The item's own text without that of its body element; all of it where there is none."""
    return doc.text_within(item.parts, skips=lambda n: n == body or n in item.nested)


def _native_id(doc: Document, item: Item) -> str | None:
    """By the comment's own element, an anchor before it, or what stands in it."""
    for part in item.parts:
        if found := native_id_of(doc, part):
            return found
    before = item.start - 1
    while before > item.start - 4 and before > doc.parents[item.start]:
        if doc.elements[before].tag == "a" and not doc.text(before) and (found := native_id_of(doc, before)):
            return found
        before -= 1
    return next((found for n in item.own(doc) if (found := native_id_of(doc, n))), None)


_FRAGMENT = re.compile(r"#[^\d#]*(\d+|[0-9a-f]{8,64})$")


def _id_of_fragment(link: str) -> str | None:
    found = _FRAGMENT.search(link)
    return found[1] if found else None


def _permalink(doc: Document, evidence: _Evidence, native_id: str | None, date: int | None) -> str | None:
    """The link to this very comment: one that ends in its id, else the one around its date."""
    around_date: str | None = None
    for number in evidence.links:
        href = (doc.elements[number].get("href") or "").strip()
        if not href or href.startswith("javascript:") or "replytocom" in href:
            continue
        fragment = href.partition("#")[2]
        if native_id and fragment.endswith(native_id):
            return href
        if "permalink" in doc.classes[number].lower() and href != "#":
            return href
        if date is not None and (doc.inside(number, date) or doc.inside(date, number)) and fragment:
            around_date = around_date or href
    return around_date


def _kind(doc: Document, item: Item) -> CommentKind:
    """By the class of the comment or of the list it stands in, else by its label."""
    for outer in (item.start, *islice(doc.ancestors(item.start), 3)):
        name = doc.classes[outer]
        words = words_of(name if outer == item.start else f"{name} {doc.elements[outer].get('id') or ''}")
        for word in words:
            if word in PING_WORDS:
                return "trackback" if word.startswith("track") else "pingback"
    label = PING_LABEL.match(doc.text(item.start)[:40])
    return "comment" if label is None else "trackback" if label[1].lower() == "trackback" else "pingback"


def _first_number(doc: Document, numbers: list[int], shape: re.Pattern[str]) -> int | None:
    for number in numbers:
        if found := shape.match(doc.text(number)):
            return int(found[1].replace("−", "-"))
    return None


_LONGEST_META = 300
"""Characters around a name and a date that may still be all about them."""


def _meta_block(doc: Document, item: Item, number: int) -> int:
    """The highest block around a name or date in which nothing else is said."""
    top = number
    for outer in doc.ancestors(number):
        if outer <= item.start or outer in item.parts:
            break
        text = doc.text(outer)
        if len(text) > _LONGEST_META:
            break  # before the patterns, which cost most on the long texts around a comment
        rest = DATE_TEXT.sub(" ", text)
        name = doc.text(number)
        rest = rest.replace(name, " ", 1) if name else rest
        if not GLUE_TEXT.match(rest):
            break
        top = outer
    return top
