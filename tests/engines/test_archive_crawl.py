"""A site that is gone, read from the WARC files that wget made of it, compared with what its database held."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engines.archive import Archive
from engines.crawls import Crawl, crawl, number_of
from engines.visible import comments_by_html, parents_by_html


@pytest.fixture(scope="session")
def both(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """Both captures read as one collection."""
    return crawl(*archive.warcs, data=tmp_path_factory.mktemp("warc") / "both", options=("--site", archive.first.url))


@pytest.mark.parametrize("capture", ["older", "newer"])
def test_a_capture_alone_shows_what_the_site_held_then(archive: Archive, capture: str, tmp_path: Path) -> None:
    site = archive.first if capture == "older" else dataclasses.replace(archive.first, truth=archive.later)
    warc = next(path for path in archive.warcs if path.name.startswith(capture))
    found = crawl(warc, data=tmp_path / "data", options=("--site", site.url))
    expected = comments_by_html(site)
    rows = found.comments()
    assert sorted(found.posts()) == sorted(site.truth.public_posts())
    assert sorted(rows) == sorted(expected)
    assert {n: number_of(row["parent_id"]) for n, row in rows.items()} == parents_by_html(site)
    texts = {n: comment.text for n, comment in expected.items() if comment.kind == "comment"}
    assert {n: rows[n]["body_text"] for n in texts} == texts


def test_a_comment_that_is_gone_since_is_kept_with_its_last_sight(archive: Archive, both: Crawl) -> None:
    rows = both.comments()
    assert sorted(rows) == sorted(comments_by_html(archive.first))
    assert rows[archive.trashed]["fetched_at"] < rows[archive.edited]["fetched_at"]


def test_an_edited_comment_has_its_newest_text_and_both_observations(archive: Archive, both: Crawl) -> None:
    before = next(comment.text for comment in archive.first.truth.comments if comment.id == archive.edited)
    assert both.comments()[archive.edited]["body_text"] == "Edited since."
    seen = pq.read_table(both.data / "raw/comments").to_pylist()
    seen.sort(key=lambda row: row["fetched_at"])
    texts = [row["body_text"] for row in seen if row["native_id"] == str(archive.edited)]
    assert list(dict.fromkeys(texts)) == [before, "Edited since."]


def test_every_fetch_says_where_in_which_file_it_stands(archive: Archive, both: Crawl) -> None:
    rows = [row for row in both.table("fetches") if row["posts"] or row["comments"]]
    assert {row["via"] for row in rows} == {"warc"}
    assert {Path(row["archive_file"]).name for row in rows} == {path.name for path in archive.warcs}
    places = [(row["archive_file"], row["archive_offset"]) for row in rows]
    assert len(set(places)) == len(places)


def test_two_processes_make_the_same_tables(archive: Archive, both: Crawl, tmp_path: Path) -> None:
    again = crawl(*archive.warcs, data=tmp_path / "data", options=("--site", archive.first.url, "--jobs", "2"))
    for table in ("posts", "comments", "replies", "completeness"):
        assert len(again.table(table)) == len(both.table(table))
    assert without_crawl(again.table("comments")) == without_crawl(both.table("comments"))


def without_crawl(rows: list[dict]) -> list[dict]:
    """Rows without what names the run that saw them."""
    return [{name: value for name, value in row.items() if name != "fetch_id"} for row in rows]
