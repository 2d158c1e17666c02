"""Looks into every file below a data folder for what should be gone: what Parquet, DuckDB and archives hold, unpacked.

What a file holds is looked at as its readers get it, and its bytes as they lie there beside, for a footer's
statistics or a freed block hold what no reader is shown.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..queries.database import open_database, plain_folder, quoted
from ..spiders.archives.files import RECORDS, open_archive
from ..spiders.archives.warc import Record, Records
from .archives import contents_of
from .needles import Needles, readings

CHUNK = 1 << 20
OVERLAP = 4096
ROWS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where something still stands."""

    file: str
    """Below the data folder."""
    place: str
    """Column, table and column, byte of a record, or 'bytes' and 'name' of the file."""
    kind: str
    """'text', 'name' or 'address'."""
    words: str


def files_below(data: Path, without: Path) -> list[Path]:
    """All files below a folder but those in another; links are not followed."""
    return sorted(
        path for path in data.rglob("*") if path.is_file() and not path.is_symlink() and without not in path.parents
    )


def search(data: Path, files: list[Path], needles: Needles) -> list[Finding]:
    """Every place in these files at which something is found, sorted, each once."""
    found: set[Finding] = set()
    for path in files:
        name = path.relative_to(data).as_posix()
        places = chain([("name", None, name)], contents(path))
        for place, column, text in places:
            found |= {Finding(name, place, kind, words) for kind, words in needles.found_in(text, column=column)}
    return sorted(found)


def contents(path: Path) -> Iterator[tuple[str, str | None, str]]:
    """(place, column, text) of all that a file says."""
    lower = path.name.lower()
    if lower.endswith(".parquet"):
        yield from _parquet(path)
    elif lower.endswith(".duckdb"):
        yield from _duckdb(path)
    elif lower.endswith(RECORDS):
        with open_archive(str(path)) as file:
            for record in Records(file, 0, 1 << 62):
                if isinstance(record, Record):
                    yield from ((f"byte {record.offset}", None, text) for text in contents_of(record))
    elif lower.endswith(".gz"):
        yield from ((place, None, text) for place, text in _unpacked(path))
    yield from (("bytes", None, text) for text in _pieces(path))


def _parquet(path: Path) -> Iterator[tuple[str, str | None, str]]:
    try:
        with path.open("rb") as file:
            parquet = pq.ParquetFile(file)
            for batch in parquet.iter_batches(ROWS):
                for name, column in zip(batch.schema.names, batch.columns, strict=True):
                    if _holds_text(column.type):
                        for value in column.unique().to_pylist() if _is_text(column.type) else column.to_pylist():
                            yield from ((name, name, text) for text in _texts(value))
    except (pa.ArrowException, OSError):
        return  # its bytes are looked at all the same


def _duckdb(path: Path) -> Iterator[tuple[str, str | None, str]]:
    try:
        with open_database() as connection, plain_folder(path.parent) as folder:
            connection.execute(f"attach {quoted(str(folder / path.name))} as seen (read_only)").fetchall()
            columns = connection.execute(
                "select table_name, column_name from duckdb_columns()"
                " where database_name = 'seen' and (data_type like '%VARCHAR%' or data_type like '%JSON%')"
            ).fetchall()
            for table, name in columns:
                rows = connection.sql(f'select distinct "{name}" from seen."{table}"').to_arrow_reader(ROWS)
                for batch in rows:
                    for value in batch.column(0).to_pylist():
                        yield from ((f"{table}.{name}", name, text) for text in _texts(value))
    except duckdb.Error:
        return


def _unpacked(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with gzip.open(path) as file:
            before = ""
            while chunk := file.read(CHUNK):
                text = before + chunk.decode("utf-8", "replace")
                yield from (("unpacked", reading) for reading in readings(text))
                before = text[-OVERLAP:]
    except (OSError, EOFError, zlib.error):
        return


def _pieces(path: Path) -> Iterator[str]:
    """The bytes of a file as text, in pieces that overlap."""
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(CHUNK):
            piece = before + chunk
            yield from readings(piece.decode("utf-8", "replace"))
            before = piece[-OVERLAP:]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from readings(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _holds_text(kind: pa.DataType) -> bool:
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _holds_text(kind.value_type)
    if pa.types.is_struct(kind):
        return any(_holds_text(field.type) for field in kind)
    return _is_text(kind)
