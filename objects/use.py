"""What commands do with data folders. Imports nothing of ours, and no library."""

from __future__ import annotations

from enum import Enum


class Use(Enum):
    """What a command does with a data folder."""

    TABLES = "reads tables"
    PAGES = "reads tables and archives"
    RAW = "reads tables and raw data"
    READS = "reads all"
    CHANGES = "reads and writes"
    CRAWLS = "writes for a long time"
    FORGETS = "writes, so that nothing of the old is left"

    @property
    def writes(self) -> bool:
        return self in (Use.CHANGES, Use.CRAWLS, Use.FORGETS)

    def needs(self, path: str) -> bool:
        """Whether it needs a file, by its path below the data folder."""
        left = {Use.TABLES: ("raw/", "archive/"), Use.PAGES: ("raw/",), Use.RAW: ("archive/",)}.get(self, ())
        return not path.startswith(left)
