"""MB a second of a generated WordPress export, and the memory that it takes, against lxml.iterparse alone.

    python bench/exports.py [--gigabytes 2] [--crawl]

Measured are, each in a process of its own and with its peak memory: `lxml.iterparse`, which only hands out the items;
our cutting into records; records read into posts and comments, their texts parsed as HTML; with --crawl also the whole
way to Parquet. Rates are of processor time, so other work on the machine counts little. The file is deleted behind it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from served import ROOT

ITERPARSE = """
from lxml import etree
for _, item in etree.iterparse(path, events=("end",), tag="item", huge_tree=True):
    found += 1
    item.clear(keep_tail=False)
    while item.getprevious() is not None:
        del item.getparent()[0]
"""
RECORDS = """
from rejoinder.schemas import Damages
from rejoinder.spiders.xml import records
for _ in records(open(path, "rb"), "item", damages=Damages()):
    found += 1
"""
READINGS = """
from rejoinder.spiders.exports import wxr
from rejoinder.spiders.exports.account import Account
for _ in wxr.readings(open(path, "rb"), site=None, account=Account()):
    found += 1
"""
CRAWL = """
from pathlib import Path
from tempfile import TemporaryDirectory
from rejoinder.spiders.offline import FileCrawl, crawl_files
with TemporaryDirectory() as folder:
    found = crawl_files(FileCrawl(sources=[path]), Path(folder)).tally.posts
"""
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.1" created="2024-04-02 10:00" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Harbour &amp; tides</title><link>https://harbour.example.org</link>
<wp:base_blog_url>https://harbour.example.org</wp:base_blog_url>
"""
TAIL = "</channel></rss>\n"
PARAGRAPH = (
    "<p>The gauge stands at four &amp; nobody is <em>surprised</em>, least of all the "
    '<a href="https://harbour.example.org/about/">harbour master</a>, who had said so since spring.</p>\n'
)
SAID = "Who raised them? I thought that the council had, and R&amp;D after it. "


def comment(number: int, parent: int) -> str:
    """A comment as WordPress writes it; the address is an example's."""
    return f"""<wp:comment>
<wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[Bo {number % 97}]]></wp:comment_author>
<wp:comment_author_email><![CDATA[bo@mail.example.net]]></wp:comment_author_email>
<wp:comment_author_url>https://bo.example.net/</wp:comment_author_url>
<wp:comment_author_IP><![CDATA[203.0.113.9]]></wp:comment_author_IP>
<wp:comment_date><![CDATA[2014-05-06 11:00:00]]></wp:comment_date>
<wp:comment_date_gmt><![CDATA[2014-05-06 09:00:00]]></wp:comment_date_gmt>
<wp:comment_content><![CDATA[{SAID * 5}]]></wp:comment_content>
<wp:comment_approved><![CDATA[1]]></wp:comment_approved>
<wp:comment_type><![CDATA[comment]]></wp:comment_type>
<wp:comment_parent>{parent}</wp:comment_parent>
<wp:comment_user_id>0</wp:comment_user_id>
</wp:comment>
"""


def item(number: int) -> str:
    """A post of about 3 kB with eight comments, 10 kB in all."""
    first = number * 10
    comments = "".join(comment(first + place, first + place - 1 if place % 3 else 0) for place in range(8))
    return f"""<item>
<title><![CDATA[Low tide {number}]]></title>
<link>https://harbour.example.org/2014/05/06/low-tide-{number}/</link>
<pubDate>Tue, 06 May 2014 07:30:00 +0000</pubDate>
<dc:creator><![CDATA[iris]]></dc:creator>
<content:encoded><![CDATA[{PARAGRAPH * 16}]]></content:encoded>
<excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id>
<wp:post_date><![CDATA[2014-05-06 09:30:00]]></wp:post_date>
<wp:post_date_gmt><![CDATA[2014-05-06 07:30:00]]></wp:post_date_gmt>
<wp:comment_status><![CDATA[open]]></wp:comment_status>
<wp:status><![CDATA[publish]]></wp:status>
<wp:post_type><![CDATA[post]]></wp:post_type>
<category domain="category" nicename="tides"><![CDATA[Tides]]></category>
<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value><![CDATA[1]]></wp:meta_value></wp:postmeta>
{comments}</item>
"""


def write_export(path: Path, size: float) -> int:
    """Write an export of so many bytes; gives the number of its posts."""
    with path.open("w", encoding="utf-8") as file:
        written = file.write(HEAD)
        posts = 0
        while written < size:
            posts += 1
            written += file.write(item(posts))
        file.write(TAIL)
    return posts


@dataclass(frozen=True, slots=True)
class Cost:
    cpu_s: float
    peak_mb: float
    """10^6 bytes."""
    found: int


def measured(script: str, path: Path) -> Cost:
    """What a script costs in a process of its own; it counts what it finds in `found`."""
    code = f"import time\npath = {str(path)!r}\nfound = 0\n{script}\nprint(found)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise click.ClickException(f"ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, int(printed.split()[-1]))


def lines(path: Path, posts: int, scripts: dict[str, str]) -> Iterator[str]:
    """A line for each thing measured."""
    size = path.stat().st_size / 1e6
    bare: Cost | None = None
    for what, script in scripts.items():
        start_up = measured(script, small_export(path))
        cost = measured(script, path)
        if cost.found != posts:
            raise click.ClickException(f"{what} found {cost.found} of {posts} posts")
        seconds = cost.cpu_s - start_up.cpu_s
        bare = bare or Cost(seconds, cost.peak_mb, cost.found)
        yield (
            f"{what}: {size / seconds:.1f} MB/s, {seconds / bare.cpu_s:.1f} times iterparse,"
            f" peak {cost.peak_mb:.0f} MB (start-up {start_up.cpu_s:.1f} s, {start_up.peak_mb:.0f} MB)"
        )


def small_export(path: Path) -> Path:
    """An export of one post beside a large one: what it takes is start-up."""
    small = path.with_name("small.xml")
    if not small.exists():
        write_export(small, 1)
    return small


@click.command(help=__doc__)
@click.option("--gigabytes", default=2.0, show_default=True)
@click.option("--crawl", is_flag=True, help="measure the way to Parquet, too: some minutes a gigabyte")
def main(gigabytes: float, crawl: bool) -> None:
    scripts = {"lxml.iterparse": ITERPARSE, "records": RECORDS, "posts and comments": READINGS}
    if crawl:
        scripts["to Parquet"] = CRAWL
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "export.xml"
        start = time.perf_counter()
        posts = write_export(path, gigabytes * 1e9)
        click.echo(
            f"{posts} posts with {posts * 8} comments, {path.stat().st_size / 1e9:.2f} GB"
            f" (written in {time.perf_counter() - start:.0f} s)"
        )
        for line in lines(path, posts, scripts):
            click.echo(line)


if __name__ == "__main__":
    main()
