"""The demonstration: the small blog served, crawled by the real spider, and shown as tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from ..console import complain, out, print_table
from ..crawling import exit_code, progress, scrapy_settings
from ..queries import build, connect
from ..spiders.run import run_crawl
from .server import serve

POSTS = """
    select
        posts.published_local::date::varchar as published,
        posts.author_name as author,
        posts.title,
        completeness.stated_comments as states,
        completeness.found_comments as found,
        completeness.reason as completeness

    from posts

    inner join completeness
        using (post_id)

    order by posts.published_local
"""
COMMENTS = """
    select
        posts.title as post,
        repeat('  ', comments.depth::int) || comments.author_name as author,
        comments.kind,
        left(replace(comments.body_text, chr(10), ' '), 60) as begins

    from comments

    inner join posts
        using (post_id)

    order by posts.published_local, comments.position
"""


def run_demo(data: Path | None) -> int:
    """Crawl the demonstration's blog into `data`, or into a new temporary folder, and show what came of it.

    Gives the exit code of the crawl; the folder is left for the user to look further.
    """
    data = data or Path(tempfile.mkdtemp(prefix="rejoinder-demo-"))
    with serve() as url, progress() as show:
        settings = scrapy_settings([url], data, contact=None, delay=None, log_file=None, verbose=0)
        end = run_crawl({"start": url}, settings, show)
    if end.fatal:
        complain(end.fatal)
        return exit_code(end)
    build(data)
    with connect(data) as tables:
        show_tables(tables)
    out.print(f"rejoinder sql {data} \"select * from replies where target_kind = 'comment'\"", soft_wrap=True)
    return exit_code(end)


def show_tables(tables: duckdb.DuckDBPyConnection) -> None:
    """Print posts with their completeness, and comments as the threads that they make."""
    for title, query in (("Posts", POSTS), ("Comments", COMMENTS)):
        rows = tables.sql(query)
        print_table(title, rows.columns, rows.fetchall())
