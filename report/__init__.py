"""A report to look at: pages that open from disk, and show what was collected and who talks with whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .find import write_find
from .overview import write_overview
from .persons import plan_persons, write_persons
from .posts import write_posts
from .reading import write_reading
from .runs import write_runs
from .show import number, short
from .site import INDEX, NotAReport, Site, unfinished
from .tables import report_tables, rows
from .threads import Where, write_threads

__all__ = ["NotAReport", "Written", "default_out", "write_report"]

MOST_POSTS = 20_000
MOST_COMMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Written:
    """What a report came to."""

    first_page: Path
    files: int
    bytes_written: int
    largest: int
    """Bytes of its largest page."""


def default_out(data: Path) -> Path:
    """Where a report is written if nobody says where: beside the caller, by the folder's name.

    >>> str(default_out(Path("data/blog")))
    'blog-report'
    """
    return Path(f"{data.resolve().name or 'blog'}-report")


def write_report(data: Path, out: Path, *, most_comments: int = MOST_COMMENTS) -> Written:
    """Write a report of a data folder, or of a release, to a folder, whole or not at all; an older one is replaced.

    The same tables give the same bytes.

    Args:
        most_comments: how many are shown on pages of threads; where there are more, these are of a sample of the posts.

    Raises:
        NotAReport: `out` holds something else.
        BuildError: there are no tables, or they cannot be read.
        OSError: it cannot be written.
    """
    with (
        report_tables(data, most_posts=MOST_POSTS, most_comments=most_comments) as tables,
        unfinished(out) as folder,
    ):
        site = Site(folder)
        sites = [each["site"] for each in rows(tables, "select distinct site from posts order by site")]
        site.title = short(sites[0], 80) if len(sites) == 1 else f"{number(len(sites))} blogs"
        where = Where()
        plan = plan_persons(tables, where)
        site.has_persons = bool(plan)
        write_threads(site, tables, where)
        lists = write_posts(site, tables, where)
        write_persons(site, tables, where, plan)
        write_overview(site, tables, where, lists, write_runs(site, tables))
        write_find(site, tables, where)
        write_reading(site)
    return Written(out / INDEX, site.pages, site.bytes_written, site.largest)
