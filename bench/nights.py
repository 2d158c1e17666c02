"""A data folder after a year of nights: files, bytes, and what `build` costs a night more, before and after `compact`.

    python bench/nights.py [NIGHTS [POSTS COMMENTS]]          default: 365 2000 20000

The raw parts are written by the writer of crawls, one crawl a night. On the first night the blog has three quarters of
its posts and half of its comments; the rest comes evenly, new comments falling on old posts with a long tail. A night
that finds news at a post reads its whole section again, so that about 0.5 % of all comments are seen each night, and
asks for some pages that have none. Each build runs in a process of its own, and is given with and without its start.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from build import NAMES, comments_of, fetch_of, post_of, text
from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import open_ledger
from rejoinder.pipelines.write import PartWriter
from rejoinder.queries import build
from rejoinder.schemas import Capture, Comment, Fetch

FIRST_NIGHT = datetime(2026, 1, 1, 3, tzinfo=UTC)
QUIET_PAGES = 30
"""Feeds, listings and posts a night that say that nothing is new."""


@dataclass(slots=True)
class Blog:
    """A blog that grows from night to night."""

    rng: random.Random
    sections: dict[str, list[Comment]]
    """post_id -> its comments as they are now."""
    night: int = 0
    fetches: int = 0

    @property
    def now(self) -> datetime:
        return FIRST_NIGHT + timedelta(days=self.night)

    def publish(self, comments: int) -> str:
        post_id = f"{len(self.sections):016x}"
        self.sections[post_id] = list(comments_of(post_id, comments, self.rng, chain=False))
        return post_id

    def answer(self) -> str:
        """Let a comment fall on a post, the newest most often, and now and then an edit or a removal with it."""
        posts = list(self.sections)
        age = int(self.rng.paretovariate(0.5)) - 1
        post_id = posts[-1 - (age if age < len(posts) else self.rng.randrange(len(posts)))]
        section = self.sections[post_id]
        [comment] = comments_of(post_id, 1, self.rng, chain=False)
        number = len(section)
        section.append(replace(comment, comment_id=f"{post_id}:{number}", native_id=str(number), position=number))
        if self.rng.random() < 0.1:
            at = self.rng.randrange(len(section))
            section[at] = replace(section[at], body_text=text(self.rng, 20), author_name=self.rng.choice(NAMES))
        return post_id

    def page(self, post_id: str, crawl_id: str) -> Capture:
        """What a fetch of a post's page gives now."""
        fetch = self._fetch(post_id, crawl_id, len(self.sections[post_id]))
        seen = {"fetch_id": fetch.fetch_id, "fetched_at": fetch.fetched_at}
        post = replace(post_of(post_id, fetch.comments, random.Random(post_id)), **seen)
        return Capture(fetch=fetch, posts=[post], comments=[replace(row, **seen) for row in self.sections[post_id]])

    def quiet_page(self, number: int, crawl_id: str) -> Capture:
        fetch = self._fetch(f"feed/{number}", crawl_id, 0)
        return Capture(fetch=replace(fetch, page_kind="feed", outcome="not_modified", status=304, posts=0))

    def _fetch(self, path: str, crawl_id: str, comments: int) -> Fetch:
        self.fetches += 1
        return replace(
            fetch_of(path, comments), fetch_id=f"{self.fetches:016x}", crawl_id=crawl_id, fetched_at=self.now
        )


def live(data: Path, nights: int, posts: int, comments: int) -> Iterator[int]:
    """Write the crawls of so many nights into a folder; yields the number of each once it stands there."""
    blog = Blog(random.Random(1), {})
    early, late = posts * 3 // 4, posts - posts * 3 // 4
    for _ in range(early):
        blog.publish(comments // 2 // early)
    due_comments = comments - sum(map(len, blog.sections.values()))
    changed = set(blog.sections)
    for blog.night in range(nights):
        if blog.night:
            share = blog.night * late // (nights - 1) - (blog.night - 1) * late // (nights - 1)
            changed = {blog.publish(0) for _ in range(share)}
            share = blog.night * due_comments // (nights - 1) - (blog.night - 1) * due_comments // (nights - 1)
            changed |= {blog.answer() for _ in range(share)}
        write_night(data, blog, changed)
        yield blog.night


def write_night(data: Path, blog: Blog, changed: set[str]) -> None:
    crawl_id = f"{blog.now:%Y%m%dT%H%M%S}000000Z-0000"
    ledger = open_ledger(data, {"night": blog.night}, crawl_id=crawl_id)
    writer = PartWriter(ledger, rows=5000, seconds=3600)
    for post_id in sorted(changed):
        writer.add(blog.page(post_id, crawl_id))
    for number in range(QUIET_PAGES):
        writer.add(blog.quiet_page(number, crawl_id))
    writer.flush()
    ledger.finish("finished")
    ledger.close()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost: seconds of the whole process, and of the work alone by the clock and by the processors."""

    process: float
    clock: float
    cpu: float
    told: str

    def line(self, label: str, full: Cost | None = None) -> str:
        line = (
            f"{label:<34}{self.clock:7.2f} s {self.cpu:7.2f} s of processors (process {self.process:.2f} s) {self.told}"
        )
        if full:
            line += (
                f": {self.clock / full.clock:.1%} of a full build by the clock, {self.cpu / full.cpu:.1%} by processors"
            )
        return line


def measured(step: str, data: Path) -> Cost:
    """Run a step in a process of its own."""
    started = perf_counter()
    command = [sys.executable, __file__, "--step", step, str(data)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Cost(process=perf_counter() - started, **json.loads(printed))


def run_step(step: str, data: Path) -> None:
    clock, cpu = perf_counter(), process_time()
    if step == "compact":
        told = f"{sum(each.merged for each in compact(data).values())} parts merged"
    else:
        report = build(data, full=step == "full")
        told = "everything" if report.anew else f"{report.news} posts with news"
    print(json.dumps({"clock": perf_counter() - clock, "cpu": process_time() - cpu, "told": told}))


def show_size(label: str, data: Path, comments: int) -> None:
    sizes = [path.stat().st_size for path in (data / "raw").rglob("*.parquet")]
    print(f"{label:<34}{len(sizes):7,} files {sum(sizes):12,} bytes {sum(sizes) / comments:8,.0f} bytes a comment")


def show_builds(label: str, data: Path) -> None:
    night = measured("build", data)
    full = measured("full", data)
    print(full.line(f"full build {label}"))
    print(night.line(f"build of a night {label}", full))


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--step"]:
        run_step(arguments[1], Path(arguments[2]))
        return
    nights, posts, comments = map(int, (arguments + ["365", "2000", "20000"][len(arguments) :])[:3])
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for night in live(data, nights, posts, comments):
            # The last two nights are measured, one on each side of the compaction.
            if night == nights - 3:
                build(data)
            elif night == nights - 2:
                show_size(f"after {night + 1} nights", data, comments)
                show_builds("before compaction", data)
                print(measured("compact", data).line("compaction"))
                show_size("compacted", data, comments)
                print(measured("build", data).line("build of what was compacted"))
        show_builds("after compaction", data)


if __name__ == "__main__":
    main(sys.argv[1:])
