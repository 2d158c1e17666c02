"""Data folders made from records, and such as make every text act somewhere, for tests of what is shown."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
from rejoinder.queries import build
from rejoinder.schemas import RAW
from rejoinder.schemas.arrow import to_table

from support.golden import given_records

TABLES = Path(__file__).parents[1] / "tables"
ANSWERED = TABLES / "threads" / "an_author_who_answers" / "given"
GONE = TABLES / "replies" / "a_comment_that_is_gone_was_said_and_answered" / "given"
EDITED = TABLES / "comment_versions" / "each_wording_is_a_row_though_captures_come_in_any_order" / "given"

HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202eevoli\u202d \u2067x",
    "W" * 10_000,
    "👩‍👩‍👧‍👦 \U0001f3f4\u200d\u2620\ufe0f",
    "{{ 7 * 7 }}{% raw %}",
    "\"' onmouseover=alert(1) x='",
    "</script><img src=http://evil.example/x onerror=alert(1)>",
    "\x1b[31m\x00\x9b",
    "a\u2028b\u0085c",
]
"""Names that are markup, formulas, templates, controls, marks of direction, or endless."""


def built(folder: Path, given: dict[str, list]) -> Path:
    """A data folder with tables made from records by dataset."""
    for dataset, records in given.items():
        part = folder / "raw" / dataset / "crawl=first" / "part-00000.parquet"
        part.parent.mkdir(parents=True)
        pq.write_table(to_table(records, RAW[dataset]), part)
    build(folder, threads=1)
    return folder


def hostile_data(folder: Path) -> Path:
    """A data folder in which each text that pages write would act somewhere."""
    given = given_records(ANSWERED)
    names = itertools.cycle(HOSTILE)
    given["comments"] = [
        replace(
            comment,
            author_name=next(names),
            body_text=f"{next(names)} {comment.body_text}",
            permalink="javascript:alert(1)",
            published_raw=next(names),
            native_id=f"{number} <b>\"'",
        )
        for number, comment in enumerate(given["comments"])
    ]
    given["posts"] = [
        replace(post, title=next(names), body_text=next(names), author_name=next(names)) for post in given["posts"]
    ]
    return built(folder, given)
