"""The pages of docs/ that are written from data are as the data says."""

from __future__ import annotations

from pathlib import Path

from rejoinder.demo.server import serve
from rejoinder.queries import connect, docs

from support.runs import crawled


def test_the_page_of_queries_is_as_the_demonstration_gives_it(tmp_path: Path) -> None:
    with serve() as url:
        crawled(url, tmp_path)
    with connect(tmp_path) as connection:
        assert docs.PAGE.read_text("utf-8") == docs.page(connection), "write it anew with: make docs"
