"""Web archives in files: WARC and WACZ, read record by record into the same captures that a live crawl gives."""

from __future__ import annotations

from .collection import Collection
from .files import ArchiveError, find_archives, open_archive, place_of, standing_for
from .pages import Blogs
from .reading import Archive, Selection, reopen

__all__ = [
    "Archive",
    "ArchiveError",
    "Blogs",
    "Collection",
    "Selection",
    "find_archives",
    "open_archive",
    "place_of",
    "reopen",
    "standing_for",
]
