"""The models: .sql files that each make one table, run in the order in which they read each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa

from ..processes import HERE, Spread
from .database import open_database, quoted
from .forest import comment_places
from .homes import STATED, home_pages
from .langs import WRITTEN, langs_of
from .links import ADDRESSES, BODIES, body_links, link_targets
from .signs import NAMES, SECTIONS, reply_names, signs_of_posts, whole_posts

ROOT = Path(__file__).parent
FOLDERS = ("staging", "replies", "tables", "status", "revisit")
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


class Scope(Enum):
    """Of what a model's rows are made, so what must be made anew when something came."""

    POST = "post"
    """Each row of what one post's fetches show, and of the whole of tables that have another scope."""
    FETCH = "fetch"
    """Each row of one fetch's rows."""
    ALL = "all"
    """Anything; made whole each time."""


MAIN: dict[Scope, str] = dict.fromkeys(Scope, "main")
"""All models made in one schema."""

SCOPE = re.compile(r"^-- Scope: (?P<scope>\w+)$", re.MULTILINE)


Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class InBatches:
    """A step that makes each batch of rows into a table by itself, so that any process can do so."""

    work: Callable[[pa.RecordBatch], pa.Table]
    cut: Callable[[Batches], Batches] = iter
    """Makes batches that may be worked on apart from those that a query gives."""


@dataclass(frozen=True, slots=True)
class Model:
    """One table to make: a query over other models and raw tables, or a list of words in a CSV file."""

    name: str
    path: Path
    sql: str
    reads: frozenset[str]
    scope: Scope = Scope.ALL
    step: Callable[[pa.RecordBatchReader], Iterator[pa.Table]] | InBatches | None = None
    """Makes the table, in pieces, from the result of `sql`; None where the result is the table."""


STEPS = {
    "body_links": Model(
        "body_links", ROOT / "links.py", BODIES, frozenset({"stg_posts", "stg_comments"}), Scope.POST, body_links
    ),
    "home_pages": Model("home_pages", ROOT / "homes.py", STATED, frozenset({"stated_pages"}), Scope.ALL, home_pages),
    "link_targets": Model(
        "link_targets", ROOT / "links.py", ADDRESSES, frozenset({"link_addresses"}), Scope.ALL, link_targets
    ),
    "comment_langs": Model(
        "comment_langs", ROOT / "langs.py", WRITTEN, frozenset({"stg_comments"}), Scope.POST, InBatches(langs_of)
    ),
    "comment_places": Model(
        "comment_places",
        ROOT / "forest.py",
        "select post_id, rank_in_post, parent_rank from comment_siblings order by post_id, rank_in_post",
        frozenset({"comment_siblings"}),
        Scope.POST,
        comment_places,
    ),
    "reply_places": Model(
        "reply_places",
        ROOT / "forest.py",
        "select post_id, rank_in_post, parent_rank from reply_ranks order by post_id, rank_in_post",
        frozenset({"reply_ranks"}),
        Scope.POST,
        comment_places,
    ),
    "reply_names": Model(
        "reply_names", ROOT / "signs.py", NAMES, frozenset({"posts", "comments"}), Scope.POST, reply_names
    ),
    "reply_signs": Model(
        "reply_signs",
        ROOT / "signs.py",
        SECTIONS,
        frozenset({"reply_texts"}),
        Scope.POST,
        InBatches(signs_of_posts, whole_posts),
    ),
}
"""Models that SQL alone cannot make."""


@cache
def models_for(targets: frozenset[str], given: frozenset[str] = frozenset()) -> dict[str, Model]:
    """The models that the tables named in `targets` need, these included, each after those it reads.

    Args:
        given: tables that stand already, whatever they were made of.

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
            if (
                name not in given
                and name not in needed
                and (model := STEPS.get(name) or _read_model(paths.get(name), connection))
            ):
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
    places: Mapping[Scope, str] = MAIN,
    given: Collection[str] = (),
    over: Spread = HERE,
) -> Iterator[Model]:
    """Make the tables named in `targets` and all that they need; yields each model once its table stands.

    Args:
        standing: tables that an earlier run on this connection made and that need not be made again.
        places: the schema in which the models of each scope are made; they read tables of that, and else of main.
        given: tables that the connection finds, built or made by hand, so that nothing below them is needed.
        over: the processes that do the work of steps in batches.

    Raises:
        BuildError: a model failed.
    """
    # Called alike everywhere, so that the models are read once.
    needed = models_for(frozenset(targets), frozenset(given)) if given else models_for(frozenset(targets))
    chosen = {name: model for name, model in needed.items() if name not in standing}
    if not standing:
        define_macros(connection)
        # Models read what is taken down, which is nothing where no data folder stands behind them.
        connection.execute(
            "create table if not exists main.taken_down"
            " (record varchar, id varchar, post_id varchar, entry bigint, asked_on date, reason varchar)"
        ).fetchall()
    for number, (name, model) in enumerate(chosen.items(), 1):
        if progress:
            progress(name, number, len(chosen))
        try:
            if places is not MAIN:  # else names are sought where the caller has them sought
                look_in(connection, places[model.scope])
            _make(connection, model, places[model.scope], over, is_in_parts=places is not MAIN)
        except duckdb.OutOfMemoryException as error:
            [(limit,)] = connection.execute("select current_setting('memory_limit')").fetchall()
            raise BuildError(
                f"{model.path.relative_to(ROOT)} takes more than the {limit} of memory that DuckDB may hold;"
                " allow it more, as by: rejoinder build DATA --memory 4GB"
            ) from error
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


def _make(connection: duckdb.DuckDBPyConnection, model: Model, place: str, over: Spread, *, is_in_parts: bool) -> None:
    if not model.step:
        _execute(connection, f"create or replace table {place}.{model.name} as {model.sql}")
        return
    # A connection cannot write while it still reads.
    with connection.cursor() as reading:
        if is_in_parts:  # a cursor has a search path of its own
            look_in(reading, place)
        statement = f"create or replace table {place}.{model.name} as"
        for rows in _tables(model.step, reading.sql(model.sql).to_arrow_reader(ROWS_A_BATCH), over):
            _write(connection, statement, rows)
            statement = f"insert into {place}.{model.name}"


def _execute(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Run a statement, by one thread if the memory is not enough for several: each holds rows of its own."""
    try:
        connection.execute(statement).fetchall()
    except duckdb.OutOfMemoryException:
        [(threads,)] = connection.execute("select current_setting('threads')").fetchall()
        connection.execute("set threads = 1").fetchall()
        connection.execute(statement).fetchall()
        connection.execute(f"set threads = {threads}").fetchall()


def _tables(
    step: Callable[[pa.RecordBatchReader], Iterator[pa.Table]] | InBatches, rows: pa.RecordBatchReader, over: Spread
) -> Iterator[pa.Table]:
    if not isinstance(step, InBatches):
        return step(rows)
    # A table without rows has columns, too.
    empty = pa.RecordBatch.from_pylist([], schema=rows.schema)
    return chain([step.work(empty)], over.map(step.work, step.cut(rows)))


def look_in(connection: duckdb.DuckDBPyConnection, place: str) -> None:
    """Let names without a schema be sought in this one, and then in main."""
    connection.execute(f"set search_path = '{place},main'").fetchall()


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
        # DuckDB cannot tell the names of a query with such a join; without the word they are the same.
        names = connection.get_table_names(re.sub(r"\basof (?=(?:left )?join\b)", "", sql))
        return Model(path.stem, path, sql, frozenset(names), _scope_of(path, sql))
    except duckdb.Error as error:
        raise BuildError(f"{path} cannot be parsed: {error}") from error


def _scope_of(path: Path, sql: str) -> Scope:
    """What a model's header says; nothing means all, which is right for any."""
    told = SCOPE.search(sql)
    if told is None:
        return Scope.ALL
    try:
        return Scope(told["scope"])
    except ValueError as error:
        raise BuildError(f"{path} says '{told[0]}'; a scope is one of {[scope.value for scope in Scope]}") from error
