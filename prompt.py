"""`rejoinder sql`: one query's result in the form asked for, or a prompt that takes query after query."""

from __future__ import annotations

import csv
import sys

import duckdb
import msgspec

from .console import complain, out, print_table, shown

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
        if result is None:
            return None
        # By way of Arrow, because instants would need another package to become Python values.
        table = (result.limit(MOST_ROWS + 1) if form == "table" else result).to_arrow_table()
    except duckdb.Error as error:
        return str(error)
    names = table.column_names
    rows = table.to_pylist()
    if form == "json":
        for row in rows:
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([shown(row[name]) for name in names] for row in rows)
    else:
        print_table("", names, ([row[name] for name in names] for row in rows[:MOST_ROWS]))
        if len(rows) > MOST_ROWS:
            out.print(f"... more than {MOST_ROWS} rows; all of them with --format csv")
    return None


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
