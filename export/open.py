"""Opens the tables of a data folder, or of a release, in one way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ..queries.database import open_database, plain_folder, quoted
from ..queries.models import BuildError
from ..queries.read import DATABASE, connect_beside, readable
from ..schemas.tables import TABLES

NEEDED = {"posts", "comments", "replies", "completeness"}
OF_RELEASES = {"provenance"}
"""Tables that only releases have."""


@contextmanager
def open_tables(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables by their names, in a connection that may make others in memory.

    A release has no database: its Parquet files are its tables.

    Raises:
        BuildError: there are none, or they cannot be read.
    """
    with readable(folder), plain_folder(folder) as plain:
        if (folder / DATABASE).is_file():
            connection = connect_beside(folder)
        else:
            connection = open_database()
            for name, path in _parquet_files(folder).items():
                connection.execute(f"create view {name} as from read_parquet({quoted(str(plain / path))})").fetchall()
        with connection:
            yield connection


@contextmanager
def reading_beside(tables: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A second connection to the same tables, because one gives the rows of one query at a time."""
    with tables.cursor() as other:
        [(path,)] = tables.execute("select current_setting('search_path')").fetchall()
        other.execute(f"set search_path = {quoted(path)}").fetchall()
        other.execute("set TimeZone = 'UTC'").fetchall()
        yield other


def _parquet_files(folder: Path) -> dict[str, Path]:
    """The file of each table, relative to a folder.

    Raises:
        BuildError: not all are there that an export needs.
    """
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.parquet"))]
    found = {path.stem: path for path in paths if path.stem in TABLES.keys() | OF_RELEASES and path.parts[0] != "raw"}
    if not found.keys() >= NEEDED:
        raise BuildError(
            f"{folder} holds neither {DATABASE} nor the Parquet files of a release; "
            f"if it is a data folder, make them with: rejoinder build {folder}"
        )
    return found
