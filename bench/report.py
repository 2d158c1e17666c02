"""What a report of much data costs: seconds, peak memory, files, and its largest page.

    python bench/report.py [COMMENTS ...]         default: 100000 1000000

Once in posts of 50 comments and once in posts of 5, by 20,000 persons. Each report is written by a process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import build as bench_build
from rejoinder.queries import build
from rejoinder.report import write_report

PERSONS = 20_000


def report_once(data: Path, out: Path) -> None:
    """Write a report and print the figures as JSON."""
    started = perf_counter()
    written = write_report(data, out)
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": perf_counter() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
        "files": written.files,
        "mb": written.bytes_written / 1e6,
        "largest": written.largest,
    }
    print(json.dumps(figures))


def measured(*, posts: int, comments: int) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        bench_build.write_raw(data, posts=posts, comments=comments)
        build(data, threads=2)
        command = [sys.executable, __file__, "--data", data, Path(folder) / "report"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--data"]:
        report_once(Path(arguments[1]), Path(arguments[2]))
        return
    bench_build.NAMES = [f"{first.title()} {last.title()}" for first, last in _names()]
    for total in map(int, arguments or ["100000", "1000000"]):
        for a_post in (50, 5):
            figures = measured(posts=total // a_post, comments=a_post)
            print(
                f"{total:>9,} comments, {a_post} a post: {figures['files']:,} files, {figures['mb']:,.0f} MB, "
                f"largest {figures['largest']:,} bytes, {figures['seconds']:.0f} s ({figures['cpu']:.0f} s of "
                f"processors), {figures['peak_mb']:,.0f} MB peak",
                flush=True,
            )


def _names() -> list[tuple[str, str]]:
    words = bench_build.WORDS
    return [(words[number % 200], words[number // 200]) for number in range(PERSONS)]


if __name__ == "__main__":
    main(sys.argv[1:])
