"""Exports of a data folder and of its release in the programs that they are made for."""

from __future__ import annotations

from pathlib import Path

import pytest
from rejoinder.demo import serve
from rejoinder.export import export
from rejoinder.release.write import release

from support.readers import read
from support.releases import released_rows, settings
from support.runs import crawled

pytestmark = pytest.mark.readers


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demonstration, its release with pseudonyms, and one without texts."""
    folder = tmp_path_factory.mktemp("folders")
    with serve() as url:
        crawled(url, folder / "data")
    key = folder / "release.key"
    release(folder / "data", folder / "release", settings(key, mode="pseudonyms"))
    release(folder / "data", folder / "bare", settings(key, mode="drop", texts="none", addresses=False))
    return {name: folder / name for name in ("data", "release", "bare")}


@pytest.fixture(params=["data", "release", "bare"])
def folder(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Path:
    return folders[request.param]


def test_convokit_loads_a_corpus_whose_conversations_are_whole(
    folder: Path, folders: dict[str, Path], tmp_path: Path
) -> None:
    written = export(folder, tmp_path / "corpus", "convokit")
    found = read("convokit", tmp_path / "corpus")
    assert {name: found[name] for name in written} == written
    assert found["are_whole"]
    posts = sorted(row["post_id"] for row in released_rows(folders["release"], "posts"))
    assert found["roots"] == posts
    assert [text for text, answered in sorted(found["answers"].items()) if answered is None] == posts
    if folder != folders["data"]:
        main = {row["comment_id"]: row["target_id"] for row in released_rows(folder, "replies") if row["is_primary"]}
        assert main.items() <= found["answers"].items()


def test_bagit_finds_a_bag_valid(folder: Path, tmp_path: Path) -> None:
    written = export(folder, tmp_path / "bag", "bagit")
    found = read("bagit", tmp_path / "bag")
    assert found["files"] == written["files"]
    assert found["info"]["Payload-Oxum"] == f"{written['bytes']}.{written['files']}"


def test_bagit_sees_a_file_that_changed(folders: dict[str, Path], tmp_path: Path) -> None:
    export(folders["release"], tmp_path / "bag", "bagit")
    [readme] = (tmp_path / "bag" / "data").glob("README.md")
    readme.write_text("another")
    with pytest.raises(AssertionError, match="validation"):
        read("bagit", tmp_path / "bag")
