"""When the post was published and last changed: as stated for machines, else as shown nearest to the title."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ...dates.find import find_date
from ...schemas import DateMention
from .document import Document, folded
from .phrases import BYLINE_TEXT, PUBLISHED_TEXT
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
_FULL_DATE = re.compile(r"\d{4}|\d\.\d\d?\.\d\d")
_LONGEST_LABEL = 120
_LITTLE = 12
_LITTLE_MORE = 60
"""Letters beside a date in a line about the post; more where bars or the like part it."""
_FAR = 120
"""Elements from the title beyond which a date is less likely the post's."""


def read_published(page: PostPage) -> DateMention | None:
    """When the post appeared: as stated for machines, as shown, or at least as its address says. None if nowhere."""
    doc = page.doc
    machine = text_value(page.article.get("datePublished")) or first_of(doc.meta, _DATE_META)
    if machine is not None:
        return DateMention(machine=machine)
    if shown := _shown_date(page):
        return shown
    in_url = _URL_DATE.search(urlsplit(doc.url or doc.links.get("canonical") or "").path)
    if in_url:
        return DateMention(machine="-".join(part.zfill(2) for part in in_url.groups() if part))
    return _labelled_date(page)


def read_modified(page: PostPage) -> DateMention | None:
    """When the post was last changed; None if the page does not state it."""
    doc = page.doc
    machine = text_value(page.article.get("dateModified")) or first_of(doc.meta, _MODIFIED_META)
    if machine is None:
        marked = (doc.elements[n] for n in doc.with_itemprop.get("dateModified", ()))
        machine = next((found for one in marked if (found := one.get("datetime") or one.get("content"))), None)
    return DateMention(machine=machine) if machine else None


def _shown_date(page: PostPage) -> DateMention | None:
    """The date shown nearest to the title, with its machine-readable twin."""
    ranked = [
        (rank, page.distance(number), number)
        for number in _date_places(page.doc)
        if (rank := _rank(page, number)) is not None and page.is_of_post(number)
    ]
    near, near_at = _date_near_title(page)
    best, distance, number = min(ranked, default=(0, 0, None))
    if number is None or (near is not None and best > 0 and page.distance(near_at) < distance):
        return near
    found = find_date(page.doc.text(number))
    shown = found[0].strip() if found else None
    return DateMention(text=shown, machine=_twin(page.doc, number, shown))


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
    return folded(stated) or None


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
    if _machine_date(element) is None and not find_date(doc.text(number)):
        return None
    words, prop = words_of(doc.classes[number]), element.get("itemprop") or ""
    if prop == "dateModified" or "modified" in words or ("updated" in words and "published" not in words):
        return None
    is_sure = prop == "datePublished" or "published" in words or "pubdate" in element.attrib
    is_far = page.titled is not None and page.distance(number) > _FAR
    return (0 if is_sure else 1) + (2 if is_far else 0)


def _date_near_title(page: PostPage) -> tuple[DateMention | None, int]:
    """A date in the text right before or behind the title, and where it stands."""
    for number in page.near_title(25, 25):
        element = page.doc.elements[number]
        for text in (element.text, element.tail):
            short = folded(text)
            found = find_date(short) if 6 <= len(short) <= 100 else None
            if found and _FULL_DATE.search(found[0]) and _is_dateline(short, found) and page.is_of_post(number):
                return DateMention(text=found[0].strip()), number
    return None, 0


def _is_dateline(text: str, date: re.Match[str]) -> bool:
    """Whether a text says little beside a date, so that the date is the post's and not one the post speaks of."""
    beside = f"{text[: date.start()]}{text[date.end() :]}".strip(" ,.;:|/·–—-()")
    is_parted = re.search(r"\s(?:\||//|·|•|—|–|/)\s|\|", text) is not None
    return (
        len(beside) <= (_LITTLE_MORE if is_parted else _LITTLE)
        or PUBLISHED_TEXT.match(text) is not None
        or BYLINE_TEXT.match(text) is not None
    )


def _labelled_date(page: PostPage) -> DateMention | None:
    """A date behind a word for publishing, anywhere outside the comments."""
    for number, element in enumerate(page.doc.elements):
        text = element.text
        if text and len(text) < _LONGEST_LABEL and PUBLISHED_TEXT.match(folded(text)):
            found = find_date(folded(text))
            if found and page.is_of_post(number):
                return DateMention(text=found[0].strip())
    return None
