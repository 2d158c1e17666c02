"""A blog that changes between three crawls: what was edited, removed, restored, moved and replaced is told apart."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from rejoinder.demo import Site, demo_blog, serve
from rejoinder.demo.server import BlogHandler, handler_of
from rejoinder.demo.site import Page
from rejoinder.queries import check

from support import warcs
from support.runs import crawl_command, rows, run

PLAIN, PAGED, GONE, WALLED = (
    f"/2012/01/0{day}/{name}/" for day, name in enumerate(("plain", "paged", "gone", "walled"), 1)
)
ON_A_PAGE = 2
REMOVED = "This comment has been removed by its author."

Comments = list[tuple[int, str, str]]

NIGHTS: dict[str, tuple[Comments, Comments, Comments]] = {
    PLAIN: (
        [(1, "Ann", "It stands."), (2, "Bo", "It takes two."), (3, "Cy", "It goes."), (4, "Di", "It is regretted.")],
        [(1, "Ann", "It stands."), (2, "Bo", "It takes three."), (4, "Di", REMOVED), (5, "Ed", "It is \x9b31mnew.")],
        [
            (1, "Ann", "It stands."),
            (2, "Bo", "It takes two."),
            (3, "Cy", "It goes."),
            (4, "Di", REMOVED),
            (5, "Ed", "It is \x9b31mnew."),
        ],
    ),
    PAGED: (
        [(11, "Ann", "One."), (12, "Bo", "Two."), (13, "Cy", "Three."), (14, "Di", "Four.")],
        [(12, "Bo", "Two."), (13, "Cy", "Three."), (14, "Di", "Four.")],
        [(12, "Bo", "Two."), (13, "Cy", "Three."), (14, "Di", "Four.")],
    ),
    GONE: ([(21, "Ann", "Below a post that goes.")], [], []),
    WALLED: ([(31, "Ann", "Behind a wall."), (32, "Bo", "Behind a wall, too.")], [], [(31, "Ann", "Behind a wall.")]),
}
"""The comments below each post, night by night."""

CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
)


class ChangingBlog(BlogHandler):
    """Its pages of comments are counted from the oldest on, and the newest stands on the post's own page."""

    night = 0

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        post, _, asked = path.partition("comment-page-")
        if path == "/robots.txt":
            self.answer(Page(b"User-agent: *\nDisallow:\n", "text/plain"))
        elif path == "/":
            links = "".join(f'<h2 class="entry-title"><a href="{post}">A post</a></h2>' for post in NIGHTS)
            self.answer(Page(f"<!DOCTYPE html><html><body>{links}</body></html>".encode()))
        elif post == WALLED and self.night == 1:
            self.answer(Page(CHALLENGE), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "0"})
        elif post in NIGHTS and not (post == GONE and self.night):
            self.answer(Page(self.post_page(post, int(asked.rstrip("/") or 0))))
        else:
            self.answer(Page(b"<!DOCTYPE html><title>Not found</title>"), HTTPStatus.NOT_FOUND)

    def post_page(self, post: str, asked: int) -> bytes:
        comments = NIGHTS[post][self.night]
        last = -(-len(comments) // ON_A_PAGE) if post == PAGED else 1
        page = asked or last
        shown = comments[(page - 1) * ON_A_PAGE :][:ON_A_PAGE] if post == PAGED else comments
        others = [number for number in range(1, last + 1) if number != page]
        more = "".join(f'<a class="page-numbers" href="{post}comment-page-{number}/">{number}</a>' for number in others)
        return warcs.page(post, shown, more=more, stated=len(comments))


@contextmanager
def changing_blog() -> Iterator[tuple[str, type[ChangingBlog]]]:
    """Serve it; gives its front page's URL, and the handler, whose night can be set."""
    handler = handler_of(Site(demo_blog()), ChangingBlog)
    with serve(handler) as url:
        yield urljoin(url, "/"), handler


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of three crawls."""
    folder = tmp_path_factory.mktemp("history")
    with changing_blog() as (url, handler):
        for night in range(3):
            handler.night = night
            done = run(crawl_command(url, folder, "--fresh"))
            assert "Traceback" not in done.stderr
    return folder


def known_by_number(data: Path, table: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by the comment's own number, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(data, table):
        found.setdefault(row["comment_id"].partition(":")[2], []).append(row)
    return found


def test_each_comment_has_the_fate_that_befell_it(data: Path) -> None:
    fates = {number: (row["fate"], row["state"]) for number, [row] in known_by_number(data, "comments").items()}
    assert fates == {
        "1": ("shown", "visible"),
        "2": ("shown", "visible"),
        "3": ("returned", "visible"),
        "4": ("placeholder", "removed"),
        "5": ("shown", "visible"),
        "11": ("missing", "removed"),
        "12": ("shown", "visible"),
        "13": ("moved", "visible"),
        "14": ("shown", "visible"),
        # Where the post went nobody looked at its section.
        "21": ("shown", "visible"),
        "31": ("shown", "visible"),
        "32": ("missing", "removed"),
    }


def test_each_state_is_a_version(data: Path) -> None:
    versions = {
        number: [(row["body_text"], row["changed"], row["returns_to"]) for row in own]
        for number, own in known_by_number(data, "comment_versions").items()
        if len(own) > 1
    }
    assert versions == {
        "2": [
            ("It takes two.", [], None),
            ("It takes three.", ["body_text"], None),
            ("It takes two.", ["body_text"], 1),
        ],
        "3": [("It goes.", [], None), (None, ["state"], None), ("It goes.", ["state"], 1)],
        "4": [("It is regretted.", [], None), (REMOVED, ["state"], None)],
        "11": [("One.", [], None), (None, ["state"], None)],
        "32": [("Behind a wall, too.", [], None), (None, ["state"], None)],
    }


def test_a_removal_lies_between_the_last_sight_and_the_first_look_without_it(data: Path) -> None:
    fetches = rows(data, "fetches")
    starts = sorted(
        min(row["fetched_at"] for row in fetches if row["crawl_id"] == crawl_id)
        for crawl_id in {row["crawl_id"] for row in fetches}
    )
    comments = known_by_number(data, "comments")
    [early], [late] = comments["11"], comments["32"]
    assert starts[0] <= early["last_seen_at"] < starts[1] <= early["missed_at"] < starts[2]
    # The second night showed a wall and no section.
    assert late["last_seen_at"] < starts[1] < starts[2] <= late["missed_at"]
    assert late["body_text"] == "Behind a wall, too."


def test_a_post_is_gone_where_two_runs_are_told_so(data: Path) -> None:
    gone = {urlsplit(row["url"]).path: row["missed_at"] is not None for row in rows(data, "posts")}
    assert gone == {PLAIN: False, PAGED: False, GONE: True, WALLED: False}
    assert [row["state"] for row in rows(data, "post_versions")].count("removed") == 1


def test_what_is_gone_is_missing_from_no_count(data: Path) -> None:
    paths = {row["post_id"]: urlsplit(row["url"]).path for row in rows(data, "posts")}
    counts = {
        paths[row["post_id"]]: (row["stated_comments"], row["found_comments"], row["found_gone"], row["reason"])
        for row in rows(data, "completeness")
    }
    assert counts == {
        PLAIN: (5, 5, 0, "complete"),
        PAGED: (3, 3, 1, "complete"),
        GONE: (1, 1, 0, "complete"),
        WALLED: (1, 1, 1, "complete"),
    }
    assert [result.check.name for result in check(data) if result.failed] == []


def test_diff_prints_what_changed_since_the_newest_crawl_or_an_earlier_one(data: Path) -> None:
    command = [*crawl_command("", data)[:3], "diff", str(data)]
    newest = list(csv.DictReader(io.StringIO(run(command).stdout)))
    assert sorted((row["change"], row["record"], row["difference"]) for row in newest) == [
        ("edited", "comment", "It takes [-three.-] {+two.+}"),
        ("removed", "comment", "[-Behind a wall, too.-]"),
        ("returned", "comment", "It goes."),
    ]
    crawls = sorted((row["fetched_at"], row["crawl_id"]) for row in rows(data, "fetches"))
    second = list(dict.fromkeys(crawl_id for _, crawl_id in crawls))[1]
    for since in (second, "2012-01-01"):
        told = [json.loads(line) for line in run([*command, "--since", since, "--format", "json"]).stdout.splitlines()]
        changes = [(row["change"], row["record"], row["id"].rpartition(":")[2]) for row in told]
        assert ("edited", "comment", "2") in changes
        assert ("removed", "comment", "4") in changes
        assert (since == second) == (("new", "comment", "1") not in changes)
        assert ("removed", "post") in [change[:2] for change in changes]
    drawn = run([*command, "--since", second, "--format", "table"])
    assert "It is 31mnew." in drawn.stdout, "a comment acts on the terminal"
    assert "\x9b" not in drawn.stdout


def test_diff_tells_what_it_cannot_take(data: Path, tmp_path: Path) -> None:
    command = [*crawl_command("", data)[:3], "diff"]
    for arguments, code, words in (
        ([str(tmp_path)], 5, "rejoinder build"),
        ([str(data), "--since", "yesterday"], 2, "neither a date"),
    ):
        done = run([*command, *arguments])
        assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr
