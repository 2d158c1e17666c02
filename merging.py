"""`rejoinder merge A B ... --out C`: several data folders as one, every observation once.

Parts are carried as they are. One that another folder has too, by its seal or as a source of a merged part, is carried
once. Where rows of one fetch stand in different parts of two folders (one folder is a copy that was compacted or went
on, or both read the same archive), the later folder's part is written anew without them, with the seals of what it
stands for, as `rejoinder compact` does it (schemas/parts.py); so is a part that names an archive which had to move.

C is made under another name beside it, written to the disk, and renamed: it is whole or not there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .pipelines.compact import present_rows
from .pipelines.ledger import DataFolderError, Run, named, only_writer, runs, save_run
from .pipelines.write import part_name, write_part
from .schemas import RAW
from .schemas.parts import MERGED_KEY, Part, UnreadablePart, counting, whole_parts
from .spiders.keep import FOLDER as ARCHIVE
from .spiders.keep import close_leftovers
from .takedown import FILE as TAKEDOWNS
from .takedown import TakedownError, Takedowns, read_takedowns, write_takedowns
from .whole import sync, sync_below

KEYS: dict[str, list[str]] = {dataset: ["fetch_id"] for dataset in RAW} | {"runs": ["crawl_id", "started_at"]}
"""Columns of each dataset by which two folders' rows are known to be of one observation."""
OF_THE_FOLDER = {"crawl_id", "archive_file"}
"""Columns of `fetches` that tell which crawl read an archive's record, and where its file stood, not what it holds."""


@dataclass(slots=True)
class Joined:
    """What became of the parts of one dataset."""

    parts: int = 0
    """Parts that were carried, as they are or without some rows."""
    rows: int = 0
    copies: int = 0
    """Parts left out because another folder has all their rows."""
    doubled: int = 0
    """Rows of further parts left out because another folder has them."""


@dataclass(frozen=True, slots=True)
class _Given:
    """One part of one of the folders."""

    number: int
    """Of the folder, in the order given."""
    folder: Path
    dataset: str
    part: Part

    @property
    def path(self) -> Path:
        return self.folder / self.part.path

    @property
    def crawl(self) -> str:
        """Its folder: 'crawl=ID', or 'crawl=FIRST..LAST'."""
        return self.path.parent.name

    @property
    def place(self) -> int:
        """Its number among the parts of its crawl."""
        return int(self.path.stem.removeprefix("part-"))


@dataclass(slots=True)
class _Plan:
    """What is carried from where, and under which names."""

    given: list[_Given]
    doubled: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    """(dataset, folder) -> keys of the rows that an earlier folder has too."""
    moved: dict[tuple[int, str], str] = field(default_factory=dict)
    """(folder, archive as fetches.archive_file names it) -> its name in the merged folder, where that is another."""


def merge(folders: Sequence[Path], out: Path) -> dict[str, Joined]:
    """Make the data folder `out` of others, which stay as they are; gives what was done by dataset.

    Raises:
        DataFolderBusy: a crawl or another merge is at work in one of them.
        DataFolderError: one is no data folder, a part of one is damaged, two contradict each other, or `out` is there
            already or cannot be written. Then `out` is as it was.
    """
    folders = list({folder.resolve(): folder for folder in folders}.values())
    for folder in folders:
        if not (folder / "raw").is_dir():
            raise DataFolderError(f"{folder} holds no raw data of a crawl; is it a folder given as --out?")
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise DataFolderError(f"{out} is there already; give another --out")
    work = out.with_name(f".{out.name}.merging")
    with ExitStack() as locks:
        for folder in folders:
            with named(folder):
                locks.enter_context(only_writer(folder))
        with named(out):
            work.mkdir(parents=True, exist_ok=True)
            locks.enter_context(only_writer(work))
            _clear(work)
            done = _merge(folders, work)
            sync_below(work)
            work.rename(out)
            sync(out.parent)
    return done


def _merge(folders: Sequence[Path], work: Path) -> dict[str, Joined]:
    found = [_parts_of(number, folder) for number, folder in enumerate(folders)]
    done: dict[str, Joined] = {}
    plan = _Plan([])
    for dataset in RAW:
        every = [each for of_folder in found for each in of_folder[dataset]]
        counted = {id(part) for part in counting(each.part for each in every)}
        kept = [each for each in every if id(each.part) in counted]
        done[dataset] = Joined(copies=len(every) - len(kept))
        plan.given += kept
        plan.doubled |= _doubled(dataset, kept)
    _join_runs(folders, work)
    _join_takedowns(folders, work)
    _carry_archives(folders, plan, work)
    for dataset in RAW:
        (work / "raw" / dataset).mkdir(parents=True, exist_ok=True)
    for each, place in _placed(plan.given):
        _carry(each, place, plan, work, done[each.dataset])
    return done


def _parts_of(number: int, folder: Path) -> dict[str, list[_Given]]:
    """The parts of a folder by dataset.

    Raises:
        DataFolderError: one is damaged, or of a newer version.
    """
    try:
        parts = whole_parts(folder)
    except UnreadablePart as error:
        raise DataFolderError(str(error)) from error
    # A folder's own parts may be copies too, which only _merge() counts.
    return {dataset: [_Given(number, folder, dataset, part) for part in found] for dataset, found in parts.items()}


# What stands in two folders


def _doubled(dataset: str, given: Sequence[_Given]) -> dict[tuple[str, int], set[str]]:
    """(dataset, folder) -> keys of the rows that an earlier folder has too.

    Raises:
        DataFolderError: two folders tell different things of one observation.
    """
    if len({each.number for each in given}) < 2:
        return {}
    keys = [_keys(each) for each in given]
    by_key = pa.concat_tables(keys).group_by("key").aggregate([("folder", "min"), ("folder", "max")])
    shared = by_key.filter(pc.field("folder_min") < pc.field("folder_max"))["key"].to_pylist()
    found: defaultdict[str, dict[int, _Rows]] = defaultdict(dict)
    for each in given if shared else ():
        for key, row in _rows_of(each, shared):
            found[key].setdefault(each.number, _Rows(each.path)).add(row)
    doubled: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for key, by_folder in found.items():
        first, *others = sorted(by_folder)
        for number in others:
            if by_folder[number].rows != by_folder[first].rows:
                what = f"{' '.join(KEYS[dataset])} {key}"
                raise DataFolderError(
                    f"{by_folder[first].path} and {by_folder[number].path} contradict each other: both have {what}, "
                    "and not with the same content; one of them is no copy of what a crawl wrote, so move it away"
                )
            doubled[dataset, number].add(key)
    return dict(doubled)


@dataclass(slots=True)
class _Rows:
    """What one folder tells of one observation."""

    path: Path
    rows: Counter[str] = field(default_factory=Counter)
    """Each row as JSON, as often as it stands there: the order of rows tells nothing."""

    def add(self, row: dict[str, Any]) -> None:
        told = {name: value for name, value in row.items() if name not in OF_THE_FOLDER or "fetch_id" not in row}
        self.rows[json.dumps(told, default=str, sort_keys=True)] += 1


def _keys(each: _Given) -> pa.Table:
    """The keys that rows of a part have, each once and with the folder's number."""
    with each.path.open("rb") as file:  # a path would be read as an address where the folder's name looks like one
        rows = pq.ParquetFile(file).read(columns=list(KEYS[each.dataset]))
    keys = _key_column(rows, each.dataset).unique()
    return pa.table({"key": keys, "folder": pa.repeat(pa.scalar(each.number, pa.int32()), len(keys))})


def _key_column(rows: pa.Table, dataset: str) -> pa.ChunkedArray:
    names = KEYS[dataset]
    if len(names) == 1:
        return rows[names[0]]
    keys = [" ".join(map(str, row.values())) for row in rows.select(names).to_pylist()]
    return pa.chunked_array([pa.array(keys, pa.string())])


def _rows_of(each: _Given, keys: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a part that have one of these keys, each with its key, in the present columns."""
    rows = present_rows(each.path, RAW[each.dataset])
    chosen = rows.append_column("key", _key_column(rows, each.dataset)).filter(pc.field("key").isin(keys))
    yield from zip(chosen["key"].to_pylist(), chosen.drop_columns(["key"]).to_pylist(), strict=True)


# Parts


def _placed(given: Iterable[_Given]) -> Iterator[tuple[_Given, int]]:
    """Each part with its number among those of its crawl: a later folder's come behind an earlier one's.

    Files that were written together keep one number.
    """
    behind: dict[str, int] = {}
    by_crawl = sorted(given, key=lambda each: (each.crawl, each.number))
    for (crawl, _), several in groupby(by_crawl, key=lambda each: (each.crawl, each.number)):
        first, highest = behind.get(crawl, 0), -1
        for each in several:
            highest = max(highest, each.place)
            yield each, first + each.place
        behind[crawl] = first + highest + 1


def _carry(each: _Given, place: int, plan: _Plan, work: Path, done: Joined) -> None:
    """Put a part into the merged folder, as it is, or anew where rows or names of archives in it are not to stay."""
    path = work / "raw" / each.dataset / each.crawl / part_name(place)
    path.parent.mkdir(exist_ok=True)
    doubled = plan.doubled.get((each.dataset, each.number))
    moved = {old: new for (number, old), new in plan.moved.items() if number == each.number}
    with each.path.open("rb") as file:
        parquet = pq.ParquetFile(file)
        count = parquet.metadata.num_rows
        rows = parquet.read() if doubled or (moved and each.dataset == "fetches") else None
    kept = rows
    if kept is not None and doubled:
        keyed = kept.append_column("key", _key_column(kept, each.dataset))
        kept = keyed.filter(~pc.field("key").isin(sorted(doubled))).drop_columns(["key"])
    if kept is not None and moved:
        kept = _renamed(kept, moved)
    left = count if kept is None else len(kept)
    done.doubled += count - left
    if not left:
        return
    done.parts += 1
    done.rows += left
    if rows is None or kept is None or kept.equals(rows):
        shutil.copyfile(each.path, path)
    else:
        told = {**(rows.schema.metadata or {}), MERGED_KEY: json.dumps(sorted(each.part.holds))}
        write_part(kept.replace_schema_metadata(told), path)


def _renamed(rows: pa.Table, moved: dict[str, str]) -> pa.Table:
    """Rows of `fetches` that name archives as they are named now."""
    at = rows.schema.get_field_index("archive_file")
    if at < 0:  # an older version had none
        return rows
    column = rows.schema.field(at)
    names = [moved.get(name, name) for name in rows[column.name].to_pylist()]
    return rows.set_column(at, column, pa.array(names, column.type))


# What stands beside raw/


def _join_runs(folders: Sequence[Path], work: Path) -> None:
    """Carry DATA/crawls. Of a run that two folders know, the one that has ended is the later one.

    Raises:
        DataFolderError: two folders tell different things of one run.
    """
    joined: dict[str, tuple[Run, Path]] = {}
    for folder in folders:
        for run in runs(folder):
            known, where = joined.setdefault(run.crawl_id, (run, folder))
            if replace(run, finished_at=None, outcome=None) != replace(known, finished_at=None, outcome=None):
                name = Path("crawls", f"{run.crawl_id}.json")
                raise DataFolderError(f"{where / name} and {folder / name} tell of different crawls under one id")
            if known.finished_at is None:
                joined[run.crawl_id] = (run, folder)
    (work / "crawls").mkdir()
    for run, _ in joined.values():
        save_run(work, run)


def _join_takedowns(folders: Sequence[Path], work: Path) -> None:
    """Carry what is not to be shown: the entries of every folder's takedown.toml, each once.

    Raises:
        DataFolderError: a file cannot be used, or two have hashed names with other salts.
    """
    try:
        found = {folder / TAKEDOWNS: read_takedowns(folder) for folder in folders}
    except TakedownError as error:
        raise DataFolderError(str(error)) from error
    salted = {takedowns.salt: path for path, takedowns in found.items() if takedowns.salt}
    if len(salted) > 1:
        raise DataFolderError(
            f"{' and '.join(map(str, salted.values()))} have hashes made with different salts, which cannot stand in "
            "one file: write the names themselves into one of them"
        )
    entries = tuple(dict.fromkeys(entry for takedowns in found.values() for entry in takedowns.entries))
    if entries:
        text = write_takedowns(Takedowns(entries=entries, salt=next(iter(salted), "")))
        (work / TAKEDOWNS).write_text(text, "utf-8")


def _carry_archives(folders: Sequence[Path], plan: _Plan, work: Path) -> None:
    """Copy the archives that stand in data folders: those that crawls kept, and those that rows name.

    One whose name another file has already goes into a folder of its own beside that, under the name that it had, for
    ids of what is read from archives are made of it.
    """
    sums: dict[Path, str] = {}
    for number, folder in enumerate(folders):
        for name, shown in _archives_of(number, folder, plan).items():
            digest = _sha256(folder / name)
            target = Path(name)
            if sums.setdefault(target, digest) != digest:
                target = target.parent / digest[:16] / target.name
                plan.moved |= {(number, one): str(target) + one.removeprefix(name) for one in shown}
            if not (work / target).exists():
                (work / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / name, work / target)
    for folder in {path.parent for path in (work / ARCHIVE).rglob("*") if path.is_file()}:
        close_leftovers(folder)


def _archives_of(number: int, folder: Path, plan: _Plan) -> dict[str, set[str]]:
    """Path below the folder of each archive in it -> how rows name it, or what stands in it."""
    found: dict[str, set[str]] = {}
    for path in sorted((folder / ARCHIVE).rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = set()
    for each in plan.given:
        if each.number != number or each.dataset != "fetches" or "archive_file" in each.part.lacks:
            continue
        with each.path.open("rb") as file:
            names = pq.ParquetFile(file).read(columns=["archive_file"])["archive_file"].unique().to_pylist()
        for shown in filter(None, names):
            # Of a WACZ the row names a file in it; an absolute name is of a file elsewhere, and stays.
            for name in (shown, *(parent.as_posix() for parent in Path(shown).parents)):
                if not Path(name).is_absolute() and (folder / name).is_file():
                    found.setdefault(name, set()).add(shown)
    return found


# Files


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _clear(work: Path) -> None:
    """Remove what a killed merge left, but its lock, which is held."""
    for path in work.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".lock":
            path.unlink()
