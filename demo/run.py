"""The demonstration: the small blog served, crawled by the real spider, and shown as tables and as a report."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

import duckdb

from ..console import complain, out, print_table, program
from ..crawling import progress, scrapy_settings
from ..logs import write_log
from ..queries import build, connect
from ..queries.picture import draw_thread
from ..spiders.run import exit_code, run_crawl
from .blog import SEED_SLUG
from .server import serve

POSTS = """
    select
        row_number() over (order by posts.published_local) as post,
        posts.published_local::date::varchar as published,
        posts.author_name as author,
        posts.title,
        completeness.stated_comments as states,
        completeness.found_comments as found,
        completeness.reason as completeness

    from posts

    inner join completeness
        using (post_id)

    order by post
"""
COMMENTS = """
    with

    numbered_posts as (

        select
            post_id,
            row_number() over (order by published_local) as post

        from posts

    )

    select
        numbered_posts.post,
        repeat('  ', comments.depth::int) || left(comments.author_name, 20) as author,
        coalesce(targets.author_name, 'the post') as answers,
        array_to_string(replies.evidence, ', ') as evidence,
        left(replace(comments.body_text, chr(10), ' '), 30) as begins

    from comments

    inner join numbered_posts
        using (post_id)

    inner join replies
        on comments.comment_id = replies.comment_id
        and replies.is_primary

    left join comments as targets
        on replies.target_id = targets.comment_id

    order by numbered_posts.post, comments.position
"""


def run_demo(data: Path | None) -> int:
    """Crawl the demonstration's blog into `data`, or into a new temporary folder, and show what came of it.

    Gives the exit code of the crawl; the folder is left for the user to look further.
    """
    data = data or Path(tempfile.mkdtemp(prefix="rejoinder-demo-"))
    with serve() as url, progress() as show:
        write_log(None, verbose=0, form="text")
        settings = scrapy_settings([url], data, contact=None, delay=None)
        end = run_crawl({"start": url}, settings, show)
    if end.fatal:
        complain(end.fatal)
        return exit_code(end)
    build(data)
    with connect(data) as tables:
        show_tables(tables)
    out.print(report_of(data), soft_wrap=True)
    out.print(
        f"{program()} sql {shlex.quote(str(data))} \"select * from replies where target_kind = 'comment'\"",
        soft_wrap=True,
    )
    return exit_code(end)


def report_of(data: Path) -> str:
    """Write the report of a data folder into it, and say where; where the packages for it are missing, say that."""
    try:
        from ..report import write_report  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return "Pages to look at, besides: pip install 'rejoinder[report]'"
    return f"Pages to look at: {write_report(data, data / 'report').first_page}"


def show_tables(tables: duckdb.DuckDBPyConnection) -> None:
    """Print posts with their completeness, comments with what they answer, and the seed page's conversation."""
    for title, query in (("Posts", POSTS), ("Comments", COMMENTS)):
        rows = tables.sql(query)
        print_table(title, rows.columns, rows.fetchall())
    for (post_id,) in tables.execute(
        "select post_id from posts where ends_with(canonical_url, ?)", [SEED_SLUG]
    ).fetchall():
        out.print(draw_thread(tables, post_id))
