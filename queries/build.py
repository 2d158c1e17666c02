"""Builds the tidy tables from raw data: tables/*.parquet for any reader, rejoinder.duckdb for SQL at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb

from ..locks import BUILD, take
from ..processes import HERE, Spread
from ..schemas import RAW
from ..schemas.arrow import arrow_schema, descriptions, file_metadata
from ..schemas.parts import Part, counting
from ..schemas.seal import ZSTD_LEVEL, seal
from ..schemas.tables import TABLES, Table
from ..takedown import FILE as TAKEDOWNS
from ..takedown import TakedownError, Takedowns, read_takedowns
from .database import is_plain, open_database, plain_folder, quoted
from .memory import FOLDER, MEMORY, Forgotten, Memory, file_state, parts_that_came, program_digest, remembered
from .models import MAIN, BuildBusy, BuildError, Model, Progress, Scope, look_in, run_models
from .news import PLACES, TARGETS, News, create_part_posts, kept_models, orphans
from .raw import read_parts
from .read import DATABASE
from .takedowns import Withholding, check_patterns

WORK = ".build"
STORAGE = "storage_version 'v1.2.0', block_size 16384"
"""DuckDB 1.2 and newer open the file. That version packs texts by zstd, which the one before cannot, and small blocks
leave less of each unused."""
LONG_TEXTS = frozenset({"body_text", "body_html", "content"})
"""Columns that the database packs by zstd. Left alone it does so only where a segment's texts are long on average, and
keeps others as they are: twice the bytes on the pages of the corpus."""


@dataclass(slots=True)
class BuildReport:
    """What a build read and made."""

    parts: int = 0
    anew: str | None = None
    """Why everything was made anew; None where only posts with news were."""
    news: int = 0
    """Posts with news, where only they were made."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows of each tidy table."""
    uncommitted: dict[str, int] = field(default_factory=dict)
    """Records left out by dataset, because a killed run wrote them and not their fetch."""
    unmatched: list[str] = field(default_factory=list)
    """What takedown.toml names and no record is, as 'takedown 2, comments[0]'."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Time that each model took."""


def build(
    data: Path,
    *,
    full: bool = False,
    threads: int | None = None,
    memory_limit: str | None = None,
    progress: Progress | None = None,
    patience: float = 0.0,
    over: Spread = HERE,
) -> BuildReport:
    """Build the tables below `data`, of which posts without news keep their rows; readers see the old ones meanwhile.

    The tables are the same in every byte whether built so or in full. Parts and tables that an earlier build has seen
    are believed to be as they were where size and time of their files are; `full` and check() read them again.

    Args:
        full: make everything anew.
        memory_limit: as DuckDB takes it, '2GB'; what does not fit is kept in a file below `data` meanwhile.
        patience: seconds to wait for another build of the same folder.
        over: processes that read texts, whose number changes nothing in the tables.

    Raises:
        BuildBusy: another build is at work there.
        BuildError: a raw part or takedown.toml cannot be read, a model failed, or `data` is no folder of ours, or
            cannot be written.
    """
    with _work_folder(data, patience) as work, plain_folder(data) as plain:
        takedowns = _takedowns(data)
        job = _Job(
            data, plain, work, takedowns, threads=threads, memory_limit=memory_limit, progress=progress, over=over
        )
        if full:
            return _build_all(job, "asked for")
        try:
            return _build_news(job, remembered(data))
        except Forgotten as reason:
            return _build_all(job, str(reason))


@dataclass(slots=True)
class _Job:
    """One build: where it works and how."""

    data: Path
    plain: Path
    """The same folder, as plain_folder() gives it."""
    work: Path
    takedowns: Takedowns
    threads: int | None
    memory_limit: str | None
    progress: Progress | None
    over: Spread
    report: BuildReport = field(default_factory=BuildReport)

    def open(self, path: Path | None = None) -> duckdb.DuckDBPyConnection:
        return open_database(path, threads=self.threads, memory_limit=self.memory_limit)

    def run(self, connection: duckdb.DuckDBPyConnection, places: Mapping[Scope, str] = MAIN) -> Iterator[Model]:
        """Make all models, timed."""
        started = perf_counter()
        for model in run_models(connection, TARGETS, self.progress, places=places, over=self.over):
            yield model
            self.report.seconds[model.name] = perf_counter() - started
            started = perf_counter()


def _build_all(job: _Job, reason: str) -> BuildReport:
    """Make everything anew."""
    report, parts = job.report, read_parts(job.data)
    report.anew, report.parts = reason, sum(map(len, parts.values()))
    with job.open(job.work / "work.duckdb") as connection:
        withholding = Withholding(connection, job.takedowns)
        for dataset in RAW:
            withholding.bind(dataset, counting(parts[dataset]), job.plain)
        withholding.find()
        report.unmatched = withholding.unmatched()
        for _ in job.run(connection):
            pass
        report.uncommitted = _uncommitted(connection)
        create_part_posts(connection, "part_posts", parts, job.plain)
        _publish_all(job, connection, parts, orphans(connection))
    return report


def _build_news(job: _Job, memory: Memory) -> BuildReport:
    """Make what posts with news change, and take the rest from the tables that stand.

    Raises:
        Forgotten: what came cannot be told from what was built.
    """
    if memory.takedowns != job.takedowns.state:
        raise Forgotten(f"{job.data / TAKEDOWNS} has changed")
    report, parts = job.report, read_parts(job.data, memory.known_parts())
    came = parts_that_came(memory, parts)
    report.parts, report.uncommitted = sum(map(len, parts.values())), memory.uncommitted
    report.unmatched = memory.unmatched
    if not any(came.values()):
        memory.parts, report.rows = parts, memory.rows
        memory.save(job.work / MEMORY)
        _put_in_place(job, [Path(FOLDER) / MEMORY])
        return report
    with job.open() as connection:
        # A database in memory would put what does not fit into the folder that the command was given in.
        connection.execute(f"set temp_directory = {quoted(str(job.work / 'spilled'))}").fetchall()
        withholding = Withholding(connection, job.takedowns)
        news = News(withholding, job.data, job.plain, parts, came)
        news.bind(memory.orphans)
        still = {*withholding.unmatched()}
        report.unmatched = [place for place in memory.unmatched if place in still]
        for model in job.run(connection, PLACES):
            news.take(model)
        report.news = news.count()
        look_in(connection, "main")
        _publish_all(job, connection, parts, memory.orphans)
    return report


def _publish_all(
    job: _Job, connection: duckdb.DuckDBPyConnection, parts: dict[str, list[Part]], orphans: list[str]
) -> None:
    """Write the finished models as tables, and what the next build has to know; then put all in the old ones' place."""
    work, data, report = job.work, job.data, job.report
    seals: dict[str, str] = {}
    connection.execute(f"attach {quoted(str(work / DATABASE))} as tidy ({STORAGE})").fetchall()
    # A commit for each table would cost more than its rows.
    connection.execute("begin").fetchall()
    for name, table in TABLES.items():
        report.rows[name], seals[f"tables/{name}.parquet"] = _publish(connection, name, table, work)
    connection.execute("commit").fetchall()
    connection.execute("detach tidy").fetchall()
    for name in kept_models():
        seals[f"{FOLDER}/{name}.parquet"] = _write_parquet(connection, f"from {name}", {}, work / f"{name}.parquet")
    paths = [*map(Path, seals), Path(DATABASE)]
    _put_in_place(job, paths)
    Memory(
        program=program_digest(),
        seals=seals,
        rows=report.rows,
        database=file_state(data / DATABASE),
        parts=parts,
        uncommitted=report.uncommitted,
        orphans=orphans,
        takedowns=job.takedowns.state,
        unmatched=report.unmatched,
    ).save(work / MEMORY)
    # Last: a build that is killed before leaves tables that no memory tells of.
    _put_in_place(job, [Path(FOLDER) / MEMORY])


def _put_in_place(job: _Job, paths: Iterable[Path]) -> None:
    """Let files of the work folder, where they lie side by side, take their places below the data folder."""
    for path in paths:
        (job.data / path).parent.mkdir(exist_ok=True)
        beside = job.data / WORK / path.name
        shutil.move(job.work / path.name, beside)
        beside.replace(job.data / path)


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
        lock = (data / BUILD).open("w")
    except OSError as error:
        raise BuildError(f"{data} cannot be written: {error.strerror}") from error
    work = data / WORK
    with lock, nullcontext(work) if is_plain(work) else TemporaryDirectory(prefix="rejoinder-") as folder:
        if not take(lock, patience):
            raise BuildBusy(f"another build is at work in {data}; wait for it, then: rejoinder build {data}")
        shutil.rmtree(work, ignore_errors=True)
        try:
            work.mkdir()
            yield Path(folder)
        except OSError as error:
            raise BuildError(f"{error.filename or data} cannot be written: {error.strerror}") from error
        except duckdb.OutOfMemoryException as error:
            raise BuildError(
                f"the tables of {data} take more memory than DuckDB may hold; allow it more, as by:"
                f" rejoinder build {data} --memory 4GB"
            ) from error
        except duckdb.Error as error:
            raise BuildError(f"the tables of {data} could not be built: {error}") from error
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _takedowns(data: Path) -> Takedowns:
    """What is taken down.

    Raises:
        BuildError: takedown.toml cannot be used; to build without it would show what it names.
    """
    try:
        takedowns = read_takedowns(data)
        check_patterns(takedowns)
    except TakedownError as error:
        raise BuildError(str(error)) from error
    return takedowns


def _is_ours(data: Path) -> bool:
    """Whether a folder holds raw data, or nothing that a crawl and a build would not have made."""
    if any((data / "raw" / dataset).is_dir() for dataset in RAW):
        return True
    try:
        return {path.name for path in data.iterdir()} <= {BUILD, WORK, FOLDER, TAKEDOWNS, "tables", DATABASE}
    except OSError as error:
        raise BuildError(f"{data} cannot be read: {error.strerror}") from error


def _uncommitted(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {
        dataset: _count(connection, f"raw_{dataset} anti join stg_fetches using (fetch_id)")
        for dataset in ("posts", "comments", "rejects")
    }


def _publish(connection: duckdb.DuckDBPyConnection, name: str, table: Table, work: Path) -> tuple[int, str]:
    """Write a finished model as a table with comments and as a Parquet file; returns its rows and the file's seal.

    Raises:
        BuildError: the model's columns are not the declared ones.
    """
    columns = _declared_columns(connection, name, table)
    options = {field.name: "" if field.nullable else " not null" for field in arrow_schema(table.row)}
    for column in LONG_TEXTS & options.keys():
        options[column] += " using compression zstd"
    declared = ", ".join(f"{column} {kind}{options[column]}" for column, kind in columns.items())
    connection.execute(f"create table tidy.{name} ({declared})").fetchall()
    try:
        connection.execute(
            f"insert into tidy.{name} select {', '.join(columns)} from {name} order by {', '.join(table.key)}"
        ).fetchall()
    except duckdb.ConstraintException as error:
        raise BuildError(f"the model {name} holds a null where none is declared: {error}") from error
    seal = _write_parquet(connection, f"from tidy.{name}", file_metadata(table.row), work / f"{name}.parquet")
    about = (table.row.__doc__ or "").partition("\n")[0]
    texts = descriptions(table.row)
    comments = [f"comment on table tidy.{name} is {quoted(about)}"]
    comments += [f"comment on column tidy.{name}.{column} is {quoted(text)}" for column, text in texts.items()]
    connection.execute(";".join(comments)).fetchall()
    return _count(connection, f"tidy.{name}"), seal


def _write_parquet(connection: duckdb.DuckDBPyConnection, rows: str, metadata: Mapping[str, str], path: Path) -> str:
    """Write the rows of a query, in their order, as a sealed file; returns its seal."""
    pairs = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in metadata.items())
    connection.execute(
        f"copy ({rows}) to {quoted(str(path))} "
        f"(format parquet, parquet_version v2, compression zstd, compression_level {ZSTD_LEVEL}"
        f"{', kv_metadata {' + pairs + '}' if pairs else ''})"
    ).fetchall()
    with path.open("r+b") as file:
        return seal(file)


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
