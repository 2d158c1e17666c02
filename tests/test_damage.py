"""Bit rot: a part or table in which one bit has changed is told by name before anything of it is believed."""

from __future__ import annotations

import random
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.ledger import DataFolderError, committed_ids
from rejoinder.pipelines.write import write_part
from rejoinder.queries import BuildError, build, check, connect
from rejoinder.schemas import RAW, Comment
from rejoinder.schemas.arrow import to_table
from rejoinder.schemas.seal import DamagedFile, check_seal

from support.golden import given_records
from support.runs import run

CASE = Path(__file__).parent / "tables" / "completeness" / "every_difference_has_its_reason" / "given"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def comments(texts: list[str]) -> pa.Table:
    return to_table(
        [
            Comment(
                comment_id=f"p:{number}", post_id="p", position=number, body_text=text, fetch_id="f", fetched_at=NOW
            )
            for number, text in enumerate(texts)
        ],
        Comment,
    )


TABLE = comments([f"Comment {number}: " + "word " * (number % 7) for number in range(300)])


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "part-00000.parquet"
    write_part(TABLE, path)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with tables, whose parts are as the program writes them."""
    for dataset, records in given_records(CASE).items():
        folder = tmp_path / "data" / "raw" / dataset / "crawl=first"
        folder.mkdir(parents=True)
        write_part(to_table(records, RAW[dataset]), folder / "part-00000.parquet")
    build(tmp_path / "data")
    return tmp_path / "data"


def with_flipped_bit(content: bytes, bit: int) -> bytes:
    flipped = bytearray(content)
    flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


def test_each_flipped_bit_of_a_part_is_seen(part: Path) -> None:
    whole = part.read_bytes()
    ends = [*range(64), *range(8 * len(whole) - 128, 8 * len(whole))]
    # What stands between pages and footer, and around it, wherever this version of pyarrow puts it.
    seal = range(8 * (whole.rindex(b"rejoinder.sha256") - 4), 8 * (whole.rindex(b"rejoinder.sha256") + 52))
    bits = [*ends, *seal, *random.Random(8).sample(range(8 * len(whole)), 600)]
    missed = []
    for bit in bits:
        part.write_bytes(with_flipped_bit(whole, bit))
        try:
            check_seal(part)
            missed.append(bit)
        except DamagedFile as error:
            assert str(part) in str(error)
    assert missed == []
    part.write_bytes(whole)
    check_seal(part)


def test_a_sealed_part_is_an_ordinary_parquet_file_with_page_checksums(part: Path) -> None:
    assert pq.read_table(part).equals(TABLE)
    assert duckdb.execute("select count(*), min(body_text) from read_parquet(?)", [str(part)]).fetchall() == [
        (300, "Comment 0: ")
    ]
    index = TABLE.schema.get_field_index("body_text")
    column = pq.read_metadata(part).row_group(0).column(index)
    last_byte = (column.dictionary_page_offset or column.data_page_offset) + column.total_compressed_size - 1
    part.write_bytes(with_flipped_bit(part.read_bytes(), 8 * last_byte))
    with pytest.raises(OSError, match="CRC checksum"):
        pq.ParquetFile(part, page_checksum_verification=True).read()


def test_equal_rows_give_equal_bytes(part: Path) -> None:
    before = part.read_bytes()
    write_part(TABLE, part)
    assert part.read_bytes() == before


def test_a_part_without_seal_is_read_and_a_damaged_one_told(part: Path) -> None:
    pq.write_table(TABLE, part)  # as another program writes it
    check_seal(part)
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(DamagedFile, match="not a whole Parquet file"):
        check_seal(part)


@pytest.mark.parametrize("dataset", RAW)
def test_build_and_check_name_damaged_parts_and_leave_the_tables_alone(data: Path, dataset: str) -> None:
    [part] = (data / "raw" / dataset).glob("*/*.parquet")
    tables = {path: path.read_bytes() for path in data.glob("tables/*")}
    whole = part.read_bytes()
    part.write_bytes(with_flipped_bit(whole, 8 * 600))
    for command in (build, check):
        with pytest.raises(BuildError) as error:
            command(data)
        assert str(part) in str(error.value)
        assert "put a whole copy in its place, or move it away" in str(error.value)
    assert {path: path.read_bytes() for path in data.glob("tables/*")} == tables
    part.write_bytes(whole)
    build(data)
    assert {path: path.read_bytes() for path in data.glob("tables/*")} == tables


def test_all_damaged_parts_are_named_at_once(data: Path) -> None:
    parts = [data / "raw" / dataset / "crawl=first" / "part-00000.parquet" for dataset in ("posts", "comments")]
    for part in parts:
        part.write_bytes(with_flipped_bit(part.read_bytes(), 8 * 600))
    with pytest.raises(BuildError) as error:
        build(data)
    assert all(str(part) in str(error.value) for part in parts)


def test_the_ledger_believes_no_damaged_part(data: Path) -> None:
    part = data / "raw" / "fetches" / "crawl=first" / "part-00000.parquet"
    part.write_bytes(with_flipped_bit(part.read_bytes(), 8 * 600))
    with pytest.raises(DataFolderError) as error:
        list(committed_ids(data, "fetches", "fetch_id"))
    assert str(part) in str(error.value)


def test_a_damaged_table_is_named_with_the_command_that_makes_it_anew(data: Path) -> None:
    table = data / "tables" / "comments.parquet"
    whole = table.read_bytes()
    for bit in random.Random(8).sample(range(8 * len(whole)), 20):
        table.write_bytes(with_flipped_bit(whole, bit))
        with pytest.raises(BuildError, match="rejoinder build") as error:
            check(data)
        assert str(table) in str(error.value)
    build(data)
    assert table.read_bytes() == whole


def test_a_database_that_cannot_be_opened_is_told(data: Path) -> None:
    database = data / "rejoinder.duckdb"
    database.write_bytes(b"no database" * 1000)
    for command in (connect, check):
        with pytest.raises(BuildError, match="rejoinder build") as error:
            command(data)
        assert str(database) in str(error.value)


@pytest.mark.parametrize("command", ["check", "sql", "export", "source"])
def test_a_damaged_block_of_the_database_is_told_by_each_command(data: Path, command: str) -> None:
    database = data / "rejoinder.duckdb"
    content = bytearray(database.read_bytes())
    for at in range(3 * 4096 + 100, len(content), 1000):  # behind the three headers: every block
        content[at] ^= 255
    database.write_bytes(content)
    export = ["--to", "csv", "--out", str(data / "csv")]
    rest = {"sql": ["from comments"], "export": export, "source": ["p"]}.get(command, [])
    done = run([sys.executable, "-m", "rejoinder.cli", command, str(data), *rest])
    assert done.returncode in {1, 5}
    assert done.stderr.startswith("rejoinder: ")
    assert "Traceback" not in done.stderr


def test_the_command_line_says_which_file_and_what_to_do(data: Path) -> None:
    part = data / "raw" / "comments" / "crawl=first" / "part-00000.parquet"
    copy = shutil.copy(part, data / "copy")
    part.write_bytes(with_flipped_bit(part.read_bytes(), 8 * 600))
    for command in ("build", "check"):
        done = run([sys.executable, "-m", "rejoinder.cli", command, str(data)])
        assert done.returncode == 5
        assert str(part) in done.stderr
        assert "Traceback" not in done.stderr
    shutil.copy(copy, part)
    assert run([sys.executable, "-m", "rejoinder.cli", "build", str(data)]).returncode == 0
