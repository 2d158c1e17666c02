"""The one step that SQL cannot say in linear time: walking threads from top to bottom.

A recursive CTE walks a forest too, but carries a path with every comment: on the chains of thousands of replies that
hostile pages and old forums hold, that grows with the square.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pyarrow as pa

PLACES = pa.schema(
    [("post_id", pa.string()), ("rank_in_post", pa.int64()), ("position", pa.int64()), ("levels", pa.int64())]
)


def comment_places(siblings: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Place of every comment in its section, read from top to bottom.

    Args:
        siblings: post_id, rank_in_post (from 1) and parent_rank (null for a thread's head), sorted by the first two.

    Yields:
        One table: post_id and rank_in_post as given, position from 0, and levels: how many comments stand above it.
    """
    given = siblings.read_all()
    places: list[tuple[int, int]] = []
    rows = zip(given["post_id"].to_pylist(), given["parent_rank"].to_pylist(), strict=True)
    for _, section in groupby(rows, key=lambda row: row[0]):
        places += forest_order([parent_rank for _, parent_rank in section])
    positions, levels = zip(*places, strict=True) if places else ((), ())
    yield pa.table([given["post_id"], given["rank_in_post"], positions, levels], schema=PLACES)


def forest_order(parents: Sequence[int | None]) -> list[tuple[int, int]]:
    """(position, depth) of every member of a forest, each parent before its children, siblings in the order given.

    Args:
        parents: number of each member's parent, counted from 1; None for a root.

    A ring of parents has no root: it is cut above its first member, which then counts as one.

    >>> forest_order([None, None, 1, 3])
    [(0, 0), (3, 0), (1, 1), (2, 2)]
    >>> forest_order([2, 1])
    [(0, 0), (1, 1)]
    """
    if not any(parents):
        return [(position, 0) for position in range(len(parents))]
    children: list[list[int]] = [[] for _ in parents]
    for member, parent in enumerate(parents):
        if parent is not None:
            children[parent - 1].append(member)
    places: list[tuple[int, int] | None] = [None] * len(parents)
    position = 0
    roots = [member for member, parent in enumerate(parents) if parent is None]
    for root in [*roots, *range(len(parents))]:
        stack = [(root, 0)]
        while stack:
            member, depth = stack.pop()
            if places[member] is None:
                places[member] = (position, depth)
                position += 1
                stack.extend((child, depth + 1) for child in reversed(children[member]))
    return [place for place in places if place is not None]
