"""The connections that all commands open: how much they hold in memory, and where the rest goes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest
from rejoinder.queries.database import MEMORY, open_database

LARGE = "create table large as select hash(range) as hash, repeat('x', 20) || range as text from range(2_000_000)"


def number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    [(value,)] = connection.execute(query).fetchall()
    return value


def test_a_connection_holds_so_much_unless_told_otherwise() -> None:
    limit = "select parse_formatted_bytes(current_setting('memory_limit'))"
    with open_database() as ours, duckdb.connect() as unlimited, open_database(memory_limit="100MB") as told:
        most = number(ours, f"select parse_formatted_bytes('{MEMORY}')")
        assert number(ours, limit) == pytest.approx(min(most, number(unlimited, limit)), rel=0.1)
        assert number(told, limit) == pytest.approx(100e6, rel=0.1)


def test_what_does_not_fit_leaves_nothing_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, scratch = tmp_path / "here", tmp_path / "scratch"
    here.mkdir()
    scratch.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with open_database(memory_limit="60MB", threads=1) as connection:
        connection.execute(LARGE).fetchall()
        assert number(connection, "select count(*) from (from large order by hash)") == 2_000_000
        assert list(scratch.rglob("duckdb_temp*"))
        assert not list(here.iterdir())
    assert not list(scratch.iterdir())
