"""Many blogs by several processes or machines: a host in one of them, one ledger each, one end, and no orphan."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import click
import pytest
from rejoinder.cli import Shard
from rejoinder.merging import merge
from rejoinder.pipelines.ledger import open_ledger, runs
from rejoinder.queries import build
from rejoinder.sourcing import dealt, key_of, share_of
from rejoinder.spiders.keep import OPEN, ArchiveWriter
from rejoinder.spiders.sources import BlogSource

from support.runs import ROOT, contents, crawl_command, fetches, run, start
from support.sites import WatchedHandler, serve_site

PATIENCE_S = 120
"""For what must happen at some time: no measure of how soon it does."""


class Halts(WatchedHandler):
    """Answers one post of each host, and the others once `going_on` is set."""

    going_on: ClassVar = threading.Event()
    answered: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        host = self.headers["Host"].partition(":")[0]
        if "/2012/" in self.path or "/2011/" in self.path:
            self.answered[host] += 1
            if self.answered[host] > 1:
                self.going_on.wait(PATIENCE_S)
        super().do_GET()


def blog(name: str, url: str, **options: object) -> BlogSource:
    return BlogSource(name=name, url=url, **options)  # type: ignore[arg-type]


# Who crawls what


def test_no_host_is_dealt_to_two_lots_and_lots_are_about_alike() -> None:
    blogs = [blog(f"{host} {number}", f"https://{host}/{number}/") for number in range(3) for host in "abcd"]
    blogs += [blog("www", "http://www.a/9/"), blog("port", "http://b:81/9/", limit=3)]
    for lots in (1, 2, 3, 9):
        found = dealt(blogs, lots)
        assert sorted(each.name for lot in found for each in lot) == sorted(each.name for each in blogs)
        hosts = [{key_of(each) for each in lot} for lot in found]
        assert sum(map(len, hosts)) == 4
        assert len(found) == min(lots, 4)
        assert max(map(len, found)) - min(map(len, found)) <= 4
    assert dealt([], 3) == []


def test_blogs_of_one_archive_are_asked_by_one_process() -> None:
    blogs = [
        blog("Ada", "https://ada.example.org/", via="wayback"),
        blog("Bea", "https://bea.example.org/", via="wayback"),
        blog("Cleo", "https://cleo.example.org/", via="wayback", archive_url="https://web.archive.org/web"),
        blog("Dora", "https://dora.example.org/", via="wayback", archive_url="https://archive.example.net/"),
    ]
    assert [[each.name for each in lot] for lot in dealt(blogs, 4)] == [["Ada", "Bea", "Cleo"], ["Dora"]]


def test_shares_are_all_hosts_and_one_more_takes_from_the_others_only_what_it_has() -> None:
    hosts = [f"blog{number}.example.org" for number in range(400)]
    for shares in (1, 3, 4):
        assert set(Counter(share_of(host, shares) for host in hosts)) == {*range(1, shares + 1)}
    moved = [host for host in hosts if share_of(host, 3) != share_of(host, 4)]
    assert {share_of(host, 4) for host in moved} == {4}
    assert 50 < len(moved) < 150


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "²/3"])
def test_a_share_that_is_none_is_told(shard: str) -> None:
    with pytest.raises(click.BadParameter, match="no share"):
        Shard().convert(shard, None, None)


def test_a_share_goes_with_a_sources_file(tmp_path: Path) -> None:
    done = run(crawl_command("http://127.0.0.1:9/", tmp_path / "data", "--shard", "1/2"))
    assert done.returncode == 2
    assert "--shard goes with a sources file" in done.stderr


# One folder


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """The front page of the first blog."""
    with serve_site(Halts) as (url, _):
        yield url
        Halts.going_on.set()


@pytest.fixture(scope="module")
def expected(home: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """What one process finds of both blogs."""
    Halts.going_on.set()
    data = tmp_path_factory.mktemp("expected")
    done = run([*crawl_command(home, data), home.replace("127.0.0.1", "localhost")])
    assert done.returncode == 0, done.stderr
    return contents(data)


@pytest.fixture
def sources(tmp_path: Path, home: str, expected: dict[str, list[dict]]) -> Path:
    """A sources file with two blogs on two hosts, which halt."""
    Halts.going_on, Halts.answered = threading.Event(), Counter()
    other = home.replace("127.0.0.1", "localhost")
    text = f'[[blog]]\nname = "One"\nurl = "{home}"\n\n[[blog]]\nname = "Two"\nurl = "{other}"\n'
    (tmp_path / "sources.toml").write_text(text)
    return tmp_path / "sources.toml"


def command(sources: Path, data: Path, *options: str) -> list[str]:
    return crawl_command(str(sources), data, "--jobs", "2", *options)


def workers_of(parent: int) -> set[int]:
    """The processes that a process has started and that are at work."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:  # it has ended meanwhile
            continue
        state, ppid = rest.split()[:2]
        if int(ppid) == parent and state != "Z":
            found.add(int(name.split()[0]))
    return found


def wait_until_both_have_committed(data: Path, process: subprocess.Popen[str]) -> set[int]:
    """Gives the workers."""
    deadline = time.monotonic() + PATIENCE_S
    while len({row["crawl_id"] for row in fetches(data)}) < 2:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "the crawls have not come so far"
        time.sleep(0.2)
    workers = workers_of(process.pid)
    assert len(workers) == 2
    return workers


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, "a worker was left behind"
        time.sleep(0.1)


def test_two_processes_find_what_one_does_and_tell_it_once(
    tmp_path: Path, sources: Path, expected: dict[str, list[dict]]
) -> None:
    Halts.going_on.set()
    data, log = tmp_path / "data", tmp_path / "crawl.log"
    done = run(command(sources, data, "--log", str(log), "--log-format", "json", "--keep-archive"))
    assert done.returncode == 0, done.stderr
    assert contents(data) == expected
    assert [len(run.command["start"]) for run in runs(data)] == [1, 1]
    assert done.stdout.count("blog\texit\t") == 1
    assert [line for line in done.stdout.splitlines() if line.startswith(("One\t", "Two\t"))] == [
        "One\t0\tdone\t5\t23\t",
        "Two\t0\tdone\t5\t23\t",
    ]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["blog"] for line in lines} == {"One", "Two"}
    for line in lines:
        for host, name in (("//127.0.0.1", "One"), ("//localhost", "Two")):
            assert host not in line["message"] or line["blog"] == name
    assert len(list((data / "archive").iterdir())) == 2
    assert not (data / "sources.json").exists()


def test_a_killed_parent_leaves_no_worker_and_the_same_command_goes_on(
    tmp_path: Path, sources: Path, expected: dict[str, list[dict]]
) -> None:
    data = tmp_path / "data"
    process = start(command(sources, data))
    workers = wait_until_both_have_committed(data, process)
    busy = run(command(sources, data))
    assert busy.returncode == 8, busy.stderr
    process.kill()
    process.communicate()
    wait_until_gone(workers)
    Halts.going_on.set()
    # With fewer processes, too: the hosts are dealt out as they were.
    done = run([*command(sources, data), "--jobs", "1"])
    assert done.returncode == 0, done.stdout + done.stderr
    went_on_once(data)
    assert contents(data) == expected


def test_killed_workers_are_replaced_and_nothing_is_lost_or_doubled(
    tmp_path: Path, sources: Path, expected: dict[str, list[dict]]
) -> None:
    data = tmp_path / "data"
    process = start(command(sources, data))
    for worker in wait_until_both_have_committed(data, process):
        os.kill(worker, signal.SIGKILL)
    time.sleep(1)
    Halts.going_on.set()
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, output
    assert output.count("the process was killed") == 2
    went_on_once(data)
    assert contents(data) == expected


def went_on_once(data: Path) -> None:
    """No fetch was made again that was committed, and no crawl was begun anew."""
    asked = Counter((row["crawl_id"], row["request_url"]) for row in fetches(data))
    assert max(asked.values()) == 1
    assert len({row["crawl_id"] for row in fetches(data)}) == 2
    assert [run.outcome for run in runs(data)] == ["finished", "finished"]


def test_a_signal_ends_all_workers(tmp_path: Path, sources: Path) -> None:
    data = tmp_path / "data"
    process = start(command(sources, data))
    workers = wait_until_both_have_committed(data, process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, output
    wait_until_gone(workers)
    assert "Traceback" not in output
    assert output.count("the same command goes on") == 1
    assert output.count("\t130\tinterrupted (SIGINT)\t") == 2
    assert list(data.rglob("*.tmp")) == []
    assert (data / "sources.json").exists()


def test_two_shards_joined_are_what_one_crawl_gives(
    tmp_path: Path, sources: Path, expected: dict[str, list[dict]]
) -> None:
    Halts.going_on.set()
    # localhost is of the second share of two, 127.0.0.1 of the first, or the other way round.
    folders = [tmp_path / "one", tmp_path / "two"]
    for number, data in enumerate(folders, 1):
        done = run(crawl_command(str(sources), data, "--shard", f"{number}/2"))
        assert done.returncode == 0, done.stderr
    shares = [share_of("127.0.0.1", 2), share_of("localhost", 2)]
    filled = [data for data in folders if (data / "raw").exists()]
    assert len(filled) == len(set(shares))
    merge(filled, tmp_path / "c")
    build(tmp_path / "c")
    assert contents(tmp_path / "c") == expected


def test_a_folder_that_another_shard_is_at_work_on_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        "".join(f'[[blog]]\nname = "{n}"\nurl = "http://127.0.0.{n}:9/"\n' for n in range(1, 9))
    )
    ledger = open_ledger(tmp_path / "data", {"start": ["another shard's"]})
    for number in (1, 2):
        done = run(crawl_command(str(tmp_path / "sources.toml"), tmp_path / "data", "--shard", f"{number}/2"))
        assert done.returncode == 8
        assert f"{tmp_path / 'data'} is being written by process {os.getpid()}" in done.stderr
    ledger.close()


# What crawls side by side leave each other


def test_a_crawl_under_its_parents_lock_touches_no_file_of_another(tmp_path: Path) -> None:
    first = open_ledger(tmp_path, {"start": ["a"]}, crawl_id="first")
    writing = first.folder("posts") / "part-00000.tmp"
    writing.touch()
    with (tmp_path / ".lock").open("a+") as lock:
        second = open_ledger(tmp_path, {"start": ["b"]}, crawl_id="second", lock=os.dup(lock.fileno()))
    own = second.folder("posts") / "part-00000.tmp"
    own.touch()
    archive = tmp_path / "archive"
    archive.mkdir()
    other, left = archive / f"first-00000.warc.gz{OPEN}", archive / f"second-00000.warc.gz{OPEN}"
    other.touch()
    left.touch()
    ArchiveWriter(archive, "second", [], software="x", max_bytes=1, is_alone=second.is_alone)
    assert writing.exists()
    assert (other.exists(), left.exists()) == (True, False)
    second.close()
    with (tmp_path / ".lock").open("a+") as lock:
        open_ledger(tmp_path, {"start": ["b"]}, lock=os.dup(lock.fileno())).close()
    assert not own.exists()
    first.close()


POOL = """
import os, sys, time
from rejoinder.processes import process_pool

if __name__ == "__main__":
    with process_pool(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600) if sys.argv[1] == "busy" else None
        time.sleep(600)
"""


@pytest.mark.parametrize("state", ["busy", "idle"])
def test_a_killed_process_leaves_none_of_its_pool(tmp_path: Path, state: str) -> None:
    (tmp_path / "pool.py").write_text(POOL)
    process = subprocess.Popen([sys.executable, tmp_path / "pool.py", state], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    worker = int(process.stdout.readline())
    process.kill()
    process.wait()
    wait_until_gone({worker})
