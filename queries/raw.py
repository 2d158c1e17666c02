"""The one place that knows where raw data stands: it binds the Parquet parts to raw_fetches, raw_posts and so on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from ..schemas import RAW
from ..schemas.arrow import arrow_schema, to_table
from ..schemas.parts import Part, UnreadablePart, counting, see_again, whole_parts
from .database import file_list
from .models import BuildError, create_table


def read_parts(data: Path, known: Mapping[str, Part] | None = None) -> dict[str, list[Part]]:
    """The parts below `data`, each seen to be as it was written; `known` as schemas.parts takes it.

    Raises:
        BuildError: some are damaged, none of ours, or of a newer version; the message names them all.
    """
    try:
        return whole_parts(data, known)
    except UnreadablePart as error:
        raise BuildError(str(error)) from error


def see_parts_again(data: Path, parts: Iterable[Part]) -> None:
    """See that parts which an earlier build has read are as they were.

    Raises:
        BuildError: some are not; the message names them all.
    """
    try:
        see_again(data, parts)
    except UnreadablePart as error:
        raise BuildError(str(error)) from error


def bind_raw(connection: duckdb.DuckDBPyConnection, parts: Mapping[str, Sequence[Part]], plain: Path) -> None:
    """Bind raw_* to those parts that count, with all declared columns even where there is no part.

    Args:
        parts: by dataset; one that is not given has none.
        plain: the data folder as plain_folder() gives it, for DuckDB reads the parts as long as the connection is used.
    """
    for dataset in RAW:
        bind_parts(connection, f"raw_{dataset}", RAW[dataset], counting(parts.get(dataset, [])), plain)


def bind_parts(
    connection: duckdb.DuckDBPyConnection, name: str, record_class: type, parts: Sequence[Part], plain: Path
) -> None:
    """Bind a name, which may be that of a table in a schema, to the rows of parts."""
    schema = arrow_schema(record_class)
    if not parts:
        create_table(connection, name, schema.empty_table())
        return
    create_table(connection, f"{name}_columns", schema.empty_table())
    absent = set.intersection(*({*part.lacks} for part in parts))
    columns = ", ".join(f'"{column}"' for column in schema.names if column not in absent)
    paths = file_list([plain / part.path for part in parts])
    connection.execute(
        f"create or replace view {name} as "
        # The empty table gives the types, and null for columns that no part has.
        f"select * from {name}_columns union all by name "
        f"select {columns} from read_parquet({paths}, union_by_name = true, hive_partitioning = false)"
    ).fetchall()


def bind_crawls(connection: duckdb.DuckDBPyConnection, plain: Path) -> None:
    """Bind raw_crawls to what the crawls below a plain folder say of themselves; empty where they say nothing."""
    columns = {"crawl_id": "varchar", "started_at": "timestamptz", "finished_at": "timestamptz", "outcome": "varchar"}
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace table raw_crawls ({declared})").fetchall()
    if files := sorted((plain / "crawls").glob("*.json")):
        connection.execute(
            f"insert into raw_crawls select * from read_json({file_list(files)}, columns = {columns})"
        ).fetchall()


def bind_records(connection: duckdb.DuckDBPyConnection, records: Mapping[str, Sequence[Any]]) -> None:
    """Bind raw_* to records in memory; a dataset that is not given is empty."""
    rebind_records(connection, {dataset: records.get(dataset, ()) for dataset in RAW})


def rebind_records(connection: duckdb.DuckDBPyConnection, records: Mapping[str, Sequence[Any]]) -> None:
    """Bind raw_* of the datasets given to other records, and leave the others as they are."""
    for dataset, rows in records.items():
        create_table(connection, f"raw_{dataset}", to_table(rows, RAW[dataset]))
