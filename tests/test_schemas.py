"""The declared records: Arrow types, descriptions, words and the page of columns follow from them."""

from __future__ import annotations

import doctest
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rejoinder.queries import database, forest
from rejoinder.schemas import RAW, Comment, Fetch, Link, Post, Reject, arrow, docs, words
from rejoinder.schemas.arrow import COLUMNS_KEY, RECORD_KEY, VERSION_KEY, arrow_schema, descriptions, to_table
from rejoinder.schemas.records import (
    CommentKind,
    CommentState,
    DatePrecision,
    LeftOut,
    Outcome,
    PageKind,
    ParentFrom,
    Via,
)
from rejoinder.schemas.tables import TABLES, Evidence, LinkKind, PageDoubt, PageEvidence
from rejoinder.schemas.types import Count, Instant, Key, Share, WallClock

NOW = datetime(2026, 1, 1, 12, 30, 15, 250000, tzinfo=UTC)
CLASSES = {record_class.__name__: record_class for record_class in [*RAW.values(), *(t.row for t in TABLES.values())]}
QUERIES = Path(__file__).parents[1] / "queries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    word: Annotated[Literal["a", "b"], "a word"]
    size: Annotated[Count | None, "null if unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of every kind of column."""

    key: Annotated[Key, "key"]
    text: Annotated[str | None, "null if none"]
    count: Annotated[Count, "count"]
    share: Annotated[Share, "share"]
    flag: Annotated[bool | None, "null if unknown"]
    at: Annotated[Instant, "instant"]
    local: Annotated[WallClock | None, "null if unknown"]
    word: Annotated[Literal["a", "b"] | None, "null if none"]
    names: Annotated[list[str], "names"]
    parts: Annotated[list[Part], "parts"]
    part: Annotated[Part | None, "null if none"]


PART = pa.struct([pa.field("word", pa.string(), nullable=False), pa.field("size", pa.int64())])
EXPECTED = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("text", pa.string()),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),
        pa.field("flag", pa.bool_()),
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("local", pa.timestamp("us")),
        pa.field("word", pa.string()),
        pa.field("names", pa.list_(pa.field("element", pa.string(), nullable=False)), nullable=False),
        pa.field("parts", pa.list_(pa.field("element", PART, nullable=False)), nullable=False),
        pa.field("part", PART),
    ]
)
SAMPLE = Sample(
    key="k",
    text=None,
    count=3,
    share=0.5,
    flag=False,
    at=NOW,
    local=datetime(2026, 1, 1, 13, 30),
    word="b",
    names=["x", "y"],
    parts=[Part(word="a", size=None)],
    part=Part(word="b", size=2),
)


def test_every_kind_of_annotation_has_its_arrow_type() -> None:
    assert arrow_schema(Sample).remove_metadata() == EXPECTED


def test_records_come_back_from_arrow_as_they_were() -> None:
    bare = replace(SAMPLE, flag=None, local=None, word=None, names=[], parts=[], part=None)
    assert to_table([SAMPLE, bare], Sample).to_pylist() == [
        {
            "key": "k",
            "text": None,
            "count": 3,
            "share": 0.5,
            "flag": False,
            "at": NOW,
            "local": datetime(2026, 1, 1, 13, 30),
            "word": "b",
            "names": ["x", "y"],
            "parts": [{"word": "a", "size": None}],
            "part": {"word": "b", "size": 2},
        },
        {
            "key": "k",
            "text": None,
            "count": 3,
            "share": 0.5,
            "flag": None,
            "at": NOW,
            "local": None,
            "word": None,
            "names": [],
            "parts": [],
            "part": None,
        },
    ]


def test_no_records_give_an_empty_table_of_the_same_schema() -> None:
    assert to_table([], Sample).schema == to_table([SAMPLE], Sample).schema


@pytest.mark.parametrize("column", ["key", "count", "at", "names"])
def test_a_none_where_none_is_declared_is_told(column: str) -> None:
    with pytest.raises(ValueError, match=f"Sample.{column} is never null"):
        to_table([replace(SAMPLE, **{column: None})], Sample)


def test_a_value_of_another_type_is_told() -> None:
    with pytest.raises(pa.ArrowException):
        to_table([replace(SAMPLE, count="three")], Sample)


def test_a_column_without_description_or_arrow_type_is_told() -> None:
    @dataclass
    class Undescribed:
        name: str

    @dataclass
    class Unmapped:
        name: Annotated[set[str], "names"]

    with pytest.raises(TypeError, match=r"Undescribed\.name has no description"):
        descriptions(Undescribed)
    with pytest.raises(TypeError, match="no Arrow type"):
        arrow_schema(Unmapped)


def test_a_parquet_file_says_what_it_holds(tmp_path: Path) -> None:
    pq.write_table(to_table([SAMPLE], Sample), tmp_path / "sample.parquet")
    metadata = pq.read_schema(tmp_path / "sample.parquet").metadata
    assert json.loads(metadata[COLUMNS_KEY.encode()]) == descriptions(Sample)
    assert metadata[RECORD_KEY.encode()] == b"Sample"
    assert metadata[VERSION_KEY.encode()].isdigit()


@pytest.mark.parametrize("record_class", CLASSES.values(), ids=CLASSES)
def test_a_null_is_explained_where_and_only_where_it_can_be(record_class: type) -> None:
    for name, text in descriptions(record_class).items():
        nullable = arrow_schema(record_class).field(name).nullable
        assert nullable == bool(re.search(r"\bnull\b", text)), f"{record_class.__name__}.{name}: {text}"


def raw_records() -> list[Any]:
    fetch = Fetch(
        fetch_id="f1",
        crawl_id="c1",
        start_url="https://blog.example.org/",
        via="live",
        request_url="https://blog.example.org/p",
        final_url=None,
        status=200,
        fetched_at=NOW,
        content_type="text/html",
        body_bytes=1,
        body_sha256=None,
        page_kind="post",
        outcome="ok",
        links=[Link(url="https://blog.example.org/p2", kind="comments", context="{}")],
    )
    post = Post(post_id="p", site="s", url="u", platform="generic", tags=["a"], fetch_id="f1", fetched_at=NOW)
    comment = Comment(comment_id="p:1", post_id="p", position=0, body_text="👍 שלום", fetch_id="f1", fetched_at=NOW)
    reject = Reject(
        fetch_id="f1",
        fetched_at=NOW,
        record="comment",
        record_id=None,
        url=None,
        reason="bad_id",
        detail=None,
        content="{}",
    )
    return [fetch, post, comment, reject]


@pytest.mark.parametrize("record", raw_records(), ids=lambda record: type(record).__name__)
def test_raw_records_survive_a_parquet_file(record: Any, tmp_path: Path) -> None:
    pq.write_table(to_table([record], type(record)), tmp_path / "part.parquet")
    [row] = pq.read_table(tmp_path / "part.parquet").to_pylist()
    for name, value in row.items():
        expected = getattr(record, name)
        if name == "links":
            expected = [{"url": link.url, "kind": link.kind, "context": link.context} for link in expected]
        assert value == expected, name


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (Outcome, words.OUTCOMES),
        (LeftOut, words.LEFT_OUT_OF_ARCHIVES),
        (PageKind, words.PAGE_KINDS),
        (Via, words.VIAS),
        (DatePrecision, words.PRECISIONS),
        (ParentFrom, words.PARENT_SOURCES),
        (CommentKind, words.COMMENT_KINDS),
        (CommentState, words.COMMENT_STATES),
        (Evidence, words.EVIDENCE),
        (LinkKind, words.LINK_KINDS),
        (PageEvidence, words.PAGE_EVIDENCE),
        (PageDoubt, words.PAGE_DOUBTS),
    ],
)
def test_every_word_is_explained_and_no_other(declared: Any, told: dict[str, str]) -> None:
    assert list(get_args(declared)) == list(told)


def test_completeness_gives_the_explained_reasons_and_no_other() -> None:
    macros = (QUERIES / "staging" / "macros.sql").read_text("utf-8")
    macro = macros.partition("macro difference_reason(")[2].partition(";\n")[0]
    given = re.findall(r"(?:then|else) '(\w+)'", macro)
    assert sorted(given) == sorted(words.COMPLETENESS_REASONS)
    own = re.findall(r"then '(\w+)'", (QUERIES / "tables" / "run_completeness.sql").read_text("utf-8"))
    assert sorted(given + own) == sorted(words.RUN_COMPLETENESS_REASONS)


def test_shortfalls_give_the_explained_reasons_and_no_other() -> None:
    sql = (QUERIES / "tables" / "shortfalls.sql").read_text("utf-8")
    given = re.findall(r"(?:then|else) '(\w+)'|'(\w+)' as reason", sql)
    assert {one or other for one, other in given} == words.SHORTFALLS.keys()


def test_the_page_of_columns_is_as_the_schemas_say() -> None:
    assert docs.PAGE.read_text("utf-8") == docs.page(), "write it anew with: make docs"


@pytest.mark.parametrize("module", [arrow, docs, database, forest], ids=lambda module: module.__name__)
def test_examples_in_docstrings_run(module: Any) -> None:
    assert doctest.testmod(module).failed == 0
