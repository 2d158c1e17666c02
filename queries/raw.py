"""The one place that knows where raw data stands: it binds the Parquet parts to raw_fetches, raw_posts and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..schemas import RAW, SCHEMA_VERSION
from ..schemas.arrow import VERSION_KEY, arrow_schema, to_table
from ..schemas.seal import DamagedFile, check_seal
from .database import file_list
from .models import BuildError, create_table


def bind_raw(connection: duckdb.DuckDBPyConnection, data: Path, plain: Path) -> int:
    """Bind raw_* to the whole parts below `data`, with all declared columns even where there is no part.

    Args:
        plain: `data` as plain_folder() gives it, for DuckDB reads the parts as long as the connection is used.

    Returns:
        The number of parts.

    Raises:
        BuildError: a part is damaged or is none of ours.
    """
    total = 0
    for dataset, record_class in RAW.items():
        parts = raw_parts(data, dataset)
        schemas = [checked_schema(part, record_class) for part in parts]
        paths = [plain / part.relative_to(data) for part in parts]
        _bind(connection, dataset, record_class, paths, {name for schema in schemas for name in schema.names})
        total += len(parts)
    return total


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


def check_raw(data: Path) -> None:
    """See that every part below `data` is as it was written.

    Raises:
        BuildError: some are not; the message names them all.
    """
    damaged = []
    for dataset in RAW:
        for part in raw_parts(data, dataset):
            try:
                check_seal(part)
            except (DamagedFile, OSError) as error:
                damaged.append(str(error))
    if damaged:
        raise BuildError(f"{'; '.join(damaged)}; put a whole copy in its place, or move it away and build again")


def raw_parts(data: Path, dataset: str) -> list[Path]:
    """The parts of a raw dataset; a missing folder has none. What is still being written has another suffix."""
    return sorted((data / "raw" / dataset).glob("crawl=*/part-*.parquet"))


def checked_schema(part: Path, record_class: type) -> pa.Schema:
    """The Arrow schema of a part, once it is known to hold such records.

    Columns may be missing (an older version wrote it) if they are nullable, and unknown ones are left alone.

    Raises:
        BuildError: the part is damaged or holds something else.
    """
    try:
        with part.open("rb") as file:
            schema = pq.read_schema(file)
    except (pa.ArrowException, OSError) as error:
        raise BuildError(f"{part} is not a whole Parquet file ({error}); move it away and build again") from error
    version = (schema.metadata or {}).get(VERSION_KEY.encode(), b"").decode()
    if version.isdigit() and int(version) > int(SCHEMA_VERSION):
        raise BuildError(f"{part} was written by a newer rejoinder (schema {version}); install that version")
    for field in arrow_schema(record_class):
        found = schema.field(field.name) if field.name in schema.names else None
        if found is None and not field.nullable:
            raise BuildError(f"{part} has no column {field.name}, so it is no part of ours; move it away")
        if found is not None and not _same_type(found.type, field.type):
            raise BuildError(f"{part} has {field.name} as {found.type}, not {field.type}; move it away")
    return schema


def _bind(
    connection: duckdb.DuckDBPyConnection, dataset: str, record_class: type, parts: list[Path], present: set[str]
) -> None:
    declared = [field.name for field in arrow_schema(record_class)]
    empty = arrow_schema(record_class).empty_table()
    if not parts:
        create_table(connection, f"raw_{dataset}", empty)
        return
    create_table(connection, f"raw_{dataset}_columns", empty)
    columns = ", ".join(f'"{name}"' for name in declared if name in present)
    connection.execute(
        f"create or replace view raw_{dataset} as "
        # The empty table gives the types, and null for columns that no part has.
        f"select * from raw_{dataset}_columns union all by name "
        f"select {columns} from read_parquet({file_list(parts)}, union_by_name = true, hive_partitioning = false)"
    ).fetchall()


def _same_type(found: pa.DataType, declared: pa.DataType) -> bool:
    """Whether DuckDB reads both alike: nullability and the names that writers give to list elements do not matter."""
    if pa.types.is_list(declared):
        return pa.types.is_list(found) and _same_type(found.value_type, declared.value_type)
    if pa.types.is_struct(declared):
        return pa.types.is_struct(found) and all(
            found.get_field_index(field.name) >= 0 and _same_type(found.field(field.name).type, field.type)
            for field in declared
        )
    return found == declared
