"""A release of a real WordPress: no commenter's name is left in it, and all its readers take it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rejoinder.release.write import release

from engines.conftest import SITES
from engines.crawls import Crawl, crawl
from engines.wordpress import Setup, Site
from support.readers import cited, read, rows_of
from support.releases import released_rows, settings


@pytest.fixture(scope="module")
def found(serve: Callable[[Setup], Site], tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(f"{serve(SITES[0]).url}/", data=tmp_path_factory.mktemp("crawls") / "released")


@pytest.fixture(scope="module")
def made(found: Crawl, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    done = release(found.data, folder / "dataset", settings(folder / "key", mode="pseudonyms"))
    assert done.refused == []
    return folder / "dataset"


def test_every_post_and_comment_of_the_tables_is_released(found: Crawl, made: Path) -> None:
    for table in ("posts", "comments", "replies", "threads", "completeness"):
        assert rows_of(made)[table] == len(found.table(table))


def test_no_whole_name_of_a_commenter_is_left(found: Crawl, made: Path) -> None:
    names = {row["name"] for row in found.table("persons") if " " in row["name"]}
    assert len(names) > 3
    texts = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    rows = repr([released_rows(made, table) for table in rows_of(made)])
    assert [name for name in names if name in rows] == []
    assert [(path, name) for path, text in texts.items() for name in names if name.encode() in text] == []


def test_cues_stand_where_the_released_texts_have_them(made: Path) -> None:
    bodies = {row["comment_id"]: row["body_text"] for row in released_rows(made, "comments")}
    cued = [row for row in released_rows(made, "replies") if row["cue"]]
    assert cued
    for row in cued:
        assert bodies[row["comment_id"]][row["cue_start"] : row["cue_end"]] == row["cue"]


@pytest.mark.parametrize("reader", ["datasets", "croissant", "frictionless", "duckdb", "pandas", "polars"])
def test_its_readers_take_it(made: Path, reader: str) -> None:
    given = read(reader, made)
    assert given["rows"] == rows_of(made, empty=reader in ("duckdb", "pandas", "polars"))
    assert given.get("errors", []) == []
    assert cited(made, "--validate").returncode == 0
