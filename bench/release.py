"""How `release` grows: seconds, peak memory and the ratio of both over synthetic crawls.

    python bench/release.py [COMMENTS ...] [WAY ...]          default: 100000 1000000, floor keep pseudonyms

The data are those of bench/build.py, 50 comments a post. The floor, in the same run, is what writing the same tables
costs by itself: DuckDB's COPY of all of them, as they are, into files of the same kind. The release is made with
pseudonyms, and once more without hiding, so that what hiding and searching cost is seen. Each runs in a process of its
own, with two threads; seconds are the processors'.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import process_time

import duckdb
from build import write_raw
from rejoinder.queries import build
from rejoinder.release import write
from rejoinder.release.config import Creator, NamesConfig, ReleaseConfig

WAYS = ("floor", "keep", "pseudonyms")


def settings(mode: str, folder: Path) -> ReleaseConfig:
    return ReleaseConfig(
        name="bench",
        title="Bench",
        description="Words that nobody said.",
        version="1.0.0",
        released=date(2026, 1, 31),
        license="CC0-1.0",
        creators=(Creator(name="Nobody"),),
        contact="https://example.org/",
        names=NamesConfig(mode=mode, key_file=folder / "key"),  # pyright: ignore[reportArgumentType] - of WAYS
    )


def copied(data: Path, out: Path) -> None:
    """Every table of a release, as it stands in the data, written by DuckDB."""
    out.mkdir()
    with duckdb.connect(config={"threads": 2}) as connection:
        for name in ("posts", "comments", "replies", "threads", "persons", "completeness", "fetches"):
            columns = "* exclude (body_html)" if name in ("posts", "comments") else "*"
            source, target = data / "tables" / f"{name}.parquet", out / f"{name}.parquet"
            connection.execute(
                f"copy (select {columns} from '{source}') to '{target}' (format parquet, compression zstd)"
            ).fetchall()


def once(way: str, data: Path, out: Path) -> None:
    """Make one and print the figures as JSON: seconds, those of steps, peak memory in MB."""
    steps: dict[str, float] = {}

    def timed(name: str) -> None:
        whole = getattr(write, name)

        def step(*arguments: object, **options: object) -> object:
            began = process_time()
            try:
                return whole(*arguments, **options)
            finally:
                steps[name.strip("_")] = steps.get(name.strip("_"), 0) + process_time() - began

        setattr(write, name, step)

    for name in ("build", "hide", "audit", "_describe", "released_section"):
        timed(name)
    started = process_time()
    if way == "floor":
        copied(data, out)
    else:
        write.release(data, out, settings(way, out.parent), threads=2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": process_time() - started, "peak_mb": peak, "steps": steps}))


def measured(way: str, data: Path, out: Path) -> dict:
    command = [sys.executable, __file__, "--once", way, str(data), str(out)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--write"]:
        data = Path(arguments[1])
        write_raw(data, posts=int(arguments[2]) // 50, comments=50)
        build(data, threads=2)
        return
    if arguments[:1] == ["--once"]:
        once(arguments[1], Path(arguments[2]), Path(arguments[3]))
        return
    before: dict[str, dict] = {}
    ways = [way for way in WAYS if way in arguments] or WAYS
    sizes = [int(argument) for argument in arguments if argument not in WAYS]
    for total in sizes or [100_000, 1_000_000]:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder, "data")
            # In a process of its own: the peak of a process counts for those that it starts, too.
            subprocess.run([sys.executable, __file__, "--write", data, str(total)], check=True)
            found = {way: measured(way, data, Path(folder, way)) for way in ways}
        for way, figures in found.items():
            seconds = figures["seconds"]
            line = f"{total:>9,} comments {way:<11}{seconds:8.1f} s {figures['peak_mb']:7,.0f} MB peak"
            if "floor" in found:
                line += f" {seconds / found['floor']['seconds']:6.1f} times the floor"
            if way in before:
                line += f", {seconds / before[way]['seconds']:.1f} times as long as before"
            print(line)
            if figures["steps"]:
                told = ", ".join(f"{name} {spent:.1f} s" for name, spent in figures["steps"].items())
                print(f"{'':<19}{told}")
        before = found


if __name__ == "__main__":
    main(sys.argv[1:])
