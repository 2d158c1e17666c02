"""What a platform's file declares. The engine reads the rest from what all comment sections have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...schemas import PageReading
from ...schemas.page import PageIs
from ..reading.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How one layout marks its comments: elements that have this tag, id and class, of those it names."""

    tags: frozenset[str] = frozenset()
    id: re.Pattern[str] | None = None
    """Matches the whole id; its group 1, if any, is the comment's native id."""
    classes: re.Pattern[str] | None = None
    """Found in the class attribute."""
    parent: re.Pattern[str] | None = None
    """Found in the class attribute of the element's parent."""

    def numbers(self, doc: Document) -> list[int]:
        """The elements that fit, in document order."""
        if self.id is not None:
            found = [number for anchor, number in doc.with_id.items() if self.id.fullmatch(anchor)]
            if self.classes is not None:
                found = [number for number in found if self.classes.search(doc.classes[number])]
        elif self.classes is not None:
            found = [n for name, numbers in doc.with_class.items() if self.classes.search(name) for n in numbers]
        else:
            found = doc.tagged(*self.tags)
        if self.tags:
            found = [number for number in found if doc.tags[number] in self.tags]
        if self.parent is not None:
            found = [n for n in found if doc.parents[n] >= 0 and self.parent.search(doc.classes[doc.parents[n]])]
        return sorted(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One blog engine, comment system or markup standard."""

    name: str
    """As in the `platform` column."""
    description: str
    """The line of the README's list."""
    verified: str
    """What its reading was held against, as the README says it: real engines that `make engines` runs, real sites'
    pages with gold records (docs/measured.md), or what its makers publish and pages made after that."""
    recognises: Callable[[Document], bool]
    items: tuple[Mark, ...] = ()
    """Its layouts, the most telling first: the first with comments wins. Without any the generic reading finds them."""
    author: frozenset[str] = frozenset()
    """Class tokens of the element that holds a commenter's name."""
    date: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    """Class tokens of what stands inside a comment and belongs to no field."""
    by_post_author: re.Pattern[str] | None = None
    """Found in the class of a comment, or of a mark in it, that the post's author wrote."""
    lists: tuple[Mark, ...] = ()
    """Elements that hold nothing but its comments: one with text in which none can be read is a layout that changed."""
    first_page: int | None = None
    """Number of the first page of comments in its addresses (`?page=0`); None where the pager's labels tell."""
    page_kinds: Mapping[str, PageIs] = field(default_factory=dict)
    """Classes of <body> by which it says what a page is, whatever the theme."""
    refine: Callable[[Document, PageReading], None] | None = field(default=None)
    """Last word on the page's reading, for what no declaration can say."""
