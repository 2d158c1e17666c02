"""Crawls of a web archive over the network, by the real command against an archive on loopback."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.spiders.offline import FileCrawl, crawl_files

from support.archive_server import FakeArchive, serving
from support.runs import crawl_command, fetches, parts, run, start, wait_for_fetches
from support.warcs import page

HOME = "http://blog.example.org/"
FIRST, SECOND, THIRD = (
    f"{HOME}2012/01/{day:02}/{name}/" for day, name in ((9, "first"), (10, "second"), (11, "third"))
)
MORE = f'<a class="page-numbers" href="{FIRST}comment-page-1/">1</a>'
CAPTURES = {
    ("20120301100000", FIRST): page("First", [(3, "Cy", "Three."), (4, "Di", "Removed later.")], more=MORE, stated=4),
    ("20140301100000", FIRST): page("First", [(3, "Cy", "Three, edited.")], more=MORE, stated=3),
    ("20130101000000", f"{FIRST}comment-page-1/"): page("First", [(1, "Ann", "One."), (2, "Bo", "Two.")], stated=3),
    ("20120302000000", SECOND): page("Second", [(5, "Ann", "Five.")]),
    ("20120303000000", THIRD.replace("blog.", "www.blog.")): page("Third", []),
    ("20120304000000", f"{HOME}tag/data/"): b"<p>A listing</p>",
    ("20120304000000", f"{HOME}tag/data/page/2/"): b"<p>Older posts</p>",
}


def rows(data: Path, dataset: str) -> list[dict]:
    return [row for part in parts(data, dataset) for row in pq.ParquetFile(part).read().to_pylist()]


def wayback(archive: FakeArchive, data: Path, *options: str) -> list[str]:
    return crawl_command(HOME, data, "--via", "wayback", "--archive-url", archive.url, "--no-build", *options)


def texts(data: Path) -> list[tuple[str, str]]:
    return sorted((row["native_id"], row["body_text"]) for row in rows(data, "comments"))


def test_captures_give_posts_and_comments_of_their_time(tmp_path: Path) -> None:
    with serving(FakeArchive(dict(CAPTURES), by_page_only={SECOND}, refusals=1)) as archive:
        done = run(wayback(archive, tmp_path / "d", "--captures", "all"))
    assert done.returncode == 0, done.stderr
    assert texts(tmp_path / "d") == [
        ("1", "One."),
        ("2", "Two."),
        ("3", "Three, edited."),
        ("3", "Three."),
        ("4", "Removed later."),
        ("5", "Five."),
    ]
    assert len({row["post_id"] for row in rows(tmp_path / "d", "posts")}) == 3
    seen = {row["native_id"]: row["fetched_at"].year for row in rows(tmp_path / "d", "comments")}
    assert (seen["1"], seen["4"], seen["5"]) == (2013, 2012, 2012)
    assert {row["via"] for row in fetches(tmp_path / "d")} == {"wayback"}
    # Neither the blog itself nor what its pages link to was asked; each capture once, but for the one refused.
    captures = [path for path in archive.asked if "id_/" in path]
    assert len(captures) == len(set(captures)) + 1 == 6
    assert not [path for path in captures if "/tag/" in path]


def test_a_kept_archive_of_an_archive_tells_the_same(tmp_path: Path) -> None:
    with serving(FakeArchive(dict(CAPTURES))) as archive:
        assert run(wayback(archive, tmp_path / "d", "--captures", "all", "--keep-archive")).returncode == 0
    end = crawl_files(FileCrawl(sources=[str(tmp_path / "d/archive")]), tmp_path / "again")
    assert end.fatal is None
    assert observed(tmp_path / "again") == observed(tmp_path / "d")


def observed(data: Path) -> list[tuple]:
    return sorted((row["comment_id"], row["fetched_at"], row["body_text"]) for row in rows(data, "comments"))


def test_one_capture_of_each_page_is_enough(tmp_path: Path) -> None:
    with serving(FakeArchive(dict(CAPTURES))) as archive:
        assert run(wayback(archive, tmp_path / "d", "--from", "2012", "--to", "20141231")).returncode == 0
    assert ("3", "Three, edited.") in texts(tmp_path / "d")
    assert len([path for path in archive.asked if "id_/" in path]) == 4
    assert all("from=2012&to=20141231" in path for path in archive.asked if "/cdx" in path)


def test_an_index_that_is_a_page_is_told(tmp_path: Path) -> None:
    with serving(FakeArchive(dict(CAPTURES), html_index=True)) as archive:
        done = run(wayback(archive, tmp_path / "d"))
    assert done.returncode == 4
    assert {row["outcome"] for row in fetches(tmp_path / "d")} == {"malformed"}


def test_a_killed_crawl_of_an_archive_goes_on(tmp_path: Path) -> None:
    held = FakeArchive(dict(CAPTURES), hold_after=2)
    with serving(held) as archive:
        command = wayback(archive, tmp_path / "d", "--captures", "all")
        crawl = start(command)
        # The two captures that come are in a part once the writer's time is over.
        wait_for_fetches(tmp_path / "d", 2, crawl, but="api")
        crawl.kill()
        crawl.wait()
        archive.hold_after = None
        before = len(archive.asked)
        assert run(command).returncode == 0
        again = archive.asked[before:]
    assert not [path for path in again if "/cdx" in path]
    assert len([path for path in again if "id_/" in path]) == 3
    assert len(texts(tmp_path / "d")) == 6


@pytest.mark.parametrize("digits", ["12", "2012-01-01"])
def test_times_that_are_none_are_refused(tmp_path: Path, digits: str) -> None:
    with serving(FakeArchive({})) as archive:
        done = run(wayback(archive, tmp_path / "d", "--from", digits))
    assert done.returncode != 0
    assert digits in done.stderr
