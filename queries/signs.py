"""Hands names and the texts of each post to the reading of replies (replies/), and what it finds back as rows."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from ..replies import Sign, Text, signs_of
from ..replies.words import folded_words

SIGNS = pa.schema(
    [
        ("text_id", pa.string()),
        ("target_id", pa.string()),
        ("evidence", pa.string()),
        ("cue_start", pa.int64()),
        ("cue_end", pa.int64()),
    ]
)

NAMES = """
    select trim(unnest(string_split(author_name, ', '))) as name from posts where author_name is not null
    union
    select trim(author_name) from comments where author_name is not null
"""
"""Every name that posts and comments show, once."""

SECTIONS = """
    select
        text_id, post_id, kind, seq, position, parent_id, thread_id, person_id,
        author_name, author_url, body_text, number, native_id, url, linking_html

    from reply_texts

    order by post_id, seq
"""
"""The columns of Text in its order, the posts one after another."""
POST_ID = 1
"""Which of these columns tells posts apart."""


def reply_names(names: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """What makes two spellings of a name one: name and name_key, its folded words, null where it has none.

    Args:
        names: the rows of NAMES.
    """
    [given] = names.read_all().columns
    keys = [" ".join(folded_words(name)) or None for name in given.to_pylist()]
    yield pa.table({"name": given, "name_key": pa.array(keys, pa.string())})


def whole_posts(sections: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches in which each post is whole, so that batches can be read apart.

    Args:
        sections: rows of SECTIONS; never more than a batch and a post of them are held.
    """
    held: list[pa.RecordBatch] = []
    for batch in sections:
        if not batch.num_rows:
            continue
        posts = batch["post_id"]
        end = pc.index(posts, posts[-1]).as_py()
        if held and (end or posts[0] != held[-1]["post_id"][-1]):
            yield pa.concat_batches([*held, batch.slice(0, end)])
            held = []
        elif end:
            yield batch.slice(0, end)
        held.append(batch.slice(end))
    if held:
        yield pa.concat_batches(held)


def signs_of_posts(sections: pa.RecordBatch) -> pa.Table:
    """Every sign that a comment answers another or the post, post by post.

    Args:
        sections: rows of SECTIONS, of each post all.
    """
    with _no_collection():
        signs: list[Sign] = []
        rows = zip(*(column.to_pylist() for column in sections.columns), strict=True)
        for _, of_post in groupby(rows, key=itemgetter(POST_ID)):
            # Post by post, for what many texts are made into does not fit into a processor's cache.
            signs += signs_of([Text(*row) for row in of_post])
        return _table(signs)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spare Python's search for rings of objects, a seventh of the time: what is made of texts holds none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _table(signs: Iterable[Sign]) -> pa.Table:
    columns = {name: [getattr(sign, name) for sign in signs] for name in SIGNS.names}
    return pa.table(columns, schema=SIGNS)
