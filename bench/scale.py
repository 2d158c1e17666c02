"""What more processes give: each way of reading and building with one and two of them, beside the least it could cost.

    python bench/scale.py [--quick]                   prints tables for docs/measured.md
    python bench/scale.py --bytes DATA                only what a data folder takes on disk

The floors are a bare Scrapy download of the same pages, warcio and fastwarc reading the same archive, and DuckDB's
COPY of the same rows; "floor" is processor time against the floor's. Each measurement is a process of its own. Of each
way what it costs over next to nothing (start-up) is taken off. Processor time is of all its processes; the clock counts
on an idle machine only. Memory is the greatest sum over the processes that ran at one time, what they share counted
once (Pss, every 0.1 s). fastwarc is measured where it is installed.
"""

from __future__ import annotations

import gzip
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import click
import duckdb
import psutil
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from build import write_raw
from crawl import BARE
from rejoinder.spiders.archives.warc import Record, Records
from served import ROOT, served_blog, served_ranges, spider_command
from warc import READERS, sample_pages, write_archive, write_empty

EVERY_S = 0.1
"""Between two looks at memory."""
LEAST_S = 0.02
"""What is shorter tells nothing: a larger number of records would."""
COPY = """
import duckdb
for dataset in ("fetches", "posts", "comments"):
    parts, copy = f"{path}/raw/{dataset}/*/*.parquet", f"{path}/{dataset}.copy"
    duckdb.execute(f"copy (from '{parts}') to '{copy}' (format parquet, compression zstd)")
"""
ALONE = """
import rejoinder.spiders.ranges
from rejoinder.cli import main
rejoinder.spiders.ranges.LARGEST_GAP = -1
main()
"""
"""The command, by which no two ranges are asked for at once."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    cpu_s: float
    """Of all its processes."""
    wall_s: float
    peak_mb: float
    """10^6 bytes, of all its processes together."""

    def beyond(self, start_up: Cost) -> Cost:
        """Without what it takes over next to nothing; the memory is what it is."""
        return Cost(self.cpu_s - start_up.cpu_s, self.wall_s - start_up.wall_s, self.peak_mb)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    way: str
    processes: int
    things: str
    count: int
    cost: Cost
    floor: Cost | None
    """None for a floor itself."""


def cost_of(command: list[str], cwd: Path = ROOT) -> Cost:
    """Run a command to its end.

    Raises:
        ClickException: it failed.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as told, subprocess.Popen(command, cwd=cwd, stdout=told, stderr=told) as process:
        peak = Peak(process.pid)
        peak.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.end()
        if process.returncode not in (0, 3, 4):  # what lacks is known; an empty archive has no post
            told.seek(0)
            raise click.ClickException(f"{command}\n{told.read().decode()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, peak.mb)


class Peak(threading.Thread):
    """Looks at the memory of a process and of those that it started."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self.mb = 0.0

    def run(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.mb = max(self.mb, sum(map(pss_of, self._processes())) / 1e6)

    def end(self) -> None:
        self._ended.set()
        self.join()

    def _processes(self) -> list[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def pss_of(process: psutil.Process) -> int:
    """Bytes of a process, what it shares with others divided among them; 0 of one that has ended."""
    try:
        return process.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "rejoinder.cli", *map(str, arguments)]


def script(code: str, path: Path) -> list[str]:
    return [sys.executable, "-c", f"import time\npath = {str(path)!r}\n{code}"]


def beyond_start(small: list[str], large: list[str], cwd: Path = ROOT) -> Cost:
    return cost_of(large, cwd).beyond(cost_of(small, cwd))


def live_rows(posts: int, folder: Path) -> Iterator[Row]:
    """Crawls of a blog on loopback, whose pages are read by one process and by two."""
    bare, urls, few = folder / "bare.py", folder / "urls", folder / "few"
    bare.write_text(BARE)

    def download(listed: Path) -> list[str]:
        return [sys.executable, "-m", "scrapy", "runspider", str(bare), "-a", f"urls={listed}"]

    with served_blog(posts) as url, served_blog(2) as small:
        ours: list[Cost] = []
        for readers in (1, 2):
            options = ["-s", f"READERS={readers}", "-s", "READERS_AFTER=0"]
            start_up = cost_of([*spider_command(small, folder / f"small-{readers}"), *options])
            ours.append(cost_of([*spider_command(url, folder / f"live-{readers}"), *options]).beyond(start_up))
        pages = pages_of(folder / "live-1")
        beyond = len(pages) - len(pages_of(folder / "small-1"))
        urls.write_text("\n".join(pages))
        few.write_text("\n".join(pages[beyond:]))
        floor = beyond_start(download(few), download(urls), folder)
    yield Row("download alone (bare Scrapy)", 1, "pages", beyond, floor, None)
    for readers, cost in enumerate(ours, 1):
        yield Row("`crawl URL`, processes that read", readers, "pages", beyond, cost, floor)


def pages_of(data: Path) -> list[str]:
    """The addresses that a crawl asked for."""
    return ds.dataset(data / "raw/fetches").to_table(columns=["request_url"])["request_url"].to_pylist()


def reading_rows(path: Path, records: int, folder: Path) -> Iterator[Row]:
    """The archive read by others, warcio first."""
    empty = write_empty(folder)
    for what in ("warcio", "fastwarc"):
        if find_spec(what):
            cost = beyond_start(script(READERS[what], empty), script(READERS[what], path))
            yield Row(f"reading the archive alone ({what})", 1, "records", records, cost, None)


def archive_rows(path: Path, records: int, floor: Cost, folder: Path) -> Iterator[Row]:
    """Crawls of a whole archive."""
    empty = write_empty(folder)
    for engine in ("processes", "dask"):
        for jobs in (1, 2):
            options = ["--no-build", "--jobs", jobs, "--engine", engine]
            small, large = (
                command("crawl", one, "--out", folder / f"{engine}-{jobs}-{one.name.partition('.')[0]}", *options)
                for one in (empty, path)
            )
            way = f"`crawl WARC --engine {engine} --jobs`"
            yield Row(way, jobs, "records", records, beyond_start(small, large), floor)


def index_of(archive: Path) -> pa.Table:
    """An index of all records of an archive."""
    size = archive.stat().st_size
    with archive.open("rb") as file:
        starts = [record.offset for record in Records(file, 0, size) if isinstance(record, Record)]
    ends = [*starts[1:], size]
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    return pa.table(
        {
            "warc_filename": [archive.name] * len(starts),
            "warc_record_offset": pa.array(starts, pa.int64()),
            "warc_record_length": pa.array(lengths, pa.int64()),
        }
    )


def range_rows(archive: Path, floor: Cost, folder: Path) -> Iterator[Row]:
    """Crawls of the ranges of all records: of files, of a server that is asked for neighbours at once, and for each."""
    index, one = folder / "index.parquet", folder / "one.parquet"
    rows = index_of(archive)
    pq.write_table(rows, index)
    pq.write_table(rows.slice(0, 1), one)
    alone = [sys.executable, "-c", ALONE]
    with served_ranges(archive.parent) as url:
        ways = {
            "folder": (command(), archive.parent),
            "server, neighbours by one request": (command(), url),
            "server, a request each": (alone, url),
        }
        for (what, (program, base)), jobs in product(ways.items(), (1, 2)):
            out = folder / f"ranges-{len(what)}-{jobs}"
            options = [f"--base={base}", f"--jobs={jobs}", "--no-build"]
            small, large = (
                [*program, "crawl", f"--ranges={listed}", f"--out={out}-{listed.stem}", *options]
                for listed in (one, index)
            )
            yield Row(
                f"`crawl --ranges`, {what}, `--jobs`", jobs, "records", len(rows), beyond_start(small, large), floor
            )


def build_rows(comments: int, folder: Path) -> Iterator[Row]:
    """Builds of all tables."""
    data, small = folder / "data", folder / "small"
    write_raw(data, posts=max(1, comments // 50), comments=50)
    write_raw(small, posts=1, comments=1)
    floor = beyond_start(script(COPY, small), script(COPY, data))
    yield Row("DuckDB's COPY of raw/ alone", 1, "comments", comments, floor, None)
    for jobs in (1, 2):
        start_up, whole = (command("build", one, "--full", "--jobs", jobs) for one in (small, data))
        yield Row("`build --jobs`", jobs, "comments", comments, beyond_start(start_up, whole), floor)


def show_rows(rows: list[Row]) -> None:
    click.echo(
        "| way | processes | | processor, s | clock, s | a second of processor | of clock | floor | memory, MB |"
    )
    click.echo("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        cpu, wall = row.cost.cpu_s, row.cost.wall_s
        times = "" if row.floor is None else "?" if row.floor.cpu_s < LEAST_S else f"{cpu / row.floor.cpu_s:.1f} times"
        cells = [row.way, str(row.processes), f"{row.count:,} {row.things}", f"{cpu:.2f}", f"{wall:.2f}"]
        cells += ["?" if spent < LEAST_S else f"{row.count / spent:,.0f}" for spent in (cpu, wall)]
        cells += [times, f"{row.cost.peak_mb:.0f}"]
        click.echo(f"| {' | '.join(cells)} |")


def show_bytes(data: Path) -> None:
    """What raw data and tables take on disk, and the JSON lines of the same rows."""
    files = {
        "raw/": sorted((data / "raw").rglob("*.parquet")),
        "tables/": sorted((data / "tables").glob("*.parquet")),
    }
    sizes = {what: sum(path.stat().st_size for path in paths) for what, paths in files.items()}
    lines = {what: sum(map(json_lines_size, paths)) for what, paths in files.items()}
    sizes["both"], lines["both"] = sum(sizes.values()), sum(lines.values())
    database = (data / "rejoinder.duckdb").stat().st_size
    tables = {path.stem: pq.read_metadata(path).num_rows for path in files["tables/"]}
    fetches, comments = tables["fetches"], tables["comments"]
    click.echo(f"\n| {fetches:,} fetches, {comments:,} comments | bytes | a fetch | of its rows as JSON lines, gzip |")
    click.echo("| --- | --- | --- | --- |")
    for what, size in sizes.items():
        click.echo(f"| {what} | {size:,} | {size / fetches:,.0f} | {size / lines[what]:.2f} |")
    of_tables = database / sizes["tables/"]
    click.echo(f"| rejoinder.duckdb | {database:,} | {database / fetches:,.0f} | {of_tables:.2f} times tables/ |")


def json_lines_size(path: Path) -> int:
    """Bytes of the rows of a Parquet file as JSON lines, by gzip -6."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        lines = Path(folder) / "rows.jsonl"
        rows = f"from read_parquet('{path}', hive_partitioning = false)"
        connection.execute(f"copy ({rows}) to '{lines}' (format json)").fetchall()
        return len(gzip.compress(lines.read_bytes(), 6))


def machine() -> str:
    """Which machine it is, and what else it does."""
    about = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", about.read_text()) if about.exists() else None
    model = found[1] if found else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 1e9
    load = os.getloadavg()[0]
    quiet = "" if load < 1 else ": others are at work, so trust the processor time alone"
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}; load {load:.1f}{quiet}"
    )


@click.command(help=__doc__)
@click.option("--posts", default=600, show_default=True, help="Pages of the blog that is crawled.")
@click.option("--records", default=1000, show_default=True, help="Records of the archive.")
@click.option("--comments", default=100_000, show_default=True, help="Comments that tables are built of.")
@click.option("--pages", type=click.Path(path_type=Path, exists=True), help="Folder of the archive's pages.")
@click.option("--bytes", "data", type=click.Path(path_type=Path, exists=True), help="Only what this data folder takes.")
@click.option(
    "--quick", is_flag=True, help="Small numbers: a run of about a minute that shows whether all of it works."
)
def main(posts: int, records: int, comments: int, pages: Path | None, data: Path | None, *, quick: bool) -> None:
    if data:
        show_bytes(data)
        return
    if quick:
        posts, records, comments = 40, 60, 1000
    click.echo(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cc").mkdir()
        archive = folder / "cc" / "pages.warc.gz"
        write_archive(archive, sample_pages(pages), records=records)
        click.echo(f"{records:,} records, {archive.stat().st_size / records:,.0f} bytes of compressed WARC each\n")
        reading = list(reading_rows(archive, records, folder))
        floor = reading[0].cost
        rows = [
            *live_rows(posts, folder),
            *reading,
            *archive_rows(archive, records, floor, folder),
            *range_rows(archive, floor, folder),
            *build_rows(comments, folder),
        ]
        show_rows(rows)
        cost_of(command("build", folder / "processes-1-pages"))
        show_bytes(folder / "processes-1-pages")


if __name__ == "__main__":
    main()
