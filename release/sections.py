"""What is published is read post by post: a post, its comments and who answers whom, as rows of tables/."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import pyarrow.parquet as pq

from ..locks import BUILD, take
from ..queries import BuildBusy, BuildError
from ..schemas.seal import DamagedFile, check_seal
from ..schemas.tables import TABLES

Row = dict[str, Any]
"""One row of a table: column -> value, as DuckDB gives it to Python."""

ROWS_A_BATCH = 2_000
UNPUBLISHED = frozenset({"body_html"})
"""Columns that nobody reads here: markup holds what the text holds, and is half of all bytes."""
PATIENCE_S = 60.0


@dataclass(slots=True)
class Section:
    """A post with its comments in reading order, and the rows of `replies` of these comments.

    `post` and `comments` have the columns of tables/posts and tables/comments but body_html, `replies` those of
    tables/replies.
    """

    post: Row
    comments: list[Row] = field(default_factory=list)
    replies: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DataTables:
    """The tables of one build, all opened before anything of them is read: another build does not mix with them."""

    files: dict[str, pq.ParquetFile]

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table in their order on disk; only a batch of them is held."""
        file = self.files[name]
        columns = [column for column in file.schema_arrow.names if column not in UNPUBLISHED]
        for batch in file.iter_batches(ROWS_A_BATCH, columns=columns):
            yield from batch.to_pylist()

    def sections(self, ownerless: Callable[[list[Row]], None] | None = None) -> Iterator[Section]:
        """Every post with its comments and answers, in order of post_id; only one post and a batch are held.

        Args:
            ownerless: called with the comments of a post that stands in no table.
        """
        comments = _Groups(self.rows("comments"), ownerless)
        replies = _Groups(self.rows("replies"))
        for post in self.rows("posts"):
            post_id = post["post_id"]
            yield Section(post, comments.take(post_id), replies.take(post_id))
        comments.skip_to(None)


@contextmanager
def data_tables(data: Path) -> Iterator[DataTables]:
    """The built tables of a data folder, seen to be whole and of one build.

    Raises:
        BuildBusy: a build is at work there, and still after a minute.
        BuildError: there are no tables, or one is not as it was written.
    """
    with ExitStack() as opened:
        with _build_kept_out(data):
            files = {name: opened.enter_context(_open(data, name)) for name in TABLES}
        yield DataTables({name: pq.ParquetFile(file) for name, file in files.items()})


def _open(data: Path, name: str) -> IO[bytes]:
    path = data / "tables" / f"{name}.parquet"
    try:
        check_seal(path)
        return path.open("rb")
    except FileNotFoundError as error:
        raise BuildError(f"{path} does not exist; make it with: rejoinder build {data}") from error
    except (DamagedFile, OSError) as error:
        raise BuildError(f"{error}; make it anew: rejoinder build {data}") from error


@contextmanager
def _build_kept_out(data: Path) -> Iterator[None]:
    """No build changes the tables meanwhile."""
    lock = data / BUILD
    # Where no build has ever been, or nothing may be written, there is none to wait for.
    with lock.open("r") if lock.exists() else nullcontext() as file:
        if file is not None and not take(file, PATIENCE_S):
            raise BuildBusy(f"a build is at work in {data}; wait for it")
        yield


class _Groups:
    """Rows in order of post_id, handed out post by post."""

    def __init__(self, rows: Iterable[Row], skipped: Callable[[list[Row]], None] | None = None) -> None:
        self._groups = groupby(rows, key=itemgetter("post_id"))
        self._skipped = skipped
        self._next: tuple[str, list[Row]] | None = self._read()

    def take(self, post_id: str) -> list[Row]:
        """The rows of a post; posts are asked for in their order."""
        self.skip_to(post_id)
        if self._next is None or self._next[0] != post_id:
            return []
        rows = self._next[1]
        self._next = self._read()
        return rows

    def skip_to(self, post_id: str | None) -> None:
        """Pass over the rows of posts before this one; None for all that are left."""
        while self._next is not None and (post_id is None or self._next[0] < post_id):
            if self._skipped:
                self._skipped(self._next[1])
            self._next = self._read()

    def _read(self) -> tuple[str, list[Row]] | None:
        found = next(self._groups, None)
        return (found[0], list(found[1])) if found else None
