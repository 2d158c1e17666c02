"""Sources files: what is wrong is named with its line; what is right is crawled into one folder, and gone on with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rejoinder.demo import serve
from rejoinder.sourcing import PROGRESS, grouped
from rejoinder.spiders.sources import SourcesError, read_sources

from support.runs import fetches, rows, run

EXPORTS = Path(__file__).parent / "exports"
GOOD = """
[[blog]]
name = "Ada"
url = "https://blogs.example.com/ada/"
via = "wayback"
captures = "yearly"
from = "2008"
to = "20230131"

[[blog]]
name = "Bea"
url = "https://blogs.example.com/bea/"
via = "wayback"
captures = "yearly"
from = "2008"
to = "20230131"

[[blog]]
name = "Cleo"
files = ["exports/cleo.xml"]
since = 2012-01-01
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, "utf-8")
    return path


def test_blogs_with_the_same_options_are_crawled_side_by_side(tmp_path: Path) -> None:
    blogs = read_sources(written(tmp_path, GOOD))
    assert [[blog.name for blog in group] for group in grouped(blogs)] == [["Ada", "Bea"], ["Cleo"]]
    assert blogs[0].options() == (*("--captures", "yearly", "--from", "2008", "--to", "20230131", "--via", "wayback"),)
    assert blogs[2].options() == ("--since", "2012-01-01")
    assert blogs[2].arguments(tmp_path) == (f"{tmp_path}/exports/cleo.xml",)


@pytest.mark.parametrize(
    ("change", "line", "word"),
    [
        (('captures = "yearly"', 'captures = "some"'), 6, "some"),
        (('name = "Cleo"', 'nmae = "Cleo"'), 19, "nmae"),
        (('name = "Bea"', 'name = "Ada"'), 11, "second blog named 'Ada'"),
        (("since = 2012-01-01", 'since = "yesterday"'), 21, "date"),
        (("since = 2012-01-01", "since = 2012-13-01"), 21, "line 21"),
        (("since = 2012-01-01", "limit = 0"), 21, ">= 1"),
        (("since = 2012-01-01", "limit = 3"), 21, "whole"),
        (("since = 2012-01-01", 'to = "2012"'), 21, "wayback"),
        (('url = "https://blogs.example.com/bea/"', 'url = "blogs.example.com/bea/"'), 12, "no http(s) URL"),
        (('files = ["exports/cleo.xml"]', ""), 19, "'Cleo' needs a url or files"),
        (("[[blog]]", "[[blgo]]"), 1, "blgo"),
    ],
)  # fmt: skip
def test_the_line_at_fault_is_named(tmp_path: Path, change: tuple[str, str], line: int, word: str) -> None:
    path = written(tmp_path, GOOD.replace(*change))
    with pytest.raises(SourcesError) as caught:
        read_sources(path)
    assert word in str(caught.value)
    assert f"line {line}" in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"no\.toml"):
        read_sources(tmp_path / "no.toml")
    (tmp_path / "bytes.toml").write_bytes(b"name = \xff")
    with pytest.raises(SourcesError, match="UTF-8"):
        read_sources(tmp_path / "bytes.toml")


def test_all_blogs_stand_in_one_folder_and_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve() as url:
        text = f"""
            [[blog]]
            name = "Live"
            url = "{url}"

            [[blog]]
            name = "Export"
            files = ["{EXPORTS}/wordpress.xml"]

            [[blog]]
            name = "Not there yet"
            files = ["later.xml"]
            since = 2000-01-01
        """
        command = [sys.executable, "-m", "rejoinder.cli", "crawl", str(written(tmp_path, text)), "--out", str(data)]
        broken = run(command)
        assert broken.returncode == 5
        assert "Not there yet" in broken.stderr
        assert (data / PROGRESS).exists()
    asked_before = len(fetches(data))
    # The live blog does not answer any more, but it is done.
    (tmp_path / "later.xml").write_bytes((EXPORTS / "disqus.xml").read_bytes())
    done = run(command)
    assert done.returncode == 0, done.stderr
    assert "Live: done already" in done.stdout
    assert not (data / PROGRESS).exists()
    assert len(fetches(data)) == asked_before + 1
    assert {row["site"] for row in rows(data, "posts")} == {"harbour.example.org", f"{url[7:].rstrip('/')}"}


def test_options_that_the_file_tells_are_refused_beside_it(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    done = run(
        [sys.executable, "-m", "rejoinder.cli", "crawl", str(path), "--limit", "3", "--out", str(tmp_path / "d")]
    )
    assert done.returncode == 2
    assert "--limit" in done.stderr
