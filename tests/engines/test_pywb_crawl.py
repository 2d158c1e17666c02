"""Crawls of a blog that is gone, from what a web archive has of it: by pywb's index and captures, or from WARCs."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engines.archive import COLLECTION, Archive
from engines.crawls import Crawl, Row, check, crawl, in_utc
from engines.visible import comments_on_pages

pytestmark = pytest.mark.engines


def index_of(archive: Archive, path: Path) -> Path:
    """pywb's own index of the captures, of which each line ends with a JSON object, as Parquet."""
    listed = archive.warcs[0].parents[1] / "pywb" / "collections" / COLLECTION / "indexes" / "index.cdxj"
    rows = [json.loads(line[line.index("{") :]) for line in listed.read_text().splitlines()]
    columns = {name: [row[name] for row in rows] for name in ("url", "filename", "offset", "length")}
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="module", params=["asked", "read", "ranges"])
def crawled(request: pytest.FixtureRequest, archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    data = tmp_path_factory.mktemp("archive") / request.param
    if request.param == "read":
        return crawl(archive.warcs[0].parent, data=data)
    if request.param == "ranges":
        index = index_of(archive, data.with_suffix(".parquet"))
        return crawl(data=data, options=("--ranges", str(index), "--base", str(archive.warcs[0].parent)))
    options = ("--via", "wayback", "--archive-url", archive.url, "--captures", "all")
    return crawl(f"{archive.first.url}/", data=data, options=options)


def observations(crawled: Crawl, dataset: str) -> list[Row]:
    """The raw rows of a dataset, in UTC."""
    parts = (crawled.data / "raw" / dataset).rglob("*.parquet")
    return [in_utc(row) for part in parts for row in pq.ParquetFile(part).read().to_pylist()]


def test_every_public_post_is_found(crawled: Crawl, archive: Archive) -> None:
    assert set(archive.first.truth.public_posts()) <= set(crawled.posts())


def test_comments_of_both_captures_are_found(crawled: Crawl, archive: Archive) -> None:
    # The first capture shows all that the second does, and the comment that was removed in between.
    assert set(crawled.comments()) == set(comments_on_pages(archive.first))
    assert archive.trashed in crawled.comments()
    reasons = {row["reason"] for row in crawled.table("completeness")}
    assert not reasons & {"further_pages", "fetch_failed", "unexplained"}


def test_a_comment_that_was_edited_or_removed_shows_in_the_observations(crawled: Crawl, archive: Archive) -> None:
    raw = observations(crawled, "comments")
    edited = sorted((row["fetched_at"], row["body_text"]) for row in raw if row["native_id"] == str(archive.edited))
    assert edited[0][1] != "Edited since."
    assert edited[-1][1] == "Edited since."
    assert crawled.comments()[archive.edited]["body_text"] == "Edited since."
    post = next(row["post_id"] for row in raw if row["native_id"] == str(archive.trashed))
    last_seen = max(row["fetched_at"] for row in raw if row["native_id"] == str(archive.trashed))
    posts = observations(crawled, "posts")
    assert max(row["fetched_at"] for row in posts if row["post_id"] == post) > last_seen


def test_fetches_carry_the_time_of_capture(crawled: Crawl, archive: Archive) -> None:
    assert {row["via"] for row in crawled.table("fetches")} in ({"wayback"}, {"warc"})
    seen = [row["fetched_at"] for row in crawled.table("comments")]
    assert len({moment.replace(microsecond=0) for moment in seen}) > 1


def test_tables_pass_their_checks(crawled: Crawl) -> None:
    assert check(crawled.data)[0] == 0
