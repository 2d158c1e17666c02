"""A blog that falls silent is told: by a line of the summary and the exit code, whatever older crawls hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from rejoinder.demo import demo_blog

from support.runs import crawl_command, rows, run
from support.sites import HOME, Neighbours, NewLayout, NewMarkup, serve_site

COMMENTED = sum(bool(post.comments) for post in demo_blog().posts)


def reasons(data: Path, table: str) -> list[str]:
    return [row["reason"] for row in rows(data, table)]


def test_comments_that_a_new_layout_hides_are_missed_though_an_older_crawl_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_site(NewLayout) as (url, _):
        first = run(crawl_command(url, tmp_path))
        assert (first.returncode, "fell short" in first.stdout) == (0, False), first.stdout
        assert rows(tmp_path, "shortfalls") == []
        monkeypatch.setattr(NewLayout, "redrawn", True)
        again = [run(crawl_command(url, tmp_path)), run(crawl_command(url, tmp_path, "--no-build"))]
    for crawl in again:
        assert crawl.returncode == 3, crawl.stdout + crawl.stderr
        assert "fell short" in crawl.stdout
        assert f"section_silent\t{COMMENTED}\t" in crawl.stdout
    found = rows(tmp_path, "shortfalls")
    assert [row["reason"] for row in found].count("section_silent") == COMMENTED
    assert [(row["found"], row["post_id"]) for row in found if row["reason"] == "comments_fell"] == [(0, None)]
    # All runs together lack nothing.
    assert set(reasons(tmp_path, "completeness")) == {"complete", "pingbacks_counted"}


def test_none_of_the_stated_comments_is_never_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NewMarkup, "redrawn", True)
    with serve_site(NewMarkup) as (url, _):
        crawl = run(crawl_command(url, tmp_path))
    assert crawl.returncode == 3, crawl.stdout
    assert f"none_of_stated\t{COMMENTED}\t" in crawl.stdout
    assert set(reasons(tmp_path, "shortfalls")) == {"none_of_stated"}


def test_a_start_url_without_posts_is_told_beside_one_that_has_them(tmp_path: Path) -> None:
    with serve_site(Neighbours) as (url, _):
        empty = url.replace(HOME, "/nobody/")
        command = crawl_command(url, tmp_path)
        crawl = run([*command[: command.index(url)], url, empty, *command[command.index(url) + 1 :]])
    assert crawl.returncode == 3, crawl.stdout
    assert [(row["reason"], row["start_url"]) for row in rows(tmp_path, "shortfalls")] == [("no_post", empty)]


@pytest.mark.parametrize("options", [("--limit", "2"), ("--since", "2012-01-20")])
def test_a_crawl_of_fewer_posts_falls_short_of_nothing(tmp_path: Path, options: tuple[str, str]) -> None:
    with serve_site(NewLayout) as (url, _):
        assert run(crawl_command(url, tmp_path)).returncode == 0
        crawl = run(crawl_command(url, tmp_path, *options))
    assert crawl.returncode == 0, crawl.stdout
    assert rows(tmp_path, "shortfalls") == []


def test_a_quiet_night_is_no_blog_without_posts(tmp_path: Path) -> None:
    with serve_site(NewLayout) as (url, _):
        assert run(crawl_command(url, tmp_path)).returncode == 0
        quiet = run(crawl_command(url, tmp_path, "--budget", "2"))
    assert quiet.returncode == 0, quiet.stdout + quiet.stderr
    assert rows(tmp_path, "shortfalls") == []
