"""Any number of pages at once give what each gives alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path

import pytest
from click.testing import CliRunner
from rejoinder import extract, extract_many
from rejoinder.cli import main
from rejoinder.extraction import BATCH
from rejoinder.queries import pages as pages_of_queries

COMMENT = """<li class="comment" id="comment-{0}"><cite class="fn">{1}</cite>
<time datetime="2013-05-0{0}T10:00:00">May {0}, 2013</time><div class="comment-content"><p>{2}</p></div></li>"""
PAGE = """<html><head><title>{0}</title></head><body class="single"><article class="post"><h1>{0}</h1>
<p>Some words of the post {0} that is told here.</p></article><ol class="commentlist">{1}</ol></body></html>"""


def page(title: str, *texts: tuple[str, str]) -> str:
    comments = [COMMENT.format(number, name, text) for number, (name, text) in enumerate(texts, 1)]
    return PAGE.format(title, "".join(comments))


PAGES = [
    page("One", ("Anna", "I would like to know more."), ("Ben", "@Anna: ask the author.")),
    page("Two"),
    page("Three", ("Cid", "First of all, well done."), ("Dan", "Cid, I am of another mind.")),
]


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_pages_give_what_each_gives_alone(jobs: int) -> None:
    alone = [extract(html) for html in PAGES]
    assert [[row["evidence"] for row in value["replies"]] for value in alone] == [
        [["default"], ["mention"]],
        [],
        [["default"], ["address"]],
    ]
    assert list(extract_many(PAGES * 20, jobs=jobs)) == alone * 20


def test_many_pages_have_their_own_addresses() -> None:
    given = [(PAGES[0], "https://blog.example.org/2013/05/one/"), PAGES[0]]
    assert list(extract_many(given)) == [
        extract(PAGES[0], url="https://blog.example.org/2013/05/one/"),
        extract(PAGES[0]),
    ]


def test_pages_are_taken_as_they_are_needed() -> None:
    taken = count()
    pages = (PAGES[next(taken) % 3] for _ in count())
    assert len(list(islice(extract_many(pages, replies=False), 2))) == 2
    assert next(taken) == BATCH


def test_the_command_prints_the_same_with_any_number_of_processes(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.html" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_text(PAGES[number % 3], "utf-8")
    printed = [CliRunner().invoke(main, ["extract", "--jobs", jobs, *map(str, paths)]).stdout for jobs in ("1", "2")]
    assert printed[0] == printed[1]
    assert [json.loads(line)["source"] for line in printed[0].splitlines()] == [str(path) for path in paths]


def test_pages_without_comments_ask_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_of_queries, "_kept_connection", None)
    assert extract(PAGES[1])["replies"] == []


def test_threads_take_turns() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(extract, PAGES * 4))
    assert found == [extract(html) for html in PAGES] * 4
