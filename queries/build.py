"""Builds the tidy tables from raw data: tables/*.parquet for any reader, rejoinder.duckdb for SQL at once."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import IO

import duckdb

from ..schemas import RAW
from ..schemas.arrow import arrow_schema, descriptions, file_metadata
from ..schemas.seal import seal
from ..schemas.tables import TABLES, Table
from .database import is_plain, open_database, plain_folder, quoted
from .models import BuildBusy, BuildError, Progress, run_models
from .raw import bind_raw, check_raw
from .read import DATABASE

WORK = ".build"


@dataclass(slots=True)
class BuildReport:
    """What a build read and made."""

    parts: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    """Rows of each tidy table."""
    uncommitted: dict[str, int] = field(default_factory=dict)
    """Records left out by dataset, because a killed run wrote them and not their fetch."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Time that each model took."""


def build(
    data: Path,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    progress: Progress | None = None,
    patience: float = 0.0,
) -> BuildReport:
    """Build all tables below `data` anew; readers see the old ones until the new ones are whole.

    Args:
        memory_limit: as DuckDB takes it, '2GB'; what does not fit is kept in a file below `data` meanwhile.
        patience: seconds to wait for another build of the same folder.

    Raises:
        BuildBusy: another build is at work there.
        BuildError: a raw part cannot be read, a model failed, or `data` is no folder of ours, or cannot be written.
    """
    report = BuildReport()
    with (
        _work_folder(data, patience) as work,
        plain_folder(data) as plain,
        open_database(work / "work.duckdb", threads=threads, memory_limit=memory_limit) as connection,
    ):
        check_raw(data)
        report.parts = bind_raw(connection, data, plain)
        started = perf_counter()
        # What lives as long as the build is not worth packing, which would take a third of its time.
        connection.execute("set force_compression = 'uncompressed'").fetchall()
        for model in run_models(connection, TABLES, progress):
            report.seconds[model.name] = perf_counter() - started
            started = perf_counter()
        report.uncommitted = _uncommitted(connection)
        connection.execute("reset force_compression").fetchall()
        # DuckDB 1.x must be able to open the file too.
        connection.execute(f"attach {quoted(str(work / DATABASE))} as tidy (storage_version 'v1.0.0')").fetchall()
        for name, table in TABLES.items():
            report.rows[name] = _publish(connection, name, table, work)
        connection.execute("detach tidy").fetchall()
        folder = data / "tables"
        folder.mkdir(exist_ok=True)
        for path in [*(folder / f"{name}.parquet" for name in TABLES), data / DATABASE]:
            beside = data / WORK / path.name
            shutil.move(work / path.name, beside)
            beside.replace(path)
    return report


@contextmanager
def _work_folder(data: Path, patience: float) -> Iterator[Path]:
    """An empty folder for one build at a time; gone afterwards.

    It is WORK below `data`, or where DuckDB can keep no database there, one for temporary files.

    Raises:
        BuildBusy: another build is at work there, still so after `patience` seconds.
        BuildError: `data` is no folder of ours, or cannot be written.
    """
    if not data.is_dir():
        raise BuildError(f"{data} is no folder; crawl into it first: rejoinder crawl URL --out {data}")
    if not _is_ours(data):
        raise BuildError(
            f"{data} holds no raw data of a crawl, so nothing is built there; is it the folder given as --out?"
        )
    try:
        lock = (data / ".build.lock").open("w")
    except OSError as error:
        raise BuildError(f"{data} cannot be written: {error.strerror}") from error
    work = data / WORK
    with lock, nullcontext(work) if is_plain(work) else TemporaryDirectory(prefix="rejoinder-") as folder:
        if not _locked(lock, patience):
            raise BuildBusy(f"another build is at work in {data}; wait for it, then: rejoinder build {data}")
        shutil.rmtree(work, ignore_errors=True)
        try:
            work.mkdir()
            yield Path(folder)
        except OSError as error:
            raise BuildError(f"{error.filename or data} cannot be written: {error.strerror}") from error
        except duckdb.Error as error:
            raise BuildError(f"the tables of {data} could not be built: {error}") from error
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _is_ours(data: Path) -> bool:
    """Whether a folder holds raw data, or nothing that a crawl and a build would not have made."""
    if any((data / "raw" / dataset).is_dir() for dataset in RAW):
        return True
    try:
        return {path.name for path in data.iterdir()} <= {".build.lock", WORK, "tables", DATABASE}
    except OSError as error:
        raise BuildError(f"{data} cannot be read: {error.strerror}") from error


def _locked(lock: IO[str], patience: float) -> bool:
    """Take a lock, waiting for it at most so many seconds; tells whether it was had."""
    deadline = monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= deadline:
                return False
            sleep(0.2)
        else:
            return True


def _uncommitted(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {
        dataset: _count(connection, f"raw_{dataset} anti join stg_fetches using (fetch_id)")
        for dataset in ("posts", "comments", "rejects")
    }


def _publish(connection: duckdb.DuckDBPyConnection, name: str, table: Table, work: Path) -> int:
    """Write a finished model as a Parquet file and a table with comments; returns its number of rows.

    Raises:
        BuildError: the model's columns are not the declared ones.
    """
    columns = _declared_columns(connection, name, table)
    names = ", ".join(columns)
    published = quoted(str(work / f"{name}.parquet"))
    metadata = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in file_metadata(table.row).items())
    connection.execute(
        f"copy (select {names} from {name} order by {', '.join(table.key)}) to {published} "
        f"(format parquet, parquet_version v2, compression zstd, kv_metadata {{{metadata}}})"
    ).fetchall()
    with (work / f"{name}.parquet").open("r+b") as file:
        seal(file)
    constraints = {field.name: "" if field.nullable else " not null" for field in arrow_schema(table.row)}
    declared = ", ".join(f"{column} {kind}{constraints[column]}" for column, kind in columns.items())
    connection.execute(f"create table tidy.{name} ({declared})").fetchall()
    try:
        # From the file, because there the rows stand in order: sorting long texts costs more than reading them.
        connection.execute(f"insert into tidy.{name} select {names} from read_parquet({published})").fetchall()
    except duckdb.ConstraintException as error:
        raise BuildError(f"the model {name} holds a null where none is declared: {error}") from error
    for column, text in descriptions(table.row).items():
        connection.execute(f"comment on column tidy.{name}.{column} is {quoted(text)}").fetchall()
    about = (table.row.__doc__ or "").partition("\n")[0]
    connection.execute(f"comment on table tidy.{name} is {quoted(about)}").fetchall()
    return _count(connection, name)


def _declared_columns(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> dict[str, str]:
    """Column -> DuckDB type as declared, once the model is known to have them.

    Raises:
        BuildError: it has others.
    """
    connection.register("declared", arrow_schema(table.row).empty_table())
    declared = _described(connection, "declared")
    connection.unregister("declared")
    found = _described(connection, name)
    if found != declared:
        differing = sorted(set(found.items()) ^ set(declared.items())) or "the order of columns"
        raise BuildError(f"the model {name} is not as {table.row.__name__} declares it: {differing}")
    return declared


def _described(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {column: kind for column, kind, *_ in connection.execute(f"describe {relation}").fetchall()}


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return count
