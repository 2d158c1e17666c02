"""`build`: whole files of declared columns, the same bytes from the same rows, and errors that name the file."""

from __future__ import annotations

import fcntl
import json
import shutil
from importlib import import_module
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rejoinder.queries import BuildError, build, check, connect
from rejoinder.queries.database import open_database
from rejoinder.schemas import RAW, SCHEMA_VERSION
from rejoinder.schemas.arrow import COLUMNS_KEY, VERSION_KEY, arrow_schema, descriptions, to_table
from rejoinder.schemas.tables import TABLES

from support.golden import expected_rows, given_records

CASE = Path(__file__).parent / "tables" / "completeness" / "every_difference_has_its_reason" / "given"


def write_parts(data: Path, *, rows: int = 4, backwards: bool = False) -> Path:
    """The case's records as parts of `rows` rows, in either order; gives `data`."""
    for dataset, records in given_records(CASE).items():
        folder = data / "raw" / dataset / "crawl=first"
        folder.mkdir(parents=True)
        ordered = records[::-1] if backwards else records
        for part, start in enumerate(range(0, len(ordered), rows)):
            table = to_table(ordered[start : start + rows], RAW[dataset])
            pq.write_table(table, folder / f"part-{part:05d}.parquet")
    return data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_parts(tmp_path / "data")


def table_bytes(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((data / "tables").iterdir())}


def test_same_rows_give_same_bytes_whatever_the_threads_and_the_order_of_parts(tmp_path: Path) -> None:
    one = write_parts(tmp_path / "one")
    two = write_parts(tmp_path / "two", rows=3, backwards=True)
    build(one, threads=1)
    build(two, threads=2)
    assert sorted(table_bytes(one)) == sorted(f"{name}.parquet" for name in TABLES)
    assert table_bytes(one) == table_bytes(two)
    build(one, threads=2, memory_limit="200MB")
    assert table_bytes(one) == table_bytes(two)


def test_files_hold_the_declared_columns_and_say_what_they_mean(data: Path) -> None:
    report = build(data)
    for name, table in TABLES.items():
        file = pq.ParquetFile(data / "tables" / f"{name}.parquet")
        assert file.schema_arrow.names == arrow_schema(table.row).names
        assert file.metadata.num_rows == report.rows[name]
        metadata = file.metadata.metadata
        assert json.loads(metadata[COLUMNS_KEY.encode()]) == descriptions(table.row)
        assert metadata[VERSION_KEY.encode()].decode() == SCHEMA_VERSION


def test_the_database_holds_the_same_rows_and_explains_its_columns(data: Path) -> None:
    build(data)
    with connect(data) as connection:
        for name, table in TABLES.items():
            file = data / "tables" / f"{name}.parquet"
            in_database, in_file = (connection.sql(f"from {place}").to_arrow_table() for place in (name, f"'{file}'"))
            assert in_database.to_pylist() == in_file.to_pylist()
            told = connection.sql(
                f"select column_name, comment from duckdb_columns() where table_name = '{name}' order by column_index"
            )
            assert dict(told.fetchall()) == descriptions(table.row)
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("delete from posts")


def test_rows_are_ordered_by_their_key(data: Path) -> None:
    build(data)
    for name, table in TABLES.items():
        rows = pq.read_table(data / "tables" / f"{name}.parquet", columns=list(table.key)).to_pylist()
        keys = [tuple(row.values()) for row in rows]
        assert keys == sorted(keys)


def test_an_empty_folder_gives_empty_tables_with_all_columns(tmp_path: Path) -> None:
    report = build(tmp_path)
    assert report.parts == 0
    assert report.rows == dict.fromkeys(TABLES, 0)
    assert pq.read_schema(tmp_path / "tables" / "comments.parquet").names == arrow_schema(TABLES["comments"].row).names
    assert [result.check.name for result in check(tmp_path) if result.rows.num_rows] == []


def test_what_a_killed_run_left_is_counted_and_left_out(data: Path) -> None:
    committed = build(data).rows
    for part in (data / "raw" / "posts").rglob("*.parquet"):
        rows = pq.read_table(part)
        uncommitted = rows.set_column(rows.schema.get_field_index("fetch_id"), "fetch_id", pa.array(["x"] * len(rows)))
        pq.write_table(uncommitted.cast(rows.schema), part.with_stem(part.stem + "9"))
    report = build(data)
    assert report.rows == committed
    assert report.uncommitted == {"posts": len(given_records(CASE)["posts"]), "comments": 0, "rejects": 0}


def test_parts_still_being_written_are_left_alone(data: Path) -> None:
    before = build(data).rows
    (data / "raw" / "posts" / "crawl=first" / "part-00099.tmp").write_bytes(b"half")
    assert build(data).rows == before


def test_a_folder_name_with_wildcards_and_quotes_is_taken_as_it_stands(tmp_path: Path) -> None:
    data = write_parts(tmp_path / "it's [a] *blog*")
    assert build(data).rows["posts"] > 0
    assert not any(result.failed for result in check(data))


def test_columns_that_an_older_version_did_not_write_are_null(data: Path) -> None:
    part = data / "raw" / "comments" / "crawl=first" / "part-00000.parquet"
    pq.write_table(pq.read_table(part).drop_columns(["likes", "permalink"]), part)
    build(data)
    assert pq.read_table(data / "tables" / "comments.parquet")["likes"].null_count == len(
        given_records(CASE)["comments"]
    )


def test_columns_of_a_later_version_are_left_out(data: Path) -> None:
    part = data / "raw" / "comments" / "crawl=first" / "part-00000.parquet"
    rows = pq.read_table(part)
    pq.write_table(rows.append_column("mood", pa.array(["fair"] * len(rows))), part)
    assert "mood" not in build_and_read_columns(data, "comments")


def build_and_read_columns(data: Path, table: str) -> list[str]:
    build(data)
    return pq.read_schema(data / "tables" / f"{table}.parquet").names


def damage_footer(part: Path) -> None:
    part.write_bytes(part.read_bytes()[:-20])


def damage_rows(part: Path) -> None:
    content = bytearray(part.read_bytes())
    content[4:400] = bytes(396)
    part.write_bytes(content)


def swap_for_posts(part: Path) -> None:
    shutil.copy(part.parents[2] / "posts" / "crawl=first" / "part-00000.parquet", part)


def write_other_type(part: Path) -> None:
    rows = pq.read_table(part)
    index = rows.schema.get_field_index("position")
    texts = pa.array([str(value) for value in rows["position"].to_pylist()])
    pq.write_table(rows.set_column(index, "position", texts), part)


def claim_newer_version(part: Path) -> None:
    rows = pq.read_table(part)
    pq.write_table(rows.replace_schema_metadata({VERSION_KEY: "99"}), part)


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        (damage_footer, "move it away"),
        (damage_rows, "move it away"),
        (swap_for_posts, "no column comment_id"),
        (write_other_type, "position as string, not int64"),
        (claim_newer_version, "newer rejoinder"),
    ],
)
def test_a_part_that_cannot_be_read_is_named_and_the_old_tables_stay(data: Path, spoil, advice: str) -> None:
    build(data)
    before = table_bytes(data)
    part = data / "raw" / "comments" / "crawl=first" / "part-00001.parquet"
    spoil(part)
    with pytest.raises(BuildError, match=advice) as error:
        build(data)
    assert str(part) in str(error.value)
    assert table_bytes(data) == before
    assert not (data / ".build").exists()


def test_one_build_at_a_time(data: Path) -> None:
    with (data / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BuildError, match="another build"):
            build(data)
    build(data)


def test_what_a_killed_build_left_is_swept_away(data: Path) -> None:
    (data / ".build").mkdir()
    (data / ".build" / "work.duckdb").write_bytes(b"half a database")
    assert build(data).rows["posts"] > 0
    assert not (data / ".build").exists()


def test_a_build_that_memory_is_not_enough_for_says_how_to_allow_more(data: Path) -> None:
    with pytest.raises(BuildError, match=r"memory .*DuckDB may hold; allow it more.* --memory 4GB"):
        build(data, memory_limit="1MB")


def test_what_memory_is_not_enough_for_is_made_by_one_thread(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which statements need so much depends on the machine, so memory lacks here wherever several threads are."""

    class Scarce:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

        def __enter__(self) -> Scarce:
            return self

        def __exit__(self, *_: object) -> None:
            self._connection.close()

        def execute(self, statement: str, *arguments: object) -> duckdb.DuckDBPyConnection:
            threads = self._connection.execute("select current_setting('threads')").fetchone()
            if statement.startswith("create or replace table main.threads ") and threads != (1,):
                raise duckdb.OutOfMemoryException(statement)
            return self._connection.execute(statement, *arguments)

    build(data, threads=2)
    before = table_bytes(data)
    module = import_module("rejoinder.queries.build")  # the package has a function of its name
    monkeypatch.setattr(module, "open_database", lambda *a, **k: Scarce(open_database(*a, **k)))
    build(data, threads=2, full=True)
    assert table_bytes(data) == before


def test_a_query_that_takes_too_much_memory_does_not_send_for_a_new_build(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(data)
    monkeypatch.setattr("rejoinder.queries.database.MEMORY", "1MB")
    with pytest.raises(BuildError, match="is whole, but a query") as caught:
        check(data)
    assert "rejoinder build" not in str(caught.value)


def test_no_folder_and_no_tables_are_told_with_the_command_that_helps(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="rejoinder crawl"):
        build(tmp_path / "missing")
    with pytest.raises(BuildError, match="rejoinder build"):
        connect(tmp_path)
    with pytest.raises(BuildError, match="rejoinder build"):
        check(tmp_path)


def test_tables_can_be_checked_without_the_raw_data(data: Path) -> None:
    build(data)
    shutil.rmtree(data / "raw")
    found = {result.check.name: result for result in check(data)}
    _, expected = expected_rows(CASE.parent)
    assert found["incomplete_sections"].rows.num_rows == sum(row[-1] == "false" for row in expected)
    assert not any(result.failed for result in found.values() if result.check.name != "comments_without_post")
