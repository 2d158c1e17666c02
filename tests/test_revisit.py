"""What is looked at again: nobody starves, whatever sources say and however often pages fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rejoinder.pipelines.write import write_part
from rejoinder.queries.night import Due, Night, chosen, longest_wait, turns_of
from rejoinder.schemas import RAW, Fetch, Hint, Link, Post
from rejoinder.schemas.arrow import to_table

BLOG = "https://blog.example.org/"
FIRST = datetime(2026, 1, 1, 3, tzinfo=UTC)
POSTS = [f"{BLOG}{number:03}" for number in range(24)]
NOISY, BROKEN = set(POSTS[:9]), set(POSTS[9:12])
"""Of these a source tells something new each night; these never answer again after the first night."""


@dataclass
class Nights:
    """Raw data of nights in which what was chosen was looked at, as a crawl would have written them."""

    data: Path
    asked: dict[str, list[int]] = field(default_factory=lambda: {url: [] for url in POSTS})

    def look(self, number: int, urls: Iterable[str]) -> None:
        crawl_id, at = f"night-{number:03}", FIRST + timedelta(days=number)
        fetches, posts = [], []
        for place, url in enumerate(urls):
            self.asked[url].append(number)
            failed = number > 0 and url in BROKEN
            fetches.append(fetch(f"{number}-{place}", crawl_id, url, at, failed=failed))
            if not failed:
                posts.append(post(fetches[-1], url))
        source, hints = self.told(number)
        for dataset, rows in (("posts", posts), ("hints", hints), ("fetches", [source, *fetches])):
            folder = self.data / "raw" / dataset / f"crawl={crawl_id}"
            folder.mkdir(parents=True)
            write_part(to_table(rows, RAW[dataset]), folder / "part-00000.parquet")

    def told(self, number: int) -> tuple[Fetch, list[Hint]]:
        """What the feed tells that night, a moment before posts are looked at."""
        at = FIRST + timedelta(days=number) - timedelta(minutes=1)
        source = fetch(f"{number}-feed", f"night-{number:03}", f"{BLOG}feed", at, kind="feed")
        told = {"fetch_id": source.fetch_id, "fetched_at": at, "stated_comments": number}
        return source, [Hint(source="feed", url=url, canonical_url=url, **told) for url in sorted(NOISY)]

    def plan(self, number: int) -> list[Due]:
        with Night(self.data, crawl_id="now", started_at=FIRST + timedelta(days=number, minutes=-2)) as night:
            return night.plan(BLOG, self.told(number)[1])


def fetch(fetch_id: str, crawl_id: str, url: str, at: datetime, *, failed: bool = False, kind: str = "post") -> Fetch:
    return Fetch(
        fetch_id=fetch_id,
        crawl_id=crawl_id,
        start_url=BLOG,
        via="live",
        request_url=url,
        final_url=url,
        status=500 if failed else 200,
        fetched_at=at,
        content_type="text/html",
        body_bytes=1,
        body_sha256="0" * 64,
        page_kind=kind,  # pyright: ignore[reportArgumentType]
        outcome="http_error" if failed else "ok",
    )


def post(seen: Fetch, url: str) -> Post:
    return Post(
        post_id=url.rpartition("/")[2],
        site="blog.example.org",
        url=url,
        canonical_url=url,
        platform="wordpress",
        published_at=FIRST - timedelta(days=int(url[-3:])),
        fetch_id=seen.fetch_id,
        fetched_at=seen.fetched_at,
    )


def longest_gap(nights: list[int], last: int) -> int:
    """The most nights between two looks, or from the last one to the end."""
    return max(later - earlier for earlier, later in zip(nights, [*nights[1:], last], strict=True))


@pytest.mark.parametrize("is_told", [True, False])
def test_every_post_is_asked_for_within_the_bound(tmp_path: Path, is_told: bool) -> None:
    nights = Nights(tmp_path)
    nights.look(0, POSTS)
    bound = longest_wait(len(POSTS), is_told=is_told)
    last = bound + 6
    for number in range(1, last + 1):
        plan = nights.plan(number)
        assert {due.url for due in plan} == set(POSTS)
        due = chosen(plan, turns=turns_of(len(POSTS), is_told=is_told), budget=None)
        nights.look(number, [one.url for one in due])
    assert max(longest_gap(asked, last) for asked in nights.asked.values()) <= bound
    # What sources tell of comes at once, and takes no one's place.
    assert all(longest_gap(nights.asked[url], last) == 1 for url in NOISY)


def test_a_budget_is_kept_and_shared_between_news_and_those_who_wait(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.look(0, POSTS)
    budget = 4
    bound = len(POSTS) // (budget // 2)
    last = bound + 8
    for number in range(1, last + 1):
        due = chosen(nights.plan(number), turns=99, budget=budget)
        assert sum(one.requests for one in due) <= budget
        assert sum(one.reason == "news" for one in due) >= 1
        nights.look(number, [one.url for one in due])
    assert max(longest_gap(asked, last) for asked in nights.asked.values()) <= bound


def test_a_post_that_alone_takes_more_than_the_budget_is_not_left_for_ever() -> None:
    many, one = (
        Due(url=url, post_id=url, api_id=None, requests=n, had_comments=1, reason="turn", told_by=None, cost=2 * n)
        for url, n in (("many pages", 7.0), ("one page", 1.0))
    )
    assert chosen([many, one], turns=2, budget=5) == [many]
    assert chosen([one, many], turns=2, budget=5) == [one]
    assert chosen([one, many], turns=2, budget=0) == []


def listing(number: int, page: int, *, onward: int | None) -> Fetch:
    """A page that lists posts, asked for in a night, and the next one that it leads to."""
    at = FIRST + timedelta(days=number, minutes=page)
    links = [] if onward is None else [Link(url=f"{BLOG}page/{onward}", kind="listing")]
    asked = fetch(f"{number}-list-{page}", f"night-{number:03}", f"{BLOG}page/{page}", at, kind="listing")
    return replace(asked, links=links)


def write_fetches(data: Path, number: int, rows: list[Fetch]) -> None:
    folder = data / "raw" / "fetches" / f"crawl=night-{number:03}"
    folder.mkdir(parents=True, exist_ok=True)
    write_part(to_table(rows, Fetch), folder / "part-00001.parquet")


def test_a_walk_through_listings_comes_to_its_end_before_it_begins_again(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.look(0, POSTS)
    write_fetches(tmp_path, 0, [listing(0, page, onward=page + 1) for page in range(1, 4)])
    with Night(tmp_path, crawl_id="now", started_at=FIRST + timedelta(days=1)) as night:
        assert night.listings(BLOG) == [f"{BLOG}page/4"]
    write_fetches(tmp_path, 1, [listing(1, 4, onward=None)])
    with Night(tmp_path, crawl_id="now", started_at=FIRST + timedelta(days=2)) as night:
        assert night.listings(BLOG) == [f"{BLOG}page/{page}" for page in (2, 3, 4)]


def test_a_walk_without_end_leaves_turns_to_the_pages_before(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.look(0, POSTS)
    write_fetches(tmp_path, 0, [listing(0, page, onward=page + 1) for page in range(1, 3 + len(POSTS))])
    with Night(tmp_path, crawl_id="now", started_at=FIRST + timedelta(days=1)) as night:
        assert night.listings(BLOG)[:2] == [f"{BLOG}page/{3 + len(POSTS)}", f"{BLOG}page/2"]


def test_what_only_the_crawl_itself_has_fetched_changes_no_plan(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.look(0, POSTS)
    with Night(tmp_path, crawl_id="night-001", started_at=FIRST + timedelta(hours=20)) as night:
        before = night.plan(BLOG, [])
    nights.look(1, [due.url for due in before[:5]])
    with Night(tmp_path, crawl_id="night-001", started_at=FIRST + timedelta(hours=20)) as night:
        assert night.plan(BLOG, []) == before
