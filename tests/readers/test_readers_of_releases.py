"""Releases in the programs that others load, check and cite datasets with."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.demo import serve
from rejoinder.release.write import release

from support.readers import READERS, cited, read, rows_of
from support.releases import HOSTILE, released_rows, settings, talk, written_data
from support.runs import crawled

pytestmark = pytest.mark.readers

RELEASES = ("demo", "demo_without_texts", "talk", "hostile")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Releases of the demonstration with pseudonyms and without texts, and of texts of every kind as they are."""
    folder = tmp_path_factory.mktemp("releases")
    with serve() as url:
        crawled(url, folder / "demo-data")
    data = written_data(folder / "talk-data", *talk())
    key = folder / "release.key"
    release(folder / "demo-data", folder / "demo", settings(key, mode="pseudonyms", doi="10.5281/zenodo.1234567"))
    release(
        folder / "demo-data", folder / "demo_without_texts", settings(key, mode="drop", texts="none", addresses=False)
    )
    release(data, folder / "talk", settings(removed="keep"))
    release(data, folder / "hostile", settings(title=HOSTILE, description=HOSTILE, license="CC0-1.0"))
    return {name: folder / name for name in RELEASES}


@pytest.fixture(params=RELEASES)
def made(request: pytest.FixtureRequest, releases: dict[str, Path]) -> Path:
    return releases[request.param]


def test_datasets_loads_every_table(made: Path) -> None:
    found = read("datasets", made)
    assert found["rows"] == rows_of(made, empty=False)
    assert found["default"] == found["rows"]["comments"]
    assert found["texts"] == [row["body_text"] for row in released_rows(made, "comments")]
    for name, columns in found["columns"].items():
        assert columns == sorted(pq.read_schema(made / "data" / f"{name}.parquet").names)


def test_the_hub_reads_the_card(made: Path) -> None:
    found = read("hub_card", made)
    assert [config["config_name"] for config in found["configs"]] == list(rows_of(made, empty=False))
    assert found["size_categories"] == ["n<1K"]
    assert found["license"] in ("cc-by-4.0", "cc0-1.0")
    title = json.loads((made / "datapackage.json").read_text("utf-8"))["title"]
    assert found["pretty_name"] == title.replace("\x1b", "").replace("\u202e", "")


def test_croissant_is_valid_and_its_records_are_the_rows(made: Path) -> None:
    found = read("croissant", made)
    assert found["errors"] == []
    assert found["rows"] == rows_of(made, empty=False)
    assert found["texts"] == [row["body_text"] for row in released_rows(made, "comments")]
    assert found["evidence"] == [row["evidence"] for row in released_rows(made, "replies")]
    assert len(found["limits"]) > 3
    command = [READERS / "bin" / "mlcroissant", "validate", "--jsonld", made / "croissant.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_frictionless_finds_the_package_valid(made: Path) -> None:
    found = read("frictionless", made)
    assert found == {"valid": True, "errors": [], "rows": rows_of(made, empty=False)}


def test_frictionless_sees_a_row_that_names_none(releases: dict[str, Path], tmp_path: Path) -> None:
    """Keys, types and what may not be null are declared so that a reader can tell a broken table from a whole one."""
    broken = tmp_path / "broken"
    shutil.copytree(releases["demo"], broken)
    posts = broken / "data" / "posts.parquet"
    table = pq.read_table(posts)
    pq.write_table(table.slice(1), posts)
    assert any("foreign key" in message for message in read("frictionless", broken)["errors"])


@pytest.mark.parametrize("reader", ["duckdb", "pandas", "polars"])
def test_tables_are_read_as_they_are(made: Path, reader: str) -> None:
    found = read(reader, made)
    assert found.pop("rows") == rows_of(made)
    assert found in ({}, {"zone": "UTC"})


def test_the_citation_is_valid(made: Path) -> None:
    for options in (["--validate"], ["--format", "bibtex"]):
        done = cited(made, *options)
        assert done.returncode == 0, done.stderr


def test_sha256sum_finds_every_file_as_it_was_published(made: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=made, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK\n") == len([path for path in made.rglob("*") if path.is_file()]) - 1
