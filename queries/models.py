"""The models: .sql files that each make one table, run in the order in which they read each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb
import pyarrow as pa

from .database import open_database, quoted
from .forest import comment_places
from .signs import NAMES, SECTIONS, reply_names, reply_signs

ROOT = Path(__file__).parent
FOLDERS = ("staging", "replies", "tables")
MACROS = "macros.sql"
"""A file of `create or replace macro` statements that models in any folder may use."""

ROWS_A_BATCH = 10_000
"""Rows that a step is handed at once."""

Progress = Callable[[str, int, int], None]
"""Called before each model with its name, its number from 1 and how many there are."""


class BuildError(Exception):
    """The tables cannot be built or read; the message names the file or model and says what to do."""


class BuildBusy(BuildError):
    """Another process is building the same tables."""


@dataclass(frozen=True, slots=True)
class Model:
    """One table to make: a query over other models and raw tables, or a list of words in a CSV file."""

    name: str
    path: Path
    sql: str
    reads: frozenset[str]
    step: Callable[[pa.RecordBatchReader], Iterator[pa.Table]] | None = None
    """Makes the table, in pieces, from the result of `sql`; None where the result is the table."""


STEPS = {
    "comment_places": Model(
        "comment_places",
        ROOT / "forest.py",
        "select post_id, rank_in_post, parent_rank from comment_siblings order by post_id, rank_in_post",
        frozenset({"comment_siblings"}),
        comment_places,
    ),
    "reply_places": Model(
        "reply_places",
        ROOT / "forest.py",
        "select post_id, rank_in_post, parent_rank from reply_ranks order by post_id, rank_in_post",
        frozenset({"reply_ranks"}),
        comment_places,
    ),
    "reply_names": Model("reply_names", ROOT / "signs.py", NAMES, frozenset({"posts", "comments"}), reply_names),
    "reply_signs": Model("reply_signs", ROOT / "signs.py", SECTIONS, frozenset({"reply_texts"}), reply_signs),
}
"""Models that SQL alone cannot make."""


@cache
def models_for(targets: frozenset[str]) -> dict[str, Model]:
    """The models that the tables named in `targets` need, these included, each after those it reads.

    Raises:
        BuildError: two models have one name, one cannot be parsed, or they read each other in a ring.
    """
    paths = _paths()
    with open_database() as connection:
        define_macros(connection)
        needed: dict[str, Model] = {}
        waiting = sorted(targets)
        while waiting:
            name = waiting.pop()
            if name not in needed and (model := STEPS.get(name) or _read_model(paths.get(name), connection)):
                needed[name] = model
                waiting += sorted(model.reads)
    sorter = TopologicalSorter({name: sorted(model.reads & needed.keys()) for name, model in sorted(needed.items())})
    try:
        return {name: needed[name] for name in sorter.static_order()}
    except CycleError as error:
        raise BuildError(f"models read each other in a ring: {' <- '.join(error.args[1])}") from error


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros that models call known to a connection."""
    for path in sorted(ROOT.rglob(MACROS)):
        connection.execute(path.read_text("utf-8")).fetchall()


@cache
def constant_models(target: str) -> frozenset[str]:
    """The models below a table that read no raw data: word lists and what is made of them."""
    constant: set[str] = set()
    for name, model in models_for(frozenset({target})).items():
        if model.reads <= constant:
            constant.add(name)
    return frozenset(constant)


def run_models(
    connection: duckdb.DuckDBPyConnection,
    targets: Collection[str],
    progress: Progress | None = None,
    *,
    standing: Collection[str] = (),
) -> Iterator[Model]:
    """Make the tables named in `targets` and all that they need; yields each model once its table stands.

    Args:
        standing: tables that an earlier run on this connection made and that need not be made again.

    Raises:
        BuildError: a model failed.
    """
    chosen = {name: model for name, model in models_for(frozenset(targets)).items() if name not in standing}
    if not standing:
        define_macros(connection)
    for number, (name, model) in enumerate(chosen.items(), 1):
        if progress:
            progress(name, number, len(chosen))
        try:
            _make(connection, model)
        except duckdb.Error as error:
            raise BuildError(f"{model.path.relative_to(ROOT)} failed: {error}") from error
        yield model


def create_table(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Copy Arrow rows into a table, replacing the one that has the name."""
    _write(connection, f"create or replace table {name} as", rows)


def _write(connection: duckdb.DuckDBPyConnection, statement: str, rows: pa.Table) -> None:
    connection.register("arrow_rows", rows)
    connection.execute(f"{statement} select * from arrow_rows").fetchall()
    connection.unregister("arrow_rows")


def _make(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    if not model.step:
        connection.execute(f"create or replace table {model.name} as {model.sql}").fetchall()
        return
    # A connection cannot write while it still reads.
    with connection.cursor() as reading:
        statement = f"create or replace table {model.name} as"
        for rows in model.step(reading.sql(model.sql).to_arrow_reader(ROWS_A_BATCH)):
            _write(connection, statement, rows)
            statement = f"insert into {model.name}"


@cache
def _paths() -> dict[str, Path]:
    """The file of each model by its name.

    Raises:
        BuildError: two files have one name.
    """
    found: dict[str, Path] = {}
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")):
        if path.suffix not in {".sql", ".csv"} or path.name == MACROS:
            continue
        if path.stem in found:
            raise BuildError(f"{path} and {found[path.stem]} both make the table {path.stem}")
        found[path.stem] = path
    return found


def _read_model(path: Path | None, connection: duckdb.DuckDBPyConnection) -> Model | None:
    """The model of a file; None for no file, as for raw tables, which no model makes."""
    if path is None:
        return None
    if path.suffix == ".csv":
        # Word lists: every column is text, so that 'no' and '1' stay what they are.
        sql = f"select * from read_csv({quoted(str(path))}, header = true, all_varchar = true)"
        return Model(path.stem, path, sql, frozenset())
    sql = path.read_text("utf-8")
    try:
        return Model(path.stem, path, sql, frozenset(connection.get_table_names(sql)))
    except duckdb.Error as error:
        raise BuildError(f"{path} cannot be parsed: {error}") from error
