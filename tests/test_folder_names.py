"""A data folder may be called anything that the file system takes: each command works in it as in any other."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.demo import serve
from rejoinder.queries import build, connect
from rejoinder.queries.database import plain_folder

from support.runs import crawl_command, run

NAMES = {
    "wildcards, quotes, lines": 'blog[0-9]*?{a,b}** it\'s "mine"; 100%41\nand more ',
    "addresses, markup": "s3:md:~back\\slash$HOME#part?x=1&y [red]blog[/red] :smile: ü",
}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "rejoinder.cli", *map(str, arguments)]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_command_works_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    # A neighbour that DuckDB would stumble over if it searched the folder above.
    (tmp_path / "back\\slash").mkdir()
    with serve() as url:
        crawl = run(crawl_command(url, data, "--keep-archive"))
    assert (crawl.returncode, crawl.stderr) == (0, "")
    assert " posts, " in crawl.stdout
    for step in ("build", "check"):
        done = run(command(step, data))
        assert (done.returncode, done.stderr) == (0, ""), step
    found = run(command("sql", data, "select comment_id from comments order by all limit 1", "--format", "json"))
    comment_id = json.loads(found.stdout)["comment_id"]
    page = run(command("source", data, comment_id))
    assert (page.returncode, page.stderr) == (0, "")
    assert "<html" in page.stdout
    for form in ("graphml", "gexf"):
        written = data / f"network.{form}"
        done = run(command("export", data, "--to", form, "--out", written))
        assert (done.returncode, done.stderr) == (0, "")
        assert written.stat().st_size > 1000
    for form in ("csv", "jsonl", "convokit", "bagit"):
        folder = data.with_name(f"{data.name} as {form}")
        done = run(command("export", data, "--to", form, "--out", folder))
        assert (done.returncode, done.stderr) == (0, "")
        assert any(folder.iterdir())
    assert pq.ParquetFile((data / "tables" / "posts.parquet").open("rb")).metadata.num_rows > 0
    assert not (data / ".build").exists()


def test_a_plain_name_stays_and_a_link_to_another_is_gone_afterwards(tmp_path: Path) -> None:
    with plain_folder(tmp_path) as plain:
        assert plain == tmp_path.resolve()
    odd = tmp_path / "a?b"
    odd.mkdir()
    with plain_folder(odd) as plain:
        assert plain.samefile(odd)
        assert "?" not in str(plain)
    assert not plain.exists()


def test_a_plain_link_to_an_odd_folder_is_built_in_too(tmp_path: Path) -> None:
    odd = tmp_path / "a?b"
    odd.mkdir()
    link = tmp_path / "link"
    link.symlink_to(odd)
    assert build(link).rows["posts"] == 0
    with connect(link) as tables:
        assert tables.sql("from posts").fetchall() == []
