"""A generated blog, or archives, served by a process of its own, for measurements that must not share theirs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def served_blog(posts: int) -> Iterator[str]:
    """Serve a generated blog with so many posts; gives its front page's URL."""
    with _served([sys.executable, "-m", "rejoinder.demo", "--posts", str(posts)]) as url:
        yield url


RANGES = """
import sys, threading
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from support.range_server import RangeServer, serving
with serving(RangeServer(Path(sys.argv[2]))) as server:
    print(server.url, flush=True)
    threading.Event().wait()
"""


@contextmanager
def served_ranges(folder: Path) -> Iterator[str]:
    """Serve parts of the files below a folder; gives the address below which they are."""
    with _served([sys.executable, "-c", RANGES, str(ROOT / "tests"), str(folder)]) as url:
        yield url


@contextmanager
def _served(command: list[str]) -> Iterator[str]:
    """Run a server until the block ends; gives the address that it prints first."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def spider_command(url: str, data: Path) -> list[str]:
    """The crawl as a Scrapy project, delays off, statistics on standard error."""
    settings = {
        "DATA_DIR": data,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    }
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "blog", "-a", f"start={url}", *options]
