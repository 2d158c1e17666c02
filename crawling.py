"""A whole crawl as a user sees it: progress, tables built, what is complete, what went wrong, and the exit code."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
from rich.text import Text

from .addresses import host_of
from .console import complain, complain_of_unmatched, err, name_of, out, print_table, program
from .exits import Exit
from .logs import LogForm, make_logs_inert, write_log
from .pipelines.urls import canonical_url
from .processes import Engine
from .queries import BuildBusy, BuildError, connect, short_starts, shortfall_tables, shortfalls_of
from .queries import build as build_tables
from .queries.ranges import IndexUnusable, check_index
from .spiders.blog import BlogSpider
from .spiders.cdx import WAYBACK
from .spiders.guard import is_loopback
from .spiders.offline import FileCrawl, crawl_files
from .spiders.ranges import RangesSpider
from .spiders.run import CrawlEnd, Tally, exit_code, exit_of_tally, run_crawl
from .spiders.wayback import WaybackSpider
from .workers import Count, Fate, Worker

BUILD_PATIENCE_S = 60.0
"""How long a crawl that has ended waits for another build of its folder."""
SHOWN_FAILURES = 10
SHOWN_LINKS = 5


class TallyColumn(ProgressColumn):
    """Posts, comments, pages a second and errors of a running crawl."""

    def render(self, task: Task) -> Text:
        tally: Tally | Count = task.fields["tally"]
        return Text(
            f"{tally.posts} posts  {tally.comments} comments  {tally.fetches} pages ({tally.rate:.1f}/s)  "
            f"{tally.failures} errors"
        )


@contextmanager
def progress() -> Iterator[Callable[[Tally | Count], None] | None]:
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
    max_pages: int | None = None,
    max_minutes: float | None = None,
    keep_archive: bool = False,
) -> dict[str, Any]:
    """The options of the command line as Scrapy settings.

    A crawl of this machine alone is not paced: there is no owner to be polite to. robots.txt counts there too.
    """
    settings: dict[str, Any] = {"DATA_DIR": str(data), "LOG_INSTALL_ROOT_HANDLER": False}
    if contact:
        settings["CONTACT"] = contact
    if all(is_loopback(host_of(url)) for url in urls):
        settings |= {
            "DOWNLOAD_SLOTS": {},
            "AUTOTHROTTLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0.0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        }
    settings |= {
        name: value for name, value in (("MAX_PAGES", max_pages), ("MAX_MINUTES", max_minutes)) if value is not None
    }
    if keep_archive:
        settings["KEEP_ARCHIVE"] = True
    if delay is not None:
        settings["DOWNLOAD_DELAY"] = delay
    return settings


def crawl_and_report(
    urls: Sequence[str],
    data: Path,
    *,
    via: str,
    limit: int | None,
    since: datetime | None,
    fresh: bool,
    budget: int | None,
    build: bool,
    archive: ArchiveChoice,
    log_file: str | None = None,
    log_format: LogForm = "text",
    verbose: int = 0,
    worker: Worker | None = None,
    **options: Any,
) -> Exit:
    """Crawl, build the tables, tell how it went; gives the exit code."""
    write_log(log_file, verbose=verbose, form=log_format, blogs=worker and worker.blogs)
    arguments = {"start": "\n".join(urls), "via": via, "limit": limit, "fresh": "yes" if fresh else ""}
    arguments["budget"] = budget
    arguments["since"] = since.date().isoformat() if since else None
    spider_class, asked = BlogSpider, urls
    if via == "wayback":
        spider_class, asked = WaybackSpider, [archive.archive_url or WAYBACK]
        arguments |= asdict(archive)
    settings = scrapy_settings(asked, data, **options)
    if worker:
        settings |= {"LOCK": worker.order.lock, "READERS": worker.order.readers}
        end = run_crawl(arguments, settings, worker.show, spider_class)
        return report_to_parent(data, end, worker)
    with progress() as show:
        end = run_crawl(arguments, settings, show, spider_class)
    return report(data, end, build=build)


def read_and_report(
    sources: Sequence[str],
    data: Path,
    *,
    sites: Sequence[str],
    since: datetime | None,
    jobs: int,
    engine: Engine,
    build: bool,
    base: Path | None = None,
    log_file: str | None = None,
    log_format: LogForm = "text",
    verbose: int = 0,
    worker: Worker | None = None,
) -> Exit:
    """Read archives and exports, build the tables, tell how it went; gives the exit code.

    Args:
        base: as of FileCrawl.
    """
    if log_file or verbose:
        write_log(log_file, verbose=verbose, form=log_format, blogs=worker and worker.blogs)
    make_logs_inert()
    crawl = FileCrawl(sources=sources, sites=sites, since=since, base=base, jobs=jobs, engine=engine)
    if worker:
        end = crawl_files(crawl, data, worker.show, lock=worker.order.lock)
        return report_to_parent(data, end, worker)
    with progress() as show:
        end = crawl_files(crawl, data, show)
    return report(data, end, build=build)


def ranges_and_report(
    index: Path,
    base: str,
    data: Path,
    *,
    sites: Sequence[str],
    since: datetime | None,
    jobs: int,
    build: bool,
    log_file: str | None = None,
    log_format: LogForm = "text",
    verbose: int = 0,
    **options: Any,
) -> Exit:
    """Read the ranges that an index names from a server, build the tables, tell how it went; gives the exit code."""
    write_log(log_file, verbose=verbose, form=log_format)
    try:
        check_index(index)
    except IndexUnusable as error:
        complain(str(error))
        return Exit.UNREADABLE
    arguments = {"index": str(index), "base": base, "sites": "\n".join(sites), "jobs": jobs}
    arguments["since"] = since.date().isoformat() if since else None
    with progress() as show:
        end = run_crawl(arguments, scrapy_settings([base], data, **options), show, RangesSpider)
    return report(data, end, build=build)


def report_to_parent(data: Path, end: CrawlEnd, worker: Worker) -> Exit:
    """Tell what became of each blog to the process that shows it; gives the exit code."""
    short: dict[str, str] = {}
    try:
        if end.crawl_id is not None and not (end.fatal or end.interrupted):
            with shortfall_tables(data) as tables:
                short = short_starts(tables, end.crawl_id)
    except BuildError as error:
        end.fatal, end.fault = str(error), "folder"
    worker.end(end.crawl_id, end.tally, fates_of(end, short))
    return exit_code(end, fell_short=bool(short))


def report(data: Path, end: CrawlEnd, *, build: bool) -> Exit:
    """Say what ended a crawl, build the tables and show what it gave; gives the exit code."""
    if end.fatal:
        complain(end.fatal)
    code, short = exit_code(end), {}
    if end.interrupted:
        complain("interrupted; what was fetched is written, and the same command goes on from here")
    elif end.crawl_id is not None:
        try:
            short = build_and_show(data, end) if build else show_shortfalls_alone(data, end)
            code = exit_code(end, fell_short=bool(short))
        except BuildBusy as error:
            complain(f"the crawl is done and all that it gave is safe in {data / 'raw'}, but {error}")
            code = Exit.BUSY
        except BuildError as error:
            complain(str(error))
            code = Exit.BAD_FOLDER
    return code


def build_and_show(data: Path, end: CrawlEnd) -> dict[str, str]:
    """Build the tables and show what a crawl gave; gives the start URLs that fell short, as show_shortfalls does."""
    complain_of_unmatched(data, build_tables(data, patience=BUILD_PATIENCE_S).unmatched)
    with connect(data) as tables:
        show_summary(tables, data, end)
        return show_shortfalls(tables, end)


def show_shortfalls_alone(data: Path, end: CrawlEnd) -> dict[str, str]:
    """The same from raw data, where no tables are to be built."""
    with shortfall_tables(data) as tables:
        return show_shortfalls(tables, end)


def fates_of(end: CrawlEnd, short: Mapping[str, str]) -> dict[str, Fate]:
    """The fate of each start URL, and under '' that of the whole crawl.

    Args:
        short: the start URLs that fell short, with the reasons.
    """
    code = exit_code(end, fell_short=bool(short))
    if end.fatal or end.interrupted:
        return {"": fate_of(code, end.tally, end.fatal)}
    whole = fate_of(code, end.tally, next(iter(short.values()), None))
    return {"": whole} | {
        start: fate_of(exit_of_tally(tally, fell_short=start in short), tally, short.get(start))
        for start, tally in end.tally.blogs.items()
    }


def fate_of(code: Exit, tally: Tally, why: str | None) -> Fate:
    """The fate of what was counted; a page that failed says more of it than that something is missing."""
    return Fate(code=code, posts=tally.posts, comments=tally.comments, why=tally.trouble or why)


def show_shortfalls(tables: duckdb.DuckDBPyConnection, end: CrawlEnd) -> dict[str, str]:
    """Say by reason where a crawl gave less than there is; gives the start URLs that it happened to, with the reasons.

    No crawl is judged before its end.
    """
    if end.interrupted or end.fatal or end.crawl_id is None:
        return {}
    print_shortfalls(tables, [end.crawl_id])
    return short_starts(tables, end.crawl_id)


def print_shortfalls(tables: duckdb.DuckDBPyConnection, crawl_ids: Sequence[str]) -> None:
    """Say by reason where crawls gave less than there is; nothing where they did not."""
    short = shortfalls_of(tables, crawl_ids)
    if rows := short.fetchall():
        out.print("This crawl fell short of what its pages state, or of what earlier ones found:", soft_wrap=True)
        print_table("What fell short", short.columns, rows)
        out.print(
            "Look at each: select * from shortfalls, and of sections: select * from run_completeness", soft_wrap=True
        )


def show_summary(tables: duckdb.DuckDBPyConnection, data: Path, end: CrawlEnd) -> None:
    """What a crawl gave, how complete it is, and what went wrong."""
    tally = end.tally
    if tally.fetches or end.resumed:
        totals = tables.execute(
            "select count(*), sum(posts), sum(comments) from fetches where crawl_id = ? and outcome <> 'left_out'",
            [end.crawl_id],
        ).fetchall()[0]
        again = " (it went on where it was interrupted)" if end.resumed else ""
        out.print(f"Crawl {end.crawl_id}{again}: {totals[0]} fetches, {totals[1]} posts, {totals[2]} comments.")
        show_completeness(tables)
        show_account(tables, end)
        failed = tables.sql(
            "select outcome, request_url, error from fetches as listed where crawl_id = $crawl_id"
            " and outcome <> 'left_out' and (outcome not in ('ok', 'not_modified', 'absent', 'gone')"
            " or (request_url = start_url and error is not null))"
            # A run that went on behind a bound has asked for what the bound kept from an earlier one.
            " and (outcome <> 'bound_reached' or not exists (from fetches as later"
            " where later.crawl_id = listed.crawl_id and later.request_url = listed.request_url"
            " and later.outcome <> 'bound_reached'))"
            " order by outcome <> 'bound_reached', outcome, request_url",
            params={"crawl_id": end.crawl_id},
        )
        rows = failed.fetchall()
        if rows:
            print_table(f"What was not read ({len(rows)})", failed.columns, rows[:SHOWN_FAILURES])
            if len(rows) > SHOWN_FAILURES:
                out.print(f"... and {len(rows) - SHOWN_FAILURES} more: select * from fetches where outcome <> 'ok'")
        show_left_out(tables, end)
    out.print(
        f'Look further with: {program()} sql {shlex.quote(name_of(data))} "select * from posts limit 5"', soft_wrap=True
    )


def show_account(tables: duckdb.DuckDBPyConnection, end: CrawlEnd) -> None:
    """What became of everything that the exports of a crawl hold: kept, or left out with the word of `rejects`."""
    account = tables.sql(
        "with here as (from fetches where crawl_id = $crawl_id and via = 'export')"
        ", counted as (select file, record, reason, sum(number)::bigint as number from ("
        "  select archive_file as file, 'post' as record, 'kept' as reason, posts as number from here"
        "  union all select archive_file, 'comment', 'kept', comments from here"
        "  union all select here.archive_file, rejects.record, rejects.reason, 1"
        "   from rejects join here using (fetch_id) where rejects.field is null"
        " ) where number > 0 group by all)"
        " from counted order by file, record desc, reason <> 'kept', reason",
        params={"crawl_id": end.crawl_id},
    )
    print_rows("What the exports hold", account)


def show_left_out(tables: duckdb.DuckDBPyConnection, end: CrawlEnd) -> None:
    """How many records of the archives were not read, by reason."""
    left = tables.sql(
        "select split_part(error, ':', 1) as reason,"
        " sum(regexp_extract(error, '([0-9]+) records?$', 1)::bigint) as records,"
        " count(distinct request_url) as files"
        " from fetches where crawl_id = $crawl_id and outcome = 'left_out'"
        " group by reason order by records desc, reason",
        params={"crawl_id": end.crawl_id},
    )
    print_rows("Records that were left out, as nothing that was asked for stands in them", left)


def print_rows(title: str, relation: duckdb.DuckDBPyRelation) -> None:
    """A table of what a query found; nothing where it found nothing."""
    if rows := relation.fetchall():
        print_table(title, relation.columns, rows)


def show_completeness(tables: duckdb.DuckDBPyConnection) -> None:
    """Stated against found over all posts and runs, and the posts of archives that are known from links only."""
    complete = tables.sql(
        "select reason, count(*) as posts, sum(stated_comments) as stated, sum(found_comments) as found"
        " from completeness group by reason order by posts desc, reason"
    )
    print_table("Completeness of all runs together", complete.columns, complete.fetchall())
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
    seen = tables.sql(f"select canonical_url from posts union all select request_url {of_archives} and outcome = 'ok'")
    shown = {canonical_url(url) for (url,) in seen.fetchall()}
    return sorted({canonical_url(url) for (url,) in linked.fetchall()} - shown)
