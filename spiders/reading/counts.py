"""The number of comments that a page states for its post."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from .document import Document
from .phrases import COUNT_TEXT, NONE_YET_TEXT, ONE_TEXT
from .section import Section
from .words import COMMENT_WORDS, words_of

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FRAGMENTS = frozenset("comments comment respond commentlist kommentare disqus_thread".split())
_COUNTER_WORDS = frozenset("count counter counts number num total".split())
_DIGIT = re.compile(r"\d")
_SHORT = 120


def declared_comments(doc: Document, section: Section) -> int | None:
    """The number of comments that the page states for its post; None if it states none."""
    ranked: list[tuple[int, int, int]] = []
    for number in _count_places(doc, section):
        count = _count_in(doc.text(number), is_counter=not _COUNTER_WORDS.isdisjoint(words_of(doc.classes[number])))
        if count is None:
            continue
        rank = _rank_of_place(doc, section, number)
        if rank is not None:
            ranked.append((rank, number, count))
    ranked += [(-1, number, count) for number, count in _marked_counts(doc)]
    counts = (_whole_number(data.get("commentCount")) for data in doc.linked_data)
    ranked += [(2, 0, count) for count in counts if count is not None][:1]
    if not ranked:
        return None
    best = min(ranked)
    # Counters of unknown place are the post's if they agree; those of teasers do not.
    is_vague = best[0] == 3 and len({count for rank, _, count in ranked if rank == 3}) > 1
    return None if is_vague else best[2]


def _count_places(doc: Document, section: Section) -> list[int]:
    places = set(doc.tagged(*_HEADINGS))
    for name, numbers in doc.comment_classes.items():
        if not COMMENT_WORDS.isdisjoint(words_of(name)):
            places.update(numbers)
    for anchor, number in doc.comment_ids.items():
        if not COMMENT_WORDS.isdisjoint(words_of(anchor)):
            places.add(number)
    places.update(n for n in doc.hrefs if _own_fragment(doc, n))
    places.update(n for n in section.around(doc) if doc.spans[n] - n <= 4)
    return [n for n in sorted(places) if doc.spans[n] - n <= 16 and not section.in_item[n] and not doc.elsewhere[n]]


def _own_fragment(doc: Document, number: int) -> str | None:
    """The fragment of a link to this very page; None for other links and for pages whose URL is not known."""
    href = doc.hrefs.get(number)
    if href is None or "#" not in href:
        return None
    before, _, fragment = href.strip().partition("#")
    if COMMENT_WORDS.isdisjoint(words_of(fragment)) and fragment.lower() not in _FRAGMENTS:
        return None
    if not before:
        return fragment
    return fragment if _same_page(doc, before) else None


def _same_page(doc: Document, href: str) -> bool:
    """Whether the link leads to the page's own path, as far as the page says what that is."""
    own = doc.links.get("canonical") or doc.url or next(iter(doc.meta.get("og:url", ())), None)
    if own is None:
        return False
    return urlsplit(urljoin(doc.url or own, href)).path.rstrip("/") == urlsplit(own).path.rstrip("/")


def _rank_of_place(doc: Document, section: Section, number: int) -> int | None:
    if section.in_zone[number]:
        return 0
    if doc.elements[number].tag in _HEADINGS:
        return 0 if _right_before(doc, section, number) else None
    fragment_links = [n for n in range(number, doc.spans[number]) if doc.elements[n].tag == "a"]
    outer_links = [n for n in doc.ancestors(number) if doc.elements[n].tag == "a"]
    links = [*fragment_links, *outer_links]
    if any(_own_fragment(doc, n) for n in links):
        return 1
    return None if links else 3


def _right_before(doc: Document, section: Section, number: int) -> bool:
    """Whether the element stands directly before the section, as a heading of it would."""
    after = doc.spans[number]
    return any(after <= zone <= after + 3 for zone in section.zones) or any(
        after <= item.start <= after + 12 for item in section.items[:1]
    )


def _count_in(text: str, *, is_counter: bool) -> int | None:
    """The count that a text states; a bare number is one where the element is named a counter."""
    if not text or len(text) > _SHORT:
        return None
    if is_counter and (digits := re.fullmatch(r"\(?(\d{1,3}(?:[.,' ]\d{3})*|\d{1,7})\)?", text)):
        return int(re.sub(r"\D", "", digits[1]))
    if _DIGIT.search(text) and (found := COUNT_TEXT.search(text)):
        digits = re.sub(r"\D", "", found[1] or found[2])
        return int(digits) if len(digits) < 8 else None
    if ONE_TEXT.match(text):
        return 1
    return 0 if NONE_YET_TEXT.match(text) else None


def _marked_counts(doc: Document) -> Iterator[tuple[int, int]]:
    """Counts in microdata, each with its place."""
    for prop in ("commentCount", "interactionCount", "userInteractionCount"):
        for number in doc.with_itemprop.get(prop, ()):
            element = doc.elements[number]
            text = element.get("content") or doc.text(number)
            about = text if prop == "interactionCount" else _interaction_kind(doc, number)
            if (prop == "commentCount" or "comment" in about.lower()) and (found := re.search(r"\d+", text)):
                yield number, int(found[0][:8])


def _interaction_kind(doc: Document, number: int) -> str:
    """What is counted in an InteractionCounter."""
    kinds = (n for n in doc.children(doc.parents[number]) if doc.elements[n].get("itemprop") == "interactionType")
    return next((doc.elements[n].get("content") or doc.elements[n].get("href") or "" for n in kinds), "")


def _whole_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 9:
        return int(value)
    return None
