"""Pages a second of the crawl against a bare Scrapy spider that only downloads the same pages of the same server.

    python bench/crawl.py [--posts 2000] [--rounds 3] [--readers 2]

Both run alone, in turn, in processes of their own, with delays off and equal concurrency; the time is Scrapy's own
`elapsed_time_seconds`, so start-up counts for neither. The blog is served by a third process on loopback.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import pyarrow.dataset as ds
from served import ROOT, served_blog, spider_command

BARE = """
import sys
from pathlib import Path
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {"CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "HTTPERROR_ALLOW_ALL": True,
                       "RETRY_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "INFO"}

    async def start(self):
        for url in Path(self.urls).read_text().split():
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response):
        pass
"""


def elapsed_s(command: list[str], cwd: Path) -> float:
    """Run a Scrapy command; the seconds between its first request and its end."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    found = re.search(r"'elapsed_time_seconds': ([\d.]+)", done.stderr)
    if found is None:
        raise click.ClickException(f"no statistics in the log:\n{done.stderr[-2000:]}")
    return float(found[1])


@click.command(help=__doc__)
@click.option("--posts", default=2000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option(
    "--readers", default=2, show_default=True, help="Processes that read pages; 0 to read in the crawl's own."
)
def main(posts: int, rounds: int, readers: int) -> None:
    ratios = []
    with served_blog(posts) as url, tempfile.TemporaryDirectory() as folder:
        bare, urls = Path(folder, "bare.py"), Path(folder, "urls")
        bare.write_text(BARE)
        for number in range(rounds):
            data = Path(folder, f"crawl-{number}")
            ours = elapsed_s([*spider_command(url, data), "-s", f"READERS={readers}"], ROOT)
            pages = ds.dataset(data / "raw/fetches").to_table(columns=["request_url"])["request_url"].to_pylist()
            urls.write_text("\n".join(pages))
            theirs = elapsed_s(
                [sys.executable, "-m", "scrapy", "runspider", str(bare), "-a", f"urls={urls}"], Path(folder)
            )
            ratios.append(theirs / ours)
            click.echo(
                f"{len(pages)} pages: rejoinder {len(pages) / ours:.0f}/s, bare {len(pages) / theirs:.0f}/s, "
                f"ratio {ratios[-1]:.2f}"
            )
    click.echo(f"median ratio {statistics.median(ratios):.2f} (aim: at least 0.6)")


if __name__ == "__main__":
    main()
