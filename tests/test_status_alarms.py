"""Each alarm of `rejoinder status`, met as an operator meets it: a blog that was read once and then changes."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rejoinder.demo.site import Page
from rejoinder.queries import build

from support.disks import small_disk
from support.runs import crawl_command, fetches, parts, rows, run, spider_command, start
from support.sites import HOME, ROBOTS, NewLayout, WatchedHandler, serve_site

CHALLENGE = (
    b"<!DOCTYPE html><title>Just a moment...</title><body><h1>Checking your browser</h1><script></script></body>"
)
PATIENCE_S = 60


class Turning(WatchedHandler):
    """A blog that changes once `turned` is set."""

    turned: ClassVar[bool] = False

    def do_GET(self) -> None:
        self.visits.append((time.monotonic(), self.path))
        if not (self.turned and self.turn()):
            super(WatchedHandler, self).do_GET()

    def turn(self) -> bool:
        """Answer as the blog does now; whether it does not as before."""
        raise NotImplementedError


class Forbids(Turning):
    def turn(self) -> bool:
        return self.path != "/robots.txt" and self.answered(HTTPStatus.FORBIDDEN, CHALLENGE)

    def answered(self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> bool:
        self.answer(Page(body), status, headers or {})
        return True


class AsksForPatience(Forbids):
    def turn(self) -> bool:
        wait = {"Retry-After": "86400"}
        return self.path != "/robots.txt" and self.answered(HTTPStatus.TOO_MANY_REQUESTS, headers=wait)


class ForbidsPosts(Forbids):
    def turn(self) -> bool:
        return bool(re.search(r"/\d{4}/\d\d/\d\d/", self.path)) and super().turn()


class Challenges(Forbids):
    def turn(self) -> bool:
        return self.path != "/robots.txt" and self.answered(HTTPStatus.OK, CHALLENGE)


class Fails(Forbids):
    def turn(self) -> bool:
        return self.path != "/robots.txt" and self.answered(HTTPStatus.INTERNAL_SERVER_ERROR)


class Gone(Forbids):
    def turn(self) -> bool:
        return self.path != "/robots.txt" and self.answered(HTTPStatus.NOT_FOUND)


class Closes(Turning):
    def turn(self) -> bool:
        if self.path == "/robots.txt":
            self.answer(Page(b"User-agent: *\nDisallow: /\n", ROBOTS))
        return self.path == "/robots.txt"


class ChangesRules(Turning):
    def turn(self) -> bool:
        if self.path == "/robots.txt":
            rules = f"User-agent: *\nDisallow: /nowhere/\nSitemap: {self.origin}{HOME}wp-sitemap.xml\n"
            self.answer(Page(rules.encode(), ROBOTS))
        return self.path == "/robots.txt"


class Moves(Turning):
    """It leads to the same blog under another name of this machine."""

    def turn(self) -> bool:
        host, _, port = self.headers["Host"].partition(":")
        if host == "localhost" or self.path == "/robots.txt":
            return False
        self.answer(Page(b""), HTTPStatus.MOVED_PERMANENTLY, {"Location": f"http://localhost:{port}{self.path}"})
        return True


class Redrawn(NewLayout, Turning):
    @property
    def redrawn(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.turned

    def do_GET(self) -> None:
        WatchedHandler.do_GET(self)


@contextmanager
def served(site: type[Turning], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(site, "turned", False)
    monkeypatch.setattr(Turning, "turned", False)
    with serve_site(site) as (url, _):
        yield url


def state(data: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON of `rejoinder status`."""
    command = crawl_command("", data)[:3]
    done = run([*command, "status", str(data), "--json", *options])
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def alarms(found: dict[str, Any]) -> set[str]:
    """The reasons that stand in a status, of blogs and of the folder."""
    return {alarm["reason"] for blog in [found, *found["blogs"]] for alarm in blog["alarms"]}


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (Forbids, {"refused", "no_post"}),
        (AsksForPatience, {"refused", "no_post"}),
        (ForbidsPosts, {"refused"}),
        (Challenges, {"refused", "no_post"}),
        (Fails, {"server_errors", "no_post"}),
        (Gone, {"gone", "no_post"}),
        (Closes, {"robots_closed", "robots_changed", "no_post"}),
        (ChangesRules, {"robots_changed"}),
        (Redrawn, {"layout_changed", "fewer_comments"}),
    ],
)
def test_a_blog_that_changes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: type[Turning], expected: set[str]
) -> None:
    with served(site, monkeypatch) as url:
        assert run(crawl_command(url, tmp_path, "--no-build")).returncode == 0
        monkeypatch.setattr(site, "turned", True)
        run(crawl_command(url, tmp_path, "--delay", "0"))
        code, after = state(tmp_path)
    assert (code, alarms(after)) == (7, expected), after
    [blog] = after["blogs"]
    was_good = "no_post" not in expected
    assert (blog["last_good_at"] == blog["started_at"]) == was_good
    assert blog["runs"] == 2


def test_a_blog_that_goes_on_as_it_was_has_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Gone, monkeypatch) as url:
        for runs in (1, 2):
            assert run(crawl_command(url, tmp_path)).returncode == 0
            code, found = state(tmp_path)
            assert (code, alarms(found), found["blogs"][0]["runs"]) == (0, set(), runs)


def test_a_blog_that_moves_to_another_host_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Moves, monkeypatch) as url:
        new = url.replace("127.0.0.1", "localhost")
        command = crawl_command(url, tmp_path, new)
        assert run([*command, "--no-build"]).returncode == 0
        monkeypatch.setattr(Moves, "turned", True)
        run(command)
    code, found = state(tmp_path)
    told = {blog["start_url"]: {alarm["reason"] for alarm in blog["alarms"]} for blog in found["blogs"]}
    assert told == {url: {"moved"}, new: set()}
    assert code == 7
    assert found["blogs"][0]["start_url"] == url, "the blog with an alarm does not stand first"


def test_a_start_url_without_any_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Gone, monkeypatch) as url:
        assert run(crawl_command(url, tmp_path, "--no-build")).returncode == 0
    run(crawl_command(url, tmp_path))
    code, found = state(tmp_path)
    assert (code, alarms(found)) == (7, {"not_reached", "no_post"})


def test_a_blog_that_never_gave_a_post_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Forbids, monkeypatch) as url:
        monkeypatch.setattr(Forbids, "turned", True)
        run(crawl_command(url, tmp_path))
    code, found = state(tmp_path)
    assert (code, alarms(found)) == (7, {"refused", "no_post", "never_good"})
    [blog] = found["blogs"]
    assert (blog["last_good_at"], blog["posts"], blog["exit_code"]) == (None, 0, 4)


def test_a_run_that_leaves_pages_unasked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Gone, monkeypatch) as url:
        assert run(crawl_command(url, tmp_path, "--max-pages", "8")).returncode == 3
    code, found = state(tmp_path)
    assert (code, alarms(found)) == (7, {"out_of_budget"})


class Hangs(Turning):
    turned = True

    def turn(self) -> bool:
        if self.path in (HOME, "/robots.txt"):
            return False
        time.sleep(PATIENCE_S)
        self.close_connection = True
        return True


def test_a_killed_run_is_told_but_not_while_it_is_at_work(tmp_path: Path) -> None:
    with serve_site(Hangs) as (url, _):
        process = start(spider_command(url, tmp_path, PART_SECONDS=0.2, DOWNLOAD_TIMEOUT=PATIENCE_S))
        deadline = time.monotonic() + PATIENCE_S
        while not any(row["page_kind"] == "listing" for row in fetches(tmp_path)):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < deadline, "nothing was committed"
            time.sleep(0.1)
        build(tmp_path)
        code, found = state(tmp_path)
        assert (code, alarms(found), found["is_at_work"]) == (0, set(), True)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        code, found = state(tmp_path)
    assert (code, alarms(found), found["is_at_work"]) == (7, {"unfinished", "never_good"}, False)
    assert [row["ended"] for row in rows(tmp_path, "runs")] == ["unfinished"]
    assert parts(tmp_path, "runs") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "disk"
    with served(Gone, monkeypatch) as url, small_disk(data, "30m"):
        assert run(crawl_command(url, data)).returncode == 0
        code, found = state(data)
        assert (code, alarms(found)) == (7, {"disk_nearly_full"})
        assert [alarm["reason"] for alarm in found["alarms"]] == ["disk_nearly_full"]


def test_tables_behind_raw_are_told_and_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Gone, monkeypatch) as url:
        assert run(crawl_command(url, tmp_path)).returncode == 0
        assert state(tmp_path)[1]["fetches_behind"] == 0
        assert run(crawl_command(url, tmp_path, "--no-build")).returncode == 0
    code, found = state(tmp_path)
    newest = max(row["crawl_id"] for row in fetches(tmp_path))
    behind = sum(row["crawl_id"] == newest for row in fetches(tmp_path))
    assert (code, found["fetches_behind"]) == (0, behind)
    shown = run([*crawl_command("", tmp_path)[:3], "status", str(tmp_path)])
    assert f"the tables lack {found['fetches_behind']} fetches" in shown.stderr
    build(tmp_path)
    assert state(tmp_path)[1]["fetches_behind"] == 0


def test_of_a_sources_file_only_its_blogs_are_judged_and_those_never_crawled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    with served(Forbids, monkeypatch) as url:
        assert run(crawl_command(url, data)).returncode == 0
        monkeypatch.setattr(Forbids, "turned", True)
        run(crawl_command(url, data))
    sources = tmp_path / "sources.toml"
    sources.write_text('[[blog]]\nname = "New"\nurl = "https://new.example.org/"\n')
    code, found = state(data, "--sources", str(sources))
    assert code == 7
    assert [(blog["name"], blog["runs"], [alarm["reason"] for alarm in blog["alarms"]]) for blog in found["blogs"]] == [
        ("New", 0, ["never_good"])
    ]


def test_a_folder_without_tables_or_data_is_told(tmp_path: Path) -> None:
    done = run([*crawl_command("", tmp_path)[:3], "status", str(tmp_path / "nowhere")])
    assert (done.returncode, done.stdout) == (5, "")
    assert "rejoinder build" in done.stderr
    assert "Traceback" not in done.stderr
