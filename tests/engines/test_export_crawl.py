"""A real site's own export, read as a crawl, compared with its database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engines.conftest import SITES
from engines.crawls import Crawl, crawl, number_of
from engines.seed import ADDRESSES
from engines.wordpress import Setup, Site, TrueComment, TruePost, Truth, export_of


@pytest.fixture(scope="session")
def exported(serve: Callable[[Setup], Site]) -> Site:
    return serve(SITES[0])


@pytest.fixture(scope="session")
def crawled(exported: Site, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("export")
    file = folder / "export.xml"
    file.write_bytes(export_of(exported))
    return crawl(file, data=folder / "data")


def held(truth: Truth) -> dict[int, TruePost]:
    """What an export holds of posts: those of every visitor and pages with comments that were let through."""
    commented = {comment.post_id for comment in truth.comments if comment.approved == "1"}
    pages = (post for post in truth.posts if post.type == "page" and post.status == "publish" and not post.protected)
    return truth.public_posts() | {page.id: page for page in pages if page.id in commented}


def let_through(truth: Truth) -> dict[int, TrueComment]:
    posts = held(truth)
    return {comment.id: comment for comment in truth.comments if comment.approved == "1" and comment.post_id in posts}


def test_every_public_post_is_found_and_none_invented(exported: Site, crawled: Crawl) -> None:
    assert sorted(crawled.posts()) == sorted(held(exported.truth))
    assert len(crawled.posts()) > len(exported.truth.public_posts()), "the site has no page with a comment"


def test_rows_are_those_of_the_database(exported: Site, crawled: Crawl) -> None:
    expected, rows = let_through(exported.truth), crawled.comments()
    assert sorted(rows) == sorted(expected)
    for number, row in rows.items():
        comment = expected[number]
        found = {name: row[name] for name in ("kind", "author_name", "author_url", "published_at", "published_local")}
        assert found == {
            "kind": comment.kind,
            "author_name": comment.author_name or None,
            "author_url": comment.author_url or None,
            "published_at": comment.at,
            "published_local": comment.local,
        }
        # An export knows every parent, hidden ones too.
        assert number_of(row["parent_id"]) == comment.parent_id


def test_posts(exported: Site, crawled: Crawl) -> None:
    for number, row in crawled.posts().items():
        post = held(exported.truth)[number]
        assert (row["title"], row["author_name"]) == (post.title, post.author_name)
        assert (sorted(row["categories"]), sorted(row["tags"])) == (sorted(post.categories), sorted(post.tags))
        assert (row["published_at"], row["modified_at"]) == (post.at, post.modified_at)
        assert (row["comments_open"], row["body_text"]) == (post.comments_open, post.text)


def test_texts(exported: Site, crawled: Crawl) -> None:
    """An export has texts as they were typed; those of ordinary posts are shown so too."""
    ordinary = {post.id for post in exported.truth.posts if post.title.startswith("Week")}
    expected = {c.id: c.text for c in let_through(exported.truth).values() if c.post_id in ordinary}
    rows = crawled.comments()
    assert {number: rows[number]["body_text"] for number in expected} == expected


def test_ids_are_those_of_the_live_site(exported: Site, crawled: Crawl, tmp_path: Path) -> None:
    live = crawl(f"{exported.url}/", data=tmp_path / "live", options=("--via", "api")).comments()
    assert {number: row["comment_id"] for number, row in crawled.comments().items() if number in live} == {
        number: row["comment_id"] for number, row in live.items()
    }


def test_no_address_of_a_commenter_is_kept(crawled: Crawl) -> None:
    everything = crawled.everything()
    assert "Tom Kessler" in everything
    assert not [address for address in ADDRESSES if address in everything]
