"""`rehydrate`: a release without texts gets them back from its pages, and what is gone or has changed is told."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rejoinder.demo import Site, serve
from rejoinder.demo.blog import Blog, BlogComment
from rejoinder.demo.generated import generated_blog
from rejoinder.demo.server import BlogHandler, handler_of
from rejoinder.release.rehydrate import RehydrateError, read_release
from rejoinder.release.write import release

from support.archive_server import FakeArchive, serving
from support.releases import released_rows, settings
from support.runs import crawl_command, fetches, rows, run
from support.warcs import http, page, record, write_warc

BLOG = replace(generated_blog(4, comments_per_post=5, seed=0), threads_per_page=2)
HOME = "http://blog.example.org/"


class CountingHandler(BlogHandler):
    """A blog that may become another one."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()


@contextmanager
def served() -> Iterator[tuple[str, type[CountingHandler]]]:
    handler = handler_of(Site(BLOG), CountingHandler, asked=[])
    with serve(handler) as url:
        yield url, handler


def sha256(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def released(data: Path, folder: Path, *, keyed: str | None = None) -> Path:
    """A release without texts of the tables of a data folder, as `rejoinder release` lays it out.

    Args:
        keyed: a comment whose id is another in the release.
    """
    place = folder / "data"
    place.mkdir(parents=True)

    def other(comment_id: str) -> str:
        return f"{comment_id.partition(':')[0]}:hkeyed" if comment_id == keyed else comment_id

    texts = {"title": None, "author_name": None, "body_text": None}
    posts = [
        {name: row[name] for name in ("post_id", "site", "url", "fetch_id")}
        | texts
        | {"body_sha256": sha256(row["body_text"])}
        for row in rows(data, "posts")
    ]
    comments = [
        {name: row[name] for name in ("post_id", "position", "permalink", "state", "fetch_id")}
        | {"comment_id": other(row["comment_id"]), "body_text": None, "body_sha256": sha256(row["body_text"])}
        for row in rows(data, "comments")
    ]
    replies = [
        row | {"comment_id": other(row["comment_id"]), "target_id": other(row["target_id"]), "cue": None}
        for row in rows(data, "replies")
    ]
    provenance = [
        {name: row[name] for name in ("fetch_id", "via", "request_url", "final_url", "archive_file", "archive_offset")}
        for row in rows(data, "fetches")
    ]
    for name, table in {"posts": posts, "comments": comments, "replies": replies, "provenance": provenance}.items():
        pq.write_table(pa.Table.from_pylist(table), place / f"{name}.parquet")
    return folder


def rehydrate(release: Path, data: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Run the command; gives the exit code, the report and what it said on standard error."""
    done = run([sys.executable, "-m", "rejoinder.cli", "rehydrate", str(release), "--out", str(data), *options])
    assert "Traceback" not in done.stderr, done.stderr
    report = data / "rehydrated" / "report.json"
    return done.returncode, json.loads(report.read_text()) if report.exists() else {}, done.stderr


def filled(data: Path, table: str) -> list[dict[str, Any]]:
    return pq.ParquetFile(data / "rehydrated" / f"{table}.parquet").read().to_pylist()


def edited(blog: Blog) -> tuple[Blog, BlogComment, BlogComment]:
    """The blog after one comment was edited, another deleted and a third written."""
    post = next(post for post in blog.posts if len(post.comments) > 3)
    first, *others, last = post.comments
    new = replace(last, id=99_999, parent=None, body="Quite a new comment, which nobody knew.")
    comments = [replace(first, body="Edited into something else altogether."), *others, new]
    posts = [replace(each, comments=comments) if each is post else each for each in blog.posts]
    return replace(blog, posts=posts), first, last


def test_all_texts_come_back_from_the_pages_and_nothing_else_is_asked(tmp_path: Path) -> None:
    with served() as (url, handler):
        assert run(crawl_command(url, tmp_path / "first", "--via", "html")).returncode == 0
        made = released(tmp_path / "first", tmp_path / "release")
        handler.asked.clear()
        code, report, told = rehydrate(made, tmp_path / "again")
    assert code == 0, told
    before = {row["comment_id"]: row["body_text"] for row in rows(tmp_path / "first", "comments")}
    after = filled(tmp_path / "again", "comments")
    assert {row["comment_id"]: row["body_text"] for row in after} == before
    assert report["comments"] == {"same": len(before)}
    assert report["posts"] == {"same": len(BLOG.posts)}
    titles = {row["post_id"]: (row["title"], row["body_text"]) for row in rows(tmp_path / "first", "posts")}
    assert {row["post_id"]: (row["title"], row["body_text"]) for row in filled(tmp_path / "again", "posts")} == titles
    paths = {f"{BLOG.home}{post.path}" for post in BLOG.posts}
    asked = [path for path in handler.asked if path != "/robots.txt"]
    assert {path.partition("comment-page")[0] for path in asked} == paths
    assert len(asked) == len(set(asked))
    assert {row["page_kind"] for row in fetches(tmp_path / "again")} == {"post", "comments"}


def test_cues_are_words_again_and_point_into_the_text(tmp_path: Path) -> None:
    warc = tmp_path / "pages.warc.gz"
    shown = page("First", [(1, "Ann Lee", "One thing that I have to say."), (2, "Bo", "@Ann Lee: quite so, I say.")])
    write_warc(warc, record(f"{HOME}2012/01/09/first/", http(shown)))
    assert run(crawl_command(str(warc), tmp_path / "first", "--site", HOME)).returncode == 0
    cues = {row["comment_id"]: row["cue"] for row in rows(tmp_path / "first", "replies") if row["cue"]}
    assert len(cues) == 1
    made = released(tmp_path / "first", tmp_path / "release")
    code, report, told = rehydrate(made, tmp_path / "again", "--warc", str(warc))
    assert (code, report["cues"]) == (0, 1), told
    texts = {row["comment_id"]: row["body_text"] for row in filled(tmp_path / "again", "comments")}
    [row] = [row for row in filled(tmp_path / "again", "replies") if row["cue"]]
    assert row["cue"] == cues[row["comment_id"]]
    assert texts[row["comment_id"]][row["cue_start"] : row["cue_end"]] == row["cue"]


def test_what_is_gone_changed_and_new_is_told(tmp_path: Path) -> None:
    with served() as (url, handler):
        assert run(crawl_command(url, tmp_path / "first", "--via", "html")).returncode == 0
        made = released(tmp_path / "first", tmp_path / "release")
        later, changed, gone = edited(BLOG)
        lost = min(BLOG.posts, key=lambda post: len(post.comments))
        handler.site = Site(replace(later, posts=[post for post in later.posts if post.slug != lost.slug]))
        code, report, told = rehydrate(made, tmp_path / "again")
    assert code == 3, told
    found = {row["comment_id"].partition(":")[2]: row for row in filled(tmp_path / "again", "comments")}
    assert (found[str(changed.id)]["found"], found[str(changed.id)]["body_text"]) == (
        "changed",
        "Edited into something else altogether.",
    )
    assert (found[str(gone.id)]["found"], found[str(gone.id)]["body_text"]) == ("gone", None)
    missing = 1 + len(lost.comments)
    assert (report["comments"]["changed"], report["comments"]["gone"], report["new_comments"]) == (1, missing, 1)
    assert report["posts"] == {"same": len(BLOG.posts) - 1, "gone": 1}
    # Where the text is another, a cue's offsets would point nowhere.
    spoiled = {row["comment_id"] for row in filled(tmp_path / "again", "comments") if row["found"] != "same"}
    assert all(
        row["cue_start"] is None for row in filled(tmp_path / "again", "replies") if row["comment_id"] in spoiled
    )


def test_an_archive_gives_the_text_that_was_released_though_another_stands_there_now(tmp_path: Path) -> None:
    first = f"{HOME}2012/01/09/first/"
    captures = {
        ("20120301100000", first): page("First", [(1, "Ann", "As it was at first."), (2, "Bo", "Two.")]),
        ("20140301100000", first): page("First", [(1, "Ann", "As it is now, which is different."), (2, "Bo", "Two.")]),
    }
    warc = tmp_path / "old.warc.gz"
    write_warc(warc, record(first, http(captures["20120301100000", first])))
    assert run(crawl_command(str(warc), tmp_path / "first", "--site", HOME)).returncode == 0
    made = released(tmp_path / "first", tmp_path / "release")
    with serving(FakeArchive(captures)) as archive:
        options = ("--via", "wayback", "--archive-url", archive.url, "--contact", "me@example.org")
        code, report, told = rehydrate(made, tmp_path / "again", *options)
    assert code == 0, told
    assert report["comments"] == {"earlier": 1, "same": 1}
    texts = {row["comment_id"].partition(":")[2]: row["body_text"] for row in filled(tmp_path / "again", "comments")}
    assert texts == {"1": "As it was at first.", "2": "Two."}


def test_a_comment_whose_id_is_keyed_is_known_by_its_text(tmp_path: Path) -> None:
    warc = tmp_path / "pages.warc.gz"
    write_warc(warc, record(f"{HOME}2012/01/09/first/", http(page("First", [(1, "Ann", "One."), (2, "Bo", "Two.")]))))
    assert run(crawl_command(str(warc), tmp_path / "first", "--site", HOME)).returncode == 0
    keyed = next(row["comment_id"] for row in rows(tmp_path / "first", "comments") if row["body_text"] == "Two.")
    made = released(tmp_path / "first", tmp_path / "release", keyed=keyed)
    code, report, told = rehydrate(made, tmp_path / "again", "--warc", str(warc))
    assert (code, report["new_comments"]) == (0, 0), told
    assert {
        row["comment_id"].partition(":")[2]: row["body_text"] for row in filled(tmp_path / "again", "comments")
    } == {
        "1": "One.",
        "hkeyed": "Two.",
    }


def test_a_live_crawl_of_others_needs_a_contact_and_files_go_without_via(tmp_path: Path) -> None:
    warc = tmp_path / "pages.warc.gz"
    write_warc(warc, record(f"{HOME}2012/01/09/first/", http(page("First", [(1, "Ann", "One.")]))))
    assert run(crawl_command(str(warc), tmp_path / "first", "--site", HOME)).returncode == 0
    made = released(tmp_path / "first", tmp_path / "release")
    code, report, told = rehydrate(made, tmp_path / "again")
    assert (code, report) == (2, {})
    assert "--contact" in told
    code, _, told = rehydrate(made, tmp_path / "again", "--warc", str(warc), "--via", "wayback")
    assert code == 2


def test_what_is_no_release_without_texts_is_told(tmp_path: Path) -> None:
    with pytest.raises(RehydrateError, match=r"posts\.parquet"):
        read_release(tmp_path)
    table = {
        "posts": {"post_id": ["p"], "site": ["s"], "url": ["https://s/p"], "body_sha256": [None]},
        "comments": {"comment_id": ["p:1"], "post_id": ["p"], "body_sha256": [None]},
        "replies": {"comment_id": ["p:1"], "target_id": ["p"], "cue": [None], "cue_start": [None], "cue_end": [None]},
        "provenance": {"fetch_id": ["f"], "request_url": ["https://s/p"]},
    }
    for name, columns in table.items():
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
    with pytest.raises(RehydrateError, match="no hashes of texts"):
        read_release(tmp_path)
    (tmp_path / "posts.parquet").write_bytes(b"PAR1")
    with pytest.raises(RehydrateError, match=r"posts\.parquet cannot be read"):
        read_release(tmp_path)


def test_a_release_that_we_write_gets_its_texts_back(tmp_path: Path) -> None:
    """Ids, hashes and offsets are those of what is read again, also where names were to be hidden."""
    warc = tmp_path / "pages.warc.gz"
    said = [
        (1, "Ann Lee", "One thing that I have to say."),
        (2, "Bo", "@Ann Lee: quite so, I say."),
        (3, "Cy", "Three."),
    ]
    write_warc(warc, record(f"{HOME}2012/01/09/first/", http(page("First", said))))
    assert run(crawl_command(str(warc), tmp_path / "first", "--site", HOME)).returncode == 0
    release(tmp_path / "first", tmp_path / "release", settings(tmp_path / "key", mode="pseudonyms", texts="none"))
    assert {row["body_text"] for row in released_rows(tmp_path / "release", "comments")} == {None}
    code, report, told = rehydrate(tmp_path / "release", tmp_path / "again", "--warc", str(warc))
    assert (code, report["comments"], report["posts"]) == (0, {"same": 3}, {"same": 1}), told
    assert {row["body_text"] for row in filled(tmp_path / "again", "comments")} == {text for _, _, text in said}
    [row] = [row for row in filled(tmp_path / "again", "replies") if row["cue"]]
    assert said[1][2][row["cue_start"] : row["cue_end"]] == row["cue"]
