"""What `rejoinder status` tells: the columns of its JSON, declared like tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from .records import Via
from .tables import RunState
from .types import Count, Instant, Key, Share

STATUS_VERSION = 1
"""Raised where a name is taken away or changes its meaning; names may be added without it."""

AlarmReason = Literal[
    "disk_nearly_full",
    "failed",
    "unfinished",
    "never_good",
    "moved",
    "refused",
    "robots_closed",
    "gone",
    "server_errors",
    "not_reached",
    "no_post",
    "layout_changed",
    "fewer_posts",
    "fewer_comments",
    "not_read",
    "overdue",
    "silent",
    "out_of_budget",
    "robots_changed",
]
"""The worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a person should look at."""

    reason: Annotated[AlarmReason, "a word of docs/columns.md's list"]
    detail: Annotated[str, "what was seen, in words; not for programs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogStatus:
    """A blog: its newest run, and what there is of it."""

    start_url: Annotated[Key, "runs.start_url"]
    name: Annotated[str | None, "its name in the sources file; null without --sources"]
    site: Annotated[str | None, "posts.site; null if no post was ever found"]
    runs: Annotated[Count, "number of its runs"]
    last_good_at: Annotated[Instant | None, "start of the newest run that is_good; null if none was"]
    crawl_id: Annotated[str | None, "the newest run; null, as all that follows of it, if there was none"]
    via: Annotated[Via | None, "where its pages came from"]
    started_at: Annotated[Instant | None, "when it began"]
    ended_at: Annotated[Instant | None, "when it ended; null if it did not, and for files"]
    ended: Annotated[RunState | None, "how it ended; null for files"]
    exit_code: Annotated[Count | None, "its exit code; null as ended_at"]
    requests: Annotated[Count | None, "its requests"]
    failed_requests: Annotated[Count | None, "how many of them gave nothing to read although they should have"]
    body_bytes: Annotated[Count | None, "bytes that it was answered, decoded"]
    new_posts: Annotated[Count | None, "posts that it was the first to be shown"]
    new_comments: Annotated[Count | None, "comments that it was the first to be shown"]
    posts: Annotated[Count, "posts in the tables, of all runs"]
    comments: Annotated[Count, "comments in the tables, pingbacks left out"]
    incomplete_posts: Annotated[Count, "posts of which comments are known to be missing"]
    completeness: Annotated[Share | None, "share of the stated comments that were found; null if none are stated"]
    alarms: Annotated[list[Alarm], "Alarm, the worst first; empty if all is well"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A data folder at a glance."""

    version: Annotated[int, "of this form: raised where a name is taken away or changes its meaning"] = STATUS_VERSION
    data: Annotated[str, "the folder as given"]
    now: Annotated[Instant, "the time that habits were held against"]
    needs_person: Annotated[bool, "whether there is an alarm; the exit code is 7 then, else 0"]
    is_at_work: Annotated[bool, "whether a crawl is writing to the folder"]
    fetches_behind: Annotated[Count, "committed fetches that the tables lack: rejoinder build was not run since"]
    free_bytes: Annotated[Count, "free space of the folder's disk"]
    alarms: Annotated[list[Alarm], "Alarm, those of the whole folder"]
    blogs: Annotated[list[BlogStatus], "BlogStatus, those with the worst alarms first, then by start_url"]
