"""The models and checks: given rows give the expected ones, and threads of any shape keep their order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.queries import replies_of
from rejoinder.queries.check import Check, checks
from rejoinder.queries.models import define_macros
from rejoinder.queries.pages import tables_of
from rejoinder.schemas import Comment, Post
from rejoinder.schemas.tables import TABLES

from support.golden import expected_rows, found_rows, given_records, given_tables

FOLDER = Path(__file__).parent / "tables"
SOUND = FOLDER / "checks" / "sound"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/expected.csv") if path.parts[-3] != "checks")
CHECKS = {check.name: check for check in checks()}
NOW = datetime(2026, 1, 1, tzinfo=UTC)

SPOILED = {
    "unique_keys": (
        "insert into comments by name select * replace ('p:copy' as comment_id) from comments where comment_id = 'p:1'",
        [("comments", "p at 0", 2)],
    ),
    "rows_without_fetch": (
        "delete from fetches",
        [("posts", "p", "f1"), ("comments", "p:1", "f1"), ("comments", "p:2", "f1")],
    ),
    "parents_after_replies": (
        "update comments set position = 7 where comment_id = 'p:1'",
        [("p:2", 1, "p:1", 7)],
    ),
    "primary_answers": (
        "update replies set is_primary = false where comment_id = 'p:2'",
        [("p:2", 0)],
    ),
    "answers_without_target": (
        "update replies set target_id = 'p:7' where comment_id = 'p:2'",
        [("p:2", "comment", "p:7")],
    ),
    "cues_out_of_place": (
        "update replies set cue = 'Second', cue_start = 1, cue_end = 7 where comment_id = 'p:2'",
        [("p:2", "p:1", "Second", 1, 7)],
    ),
    "links_without_target": (
        "update links set target_comment_id = 'p:7'",
        [("p", "p:2", 0, "permalink", "p", "p:7")],
    ),
    "talk_miscounted": (
        "update threads set comments = 5",
        [("p", 5, 2)],
    ),
    "persons_miscounted": (
        "update persons set posts_commented = 0 where name = 'Ann'",
        [("blog.example.org", "ann", 1, 0, 0)],
    ),
    "versions_overlap": (
        "update comment_versions set first_seen_at = last_seen_at + interval 1 day where comment_id = 'p:1'",
        [("comment_versions", "p:1", 1, None, datetime(2026, 1, 2), datetime(2026, 1, 1))],
    ),
    "versions_unlike_comments": (
        "update comments set state = 'removed', fate = 'missing', missed_at = last_seen_at where comment_id = 'p:2'",
        [("comments", "p:2")],
    ),
    "gone_but_seen": (
        "update comments set state = 'removed', fate = 'missing', missed_at = last_seen_at where comment_id = 'p:2'",
        [("comments", "p:2", datetime(2026, 1, 1), datetime(2026, 1, 1))],
    ),
    "same_as_nothing": (
        "update fetches set same_as = 'elsewhere'",
        [("f1", "elsewhere", "https://blog.example.org/f1")],
    ),
    "homes_misplaced": (
        "update person_pages set doubt = 'several_names'; delete from persons where name = 'Ann'; "
        "update persons set home_page = 'https://ann.example/'",
        [("blog.example.org", "ann", "https://ann.example/"), ("blog.example.org", "bob", "https://ann.example/")],
    ),
    "tables_behind_raw": ("delete from fetches", [("first", 1, datetime(2026, 1, 1))]),
    "unfinished_crawls": (
        "create table raw_crawls as from (values ('first', timestamp '2026-01-01', null), "
        "('second', timestamp '2026-01-01', timestamp '2026-01-02')) as crawls(crawl_id, started_at, finished_at)",
        [("first", datetime(2026, 1, 1))],
    ),
}
"""Checks of what the models themselves rule out -> how to break it, and the rows that tell."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_given_rows_give_the_expected_ones(case: Path) -> None:
    table = case.parent.name
    columns, expected = expected_rows(case)
    with given_tables(case, table) as connection:
        assert found_rows(connection, f"from {table}", columns) == expected


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_finds_what_it_is_for_and_nothing_else(check: Check) -> None:
    if check.name in SPOILED:
        statement, expected_found = SPOILED[check.name]
        with given_tables(SOUND, *tables_read_by(check)) as connection:
            connection.execute(statement).fetchall()
            rows = connection.sql(check.sql).to_arrow_table().to_pylist()
            assert sorted(tuple(_plain(cell) for cell in row.values()) for row in rows) == sorted(expected_found)
    else:
        case = FOLDER / "checks" / check.name
        columns, expected = expected_rows(case)
        with given_tables(case, *tables_read_by(check)) as connection:
            assert found_rows(connection, check.sql.rstrip(), columns) == expected


def test_sound_tables_pass_every_check() -> None:
    with given_tables(SOUND, *tables_read_by(*CHECKS.values())) as connection:
        connection.execute("create table raw_crawls (crawl_id varchar, started_at timestamp, finished_at timestamp)")
        found = {name: connection.sql(check.sql).fetchall() for name, check in CHECKS.items()}
    assert found == {name: [] for name in CHECKS}


def tables_read_by(*some: Check) -> set[str]:
    """The tidy tables that checks read; the rest need not be made."""
    with duckdb.connect() as connection:
        define_macros(connection)
        return {name for check in some for name in connection.get_table_names(check.sql)} & TABLES.keys()


def _plain(cell: object) -> object:
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


@st.composite
def forests(draw: st.DrawFn) -> list[int | None]:
    """Parent's index of each comment; any comment may answer any other, so rings and self-answers occur too."""
    size = draw(st.integers(1, 30))
    return draw(st.lists(st.none() | st.integers(0, size - 1), min_size=size, max_size=size))


@settings(max_examples=30, deadline=None)
@given(parents=forests(), minutes=st.lists(st.integers(0, 5), min_size=30, max_size=30))
def test_reading_order_is_a_walk_down_the_threads(parents: list[int | None], minutes: list[int]) -> None:
    comments = [
        Comment(
            comment_id=f"p:{index}",
            post_id="p",
            native_id=str(index),
            position=index,
            parent_id=None if parent is None else f"p:{parent}",
            parent_from=None if parent is None else "api",
            depth=0,
            published_local=datetime(2020, 1, 1) + timedelta(minutes=minutes[index]),
            published_precision="minute",
            body_text="",
            fetch_id="f1",
            fetched_at=NOW,
        )
        for index, parent in enumerate(parents)
    ]
    records = given_records(SOUND / "given") | {"comments": comments}
    with tables_of(records, {"comments"}) as connection:
        rows = connection.sql(
            "select native_id::bigint, position, depth, thread_id from comments order by position"
        ).fetchall()
    assert [position for _, position, _, _ in rows] == list(range(len(parents)))
    assert {index for index, _, _, _ in rows} == set(range(len(parents)))
    path: list[int] = []
    last_of: dict[tuple[int, ...], tuple[int, int]] = {}
    for index, _, depth, thread_id in rows:
        assert depth <= len(path)
        del path[depth:]
        if depth:  # the comment right above it on the way down is its parent, and rings are cut at heads only
            assert parents[index] == path[-1]
        elif parents[index] is None:
            order = (minutes[index], index)
            assert last_of.get((), (-1, -1)) < order
            last_of[()] = order
        if depth:
            order = (minutes[index], index)
            assert last_of.get(tuple(path), (-1, -1)) < order
            last_of[tuple(path)] = order
        path.append(index)
        assert thread_id == f"p:{path[0]}"


def test_a_chain_of_twenty_thousand_is_walked() -> None:
    comments = [
        Comment(
            comment_id=f"p:{index}",
            post_id="p",
            native_id=str(index),
            position=index,
            parent_id=f"p:{index - 1}" if index else None,
            parent_from="api" if index else None,
            body_text="",
            fetch_id="f1",
            fetched_at=NOW,
        )
        for index in range(20_000)
    ]
    records = given_records(SOUND / "given") | {"comments": comments}
    with tables_of(records, {"comments"}) as connection:
        assert connection.sql("select count(*) from comments where depth <> position").fetchall() == [(0,)]
        assert connection.sql("select max(depth), count(distinct thread_id) from comments").fetchall() == [(19_999, 1)]


def test_replies_of_a_page_do_not_depend_on_the_others() -> None:
    post = Post(post_id="p", site="s", url="https://s/p", platform="wordpress", fetch_id="f1", fetched_at=NOW)
    answer = Comment(
        comment_id="p:2",
        post_id="p",
        position=1,
        parent_id="p:1",
        parent_from="nesting",
        body_text="",
        fetch_id="f1",
        fetched_at=NOW,
    )
    head = Comment(comment_id="p:1", post_id="p", position=0, body_text="", fetch_id="f1", fetched_at=NOW)
    alone, without_parent, nothing = replies_of([([post], [head, answer]), ([post], [answer]), ([post], [])])
    assert [(row.comment_id, row.target_id) for row in alone] == [("p:1", "p"), ("p:2", "p:1")]
    assert [(row.comment_id, row.target_id) for row in without_parent] == [("p:2", "p")]
    assert nothing == []
    assert replies_of([([post], [answer])]) == [without_parent]
