"""Answers of comment systems and comment feeds give the comments that they hold.

tests/answers/SYSTEM/CASE/answer.{json,html,xml}    as the system sends it
tests/answers/SYSTEM/CASE/source.json               the URL asked for and the post's
tests/answers/SYSTEM/CASE/expected.json             the records' columns that are not as a plain comment's
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.pipelines.normalize import normalize_page
from rejoinder.schemas import Comment, PageReading
from rejoinder.schemas.arrow import to_table
from rejoinder.spiders.apis.embeds import READERS
from rejoinder.spiders.apis.json_values import MalformedAnswer, json_value
from rejoinder.spiders.reading.errors import LayoutChanged

FOLDER = Path(__file__).parent / "answers"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.json"))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
POST_URL = "https://blog.example.org/a/"

PLAIN = {
    "parent": None,
    "parent_from": None,
    "kind": "comment",
    "depth": None,
    "author_name": None,
    "author_url": None,
    "by_post_author": None,
    "likes": None,
    "permalink": None,
    "state": "visible",
}
"""What a case need not say of each comment."""


def read(case: Path) -> PageReading:
    source = json.loads((case / "source.json").read_text("utf-8"))
    [answer] = case.glob("answer.*")
    return READERS[case.parent.name](answer.read_bytes(), post_url=source["post_url"], url=source["url"])


def records_of(reading: PageReading) -> list[Comment]:
    """The records that a crawl would write of it."""
    assert reading.post_url is not None
    _, comments, rejects = normalize_page(
        reading, url=reading.post_url, fetch_id="f1", fetched_at=NOW, post_url=reading.post_url
    )
    assert rejects == []
    return comments


def comments_of(reading: PageReading) -> list[dict[str, Any]]:
    """The same as JSON values, parents by the system's own ids."""
    rows = [msgspec.to_builtins(comment) for comment in records_of(reading)]
    return [row | {"parent": row["parent_id"] and row["parent_id"].partition(":")[2]} for row in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_an_answer_gives_the_comments_that_it_holds(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    reading = read(case)
    wanted = [PLAIN | comment for comment in expected["comments"]]
    assert [
        {name: row[name] for name in want} for row, want in zip(comments_of(reading), wanted, strict=True)
    ] == wanted
    assert reading.next_pages == expected["next_pages"]
    assert reading.stated_total == expected["stated_total"]


def test_no_case_is_of_an_unknown_system() -> None:
    assert {case.parent.name for case in CASES} == READERS.keys()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SPOILED_WITH = (
    st.none() | st.booleans() | st.integers() | st.just(2**63) | st.text(max_size=20) | st.just([]) | st.just({})
)


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes, str]:
    """A real answer in JSON with one of its values replaced by another: its system, itself and its URL."""
    case = draw(st.sampled_from([case for case in CASES if (case / "answer.json").exists()]))
    answer = json.loads((case / "answer.json").read_text("utf-8"))
    place = answer
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
            place[key] = draw(SPOILED_WITH)
            break
        place = inner
    return case.parent.name, json.dumps(answer).encode(), json.loads((case / "source.json").read_text("utf-8"))["url"]


@settings(max_examples=300, deadline=None)
@given(spoiled())
def test_a_spoiled_answer_loses_no_more_than_what_was_spoiled(answer: tuple[str, bytes, str]) -> None:
    system, body, url = answer
    reading = READERS[system](body, post_url=POST_URL, url=url)
    to_table(records_of(reading), Comment)
    assert (reading.stated_total or 0) < 2**62


@settings(max_examples=200, deadline=None)
@given(
    system=st.sampled_from(sorted(READERS)),
    body=st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()),
)
def test_what_is_no_answer_is_called_so(system: str, body: bytes) -> None:
    try:
        reading = READERS[system](body, post_url=POST_URL, url="https://disqus.com/api/3.0/threads/listPostsThreaded")
    except (MalformedAnswer, LayoutChanged):
        return
    assert records_of(reading) == []


@pytest.mark.parametrize("system", sorted(READERS))
def test_a_hundred_thousand_levels_are_no_answer_or_an_empty_one(system: str) -> None:
    body = (b'{"replies":[' * 100_000) + (b"]}" * 100_000)
    try:
        reading = READERS[system](body, post_url=POST_URL, url=POST_URL)
    except (MalformedAnswer, LayoutChanged):
        return
    assert reading.comments == []


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'["\ud83d\ude00 \ud83d"]', ["😀 \ufffd"]),
        (rb'["a \\ud83d"]', [r"a \ud83d"]),
        (b'\xef\xbb\xbf\n{"a": 1}', {"a": 1}),
        (b'<br />\n<b>Notice</b>: x in <b>y.php</b> on line <b>3</b><br />\n[{"a": 1}]', [{"a": 1}]),
    ],
    ids=["half a character", "an escaped backslash", "byte order mark", "what PHP printed before"],
)
def test_an_answer_is_read_where_little_is_wrong_with_its_json(body: bytes, value: object) -> None:
    assert json_value(body) == value


@pytest.mark.parametrize("body", [b"", b"<html>\n[x]</html>", b'{"a": 1', rb'["\ud83d'])
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        json_value(body)
