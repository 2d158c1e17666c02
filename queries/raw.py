"""The one place that knows where raw data stands: it binds the Parquet parts to raw_fetches, raw_posts and so on."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..schemas import RAW, SCHEMA_VERSION
from ..schemas.arrow import VERSION_KEY, arrow_schema, to_table
from .database import quoted
from .models import BuildError, create_table


def bind_raw(connection: duckdb.DuckDBPyConnection, data: Path) -> int:
    """Bind raw_* to the whole parts below `data`, with all declared columns even where there is no part.

    Returns:
        The number of parts.

    Raises:
        BuildError: a part is damaged or is none of ours.
    """
    total = 0
    for dataset, record_class in RAW.items():
        parts = raw_parts(data, dataset)
        schemas = [checked_schema(part, record_class) for part in parts]
        _bind(connection, dataset, record_class, parts, {name for schema in schemas for name in schema.names})
        total += len(parts)
    return total


def bind_crawls(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Bind raw_crawls to what the crawls below `data` say of themselves; empty where they say nothing."""
    columns = {"crawl_id": "varchar", "started_at": "timestamptz", "finished_at": "timestamptz", "outcome": "varchar"}
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace table raw_crawls ({declared})").fetchall()
    if files := sorted((data / "crawls").glob("*.json")):
        connection.execute(
            f"insert into raw_crawls select * from read_json({_file_list(files)}, columns = {columns})"
        ).fetchall()


def bind_records(connection: duckdb.DuckDBPyConnection, records: Mapping[str, Sequence[Any]]) -> None:
    """Bind raw_* to records in memory; a dataset that is not given is empty."""
    for dataset, record_class in RAW.items():
        rows = to_table(records.get(dataset, ()), record_class)
        create_table(connection, f"raw_{dataset}", rows)


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
        schema = pq.read_schema(part)
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


def damaged_parts(data: Path) -> list[str]:
    """The parts whose footer can be read but not all of their rows."""
    damaged = []
    for dataset in RAW:
        for part in raw_parts(data, dataset):
            try:
                for _ in pq.ParquetFile(part).iter_batches():
                    pass
            except (pa.ArrowException, OSError) as error:
                damaged.append(f"{part} ({error})")
    return damaged


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
        f"select {columns} from read_parquet({_file_list(parts)}, union_by_name = true, hive_partitioning = false)"
    ).fetchall()


def _file_list(paths: Sequence[Path]) -> str:
    """Paths as an SQL list, each meant as it stands: a folder's name may hold what DuckDB takes for wildcards."""
    return f"[{', '.join(quoted(glob.escape(str(path))) for path in paths)}]"


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
