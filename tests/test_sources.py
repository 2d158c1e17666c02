"""Sources files: what is wrong is named with its line; what is right is crawled into one folder, and gone on with."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from rejoinder.demo import serve
from rejoinder.pipelines.ledger import open_ledger
from rejoinder.sourcing import PROGRESS, grouped
from rejoinder.spiders.sources import SourcesError, read_sources

from support.runs import rows, run

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
        (("since = 2012-01-01", "max_pages = 5"), 21, "whole"),
        (("since = 2012-01-01", "max_minutes = 0"), 21, "> 0"),
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


def fates(done: CompletedProcess[str]) -> dict[str, dict[str, str]]:
    """The table of blogs that ends the output, by the blog's name."""
    lines = done.stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("blog\texit\t"))
    return {row["blog"]: row for row in csv.DictReader(lines[start:], delimiter="\t")}


def test_each_blog_has_its_fate_and_none_ends_another(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "crawl.log"
    with serve() as url:
        text = f"""
            [[blog]]
            name = "Dead"
            url = "http://127.0.0.1:9/"

            [[blog]]
            name = "Not there"
            files = ["later.xml"]

            [[blog]]
            name = "Live"
            url = "{url}"

            [[blog]]
            name = "Cut short"
            url = "{url}"
            max_pages = 2

            [[blog]]
            name = "Export"
            files = ["{EXPORTS}/wordpress.xml"]
        """
        command = [sys.executable, "-m", "rejoinder.cli", "crawl", str(written(tmp_path, text)), "--out", str(data)]
        done = run([*command, "--log", str(log)])
    assert done.returncode == 3, done.stdout + done.stderr
    found = fates(done)
    assert {name: row["exit"] for name, row in found.items()} == {
        "Dead": "4",
        "Not there": "1",
        "Live": "0",
        "Cut short": "3",
        "Export": "0",
    }
    assert "refuses the connection" in found["Dead"]["why"]
    assert "later.xml" in found["Not there"]["why"]
    assert "--max-pages 2" in found["Cut short"]["why"]
    assert (found["Live"]["posts"], found["Live"]["why"]) == ("5", "")
    assert "Traceback" not in done.stderr
    assert "http://127.0.0.1:9/" in log.read_text()
    assert {row["site"] for row in rows(data, "posts")} >= {"harbour.example.org", url[7:].rstrip("/")}
    assert not (data / PROGRESS).exists(), "all have had their turn, so the next night begins with the first"


def test_blogs_that_were_done_before_the_crawl_was_ended_are_not_done_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    text = f"""
        [[blog]]
        name = "First"
        files = ["{EXPORTS}/wordpress.xml"]

        [[blog]]
        name = "Second"
        files = ["{EXPORTS}/disqus.xml"]
        since = 2000-01-01
    """
    command = [sys.executable, "-m", "rejoinder.cli", "crawl", str(written(tmp_path, text)), "--out", str(data)]
    assert run(command).returncode == 0
    # As a kill while the second was at work would have left it.
    arguments = [blog.arguments(tmp_path) for blog in read_sources(tmp_path / "sources.toml")]
    (data / PROGRESS).write_text(json.dumps({"lots": 1, "done": [list(arguments[0])]}))
    done = run(command)
    assert done.returncode == 0, done.stderr
    assert "First: done already" in done.stdout
    assert "Second ..." in done.stdout
    assert not (data / PROGRESS).exists()


def test_a_folder_that_another_process_is_at_work_on_ends_all(tmp_path: Path) -> None:
    data = tmp_path / "data"
    text = f"""
        [[blog]]
        name = "One"
        files = ["{EXPORTS}/wordpress.xml"]

        [[blog]]
        name = "Two"
        files = ["{EXPORTS}/disqus.xml"]
    """
    ledger = open_ledger(data, {"start": ["https://blog.example.org/"]})
    try:
        done = run([sys.executable, "-m", "rejoinder.cli", "crawl", str(written(tmp_path, text)), "--out", str(data)])
    finally:
        ledger.close()
    assert done.returncode == 8
    assert f"{data} is being written by process" in done.stderr
    assert done.stdout == ""


def test_options_that_the_file_tells_are_refused_beside_it(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    done = run(
        [sys.executable, "-m", "rejoinder.cli", "crawl", str(path), "--limit", "3", "--out", str(tmp_path / "d")]
    )
    assert done.returncode == 2
    assert "--limit" in done.stderr
