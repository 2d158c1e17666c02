"""docs/schedules.md does what it says: its scripts, units and commands are taken from the page and run."""

from __future__ import annotations

import getpass
import grp
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

import pytest
from rejoinder.demo.site import Page
from rejoinder.monitoring import COLUMNS

from support.runs import LONGEST_S, ROOT, fetches, parts
from support.sites import HOME, WatchedHandler, serve_site

PAGE = (ROOT / "docs" / "schedules.md").read_text("utf-8")
BIN = Path(sys.executable).parent
BLOCK = re.compile(r"(?:^`(?P<path>/[^`]+)`\n\n)?(?P<text>(?:^    .*\n|^\n(?=    ))+)", re.M)
NO_SYSTEMD = "no systemd runs this machine (/run/systemd/system)"


def blocks() -> tuple[dict[str, str], list[str]]:
    """The files of the page by their paths, and its other blocks."""
    files, others = {}, []
    for found in BLOCK.finditer(PAGE):
        text = re.sub(r"^    ", "", found["text"], flags=re.M).strip("\n") + "\n"
        if found["path"]:
            files[found["path"]] = text
        else:
            others.append(text)
    return files, others


FILES, COMMANDS = blocks()
NIGHT, CRON = "/usr/local/bin/rejoinder-night", "/etc/cron.d/rejoinder"
MAIL, ROTATION = "/usr/local/bin/rejoinder-mail", "/etc/logrotate.d/rejoinder"
UNITS = [path for path in FILES if path.startswith("/etc/systemd/system/")]


def command(begin: str) -> str:
    """The one block of the page that begins so."""
    [found] = [text for text in COMMANDS if text.startswith(begin)]
    return found


class Machine:
    """The machine of the page, its paths below a temporary folder and its blog on loopback."""

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.url = url
        self.blogs, self.logs = root / "srv/blogs", root / "var/log/rejoinder"
        for folder in (self.blogs, self.logs, root / "usr/local/bin", root / "var/lib/prometheus/node-exporter"):
            folder.mkdir(parents=True)
        for path, text in FILES.items():
            file = root / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self.here(text))
            if text.startswith("#!"):
                file.chmod(stat.S_IRWXU)

    def here(self, text: str) -> str:
        """A text of the page with what stands here in the place of what it names."""
        text = text.replace("https://blog.example.org/", self.url).replace("/opt/rejoinder/bin", str(BIN))
        return re.sub(r"(?<![\w./])/(srv/blogs|var/log|var/lib|usr/local/bin)", rf"{self.root}/\1", text)

    def run(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a line as cron does: by sh, with next to no environment."""
        few = {"PATH": "/usr/bin:/bin", "HOME": str(self.root), "SHELL": "/bin/sh", **environment}
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self.blogs,
            env=few,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )

    def cron_job(self) -> tuple[str, dict[str, str]]:
        """Command and environment of the one job of the crontab."""
        settings, jobs = {}, []
        for line in self.here(FILES[CRON]).splitlines():
            if setting := re.fullmatch(r"(\w+)=(.*)", line):
                settings[setting[1]] = setting[2]
            else:
                jobs.append(line)
        [job] = jobs
        minute, hour, day, month, weekday, user, line = job.split(maxsplit=6)
        assert (0 <= int(minute) < 60, 0 <= int(hour) < 24, day, month, weekday) == (True, True, "*", "*", "*")
        assert user == "rejoinder"
        assert "%" not in line, "cron takes % for the end of a line"
        return line, settings


class Turning(WatchedHandler):
    """A blog that refuses every page once `turned` is set, and answers none but the first while `hangs` is."""

    turned: ClassVar[bool] = False
    hangs: ClassVar[bool] = False

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            super().do_GET()
        elif type(self).turned:
            self.answer(Page(b"<title>Just a moment...</title>"), HTTPStatus.FORBIDDEN)
        elif type(self).hangs and self.path != HOME:
            while type(self).hangs:
                time.sleep(0.1)
            self.close_connection = True
        else:
            super().do_GET()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    Turning.turned = Turning.hangs = False
    with serve_site(Turning) as (url, _):
        yield Machine(tmp_path / "machine", url)
        Turning.hangs = False


def test_every_block_of_the_page_is_run_by_a_test() -> None:
    assert set(FILES) == {"/srv/blogs/sources.toml", NIGHT, CRON, MAIL, ROTATION, *UNITS}
    begins = ("timeout ", "systemd-run ", "jq ", "rejoinder status ", "time() ")
    shown = [text for text in COMMANDS if text.startswith("$ ")]  # what a command printed
    assert [text for text in COMMANDS if text not in shown and not text.startswith(begins)] == []
    assert len(COMMANDS) == len(begins) + 1
    assert len(UNITS) == 3


def test_a_night_of_cron_is_silent_where_all_is_well_and_mails_what_is_not(machine: Machine) -> None:
    line, settings = machine.cron_job()
    assert settings["MAILTO"]
    good = machine.run(line, **settings)
    assert (good.returncode, good.stdout, good.stderr) == (0, "", ""), good.stdout
    log = machine.logs / "crawl.log"
    assert all(json.loads(entry)["message"] for entry in log.read_text().splitlines())
    Turning.turned = True
    bad = machine.run(line, **settings)
    assert bad.returncode == 7
    assert "Example\trefused\t" in bad.stdout
    assert len(bad.stdout.splitlines()) < 30
    (machine.blogs / "sources.toml").write_text("[[blog]]\nname = 1\n")
    wrong = machine.run(line, **settings)
    assert wrong.returncode == 2
    assert "sources.toml" in wrong.stdout


def test_a_second_night_beside_the_first_ends_with_8_and_says_so(machine: Machine) -> None:
    Turning.hangs = True
    crawl = [BIN / "rejoinder", "crawl", machine.url, "--out", "data"]
    first = subprocess.Popen(crawl, cwd=machine.blogs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + LONGEST_S
    lock = machine.blogs / "data" / ".lock"
    while not lock.exists() or "process" not in lock.read_text():
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    second = machine.run(str(machine.root / NIGHT.lstrip("/")))
    Turning.hangs = False
    first.communicate(timeout=LONGEST_S)
    assert second.returncode == 8
    assert f"is being written by process {first.pid}" in second.stdout


def test_a_crawl_under_timeout_ends_well_and_goes_on(machine: Machine) -> None:
    line = machine.here(command("timeout "))
    assert " 8h " in line
    Turning.hangs = True
    ended = machine.run(line.replace(" 8h ", " 10s "))
    Turning.hangs = False
    assert ended.returncode == 143, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    data = machine.blogs / "data"
    assert list(data.rglob("*.tmp")) == []
    crawls = {row["crawl_id"] for row in fetches(data)}
    gone_on = machine.run(line)
    assert gone_on.returncode == 0, gone_on.stdout + gone_on.stderr
    assert len(crawls | {row["crawl_id"] for row in fetches(data)}) == 1
    assert len(parts(data, "runs")) == 2


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    units = sorted(path for path in folder.iterdir() if "@" not in path.name)
    return subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze (Debian: systemd) is not installed"
)
def test_the_units_are_sound_by_systemd_itself(machine: Machine) -> None:
    folder = machine.root / "etc/systemd/system"
    sound = verify(folder)
    assert (sound.returncode, sound.stdout, sound.stderr) == (0, "", "")
    service = folder / "rejoinder.service"
    service.write_text(service.read_text().replace("SuccessExitStatus=", "SuccessExitCode="))
    assert "SuccessExitCode" in verify(folder).stderr, "the check finds no fault"


def test_the_service_runs_what_it_names_and_fails_by_what_needs_a_person(machine: Machine) -> None:
    """As systemd does it: each ExecStart in its turn, as long as the one before ended with success."""
    unit = machine.here(FILES["/etc/systemd/system/rejoinder.service"])
    steps = re.findall(r"^ExecStart=(.*)$", unit, re.M)
    [success] = re.findall(r"^SuccessExitStatus=(.*)$", unit, re.M)
    assert len(steps) == 2

    def night() -> int:
        for step in steps:
            code = machine.run(step).returncode
            if code not in {0, *map(int, success.split())}:
                return code
        return 0

    assert night() == 0
    Turning.turned = True
    assert night() == 7


def test_the_mail_holds_the_state_of_the_unit(machine: Machine) -> None:
    stubs = machine.root / "stubs"
    stubs.mkdir()
    for name, does in (("systemctl", 'echo "state by: $*"'), ("mail", f'{{ echo "$*"; cat; }} >{machine.root}/mailed')):
        (stubs / name).write_text(f"#!/bin/sh\n{does}\n")
        (stubs / name).chmod(stat.S_IRWXU)
    sent = machine.run(f"{machine.root}{MAIL} rejoinder.service", PATH=f"{stubs}:/usr/bin:/bin")
    assert (sent.returncode, sent.stderr) == (0, "")
    subject, state = (machine.root / "mailed").read_text().splitlines()
    assert subject == "-s rejoinder.service needs a person me@example.org"
    assert state == "state by: status --no-pager --lines=60 rejoinder.service"


@pytest.mark.skipif(not Path("/run/systemd/system").is_dir(), reason=NO_SYSTEMD)
def test_a_crawl_runs_as_a_unit_made_for_it(machine: Machine) -> None:
    done = machine.run(machine.here(command("systemd-run ")))
    assert done.returncode == 0, done.stderr


LOGROTATE = shutil.which("logrotate") or shutil.which("logrotate", path="/usr/sbin")


@pytest.mark.skipif(LOGROTATE is None, reason="logrotate is not installed")
def test_the_log_is_rotated_between_two_nights_without_a_line_lost(machine: Machine) -> None:
    rules = machine.root / ROTATION.lstrip("/")
    me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    rules.write_text(rules.read_text().replace("su rejoinder rejoinder", f"su {me} {group}"))
    rules.chmod(0o644)
    machine.logs.chmod(0o755)
    line, settings = machine.cron_job()
    assert machine.run(line, **settings).returncode == 0
    log = machine.logs / "crawl.log"
    before = log.read_text()
    state = str(machine.root / "state")
    checked = subprocess.run([str(LOGROTATE), "-d", "-s", state, rules], capture_output=True, text=True, check=False)
    assert (checked.returncode, "error" in checked.stderr) == (0, False), checked.stderr
    subprocess.run([str(LOGROTATE), "-f", "-s", state, rules], check=True)
    assert not log.exists()
    assert machine.run(line, **settings).returncode == 0
    assert (machine.logs / "crawl.log.1").read_text() == before
    assert "Spider opened" in log.read_text()


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_the_log_is_read_by_jq(machine: Machine) -> None:
    entries = [("INFO", "goes on"), ("WARNING", "look"), ("ERROR", "broken")]
    lines = [json.dumps({"time": "t", "level": level, "message": message}) for level, message in entries]
    (machine.logs / "crawl.log").write_text("\n".join(lines))
    shown = machine.run(machine.here(command("jq ")))
    assert (shown.stdout, shown.stderr) == ("t look\nt broken\n", "")


def test_a_status_is_shown_under_the_columns_of_now() -> None:
    [shown] = [text for text in COMMANDS if text.startswith("$ rejoinder status ")]
    heads = [re.findall(r"[^┃]+", line) for line in shown.splitlines() if line.startswith("┃")]
    assert [[head.strip() for head in row] for row in heads] == [["blog", "alarm", "what was seen"], COLUMNS]


def test_status_writes_its_metrics(machine: Machine) -> None:
    line, settings = machine.cron_job()
    assert machine.run(line, **settings).returncode == 0
    done = machine.run(machine.here(command("rejoinder status ")), PATH=f"{BIN}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    written = machine.root / "var/lib/prometheus/node-exporter/rejoinder.prom"
    assert "rejoinder_needs_person 0.0" in written.read_text()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")
def test_the_expression_to_alert_on_is_one(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text(f"groups:\n- name: a\n  rules:\n  - alert: Stale\n    expr: {command('time() ')}")
    checked = subprocess.run(["promtool", "check", "rules", rules], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_page_tells_every_alarm_s_rule_or_leaves_it_to_the_words() -> None:
    from rejoinder.schemas.words import ALARMS

    table = PAGE.partition("## Alarms")[2]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \|", table, re.M))))
    assert told <= ALARMS.keys()
    assert ALARMS.keys() - told == {"failed", "never_good", "out_of_budget"}, "tell the rule of a new alarm"
