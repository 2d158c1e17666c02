"""Tables of a page: rows of cells below named columns, and long ones over several pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from .show import Link
from .site import Site

ROWS_A_PAGE = 500
"""Of the longest cells that there are, so many stay below what a page may have."""

Cell = str | Markup | Link


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: Sequence[Cell]
    anchor: str | None = None


@dataclass(slots=True)
class Listing:
    """A table; without rows it is not shown."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[TableRow] = field(default_factory=list)
    is_caption_hidden: bool = False
    """Where a heading says the same."""
    has_heads: bool = False
    """Whether the first cell of each row is what it is about."""


def page_name(base: str, number: int) -> str:
    """
    >>> page_name("posts", 1), page_name("posts", 2)
    ('posts.html', 'posts-2.html')
    """
    return f"{base}.html" if number == 1 else f"{base}-{number}.html"


def parts_of_list(base: str, count: int, own: int) -> list[Link]:
    """The way through a list of several pages; none where there is one."""
    if count == 1:
        return []
    return [Link(str(each), None if each == own else page_name(base, each)) for each in range(1, count + 1)]


def in_pages(listing: Listing) -> Iterator[Listing]:
    """A table cut into pieces that fit on a page each."""
    for first in range(0, len(listing.rows), ROWS_A_PAGE):
        piece = listing.rows[first : first + ROWS_A_PAGE]
        yield Listing(listing.caption, listing.columns, piece, listing.is_caption_hidden, listing.has_heads)


def write_listing(site: Site, base: str, listing: Listing, *, section: str, about: str = "", title: str = "") -> str:
    """Write a table over as many pages as it takes, one even where it has no rows; gives the path of the first.

    Args:
        about: a sentence above it.
    """
    pieces = list(in_pages(listing)) or [listing]
    for number, piece in enumerate(pieces, 1):
        site.write(
            page_name(base, number),
            "rows.html",
            title=title or listing.caption,
            section=section,
            about=about,
            listing=piece,
            parts=parts_of_list(base, len(pieces), number),
        )
    return page_name(base, 1)
