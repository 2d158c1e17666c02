"""The ledger of crawls: which run is open in a data folder, and what of it is already committed.

DATA/.lock                   held while a crawl writes; the kernel lets go of it when the process dies
DATA/crawls/<crawl_id>.json  one run: its command, when it started, how it ended (null while unfinished)
DATA/raw/fetches/...         the committed fetches; what has no row here has not happened
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ..clock import Clock, system_clock
from ..locks import CRAWL, take
from ..schemas import RAW, Link
from ..schemas.parts import UnreadablePart, check_version, part_files
from ..schemas.seal import DamagedFile, check_seal
from ..whole import write_whole


class DataFolderError(Exception):
    """The data folder cannot be used; the message names the path and says what to do."""


class DataFolderBusy(DataFolderError):
    """Another process is at work in the data folder."""


@dataclass(slots=True, kw_only=True)
class Run:
    """One crawl as DATA/crawls/ tells it."""

    crawl_id: str
    command: dict[str, Any]
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None
    """Scrapy's word for why it ended; None while unfinished."""
    fresh: bool = False
    """Whether it reads everything, whatever earlier runs hold."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What the ledger says of one fetch made earlier in this crawl."""

    fetch_id: str
    start_url: str
    request_url: str
    final_url: str | None
    page_kind: str
    outcome: str
    posts: int
    comments: int
    links: list[Link]
    asked_for: str | None = None
    stated_total: int | None = None


class Ledger:
    """An open crawl of one data folder; holds the folder's lock until `close`."""

    def __init__(
        self,
        data: Path,
        run: Run,
        lock: IO[str],
        *,
        resumed: bool,
        is_alone: bool = True,
        clock: Clock = system_clock,
    ) -> None:
        self.data = data
        self.run = run
        self.is_alone = is_alone
        """Whether no other crawl is writing to the folder."""
        self.resumed = resumed
        self.now = clock
        """What time it is for the crawl: each instant that it writes is of this clock."""
        self._lock = lock

    @property
    def crawl_id(self) -> str:
        return self.run.crawl_id

    def folder(self, dataset: str) -> Path:
        """Where this crawl's parts of a raw dataset stand."""
        return self.data / "raw" / dataset / f"crawl={self.crawl_id}"

    def committed(self) -> Iterator[Committed]:
        """The fetches of this crawl that are safely written, in the order in which they were."""
        for row in self.rows("fetches", [field.name for field in fields(Committed)]):
            row["links"] = [Link(**link) for link in row["links"]]
            yield Committed(**row)

    def rows(self, dataset: str, columns: list[str]) -> Iterator[dict[str, Any]]:
        """Columns of a raw dataset's rows of this crawl, in the order in which they were written."""
        for part in sorted(self.folder(dataset).glob("part-*.parquet")):
            yield from _rows(part, columns).to_pylist()

    def finish(self, outcome: str) -> None:
        """Mark the run as ended, so that the same command begins a new one."""
        self.run.finished_at = self.now()
        self.run.outcome = outcome
        save_run(self.data, self.run)

    def earlier_runs(self) -> list[Run]:
        """The crawls of the folder that had ended when this one began, oldest first.

        Raises:
            DataFolderError: a file in crawls/ is not what this program writes.
        """
        began = self.run.started_at
        return [
            run
            for run in runs(self.data)
            if run.crawl_id != self.crawl_id and run.finished_at and run.finished_at <= began
        ]

    def close(self) -> None:
        self._lock.close()


def committed_ids(data: Path, dataset: str, column: str) -> Iterator[str]:
    """The ids in a column of a raw dataset, of all crawls of the folder.

    Raises:
        DataFolderError: a part cannot be read.
    """
    for rows in committed_rows(data, dataset, [column]):
        yield from rows[column].to_pylist()


def committed_rows(data: Path, dataset: str, columns: list[str]) -> Iterator[pa.Table]:
    """Columns of a raw dataset, of all crawls of the folder, part by part.

    Raises:
        DataFolderError: a part cannot be read.
    """
    for part in part_files(data, dataset):
        yield _rows(part, columns)


def _rows(part: Path, columns: list[str]) -> pa.Table:
    """Columns of a part, which is known to be as it was written.

    Raises:
        DataFolderError: it is not, or cannot be read.
    """
    try:
        check_seal(part)
        with part.open("rb") as file:  # a path would be read as an address where the folder's name looks like one
            parquet = pq.ParquetFile(file)
            check_version(parquet.schema_arrow, part)
            # Columns that an older version did not write are null.
            return parquet.read(columns=columns)
    except UnreadablePart as error:
        raise DataFolderError(str(error)) from error
    except (DamagedFile, pa.ArrowException, OSError) as error:
        raise DataFolderError(
            f"{part} cannot be read ({error}); move it away and run the crawl again to fetch its pages anew"
        ) from error


def open_ledger(
    data: Path,
    command: dict[str, Any],
    *,
    fresh: bool = False,
    crawl_id: str | None = None,
    clock: Clock = system_clock,
    lock: int | None = None,
) -> Ledger:
    """Lock `data` and go on with the unfinished run of the same command, or begin a new one.

    Args:
        command: what identifies the crawl (start URLs and the options that decide what is fetched); JSON values.
        fresh: begin a new run even where an unfinished one stands.
        crawl_id: of a new run; None for one that tells when it began. Crawls of files give one that their command
            decides, so that the same files give the same bytes.
        clock: what time it is for the crawl.
        lock: descriptor of the folder's lock, which the process that started this one holds: it sees to it that no
            other crawl of the same command is at work there. None to take it.

    Raises:
        DataFolderBusy: another crawl is writing to it.
        DataFolderError: it is no folder, or cannot be written.
    """
    with named(data):
        (data / "crawls").mkdir(parents=True, exist_ok=True)
        held = (data / CRAWL).open("a+") if lock is None else os.fdopen(lock, "a+")
    try:
        if lock is None:
            _take(held, data)
        unfinished = None if fresh else _unfinished(data, command)
        run = unfinished or _new_run(command, crawl_id, clock(), fresh=fresh)
        with named(data):
            if not unfinished:
                save_run(data, run)
            for dataset in RAW:
                (data / "raw" / dataset / f"crawl={run.crawl_id}").mkdir(parents=True, exist_ok=True)
            _remove_leftovers(data, f"crawl={run.crawl_id}")
    except DataFolderError:
        held.close()
        raise
    return Ledger(data, run, held, resumed=unfinished is not None, is_alone=lock is None, clock=clock)


@contextmanager
def named(data: Path) -> Iterator[None]:
    """Turn what the file system refuses into an error that says what to do."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise DataFolderError(f"{error.filename} is a file where a folder is needed; give another --out") from error
    except OSError as error:
        raise DataFolderError(
            f"{error.filename or data} cannot be written: {error.strerror}; make room or give another --out"
        ) from error


@contextmanager
def only_writer(data: Path, patience: float = 0.5) -> Iterator[IO[str]]:
    """Hold the lock of crawls, for what changes raw/ and is none, or has several crawls write there.

    Args:
        patience: seconds to wait for it; `rejoinder status` holds it for a moment to see whether it is free.

    Raises:
        DataFolderBusy: a crawl is writing there.
    """
    with (data / CRAWL).open("a+") as lock:
        _take(lock, data, patience)
        yield lock


def _take(lock: IO[str], data: Path, patience: float = 0.5) -> None:
    if not take(lock, patience=patience):
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise DataFolderBusy(f"{data} is being written by {holder}; wait for it or give another --out")
    lock.truncate(0)
    lock.write(f"process {os.getpid()}")
    lock.flush()
    _remove_leftovers(data, "crawl=*")


def _remove_leftovers(data: Path, crawls: str) -> None:
    """Remove what has no final name and was left by a kill, where by now no other process can be writing."""
    for leftover in data.glob(f"raw/*/{crawls}/*.tmp"):
        leftover.unlink()


def runs(data: Path) -> list[Run]:
    """The crawls that wrote to `data`, oldest first.

    Raises:
        DataFolderError: a file in crawls/ is not what this program writes.
    """
    found = []
    for path in sorted((data / "crawls").glob("*.json")):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=Run))
        except msgspec.DecodeError as error:
            raise DataFolderError(f"{path} is damaged ({error}); move it away") from error
    return found


def _unfinished(data: Path, command: dict[str, Any]) -> Run | None:
    open_runs = [run for run in runs(data) if run.finished_at is None and run.command == command]
    return open_runs[-1] if open_runs else None


def _new_run(command: dict[str, Any], crawl_id: str | None, now: datetime, *, fresh: bool) -> Run:
    # Two crawls into one folder that start in the same microsecond are workers of one, whose commands differ.
    digest = hashlib.sha256(msgspec.json.encode(command, order="deterministic")).hexdigest()[:4]
    return Run(crawl_id=crawl_id or f"{now:%Y%m%dT%H%M%S%f}Z-{digest}", command=command, started_at=now, fresh=fresh)


def save_run(data: Path, run: Run) -> None:
    """Write down how a run stands."""
    path = data / "crawls" / f"{run.crawl_id}.json"
    write_whole(path, msgspec.json.format(msgspec.json.encode(run), indent=2))
