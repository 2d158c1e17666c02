"""Golden tables: rows as CSV in, rows as CSV out.

    tests/tables/TABLE/CASE/given/{fetches,posts,comments,rejects,runs,hints}.csv    raw records
    tests/tables/TABLE/CASE/given/links.csv                               the links of its fetches
    tests/tables/TABLE/CASE/given/night.csv    the crawl that plans (queries/revisit), and when it began
    tests/tables/TABLE/CASE/expected.csv                                  all rows of the table, some of its columns

A cell left empty is null, or what the record's column is by default; a cell in brackets is JSON. What a case does not
tell is filled in: each fetch that a record names, when it was, a row's place on its page.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec
from rejoinder.queries.database import open_database
from rejoinder.queries.models import run_models
from rejoinder.queries.night import bind_hints, bind_night
from rejoinder.queries.raw import bind_records
from rejoinder.schemas import RAW

FETCH = {
    "crawl_id": "first",
    "start_url": "https://blog.example.org/",
    "via": "live",
    "fetched_at": "2026-01-01T00:00:00Z",
    "page_kind": "post",
    "outcome": "ok",
    "final_url": None,
    "status": 200,
    "content_type": "text/html",
    "body_bytes": None,
    "body_sha256": None,
}
POST = {"site": "blog.example.org", "platform": "wordpress"}
RUN = {
    "crawl_id": "first",
    "starts": ["https://blog.example.org/"],
    "via": "live",
    "command": "{}",
    "version": "0.1.0",
    "started_at": "2026-01-01T00:00:00Z",
    "ended_at": "2026-01-01T01:00:00Z",
    "is_resumed": False,
    "ended": "finished",
    "exit_code": 0,
    "error": None,
    "requests": 0,
    "body_bytes": 0,
    "posts": 0,
    "comments": 0,
    "free_bytes": 1_000_000_000,
    "robots": [],
}
REJECT = {"record": "comment", "url": None, "detail": None, "content": "{}"}


def given_records(given: Path) -> dict[str, list[Any]]:
    """The raw records of a case's folder, by dataset.

    A fetch that no row of fetches.csv tells of is taken for committed, unless there is a fetches.csv.
    """
    assert given.is_dir(), given
    rows = {dataset: _rows(given / f"{dataset}.csv") for dataset in RAW}
    if not (given / "fetches.csv").exists():
        named = {row.get("fetch_id", "f1") for dataset in rows if dataset != "runs" for row in rows[dataset]}
        rows["fetches"] = [{"fetch_id": fetch_id} for fetch_id in sorted(named)]
    fetches = [FETCH | {"request_url": f"https://blog.example.org/{row['fetch_id']}"} | row for row in rows["fetches"]]
    for row in fetches:
        row["links"] = [
            link for link in _rows(given / "links.csv", raw=True) if link.pop("fetch_id") == row["fetch_id"]
        ]
    when = {row["fetch_id"]: row["fetched_at"] for row in fetches}
    filled = {
        "fetches": fetches,
        "posts": [POST | {"url": f"https://blog.example.org/{row['post_id']}"} | row for row in rows["posts"]],
        "comments": [
            {"post_id": row["comment_id"].partition(":")[0], "position": position, "body_text": "", **row}
            for position, row in enumerate(rows["comments"])
        ],
        "rejects": [REJECT | row for row in rows["rejects"]],
        "runs": [RUN | row for row in rows["runs"]],
        "hints": [{"canonical_url": row["url"]} | row for row in rows["hints"]],
    }
    filled = rows | filled
    for dataset in filled.keys() - {"fetches"}:
        for row in filled[dataset]:
            row.setdefault("fetch_id", "f1")
            row.setdefault("fetched_at", when.get(row["fetch_id"], FETCH["fetched_at"]))
    return {
        dataset: msgspec.convert(filled[dataset], list[record_class], strict=False)
        for dataset, record_class in RAW.items()
    }


@contextmanager
def given_tables(case: Path, *targets: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the tables that the case's records give."""
    with open_database() as connection:
        bind_records(connection, given_records(case / "given"))
        if night := _rows(case / "given" / "night.csv"):
            [(crawl_id, started_at)] = [(row["crawl_id"], row["started_at"]) for row in night]
            bind_night(connection, crawl_id, datetime.fromisoformat(started_at))
            bind_hints(connection)
        for _ in run_models(connection, targets):
            pass
        yield connection


def expected_rows(case: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Columns and rows of expected.csv, sorted."""
    with (case / "expected.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, sorted(map(tuple, rows))


def found_rows(connection: duckdb.DuckDBPyConnection, query: str, columns: list[str]) -> list[tuple[str, ...]]:
    """Some columns of a query as expected.csv would hold them, sorted."""
    selected = ", ".join(f"coalesce({column}::varchar, '')" for column in columns)
    return sorted(connection.sql(f"select {selected} from ({query})").fetchall())


def _rows(path: Path, *, raw: bool = False) -> list[dict[str, Any]]:
    """The filled cells of each row; those in brackets are read as JSON unless `raw`."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: json.loads(cell) if cell[0] in "[{" and not raw else cell for name, cell in row.items() if cell}
            for row in csv.DictReader(file)
        ]
