"""What a run failed to give, from the built tables or, where none are to be built, from raw data alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from .database import open_database, plain_folder
from .models import run_models
from .raw import bind_raw, read_parts

_BY_REASON = """
    select
        shortfalls.reason,
        count(*) as times,
        sum(shortfalls.expected)::bigint as expected,
        sum(shortfalls.found)::bigint as found,
        min(coalesce(posts.url, shortfalls.start_url)) as for_example

    from shortfalls

    left join posts
        on shortfalls.post_id = posts.post_id

    where list_contains($crawl_ids, shortfalls.crawl_id)

    group by shortfalls.reason

    order by shortfalls.reason
"""


def shortfalls_of(tables: duckdb.DuckDBPyConnection, crawl_ids: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """One row per reason for which runs fell short: how often, what was expected and found, and a page to look at."""
    return tables.sql(_BY_REASON, params={"crawl_ids": list(crawl_ids)})


def short_starts(tables: duckdb.DuckDBPyConnection, crawl_id: str) -> dict[str, str]:
    """The start URLs for which a run fell short, each with a sentence of the reasons."""
    by_start = tables.execute(
        "select start_url, string_agg(distinct reason, ', ' order by reason) from shortfalls"
        " where crawl_id = $crawl_id group by start_url order by start_url",
        {"crawl_id": crawl_id},
    )
    return {start: f"fell short: {reasons}" for start, reasons in by_start.fetchall()}


def shortfall_tables(data: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with what `shortfalls_of` reads, made from the raw data below `data`.

    Raises:
        BuildError: a raw part cannot be read, or is not as it was written.
    """
    parts = read_parts(data)
    connection = open_database()
    with plain_folder(data) as plain:
        bind_raw(connection, parts, plain)
        for _ in run_models(connection, {"shortfalls", "posts"}):
            pass
    return connection
