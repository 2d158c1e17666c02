"""Where the page's comments and their form stand, and whether more can be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .document import Document
from .items import Item, container_of
from .words import COMMENT_WORDS, words_of

_SECTION_WORDS = frozenset("comments kommentare commentaires comentarios commenti reacties respond disqus".split())
_SECTION_IDS = frozenset("comment comments respond disqus_thread commentlist kommentare reagir talk_community".split())
_POST_CLASSES = {"hentry", "post", "type-post", "h-entry"}
"""Themes give the post's element the names of its categories and tags, among them any word."""
_SECTION_TAGS = frozenset("div section aside ol ul article".split())


@dataclass(slots=True)
class Section:
    """The page's comments with what belongs to them."""

    items: list[Item]
    zones: list[int]
    """Outermost elements of the section, in document order; empty if the page has none."""
    in_zone: bytearray
    """Not 0 at the numbers of the elements inside the zones."""
    in_item: bytearray
    """Not 0 at the numbers of the elements inside the comments."""

    def around(self, doc: Document) -> Iterator[int]:
        """The section's elements outside all comments."""
        return (n for zone in self.zones for n in range(zone, doc.spans[zone]) if not self.in_item[n])


def find_section(doc: Document, items: list[Item]) -> Section:
    """The section by its comments and by its names."""
    in_item = doc.mask(part for item in items for part in item.parts)
    headlines = doc.with_tag.get("h1", ())[:1]
    found = {
        n
        for n in _named(doc)
        if not (doc.elsewhere[n] or in_item[n] or _POST_CLASSES & set(doc.classes[n].split()))
        and not any(doc.inside(h, n) and h != n for h in headlines)
    }
    if items and (around := _around_items(doc, items)) is not None:
        found.add(around)
    zones: list[int] = []
    for number in sorted(found):
        if not (zones and doc.inside(number, zones[-1])):
            zones.append(number)
    return Section(items, zones, doc.mask(zones), in_item)


def _named(doc: Document) -> Iterator[int]:
    for anchor, number in doc.with_id.items():
        if anchor.lower() in _SECTION_IDS:
            yield number
    for anchor, number in doc.comment_ids.items():
        if not _SECTION_WORDS.isdisjoint(words_of(anchor)[:1]):
            yield number
    for name, numbers in doc.comment_classes.items():
        if not _SECTION_WORDS.isdisjoint(words_of(name)):
            yield from (n for n in numbers if doc.tags[n] in _SECTION_TAGS)


def _around_items(doc: Document, items: list[Item]) -> int | None:
    """The block that holds all comments and their heading; None where it holds the post, too."""
    around: int | None = None
    headlines = doc.with_tag.get("h1", ())
    container = container_of(doc, [items[0].start, items[-1].start])
    for outer in (container, *doc.ancestors(container)):
        if doc.tags[outer] in ("body", "html") or any(doc.inside(n, outer) for n in headlines):
            break
        words = {*words_of(doc.classes[outer]), *words_of(doc.elements[outer].get("id") or "")}
        if outer != container and words.isdisjoint(COMMENT_WORDS):
            break
        around = outer
    return around
