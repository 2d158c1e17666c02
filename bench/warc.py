"""Pages a second from WARC to raw Parquet, against only reading the records, only extracting, and trafilatura.

    python bench/warc.py [--records 1500] [--pages FOLDER] [--small MB --large MB]

Pages are those of FOLDER (.html, .html.gz), else of a generated blog, each under many addresses. Every measurement is
a process of its own; rates are of processor time, so other work on the machine counts little. fastwarc and trafilatura
are measured where they are installed. --small and --large measure instead the peak memory of crawls of uncompressed
archives of these sizes.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import click
from rejoinder.demo import Site
from rejoinder.demo.generated import generated_blog
from served import ROOT
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

READERS = {
    "warcio": """
from warcio.archiveiterator import ArchiveIterator
for record in ArchiveIterator(open(path, "rb")):
    record.content_stream().read()
""",
    "fastwarc": """
from fastwarc.warc import ArchiveIterator
for record in ArchiveIterator(open(path, "rb")):
    record.reader.read()
""",
    "extraction alone": """
from datetime import UTC, datetime
from warcio.archiveiterator import ArchiveIterator
from rejoinder.pipelines.normalize import normalize_page
from rejoinder.spiders.reading.page import read_page
records = ArchiveIterator(open(path, "rb"))
found = [(record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()) for record in records]
start = time.process_time()
for url, body in found:
    normalize_page(read_page(body, url), url=url, fetch_id="f", fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
""",
    "trafilatura": """
import trafilatura
from warcio.archiveiterator import ArchiveIterator
found = [r.content_stream().read() for r in ArchiveIterator(open(path, "rb"))]
start = time.process_time()
for body in found:
    trafilatura.bare_extraction(body, include_comments=True, with_metadata=True)
""",
}
"""What is measured -> a script; it may set `start` anew once it is ready."""


def sample_pages(folder: Path | None) -> list[bytes]:
    if folder is not None:
        files = sorted(folder.rglob("*.html*"))
        return [gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files]
    site = Site(generated_blog(150))
    pages = (site.page(site.blog.home + post.path, "http://blog.example.org") for post in site.blog.posts)
    return [page.body for page in pages if page]


def write_archive(path: Path, pages: list[bytes], *, records: int | None = None, megabytes: int | None = None) -> int:
    """Write so many records, or megabytes uncompressed; gives the number of records."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        for number, body in enumerate(itertools.cycle(pages)):
            if number == records or (megabytes is not None and file.tell() >= megabytes * 10**6):
                return number
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            url = f"http://blog.example.org/2012/01/{number % 28 + 1:02}/post-{number}/"
            date = {"WARC-Date": "2020-01-01T00:00:00Z"}
            writer.write_record(
                writer.create_warc_record(url, "response", BytesIO(body), http_headers=headers, warc_headers_dict=date)
            )
    raise AssertionError("cycle ends never")


def seconds_of(script: str, path: Path) -> float:
    code = (
        f"import time\npath = {str(path)!r}\nstart = time.process_time()\n{script}\nprint(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


@dataclass(frozen=True, slots=True)
class Cost:
    """What a crawl took, without its building of tables."""

    cpu_s: float
    """Of all its processes."""
    wall_s: float
    peak_mb: float
    """10^6 bytes, of the largest process."""


def crawl(path: Path, data: Path, jobs: int, *, build: bool = False) -> Cost:
    """Read an archive as a user does."""
    command = [sys.executable, "-m", "rejoinder.cli", "crawl", str(path), "--out", str(data), "--jobs", str(jobs)]
    start = time.perf_counter()
    with subprocess.Popen([*command, "--no-build"], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode not in (0, 3, 4):
        raise click.ClickException(f"the crawl ended with {process.returncode}")
    if build:
        subprocess.run(
            [sys.executable, "-m", "rejoinder.cli", "build", str(data)], cwd=ROOT, capture_output=True, check=True
        )
    return Cost(usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024 / 1e6)


def digest_of(data: Path) -> str:
    """One digest of all tables."""
    tables = sorted((data / "tables").glob("*.parquet"))
    return hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()


@click.command(help=__doc__)
@click.option("--records", default=1500, show_default=True)
@click.option("--pages", type=click.Path(path_type=Path, exists=True))
@click.option("--small", type=int, help="MB")
@click.option("--large", type=int, help="MB")
def main(records: int, pages: Path | None, small: int | None, large: int | None) -> None:
    bodies = sample_pages(pages)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if small and large:
            peaks = []
            for megabytes in (small, large):
                count = write_archive(folder / "memory.warc", bodies, megabytes=megabytes)
                peaks.append(crawl(folder / "memory.warc", folder / f"memory-{megabytes}", 1).peak_mb)
                click.echo(f"{megabytes} MB, {count} records: peak {peaks[-1]:.0f} MB")
            click.echo(f"growth {peaks[1] / peaks[0]:.2f} (aim: flat)")
            return
        path = folder / "pages.warc.gz"
        write_archive(path, bodies, records=records)
        size = sum(map(len, bodies)) / len(bodies) / 1000
        click.echo(f"{records} records of {size:.0f} kB on average, {path.stat().st_size / 1e6:.1f} MB compressed")
        rates = {}
        for what, script in READERS.items():
            if what in ("fastwarc", "trafilatura") and find_spec(what) is None:
                continue
            rates[what] = records / seconds_of(script, path)
            click.echo(f"{what}: {rates[what]:.0f}/s")
        start_up = crawl(write_empty(folder), folder / "none", 1)
        one, two = (crawl(path, folder / f"jobs-{jobs}", jobs, build=True) for jobs in (1, 2))
        ours = records / (one.cpu_s - start_up.cpu_s)
        click.echo(f"rejoinder: {ours:.0f}/s (start-up of {start_up.cpu_s:.1f} s left out)")
        click.echo(f"extraction alone is {rates['extraction alone'] / ours:.2f} times as fast (aim: at most 4)")
        if "trafilatura" in rates:
            click.echo(f"{ours / rates['trafilatura']:.1f} times trafilatura (aim: at least 5)")
        gain = (one.wall_s - start_up.wall_s) / (two.wall_s - start_up.wall_s)
        click.echo(f"--jobs 2: {gain:.2f} times --jobs 1 (aim: at least 1.7; needs two idle cores)")
        same = digest_of(folder / "jobs-1") == digest_of(folder / "jobs-2")
        click.echo(f"tables of both are {'equal in every byte' if same else 'NOT EQUAL'}")


def write_empty(folder: Path) -> Path:
    """An archive without pages: what a crawl of it takes is start-up."""
    path = folder / "none.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("none", {"software": "bench"}))
    return path


if __name__ == "__main__":
    main()
