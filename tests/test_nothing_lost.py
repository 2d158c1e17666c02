"""However a crawl is ended, the same command goes on, and the tables are those of a crawl that nobody disturbed."""

from __future__ import annotations

import math
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pyarrow.parquet as pq
import pytest
from rejoinder.demo import Site, serve
from rejoinder.demo.generated import generated_blog
from rejoinder.demo.server import BlogHandler, handler_of

from support.disks import small_disk
from support.runs import ROOT, contents, crawl_command, crawled, fetches, parts, run, spider_command, start

BLOG = generated_blog(40, comments_per_post=12, seed=7)
SMALL_PARTS = {"PART_ROWS": 40, "PART_SECONDS": 0.2}
PATIENCE_S = 180


class HeldHandler(BlogHandler):
    """The blog, whose answers can be held back so that a signal meets the crawl at work on any machine."""

    requests: ClassVar[list[str]]
    """Paths in the order in which they were asked for, by all crawls."""
    answered: ClassVar[float]
    """Number of requests that get their answer at once; later ones wait."""
    changed: ClassVar[threading.Condition]

    def do_GET(self) -> None:
        held = type(self)
        with self.changed:
            self.requests.append(self.path)
            number = len(self.requests)
            self.changed.notify_all()
            self.changed.wait_for(lambda: number <= held.answered)
        super().do_GET()


class Served:
    """The blog at one address for all tests of this file, so that their tables can be compared as they are."""

    def __init__(self, url: str, handler: type[HeldHandler]) -> None:
        self.url = url
        self.host = url.removesuffix(BLOG.home)
        self.requests = handler.requests
        self._handler = handler

    def hold_after(self, count: float) -> None:
        """Answer so many further requests and let the others wait; infinity lets all go on."""
        with self._handler.changed:
            self._handler.answered = len(self.requests) + count
            self._handler.changed.notify_all()

    def wait_for(self, count: int, process: subprocess.Popen[str]) -> None:
        """Return when `count` further requests have come."""
        wanted = len(self.requests) + count
        deadline = time.monotonic() + PATIENCE_S
        with self._handler.changed:
            while len(self.requests) < wanted:
                self._handler.changed.wait(timeout=0.2)
                assert process.poll() is None, "the crawl has ended too soon"
                assert time.monotonic() < deadline, "the crawl stands still"


@pytest.fixture(scope="module")
def blog() -> Iterator[Served]:
    handler = handler_of(Site(BLOG), HeldHandler, requests=[], answered=math.inf, changed=threading.Condition())
    with serve(handler) as url:
        served = Served(url, handler)
        yield served
        served.hold_after(math.inf)


@pytest.fixture(scope="module")
def undisturbed(blog, tmp_path_factory):
    """Contents of the tables, and the number of fetches, of a crawl that nobody disturbed."""
    data = tmp_path_factory.mktemp("undisturbed")
    crawled(blog.url, data, **SMALL_PARTS)
    tables, ledger = contents(data), fetches(data)
    assert len(tables["posts"]) == len(BLOG.posts)
    assert len(tables["comments"]) == sum(len(post.comments) for post in BLOG.posts)
    assert len(parts(data, "fetches")) > 3, "the parts are too large for a kill to fall between two"
    return tables, len(ledger)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_moments_the_tables_are_those_of_an_undisturbed_crawl(tmp_path, blog, undisturbed, seed):
    draw = random.Random(seed)
    wanted, pages = undisturbed
    command = spider_command(blog.url, tmp_path, **SMALL_PARTS)
    for _ in range(2):
        count = draw.randint(3, pages // 5)
        process = start(command)
        blog.hold_after(count + draw.randint(0, 5))
        blog.wait_for(count, process)
        time.sleep(draw.random() * 2 * SMALL_PARTS["PART_SECONDS"])
        assert process.poll() is None
        process.kill()
        process.communicate()
        for dataset in ("fetches", "posts", "comments"):
            for part in parts(tmp_path, dataset):
                pq.read_metadata(part)
    blog.hold_after(math.inf)
    crawled(blog.url, tmp_path, **SMALL_PARTS)
    assert len({row["crawl_id"] for row in fetches(tmp_path)}) == 1
    assert len(fetches(tmp_path)) == pages
    assert contents(tmp_path) == wanted


DIES_AFTER_FILES = """
import os, signal, sys
from scrapy.cmdline import execute
from rejoinder.pipelines import write

files, whole = int(sys.argv.pop(1)), write.write_part

def write_part(table, path):
    global files
    if not files:
        path.with_suffix(".tmp").write_bytes(b"half a file")
        os.kill(os.getpid(), signal.SIGKILL)
    files -= 1
    whole(table, path)

write.write_part = write_part
execute(["scrapy", *sys.argv[1:]])
"""
"""A crawl that dies while it writes, the given number of files being whole."""


def test_killed_between_two_files_of_one_part_nothing_is_lost_or_doubled(tmp_path, blog, undisturbed):
    wanted, pages = undisturbed
    command = spider_command(blog.url, tmp_path, **SMALL_PARTS)
    for files in (1, 2, 3, 4):
        dying = run([sys.executable, "-c", DIES_AFTER_FILES, str(files), *command[command.index("crawl") :]])
        assert dying.returncode == -signal.SIGKILL, dying.stderr
        assert list(tmp_path.rglob("*.tmp"))
    crawled(blog.url, tmp_path, **SMALL_PARTS)
    assert list(tmp_path.rglob("*.tmp")) == []
    assert len(fetches(tmp_path)) == pages
    assert contents(tmp_path) == wanted


def test_killed_crawl_fetches_again_only_what_was_not_committed(tmp_path, blog, undisturbed):
    _, pages = undisturbed
    command = spider_command(blog.url, tmp_path, **SMALL_PARTS)
    process = start(command)
    blog.hold_after(pages * 2 // 3)
    blog.wait_for(pages * 2 // 3 + 1, process)
    process.kill()
    process.communicate()
    committed = {row["request_url"] for row in fetches(tmp_path)}
    asked = len(blog.requests)
    blog.hold_after(math.inf)
    assert run(command).returncode == 0
    again = {blog.host + path for path in blog.requests[asked:]}
    assert committed
    # robots.txt is asked for by every process: its rules must be known before the first page.
    assert committed & again <= {blog.host + "/robots.txt"}


def test_interrupt_leaves_whole_files_and_says_how_to_go_on(tmp_path, blog, undisturbed):
    wanted, pages = undisturbed
    command = crawl_command(blog.url, tmp_path)
    process = start(command)
    blog.hold_after(pages // 2)
    blog.wait_for(pages // 2 + 1, process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)  # for the signal to be taken before the answers go on
    blog.hold_after(math.inf)
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, output
    assert "same command" in output
    assert "Traceback" not in output
    assert list(tmp_path.rglob("*.tmp")) == []
    assert 0 < len(fetches(tmp_path)) < pages
    assert run(command).returncode == 0
    assert contents(tmp_path) == wanted


def file_as_folder(folder: Path) -> None:
    folder.write_text("a file")


def file_within_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "raw").write_text("a file")


@pytest.mark.parametrize("obstacle", [file_as_folder, file_within_folder], ids=lambda obstacle: obstacle.__name__)
def test_file_where_a_folder_should_be_is_told_and_left_alone(tmp_path, obstacle):
    obstacle(tmp_path / "data")
    with serve() as url:
        done = run(crawl_command(url, tmp_path / "data"))
    assert done.returncode == 5
    assert "is a file where a folder is needed" in done.stderr
    assert "Traceback" not in done.stderr
    assert [file.read_text() for file in tmp_path.rglob("*") if file.is_file() and file.stat().st_size == 6] == [
        "a file"
    ]


def test_second_crawl_into_the_same_folder_is_refused_and_the_first_goes_on(tmp_path, blog, undisturbed):
    wanted, _ = undisturbed
    first = start(crawl_command(blog.url, tmp_path))
    blog.hold_after(20)
    blog.wait_for(21, first)
    second = run(crawl_command(blog.url, tmp_path))
    blog.hold_after(math.inf)
    output, _ = first.communicate(timeout=PATIENCE_S)
    assert second.returncode == 8
    assert f"is being written by process {first.pid}" in second.stderr
    assert first.returncode == 0, output
    assert contents(tmp_path) == wanted


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system to fill")
def test_full_disk_ends_the_crawl_with_whole_files_and_room_lets_it_go_on(tmp_path, blog, undisturbed):
    wanted, pages = undisturbed
    data = tmp_path / "disk"
    with small_disk(data, "120k"):
        full = run(spider_command(blog.url, data, **SMALL_PARTS))
        assert "No space left on device" in full.stderr
        assert "Traceback" not in full.stderr
        assert list(data.rglob("*.tmp")) == []
        assert len(fetches(data)) < pages
        subprocess.run(["mount", "-o", "remount,size=50m", str(data)], check=True)
        crawled(blog.url, data, **SMALL_PARTS)
        assert contents(data) == wanted


def test_disk_that_refuses_large_files_gives_an_error_and_an_exit_code(tmp_path):
    limit = 4096
    with serve() as url:
        done = subprocess.run(
            crawl_command(url, tmp_path / "data"),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )
    assert done.returncode == 5, done.stdout + done.stderr
    assert "cannot write to" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.rglob("*.tmp")) == []
