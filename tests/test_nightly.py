"""A folder that holds the blog is brought up to date at the price of what changed; what is lost is still told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from rejoinder.demo.server import handler_of, serve
from rejoinder.demo.site import Page
from rejoinder.queries import build
from rejoinder.queries.night import TROUBLED_TURNS

from support.living import (
    DAY,
    FIRST_NIGHT,
    MAKES,
    NEVER,
    LivingBlog,
    LivingComment,
    LivingHandler,
    LivingSite,
    Make,
    night_of,
    standing,
)
from support.night_runs import NightEnd, crawl_night
from support.runs import fetches, parts, rows

NIGHTS = 12


@pytest.fixture(scope="module")
def living() -> LivingBlog:
    """Sixty posts, and so much going on that each night has something to find."""
    return LivingBlog(posts=60, comments=900, nights=NIGHTS, life_days=120)


class Watch:
    """A served blog whose nights the test calls."""

    def __init__(self, living: LivingBlog, url: str, handler: type[LivingHandler], data: Path) -> None:
        self.living, self.url, self.handler, self.data = living, url, handler, data

    def night(self, number: float, make: Make = "feeds", *, at: float | None = None, **arguments: Any) -> NightEnd:
        """Crawl at a night's time; `at` is the night whose state is served, that night's own if none is given."""
        stands = number if at is None else at
        self.handler.site = LivingSite(self.living, make, FIRST_NIGHT + timedelta(days=stands))
        self.handler.asked.clear()
        end = crawl_night(self.url, self.data, night_of(0) + timedelta(days=number), **arguments)
        assert end.fatal is None
        return end

    @property
    def asked(self) -> list[str]:
        return [path.removeprefix("/living/") for path in self.handler.asked]

    def seen(self, end: NightEnd) -> list[dict[str, Any]]:
        """The ledger of one night."""
        return [row for row in fetches(self.data) if row["crawl_id"] == end.crawl_id]


@pytest.fixture
def watch(living: LivingBlog, tmp_path: Path) -> Iterator[Watch]:
    with watched(living, tmp_path) as found:
        yield found


@contextmanager
def watched(living: LivingBlog, data: Path) -> Iterator[Watch]:
    site = LivingSite(living, "feeds", FIRST_NIGHT)
    handler = handler_of(site, LivingHandler, asked=[], failing=0.0)
    with serve(handler) as url:
        yield Watch(living, url, handler, data)


def texts(data: Path) -> dict[str, str]:
    """The text of each comment that the tables show as standing, by its number."""
    return {row["native_id"]: row["body_text"] for row in rows(data, "comments") if row["state"] == "visible"}


def truth(living: LivingBlog, now: datetime) -> dict[str, str]:
    return {str(comment.id): comment.body_at(now) for comment in standing(living, now)}


@pytest.mark.parametrize("make", MAKES)
def test_twelve_nights_cost_little_and_say_nothing_wrong(living: LivingBlog, tmp_path: Path, make: Make) -> None:
    with watched(living, tmp_path) as watch:
        requests = [watch.night(number, make).fetches for number in range(NIGHTS)]
    build(tmp_path)
    last = FIRST_NIGHT + timedelta(days=NIGHTS - 1)
    stands, shown = truth(living, last), texts(tmp_path)
    # Nothing that stands is said to be gone.
    gone = {row["native_id"] for row in rows(tmp_path, "comments") if row["missed_at"] is not None}
    assert gone.isdisjoint(stands)
    # A feed of the newest comments does not tell of those that were written long before they were approved.
    share = {"feeds": 0.95, "rest": 0.98, "bare": 0.6}[make]
    new = {number for number in stands if living.comments[int(number)].shown_at > FIRST_NIGHT}
    assert len(new) > 20
    assert len(new & shown.keys()) >= share * len(new)
    if make != "rest":
        assert max(requests[1:]) < requests[0] / 2


def test_a_night_on_which_nothing_happened_reads_nothing_again(watch: Watch) -> None:
    first = watch.night(0)
    build(watch.data)
    before = rows(watch.data, "posts", without=["last_seen_at"]), rows(watch.data, "comments", without=["last_seen_at"])
    quiet = watch.night(1, at=0)
    assert quiet.code == 0
    build(watch.data)
    after = rows(watch.data, "posts", without=["last_seen_at"]), rows(watch.data, "comments", without=["last_seen_at"])
    assert after == before
    looks = [row for row in watch.seen(quiet) if row["page_kind"] == "post"]
    assert 0 < len(looks) <= 3
    by_id = {row["fetch_id"]: row for row in watch.seen(first)}
    for row in looks:
        base = by_id[row["same_as"]]
        assert (row["asked_for"], row["outcome"], row["request_url"]) == ("turn", "ok", base["request_url"])
        assert (row["posts"], row["comments"]) == (base["posts"], base["comments"])
    [feed] = [row for row in watch.seen(quiet) if row["request_url"].endswith("comments/feed/")]
    assert (feed["asked_for"], feed["outcome"]) == ("source", "ok")
    again = watch.night(2, at=0)
    assert [row["outcome"] for row in watch.seen(again) if row["request_url"].endswith("feed/")] == ["not_modified"] * 2
    # Records are written once, however often they are seen.
    assert sum(pq.read_metadata(part).num_rows for part in parts(watch.data, "posts")) == len(before[0])
    assert rows(watch.data, "shortfalls") == []


def test_fresh_reads_everything_again(watch: Watch) -> None:
    first = watch.night(0)
    assert watch.night(1, at=0).fetches < first.fetches / 2
    fresh = watch.night(2, at=0, fresh="yes")
    assert fresh.fetches == first.fetches
    assert {row["asked_for"] for row in watch.seen(fresh)} == {None}


def test_a_limited_crawl_is_no_ground_for_leaving_out_the_rest(watch: Watch) -> None:
    limited = watch.night(0, limit=3)
    assert sum(row["posts"] for row in watch.seen(limited)) == 3
    whole = watch.night(1, at=0)
    assert sum(row["posts"] for row in watch.seen(whole)) > 50


@pytest.mark.parametrize("make", MAKES)
def test_a_killed_night_goes_on_with_what_it_had_decided(living: LivingBlog, tmp_path: Path, make: Make) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with watched(living, whole) as watch:
        watch.night(0, make)
        end = watch.night(3, make, settings={"PART_ROWS": 1})
        committed = watch.seen(end)
        for left in range(1, len(committed), max(1, len(committed) // 4)):
            cut_off(whole, killed, str(end.crawl_id), left)
            watch.data = killed
            again = watch.night(3, make)
            assert again.crawl_id == end.crawl_id
            assert asked_in(watch.seen(again)) == asked_in(committed)
            watch.data = whole


def asked_in(ledger: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["request_url"], row["asked_for"]) for row in ledger}


def cut_off(whole: Path, killed: Path, crawl_id: str, left: int) -> None:
    """The folder as a kill would have left it behind so many fetches of a crawl."""
    shutil.rmtree(killed, ignore_errors=True)
    shutil.copytree(whole, killed)
    for part in killed.glob(f"raw/*/crawl={crawl_id}/part-*.parquet"):
        if int(part.stem.removeprefix("part-")) >= left:
            part.unlink()
    run = killed / "crawls" / f"{crawl_id}.json"
    told = msgspec.json.decode(run.read_bytes())
    run.write_bytes(msgspec.json.encode(told | {"finished_at": None, "outcome": None}))


def test_where_the_api_closes_the_pages_tell(watch: Watch) -> None:
    watch.night(0, "rest")
    night = watch.night(1, "rest")
    assert not any(path.startswith("2") for path in watch.asked)
    closed = watch.night(2, "feeds")
    assert {"feed/", "comments/feed/", "wp-sitemap.xml"} <= set(watch.asked)
    assert any(row["asked_for"] in ("news", "turn") for row in watch.seen(closed))
    assert (night.code, closed.code) == (0, 0)


@pytest.fixture
def losing() -> LivingBlog:
    """A blog of which, on the second night, one old comment has gone and nothing else has changed."""
    blog = LivingBlog(posts=60, comments=900, nights=NIGHTS, life_days=120)
    for comment in blog.comments.values():
        comment.removed_at = comment.edited_at = NEVER
    for post in blog.posts:
        post.removed_at = post.edited_at = NEVER
    lost_comment(blog).removed_at = FIRST_NIGHT + 1.5 * DAY
    return blog


def lost_comment(blog: LivingBlog) -> LivingComment:
    """One that is far behind the newest, and that nobody answers."""
    answered = {comment.parent for comment in blog.comments.values()}
    old = sorted(set(blog.comments) - answered)
    return blog.comments[old[len(old) // 20]]


def searches(watch: Watch) -> list[str]:
    return [path for path in watch.asked if "before=" in path]


def removed(data: Path) -> dict[str, str]:
    """The fate of each comment that the tables, made anew, call removed."""
    build(data)
    return {row["native_id"]: row["fate"] for row in rows(data, "comments") if row["state"] == "removed"}


def test_an_old_comment_that_an_api_counts_no_more_is_searched_for(losing: LivingBlog, tmp_path: Path) -> None:
    with watched(losing, tmp_path) as watch:
        watch.night(0, "rest")
        watch.night(1, "rest")
        assert searches(watch) == []
        told = watch.night(2, "rest")
        assert 0 < len(searches(watch)) <= 5
        assert {row["asked_for"] for row in watch.seen(told) if "before=" in row["request_url"]} == {"source"}
        # Neither the number nor the gap in a listing is proof; the look at its post is, once in a week.
        assert removed(tmp_path) == {}
        for number in (3, 8):
            watch.night(number, "rest")
            assert searches(watch) == []
        assert removed(tmp_path) == {str(lost_comment(losing).id): "missing"}


def test_a_search_that_was_killed_goes_on(losing: LivingBlog, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    with watched(losing, whole) as watch:
        watch.night(0, "rest")
        watch.night(1, "rest")
        end = watch.night(2, "rest", settings={"PART_ROWS": 1})
        committed = watch.seen(end)
        assert sum("before=" in row["request_url"] for row in committed) > 1
        for left in range(1, len(committed)):
            cut_off(whole, killed, str(end.crawl_id), left)
            watch.data = killed
            again = watch.night(2, "rest")
            assert asked_in(watch.seen(again)) == asked_in(committed)
            watch.data = whole


@pytest.mark.parametrize("lie", [-3, 40])
def test_a_number_of_comments_that_is_always_wrong_is_searched_for_once_at_most(
    losing: LivingBlog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lie: int
) -> None:
    told = LivingSite.answer

    def lying(site: LivingSite, path: str, query: dict[str, str], origin: str) -> tuple[Page | None, dict[str, str]]:
        page, headers = told(site, path, query, origin)
        if "X-WP-Total" in headers:
            headers["X-WP-Total"] = str(max(0, int(headers["X-WP-Total"]) + lie))
        return page, headers

    monkeypatch.setattr(LivingSite, "answer", lying)
    with watched(losing, tmp_path) as watch:
        asked = []
        for number in range(4):
            watch.night(number, "rest", at=0)
            asked.append(len(searches(watch)))
        assert sum(asked) == asked[1] <= 24
        assert (asked[1] > 0) == (lie < 0)
        build(tmp_path)
        assert {row["state"] for row in rows(tmp_path, "comments")} == {"visible"}


def test_where_the_feed_of_comments_goes_more_posts_are_looked_at_in_turn(watch: Watch) -> None:
    watch.night(0)
    told = watch.night(1, at=0)
    untold = watch.night(2, "bare", at=0)
    assert turns(watch.seen(untold)) > 2 * turns(watch.seen(told))


def test_a_feed_of_comments_that_fails_for_one_night_is_believed_to_tell_in_the_next(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.night(0)
    told = watch.night(1)
    answer = LivingSite.answer

    def without_feed(
        site: LivingSite, path: str, query: dict[str, str], origin: str
    ) -> tuple[Page | None, dict[str, str]]:
        return (None, {}) if path.endswith("/comments/feed/") else answer(site, path, query, origin)

    monkeypatch.setattr(LivingSite, "answer", without_feed)
    failed = watch.night(2)
    assert [row["outcome"] for row in watch.seen(failed) if row["request_url"].endswith("comments/feed/")] == [
        "http_error"
    ]
    gone = watch.night(3)
    assert turns(watch.seen(failed)) <= turns(watch.seen(told)) < turns(watch.seen(gone)) / 2
    monkeypatch.undo()
    watch.night(4)
    build(watch.data)
    now = FIRST_NIGHT + timedelta(days=4)
    new = {str(one.id) for one in standing(watch.living, now) if one.shown_at > FIRST_NIGHT + timedelta(days=1)}
    known = {row["native_id"] for row in rows(watch.data, "comments")}
    assert len(new & known) >= 0.9 * len(new) > 0


def turns(ledger: list[dict[str, Any]]) -> int:
    return sum(row["asked_for"] == "turn" for row in ledger)


def test_a_post_that_says_itself_that_its_comments_are_gone_is_no_silent_one(
    losing: LivingBlog, tmp_path: Path
) -> None:
    emptied = max(losing.posts, key=lambda post: len(post.comments))
    for comment in emptied.comments:
        comment.removed_at = FIRST_NIGHT + 0.5 * DAY
    with watched(losing, tmp_path) as watch:
        watch.night(0)
        looks = [watch.seen(watch.night(number)) for number in range(1, NIGHTS - 1)]
        # It has been looked at, and no other post was because of it.
        assert removed(tmp_path).keys() >= {str(comment.id) for comment in emptied.comments}
        assert max(map(turns, looks)) < TROUBLED_TURNS


def test_a_night_without_any_answer_looks_at_nothing_and_loses_nothing(watch: Watch) -> None:
    watch.night(0)
    watch.handler.failing = 1.0
    silent = watch.night(1)
    assert silent.code == 4
    assert len(watch.seen(silent)) == 1
    watch.handler.failing = 0.0
    watch.night(2)
    build(watch.data)
    known = {row["native_id"] for row in rows(watch.data, "comments")}
    new = {str(c.id) for c in standing(watch.living, FIRST_NIGHT + timedelta(days=2)) if c.shown_at > FIRST_NIGHT}
    assert len(new & known) >= 0.9 * len(new) > 0


def test_a_budget_is_kept_and_what_it_leaves_comes_next(watch: Watch) -> None:
    posts = sum(post.stands_at(FIRST_NIGHT) for post in watch.living.posts)
    seen: set[str] = set()
    for number in range(6):
        end = watch.night(number, at=0, budget=20)
        assert len(watch.seen(end)) <= 20 + 16  # comment pages of posts that were begun come beside
        seen |= {row["request_url"] for row in watch.seen(end) if row["posts"]}
    assert len(seen) == posts


def test_a_budget_that_the_sources_take_is_no_sign_of_a_blog_that_is_gone(watch: Watch) -> None:
    watch.night(0)
    assert watch.night(1, at=0, budget=3).code == 0
    build(watch.data)
    assert rows(watch.data, "shortfalls") == []


def test_of_posts_before_since_none_is_looked_at_again(watch: Watch) -> None:
    watch.night(0)
    # Without a source that tells of comments many are looked at in turn.
    later = watch.night(1, "bare", at=0, since="2025-12-01")
    looks = [row["request_url"] for row in watch.seen(later) if row["page_kind"] == "post"]
    assert looks
    assert all("/2025/12/" in url or "/2026/" in url for url in looks)
    build(watch.data)
    assert rows(watch.data, "shortfalls") == []
