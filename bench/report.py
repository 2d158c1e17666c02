"""What a report of much data costs: seconds, peak memory, files, and its largest page.

    python bench/report.py [COMMENTS ...]         default: 100000 1000000

Once in posts of 50 comments and once in posts of 5, by 20,000 persons. The tables are those of 20,000 made comments,
copied as often as it takes under other ids, for what is measured is the report and not the build. Each is written by a
process of its own.
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
import duckdb
from rejoinder.queries import build
from rejoinder.report import write_report

PERSONS = 20_000
BUILT = 20_000
"""Comments of which tables are built."""
IDS = ("post_id", "comment_id", "parent_id", "thread_id", "target_id")


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


def copied(data: Path, out: Path, times: int) -> None:
    """The tables of a data folder so many times over, as a release has them: ids of a copy begin with its number."""
    out.mkdir()
    with duckdb.connect() as connection:
        for name in ("posts", "comments", "replies", "completeness", "threads", "fetches", "comment_versions"):
            path = data / "tables" / f"{name}.parquet"
            columns = [column for column, *_ in connection.sql(f"describe from '{path}'").fetchall()]
            ids = [f"printf('%08x', copy) || substr({each}, 9) as {each}" for each in IDS if each in columns]
            replaced = f" replace ({', '.join(ids)})" if ids else ""
            copies = f"range({times if ids else 1}) as copies (copy)"
            connection.execute(
                f"copy (select * exclude (copy){replaced} from '{path}', {copies}) to '{out / f'{name}.parquet'}'"
            ).fetchall()


def measured(*, comments: int, a_post: int) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench_build.write_raw(folder / "data", posts=BUILT // a_post, comments=a_post)
        build(folder / "data", threads=2)
        copied(folder / "data", folder / "tables", comments // BUILT)
        command = [sys.executable, __file__, "--data", folder / "tables", folder / "report"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--data"]:
        report_once(Path(arguments[1]), Path(arguments[2]))
        return
    words = bench_build.WORDS
    bench_build.NAMES = [f"{words[each % 200]} {words[each // 200]}".title() for each in range(PERSONS)]
    for comments in map(int, arguments or ["100000", "1000000"]):
        for a_post in (50, 5):
            figures = measured(comments=comments, a_post=a_post)
            print(
                f"{comments:>9,} comments, {a_post} a post: {figures['files']:,} files, {figures['mb']:,.0f} MB, "
                f"largest {figures['largest']:,} bytes, {figures['seconds']:.0f} s ({figures['cpu']:.0f} s of "
                f"processors), {figures['peak_mb']:,.0f} MB peak",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
