"""Opens the built tables for readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from .database import MEMORY, open_database, plain_folder, quoted
from .models import BuildError

DATABASE = "rejoinder.duckdb"


def database_of(data: Path) -> Path:
    """The database file of a data folder.

    Raises:
        BuildError: the tables have not been built.
    """
    path = data / DATABASE
    if not path.is_file():
        raise BuildError(f"{path} does not exist; make it with: rejoinder build {data}")
    return path


def connect(data: Path) -> duckdb.DuckDBPyConnection:
    """Open the tables of `data` for reading; instants are shown in UTC, whatever the zone of the machine.

    Raises:
        BuildError: they have not been built, or the file is damaged.
    """
    connection = connect_beside(data)
    connection.execute("use tidy").fetchall()
    return connection


def connect_beside(data: Path) -> duckdb.DuckDBPyConnection:
    """The same tables in a connection that may make tables of its own, in memory.

    Raises:
        BuildError: they have not been built, or the file is damaged.
    """
    database_of(data)
    connection = open_database()
    with plain_folder(data) as folder, readable(data):
        connection.execute(f"attach {quoted(str(folder / DATABASE))} as tidy (read_only)").fetchall()
    connection.execute("set search_path = 'memory.main,tidy.main'").fetchall()
    return connection


@contextmanager
def readable(data: Path) -> Iterator[None]:
    """Turn what goes wrong in reading the tables, such as a damaged block, into an error that says what to do.

    Raises:
        BuildError: a query failed.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise BuildError(
            f"{data / DATABASE} is whole, but a query of this command takes more than the {MEMORY} of memory that"
            " DuckDB may hold here; the same file can be queried by DuckDB itself, which takes what the machine has"
        ) from error
    except duckdb.Error as error:
        raise BuildError(f"{data / DATABASE} cannot be read ({error}); make it anew: rejoinder build {data}") from error
