"""`--log-format json`: every line of the log is one JSON object, whoever wrote it, and acts on no terminal."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from rejoinder.logs import JsonFormatter

from support.runs import crawl_command, run
from support.sites import OneMissingPost, serve_site

EXPORT = Path(__file__).parent / "exports" / "wordpress.xml"


def lines(path: Path) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in read:
        assert (
            {"time", "level", "logger", "message"}
            <= set(line)
            <= {"time", "level", "logger", "message", "blog", "traceback"}
        )
    return read


def test_every_line_of_a_crawl_s_log_is_an_object_scrapy_s_own_included(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with serve_site(OneMissingPost) as (url, _):
        for _ in range(2):  # the second is written behind the first
            run(crawl_command(url, tmp_path / "data", "--log", str(log), "--log-format", "json", "-vv"))
    read = lines(log)
    loggers = {line["logger"] for line in read}
    assert {"scrapy.utils.log", "scrapy.core.engine", "scrapy.statscollectors"} <= loggers
    assert sum("Spider opened" in line["message"] for line in read) == 2
    assert any("\n" in line["message"] for line in read), "no message of several lines was logged"
    assert {"DEBUG", "INFO"} <= {line["level"] for line in read}


def test_the_log_of_a_sources_file_is_json_lines_of_all_its_blogs(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with serve_site(OneMissingPost) as (url, _):
        entries = [
            f'[[blog]]\nname = "{name}"\nurl = "{url}"\nlimit = {limit}\n' for name, limit in [("A", 1), ("B", 2)]
        ]
        (tmp_path / "sources.toml").write_text("\n".join(entries))
        command = crawl_command(str(tmp_path / "sources.toml"), tmp_path / "data")
        run([*command, "--log", str(log), "--log-format", "json"])
    assert sorted(line["blog"] for line in lines(log) if "Spider opened" in line["message"]) == ["A", "B"]


def test_the_log_of_files_is_json_lines(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    run(crawl_command(str(EXPORT), tmp_path / "data", "--log", str(log), "--log-format", "json", "-vv"))
    lines(log)
    assert log.exists()


def test_a_traceback_stands_inside_its_line(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    script = (
        "import rejoinder.spiders.answers as answers\n"
        "def fails(*_, **__): raise RuntimeError('\\x1b[31m \\u202e \\ud800')\n"
        "answers.Reader.read = fails\n"
        "from rejoinder.cli import main\nmain()"
    )
    with serve_site(OneMissingPost) as (url, _):
        command = crawl_command(url, tmp_path / "data", "--log", str(log), "--log-format", "json")
        run([sys.executable, "-c", script, *command[3:]])
    told = [line for line in lines(log) if "traceback" in line]
    assert told
    assert "RuntimeError" in told[0]["traceback"]
    assert not set(log.read_text("utf-8")) & set("\x1b\u202e")


@pytest.mark.parametrize("text", ["plain", "two\nlines", "\x1b[31mred\x9b", "\u202eltr", "\ud800", '"quoted"\\'])
def test_a_line_keeps_what_was_said_and_acts_on_nothing(text: str) -> None:
    record = logging.LogRecord("a", logging.INFO, "file", 1, "%s", (text,), None)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert not set(line) & set("\x1b\x9b\u202e")
    assert json.loads(line)["message"] == text.replace("\ud800", "\\ud800")
    line.encode("utf-8")
