"""What went wrong in the last runs: how they ended, what fell short, which pages failed, what needs a person."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
from markupsafe import Markup

from ..queries.status import Clock, alarms_by_blog, bind_status
from ..schemas.words import ALARMS, OUTCOMES, REJECT_REASONS, SHORTFALLS
from . import words
from .lists import Column, Listing, TableRow, write_listing
from .show import Link, counted, instant, number, outside, sentence, short
from .site import Site
from .tables import rows

NO_DISK = {"free_bytes": 0, "wanted_bytes": 0, "free_files": 0, "wanted_files": 0}
"""A report is of the data, not of the disk on which they lie."""
MOST_RUNS = 200
MOST_ROWS = 5_000

RUNS = """
    select *

    from runs

    order by started_at desc, crawl_id, start_url

    limit $most
"""

FAILED = """
    with

    newest as (

        select
            start_url,
            arg_max(crawl_id, struct_pack(started_at := started_at, crawl_id := crawl_id)) as crawl_id

        from runs

        group by start_url

    )

    select
        fetches.outcome,
        fetches.request_url,
        fetches.status,
        fetches.error,
        fetches.fetched_at

    from fetches

    inner join newest
        using (start_url, crawl_id)

    where fetches.outcome not in ('ok', 'not_modified', 'absent', 'left_out')

    order by fetches.outcome, fetches.fetched_at, fetches.fetch_id

    limit $most
"""

SHORT = """
    select
        shortfalls.reason,
        shortfalls.expected,
        shortfalls.found,
        shortfalls.start_url,
        posts.url,
        runs.started_at

    from shortfalls

    left join posts
        on shortfalls.post_id = posts.post_id

    left join runs
        on shortfalls.crawl_id = runs.crawl_id
        and shortfalls.start_url = runs.start_url

    order by runs.started_at desc, shortfalls.reason, shortfalls.start_url, posts.url

    limit $most
"""

REJECTS = """
    select
        reason,
        record,
        url,
        field,
        detail,
        fetched_at

    from rejects

    order by reason, fetched_at, fetch_id, record_id

    limit $most
"""

COUNTS = """
    select
        (select count(*) from runs) as runs,
        (select count(*) from rejects) as rejects
"""


@dataclass(slots=True)
class Troubles:
    """What the first page tells of runs, and which lists stand behind it."""

    runs: Listing | None = None
    alarms: list[tuple[str, str, str]] = field(default_factory=list)
    """Blog, what it is, what was seen."""
    alarmed_at: Markup = field(default_factory=Markup)
    lists: list[Link] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.runs is None


def write_runs(site: Site, tables: duckdb.DuckDBPyConnection) -> Troubles:
    """Write the lists of runs and of what they did not get."""
    found = rows(tables, RUNS, most=MOST_RUNS)
    if not found:
        return Troubles()
    troubles = Troubles()
    columns = [
        Column("Begun"),
        Column("Blog"),
        Column("How it ended"),
        Column("Requests", True),
        Column("Failed", True),
    ]
    columns += [Column("New posts", True), Column("New comments", True), Column("Fell short", True)]
    told = [
        TableRow(
            [
                instant(run["started_at"]),
                outside(short(run["start_url"].partition("://")[2], 100), run["start_url"]),
                words.RUN_ENDS.get(run["ended"], words.plain(run["ended"] or ""))
                + (f": {short(run['error'], 100)}" if run["error"] else ""),
                number(run["requests"]),
                number(run["failed_requests"]),
                number(run["new_posts"]),
                number(run["new_comments"]),
                number(run["shortfalls"]),
            ]
        )
        for run in found
    ]
    whole = Listing("Runs", columns, told, is_caption_hidden=True)
    path = write_listing(site, "runs", whole, section="overview", about="All runs, the newest first.")
    troubles.runs = Listing("The newest runs", columns, told[:5], is_caption_hidden=True)
    if len(told) > 5:
        troubles.lists.append(Link(f"all {counted(len(told), 'run')}", path))
    troubles.lists += filter(None, [_failed(site, tables), _short(site, tables), _rejects(site, tables)])
    # Held against the newest answer and not against now, for the same data give the same report.
    at = max((run["last_fetch_at"] or run["started_at"]) for run in found)
    bind_status(tables, Clock(now=at, is_at_work=False, **NO_DISK), {})
    for start_url, alarms in sorted(alarms_by_blog(tables).items(), key=lambda pair: pair[0] or ""):
        troubles.alarms += [
            (short(start_url, 100), short(ALARMS.get(alarm.reason, alarm.reason), 200), short(alarm.detail, 300))
            for alarm in alarms
        ]
    troubles.alarmed_at = instant(at)
    return troubles


def _failed(site: Site, tables: duckdb.DuckDBPyConnection) -> Link | None:
    found = rows(tables, FAILED, most=MOST_ROWS)
    columns = [Column("Page"), Column("What happened"), Column("Status", True), Column("Why"), Column("When")]
    told = [
        TableRow(
            [
                outside(short(each["request_url"], 150), each["request_url"]),
                sentence(OUTCOMES.get(each["outcome"], words.plain(each["outcome"]))),
                number(each["status"]),
                short(each["error"], 200),
                instant(each["fetched_at"]),
            ]
        )
        for each in found
    ]
    return _listed(
        site,
        "failed",
        Listing("Pages that gave nothing", columns, told),
        "page that gave nothing",
        "pages that gave nothing",
    )


def _short(site: Site, tables: duckdb.DuckDBPyConnection) -> Link | None:
    columns = [
        Column("Run of"),
        Column("Blog or post"),
        Column("What fell short"),
        Column("Expected", True),
        Column("Found", True),
    ]
    told = [
        TableRow(
            [
                instant(each["started_at"]),
                outside(short(each["url"] or each["start_url"], 150), each["url"] or each["start_url"]),
                sentence(SHORTFALLS.get(each["reason"], words.plain(each["reason"]))),
                number(each["expected"]),
                number(each["found"]),
            ]
        )
        for each in rows(tables, SHORT, most=MOST_ROWS)
    ]
    return _listed(site, "shortfalls", Listing("Where runs fell short", columns, told), "shortfall")


def _rejects(site: Site, tables: duckdb.DuckDBPyConnection) -> Link | None:
    columns = [
        Column("Record"),
        Column("Why it is not in the tables"),
        Column("Page"),
        Column("Detail"),
        Column("Seen"),
    ]
    told = [
        TableRow(
            [
                each["record"] + (f", its {each['field']} only" if each["field"] else ""),
                sentence(REJECT_REASONS.get(each["reason"], words.plain(each["reason"]))),
                outside(short(each["url"], 150), each["url"]),
                short(each["detail"], 200),
                instant(each["fetched_at"]),
            ]
        )
        for each in rows(tables, REJECTS, most=MOST_ROWS)
    ]
    return _listed(
        site, "rejects", Listing("Records that could not stand in the tables", columns, told), "rejected record"
    )


def _listed(site: Site, base: str, listing: Listing, one: str, many: str | None = None) -> Link | None:
    """Write a list that has rows, and link to it with their number."""
    if not listing.rows:
        return None
    title, listing.is_caption_hidden = listing.caption, True
    path = write_listing(site, base, listing, section="overview", title=title)
    most = "more than " if len(listing.rows) == MOST_ROWS else ""
    return Link(most + counted(len(listing.rows), one, many), path)
