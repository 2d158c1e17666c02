"""What commands say and how they end, where a scheduler or a person meets them."""

from __future__ import annotations

import fcntl
import re
import sys
from pathlib import Path

import pytest
from rejoinder import crawling
from rejoinder.cli import main
from rejoinder.demo import serve
from rejoinder.exits import MEANINGS, Exit
from rejoinder.spiders.offline import address_meant

from support.runs import ROOT, crawl_command, fetches, run

CLI = [sys.executable, "-m", "rejoinder.cli"]


def test_exit_codes_are_told_by_the_help_and_the_docs() -> None:
    told = run([*CLI, "--help"]).stdout
    docs = (ROOT / "docs" / "crawling.md").read_text("utf-8")
    assert set(MEANINGS) == set(Exit)
    for code, meaning in MEANINGS.items():
        assert f"{code:>3}  {meaning}" in told
        assert f"| {code:d} | {meaning} |" in docs


def test_a_query_may_begin_with_a_comment_and_an_option_may_not_be_misspelt(tmp_path: Path) -> None:
    query = (ROOT / "queries" / "examples" / "who_answers_whom.sql").read_text("utf-8")
    assert query.startswith("--")
    done = run([*CLI, "sql", str(tmp_path), query])
    assert (done.returncode, "rejoinder build" in done.stderr) == (5, True)
    for rest in (["--jsn"], ["from posts", "--fromat", "csv"]):
        done = run([*CLI, "sql", str(tmp_path), *rest])
        assert done.returncode == 2
        assert rest[-1] in done.stderr


def test_a_folder_that_is_none_of_ours_is_not_built_in(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("127.0.0.1 localhost")
    done = run([*CLI, "build", str(tmp_path)])
    assert done.returncode == 5
    assert str(tmp_path) in done.stderr
    assert "no raw data" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["hosts"]


def test_a_second_build_says_that_another_is_at_work(tmp_path: Path) -> None:
    (tmp_path / "raw" / "fetches").mkdir(parents=True)
    with (tmp_path / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run([*CLI, "build", str(tmp_path)])
    assert done.returncode == 8
    assert "another build is at work" in done.stderr


def test_a_crawl_that_ends_while_a_build_runs_says_that_all_is_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve() as url:
        assert run(crawl_command(url, tmp_path, "--no-build")).returncode == 0
    monkeypatch.setattr(crawling, "BUILD_PATIENCE_S", 0.5)
    tally = crawling.Tally(posts=5)
    end = crawling.CrawlEnd(crawl_id=fetches(tmp_path)[0]["crawl_id"], resumed=False, tally=tally, fatal=None)
    with (tmp_path / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert crawling.report(tmp_path, end, build=True) is Exit.BUSY
    told = capsys.readouterr().err
    assert "safe" in told
    assert f"rejoinder build {tmp_path}" in told
    # The other build is over: the crawl builds its tables itself.
    assert crawling.report(tmp_path, end, build=True) is Exit.DONE


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("blog.example.org", "https://blog.example.org/"),
        ("blog.example.org/ada", "https://blog.example.org/ada"),
        ("www.example.co.uk:8080/a/", "https://www.example.co.uk:8080/a/"),
        ("blog.example.org/index.html", "https://blog.example.org/index.html"),
        ("bücher.example", "https://bücher.example/"),
        ("localhost:8000", "http://localhost:8000/"),
        ("127.0.0.1:8000/blog/", "http://127.0.0.1:8000/blog/"),
        ("export.xml", None),
        ("crawl.warc.gz", None),
        ("warcs", None),
        ("warcs/*.warc.gz", None),
        ("no file.org", None),
        ("../blog.org", None),
    ],
)
def test_an_address_without_its_scheme_is_known(source: str, url: str | None) -> None:
    assert address_meant(source) == url


def test_an_address_without_its_scheme_is_offered_with_it(tmp_path: Path) -> None:
    done = run([*CLI, "crawl", "blog.example.org", "--out", str(tmp_path / "data")])
    assert done.returncode == 2
    assert "https://blog.example.org/" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_folder_with_a_name_like_an_address_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blog.example.org").mkdir()
    assert address_meant("blog.example.org") is None


def test_what_is_piped_is_not_wrapped(tmp_path: Path) -> None:
    folder = tmp_path / ("a-folder-with-a-long-name-" * 5)
    with serve() as url:
        done = run(crawl_command(url, folder))
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if line.startswith("Crawl ")]
    assert re.search(r"\d+ fetches, 5 posts, \d+ comments\.$", line)


def test_bounds_are_for_live_crawls(tmp_path: Path) -> None:
    (tmp_path / "export.xml").write_text("<rss/>")
    done = run([*CLI, "crawl", str(tmp_path / "export.xml"), "--max-pages", "3", "--out", str(tmp_path / "data")])
    assert done.returncode == 2
    assert "--max-pages" in done.stderr


@pytest.mark.parametrize("site", ["http://[", "blog.example.org"])
def test_a_site_of_files_is_a_web_address(tmp_path: Path, site: str) -> None:
    (tmp_path / "export.xml").write_text("<rss/>")
    done = run([*CLI, "crawl", str(tmp_path / "export.xml"), "--site", site, "--out", str(tmp_path / "data")])
    assert done.returncode == 2
    assert f"{site} is no http(s) URL" in done.stderr
    assert not (tmp_path / "data").exists()


def test_every_command_tells_its_options() -> None:
    for name in main.commands:
        assert run([*CLI, name, "--help"]).returncode == 0
