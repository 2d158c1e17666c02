"""Runs queries/checks/*.sql: each query returns offending rows, and none is a pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import duckdb
import pyarrow as pa

from ..schemas.seal import DamagedFile, check_seal
from .database import plain_folder
from .models import ROOT, BuildError, define_macros
from .raw import bind_crawls, bind_raw, read_parts
from .read import connect_beside, readable

Severity = Literal["error", "warning"]

HEADER = re.compile(r"-- (?P<name>\w+): (?P<about>.+)\n-- Severity: (?P<severity>\w+)\n")


@dataclass(frozen=True, slots=True)
class Check:
    """One file of queries/checks/."""

    name: str
    about: str
    """What its rows are."""
    severity: Severity
    """'error': the tables break their contract. 'warning': the source is odd, or something was not fetched."""
    sql: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found."""

    check: Check
    rows: pa.Table

    @property
    def failed(self) -> bool:
        """Whether `rejoinder check` must not exit with success."""
        return self.check.severity == "error" and self.rows.num_rows > 0


def checks() -> list[Check]:
    """All checks, errors first, then by name.

    Raises:
        BuildError: a file's header does not tell its name and severity.
    """
    found = [_read_check(path) for path in (ROOT / "checks").glob("*.sql")]
    return sorted(found, key=lambda check: (check.severity, check.name))


def check(data: Path) -> list[CheckResult]:
    """Run all checks over the tables of `data` and, where it stands beside them, the raw data.

    Raises:
        BuildError: there are no tables, or a file of tables/ or raw/ is not as it was written.
    """
    parts = read_parts(data)
    _check_tables(data)
    with readable(data), plain_folder(data) as folder, connect_beside(data) as connection:
        bind_raw(connection, parts, folder)
        bind_crawls(connection, folder)
        define_macros(connection)
        return [_run(connection, each) for each in checks()]


def _check_tables(data: Path) -> None:
    for path in sorted((data / "tables").glob("*.parquet")):
        try:
            check_seal(path)
        except (DamagedFile, OSError) as error:
            raise BuildError(f"{error}; make it anew: rejoinder build {data}") from error


def _run(connection: duckdb.DuckDBPyConnection, each: Check) -> CheckResult:
    try:
        return CheckResult(each, connection.sql(f"from ({each.sql}\n) order by all").to_arrow_table())
    except duckdb.CatalogException as error:
        raise BuildError(f"{each.name} finds no table ({error}); run rejoinder build again") from error


def _read_check(path: Path) -> Check:
    sql = path.read_text("utf-8")
    header = HEADER.match(sql)
    if header is None or header["name"] != path.stem or header["severity"] not in get_args(Severity):
        raise BuildError(f"{path} must begin with '-- {path.stem}: ...' and '-- Severity: error' or 'warning'")
    return Check(path.stem, header["about"], "error" if header["severity"] == "error" else "warning", sql)
