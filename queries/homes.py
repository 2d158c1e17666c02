"""Spells the pages of persons in one way, so that those of two sites can be held against each other."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from ..addresses import is_web_address
from ..pipelines.urls import canonical_url

HOMES = pa.schema([("url", pa.string()), ("page", pa.string())])

STATED = "select url from stated_pages"


def home_pages(stated: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The page that each address stands for: (url, page), without those that are no web address.

    Args:
        stated: the rows of STATED.
    """
    yield HOMES.empty_table()
    for batch in stated:
        urls = [url for url in batch.column(0).to_pylist() if is_web_address(url)]
        yield pa.table([urls, list(map(canonical_url, urls))], schema=HOMES)
