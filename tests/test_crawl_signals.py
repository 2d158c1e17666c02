"""SIGTERM and Ctrl-C end a crawl at once, whatever it waits for; what was fetched is whole, and can be gone on with."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.demo.site import Page

from support.runs import ROOT, crawl_command, fetches, parts, rows, run, start
from support.sites import HOME, ROBOTS, WatchedHandler, serve_site

PATIENCE_S = 60
"""For a crawl to end that waits for longer: no measure of how soon it does, only that it does not wait."""


class Waits(WatchedHandler):
    """Answers the front page, and from then on makes the crawl wait, until `waits` is taken away."""

    waits = True

    def do_GET(self) -> None:
        self.visits.append((time.monotonic(), self.path))
        if not type(self).waits or self.path == HOME or not self.hold():
            page = self.changed(self.path)
            self.answer(page) if page and type(self).waits else super(WatchedHandler, self).do_GET()

    def hold(self) -> bool:
        """Make the crawl wait for this answer; whether the request is dealt with."""
        return False


class WaitsForCrawlDelay(Waits):
    def changed(self, path: str) -> Page | None:
        return Page(b"User-agent: *\nCrawl-delay: 100\nDisallow:\n", ROBOTS) if path == "/robots.txt" else None


class WaitsForRetryAfter(Waits):
    def hold(self) -> bool:
        if self.path == "/robots.txt":
            return False
        self.answer(Page(b"later"), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "800"})
        return True


class WaitsForAnAnswer(Waits):
    going_on = threading.Event()

    def hold(self) -> bool:
        if self.path == "/robots.txt":
            return False
        self.going_on.wait(600)
        self.close_connection = True
        return True


class WaitsForRobots(WaitsForAnAnswer):
    def do_GET(self) -> None:
        if type(self).waits and self.path == "/robots.txt":
            self.visits.append((time.monotonic(), self.path))
            self.going_on.wait(600)
            self.close_connection = True
        else:
            super().do_GET()


def wait_for(visits: list[tuple[float, str]], count: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(visits) < count:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "the crawl has not come so far"
        time.sleep(0.1)
    time.sleep(1)  # for the answer to be taken


@pytest.mark.parametrize(
    ("site", "requests", "number"),
    [
        (WaitsForCrawlDelay, 1, signal.SIGTERM),
        (WaitsForRetryAfter, 3, signal.SIGTERM),
        (WaitsForAnAnswer, 3, signal.SIGTERM),
        (WaitsForAnAnswer, 3, signal.SIGINT),
        (WaitsForRobots, 1, signal.SIGINT),
    ],
)
def test_a_signal_ends_a_crawl_whatever_it_waits_for(
    tmp_path: Path, site: type[Waits], requests: int, number: signal.Signals
) -> None:
    site.waits = True
    if issubclass(site, WaitsForAnAnswer):
        site.going_on = threading.Event()
    with serve_site(site) as (url, visits):
        command = crawl_command(url, tmp_path)
        process = start(command)
        wait_for(visits, requests, process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=PATIENCE_S)
        site.waits = False
        if issubclass(site, WaitsForAnAnswer):
            site.going_on.set()
        assert process.returncode == 128 + number, output
        assert "same command" in output
        assert "Traceback" not in output
        assert list(tmp_path.rglob("*.tmp")) == []
        for dataset in ("fetches", "posts", "comments"):
            for part in parts(tmp_path, dataset):
                pq.read_metadata(part)
        assert {row["outcome"] for row in fetches(tmp_path)} <= {"ok"}
        assert run(command).returncode == 0
    assert len({row["crawl_id"] for row in fetches(tmp_path)}) == 1
    assert len(rows(tmp_path, "posts")) == 5


def test_a_signal_to_the_crawl_of_a_sources_file_ends_the_blog_at_work_and_begins_no_other(tmp_path: Path) -> None:
    WaitsForAnAnswer.waits, WaitsForAnAnswer.going_on = True, threading.Event()
    with serve_site(WaitsForAnAnswer) as (url, visits):
        text = f'[[blog]]\nname = "One"\nurl = "{url}"\n\n[[blog]]\nname = "Two"\nurl = "{url}2012/"\nlimit = 3\n'
        (tmp_path / "sources.toml").write_text(text)
        command = [*crawl_command(str(tmp_path / "sources.toml"), tmp_path / "data")]
        process = start(command)
        wait_for(visits, 3, process)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE_S)
        WaitsForAnAnswer.going_on.set()
    assert process.returncode == 143, output
    assert "One\t143\t" in output
    assert "Two\t\tnot crawled" in output
    assert "Traceback" not in output


def test_a_build_that_is_interrupted_says_so(tmp_path: Path) -> None:
    script = (
        "import os, signal, rejoinder.queries as queries\n"
        "queries.build = lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM)\n"
        "from rejoinder.cli import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "build", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 143
    assert done.stderr == "rejoinder: interrupted\n"
