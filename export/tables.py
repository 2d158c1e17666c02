"""Every table as a file of CSV or JSON Lines."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import duckdb

from ..rows import write_csv, write_json
from ..schemas.tables import TABLES

WRITERS = {"csv": write_csv, "jsonl": write_json}


def write_tables(tables: duckdb.DuckDBPyConnection, folder: Path, form: Literal["csv", "jsonl"]) -> dict[str, int]:
    """Write each table in the order of its key to `<table>.<form>` in a folder; gives its rows by file name."""
    there = {name for (name,) in tables.execute("select table_name from information_schema.tables").fetchall()}
    written: dict[str, int] = {}
    for name in (name for name in TABLES if name in there):
        path = folder / f"{name}.{form}"
        with path.open("w", encoding="utf-8", newline="") as file:
            WRITERS[form](tables.sql(f"from {name} order by all"), file)
        [(written[path.name],)] = tables.execute(f"select count(*) from {name}").fetchall()
    return written
