"""Hands the texts of each post to the reading of replies (replies/), and its signs back as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

import pyarrow as pa

from ..replies import Sign, Text, signs_of

SIGNS = pa.schema(
    [
        ("text_id", pa.string()),
        ("target_id", pa.string()),
        ("evidence", pa.string()),
        ("cue_start", pa.int64()),
        ("cue_end", pa.int64()),
    ]
)
ROWS_A_TABLE = 50_000

SECTIONS = """
    select
        text_id, post_id, kind, seq, position, parent_id, thread_id, person_id,
        author_name, author_url, body_text, number, native_id, url, linking_html

    from reply_texts

    order by post_id, seq
"""
"""The columns of Text in its order, the posts one after another."""


def reply_signs(sections: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Every sign that a comment answers another or the post, post by post.

    Args:
        sections: the rows of SECTIONS; never more than a batch and a post of them are held.
    """
    signs: list[Sign] = []
    for _, texts in groupby(_texts(sections), key=attrgetter("post_id")):
        signs += signs_of(list(texts))
        if len(signs) >= ROWS_A_TABLE:
            yield _table(signs)
            signs = []
    yield _table(signs)


def _texts(sections: pa.RecordBatchReader) -> Iterator[Text]:
    for batch in sections:
        yield from map(Text, *(column.to_pylist() for column in batch.columns))


def _table(signs: Iterable[Sign]) -> pa.Table:
    columns = {name: [getattr(sign, name) for sign in signs] for name in SIGNS.names}
    return pa.table(columns, schema=SIGNS)
