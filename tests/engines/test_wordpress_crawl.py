"""Real WordPress sites, crawled by their pages and by their API, compared row by row with their databases."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import pytest

from engines.conftest import SITES
from engines.crawls import Crawl, Row, check, crawl, number_of
from engines.seed import ADDRESSES
from engines.visible import comments_by_api, comments_by_html, comments_in_feeds, names_by_html, parents_by_html
from engines.wordpress import Setup, Site, TrueComment, TruePost

Way = str


@pytest.fixture(scope="session")
def crawl_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Site, Way], Crawl]:
    """Crawl a site by a way ('html', 'api' or 'auto'), once a session."""
    folder = tmp_path_factory.mktemp("crawls")

    @functools.cache
    def of(name: str, url: str, way: Way) -> Crawl:
        return crawl(f"{url}/", data=folder / f"{name}-{way}", options=("--via", way))

    return lambda site, way: of(site.setup.name, site.url, way)


@pytest.fixture(params=["html", "api"], scope="session")
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


@pytest.fixture(scope="session")
def crawled(site: Site, way: Way, crawl_of: Callable[[Site, Way], Crawl]) -> Crawl:
    return crawl_of(site, way)


@pytest.fixture
def expected(site: Site, way: Way) -> dict[int, TrueComment]:
    """The comments that this way can see."""
    return comments_by_html(site) if way == "html" else comments_by_api(site.truth)


def test_only_the_post_behind_a_password_could_not_be_read(site: Site, way: Way, crawled: Crawl) -> None:
    failed = {
        row["request_url"]: row["outcome"]
        for row in crawled.table("fetches")
        if row["outcome"] not in ("ok", "not_modified", "absent")
    }
    # The API lists the post, without its text; its page is a form for the password.
    assert failed == ({locked_post(site).url: "login_wall"} if way == "html" else {})
    # What a site keeps from everybody is told, but is no failure of the crawl.
    assert crawled.exit_code == 0, crawled.output


def test_every_public_post_is_found_and_none_invented(site: Site, way: Way, crawled: Crawl) -> None:
    listed = [locked_post(site).id] if way == "api" else []
    assert sorted(crawled.posts()) == sorted([*site.truth.public_posts(), *listed])


def test_the_api_keeps_the_text_and_comments_of_a_post_behind_a_password_back(
    site: Site, crawl_of: Callable[[Site, Way], Crawl]
) -> None:
    found, locked = crawl_of(site, "api"), locked_post(site)
    assert found.posts()[locked.id]["published_at"] == locked.at
    assert found.posts()[locked.id]["body_text"] is None
    assert found.completeness()[locked.id]["found_comments"] == 0


def test_every_visible_comment_is_found_and_none_invented(crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    assert sorted(crawled.comments()) == sorted(expected)


def test_comments_stand_below_their_posts(crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    post_ids = {number: row["post_id"] for number, row in crawled.posts().items()}
    wanted = {number: post_ids.get(comment.post_id) for number, comment in expected.items()}
    assert not differences(column(crawled, "post_id"), wanted)


def test_parents(site: Site, way: Way, crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    parents = {number: number_of(parent) for number, parent in column(crawled, "parent_id").items()}
    wanted = parents_by_html(site) if way == "html" else {n: comment.parent_id for n, comment in expected.items()}
    assert not differences(parents, wanted)


def test_kinds(crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    assert not differences(column(crawled, "kind"), {number: comment.kind for number, comment in expected.items()})


def test_authors(site: Site, way: Way, crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    names = (
        names_by_html(site) if way == "html" else {n: comment.author_name or None for n, comment in expected.items()}
    )
    urls = {number: comment.author_url or None for number, comment in expected.items()}
    assert not differences(column(crawled, "author_name"), names)
    assert not differences(column(crawled, "author_url"), urls)


def test_the_posts_author_is_known(site: Site, way: Way, crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    authors = {post.id: post.author_id for post in site.truth.posts}
    by_feed = comments_in_feeds(site) if way == "html" else {}
    comments = [comment for comment in expected.values() if comment.kind == "comment"]
    by_author = {c.id: None if c.id in by_feed else c.user_id == authors[c.post_id] for c in comments}
    assert not differences(column(crawled, "by_post_author"), by_author)


def test_times(site: Site, way: Way, crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    timed = {n: comment for n, comment in expected.items() if way == "api" or shows_whole(site, comment)}
    instants = {n: comment.at if way == "api" else comment.shown_at for n, comment in timed.items()}
    clocks = {n: comment.local for n, comment in timed.items()}
    if way == "html":
        # A feed states UTC.
        clocks |= {n: comment.at.replace(tzinfo=None) for n, comment in comments_in_feeds(site).items()}
    assert not differences(column(crawled, "published_at"), instants)
    assert not differences(column(crawled, "published_local"), clocks)


def test_texts(site: Site, crawled: Crawl, expected: dict[int, TrueComment]) -> None:
    texts = {n: comment.text if shows_whole(site, comment) else comment.author_name for n, comment in expected.items()}
    assert not differences(column(crawled, "body_text"), texts)


def test_states(crawled: Crawl) -> None:
    assert set(column(crawled, "state").values()) == {"visible"}


def test_reading_order_puts_parents_first_and_siblings_by_time(crawled: Crawl) -> None:
    rows = crawled.comments()
    in_order = sorted(rows, key=lambda number: (rows[number]["post_id"], rows[number]["position"]))
    siblings: dict[tuple[str, str | None], list[int]] = {}
    seen: set[str] = set()
    for number in in_order:
        row = rows[number]
        assert not row["parent_seen"] or row["parent_id"] in seen
        seen.add(row["comment_id"])
        siblings.setdefault((row["post_id"], row["parent_id"] if row["parent_seen"] else None), []).append(number)
    for numbers in siblings.values():
        # One without a time, a notice on a classic theme, leaves all of them in the order of the page.
        if all(rows[number]["published_at"] for number in numbers):
            # Ids are given in the order of time.
            assert numbers == sorted(numbers)


def test_posts(site: Site, way: Way, crawled: Crawl) -> None:
    rows = crawled.posts()
    for number, post in site.truth.public_posts().items():
        row = rows.get(number, {})
        found = {
            name: row.get(name) for name in ("title", "author_name", "published_at", "published_local", "body_text")
        }
        assert found == {
            "title": post.title,
            "author_name": post.author_name,
            "published_at": post.at,
            "published_local": post.local,
            "body_text": post.text,
        }
        assert row["platform"] == "wordpress"
        assert row["categories"] == post.categories
        assert sorted(row["tags"]) == sorted(post.tags)
        # A page may keep silent about edits, a closed section, and comments where there are none.
        silence = {None} if way == "html" else set()
        assert row["modified_at"] in {post.modified_at} | silence
        assert row["comments_open"] in {post.comments_open} | (set() if post.comments_open else silence)
        # The API states no number.
        assert row["declared_comments"] in ({post.stated_count} if post.stated_count and way == "html" else {None, 0})


def test_completeness_explains_every_difference(
    site: Site, way: Way, crawled: Crawl, expected: dict[int, TrueComment]
) -> None:
    rows = crawled.completeness()
    wanted = {n: reason(post, rows[n], expected, way) for n, post in site.truth.public_posts().items()}
    assert not differences({number: row["reason"] for number, row in rows.items()}, wanted)


def reason(post: TruePost, row: Row, expected: dict[int, TrueComment], way: Way) -> str:
    """The word that completeness should have for a post, by what this way can see."""
    kinds = [comment.kind for comment in expected.values() if comment.post_id == post.id]
    if way == "api":
        return "listing_complete"
    if not post.stated_count:
        # Some themes print a zero, others nothing.
        return "complete" if row["stated_comments"] == 0 else "not_stated"
    if len(kinds) < post.stated_count:
        return "hidden_parents"
    return "complete" if set(kinds) == {"comment"} else "pingbacks_counted"


SAME_BY_BOTH_WAYS = ["comment_id", "post_id", "kind", "by_post_author", "published_local", "body_text", "state"]


def test_both_ways_give_the_same_rows(site: Site, crawl_of: Callable[[Site, Way], Crawl]) -> None:
    by_page, by_api = crawl_of(site, "html").comments(), crawl_of(site, "api").comments()
    # A feed tells less of a comment, and its time in UTC.
    both = sorted(by_page.keys() & by_api.keys() - comments_in_feeds(site).keys())
    for name in SAME_BY_BOTH_WAYS:
        assert not differences({n: by_page[n][name] for n in both}, {n: by_api[n][name] for n in both})


def test_a_closed_api_leads_to_the_pages(
    serve: Callable[[Setup], Site], crawl_of: Callable[[Site, Way], Crawl]
) -> None:
    closed = serve(dataclasses.replace(SITES[0], name="closed", rest_open=False))
    found = crawl_of(closed, "auto")
    assert sorted(found.comments()) == sorted(comments_by_html(closed))
    assert {row["parent_from"] for row in found.comments().values()} == {None, "nesting", "feed"}


def test_no_address_of_a_commenter_is_kept(crawled: Crawl) -> None:
    everything = crawled.everything()
    assert "Tom Kessler" in everything
    assert not [address for address in ADDRESSES if address in everything]


def test_the_checks_find_nothing(crawled: Crawl) -> None:
    exit_code, output = check(crawled.data)
    assert exit_code == 0, output


def locked_post(site: Site) -> TruePost:
    return next(post for post in site.truth.posts if post.protected)


def differences(found: dict[int, Any], wanted: dict[int, Any]) -> dict[int, tuple[Any, Any]]:
    """What was found and what was wanted, by the numbers of the wanted where the two differ."""
    return {number: (found.get(number), value) for number, value in wanted.items() if found.get(number) != value}


def column(crawled: Crawl, name: str) -> dict[int, Any]:
    """A column of comments by the comment's number."""
    return {number: row[name] for number, row in crawled.comments().items()}


def shows_whole(site: Site, comment: TrueComment) -> bool:
    """Whether the pages show all of a comment: of another site's notice classic themes print only a named link."""
    return comment.kind == "comment" or site.setup.has_blocks
