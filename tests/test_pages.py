"""A saved page gives the expected records: one folder a case, its name the sentence that fails.

    tests/pages/PLATFORM/CASE/page.html      the page, made after the platform's real markup
                              source.json    its URL, and `seen`, when it was fetched, where dates depend on it
                              expected.json  the records; absent values, 'comment' and 'visible' are not written
                              unreadable.json  instead of it: the field that LayoutChanged names

The expected values were checked against the page by reading it; most were written from it before the program was asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rejoinder import extract
from rejoinder.spiders.reading.errors import LayoutChanged
from rejoinder.spiders.reading.page import read_page

PAGES = Path(__file__).parent / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/*/expected.json"))
UNREADABLE = sorted(path.parent for path in PAGES.glob("*/*/unreadable.json"))
POST = (
    "title author_name author_url published_raw published_local categories tags lang declared_comments comments_open "
    "body_text"
).split()
COMMENT = (
    "native_id number kind parent_from depth author_name author_url by_post_author published_raw published_local likes "
    "permalink state body_text"
).split()
USUAL = {"kind": "comment", "state": "visible"}


def shown(record: dict[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """The columns that say something."""
    return {name: record[name] for name in columns if record[name] not in (None, [], USUAL.get(name))}


def as_expected(page: dict[str, Any]) -> dict[str, Any]:
    """What `extract` gives in the form of expected.json: parents are named by their place among the comments."""
    places = {comment["comment_id"]: place for place, comment in enumerate(page["comments"])}
    comments = [shown(comment, COMMENT) for comment in page["comments"]]
    for comment, record in zip(comments, page["comments"], strict=True):
        if record["parent_id"] is not None:
            comment["parent"] = places.get(record["parent_id"], record["parent_id"])
    found = {"platform": page["platform"], "post": shown(page["post"], POST), "comments": comments}
    return found | ({"next_pages": page["next_pages"]} if page["next_pages"] else {})


def paging(page: dict[str, Any]) -> dict[str, Any]:
    """Number of the comment page and URL of its post, for cases that state them."""
    numbers = {comment["comment_page"] for comment in page["comments"]}
    return {"comment_page": numbers.pop() if len(numbers) == 1 else None, "post_url": page["post"]["canonical_url"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_page_gives_expected_records(case: Path) -> None:
    source = json.loads((case / "source.json").read_text("utf-8"))
    seen = datetime.fromisoformat(source["seen"]) if "seen" in source else None
    page = extract((case / "page.html").read_bytes(), source["url"], fetched_at=seen, replies=False)
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    stated = {name: expected.pop(name) for name in ("comment_page", "post_url") if name in expected}
    assert as_expected(page) == expected
    assert stated.items() <= paging(page).items()


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_comments_that_are_stated_and_cannot_be_read_are_told(case: Path) -> None:
    source = json.loads((case / "source.json").read_text("utf-8"))
    with pytest.raises(LayoutChanged) as raised:
        read_page((case / "page.html").read_bytes(), source["url"])
    assert {"field": raised.value.field} == json.loads((case / "unreadable.json").read_text("utf-8"))
