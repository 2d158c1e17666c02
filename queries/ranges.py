"""Which ranges of archives an index names that are still to be read: file by file, in order, each once.

The index is the result of a query, as Parquet: Common Crawl's columnar index (commoncrawl/cc-index-table) has the
columns `warc_filename`, `warc_record_offset` and `warc_record_length`, the numbers of 32 bits or 64. What CDXJ calls
them is taken, too. DuckDB sorts it, in files where its memory does not hold all of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from .database import file_list, open_database

NAMES = {
    "file": ("warc_filename", "filename"),
    "start": ("warc_record_offset", "offset"),
    "length": ("warc_record_length", "length"),
}
"""What is to be known of a range -> the columns that may tell it."""
MEMORY = "256MB"
BATCH = 10_000
LEDGER_COLUMNS = ["archive_file", "archive_offset", "outcome", "status"]
"""The columns of `fetches` by which a range is known to have been read."""
UNDONE = """outcome in ('network_error', 'bound_reached', 'robots')
    or (outcome = 'http_error' and (status in (200, 429) or status >= 500))"""
"""The rows of `fetches` whose range the same command asks for again: nobody has answered what is there."""


class IndexUnusable(Exception):
    """An index of ranges cannot be used; the message names its file and says what to do."""


@dataclass(frozen=True, slots=True)
class Range:
    """Some bytes of an archive, as an index states them: nothing of it is checked."""

    file: str
    start: int
    length: int


class RangesLeft:
    """What of an index is to be read.

    Args:
        connection: has the views `named` (file, start, length, any of them null) and `done` (file, start).
        index: for messages.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, index: Path) -> None:
        self._connection = connection
        self._index = index
        with _told(index):
            lacks = "file is null or start is null or length is null"
            self.lacking: int = connection.execute(f"select count(*) from named where {lacks}").fetchall()[0][0]
            """Rows that lack one of the three."""

    def __iter__(self) -> Iterator[Range]:
        """Each range once, with the longest of its lengths, sorted by file and start."""
        with _told(self._index):
            found = self._connection.cursor().execute(
                "select file, start, max(length) from named"
                " where file is not null and start is not null and length is not null"
                " and not exists (from done where done.file = named.file and done.start = named.start)"
                " group by file, start order by file, start"
            )
            while rows := found.fetchmany(BATCH):
                for row in rows:
                    yield Range(*row)


@contextmanager
def ranges_left(
    index: Path, prefix: str, committed: Iterable[pa.Table], *, is_quoted: bool = False
) -> Iterator[RangesLeft]:
    """What of an index no row of the ledger tells of, until the end of the block.

    Args:
        index: a Parquet file, or a folder of such files, as Athena's UNLOAD or Spark writes it.
        prefix: what `fetches.archive_file` has before the name that the index gives to a file.
        is_quoted: whether what stands behind it is as in an address ('%20').
        committed: rows of `fetches` with LEDGER_COLUMNS, of all crawls of the data folder.

    Raises:
        IndexUnusable: as check_index(), or it is damaged.
    """
    paths, columns = check_index(index)
    with tempfile.TemporaryDirectory(prefix="rejoinder-") as folder:
        # Under names that DuckDB takes as they stand, and beside them what it has no memory for.
        links = [Path(folder) / f"{number}.parquet" for number in range(len(paths))]
        for link, path in zip(links, paths, strict=True):
            link.symlink_to(path.resolve())
        with open_database(Path(folder) / "ranges.duckdb", memory_limit=MEMORY) as connection:
            told = ", ".join(f'try_cast("{name}" as {kind}) as {what}' for what, name, kind in columns)
            with _told(index):
                connection.execute(
                    f"create view named as select {told} from read_parquet({file_list(links)}, union_by_name = true)"
                ).fetchall()
            connection.execute("create table done (file varchar, start bigint)").fetchall()
            name = f"substr(archive_file, {len(prefix) + 1})"
            name = f"url_decode({name})" if is_quoted else name
            for rows in committed:
                connection.register("committed", rows)
                connection.execute(
                    f"insert into done select {name}, archive_offset from committed"
                    f" where archive_offset is not null and starts_with(archive_file, $prefix) and not ({UNDONE})",
                    {"prefix": prefix},
                ).fetchall()
                connection.unregister("committed")
            yield RangesLeft(connection, index)


def check_index(index: Path) -> tuple[list[Path], list[tuple[str, str, str]]]:
    """The files of an index, and what is to be known of a range, each with the column that tells it and its SQL type.

    Raises:
        IndexUnusable: it is no Parquet, lacks a column, or has no files or no rows.
    """
    paths = _files_of(index) if index.is_dir() else [index]
    if not paths:
        raise IndexUnusable(f"{index}: no Parquet file is in it; give the result of a query over the index")
    found = [_columns_of(path) for path in paths]
    if not sum(rows for _, rows in found):
        raise IndexUnusable(f"{index}: the index has no rows: the query that made it found nothing")
    columns = found[0][0]
    if any(each != columns for each, _ in found):
        raise IndexUnusable(f"{index}: its files have different columns; give the result of one query")
    return paths, columns


def _files_of(folder: Path) -> list[Path]:
    """Its files but those by which programs tell each other how far they are, as '_SUCCESS' and '.part-0.crc'."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "_")))


def _columns_of(path: Path) -> tuple[list[tuple[str, str, str]], int]:
    """The columns of a file of an index, as for check_index(), and the number of its rows.

    Raises:
        IndexUnusable: it is no Parquet, or has not all of them.
    """
    try:
        with path.open("rb") as file:
            parquet = pq.ParquetFile(file)
            there = parquet.schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise IndexUnusable(
            f"{path}: no Parquet file ({str(error).splitlines()[0]}); give the result of a query over the index, "
            "as DuckDB's COPY ... TO 'index.parquet' writes it"
        ) from error
    found = {what: next((name for name in names if name in there), None) for what, names in NAMES.items()}
    if lacking := [" or ".join(NAMES[what]) for what, name in found.items() if name is None]:
        raise IndexUnusable(
            f"{path}: the index has no column {', '.join(lacking)}; select warc_filename, warc_record_offset and "
            "warc_record_length"
        )
    columns = [(what, name, "varchar" if what == "file" else "bigint") for what, name in found.items() if name]
    return columns, parquet.metadata.num_rows


@contextmanager
def _told(index: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise IndexUnusable(
            f"{index}: the index cannot be read ({str(error).splitlines()[0]}); make it anew"
        ) from error
