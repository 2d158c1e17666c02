"""Who wrote a comment: by marks, by the section's column of names, by the words around its date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, islice, takewhile

from ...dates.find import CLOCK_TEXT, DATE_TEXT, find_date
from .align import Piece
from .document import Document, folded
from .evidence import PERMALINK_SIGNS, Evidence, within
from .initials import MOST_INITIALS, is_initials
from .items import Item
from .label import Labels, is_like_a_name, parts_of
from .phrases import DATE_SIGN, GLUE_TEXT, PING_LABEL, SIGNED_TEXT, VERB_TEXT, name_alone
from .said import head_text
from .words import roles_of

_BEFORE_DATE = re.compile(
    r"[\s,|·–—-]{0,4}(?:\b(?:on|am|le|el|at|um)\b)?[\s,|·–—-]{0,4}"
    r"(?:[|,·–—-]\s*(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|ma|wo|vr|za|zo|lu|ju|vi)"
    r"[\w.]{0,12}[\s,|·–—-]{0,4})?$",
    re.IGNORECASE,
)
"""What stands between a name and a date, a day of the week behind a mark included."""


_WITHIN_NAME = re.compile(r"\w\s+(?:von|van|de|da|di|du|del|della|dos|af|av)\s+$", re.IGNORECASE)
"""What stands in the middle of a name and looks like 'by'."""


_MARKS = " ,|·–—-.:"
_BEHIND_NAME = re.compile(r"[(\[|]")
_PERMALINK_SIGN = re.compile(r"^[#¶§∞]\s+")
RUNNING_NUMBER = re.compile(r"^#?(\d{1,5})(?:\.\d+)*[.):]?\s+(?=\D)")


_SURE = 4.0
"""Score of a column of names from which it goes before what one row marks."""


_NO_NAME_ROLES = frozenset({"badge", "drop", "avatar", "number", "likes", "date"})


_NO_NAME_TAGS = frozenset("time sup button svg".split())


_LONG_NAME = 200


_MOST_BOLD = 20
"""Emphasised texts of a row among which a name is looked for."""
_LONG_HEADING = 60


SIGNATURE = 200
"""Letters at the beginning and the end of a comment in which a line may state name and date."""
_LONGEST_ABBREVIATION = 3
"""Letters of 'jr.' and the like, the point included."""
_MOST_OF_NAME = 300
"""Letters of an element in which a name is looked for: one that was left open holds all the rest of the page."""
_HANDLE = re.compile(r"(?<=\S) (@[\w.-]{1,80}(?:@[\w.-]{1,80})?)$")
"""What a network addresses somebody by, behind the name: '@ann', '@ann@social.example.org'."""


def is_better(labelled: str, marked: str | None, labels: Labels) -> bool:
    """Whether the name in the section's place of names goes before what the row's own marks say."""
    if marked is None or marked in labels.constant_texts:
        return True
    if labelled in marked:
        # What surrounds the name is template: 'From Ann', 'Ann in reply to Bob'; marks alone may be a part of it.
        # A number before it is the row's; one behind it, unless it is a date, is part of what somebody calls himself.
        rest = marked.replace(labelled, "", 1)
        is_number = any(c.isdigit() for c in rest) and (marked.endswith(labelled) or find_date(rest) is not None)
        return is_number or any(c.isalpha() for c in rest)
    before = labelled.removesuffix(marked.strip(" :,|·⋅∙–—-"))
    if before != labelled and _WITHIN_NAME.search(before):
        return True
    return labels.score >= _SURE and marked not in labelled


def marked_author(doc: Document, evidence: Evidence, body: int | None) -> tuple[str | None, int | None]:
    """The name and the element that holds it: the best marked, innermost one with a text of a name's length."""
    outside = [(rank, n) for rank, n in evidence.authors if not within(doc, n, body)]
    innermost = [
        (rank, n)
        for rank, n in outside
        if not any(n < other < doc.spans[n] and better <= rank for better, other in outside)
    ]
    innermost = _without_initials(doc, innermost)
    for _, number in sorted(innermost):
        name = name_in(doc, number)
        if name and len(name) <= _LONG_NAME and not _is_date(name):
            inside = _name_inside(doc, number)
            return (name if inside == number else name_in(doc, inside)), inside
    return None, None


def _without_initials(doc: Document, marked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without what is drawn for the picture of whom one of the others names."""
    drawn = [n for _, n in marked if 0 < doc.letters(n) <= MOST_INITIALS]
    if not drawn:
        return marked
    names = [doc.text(n)[:_LONG_NAME] for _, n in marked]
    return [
        (rank, n) for rank, n in marked if n not in drawn or not any(is_initials(doc.text(n), name) for name in names)
    ]


def _is_date(name: str) -> bool:
    """Whether what stands in the place of a name is a date or a time of day."""
    return DATE_TEXT.fullmatch(name) is not None or CLOCK_TEXT.match(name) is not None


def unmarked_author(
    doc: Document, item: Item, evidence: Evidence, text: int | None, date: int | None
) -> tuple[str | None, int | None]:
    """The name where no mark tells it: by the words around the date, by what is bold, by what is beside the date.

    Returns it with the element that holds it, if one holds nothing else.
    """
    name, number = _signature(doc, item, text, evidence)
    if name is not None:
        return name, number
    for number in evidence.bold[:_MOST_BOLD]:
        name = None if within(doc, number, text) else name_in(doc, number)
        if name and len(name) <= _LONG_HEADING and not _is_date(name):
            return name, number
    return _beside_date(doc, item, date)


def name_in_dated_line(doc: Document, pieces: Iterable[Piece], body: int | None) -> str | None:
    """The name in the first short text of a row with a date: '4 March 2021 - NAME'."""
    for piece in pieces:
        if within(doc, piece.number, body) or len(piece.text) > _LONG_HEADING or not find_date(piece.text):
            continue
        names = [part for part in parts_of(piece.text) if part and is_like_a_name(part)]
        names = [name for name in names if not VERB_TEXT.fullmatch(name)]
        return name_alone(names[0]) if len(names) == 1 and not GLUE_TEXT.match(names[0]) else None
    return None


def _beside_date(doc: Document, item: Item, date: int | None) -> tuple[str | None, int | None]:
    """What little stands beside the date in the block around it, and that block."""
    if date is None:
        return None, None
    for outer in islice(doc.ancestors(date), 2):
        if outer in item.parts or outer <= item.start:
            return None, None
        rest = doc.text_within(
            [outer], skips=lambda n: n == date or doc.tags[n] in _NO_NAME_TAGS, most=2 * _MOST_OF_NAME
        )
        name = name_alone(RUNNING_NUMBER.sub("", rest[: 2 * _MOST_OF_NAME])).strip(" :,|·⋅∙¶–—-#")
        if name and not GLUE_TEXT.match(name):
            return (name, outer) if len(name) <= _LONG_HEADING and not find_date(name) else (None, None)
    return None, None


def _signature(doc: Document, item: Item, body: int | None, evidence: Evidence) -> tuple[str | None, int | None]:
    """The name that the text states beside the date ('Posted by: NAME | date'), with the link it stands in, if any."""
    head = doc.text(item.line) if item.line is not None else head_text(doc, item, body)
    for text in dict.fromkeys((head[:SIGNATURE], head[-SIGNATURE:])):
        if name := _signed_name(text):
            if (alone := _alone_in_line(doc, evidence, name)) is not None:
                return alone
            marked = (*evidence.links, *evidence.bold)
            return name, next((n for n in marked if doc.text(n) == name), None)
    return None, None


def _alone_in_line(doc: Document, evidence: Evidence, signed: str) -> tuple[str, int] | None:
    """The name in the emphasis that a signed name begins with, where the rest of that is something else.

    Another element inside, as 'Posted on', or the next block, as a text that begins with 'Tom wrote:'.
    """
    for number in evidence.bold[:1]:
        name, behind = name_in(doc, number), doc.spans[number]
        if not name or name == signed or not signed.startswith(name):
            continue
        ends_line = not folded(doc.elements[number].tail) and behind < len(doc.tags) and doc.begins_block(behind)
        if ends_line or folded(doc.elements[number].text) == name != doc.text(number):
            return name, number
    return None


# Kept, as what the next two functions give: the same few people write most comments of a page.
@lru_cache(maxsize=1 << 10)
def _signed_name(text: str) -> str | None:
    """The name that a text states beside a date."""
    found = SIGNED_TEXT.search(DATE_TEXT.sub(DATE_SIGN, text))
    if found is None:
        return None
    name = next(group for group in found.groups() if group).strip(" :,|·–—-")
    # '#3 - 4 March 2021' states the comment's number.
    is_name = 0 < len(name) <= _LONG_HEADING and not (DATE_SIGN in name or name.isdecimal() or _ends_sentence(name))
    return name if is_name and not VERB_TEXT.fullmatch(name) else None


def _ends_sentence(name: str) -> bool:
    """Whether what looks like a name is the end of a sentence, as 'lawyers these days.' behind 'written by'."""
    word = name.rsplit(maxsplit=1)[-1]
    return len(word) > _LONGEST_ABBREVIATION and word[-1] in ".!?" and word.islower()


def _name_inside(doc: Document, number: int) -> int:
    """The link or emphasis that an element named 'author' begins with, where more than the name stands in it."""
    if folded(doc.elements[number].text):
        return number
    for inner in range(number + 1, doc.spans[number]):
        is_name = doc.tags[inner] in ("a", "b", "strong", "cite") and not _is_no_name(doc.classes[inner])
        if is_name and name_in(doc, inner):
            return inner
        if folded(doc.elements[inner].text) or folded(doc.elements[inner].tail):
            return number
    return number


def name_in(doc: Document, number: int) -> str | None:
    """The name in an element: its first line, without speech words, labels, badges, dates and a handle behind it."""
    line = _line_of(doc, number)[: 2 * _MOST_OF_NAME]
    if (handle := _HANDLE.search(line)) and any(doc.text(n) == handle[1] for n in doc.children(number)):
        line = line[: handle.start()]
    return _name_in_line(line)


@lru_cache(maxsize=1 << 10)
def _name_in_line(text: str) -> str | None:
    text = PING_LABEL.sub("", RUNNING_NUMBER.sub("", _PERMALINK_SIGN.sub("", text))).lstrip(" ,|·–—-")
    text = name_alone(text)
    if (date := find_date(text)) and date.start() > 0:
        before = _BEFORE_DATE.sub("", text[: date.start()])
        # 'Posted DATE by NAME (guest)'
        behind = _BEHIND_NAME.split(text[date.end() :].lstrip(_MARKS), maxsplit=1)[0]
        text = name_alone(behind).rstrip(" .") if VERB_TEXT.fullmatch(before) else before
    name = folded(text).strip(" :,|·–—").rstrip(" »›:")
    return None if name in PERMALINK_SIGNS else name or None


def _is_no_name(name: str) -> bool:
    """Whether a class attribute is of what stands beside a name."""
    return name != "" and not _NO_NAME_ROLES.isdisjoint(roles_of(name))


def _line_of(doc: Document, number: int) -> str:
    """The element's text up to the first line break behind some, without badges, controls and times."""
    if doc.spans[number] == number + 1:
        return doc.text(number)
    return doc.text_within(
        [number],
        skips=lambda n: _is_no_name(doc.classes[n]) or doc.tags[n] in _NO_NAME_TAGS,
        stops=lambda n: doc.tags[n] == "br",
        most=_MOST_OF_NAME,
    )


def author_url(doc: Document, item: Item, number: int) -> str | None:
    """Where the name leads: the first link in its element, else the nearest one of the comment around that."""
    inner = doc.among(doc.with_tag.get("a", []), number)
    outer = (n for n in takewhile(lambda n: n > item.start, doc.ancestors(number)) if doc.tags[n] == "a")
    return next((href for link in chain(inner, outer) if (href := href_of(doc, link))), None)


def href_of(doc: Document, link: int) -> str | None:
    """Where a link leads; None for those that stay on the page or lead to no page."""
    href = (doc.elements[link].get("href") or "").strip()
    return None if not href or href.startswith(("#", "javascript:", "mailto:")) else href
