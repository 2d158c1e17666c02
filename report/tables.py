"""The tables that a report is made of, all columns at hand whatever the folder is: a data folder, or a release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ..export.open import open_tables
from ..export.speakers import bind_speakers
from ..queries.database import quoted
from ..schemas.arrow import arrow_schema
from ..schemas.tables import TABLES

Row = dict[str, Any]
"""Column -> value, as DuckDB gives it to Python; instants in UTC."""

MEMORY = "1GB"
"""For DuckDB; what a page is made of stands beside it."""

OTHER_NAMES = {"fetches": "provenance"}
"""What a table is called in a release where it has another name."""

SAMPLE = """
    create or replace table shown_posts as

    with

    counted as (

        select
            posts.post_id,
            count(comments.comment_id) as comments

        from posts

        left join comments
            on posts.post_id = comments.post_id

        group by posts.post_id

    ),

    -- A post_id is a hash, so the first of them are a random sample that is the same each time.
    summed as (

        select
            *,
            sum(comments) over up_to_here - comments as comments_before,
            row_number() over up_to_here as rank

        from counted

        window up_to_here as (order by post_id rows unbounded preceding)

    )

    select
        summed.post_id,
        summed.comments,
        row_number() over (
            order by posts.site, coalesce(posts.published_local, posts.published_at at time zone 'UTC'), posts.post_id
        ) as place

    from summed

    inner join posts
        on summed.post_id = posts.post_id

    where summed.rank <= $posts
        and (summed.rank = 1 or summed.comments_before + summed.comments <= $comments)
"""
"""Posts that get a page: as many as may be shown, and of the others none; their place is the order of the pages."""

PEOPLE = """
    create or replace table people as

    with

    texts as (

        select
            site,
            person_id,
            count(*) filter (kind = 'post') as posts_written,
            count(*) filter (kind = 'comment') as comments,
            mode(trim(name) order by trim(name)) as name

        from speakers

        where person_id is not null
            and kind in ('post', 'comment')

        group by site, person_id

    ),

    given as (

        select
            writers.site,
            writers.person_id,
            count(*) as answers

        from replies

        inner join speakers as writers
            on replies.comment_id = writers.text_id

        where replies.evidence <> ['default']

        group by writers.site, writers.person_id

    ),

    received as (

        select
            answered.site,
            answered.person_id,
            count(*) as answers

        from replies

        inner join speakers as answered
            on replies.target_id = answered.text_id

        where replies.evidence <> ['default']

        group by answered.site, answered.person_id

    ),

    commented as (

        select
            speakers.site,
            speakers.person_id,
            count(distinct comments.post_id) as posts,
            min(comments.published_local) as first_at,
            max(comments.published_local) as last_at

        from comments

        inner join speakers
            on comments.comment_id = speakers.text_id

        where comments.kind = 'comment'

        group by speakers.site, speakers.person_id

    )

    select
        row_number() over (order by texts.site, texts.person_id) as place,
        texts.site,
        texts.person_id,
        coalesce(persons.name, texts.name) as name,
        coalesce(persons.name_variants, []) as name_variants,
        persons.home_page,
        texts.posts_written,
        texts.comments,
        coalesce(commented.posts, 0) as posts_commented,
        coalesce(given.answers, 0) as answers_given,
        coalesce(received.answers, 0) as answers_received,
        commented.first_at,
        commented.last_at

    from texts

    left join commented
        using (site, person_id)

    left join given
        using (site, person_id)

    left join received
        using (site, person_id)

    left join persons
        using (site, person_id)
"""
"""One row per site and name, as in table persons, but from the texts themselves: releases call persons otherwise."""


@contextmanager
def report_tables(folder: Path, *, most_posts: int, most_comments: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables by their names in a schema of their own, beside `shown_posts`, `speakers` and `people`.

    What the folder lacks, a table or a column, is there without rows or as null: whoever asks sees no difference.

    Raises:
        BuildError: there are no tables, or they cannot be read.
    """
    with open_tables(folder) as tables:
        tables.execute(f"set memory_limit = {quoted(MEMORY)}").fetchall()
        tables.execute("create schema memory.report").fetchall()
        for name, table in TABLES.items():
            empty = arrow_schema(table.row).empty_table()
            tables.register("empty", empty)
            tables.execute(f"create table memory.report.empty_{name} as from empty").fetchall()
            tables.unregister("empty")
            found = _place_of(tables, name) or _place_of(tables, OTHER_NAMES.get(name, name))
            others = f" union all by name from {found}" if found else ""
            tables.execute(f"create view memory.report.{name} as from memory.report.empty_{name}{others}").fetchall()
        tables.execute("set search_path = 'memory.report,memory.main'").fetchall()
        bind_speakers(tables)
        tables.execute(SAMPLE, {"posts": most_posts, "comments": most_comments}).fetchall()
        tables.execute(PEOPLE).fetchall()
        yield tables


def rows(tables: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> list[Row]:
    """The rows of a query."""
    return tables.sql(query, params=parameters or None).to_arrow_table().to_pylist()


def row(tables: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> Row:
    """The one row of a query."""
    [found] = rows(tables, query, **parameters)
    return found


def _place_of(tables: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """Where a table or view stands that open_tables() brought, whole; None if it brought none of that name."""
    found = tables.execute(
        "select table_catalog, table_schema from information_schema.tables"
        " where table_name = ? and table_schema <> 'report' order by all limit 1",
        [name],
    ).fetchone()
    return f'"{found[0]}"."{found[1]}".{name}' if found else None
