"""Rows of a query's result as CSV or JSON Lines, with no digit lost and nothing that acts where it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import IO, Any

import duckdb
import msgspec
from duckdb.sqltypes import DuckDBPyType

from .inert import csv_line, inert_json

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


def write_csv(result: duckdb.DuckDBPyRelation, file: IO[str]) -> None:
    """Write rows below their column names; instants stand as DuckDB writes them, lists, structs and maps as JSON."""
    file.write(csv_line(result.columns))
    are_numbers = [kind.id in NUMBERS for kind in result.types]
    for row in rows_of(result, _as_text):
        file.write(csv_line(row, are_numbers=are_numbers))


def write_json(result: duckdb.DuckDBPyRelation, file: IO[str]) -> None:
    """Write an object a row: numbers as numbers with all digits, NaN and infinity as null, bytes as base64."""
    names = _different(result.columns)
    are_raw = [_as_value(kind)[1] for kind in result.types]
    encoder = msgspec.json.Encoder(decimal_format="number")
    for row in rows_of(result, lambda kind: _as_value(kind)[0]):
        values = (
            msgspec.Raw(value.encode()) if is_raw and value is not None else value
            for value, is_raw in zip(row, are_raw, strict=True)
        )
        line = encoder.encode(dict(zip(names, values, strict=True))).decode()
        file.write(inert_json(line) + "\n")


def rows_of(result: duckdb.DuckDBPyRelation, expression: Callable[[DuckDBPyType], str]) -> Iterator[Row]:
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
