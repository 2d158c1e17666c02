"""Merges the parts of raw/ into few: other files, the same rows.

A merged part is written whole, under a name that no part has, with the seals of its sources in its metadata; only then
are these removed. So at each moment every row stands in a part that counts (schemas/parts.py), and in one only: a kill
leaves either the sources alone, or sources that nobody reads any more and that the next run removes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..locks import BUILD, take
from ..schemas import RAW
from ..schemas.arrow import arrow_schema
from ..schemas.parts import MERGED_KEY, Part, UnreadablePart, counting, part_files, whole_parts
from .ledger import DataFolderBusy, DataFolderError, named, only_writer, runs
from .write import write_part

LARGEST = 128 << 20
"""Bytes in memory of the rows of a merged part; what is larger by itself stays as it is."""
ROWS_A_GROUP = 20_000
"""Rows that a reader who looks for one post has to take up at once."""

SORTED_BY = {"posts": "post_id", "comments": "comment_id"}
"""Rows of one post stand together: a build that needs few posts reads few rows, and what was seen again and again is
written once. The order in which rows were written tells nothing that their columns do not."""

UNTIL = ".."
"""Between the first and the last crawl in the name of a merged part's folder."""


@dataclass(slots=True)
class Compaction:
    """What became of the parts of one dataset."""

    parts_before: int = 0
    parts_after: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    merged: int = 0
    """Parts that were merged."""
    copies: int = 0
    """Parts that were removed because all their rows stood in another one."""
    unfinished: int = 0
    """Parts left alone because their crawl may go on."""
    foreign: list[str] = field(default_factory=list)
    """Parts left alone because they have columns that are not ours, and merging would lose them."""


def compact(data: Path) -> dict[str, Compaction]:
    """Merge the parts of all crawls that have ended; gives what was done by dataset.

    Raises:
        DataFolderBusy: a crawl, a build or another compaction is at work there.
        DataFolderError: it is no data folder, a part is damaged (nothing is changed then), or it cannot be written.
    """
    if not (data / "raw").is_dir():
        raise DataFolderError(f"{data} holds no raw data of a crawl; is it the folder given as --out?")
    with ExitStack() as locks, named(data):
        locks.enter_context(only_writer(data))
        if not take(locks.enter_context((data / BUILD).open("w"))):
            raise DataFolderBusy(f"the tables of {data} are being built; wait for it, then: rejoinder compact {data}")
        try:
            parts = whole_parts(data)
        except UnreadablePart as error:
            raise DataFolderError(str(error)) from error
        unfinished = {run.crawl_id for run in runs(data) if run.finished_at is None}
        return {dataset: _compact_dataset(data, dataset, found, unfinished) for dataset, found in parts.items()}


def _compact_dataset(data: Path, dataset: str, parts: list[Part], unfinished: set[str]) -> Compaction:
    done = Compaction(parts_before=len(parts), bytes_before=sum(part.size for part in parts))
    ended = [part for part in parts if _crawls(part)[0] not in unfinished]
    done.unfinished = len(parts) - len(ended)
    counted = {part.path for part in counting(parts)}
    copies = [part for part in ended if part.path not in counted]
    done.copies = len(copies)
    _remove(data, copies)
    ended = [part for part in ended if part.path in counted]
    done.foreign = [part.path for part in ended if not part.is_plain]
    for sources, rows in _groups(data, [part for part in ended if part.is_plain], RAW[dataset]):
        if len(sources) > 1 or sources[0].lacks:
            _merge(data, dataset, sources, rows)
            done.merged += len(sources)
            _remove(data, sources)
    after = part_files(data, dataset)
    done.parts_after, done.bytes_after = len(after), sum(path.stat().st_size for path in after)
    return done


def _groups(data: Path, parts: list[Part], record_class: type) -> Iterator[tuple[list[Part], list[pa.Table]]]:
    """Neighbouring parts that together are not too large for one, with their rows in the present columns."""
    sources: list[Part] = []
    rows: list[pa.Table] = []
    size = 0
    for part in parts:
        read = present_rows(data / part.path, record_class)
        if sources and size + read.nbytes > LARGEST:
            yield sources, rows
            sources, rows, size = [], [], 0
        sources.append(part)
        rows.append(read)
        size += read.nbytes
    if sources:
        yield sources, rows


def present_rows(path: Path, record_class: type) -> pa.Table:
    """The rows of a part with the declared columns in their order; null where an older version had none."""
    schema = arrow_schema(record_class)
    with path.open("rb") as file:  # a path would be read as an address where the folder's name looks like one
        rows = pq.ParquetFile(file).read()
    columns = [
        rows[column.name].cast(column.type) if column.name in rows.column_names else pa.nulls(len(rows), column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _merge(data: Path, dataset: str, sources: list[Part], tables: list[pa.Table]) -> None:
    """Write the merged part of these sources.

    Raises:
        DataFolderError: what was written is not what was to be.
    """
    rows = pa.concat_tables(tables)
    if key := SORTED_BY.get(dataset):
        numbers = pa.array(range(len(rows)), pa.int64())
        order = rows.select([key, "fetched_at"]).append_column("number", numbers)
        rows = rows.take(order.sort_by([(name, "ascending") for name in order.column_names])["number"])
    seals = sorted({seal for part in sources for seal in part.holds})
    rows = rows.replace_schema_metadata({**(rows.schema.metadata or {}), MERGED_KEY: json.dumps(seals)})
    first, last = min(_crawls(part)[0] for part in sources), max(_crawls(part)[1] for part in sources)
    folder = data / "raw" / dataset / f"crawl={first if first == last else first + UNTIL + last}"
    folder.mkdir(exist_ok=True)
    number = 1 + max((int(path.stem.removeprefix("part-")) for path in folder.glob("part-*.parquet")), default=-1)
    path = folder / f"part-{number:05d}.parquet"
    write_part(rows, path, rows_a_group=ROWS_A_GROUP)
    with path.open("rb") as file:
        if not pq.ParquetFile(file, page_checksum_verification=True).read().equals(rows):
            path.unlink()
            raise DataFolderError(f"{path} was not written as it should be; nothing was removed")


def _crawls(part: Part) -> tuple[str, str]:
    """The first and the last crawl of a part, as its folder tells."""
    name = part.path.split("/")[2].removeprefix("crawl=")
    first, _, last = name.partition(UNTIL)
    return first, last or first


def _remove(data: Path, parts: list[Part]) -> None:
    """Remove parts, and the folders that this leaves empty."""
    for part in parts:
        path = data / part.path
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
