"""Peak memory of a crawl over 1,000 and over 10,000 posts, and of sorting an index of ranges.

    python bench/memory.py [--small 1000] [--large 10000] [--index 1000000 --index 3000000]

Each runs in a process of its own, the crawl without building tables; the peak is the kernel's count for that process.
The index is of random ranges in 8,000,000 archives' names of the length that Common Crawl's have.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from served import ROOT, served_blog, spider_command

INDEX = """
import sys
from pathlib import Path
import duckdb
path, rows = sys.argv[1:]
if rows != "0":
    name = "crawl-data/CC-MAIN-2022-33/segments/1659882572%04d.33/warc/"
    name += "CC-MAIN-20220816181215-20220816211215-%05d.warc.gz"
    made = f"printf('{name}', (random() * 9999)::int, (random() * 799)::int) as warc_filename"
    made += ", (random() * 1e9)::int as warc_record_offset, (random() * 1e6)::int as warc_record_length"
    duckdb.execute(f"copy (select {made} from range({rows})) to '{path}'")
else:
    from rejoinder.queries.ranges import ranges_left
    with ranges_left(Path(path), "", []) as left:
        for _ in left:
            pass
"""


def peak_mb(command: list[str]) -> float:
    """Run a command; the largest resident set of its process, in MB (10^6 bytes)."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"it ended with exit code {process.returncode}")
    return usage.ru_maxrss * 1024 / 1e6  # Linux counts in KiB


@click.command(help=__doc__)
@click.option("--small", default=1000, show_default=True)
@click.option("--large", default=10_000, show_default=True)
@click.option("--index", "indexes", multiple=True, type=int, metavar="ROWS", help="Instead: sort an index of so many.")
def main(small: int, large: int, indexes: tuple[int, ...]) -> None:
    for rows in indexes:
        with tempfile.TemporaryDirectory() as folder:
            sort = [sys.executable, "-c", INDEX, str(Path(folder, "index.parquet"))]
            peak_mb([*sort, str(rows)])
            click.echo(f"{rows:,} ranges: {peak_mb([*sort, '0']):.0f} MB")
    if indexes:
        return
    peaks = []
    for posts in (small, large):
        with served_blog(posts) as url, tempfile.TemporaryDirectory() as folder:
            peaks.append(peak_mb(spider_command(url, Path(folder, "data"))))
        click.echo(f"{posts} posts: {peaks[-1]:.0f} MB")
    click.echo(f"growth {peaks[1] / peaks[0]:.2f} (aim: at most 1.3)")


if __name__ == "__main__":
    main()
