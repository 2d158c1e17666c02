"""Opens DuckDB the same way everywhere: instants in UTC, nothing printed."""

from __future__ import annotations

from pathlib import Path

import duckdb


def open_database(
    path: Path | None = None, *, read_only: bool = False, threads: int | None = None, memory_limit: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection to a database file, or to an empty one in memory.

    Args:
        memory_limit: as DuckDB takes it, '2GB'; None for its own default, as for `threads`.
    """
    settings = {"threads": threads, "memory_limit": memory_limit}
    config = {name: value for name, value in settings.items() if value is not None}
    connection = duckdb.connect(path or ":memory:", read_only=read_only, config=config)
    # Without a zone DuckDB would show instants, and cast them to wall-clock times, in that of the machine.
    connection.execute("set TimeZone = 'UTC'").fetchall()
    connection.execute("set enable_progress_bar = false").fetchall()
    return connection


def quoted(text: str) -> str:
    """A text as an SQL literal.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
