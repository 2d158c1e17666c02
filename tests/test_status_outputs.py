"""What `rejoinder status` and `--metrics` write: a screen, JSON of a declared form, and Prometheus' text format."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import fields
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from rejoinder.console import PlainConsole
from rejoinder.monitoring import BLOG_GAUGES, show_status, write_metrics
from rejoinder.schemas.status import Alarm, BlogStatus, Status
from rejoinder.schemas.words import ALARMS

from support.runs import crawl_command, run
from support.sites import WatchedHandler, serve_site

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOSTILE = 'https://blog.example.org/"\\\n\x1b]0;x\x07\u202e/'


def blog(start_url: str, *alarms: Alarm) -> BlogStatus:
    return BlogStatus(
        start_url=start_url,
        name=None,
        site="blog.example.org",
        runs=3,
        last_good_at=datetime(2026, 11, 26, 2, tzinfo=UTC),
        crawl_id="20261128",
        via="live",
        started_at=datetime(2026, 11, 28, 2, tzinfo=UTC),
        ended_at=None,
        ended="unfinished",
        exit_code=None,
        requests=12,
        failed_requests=3,
        body_bytes=1_500_000,
        new_posts=1,
        new_comments=7,
        posts=100,
        comments=1000,
        incomplete_posts=2,
        completeness=0.995,
        alarms=list(alarms),
    )


def status(*blogs: BlogStatus) -> Status:
    return Status(
        data="data",
        now=NOW,
        needs_person=any(blog.alarms for blog in blogs),
        is_at_work=False,
        fetches_behind=0,
        free_bytes=10**9,
        alarms=[],
        blogs=list(blogs),
    )


ALARMED = blog(HOSTILE, Alarm(reason="refused", detail="3 of 12 requests, such as \x1b[31mred: HTTP status 403"))


def test_the_json_is_of_the_declared_form_and_nothing_more(tmp_path: Path) -> None:
    with serve_site(WatchedHandler) as (url, _):
        assert run(crawl_command(url, tmp_path)).returncode == 0
    done = run([*crawl_command("", tmp_path)[:3], "status", str(tmp_path), "--json"])
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {field.name for field in fields(Status)}
    assert set(found["blogs"][0]) == {field.name for field in fields(BlogStatus)}
    read = msgspec.convert(found, Status)
    assert (read.version, read.needs_person, len(read.blogs)) == (1, False, 1)
    [of_blog] = read.blogs
    assert (of_blog.start_url, of_blog.runs, of_blog.posts, of_blog.completeness) == (url, 1, 5, 1.0)
    assert (of_blog.ended, of_blog.exit_code, of_blog.new_posts) == ("finished", 0, 5)


def test_hundreds_of_blogs_stay_a_screen_and_the_worst_stand_first(capsys: pytest.CaptureFixture[str]) -> None:
    many = status(ALARMED, *(blog(f"https://{number}.example.org/") for number in range(499)))
    show_status(many, as_json=False, show_all=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 50
    assert "refused" in lines[1]
    assert "... and 480 more: --all shows them" in lines
    assert lines[-1] == "500 blogs, 1 of them need a person; 1000 MB are free."
    show_status(many, as_json=False, show_all=True)
    assert len(capsys.readouterr().out.splitlines()) > 500


@pytest.mark.parametrize("height", [30, 50])
def test_a_terminal_is_given_one_screen(monkeypatch: pytest.MonkeyPatch, height: int) -> None:
    terminal = PlainConsole(file=StringIO(), force_terminal=True, width=120, height=height)
    monkeypatch.setattr("rejoinder.console.out", terminal)
    monkeypatch.setattr("rejoinder.monitoring.out", terminal)
    alarm = Alarm(
        reason="refused", detail="3 of 12 requests, such as https://blog.example.org/2026/11/28/a-post/: " * 3
    )
    many = [blog(f"https://{number}.example.org/", alarm) for number in range(500)]
    show_status(status(*many), as_json=False, show_all=False)
    text = terminal.file.getvalue()  # pyright: ignore[reportAttributeAccessIssue]
    assert 20 < len(text.splitlines()) < height
    assert "500 of them need a person" in text


@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_that_is_shown_acts_on_a_terminal(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
    show_status(status(ALARMED), as_json=as_json, show_all=False)
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x07\u202e")
    if as_json:
        assert json.loads(shown)["blogs"][0]["start_url"] == HOSTILE


def test_metrics_are_read_by_the_library_that_defines_them(tmp_path: Path) -> None:
    path = tmp_path / "rejoinder.prom"
    path.write_text("an older file")
    write_metrics(path, status(ALARMED, blog("https://other.example.org/")))
    assert [file.name for file in tmp_path.iterdir()] == ["rejoinder.prom"], "a temporary file was left"
    found = {family.name: family for family in text_string_to_metric_families(path.read_text("utf-8"))}
    assert {f"rejoinder_blog_{name}" for name, _, _ in BLOG_GAUGES} <= found.keys()
    assert found["rejoinder_blog_last_run_exit_code"].samples == [], "neither blog has one"
    label = HOSTILE.replace("\x1b", "").replace("\x07", "").replace("\u202e", "")
    assert {(s.labels["blog"], s.value) for s in found["rejoinder_blog_comments"].samples} == {
        (label, 1000),
        ("https://other.example.org/", 1000),
    }
    assert [(s.labels, s.value) for s in found["rejoinder_blog_alarm"].samples] == [
        ({"blog": label, "reason": "refused"}, 1)
    ]
    assert {s.labels["reason"]: s.value for s in found["rejoinder_alarms"].samples} == {
        reason: float(reason == "refused") for reason in ALARMS
    }
    assert found["rejoinder_needs_person"].samples[0].value == 1
    assert found["rejoinder_status_timestamp_seconds"].samples[0].value == NOW.timestamp()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")
def test_promtool_finds_no_fault_in_the_metrics(tmp_path: Path) -> None:
    write_metrics(tmp_path / "rejoinder.prom", status(ALARMED, blog("https://other.example.org/")))
    text = (tmp_path / "rejoinder.prom").read_text("utf-8")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_crawl_writes_metrics_with_its_exit_code_whatever_that_is(tmp_path: Path) -> None:
    path = tmp_path / "rejoinder.prom"
    with serve_site(WatchedHandler) as (url, _):
        done = run(crawl_command(url, tmp_path / "data", "--metrics", str(path)))
    assert done.returncode == 0, done.stderr
    values = samples(path)
    assert (values["rejoinder_crawl_exit_code"], values["rejoinder_blog_posts"]) == (0, 5)
    # Nobody answers there any more, and the tables are those of before.
    done = run(crawl_command(url, tmp_path / "data", "--metrics", str(path)))
    assert done.returncode == 4
    values = samples(path)
    assert (values["rejoinder_crawl_exit_code"], values["rejoinder_blog_posts"]) == (4, 5)
    assert values["rejoinder_blog_last_run_exit_code"] == 4


def samples(path: Path) -> dict[str, float]:
    return {s.name: s.value for family in text_string_to_metric_families(path.read_text()) for s in family.samples}


def test_metrics_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    with serve_site(WatchedHandler) as (url, _):
        assert run(crawl_command(url, tmp_path)).returncode == 0
    where = tmp_path / "missing" / "rejoinder.prom"
    done = run([*crawl_command("", tmp_path)[:3], "status", str(tmp_path), "--metrics", str(where)])
    assert done.returncode == 1
    assert f"{where} cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
