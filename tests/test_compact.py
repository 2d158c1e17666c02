"""`compact`: other files, the same rows, at every moment and whoever is killed meanwhile."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import DataFolderBusy, DataFolderError, open_ledger
from rejoinder.queries import build
from rejoinder.schemas import RAW
from rejoinder.schemas.arrow import arrow_schema, file_metadata
from rejoinder.schemas.parts import MERGED_KEY, counting, part_files, whole_parts
from rejoinder.schemas.seal import check_seal

from support.dying import dying_script
from support.nights import World, a_crawl, a_crawl_that_is_interrupted
from support.runs import run

NIGHTS = 6


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A blog after some nights, all of whose crawls have ended."""
    world = World(tmp_path / "data", 3)
    world.write("night-000", [world.publish() for _ in range(5)], is_end=True)
    for world.night in range(1, NIGHTS):
        a_crawl(world)
    return world


def rows_that_count(data: Path) -> dict[str, Counter[str]]:
    """Each raw row as JSON, as often as readers see it, by dataset."""
    return {
        dataset: Counter(
            json.dumps(row, default=str, sort_keys=True)
            for part in counting(parts)
            for row in pq.ParquetFile(data / part.path).read().to_pylist()
        )
        for dataset, parts in whole_parts(data).items()
    }


def written(data: Path) -> list[str]:
    """The datasets of which there are parts."""
    return [dataset for dataset in RAW if part_files(data, dataset)]


def table_bytes(data: Path) -> dict[str, bytes]:
    build(data, full=True)
    return {path.name: path.read_bytes() for path in sorted((data / "tables").iterdir())}


def test_parts_become_few_and_no_row_changes(world: World) -> None:
    rows, tables = rows_that_count(world.data), table_bytes(world.data)
    before = {dataset: part_files(world.data, dataset) for dataset in written(world.data)}
    many = {dataset: len(parts) for dataset, parts in before.items() if len(parts) > 1}
    assert many.keys() >= {"fetches", "posts", "comments", "runs"}
    done = compact(world.data)
    for dataset, number in many.items():
        [part] = part_files(world.data, dataset)
        assert done[dataset].parts_before == done[dataset].merged == number
        assert done[dataset].parts_after == 1
        assert done[dataset].bytes_after == part.stat().st_size < done[dataset].bytes_before
        check_seal(part)
        schema = pq.read_schema(part)
        assert schema.equals(arrow_schema(RAW[dataset]))
        told = {key.decode(): value.decode() for key, value in schema.metadata.items()}
        assert len(json.loads(told.pop(MERGED_KEY))) == number
        assert told == file_metadata(RAW[dataset])
    assert rows_that_count(world.data) == rows
    assert table_bytes(world.data) == tables


def test_the_folder_of_a_merged_part_names_its_first_and_its_last_crawl(world: World) -> None:
    compact(world.data)
    assert [path.parent.name for path in part_files(world.data, "fetches")] == ["crawl=night-000..night-005"]
    assert [path.name for path in (world.data / "raw" / "fetches").iterdir()] == ["crawl=night-000..night-005"]
    world.night = NIGHTS
    a_crawl(world)
    compact(world.data)
    assert [path.parent.name for path in part_files(world.data, "fetches")] == ["crawl=night-000..night-006"]


def test_what_is_merged_already_is_left_as_it_is(world: World) -> None:
    compact(world.data)
    files = {path: path.stat().st_ino for dataset in RAW for path in part_files(world.data, dataset)}
    assert {dataset: each.merged for dataset, each in compact(world.data).items()} == dict.fromkeys(RAW, 0)
    assert {path: path.stat().st_ino for dataset in RAW for path in part_files(world.data, dataset)} == files


def test_merged_parts_are_merged_with_those_that_come_up_to_a_size(world: World, monkeypatch) -> None:
    rows = rows_that_count(world.data)
    monkeypatch.setattr("rejoinder.pipelines.compact.LARGEST", 4_000)
    compact(world.data)
    assert 1 < len(part_files(world.data, "comments")) < NIGHTS
    assert rows_that_count(world.data) == rows


def test_a_crawl_that_may_go_on_keeps_its_parts(world: World) -> None:
    world.night = NIGHTS
    a_crawl_that_is_interrupted(world)
    name = f"crawl={world.open_crawl}"
    kept = {path: path.read_bytes() for path in (world.data / "raw").glob(f"*/{name}/*")}
    rows = rows_that_count(world.data)
    done = compact(world.data)
    assert sum(each.unfinished for each in done.values()) == len(kept) > 0
    assert {path: path.read_bytes() for path in (world.data / "raw").glob(f"*/{name}/*")} == kept
    assert rows_that_count(world.data) == rows
    ledger = open_ledger(world.data, {"crawl": world.open_crawl})
    assert ledger.resumed
    assert len(list(ledger.committed())) > 0
    ledger.close()


def test_copies_are_read_once_and_removed(world: World) -> None:
    rows, tables = rows_that_count(world.data), table_bytes(world.data)
    part = part_files(world.data, "posts")[0]
    part.with_name("part-00077.parquet").write_bytes(part.read_bytes())
    assert rows_that_count(world.data) == rows
    assert table_bytes(world.data) == tables
    before = part.read_bytes()
    assert compact(world.data)["posts"].copies == 1
    assert rows_that_count(world.data) == rows
    # Also one that is put back from elsewhere after its rows were merged.
    part.parent.mkdir()
    part.write_bytes(before)
    assert rows_that_count(world.data) == rows
    assert table_bytes(world.data) == tables
    assert compact(world.data)["posts"].copies == 1
    assert not part.exists()


def test_records_that_a_killed_crawl_left_without_their_fetch_stay(world: World) -> None:
    for part in (world.data / "raw" / "fetches" / f"crawl=night-{NIGHTS - 1:03d}").iterdir():
        part.unlink()
    rows, tables = rows_that_count(world.data), table_bytes(world.data)
    uncommitted = build(world.data).uncommitted
    assert any(uncommitted.values())
    compact(world.data)
    assert rows_that_count(world.data) == rows
    assert table_bytes(world.data) == tables
    assert build(world.data).uncommitted == uncommitted


def test_parts_of_an_older_version_get_the_present_columns(world: World) -> None:
    part = part_files(world.data, "comments")[0]
    pq.write_table(pq.ParquetFile(part).read().drop_columns(["likes", "permalink"]), part)
    tables = table_bytes(world.data)
    compact(world.data)
    [merged] = part_files(world.data, "comments")
    assert pq.read_schema(merged).equals(arrow_schema(RAW["comments"]))
    assert table_bytes(world.data) == tables


def test_a_part_with_columns_of_others_is_left_as_it_is_and_told(world: World) -> None:
    part = part_files(world.data, "comments")[0]
    rows = pq.ParquetFile(part).read()
    pq.write_table(rows.append_column("mood", pa.array(["fair"] * len(rows))), part)
    content = part.read_bytes()
    done = compact(world.data)
    assert done["comments"].foreign == [str(part.relative_to(world.data))]
    assert part.read_bytes() == content
    told = run([sys.executable, "-m", "rejoinder.cli", "compact", str(world.data)])
    assert told.returncode == 0
    assert part.name in told.stderr


def test_a_damaged_part_is_named_and_nothing_is_changed(world: World) -> None:
    part = part_files(world.data, "posts")[-1]
    content = bytearray(part.read_bytes())
    content[600] ^= 1
    part.write_bytes(content)
    files = {path: path.read_bytes() for path in (world.data / "raw").rglob("*.parquet")}
    with pytest.raises(DataFolderError) as error:
        compact(world.data)
    assert str(part) in str(error.value)
    assert {path: path.read_bytes() for path in (world.data / "raw").rglob("*.parquet")} == files
    assert run([sys.executable, "-m", "rejoinder.cli", "compact", str(world.data)]).returncode == 5


def test_a_crawl_or_a_build_at_work_is_not_disturbed(world: World) -> None:
    ledger = open_ledger(world.data, {"crawl": "another"})
    with pytest.raises(DataFolderBusy, match="process"):
        compact(world.data)
    refused = run([sys.executable, "-m", "rejoinder.cli", "compact", str(world.data)])
    assert refused.returncode == 8, refused.stderr
    ledger.close()
    building = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(world.data / ".build.lock")], stdout=subprocess.PIPE, text=True
    )
    assert building.stdout
    assert building.stdout.readline() == "held\n"
    with pytest.raises(DataFolderBusy, match="rejoinder compact"):
        compact(world.data)
    building.kill()
    building.communicate()
    compact(world.data)


HOLDS = """
import fcntl, sys, time
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def test_a_folder_without_raw_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="no raw data"):
        compact(tmp_path)


DIES = dying_script(
    "from rejoinder.pipelines import compact",
    ("Path.unlink", "Path.replace", "Path.rmdir", "Path.mkdir", "os.fsync"),
    "compact.compact(Path(sys.argv[1]))",
)
"""A compaction that dies before its so many-th change of the file system."""


@pytest.mark.parametrize("seed", range(3))
def test_killed_between_any_two_steps_nothing_is_lost_or_doubled_and_the_next_run_ends_it(
    world: World, seed: int
) -> None:
    draw = random.Random(seed)
    rows, tables = rows_that_count(world.data), table_bytes(world.data)
    steps = draw.randint(0, 4)
    while (died := run([sys.executable, "-c", DIES, str(world.data), str(steps)])).returncode:
        assert died.returncode == -signal.SIGKILL, died.stderr
        assert rows_that_count(world.data) == rows
        steps += draw.randint(1, 12)
    assert rows_that_count(world.data) == rows
    assert list(world.data.rglob("*.tmp")) == []
    assert {len(part_files(world.data, dataset)) for dataset in written(world.data)} == {1}
    assert table_bytes(world.data) == tables


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_moments_nothing_is_lost_or_doubled(world: World, seed: int) -> None:
    draw = random.Random(seed)
    rows = rows_that_count(world.data)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-m", "rejoinder.cli", "compact", str(world.data)])
        time.sleep(draw.random() * 1.5)
        process.kill()
        process.wait()
        assert rows_that_count(world.data) == rows
    compact(world.data)
    assert rows_that_count(world.data) == rows
    assert {len(part_files(world.data, dataset)) for dataset in written(world.data)} == {1}
