"""The demonstration's blog, crawled as a user crawls it, gives the rows that a reader of its pages writes down."""

from __future__ import annotations

import csv
import re
import sys
from datetime import datetime
from pathlib import Path

import pytest
from rejoinder.demo import demo_blog, serve

from support.runs import crawl_command, fetches, path_of, rows, run

EXPECTED = Path(__file__).parent / "crawls/demo_blog"
# The texts below are compared with what the blog's own files hold; these few hold HTML, and read as shown here.
READ_FROM_HTML = {
    4615: "> The exit price is the one nobody asks for.\n\n"
    "Some do ask, but the answer comes after the signature. A price list for exports belongs in the annex.",
    4921: "@Odile: show the date of the last decision, as in our small example. It empties the room in a minute.",
    4820: "Whose account is it anyway? | Aster on Records",  # of a pingback the page shows the other post's title only
}


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    """Data folder, address of the blog and the finished process."""
    data = tmp_path_factory.mktemp("demo")
    with serve() as url:
        done = run(crawl_command(url, data))
    return data, url, done


def expected(table: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_written(value: object) -> str:
    """A value of a table as the expected rows write it: null is empty, a list is joined by |."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return "|".join(value)
        case datetime():
            return value.isoformat(sep=" ")
    return str(value)


def test_command_succeeds_and_tells_how_complete_it_is(crawl):
    data, _, done = crawl
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 posts" in done.stdout
    assert f"rejoinder sql {data}" in done.stdout


def test_posts_are_as_written_by_hand(crawl):
    data, url, _ = crawl
    wanted = expected("posts")
    found = {path_of(row["url"], url): row for row in rows(data, "posts")}
    assert sorted(found) == [row["path"] for row in wanted]
    for row in wanted:
        columns = row.keys() - {"path"}
        assert {name: as_written(found[row["path"]][name]) for name in columns} == {name: row[name] for name in columns}


def test_comments_are_as_written_by_hand(crawl):
    data, url, _ = crawl
    wanted = expected("comments")
    paths = {row["post_id"]: path_of(row["url"], url) for row in rows(data, "posts")}
    found = sorted(rows(data, "comments"), key=lambda row: (paths[row["post_id"]], row["position"]))
    assert [row["native_id"] for row in found] == [row["native_id"] for row in wanted]
    for row, want in zip(found, wanted, strict=True):
        row["path"] = paths[row["post_id"]]
        row["parent"] = row["parent_id"] and row["parent_id"].partition(":")[2]
        columns = want.keys() - {"starts"}
        assert {name: as_written(row[name]) for name in columns} == {name: want[name] for name in columns}
        assert row["body_text"].startswith(want["starts"])


def test_comment_texts_are_whole_with_their_paragraphs(crawl):
    data, _, _ = crawl
    texts = {int(row["native_id"]): row["body_text"] for row in rows(data, "comments")}
    for post in demo_blog().posts:
        for comment in post.comments:
            plain = comment.body.strip().replace("&amp;", "&").replace("&gt;", ">").replace("&lt;", "<")
            assert texts[comment.id] == READ_FROM_HTML.get(comment.id, plain)


def test_every_post_is_complete(crawl):
    data, _, _ = crawl
    found = rows(data, "completeness")
    assert sorted((row["stated_comments"], row["found_comments"], row["found_pingbacks"]) for row in found) == [
        (0, 0, 0),
        (2, 2, 0),
        (4, 4, 0),
        (7, 6, 1),
        (9, 9, 0),
    ]
    assert {row["reason"] for row in found} <= {"complete", "pingbacks_counted"}


def test_replies_follow_the_threads_of_the_pages(crawl):
    data, _, _ = crawl
    answers = {
        (row["comment_id"].partition(":")[2], row["target_id"].partition(":")[2])
        for row in rows(data, "replies")
        if "thread" in row["evidence"]
    }
    wanted = {(row["native_id"], row["parent"]) for row in expected("comments") if row["parent"]}
    assert {(answer, target) for answer, target in answers if target} == wanted


def test_each_page_is_fetched_once_and_reply_forms_never(crawl):
    data, _, _ = crawl
    urls = [row["request_url"] for row in fetches(data)]
    assert len(urls) == len(set(urls))
    assert not [url for url in urls if "replytocom" in url]


def test_checks_find_no_error(crawl):
    data, _, _ = crawl
    done = run([sys.executable, "-m", "rejoinder.cli", "check", str(data)])
    assert done.returncode == 0, done.stdout


def test_demo_command_shows_posts_comments_and_the_way_on(tmp_path):
    done = run([sys.executable, "-m", "rejoinder.cli", "demo", "--out", str(tmp_path / "demo")])
    assert done.returncode == 0, done.stderr
    assert "Is Social Media a Corporate or a Personal Tool?" in done.stdout
    assert "── Pearl Zhu [address: Andrea]" in done.stdout
    assert re.search(r"Andrea Di Maio\t.*\tPearl & Mark, thanks", done.stdout)
    assert done.stdout.rstrip().splitlines()[-1].startswith("rejoinder sql ")
