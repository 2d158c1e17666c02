"""Raw data of earlier versions are read; of later ones they are refused by name, by everything that reads raw data.

tests/versions/1 is a crawl of the demonstration's blog as the code of 23 November 2026 wrote it: without seals, without
the columns that came since.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import DataFolderError, committed_ids
from rejoinder.queries import BuildError, build, check
from rejoinder.queries.shortfalls import shortfall_tables
from rejoinder.schemas import RAW, SCHEMA_VERSION
from rejoinder.schemas.arrow import VERSION_KEY, arrow_schema
from rejoinder.schemas.parts import part_files

from support.runs import rows, run

VERSION_1 = Path(__file__).parent / "versions" / "1"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VERSION_1, tmp_path / "data"))


def version_of(part: Path) -> str:
    return pq.read_schema(part).metadata[VERSION_KEY.encode()].decode()


def test_the_data_of_version_1_are_really_older(data: Path) -> None:
    for dataset in ("fetches", "posts", "comments"):
        [part] = part_files(data, dataset)
        assert version_of(part) == "1"
        assert b"rejoinder.sha256" not in part.read_bytes()
    assert "same_as" not in pq.read_schema(part_files(data, "fetches")[0]).names
    assert "canonical_url" not in pq.read_schema(part_files(data, "posts")[0]).names


def test_data_of_version_1_give_tables(data: Path) -> None:
    report = build(data)
    observed = {row["comment_id"] for row in pq.read_table(part_files(data, "comments")[0]).to_pylist()}
    assert report.rows["posts"] == 5
    assert {row["comment_id"] for row in rows(data, "comments")} == observed
    assert len(observed) == 22
    assert {row["canonical_url"] for row in rows(data, "posts")} == {row["url"] for row in rows(data, "posts")}
    assert not any(result.failed for result in check(data))
    assert len(list(committed_ids(data, "fetches", "fetch_id"))) == report.rows["fetches"]


def test_merging_brings_data_of_version_1_to_the_present_one(data: Path) -> None:
    build(data)
    before = {path.name: path.read_bytes() for path in (data / "tables").iterdir()}
    assert {dataset: each.merged for dataset, each in compact(data).items() if each.merged} == {
        "fetches": 1,
        "posts": 1,
    }
    for dataset in ("fetches", "posts"):
        [part] = part_files(data, dataset)
        assert version_of(part) == SCHEMA_VERSION
        assert pq.read_schema(part).equals(arrow_schema(RAW[dataset]))
    build(data, full=True)
    assert {path.name: path.read_bytes() for path in (data / "tables").iterdir()} == before


@pytest.mark.parametrize("dataset", ["fetches", "posts", "comments"])
def test_a_later_version_is_refused_by_name(data: Path, dataset: str) -> None:
    build(data)
    [part] = part_files(data, dataset)
    later = str(int(SCHEMA_VERSION) + 1)
    content = pq.ParquetFile(part).read()
    metadata = {**content.schema.metadata, VERSION_KEY.encode(): later.encode()}
    pq.write_table(content.replace_schema_metadata(metadata), part)

    def ledger(folder: Path) -> list[str]:
        return list(committed_ids(folder, dataset, "fetch_id"))

    for reads in (build, check, shortfall_tables, compact, ledger):
        with pytest.raises((BuildError, DataFolderError)) as error:
            reads(data)
        assert str(part) in str(error.value)
        assert f"newer rejoinder (schema {later}); install that version" in str(error.value)
    for command in ("build", "check", "compact"):
        done = run([sys.executable, "-m", "rejoinder.cli", command, str(data)])
        assert done.returncode == 5
        assert "install that version" in done.stderr
