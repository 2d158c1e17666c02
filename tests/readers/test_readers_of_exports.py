"""Exports of a data folder and of a release in the programs that they are made for."""

from __future__ import annotations

from pathlib import Path

import pytest
from rejoinder.demo import serve
from rejoinder.export import Form, export
from rejoinder.release.write import release

from support.readers import CONVOKIT, read
from support.releases import settings
from support.runs import crawled

pytestmark = pytest.mark.readers


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demonstration's data, and a release of it with pseudonyms."""
    folder = tmp_path_factory.mktemp("exports")
    with serve() as url:
        crawled(url, folder / "data")
    release(folder / "data", folder / "release", settings(folder / "key", mode="pseudonyms"))
    return {name: folder / name for name in ("data", "release")}


@pytest.fixture(params=["data", "release"])
def source(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Path:
    return folders[request.param]


def test_convokit_loads_a_corpus_whose_replies_are_whole(source: Path, tmp_path: Path) -> None:
    written = export(source, tmp_path / "corpus", "convokit")
    found = read("convokit", tmp_path / "corpus", CONVOKIT)
    assert found == written | {"whole": True, "roots": written["conversations"]}
    assert found["utterances"] == 27  # 5 posts and 22 comments


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networkx_reads_a_network(source: Path, tmp_path: Path, form: Form) -> None:
    written = export(source, tmp_path / f"network.{form}", form)
    found = read("networkx", tmp_path / f"network.{form}")
    assert found == {"nodes": written["nodes"], "edges": written["edges"], "directed": True}


def test_bagit_finds_a_bag_valid(source: Path, tmp_path: Path) -> None:
    export(source, tmp_path / "bag", "bagit")
    found = read("bagit", tmp_path / "bag")
    names = [path.relative_to(source).as_posix() for path in source.rglob("*.parquet")]
    assert found == {"valid": True, "files": len([name for name in names if not name.startswith(".")])}
