"""A whole crawl as a user sees it: progress, tables built, what is complete, what went wrong, and the exit code."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
from rich.text import Text

from .console import complain, err, out, print_table, program
from .exits import Exit
from .logs import make_logs_inert
from .pipelines.urls import canonical_url
from .queries import BuildError, connect
from .queries import build as build_tables
from .spiders.blog import BlogSpider
from .spiders.cdx import WAYBACK
from .spiders.offline import FileCrawl, crawl_files
from .spiders.polite import is_loopback
from .spiders.run import CrawlEnd, Tally, run_crawl
from .spiders.wayback import WaybackSpider

SHOWN_FAILURES = 10
SHOWN_LINKS = 5


class TallyColumn(ProgressColumn):
    """Posts, comments, pages a second and errors of a running crawl."""

    def render(self, task: Task) -> Text:
        tally: Tally = task.fields["tally"]
        return Text(
            f"{tally.posts} posts  {tally.comments} comments  {tally.fetches} pages ({tally.rate:.1f}/s)  "
            f"{tally.failures} errors"
        )


@contextmanager
def progress() -> Iterator[Callable[[Tally], None] | None]:
    """Something to show a tally with; None where nobody looks at a terminal."""
    if not err.is_terminal:
        yield None
        return
    with Progress(SpinnerColumn(), TallyColumn(), TimeElapsedColumn(), console=err, transient=True) as bar:
        line = bar.add_task("crawl", total=None, tally=Tally())
        yield lambda tally: bar.update(line, tally=tally)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveChoice:
    """Which captures of which archive `--via wayback` takes: the spider's own arguments."""

    archive_url: str = ""
    captures: str = "last"
    from_date: str = ""
    to_date: str = ""


def scrapy_settings(
    urls: Sequence[str],
    data: Path,
    *,
    contact: str | None,
    delay: float | None,
    keep_archive: bool = False,
    log_file: str | None,
    verbose: int,
) -> dict[str, Any]:
    """The options of the command line as Scrapy settings.

    A crawl of this machine alone is not paced: there is no owner to be polite to. robots.txt counts there too.
    """
    settings: dict[str, Any] = {"DATA_DIR": str(data)}
    if contact:
        settings["CONTACT"] = contact
    if all(is_loopback(urlsplit(url).hostname or "") for url in urls):
        settings |= {
            "DOWNLOAD_SLOTS": {},
            "AUTOTHROTTLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0.0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        }
    if keep_archive:
        settings["KEEP_ARCHIVE"] = True
    if delay is not None:
        settings["DOWNLOAD_DELAY"] = delay
    if log_file:
        settings |= {"LOG_FILE": log_file, "LOG_LEVEL": "DEBUG" if verbose > 1 else "INFO"}
    else:
        level = [logging.CRITICAL, logging.INFO, logging.DEBUG][min(verbose, 2)]
        settings["LOG_LEVEL"] = logging.getLevelName(level)
    return settings


def crawl_and_report(
    urls: Sequence[str],
    data: Path,
    *,
    via: str,
    limit: int | None,
    since: datetime | None,
    fresh: bool,
    build: bool,
    archive: ArchiveChoice,
    **options: Any,
) -> Exit:
    """Crawl, build the tables, tell how it went; gives the exit code."""
    arguments = {"start": "\n".join(urls), "via": via, "limit": limit, "fresh": "yes" if fresh else ""}
    arguments["since"] = since.date().isoformat() if since else None
    spider_class, asked = BlogSpider, urls
    if via == "wayback":
        spider_class, asked = WaybackSpider, [archive.archive_url or WAYBACK]
        arguments |= asdict(archive)
    with progress() as show:
        end = run_crawl(arguments, scrapy_settings(asked, data, **options), show, spider_class)
    return report(data, end, build=build)


def read_and_report(
    sources: Sequence[str],
    data: Path,
    *,
    sites: Sequence[str],
    since: datetime | None,
    jobs: int,
    build: bool,
) -> Exit:
    """Read archives and exports, build the tables, tell how it went; gives the exit code."""
    make_logs_inert()
    crawl = FileCrawl(sources=sources, sites=sites, since=since, jobs=jobs)
    with progress() as show:
        end = crawl_files(crawl, data, show)
    return report(data, end, build=build)


def report(data: Path, end: CrawlEnd, *, build: bool) -> Exit:
    """Say what ended a crawl, build the tables and show what it gave; gives the exit code."""
    if end.fatal:
        complain(end.fatal)
        if end.crawl_id is None:
            return exit_code(end)
    if build and end.crawl_id and not build_and_show(data, end):
        return Exit.BAD_FOLDER
    return exit_code(end)


def build_and_show(data: Path, end: CrawlEnd) -> bool:
    """Build the tables and print what the crawl gave; False if they could not be built."""
    try:
        build_tables(data)
        with connect(data) as tables:
            show_summary(tables, data, end)
    except BuildError as error:
        complain(str(error))
        return False
    return True


def show_summary(tables: duckdb.DuckDBPyConnection, data: Path, end: CrawlEnd) -> None:
    """What a crawl gave, how complete it is, and what went wrong."""
    tally = end.tally
    if tally.fetches or end.resumed:
        totals = tables.execute(
            "select count(*), sum(posts), sum(comments) from fetches where crawl_id = ?", [end.crawl_id]
        ).fetchall()[0]
        again = " (it went on where it was interrupted)" if end.resumed else ""
        out.print(f"Crawl {end.crawl_id}{again}: {totals[0]} fetches, {totals[1]} posts, {totals[2]} comments.")
        show_completeness(tables)
        failed = tables.sql(
            "select outcome, request_url, error from fetches where crawl_id = $crawl_id"
            " and (outcome not in ('ok', 'not_modified', 'absent') or (request_url = start_url and error is not null))"
            " order by outcome, request_url",
            params={"crawl_id": end.crawl_id},
        )
        rows = failed.fetchall()
        if rows:
            print_table(f"What was not read ({len(rows)})", failed.columns, rows[:SHOWN_FAILURES])
            if len(rows) > SHOWN_FAILURES:
                out.print(f"... and {len(rows) - SHOWN_FAILURES} more: select * from fetches where outcome <> 'ok'")
    if end.interrupted:
        out.print("Interrupted. What was fetched is written; the same command goes on from here.")
    out.print(
        f'Look further with: {program()} sql {shlex.quote(str(data))} "select * from posts limit 5"', soft_wrap=True
    )


def show_completeness(tables: duckdb.DuckDBPyConnection) -> None:
    """Stated against found over all posts, and the posts of archives that are known from links only."""
    complete = tables.sql(
        "select reason, count(*) as posts, sum(stated_comments) as stated, sum(found_comments) as found"
        " from completeness group by reason order by posts desc, reason"
    )
    print_table("Completeness", complete.columns, complete.fetchall())
    if linked := posts_only_linked(tables):
        out.print(f"{len(linked)} posts are known from links only: no archive here shows them, such as")
        for url in linked[:SHOWN_LINKS]:
            out.print(f"  {url}", soft_wrap=True)


def posts_only_linked(tables: duckdb.DuckDBPyConnection) -> list[str]:
    """Canonical URLs, sorted, of posts that archived pages link to and that no archived page shows."""
    of_archives = "from fetches where via in ('warc', 'wayback')"
    linked = tables.sql(
        f"select distinct link.url from (select unnest(links) as link {of_archives}) where link.kind = 'post'"
    )
    # A page that was read and proved to be no post is not missing.
    seen = tables.sql(f"select url from posts union all select request_url {of_archives} and outcome = 'ok'")
    shown = {canonical_url(url) for (url,) in seen.fetchall()}
    return sorted({canonical_url(url) for (url,) in linked.fetchall()} - shown)


def exit_code(end: CrawlEnd) -> Exit:
    """The word of a crawl to a scheduler."""
    if end.fatal:
        return Exit.USAGE if end.refused else Exit.BAD_FOLDER
    if end.interrupted:
        return Exit.INTERRUPTED
    nothing_new = end.resumed and not end.tally.fetches  # all that the files hold was read by another crawl
    if not end.tally.posts and not end.tally.comments and not nothing_new:
        return Exit.NO_POST
    return Exit.INCOMPLETE if end.tally.failures or end.tally.lost else Exit.DONE
