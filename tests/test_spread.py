"""Work spread over processes, of this machine or of Dask: the same results in every byte, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder import dask_engine
from rejoinder.processes import Engine, EngineError, Spread, spread
from rejoinder.queries import build
from rejoinder.queries.signs import whole_posts
from rejoinder.spiders.offline import FileCrawl, crawl_files

from support.dying import die, double, double_once_dead
from support.runs import run
from support.warcs import http, page, record, write_warc

distributed = pytest.importorskip("distributed")

POST = "http://blog.example.org/2012/01/{:02}/post/"
PADDING = "<!-- {} -->".format("x" * 400_000)
"""Makes an archive of some slices, which are read apart."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Dask's scheduler with two workers: its name as --engine takes it."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster.scheduler_address.replace("tcp://", "dask://")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "blog.warc"
    says = [(1, "Ann", "Where do the numbers come from?"), (2, "Bo", "Ann, they are made up.")]
    pages = [record(POST.format(day), http(page(f"Post {day}", says, more=PADDING))) for day in range(1, 13)]
    write_warc(path, *pages)
    return path


@pytest.fixture(scope="module")
def digests(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one process makes of the archive."""
    data = tmp_path_factory.mktemp("data")
    assert crawl_files(FileCrawl(sources=[str(archive)]), data).fatal is None
    return built(data)


def built(data: Path, over: Spread | None = None) -> dict[str, str]:
    """Build; the digest of each table's file."""
    build(data, **({"over": over} if over else {}))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (data / "tables").glob("*.parquet")}


@given(
    posts=st.lists(st.integers(1, 7), max_size=9),
    cuts=st.lists(st.integers(1, 6), min_size=1, max_size=9),
)
def test_batches_of_whole_posts_hold_all_rows_in_their_order(posts: list[int], cuts: list[int]) -> None:
    ids = [f"{number:02}" for number, rows in enumerate(posts) for _ in range(rows)]
    table = pa.table({"post_id": ids, "row": range(len(ids))})
    batches: list[pa.RecordBatch] = []
    start = 0
    while start < len(table):
        length = cuts[len(batches) % len(cuts)]
        batches += table.slice(start, length).combine_chunks().to_batches()
        start += length
    found = list(whole_posts(batches))
    assert [row for batch in found for row in batch["row"].to_pylist()] == list(range(len(ids)))
    of_posts = [set(batch["post_id"].to_pylist()) for batch in found]
    assert sum(map(len, of_posts)) == len(set(ids))


def test_results_come_in_the_order_of_the_items(cluster: str) -> None:
    with spread(1, Engine.of(cluster)) as over:
        assert over.jobs == 2
        assert list(over.map(double, range(20))) == list(range(0, 40, 2))


def test_what_a_killed_worker_of_dask_was_at_is_done_again(cluster: str, tmp_path: Path) -> None:
    mark = tmp_path / "killed"
    with spread(1, Engine.of(cluster)) as over:
        assert list(over.map(partial(double_once_dead, mark=str(mark)), range(8))) == list(range(0, 16, 2))
    assert mark.exists()


def test_work_that_kills_every_worker_ends_with_a_word() -> None:
    with pytest.raises(EngineError, match="died at the same piece of work"), spread(1, Engine.of("dask")) as over:
        list(over.map(die, [1]))


def test_a_cluster_that_does_not_close_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[Any] = []

    async def wait(cluster: Any) -> None:
        left.append(cluster)
        await asyncio.sleep(600)

    monkeypatch.setattr(dask_engine, "CLOSE_SECONDS", 0.1)
    monkeypatch.setattr(distributed.LocalCluster, "_close", wait)
    with spread(1, Engine.of("dask")) as over:
        assert list(over.map(double, [1, 2])) == [2, 4]
    monkeypatch.undo()
    left[0].close()


def test_a_killed_process_of_this_machine_ends_the_work_with_a_word() -> None:
    with pytest.raises(EngineError, match="fewer --jobs"), spread(2) as over:
        list(over.map(die, [1, 2]))


def test_tables_are_the_same_by_processes(archive: Path, digests: dict[str, str], tmp_path: Path) -> None:
    assert crawl_files(FileCrawl(sources=[str(archive)], jobs=2), tmp_path).fatal is None
    with spread(2) as over:
        assert built(tmp_path, over) == digests


def test_tables_are_the_same_by_dask_though_a_worker_is_killed(
    archive: Path, digests: dict[str, str], cluster: str, tmp_path: Path
) -> None:
    engine = Engine.of(cluster)
    killed: list[int] = []

    def kill_one(_: object) -> None:
        if not killed:
            with distributed.Client(str(engine.scheduler)) as client:
                killed.append(sorted(client.run(os.getpid).values())[0])
            os.kill(killed[0], signal.SIGKILL)

    assert crawl_files(FileCrawl(sources=[str(archive)], engine=engine), tmp_path, kill_one).fatal is None
    assert killed
    with spread(1, engine) as over:
        assert built(tmp_path, over) == digests


@pytest.mark.parametrize(
    ("engine", "code", "told"),
    [
        ("dask://127.0.0.1:9", 1, "no Dask scheduler answers at tcp://127.0.0.1:9"),
        ("spark", 2, "spark is no engine"),
    ],
)
def test_an_engine_that_cannot_be_had_is_told(archive: Path, tmp_path: Path, engine: str, code: int, told: str) -> None:
    command = [sys.executable, "-m", "rejoinder.cli", "crawl", str(archive), "--out", str(tmp_path / "data")]
    result = run([*command, "--engine", engine])
    assert result.returncode == code
    assert told in result.stderr
    assert "Traceback" not in result.stderr
