"""What a run says of itself: one row of raw/runs as its last act, whoever started it; none where it was killed."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rejoinder import __version__

from support.runs import crawl_command, fetches, parts, run, spider_command, start
from support.sites import StrictRobots, WatchedHandler, serve_site

PATIENCE_S = 120


class Held(WatchedHandler):
    """Keeps the crawl waiting behind the front page while `holds`."""

    holds = True

    def do_GET(self) -> None:
        while type(self).holds and self.path.count("/") > 2:
            time.sleep(0.05)
        super().do_GET()


def accounts(data: Path) -> list[dict[str, Any]]:
    rows = [row for part in parts(data, "runs") for row in pq.ParquetFile(part).read().to_pylist()]
    return sorted(rows, key=lambda row: row["started_at"])


@pytest.mark.parametrize("command", [crawl_command, spider_command], ids=["rejoinder", "scrapy"])
def test_a_run_that_ends_accounts_for_itself(tmp_path: Path, command: Any) -> None:
    with serve_site(StrictRobots) as (url, _):
        done = run(command(url, tmp_path))
    assert done.returncode == 0, done.stderr
    [account] = accounts(tmp_path)
    ledger = fetches(tmp_path)
    assert account["starts"] == [url]
    assert json.loads(account["command"])["start"] == [url]
    assert (account["ended"], account["exit_code"], account["error"]) == ("finished", 0, None)
    assert (account["is_resumed"], account["version"], account["via"]) == (False, __version__, "live")
    assert account["crawl_id"] == ledger[0]["crawl_id"]
    assert account["requests"] == len(ledger)
    assert account["body_bytes"] == sum(row["body_bytes"] or 0 for row in ledger)
    assert account["posts"] == sum(row["posts"] for row in ledger) == 4
    assert account["comments"] == sum(row["comments"] for row in ledger)
    assert account["started_at"] < min(row["fetched_at"] for row in ledger)
    assert account["ended_at"] >= max(row["fetched_at"] for row in ledger)
    assert account["free_bytes"] > 0
    [robots] = account["robots"]
    rules = "user-agent:*\ncrawl-delay:0.4\ndisallow:/andrea_dimaio/2012/02/20/office-hours-in-march/"
    assert robots == {
        "host": url.split("/")[2],
        "status": 200,
        "rules_sha256": hashlib.sha256(rules.encode()).hexdigest(),
    }


def test_an_interrupted_run_accounts_for_itself_and_a_killed_one_does_not(tmp_path: Path) -> None:
    Held.holds = True
    with serve_site(Held) as (url, visits):
        command = crawl_command(url, tmp_path)
        for number in (signal.SIGTERM, signal.SIGKILL):
            process = start(command)
            seen = len(visits)
            deadline = time.monotonic() + PATIENCE_S
            while len(visits) == seen:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.1)
            process.send_signal(number)
            process.communicate(timeout=PATIENCE_S)
        Held.holds = False
        assert run(command).returncode == 0
    first, last = accounts(tmp_path)
    assert (first["ended"], first["exit_code"], first["is_resumed"]) == ("interrupted", 143, False)
    assert (last["ended"], last["exit_code"], last["is_resumed"]) == ("finished", 0, True)
    assert first["crawl_id"] == last["crawl_id"]
    assert first["requests"] + last["requests"] == len(fetches(tmp_path))


def test_a_run_that_is_out_of_time_says_so(tmp_path: Path) -> None:
    Held.holds = True
    with serve_site(Held) as (url, _):
        done = run(crawl_command(url, tmp_path, "--max-minutes", "0.05"))
        Held.holds = False
    assert done.returncode == 3, done.stdout
    [account] = accounts(tmp_path)
    assert (account["ended"], account["exit_code"]) == ("out_of_time", 3)
