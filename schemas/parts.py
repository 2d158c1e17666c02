"""Which files of raw/ count: each part once, whatever was copied or merged, and none that a newer version wrote.

    DATA/raw/DATASET/crawl=ID/part-NNNNN.parquet             as a crawl wrote it
    DATA/raw/DATASET/crawl=FIRST..LAST/part-NNNNN.parquet    parts of these crawls and those between, merged

A part is known by its seal, not by its name. A merged part holds in its metadata the seals of those that it was made
of, and of those that they were made of: one of them that still stands beside it, because a kill came before it was
removed or because a copy was put back, is not read. Of parts with one seal one is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from .arrow import VERSION_KEY, arrow_schema
from .records import RAW, SCHEMA_VERSION
from .seal import DamagedFile, check_seal

MERGED_KEY = "rejoinder.merged"
"""Metadata key of a merged part: a JSON list of seals, sorted."""


ADVICE = "put a whole copy in its place, or move it away and build again"
"""What to do with a damaged part."""


class UnreadablePart(Exception):
    """A part cannot be used; the message names it and says what to do."""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part that was found to be as it was written, and to hold what its dataset declares."""

    path: str
    """Below the data folder."""
    seal: str
    size: int
    modified_ns: int
    merged: list[str] = []
    """Seals of the parts that it was made of; empty where a crawl wrote it."""
    lacks: list[str] = []
    """The declared columns that it has not: an older version wrote it."""
    is_plain: bool = True
    """Whether it has no columns but the declared ones, and nothing else in these."""

    @property
    def holds(self) -> set[str]:
        """Seals of all parts whose rows it has, its own included."""
        return {self.seal, *self.merged}


def whole_parts(data: Path, known: Mapping[str, Part] | None = None) -> dict[str, list[Part]]:
    """Every part of every raw dataset, in the order of their paths, each seen to be as it was written.

    Args:
        known: parts by path that an earlier call gave: one whose file has the same size and time is not read again.

    Raises:
        UnreadablePart: some are damaged, or none of ours, or of a newer version; the message names them all.
    """
    found: dict[str, list[Part]] = {}
    wrong = []
    for dataset, record_class in RAW.items():
        found[dataset] = []
        for name in _part_names(data, dataset):
            try:
                at = (data / name).stat()
                part = (known or {}).get(name)
                if part is None or (part.size, part.modified_ns) != (at.st_size, at.st_mtime_ns):
                    part = _read(data / name, name, at.st_size, at.st_mtime_ns, record_class)
                found[dataset].append(part)
            except (UnreadablePart, OSError) as error:
                wrong.append(str(error))
    if wrong:
        raise UnreadablePart("; ".join(wrong))
    return found


def see_again(data: Path, parts: Iterable[Part]) -> None:
    """See that parts which were read before are still as they were, whatever size and time of their files say.

    Raises:
        UnreadablePart: some are not; the message names them all.
    """
    wrong = []
    for part in parts:
        try:
            if check_seal(data / part.path) != part.seal:
                wrong.append(f"{data / part.path} is another than it was; build again with --full")
        except (DamagedFile, OSError) as error:
            wrong.append(f"{error}; {ADVICE}")
    if wrong:
        raise UnreadablePart("; ".join(wrong))


def part_files(data: Path, dataset: str) -> list[Path]:
    """The files of a raw dataset; a missing folder has none. What is still being written has another suffix."""
    return [data / name for name in _part_names(data, dataset)]


def _part_names(data: Path, dataset: str) -> list[str]:
    """The same as paths below the data folder."""
    folder = data / "raw" / dataset
    if not folder.is_dir():
        return []
    # Path.glob asks the file system about each file three times over.
    crawls = sorted(entry.name for entry in os.scandir(folder) if entry.name.startswith("crawl=") and entry.is_dir())
    return [
        f"raw/{dataset}/{crawl}/{name}"
        for crawl in crawls
        for name in sorted(entry.name for entry in os.scandir(folder / crawl))
        if name.startswith("part-") and name.endswith(".parquet")
    ]


def counting(parts: Iterable[Part]) -> list[Part]:
    """Those parts of a dataset that are read: no copies, and none whose rows stand in a merged part beside it."""
    parts = list(parts)
    merged = {seal for part in parts for seal in part.merged}
    once = {part.seal: part for part in reversed(parts) if part.seal not in merged}
    return [part for part in parts if once.get(part.seal) is part]


def check_version(schema: pa.Schema, path: Path) -> None:
    """See that no later version wrote a part.

    Raises:
        UnreadablePart: one did.
    """
    version = (schema.metadata or {}).get(VERSION_KEY.encode(), b"").decode()
    if version.isdigit() and int(version) > int(SCHEMA_VERSION):
        raise UnreadablePart(f"{path} was written by a newer rejoinder (schema {version}); install that version")


def _read(path: Path, name: str, size: int, modified_ns: int, record_class: type) -> Part:
    """A part that has not been seen before, or has changed.

    Raises:
        UnreadablePart: it is damaged, or holds something else than `record_class` declares.
        OSError: it cannot be read.
    """
    try:
        seal = check_seal(path)
        with path.open("rb") as file:
            schema = pq.read_schema(file)
    except (DamagedFile, pa.ArrowException) as error:
        raise UnreadablePart(f"{error}; {ADVICE}") from error
    check_version(schema, path)
    declared = arrow_schema(record_class)
    for column in declared:
        found = schema.field(column.name) if column.name in schema.names else None
        if found is None and not column.nullable:
            raise UnreadablePart(f"{path} has no column {column.name}, so it is no part of ours; move it away")
        if found is not None and not _same_type(found.type, column.type):
            raise UnreadablePart(f"{path} has {column.name} as {found.type}, not {column.type}; move it away")
    return Part(
        path=name,
        seal=seal,
        size=size,
        modified_ns=modified_ns,
        merged=json.loads((schema.metadata or {}).get(MERGED_KEY.encode(), b"[]")),
        lacks=[name for name in declared.names if name not in schema.names],
        is_plain=all(
            name in declared.names and _same_type(declared.field(name).type, schema.field(name).type)
            for name in schema.names
        ),
    )


def _same_type(found: pa.DataType, declared: pa.DataType) -> bool:
    """Whether DuckDB reads both alike: nullability and the names that writers give to list elements do not matter."""
    if pa.types.is_list(declared):
        return pa.types.is_list(found) and _same_type(found.value_type, declared.value_type)
    if pa.types.is_struct(declared):
        return pa.types.is_struct(found) and all(
            found.get_field_index(inner.name) >= 0 and _same_type(found.field(inner.name).type, inner.type)
            for inner in declared
        )
    return found == declared
