"""Opens DuckDB the same way everywhere: instants in UTC, nothing printed, whatever the data folder is called."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "2GB"
"""What DuckDB may hold unless told otherwise, so that a command over data of any size keeps within 4 GB: Python, Arrow
and the models of language take the rest (bench/large.py)."""


def open_database(
    path: Path | None = None, *, threads: int | None = None, memory_limit: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection to a database file, which its process alone works with, or to an empty one in memory.

    What does not fit into memory is kept beside the file meanwhile, or in the folder for temporary files.

    Args:
        threads: None for one for each core.
        memory_limit: as DuckDB takes it; None for MEMORY, or DuckDB's own where the machine has less.
    """
    settings = {"threads": threads, "memory_limit": memory_limit}
    if path is None:  # else it would be a folder where the command was given
        settings["temp_directory"] = str(Path(tempfile.gettempdir()) / f"rejoinder-{uuid.uuid4().hex}")
    config = {name: value for name, value in settings.items() if value is not None}
    connection = duckdb.connect(path or ":memory:", config=config)
    if memory_limit is None:
        limits = f"parse_formatted_bytes(current_setting('memory_limit')), parse_formatted_bytes('{MEMORY}')"
        [(limit,)] = connection.execute(f"select least({limits})").fetchall()
        connection.execute(f"set memory_limit = '{limit}B'").fetchall()
    # Without a zone DuckDB would show instants, and cast them to wall-clock times, in that of the machine.
    connection.execute("set TimeZone = 'UTC'").fetchall()
    connection.execute("set enable_progress_bar = false").fetchall()
    return connection


PLAIN = re.compile(r"/[\w./=+ -]*")
"""Absolute paths in which DuckDB sees nothing but a path."""


def is_plain(data: Path) -> bool:
    """Whether DuckDB can keep a database in a folder: the log of 'a?b/x.duckdb' it would look for in 'a.wal?b'.

    It follows links before it does, so the folder's own name decides.
    """
    return PLAIN.fullmatch(str(data.resolve())) is not None


@contextmanager
def plain_folder(data: Path) -> Iterator[Path]:
    """The same folder under a name that DuckDB takes as it stands, for files in it to be opened and read.

    DuckDB reads wildcards, addresses and parameters out of file names: a backslash becomes a slash, and names of
    neighbours spoil a search with escaped wildcards. Such folders are reached by way of a link in the folder for
    temporary files. Parquet files can be written there too; databases cannot, see is_plain().
    """
    data = data.resolve()
    if is_plain(data):
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="rejoinder-") as folder:
        link = Path(folder) / "data"
        link.symlink_to(data)
        yield link


def file_list(paths: Sequence[Path]) -> str:
    """Paths below a plain folder as an SQL list."""
    return f"[{', '.join(quoted(str(path)) for path in paths)}]"


def quoted(text: str) -> str:
    """A text as an SQL literal.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
