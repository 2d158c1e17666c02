"""Pages read by other processes give what they give on the loop; what happens to these costs one page at most."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import re
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from rejoinder.demo.site import Page
from rejoinder.pipelines.scopes import Scope
from rejoinder.pipelines.steps import records_of
from rejoinder.spiders.answers import Answer, Harvest, Reader
from rejoinder.spiders.frontier import Context, Task
from rejoinder.spiders.offloop import LARGE, PageFailed, PageJob, PageReaders, read_job
from rejoinder.spiders.reading.errors import LayoutChanged

from support.runs import contents, crawl_command, crawled, fetches, run, spider_command, start
from support.sites import MISSING, WatchedHandler, serve_site

PAGES = Path(__file__).parent / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/*/source.json"))
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE_S = 120
Result = TypeVar("Result")


def answer_of(body: bytes, url: str = "https://blog.example.org/2012/01/09/one/") -> Answer:
    return Answer(url=url, status=200, fetched_at=SEEN, content_type="text/html", charset=None, body=body)


def job_of(answer: Answer, task: Task, reader: Reader) -> PageJob:
    return PageJob(answer=answer, kind=task.kind, post_url=task.context.post_url, fetch_id="f" * 16, homes=reader.homes)


def told(harvest: Harvest, reader: Reader, url: str) -> list[object]:
    """All that a crawl takes of a harvest."""
    records = harvest.records or records_of(
        harvest.readings, url=url, fetch_id="f" * 16, fetched_at=SEEN, homes=reader.homes
    )
    counts = [(reading.post is not None, len(reading.comments)) for reading in harvest.readings]
    return [
        harvest.kind,
        harvest.outcome,
        harvest.error,
        harvest.tasks,
        harvest.hints,
        harvest.refused,
        counts,
        records,
    ]


@pytest.mark.parametrize("kind", ["post", "comments", "listing"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_page_gives_the_same_wherever_it_is_read(case: Path, kind) -> None:
    url = json.loads((case / "source.json").read_text("utf-8"))["url"]
    answer = answer_of((case / "page.html").read_bytes(), url)
    for way in ("start", "sitemap", "links"):
        task = Task(url, kind, Context(way=way, post_url=url if kind == "comments" else None))
        here, there = Reader(Scope.of(url)), Reader(Scope.of(url))
        html = there.page_in(task, answer)
        page: object = None
        if html is not None:
            try:
                page = pickle.loads(pickle.dumps(read_job(pickle.loads(pickle.dumps(job_of(html, task, there))))))
            except LayoutChanged as error:
                page = error
        expected = here.read(task, answer)
        found = there.read(task, answer, copy.copy(page))  # type: ignore[arg-type]
        assert told(found, there, url) == told(expected, here, url)
        assert (html is None) == (found.records is None and not isinstance(page, Exception) and page is None)


def readers_of(parent: int) -> set[int]:
    """The processes that read pages for another one."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
            is_reader = b"offloop" in (stat.parent / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile
            continue
        if int(rest.split()[1]) == parent and rest.split()[0] != "Z" and is_reader:
            found.add(int(name.split()[0]))
    return found


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, "a reader was left behind"
        time.sleep(0.1)


def post_of(comments: int) -> bytes:
    """A post that takes the longer to read the more comments it has."""
    items = "".join(
        f'<li class="comment" id="comment-{n}"><article><cite class="fn">Reader {n % 97}</cite> '
        f'<time datetime="2012-01-09T10:00:00+00:00">January 9, 2012</time><div class="comment-content">'
        f"<p>{f'Comment {n} says so. ' * 9}</p></div></article></li>"
        for n in range(comments)
    )
    return (
        '<!DOCTYPE html><html><head><title>A post</title><meta name="generator" content="WordPress 6.1"></head><body>'
        '<article class="post"><h1 class="entry-title">A post</h1><time datetime="2012-01-09T09:00:00+00:00">'
        'January 9, 2012</time><div class="entry-content"><p>What it says is this.</p></div></article>'
        f'<div id="comments"><ol class="comment-list">{items}</ol></div></body></html>'
    ).encode()


def with_readers(count: int, use: Callable[[PageReaders], Awaitable[Result]], *, after: int = 0) -> Result:
    async def whole() -> Result:
        readers = PageReaders(count, after=after)
        try:
            return await use(readers)
        finally:
            await readers.close()

    return asyncio.run(whole())


TASK = Task("https://blog.example.org/2012/01/09/one/", "post", Context(way="sitemap"))
READER = Reader(Scope.of("https://blog.example.org/"))


def test_many_pages_come_back_each_to_who_asked() -> None:
    async def use(readers: PageReaders) -> list[int]:
        jobs = [job_of(answer_of(post_of(count)), TASK, READER) for count in range(12)]
        pages = await asyncio.gather(*map(readers.read, jobs))
        assert len(readers_of(os.getpid())) == 2
        return [len(page.records.comments) for page in pages if page.records]

    assert with_readers(2, use) == list(range(12))
    assert readers_of(os.getpid()) == set()


def test_a_killed_reader_costs_the_page_in_hand_and_is_replaced() -> None:
    async def use(readers: PageReaders) -> None:
        await readers.read(job_of(answer_of(post_of(1)), TASK, READER))
        large = asyncio.ensure_future(readers.read(job_of(answer_of(post_of(4000)), TASK, READER)))
        behind = asyncio.ensure_future(readers.read(job_of(answer_of(post_of(3)), TASK, READER)))
        await asyncio.sleep(0.2)
        os.kill(readers_of(os.getpid()).pop(), signal.SIGKILL)
        with pytest.raises(PageFailed, match="SIGKILL"):
            await large
        page = await behind
        assert page.records
        assert len(page.records.comments) == 3

    with_readers(1, use)


def test_what_this_program_fails_by_is_told_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def use(readers: PageReaders) -> None:
        job = job_of(answer_of(b"<p>x"), TASK, READER)
        broken = copy.copy(job)
        object.__setattr__(broken, "homes", None)
        with pytest.raises(PageFailed, match="TypeError"):
            await readers.read(broken)
        assert (await readers.read(job)).reading.kind == "other"

    with_readers(1, use)
    [record] = [record for record in caplog.records if "could not be read" in record.getMessage()]
    assert "Traceback" in str(record.exc_text or record.getMessage())


def test_small_pages_wait_for_no_process_that_begins_and_for_no_large_page() -> None:
    small, large = answer_of(b"<p>x"), answer_of(post_of(3000))
    assert len(large.body) > LARGE
    assert not PageReaders(0).takes(large)

    async def use(readers: PageReaders) -> None:
        assert not readers.takes(small)
        assert readers_of(os.getpid()) == set(), "a small crawl starts none"
        assert readers.takes(large)
        assert not readers.takes(small), "the process has not begun"
        await readers.read(job_of(small, TASK, READER))
        assert readers.takes(small)
        reading = asyncio.ensure_future(readers.read(job_of(large, TASK, READER)))
        await asyncio.sleep(0)
        assert not readers.takes(small)
        assert readers.takes(large)
        await reading
        assert readers.takes(small)

    with_readers(1, use, after=1)


class LargePost(WatchedHandler):
    """One post has so many comments that reading it takes a while."""

    comments: ClassVar[int] = 5_000

    def changed(self, path: str) -> Page | None:
        return Page(post_of(self.comments)) if path == MISSING else None


class RatherLargePost(LargePost):
    """It is no longer than what is never read on the loop."""

    comments = 1_000


def test_a_crawl_gives_the_same_tables_with_readers_and_without(tmp_path: Path) -> None:
    with serve_site(RatherLargePost) as (url, _):
        crawled(url, tmp_path / "here", READERS=0)
        done = crawled(url, tmp_path / "there", READERS=1, READERS_AFTER=0)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")
    assert {row["outcome"] for row in fetches(tmp_path / "there")} <= {"ok", "absent"}
    assert "Exception ignored" not in done.stderr
    assert len(post_of(RatherLargePost.comments)) > LARGE


def begun(command: list[str]) -> tuple[subprocess.Popen[str], int]:
    """A crawl, and the process that begins to read the large post for it."""
    process = start(command)
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"process (\d+) has begun to read pages", line):
            time.sleep(0.5)
            return process, int(found[1])
    pytest.fail("no process was started that reads pages")


def test_a_crawl_goes_on_where_a_reader_is_killed_and_tells_the_page(tmp_path: Path) -> None:
    with serve_site(LargePost) as (url, _):
        process, reader = begun(spider_command(url, tmp_path, READERS=1))
        os.kill(reader, signal.SIGKILL)
        output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, output
    [row] = [row for row in fetches(tmp_path) if row["outcome"] == "unreadable"]
    assert row["request_url"].endswith(MISSING)
    assert row["error"] == "the process that read the page was ended by SIGKILL"
    assert sum(row["posts"] for row in fetches(tmp_path)) == 4


def test_a_killed_crawl_leaves_no_reader_and_goes_on(tmp_path: Path) -> None:
    with serve_site(LargePost) as (url, _):
        process, reader = begun(spider_command(url, tmp_path, READERS=1))
        process.kill()
        process.communicate()
        wait_until_gone(reader)
        assert run(spider_command(url, tmp_path)).returncode == 0
    asked = [row["request_url"] for row in fetches(tmp_path)]
    assert len(asked) == len(set(asked))
    assert sum(row["posts"] for row in fetches(tmp_path)) == 5
    assert sum(row["comments"] for row in fetches(tmp_path)) > 5_000


def test_a_signal_waits_for_no_page_that_is_being_read(tmp_path: Path) -> None:
    with serve_site(LargePost) as (url, _):
        process, reader = begun(crawl_command(url, tmp_path, "-v"))
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE_S)
    wait_until_gone(reader)
    assert process.returncode == 143, output
    assert not [row for row in fetches(tmp_path) if row["request_url"].endswith(MISSING)]
    assert "Traceback" not in output
