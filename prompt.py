"""`rejoinder sql`: one query's result in the form asked for, or a prompt that takes query after query."""

from __future__ import annotations

import sys
from itertools import islice

import duckdb
import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from .console import complain, out, print_table
from .rows import NUMBERS, rows_of, write_csv, write_json

MOST_ROWS = 200
"""Rows that a terminal is shown; other forms have all."""


def print_result(connection: duckdb.DuckDBPyConnection, query: str, form: str | None) -> str | None:
    """Run a query and print its rows; gives the error's text if it fails.

    Args:
        form: 'table', 'csv' or 'json' (an object a line); None for a table on a terminal, else csv.
    """
    form = form or ("table" if out.is_terminal else "csv")
    try:
        result = connection.sql(query)
        if result is not None:
            _print(result, form)
    except (duckdb.Error, pa.ArrowException) as error:
        return str(error)
    except (ValueError, OverflowError) as error:
        return f"{error}: cast the column to varchar"  # such as the instant 'infinity'
    return None


def _print(result: duckdb.DuckDBPyRelation, form: str) -> None:
    if form == "table":
        _print_drawn(result)
    else:
        {"csv": write_csv, "json": write_json}[form](result, sys.stdout)


def _print_drawn(result: duckdb.DuckDBPyRelation) -> None:
    def short(kind: DuckDBPyType) -> str:
        return "{}" if kind.id in NUMBERS - {"uhugeint"} or str(kind) == "VARCHAR[]" else "{}::varchar"

    rows = [*islice(rows_of(result.limit(MOST_ROWS + 1), short), MOST_ROWS + 1)]
    print_table("", result.columns, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        out.print(f"... more than {MOST_ROWS} rows; all of them with --format csv")


def prompt(connection: duckdb.DuckDBPyConnection, form: str | None) -> None:
    """Read queries until end of input; a query ends with ';'. A wrong one is told and the prompt goes on."""
    interactive = sys.stdin.isatty()
    if interactive:
        import readline  # noqa: F401, PLC0415 - gives the prompt history and line editing

        tables = [name for (name,) in connection.sql("select table_name from duckdb_tables() order by 1").fetchall()]
        out.print(f"Tables: {', '.join(tables)}. A query ends with ';'. Ctrl-D leaves.")
    query = ""
    while True:
        try:
            query += input(("... " if query else "sql> ") if interactive else "") + "\n"
        except EOFError:
            break
        except KeyboardInterrupt:
            query = ""
            out.print()
            continue
        if query.rstrip().endswith(";") or not query.strip():
            _run(connection, query, form)
            query = ""
    _run(connection, query, form)


def _run(connection: duckdb.DuckDBPyConnection, query: str, form: str | None) -> None:
    if query.strip() and (error := print_result(connection, query, form)):
        complain(error)
