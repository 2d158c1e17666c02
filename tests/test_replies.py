"""Who answers whom, read from threads written for it: tests/threads/CASE.toml.

A case has the post (`by`, `text`, ...), its comments in page order, and for each the `answers` that a reader sees, as
'<target> <evidence> <cue>': the target is `post` or the number of a comment, counted from 1; a comment without
`answers` shows no target. Any other key of a comment is a column of its record; `parent` is a number too.

tests/conversations/ holds many more, shorter: each comment is [by, text, its targets ..., {other columns}]. They were
written, with the targets that a reader sees, before the program read them; those of limits.toml it reads otherwise.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rejoinder.queries import replies_of
from rejoinder.queries.pages import fetches_of, tables_of
from rejoinder.replies import signs_of
from rejoinder.replies.quotes import grams_of, parts_of, parts_perhaps_repeated
from rejoinder.replies.texts import Text
from rejoinder.replies.words import folded_words, word_spans, words_of
from rejoinder.schemas import Comment, Post
from rejoinder.schemas.tables import ReplyRow

CASES = sorted((Path(__file__).parent / "threads").glob("*.toml"))
CONVERSATIONS = [
    (file.stem, conversation)
    for file in sorted((Path(__file__).parent / "conversations").glob("*.toml"))
    for conversation in tomllib.loads(file.read_text("utf-8"))["conversation"]
]
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Page = tuple[list[Post], list[Comment]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_thread_is_read_as_its_readers_do(case: Path) -> None:
    expected = [sorted(row.get("answers", ())) for row in read_case(case)["comment"]]
    assert found_answers(case) == expected


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(
            number,
            id=f"{stem}: {conversation['shows']}",
            marks=[pytest.mark.xfail(strict=True, reason=conversation["why"])] if stem == "limits" else [],
        )
        for number, (stem, conversation) in enumerate(CONVERSATIONS)
    ],
)
def test_a_conversation_is_read_as_its_readers_do(number: int) -> None:
    _, conversation = CONVERSATIONS[number]
    rows = replies_of_conversations()[number]
    found: list[set[int | str]] = [set() for _ in conversation["comments"]]
    for row in rows:
        # What the page itself states is no matter of the text.
        if row.evidence not in (["default"], ["thread"]):
            target = "post" if row.target_kind == "post" else int(row.target_id.partition(":")[2])
            found[int(row.comment_id.partition(":")[2]) - 1].add(target)
    assert found == [targets_of(row) for row in conversation["comments"]]


@cache
def replies_of_conversations() -> list[list[ReplyRow]]:
    return replies_of([page_of(case_of(conversation)) for _, conversation in CONVERSATIONS])


def case_of(conversation: dict[str, Any]) -> dict[str, Any]:
    """A conversation as read_case() gives cases."""
    by, text = conversation["post"]
    post = {"by": by or None, "text": text} | ({"url": conversation["url"]} if "url" in conversation else {})
    comments = [
        {"by": row[0], "text": row[1]} | (row[-1] if isinstance(row[-1], dict) else {})
        for row in conversation["comments"]
    ]
    return {"post": post, "comment": comments}


def targets_of(row: list[Any]) -> set[int | str]:
    return {target for target in row[2:] if not isinstance(target, dict)}


@cache
def replies_of_cases() -> dict[Path, list[ReplyRow]]:
    """All cases in one run of the models, which costs little more than one."""
    pages = [page_of(read_case(case)) for case in CASES]
    return dict(zip(CASES, replies_of(pages), strict=True))


def read_case(case: Path) -> dict[str, Any]:
    return tomllib.loads(case.read_text("utf-8"))


def page_of(case: dict[str, Any], post_id: str = "p") -> Page:
    told = case.get("post", {})
    post = Post(
        post_id=post_id,
        site=told.get("site", "blog.example.org"),
        url=told.get("url", "https://blog.example.org/2013/05/a-post/"),
        platform="wordpress",
        title=told.get("title"),
        author_name=told.get("by"),
        body_text=told.get("text"),
        fetch_id="f",
        fetched_at=NOW,
    )
    return [post], [comment_of(number, row, post_id) for number, row in enumerate(case["comment"], 1)]


def comment_of(number: int, row: dict[str, Any], post_id: str) -> Comment:
    columns = {name: value for name, value in row.items() if name not in {"by", "text", "parent", "answers"}}
    if "parent" in row:
        columns = {"parent_from": "nesting", **columns}
    return Comment(
        comment_id=f"{post_id}:{number}",
        post_id=post_id,
        position=number - 1,
        parent_id=f"{post_id}:{row['parent']}" if "parent" in row else None,
        author_name=row.get("by"),
        body_text=row["text"].strip("\n"),
        fetch_id="f",
        fetched_at=NOW,
        **columns,
    )


def found_answers(case: Path) -> list[list[str]]:
    """For each comment of a case the answers found, written as cases write them."""
    [_], comments = page_of(read_case(case))
    answers: dict[str, list[str]] = {comment.comment_id: [] for comment in comments}
    texts = {comment.comment_id: comment.body_text for comment in comments}
    for row in replies_of_cases()[case]:
        if row.evidence == ["default"]:
            continue
        target = "post" if row.target_kind == "post" else row.target_id.partition(":")[2]
        answers[row.comment_id].append(" ".join(filter(None, [target, "+".join(row.evidence), row.cue])))
        if row.cue is not None:
            assert row.cue == texts[row.comment_id][row.cue_start : row.cue_end]
    return [sorted(found) for found in answers.values()]


NAMES = st.sampled_from(["Anna", "Anna K.", "Zoë", "the_pain", "小明", "Will", "D'Arcy", "?", "a@b.example"]) | st.text(
    max_size=8
)
PIECES = st.sampled_from(
    [
        "Hi ",
        "@",
        "Anna",
        "Zoë",
        "小明",
        ", ",
        "\n> ",
        "“",
        "”",
        '"',
        ">>",
        "<<",
        "#1",
        "🎉",
        "e\u0301",
        "\u202e",
        "\n\n",
        " said ",
    ]
)
BODIES = st.lists(PIECES | st.text(max_size=10), max_size=12).map("".join)


@st.composite
def threads(draw: st.DrawFn) -> dict[str, Any]:
    """A case as read_case() gives it, with names, signs and texts of any kind."""
    rows = draw(st.lists(st.tuples(NAMES | st.none(), BODIES, st.none() | st.integers(1, 6)), max_size=6))
    comments = [
        {"text": body} | ({"by": name} if name else {}) | ({"parent": parent} if parent and parent < number else {})
        for number, (name, body, parent) in enumerate(rows, 1)
    ]
    return {"post": {"by": draw(NAMES) or None, "text": draw(BODIES)}, "comment": comments}


@settings(max_examples=8, deadline=None)
@given(cases=st.lists(threads(), min_size=10, max_size=20))
def test_any_thread_gives_whole_rows(cases: list[dict[str, Any]]) -> None:
    pages = [page_of(case) for case in cases]
    for (posts, comments), rows in zip(pages, replies_of(pages), strict=True):
        texts = {comment.comment_id: comment.body_text for comment in comments}
        assert sorted(row.comment_id for row in rows if row.is_primary) == sorted(texts)
        assert len({(row.comment_id, row.target_id) for row in rows}) == len(rows)
        for row in rows:
            assert row.target_id in (texts if row.target_kind == "comment" else {post.post_id for post in posts})
            assert row.target_id != row.comment_id
            assert (row.cue is None) == (row.cue_start is None) == (row.cue_end is None)
            if row.cue is not None:
                assert row.cue == texts[row.comment_id][row.cue_start : row.cue_end]
                assert row.cue.strip()
            if {"thread", "default"}.isdisjoint(row.evidence):
                assert row.cue is not None


def test_a_pasted_book_costs_no_more_than_its_beginning() -> None:
    rows = [{"by": "Anna", "text": "Who?"}, {"by": "Ben", "text": "@Anna “Anna said Anna” " * 100_000}]
    started = process_time()
    [found] = replies_of([page_of({"comment": rows})])
    assert process_time() - started < 30
    assert [(row.target_id, row.cue_start) for row in found if row.comment_id == "p:2"] == [("p:1", 0)]


def test_a_text_may_end_with_names_and_a_blank() -> None:
    """As one that is cut off after so many characters."""
    texts = [
        Text("1", "p", "comment", 1, 1, None, None, "anna", "Anna", None, "I see."),
        Text("2", "p", "comment", 2, 2, None, None, "ben", "Ben", None, "Me, too."),
        Text("3", "p", "comment", 3, 3, None, None, "tom", "Tom", None, "Anna Ben "),
    ]
    assert {sign.target_id for sign in signs_of(texts) if sign.text_id == "3"} <= {"1", "2"}


def test_the_order_of_records_does_not_matter() -> None:
    pages = [page_of(read_case(case)) for case in CASES]
    turned = [(posts, comments[::-1]) for posts, comments in pages]
    assert replies_of(turned) == list(replies_of_cases().values())


def test_a_page_by_itself_gives_the_replies_of_the_tables() -> None:
    """What staging makes of records that were seen once is not worked out anew for a page, and must be the same."""
    pages = [page_of(read_case(case), case.stem) for case in CASES]
    posts, comments = ([record for page in pages for record in page[kind]] for kind in (0, 1))
    records = {"fetches": fetches_of(posts, comments), "posts": posts, "comments": comments}
    with tables_of(records, {"replies"}) as connection:
        rows = connection.sql("select * from replies").to_arrow_table().to_pylist()
    alone = [row for found in replies_of(pages) for row in found]
    assert sorted(map(str, alone)) == sorted(str(ReplyRow(**row)) for row in rows)


REPEATED = st.lists(
    st.sampled_from(["hither ", "thither ", "Whither? ", "yonder.\n", "«yon» ", "nether, "]), max_size=40
)


@settings(max_examples=300, deadline=None)
@given(bodies=st.lists(REPEATED.map("".join), min_size=2, max_size=5))
def test_no_sentence_that_an_earlier_text_holds_is_passed_over(bodies: list[str]) -> None:
    texts = [Text(str(n), "p", "comment", n, n, None, None, None, None, None, body) for n, body in enumerate(bodies)]
    found = parts_perhaps_repeated(texts, {})
    for text in texts:
        for part in parts_of(text, ()):
            if any(part.words in grams_of(earlier.words, len(part.words)) for earlier in texts[: text.seq]):
                assert part in found[text.text_id]


@settings(max_examples=300, deadline=None)
@given(text=st.text() | BODIES)
@example(text="⺀0 a⺀⺀ 0 〇〻ぁ゙1")
@example(text="0\U00016f4f a\U000e0101b \U0001e8d0 c \U0001f600\U0001e8d0d")
@example(text="a〇b x〡0 a\U00016ff0b")
@example(text="So?! I…\nMe: e\u0301. \u0301 No")
def test_words_stand_where_they_are_written(text: str) -> None:
    words = words_of(text)
    assert [text[start:end] for start, end in word_spans(text)] == words
    assert len(folded_words(text)) == len(words)
    read = Text("c", "p", "comment", 1, 0, None, None, None, None, None, text)
    assert read.words == [word for sentence in read.sentences for word in sentence] == folded_words(text)
    for places in (range(len(words)), range(len(words))[::-1]):
        read = Text("c", "p", "comment", 1, 0, None, None, None, None, None, text)
        assert [read.written(place) for place in places] == [words[place] for place in places]


# Letters, digits and marks of many scripts, and what is nothing but an accent.
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Zoë  O'Brien-Löb", "zoe o brien lob"),
        ("GROẞE Größe", "grosse grosse"),
        ("小明 Ｋａｎ", "小 明 ｋａｎ"),
        ("İpek", "ipek"),
        ("♥ \ufe0f", None),
    ],
)
def test_spellings_of_a_name_are_one(name: str, key: str | None) -> None:
    assert (" ".join(folded_words(name)) or None) == key
