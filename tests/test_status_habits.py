"""The rules by which `rejoinder status` tells a change from a habit, on rows made for them; and how often they err.

The simulations draw blogs from a seed, so their figures are the same at every run. docs/nightly.md states them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from rejoinder.queries.database import open_database
from rejoinder.queries.models import create_table, define_macros, run_models
from rejoinder.schemas.status import AlarmReason
from rejoinder.schemas.words import ALARMS, OUTCOMES

DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BLOG = "https://blog.example.org/"


@contextmanager
def model(name: str, **given: list[dict[str, Any]] | pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in which a model of queries/status/ was made from tables given as rows."""
    with open_database() as connection:
        define_macros(connection)
        for table, rows in given.items():
            create_table(connection, table, rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows))
        for _ in run_models(connection, {name}, given=given.keys()):
            pass
        yield connection


def watched(start_url: str = BLOG, *, first: datetime = NOW - 365 * DAY, last: datetime = NOW) -> dict[str, Any]:
    return {
        "start_url": start_url,
        "crawl_id": "newest",
        "started_at": last,
        "first_good_at": first,
        "last_good_at": last,
        "first_host": "blog.example.org",
    }


def days_ago(*ages: float) -> list[dict[str, Any]]:
    return [{"start_url": BLOG, "kind": "posts", "day": (NOW - age * DAY).date()} for age in ages]


WEEKLY = [7.0 * week for week in range(5, 40)]
"""A post a week, the last of them 35 days ago."""


@pytest.mark.parametrize(
    ("ages", "first_good", "is_long"),
    [
        (WEEKLY, 365, True),
        ([age - 15 for age in WEEKLY], 365, False),  # 20 days: no more than three of its weeks
        (WEEKLY[:20], 365, False),  # 19 gaps make no habit
        (WEEKLY[:21], 365, True),
        (WEEKLY, 10, False),  # silent already when it was first read
        ([*WEEKLY[:20], *(age + 25 for age in WEEKLY[20:])], 365, False),  # as long a holiday before
        ([*(age / 7 for age in WEEKLY)], 365, False),  # daily, and five days of silence
        ([7 + age / 7 for age in WEEKLY], 365, True),
    ],
)
def test_a_silence_is_long_against_the_habit_of_the_blog(ages: list[float], first_good: int, *, is_long: bool) -> None:
    given = {"event_days": days_ago(*ages), "watched": [watched(first=NOW - first_good * DAY)]}
    with model("silences", **given) as connection:
        assert connection.sql("select is_long from silences").fetchall() == [(is_long,)]


def simulated_days(draw: np.random.Generator, kind: str) -> np.ndarray:
    """Days, ascending from 0, on which a blog of one kind publishes in three years; the kinds go from even to wild."""
    match kind:
        case "a post every few days":
            gaps = draw.exponential(draw.uniform(2, 8), 2000)
        case "in bursts":
            gaps = draw.lognormal(0, 1.2, 2000) * draw.uniform(1, 4)
        case "weekly, with holidays":
            gaps = np.where(draw.random(2000) < 0.02, draw.uniform(14, 35, 2000), draw.uniform(5, 9, 2000))
        case _:
            raise AssertionError(kind)
    days = np.unique(np.cumsum(gaps).astype(int))
    return days[days < 3 * 365]


@pytest.mark.parametrize(
    ("kind", "false_alarms_a_year", "noticed_after_days"),
    [
        ("a post every few days", 0.01, 60),
        ("in bursts", 0.10, 100),
        ("weekly, with holidays", 0.03, 60),
    ],
)
def test_few_silences_are_told_of_blogs_that_go_on_and_those_that_stop_are_told_in_time(
    kind: str, false_alarms_a_year: float, noticed_after_days: float
) -> None:
    draw = np.random.default_rng(12)
    begin, blogs, nights = date(2020, 1, 1), 100, range(2 * 365, 3 * 365, 7)
    starts, days, looks = [], [], []
    for blog in range(blogs):
        published = simulated_days(draw, kind)
        for night in nights:
            known = published[published <= night][-130:]
            name = f"{blog} at {night}"
            starts += [name] * len(known)
            days += (np.datetime64(begin) + known).tolist()
            midnight = datetime(2020, 1, 1, tzinfo=UTC)
            looks.append(watched(name, first=midnight + 365 * DAY, last=midnight + night * DAY))
    events = pa.table({"start_url": starts, "kind": ["posts"] * len(days), "day": pa.array(days, pa.date32())})
    with model("silences", event_days=events, watched=looks) as connection:
        [(checked, told, patience_days)] = connection.sql(
            "select count(*), count(distinct split_part(start_url, ' ', 1)) filter (where is_long),"
            " median(patience_days) from silences"
        ).fetchall()
    assert checked == blogs * len(nights)
    assert told / blogs <= false_alarms_a_year
    assert patience_days <= noticed_after_days


def posts(counts: list[int], *, youngest: int = 8) -> list[dict[str, Any]]:
    """Posts two days apart with so many comments, the newest first."""
    return [
        {
            "start_url": BLOG,
            "post_id": f"{index:05}",
            "published_at": NOW - (youngest + 2 * index) * DAY,
            "comments_open": None,
            "comments": count,
        }
        for index, count in enumerate(counts)
    ]


HABIT = [7, 3, 12, 5, 9, 0, 4, 8, 6, 11] * 4


@pytest.mark.parametrize(
    ("rows", "first_good", "is_thin"),
    [
        (posts([0, 0, 0, 0, 0, *HABIT]), 365, True),
        (posts([1, 0, 2, 0, 1, *HABIT]), 365, True),  # a tenth of the habit's posts has so few
        (posts([0, 0, 0, 5, 0, *HABIT]), 365, False),
        (posts([0, 0, 0, 0, 0, *HABIT[:19]]), 365, False),  # too few to make a habit
        (posts([0, 0, 0, 0, 0, *HABIT], youngest=1), 365, False),  # too young to have any
        (posts([0, 0, 0, 0, 0, *HABIT]), 5, False),  # empty already when it was first read
        ([row | {"comments_open": False} for row in posts([0] * 5)] + posts(HABIT, youngest=20), 365, False),
        (posts([4] * 10 + HABIT), 365, True),  # ten posts in the lower four tenths
        (posts([5] * 9 + [9] + HABIT), 365, False),
    ],
)
def test_posts_are_thin_against_the_habit_of_the_blog(
    rows: list[dict[str, Any]], first_good: int, *, is_thin: bool
) -> None:
    with model("thin_posts", blog_posts=rows, watched=[watched(first=NOW - first_good * DAY)]) as connection:
        assert connection.sql("select coalesce(bool_or(is_thin), false) from thin_posts").fetchall() == [(is_thin,)]


@pytest.mark.parametrize(("mean", "clump"), [(0.5, 1.0), (3.0, 0.5), (20.0, 1.0)])
def test_few_posts_of_blogs_that_go_on_are_told_as_thin(mean: float, clump: float) -> None:
    """Comments by a negative binomial: `clump` 1 is as uneven as a geometric distribution, less is more uneven."""
    draw = np.random.default_rng(12)
    blogs, length = 1000, 120
    counts = draw.negative_binomial(clump, clump / (clump + mean), (blogs, length))
    rows = pa.table(
        {
            "start_url": np.repeat([f"b{blog}" for blog in range(blogs)], length),
            "post_id": [f"{index:05}" for _ in range(blogs) for index in range(length)],
            "published_at": pa.array(
                [NOW - (8 + 2 * index) * DAY for _ in range(blogs) for index in range(length)],
                pa.timestamp("us", "UTC"),
            ),
            "comments_open": pa.nulls(blogs * length, pa.bool_()),
            "comments": counts.ravel(),
        }
    )
    looks = [watched(f"b{blog}") for blog in range(blogs)]
    with model("thin_posts", blog_posts=rows, watched=looks) as connection:
        [(told,)] = connection.sql("select count(distinct start_url) from thin_posts where is_thin").fetchall()
    assert told <= 0.005 * blogs


def runs_every(hours: list[float]) -> list[dict[str, Any]]:
    """Finished runs, the newest begun the first of the numbers of hours ago and each further one so many before."""
    ages = np.cumsum(hours)
    return [
        {
            "crawl_id": f"{index:03}",
            "start_url": BLOG,
            "via": "live",
            "ended": "finished",
            "started_at": NOW - timedelta(hours=float(age)),
        }
        for index, age in enumerate(ages)
    ]


@pytest.mark.parametrize(
    ("hours", "is_overdue"),
    [
        ([36, 24, 24, 24, 24], False),
        ([38, 24, 24, 24, 24], True),
        ([38, 24, 24, 24], False),  # three gaps make no habit
        ([70, 24, 24, 24, 24, 72, 24, 24, 24, 24, 72, 24, 24, 24, 24], False),  # not at week-ends
        ([120, 24, 24, 24, 24, 72, 24, 24, 24, 24, 72, 24, 24, 24, 24], True),
        ([1000, 1, 1, 700, 1, 900, 1], False),  # by hand, now and then
    ],
)
def test_a_run_is_overdue_against_the_habit_of_the_schedule(hours: list[float], *, is_overdue: bool) -> None:
    with model("run_gaps", runs=runs_every(hours), watched=[watched()]) as connection:
        [(last, patience_s)] = connection.sql("select last_finished_at, patience_s from run_gaps").fetchall()
    assert (patience_s is not None and (NOW - last).total_seconds() > patience_s) == is_overdue


def fetched(crawl_id: str, *outcomes: str | tuple[str, int]) -> list[dict[str, Any]]:
    rows = []
    for number, outcome in enumerate(outcomes):
        word, status = outcome if isinstance(outcome, tuple) else (outcome, 200)
        url = f"{BLOG}{number or ''}"
        row = {"crawl_id": crawl_id, "start_url": BLOG, "request_url": url, "outcome": word, "status": status}
        rows.append(row | {"error": f"{word} of {url}", "asked_for": "source"})
    return rows


FORBIDDEN = ("http_error", 403)


@pytest.mark.parametrize(
    ("newest", "earlier", "expected"),
    [
        (["ok"] * 10, [], set()),
        ([FORBIDDEN] + ["ok"] * 9, [], {"refused"}),  # the start URL itself
        (["ok"] * 10 + [FORBIDDEN] * 2, [], set()),
        (["ok"] * 10 + [FORBIDDEN] * 3, [], {"refused"}),
        (["ok"] * 20 + [FORBIDDEN] * 4, [], set()),  # less than a fifth
        (["ok"] * 10 + [FORBIDDEN] * 4, ["ok"] * 10 + [FORBIDDEN] * 3, set()),  # as it always was
        (["ok", FORBIDDEN], [], {"refused"}),
        (["ok", ("http_error", 404), ("http_error", 410), ("http_error", 404), "absent"], [], {"gone"}),
        (["ok", "network_error", "network_error", "network_error"], [], {"not_reached"}),
        (["ok", "robots", "robots", "robots"], ["ok", "ok", "ok", "robots"], {"robots_closed"}),
        (["ok", "layout_changed", "layout_changed", "layout_changed"], [], {"layout_changed"}),
        (["challenge", "ok"], [], {"refused"}),
        (["parked", "ok"], [], {"gone"}),
        (["ok", "soft_404", "soft_404", "soft_404"], [], {"gone"}),
        (["ok", ("maintenance", 503), "maintenance", "maintenance"], [], {"server_errors"}),
        (["ok", "consent_wall", "consent_wall", "consent_wall"], [], {"refused"}),
        (["ok", "a_new_word", "a_new_word", "a_new_word"], [], {"not_read"}),
    ],
)
def test_what_was_not_read_is_told_where_it_is_much(newest: list[Any], earlier: list[Any], expected: set[str]) -> None:
    runs = [
        {"crawl_id": crawl_id, "start_url": BLOG, "via": "live", "is_good": True, "started_at": NOW - age * DAY}
        for crawl_id, age in [("newest", 0), ("earlier", 1)]
    ]
    fetches = fetched("newest", *newest) + fetched("earlier", *(earlier or ["ok"]))
    with model("unread", fetches=fetches, runs=runs, watched=[watched()]) as connection:
        assert {
            reason for (reason,) in connection.sql("select reason from unread where is_much").fetchall()
        } == expected


@pytest.mark.parametrize(("outcomes", "expected"), [([FORBIDDEN] * 2, {"refused"}), ([FORBIDDEN, "ok"], set())])
def test_a_night_that_may_look_at_no_post_is_told(outcomes: list[Any], expected: set[str]) -> None:
    run = {"crawl_id": "newest", "start_url": BLOG, "via": "live", "is_good": True, "started_at": NOW}
    sources, looks = fetched("newest", *["ok"] * 9), fetched("newest", "ok", *outcomes)[1:]
    fetches = sources + [row | {"asked_for": "turn"} for row in looks]
    with model("unread", fetches=fetches, runs=[run], watched=[watched()]) as connection:
        found = connection.sql("select reason from unread where is_much").fetchall()
    assert {reason for (reason,) in found} == expected


def test_every_outcome_has_an_alarm_or_none_on_purpose() -> None:
    with open_database() as connection:
        define_macros(connection)
        found = {
            outcome: connection.execute("select alarm_of($1, 200, 'why')", [outcome]).fetchall()[0][0]
            for outcome in OUTCOMES
        }
    assert {word for word in found.values() if word} <= ALARMS.keys()
    assert {outcome for outcome, word in found.items() if word is None} == {
        "ok",
        "not_modified",
        "absent",
        "gone",
        "robots",
        "login_wall",
        "left_out",
    }
    assert get_args(AlarmReason) == tuple(ALARMS)
