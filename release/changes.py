"""What a release has that an older one has not, and the other way round: CHANGELOG.md and changes.csv."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import msgspec

from ..inert import csv_line
from ..queries.database import open_database, plain_folder, quoted
from ..schemas.release import RELEASE_TABLES
from .config import ReleaseConfig
from .inert import md_code
from .place import PlaceError, files_of

CHANGELOG = "CHANGELOG.md"
CHANGES = "changes.csv"
PACKAGE = "datapackage.json"
HEADING = "# Changes\n"

COMPARED = ("posts", "comments")
OBSERVED = frozenset({"position", "fetch_id", "fetched_at", "first_seen_at", "last_seen_at"})
"""Columns that tell when and where a row was seen, not what it says."""
IDS_SHOWN = 20


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a release was made, as its datapackage.json says."""

    texts: str
    names: str
    removed: str
    addresses: bool
    keep_post_authors: bool = False
    contact: str = ""


def settings_of(config: ReleaseConfig) -> Settings:
    return Settings(
        texts=config.texts,
        names=config.names.mode,
        removed=config.removed,
        addresses=config.addresses,
        keep_post_authors=config.names.keep_post_authors,
        contact=config.contact,
    )


class _Package(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    created: str
    rejoinder: Settings


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release that was made before."""

    path: Path
    version: str
    released: str
    settings: Settings
    changelog: str
    """What its CHANGELOG.md says, without the heading."""


@dataclass(slots=True)
class Change:
    """What became of the rows of a table."""

    table: str
    before: int = 0
    now: int = 0
    ids: dict[str, list[str]] = field(default_factory=lambda: {"added": [], "removed": [], "changed": []})
    columns: dict[str, int] = field(default_factory=dict)
    """Column -> rows in which it is another than before."""
    of_row: dict[str, list[str]] = field(default_factory=dict)
    """id of a changed row -> its columns that are."""


def earlier_release(path: Path) -> Earlier:
    """What an older release says of itself.

    Raises:
        PlaceError: it is none.
    """
    files_of(path)
    try:
        package = msgspec.json.decode((path / PACKAGE).read_bytes(), type=_Package)
        changelog = (path / CHANGELOG).read_text("utf-8")
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise PlaceError(f"{path} is no release of this program: {PACKAGE} or {CHANGELOG} cannot be read") from error
    released = package.created.partition("T")[0]
    return Earlier(path, package.version, released, package.rejoinder, changelog.removeprefix(HEADING))


def changes_between(earlier: Path, release: Path, threads: int | None = None) -> list[Change]:
    """What became of posts and comments since an older release.

    Raises:
        PlaceError: a table of the older one cannot be read.
    """
    try:
        with plain_folder(earlier) as old, plain_folder(release) as new, open_database(threads=threads) as connection:
            return [_change(connection, table, old, new) for table in COMPARED]
    except duckdb.Error as error:
        raise PlaceError(f"{earlier} cannot be compared: {error}") from error


def _change(connection: duckdb.DuckDBPyConnection, table: str, old: Path, new: Path) -> Change:
    [key] = RELEASE_TABLES[table].key
    for name, folder in (("old", old), ("new", new)):
        path = quoted(str(folder / "data" / f"{table}.parquet"))
        connection.execute(f"create or replace view {name}_rows as from read_parquet({path})").fetchall()
    columns = [column for column in _columns(connection, "new_rows") if column not in OBSERVED]
    common = [column for column in columns if column in _columns(connection, "old_rows") and column != key]
    digest = f"hash([{', '.join(f'hash({column})' for column in common)}])"
    for name in ("old", "new"):
        # Digests instead of the rows themselves, which may not fit into memory.
        connection.execute(
            f"create or replace temp table {name} as select {key} as id, {digest} as digest from {name}_rows"
        ).fetchall()
    change = Change(table, _count(connection, "old"), _count(connection, "new"))
    for kind, query in {
        "added": "select id from new anti join old using (id)",
        "removed": "select id from old anti join new using (id)",
        "changed": "select id from new inner join old using (id) where new.digest <> old.digest",
    }.items():
        connection.execute(f"create or replace temp table {kind} as {query} order by id").fetchall()
        change.ids[kind] = [row_id for (row_id,) in connection.execute(f"from {kind}").fetchall()]
    differs = ", ".join(f"new_rows.{column} is distinct from old_rows.{column}" for column in common)
    for row_id, *flags in connection.execute(
        f"select {key}, {differs} from new_rows inner join old_rows using ({key}) "
        f"where {key} in (select id from changed) order by {key}"
    ).fetchall():
        change.of_row[row_id] = [column for column, is_other in zip(common, flags, strict=True) if is_other]
        for column in change.of_row[row_id]:
            change.columns[column] = change.columns.get(column, 0) + 1
    return change


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [name for name, *_ in connection.execute(f"describe {relation}").fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return count


def write_changes(
    release: Path, config: ReleaseConfig, rows: dict[str, int], earlier: Earlier | None, threads: int | None = None
) -> None:
    """Write CHANGELOG.md, and changes.csv with the id of every row that changed where there is an older release."""
    settings = settings_of(config)
    head = f"{HEADING}\n## {config.version} ({config.released})\n\n"
    if earlier is None:
        counts = ", ".join(f"{rows[table]} {table}" for table in COMPARED)
        (release / CHANGELOG).write_text(f"{head}First release: {counts}.\n", "utf-8")
        return
    changes = changes_between(earlier.path, release, threads)
    text = head + f"Compared with {earlier.version} ({earlier.released}). Every id stands in `{CHANGES}`.\n\n"
    for name in Settings.__struct_fields__:
        before, now = getattr(earlier.settings, name), getattr(settings, name)
        if before != now:
            text += f"- The setting `{name}` was `{_setting(before)}` and is `{_setting(now)}`.\n\n"
    text += "| table | rows before | added | removed | changed | rows now |\n| --- | --- | --- | --- | --- | --- |\n"
    for change in changes:
        counts = " | ".join(str(len(ids)) for ids in change.ids.values())
        text += f"| {change.table} | {change.before} | {counts} | {change.now} |\n"
    for change in changes:
        for kind, ids in change.ids.items():
            if ids:
                shown = ", ".join(md_code(row_id) for row_id in ids[:IDS_SHOWN])
                more = f" and {len(ids) - IDS_SHOWN} more" if len(ids) > IDS_SHOWN else ""
                text += f"\n{change.table} {kind}: {shown}{more}\n"
        if change.columns:
            told = ", ".join(f"`{column}` in {count}" for column, count in sorted(change.columns.items()))
            text += f"\nColumns of {change.table} that changed: {told}.\n"
    (release / CHANGELOG).write_text(text + earlier.changelog, "utf-8")
    lines = [["table", "id", "change", "columns"]]
    lines += [
        [change.table, row_id, kind, " ".join(change.of_row.get(row_id, ()))]
        for change in changes
        for kind, ids in change.ids.items()
        for row_id in ids
    ]
    (release / CHANGES).write_text("".join(map(csv_line, lines)), "utf-8")


def _setting(value: str | bool) -> str:
    return str(value).lower()
