"""Crawls as a user starts them: in a process of their own, by the command line or as a Scrapy project."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
from rejoinder.queries import build

ROOT = Path(__file__).parents[2]
LONGEST_S = 300
PATIENCE_S = 100

UNPACED = {"AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "LOG_LEVEL": "INFO"}
"""What `rejoinder crawl` sets for a crawl of this machine alone."""

OF_THE_FETCH = {"fetch_id", "crawl_id", "fetched_at", "declared_at", "first_seen_at", "last_seen_at"}
"""Columns that tell of when a page was fetched, not of what it showed."""


def crawl_command(url: str, data: Path, *options: str) -> list[str]:
    """`rejoinder crawl`, by this interpreter."""
    return [sys.executable, "-m", "rejoinder.cli", "crawl", url, "--out", str(data), *options]


def spider_command(url: str, data: Path, **settings: Any) -> list[str]:
    """`scrapy crawl blog`, which takes any setting; it builds no tables."""
    pairs = {"DATA_DIR": data, **UNPACED, **settings}
    options = [part for name, value in pairs.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "blog", "-a", f"start={url}", *options]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in the root of the project, without a terminal."""
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST_S, check=False
    )


def start(command: list[str]) -> subprocess.Popen[str]:
    """Start a command without waiting for it."""
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def crawled(url: str, data: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    """Crawl to the end and build the tables; fails where the crawl itself broke."""
    done = run(spider_command(url, data, **settings))
    assert done.returncode == 0, done.stderr
    build(data)
    return done


def rows(data: Path, table: str, *, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The rows of a built table in their order on disk, less some columns."""
    read = pq.read_table(data / "tables" / f"{table}.parquet")
    return read.drop_columns([name for name in without if name in read.column_names]).to_pylist()


def contents(data: Path) -> dict[str, list[dict[str, Any]]]:
    """What the tables say of posts, comments and replies, whenever it was fetched."""
    return {
        table: rows(data, table, without=OF_THE_FETCH) for table in ("posts", "comments", "replies", "completeness")
    }


def path_of(url: str, home: str) -> str:
    """Path of a post below its blog's home, whatever scheme and trailing slash its canonical URL has.

    >>> path_of("https://127.0.0.1:8000/blog/2012/01/09/slug", "http://127.0.0.1:8000/blog/")
    '2012/01/09/slug/'
    """
    return urlsplit(url).path.rstrip("/").removeprefix(urlsplit(home).path) + "/"


def parts(data: Path, dataset: str) -> list[Path]:
    """The raw files of a dataset, of all crawls."""
    return sorted((data / "raw" / dataset).glob("crawl=*/part-*.parquet"))


def wait_for_fetches(data: Path, count: int, crawl: subprocess.Popen[str], but: str = "") -> None:
    """Wait until a crawl that goes on has committed so many fetches, those of one kind of page left out."""
    deadline = time.monotonic() + PATIENCE_S
    while len([row for row in fetches(data) if row["page_kind"] != but]) < count:
        assert crawl.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)


def fetches(data: Path) -> list[dict[str, Any]]:
    """The ledger of all crawls, as committed."""
    return [row for part in parts(data, "fetches") for row in pq.ParquetFile(part).read().to_pylist()]
