"""The models: .sql files that each make one table, run in the order in which they read each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb
import pyarrow as pa

from .forest import comment_places

ROOT = Path(__file__).parent
FOLDERS = ("staging", "replies", "tables")
MACROS = "macros.sql"
"""A file of `create or replace macro` statements that models in any folder may use."""

Progress = Callable[[str, int, int], None]
"""Called before each model with its name, its number from 1 and how many there are."""


class BuildError(Exception):
    """The tables cannot be built or read; the message names the file or model and says what to do."""


@dataclass(frozen=True, slots=True)
class Model:
    """One table to make: a query over other models and raw tables, or a list of words in a CSV file."""

    name: str
    path: Path
    sql: str
    reads: frozenset[str]
    step: Callable[[pa.Table], pa.Table] | None = None
    """Makes the table from the result of `sql`; None where the result is the table."""


STEPS = {
    "comment_places": Model(
        "comment_places",
        ROOT / "forest.py",
        "select post_id, rank_in_post, parent_rank from comment_siblings order by post_id, rank_in_post",
        frozenset({"comment_siblings"}),
        comment_places,
    )
}
"""Models that SQL alone cannot make."""


@cache
def models() -> dict[str, Model]:
    """All models by name, each after those it reads.

    Raises:
        BuildError: two models have one name, or they read each other in a ring.
    """
    found = dict(STEPS)
    with duckdb.connect() as connection:
        define_macros(connection)
        for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")):
            if path.suffix not in {".sql", ".csv"} or path.name == MACROS:
                continue
            if path.stem in found:
                raise BuildError(f"{path} and {found[path.stem].path} both make the table {path.stem}")
            found[path.stem] = _read_model(path, connection)
    sorter = TopologicalSorter({name: sorted(model.reads & found.keys()) for name, model in sorted(found.items())})
    try:
        return {name: found[name] for name in sorter.static_order()}
    except CycleError as error:
        raise BuildError(f"models read each other in a ring: {' <- '.join(error.args[1])}") from error


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros that models call known to a connection."""
    for path in sorted(ROOT.rglob(MACROS)):
        connection.execute(path.read_text("utf-8")).fetchall()


def models_for(targets: Collection[str]) -> dict[str, Model]:
    """The models that the tables named in `targets` need, these included, in running order."""
    needed = set(targets)
    for name, model in reversed(models().items()):
        if name in needed:
            needed |= model.reads
    return {name: model for name, model in models().items() if name in needed}


def run_models(
    connection: duckdb.DuckDBPyConnection, targets: Collection[str], progress: Progress | None = None
) -> Iterator[Model]:
    """Make the tables named in `targets` and all that they need; yields each model once its table stands.

    Raises:
        BuildError: a model failed.
    """
    chosen = models_for(targets)
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
    connection.register("arrow_rows", rows)
    connection.execute(f"create or replace table {name} as select * from arrow_rows").fetchall()
    connection.unregister("arrow_rows")


def quoted(text: str) -> str:
    """A text as an SQL literal.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _make(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    if model.step:
        create_table(connection, model.name, model.step(connection.sql(model.sql).to_arrow_table()))
    else:
        connection.execute(f"create or replace table {model.name} as {model.sql}").fetchall()


def _read_model(path: Path, connection: duckdb.DuckDBPyConnection) -> Model:
    if path.suffix == ".csv":
        # Word lists: every column is text, so that 'no' and '1' stay what they are.
        return Model(
            path.stem,
            path,
            f"select * from read_csv({quoted(str(path))}, header = true, all_varchar = true)",
            frozenset(),
        )
    sql = path.read_text("utf-8")
    return Model(path.stem, path, sql, frozenset(connection.get_table_names(sql)))
