"""Web archives in files: WARC and WACZ, read record by record into the same captures that a live crawl gives."""

from __future__ import annotations

from .collection import Collection
from .files import ArchiveError, find_archives, open_archive, place_of, standing_for
from .pages import Blogs
from .ranges import Base, RangeCollection, lacking_capture
from .reading import Archive, Selection, body_of

__all__ = [
    "Archive",
    "ArchiveError",
    "Base",
    "Blogs",
    "Collection",
    "RangeCollection",
    "Selection",
    "body_of",
    "find_archives",
    "lacking_capture",
    "open_archive",
    "place_of",
    "standing_for",
]
