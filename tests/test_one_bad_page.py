"""What makes this program fail costs the page or post that shows it, is told, and costs nothing else.

No page is known to do so (tests/test_fuzz.py), so here a step of the reading is made to fail for one page of several.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from rejoinder import extraction
from rejoinder.cli import main
from rejoinder.demo import serve
from rejoinder.pipelines import steps
from rejoinder.spiders.archives import reading as archives
from rejoinder.spiders.exports import blogger, disqus, movabletype, wxr
from rejoinder.spiders.offline import FileCrawl, crawl_files
from rejoinder.spiders.reading.document import Document

from support.runs import crawl_command, parts, run
from support.warcs import http, info, record, write_warc

PAGE = "<html><title>{0}</title><h1>{0}</h1><p>Some words of {0}.</p></html>"
NAMES = ("one", "two", "bad", "four")
HERE = Path(__file__).parent


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    for name in NAMES:
        (tmp_path / f"{name}.html").write_text(PAGE.format(name), "utf-8")
    return [str(tmp_path / f"{name}.html") for name in NAMES]


def raw(data: Path, dataset: str) -> list[dict[str, Any]]:
    return [row for part in parts(data, dataset) for row in pq.ParquetFile(part).read().to_pylist()]


def fails_for(original, is_bad):
    def step(*args, **kwargs):
        if is_bad(*args, **kwargs):
            raise IndexError("not in list")
        return original(*args, **kwargs)

    return step


@pytest.mark.parametrize("options", [[], ["--no-replies"]], ids=" ".join)
def test_extract_prints_all_other_pages(monkeypatch, pages: list[str], options: list[str]) -> None:
    bad = fails_for(extraction.read_page, lambda html, url: b"bad" in html)
    monkeypatch.setattr(extraction, "read_page", bad)
    done = CliRunner().invoke(main, ["extract", *pages, *options])
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(value["source"]).stem for value in printed] == [*NAMES]
    assert [value["post"] and value["post"]["title"] for value in printed] == ["one", "two", None, "four"]
    assert ["error" in value for value in printed] == [False, False, True, False]
    assert (done.exit_code, done.exception.__class__) == (1, SystemExit)
    assert "bad.html: this program failed to read the page (IndexError: not in list)" in done.stderr
    assert "Traceback" not in done.stderr


def test_extract_shows_the_traceback_to_whoever_asks(monkeypatch, pages: list[str]) -> None:
    monkeypatch.setattr(extraction, "read_page", fails_for(extraction.read_page, lambda html, url: b"bad" in html))
    done = CliRunner().invoke(main, ["extract", "-v", "--no-replies", *pages])
    assert "Traceback (most recent call last)" in done.stderr
    assert len(done.stdout.splitlines()) == len(pages)


def test_a_page_whose_replies_cannot_be_found_keeps_its_comments_and_the_others_their_replies(
    monkeypatch, pages: list[str]
) -> None:
    bad = fails_for(
        extraction.replies_of, lambda given: any(post.title == "bad" for posts, _ in given for post in posts)
    )
    monkeypatch.setattr(extraction, "replies_of", bad)
    done = CliRunner().invoke(main, ["extract", *pages])
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [value["post"]["title"] for value in printed] == [*NAMES]
    assert ["error" in value for value in printed] == [False, False, True, False]


def test_extract_tells_broken_links_once_and_that_is_no_error(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<link rel=canonical href="http://["><h1>T</h1>' + '<a href="http://[">x</a>' * 3, "utf-8")
    done = CliRunner().invoke(main, ["extract", str(page), "--no-replies"])
    assert done.exit_code == 0
    assert done.stderr == f"rejoinder: {page}: 1 link is no address and leads nowhere: 'http://['\n"


def test_extract_refuses_an_address_that_is_none(pages: list[str]) -> None:
    done = CliRunner().invoke(main, ["extract", pages[0], "--url", "http://["])
    assert (done.exit_code, "http://[ is no http(s) URL" in done.stderr) == (2, True)


def archive_of(tmp_path: Path) -> Path:
    body = '<body class="single"><h1>{0}</h1><p>By Ann | May 5, 2012</p><p>Some words of {0}.</p></body>'
    return write_warc(
        tmp_path / "a.warc",
        info(),
        *(record(f"http://blog.example.org/2012/05/{name}/", http(body.format(name).encode())) for name in NAMES),
    )


@pytest.mark.parametrize("step", ["reason_to_leave", "answer_of_record", "harvest_of"])
def test_a_record_of_an_archive_costs_no_other(monkeypatch, tmp_path: Path, step: str) -> None:
    bad = fails_for(getattr(archives, step), lambda *args, **_: "/bad/" in str(args) or b"Words of bad" in args)
    monkeypatch.setattr(archives, step, bad)
    end = crawl_files(FileCrawl(sources=[str(archive_of(tmp_path))]), tmp_path / "data")
    assert end.fatal is None
    assert sorted(row["title"] for row in raw(tmp_path / "data", "posts")) == ["four", "one", "two"]
    failed = [row for row in raw(tmp_path / "data", "fetches") if row["outcome"] != "ok"]
    assert [row["outcome"] for row in failed] == ["unreadable"]
    assert "IndexError: not in list" in failed[0]["error"]


def test_a_post_that_cannot_be_normalised_costs_no_other_of_its_answer(monkeypatch, tmp_path: Path) -> None:
    whole, spoilt = tmp_path / "whole", tmp_path / "spoilt"
    crawl = FileCrawl(sources=[str(HERE / "exports/wordpress.xml")])
    crawl_files(crawl, whole)
    titles = {row["title"] for row in raw(whole, "posts")}
    gone = min(titles)
    bad = fails_for(steps.normalize_page, lambda reading, **_: reading.post is not None and reading.post.title == gone)
    monkeypatch.setattr(steps, "normalize_page", bad)
    crawl_files(crawl, spoilt)
    assert {row["title"] for row in raw(spoilt, "posts")} == titles - {gone}
    assert [row["outcome"] for row in raw(spoilt, "fetches")] == ["unreadable"]


def of_comments(rejects: list[dict[str, Any]]) -> int:
    """How many comments were lost whole."""
    return sum(row["record"] == "comment" and row["field"] is None for row in rejects)


@pytest.mark.parametrize(
    ("name", "module", "step", "entry"),
    [
        ("wordpress.xml", wxr, "_reading", r"<item>.*</item>"),
        ("blogger.xml", blogger, "_comment", r"(?!)"),
        ("disqus.xml", disqus, "_comment", r"(?!)"),
        ("movabletype.txt", movabletype, "_reading", r".*"),
    ],
)
def test_an_entry_of_an_export_costs_no_other(  # noqa: PLR0917 - a table of cases
    monkeypatch, tmp_path: Path, name: str, module, step: str, entry: str
) -> None:
    """The exports of posts hold one, so here they hold it twice, the second time at another address."""
    text = (HERE / "exports" / name).read_text("utf-8")
    found = re.search(entry, text, re.DOTALL)
    other = found[0].replace("high", "higher").replace("low", "lower") if found else ""
    twice = text[: found.end()] + other + text[found.end() :] if found else text
    export = tmp_path / name
    export.write_text(twice, "utf-8")
    crawl = FileCrawl(sources=[str(export)], sites=["https://harbour.example.org/"] if name.endswith("txt") else ())
    crawl_files(crawl, tmp_path / "whole")
    calls = []
    monkeypatch.setattr(module, step, fails_for(getattr(module, step), lambda *_: calls.append(1) or len(calls) == 1))
    assert crawl_files(crawl, tmp_path / "spoilt").fatal is None
    table = "posts" if step == "_reading" else "comments"
    assert len(raw(tmp_path / "spoilt", table)) == len(raw(tmp_path / "whole", table)) - 1 > 0
    told = [row for row in raw(tmp_path / "spoilt", "rejects") if row["reason"] == "unreadable"]
    assert {row["detail"] for row in told} == {"IndexError: not in list"}
    rows = [
        len(raw(folder, "comments")) + of_comments(raw(folder, "rejects"))
        for folder in (tmp_path / "whole", tmp_path / "spoilt")
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    "written",
    [*"\ufffe\x0b", *"&#11; &#1; &#x1; &#000; &#xFFFE; &#65535; &#xD800; &#99999999999;".split()],
)
def test_what_xml_forbids_is_taken_out_where_a_page_is_parsed(written: str) -> None:
    root = Document(f'<p title="a{written}b">a{written} b&#65;&amp;&#x2014;</p>').root
    [paragraph] = root.iter("p")
    assert (paragraph.get("title"), paragraph.text) == ("ab", "a bA&\u2014")
    paragraph.text = paragraph.text  # lxml takes it back, which it does of nothing else


@pytest.mark.parametrize("written", ["&&#1;#1;", "&#&#1;1;", "&" * 50 + "#1;" * 50, "&" * 50_000 + "#1;" * 50_000])
def test_what_is_taken_out_leaves_nothing_that_xml_forbids(written: str) -> None:
    [paragraph] = Document(f"<p>a{written}b").root.iter("p")
    paragraph.text = paragraph.text
    assert paragraph.text[:1] + paragraph.text[-1:] == "ab"


@pytest.mark.parametrize(
    "html",
    [
        "<section class=comment><b>2</b>&#1e; January 5, 2012",
        "<s id=comments><dd>7-8-15<dt class=status>:<dd>2-2-26</dd><d>9",
        "<div><i id=comments><span><time>3 Februar</time></div><span><time>Februar 2</time>",
        '<ol class="commentlist"><li class="comment" id="comment-1">',
        '<link rel=canonical href="http://["><meta property="og:url" content="//["><h1><a href="http://[">T</a></h1>',
    ],
)
def test_pages_that_once_raised_are_read(html: str) -> None:
    page = extraction.extract_page("page", html)
    assert (page.error, page.traceback) == (None, None)
    assert extraction.extract_page("page", html, url="https://blog.example.org/a/").traceback is None


FAILS = """
import sys
from rejoinder.cli import main
from rejoinder.spiders.blogs import Blog

def advance(self):
    raise KeyError("what is next")

Blog.advance = advance
main(sys.argv[1:])
"""
"""A crawl in which this program fails between pages, where it decides what to ask for next."""


def test_a_failure_between_pages_is_no_good_end_and_loses_nothing(tmp_path: Path) -> None:
    with serve() as url:
        done = run([sys.executable, "-c", FAILS, *crawl_command(url, tmp_path)[3:]])
        assert done.returncode == 1
        assert "this program failed (KeyError: 'what is next')" in done.stderr
        assert "Traceback" not in done.stderr
        [kept] = {row["crawl_id"] for row in raw(tmp_path, "fetches")}
        again = run(crawl_command(url, tmp_path))
    assert again.returncode == 0
    assert {row["crawl_id"] for row in raw(tmp_path, "fetches")} == {kept}
    assert raw(tmp_path, "comments")
