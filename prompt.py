"""`rejoinder sql`: one query's result in the form asked for, or a prompt that takes query after query."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
from duckdb.sqltypes import DuckDBPyType

from .console import complain, out, print_table
from .inert import csv_line, inert_json

MOST_ROWS = 200
"""Rows that a terminal is shown; other forms have all."""
BATCH = 10_000
"""Rows that are held in memory at a time."""

NUMBERS = frozenset(
    "tinyint smallint integer bigint hugeint utinyint usmallint uinteger ubigint uhugeint decimal float double".split()
)
BEYOND_JSON = frozenset({"hugeint", "uhugeint", "decimal"})
"""Numbers whose digits are copied, because no number of Python's or Arrow's holds them all."""
NESTED = frozenset({"list", "array", "struct", "map", "union"})
AS_PYTHON = NUMBERS - {"uhugeint"} | {
    "boolean",
    "varchar",
    "enum",
    "uuid",
    "blob",
    "date",
    "time",
    "timestamp",
    "timestamp with time zone",
}
"""Types whose values Python has without loss."""

Row = tuple[Any, ...]


def print_result(connection: duckdb.DuckDBPyConnection, query: str, form: str | None) -> str | None:
    """Run a query and print its rows; gives the error's text if it fails.

    Args:
        form: 'table', 'csv' or 'json' (an object a line); None for a table on a terminal, else csv.
    """
    form = form or ("table" if out.is_terminal else "csv")
    try:
        result = connection.sql(query)
        if result is not None:
            {"csv": _print_csv, "json": _print_json, "table": _print_drawn}[form](result)
    except (duckdb.Error, pa.ArrowException) as error:
        return str(error)
    except (ValueError, OverflowError) as error:
        return f"{error}: cast the column to varchar"  # such as the instant 'infinity'
    return None


def _print_csv(result: duckdb.DuckDBPyRelation) -> None:
    """Print rows with all digits, instants as DuckDB writes them, and lists, structs and maps as JSON."""
    sys.stdout.write(csv_line(result.columns))
    are_numbers = [kind.id in NUMBERS for kind in result.types]
    for row in _rows(result, _as_text):
        sys.stdout.write(csv_line(row, are_numbers=are_numbers))


def _print_json(result: duckdb.DuckDBPyRelation) -> None:
    """Print an object a row: numbers as numbers with all digits, NaN and infinity as null, bytes as base64."""
    names = _different(result.columns)
    are_raw = [_as_value(kind)[1] for kind in result.types]
    encoder = msgspec.json.Encoder(decimal_format="number")
    for row in _rows(result, lambda kind: _as_value(kind)[0]):
        values = (
            msgspec.Raw(value.encode()) if is_raw and value is not None else value
            for value, is_raw in zip(row, are_raw, strict=True)
        )
        line = encoder.encode(dict(zip(names, values, strict=True))).decode()
        sys.stdout.write(inert_json(line) + "\n")


def _print_drawn(result: duckdb.DuckDBPyRelation) -> None:
    def short(kind: DuckDBPyType) -> str:
        return "{}" if kind.id in NUMBERS - {"uhugeint"} or str(kind) == "VARCHAR[]" else "{}::varchar"

    rows = [*islice(_rows(result.limit(MOST_ROWS + 1), short), MOST_ROWS + 1)]
    print_table("", result.columns, rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        out.print(f"... more than {MOST_ROWS} rows; all of them with --format csv")


def _rows(result: duckdb.DuckDBPyRelation, expression: Callable[[DuckDBPyType], str]) -> Iterator[Row]:
    """Rows of a result in its order.

    Args:
        expression: of a column's type, the SQL that gives its values, with {} for the column.
    """
    # By place, because a result may have two columns of one name.
    columns = [f"{expression(kind).format(f'#{n}')} as c{n}" for n, kind in enumerate(result.types, 1)]
    # By way of Arrow, whose batches keep memory small.
    for batch in result.project(", ".join(columns)).to_arrow_reader(BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _as_text(kind: DuckDBPyType) -> str:
    return "to_json({})::varchar" if kind.id in NESTED else "{}::varchar"


def _as_value(kind: DuckDBPyType) -> tuple[str, bool]:
    """The SQL that gives a column's values for JSON, and whether these are JSON already."""
    if kind.id in BEYOND_JSON:
        return "{}::varchar", True
    if _is_python(kind):
        return "{}", False
    return ("to_json({})::varchar", True) if kind.id in NESTED else ("{}::varchar", False)


def _is_python(kind: DuckDBPyType) -> bool:
    if kind.id in {"list", "struct"}:
        return all(isinstance(child, DuckDBPyType) and _is_python(child) for _, child in kind.children)
    return kind.id in AS_PYTHON


def _different(names: Sequence[str]) -> list[str]:
    """Names of which no two are equal: the keys of an object.

    >>> _different(["a", "b", "a"])
    ['a', 'b', 'a_2']
    """
    found: list[str] = []
    for name in names:
        tried = (name if number == 1 else f"{name}_{number}" for number in count(1))
        found.append(next(each for each in tried if each not in found and (each == name or each not in names)))
    return found


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
