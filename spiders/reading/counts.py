"""The number of comments that a page states for its post, by what speaks for each number being that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...addresses import join_address, path_of, query_of
from ...numerals import whole_number
from .document import Document, folded
from .phrases import COUNT_TEXT, INVITING_TEXT, NONE_YET_TEXT, ONE_TEXT
from .section import Section
from .stated import own_address
from .words import COMMENT_WORDS, roles_of, words_of

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FRAGMENTS = frozenset("comments comment respond commentlist kommentare disqus_thread".split())
_COUNTER_WORDS = frozenset("count counter counts number num total".split())
_DIGIT = re.compile(r"\d")
_BARE = re.compile(r"[(\[]?(\d{1,3}(?:[.,' ]\d{3})*|\d{1,7})[)\]]?")
_PARTS = re.compile(r"\s?[|·•–—]\s?|\s/+\s")
_SHORT = 120
_SMALL = 16
"""Elements in what may be a counter."""
_LONGEST_NOTE = 240
_NOTE_TAGS = frozenset("p div li small span td footer".split())
_NOTE_STEMS = ("meta", "info", "foot", "head", "byline", "details", "submitted")
_NOTES = 30
"""Elements before the section among which the notes behind the post's text stand."""

# The weights. What a page states for machines it states of its post; a counter without a place may be any post's.
_MARKED = 5.0
_HEADS_SECTION = 4.0
_IN_SECTION = 3.5
_LEADS_TO_SECTION = 3.0
_IN_DATA = 2.5
_IN_NOTES = 2.0
_VAGUE = 1.0


@dataclass(frozen=True, slots=True)
class _Page:
    doc: Document
    section: Section
    address: str | None
    """The post's own; None if it is not known."""


def declared_comments(doc: Document, section: Section) -> int | None:
    """The number of comments that the page states for its post; None if it states none."""
    page = _Page(doc, section, own_address(doc))
    found = [*_marked_counts(doc), *_shown_counts(page)]
    if not any(one[0] >= _LEADS_TO_SECTION for one in found):
        found += _noted_counts(page)
    in_data = (_whole_number(data.get("commentCount")) for data in doc.linked_data)
    found += [(_IN_DATA, 0, count) for count in in_data if count is not None][:1]
    if not found:
        return None
    weight, _, count = max(found, key=lambda one: (one[0], -one[1]))
    if weight <= _VAGUE:
        # Counters of unknown place are the post's if they agree; those of teasers do not.
        return count if len({one[2] for one in found}) == 1 else None
    if count == len(section.items):
        # A heading may count what this page shows of comments that fill several.
        count = max([count, *(one[2] for one in found if one[0] >= _LEADS_TO_SECTION)])
    return count


def _shown_counts(page: _Page) -> Iterator[tuple[float, int, int]]:
    """Counts in the page's text and attributes: weight, place, count."""
    doc = page.doc
    for number in _count_places(page):
        text = doc.text(number)
        is_counter = not _COUNTER_WORDS.isdisjoint(words_of(doc.classes[number]))
        count = count_in(text, is_counter=is_counter)
        if count is None and doc.spans[number] > number + 1:
            # A link to the form stands behind it.
            count = count_in(folded(doc.elements[number].text), is_counter=is_counter)
        if count is None:
            count = _count_in_data(doc, number)
        if count is None and (_BARE.fullmatch(text) or INVITING_TEXT.match(text)) and _is_link(page, number):
            # Nobody has commented where the link invites to be the first.
            count = count_in(text, is_counter=True) if _DIGIT.search(text) else None if page.section.items else 0
        if count is not None and (weight := _weight_of_place(page, number)) is not None:
            yield weight, number, count


def _noted_counts(page: _Page) -> Iterator[tuple[float, int, int]]:
    """Counts in lines about the post, among other notes: weight, place, count."""
    doc = page.doc
    for number, weight in _notes(page).items():
        text = doc.text(number)
        for part in _PARTS.split(text) if len(text) <= _LONGEST_NOTE else ():
            if (count := count_in(part, is_counter=False)) is not None:
                yield weight, number, count


def _count_places(page: _Page) -> list[int]:
    doc, section = page.doc, page.section
    places = set(doc.tagged(*_HEADINGS))
    for name, numbers in doc.comment_classes.items():
        if not COMMENT_WORDS.isdisjoint(words_of(name)):
            places.update(numbers)
    for anchor, number in doc.comment_ids.items():
        if not COMMENT_WORDS.isdisjoint(words_of(anchor)):
            places.add(number)
    places.update(n for n in doc.hrefs if _own_fragment(page, n))
    places.update(n for n in section.around(doc) if doc.spans[n] - n <= 4)
    return [n for n in sorted(places) if doc.spans[n] - n <= _SMALL and not section.in_item[n] and not doc.elsewhere[n]]


def _notes(page: _Page) -> dict[int, float]:
    """The small elements behind the post's text and those that are named as notes, with what they weigh."""
    doc, section = page.doc, page.section
    begins = [*section.zones[:1], *(item.start for item in section.items[:1])]
    near = range(max(min(begins) - _NOTES, 0), min(begins)) if begins else range(0)
    named = (
        n for name in doc.class_names.holding(_NOTE_STEMS) if "meta" in roles_of(name) for n in doc.with_class[name]
    )
    weights = {**dict.fromkeys(named, _VAGUE), **dict.fromkeys(near, _IN_NOTES)}
    return {
        n: weight
        for n, weight in weights.items()
        if doc.tags[n] in _NOTE_TAGS
        and doc.spans[n] - n <= _SMALL
        and not (section.in_item[n] or doc.elsewhere[n] or doc.in_form[n])
    }


def _own_fragment(page: _Page, number: int) -> str | None:
    """The fragment of a link to this very page; None for other links and for pages whose URL is not known."""
    href = page.doc.hrefs.get(number)
    if href is None or "#" not in href:
        return None
    before, _, fragment = href.strip().partition("#")
    if not is_of_comments(fragment):
        return None
    if not before:
        return fragment
    return fragment if _same_page(page, before) else None


def _same_page(page: _Page, href: str) -> bool:
    """Whether the link leads to the page's own path, as far as the page says what that is."""
    if page.address is None:
        return False
    there = join_address(page.doc.url or page.address, href)
    if there is None or path_of(there).rstrip("/") != path_of(page.address).rstrip("/"):
        return False
    # Where the query names the post, it has to be the same one.
    return query_of(page.address).items() <= query_of(there).items()


def _weight_of_place(page: _Page, number: int) -> float | None:
    """How much speaks for a number in that place; None if it is another post's."""
    doc, section = page.doc, page.section
    is_heading = doc.tags[number] in _HEADINGS
    if section.in_zone[number]:
        return _HEADS_SECTION if is_heading else _IN_SECTION
    if is_heading:
        return _HEADS_SECTION if _right_before(page, number) else None
    links = list(_links_at(doc, number))
    if any(_own_fragment(page, link) for link in links):
        return _LEADS_TO_SECTION
    return None if links else _VAGUE


def _is_link(page: _Page, number: int) -> bool:
    """Whether the element is, holds or stands in a link to the page's own comments, outside their section."""
    in_zone = page.section.in_zone[number]
    return not in_zone and any(_own_fragment(page, link) for link in _links_at(page.doc, number))


def _links_at(doc: Document, number: int) -> Iterator[int]:
    """The links inside an element and around it."""
    yield from (n for n in range(number, doc.spans[number]) if doc.tags[n] == "a")
    yield from (n for n in doc.ancestors(number) if doc.tags[n] == "a")


def _right_before(page: _Page, number: int) -> bool:
    """Whether the element stands directly before the section, as a heading of it would."""
    after = page.doc.spans[number]
    return any(after <= zone <= after + 3 for zone in page.section.zones) or any(
        after <= item.start <= after + 12 for item in page.section.items[:1]
    )


def is_of_comments(fragment: str) -> bool:
    """Whether a place on a page is that of its comments, by its name."""
    return not COMMENT_WORDS.isdisjoint(words_of(fragment)) or fragment.lower() in _FRAGMENTS


def count_in(text: str, *, is_counter: bool) -> int | None:
    """The count that a text states; a bare number is one where the element is a counter.

    >>> [count_in(text, is_counter=False) for text in ("12件のコメント", "评论:5", "One Response to", "Comments (11)")]
    [12, 5, 1, 11]
    """
    if not text or len(text) > _SHORT:
        return None
    if is_counter and (digits := _BARE.fullmatch(text)):
        return int(re.sub(r"\D", "", digits[1]))
    if _DIGIT.search(text) and (found := COUNT_TEXT.search(text)):
        digits = re.sub(r"\D", "", found[1] or found[2])
        return int(digits) if len(digits) < 8 else None
    if ONE_TEXT.match(text):
        return 1
    return 0 if NONE_YET_TEXT.match(text) else None


def _count_in_data(doc: Document, number: int) -> int | None:
    """The count in an attribute such as data-comment-count or data-total-comments."""
    for name, value in doc.elements[number].attrib.items():
        if name.startswith("data-"):
            words = {*words_of(name)}
            if not (COMMENT_WORDS.isdisjoint(words) or _COUNTER_WORDS.isdisjoint(words)):
                return whole_number(value.strip())
    return None


def _marked_counts(doc: Document) -> Iterator[tuple[float, int, int]]:
    """Counts in microdata: weight, place, count."""
    for prop in ("commentCount", "interactionCount", "userInteractionCount"):
        for number in doc.with_itemprop.get(prop, ()):
            element = doc.elements[number]
            text = element.get("content") or doc.text(number)
            about = text if prop == "interactionCount" else _interaction_kind(doc, number)
            if (prop == "commentCount" or "comment" in about.lower()) and (found := re.search(r"\d+", text)):
                yield _MARKED, number, int(found[0][:8])


def _interaction_kind(doc: Document, number: int) -> str:
    """What is counted in an InteractionCounter."""
    kinds = (n for n in doc.children(doc.parents[number]) if doc.elements[n].get("itemprop") == "interactionType")
    return next((doc.elements[n].get("content") or doc.elements[n].get("href") or "" for n in kinds), "")


def _whole_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    return whole_number(value.strip()) if isinstance(value, str) else None
