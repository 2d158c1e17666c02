"""What a person should know of a data folder: its blogs, their newest runs, and alarms, from the built tables."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypedDict

import duckdb
import pyarrow as pa

from ..locks import CRAWL, take
from ..schemas.parts import part_files
from ..schemas.status import Alarm, BlogStatus, Status
from ..schemas.tables import TABLES
from ..schemas.words import ALARMS
from .database import file_list, plain_folder
from .models import create_table, run_models
from .read import DATABASE, connect_beside, readable

SPARE_BYTES = 64_000_000
"""Room for a night beside what builds need."""
SPARE_FILES = 1000
BUILDS = 3

CLOCK = pa.schema(
    [
        ("now", pa.timestamp("us", tz="UTC")),
        ("is_at_work", pa.bool_()),
        ("free_bytes", pa.int64()),
        ("wanted_bytes", pa.int64()),
        ("free_files", pa.int64()),
        ("wanted_files", pa.int64()),
    ]
)
ASKED = pa.schema([("start_url", pa.string()), ("name", pa.string())])

INPUTS = frozenset({"status_clock", "asked"})
"""Tables that no model makes."""

_RANKS = {reason: rank for rank, reason in enumerate(ALARMS)}


def status_of(data: Path, now: datetime, sources: Mapping[str, str] | None = None) -> Status:
    """The state of a folder by its built tables.

    Args:
        now: the instant that habits are held against.
        sources: start URL -> name of the blogs that are meant, whether they were crawled or not; None for all.

    Raises:
        BuildError: the tables have not been built, or cannot be read.
    """
    with readable(data), connect_beside(data) as connection:
        clock = clock_of(data, now)
        bind_status(connection, clock, sources or {})
        alarms = alarms_by_blog(connection)
        rows = connection.sql("select * from blogs order by start_url").to_arrow_table().to_pylist()
        behind = fetches_behind(connection, data)
    blogs = [BlogStatus(**row, alarms=alarms.get(row["start_url"], [])) for row in rows]
    return Status(
        data=str(data),
        now=now,
        needs_person=bool(alarms),
        is_at_work=clock["is_at_work"],
        fetches_behind=behind,
        free_bytes=clock["free_bytes"],
        alarms=alarms.get(None, []),
        blogs=sorted(blogs, key=_worst_first),
    )


def bind_status(connection: duckdb.DuckDBPyConnection, clock: Clock, sources: Mapping[str, str]) -> None:
    """Make `alarms` and `blogs` in a connection that has the tidy tables, of all blogs or those of `sources`."""
    create_table(connection, "status_clock", pa.Table.from_pylist([dict(clock)], CLOCK))
    asked = [{"start_url": url, "name": name} for url, name in sources.items()]
    create_table(connection, "asked", pa.Table.from_pylist(asked, ASKED))
    for _ in run_models(connection, {"alarms", "blogs"}, given=TABLES.keys() | INPUTS):
        pass


def alarms_by_blog(connection: duckdb.DuckDBPyConnection) -> dict[str | None, list[Alarm]]:
    """The alarms of each start URL, the worst first; under None those of the whole folder."""
    found: dict[str | None, list[Alarm]] = defaultdict(list)
    for row in connection.sql("select start_url, reason, detail from alarms").to_arrow_table().to_pylist():
        found[row["start_url"]].append(Alarm(reason=row["reason"], detail=row["detail"]))
    for alarms in found.values():
        alarms.sort(key=lambda alarm: _RANKS[alarm.reason])
    return dict(found)


class Clock(TypedDict):
    """The row of `status_clock`: what of the folder stands in no table."""

    now: datetime
    is_at_work: bool
    free_bytes: int
    wanted_bytes: int
    free_files: int
    """0, as `wanted_files`, where the file system keeps no table of files."""
    wanted_files: int


def clock_of(data: Path, now: datetime) -> Clock:
    """The time, the folder's lock and its disk."""
    disk = os.statvfs(data)
    built = [*(data / "tables").glob("*.parquet"), data / DATABASE]
    a_build = sum(path.stat().st_size for path in built if path.exists())
    has_files = disk.f_files > 0  # btrfs says that it has none
    return {
        "now": now,
        "is_at_work": is_at_work(data),
        "free_bytes": disk.f_bavail * disk.f_frsize,
        "wanted_bytes": SPARE_BYTES + BUILDS * a_build,
        "free_files": disk.f_favail if has_files else 0,
        "wanted_files": SPARE_FILES if has_files else 0,
    }


def is_at_work(data: Path) -> bool:
    """Whether a crawl holds the folder's lock."""
    try:
        with (data / CRAWL).open() as lock:
            return not take(lock)
    except FileNotFoundError:
        return False


def fetches_behind(connection: duckdb.DuckDBPyConnection, data: Path) -> int:
    """How many committed fetches the tables lack; only parts are read that are younger than they, or new to them."""
    built_at = (data / DATABASE).stat().st_mtime_ns
    crawls = {crawl_id for (crawl_id,) in connection.sql("select distinct crawl_id from runs").fetchall()}
    parts = [
        part
        for part in part_files(data, "fetches")
        if part.stat().st_mtime_ns > built_at
        or part.parent.name.removeprefix("crawl=").partition("..")[0] not in crawls
    ]
    if not parts:
        return 0
    with plain_folder(data) as plain:
        files = file_list([plain / part.relative_to(data) for part in parts])
        [(count,)] = connection.sql(
            f"select count(distinct fetch_id) from read_parquet({files}, hive_partitioning = false) as raw"
            " anti join fetches on raw.fetch_id = fetches.fetch_id"
        ).fetchall()
    return count


def _worst_first(blog: BlogStatus) -> tuple[int, int, str]:
    worst = min((_RANKS[alarm.reason] for alarm in blog.alarms), default=len(_RANKS))
    return worst, -len(blog.alarms), blog.start_url
