"""Crawls of simulated nights, each in a process of its own, for a reactor does not start twice; and what they found."""

from __future__ import annotations

import multiprocessing
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow.parquet as pq
from rejoinder.crawling import exit_code
from rejoinder.queries import build
from rejoinder.queries.database import open_database
from rejoinder.spiders.run import run_crawl

from support.living import DAY, FIRST_NIGHT, LivingBlog, standing

SETTINGS = {
    "LOG_LEVEL": "CRITICAL",
    "DOWNLOAD_SLOTS": {},
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0.0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
}
"""What `rejoinder crawl` sets for this machine."""


@dataclass(frozen=True, slots=True)
class Told:
    """A clock that was set, and goes on from there."""

    at: datetime
    set_at: float

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=monotonic() - self.set_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightEnd:
    """How a night's crawl ended."""

    crawl_id: str | None
    fetches: int
    fatal: str | None
    code: int


def crawl_night(
    url: str, data: Path, now: datetime, *, settings: Mapping[str, Any] | None = None, **arguments: Any
) -> NightEnd:
    """Crawl once at the instant `now`, in a process of its own.

    Args:
        settings: Scrapy's, on top of SETTINGS.
        arguments: the spider's.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rejoinder.crawling", "rejoinder.spiders.blog", "support.night_runs"])
    with context.Pool(1) as pool:
        return pool.apply(_crawl, (url, str(data), now, settings or {}, arguments))


def _crawl(url: str, data: str, now: datetime, settings: Mapping[str, Any], arguments: Mapping[str, Any]) -> NightEnd:
    own = {"DATA_DIR": data, "CLOCK": Told(now, monotonic())}
    end = run_crawl({"start": url, **arguments}, {**SETTINGS, **own, **settings})
    return NightEnd(crawl_id=end.crawl_id, fetches=end.tally.fetches, fatal=end.fatal, code=int(exit_code(end)))


@dataclass(slots=True, kw_only=True)
class Findings:
    """What the data of all nights tell of what happened, against what did. Shares are of those that could be judged."""

    new: int = 0
    new_same_night: int = 0
    new_judged_late: int = 0
    new_within_14: int = 0
    edits: int = 0
    edits_within_14: int = 0
    removals: int = 0
    removals_within_30: int = 0
    false_removals: int = 0
    comments: int = 0
    """Rows of tables/comments."""


def findings(data: Path, living: LivingBlog, *, nights: int, silent: Container[int] = ()) -> Findings:
    """Hold the raw data and the built tables against the life of the blog.

    Args:
        nights: how many there were, the first of them a crawl of the whole blog.
        silent: nights on which the blog did not answer: what happened before them could be found on the next.
    """
    seen = _first_seen(data)
    found = Findings()

    def first_chance(at: datetime) -> int:
        night = max(0, ceil((at - FIRST_NIGHT) / DAY))
        while night in silent:
            night += 1
        return night

    for post in living.posts:
        _judge_edit(found, seen.get(post.edit), first_chance(post.edited_at), nights, until=post.removed_at)
        for comment in post.comments:
            until = min(comment.removed_at, post.removed_at)
            chance = first_chance(max(comment.shown_at, post.published_at))
            if 0 < chance < nights and until > FIRST_NIGHT + chance * DAY:
                at = seen.get(f"comment {comment.id}", nights)
                found.new += 1
                found.new_same_night += at <= chance
                if chance + 14 < nights:
                    found.new_judged_late += 1
                    found.new_within_14 += at <= chance + 14
            _judge_edit(found, seen.get(comment.edit), first_chance(comment.edited_at), nights, until=until)
    build(data)
    rows = pq.read_table(data / "tables" / "comments.parquet", columns=["native_id", "missed_at"]).to_pylist()
    end = FIRST_NIGHT + (nights - 1) * DAY
    stands = {comment.id for comment in standing(living, end)}
    found.comments = len(rows)
    for row in rows:
        comment = living.comments[int(row["native_id"])]
        is_said_gone = row["missed_at"] is not None
        found.false_removals += is_said_gone and comment.id in stands
        until = living.posts[comment.post - 1].removed_at
        chance = first_chance(comment.removed_at) if comment.removed_at < end else nights
        was_seen = seen.get(f"comment {comment.id}", nights) < chance
        if chance > 0 and chance + 30 < nights and was_seen and until > FIRST_NIGHT + (chance + 30) * DAY:
            found.removals += 1
            found.removals_within_30 += is_said_gone and _night(row["missed_at"]) <= chance + 30
    return found


def _judge_edit(found: Findings, at: int | None, chance: int, nights: int, *, until: datetime) -> None:
    if chance > 0 and chance + 14 < nights and until > FIRST_NIGHT + (chance + 14) * DAY:
        found.edits += 1
        found.edits_within_14 += at is not None and at <= chance + 14


def _first_seen(data: Path) -> dict[str, int]:
    """'comment N' and each edit's words -> the first night on which raw data show them."""
    parts = str(data / "raw" / "{}" / "crawl=*" / "part-*.parquet")
    query = (
        "select 'comment ' || native_id as what, min(fetched_at) as at from read_parquet($comments) group by all"
        " union all select regexp_extract(body_text, 'Edited, as of comment \\d+\\.') as what, min(fetched_at)"
        " from read_parquet($comments) where contains(body_text, 'Edited, as of') group by all"
        " union all select regexp_extract(body_text, 'Corrected, as of post \\d+\\.') as what, min(fetched_at)"
        " from read_parquet($posts) where contains(body_text, 'Corrected, as of') group by all"
    )
    with open_database() as connection:
        rows = connection.sql(query, params={"comments": parts.format("comments"), "posts": parts.format("posts")})
        return {what: _night(at) for what, at in rows.fetchall()}


def _night(at: datetime) -> int:
    """The night that an instant belongs to, from 0; a crawl may last for hours."""
    return (at.astimezone(UTC).replace(tzinfo=None) - FIRST_NIGHT) // DAY
