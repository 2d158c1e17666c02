"""Opens the built tables for readers."""

from __future__ import annotations

from pathlib import Path

import duckdb

from .database import open_database, quoted
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
        BuildError: they have not been built.
    """
    return open_database(database_of(data), read_only=True)


def connect_beside(data: Path) -> duckdb.DuckDBPyConnection:
    """The same tables in a connection that may make tables of its own, in memory.

    Raises:
        BuildError: they have not been built.
    """
    connection = open_database()
    connection.execute(f"attach {quoted(str(database_of(data)))} as tidy (read_only)").fetchall()
    connection.execute("set search_path = 'memory.main,tidy.main'").fetchall()
    return connection
