"""Makes the models for posts with news alone, and takes the other posts' rows from the tables that stand.

Five schemas of one database in memory:

    old      the tables and kept models as the last build left them, read from their files
    fresh    raw_* of the parts that came, and models of scope `fetch` made of these
    news     raw_* of posts with news, from all parts that hold any, and models of scope `post` made of these
    main     whole: old rows and fresh ones, old rows of other posts and news, models of scope `all`; raw_* of all parts
    tidy     the database for readers

A model reads tables of its own schema and else of main, so that its SQL need not know in which it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from ..schemas import RAW
from ..schemas.arrow import arrow_schema
from ..schemas.parts import Part, counting
from ..schemas.tables import TABLES
from .database import file_list, quoted
from .memory import FOLDER, Forgotten
from .models import ROOT, Model, Scope, create_table, models_for
from .raw import bind_parts, see_parts_again
from .takedowns import WITHHELD, Withholding

PLACES = {Scope.ALL: "main", Scope.FETCH: "fresh", Scope.POST: "news"}
"""The schema in which models of each scope are made."""

TARGETS = frozenset({*TABLES, "post_fetches"})
"""The tables, and what news_posts.sql reads of the last build."""

OF_POSTS = tuple(dataset for dataset, record_class in RAW.items() if "post_id" in arrow_schema(record_class).names)
"""The raw datasets whose rows each belong to one post."""

PUBLISHED_AS = {"stg_fetches": "fetches", "stg_rejects": "rejects"}
"""Models of scope `fetch` that some table holds as they are, so that they need not be kept as well."""


@cache
def kept_models() -> list[str]:
    """What is written beside the tables for the next build: rows that it needs whole and no table holds."""
    models = models_for(TARGETS)
    read_whole = {name for model in models.values() if model.scope is Scope.ALL for name in model.reads}
    made_in_part = {name for name, model in models.items() if model.scope is Scope.POST}
    return sorted({"part_posts", "post_fetches", *(read_whole & made_in_part)} - TABLES.keys())


@cache
def raw_read_whole() -> set[str]:
    """The raw tables that some model reads in main, as News.bind and the scopes have it."""
    return {
        name
        for model in models_for(TARGETS).values()
        for name in model.reads
        if name.startswith("raw_")
        and model.scope is not Scope.FETCH
        and not (model.scope is Scope.POST and name.removeprefix("raw_") in OF_POSTS)
    }


class News:
    """One build of posts with news."""

    def __init__(
        self,
        withholding: Withholding,
        data: Path,
        plain: Path,
        parts: Mapping[str, list[Part]],
        came: Mapping[str, list[Part]],
    ) -> None:
        self._connection = withholding.connection
        self._data = data
        self._plain = plain
        self._parts = parts
        self._came = came
        self._withholding = withholding

    def bind(self, orphans: Sequence[str]) -> None:
        """Bind what is old, and what came.

        Args:
            orphans: fetch_ids that records of older parts name, without a row in the ledger.

        Raises:
            Forgotten: a record came without its fetch, or a fetch for a second time, or what gives a reason to take
                down what stands, so that older rows may change.
        """
        for schema in ("old", "fresh", "news"):
            self._run(f"create schema {schema}")
        for folder, names in (("tables", TABLES), (FOLDER, kept_models())):
            for name in names:
                path = self._plain / folder / f"{name}.parquet"
                self._run(f"create view old.{name} as from read_parquet({quoted(str(path))})")
        for dataset in RAW:
            self._withholding.bind(dataset, self._came[dataset], self._plain, schema="fresh")
            # Binding thousands of parts takes its time, and most models read those of posts with news alone.
            if f"raw_{dataset}" in raw_read_whole():
                self._withholding.bind(dataset, counting(self._parts[dataset]), self._plain)
        self._refuse_entangled(orphans)
        if self._withholding:
            self._take_down()

    def _refuse_entangled(self, orphans: Sequence[str]) -> None:
        create_table(self._connection, "orphans", pa.table({"fetch_id": pa.array(orphans, pa.string())}))
        records = [dataset for dataset, schema in _with_column("fetch_id") if dataset != "fetches"]
        for dataset in records:
            if self._any(f"fresh.raw_{dataset} anti join fresh.raw_fetches using (fetch_id)"):
                raise Forgotten(f"{dataset} came whose fetch did not come with them")
        if self._any("fresh.raw_fetches semi join old.fetches using (fetch_id)"):
            raise Forgotten("fetches came that were there before")
        if self._any("fresh.raw_fetches semi join orphans using (fetch_id)"):
            raise Forgotten("fetches came of records that were left without them")

    def _take_down(self) -> None:
        """Find what came and is taken down.

        Raises:
            Forgotten: so is something that stands in the tables as it was.
        """
        self._withholding.know("old.takedowns", "old.posts")
        if self._withholding.has_sites and self._any(
            "fresh.seen_posts anti join old.posts using (post_id) semi join old.comments using (post_id)"
        ):
            raise Forgotten("posts came whose comments were there before, and something is taken down on one site only")
        self._withholding.find("fresh")
        new = "main.taken_down anti join old.takedowns using (record, id)"
        for kind in ("comment", "post"):
            known = f"select {kind}_id as id from old.{kind}s"
            if self._any(f"(select id from {new} where record = '{kind}') semi join ({known}) using (id)"):
                raise Forgotten(f"a {kind} that was there before is taken down for what came")
        if self._any(f"(select record, id as record_id from {new}) semi join old.rejects using (record, record_id)"):
            raise Forgotten("a reject that was there before is taken down for what came")

    def take(self, model: Model) -> None:
        """Make the whole of a model that has just been made for what is new, where anything reads it whole."""
        name = model.name
        if model.scope is Scope.FETCH:
            old = PUBLISHED_AS.get(name, name)
            self._run(f"create table main.{name} as from old.{old} union all by name from fresh.{name}")
            if name == "stg_fetches":
                self._choose_posts()
        elif model.scope is Scope.POST and (name in TABLES or name in kept_models()):
            self._run(
                f"create view main.{name} as from old.{name} anti join main.news_posts using (post_id)"
                f" union all by name from news.{name}"
            )

    def _choose_posts(self) -> None:
        """Find out which posts have news, and bind all raw rows of theirs."""
        self._run(f"create table main.news_posts as {(ROOT / 'news_posts.sql').read_text('utf-8')}")
        seals = {
            seal
            for (seal,) in self._connection.execute(
                "select distinct seal from old.part_posts semi join main.news_posts using (post_id)"
            ).fetchall()
        }
        for dataset in OF_POSTS:
            came = {part.path for part in self._came[dataset]}
            theirs = [part for part in counting(self._parts[dataset]) if part.path in came or part.holds & seals]
            see_parts_again(self._data, [part for part in theirs if part.path not in came])
            bind_parts(self._connection, f"news.all_{dataset}", RAW[dataset], theirs, self._plain)
            rows = f"news.all_{dataset}"
            if self._withholding and dataset in WITHHELD:
                rows = f"({self._withholding.redacted(dataset, rows)})"
            self._run(f"create table news.raw_{dataset} as from {rows} semi join main.news_posts using (post_id)")
        create_part_posts(self._connection, "fresh.part_posts", self._came, self._plain)
        self._run("create view main.part_posts as from old.part_posts union all from fresh.part_posts")

    def count(self) -> int:
        """Posts with news."""
        [(count,)] = self._connection.execute("select count(*) from main.news_posts").fetchall()
        return count

    def _any(self, relation: str) -> bool:
        return bool(self._connection.execute(f"from {relation} limit 1").fetchall())

    def _run(self, statement: str) -> None:
        self._connection.execute(statement).fetchall()


def create_part_posts(
    connection: duckdb.DuckDBPyConnection, name: str, parts: Mapping[str, Sequence[Part]], plain: Path
) -> None:
    """Make a table (seal, post_id) that tells which posts the rows of each part belong to."""
    connection.execute(f"create table {name} (seal varchar, post_id varchar)").fetchall()
    for dataset in OF_POSTS:
        seals = {str(plain / part.path): part.seal for part in counting(parts[dataset])}
        if seals:
            create_table(connection, "part_seals", pa.table({"filename": list(seals), "seal": list(seals.values())}))
            paths = file_list([Path(path) for path in seals])
            connection.execute(
                f"insert into {name} select distinct seal, post_id"
                f" from read_parquet({paths}, filename = true, hive_partitioning = false)"
                " inner join part_seals using (filename)"
            ).fetchall()


def orphans(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The fetch_ids, sorted, that raw records name and that stand in no ledger."""
    records = " union ".join(
        f"select fetch_id from raw_{dataset}" for dataset, _ in _with_column("fetch_id") if dataset != "fetches"
    )
    return [
        fetch_id
        for (fetch_id,) in connection.execute(
            f"from ({records}) anti join stg_fetches using (fetch_id) order by fetch_id"
        ).fetchall()
    ]


def _with_column(column: str) -> list[tuple[str, pa.Schema]]:
    schemas = [(dataset, arrow_schema(record_class)) for dataset, record_class in RAW.items()]
    return [(dataset, schema) for dataset, schema in schemas if column in schema.names]
