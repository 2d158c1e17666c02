"""Comments that an API has no more are found by few requests, and numbers that say nothing cost few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.pipelines.scopes import Scope
from rejoinder.queries.night import CommentTotal, EarlierCount, Habit, KnownComment, habit_of
from rejoinder.spiders.answers import LONG_AGO, Answer, Reader
from rejoinder.spiders.frontier import Context, Task
from rejoinder.spiders.missing import Search

FIRST = datetime(2016, 1, 1, tzinfo=UTC)
MOST = 24


@cache
def known_comments(number: int, *, an_hour: int = 1) -> tuple[KnownComment, ...]:
    """So many in each hour, all of one instant."""
    return tuple(
        KnownComment(
            comment_id=f"post:{rank}",
            native_id=str(rank),
            post_url="https://blog.example.org/post",
            written_at=FIRST + timedelta(hours=rank // an_hour),
            first_seen_at=FIRST + timedelta(days=3650),
        )
        for rank in range(number)
    )


@dataclass
class Api:
    """Comments by their ids and instants, of which it shows the newest hundred from before one."""

    comments: list[tuple[datetime, str]]
    asked: int = 0

    def before(self, instant: datetime) -> tuple[int, list[str]]:
        self.asked += 1
        older = [comment_id for at, comment_id in self.comments if at < instant]
        return len(older), older[-100:]

    def newest(self) -> list[str]:
        return [comment_id for _, comment_id in self.comments[-100:]]


def api_of(known: Sequence[KnownComment], gone: Iterable[int] = (), *, others: Iterable[int] = ()) -> Api:
    """All known comments but those gone; beside them such as stand below pages, by the rank near which they stand."""
    left = set(gone)
    comments = [(one.written_at, one.comment_id) for rank, one in enumerate(known) if rank not in left]
    comments += [(known[rank].written_at, f"page:{place}") for place, rank in enumerate(others)]
    return Api(sorted(comments))


def found_by(search: Search, api: Api, most: int = MOST) -> set[int]:
    found: set[int] = set()
    while api.asked < most and (instant := search.next_instant()):
        found |= {int(one.native_id) for one in search.learn(*api.before(instant))}
    return found


@pytest.mark.parametrize("gone", [0, 1, 99, 100, 101, 5_000, 8_765, 16_799])
def test_one_among_thousands_is_found_by_few_requests(gone: int) -> None:
    known = known_comments(17_000)
    api = api_of(known, [gone])
    search = Search(known, missing=1, shown=api.newest())
    assert found_by(search, api) == {gone}
    assert api.asked <= 9


@settings(max_examples=30)
@given(st.sets(st.integers(0, 1_050), min_size=1, max_size=12), st.sampled_from([1, 2, 7, 40]))
def test_all_are_found_wherever_they_are(gone: set[int], an_hour: int) -> None:
    known = known_comments(1_200, an_hour=an_hour)
    api = api_of(known, gone)
    search = Search(known, missing=len(gone), shown=api.newest())
    assert found_by(search, api, most=60) == gone


def test_what_is_known_to_be_gone_is_not_found_again() -> None:
    known = list(known_comments(3_000))
    known[1_234] = replace(known[1_234], gone_at=FIRST + timedelta(days=3651))
    api = api_of(known, [1_234, 2_000])
    assert found_by(Search(known, missing=1, shown=api.newest()), api) == {2_000}


@settings(max_examples=30)
@given(st.integers(-400, 400), st.integers(1, 1_000))
def test_numbers_that_lie_find_nothing_and_come_to_an_end(lie: int, missing: int) -> None:
    known = known_comments(1_200)
    api = api_of(known)
    search = Search(known, missing=missing, shown=api.newest())
    while instant := search.next_instant():
        total, shown = api.before(instant)
        assert search.learn(max(0, total + lie), shown) == []
    assert api.asked <= 60


def test_where_an_api_counts_comments_of_pages_what_it_counted_before_leads_the_way() -> None:
    known = known_comments(3_000)
    others = [*range(700, 740)]
    settled = known[-1].first_seen_at
    earlier = {}
    before = api_of(known, others=others)
    for rank in range(100, 3_000, 100):
        total, _ = before.before(known[rank].written_at)
        earlier[known[rank].written_at] = EarlierCount(total=total, counted_at=settled)
    api = api_of(known, [2_222], others=others)
    search = Search(known, missing=1, usual=-len(others), earlier=earlier, shown=api.newest())
    assert found_by(search, api) == {2_222}
    assert api.asked <= 7


@pytest.mark.parametrize(("pages", "down_to"), [(4, FIRST), (1, LONG_AGO), (None, LONG_AGO)])
def test_a_page_from_which_some_are_left_out_is_not_the_last(pages: int | None, down_to: datetime) -> None:
    rows = [
        {
            "id": number,
            "post": 1,
            "date_gmt": f"{at:%Y-%m-%dT%H:%M:%S}",
            "link": f"https://blog.example.org/post#c{number}",
        }
        for number, at in ((2, FIRST + timedelta(days=1)), (1, FIRST))
    ]
    url = "https://blog.example.org/wp-json/wp/v2/comments?per_page=100&page=1&orderby=date_gmt&order=desc"
    answer = Answer(
        url=url,
        status=200,
        fetched_at=FIRST,
        content_type="application/json",
        charset=None,
        body=msgspec.json.encode(rows),
        total=310,
        total_pages=pages,
    )
    task = Task(url, "api", Context(way="api", rows="comments"))
    assert Reader(Scope.of("https://blog.example.org/")).read(task, answer).newest_down_to == down_to


def night(number: int, difference: int, **searched: int | bool) -> CommentTotal:
    return CommentTotal(
        crawl_id=str(number),
        ended_at=FIRST + timedelta(days=number),
        difference=difference,
        **searched,  # pyright: ignore[reportArgumentType]
    )


def waits(habit: Habit, since: int) -> float:
    """Days from a night on for which nothing is looked for."""
    assert habit.next_search is not None
    return (habit.next_search - FIRST) / timedelta(days=1) - since


def test_a_difference_that_was_always_there_is_the_habit() -> None:
    nights = [night(number, -37) for number in range(5)]
    assert habit_of(nights, most=MOST).difference == -37


def test_a_difference_that_grew_is_looked_for_until_a_search_finds_nothing() -> None:
    nights = [night(0, 2, searches=9), night(1, 2), night(2, 3)]
    assert habit_of(nights, most=MOST).difference == 2
    nights += [night(8, 3, searches=9, found=1), night(9, 3)]
    assert habit_of(nights, most=MOST).difference == 2
    assert habit_of([*nights, night(16, 3, searches=9)], most=MOST).difference == 3


def test_a_search_that_failed_has_settled_nothing() -> None:
    nights = [night(0, 0), night(1, 1, searches=3, has_failed=True)]
    habit = habit_of(nights, most=MOST)
    assert (habit.difference, habit.settled) == (0, {"0"})
    assert 7 < waits(habit, 1) < 14


def test_searches_that_find_nothing_become_rare() -> None:
    nights = [night(20 * number, number, searches=8) for number in range(1, 6)]
    waited = [waits(habit_of(nights[:number], most=MOST), 20 * number) for number in range(1, 6)]
    assert waited == [13.5, 27.5, 55.5, 55.5, 55.5]
    found = [*nights, night(120, 3, searches=8, found=1)]
    assert waits(habit_of(found, most=MOST), 120) == 6.5


def test_a_search_that_its_bound_ended_goes_on_in_the_next_night() -> None:
    cut = [night(0, 0), night(1, 6, searches=MOST, found=2)]
    assert habit_of(cut, most=MOST).next_search is None


def test_comments_that_come_back_make_the_habit_smaller() -> None:
    nights = [night(0, 4, searches=9), night(1, 1)]
    assert habit_of(nights, most=MOST).difference == 1
