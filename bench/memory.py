"""Peak memory of a crawl over 1,000 and over 10,000 posts.

    python bench/memory.py [--small 1000] [--large 10000]

The crawl runs in a process of its own, without building tables; the peak is the kernel's count for that process.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import click
from served import ROOT, served_blog, spider_command


def peak_mb(url: str, data: Path) -> float:
    """Crawl; the largest resident set of the crawling process, in MB (10^6 bytes)."""
    with subprocess.Popen(spider_command(url, data), cwd=ROOT, stderr=subprocess.DEVNULL) as crawl:
        _, status, usage = os.wait4(crawl.pid, 0)
        crawl.returncode = os.waitstatus_to_exitcode(status)
    if crawl.returncode:
        raise click.ClickException(f"the crawl ended with exit code {crawl.returncode}")
    return usage.ru_maxrss * 1024 / 1e6  # Linux counts in KiB


@click.command(help=__doc__)
@click.option("--small", default=1000, show_default=True)
@click.option("--large", default=10_000, show_default=True)
def main(small: int, large: int) -> None:
    peaks = []
    for posts in (small, large):
        with served_blog(posts) as url, tempfile.TemporaryDirectory() as folder:
            peaks.append(peak_mb(url, Path(folder, "data")))
        click.echo(f"{posts} posts: {peaks[-1]:.0f} MB")
    click.echo(f"growth {peaks[1] / peaks[0]:.2f} (aim: at most 1.3)")


if __name__ == "__main__":
    main()
