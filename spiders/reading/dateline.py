"""When the post was published and last changed: as stated for machines, else as shown nearest to the title."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ...addresses import path_of
from ...dates.find import find_date
from ...schemas import DateMention
from .document import Document, folded
from .notes import is_dateline
from .phrases import CHANGED_TEXT, PUBLISHED_TEXT
from .stated import PostPage, first_of, text_value
from .words import DATE_OR_META_WORDS, roles_of, words_of

_DATE_META = (
    "article:published_time og:article:published_time datepublished date dc.date dc.date.issued dcterms.date "
    "dcterms.created parsely-pub-date sailthru.date pubdate publishdate publish-date article.published "
    "citation_publication_date cxenseparse:recs:publishtime originalpublicationdate og:published_time published_at"
).split()
_MODIFIED_META = ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?:/(0?[1-9]|[12]\d|3[01]))?/")
_ISO = re.compile(r"\d{4}-\d\d")
_FULL_DATE = re.compile(r"\d{4}|\d\.\d\d?\.\d\d|\d\s?[^\W\d_]{3,}\.?\s?['’]?\d\d$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.)?")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_PIECE = re.compile(r"\d{1,2}(?=[^\W\d_])|[^\s,./|·-]+")
_LONGEST_LABEL = 120
_LONGEST_PIECES = 40
_MOST_PIECES = 8
_FAR = 120
"""Elements from the title beyond which a date is less likely the post's."""
_RANK_FAR = 2
_WITHIN = 100
"""Letters of an element in which a date of a change is looked for."""
_WHOLE_DAY = len("2009-03-12")


def read_published(page: PostPage) -> DateMention | None:
    """When the post appeared: as stated for machines, as shown, or at least as its address says. None if nowhere."""
    doc = page.doc
    machine = text_value(page.article.get("datePublished")) or first_of(doc.meta, _DATE_META)
    if machine is not None:
        return DateMention(machine=machine)
    in_address = _date_in_address(page)
    ranked = sorted(_ranked_places(page))
    near = [place for place in ranked if place[0] < _RANK_FAR]
    shown = _nearest_date(page, near) or _date_in_lines(page)
    if shown is None and len(near) < len(ranked) and (in_address is None or len(in_address) < _WHOLE_DAY):
        shown = _mention(doc, ranked[len(near)][-1])
    if shown is not None:
        # What can be read in two ways, or has no year, is told by the address.
        is_told = in_address is not None and len(in_address) == _WHOLE_DAY and shown.machine is None
        return DateMention(text=shown.text, machine=in_address) if is_told else shown
    return DateMention(machine=in_address) if in_address else _labelled_date(page)


def _date_in_address(page: PostPage) -> str | None:
    """The day or the month in the post's own address, as YYYY-MM-DD or YYYY-MM; None if it has none."""
    found = _URL_DATE.search(path_of(page.address or ""))
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else None


def read_modified(page: PostPage) -> DateMention | None:
    """When the post was last changed; None if the page does not state it."""
    doc = page.doc
    machine = text_value(page.article.get("dateModified")) or first_of(doc.meta, _MODIFIED_META)
    if machine is None:
        marked = (doc.elements[n] for n in doc.with_itemprop.get("dateModified", ()))
        machine = next((found for one in marked if (found := one.get("datetime") or one.get("content"))), None)
    return DateMention(machine=machine) if machine else _shown_change(page)


def _shown_change(page: PostPage) -> DateMention | None:
    """The date behind 'last edited' or the like, right before or behind the post's title or at its end."""
    doc = page.doc
    for number in (*page.near_title(25, 25), *page.near_end(40)):
        if page.is_of_post(number) and _is_of_change(doc, number) and (found := find_date(doc.text(number)[:_WITHIN])):
            return DateMention(text=found[0].strip(), machine=_twin(doc, number, found[0].strip()))
    return None


def _ranked_places(page: PostPage) -> Iterator[tuple[int, int, int]]:
    """The elements that are marked as dates: how surely they are the post's, how far from the title, which."""
    for number in _date_places(page.doc):
        if page.is_of_post(number) and (rank := _rank(page, number)) is not None:
            yield rank, page.distance(number), number


def _nearest_date(page: PostPage, ranked: list[tuple[int, int, int]]) -> DateMention | None:
    """The first of the marked dates, or one in the text near the title where that is nearer and none is sure."""
    near, near_at = _date_near_title(page)
    if not ranked:
        return near
    best, distance, number = ranked[0]
    if near is not None and best > 0 and page.distance(near_at) < distance:
        return near
    return _mention(page.doc, number)


def _mention(doc: Document, number: int) -> DateMention | None:
    """The date that an element shows, and its twin."""
    text = doc.text(number)
    found = find_date(text)
    if found is None or not _FULL_DATE.search(found[0]):
        in_pieces = _date_at(doc, number)
        if in_pieces is not None:
            return in_pieces
    shown = found[0].strip() if found else None
    return DateMention(text=shown, machine=_twin(doc, number, shown))


def _date_at(doc: Document, number: int) -> DateMention | None:
    """The date that an element shows in pieces, alone or with the element beside it; None if these make none."""
    if doc.spans[number] - number > _MOST_PIECES:
        return None
    text = doc.text(number)
    if len(text) > _LONGEST_PIECES or not _DIGIT.search(text):
        return None
    before, behind = doc.elements[number].getprevious(), doc.elements[number].getnext()
    beside = [
        f"{folded(before.text)} {text}" if before is not None and not len(before) else "",
        f"{text} {folded(behind.text)}" if behind is not None and not len(behind) else "",
    ]
    for pieces in (text, *beside):
        if date := _date_in_pieces(pieces):
            return DateMention(text=pieces, machine=date)
    return None


def _date_in_pieces(text: str) -> str | None:
    """The date that pieces of text make, in an order that can be read; None if they make none.

    Themes set day, month and year into boxes of their own, in any order, some with the name of the day between.

    >>> _date_in_pieces("Dec 28 Sat 2013 00:28"), _date_in_pieces("2024 02 /06"), _date_in_pieces("Chapter 12")
    ('28 Dec 2013 00:28', '2024-02-06', None)
    """
    if not text or len(text) > _LONGEST_PIECES or ((found := find_date(text)) and _FULL_DATE.search(found[0])):
        return None
    clock = _CLOCK.search(text)
    pieces = _PIECE.findall(_CLOCK.sub(" ", text))
    years = [piece for piece in pieces if _YEAR.fullmatch(piece)]
    numbers = [piece for piece in pieces if _DAY.fullmatch(piece)]
    months = [piece for piece in pieces if piece[0].isalpha() and find_date(f"1 {piece} 2000")]
    # No more than the name of the day beside.
    if len(years) != 1 or len(pieces) > 4:
        return None
    if len(months) == 1 and len(numbers) == 1:
        return " ".join([numbers[0], months[0], years[0], *([clock[0]] if clock else [])])
    if not months and len(numbers) == 2 and len(pieces) == 3:
        return "-".join([years[0], *numbers]) if pieces[0] == years[0] else "/".join([*numbers, years[0]])
    return None


def _twin(doc: Document, number: int, shown: str | None) -> str | None:
    """The date that an element, or one inside that shows the same, states for machines; None if none does."""
    for inner in range(number, doc.spans[number]):
        machine = _machine_date(doc.elements[inner])
        if machine is not None and (inner == number or (shown is not None and shown in doc.text(inner))):
            return machine
    return None


def _machine_date(element: HtmlElement) -> str | None:
    """The date that an element states beside the one it shows; None if it states none."""
    title = element.get("title")
    stated = element.get("datetime") or element.get("content") or (title if title and _ISO.match(title) else None)
    # 'PT15M' is a time, too.
    return folded(stated) or None if stated and re.search(r"\d\d", stated) and not stated.startswith("P") else None


def _date_places(doc: Document) -> set[int]:
    places = {*doc.with_tag.get("time", ()), *doc.with_itemprop.get("datePublished", ()), *doc.with_tag.get("abbr", ())}
    for name in doc.class_names.holding(DATE_OR_META_WORDS):
        if not roles_of(name).isdisjoint(("date", "meta")):
            places.update(n for n in doc.with_class[name] if doc.spans[n] - n <= 25)
    return places


def _rank(page: PostPage, number: int) -> int | None:
    """How surely the element holds the post's date, 0 the most; None if it holds none or that of a change."""
    doc = page.doc
    element = doc.elements[number]
    if _machine_date(element) is None and not find_date(doc.text(number)) and not _date_at(doc, number):
        return None
    words, prop = words_of(doc.classes[number]), element.get("itemprop") or ""
    if prop == "dateModified" or "modified" in words or ("updated" in words and "published" not in words):
        return None
    if _is_of_change(doc, number):
        return None
    is_sure = prop == "datePublished" or "published" in words or "pubdate" in element.attrib
    is_far = page.titled is not None and page.distance(number) > _FAR
    return (0 if is_sure else 1) + (_RANK_FAR if is_far else 0)


def _is_of_change(doc: Document, number: int) -> bool:
    """Whether the words right before an element say that its date is that of a change."""
    start = doc.text_starts[number]
    return CHANGED_TEXT.search(doc.all_text[max(start - _LONGEST_PIECES, 0) : start]) is not None


def _date_near_title(page: PostPage) -> tuple[DateMention | None, int]:
    """A date in the text right before or behind the title, and where it stands."""
    for number in page.near_title(25, 25):
        element = page.doc.elements[number]
        if not page.is_of_post(number) or _is_of_change(page.doc, number):
            continue
        for text in (element.text, element.tail):
            short = folded(text)
            found = find_date(short) if 6 <= len(short) <= 100 else None
            if found is None or not _FULL_DATE.search(found[0]) or not is_dateline(short, found):
                continue
            if not _is_sample(page.doc, number):
                return DateMention(text=found[0].strip()), number
        if 1 < page.doc.spans[number] - number <= _MOST_PIECES and (pieces := _date_in_pieces(page.doc.text(number))):
            return DateMention(text=page.doc.text(number), machine=pieces), number
    return None, 0


def _is_sample(doc: Document, number: int) -> bool:
    """Whether the element stands in a quotation or in code."""
    return any(doc.tags[n] in ("pre", "code", "blockquote") for n in (number, *doc.ancestors(number)))


def _date_in_lines(page: PostPage) -> DateMention | None:
    """A date in a line about the post that stands behind its text."""
    for number in page.near_end(40):
        if not page.is_of_post(number) or _is_of_change(page.doc, number):
            continue
        for line in page.lines_at(number):
            found = find_date(line)
            if found and _FULL_DATE.search(found[0]) and is_dateline(line, found):
                return DateMention(text=found[0].strip())
    return None


def _labelled_date(page: PostPage) -> DateMention | None:
    """A date behind a word for publishing, anywhere outside the comments."""
    for number, element in enumerate(page.doc.elements):
        text = element.text
        if text and len(text) < _LONGEST_LABEL and PUBLISHED_TEXT.match(folded(text)):
            found = find_date(folded(text))
            if found and page.is_of_post(number):
                return DateMention(text=found[0].strip())
    return None
