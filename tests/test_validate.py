"""What may stand in the tables, and the word for what may not."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rejoinder.pipelines.validate import mend, reject
from rejoinder.schemas import Comment, Post
from rejoinder.schemas.words import REJECT_REASONS

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
URL = "https://example.com/a"
COMMENT = Comment(
    comment_id="p:1", post_id="p", position=0, body_text="hi", fetch_id="f1", fetched_at=NOW, parent_id="p:2",
    parent_from="nesting", author_name="Ann", likes=3, published_raw="x", published_local=datetime(2012, 1, 9),
    published_at=datetime(2012, 1, 9, tzinfo=UTC), published_precision="minute",
)  # fmt: skip
POST = Post(
    post_id="p", site="example.com", url=URL, platform="generic", fetch_id="f1", fetched_at=NOW,
    tags=["a"], declared_comments=1, modified_at=datetime(2012, 1, 10, tzinfo=UTC),
)  # fmt: skip

NO_DATE = {"published_local": None, "published_at": None, "published_precision": None}


@pytest.mark.parametrize("record", [COMMENT, POST], ids=["comment", "post"])
def test_a_good_record_stays_as_it_is(record: Comment | Post) -> None:
    assert reject([record], URL) == ([record], [])


@pytest.mark.parametrize(
    ("record", "bad", "field", "reason", "instead"),
    [
        (COMMENT, {"likes": "many"}, "likes", "bad_value", {"likes": None}),
        (COMMENT, {"likes": 2**70}, "likes", "bad_value", {"likes": None}),
        (COMMENT, {"depth": -1}, "depth", "bad_value", {"depth": None}),
        (COMMENT, {"kind": "advert"}, "kind", "bad_value", {"kind": "comment"}),
        (COMMENT, {"author_name": 7}, "author_name", "bad_value", {"author_name": None}),
        (COMMENT, {"published_at": datetime(2012, 1, 9)}, "published_at", "bad_value", {"published_at": None}),
        (COMMENT, {"parent_id": "p:1"}, "parent_id", "parent_is_itself", {"parent_id": None, "parent_from": None}),
        (COMMENT, {"published_local": datetime(1970, 1, 1)}, "published_local", "before_blogs", NO_DATE),
        (COMMENT, {"published_local": datetime(2026, 11, 3)}, "published_local", "after_fetch", NO_DATE),
        (POST, {"declared_comments": -3}, "declared_comments", "bad_value", {"declared_comments": None}),
        (POST, {"tags": ["a", None]}, "tags", "bad_value", {"tags": []}),
        (POST, {"modified_at": NOW + timedelta(days=2)}, "modified_at", "after_fetch", {"modified_at": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_column_costs_the_column_and_is_told(
    record: Comment | Post, bad: dict[str, Any], field: str, reason: str, instead: dict[str, Any]
) -> None:
    broken = replace(record, **bad)
    kept, [told] = reject([broken], URL)
    assert kept == [replace(broken, **instead)]
    assert (told.field, told.reason, told.url) == (field, reason, URL)
    assert json.loads(told.content)["fetch_id"] == "f1"


@pytest.mark.parametrize(
    ("record", "bad", "reason"),
    [
        (COMMENT, {"comment_id": ""}, "bad_id"),
        (COMMENT, {"post_id": ""}, "bad_id"),
        (COMMENT, {"body_text": None}, "bad_value"),
        (COMMENT, {"fetched_at": datetime(2026, 11, 1)}, "bad_value"),
        (POST, {"url": ""}, "bad_id"),
    ],
)
def test_a_record_without_its_keys_is_refused(record: Comment | Post, bad: dict[str, Any], reason: str) -> None:
    kept, [told] = reject([replace(record, **bad)], URL)
    assert kept == []
    assert (told.field, told.reason) == (None, reason)
    assert told.detail is not None
    assert next(iter(bad)) in told.detail


def test_all_losses_of_a_record_are_told() -> None:
    kept, told = reject([replace(COMMENT, likes="x", depth=-1, parent_id="p:1")], URL)
    assert kept == [replace(COMMENT, likes=None, depth=None, parent_id=None, parent_from=None)]
    assert {loss.field for loss in told} == {"likes", "depth", "parent_id"}


def test_a_day_ahead_is_another_zone_and_not_the_future() -> None:
    tomorrow = replace(COMMENT, published_local=datetime(2026, 11, 2, 2), published_at=None)
    assert mend(tomorrow) == (tomorrow, [])


def test_what_no_file_can_hold_is_taken_out() -> None:
    kept, told = reject([replace(COMMENT, body_text="a\0b\ud800", author_name="Ann\udfff")], URL)
    assert (kept[0].body_text, kept[0].author_name, told) == ("ab\ufffd", "Ann\ufffd", [])


def test_order_is_kept_and_every_reason_has_its_meaning() -> None:
    records = [replace(COMMENT, comment_id=f"p:{n}" if n % 3 else "") for n in range(9)]
    kept, told = reject(records, URL)
    assert [record.comment_id for record in kept] == ["p:1", "p:2", "p:4", "p:5", "p:7", "p:8"]
    assert {loss.reason for loss in told} <= set(REJECT_REASONS)


def test_validation_keeps_pace_with_any_crawl() -> None:
    begun = time.process_time()
    reject([COMMENT] * 5_000, URL)
    assert 5_000 / (time.process_time() - begun) > 10_000
