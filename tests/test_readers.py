"""The ways of reading the tables that the README names: rows, Arrow, pandas, polars; each with its instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.write import write_part
from rejoinder.queries import build, connect
from rejoinder.schemas import RAW
from rejoinder.schemas.arrow import to_table
from rejoinder.schemas.tables import TABLES

from support.golden import given_records

CASE = Path(__file__).parent / "tables" / "completeness" / "every_difference_has_its_reason" / "given"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for dataset, records in given_records(CASE).items():
        part = folder / "raw" / dataset / "crawl=first" / "part-00000.parquet"
        part.parent.mkdir(parents=True)
        write_part(to_table(records, RAW[dataset]), part)
    build(folder)
    return folder


@pytest.mark.parametrize("table", TABLES)
def test_rows_come_as_python_values_from_files_and_from_the_database(data: Path, table: str) -> None:
    with duckdb.connect() as anyone:
        anyone.execute("set TimeZone = 'UTC'")
        rows = anyone.execute(f"select * from '{data}/tables/{table}.parquet'").fetchall()
    with connect(data) as ours:
        assert ours.execute(f"select * from {table}").fetchall() == rows
    with duckdb.connect(data / "rejoinder.duckdb", read_only=True) as anyone:
        assert len(anyone.execute(f"select * from {table}").fetchall()) == len(rows)


def test_an_instant_has_its_zone(data: Path) -> None:
    with connect(data) as tables:
        [(row,), *_] = tables.execute("select fetched_at from comments order by all").fetchall()
        [arrow, *_] = tables.sql("select fetched_at from comments order by all").to_arrow_table().to_pylist()
    assert isinstance(row, datetime)
    assert row.utcoffset() == UTC.utcoffset(None)
    assert row == arrow["fetched_at"]
    assert row == min(pq.read_table(data / "tables" / "comments.parquet")["fetched_at"].to_pylist())


def test_arrow_holds_the_same(data: Path) -> None:
    with connect(data) as tables:
        for table in TABLES:
            assert (
                tables.sql(f"from {table}").to_arrow_table().num_rows
                == pq.read_metadata(data / "tables" / f"{table}.parquet").num_rows
            )


def test_pandas_reads_the_tables(data: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install pandas")
    for table in TABLES:
        frame = pandas.read_parquet(data / "tables" / f"{table}.parquet")
        with connect(data) as tables:
            asked = tables.sql(f"from {table}").df()
        assert len(frame) == len(asked)
        assert list(frame.columns) == list(asked.columns)
        if "fetched_at" in frame and len(frame):
            assert str(frame["fetched_at"].dt.tz) == "UTC"
            assert (frame["fetched_at"] == asked["fetched_at"]).all()


def test_polars_reads_the_tables(data: Path) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed: pip install polars")
    for table in TABLES:
        frame = polars.read_parquet(data / "tables" / f"{table}.parquet")
        with connect(data) as tables:
            asked = polars.from_arrow(tables.sql(f"from {table}").to_arrow_table())
        assert frame.columns == asked.columns
        assert len(frame) == len(asked)
        if "fetched_at" in frame.columns and len(frame):
            assert frame["fetched_at"].dtype.time_zone == "UTC"
            assert frame["fetched_at"].to_list() == asked["fetched_at"].to_list()
