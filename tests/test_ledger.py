"""The data folder: one crawl at a time, whole parts, a ledger that says what is done."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.ledger import DataFolderError, Ledger, open_ledger, runs
from rejoinder.pipelines.write import PartWriter
from rejoinder.schemas import Capture, Comment, Fetch, Link

COMMAND = {"start": ["https://blog.example.org/"], "via": "auto"}
NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)


def capture(name: str, crawl_id: str = "c") -> Capture:
    fetch = Fetch(
        fetch_id=name,
        crawl_id=crawl_id,
        start_url="https://blog.example.org/",
        via="live",
        request_url=f"https://blog.example.org/{name}/",
        final_url=None,
        status=200,
        fetched_at=NOW,
        content_type="text/html",
        body_bytes=1,
        body_sha256="0" * 64,
        page_kind="post",
        outcome="ok",
        comments=1,
        links=[Link(url=f"https://blog.example.org/{name}/next/", kind="comments")],
    )
    comment = Comment(comment_id=f"p:{name}", post_id="p", position=0, body_text=name, fetch_id=name, fetched_at=NOW)
    return Capture(fetch=fetch, comments=[comment])


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "data", COMMAND)


def parts(ledger: Ledger, dataset: str) -> list[str]:
    return sorted(path.name for path in ledger.folder(dataset).iterdir())


def test_what_was_flushed_is_in_the_ledger_and_what_was_only_added_is_not(ledger: Ledger) -> None:
    writer = PartWriter(ledger, rows=1000, seconds=1000)
    writer.add(capture("one"))
    writer.flush()
    writer.add(capture("two"))
    assert [row.request_url for row in ledger.committed()] == ["https://blog.example.org/one/"]
    assert next(ledger.committed()).links == capture("one").fetch.links


def test_a_part_is_written_when_it_has_enough_rows(ledger: Ledger) -> None:
    writer = PartWriter(ledger, rows=4, seconds=1000)
    for name in ("one", "two", "three"):
        writer.add(capture(name))
    assert parts(ledger, "fetches") == parts(ledger, "comments") == ["part-00000.parquet"]
    assert pq.read_table(ledger.folder("fetches") / "part-00000.parquet").num_rows == 2


def test_a_dataset_without_rows_gets_no_file_and_numbers_stay_in_step(ledger: Ledger) -> None:
    writer = PartWriter(ledger, rows=1000, seconds=1000)
    writer.add(replace(capture("one"), comments=[]))
    writer.flush()
    writer.add(capture("two"))
    writer.flush()
    assert parts(ledger, "fetches") == ["part-00000.parquet", "part-00001.parquet"]
    assert parts(ledger, "comments") == ["part-00001.parquet"]


def test_a_refused_write_commits_nothing_and_leaves_no_half_file(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = PartWriter(ledger, rows=1000, seconds=1000)
    writer.add(capture("one"))

    # A really full disk needs root; tests/test_nothing_lost.py has one.
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            writer.flush()
    assert parts(ledger, "comments") == parts(ledger, "fetches") == []
    writer.flush()
    assert parts(ledger, "comments") == parts(ledger, "fetches") == ["part-00000.parquet"]


def test_an_unfinished_crawl_is_gone_on_with_by_the_same_command_only(tmp_path: Path) -> None:
    first = open_ledger(tmp_path, COMMAND)
    first.close()
    other = open_ledger(tmp_path, {**COMMAND, "via": "html"})
    assert not other.resumed
    other.close()
    again = open_ledger(tmp_path, COMMAND)
    assert again.resumed
    assert again.crawl_id == first.crawl_id
    again.finish("finished")
    again.close()
    anew = open_ledger(tmp_path, COMMAND)
    assert not anew.resumed
    anew.close()
    assert [run.outcome for run in runs(tmp_path)] == ["finished", None, None]


def test_fresh_begins_a_new_crawl_beside_an_unfinished_one(tmp_path: Path) -> None:
    first = open_ledger(tmp_path, COMMAND)
    first.close()
    second = open_ledger(tmp_path, COMMAND, fresh=True)
    assert second.crawl_id != first.crawl_id
    assert not second.resumed
    second.close()


def test_parts_of_a_crawl_gone_on_with_never_replace_earlier_ones(tmp_path: Path) -> None:
    first = open_ledger(tmp_path, COMMAND)
    PartWriter(first, rows=1, seconds=1000).add(capture("one"))
    (first.folder("comments") / "part-00007.tmp").write_bytes(b"half")
    first.close()
    again = open_ledger(tmp_path, COMMAND)
    assert parts(again, "comments") == ["part-00000.parquet"]
    PartWriter(again, rows=1, seconds=1000).add(capture("two"))
    assert parts(again, "comments") == ["part-00000.parquet", "part-00001.parquet"]


def test_a_second_crawl_into_the_same_folder_is_told_who_holds_it(tmp_path: Path) -> None:
    first = open_ledger(tmp_path, COMMAND)
    with pytest.raises(DataFolderError, match=f"process {os.getpid()}"):
        open_ledger(tmp_path, COMMAND)
    first.close()
    open_ledger(tmp_path, COMMAND).close()


def test_the_lock_of_a_killed_process_does_not_stay(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys; from rejoinder.pipelines.ledger import open_ledger;"
        "l = open_ledger(pathlib.Path(sys.argv[1]), {}); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    ledger = open_ledger(tmp_path, {})
    assert ledger.resumed
    ledger.close()


@pytest.mark.parametrize("blocked", [".", "crawls", "raw", "raw/fetches"])
def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path, blocked: str) -> None:
    data = tmp_path / "data"
    file = data / blocked if blocked != "." else data
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a file")
    with pytest.raises(DataFolderError, match="is a file where a folder is needed"):
        open_ledger(data, COMMAND)


def test_a_damaged_part_of_the_ledger_is_named(ledger: Ledger) -> None:
    part = ledger.folder("fetches") / "part-00000.parquet"
    part.write_bytes(b"PAR1 and no more")
    with pytest.raises(DataFolderError, match=str(part)):
        list(ledger.committed())
