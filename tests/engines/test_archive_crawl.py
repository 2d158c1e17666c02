"""A site that is gone, read from its WARC files and from a Wayback server, compared with what its database held."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engines.archive import Archive
from engines.crawls import Crawl, Row, crawl, number_of
from engines.visible import comments_on_pages, parents_on_pages
from engines.wordpress import Site


@pytest.fixture(params=["warc", "wayback"], scope="session")
def way(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def both(archive: Archive, way: str, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """Both captures read as one collection."""
    data = tmp_path_factory.mktemp(way) / "both"
    if way == "warc":
        return crawl(*archive.warcs, data=data, options=("--site", archive.first.url))
    return by_wayback(archive, data, "all")


def by_wayback(archive: Archive, data: Path, captures: str) -> Crawl:
    options = ("--via", "wayback", "--archive-url", archive.url, "--captures", captures)
    return crawl(f"{archive.first.url}/", data=data, options=options)


@pytest.mark.parametrize("capture", ["first", "last"])
def test_one_capture_shows_what_the_site_held_then(archive: Archive, way: str, capture: str, tmp_path: Path) -> None:
    site = archive.first if capture == "first" else dataclasses.replace(archive.first, truth=archive.later)
    if way == "warc":
        warc = archive.warcs[0 if capture == "first" else 1]
        found = crawl(warc, data=tmp_path / "data", options=("--site", site.url))
    else:
        found = by_wayback(archive, tmp_path / "data", capture)
    assert_shows(found, site)


def assert_shows(found: Crawl, site: Site) -> None:
    """Posts, comments, parents and texts are those that the site's pages showed."""
    rows, expected = found.comments(), comments_on_pages(site)
    assert sorted(found.posts()) == sorted(site.truth.public_posts())
    assert sorted(rows) == sorted(expected)
    assert {n: number_of(row["parent_id"]) for n, row in rows.items()} == parents_on_pages(site)
    texts = {n: comment.text for n, comment in expected.items() if comment.kind == "comment"}
    assert {n: rows[n]["body_text"] for n in texts} == texts


def test_a_comment_that_is_gone_since_is_kept_with_its_last_sight(archive: Archive, both: Crawl) -> None:
    rows = both.comments()
    assert sorted(rows) == sorted(comments_on_pages(archive.first))
    assert rows[archive.trashed]["fetched_at"] < rows[archive.edited]["fetched_at"]


def test_an_edited_comment_has_its_newest_text_and_both_observations(archive: Archive, both: Crawl) -> None:
    before = next(comment.text for comment in archive.first.truth.comments if comment.id == archive.edited)
    assert both.comments()[archive.edited]["body_text"] == "Edited since."
    seen = pq.read_table(both.data / "raw/comments").to_pylist()
    seen.sort(key=lambda row: row["fetched_at"])
    texts = [row["body_text"] for row in seen if row["native_id"] == str(archive.edited)]
    assert list(dict.fromkeys(texts)) == [before, "Edited since."]


def test_every_fetch_says_where_it_stands(archive: Archive, way: str, both: Crawl) -> None:
    rows = [row for row in both.table("fetches") if row["posts"] or row["comments"]]
    assert {row["via"] for row in rows} == {way}
    if way == "warc":
        assert {Path(row["archive_file"]).name for row in rows} == {path.name for path in archive.warcs}
        places = [(row["archive_file"], row["archive_offset"]) for row in rows]
    else:
        assert all(row["request_url"].startswith(f"{archive.url}/") for row in rows)
        places = [row["request_url"] for row in rows]
    assert len(set(places)) == len(places)


def test_two_processes_make_the_same_tables(archive: Archive, tmp_path: Path) -> None:
    one, two = (
        crawl(*archive.warcs, data=tmp_path / jobs, options=("--site", archive.first.url, "--jobs", jobs))
        for jobs in ("1", "2")
    )
    for name in ("posts", "comments", "replies", "completeness"):
        assert without_runs(one.table(name)) == without_runs(two.table(name))


def without_runs(rows: list[Row]) -> list[Row]:
    """Rows without what names the run that saw them."""
    return [{name: value for name, value in row.items() if name != "fetch_id"} for row in rows]
