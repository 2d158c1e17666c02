"""What `rejoinder status` shows: a screen for people, JSON for programs, metrics for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from . import __version__
from .console import complain, out, print_table, shown
from .inert import inert, inert_json, inert_line
from .queries import BuildError, status_of
from .schemas.status import BlogStatus, Status
from .schemas.words import ALARMS

SHOWN_ROWS = 20
"""Of each table where no terminal tells its height."""
LEAST_ROWS = 5


class MetricsError(Exception):
    """The file of metrics cannot be written; the message names it."""


def show_status(status: Status, *, as_json: bool, show_all: bool) -> None:
    """Print a folder's state: a screen of it, or all."""
    if as_json:
        out.print(inert_json(msgspec.json.encode(status).decode()), soft_wrap=True)
        return
    if status.fetches_behind:
        told = f"the tables lack {status.fetches_behind} fetches that are in {status.data}/raw"
        complain(f"{told}: make them anew with: rejoinder build {status.data}")
    if status.is_at_work:
        complain(f"a crawl is at work in {status.data}; what it gives is told when the tables are built")
    # Two tables, each with a title, a head, three lines around them and one of what is left out; and the last line.
    room = max(LEAST_ROWS, (out.height - 14) // 2) if out.is_terminal else SHOWN_ROWS
    named = [("", status.alarms), *((blog_name(blog), blog.alarms) for blog in status.blogs)]
    needy = [(name, alarm.reason, inert_line(alarm.detail)) for name, alarms in named for alarm in alarms]
    if needy:
        _print_some("What needs a person", ["blog", "alarm", "what was seen"], needy, None if show_all else room)
    rows = [_row(blog, status.now) for blog in status.blogs]
    _print_some(f"Blogs of {status.data}", COLUMNS, rows, None if show_all else room)
    alarmed = sum(bool(blog.alarms) for blog in status.blogs)
    out.print(f"{len(status.blogs)} blogs, {alarmed} of them need a person; {status.free_bytes // 10**6} MB are free.")


COLUMNS = ["blog", "last good", "last run", "new posts", "new comments", "complete", "requests", "MB", "alarms"]


def blog_name(blog: BlogStatus) -> str:
    """What a person knows a blog by."""
    return inert_line(blog.name or blog.start_url)


def _row(blog: BlogStatus, now: datetime) -> tuple[object, ...]:
    return (
        blog_name(blog),
        _ago(blog.last_good_at, now),
        " ".join([_ago(blog.started_at, now), *([blog.ended] if blog.ended not in (None, "finished") else [])]),
        blog.new_posts,
        blog.new_comments,
        None if blog.completeness is None else f"{100 * blog.completeness:.1f} %",
        blog.requests,
        None if blog.body_bytes is None else f"{blog.body_bytes / 1e6:.1f}",
        ", ".join(alarm.reason for alarm in blog.alarms),
    )


def _ago(then: datetime | None, now: datetime) -> str:
    """How long ago something was, by its largest unit.

    >>> _ago(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, 12, tzinfo=UTC))
    '2 days'
    """
    if then is None:
        return "never"
    seconds = (now - then).total_seconds()
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{shown(int(seconds // length))} {unit}"
    return "now"


def _print_some(title: str, columns: list[str], rows: Sequence[Sequence[object]], count: int | None) -> None:
    print_table(title, columns, rows[:count], one_line=count is not None)
    if count is not None and len(rows) > count:
        out.print(f"... and {len(rows) - count} more: --all shows them")


def write_metrics(path: Path, status: Status) -> None:
    """Write a folder's state in Prometheus' text format; the file is replaced at once, so that no reader sees half.

    Raises:
        MetricsError: it cannot be written.
    """
    registry = CollectorRegistry()
    _add_status(registry, status)
    _write(path, registry)


def write_crawl_metrics(path: Path, data: Path, code: int) -> None:
    """The same at the end of a crawl, with its exit code; of a folder without tables that alone.

    Raises:
        MetricsError: it cannot be written.
    """
    registry = CollectorRegistry()
    _gauge(registry, "rejoinder_crawl_exit_code", "Exit code of the newest command, by docs/crawling.md", code)
    now = datetime.now(UTC)
    _gauge(registry, "rejoinder_crawl_end_timestamp_seconds", "When the newest command ended", now.timestamp())
    try:
        _add_status(registry, status_of(data, now))
    except BuildError as error:
        complain(f"no metrics of the blogs: {error}")
    _write(path, registry)


def _write(path: Path, registry: CollectorRegistry) -> None:
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        raise MetricsError(f"{path} cannot be written: {error.strerror}") from error


def _add_status(registry: CollectorRegistry, status: Status) -> None:
    info = Gauge("rejoinder_info", "Always 1; the version is a label", ["version"], registry=registry)
    info.labels(__version__).set(1)
    _gauge(registry, "rejoinder_status_timestamp_seconds", "When the state was looked at", status.now.timestamp())
    _gauge(registry, "rejoinder_needs_person", "1 if there is an alarm, else 0", status.needs_person)
    _gauge(registry, "rejoinder_fetches_behind", "Committed fetches that the tables lack", status.fetches_behind)
    _gauge(registry, "rejoinder_free_bytes", "Free space of the data folder's disk", status.free_bytes)
    counts = Counter(alarm.reason for alarm in status.alarms)
    counts.update(alarm.reason for blog in status.blogs for alarm in blog.alarms)
    alarms = Gauge("rejoinder_alarms", "Blogs that have an alarm, by its reason", ["reason"], registry=registry)
    for reason in ALARMS:
        alarms.labels(reason).set(counts[reason])
    alarmed = Gauge("rejoinder_blog_alarm", "1 for each alarm of a blog", ["blog", "reason"], registry=registry)
    for blog in status.blogs:
        for alarm in blog.alarms:
            alarmed.labels(_label(blog), alarm.reason).set(1)
    for name, about, value in BLOG_GAUGES:
        _blog_gauge(registry, f"rejoinder_blog_{name}", about, status.blogs, value)


def _seconds(instant: datetime | None) -> float | None:
    return instant.timestamp() if instant else None


BLOG_GAUGES: list[tuple[str, str, Callable[[BlogStatus], float | None]]] = [
    ("last_good_run_timestamp_seconds", "Start of the last good run", lambda blog: _seconds(blog.last_good_at)),
    ("last_run_timestamp_seconds", "Start of the newest run", lambda blog: _seconds(blog.started_at)),
    ("last_run_exit_code", "Its exit code", lambda blog: blog.exit_code),
    ("last_run_requests", "Its requests", lambda blog: blog.requests),
    ("last_run_failed_requests", "Its requests that failed", lambda blog: blog.failed_requests),
    ("last_run_bytes", "Bytes that it was answered", lambda blog: blog.body_bytes),
    ("last_run_new_posts", "Posts that it found first", lambda blog: blog.new_posts),
    ("last_run_new_comments", "Comments that it found first", lambda blog: blog.new_comments),
    ("posts", "Posts in the tables", lambda blog: blog.posts),
    ("comments", "Comments in the tables", lambda blog: blog.comments),
    ("incomplete_posts", "Posts of which comments are known to be missing", lambda blog: blog.incomplete_posts),
    ("completeness_ratio", "Share of the stated comments that were found", lambda blog: blog.completeness),
]
"""Metric -> what it is, and its value; None where a blog has none."""


def _gauge(registry: CollectorRegistry, name: str, about: str, value: float) -> None:
    Gauge(name, about, registry=registry).set(value)


def _blog_gauge(
    registry: CollectorRegistry,
    name: str,
    about: str,
    blogs: Iterable[BlogStatus],
    value_of: Callable[[BlogStatus], float | None],
) -> None:
    gauge = Gauge(name, about, ["blog"], registry=registry)
    for blog in blogs:
        if (value := value_of(blog)) is not None:
            gauge.labels(_label(blog)).set(value)


def _label(blog: BlogStatus) -> str:
    return inert(blog.start_url)
